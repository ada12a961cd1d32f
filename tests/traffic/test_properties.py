"""What must hold of the traffic on any design whatever."""

from __future__ import annotations

import math
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.design.model import (
    Connection,
    Delivery,
    Design,
    Eviction,
    Index,
    Mode,
    Node,
    Partitioning,
    WritePolicy,
)
from designer.design.model import Traffic as Carried
from designer.scenario.model import Dataset, Operation, Scenario, Touch, Workload
from designer.traffic.model import ProblemKind, Traffic
from designer.traffic.propagation import propagate
from tests.strategies import designs
from tests.traffic.boards import CATALOG, ask_all, conservation_errors, structure_errors

DATASETS = {
    "links": Dataset(
        name="Links",
        kind="records",
        record_size=100,
        records=1e7,
        skew=0.9,
        cacheable=("client", "edge", "server"),
    ),
    "users": Dataset(name="Users", kind="records", record_size=2_000, records=1e5, skew=0.5),
    "posts": Dataset(
        name="Posts", kind="blobs", record_size=5e4, records=1e6, skew=1.0, cacheable=("edge", "client")
    ),
}
CACHES = ("cache", "cdn")
NUMBERS = {"rel_tol": 1e-6, "abs_tol": 1e-6}

touches = st.one_of(
    st.builds(
        Touch,
        dataset=st.sampled_from(list(DATASETS)),
        operation=st.sampled_from(list(Operation)),
        access=st.sampled_from(["key", "scatter", "range", "index"]),
        count=st.sampled_from([1.0, 1.0, 3.0, 0.5]),
        records=st.sampled_from([1.0, 20.0]),
        deferred=st.booleans(),
    ),
    st.builds(Touch, capability=st.sampled_from(["search", "inference", "compute"]), deferred=st.booleans()),
)
workloads = st.builds(
    Workload,
    name=st.just("Ask"),
    rate=st.sampled_from([0.001, 1.0, 250.0, 1e5]),
    touches=st.lists(touches, min_size=1, max_size=4).map(tuple),
)
scenarios = st.lists(workloads, min_size=1, max_size=3).map(
    lambda found: ask_all({f"w{number}": workload for number, workload in enumerate(found)}, DATASETS)
)


@st.composite
def tiers(draw: st.DrawFn, *, multiplied: bool = True, set_up: bool = False) -> Design:
    """Designs that mostly answer: clients, edge, routers, services, queues and workers, caches, stores.

    `set_up`: with policies of caches, failing consumers, limits, dead letters and what else nodes can be set to.
    """
    ranks = [
        ["users", "mobile_app"],
        ["cdn", "browser_cache", "dns"],
        ["load_balancer", "api_gateway", "cdn"],
        ["app_server", "reverse_proxy"],
        ["app_server", "message_queue", "cache"],
        ["worker", "app_server", "cache", "model_server"],
        ["cache", "cache", "reverse_proxy"],
        ["sql_database", "object_storage", "search_index", "sharded_sql"],
    ]
    always = {0: ["users"], 3: ["app_server"], 7: ["sql_database", "object_storage"]}
    layers: list[list[Node]] = []
    for rank, components in enumerate(ranks):
        chosen = always.get(rank, []) + draw(st.lists(st.sampled_from(components), max_size=2))
        layer = [
            _place(f"n{rank}_{number}", component, draw, set_up) for number, component in enumerate(chosen)
        ]
        if layer:
            layers.append(layer)
    connections: dict[tuple[str, str], Connection] = {}
    for above, layer in enumerate(layers[:-1]):
        below = [node for further in layers[above + 1 :] for node in further]
        for node in layer:
            near = draw(st.lists(st.sampled_from(layers[above + 1]), min_size=1, max_size=3, unique=True))
            far = draw(st.lists(st.sampled_from(below), max_size=2, unique=True))
            for target in dict.fromkeys([*near, *far]):
                connections[node.id, target.id] = _connect(node.id, target.id, draw, multiplied, set_up)
    for start, end in draw(_backward(layers)):
        connections.setdefault((start, end), Connection(source=start, target=end))
    nodes = tuple(node for layer in layers for node in layer)
    return Design(nodes=nodes, connections=tuple(connections.values()))


def _place(node_id: str, component: str, draw: st.DrawFn, set_up: bool) -> Node:
    settings: dict[str, object] = {}
    figures = {"memory": draw(st.sampled_from([1e6, 1e8, 1e10]))} if component in CACHES else {}
    if set_up and component in CACHES:
        settings["writes"] = draw(st.sampled_from(list(WritePolicy)))
        settings["eviction"] = draw(st.sampled_from(list(Eviction)))
        settings["ttl"] = draw(st.sampled_from([None, None, 0.5, 60.0, 1e6]))
    elif set_up and component == "message_queue":
        settings["delivery"] = draw(st.sampled_from(list(Delivery)))
        settings["deliveries"] = draw(st.sampled_from([None, 1, 3]))
    elif set_up and component == "sharded_sql":
        settings["shards"] = draw(st.sampled_from([1, 4]))
        settings["index"] = draw(st.sampled_from(list(Index)))
        settings["partitioning"] = draw(st.sampled_from(list(Partitioning)))
    elif set_up and component == "worker":
        figures["error_rate"] = draw(st.sampled_from([0.0, 0.1, 1.0]))
    if set_up:
        settings["limit"] = draw(st.sampled_from([None, None, None, None, 100.0]))
    return Node(id=node_id, component=component, figures=figures, **settings)


def _connect(source: str, target: str, draw: st.DrawFn, multiplied: bool, set_up: bool) -> Connection:
    settings: dict[str, object] = {}
    carried = [Carried.ALL, Carried.ALL, Carried.ALL, Carried.READ, Carried.WRITE]
    if set_up:
        carried.append(Carried.FAILED)
        settings["mode"] = draw(st.sampled_from(list(Mode)))
        settings["on_miss"] = draw(st.sampled_from([None, None, True, False]))
    return Connection(
        source=source,
        target=target,
        carries=draw(st.sampled_from(carried)),
        share=draw(st.sampled_from([None, None, None, 0.3, 0.0])),
        calls=draw(st.sampled_from([None, None, 2.0, 0.5])) if multiplied else None,
        **settings,
    )


def _backward(layers: list[list[Node]]) -> st.SearchStrategy[list[tuple[str, str]]]:
    ids = [node.id for layer in layers for node in layer]
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] != pair[1])
    return st.lists(ends, max_size=2)


boards = st.one_of(
    tiers(), tiers(multiplied=False), tiers(multiplied=False, set_up=True), designs(CATALOG, max_nodes=12)
)


@settings(max_examples=150, deadline=None)
@given(scenarios, boards)
def test_nothing_is_lost_and_nothing_appears(scenario: Scenario, design: Design) -> None:
    traffic = propagate(scenario, design, CATALOG)
    for plan in traffic.plans.values():
        assert list(structure_errors(scenario, design, plan)) == []
    assert list(conservation_errors(scenario, design, traffic)) == []
    for name, plan in traffic.plans.items():
        whole = plan.entries and not plan.unserved
        # A cache that cannot write to the store is a problem of its own: its writer does it.
        told = [problem for problem in traffic.problems if "write-back" not in problem.message]
        assert bool(whole) != any(problem.workload in (name, None) for problem in told)
    for hit in traffic.hits:
        assert 0.0 <= hit.ratio <= 1.0
        assert hit.lookups > 0.0
        assert math.isfinite(hit.kept_records)
        assert 0.0 <= hit.stale <= 1.0
        assert 0.0 <= hit.bound <= 1.0
        assert math.isfinite(hit.warm_up)
    for load in traffic.loads:
        assert all(0.0 < share <= 1.0 for share in load.hottest.values())
        assert min(load.refused, load.given_up, load.calls) >= -1e-9


def numbers_of(traffic: Traffic) -> dict[tuple[str, ...], tuple[float, ...]]:
    """Everything that was counted, by what it was counted of."""
    found: dict[tuple[str, ...], tuple[float, ...]] = {}
    for item in traffic.flows:
        found["flow", item.workload, item.connection] = (
            item.calls, item.reads, item.writes, item.bytes_forward, item.bytes_back,
        )  # fmt: skip
    for load in traffic.loads:
        data = [number for name in sorted(load.datasets) for number in load.datasets[name]]
        found["load", load.workload, load.node] = (
            load.calls, load.reads, load.writes, load.scattered_reads, load.bytes_in, load.bytes_out, *data,
        )  # fmt: skip
    for hit in traffic.hits:
        found["hit", hit.cache, hit.dataset] = (hit.ratio,)
    return found


def assert_alike(one: Traffic, other: Traffic) -> None:
    ones, others = numbers_of(one), numbers_of(other)
    assert ones.keys() == others.keys()
    for key, numbers in ones.items():
        for number, same in zip(numbers, others[key], strict=True):
            assert math.isclose(number, same, **NUMBERS), key
    assert problems_of(one) == problems_of(other)


def problems_of(traffic: Traffic) -> set[tuple[str | None, int | None, ProblemKind]]:
    return {(problem.workload, problem.touch, problem.kind) for problem in traffic.problems}


@settings(max_examples=50, deadline=None)
@given(scenarios, boards)
def test_the_same_question_has_the_same_answer(scenario: Scenario, design: Design) -> None:
    again = scenario.model_copy(update={"datasets": dict(scenario.datasets)})  # so that nothing is remembered
    assert propagate(scenario, design, CATALOG) == propagate(again, design, CATALOG)


@settings(max_examples=50, deadline=None)
@given(scenarios, boards, st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_connections_is_nothing(
    scenario: Scenario, design: Design, chance: Random
) -> None:
    nodes, connections = list(design.nodes), list(design.connections)
    chance.shuffle(nodes)
    chance.shuffle(connections)
    mixed = design.model_copy(update={"nodes": tuple(nodes), "connections": tuple(connections)})
    # Problems are the same, though one may name another of several nodes or circles first.
    assert_alike(propagate(scenario, design, CATALOG), propagate(scenario, mixed, CATALOG))


@settings(max_examples=50, deadline=None)
@given(scenarios, boards)
def test_names_are_nothing(scenario: Scenario, design: Design) -> None:
    new = {node.id: f"z{len(design.nodes) - number}" for number, node in enumerate(design.nodes)}
    renamed = design.model_copy(
        update={
            "nodes": tuple(
                node.model_copy(update={"id": new[node.id], "name": "x"}) for node in design.nodes
            ),
            "connections": tuple(
                item.model_copy(update={"source": new[item.source], "target": new[item.target]})
                for item in design.connections
            ),
        }
    )
    before, after = propagate(scenario, design, CATALOG), propagate(scenario, renamed, CATALOG)
    assert [flow.calls for flow in before.flows] == [flow.calls for flow in after.flows]
    assert [load.bytes_in for load in before.loads] == [load.bytes_in for load in after.loads]
    assert [hit.ratio for hit in before.hits] == [hit.ratio for hit in after.hits]


@settings(max_examples=50, deadline=None)
@given(scenarios, boards, st.sampled_from([0.01, 0.5, 2.0, 37.0]))
def test_twice_the_traffic_is_twice_of_everything(
    scenario: Scenario, design: Design, multiple: float
) -> None:
    # A limit and a time to live are no rates of the scenario: what they do depends on how much comes.
    free = tuple(node.model_copy(update={"limit": None, "ttl": None}) for node in design.nodes)
    design = design.model_copy(update={"nodes": free})
    once, often = (
        propagate(scenario, design, CATALOG),
        propagate(scenario, design, CATALOG, multiple=multiple),
    )
    ones, others = numbers_of(once), numbers_of(often)
    assert ones.keys() == others.keys()
    for key, numbers in ones.items():
        factor = 1.0 if key[0] == "hit" else multiple
        for number, scaled in zip(numbers, others[key], strict=True):
            assert math.isclose(number * factor, scaled, **NUMBERS), key


@settings(max_examples=50, deadline=None)
@given(scenarios, boards)
def test_what_is_not_connected_changes_nothing(scenario: Scenario, design: Design) -> None:
    before = propagate(scenario, design, CATALOG)
    if any(problem.kind is not ProblemKind.UNREACHABLE for problem in before.problems):
        return
    loose = Node(id="loose", component="cache")
    after = propagate(scenario, design.model_copy(update={"nodes": (*design.nodes, loose)}), CATALOG)
    assert (before.flows, before.loads, before.hits, before.problems) == (
        after.flows,
        after.loads,
        after.hits,
        after.problems,
    )
