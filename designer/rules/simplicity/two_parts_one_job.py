"""Two of the same, where one would do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from designer.analysis.availability import find_availabilities
from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Knob, Place
from designer.design.edit import RemoveNode
from designer.performance.model import Ceiling
from designer.reliability.durability import copies_of, loss_of
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import (
    CARRYING,
    allowances,
    allowed_utilisation,
    component,
    costs,
    durabilities,
    is_managed,
    kept_at,
    label,
    latency_verdicts,
    listed,
    loads_at,
    money,
    most_used,
    percent,
    placed,
    workload_names,
    workloads_at,
)
from designer.rules.repairs import PLANNED
from designer.rules.timing import own_p99
from designer.scenario.model import Availability, RecoveryPoint, RecoveryTime

_KEEPING = (Behavior.STORE, Behavior.CACHE, Behavior.QUEUE)
_SHARED = (Ceiling.OPERATIONS, Ceiling.BANDWIDTH, Ceiling.PARTITION)
"""What there is more of for whoever does the work of two. The data are the same, and so is the room they take."""

_OUTLASTING = {Availability, RecoveryPoint}
"""What is asked where the loss of the only copy would matter. How soon it must be back, the double may decide."""

_BUSY = 0.7
"""How busy a service may be with the work of two: above, waiting grows fast (rule of thumb)."""

_MARGIN = 0.1
"""How far inside a response time an answer must be to take a little longer (rule of thumb)."""

_SERVICE = "users > load_balancer*2 > api:app_server*8 > "


@rule(
    severity=Severity.INFO,
    applies="Where two stores, caches or queues of the same kind, or two services that offer the same, are used.",
    bad=(
        Example(f"{_SERVICE}cache*2[replicas=1], other:cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users > load_balancer*2 > api:app_server*8 > db:sharded_sql[shards=4, replicas=2], one:message_queue, "
            "two:message_queue; one, two > worker*6 > db; one, two > notification_service",
            scenario="feed",
        ),
        Example(
            "users > load_balancer*2 > api:app_server*4 > guardrail*2 > pick:load_balancer*2 "
            ">[share=0.9] llm:language_model*3; pick >[share=0.1] language_model_api",
            scenario="chat",
            note="The machines have room for all questions.",
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
    false_positives="Two teams, or two tenants that must not disturb each other, may want one each. A dearer model for "
    "hard questions, or a new version beside the old one, looks the same here.",
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
    alike = _find_alike(analysis, [node for node in placed(analysis, _serves) if node in reached])
    if not near and not alike:
        return NotApplicable("No two parts that keep or offer the same have the same callers.")
    faults = [fault for nodes in groups for fault in _judge(analysis, nodes)]
    faults += [fault for nodes in alike for fault in _judge_services(analysis, nodes)]
    return tuple(faults) or Passed("Each part has a job of its own.")


def _grouped(nodes: Iterable[str], key: Callable[[str], Hashable]) -> list[list[str]]:
    """Those with the same key, where there are several."""
    found: dict[Hashable, list[str]] = {}
    for node in nodes:
        found.setdefault(key(node), []).append(node)
    return [group for group in found.values() if len(group) > 1]


def _keeps(found: Component) -> bool:
    return found.behavior in _KEEPING and found.place is Place.REGION


def _serves(found: Component) -> bool:
    return found.behavior is Behavior.SERVICE and bool(found.provides)


def _find_alike(analysis: Analysis, services: Sequence[str]) -> list[list[str]]:
    """Services that are asked for the same, by the same callers, and call the same in turn."""
    between = {node: _between(analysis, node) for node in services}
    often = Counter(between.values())
    done = _done(analysis, [node for node in services if often[between[node]] > 1])
    return _grouped(
        [node for node in done if done[node]], lambda node: (frozenset(done[node]), between[node])
    )


def _between(analysis: Analysis, node: str) -> Hashable:
    """Who calls it and how, and whom it calls."""
    graph = analysis.graph
    links = [(link.source, link.carries, link.mode, link.fallback) for link in graph.incoming(node)]
    return frozenset(links), frozenset(graph.successors(node))


def _done(analysis: Analysis, nodes: Sequence[str]) -> Mapping[str, set[tuple[str, int]]]:
    """What each of these nodes is asked to do: touches by workload and number."""
    found: dict[str, set[tuple[str, int]]] = {node: set() for node in nodes}
    for name, plan in analysis.traffic.plans.items() if found else ():
        for visit in plan.visits:
            if visit.node in found:
                found[visit.node].update([(name, work.touch) for work in visit.work])
    return found


def _judge_services(analysis: Analysis, nodes: list[str]) -> Iterator[Fault]:
    """Whom the one asked most could stand in for, one after the other, where nothing is late and all have several."""
    calls = {node: math.fsum(workloads_at(analysis)[node].values()) for node in nodes}
    keeper = max(nodes, key=lambda node: calls[node])
    used = most_used(analysis, keeper, CARRYING)
    workloads = workloads_at(analysis)[keeper]
    machines = analysis.nodes[keeper].machines
    left = 1.0 if is_managed(component(analysis, keeper)) else (machines - 1) / machines
    if not _is_up_enough(analysis, keeper):
        return
    most, carried = min(_BUSY, left, allowed_utilisation(analysis, workloads)), calls[keeper]
    for node in nodes:
        busy = 0.0 if used is None else used.value * (carried + calls[node]) / calls[keeper]
        later = max(0.0, own_p99(analysis, keeper) - own_p99(analysis, node))
        if node != keeper and busy <= most and _has_time(analysis, workloads, later):
            carried += calls[node]
            yield _fault(analysis, node, keeper, busy)


def _has_time(analysis: Analysis, workloads: Iterable[str], later: float) -> bool:
    """Whether what is asked of their answers' times would be kept if they were so much later, and a little more."""
    return all(
        item.value is not None and item.value + later <= item.limit * (1.0 - _MARGIN)
        for name in workloads
        for item in latency_verdicts(analysis, name)
    )


def _place(analysis: Analysis, node: str) -> Hashable:
    """What it is, and between whom it stands."""
    graph = analysis.graph
    return graph.nodes[node].component, frozenset(graph.predecessors(node)), frozenset(graph.successors(node))


def _job(analysis: Analysis, node: str) -> Hashable:
    """What it does, of what its neighbours ask, and where: two with the same job are each other's double."""
    graph = analysis.graph
    links = {(link.source, link.carries, link.mode) for link in graph.incoming(node)}
    onward = {(link.target, link.carries, link.mode) for link in graph.outgoing(node)}
    zones = frozenset(graph.nodes[node].zones)
    return _data(analysis, node), tuple(kept_at(analysis, node)), frozenset(links), frozenset(onward), zones


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
    kept = [asked[name] for name in kept_at(analysis, node) if name in asked]
    loss = loss_of(analysis.graph.nodes[node], component(analysis, node)) if kept else None
    is_safe = loss is None or loss <= 1.0 - max(kept)
    return is_safe and _is_up_enough(analysis, node) and _feeds_all(analysis, node)


def _is_up_enough(analysis: Analysis, node: str) -> bool:
    """Whether no workload would be down too much, even if the double stood in today whenever this one is down."""
    asked = {type(item) for item in analysis.scenario.requirements.values()}
    found = component(analysis, node)
    is_single = found.behavior is not Behavior.SERVICE and _copies(analysis, node) == 1
    if not is_managed(found) and (RecoveryTime in asked or (is_single and asked & _OUTLASTING)):
        return False
    allowed, here = allowances(analysis), workloads_at(analysis)[node]
    groups = [group for group in analysis.reliability.groups if group.node == node]
    down = max([1.0 - group.availability for group in groups], default=0.0)
    return all(
        item.unavailability + down <= allowed[item.workload] or item.unavailability > allowed[item.workload]
        for item in find_availabilities(analysis).values()
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
    return Fault(
        (node, keeper),
        lambda: _tell(analysis, node, keeper, busy),
        fix=lambda: (RemoveNode(node=node, reconnect=False),),
    )


def _tell(analysis: Analysis, node: str, keeper: str, busy: float) -> str:
    callers = listed(label(analysis, name) for name in analysis.graph.predecessors(node))
    cost = costs(analysis).get(node)
    saved = 0.0 if cost is None else cost.machines + cost.storage + cost.tokens
    name = label(analysis, keeper)
    spare = f"would be {percent(busy)} busy" if busy > 0.0 else "has room for all of it"
    return (
        f"{name} and {label(analysis, node)} do the same for {callers}: "
        f"{workload_names(analysis, workloads_at(analysis)[node])}. {name} alone {spare}"
        f"{f', and {money(saved)} would be saved' if saved > 0.0 else ''}."
    )
