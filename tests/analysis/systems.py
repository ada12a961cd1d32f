"""Random questions and random designs that mostly answer them, and all numbers found about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from designer.analysis import Analysis, analyze, scale_traffic
from designer.catalog.loader import load
from designer.catalog.model import Knob
from designer.design.model import CallOrder, Connection, Design, Node, ReadFrom, Zone
from designer.scenario.model import (
    Availability,
    Budget,
    Dataset,
    Difficulty,
    Durability,
    Freshness,
    Latency,
    Operation,
    RecoveryPoint,
    RecoveryTime,
    Scenario,
    Storage,
    Throughput,
    Touch,
    Workload,
)
from tests.strategies import designs

CATALOG = load()

LIMIT = 1.0
"""Of every requirement: what is compared is what was found, whatever is asked."""


def datasets(skew: float | None = None) -> dict[str, Dataset]:
    """Records in two stores and pictures; with a `skew`, all alike."""
    facts: dict[str, dict[str, Any]] = {
        "links": {"record_size": 100.0, "records": 1e7, "skew": 0.9},
        "users": {"record_size": 2_000.0, "records": 1e5, "skew": 0.5},
        "posts": {"kind": "blobs", "record_size": 5e4, "records": 1e6, "skew": 1.0},
    }
    places = {"links": ["client", "edge", "server"], "users": ["server"], "posts": ["edge", "client"]}
    alike = {} if skew is None else {"skew": skew}
    return {
        name: Dataset.model_validate({"name": name.title(), "cacheable": places[name], **found, **alike})
        for name, found in facts.items()
    }


def touches(operations: tuple[Operation, ...]) -> st.SearchStrategy[Touch]:
    """What a request needs."""
    data = st.builds(
        Touch,
        dataset=st.sampled_from(list(datasets())),
        operation=st.sampled_from(operations),
        access=st.sampled_from(["key", "key", "scatter"]),
        count=st.sampled_from([1.0, 1.0, 3.0, 0.5]),
        records=st.sampled_from([1.0, 20.0]),
        deferred=st.booleans(),
    )
    work = st.builds(Touch, capability=st.sampled_from(["search", "inference"]))
    return st.one_of(data, data, data, work)


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    skew: float | None = None,
    operations: tuple[Operation, ...] = tuple(Operation),
    most: int = 3,
) -> Scenario:
    """Up to `most` workloads over the three datasets, with every kind of requirement."""
    workloads = {
        f"w{number}": Workload(
            name=f"Workload {number}",
            rate=draw(st.sampled_from([0.1, 20.0, 500.0, 1e4])),
            peak_factor=draw(st.sampled_from([1.0, 2.0])),
            touches=tuple(draw(st.lists(touches(operations), min_size=1, max_size=3))),
        )
        for number in range(draw(st.integers(1, most)))
    }
    return ask(workloads, datasets(skew))


def ask(workloads: Mapping[str, Workload], data: Mapping[str, Dataset]) -> Scenario:
    """A scenario that asks everything of these workloads and datasets."""
    return Scenario(
        id="any",
        name="Any",
        difficulty=Difficulty.CORE,
        summary="A question to try things on.",
        story="Nothing happens.",
        datasets=dict(data),
        workloads=dict(workloads),
        requirements=requirements(workloads, data),
    )


def requirements(workloads: Mapping[str, Workload], data: Mapping[str, Dataset]) -> dict[str, Any]:
    """Every kind of requirement, of every workload and dataset."""
    found: dict[str, Any] = {"budget": Budget(kind="budget", limit=LIMIT)}
    for name in workloads:
        found |= {
            f"{name}_throughput": Throughput(kind="throughput", workload=name),
            f"{name}_latency": Latency(kind="latency", workload=name, limit=LIMIT),
            f"{name}_freshness": Freshness(kind="freshness", workload=name, limit=LIMIT),
            f"{name}_availability": Availability(kind="availability", workload=name, minimum=0.999),
            f"{name}_back": RecoveryTime(kind="recovery_time", workload=name, limit=LIMIT),
        }
    for name in data:
        found |= {
            f"{name}_durability": Durability(kind="durability", dataset=name, minimum=0.999),
            f"{name}_gone": RecoveryPoint(kind="recovery_point", dataset=name, limit=LIMIT),
            f"{name}_storage": Storage(kind="storage", dataset=name, horizon=1e8),
        }
    return found


RANKS: tuple[tuple[str, ...], ...] = (
    ("mobile_app",),
    ("cdn", "browser_cache", "dns"),
    ("load_balancer", "api_gateway"),
    ("reverse_proxy", "app_server"),
    ("message_queue", "log_stream", "cache"),
    ("worker", "app_server", "model_server"),
    ("cache", "reverse_proxy"),
    ("sharded_sql", "search_index", "wide_column_store", "document_store"),
)
"""Components by how far a request has come, and what is always there: a client, a service and two stores."""

ALWAYS: Mapping[int, tuple[str, ...]] = {
    0: ("users",),
    3: ("app_server",),
    7: ("sql_database", "object_storage"),
}
CACHES = frozenset({"cdn", "browser_cache", "cache"})


@st.composite
def tiers(draw: st.DrawFn, *, caches: bool = True) -> Design:
    """Designs in layers, each node calling some of the next layer and perhaps some further on; no circles."""
    zones = tuple(Zone(id=f"z{number}") for number in range(draw(st.integers(0, 3))))
    layers: list[list[Node]] = []
    for rank, components in enumerate(RANKS):
        offered = [name for name in components if name in CATALOG and (caches or name not in CACHES)]
        chosen = [*ALWAYS.get(rank, ())]
        if offered:
            chosen += draw(st.lists(st.sampled_from(offered), max_size=2))
        layer = [draw(placed(f"n{rank}_{at}", name, zones)) for at, name in enumerate(chosen)]
        if layer:
            layers.append(layer)
    connections: dict[tuple[str, str], Connection] = {}
    for above, layer in enumerate(layers[:-1]):
        further = [node for below in layers[above + 1 :] for node in below]
        for node in layer:
            near = draw(st.lists(st.sampled_from(layers[above + 1]), min_size=1, max_size=3, unique=True))
            far = draw(st.lists(st.sampled_from(further), max_size=2, unique=True))
            for target in dict.fromkeys([*near, *far]):
                connections[node.id, target.id] = Connection(source=node.id, target=target.id)
    nodes = tuple(node for layer in layers for node in layer)
    return Design(zones=zones, nodes=nodes, connections=tuple(connections.values()))


@st.composite
def placed(draw: st.DrawFn, node_id: str, component: str, zones: tuple[Zone, ...]) -> Node:
    """A node with counts drawn at random."""
    knobs = CATALOG[component].knobs
    most = {Knob.INSTANCES: 12, Knob.SHARDS: 8, Knob.REPLICAS: 3, Knob.PARTITIONS: 12}
    least = {Knob.REPLICAS: 0}
    settings: dict[str, Any] = {
        knob.value: draw(st.integers(least.get(knob, 1), count))
        for knob, count in most.items()
        if knob in knobs
    }
    if zones and knobs:
        ids = st.sampled_from([zone.id for zone in zones])
        settings["zones"] = tuple(draw(st.lists(ids, unique=True, max_size=3)))
    if Knob.REPLICAS in knobs:
        settings["read_from"] = draw(st.sampled_from(ReadFrom))
    if component == "app_server":
        settings["calls"] = draw(st.sampled_from(CallOrder))
    return Node(id=node_id, component=component, **settings)


systems = st.one_of(
    tiers(), tiers(), designs(CATALOG, max_nodes=10, cycles=False, figures=False, decoration=False)
)
"""Designs, most of which serve most of what is asked."""


def facts(scenario: Scenario, design: Design, multiple: float = 1.0) -> Analysis:
    """The facts at so many times the traffic, without headroom."""
    asked = scenario if multiple == 1.0 else scale_traffic(scenario, multiple)
    return analyze(asked, design, CATALOG, headroom=False)


def utilisations(analysis: Analysis) -> dict[str, float]:
    """Every utilisation of every node."""
    return {
        f"{node}:{used.ceiling.value}": used.value
        for node, item in analysis.nodes.items()
        for used in item.utilisations
    }


def times(analysis: Analysis) -> dict[str, float]:
    """The mean and the percentiles of every answer and of everything that is put off."""
    return {
        f"{word}:{workload}:{name}": value
        for word, responses in (("answer", analysis.responses), ("freshness", analysis.freshness))
        for workload, response in responses.items()
        for name, value in (("mean", response.mean), *response.percentiles.items())
    }


def changed(design: Design, node: Node, **settings: Any) -> Design:
    """The design with settings of one of its nodes changed."""
    nodes = tuple(item.model_copy(update=settings) if item.id == node.id else item for item in design.nodes)
    return design.model_copy(update={"nodes": nodes})
