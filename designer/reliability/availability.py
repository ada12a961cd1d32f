"""Availability of every workload, exact for independent failures under common causes (zones, regions).

A workload works when the client's visit works. A visit works when its node has enough machines up and each call it
waits for works; a call works when one of its options does, or when a cache answers it. Parts used twice count once:
the structure is a decision diagram, evaluated for every combination of zones that are up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component
from designer.design.model import Design
from designer.reliability.decision import Diagram
from designer.reliability.durability import keep
from designer.reliability.groups import Placement, ZoneState, place, regions_of, zone_states
from designer.reliability.model import Contribution, Group, Outage, Reliability, WorkloadAvailability
from designer.scenario.model import Access, Scenario
from designer.traffic.model import Call, Plan, Traffic, Visit
from designer.units import Dimension

HIT = "hit:"
"""Prefix of the variables that stand for "the cache has it": they are chances, not machines."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What must be up for one workload: one function per client, with the share of requests it sends."""

    workload: str
    diagram: Diagram
    roots: tuple[tuple[float, int], ...]
    hits: Mapping[str, float]
    scattered: frozenset[str]  # nodes of which every shard must answer

    @property
    def nodes(self) -> tuple[str, ...]:
        names = (name for _, root in self.roots for name in self.diagram.names(root))
        return tuple(dict.fromkeys(name for name in names if not name.startswith(HIT)))


class Structurer:
    """Turns a plan into a Structure. One per workload: visits are shared, so each is turned once."""

    def __init__(self, scenario: Scenario, traffic: Traffic, plan: Plan) -> None:
        self._workload = scenario.workloads[plan.workload]
        self._traffic = traffic
        self._plan = plan
        self._diagram = Diagram()
        self._hits: dict[str, float] = {}
        self._scattered: set[str] = set()
        self._memo: dict[int, int] = {}

    def structure(self) -> Structure:
        for visit in self._callees_first():
            self._memo[id(visit)] = self._visit(visit)
        roots = tuple((entry.weight, self._memo[id(entry.visit)]) for entry in self._plan.entries)
        return Structure(self._plan.workload, self._diagram, roots, self._hits, frozenset(self._scattered))

    def _callees_first(self) -> list[Visit]:
        """Every visit that is waited for, after all it calls. Not recursive: a chain may be hundreds of nodes long."""
        ordered: dict[int, Visit] = {}
        waiting = [(entry.visit, False) for entry in reversed(self._plan.entries)]
        while waiting:
            visit, is_open = waiting.pop()
            if is_open:
                ordered.setdefault(id(visit), visit)
            elif id(visit) not in ordered:
                self._diagram.variable(visit.node)
                waiting.append((visit, True))
                waiting.extend((option.visit, False) for call in _awaited(visit) for option in call.options)
        return list(ordered.values())

    def _visit(self, visit: Visit) -> int:
        self._note_scatter(visit)
        calls = [self._call(visit, call) for call in _awaited(visit)]
        return self._diagram.both(self._diagram.variable(visit.node), self._diagram.all_of(calls))

    def _note_scatter(self, visit: Visit) -> None:
        for work in visit.work:
            if self._workload.touches[work.touch].access is Access.SCATTER:
                self._scattered.add(visit.node)

    def _call(self, visit: Visit, call: Call) -> int:
        works = self._diagram.any_of([self._memo[id(option.visit)] for option in call.options])
        if call.on_miss is None:
            return works
        answered = self._diagram.all_of([self._hit(call.on_miss, touch) for touch in call.touches])
        if call.on_miss != visit.node:
            answered = self._diagram.both(self._diagram.variable(call.on_miss), answered)
        return self._diagram.either(answered, works)

    def _hit(self, cache: str, touch: int) -> int:
        dataset = self._workload.touches[touch].dataset or ""
        name = f"{HIT}{cache}:{dataset}"
        self._hits[name] = self._traffic.hit_ratio(cache, dataset)
        return self._diagram.variable(name)


def _awaited(visit: Visit) -> list[Call]:
    """The calls without which the visit fails."""
    return [call for call in visit.calls if not (call.deferred or call.optional)]


def assess(
    scenario: Scenario,
    design: Design,
    catalog: Mapping[str, Component],
    traffic: Traffic,
    needed: Mapping[str, int],
    homes: Mapping[str, Sequence[str]],
) -> Reliability:
    """Availability, durability, and what each failure takes away.

    `needed` says how many of each node's machines carry the peak load (the k of k-of-n), `homes` which nodes keep each
    dataset.
    """
    placements = {
        node.id: found
        for node in design.nodes
        if (found := place(node, catalog[node.component], design, needed.get(node.id, 1))) is not None
    }
    structures = tuple(
        Structurer(scenario, traffic, plan).structure() for plan in traffic.plans.values() if plan.entries
    )
    environment = catalog.environment  # type: ignore[attr-defined]
    zones = tuple(dict.fromkeys(zone for item in placements.values() for zone in item.zones))
    states = zone_states(
        zones,
        design,
        1.0 - environment.zone_availability.default,
        1.0 - environment.region_availability.default,
    )
    outages = _outages(design, structures, placements, needed)
    return Reliability(
        groups=tuple(_group(item, frozenset(zones)) for item in placements.values()),
        workloads=tuple(_availability(item, design, catalog, placements, states) for item in structures),
        durabilities=keep(design, catalog, homes),
        outages=outages,
        single_points=tuple(item.name for item in outages if item.kind == "instance" and item.lost),
    )


def _group(placement: Placement, zones: frozenset[str]) -> Group:
    down = placement.unavailability(zones)
    machines = max(1, len(placement.zones))
    arithmetic = Arithmetic(
        formula="A = 1 - sum over i < k of C(n, i) a^i (1 - a)^(n - i)" if placement.zones else "A = a",
        result=Quantity("A", f"availability of {placement.node}", 1.0 - down, Dimension.RATIO),
        inputs=(
            Quantity("a", "availability of one", 1.0 - placement.down, Dimension.RATIO),
            Quantity("n", "machines that back a request", float(machines), Dimension.COUNT),
            Quantity("k", "of them needed at peak", float(placement.needed), Dimension.COUNT),
        ),
        method="binomial k-of-n",
    )
    return Group(placement.node, machines, placement.needed, 1.0 - down, arithmetic)


def _down(
    structure: Structure, design: Design, placements: Mapping[str, Placement], live: frozenset[str]
) -> dict[str, float]:
    """Probability of being down, for every variable of the structure, while the zones in `live` are up."""
    down = {name: 1.0 - ratio for name, ratio in structure.hits.items()}
    for node in structure.nodes:
        placement = placements.get(node)
        alone = 0.0 if placement is None else placement.unavailability(live)
        shards = design.node(node).shards if node in structure.scattered else 1
        down[node] = alone if shards == 1 else 1.0 - (1.0 - alone) ** shards
    return down


def _availability(
    structure: Structure,
    design: Design,
    catalog: Mapping[str, Component],
    placements: Mapping[str, Placement],
    states: Sequence[ZoneState],
) -> WorkloadAvailability:
    total = 0.0
    shares: dict[str, float] = dict.fromkeys(structure.nodes, 0.0)
    for state in states:
        down = _down(structure, design, placements, state.live)
        for weight, root in structure.roots:
            chance = state.probability * weight
            total += chance * structure.diagram.failure(root, down)
            for name, slope in structure.diagram.gradient(root, down).items():
                if name in shares:
                    shares[name] += chance * slope * down[name]
    contributions = sorted(
        (Contribution(name, share) for name, share in shares.items() if share > 0.0),
        key=lambda item: -item.unavailability,
    )
    return WorkloadAvailability(
        structure.workload,
        total,
        tuple(contributions),
        _availability_arithmetic(structure.workload, total, contributions, states),
    )


def _availability_arithmetic(
    workload: str, total: float, contributions: Sequence[Contribution], states: Sequence[ZoneState]
) -> Arithmetic:
    return Arithmetic(
        formula="A = 1 - sum over zone states of P(state) P(no way works | state)",
        result=Quantity("A", f"availability of {workload}", 1.0 - total, Dimension.RATIO),
        inputs=(
            Quantity("states", "combinations of zones up", float(len(states)), Dimension.COUNT),
            *(
                Quantity(
                    f"B[{item.node}]",
                    f"unavailability that goes with {item.node}",
                    item.unavailability,
                    Dimension.RATIO,
                )
                for item in contributions
            ),
        ),
        method="binary decision diagram; Birnbaum importance for the shares",
    )


def _outages(
    design: Design,
    structures: Sequence[Structure],
    placements: Mapping[str, Placement],
    needed: Mapping[str, int],
) -> tuple[Outage, ...]:
    """Each machine, node, zone and region failed in turn; a cache that might have had the answer does not count."""
    found: list[Outage] = []
    for node, placement in placements.items():
        lone = len(placement.zones) == 1
        if placement.zones:
            short: tuple[str, ...] = (
                (node,) if not lone and len(placement.zones) - 1 < placement.needed else ()
            )
            found.append(Outage("instance", node, _lost(structures, {node}) if lone else (), short))
        found.append(Outage("node", node, _lost(structures, {node}), ()))
    zones = tuple(dict.fromkeys(zone for item in placements.values() for zone in item.zones))
    regions = regions_of(zones, design)
    blocks = [("zone", zone, {zone}) for zone in zones]
    blocks += [
        ("region", region, {zone for zone in zones if regions[zone] == region})
        for region in dict.fromkeys(regions.values())
    ]
    for kind, name, block in blocks:
        left = {
            node: sum(zone not in block for zone in item.zones)
            for node, item in placements.items()
            if item.zones
        }
        down = {node for node, count in left.items() if count == 0}
        overloaded = tuple(node for node, count in left.items() if 0 < count < placements[node].needed)
        found.append(Outage(kind, name, _lost(structures, down), overloaded))
    return tuple(found)


def _lost(structures: Sequence[Structure], down: set[str]) -> tuple[str, ...]:
    return tuple(
        item.workload
        for item in structures
        if not all(item.diagram.holds(root, frozenset(down) | frozenset(item.hits)) for _, root in item.roots)
    )
