"""Decision diagrams against closed forms and against counting every state."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.reliability.decision import FALSE, TRUE, Diagram

NAMES = ("a", "b", "c", "d", "e")


def bridge(diagram: Diagram) -> int:
    """The bridge network: a and b leave the source, d and e reach the sink, c joins the middle."""
    a, b, c, d, e = (diagram.variable(name) for name in NAMES)
    paths = [(a, d), (b, e), (a, c, e), (b, c, d)]
    return diagram.any_of([diagram.all_of(path) for path in paths])


@pytest.mark.parametrize("p", [0.5, 0.9, 0.99, 0.999])
def test_bridge_network(p: float) -> None:
    diagram = Diagram()
    root = bridge(diagram)
    exact = 2 * p**2 + 2 * p**3 - 5 * p**4 + 2 * p**5
    assert 1 - diagram.failure(root, dict.fromkeys(NAMES, 1 - p)) == pytest.approx(exact, abs=1e-12)


def test_series_is_a_product_and_parallel_the_complement_of_one() -> None:
    diagram = Diagram()
    nodes = [diagram.variable(name) for name in NAMES]
    down = dict(zip(NAMES, (0.1, 0.02, 0.003, 0.4, 0.05), strict=True))
    up = math.prod(1 - value for value in down.values())
    assert diagram.failure(diagram.all_of(nodes), down) == pytest.approx(1 - up, rel=1e-12)
    assert diagram.failure(diagram.any_of(nodes), down) == pytest.approx(math.prod(down.values()), rel=1e-12)


def test_a_shared_part_counts_once() -> None:
    diagram = Diagram()
    shared, left, right = (diagram.variable(name) for name in "abc")
    root = diagram.either(diagram.both(shared, left), diagram.both(shared, right))
    down = {"a": 0.01, "b": 0.1, "c": 0.1}
    assert diagram.failure(root, down) == pytest.approx(0.01 + 0.99 * 0.01, rel=1e-12)


def test_nine_nines_survive() -> None:
    diagram = Diagram()
    root = diagram.any_of([diagram.variable(name) for name in "abc"])
    assert diagram.failure(root, {"a": 1e-7, "b": 1e-7, "c": 1e-7}) == pytest.approx(1e-21, rel=1e-9)


def test_constants() -> None:
    diagram = Diagram()
    assert diagram.all_of([]) == TRUE
    assert diagram.any_of([]) == FALSE
    assert (diagram.failure(TRUE, {}), diagram.failure(FALSE, {})) == (0.0, 1.0)
    assert diagram.both(diagram.variable("a"), diagram.variable("a")) == diagram.variable("a")


def test_birnbaum_importance_of_the_bridge() -> None:
    diagram = Diagram()
    root = bridge(diagram)
    down = dict.fromkeys(NAMES, 0.1)
    failing, slopes = diagram.gradient(root, down)
    assert failing == diagram.failure(root, down)
    for name in NAMES:
        certain = diagram.failure(root, {**down, name: 0.0})
        impossible = diagram.failure(root, {**down, name: 1.0})
        assert slopes[name] == pytest.approx(impossible - certain, rel=1e-12)


TREES = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=12,
)


def build(diagram: Diagram, tree: object) -> int:
    if isinstance(tree, str):
        return diagram.variable(tree)
    kind, parts = tree  # type: ignore[misc]
    made = [build(diagram, part) for part in parts]
    return diagram.all_of(made) if kind == "and" else diagram.any_of(made)


def value(tree: object, down: frozenset[str]) -> bool:
    if isinstance(tree, str):
        return tree not in down
    kind, parts = tree  # type: ignore[misc]
    return (all if kind == "and" else any)(value(part, down) for part in parts)


@given(TREES, st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_any_structure_agrees_with_counting_every_state(tree: object, chances: list[float]) -> None:
    diagram = Diagram()
    root = build(diagram, tree)
    down = dict(zip(NAMES, chances, strict=True))
    counted = 0.0
    for states in itertools.product([True, False], repeat=5):
        failed = frozenset(name for name, fails in zip(NAMES, states, strict=True) if fails)
        assert diagram.holds(root, failed) is value(tree, failed)
        if not value(tree, failed):
            counted += math.prod(down[name] if name in failed else 1 - down[name] for name in NAMES)
    assert diagram.failure(root, down) == pytest.approx(counted, abs=1e-12)
