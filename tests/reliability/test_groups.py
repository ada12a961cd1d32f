"""k-of-n and zones against published figures and closed forms."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.design.model import Design, Zone
from designer.reliability.groups import Placement, k_of_n_unavailability
from designer.reliability.zones import MOST_ZONES, zone_states


@pytest.mark.parametrize(
    ("needed", "machines", "availability"),
    [(1, 2, 0.999975), (2, 3, 0.999925), (3, 5, 0.9999988)],
)
def test_quorums_of_machines_that_are_up_99_5_percent(
    needed: int, machines: int, availability: float
) -> None:
    assert 1 - k_of_n_unavailability(needed, machines, 0.005) == pytest.approx(availability, abs=5e-7)


def test_one_of_n_is_a_power_and_n_of_n_a_product() -> None:
    assert k_of_n_unavailability(1, 7, 0.01) == pytest.approx(1e-14, rel=1e-9)
    assert k_of_n_unavailability(7, 7, 0.01) == pytest.approx(1 - 0.99**7, rel=1e-12)


@pytest.mark.parametrize(("needed", "expected"), [(0, 0.0), (-3, 0.0), (6, 1.0)])
def test_none_needed_never_fails_and_more_than_there_are_always_fails(needed: int, expected: float) -> None:
    assert k_of_n_unavailability(needed, 5, 0.1) == expected


def test_perfect_and_hopeless_machines() -> None:
    assert k_of_n_unavailability(2, 3, 0.0) == 0.0
    assert k_of_n_unavailability(2, 3, 1.0) == 1.0


def test_thousands_of_machines() -> None:
    assert 0.0 < k_of_n_unavailability(9_930, 10_000, 0.005) < 0.01


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.0001, 0.5))
def test_another_machine_never_makes_it_worse_and_needing_more_never_better(
    needed: int, machines: int, down: float
) -> None:
    here = k_of_n_unavailability(needed, machines, down)
    assert k_of_n_unavailability(needed, machines + 1, down) <= here * (1 + 1e-9)
    assert k_of_n_unavailability(needed + 1, machines, down) >= here * (1 - 1e-9)


@given(st.integers(1, 60), st.integers(1, 60), st.floats(1e-9, 0.999))
def test_either_tail_is_the_sum_of_all_its_terms(needed: int, machines: int, down: float) -> None:
    lost, up = Fraction(down), 1 - Fraction(down)
    exact = sum(
        math.comb(machines, count) * up**count * lost ** (machines - count)
        for count in range(min(needed, machines + 1))
    )
    assert k_of_n_unavailability(needed, machines, down) == pytest.approx(float(exact), rel=1e-11)


def test_thousands_of_machines_that_are_mostly_down() -> None:
    assert k_of_n_unavailability(3_000, 3_000, 0.9) == 1.0
    assert k_of_n_unavailability(1, 3_000, 0.99) == pytest.approx(0.99**3_000, rel=1e-9)


def zoned(*pairs: tuple[str, str]) -> Design:
    return Design(zones=tuple(Zone(id=zone, region=region) for zone, region in pairs))


def test_zone_states_are_a_distribution() -> None:
    design = zoned(("a", "eu"), ("b", "eu"), ("c", "us"))
    states = zone_states(("a", "b", "c"), design, 0.01, 0.001)
    assert math.fsum(state.probability for state in states) == pytest.approx(1.0, abs=1e-12)
    up = {state.live: state.probability for state in states}
    assert up[frozenset("abc")] == pytest.approx((0.999 * 0.99**2) * (0.999 * 0.99), rel=1e-12)
    both_down = up[frozenset("c")]
    assert both_down == pytest.approx((0.001 + 0.999 * 0.01**2) * (0.999 * 0.99), rel=1e-12)


def test_no_zones_is_one_certain_state() -> None:
    (state,) = zone_states((), Design(), 0.01, 0.001)
    assert (state.live, state.probability) == (frozenset(), 1.0)


def test_very_many_zones_are_judged_by_region() -> None:
    names = [f"z{number}" for number in range(3 * MOST_ZONES)]
    design = zoned(*((name, f"r{index % (MOST_ZONES + 1)}") for index, name in enumerate(names)))
    states = zone_states(tuple(names), design, 0.01, 0.001)
    assert len(states) == 2 ** (MOST_ZONES + 1)
    assert math.fsum(state.probability for state in states) == pytest.approx(1.0, abs=1e-9)


def test_machines_in_a_dead_zone_are_gone() -> None:
    spread = Placement(0.005, ("a", "a", "b", "b"), needed=2)
    assert spread.unavailability(frozenset("ab")) == pytest.approx(k_of_n_unavailability(2, 4, 0.005))
    assert spread.unavailability(frozenset("a")) == pytest.approx(k_of_n_unavailability(2, 2, 0.005))
    assert spread.unavailability(frozenset()) == 1.0


def test_switching_over_adds_to_what_is_lost() -> None:
    pair = Placement(0.005, ("a", "b"), needed=1, switching=1e-5)
    assert pair.unavailability(frozenset("ab")) == pytest.approx(0.005**2 + (1 - 0.005**2) * 1e-5, rel=1e-12)
