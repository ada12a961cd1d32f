"""Why a percentile is not exact, and to what part of itself it is right.

Every approximation of this room has its place here, with the reason for it and the error that comparing with formulas
and with simulation gives its percentiles at p99 below 85 % utilisation. Of several the largest counts, not their sum:
each is the error of a part of the time, and they do not all point the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

MODERATE, LARGE = 2.0, 4.0
"""Squared coefficients of variation above which waits behind several servers are told less and less well."""


class Approximation(Enum):
    """An approximation of response times: the reason for it, a phrase for people, and its error.

    The error is the part of itself to which a percentile is right.
    """

    def __init__(self, reason: str, error: float) -> None:
        self.reason = reason
        self.error = error

    __hash__ = object.__hash__  # that of enumerations takes longer

    # In a feed-forward network the times at the stations are nearly independent: burstiness left by one is the error.
    INDEPENDENCE = ("times at different nodes are taken as independent of each other", 0.01)
    # Departures of a station that is not M/M/c are no Poisson process; it shows where service is far from exponential.
    POISSON = ("calls arrive at random times, whatever the nodes before made of them", 0.03)
    # Björklund and Elldin's mean and the gamma wait, against simulated M/Gamma/c: 5 % up to a squared variation of 2.
    GENERAL_SERVICE = ("waiting for several servers with service times that are not exponential", 0.05)
    # As above, at squared variations up to 4: 9 % in the mean.
    VARIABLE_SERVICE = ("waiting for several servers with service times that vary much", 0.10)
    # As above, beyond that: up to 20 % in the mean.
    WILD_SERVICE = ("waiting for several servers with service times that vary very much", 0.20)
    # Joining the shortest queue of m machines waits longer than one queue for all of them: by simulation up to 10 %
    # where machines have one server and service times vary.
    SHORTEST_QUEUE = ("sending to the machine with the fewest requests is taken as one queue for all", 0.10)
    # Exact for one exponential server a machine and one router; the rest is scaled.
    ROUND_ROBIN = ("turns (round robin) are taken as regular arrivals at each machine", 0.05)
    # Branches of one request that meet the same queue wait together, which an independent product does not know.
    JOIN = ("calls made at once are taken as independent of each other", 0.05)
    # Waits at the members are taken as exponential, and the service as that of the k-th of them on its own.
    QUORUM = ("members of a quorum are taken as independent of each other", 0.08)
    # Tries meet the same busy machines again; budgets and pauses are left out.
    TRIES = ("tries of one call are taken as independent of each other", 0.10)
    # Operations of one visit come as a batch, not one by one at random times.
    BATCH = ("operations of one request arrive as if they were of different ones", 0.10)
    # A gamma cannot have that percentile.
    CLAMPED = ("a 99th percentile no gamma distribution can have is moved to the nearest", 0.10)


class Liberties(NamedTuple):
    """What is approximate about the times at a node."""

    found: frozenset[Approximation]
    waits: bool
    exponential: bool


def widest(found: Iterable[Approximation]) -> float:
    """The stated relative error where all of these apply: that of the largest."""
    return max([item.error for item in found], default=0.0)
