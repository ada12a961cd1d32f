"""Adding up: from the rates of visits to flows over connections and loads on nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.design.model import Design
from designer.scenario.model import Access, Operation, Scenario, Touch, Workload
from designer.traffic.model import Flow, Load, Visit
from designer.traffic.network import Condition, Link, Network
from designer.traffic.payload import Payload
from designer.traffic.topology import Topology

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})


class _Content(NamedTuple):
    """What one call asks for and carries: operations, and bytes there and back."""

    reads: float
    writes: float
    forward: float
    back: float


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


@dataclass(slots=True)
class Accounts:
    """Flows and loads of a network whose rates are known."""

    scenario: Scenario
    design: Design
    topology: Topology
    network: Network
    rates: Sequence[float]  # of each visit, per second
    miss_ratio: Callable[[Condition], float]
    hit_ratio: Callable[[str, str], float]  # of a cache for a dataset
    _flows: dict[tuple[str, str], _Flow] = field(default_factory=dict)  # by workload and connection
    _loads: dict[tuple[str, str], _Load] = field(default_factory=dict)  # by workload and node

    def add_up(self) -> tuple[tuple[Flow, ...], tuple[Load, ...]]:
        """Flows by workload and connection, loads by workload and node, in the order of scenario and design."""
        behaviors = dict(zip(self.topology.ids, self.topology.behaviors, strict=True))
        for number, visit in enumerate(self.network.visits):
            name = self.network.workloads[number]
            load = self._loads.setdefault((name, visit.node), _Load())
            _add_visit(load, visit, self.rates[number], self.scenario.workloads[name], behaviors[visit.node])
        self._add_links(behaviors)
        return self._list_flows(), self._list_loads()

    def _add_links(self, behaviors: dict[str, Behavior]) -> None:
        network, rates, loads = self.network, self.rates, self._loads
        contents: dict[tuple[int, Behavior], _Content] = {}
        payloads = {
            name: Payload(workload, self.scenario.datasets)
            for name, workload in self.scenario.workloads.items()
        }
        for link in network.links:
            name, source = network.workloads[link.source], network.visits[link.source].node
            target = network.visits[link.target].node
            caller = behaviors[source]
            content = contents.get((link.target, caller))
            if content is None:
                content = self._content(link, caller, behaviors[target], payloads[name])
                contents[link.target, caller] = content
            rate = rates[link.source] * link.factor
            if link.condition is not None:
                rate *= self.miss_ratio(link.condition)
            _add_call(self._flows.setdefault((name, link.connection), _Flow()), link, rate, content)
            forward, back = rate * content.forward, rate * content.back
            sender, receiver = loads[name, source], loads[name, target]
            sender.sent += forward
            sender.received += back
            receiver.received += forward
            receiver.sent += back

    def _content(self, link: Link, caller: Behavior, callee: Behavior, payload: Payload) -> _Content:
        visit = self.network.visits[link.target]
        touches = self.scenario.workloads[self.network.workloads[link.target]].touches
        counts = {work.touch: work.count for work in visit.work}
        reads = writes = 0.0
        for number in visit.touches:
            touch = touches[number]
            operations = counts.get(number, touch.count)
            if _is_read(touch):
                reads += operations
            else:
                writes += operations
        forward, back = payload.of_call(caller, callee, visit, partial(self.hit_ratio, visit.node))
        return _Content(reads, writes, forward, back)

    def _list_flows(self) -> tuple[Flow, ...]:
        return tuple(
            [
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
                for name in self.scenario.workloads
                for connection in self.design.connections
                if (flow := self._flows.get((name, connection.id))) is not None
            ]
        )

    def _list_loads(self) -> tuple[Load, ...]:
        return tuple(
            [
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
                for name in self.scenario.workloads
                for node in self.topology.ids
                if (load := self._loads.get((name, node))) is not None
            ]
        )


def _is_read(touch: Touch) -> bool:
    return touch.dataset is None or touch.operation is Operation.READ


def _add_visit(load: _Load, visit: Visit, rate: float, workload: Workload, behavior: Behavior) -> None:
    load.calls += rate
    if not visit.work and behavior not in _KEEPS_DATA:
        load.reads += rate
    for work in visit.work:
        touch, operations = workload.touches[work.touch], rate * work.count
        is_read = _is_read(touch)
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


def _add_call(flow: _Flow, link: Link, rate: float, content: _Content) -> None:
    flow.calls += rate
    flow.reads += rate * content.reads
    flow.writes += rate * content.writes
    flow.forward += rate * content.forward
    flow.back += rate * content.back
    flow.deferred = flow.deferred and link.deferred
