"""From a drawing to plans: for every workload, who calls whom for what.

Rates play no part here. What cannot be planned becomes a `Problem`; everything else is planned all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from designer.catalog.model import Component
from designer.design.model import Design
from designer.scenario.model import Scenario, Touch, Workload
from designer.traffic import gaps
from designer.traffic.behaviors import Itinerary
from designer.traffic.demands import Demand, Demands
from designer.traffic.model import Option, Plan, Problem
from designer.traffic.moves import Moves
from designer.traffic.topology import Topology, bits
from designer.traffic.ways import Spot, Ways

_REMEMBERED = 64
"""Drawings whose plans are kept: those of the boards in use, and of one review that varies rates and failures."""


@dataclass(frozen=True, slots=True, eq=False)
class Routed:
    """The plans of a drawing, with what they were made from."""

    topology: Topology
    touches: Mapping[str, tuple[Touch, ...]]  # by workload
    plans: Mapping[str, Plan]
    problems: tuple[Problem, ...]


def route(
    scenario: Scenario, design: Design, catalog: Mapping[str, Component]
) -> tuple[dict[str, Plan], tuple[Problem, ...]]:
    """The plan of every workload, in the order of the scenario, and all that keeps a plan from being whole.

    Raises DesignError when the design names a component the catalogue does not have, or a node that it does not have.
    """
    routed = find_routes(scenario, design, catalog)
    return dict(routed.plans), routed.problems


def find_routes(scenario: Scenario, design: Design, catalog: Mapping[str, Component]) -> Routed:
    """As `route`. The answer is remembered: scenarios that differ in rates alone share it."""
    return _find(_Question(scenario, design, catalog))


class _Question:
    """All that plans depend on. Two questions are the same when they are about the same objects.

    These are frozen; comparing them by value would cost more than planning anew.
    """

    def __init__(self, scenario: Scenario, design: Design, catalog: Mapping[str, Component]) -> None:
        self.scenario = scenario
        self.design = design
        self.catalog = catalog
        parts: list[object] = [design, catalog, scenario.datasets]
        names: list[str] = []
        for name, workload in scenario.workloads.items():
            parts.append(workload.touches)
            names += (name, workload.name)
        self._parts = parts  # held, so that no id is used again
        self._identity = (tuple(map(id, parts)), tuple(names))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Question) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)


@lru_cache(maxsize=_REMEMBERED)
def _find(question: _Question) -> Routed:
    scenario = question.scenario
    topology = Topology(question.design, question.catalog)
    plans, problems = _plan(scenario, topology, question.catalog)
    touches = {name: workload.touches for name, workload in scenario.workloads.items()}
    return Routed(topology, touches, plans, problems)


def _plan(
    scenario: Scenario, topology: Topology, catalog: Mapping[str, Component]
) -> tuple[dict[str, Plan], tuple[Problem, ...]]:
    if not topology.clients:
        problem = gaps.no_client() if topology.ids else gaps.empty_board()
        plans = {name: Plan(name, (), _all(workload)) for name, workload in scenario.workloads.items()}
        return plans, (problem,)
    router = _Router(scenario, topology, catalog)
    plans = {name: router.plan(name, workload) for name, workload in scenario.workloads.items()}
    return plans, tuple(router.problems)


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
        self._moves = Moves(topology, self._ways)
        self.problems: list[Problem] = []

    def plan(self, name: str, workload: Workload) -> Plan:
        demands = [self._demands.of(touch) for touch in workload.touches]
        clients, served = self._enter(demands)
        unserved = tuple(touch for touch in _all(workload) if touch not in served)
        self._note_gaps(name, workload, demands, unserved)
        if not clients or self._note_cycle(name, workload, demands, clients, served):
            return Plan(name, (), unserved)
        itinerary = Itinerary(self._topology, self._moves, workload.touches, demands)
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
        most = max(found, key=lambda touches: (len(touches), [-touch for touch in touches]))
        return found[most], most

    def _note_cycle(
        self,
        name: str,
        workload: Workload,
        demands: Sequence[Demand],
        clients: Sequence[int],
        served: Sequence[int],
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
