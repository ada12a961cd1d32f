"""Availability of every workload, exact for independent failures under common causes (zones, regions).

The structure of each workload (structure.py) is evaluated for every combination of zones that are up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.reliability.durability import keep
from designer.reliability.groups import Placement, ZoneState, place, zone_states
from designer.reliability.model import Contribution, Group, Reliability, WorkloadAvailability
from designer.reliability.outages import find_outages
from designer.reliability.structure import Structure, structure_of
from designer.scenario.model import Scenario
from designer.traffic.model import Traffic
from designer.units import Dimension


def assess(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
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
        structure_of(plan, scenario.workloads[plan.workload].touches)
        for plan in traffic.plans.values()
        if plan.entries
    )
    environment = catalog.environment
    zones = tuple(dict.fromkeys(zone for item in placements.values() for zone in item.zones))
    states = zone_states(
        zones,
        design,
        1.0 - environment.zone_availability.default,
        1.0 - environment.region_availability.default,
    )
    chances = tuple(
        (state, {node: item.unavailability(state.live) for node, item in placements.items()})
        for state in states
    )
    outages = find_outages(design, structures, placements)
    return Reliability(
        groups=tuple(_group(item, frozenset(zones)) for item in placements.values()),
        workloads=tuple(_availability(item, design, traffic, chances) for item in structures),
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
    structure: Structure, design: Design, traffic: Traffic, alone: Mapping[str, float]
) -> dict[str, float]:
    """Probability of being down, for every variable of the structure; `alone` is that of each node for one request."""
    down = {name: 1.0 - traffic.hit_ratio(*source) for name, source in structure.hits.items()}
    for node in structure.nodes:
        down[node] = alone.get(node, 0.0)
        if node in structure.scattered:
            down[node] = 1.0 - (1.0 - down[node]) ** design.node(node).shards
    return down


Chances = Sequence[tuple[ZoneState, Mapping[str, float]]]
"""For each combination of zones that are up, how likely each node is down."""


def _availability(
    structure: Structure, design: Design, traffic: Traffic, chances: Chances
) -> WorkloadAvailability:
    total = 0.0
    shares: dict[str, float] = dict.fromkeys(structure.nodes, 0.0)
    for state, alone in chances:
        down = _down(structure, design, traffic, alone)
        for weight, root in structure.roots:
            chance = state.probability * weight
            failing, slopes = structure.diagram.gradient(root, down)
            total += chance * failing
            for name in shares:
                shares[name] += chance * slopes.get(name, 0.0) * down[name]
    contributions = sorted(
        (Contribution(name, share) for name, share in shares.items() if share > 0.0),
        key=lambda item: -item.unavailability,
    )
    return WorkloadAvailability(
        structure.workload,
        total,
        tuple(contributions),
        _availability_arithmetic(structure.workload, total, contributions, len(chances)),
    )


def _availability_arithmetic(
    workload: str, total: float, contributions: Sequence[Contribution], states: int
) -> Arithmetic:
    return Arithmetic(
        formula="A = 1 - sum over zone states of P(state) P(no way works | state)",
        result=Quantity("A", f"availability of {workload}", 1.0 - total, Dimension.RATIO),
        inputs=(
            Quantity("states", "combinations of zones up", float(states), Dimension.COUNT),
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
