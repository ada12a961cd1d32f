"""Circuits of random formulas against counting every state."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.reliability import circuit
from designer.reliability.circuit import compile_formulas
from designer.reliability.decision import Diagram, TooLarge
from designer.reliability.formulas import FALSE, TRUE, Formulas, Kind

SIZE = 6

Gate = tuple[str, list[int]]


@st.composite
def tangles(draw: st.DrawFn) -> list[Gate]:
    """Gates over the variables 0 to SIZE - 1 and over earlier gates, which are numbered on from there."""
    count = draw(st.integers(1, 9))
    return [
        (
            draw(st.sampled_from(["all", "any"])),
            draw(st.lists(st.integers(0, SIZE - 1 + number), min_size=1, max_size=4)),
        )
        for number in range(count)
    ]


@st.composite
def webs(draw: st.DrawFn) -> list[Gate]:
    """Ways that share variables but have none in common: they cannot be taken apart without decisions."""
    inner, outer = draw(st.sampled_from([("all", "any"), ("any", "all")]))
    way = st.lists(st.integers(0, SIZE - 1), min_size=2, max_size=3, unique=True)
    ways = draw(st.lists(way, min_size=3, max_size=6))
    return [*[(inner, parts) for parts in ways], (outer, list(range(SIZE, SIZE + len(ways))))]


CHANCES = st.lists(st.floats(0, 1), min_size=SIZE, max_size=SIZE)


def build(formulas: Formulas, gates: Sequence[Gate]) -> int:
    made = [formulas.variable(number) for number in range(SIZE)]
    for kind, parts in gates:
        chosen = [made[part] for part in parts]
        made.append(formulas.all_of(chosen) if kind == "all" else formulas.any_of(chosen))
    return made[-1]


def works(gates: Sequence[Gate], up: Sequence[bool]) -> bool:
    values = list(up)
    for kind, parts in gates:
        values.append((all if kind == "all" else any)(values[part] for part in parts))
    return values[-1]


def counted(gates: Sequence[Gate], down: Sequence[float]) -> float:
    """The chance to fail, state by state."""
    return math.fsum(
        math.prod(1 - chance if is_up else chance for is_up, chance in zip(up, down, strict=True))
        for up in itertools.product([True, False], repeat=SIZE)
        if not works(gates, up)
    )


def failing(gates: Sequence[Gate], down: Sequence[float]) -> tuple[float, list[float], bool]:
    formulas = Formulas()
    made, (root,) = compile_formulas(formulas, [build(formulas, gates)], SIZE)
    values = made.failures(down)
    return values[root], made.gradient(root, values)[:SIZE], made.is_bound


@given(tangles() | webs(), CHANCES)
def test_a_circuit_agrees_with_counting_every_state(gates: list[Gate], down: list[float]) -> None:
    found, _, is_bound = failing(gates, down)
    assert not is_bound
    assert found == pytest.approx(counted(gates, down), abs=1e-12)


@given(tangles() | webs(), CHANCES)
def test_birnbaum_importance_is_the_difference_between_down_and_up(
    gates: list[Gate], down: list[float]
) -> None:
    _, slopes, _ = failing(gates, down)
    for number in range(SIZE):
        broken = counted(gates, [*down[:number], 1.0, *down[number + 1 :]])
        perfect = counted(gates, [*down[:number], 0.0, *down[number + 1 :]])
        assert slopes[number] == pytest.approx(broken - perfect, abs=1e-12)


@given(tangles() | webs(), CHANCES)
def test_without_the_budget_the_answer_is_on_the_safe_side(gates: list[Gate], down: list[float]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(circuit, "FEW_STEPS", 0)
        patch.setattr(circuit, "MOST_STEPS", 0)
        found, _, is_bound = failing(gates, down)
    exact = counted(gates, down)
    assert found >= exact - 1e-12
    if not is_bound:
        assert found == pytest.approx(exact, abs=1e-12)


def test_the_bridge_network() -> None:
    a, b, c, d, e = range(5)
    paths: list[Gate] = [("all", [a, d]), ("all", [b, e]), ("all", [a, c, e]), ("all", [b, c, d])]
    found, _, _ = failing([*paths, ("any", [6, 7, 8, 9])], [0.1] * SIZE)
    p = 0.9
    assert 1 - found == pytest.approx(2 * p**2 + 2 * p**3 - 5 * p**4 + 2 * p**5, abs=1e-12)


BRIDGE = [[0, 3], [1, 4], [0, 2, 4], [1, 2, 3]]
"""The ways through a bridge."""
CUTS = [[0, 1], [3, 4], [0, 2, 4], [1, 2, 3]]


@pytest.mark.parametrize(
    ("inner", "outer", "parts"), [("all", "any", BRIDGE), ("any", "all", CUTS)], ids=["ways", "cuts"]
)
def test_the_bound_on_a_bridge(
    inner: str, outer: str, parts: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best of its ways is two in a row; and so are its cuts: (0 or 1 (2 or 4)) and (3 or 4 (1 or 2))."""
    gates = [*[(inner, part) for part in parts], (outer, [6, 7, 8, 9])]
    exact, _, is_bound = failing(gates, [0.1] * SIZE)
    assert is_bound is False
    assert exact == pytest.approx(1 - (2 * 0.9**2 + 2 * 0.9**3 - 5 * 0.9**4 + 2 * 0.9**5), abs=1e-12)
    monkeypatch.setattr(circuit, "FEW_STEPS", 0)
    again, _, is_bound = failing(gates, [0.1] * SIZE)
    assert again == pytest.approx(exact, abs=1e-12)
    assert is_bound is False
    monkeypatch.setattr(circuit, "MOST_STEPS", 0)
    found, slopes, is_bound = failing(gates, [0.1] * SIZE)
    assert is_bound is True
    assert found == pytest.approx(1 - 0.9**2, abs=1e-12)
    assert all(slope >= 0.0 for slope in slopes)


def test_series_parallel_needs_no_decisions() -> None:
    formulas = Formulas()
    tiers = [
        formulas.any_of([formulas.variable(2 * tier), formulas.variable(2 * tier + 1)]) for tier in range(3)
    ]
    made, (root,) = compile_formulas(formulas, [formulas.all_of(tiers)], SIZE)
    assert {op.name for op, _ in made.steps} == {"ALL", "ANY"}
    assert made.failures([1e-5] * SIZE)[root] == pytest.approx(3e-10, rel=1e-9)


def test_common_parts_are_taken_out_and_implied_ones_dropped() -> None:
    formulas = Formulas()
    a, b, c = (formulas.variable(number) for number in range(3))
    either = formulas.any_of([formulas.all_of([a, b]), formulas.all_of([a, c])])
    assert either == formulas.all_of([a, formulas.any_of([b, c])])
    assert formulas.any_of([a, formulas.all_of([a, b])]) == a
    assert formulas.all_of([formulas.any_of([a, b, c]), formulas.any_of([a, b])]) == formulas.any_of([a, b])
    assert formulas.all_of([]) == TRUE
    assert formulas.any_of([]) == FALSE
    assert formulas.all_of([a, FALSE]) == FALSE
    assert formulas.any_of([a, TRUE]) == TRUE


def test_thousands_of_branches_are_linear() -> None:
    formulas = Formulas()
    branches = []
    for branch in range(2_000):
        first, second, behind = (formulas.variable(3 * branch + part) for part in range(3))
        branches += [formulas.all_of([first, behind]), formulas.all_of([second, behind])]
    root = formulas.any_of(branches)
    made, (slot,) = compile_formulas(formulas, [root], 6_000)
    assert len(made.steps) == 2 * 2_000 + 1
    one = 0.9 + 0.1 * 0.81
    assert made.failures([0.9] * 6_000)[slot] == pytest.approx(one**2_000, rel=1e-9)


def test_the_ends_are_certain() -> None:
    made, slots = compile_formulas(Formulas(), [FALSE, TRUE], 0)
    values = made.failures([])
    assert [values[slot] for slot in slots] == [1.0, 0.0]


def ladder(formulas: Formulas, steps: int, reach: int) -> tuple[int, int]:
    """Two rails of nodes; each needs one of the next ones of either rail (`reach` on). The root and how many nodes."""
    rails = [[formulas.variable(2 * step + rail) for rail in range(2)] for step in range(steps)]
    below: list[list[int]] = []
    for step in range(steps - 1, -1, -1):
        row = []
        for rail in range(2):
            targets = [found[(rail + hop) % 2] for hop, found in enumerate(below[-reach:])]
            row.append(formulas.all_of([rails[step][rail], *([formulas.any_of(targets)] if targets else [])]))
        below.append(row)
    return formulas.any_of(below[-1]), 2 * steps


def test_a_long_ladder_is_followed_step_by_step() -> None:
    formulas = Formulas()
    root, size = ladder(formulas, 40, 2)
    made, (slot,) = compile_formulas(formulas, [root], size)
    assert not made.is_bound
    assert len(made.steps) < 20 * size
    assert 0.0 < made.failures([0.01] * size)[slot] < 0.01


def test_a_diagram_stops_at_its_budget() -> None:
    diagram = Diagram[int](budget=10)
    variables = [diagram.variable(number) for number in range(12)]
    with pytest.raises(TooLarge):
        diagram.any_of([diagram.both(variables[at], variables[at + 6]) for at in range(6)])


def test_kinds_are_kept() -> None:
    formulas = Formulas()
    gate = formulas.any_of([formulas.variable(0), formulas.variable(1)])
    assert formulas.kinds[gate] is Kind.ANY
    assert formulas.below([gate]) == sorted([*formulas.members[gate], gate])
