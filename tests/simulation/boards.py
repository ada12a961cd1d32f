"""Random designs with the busiest machine as busy as is asked for, to compare formulas with simulation."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from designer.catalog.environment import Environment
from designer.catalog.model import Behavior, Catalog
from designer.catalog.values import Figure
from designer.design.model import CallOrder, Connection, Design, Node, ReadFrom, Routing
from designer.performance.machines import Spread
from designer.performance.setting import Setting, setting_of
from designer.scenario.model import Access, Dataset, Operation, Scenario, Touch, Workload
from designer.traffic.model import Plan, Visit
from designer.traffic.propagation import propagate
from tests.performance.boards import Shelf, ask, away
from tests.traffic.boards import visits_of

NEAR = Environment(
    same_zone=away(0.000_2),
    cross_zone=away(0.000_5),
    cross_region=away(0.02),
    client_to_edge=away(0.000_5),
    client_to_region=away(0.001),
    edge_to_region=away(0.001),
    zone_availability=Figure(default=0.999, source="a test"),
    region_availability=Figure(default=0.9999, source="a test"),
    egress_per_gb=Figure(default=0.1, source="a test"),
    connection_overhead=Figure(default=0.0, source="a test"),
)
"""A world so small that what is compared is the stations, not the way to them."""

CATALOG: Catalog = Shelf({}, NEAR)

LEAST_BUSY, MOST_BUSY = 0.2, 0.85
"""The busiest machine of a board is as busy as something in between."""

KINDS = (
    "sql", "sql", "replicas", "shards", "skewed", "scatter", "aside", "aside", "inline", "quorum",
    "queue", "tier", "many",
)  # fmt: skip
"""What a server may call, those that are drawn most often more than once."""


@dataclass(frozen=True)
class RandomBoard:
    """A design under a scenario."""

    scenario: Scenario
    design: Design
    catalog: Catalog
    target: float  # utilisation of the busiest machine


@dataclass
class _Sketch:
    """A board while it is drawn. Nodes have no figures yet."""

    rng: random.Random
    nodes: dict[str, Node] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    datasets: dict[str, Dataset] = field(default_factory=dict)
    touches: list[tuple[Touch, ...]] = field(default_factory=list)

    def node(self, kind: str, **settings: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        self.nodes[name] = Node(id=name, component=kind, **settings)
        return name

    def connect(self, *names: str) -> None:
        for source, target in pairwise(names):
            self.connections.append(Connection(source=source, target=target))

    def dataset(self, *, skew: float = 0.0) -> str:
        name = f"data_{len(self.datasets)}"
        self.datasets[name] = Dataset(name=name, record_size=1_000.0, records=10_000, skew=skew)
        return name

    def balancer(self) -> str:
        # A hash picks as chance does.
        routing = self.rng.choice([item for item in Routing if item is not Routing.HASH] + [None])
        # Several that choose by what they see themselves would each see a part: that is not simulated.
        most = 2 if routing is Routing.RANDOM else 1
        return self.node("balancer", routing=routing, instances=self.rng.randint(1, most))


def random_board(seed: int) -> RandomBoard:
    """The board of that seed, always the same."""
    rng = random.Random(seed)
    sketch = _Sketch(rng)
    client = sketch.node("users")
    api = sketch.node(
        "server", instances=rng.randint(1, 8), calls=rng.choice([CallOrder.SEQUENCE, CallOrder.PARALLEL])
    )
    sketch.connect(client, *([sketch.balancer()] if rng.random() < 0.8 else []), api)
    # What is put off is put off last: what is computed begins there, and what is simulated at the answer.
    for kind in sorted(rng.sample(KINDS, rng.randint(1, 4)), key=lambda kind: kind == "queue"):
        _DRAWN[kind](sketch, api)
    scenario = ask(_workloads(sketch), sketch.datasets)
    design = Design(nodes=tuple(sketch.nodes.values()), connections=tuple(sketch.connections))
    target = rng.uniform(LEAST_BUSY, MOST_BUSY)
    return RandomBoard(scenario, _equip(rng, scenario, design, target), CATALOG, target)


def _workloads(sketch: _Sketch) -> dict[str, Workload]:
    """One to three workloads, each of which touches some of what was drawn; the first touches all."""
    rng = sketch.rng
    found = {}
    for number in range(rng.randint(1, 3)):
        count = len(sketch.touches) if number == 0 else rng.randint(1, len(sketch.touches))
        groups = sorted(rng.sample(sketch.touches, count), key=lambda group: group[0].deferred)
        touches = tuple(touch for group in groups for touch in group)[:20]
        found[f"w{number}"] = Workload(name=f"w{number}", rate=rng.uniform(100.0, 1_000.0), touches=touches)
    return found


def _some_reads(sketch: _Sketch, dataset: str, **settings: Any) -> None:
    """Reads, often with an update beside them."""
    touches = [Touch(dataset=dataset, **settings)]
    if sketch.rng.random() < 0.4:
        touches.append(
            Touch(dataset=dataset, operation=sketch.rng.choice([Operation.UPDATE, Operation.WRITE]))
        )
    sketch.touches.append(tuple(touches))


def _draw_sql(sketch: _Sketch, caller: str) -> None:
    dataset = sketch.dataset()
    sketch.connect(caller, sketch.node("sql", holds=(dataset,)))
    _some_reads(sketch, dataset)


def _draw_replicas(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    store = sketch.node(
        "sql", holds=(dataset,), replicas=rng.randint(1, 3), read_from=rng.choice(list(ReadFrom))
    )
    sketch.connect(caller, store)
    _some_reads(sketch, dataset)


def _draw_shards(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    store = sketch.node(
        "sharded", holds=(dataset,), shards=rng.randint(2, 8), replicas=rng.choice([0, 0, 1, 2])
    )
    sketch.connect(caller, store)
    _some_reads(sketch, dataset)


def _draw_skewed(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(skew=sketch.rng.uniform(0.7, 1.2)), sketch.rng
    store = sketch.node("sharded", holds=(dataset,), shards=rng.randint(2, 8), replicas=rng.choice([0, 0, 1]))
    sketch.connect(caller, store)
    _some_reads(sketch, dataset)


def _draw_scatter(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    store = sketch.node("sharded", holds=(dataset,), shards=rng.randint(2, 6), replicas=rng.choice([0, 1]))
    sketch.connect(caller, store)
    _some_reads(sketch, dataset, access=Access.SCATTER)


def _cache(sketch: _Sketch, dataset: str) -> str:
    rng = sketch.rng
    instances = rng.randint(1, 3)
    memory = rng.uniform(0.05, 0.5) * 10_000 * 1_000.0 / instances
    return sketch.node("cache", holds=(dataset,), instances=instances, figures={"memory": memory})


def _draw_aside(sketch: _Sketch, caller: str) -> None:
    dataset = sketch.dataset(skew=sketch.rng.uniform(0.5, 1.1))
    cache, store = _cache(sketch, dataset), sketch.node("sql", holds=(dataset,))
    sketch.connect(caller, cache)
    sketch.connect(caller, store)
    _some_reads(sketch, dataset, count=float(sketch.rng.choice([1, 1, 1, 3])))


def _draw_inline(sketch: _Sketch, caller: str) -> None:
    dataset = sketch.dataset(skew=sketch.rng.uniform(0.5, 1.1))
    sketch.connect(caller, _cache(sketch, dataset), sketch.node("sql", holds=(dataset,)))
    sketch.touches.append((Touch(dataset=dataset),))


def _draw_quorum(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    store = sketch.node("quorum", holds=(dataset,), instances=rng.randint(3, 6), replicas=2)
    sketch.connect(caller, store)
    _some_reads(sketch, dataset)


def _draw_queue(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    worker = sketch.node("worker", instances=rng.randint(1, 6))
    sketch.connect(caller, sketch.node("queue"), worker, sketch.node("sql", holds=(dataset,)))
    sketch.touches.append((Touch(dataset=dataset, operation=Operation.WRITE, deferred=True),))


def _draw_tier(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    tier = sketch.node("server", instances=rng.randint(2, 6))
    sketch.connect(caller, sketch.balancer(), tier, sketch.node("sql", holds=(dataset,)))
    _some_reads(sketch, dataset)


def _draw_many(sketch: _Sketch, caller: str) -> None:
    dataset, rng = sketch.dataset(), sketch.rng
    store = sketch.node("sql", holds=(dataset,), replicas=rng.choice([0, 2]))
    sketch.connect(caller, store)
    _some_reads(sketch, dataset, count=float(rng.randint(2, 5)))


_DRAWN = {
    "sql": _draw_sql,
    "replicas": _draw_replicas,
    "shards": _draw_shards,
    "skewed": _draw_skewed,
    "scatter": _draw_scatter,
    "aside": _draw_aside,
    "inline": _draw_inline,
    "quorum": _draw_quorum,
    "queue": _draw_queue,
    "tier": _draw_tier,
    "many": _draw_many,
}


def _equip(rng: random.Random, scenario: Scenario, design: Design, target: float) -> Design:
    """The design with figures by which one of its nodes is as busy as `target` and no other is busier."""
    setting = setting_of(scenario, design, CATALOG, propagate(scenario, design, CATALOG))
    working = [
        node.id
        for node in design.nodes
        if CATALOG[node.component].behavior not in (Behavior.CLIENT, Behavior.QUEUE)
    ]
    busiest = rng.choice([name for name in working if not name.startswith("balancer")])
    nodes = []
    for node in design.nodes:
        if node.id in working:
            most = min(0.3, target) if node.id.startswith("balancer") else target
            busy = target if node.id == busiest else rng.uniform(0.1, 1.0) * most
            figures = {**node.figures, **_figures(rng, setting, node.id, busy)}
            node = node.model_copy(update={"figures": figures})
        nodes.append(node)
    return design.model_copy(update={"nodes": tuple(nodes)})


def _figures(rng: random.Random, setting: Setting, node_id: str, busy: float) -> dict[str, float]:
    """Rates by which the busiest machine of a node is that busy, and service times that go with them."""
    dearer = rng.choice([1.0, 1.5, 3.0])  # what a write costs more than a read
    rate = max(group.reads + dearer * group.writes for group in setting.machines[node_id]) / busy
    servers = float(rng.choice([1, 1, 2, 4, 8]))
    held = rng.uniform(0.4, 1.0)  # part of its time in which an operation holds a server
    mean, spread = servers / rate / held, rng.uniform(2.0, 8.0)
    return {
        "read_rate": rate,
        "write_rate": rate / dearer,
        "servers": servers,
        "service_time": mean,
        "service_time_p99": mean * spread,
        "write_time": mean * dearer,
        "write_time_p99": mean * dearer * spread,
    }


def features(board: RandomBoard, setting: Setting, plan: Plan) -> frozenset[str]:
    """What a workload meets that an approximation may have to be made for."""
    touches = board.scenario.workloads[plan.workload].touches
    found: set[str] = set()
    for visit in visits_of(plan):
        node, layout = setting.drawing.nodes[visit.node], setting.stations[visit.node].layout
        found.update(_calling(node, visit, touches))
        led = layout.spread is Spread.LEADER
        for name, met in (
            ("cache", node.component == "cache"),
            ("queue", node.component == "queue"),
            ("quorum", layout.spread is Spread.QUORUM),
            ("replicas", led and layout.copies > 1),
            ("shards", led and layout.parts > 1),
            ("scatter", any(touches[work.touch].access is Access.SCATTER for work in visit.work)),
        ):
            if met:
                found.add(name)
    return frozenset(found) or frozenset({"none of these"})


def _calling(node: Node, visit: Visit, touches: Sequence[Touch]) -> Iterator[str]:
    """How a node calls others."""
    at_once = node.calls is CallOrder.PARALLEL
    if node.component == "balancer":
        yield f"{(node.routing or Routing.LEAST_CONNECTIONS).value} routing"
    if at_once and len(visit.calls) > 1:
        yield "parallel calls"
    if node.component == "server" and any(touches[number].count > 1 for number in visit.touches):
        yield "many at once" if at_once else "many in turn"


def busiest(setting: Setting) -> float:
    """Utilisation of the busiest machine."""
    queues = [queue for station in setting.stations.values() for queue in station.queues]
    return max((queue.utilisation for queue in queues if math.isfinite(queue.utilisation)), default=0.0)
