"""One queue of a station: how long who comes there waits.

The mean wait is Björklund and Elldin's, the chance of waiting Erlang's C, and the wait of those who wait a gamma with
the second moment that is exact for one server; less of each where arrivals are regular.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from designer.bounds import require_kind, require_number, require_whole
from designer.keeping import remembered_formula
from designer.performance.distributions import ZERO, Distribution, gamma_from, mix, sequence, wait
from designer.performance.gamma import EXPONENTIAL_RATIO
from designer.performance.queueing import conditional_variability, erlang_c, regular_root, wait_factor

_NEVER = 1e-12
"""Whoever waits less often than this does not wait: no percentile and no mean would tell the difference."""
EXPONENTIAL_SKEWNESS = 6.0


class Queue(NamedTuple):
    """One queue as G/G/c: of a machine, or shared by machines."""

    servers: int
    rate: float  # arrivals per second
    occupancy: float  # seconds an operation holds a server, on average
    variability: float = 1.0  # squared coefficient of variation of that time
    skewness: float = EXPONENTIAL_SKEWNESS  # its third moment over its mean cubed
    arrivals: float = 1.0  # squared coefficient of variation of the time between two arrivals

    @property
    def utilisation(self) -> float:
        """Part of the servers that are busy; 1 or more: no steady state."""
        return self.rate * self.occupancy / self.servers

    @property
    def chance_of_waiting(self) -> float:
        """Erlang C, less where arrivals are regular; 1 where there is no steady state."""
        if self.utilisation >= 1.0:
            return 1.0
        return erlang_c(self.servers, self.rate * self.occupancy) * self._regularity()[0]

    @property
    def mean_wait(self) -> float:
        """Mean seconds in the queue; infinite where there is no steady state."""
        if self.utilisation >= 1.0:
            return math.inf
        offered = self.rate * self.occupancy
        plain = erlang_c(self.servers, offered) * self.occupancy / (self.servers - offered)
        return plain * wait_factor(self.servers, self.utilisation, self.variability) * self._regularity()[1]

    def _regularity(self) -> tuple[float, float]:
        """What regular arrivals make of the chance of waiting and of the mean wait: exact for E_k/M/1."""
        if self.arrivals == 1.0 or self.utilisation == 0.0:
            return 1.0, 1.0
        utilisation = self.utilisation
        root = regular_root(utilisation, 1.0 / self.arrivals)
        shorter = root / (1.0 - root) / (utilisation / (1.0 - utilisation))
        # The wait grows with the sum of both variabilities; the root has that of exponential service.
        both = (self.arrivals + self.variability) / (self.arrivals + 1.0) / ((1.0 + self.variability) / 2.0)
        return root / utilisation, shorter * both

    @property
    def conditional_variability(self) -> float:
        """Squared coefficient of variation of the wait of those who wait."""
        if self.variability == 1.0 and self.skewness == EXPONENTIAL_SKEWNESS:
            return 1.0
        return conditional_variability(self.utilisation, self.variability, self.skewness)


@remembered_formula(16_384)
def wait_at(queue: Queue) -> Distribution | None:
    """The time in a queue; None where it grows without end."""
    require_kind("queue", queue, Queue, "a queue")
    if queue.utilisation >= 1.0:
        return None
    if queue.occupancy == 0.0:
        return ZERO
    chance = queue.chance_of_waiting
    return ZERO if chance < _NEVER else wait(chance, queue.mean_wait, queue.conditional_variability)


def wait_for(queue: Queue, rank: int, of: int) -> Distribution | None:
    """The wait until `rank` of `of` members with such queues have begun; None where it grows without end.

    The rates of a quorum's members are of client requests, each of which `of` members work on: they see as many times
    more operations, and each holds a server for as much less.
    """
    member = queue._replace(rate=queue.rate * of, occupancy=queue.occupancy / of)
    if member.utilisation >= 1.0:
        return None
    if member.occupancy == 0.0 or member.chance_of_waiting < _NEVER:
        return ZERO
    return quorum_wait(member, rank, of)


@remembered_formula(4_096)
def quorum_wait(queue: Queue, rank: int, of: int) -> Distribution:
    """The wait until `rank` of `of` members have begun, each with a queue like this.

    Of the members j have someone waiting with binomial probability; when these are too many for the quorum, the wait
    lasts until enough of their j waits have ended. Those are taken as exponential with the mean of the queue's: a sum
    of exponentials with rates j d, (j - 1) d, ...
    """
    require_kind("queue", queue, Queue, "a queue")
    require_whole("of", of, 1)
    require_whole("rank", rank, 1, of)
    waits = queue.chance_of_waiting
    mean = queue.mean_wait / waits
    branches = []
    for busy in range(of + 1):
        chance = math.comb(of, busy) * waits**busy * (1.0 - waits) ** (of - busy)
        needed = max(0, rank - (of - busy))
        times = [
            gamma_from(mean / left, mean / left * EXPONENTIAL_RATIO)
            for left in range(busy, busy - needed, -1)
        ]
        if chance > 0.0:
            branches.append((chance, sequence(*times)))
    return mix(tuple(branches))


@remembered_formula(16_384)
def mmc_wait(servers: int, rate: float, occupancy_mean: float) -> Distribution:
    """The wait in M/M/c: `rate` arrivals per second each occupy one of `servers` for `occupancy_mean` seconds.

    With probability C (Erlang C) exponential of mean s / (c - a), else nothing. Raises AnalysisError where there is no
    steady state.
    """
    require_number("rate", rate, 0.0)
    require_number("occupancy_mean", occupancy_mean, 0.0)
    waits = erlang_c(servers, rate * occupancy_mean)
    return wait(waits, waits * occupancy_mean / (servers - rate * occupancy_mean))
