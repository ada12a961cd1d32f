"""Two of the same, where one would do."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Knob, Place
from designer.design.edit import RemoveNode
from designer.performance.model import Ceiling
from designer.reliability.durability import copies_of, loss_of
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    allowances,
    allowed_utilisation,
    component,
    durabilities,
    is_managed,
    label,
    listed,
    loads_at,
    money,
    percent,
    placed,
    workload_names,
    workloads_at,
)
from designer.rules.repairs import PLANNED
from designer.scenario.model import Availability, RecoveryPoint, RecoveryTime

_KEEPING = (Behavior.STORE, Behavior.CACHE, Behavior.QUEUE)
_SHARED = (Ceiling.OPERATIONS, Ceiling.BANDWIDTH, Ceiling.PARTITION)
"""What there is more of for whoever does the work of two. The data are the same, and so is the room they take."""

_OUTLASTING = {Availability, RecoveryPoint}
"""What is asked where the loss of the only copy would matter. How soon it must be back, the double may decide."""

_SERVICE = "users > load_balancer*2 > api:app_server*8 > "


@rule(
    severity=Severity.INFO,
    applies="Where two stores, caches or queues of the same kind are used.",
    bad=(
        Example(f"{_SERVICE}cache*2[replicas=1], other:cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sharded_sql[shards=4, replicas=2], one:message_queue, "
            "two:message_queue; one, two > worker*6 > db; one, two > notification_service",
            scenario="feed",
        ),
    ),
    good=(
        Example(
            f"{_SERVICE}cache*2[replicas=1], sales:sql_database*3[holds=orders], shop:sql_database*3[holds=products]",
            note="Each has data of its own.",
        ),
        Example(f"{_SERVICE}cache*2[replicas=1], db:sql_database*3"),
    ),
    sources=(
        "J. Gall, Systemantics: a complex system that works has evolved from a simple one that worked",
        "M. Fowler, Yagni (martinfowler.com, 2015): the cost of carry",
    ),
    false_positives="Two teams, or two tenants that must not disturb each other, may want one each.",
    fix="Let one of them do the work of both.",
)
def check(analysis: Analysis) -> Result:
    """Two parts that do the same for the same callers

    Each part has to be paid for, watched, updated and explained, and two that keep the same data have to be kept alike.
    Where one has room for the work of both, the second gives nothing back.
    """
    reached = workloads_at(analysis)
    near = _grouped([node for node in placed(analysis, _keeps) if node in reached], partial(_place, analysis))
    groups = [group for nodes in near for group in _grouped(nodes, partial(_job, analysis))]
    if not near:
        return NotApplicable("No two stores, caches or queues of the same kind have the same callers.")
    faults = [fault for nodes in groups for fault in _judge(analysis, nodes)]
    return tuple(faults) or Passed("Each store, cache and queue has a job of its own.")


def _grouped(nodes: Iterable[str], key: Callable[[str], Hashable]) -> list[list[str]]:
    """Those with the same key, where there are several."""
    found: dict[Hashable, list[str]] = {}
    for node in nodes:
        found.setdefault(key(node), []).append(node)
    return [group for group in found.values() if len(group) > 1]


def _keeps(found: Component) -> bool:
    return found.behavior in _KEEPING and found.place is Place.REGION


def _place(analysis: Analysis, node: str) -> Hashable:
    """What it is, and between whom it stands."""
    graph = analysis.graph
    return graph.nodes[node].component, frozenset(graph.predecessors(node)), frozenset(graph.successors(node))


def _job(analysis: Analysis, node: str) -> Hashable:
    """What it does, of what its neighbours ask, and where: two with the same job are each other's double."""
    graph = analysis.graph
    kept = tuple(name for name, growth in analysis.growth.items() if node in growth.homes)
    links = {(link.source, link.carries, link.mode) for link in graph.incoming(node)}
    onward = {(link.target, link.carries, link.mode) for link in graph.outgoing(node)}
    zones = frozenset(graph.nodes[node].zones)
    return _data(analysis, node), kept, frozenset(links), frozenset(onward), zones


def _data(analysis: Analysis, node: str) -> frozenset[tuple[str, str | None]]:
    """What is kept or carried here, by workload; None for what is no data."""
    loads = loads_at(analysis).get(node, ())
    return frozenset(
        [(load.workload, name) for load in loads for name in (*load.datasets, *load.hottest, None)]
    )


def _judge(analysis: Analysis, nodes: list[str]) -> Iterator[Fault]:
    """Whom the largest of them could stand in for, one after the other."""
    keeper = max(nodes, key=lambda node: (_copies(analysis, node), analysis.nodes[node].machines))
    if not _may_stand_alone(analysis, keeper) or _share_with_others(analysis, nodes):
        return
    most = min(PLANNED, allowed_utilisation(analysis, workloads_at(analysis)[keeper]))
    room, needed = _work(analysis, keeper, limits=True), _work(analysis, keeper)
    for node in nodes:
        if node != keeper:
            both = {name: value + _work(analysis, node).get(name, 0.0) for name, value in needed.items()}
            busy = max(
                [value / room[name] if room[name] else math.inf for name, value in both.items()], default=0.0
            )
            if busy <= most:
                needed = both
                yield _fault(analysis, node, keeper, busy)


def _copies(analysis: Analysis, node: str) -> int:
    return copies_of(analysis.graph.nodes[node], component(analysis, node))


def _share_with_others(analysis: Analysis, nodes: list[str]) -> bool:
    """Whether their callers have the same done by others too, who would get a part of what one leaves."""
    behavior, data = component(analysis, nodes[0]).behavior, _data(analysis, nodes[0])
    beside = {
        target
        for caller in analysis.graph.predecessors(nodes[0])
        for target in analysis.graph.successors(caller)
    }
    return any(
        component(analysis, node).behavior is behavior and data & _data(analysis, node)
        for node in beside.difference(nodes)
    )


def _may_stand_alone(analysis: Analysis, node: str) -> bool:
    """Whether nothing that is asked needs the double: not because it may be down, nor because it may lose data."""
    asked = durabilities(analysis)
    kept = [asked[name] for name, growth in analysis.growth.items() if node in growth.homes and name in asked]
    loss = loss_of(analysis.graph.nodes[node], component(analysis, node)) if kept else None
    is_safe = loss is None or loss <= 1.0 - max(kept)
    return is_safe and _is_up_enough(analysis, node) and _feeds_all(analysis, node)


def _is_up_enough(analysis: Analysis, node: str) -> bool:
    """Whether no workload would be down too much, even if the double stood in today whenever this one is down."""
    asked = {type(item) for item in analysis.scenario.requirements.values()}
    own = not is_managed(component(analysis, node))
    if own and (RecoveryTime in asked or (_copies(analysis, node) == 1 and asked & _OUTLASTING)):
        return False
    allowed, here = allowances(analysis), workloads_at(analysis)[node]
    groups = [group for group in analysis.reliability.groups if group.node == node]
    down = max([1.0 - group.availability for group in groups], default=0.0)
    return all(
        item.unavailability + down <= allowed[item.workload] or item.unavailability > allowed[item.workload]
        for item in analysis.reliability.workloads
        if item.workload in here and item.workload in allowed
    )


def _feeds_all(analysis: Analysis, node: str) -> bool:
    """Whether every machine behind it gets a partition of it, where it has any."""
    if Knob.PARTITIONS not in component(analysis, node).knobs:
        return True
    behind = [analysis.nodes[name].machines for name in analysis.graph.successors(node)]
    return analysis.graph.nodes[node].partitions >= max(behind, default=0)


def _work(analysis: Analysis, node: str, *, limits: bool = False) -> dict[Ceiling, float]:
    """What the node does, or can do, by ceiling: all its machines together, but for the part asked for most."""
    facts = analysis.nodes[node]
    return {
        used.ceiling: (used.limit if limits else used.demand)
        * (1 if used.ceiling is Ceiling.PARTITION else facts.machines)
        for used in facts.utilisations
        if used.ceiling in _SHARED
    }


def _fault(analysis: Analysis, node: str, keeper: str, busy: float) -> Fault:
    callers = listed(label(analysis, name) for name in analysis.graph.predecessors(node))
    cost = next((item for item in analysis.cost.nodes if item.node == node), None)
    saved = 0.0 if cost is None else cost.machines + cost.storage
    name = label(analysis, keeper)
    spare = f"would be {percent(busy)} busy" if busy > 0.0 else "has room for all of it"
    message = (
        f"{name} and {label(analysis, node)} do the same for {callers}: "
        f"{workload_names(analysis, workloads_at(analysis)[node])}. {name} alone {spare}"
        f"{f', and {money(saved)} would be saved' if saved > 0.0 else ''}."
    )
    return Fault((node, keeper), message, fix=(RemoveNode(node=node, reconnect=False),))
