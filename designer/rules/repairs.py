"""Repairs as data: the changes a rule may offer. A repair that would break a budget that is kept is not offered.

This is the one place of the rules that names components, since a repair has to place something.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from designer.analysis.model import Analysis, State
from designer.catalog.model import Behavior, Component, Knob, Replication
from designer.design.edit import AddNode, Change, Connect, Disconnect, InsertNode, SetNode, free_id
from designer.design.model import Connection, Node, ReadFrom, Traffic
from designer.performance.model import Ceiling
from designer.rules.questions import (
    allowed_utilisation,
    component,
    costs,
    flows_into,
    is_managed,
    loads_at,
    workloads_at,
)
from designer.rules.regions import region_of
from designer.scenario.model import CacheAt, Consistency
from designer.traffic.model import Flow

BALANCER = "load_balancer"
QUEUE = "message_queue"
WORKER = "worker"
APP = "app_server"
CACHE = "cache"
EDGE_CACHE = "cdn"
DEVICE_CACHE = "browser_cache"
MONITOR = "monitoring"
LIMITER = "rate_limiter"
GUARDRAIL = "guardrail"
FILES = "object_storage"
SHARDED = "sharded_sql"

GB = 1e9
"""Bytes in what prices call a GB."""

PLANNED = 0.6
"""Utilisation a repair sizes new machines for: room to lose one (rule of thumb)."""

UNEVENNESS = 1.1
"""How much more than its even part of the keys the fullest shard gets (rule of thumb)."""

MOST = {Knob.INSTANCES: 10_000, Knob.SHARDS: 10_000, Knob.REPLICAS: 100, Knob.PARTITIONS: 100_000}
"""The largest counts a design may have."""


def set_count(analysis: Analysis, node: str, knob: Knob, count: int) -> tuple[Change, ...]:
    """More of one knob of the node; nothing when it has no such knob, enough already, or the budget would break."""
    placed = analysis.graph.nodes[node]
    now = int(getattr(placed, knob.value))
    if knob not in component(analysis, node).knobs or not now < count <= MOST[knob]:
        return ()
    factor = (1 + count) / (1 + now) if knob is Knob.REPLICAS else count / now
    if not fits_budget(analysis, _dearer(analysis, node, knob, factor)):
        return ()
    return (SetNode(node=node, field=knob.value, value=count),)


def _dearer(analysis: Analysis, node: str, knob: Knob, factor: float) -> float:
    found = costs(analysis).get(node)
    if found is None:
        return 0.0
    # What is on disks is paid by its copies, however many machines they are split over; memory by the machine.
    is_split = knob is not Knob.REPLICAS and component(analysis, node).figure("disk") is not None
    return (found.machines + (0.0 if is_split else found.storage)) * (factor - 1.0)


def fits_budget(analysis: Analysis, extra: float) -> bool:
    """Whether `extra` USD a month break no budget that is kept now."""
    return all(
        analysis.cost.total + extra <= item.limit
        for item in analysis.verdicts
        if item.kind == "budget" and item.state is State.MET
    )


def set_copies(analysis: Analysis, node: str, copies: int) -> tuple[Change, ...]:
    """So many copies of the node's data, each on machines of its own, and reads as fresh as they are now."""
    found, placed = component(analysis, node), analysis.graph.nodes[node]
    changes = set_count(analysis, node, Knob.REPLICAS, copies - 1)
    if changes and found.replication is Replication.QUORUM and placed.instances < copies:
        members = set_count(analysis, node, Knob.INSTANCES, copies)
        return (*changes, *members) if members else ()
    if changes and placed.read_from is ReadFrom.ANY and _reads_must_be_fresh(analysis, node):
        return (*changes, SetNode(node=node, field="read_from", value=ReadFrom.LEADER.value))
    return changes


def _reads_must_be_fresh(analysis: Analysis, node: str) -> bool:
    return any(
        analysis.scenario.datasets[dataset].consistency is not Consistency.EVENTUAL
        for load in loads_at(analysis).get(node, ())
        for dataset in load.datasets
    )


def second_machine(analysis: Analysis, node: str) -> tuple[Change, ...]:
    """Another machine that can take over: a copy for what keeps data, one more instance for what does not."""
    replication = component(analysis, node).replication
    if replication is Replication.LEADER:
        return set_copies(analysis, node, 2)
    if replication is Replication.QUORUM:
        return set_copies(analysis, node, 3)
    return set_count(analysis, node, Knob.INSTANCES, max(2, analysis.nodes[node].minimum or 2))


def enough(analysis: Analysis, node: str, factor: float, least: int = 0) -> tuple[Change, ...]:
    """The fewest of the node's scaling knob that do `factor` times what it does now, where load is shared evenly.

    And at least so many.
    """
    facts = analysis.nodes[node]
    if facts.minimum is None or facts.minimum_knob is None:
        return ()
    knob = Knob(facts.minimum_knob)
    now = int(getattr(analysis.graph.nodes[node], knob.value))
    parts = 1 + now if knob is Knob.REPLICAS else now
    if knob is Knob.SHARDS:
        factor *= UNEVENNESS
    wanted = math.ceil(parts * factor - 1e-9) - (parts - now)
    return set_count(analysis, node, knob, max(facts.minimum, wanted, least))


def split(analysis: Analysis, node: str, least: int) -> tuple[Change, ...]:
    """The node as a store of at least so many shards, each with a leader of its own, that take its work with room.

    Nothing where no sharded store keeps the same data in the same way, or where a response time or budget would break.
    """
    used = analysis.nodes[node].utilisation(Ceiling.OPERATIONS)
    work = 0.0 if used is None else used.value * UNEVENNESS / PLANNED
    other = analysis.catalog.get(SHARDED)
    if other is None or not math.isfinite(work) or not _can_replace(analysis, node, other):
        return ()
    shards = max(2, least, math.ceil(work))
    fresh = Node(id=node, component=SHARDED)
    callers = {flow.source for flow in flows_into(analysis).get(node, ())}
    if shards > MOST[Knob.SHARDS] or not fits_budget(analysis, _dearer(analysis, node, Knob.SHARDS, shards)):
        return ()
    if not all(leaves_room(analysis, caller, node, fresh) for caller in callers):
        return ()
    return (
        SetNode(node=node, field="component", value=SHARDED),
        SetNode(node=node, field=Knob.SHARDS.value, value=shards),
    )


def _can_replace(analysis: Analysis, node: str, other: Component) -> bool:
    """Whether the component does all that the node's does, and all that was set on the node means something to it."""
    found, placed = component(analysis, node), analysis.graph.nodes[node]
    return (
        Knob.SHARDS not in found.knobs
        and found.behavior is other.behavior
        and found.replication is other.replication
        and set(found.knobs) <= set(other.knobs)
        and found.holds <= other.holds
        and found.provides <= other.provides
        and all(other.figure(name) is not None for name in placed.figures)
    )


def new_node(analysis: Analysis, wanted: str, instances: int = 1, beside: str | None = None) -> Node | None:
    """A fresh node of the component, in the zones of the node it stands beside; None if that cannot be."""
    if wanted not in analysis.catalog:
        return None
    knobs = analysis.catalog[wanted].knobs
    zones = _zones_beside(analysis, beside) if beside is not None and knobs else ()
    count = instances if Knob.INSTANCES in knobs else 1
    if count > 1 and len(zones) > 1:
        # Enough of them are left when a zone is lost.
        count = max(count, math.ceil(math.ceil(count * PLANNED) * len(zones) / (len(zones) - 1)))
    if count > MOST[Knob.INSTANCES]:
        return None
    return Node(id=free_id(analysis.design, wanted), component=wanted, instances=count, zones=zones)


def _zones_beside(analysis: Analysis, node: str) -> tuple[str, ...]:
    """The zones the node stands in; beside what stands in none, all zones of the region that was drawn first."""
    if not is_managed(component(analysis, node)):
        return analysis.graph.nodes[node].zones
    zones = analysis.design.zones
    return tuple(zone.id for zone in zones if zone.region == zones[0].region)


def machines_for(analysis: Analysis, wanted: str, operations: float, held: float = 0.0) -> int:
    """Instances of a component that do so many operations per second, with room to lose one.

    And that hold so many calls open at a time.
    """
    if wanted not in analysis.catalog:
        return 2
    asked = (("read_rate", operations), ("connections", held))
    figures = [(analysis.catalog[wanted].figure(name), amount) for name, amount in asked]
    return max(
        [
            2,
            *(
                math.ceil(amount / (figure.default * PLANNED))
                for figure, amount in figures
                if figure is not None
            ),
        ]
    )


def insert(analysis: Analysis, node: Node | None, source: str, target: str) -> tuple[Change, ...]:
    """The node on the connection, or nothing when that would break a requirement that is met."""
    if node is None or not fits_budget(analysis, price_of(analysis, node)):
        return ()
    if not leaves_room(analysis, source, target, node):
        return ()
    return (InsertNode(node=node, between=(source, target)),)


def leaves_room(analysis: Analysis, source: str, target: str, *nodes: Node) -> bool:
    """Whether new stops on this connection keep the response times and availabilities that are met.

    To be on the safe side 99th percentiles are added up, and so are the chances of being down.
    """
    passing = {
        flow.workload
        for flow in analysis.traffic.flows
        if (flow.source, flow.target) == (source, target) and flow.calls > 0.0
    }
    slower = math.fsum(_figure(analysis, node, "service_time_p99", 0.0) for node in nodes)
    down = math.fsum(_downtime(analysis, node, target) for node in nodes)
    for verdict in analysis.verdicts:
        asked = getattr(analysis.scenario.requirements[verdict.requirement], "workload", None)
        if verdict.state is not State.MET or verdict.value is None or asked not in passing:
            continue
        if verdict.kind == "latency" and verdict.value + slower > verdict.limit:
            return False
        if verdict.kind == "availability" and verdict.value - down < verdict.limit:
            return False
    return True


def has_connections(analysis: Analysis, store: str, caller: Node) -> bool:
    """Whether the store accepts the connections that a new caller would keep open to it."""
    used = analysis.nodes[store].utilisation(Ceiling.CONNECTIONS)
    if used is None:
        return True
    allowed = allowed_utilisation(analysis, analysis.scenario.workloads)
    return used.demand + caller.instances * _figure(analysis, caller, "pool", 0.0) <= used.limit * allowed


def _figure(analysis: Analysis, node: Node, name: str, otherwise: float) -> float:
    figure = analysis.catalog[node.component].figure(name)
    return otherwise if figure is None else figure.default


def _downtime(analysis: Analysis, node: Node, beside: str) -> float:
    """What a new node adds: its own when it is managed, else that of its zone unless a neighbour depends on it too."""
    if is_managed(analysis.catalog[node.component]):
        return 1.0 - _figure(analysis, node, "availability", 1.0)
    if not is_managed(component(analysis, beside)):
        return 0.0
    return 1.0 - analysis.catalog.environment.zone_availability.default


def cache_beside(analysis: Analysis, store: str) -> tuple[Change, ...]:
    """A cache that every service asks before the store; nothing where one is asked already, or may not be."""
    services = [
        name
        for name in analysis.graph.predecessors(store)
        if component(analysis, name).behavior is Behavior.SERVICE
    ]
    cached = {hit.dataset for hit in analysis.traffic.hits}
    loads = loads_at(analysis).get(store, ())
    wanted = {name for load in loads for name in load.datasets}
    reads, writes = sum([load.reads for load in loads]), sum([load.writes for load in loads])
    if not services or CACHE not in analysis.catalog or cached & wanted or writes >= reads:
        return ()
    kinds = analysis.catalog[CACHE].caches
    data = [analysis.scenario.datasets[name] for name in wanted]
    if not all(CacheAt.SERVER in item.cacheable and item.kind in kinds for item in data):
        return ()
    cache = Node(
        id=free_id(analysis.design, CACHE),
        component=CACHE,
        instances=2,
        replicas=1,
        zones=analysis.graph.nodes[services[0]].zones,
    )
    if not fits_budget(analysis, price_of(analysis, cache)):
        return ()
    return (AddNode(node=cache), *(connect(name, cache.id) for name in services))


def price_of(analysis: Analysis, node: Node) -> float:
    """USD per month of the node's machines, without what it moves and keeps."""
    found = analysis.catalog[node.component]
    figure, per_gb, memory = found.figure("cost"), found.figure("cost_per_gb_month"), found.figure("memory")
    each = 0.0 if figure is None else figure.default
    if found.behavior is Behavior.CACHE and per_gb is not None and memory is not None:
        each += per_gb.default * memory.default / GB
    return each * node.instances * (1 + node.replicas)


def connect(source: str, target: str) -> Connect:
    """A plain connection."""
    return Connect(connection=Connection(source=source, target=target))


def is_full(analysis: Analysis, node: str, factor: float) -> bool:
    """Whether `factor` times the operations would be more than the node is allowed to carry."""
    used = analysis.nodes[node].utilisation(Ceiling.OPERATIONS)
    allowed = allowed_utilisation(analysis, workloads_at(analysis).get(node, ()))
    return used is not None and used.value * factor > allowed


def put_aside(analysis: Analysis, queue: str) -> tuple[Change, ...]:
    """A queue for the messages that this one gives up on; nothing where it has a place for them."""
    if any(link.carries is Traffic.FAILED for link in analysis.graph.outgoing(queue)):
        return ()
    letters = new_node(analysis, QUEUE)
    if letters is None or not fits_budget(analysis, price_of(analysis, letters)):
        return ()
    letters = letters.model_copy(update={"name": "Dead letters"})
    link = Connection(source=queue, target=letters.id, carries=Traffic.FAILED)
    return (AddNode(node=letters), Connect(connection=link))


def watch(analysis: Analysis, nodes: Iterable[str], observer: str | None = None) -> tuple[Change, ...]:
    """Connect these nodes to the observer, or to a new one; nothing when the budget would break."""
    if observer is not None:
        return tuple([connect(node, observer) for node in nodes])
    monitor = new_node(analysis, MONITOR)
    if monitor is None or not fits_budget(analysis, price_of(analysis, monitor)):
        return ()
    return (AddNode(node=monitor), *[connect(node, monitor.id) for node in nodes])


def insert_for(analysis: Analysis, wanted: str, callers: Sequence[str], target: str) -> tuple[Change, ...]:
    """A new node that all these callers call in place of the target, or nothing where `insert` has nothing.

    Nothing either where the target has zones in several regions: a stop between would send requests there and back.
    """
    known = region_of(analysis)
    if len({known.get(zone) for zone in analysis.graph.nodes[target].zones}) > 1:
        return ()
    flows = [flow for flow in flows_into(analysis).get(target, ()) if flow.source in callers]
    calls, held = sum([flow.calls for flow in flows]), sum([_held(analysis, flow) for flow in flows])
    if not math.isfinite(held):
        held = 0.0  # more arrives than is served, which is to be mended first
    node = new_node(analysis, wanted, machines_for(analysis, wanted, calls, held), beside=target)
    changes = insert(analysis, node, callers[0], target)
    if node is None or not changes:
        return ()
    for source in callers[1:]:
        link = analysis.graph.connections[source, target].model_copy(update={"target": node.id})
        changes = (*changes, Disconnect(source=source, target=target), Connect(connection=link))
    return changes


def _held(analysis: Analysis, flow: Flow) -> float:
    """Calls of the flow that are open at a time, at most: each until the whole request is answered (Little's law)."""
    response = analysis.responses.get(flow.workload)
    return 0.0 if response is None else flow.calls * response.mean


LEAST_POOL = 2
"""A pool below this leaves no connection while one is being replaced."""


def smaller_pools(analysis: Analysis, callers: Iterable[str], factor: float) -> tuple[Change, ...]:
    """Every caller's pool times `factor`, where all of them have one that stays of use."""
    changes: list[Change] = []
    for name in callers:
        pool = analysis.figure(analysis.graph.nodes[name], "pool")
        smaller = int((pool or 0.0) * factor)
        if smaller < LEAST_POOL:
            return ()
        changes.append(SetNode(node=name, field="figures.pool", value=smaller))
    return tuple(changes)
