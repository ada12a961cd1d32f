"""One try of a call, given up by its caller and by the node called: whoever comes first."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from designer.design.model import Connection
from designer.performance.distributions import ZERO, Distribution, exponential, sequence
from designer.performance.losses import Sight, either

MEAN, WAY = 0.02, 0.001
TIME = exponential(MEAN)


def look(
    limit: float | None,
    deadline: float,
    way: Distribution,
    alone: float = 0.0,
    hedge: float | None = None,
    own: float | None = None,
) -> Sight:
    visit = SimpleNamespace(alone=alone, late=math.exp(-deadline / MEAN), whole=TIME)
    policy = Connection(source="a", target="b", timeout=limit, hedge_after=hedge)
    return Sight(policy, own, deadline, visit, way, sequence(way, TIME))


def lost(limit: float, deadline: float) -> float:
    """P(T > D or T + W > t) of two exponential times."""
    if limit <= deadline:
        return (MEAN * math.exp(-limit / MEAN) - WAY * math.exp(-limit / WAY)) / (MEAN - WAY)
    faster = 1.0 / WAY - 1.0 / MEAN
    within = math.exp(-limit / WAY) * math.expm1(deadline * faster) / faster / MEAN
    return math.exp(-deadline / MEAN) + within


@pytest.mark.parametrize("limit", [0.01, 0.03, 0.0399, 0.04, 0.0401, 0.041, 0.043, 0.05, 0.2])
@pytest.mark.parametrize("alone", [0.0, 0.1])
def test_a_try_that_both_would_give_up_is_lost_once(limit: float, alone: float) -> None:
    sight = look(limit, 0.04, exponential(WAY), alone)
    assert either((sight.late, sight.inside)) == pytest.approx(either((alone, lost(limit, 0.04))), rel=1e-3)


@pytest.mark.parametrize("limit", [0.01, 0.04, 0.05])
def test_with_no_way_between_them_it_is_the_shorter_of_both(limit: float) -> None:
    sight = look(limit, 0.04, ZERO)
    assert either((sight.late, sight.inside)) == pytest.approx(math.exp(-min(limit, 0.04) / MEAN), rel=1e-6)
    assert sight.unheard == (1.0 if limit <= 0.04 else 0.0)


def test_without_a_limit_the_deadline_is_all_there_is() -> None:
    sight = look(None, 0.04, exponential(WAY), 0.1)
    assert sight.late == sight.unheard == 0.0
    assert sight.inside == either((0.1, math.exp(-2.0)))


def test_a_limit_beyond_the_callers_own_deadline_ends_nothing() -> None:
    assert look(0.03, 1.0, ZERO, own=0.02).late == 0.0
    assert look(0.03, 1.0, ZERO, own=0.03).late == look(0.03, 1.0, ZERO).late > 0.0


def test_both_visits_of_a_hedged_call_have_their_deadline() -> None:
    sight = look(0.04, 0.04, exponential(WAY), hedge=0.01)
    assert 0.0 < sight.late < look(0.04, 0.04, exponential(WAY)).late
    assert sight.inside == math.exp(-2.0)


def test_a_limit_that_nothing_keeps_leaves_nothing_to_fail_by() -> None:
    sight = look(1e-9, 0.04, exponential(WAY))
    assert sight.late == pytest.approx(1.0)
    assert either((sight.late, sight.inside)) <= 1.0
