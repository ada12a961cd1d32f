"""A design under one traffic: what is asked of every node, and how long each then takes. Computed once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from designer.catalog.model import Catalog
from designer.design.model import Acks, Design, Leaders, Partitioning
from designer.keeping import Shared
from designer.performance.bands import Liberties
from designer.performance.distances import time_over
from designer.performance.distributions import ZERO, Distribution
from designer.performance.drawing import Drawing, drawing_of
from designer.performance.machines import EVEN, LEADER, Demand, Keyed, Machines, first_share, load_machines
from designer.performance.makes import Make
from designer.performance.stations import RANDOM, ROUND_ROBIN, Discipline, Station, discipline_of, equip
from designer.scenario.model import Operation, Scenario
from designer.traffic.model import Generation, Load, Traffic

_NO_LOADS: Sequence[Load] = ()
# Members of enumerations that are asked for at every node: looking one up takes longer than the test it is for.
_NOT_AWAITED = Acks.LEADER
_MULTI = Leaders.MULTI
_DIRECTORY = Partitioning.DIRECTORY


class Setting:
    """A drawing under its traffic. What is asked of it is computed on first use and kept."""

    def __init__(self, scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> None:
        self.scenario = scenario
        self.traffic = traffic
        self.drawing: Drawing = drawing_of(design, catalog)
        self.liberties: dict[
            str, Liberties
        ] = {}  # by node what is approximate about it: see approximations.py
        self.answers: dict[Any, Any] = {}  # to what was asked about it: see designer.keeping
        self._changed: dict[tuple[str, str], float] = {}

    def label(self, node_id: str) -> str:
        """What a node is called on the board."""
        return self.drawing.nodes[node_id].label

    @cached_property
    def loads(self) -> Mapping[str, Sequence[Load]]:
        """The loads of each node that has any."""
        found: dict[str, list[Load]] = {}
        for load in self.traffic.loads:
            if load.node in found:
                found[load.node].append(load)
            else:
                found[load.node] = [load]
        return found

    @cached_property
    def miss_ratios(self) -> Mapping[tuple[str, str], float]:
        """The part of the lookups that a cache does not answer, by cache and dataset."""
        return {(hit.cache, hit.dataset): 1.0 - hit.ratio for hit in self.traffic.hits}

    @cached_property
    def demands(self) -> Mapping[str, Demand]:
        """What is asked of each node at peak."""
        loads = self.loads
        return {
            node_id: self._demand(make, loads.get(node_id, _NO_LOADS))
            for node_id, make in self.drawing.makes.items()
        }

    def _demand(self, make: Make, loads: Sequence[Load]) -> Demand:
        """What the loads of one node come to."""
        keyed: dict[str, list[float]] = {}
        reads = writes = scattered = calls = 0.0
        read_in = read_out = write_in = write_out = 0.0
        for load in loads:
            _, workload, visits, read_here, written_here, every, bytes_in, bytes_out = load[:8]
            datasets = load.datasets
            calls += visits
            scattered += every
            single = 1.0 - every / read_here if every else 1.0
            elsewhere, fresh = read_here, written_here
            if datasets:
                for dataset, (read, written) in datasets.items():
                    updated = written * self.update_share(workload, dataset) if written else 0.0
                    found = keyed.get(dataset)
                    if found is None:
                        found = keyed[dataset] = [0.0, 0.0, 0.0]
                    found[0] += read * single
                    found[1] += updated
                    if read:
                        found[2] += read * single * self.first_share(load, dataset)
                    elsewhere -= read
                    fresh -= updated
            if elsewhere > 0.0:
                reads += elsewhere * single
            if fresh > 0.0:
                writes += fresh
            # Where a workload both reads and writes, what comes in belongs to its writes, what goes out to its reads.
            if written_here:
                write_in += bytes_in
            else:
                read_in += bytes_in
            if read_here or not written_here:
                read_out += bytes_out
            else:
                write_out += bytes_out
        reads, generations = _set_apart(make, loads, reads)
        return Demand(
            tuple([self._keyed(name, *rates) for name, rates in keyed.items()]) if keyed else (),
            reads,
            writes,
            scattered,
            calls,
            (read_in, read_out),
            (write_in, write_out),
            generations,
        )

    def _keyed(self, name: str, reads: float, updates: float, first: float) -> Keyed:
        dataset = self.scenario.datasets[name]
        popular = first_share(dataset.records, dataset.skew)
        asked = first / reads if reads > 0.0 else popular
        return Keyed(name, dataset.records, dataset.skew, reads, updates, asked, popular)

    def first_share(self, load: Load, name: str) -> float:
        """Part of a load's reads of a dataset that ask for its most popular record: caches on the way keep it away."""
        found = load.hottest.get(name)
        if found is not None:
            return found
        dataset = self.scenario.datasets[name]
        return first_share(dataset.records, dataset.skew)

    def update_share(self, workload: str, dataset: str) -> float:
        """Part of a workload's writes to a dataset that change records there are; others are new."""
        key = (workload, dataset)
        found = self._changed.get(key)
        if found is None:
            added = changed = 0.0
            for touch in self.scenario.workloads[workload].touches:
                if touch.dataset == dataset:
                    if touch.operation is Operation.WRITE:
                        added += touch.count
                    elif touch.operation is Operation.UPDATE:
                        changed += touch.count
            found = self._changed[key] = changed / (added + changed) if added > 0.0 else 1.0
        return found

    @cached_property
    def machines(self) -> Mapping[str, tuple[Machines, ...]]:
        """The machines of each node, in groups of equal load."""
        demands, makes = self.demands, self.drawing.makes
        return {
            node_id: load_machines(makes[node_id], layout, demands[node_id])
            for node_id, layout in self.drawing.layouts.items()
        }

    @cached_property
    def callers(self) -> Mapping[str, Mapping[str, float]]:
        """Who calls each node, and how often per second, as far as anything flows."""
        found: dict[str, dict[str, float]] = {node_id: {} for node_id in self.drawing.nodes}
        for _, source, target, _, rate, _, _, _, _, _, _ in self.traffic.flows:
            if rate > 0.0:
                calls = found[target]
                calls[source] = calls[source] + rate if source in calls else rate
        return found

    @cached_property
    def request_rates(self) -> Mapping[str, float]:
        """Requests per second at peak that enter, by workload: the visits to its clients."""
        found = dict.fromkeys(self.traffic.plans, 0.0)
        for name, plan in self.traffic.plans.items():
            for client in {entry.visit.node for entry in plan.entries}:
                for load in self.loads.get(client, _NO_LOADS):
                    if load.workload == name:
                        found[name] += load.calls
        return found

    @cached_property
    def stations(self) -> Mapping[str, Station]:
        """How long each node takes."""
        return {node_id: self._equip(node_id) for node_id in self.drawing.nodes}

    def _equip(self, node_id: str) -> Station:
        drawing = self.drawing
        layout = drawing.layouts[node_id]
        make, machines = drawing.makes[node_id], self.machines[node_id]
        if layout.spread is not EVEN:
            acknowledgement, lookup = self._acknowledgement(node_id), self._lookup(node_id)
            return equip(make, layout, machines, acknowledgement=acknowledgement, lookup=lookup)
        discipline = self._discipline(node_id)
        streams = self._streams(node_id) if discipline is ROUND_ROBIN else 1.0
        return equip(make, layout, machines, discipline, streams)

    def _discipline(self, node_id: str) -> Discipline:
        """How those who call a node choose among its machines: one that picks at random is enough for queues apart."""
        drawing = self.drawing
        found = None
        for caller in self.callers[node_id]:
            one = discipline_of(drawing.nodes[caller], drawing.makes[caller])
            if one is RANDOM or (found is not None and one is not found):
                return RANDOM
            found = one
        return found or RANDOM

    def _streams(self, node_id: str) -> float:
        """How many streams make those who call the machines of a node in turn, each machine of theirs for itself."""
        callers, layouts = self.callers[node_id], self.drawing.layouts
        total = math.fsum(callers.values())
        return 1.0 / math.fsum(
            [(rate / total) ** 2 / layouts[caller].machines for caller, rate in callers.items()]
        )

    def _acknowledgement(self, node_id: str) -> Distribution:
        """What a write waits for after its leader has it: a round trip to the followers that must have it too.

        A follower answers when it has the write in its log, which takes no time beside the way there and back.
        """
        node, layout = self.drawing.nodes[node_id], self.drawing.layouts[node_id]
        if node.acks is _NOT_AWAITED or layout.spread is not LEADER or layout.copies < 2:
            return ZERO
        return self.drawing.distances.acknowledgement(node_id, every=node.acks is Acks.ALL)

    def _lookup(self, node_id: str) -> Distribution:
        """What it takes to ask the directory on which part a record is: a round trip next door."""
        node, layout = self.drawing.nodes[node_id], self.drawing.layouts[node_id]
        if node.partitioning is not _DIRECTORY or layout.spread is EVEN or layout.parts == 1:
            return ZERO
        return time_over(self.drawing.environment.same_zone)

    @cached_property
    def answering_nearby(self) -> frozenset[str]:
        """The nodes of which any copy takes writes, so that the nearest does."""
        return frozenset(
            [
                node_id
                for node_id, layout in self.drawing.layouts.items()
                if layout.leaders is _MULTI and layout.spread is LEADER
            ]
        )

    def answers_nearby(self, node_id: str) -> bool:
        """Whether any copy of the node takes writes, so that the nearest does."""
        return node_id in self.answering_nearby


def _set_apart(make: Make, loads: Sequence[Load], reads: float) -> tuple[float, tuple[Generation, ...]]:
    """The reads without those that have tokens, where it is known what these cost, and those."""
    if not make.generates:
        return reads, ()
    # Added up as the reads were, so that nothing is left where there are no others.
    told = sum([sum([item.rate for item in load.generations]) for load in loads])
    return max(0.0, reads - told), tuple([item for load in loads for item in load.generations])


def setting_of(scenario: Scenario, design: Design, catalog: Catalog, traffic: Traffic) -> Setting:
    """The setting of these four; asked for again while somebody has it, it is the same one.

    Raises KeyError when the design names a component the catalogue does not have.
    """
    return _settings.of(scenario, design, catalog, traffic)


_settings = Shared(Setting)
