"""From a drawing to plans: for every workload, who calls whom for what.

Rates play no part here. What cannot be planned becomes a `Problem`; everything else is planned all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from designer.catalog.model import Component
from designer.design.model import Design
from designer.scenario.model import Scenario, Workload
from designer.traffic import gaps
from designer.traffic.behaviors import Itinerary
from designer.traffic.demands import Demand, Demands, homes
from designer.traffic.model import Option, Plan, Problem
from designer.traffic.topology import Topology, bits
from designer.traffic.ways import Spot, Ways

Routes = tuple[dict[str, Plan], tuple[Problem, ...]]


def route(scenario: Scenario, design: Design, catalog: Mapping[str, Component]) -> Routes:
    """The plan of every workload, in the order of the scenario, and all that keeps a plan from being whole.

    Raises DesignError when the design names a component the catalogue does not have, or a node that does not exist.
    """
    return plan_workloads(scenario, Topology(design, catalog), catalog)


def plan_workloads(scenario: Scenario, topology: Topology, catalog: Mapping[str, Component]) -> Routes:
    """As `route`, for a design that was turned into a topology already."""
    if not topology.ids or not topology.clients:
        problem = gaps.no_client() if topology.ids else gaps.empty_board()
        plans = {name: Plan(name, (), _all(workload)) for name, workload in scenario.workloads.items()}
        return plans, (problem,)
    router = _Router(scenario, topology, catalog)
    plans = {name: router.plan(name, workload) for name, workload in scenario.workloads.items()}
    return plans, tuple(router.problems)


def homes_of(
    scenario: Scenario, design: Design, catalog: Mapping[str, Component], dataset: str
) -> tuple[str, ...]:
    """Ids of the stores that keep a dataset of the scenario, in the order of the design. Raises KeyError and DesignError."""
    topology = Topology(design, catalog)
    return tuple(topology.ids[number] for number in bits(homes(topology, dataset, scenario.datasets[dataset])))


def _all(workload: Workload) -> tuple[int, ...]:
    return tuple(range(len(workload.touches)))


class _Router:
    """Plans the workloads of a scenario one after the other, and notes the problems it meets."""

    def __init__(self, scenario: Scenario, topology: Topology, catalog: Mapping[str, Component]) -> None:
        self._scenario = scenario
        self._topology = topology
        self._catalog = catalog
        self._demands = Demands(scenario, topology)
        self._ways = Ways(topology)
        self.problems: list[Problem] = []

    def plan(self, name: str, workload: Workload) -> Plan:
        demands = [self._demands.of(touch) for touch in workload.touches]
        clients, served = self._enter(demands)
        unserved = tuple(touch for touch in _all(workload) if touch not in served)
        self._note_gaps(name, workload, demands, unserved)
        if not clients or self._note_cycle(name, workload, demands, clients, served):
            return Plan(name, (), unserved)
        itinerary = Itinerary(self._topology, self._ways, workload.touches, demands)
        weight = 1.0 / len(clients)
        entries = tuple(Option(weight, "", itinerary.visit(client, served)) for client in clients)
        return Plan(name, entries, unserved)

    def _enter(self, demands: Sequence[Demand]) -> tuple[list[int], tuple[int, ...]]:
        """The clients with a way to most of what is needed, and the touches they have a way to.

        A request comes from one client: clients with a way to different touches cannot do it between them.
        """
        found: dict[tuple[int, ...], list[int]] = {}
        for client in bits(self._topology.clients):
            touches = tuple(touch for touch, demand in enumerate(demands) if demand.reach >> client & 1)
            if touches:
                found.setdefault(touches, []).append(client)
        if not found:
            return [], ()
        most = max(found, key=len)
        return found[most], most

    def _note_cycle(
        self, name: str, workload: Workload, demands: Sequence[Demand], clients: Sequence[int], served: Sequence[int]
    ) -> bool:
        for touch in served:
            for client in clients:
                spot = Spot(client, demands[touch], workload.touches[touch].deferred)
                cycle = self._ways.cycle(spot)
                if cycle is not None:
                    self.problems.append(gaps.going_in_circles(self._topology, cycle, name, workload, touch))
                    return True
        return False

    def _note_gaps(
        self, name: str, workload: Workload, demands: Sequence[Demand], unserved: Sequence[int]
    ) -> None:
        noted: set[Demand] = set()
        for touch in unserved:
            demand = demands[touch]
            if demand in noted:
                continue
            noted.add(demand)
            self.problems.append(self._gap(name, workload, demand, touch))

    def _gap(self, name: str, workload: Workload, demand: Demand, touch: int) -> Problem:
        if demand.serving:
            return gaps.unreachable(self._topology, self._scenario, demand, name, workload, touch)
        return gaps.no_home(self._topology, self._scenario, self._catalog, name, workload, touch)
