"""Adding up: from the rates of visits to flows over connections and loads on nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from designer.catalog.model import Behavior
from designer.design.model import Design
from designer.scenario.model import Access, Operation, Scenario, Workload
from designer.traffic.model import Flow, Load, Visit
from designer.traffic.network import Condition, Network
from designer.traffic.payload import Payload
from designer.traffic.topology import Topology

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})


@dataclass(slots=True)
class _Flow:
    calls: float = 0.0
    reads: float = 0.0
    writes: float = 0.0
    forward: float = 0.0
    back: float = 0.0
    deferred: bool = True


@dataclass(slots=True)
class _Load:
    calls: float = 0.0
    reads: float = 0.0
    writes: float = 0.0
    scattered: float = 0.0
    received: float = 0.0
    sent: float = 0.0
    datasets: dict[str, tuple[float, float]] = field(default_factory=dict)


def keep_accounts(
    scenario: Scenario,
    design: Design,
    topology: Topology,
    network: Network,
    rates: Sequence[float],
    miss_ratio: Callable[[Condition | None], float],
    hit_ratio: Callable[[str, str], float],
) -> tuple[tuple[Flow, ...], tuple[Load, ...]]:
    """Flows by workload and connection, and loads by workload and node, in the order of scenario and design."""
    behaviors = dict(zip(topology.ids, topology.behaviors, strict=True))
    payloads = {name: Payload(workload, scenario.datasets) for name, workload in scenario.workloads.items()}
    flows: dict[tuple[str, str], _Flow] = {}
    loads: dict[tuple[str, str], _Load] = {}
    for number, visit in enumerate(network.visits):
        name = network.workloads[number]
        load = loads.setdefault((name, visit.node), _Load())
        _add_visit(load, visit, rates[number], scenario.workloads[name], behaviors[visit.node])
    for link in network.links:
        name = network.workloads[link.source]
        source, visit = network.visits[link.source].node, network.visits[link.target]
        rate = rates[link.source] * link.factor * miss_ratio(link.condition)
        hits = partial(hit_ratio, visit.node)
        sizes = payloads[name].of_call(behaviors[source], behaviors[visit.node], visit, hits)
        forward, back = rate * sizes[0], rate * sizes[1]
        flow = flows.setdefault((name, link.connection), _Flow())
        flow.calls += rate
        flow.forward += forward
        flow.back += back
        flow.deferred = flow.deferred and link.deferred
        _add_operations(flow, visit, rate, scenario.workloads[name])
        caller, callee = loads[name, source], loads[name, visit.node]
        caller.sent += forward
        caller.received += back
        callee.received += forward
        callee.sent += back
    return _list_flows(scenario, design, flows), _list_loads(scenario, topology, loads)


def _add_visit(load: _Load, visit: Visit, rate: float, workload: Workload, behavior: Behavior) -> None:
    load.calls += rate
    if not visit.work and behavior not in _KEEPS_DATA:
        load.reads += rate
    for work in visit.work:
        touch, operations = workload.touches[work.touch], rate * work.count
        is_read = touch.capability is not None or touch.operation is Operation.READ
        if is_read:
            load.reads += operations
            if touch.access is Access.SCATTER and behavior is not Behavior.CACHE:
                load.scattered += operations
        else:
            load.writes += operations
        if touch.dataset is not None:
            reads, writes = load.datasets.get(touch.dataset, (0.0, 0.0))
            done = (reads + operations, writes) if is_read else (reads, writes + operations)
            load.datasets[touch.dataset] = done


def _add_operations(flow: _Flow, visit: Visit, rate: float, workload: Workload) -> None:
    counts = {work.touch: work.count for work in visit.work}
    for number in visit.touches:
        touch = workload.touches[number]
        operations = rate * counts.get(number, touch.count)
        if touch.capability is not None or touch.operation is Operation.READ:
            flow.reads += operations
        else:
            flow.writes += operations


def _list_flows(
    scenario: Scenario, design: Design, flows: dict[tuple[str, str], _Flow]
) -> tuple[Flow, ...]:
    return tuple(
        Flow(
            connection=connection.id,
            source=connection.source,
            target=connection.target,
            workload=name,
            calls=flow.calls,
            reads=flow.reads,
            writes=flow.writes,
            bytes_forward=flow.forward,
            bytes_back=flow.back,
            deferred=flow.deferred,
        )
        for name in scenario.workloads
        for connection in design.connections
        if (flow := flows.get((name, connection.id))) is not None
    )


def _list_loads(
    scenario: Scenario, topology: Topology, loads: dict[tuple[str, str], _Load]
) -> tuple[Load, ...]:
    return tuple(
        Load(
            node=node,
            workload=name,
            calls=load.calls,
            reads=load.reads,
            writes=load.writes,
            scattered_reads=load.scattered,
            bytes_in=load.received,
            bytes_out=load.sent,
            datasets=load.datasets,
        )
        for name in scenario.workloads
        for node in topology.ids
        if (load := loads.get((name, node))) is not None
    )
