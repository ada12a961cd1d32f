"""What a cache that dies puts on what lies behind it: the reads it used to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.catalog.model import Behavior, Catalog, Replication
from designer.design.figures import figure_of
from designer.design.model import Node, ReadFrom
from designer.reliability.groups import Placement, is_managed
from designer.scenario.model import Operation, Scenario, Touch
from designer.traffic.model import Call, Load, Plan, Traffic, Visit


class Shed(NamedTuple):
    """What a node has to do when a cache before it is gone, as part of what its operations allow."""

    node: str
    used: float  # with the cache
    more: float  # without any of it


Sheds = Mapping[str, tuple[Shed, ...]]
"""By cache, the nodes that are more than full without it and are not with it."""


def find_sheds(
    scenario: Scenario,
    catalog: Catalog,
    traffic: Traffic,
    placements: Mapping[str, Placement],
    nodes: Mapping[str, Node],
) -> Sheds:
    """Which nodes cannot do without which caches.

    Keys are taken as evenly spread over the parts of a node, and reads that come by several ways as coming evenly by
    each: a hot key makes it worse.
    """
    hits = {(hit.cache, hit.dataset): hit.ratio for hit in traffic.hits if hit.ratio > 0.0}
    asked: dict[str, list[Load]] = {}
    caches = {cache for cache, _ in hits}
    for load in traffic.loads:
        if load.node in caches:
            asked.setdefault(load.workload, []).append(load)
    more: dict[str, dict[str, list[float]]] = {}
    for workload, loads in asked.items():
        touches = scenario.workloads[workload].touches
        missed = _missed(traffic.plans[workload], touches)
        for load in loads:
            for dataset, (reads, _) in load.datasets.items():
                calls = missed.get((load.node, dataset))
                answered = reads * hits.get((load.node, dataset), 0.0)
                if calls and answered > 0.0:
                    _push(more.setdefault(load.node, {}), calls, answered, touches, hits)
    return {
        cache: found
        for cache, reached in more.items()
        if (found := tuple(_overflowing(reached, catalog, traffic, placements, nodes)))
    }


def _missed(plan: Plan, touches: Sequence[Touch]) -> dict[tuple[str, str], list[Call]]:
    """The calls that are made when a cache on the side did not have a record, by cache and dataset."""
    found: dict[tuple[str, str], list[Call]] = {}
    waiting = [entry.visit for entry in plan.entries]
    seen = {id(visit) for visit in waiting}
    for visit in waiting:
        for call in visit.calls:
            # What has to pass through a dead cache fails with it and goes nowhere.
            if call.on_miss is not None and call.on_miss != visit.node:
                dataset = touches[call.touches[0]].dataset or ""
                found.setdefault((call.on_miss, dataset), []).append(call)
            for option in call.options:
                if id(option.visit) not in seen:
                    seen.add(id(option.visit))
                    waiting.append(option.visit)
    return found


def _push(
    reached: dict[str, list[float]],
    calls: Sequence[Call],
    answered: float,
    touches: Sequence[Touch],
    hits: Mapping[tuple[str, str], float],
) -> None:
    """Add the operations per second, reads and writes, that so many unanswered reads make of the nodes behind."""
    each = answered / touches[calls[0].touches[0]].count / len(calls)
    rates: dict[int, float] = {}
    starts: dict[int, Visit] = {}
    for call in calls:
        for option in call.options:
            visit = option.visit
            starts[id(visit)] = visit
            rates[id(visit)] = rates.get(id(visit), 0.0) + each * option.weight
    for visit in _callers_first(starts):
        rate = rates[id(visit)]
        work = reached.get(visit.node)
        if work is None:
            work = reached[visit.node] = [0.0, 0.0]
        if not visit.work:
            work[0] += rate
        for item in visit.work:
            touch = touches[item.touch]
            is_read = touch.dataset is None or touch.operation is Operation.READ
            work[0 if is_read else 1] += rate * item.count
        for call in visit.calls:
            times = rate * call.times
            if call.on_miss is not None:
                dataset = touches[call.touches[0]].dataset or ""
                times *= 1.0 - hits.get((call.on_miss, dataset), 0.0)
            for option in call.options:
                rates[id(option.visit)] = rates.get(id(option.visit), 0.0) + times * option.weight


def _callers_first(starts: Mapping[int, Visit]) -> list[Visit]:
    if not any(visit.calls for visit in starts.values()):
        return list(starts.values())
    done: dict[int, Visit] = {}
    waiting = [(visit, False) for visit in starts.values()]
    while waiting:
        visit, is_open = waiting.pop()
        if is_open:
            done.setdefault(id(visit), visit)
        elif id(visit) not in done:
            waiting.append((visit, True))
            waiting += [(option.visit, False) for call in visit.calls for option in call.options]
    return list(reversed(done.values()))


def _overflowing(
    reached: Mapping[str, Sequence[float]],
    catalog: Catalog,
    traffic: Traffic,
    placements: Mapping[str, Placement],
    nodes: Mapping[str, Node],
) -> Iterator[Shed]:
    loads: dict[str, list[Load]] = {name: [] for name in reached}
    for load in traffic.loads:
        if load.node in loads:
            loads[load.node].append(load)
    for name, (reads, writes) in reached.items():
        placement = placements.get(name)
        if placement is None or not placement.zones or placement.overloaded:
            continue
        here = loads[name]
        before_reads, before_writes = sum([load.reads for load in here]), sum([load.writes for load in here])
        scattered = sum([load.scattered_reads for load in here])
        used = _used(nodes[name], catalog, before_reads, before_writes, scattered)
        more = _used(nodes[name], catalog, reads, writes, 0.0)
        if used is not None and more is not None and used + more > 1.0:
            yield Shed(name, min(used, 1.0), more)


def _used(node: Node, catalog: Catalog, reads: float, writes: float, scattered: float) -> float | None:
    """The part of what its machines can do that these operations per second take, or None where no figure says."""
    component = catalog[node.component]
    rate = figure_of(node, component, "read_rate")
    if rate is None or is_managed(component):
        return None
    parts, copies = node.instances * node.shards, 1 + node.replicas
    keyed = component.behavior in (Behavior.STORE, Behavior.CACHE)
    if component.replication is Replication.QUORUM:
        readers = writers = parts
    elif not keyed:
        readers = writers = parts * copies
    else:
        reading = {ReadFrom.ANY: copies, ReadFrom.LEADER: 1, ReadFrom.REPLICAS: max(1, copies - 1)}
        readers, writers = parts * reading[node.read_from], parts
    written = figure_of(node, component, "write_rate") or rate
    return ((reads - scattered) / readers + scattered / (readers / parts)) / rate + writes / writers / written
