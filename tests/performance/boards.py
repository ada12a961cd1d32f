"""Small boards with round figures, and everything that is measured on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer.arithmetic import Arithmetic
from designer.catalog.environment import Distance, Environment
from designer.catalog.loader import load
from designer.catalog.model import Catalog, Component
from designer.catalog.values import Figure
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.performance.capacity import measure_nodes
from designer.performance.cost import price
from designer.performance.latency import respond
from designer.performance.model import Ceiling, Cost, Growth, NodePerformance, Response, Utilisation
from designer.performance.storage import grow
from designer.scenario.model import Dataset, Difficulty, Operation, Scenario, Throughput, Touch, Workload
from designer.traffic.model import Traffic
from designer.traffic.propagation import propagate

SHIPPED = load()

LEADER: dict[str, Any] = {"behavior": "store", "replication": "leader", "holds": ["records", "features"]}

PARTS: dict[str, dict[str, Any]] = {
    "users": {"behavior": "client", "place": "client"},
    "balancer": {"behavior": "router", "traits": ["balances"], "knobs": ["instances"]},
    "plain_router": {"behavior": "router", "knobs": ["instances"]},
    "server": {"behavior": "service", "knobs": ["instances"], "provides": ["compute"]},
    "worker": {"behavior": "service", "knobs": ["instances"]},
    "sql": LEADER | {"knobs": ["replicas"]},
    "sharded": LEADER | {"knobs": ["shards", "replicas"]},
    "vectors": LEADER | {"knobs": ["shards", "replicas"], "holds": ["vectors"]},
    "quorum": {
        "behavior": "store",
        "replication": "quorum",
        "holds": ["records"],
        "knobs": ["instances", "replicas"],
    },
    "managed": {
        "behavior": "store",
        "replication": "managed",
        "traits": ["managed"],
        "holds": ["records", "blobs"],
    },
    "cache": {
        "behavior": "cache",
        "replication": "leader",
        "caches": ["records"],
        "knobs": ["instances", "replicas", "memory"],
    },
    "cdn": {"behavior": "cache", "place": "edge", "traits": ["managed"], "caches": ["blobs", "records"]},
    "queue": {"behavior": "queue", "replication": "managed", "traits": ["managed"]},
    "log": {
        "behavior": "queue",
        "replication": "quorum",
        "knobs": ["instances", "partitions", "replicas"],
    },
    "observer": {"behavior": "observer", "knobs": ["instances"]},
}


class Shelf(Catalog):
    """A catalogue of what a test needs, with the figures it states; everything else has no figures."""

    def __init__(self, figures: Mapping[str, Mapping[str, float]], environment: Environment) -> None:
        self._parts = {name: _component(name, figures.get(name, {})) for name in PARTS}
        self._environment = environment

    def __getitem__(self, key: str) -> Component:
        return self._parts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def environment(self) -> Environment:
        return self._environment


def _component(name: str, figures: Mapping[str, float]) -> Component:
    return Component.model_validate(
        {
            "id": name,
            "group": "tests",
            "name": name.capitalize(),
            "summary": "A part to try things with.",
            "icon": "diagrams.aws.compute.EC2",
            "failure_modes": ["It stops."],
            "figures": {
                key: {"default": value, "source": f"the source of {key}"} for key, value in figures.items()
            },
            **PARTS[name],
        }
    )


def away(mean: float) -> Distance:
    """A distance with an exponential round-trip time."""
    return Distance(mean=mean, p99=mean * 4.605170185988092, source="a test")


WORLD = Environment(
    same_zone=away(0.001),
    cross_zone=away(0.002),
    cross_region=away(0.1),
    client_to_edge=away(0.02),
    client_to_region=away(0.05),
    edge_to_region=away(0.03),
    zone_availability=Figure(default=0.999, source="a test"),
    region_availability=Figure(default=0.9999, source="a test"),
    egress_per_gb=Figure(default=0.1, source="the price of egress"),
    connection_overhead=Figure(default=0.25, source="headers"),
)

DATASETS = {
    "links": Dataset(name="Links", record_size=1_000.0, records=1_000_000.0, growth=0.0),
    "hot": Dataset(name="Hot links", record_size=1_000.0, records=100.0, skew=1.0, growth=0.0),
    "images": Dataset(
        name="Images", kind="blobs", record_size=100_000.0, records=1_000.0, cacheable=("edge",)
    ),
    "embeddings": Dataset(name="Embeddings", kind="vectors", record_size=1_000.0, records=1e6, cacheable=()),
}

FIRST = 1 / sum(1 / rank for rank in range(1, 101))
"""Share of the most popular of the 100 hot links."""

READ = Touch(dataset="links")
WRITE = Touch(dataset="links", operation=Operation.WRITE)
UPDATE = Touch(dataset="links", operation=Operation.UPDATE)
HOT = Touch(dataset="hot")
COMPUTE = Touch(capability="compute")


def ask(workloads: Mapping[str, Workload], datasets: Mapping[str, Dataset] | None = None) -> Scenario:
    """A scenario of these workloads."""
    return Scenario(
        id="board",
        name="Board",
        difficulty=Difficulty.CORE,
        summary="A board to try things on.",
        story="Nothing happens.",
        datasets=dict(DATASETS if datasets is None else datasets),
        workloads=dict(workloads),
        requirements={"load": Throughput(kind="throughput", workload=next(iter(workloads)))},
    )


def work(*touches: Touch, rate: float = 1_000.0, **settings: Any) -> Workload:
    """A workload of these touches."""
    return Workload(**{"name": "Work", "rate": rate, "touches": touches, **settings})


@dataclass(frozen=True)
class Board:
    """A design under a scenario, with all that is measured on it."""

    scenario: Scenario
    design: Design
    catalog: Catalog
    traffic: Traffic
    nodes: dict[str, NodePerformance]
    answers: dict[str, Response]
    freshness: dict[str, Response]
    growth: dict[str, Growth]
    cost: Cost

    def used(self, node: str, ceiling: Ceiling = Ceiling.OPERATIONS) -> Utilisation:
        """A ceiling that must be there."""
        found = self.nodes[node].utilisation(ceiling)
        assert found is not None, f"{node} has no ceiling of {ceiling}"
        return found


def draw(
    text: str,
    *touches: Touch,
    figures: Mapping[str, Mapping[str, float]] | None = None,
    world: Environment = WORLD,
    datasets: Mapping[str, Dataset] | None = None,
    **settings: Any,
) -> Board:
    """One workload, `w`, of these touches (reads of links, if none) on a design of parts with these figures."""
    scenario = ask({"w": work(*(touches or (READ,)), **settings)}, datasets)
    return measure(scenario, text, Shelf(figures or {}, world))


def measure(scenario: Scenario, text: str | Design, catalog: Catalog = SHIPPED) -> Board:
    """Everything about a design in notation under a scenario."""
    design = parse_notation(text, catalog) if isinstance(text, str) else text
    traffic = propagate(scenario, design, catalog)
    nodes = measure_nodes(scenario, design, catalog, traffic)
    answers, freshness = respond(scenario, design, catalog, traffic, nodes)
    return Board(
        scenario,
        design,
        catalog,
        traffic,
        nodes,
        answers,
        freshness,
        grow(scenario, design, catalog),
        price(scenario, design, catalog, traffic),
    )


_TOKEN = re.compile(r"\s*([A-Za-z_]\w*(?:\[[^\]]*\])?|\d+(?:\.\d+)?|[-+*/(),])")


def evaluate(arithmetic: Arithmetic) -> float:
    """What the right-hand side of the formula comes to, with the values of its inputs."""
    values = {quantity.symbol: quantity.value for quantity in arithmetic.inputs}
    written = arithmetic.formula.split(" = ", 1)[1]
    pieces: list[str] = []
    at = 0
    while at < len(written):
        match = _TOKEN.match(written, at)
        assert match, f"{written!r} cannot be read at {at}"
        at = match.end()
        token = match[1]
        operand = token[0].isalnum() or token == "("
        if operand and pieces and (pieces[-1][0] in "0123456789)" or pieces[-1].startswith("values")):
            pieces.append("*")
        pieces.append(f"values[{token!r}]" if token[0].isalpha() and token not in ("max", "min") else token)
    return float(eval("".join(pieces), {"values": values, "max": max, "min": min}))


def all_arithmetic(arithmetic: Arithmetic) -> Iterator[Arithmetic]:
    """An arithmetic and all its steps."""
    yield arithmetic
    for step in arithmetic.steps:
        yield from all_arithmetic(step)
