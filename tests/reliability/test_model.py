"""Facts that are worked out when somebody first looks."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from designer.arithmetic import Arithmetic, Later
from designer.reliability.groups import Placement
from designer.reliability.model import Group, Outage, Reliability


@dataclass(frozen=True)
class Fact:
    name: str
    value: Later[float] = Later()  # a descriptor


def test_a_fact_is_worked_out_once_and_only_when_asked_for() -> None:
    asked: list[str] = []

    def find() -> float:
        asked.append("found")
        return 2.0

    fact = Fact("a", find)
    assert asked == []
    assert (fact.value, fact.value) == (2.0, 2.0)
    assert asked == ["found"]


def test_a_fact_given_later_is_like_one_given_at_once() -> None:
    assert Fact("a", lambda: 2.0) == Fact("a", 2.0)
    assert hash(Fact("a", lambda: 2.0)) == hash(Fact("a", 2.0))
    assert Fact("a", lambda: 2.0) != Fact("a", 3.0)
    assert repr(Fact("a", lambda: 2.0)) == repr(Fact("a", 2.0))
    assert replace(Fact("a", lambda: 2.0), value=3.0) == Fact("a", 3.0)


def test_a_fact_has_to_be_given_and_stays() -> None:
    with pytest.raises(TypeError):
        Fact("a")  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        Fact("a", 2.0).value = 3.0  # type: ignore[misc]


def test_single_points_are_nodes_of_which_one_machine_takes_a_workload() -> None:
    outages = (
        Outage("instance", "alone", ("look",), ()),
        Outage("node", "alone", ("look",), ()),
        Outage("instance", "pair", (), ("pair",)),
        Outage("node", "pair", ("look",), ()),
        Outage("zone", "a", ("look",), ()),
    )
    assert Reliability((), (), (), outages).single_points == ("alone",)


def test_a_group_tells_how_it_comes_to_its_availability() -> None:
    group = Group("api", Placement(0.1, ("a", "b", "a"), 2))
    assert (group.machines, group.needed) == (3, 2)
    assert group.availability == pytest.approx(0.9**3 + 3 * 0.9**2 * 0.1, rel=1e-12)
    arithmetic = group.arithmetic
    assert arithmetic.formula.startswith("A = 1 - sum")
    assert arithmetic.result.value == group.availability
    assert given(arithmetic) == {"a": 0.9, "n": 3.0, "k": 2.0}
    assert arithmetic.method == "binomial k-of-n"


def test_a_group_says_what_a_write_needs_and_that_the_peak_is_too_much() -> None:
    split = Group("db", Placement(0.1, ("a", "b"), 1, writes=2))
    assert given(split.arithmetic) == {"a": 0.9, "n": 2.0, "k": 1.0}
    (write,) = split.arithmetic.steps
    assert given(write) == {"a": 0.9, "n": 2.0, "w": 2.0}
    assert write.result.value == pytest.approx(0.81)
    full = Group("api", Placement(0.1, ("a",), 2))
    assert full.availability == 0.0
    assert "too much even for all of them" in (full.arithmetic.method or "")


def test_what_stands_in_no_zone_is_one_and_as_available_as_it_says() -> None:
    group = Group("cdn", Placement(0.1, (), 1))
    assert (group.machines, group.needed, group.availability) == (1, 1, 0.9)
    assert group.arithmetic.formula == "A = a"


def given(arithmetic: Arithmetic) -> dict[str, float]:
    return {item.symbol: item.value for item in arithmetic.inputs}
