"""A node's machines as k-of-n: how likely it is that too few of them are up.

Everything is computed as *unavailability*, so that nine nines survive the arithmetic.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from designer.catalog.model import Behavior, Component, Place, Replication, Trait
from designer.design.figures import figure_of
from designer.design.model import Design, Node
from designer.units import SECONDS_PER_YEAR

DEFAULT_ZONE = "zone"
"""Where machines stand when the design draws no zones."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The machines that back one request at a node: `needed` of them must be up.

    `zones` has the zone of each machine, with repetition; empty for what is in no zone (managed, edge, client).
    `switching` is the share of time spent failing over to another copy.
    """

    node: str
    down: float  # unavailability of one machine, or of the whole service when `zones` is empty
    zones: tuple[str, ...]
    needed: int
    switching: float = 0.0

    def unavailability(self, live: frozenset[str]) -> float:
        """Probability that fewer than `needed` machines are up while only the zones in `live` are."""
        if not self.zones:
            return self.down
        machines = sum(zone in live for zone in self.zones)
        lost = k_of_n_unavailability(self.needed, machines, self.down)
        return lost + (1.0 - lost) * self.switching


@lru_cache(maxsize=65_536)
def k_of_n_unavailability(needed: int, machines: int, down: float) -> float:
    """Probability that fewer than `needed` of `machines` are up, each down with probability `down`, independently.

    Binomial tail, each term in logarithms so that thousands of machines neither overflow nor vanish.
    """
    if needed <= 0:
        return 0.0
    if machines < needed or down >= 1.0:
        return 1.0
    if down <= 0.0:
        return 0.0
    log_up, log_down = math.log1p(-down), math.log(down)
    terms = (
        math.exp(_log_choose(machines, up) + up * log_up + (machines - up) * log_down) for up in range(needed)
    )
    return min(1.0, math.fsum(terms))


def _log_choose(total: int, chosen: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)


def place(node: Node, component: Component, design: Design, needed: int) -> Placement | None:
    """How the node backs one request, or None for what cannot fail for this purpose (clients, unknown figures)."""
    availability = figure_of(node, component, "availability")
    if availability is None or component.behavior is Behavior.CLIENT:
        return None
    down = 1.0 - availability
    if Trait.MANAGED in component.traits or component.place is not Place.REGION:
        return Placement(node.id, down, (), 1)
    copies = 1 + node.replicas
    match component.replication:
        case Replication.MANAGED:
            return Placement(node.id, down, (), 1)
        case Replication.LEADER:
            share = min(copies, max(1, math.ceil(needed / (node.instances * node.shards))))
            switching = _switching(node, component, down) if copies > 1 else 0.0
            return Placement(node.id, down, _spread(node, design, copies), share, switching)
        case Replication.QUORUM:
            kept = min(copies, node.instances)
            majority = kept // 2 + 1
            carrying = math.ceil(kept * min(needed, node.instances) / node.instances)
            return Placement(node.id, down, _spread(node, design, kept), max(majority, carrying))
        case Replication.NONE:
            if component.behavior is Behavior.CACHE:
                return Placement(node.id, down, _spread(node, design, copies), 1)
            machines = node.instances * node.shards * copies
            return Placement(node.id, down, _spread(node, design, machines), min(max(needed, 1), machines))


def _switching(node: Node, component: Component, down: float) -> float:
    """Share of the year spent failing over: failures per year x failover time, never more than without a replica."""
    failures = figure_of(node, component, "failures_per_year") or 0.0
    duration = figure_of(node, component, "failover_time") or 0.0
    return min(down, failures * duration / SECONDS_PER_YEAR)


def _spread(node: Node, design: Design, machines: int) -> tuple[str, ...]:
    zones = zones_of(node, design)
    return tuple(zones[index % len(zones)] for index in range(machines))


def zones_of(node: Node, design: Design) -> tuple[str, ...]:
    """The zones the node's machines stand in: its own, else the design's first, else the one unnamed zone."""
    if node.zones:
        return node.zones
    return (design.zones[0].id,) if design.zones else (DEFAULT_ZONE,)


def regions_of(zones: Iterable[str], design: Design) -> dict[str, str]:
    """Zone id -> region id; the unnamed zone stands in a region of its own name."""
    known = {zone.id: zone.region for zone in design.zones}
    return {zone: known.get(zone, "region") for zone in zones}


@dataclass(frozen=True, slots=True)
class ZoneState:
    """One combination of zones that are up, and its probability."""

    live: frozenset[str]
    probability: float


MOST_ZONES = 12
"""Combinations double with each zone; beyond this many, zones of one region share their fate."""


def zone_states(
    zones: Sequence[str], design: Design, zone_down: float, region_down: float
) -> tuple[ZoneState, ...]:
    """Every combination of zones that are up. Zones fail alone, and all of a region's together when it fails.

    Exact up to `MOST_ZONES` zones; beyond, each region is treated as one zone (a lower bound on availability).
    """
    regions = regions_of(zones, design)
    members: dict[str, list[str]] = {}
    for zone in dict.fromkeys(zones):
        members.setdefault(regions[zone], []).append(zone)
    coarse = len(regions) > MOST_ZONES
    states: dict[frozenset[str], float] = {frozenset(): 1.0}
    for inside in members.values():
        states = _combine(states, _region_states(inside, zone_down, region_down, coarse))
    return tuple(ZoneState(live, chance) for live, chance in states.items() if chance > 0.0)


def _region_states(
    zones: list[str], zone_down: float, region_down: float, coarse: bool
) -> dict[frozenset[str], float]:
    blocks = [frozenset(zones)] if coarse else [frozenset({zone}) for zone in zones]
    states: dict[frozenset[str], float] = {frozenset(): 1.0 - region_down}
    for block in blocks:
        states = _combine(states, {block: 1.0 - zone_down, frozenset(): zone_down})
    states[frozenset()] = states.get(frozenset(), 0.0) + region_down
    return states


def _combine(
    left: dict[frozenset[str], float], right: dict[frozenset[str], float]
) -> dict[frozenset[str], float]:
    joined: defaultdict[frozenset[str], float] = defaultdict(float)
    for one, chance in left.items():
        for other, weight in right.items():
            joined[one | other] += chance * weight
    return dict(joined)
