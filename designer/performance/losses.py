"""Calls that end without an answer though everything is up: given up after the last try, or an error that stays one.

A try fails when the node called fails, when the answer comes later than the time limit, or when what the node called
waits for fails in turn. The call is lost when its last try fails; how often that is follows from the same
distributions as how often it is tried. Tries are taken as independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from designer.bounds import require_number
from designer.design.model import Connection
from designer.performance.attempts import hedged, patience
from designer.performance.distributions import ZERO, Distribution
from designer.performance.drawing import Drawing


class Loss(NamedTuple):
    """A call over a connection of which a part is lost, and why: all but `most` are probabilities."""

    connection: str
    errors: float  # that the node called fails
    late: float  # that it answers later than the time limit
    inside: float  # that what it waits for itself is lost
    most: int  # tries
    budget: float | None  # tries after the first for each call, at most
    share: float  # that the call is lost
    is_limited: bool = False  # whether the budget ends the tries


def lose(
    drawing: Drawing, connection: str, target: str, time: Distribution | None, inside: float
) -> Loss | None:
    """The loss of a call that takes `time` when it is made once, or None where none is lost.

    What never answers is not counted here: its node counts as down, and as a ceiling of what is carried.
    """
    policy = drawing.policies.get(connection)
    errors, late, most = drawing.errors(target), 0.0, 1
    if policy is not None:
        most = most_tries(drawing, policy)
        if policy.timeout is not None and time is not None:
            late = later_than(
                time if policy.hedge_after is None else hedged(time, policy.hedge_after), policy.timeout
            )
    failed = either((errors, late, inside))
    if failed == 0.0:
        return None
    budget = None if policy is None else policy.retry_budget
    if budget is not None and math.fsum([failed**number for number in range(most)]) > 1.0 + budget:
        # With T tries a call on average as many calls succeed as tries do: T (1 - p).
        share = 1.0 - (1.0 + budget) * (1.0 - failed)
        return Loss(connection, errors, late, inside, most, budget, share, is_limited=True)
    return Loss(connection, errors, late, inside, most, budget, failed**most)


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


def later_than(time: Distribution | None, limit: float) -> float:
    """P(T > limit); 1 for an answer that never comes."""
    if time is None:
        return 1.0
    if time is ZERO:
        return 0.0
    return float(np.clip(time.survival(np.array([limit]))[0], 0.0, 1.0))
