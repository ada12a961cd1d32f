"""What must hold of any design: on boards of every kind of part, with counts and figures drawn at random."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.design.model import Design
from designer.scenario.model import Access, Operation, Scenario, Touch
from tests.performance.boards import HOT, READ, SHIPPED, UPDATE, WRITE, Board, ask, measure, work

LATER = Touch(dataset="links", operation=Operation.UPDATE, deferred=True, count=3)
SCATTER = Touch(dataset="hot", access=Access.SCATTER)
EASY = settings(max_examples=30, deadline=None)

STORES = (
    "db:sql_database[replicas={r}]",
    "db:sql_database[replicas={r}, read_from=leader]",
    "db:sharded_sql[shards={n}, replicas={r}, read_from=replicas]",
    "db:wide_column_store[instances={n}, replicas={r}]",
    "db:key_value_store",
    "db:document_store[shards={n}, replicas={r}]",
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    few, many = st.integers(0, 3), st.integers(1, 40)
    store = draw(st.sampled_from(STORES)).format(n=draw(many), r=draw(few))
    zones = draw(st.sampled_from(("a", "a+b", "a+b+c")))
    calls = draw(st.sampled_from(("sequence", "parallel")))
    text = f"@ eu/a, eu/b, us/c\nusers > load_balancer*{draw(many)}"
    text += f" > api:app_server*{draw(many)}[zones={zones}, calls={calls}]"
    text += f" > {store}"
    if draw(st.booleans()):
        text += f"; api > cache[instances={draw(many)}, replicas={draw(few)}, memory={draw(st.integers(1, 900))} MB]"
    if draw(st.booleans()):
        queue = draw(st.sampled_from(("message_queue", "log_stream[partitions={n}]"))).format(n=draw(many))
        text += f"; api > q:{queue} > w:worker*{draw(many)} > db"
    return text


touches = st.lists(st.sampled_from((READ, HOT, WRITE, UPDATE, LATER, SCATTER)), min_size=1, max_size=4)
rates = st.floats(1.0, 20_000.0)


def scenario(found: list[Touch], rate: float) -> Scenario:
    return ask({"w": work(*found, rate=rate, peak_factor=2.0)})


def times(board: Board) -> dict[str, float]:
    return {
        f"{kind}:{percentile}": value
        for kind, responses in (("answer", board.answers), ("late", board.freshness))
        for response in responses.values()
        for percentile, value in response.percentiles.items()
    }


def loads(board: Board) -> dict[str, float]:
    return {
        f"{node}:{item.ceiling}": item.value
        for node, facts in board.nodes.items()
        for item in facts.utilisations
    }


@EASY
@given(texts(), touches, rates, st.floats(1.01, 30.0))
def test_more_traffic_never_lowers_anything(text: str, found: list[Touch], rate: float, more: float) -> None:
    before, after = measure(scenario(found, rate), text), measure(scenario(found, rate * more), text)
    for name, value in loads(before).items():
        assert loads(after)[name] >= value * (1 - 1e-9), name
    for name, value in times(before).items():
        assert times(after)[name] >= value * (1 - 1e-3), name
    for node, facts in before.nodes.items():
        assert after.nodes[node].needed >= facts.needed


def slower(design: Design, name: str, factor: float) -> Design:
    """The design with a node whose service takes so many times as long and whose rates are so much lower."""
    component = SHIPPED[design.node(name).component]
    figures = {}
    for figure in ("service_time", "service_time_p99", "write_time", "write_time_p99"):
        if (known := component.figure(figure)) is not None:
            figures[figure] = known.default * factor
    for figure in ("read_rate", "write_rate"):
        if (known := component.figure(figure)) is not None:
            figures[figure] = known.default / factor
    nodes = tuple(
        node.model_copy(update={"figures": figures}) if node.id == name else node for node in design.nodes
    )
    return design.model_copy(update={"nodes": nodes})


@EASY
@given(texts(), touches, rates, st.sampled_from(("load_balancer", "api", "db")), st.floats(1.05, 5.0))
def test_a_faster_node_never_slows_a_request(
    text: str, found: list[Touch], rate: float, name: str, factor: float
) -> None:
    asked = scenario(found, rate)
    quick = measure(asked, text)
    slow = measure(asked, slower(quick.design, name, factor))
    for key, value in times(slow).items():
        assert value >= times(quick)[key] * (1 - 1e-3), key
    for key, value in loads(slow).items():
        assert value >= loads(quick)[key] * (1 - 1e-9), key


@EASY
@given(st.integers(1, 60), st.integers(1, 60), rates)
def test_doubling_traffic_and_machines_changes_no_utilisation(
    servers: int, balancers: int, rate: float
) -> None:
    text = "users > load_balancer*{b} > api:app_server*{a} > db:key_value_store"
    touch = Touch(capability="compute")
    one = measure(scenario([touch], rate), text.format(a=servers, b=balancers))
    two = measure(scenario([touch], 2 * rate), text.format(a=2 * servers, b=2 * balancers))
    assert loads(two) == pytest.approx(loads(one))


@EASY
@given(texts(), touches, rates)
def test_hops_add_up_to_the_mean(text: str, found: list[Touch], rate: float) -> None:
    board = measure(scenario(found, rate), text)
    for response in (*board.answers.values(), *board.freshness.values()):
        total = math.fsum(hop.service + hop.waiting + hop.network for hop in response.hops)
        assert response.hops
        if math.isfinite(response.mean):
            assert total == pytest.approx(response.mean, rel=1e-9)
            assert response.saturated == ()
        else:
            assert response.saturated
            assert set(response.percentiles.values()) == {math.inf}


@EASY
@given(texts(), touches, rates)
def test_times_are_finite_where_no_machine_is_full(text: str, found: list[Touch], rate: float) -> None:
    board = measure(scenario(found, rate), text)
    busy = [facts.node for facts in board.nodes.values() for item in facts.utilisations if item.value >= 1.0]
    if not busy:
        assert all(math.isfinite(value) for value in times(board).values())
    for response in (*board.answers.values(), *board.freshness.values()):
        assert set(response.saturated) <= set(busy)


@EASY
@given(texts(), touches, rates)
def test_the_same_question_has_the_same_answer(text: str, found: list[Touch], rate: float) -> None:
    one, two = measure(scenario(found, rate), text), measure(scenario(found, rate), text)
    assert (one.nodes, one.answers, one.freshness, one.growth, one.cost) == (
        two.nodes,
        two.answers,
        two.freshness,
        two.growth,
        two.cost,
    )


@EASY
@given(texts(), touches, rates)
def test_what_is_not_connected_changes_nothing_but_cost(text: str, found: list[Touch], rate: float) -> None:
    asked = scenario(found, rate)
    alone = measure(asked, text)
    beside = measure(asked, f"{text}; spare:sql_database > other:key_value_store; idle:app_server*3")
    assert {name: beside.nodes[name] for name in alone.nodes} == alone.nodes
    assert (beside.answers, beside.freshness, beside.growth) == (alone.answers, alone.freshness, alone.growth)
    assert beside.cost.total > alone.cost.total


@EASY
@given(texts(), touches, rates)
def test_the_minimum_keeps_every_ceiling(text: str, found: list[Touch], rate: float) -> None:
    asked = scenario(found, rate)
    board = measure(asked, text)
    for node, facts in board.nodes.items():
        # With other memory a cache has other hits, and so other work.
        if facts.minimum is None or facts.minimum_knob is None or node == "cache":
            continue
        nodes = tuple(
            item.model_copy(update={facts.minimum_knob: facts.minimum}) if item.id == node else item
            for item in board.design.nodes
        )
        changed = measure(asked, board.design.model_copy(update={"nodes": nodes})).nodes[node]
        assert all(item.value <= 1 + 1e-9 for item in changed.utilisations)
        assert changed.minimum == facts.minimum or changed.minimum_knob != facts.minimum_knob
