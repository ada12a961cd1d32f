"""From a drawing to plans: for every workload, who calls whom for what.

Rates play no part here. What cannot be planned becomes a `Problem`; everything else is planned all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import attrgetter

from designer.catalog.model import Component
from designer.design.model import Design
from designer.errors import DesignError, quote, suggest
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
"""Graphs whose plans are kept: those of the boards in use, and of one review that varies rates and failures."""


Note = Callable[[Mapping[str, Component]], Problem]
"""A problem, given a catalogue: what is missing may be placed from it."""


@dataclass(frozen=True, slots=True, eq=False)
class Routed:
    """The plans of a drawing, with what they were made from."""

    topology: Topology
    network: Network
    plans: Mapping[str, Plan]
    notes: tuple[Note, ...]

    def problems(self, catalog: Mapping[str, Component]) -> tuple[Problem, ...]:
        """All that keeps a plan from being whole, with what the catalogue has to mend it."""
        return tuple([note(catalog) for note in self.notes])


def route(
    scenario: Scenario, design: Design, catalog: Mapping[str, Component]
) -> tuple[dict[str, Plan], tuple[Problem, ...]]:
    """The plan of every workload, in the order of the scenario, and all that keeps a plan from being whole.

    Raises DesignError when the design names a component the catalogue does not have, or a node that it does not have.
    """
    routed = find_routes(scenario, design, catalog)
    return dict(routed.plans), routed.problems(catalog)


def find_routes(scenario: Scenario, design: Design, catalog: Mapping[str, Component]) -> Routed:
    """As `route`. The answer is remembered.

    Scenarios that differ in rates alone share it, catalogues that differ in figures, but for error rates, and designs
    of the same graph: most edits of a board change no plan.
    """
    return _find(_Question(scenario, design, catalog))


_of_node = attrgetter(
    "id", "component", "name", "holds", "provides", "writes", "delivery", "deliveries", "limit"
)
_of_connection = attrgetter("source", "target", "carries", "share", "calls", "mode", "on_miss", "fallback")
_ends_of = attrgetter("source", "target")
_ERROR_RATE = "error_rate"  # a queue hands out again what its consumers failed to do


class _Question:
    """All that plans depend on. Two questions are the same when they are about the same graph and data.

    What else there is to a node or a connection may differ: how many machines there are, and where, changes no plan.
    Datasets and touches are frozen, and the same when they are the same objects: comparing them by value would cost
    more than planning anew.
    """

    def __init__(self, scenario: Scenario, design: Design, catalog: Mapping[str, Component]) -> None:
        self.scenario = scenario
        self.design = design
        self.components = _find_components(design, catalog)
        objects: list[object] = [scenario.datasets]
        values: list[object] = []
        for name, workload in scenario.workloads.items():
            objects.append(workload.touches)
            values += (name, workload.name)
        for item in self.components.values():
            failing = item.figures.error_rate
            rate = failing and failing.default
            values.append((item.behavior, item.place, item.holds, item.caches, item.provides, rate))
        figures = [
            (node.id, node.figures[_ERROR_RATE]) for node in design.nodes if _ERROR_RATE in node.figures
        ]
        self._objects = objects  # held, so that no id is used again
        self._data = tuple(map(id, objects))
        self._drawn = (
            list(map(_of_node, design.nodes)),
            list(map(_of_connection, design.connections)),
            figures,
        )
        self._values = values
        self._hash = hash((self._data, tuple(map(_ends_of, design.connections))))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Question)
            and self._data == other._data
            and self._values == other._values
            and self._drawn == other._drawn
        )

    def __hash__(self) -> int:
        return self._hash


@lru_cache(maxsize=_REMEMBERED)
def _find(question: _Question) -> Routed:
    scenario = question.scenario
    topology = Topology(question.design, question.components)
    if not topology.clients:
        problem = gaps.no_client() if topology.ids else gaps.empty_board()
        nothing = {name: Plan(name, (), _all(workload)) for name, workload in scenario.workloads.items()}
        return Routed(topology, Network([]), nothing, (lambda _: problem,))
    router = _Router(scenario, topology)
    plans = {name: router.plan(name, workload) for name, workload in scenario.workloads.items()}
    router.network.put_in_order(_settled(topology))
    return Routed(topology, router.network, plans, tuple(router.notes))


def _settled(topology: Topology) -> int:
    """Caches, whose hit ratio depends on all who ask, and nodes that let only so many requests through."""
    limited = [1 << number for number, node in enumerate(topology.nodes) if node.limit is not None]
    return topology.caches | sum(limited)


def _find_components(design: Design, catalog: Mapping[str, Component]) -> dict[str, Component]:
    """The components that the design names, in the order of its nodes."""
    names = dict.fromkeys([node.component for node in design.nodes])
    try:
        return {name: catalog[name] for name in names}
    except KeyError:
        (missing, *_) = [name for name in names if name not in catalog]
        message = f"there is no component {quote(missing)}"
        raise DesignError(message, suggestion=suggest(missing, catalog)) from None


def _all(workload: Workload) -> tuple[int, ...]:
    return tuple(range(len(workload.touches)))


class _Router:
    """Plans the workloads of a scenario one after the other, and notes the problems it meets."""

    def __init__(self, scenario: Scenario, topology: Topology) -> None:
        self._scenario = scenario
        self._topology = topology
        self._demands = Demands(scenario, topology)
        self._ways = Ways(topology)
        self._moves = Moves(topology, self._ways)
        self._endless = _list_endless(topology)
        self._used = 0  # nodes that clients have a way to
        for client in bits(topology.clients):
            self._used |= topology.descendants[client]
        self.network = Network([0] * len(topology.ids))
        self.notes: list[Note] = []

    def _note(self, problem: Problem) -> None:
        self.notes.append(lambda _: problem)

    def plan(self, name: str, workload: Workload) -> Plan:
        demands = [self._demands.of(touch) for touch in workload.touches]
        clients, served = self._enter(demands)
        unserved = tuple([touch for touch in range(len(demands)) if touch not in served])
        if unserved:
            self._note_gaps(name, workload, demands, unserved)
        if not clients or self._note_cycle(name, workload, demands, clients, served):
            return Plan(name, (), unserved)
        self._note_stranded(name, workload, demands, served)
        network, begun, needed = self.network, len(self.network.visits), list(self.network.needed)
        itinerary = Itinerary(self._topology, self._moves, network, workload.touches, demands)
        weight = 1.0 / len(clients)
        entries = tuple([Option(weight, "", itinerary.enter(client, served, weight)) for client in clients])
        if self._note_endless(name, workload, begun):
            network.forget(begun, needed)
            return Plan(name, (), unserved)
        network.workloads.append((name, range(begun, len(network.visits))))
        return Plan(name, entries, unserved, tuple(network.visits[begun:]))

    def _enter(self, demands: Sequence[Demand]) -> tuple[list[int], tuple[int, ...]]:
        """The clients with a way to most of what is needed, and the touches they have a way to.

        A request comes from one client: clients with a way to different touches cannot do it between them.
        """
        found: dict[tuple[int, ...], list[int]] = {}
        for client in bits(self._topology.clients):
            touches = tuple([touch for touch, demand in enumerate(demands) if demand.reach >> client & 1])
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
                    self._note(gaps.going_in_circles(self._topology, cycle, name, workload, touch))
                    return True
        return False

    def _note_endless(self, name: str, workload: Workload, begun: int) -> bool:
        """Whether a queue on the way hands the same message out for ever."""
        topology = self._topology
        for visit in self.network.visits[begun:] if self._endless else ():
            queue = topology.index[visit.node]
            for option in [option for call in visit.calls for option in call.options]:
                consumer = topology.index[option.visit.node]
                if (queue, consumer) in self._endless:
                    self._note(gaps.never_done(topology, queue, consumer, name, workload))
                    return True
        return False

    def _note_stranded(
        self, name: str, workload: Workload, demands: Sequence[Demand], served: Sequence[int]
    ) -> None:
        """Caches that are to write what they were given to the store later, and have no way to it."""
        topology = self._topology
        for touch in served:
            demand = demands[touch]
            if demand.stranded & self._used:
                for cache in bits(demand.stranded & self._used):
                    problem = gaps.stranded_cache(
                        topology, self._scenario, demand, cache, name, workload, touch
                    )
                    self._note(problem)

    def _note_gaps(
        self, name: str, workload: Workload, demands: Sequence[Demand], unserved: Sequence[int]
    ) -> None:
        noted: set[Demand] = set()
        for touch in unserved:
            demand = demands[touch]
            if demand in noted:
                continue
            noted.add(demand)
            topology, scenario = self._topology, self._scenario
            if demand.serving:
                self._note(gaps.unreachable(topology, scenario, demand, name, workload, touch))
            else:
                self.notes.append(partial(gaps.no_home, topology, scenario, name, workload, touch))


def _list_endless(topology: Topology) -> set[tuple[int, int]]:
    """Queues and those of their consumers to whom they hand out the same message for ever."""
    return {
        (queue, consumer)
        for queue in bits(topology.queues)
        for consumer in bits(topology.called[queue])
        if is_endless(topology, queue, consumer)
    }
