"""Random outlines of workloads against the words they stand for, state by state."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.reliability.chances import Case, Failing, Odds, find_failing
from designer.reliability.groups import States, ZoneState
from designer.reliability.structure import ALL_READS, LEAST, MORE, Outline, Structure, Variable, structure_of

NODES = ("a", "b", "c")
VARIABLES = (
    Variable("a", LEAST),
    Variable("a", MORE),
    Variable("b", LEAST),
    Variable("b", ALL_READS),
    Variable("c", LEAST),
    Variable("c", LEAST, "items"),
    Variable("d", LEAST, "items"),
)
LUCK = frozenset({5, 6})
"""The variables that are no machines: whether a cache has the record. The machines of the second never fail."""

Up = Sequence[bool]


@st.composite
def rows(draw: st.DrawFn, place: int) -> tuple[tuple[int, ...], tuple[object, ...]]:
    own = draw(st.lists(st.sampled_from([0, 1, 2, 3, 4]), max_size=2, unique=True))
    needs = []
    for _ in range(draw(st.integers(0, 2)) if place else 0):
        options = draw(st.lists(st.integers(0, place - 1), min_size=1, max_size=3, unique=True))
        answer = draw(st.sampled_from([(), (), (4, 5), (5,), (6,)]))
        needs.append((answer, tuple(options)))
    return tuple(own), tuple(needs)


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    drawn = [draw(rows(place)) for place in range(draw(st.integers(1, 6)))]
    first = draw(st.integers(0, len(drawn) - 1))
    entries = draw(st.sampled_from([((1.0, first),), ((0.25, first), (0.75, len(drawn) - 1))]))
    return Outline("look", VARIABLES, tuple(drawn), entries)  # type: ignore[arg-type]


def works(seen: Outline, up: Up) -> list[bool]:
    """Each visit: its own variables and each of its calls, by one of its options or by the cache."""
    found: list[bool] = []
    for own, needs in seen.rows:
        found.append(
            all(up[number] for number in own)
            and all(
                any(found[place] for place in options)
                or (bool(answer) and all(up[number] for number in answer))
                for answer, options in needs
            )
        )
    return found


def fails(seen: Outline, up: Up) -> float:
    """The share of requests that are not served."""
    served = works(seen, up)
    return math.fsum([weight for weight, place in seen.entries if not served[place]])


class World:
    """An outline in combinations of zones, each with how likely every variable is false in it."""

    def __init__(self, seen: Outline, cases: tuple[Case, ...]) -> None:
        self.seen = seen
        self.cases = cases
        every = itertools.product([True, False], repeat=len(VARIABLES))
        self.bad = [(up, lost) for up in every if (lost := fails(seen, up)) > 0.0]

    def __repr__(self) -> str:
        return f"World({self.seen!r}, {self.cases!r})"

    def counted(self, change: Callable[[int], float | None] = lambda number: None) -> float:
        """The chance to fail, state by state, where some variables have other chances than the cases say."""
        other = [change(number) for number in range(len(VARIABLES))]
        total = []
        for probability, down in self.cases:
            chances = [old if new is None else new for old, new in zip(down, other, strict=True)]
            for up, lost in self.bad:
                state = [1 - q if fine else q for q, fine in zip(chances, up, strict=True)]
                total.append(probability * lost * math.prod(state))
        return math.fsum(total)

    def failing(self, overloaded: Sequence[str] = ()) -> Failing:
        return find_failing(structure_of(self.seen).wiring, self.cases, overloaded)


CHANCES = st.lists(st.floats(0.01, 0.9), min_size=len(VARIABLES), max_size=len(VARIABLES)).map(tuple)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    calm, bad = draw(CHANCES), draw(CHANCES)
    cases = draw(st.sampled_from([(Case(1.0, calm),), (Case(0.75, calm), Case(0.25, bad))]))
    return World(draw(outlines()), cases)


def of(nodes: Sequence[str], chance: float) -> Callable[[int], float | None]:
    """All that is asked of the machines of these nodes fails this often."""
    return lambda number: chance if VARIABLES[number].node in nodes and number not in LUCK else None


SOME = settings(max_examples=100, deadline=None)


@SOME
@given(worlds())
def test_the_chance_to_fail_is_that_of_all_states_in_which_it_does(world: World) -> None:
    assert world.failing().total == pytest.approx(world.counted(), abs=1e-12)


@SOME
@given(worlds())
def test_a_share_is_what_a_node_that_never_fails_would_save(world: World) -> None:
    found = {item.node: item.unavailability for item in world.failing().contributions}
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(share > 0.0 for share in found.values())
    assert found.keys() <= set(NODES)
    for node in NODES:
        saved = world.counted() - world.counted(of([node], 0.0))
        assert found.get(node, 0.0) == pytest.approx(saved, abs=1e-12)


@SOME
@given(worlds(), st.sampled_from([("a",), ("b",), ("c",), ("a", "c"), NODES]))
def test_nodes_that_cannot_carry_the_peak_are_down(world: World, full: tuple[str, ...]) -> None:
    """Their own share is all that they take away alone; those of the others are as if they were not overloaded."""
    failing = world.failing(full)
    assert failing.total == pytest.approx(world.counted(of(full, 1.0)), abs=1e-12)
    found = {item.node: item.unavailability for item in failing.contributions}
    for node in NODES:
        alone = world.counted(of([node], 1.0)) if node in full else world.counted()
        assert found.get(node, 0.0) == pytest.approx(alone - world.counted(of([node], 0.0)), abs=1e-12)


def test_what_meets_nothing_that_can_fail_never_does() -> None:
    seen = Outline("look", (), (((), ()),), ((1.0, 0),))
    states = States((ZoneState(frozenset("a"), 0.75), ZoneState(frozenset(), 0.25)))
    assert Odds({}, states, {}).failing(structure_of(seen).wiring, ()) == (0.0, ())
    assert (structure_of(seen).stops, structure_of(seen).meets) == ((), frozenset())


def unlucky(structure: Structure, needs: dict[str, str]) -> Up:
    """Everything up but what these nodes lack, and no cache has anything."""
    return [
        number not in LUCK and needs.get(variable.node) != variable.need
        for number, variable in enumerate(structure.variables)
    ]


@SOME
@given(outlines())
def test_it_falls_with_the_first_client_that_is_not_served_without_luck(seen: Outline) -> None:
    structure = structure_of(seen)
    for lacking in itertools.product([None, LEAST, MORE, ALL_READS], repeat=len(NODES)):
        needs = {node: need for node, need in zip(NODES, lacking, strict=True) if need is not None}
        assert structure.falls(needs) is (fails(seen, unlucky(structure, needs)) > 0.0)


@SOME
@given(outlines())
def test_it_stops_with_what_alone_makes_it_fall(seen: Outline) -> None:
    structure = structure_of(seen)
    machines = [(node, need) for number, (node, need, _) in enumerate(VARIABLES) if number not in LUCK]
    assert set(structure.stops) == {stop for stop in machines if structure.falls(dict([stop]))}
    assert len(structure.stops) == len(set(structure.stops))
    # Those met last come first.
    assert list(structure.stops) == sorted(structure.stops, key=machines.index, reverse=True)
    assert structure.meets == {*NODES, "d"}
    assert (structure.workload, structure.variables) == ("look", VARIABLES)
