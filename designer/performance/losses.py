"""Calls that end without an answer though everything is up: given up after the last try, or an error that stays one.

A try fails when the node called fails, when the answer comes later than the time limit, or when what the node called
waits for fails in turn. The call is lost when its last try fails; how often that is follows from the same
distributions as how often it is tried. Tries are taken as independent of each other.

A node's deadline and its caller's time limit look at the same time, so that they are not independent: what takes longer
than both is given up once, by whoever comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from designer.bounds import require_number
from designer.design.model import Connection
from designer.performance.attempts import hedged, patience
from designer.performance.distributions import ZERO, Distribution, sequence
from designer.performance.drawing import Drawing

_POINTS = 200
_NEXT_TO = 1e-6
"""Where an integral up to a deadline ends, in parts of it: nothing that is waited for ends within so little."""


class Visited(Protocol):
    """What is known of the visit that a call becomes."""

    alone: float  # the chance that it fails for what it calls
    late: float  # the chance that it takes longer than its node's deadline
    whole: Distribution | None  # the time it would take without that


class Sight:
    """One try of a call as its caller sees it, who may give it up before the node called does.

    A visit that is longer than its node's deadline D ends then, and the caller hears of it a `way` later. With a limit
    t up to D the caller has always given it up before; else it has with P(way > t - D). Of a hedged call, which is two
    visits, limit and deadline are taken as independent. `own` is the caller's deadline.
    """

    def __init__(
        self,
        policy: Connection | None,
        own: float | None,
        deadline: float | None,
        visit: Visited,
        way: Distribution,
        time: Distribution | None,
    ) -> None:
        self._visit, self._way, self._time = visit, way, time
        self._policy = policy
        self._deadline = deadline or 0.0
        limit = None if policy is None or time is None else policy.timeout
        # At a limit beyond the caller's own deadline nobody waits any more.
        self._limit = None if limit is None or (own is not None and limit > own) else limit
        is_hedged = policy is not None and policy.hedge_after is not None
        # By how much the limit is above the deadline, where both may end the visit.
        self._above: float | None = None
        if visit.late > 0.0 and deadline is not None and self._limit is not None and not is_hedged:
            self._above = self._limit - deadline

    @cached_property
    def unheard(self) -> float:
        """Of the visits that end at the deadline, the part that the caller has given up before."""
        if self._above is None:
            return 0.0
        return 1.0 if self._above <= 0.0 else later_than(self._way, self._above)

    @cached_property
    def late(self) -> float:
        """The chance that no answer has come at the limit."""
        time, policy, limit = self._time, self._policy, self._limit
        if time is None or policy is None or limit is None:
            return 0.0
        if policy.hedge_after is not None:
            return later_than(hedged(time, policy.hedge_after), limit)
        whole = self._visit.whole
        if self._above is None or whole is None:
            return later_than(time, limit)
        # Not of `time`, which jumps at the deadline: what is beside a jump is not exact.
        if self._above <= 0.0:
            return later_than(sequence(self._way, whole), limit)
        before = _late_before(whole, self._deadline, self._way, limit)
        return min(1.0, before + self._visit.late * self.unheard)

    @cached_property
    def inside(self) -> float:
        """The chance that the visit fails, of those that the caller does not give up before."""
        visit = self._visit
        if self._above is None or self.late >= 1.0:
            return either((visit.alone, visit.late))
        heard = visit.late * (1.0 - self.unheard) / (1.0 - self.late)
        return either((visit.alone, min(1.0, heard)))


class Loss(NamedTuple):
    """A call over a connection of which a part is lost, and why: all but `most` are probabilities."""

    connection: str
    errors: float  # that the node called fails
    late: float  # that it answers later than the time limit
    inside: float  # that its visit fails, of those that are not given up before
    most: int  # tries
    budget: float | None  # tries after the first for each call, at most
    share: float  # that the call is lost
    is_limited: bool = False  # whether the budget ends the tries
    unheard: float = 0.0  # of what ends at the deadline of the node called, the part given up before


def lose(drawing: Drawing, connection: str, target: str, sight: Sight) -> Loss | None:
    """The loss of a call of which each try looks so, or None where none is lost.

    What never answers is not counted here: its node counts as down, and as a ceiling of what is carried.
    """
    policy = drawing.policies.get(connection)
    errors, late, inside = drawing.errors(target), sight.late, sight.inside
    most = 1 if policy is None else most_tries(drawing, policy)
    failed = either((errors, late, inside))
    if failed == 0.0:
        return None
    budget = None if policy is None else policy.retry_budget
    if budget is not None and math.fsum([failed**number for number in range(most)]) > 1.0 + budget:
        # With T tries a call on average as many calls succeed as tries do: T (1 - p).
        share = 1.0 - (1.0 + budget) * (1.0 - failed)
        return Loss(connection, errors, late, inside, most, budget, share, True, sight.unheard)
    return Loss(connection, errors, late, inside, most, budget, failed**most, False, sight.unheard)


def repeated(lost: float, times: float) -> float:
    """P(one of `times` calls is lost); of a count between two whole numbers the rest is made with that chance.

    Raises AnalysisError for what is no probability, or a negative count.
    """
    require_number("lost", lost, 0.0, 1.0)
    require_number("times", times, 0.0)
    if times == 1.0:
        return lost
    whole = math.floor(times)
    many = 1.0 if lost >= 1.0 and whole else -math.expm1(whole * math.log1p(-lost)) if whole else 0.0
    return either((many, (times - whole) * lost))


def either(chances: Iterable[float]) -> float:
    """P(at least one of these happens), independent of each other; small ones keep all their digits."""
    found = 0.0
    for chance in chances:
        found += chance - found * chance
    return found


def most_tries(drawing: Drawing, policy: Connection) -> int:
    """How many tries there is time for before the caller's deadline; at least one."""
    deadline = drawing.nodes[policy.source].deadline
    if deadline is None or policy.timeout is None:
        return policy.retries + 1
    timeout, latest = policy.timeout, deadline + 1e-9 * policy.timeout
    ends = [patience(timeout, policy.backoff or 0.0, again) for again in range(1, policy.retries + 1)]
    return 1 + sum([end <= latest for end in ends])


def _late_before(time: Distribution, end: float, way: Distribution, limit: float) -> float:
    """P(T <= end and T + W > limit), of a time and a way after it that are independent; `limit` is above `end`."""
    if way is ZERO:
        return 0.0
    # Close together at the end, where the way need not be long.
    ends = end * (1.0 - np.geomspace(1.0, _NEXT_TO, _POINTS))
    beyond = np.append(1.0, np.clip(time.survival(ends[1:]), 0.0, 1.0))
    too_long = np.clip(way.survival(limit - ends), 0.0, 1.0)
    ended = np.maximum(beyond[:-1] - beyond[1:], 0.0)
    return float(ended @ (too_long[:-1] + too_long[1:])) / 2.0


def later_than(time: Distribution | None, limit: float) -> float:
    """P(T > limit); 1 for an answer that never comes."""
    if time is None:
        return 1.0
    if time is ZERO:
        return 0.0
    return float(np.clip(time.survival(np.array([limit]))[0], 0.0, 1.0))
