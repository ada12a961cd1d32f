"""What a cache that dies puts on what lies behind it: the reads it used to answer."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from designer.catalog.model import Behavior, Catalog, Replication
from designer.design.figures import figure_of
from designer.design.model import Node, ReadFrom
from designer.reliability.groups import Placement, is_managed
from designer.scenario.model import Operation, Scenario, Touch
from designer.traffic.model import Call, Load, Plan, Traffic


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
        touches, plan = scenario.workloads[workload].touches, traffic.plans[workload]
        missed = _missed(plan, touches)
        for load in loads:
            for dataset, (reads, _) in load.datasets.items():
                calls = missed.get((load.node, dataset))
                answered = reads * hits.get((load.node, dataset), 0.0)
                if calls and answered > 0.0:
                    _push(more.setdefault(load.node, {}), plan, calls, answered, touches, hits)
    if not more:
        return {}
    before = _before(traffic.loads, {name for reached in more.values() for name in reached})
    return {
        cache: found
        for cache, reached in more.items()
        if (found := tuple(_overflowing(reached, before, catalog, placements, nodes)))
    }


def _missed(plan: Plan, touches: Sequence[Touch]) -> dict[tuple[str, str], list[Call]]:
    """The calls that are made when a cache on the side did not have a record, by cache and dataset."""
    found: dict[tuple[str, str], list[Call]] = {}
    for visit in reversed(plan.visits):
        for call in visit.calls:
            # What has to pass through a dead cache fails with it and goes nowhere.
            if call.on_miss is not None and call.on_miss != visit.node:
                dataset = touches[call.touches[0]].dataset or ""
                found.setdefault((call.on_miss, dataset), []).append(call)
    return found


def _push(
    reached: dict[str, list[float]],
    plan: Plan,
    calls: Sequence[Call],
    answered: float,
    touches: Sequence[Touch],
    hits: Mapping[tuple[str, str], float],
) -> None:
    """Add the operations per second, reads and writes, that so many unanswered reads make of the nodes behind."""
    each = answered / touches[calls[0].touches[0]].count / len(calls)
    rates: dict[int, float] = {}  # by the number of the visit
    waiting: list[int] = []  # these numbers, negative: callers come first out of the heap
    for call in calls:
        _pass_on(rates, waiting, call, each)
    while waiting:
        number = -heappop(waiting)
        visit, rate = plan.visits[number], rates[number]
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
            _pass_on(rates, waiting, call, times)


def _pass_on(rates: dict[int, float], waiting: list[int], call: Call, times: float) -> None:
    for weight, _, visit in call.options:
        known = rates.get(visit.number)
        if known is None:
            heappush(waiting, -visit.number)
        rates[visit.number] = (known or 0.0) + times * weight


class _Work(NamedTuple):
    """Operations per second at a node."""

    reads: float
    writes: float
    scattered: float  # part of the reads


def _before(loads: Iterable[Load], nodes: Container[str]) -> dict[str, _Work]:
    """What these nodes do while every cache is there."""
    found: dict[str, _Work] = {}
    for load in loads:
        if load.node in nodes:
            reads, writes, scattered = found.get(load.node, _IDLE)
            found[load.node] = _Work(
                reads + load.reads, writes + load.writes, scattered + load.scattered_reads
            )
    return found


_IDLE = _Work(0.0, 0.0, 0.0)


def _overflowing(
    reached: Mapping[str, Sequence[float]],
    before: Mapping[str, _Work],
    catalog: Catalog,
    placements: Mapping[str, Placement],
    nodes: Mapping[str, Node],
) -> Iterator[Shed]:
    for name, (reads, writes) in reached.items():
        placement = placements.get(name)
        if placement is None or not placement.zones or placement.overloaded:
            continue
        rates = _rates(nodes[name], catalog)
        if rates is None:
            continue
        used = rates.used(before.get(name, _IDLE))
        more = rates.used(_Work(reads, writes, 0.0))
        if used + more > 1.0:
            yield Shed(name, min(used, 1.0), more)


class _Rates(NamedTuple):
    """Operations per second that the machines of a node can do."""

    reads: float
    scattered: float  # reads that each part of the data must answer
    writes: float

    def used(self, work: _Work) -> float:
        """The part of what the machines can do that this work takes."""
        keyed = work.reads - work.scattered
        return keyed / self.reads + work.scattered / self.scattered + work.writes / self.writes


def _rates(node: Node, catalog: Catalog) -> _Rates | None:
    """What the node can do, or None where no figure says."""
    component = catalog[node.component]
    rate = figure_of(node, component, "read_rate")
    if rate is None or is_managed(component):
        return None
    parts, copies = node.instances * node.shards, 1 + node.replicas
    readers = writers = parts
    if component.replication is not Replication.QUORUM:
        readers = parts * copies
        if component.behavior not in (Behavior.STORE, Behavior.CACHE):
            writers = readers
        elif node.read_from is ReadFrom.LEADER:
            readers = parts
        elif node.read_from is ReadFrom.REPLICAS:
            readers = parts * max(1, copies - 1)
    written = figure_of(node, component, "write_rate") or rate
    return _Rates(readers * rate, readers / parts * rate, writers * written)
