"""Whatever is drawn, with figures up to the ends of what is allowed: everything is measured, and means something."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.design.model import Design
from designer.scenario.model import Access, Dataset, Operation, Scenario, Touch
from tests.performance.boards import SHIPPED, Board, all_arithmetic, ask, measure, work
from tests.strategies import designs

DATASETS = {
    "links": Dataset(
        name="Links", record_size=500.0, records=1e6, skew=1.0, cacheable=("client", "edge", "server")
    ),
    "users": Dataset(name="Users", record_size=1e3, records=1e9, growth=50.0, retention=1e6),
    "posts": Dataset(name="Posts", kind="blobs", record_size=1e5, records=10.0, cacheable=("edge",)),
}

TOUCHES = (
    Touch(dataset="links"),
    Touch(dataset="links", operation=Operation.UPDATE, count=50.0),
    Touch(dataset="users", access=Access.SCATTER),
    Touch(dataset="users", operation=Operation.WRITE, deferred=True, count=0.3),
    Touch(dataset="users", operation=Operation.UPDATE, deferred=True, count=1_000.0),
    Touch(dataset="posts", count=7.5, records=3.0),
    Touch(capability="search"),
    Touch(capability="inference", count=100.0),
    Touch(capability="compute", deferred=True),
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    some = st.lists(st.sampled_from(TOUCHES), min_size=1, max_size=4)
    rates = st.floats(1e-3, 1e7)
    return ask(
        {f"w{number}": work(*draw(some), rate=draw(rates)) for number in range(draw(st.integers(1, 3)))},
        DATASETS,
    )


def numbers(board: Board) -> Iterator[float]:
    for facts in board.nodes.values():
        for item in facts.utilisations:
            yield from (item.value, item.demand, item.limit)
            for step in all_arithmetic(item.arithmetic):
                yield step.result.value
        yield facts.months_until_full or 0.0
        yield facts.hottest_share or 0.0
    for response in (*board.answers.values(), *board.freshness.values()):
        yield response.mean
        yield from response.percentiles.values()
        for hop in response.hops:
            yield from (hop.service, hop.waiting, hop.network)
        for step in all_arithmetic(response.arithmetic):
            yield step.result.value
    for node in board.cost.nodes:
        yield node.total


@settings(max_examples=60, deadline=None)
@given(design=designs(SHIPPED, extreme=True), scenario=scenarios())
def test_everything_is_measured(design: Design, scenario: Scenario) -> None:
    board = measure(scenario, design)
    assert set(board.nodes) == {node.id for node in design.nodes}
    assert [node.node for node in board.cost.nodes] == [node.id for node in design.nodes]
    for value in numbers(board):
        assert value >= 0.0  # and is a number
    for facts in board.nodes.values():
        assert 1 <= facts.needed <= facts.machines + 1
        assert facts.minimum is None or facts.minimum >= (0 if facts.minimum_knob == "replicas" else 1)
    for response in (*board.answers.values(), *board.freshness.values()):
        values = list(response.percentiles.values())
        assert all(less <= more * (1 + 1e-6) for less, more in itertools.pairwise(values))
        assert (response.mean == math.inf) == bool(response.saturated)
        if math.isfinite(response.mean):
            total = math.fsum(hop.service + hop.waiting + hop.network for hop in response.hops)
            assert total == pytest.approx(response.mean, rel=1e-9, abs=1e-15)
