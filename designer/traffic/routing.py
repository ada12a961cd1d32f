"""From a drawing to plans: for every workload, who calls whom for what.

Rates play no part here. What cannot be planned becomes a `Problem`; everything else is planned all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from designer.catalog.model import Component
from designer.design.model import Design
from designer.scenario.model import Scenario, Workload
from designer.traffic import gaps
from designer.traffic.behaviors import Itinerary
from designer.traffic.candidates import is_endless
from designer.traffic.demands import Demand, Demands
from designer.traffic.model import Option, Plan, Problem
from designer.traffic.moves import Moves
from designer.traffic.network import Network
from designer.traffic.topology import Topology, bits
from designer.traffic.ways import Spot, Ways

_REMEMBERED = 64
"""Drawings whose plans are kept: those of the boards in use, and of one review that varies rates and failures."""


@dataclass(frozen=True, slots=True, eq=False)
class Routed:
    """The plans of a drawing, with what they were made from."""

    topology: Topology
    network: Network
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
    if not topology.clients:
        problem = gaps.no_client() if topology.ids else gaps.empty_board()
        nothing = {name: Plan(name, (), _all(workload)) for name, workload in scenario.workloads.items()}
        return Routed(topology, Network(), nothing, (problem,))
    router = _Router(scenario, topology, question.catalog)
    plans = {name: router.plan(name, workload) for name, workload in scenario.workloads.items()}
    router.network.put_in_order(_settled(topology))
    return Routed(topology, router.network, plans, tuple(router.problems))


def _settled(topology: Topology) -> set[int]:
    """Caches, whose hit ratio depends on all who ask, and nodes that let only so many requests through."""
    return {
        number
        for number, node in enumerate(topology.nodes)
        if topology.caches >> number & 1 or node.limit is not None
    }


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
        self.network = Network()
        self.problems: list[Problem] = []

    def plan(self, name: str, workload: Workload) -> Plan:
        demands = [self._demands.of(touch) for touch in workload.touches]
        clients, served = self._enter(demands)
        unserved = tuple(touch for touch in _all(workload) if touch not in served)
        if unserved:
            self._note_gaps(name, workload, demands, unserved)
        if not clients or self._note_cycle(name, workload, demands, clients, served):
            return Plan(name, (), unserved)
        self._note_stranded(name, workload, demands, served)
        network, begun = self.network, len(self.network.visits)
        itinerary = Itinerary(self._topology, self._moves, network, workload.touches, demands)
        weight = 1.0 / len(clients)
        entries = tuple([Option(weight, "", itinerary.enter(client, served, weight)) for client in clients])
        if self._note_endless(name, workload, begun):
            network.forget(begun)
            return Plan(name, (), unserved)
        network.workloads.append((name, range(begun, len(network.visits))))
        return Plan(name, entries, unserved, tuple(network.visits[begun:]))

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
        if not self._topology.cyclic:
            return False
        for touch in served:
            for client in clients:
                spot = Spot(client, demands[touch], workload.touches[touch].deferred)
                cycle = self._ways.cycle(spot)
                if cycle is not None:
                    self.problems.append(gaps.going_in_circles(self._topology, cycle, name, workload, touch))
                    return True
        return False

    def _note_endless(self, name: str, workload: Workload, begun: int) -> bool:
        """Whether a queue on the way hands the same message out for ever."""
        topology = self._topology
        queues = {topology.ids[queue]: queue for queue in bits(topology.queues)}
        for visit in self.network.visits[begun:] if queues else ():
            if visit.node in queues:
                for option in [option for call in visit.calls for option in call.options]:
                    queue, consumer = queues[visit.node], topology.index[option.visit.node]
                    if is_endless(topology, queue, consumer):
                        self.problems.append(gaps.never_done(topology, queue, consumer, name, workload))
                        return True
        return False

    def _note_stranded(
        self, name: str, workload: Workload, demands: Sequence[Demand], served: Sequence[int]
    ) -> None:
        """Caches that are to write what they were given to the store later, and have no way to it."""
        topology = self._topology
        used = 0
        for client in bits(topology.clients):
            used |= topology.descendants[client]
        for touch in served:
            demand = demands[touch]
            for cache in bits(demand.stranded & used):
                problem = gaps.stranded_cache(topology, self._scenario, demand, cache, name, workload, touch)
                self.problems.append(problem)

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
