"""How long one operation at a node takes: its wait and its service, each as a distribution.

A machine is M/G/c: its `servers` are held for servers / rate seconds by an operation on average, as variably as its
service time is, so that it is as busy as its ceiling of operations says. The rate is that of the mix of reads and
writes it gets. The wait comes on top of the service time of the catalogue, which is the answer's time when nobody
else asks; how long it is, queues.py knows.

Requests that are spread over machines at random queue at each machine apart; in turn (round robin) they come to each
more evenly. Behind a router that sends each to the machine with the fewest, or when workers take the next message
from a queue, all machines serve one queue: joining the shortest queue is close to that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from designer.bounds import require_number, require_whole
from designer.design.model import Node, Routing
from designer.keeping import remembered_formula
from designer.performance.distributions import (
    ZERO,
    Distribution,
    Gamma,
    gamma_from,
    mix,
    require_time,
    sequence,
    then,
)
from designer.performance.joins import order_statistic, parallel, repeat_max
from designer.performance.machines import EVEN, QUORUM, Layout, Machines
from designer.performance.makes import Make, in_use
from designer.performance.queues import EXPONENTIAL_SKEWNESS, Queue, wait_at, wait_for


class Discipline(StrEnum):
    """How a request finds one of the machines of a node."""

    RANDOM = "random"
    ROUND_ROBIN = "round_robin"
    SHARED = "shared"


RANDOM, ROUND_ROBIN, SHARED = Discipline
_make = tuple.__new__  # quicker than a named tuple's own


class Job(NamedTuple):
    """What is done at a node, one operation or more, and the means it is made of, in seconds.

    `time` is None, and `waiting` infinite, when the queue grows without end.
    """

    time: Distribution | None
    service: float
    waiting: float
    served: float  # when nobody else asks, at the least


class Station:
    """How long a node takes. `queues` go with the groups of `machines`."""

    __slots__ = (
        "_read",
        "_scattered",
        "_write",
        "acknowledgement",
        "discipline",
        "layout",
        "lookup",
        "machines",
        "make",
        "queues",
    )

    def __init__(
        self,
        make: Make,
        layout: Layout,
        machines: tuple[Machines, ...],
        queues: tuple[Queue, ...],
        discipline: Discipline,
        acknowledgement: Distribution,
        lookup: Distribution,
    ) -> None:
        self.make = make
        self.layout = layout
        self.machines = machines
        self.queues = queues
        self.discipline = discipline
        self.acknowledgement = acknowledgement  # of a write by other copies, after it was done at the leader
        self.lookup = lookup  # where a record is, before any operation on it
        self._read: Job | None = None
        self._write: Job | None = None
        self._scattered: Job | None = None

    @property
    def reading(self) -> Distribution:
        """Service time of a read, by the figures."""
        return self.make.reading

    @property
    def writing(self) -> Distribution:
        """Service time of a write, by the figures."""
        return self.make.writing

    @property
    def shared(self) -> bool:
        """Whether all machines serve one queue."""
        return self.discipline is SHARED

    @property
    def waits(self) -> Sequence[Distribution | None]:
        """The wait of a read at each group of machines."""
        return self._waits(self.layout.read_quorum)

    def _waits(self, quorum: int) -> Sequence[Distribution | None]:
        if self.layout.spread is QUORUM:
            return [wait_for(queue, quorum, self.layout.copies) for queue in self.queues]
        return [wait_at(queue) for queue in self.queues]

    @property
    def read(self) -> Job:
        """A read of one part."""
        if self._read is None:
            quorum, shares = self.layout.read_quorum, [group.read_share for group in self.machines]
            service = self._of_quorum(self.make.reading, quorum)
            if self.lookup is not ZERO:
                service = then.known(self.lookup, service)
            self._read = _job(_blend(self._waits(quorum), shares), service)
        return self._read

    def generate(self, prompt: float, output: float) -> Job:
        """An operation with so many tokens."""
        return _job(_blend(self.waits, [1.0]), self.make.generating(prompt, output))

    @property
    def write(self) -> Job:
        """A write, to the moment when as many copies have it as were asked for."""
        if self._write is None:
            quorum, shares = self.layout.write_quorum, [group.write_share for group in self.machines]
            service = self._of_quorum(self.make.writing, quorum)
            answered = sequence(self.lookup, service, self.acknowledgement)
            self._write = _job(_blend(self._waits(quorum), shares), answered)
        return self._write

    def _of_quorum(self, stated: Distribution, quorum: int) -> Distribution:
        if self.layout.spread is not QUORUM or quorum == self.layout.majority:
            return stated
        return time_of_quorum(stated, quorum, self.layout.copies)

    @property
    def scattered(self) -> Job:
        """A read that every part answers at once: the slowest of one machine of each part.

        What the slowest takes when nobody else asks is its service, all else is waiting.
        """
        if self._scattered is None:
            self._scattered = self._scatter()
        return self._scattered

    def _scatter(self) -> Job:
        if self.layout.spread is EVEN:
            return self.read
        waits = self.waits
        service = repeat_max(self.reading, float(self.layout.parts))
        slowest = []
        for number in dict.fromkeys([group.group for group in self.machines]):
            members = [index for index, group in enumerate(self.machines) if group.group == number]
            waiting = _blend(
                [waits[index] for index in members],
                [self.machines[index].read_share for index in members],
            )
            if waiting is None:
                return Job(None, service.mean, math.inf, service.mean)
            parts = float(self.machines[members[0]].count)
            slowest.append(repeat_max(sequence(waiting, self.reading), parts))
        time = parallel(*slowest)
        least = min(service.mean, time.mean)
        return Job(time, least, max(0.0, time.mean - service.mean), least)

    @property
    def clamped(self) -> bool:
        """Whether a 99th percentile was beyond what the model of service times can have."""
        return self.make.clamped


def _job(waiting: Distribution | None, service: Distribution) -> Job:
    mean = service.mean
    if waiting is None:
        return Job(None, mean, math.inf, mean)
    return _make(Job, (then.known(waiting, service), mean, waiting.mean, mean))


def equip(
    make: Make,
    layout: Layout,
    machines: tuple[Machines, ...],
    discipline: Discipline = RANDOM,
    streams: float = 1.0,
    *,
    acknowledgement: Distribution = ZERO,
    lookup: Distribution = ZERO,
) -> Station:
    """The station of a node of this make, whose machines carry these loads.

    `streams` is how many callers send to the machines in turn, each for itself, if they do. Only machines that are all
    alike leave a choice among them.
    """
    efficiency = make.efficiency(layout.machines - layout.idle)
    queues = tuple([_queue(make, group, discipline, streams, efficiency) for group in machines])
    return Station(make, layout, machines, queues, discipline, acknowledgement, lookup)


def discipline_of(node: Node, make: Make) -> Discipline:
    """How a caller of this make chooses among the machines of those it calls."""
    if make.queues:
        return SHARED  # whoever is free takes the next message
    if not make.routes:
        return RANDOM
    if node.routing is None:
        return SHARED if make.balances else RANDOM
    if node.routing is Routing.LEAST_CONNECTIONS:
        return SHARED
    return ROUND_ROBIN if node.routing is Routing.ROUND_ROBIN else RANDOM


def utilisation(figures: Mapping[str, float], reads: float, writes: float) -> float | None:
    """Part of a machine's operations per second in use by these; None where no ceiling is known.

    Reads and writes take their part of the same machine: r / R + w / W. A ceiling of writes that is not known is that
    of reads.
    """
    return in_use(figures.get("read_rate"), figures.get("write_rate"), reads, writes)


def _queue(make: Make, group: Machines, discipline: Discipline, streams: float, efficiency: float) -> Queue:
    busy = group.busy + group.spent
    generations = group.generations
    rate = group.reads + group.writes
    if generations:
        rate += math.fsum([item.rate for item in generations])
    machines = group.count if discipline is SHARED else 1
    # Of what is not known to work on several requests at a time it is assumed that it works on one.
    servers = make.servers
    if busy <= 0.0 or rate <= 0.0:
        return Queue(servers * machines, rate * machines, 0.0)
    occupancy = busy * servers / rate / efficiency
    held = tuple([(item.rate / rate, servers * make.share(*item[1:])) for item in generations])
    variability, skewness = _mixed(make, group.reads / rate, group.writes / rate, held)
    arrivals = 1.0
    if discipline is ROUND_ROBIN and group.count > 1 and busy < efficiency:
        arrivals = regularity(group.count, streams, busy / efficiency)
    return _make(Queue, (servers * machines, rate * machines, occupancy, variability, skewness, arrivals))


def regularity(machines: int, streams: float, utilisation: float) -> float:
    """Squared variation of the times between arrivals at one of `machines` that get requests in turn.

    One stream: every machine gets each n-th arrival, 1/n. Several merge into something between that and 1 for Poisson
    arrivals, by W. Whitt, "The queueing network analyzer", Bell System Technical Journal 62(9), 1983, formula 29.
    """
    require_whole("machines", machines, 1)
    require_number("streams", streams, 1.0)
    require_number("utilisation", utilisation, 0.0)
    weight = 1.0 / (1.0 + 4.0 * (1.0 - utilisation) ** 2 * (streams - 1.0))
    return weight / machines + 1.0 - weight


@lru_cache(maxsize=4_096)
def _mixed(
    make: Make, reads: float, writes: float, generations: tuple[tuple[float, float], ...]
) -> tuple[float, float]:
    """Squared variation, and third moment over the mean cubed, of how long an operation of the mix holds a server.

    `generations`: of each kind with tokens its part of the operations, and how long it holds a server on average.
    """
    first = second = third = 0.0
    for share, hold, variability in (
        (reads, make.read_hold, make.read_variability),
        (writes, make.write_hold, make.write_variability),
        *[(share, hold, make.read_variability) for share, hold in generations],
    ):
        if share > 0.0 and 0.0 < hold < math.inf:
            square = hold * hold * (1.0 + variability)
            first += share * hold
            second += share * square
            third += share * square * hold * (1.0 + 2.0 * variability)
    if first == 0.0:
        return 1.0, EXPONENTIAL_SKEWNESS
    return second / first**2 - 1.0, third / first**3


def _blend(waits: Sequence[Distribution | None], shares: Sequence[float]) -> Distribution | None:
    """The wait of an operation that goes to each group of machines with some probability."""
    if len(waits) == 1:
        return waits[0] if shares[0] > 0.0 else ZERO
    total = sum(shares)
    if total == 0.0:
        return ZERO
    branches: dict[Distribution, float] = {}
    for waiting, share in zip(waits, shares, strict=True):
        if share > 0.0:
            if waiting is None:
                return None
            branches[waiting] = branches.get(waiting, 0.0) + share / total
    return mix(tuple([(share, waiting) for waiting, share in branches.items()]))


@remembered_formula(1_024)
def time_of_quorum(stated: Distribution, quorum: int, of: int) -> Distribution:
    """The service time of a quorum of so many members, from that which is `stated` for a majority.

    The members' own times are taken as gammas of the stated variation; the mean and the variation of the `quorum`-th of
    them stand to those of the majority's as order statistics do, and the result is a gamma again.
    """
    require_time("stated", stated)
    require_whole("of", of, 1)
    require_whole("quorum", quorum, 1, of)
    if not isinstance(stated, Gamma):
        return stated
    member = gamma_from(1.0, stated.quantiles((99.0,))[0] / stated.mean)
    usual, asked = order_statistic(member, of // 2 + 1, of), order_statistic(member, quorum, of)
    mean = stated.mean * asked.mean / usual.mean
    spread = (asked.variance / asked.mean**2) / (usual.variance / usual.mean**2)
    shape = stated.shape / spread
    return Gamma(shape, mean / shape)
