"""Everything about one design under one traffic that the rest of this room asks for, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from designer.catalog.model import Catalog, Component
from designer.design.figures import figure_of
from designer.design.model import Design, Node
from designer.performance.distances import Distances
from designer.performance.machines import (
    Demand,
    Keyed,
    Layout,
    Machines,
    counts_of,
    lay_out,
    load_machines,
)
from designer.performance.stations import Station, equip
from designer.scenario.model import Operation, Scenario
from designer.traffic.model import Load, Traffic


class Setting:
    """A design under its traffic. What is asked of it is computed on first use and kept."""

    def __init__(self, scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> None:
        self.scenario = scenario
        self.design = design
        self.catalog = catalog
        self.traffic = traffic
        self.nodes: Mapping[str, Node] = design.by_id
        self.components: Mapping[str, Component] = {
            node.id: catalog[node.component] for node in design.nodes
        }

    def figure(self, node_id: str, name: str) -> float | None:
        """The figure in force at a node, in base units."""
        return figure_of(self.nodes[node_id], self.components[node_id], name)

    @cached_property
    def distances(self) -> Distances:
        """How far the nodes are from each other."""
        machines = {node_id: layout.machines for node_id, layout in self.layouts.items()}
        return Distances(self.design, self.components, machines, self.catalog.environment)

    @cached_property
    def layouts(self) -> Mapping[str, Layout]:
        """How each node spreads its work."""
        return {
            node_id: lay_out(self.components[node_id], counts_of(node), node.read_from)
            for node_id, node in self.nodes.items()
        }

    @cached_property
    def demands(self) -> Mapping[str, Demand]:
        """What is asked of each node at peak."""
        loads: dict[str, list[Load]] = {node_id: [] for node_id in self.nodes}
        for load in self.traffic.loads:
            loads[load.node].append(load)
        return {node_id: _demand(self.scenario, found) for node_id, found in loads.items()}

    @cached_property
    def machines(self) -> Mapping[str, tuple[Machines, ...]]:
        """The machines of each node, in groups of equal load."""
        return {
            node_id: load_machines(layout, self.demands[node_id])
            for node_id, layout in self.layouts.items()
        }

    @cached_property
    def callers(self) -> Mapping[str, tuple[str, ...]]:
        """Who calls each node, as far as anything flows, in the order of the flows."""
        found: dict[str, dict[str, None]] = {node_id: {} for node_id in self.nodes}
        for flow in self.traffic.flows:
            if flow.calls > 0.0:
                found[flow.target][flow.source] = None
        return {node_id: tuple(sources) for node_id, sources in found.items()}

    @cached_property
    def request_rates(self) -> Mapping[str, float]:
        """Requests per second at peak that enter by workload: the visits to its clients."""
        clients = {
            name: {entry.visit.node for entry in plan.entries} for name, plan in self.traffic.plans.items()
        }
        found = dict.fromkeys(self.traffic.plans, 0.0)
        for load in self.traffic.loads:
            if load.node in clients[load.workload]:
                found[load.workload] += load.calls
        return found

    @cached_property
    def stations(self) -> Mapping[str, Station]:
        """How long each node takes."""
        return {
            node_id: equip(
                node,
                self.components[node_id],
                self.layouts[node_id],
                self.machines[node_id],
                [(self.nodes[caller], self.components[caller]) for caller in self.callers[node_id]],
            )
            for node_id, node in self.nodes.items()
        }

    @cached_property
    def idle_stations(self) -> Mapping[str, Station]:
        """How long each node takes when nobody else asks."""
        return {node_id: station.without_waiting() for node_id, station in self.stations.items()}


class _Identity:
    """The four parts of a setting, compared by identity: they are frozen, but not all can be hashed."""

    __slots__ = ("parts",)

    def __init__(self, *parts: object) -> None:
        self.parts = parts

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.parts)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and all(
            one is another for one, another in zip(self.parts, other.parts, strict=True)
        )


def setting_of(scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> Setting:
    """The setting of these four; asked for again with the very same four, it is the same one.

    Raises KeyError when the design names a component the catalogue does not have.
    """
    return _setting_of(_Identity(scenario, design, catalog, traffic))


@lru_cache(maxsize=8)
def _setting_of(identity: _Identity) -> Setting:
    return Setting(*identity.parts)  # type: ignore[arg-type]


def _demand(scenario: Scenario, loads: list[Load]) -> Demand:
    """What the loads of one node come to."""
    keyed: dict[str, list[float]] = {}
    reads = writes = scattered = calls = 0.0
    volumes = [0.0, 0.0, 0.0, 0.0]
    for load in loads:
        calls += load.calls
        scattered += load.scattered_reads
        single = 1.0 - load.scattered_reads / load.reads if load.reads else 1.0
        elsewhere, fresh = load.reads, load.writes
        for dataset, (read, written) in load.datasets.items():
            updated = written * _update_share(scenario, load.workload, dataset)
            found = keyed.setdefault(dataset, [0.0, 0.0])
            found[0] += read * single
            found[1] += updated
            elsewhere -= read
            fresh -= updated
        reads += max(0.0, elsewhere) * single
        writes += max(0.0, fresh)
        _add_bytes(volumes, load)
    return Demand(
        keyed=tuple(
            Keyed(name, scenario.datasets[name].records, scenario.datasets[name].skew, *rates)
            for name, rates in keyed.items()
        ),
        reads=reads,
        writes=writes,
        scattered=scattered,
        calls=calls,
        read_bytes=(volumes[0], volumes[1]),
        write_bytes=(volumes[2], volumes[3]),
    )


def _add_bytes(volumes: list[float], load: Load) -> None:
    """Where a workload both reads and writes, what comes in belongs to its writes and what goes out to its reads."""
    volumes[2 if load.writes else 0] += load.bytes_in
    volumes[1 if load.reads or not load.writes else 3] += load.bytes_out


def _update_share(scenario: Scenario, workload: str, dataset: str) -> float:
    """Part of a workload's writes to a dataset that change records there are; others are new, and fall evenly."""
    counts = {Operation.WRITE: 0.0, Operation.UPDATE: 0.0, Operation.READ: 0.0}
    for touch in scenario.workloads[workload].touches:
        if touch.dataset == dataset:
            counts[touch.operation] += touch.count
    written = counts[Operation.WRITE] + counts[Operation.UPDATE]
    return counts[Operation.UPDATE] / written if written else 1.0
