"""What must hold whatever is drawn: on designs that work, changed at random."""

from __future__ import annotations

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.analysis import Analysis, analyze, scale_traffic
from designer.catalog.loader import load
from designer.design.changes import AddNode
from designer.design.edit import apply
from designer.design.model import Connection, Design, Node
from designer.design.notation import parse_notation
from designer.scenario.loader import load_scenario
from tests.strategies import designs

CATALOG = load()
SCENARIO = load_scenario("url_shortener")
FEED = load_scenario("news_feed")


@st.composite
def working(draw: st.DrawFn) -> Design:
    """A design that serves every request of the URL shortener, with counts drawn at random."""
    count = st.integers(1, 60)
    text = (
        f"users > load_balancer*{draw(st.integers(1, 4))} > api:app_server*{draw(count)}[zones=a+b] > "
        f"cache*{draw(st.integers(1, 9))}, db:sharded_sql[shards={draw(count)}, replicas={draw(st.integers(0, 3))}]"
    )
    if draw(st.booleans()):
        text = text.replace("users > ", "users > cdn > ")
    return parse_notation(text, CATALOG)


def facts(design: Design, multiple: float = 1.0) -> Analysis:
    return analyze(scale_traffic(SCENARIO, multiple), design, CATALOG, headroom=False)


def loads(analysis: Analysis) -> dict[str, float]:
    return {
        f"{node}:{used.ceiling.value}": used.value
        for node, item in analysis.nodes.items()
        for used in item.utilisations
    }


@given(working(), st.floats(1.01, 20))
@settings(max_examples=40, deadline=None)
def test_more_traffic_never_makes_anything_better(design: Design, multiple: float) -> None:
    before, after = facts(design), facts(design, multiple)
    for name, value in loads(before).items():
        assert loads(after)[name] >= value * (1 - 1e-9), name
    for old, new in zip(before.reliability.workloads, after.reliability.workloads, strict=True):
        assert new.unavailability >= old.unavailability * (1 - 1e-9)
    for name, response in before.responses.items():
        for percentile, value in response.percentiles.items():
            assert after.responses[name].percentiles[percentile] >= value * (1 - 1e-4)
    assert after.cost.total >= before.cost.total


@given(working(), st.sampled_from(["cache", "sql_database", "sharded_sql", "app_server", "log_stream"]))
@settings(max_examples=40, deadline=None)
def test_something_not_connected_changes_nothing_but_cost(design: Design, component: str) -> None:
    lonely = Node(id="lonely", component=component)
    with_it = apply(design, (AddNode(node=lonely),), CATALOG)
    before, after = facts(design), facts(with_it)
    for old, new in zip(before.verdicts, after.verdicts, strict=True):
        if old.kind != "budget":
            assert (old.state, old.value) == (new.state, new.value), old.requirement
    assert after.cost.total > before.cost.total


@given(working(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_names_and_places_change_nothing(design: Design, random: object) -> None:
    renamed = {node.id: f"n{index}" for index, node in enumerate(design.nodes)}
    nodes = [
        node.model_copy(update={"id": renamed[node.id], "name": f"Part {index}"})
        for index, node in enumerate(design.nodes)
    ]
    connections = [
        item.model_copy(update={"source": renamed[item.source], "target": renamed[item.target]})
        for item in design.connections
    ]
    random.shuffle(nodes)  # type: ignore[attr-defined]
    random.shuffle(connections)  # type: ignore[attr-defined]
    other = design.model_copy(update={"nodes": tuple(nodes), "connections": tuple(connections)})
    for old, new in zip(facts(design).verdicts, facts(other).verdicts, strict=True):
        assert old.state is new.state
        assert old.value is None or math.isclose(old.value, new.value or 0.0, rel_tol=1e-6), old.requirement


@given(working())
@settings(max_examples=25, deadline=None)
def test_an_added_replica_never_lowers_the_availability_of_a_read(design: Design) -> None:
    db = design.node("db")
    more = design.model_copy(
        update={
            "nodes": tuple(
                node.model_copy(update={"replicas": db.replicas + 1}) if node is db else node
                for node in design.nodes
            )
        }
    )
    (before,) = (item for item in facts(design).reliability.workloads if item.workload == "follow")
    (after,) = (item for item in facts(more).reliability.workloads if item.workload == "follow")
    assert after.unavailability <= before.unavailability * (1 + 1e-9)


@given(designs(CATALOG, max_nodes=12))
@settings(max_examples=60, deadline=None)
def test_any_design_at_all_is_judged(design: Design) -> None:
    for scenario in (SCENARIO, FEED):
        analysis = analyze(scenario, design, CATALOG, headroom=False)
        assert len(analysis.verdicts) == len(scenario.requirements)
        assert set(analysis.nodes) == {node.id for node in design.nodes}
        assert all(verdict.reason for verdict in analysis.verdicts)
        assert not any(
            verdict.value is not None and math.isnan(verdict.value) for verdict in analysis.verdicts
        )


@given(designs(CATALOG, max_nodes=8))
@settings(max_examples=20, deadline=None)
def test_the_same_input_gives_the_same_facts(design: Design) -> None:
    first = analyze(SCENARIO, design, CATALOG, headroom=False)
    second = analyze(SCENARIO, Design.model_validate(design.model_dump()), CATALOG, headroom=False)
    assert first.verdicts == second.verdicts


def test_two_dense_layers_are_judged_in_a_moment() -> None:
    left = [Node(id=f"a{index}", component="app_server") for index in range(30)]
    right = [Node(id=f"b{index}", component="app_server") for index in range(30)]
    ends = [Node(id="users", component="users"), Node(id="db", component="sql_database")]
    edges = [Connection(source="users", target=node.id) for node in left]
    edges += [Connection(source=one.id, target=other.id) for one in left for other in right]
    edges += [Connection(source=node.id, target="db") for node in right]
    design = Design(nodes=tuple(ends + left + right), connections=tuple(edges))
    analysis = facts(design)
    assert analysis.traffic.plans["follow"].entries
    assert analysis.traffic.problems == ()


def test_a_chain_of_hundreds_of_nodes_is_judged() -> None:
    links = [Node(id=f"a{index}", component="app_server") for index in range(480)]
    ends = [Node(id="users", component="users"), Node(id="db", component="sql_database")]
    chain = ["users", *(node.id for node in links), "db"]
    edges = [Connection(source=one, target=other) for one, other in itertools.pairwise(chain)]
    analysis = facts(Design(nodes=tuple(ends + links), connections=tuple(edges)), 1e-3)
    assert analysis.reliability.workloads[0].availability > 0
