"""Availability of every workload, exact for independent failures under common causes (zones, regions).

The structure of each workload (structure.py) is evaluated for every combination of zones that are up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.reliability.chances import Odds
from designer.reliability.durability import keep
from designer.reliability.groups import Placement
from designer.reliability.model import Contribution, Group, Reliability, WorkloadAvailability
from designer.reliability.outages import find_outages
from designer.reliability.placing import Placer
from designer.reliability.recovery import Recoveries
from designer.reliability.shedding import find_sheds
from designer.reliability.structure import Structure, outline, structure_of
from designer.reliability.zones import is_coarse, states_of
from designer.scenario.model import Scenario
from designer.traffic.model import Plan, Traffic
from designer.units import Dimension


def assess(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    needed: Mapping[str, int],
    homes: Mapping[str, Sequence[str]],
    *,
    stored: Mapping[str, float] | None = None,
) -> Reliability:
    """Availability, durability, recovery, and what each failure takes away.

    `needed` says how many of each node's machines carry the peak load (the k of k-of-n), `homes` which nodes keep each
    dataset, `stored` how many bytes one copy of all that a node keeps has: what is rebuilt or restored when it is
    lost. Nothing is counted as rebuilt without it.

    A tier that cannot carry the peak with all its machines (more needed than there are) counts as down, and so does
    all that cannot do without it: see `Placement`. The contributions of the others are then what they are without that.
    An answer without something for which its caller has an answer of its own (a fallback) counts as up.
    """
    nodes = design.by_id
    placer = Placer(design, catalog)
    placements: dict[str, Placement] = {}
    for name, node in nodes.items():
        found = placer.place(node, needed.get(name, 1))
        if found is not None:
            placements[name] = found
    plans = [plan for plan in traffic.plans.values() if plan.entries]
    structures = [
        structure_of(outline(plan, scenario.workloads[plan.workload].touches, placements, nodes))
        for plan in plans
    ]
    fallbacks = frozenset([item.id for item in design.connections if item.fallback])
    distinct = dict.fromkeys(placements.values())
    zones = tuple(dict.fromkeys([zone for item in distinct for zone in item.standing]))
    environment = catalog.environment
    states = states_of(
        zones,
        design,
        1.0 - environment.zone_availability.default,
        1.0 - environment.region_availability.default,
    )
    hits = {(hit.cache, hit.dataset): hit.ratio for hit in traffic.hits}
    odds = Odds(placements, states, hits)
    overloaded = [name for name, item in placements.items() if item.overloaded]
    recoveries = Recoveries(nodes, catalog, placements, stored or {})
    sheds = find_sheds(scenario, catalog, traffic, placements, nodes)
    outages = find_outages(design, zones, structures, placements, sheds)
    return Reliability(
        groups=tuple([group_of(name, item) for name, item in placements.items()]),
        workloads=tuple(
            [
                _availability(
                    item, odds, overloaded, recoveries, _spared(plan, fallbacks), is_bound=is_coarse(zones)
                )
                for plan, item in zip(plans, structures, strict=True)
            ]
        ),
        durabilities=keep(nodes, catalog, homes, stored or {}),
        outages=outages,
        single_points=tuple([item.name for item in outages if item.kind == "instance" and item.lost]),
    )


@lru_cache(maxsize=8_192)
def group_of(node: str, placement: Placement) -> Group:
    """The node as k-of-n, with every zone up. Remembered by value: nodes placed alike share their placement."""
    availability = 1.0 - _at_best(placement)
    machines = max(1, len(placement.zones))
    explain = partial(_explain_group, node, placement, machines, availability)
    return Group(node, machines, placement.to_read, availability, Arithmetic.later(explain))


@lru_cache(maxsize=8_192)
def _at_best(placement: Placement) -> float:
    return placement.at_best()


def _explain_group(node: str, placement: Placement, machines: int, availability: float) -> Arithmetic:
    inputs = [
        Quantity("a", "availability of one", 1.0 - placement.down, Dimension.RATIO),
        Quantity("n", "machines that back a request", float(machines), Dimension.COUNT),
        Quantity("k", "of them needed at peak", float(placement.to_read), Dimension.COUNT),
    ]
    if placement.split:
        inputs.append(Quantity("w", "needed for a write", float(placement.to_write), Dimension.COUNT))
    method = "binomial k-of-n"
    if placement.overloaded:
        method += "; the peak is too much even for all of them, which counts as down"
    return Arithmetic(
        formula="A = 1 - sum over i < k of C(n, i) a^i (1 - a)^(n - i)" if placement.zones else "A = a",
        result=Quantity("A", f"availability of {node}", availability, Dimension.RATIO),
        inputs=tuple(inputs),
        method=method,
    )


def _spared(plan: Plan, fallbacks: frozenset[str]) -> tuple[str, ...]:
    """The nodes whose callers have an answer of their own when they fail."""
    if not fallbacks:
        return ()
    optional = [call for visit in plan.visits for call in visit.calls if call.optional]
    options = [option for call in optional for option in call.options if option.connection in fallbacks]
    return tuple(dict.fromkeys([option.visit.node for option in options]))


def _availability(
    structure: Structure,
    odds: Odds,
    overloaded: Sequence[str],
    recoveries: Recoveries,
    spared: Sequence[str],
    *,
    is_bound: bool,
) -> WorkloadAvailability:
    here = tuple([node for node in overloaded if node in structure.meets])
    total, contributions = odds.failing(structure, here)
    bound = is_bound or structure.circuit.is_bound
    explain = partial(_explain, structure.workload, total, contributions, odds.states, bound, here, spared)
    seconds, recovery = recoveries.of(structure)
    return WorkloadAvailability(
        structure.workload, total, contributions, Arithmetic.later(explain), seconds, recovery
    )


def _explain(
    workload: str,
    total: float,
    contributions: Sequence[Contribution],
    states: int,
    bound: bool,
    overloaded: Sequence[str],
    spared: Sequence[str],
) -> Arithmetic:
    method = "products of what is independent, decision diagrams of what shares parts; Birnbaum importance for shares"
    if bound:
        method = f"a lower bound, since all of it is too entangled to be exact: A is at least this; {method}"
    if overloaded:
        method += f"; {', '.join(overloaded)} cannot carry the peak with all machines, which counts as down"
    if spared:
        method += (
            f"; when {', '.join(spared)} cannot answer, requests are answered without, which counts as up"
        )
    return Arithmetic(
        formula=f"A {'>=' if bound else '='} 1 - sum over zone states of P(state) P(no way works | state)",
        result=Quantity("A", f"availability of {workload}", 1.0 - total, Dimension.RATIO),
        inputs=(
            Quantity("states", "combinations of zones up", float(states), Dimension.COUNT),
            *[
                Quantity(
                    f"B[{item.node}]",
                    f"unavailability that goes with {item.node}",
                    item.unavailability,
                    Dimension.RATIO,
                )
                for item in contributions
            ],
        ),
        method=method,
    )
