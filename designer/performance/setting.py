"""A design under one traffic: what is asked of every node, and how long each then takes. Computed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.performance.drawing import Drawing, Identity, drawing_of
from designer.performance.machines import Demand, Keyed, Machines, load_machines
from designer.performance.stations import Station, equip, shares_queue
from designer.scenario.model import Operation, Scenario
from designer.traffic.model import Load, Traffic


class Setting:
    """A drawing under its traffic. What is asked of it is computed on first use and kept."""

    def __init__(self, scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> None:
        self.scenario = scenario
        self.traffic = traffic
        self.drawing: Drawing = drawing_of(design, catalog)

    def label(self, node_id: str) -> str:
        """What a node is called on the board."""
        return self.drawing.nodes[node_id].label

    @cached_property
    def demands(self) -> Mapping[str, Demand]:
        """What is asked of each node at peak."""
        loads: dict[str, list[Load]] = {node_id: [] for node_id in self.drawing.nodes}
        for load in self.traffic.loads:
            loads[load.node].append(load)
        return {node_id: _demand(self.scenario, found) for node_id, found in loads.items()}

    @cached_property
    def machines(self) -> Mapping[str, tuple[Machines, ...]]:
        """The machines of each node, in groups of equal load."""
        return {
            node_id: load_machines(layout, self.demands[node_id])
            for node_id, layout in self.drawing.layouts.items()
        }

    @cached_property
    def callers(self) -> Mapping[str, Mapping[str, float]]:
        """Who calls each node, and how often per second, as far as anything flows."""
        found: dict[str, dict[str, float]] = {node_id: {} for node_id in self.drawing.nodes}
        for flow in self.traffic.flows:
            if flow.calls > 0.0:
                calls = found[flow.target]
                calls[flow.source] = calls.get(flow.source, 0.0) + flow.calls
        return found

    @cached_property
    def request_rates(self) -> Mapping[str, float]:
        """Requests per second at peak that enter, by workload: the visits to its clients."""
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
        drawing = self.drawing
        return {
            node_id: equip(
                drawing.figures[node_id],
                drawing.layouts[node_id],
                self.machines[node_id],
                (drawing.service_time(node_id), drawing.service_time(node_id, write=True)),
                shared=shares_queue(
                    [(drawing.nodes[caller], drawing.components[caller]) for caller in self.callers[node_id]]
                ),
            )
            for node_id in drawing.nodes
        }


def setting_of(scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> Setting:
    """The setting of these four; asked for again with the very same four, it is the same one.

    Raises KeyError when the design names a component the catalogue does not have.
    """
    return _setting_of(Identity(scenario, design, catalog, traffic))


@lru_cache(maxsize=4)
def _setting_of(identity: Identity) -> Setting:
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
            updated = written * _update_share(scenario, load.workload, dataset) if written else 0.0
            found = keyed.setdefault(dataset, [0.0, 0.0])
            found[0] += read * single
            found[1] += updated
            elsewhere -= read
            fresh -= updated
        reads += max(0.0, elsewhere) * single
        writes += max(0.0, fresh)
        # Where a workload both reads and writes, what comes in belongs to its writes, what goes out to its reads.
        volumes[2 if load.writes else 0] += load.bytes_in
        volumes[1 if load.reads or not load.writes else 3] += load.bytes_out
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


def _update_share(scenario: Scenario, workload: str, dataset: str) -> float:
    """Part of a workload's writes to a dataset that change records there are; others are new, and fall evenly."""
    added = changed = 0.0
    for touch in scenario.workloads[workload].touches:
        if touch.dataset == dataset:
            if touch.operation is Operation.WRITE:
                added += touch.count
            elif touch.operation is Operation.UPDATE:
                changed += touch.count
    return changed / (added + changed) if added > 0.0 else 1.0
