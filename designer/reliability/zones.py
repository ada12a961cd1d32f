"""Zones and regions as common causes: which zones are up together, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from designer.design.model import Design
from designer.reliability.groups import States, ZoneState, regions_of

MOST_ZONES = 12
"""Combinations double with each zone; beyond this many, zones of one region share their fate."""

MOST_BLOCKS = MOST_ZONES + 1
"""Parts that may fail on their own when there are more zones; beyond this many, several regions share their fate."""


def is_coarse(zones: Sequence[str]) -> bool:
    """Whether there are so many zones that some share their fate, which gives a lower bound on availability."""
    return len(set(zones)) > MOST_ZONES


def states_of(zones: Sequence[str], design: Design, zone_down: float, region_down: float) -> States:
    """As `zone_states`, the same object for the same question."""
    found = regions_of(zones, design)
    return _states(tuple(found.items()), zone_down, region_down)


def zone_states(
    zones: Sequence[str], design: Design, zone_down: float, region_down: float
) -> tuple[ZoneState, ...]:
    """Every combination of zones that are up. Zones fail alone, and all of a region's together when it fails.

    Exact up to `MOST_ZONES` zones. Beyond, a region is up when each of its zones is (a lower bound on availability).
    """
    return states_of(zones, design, zone_down, region_down).listed


@lru_cache(maxsize=64)
def _states(regions: tuple[tuple[str, str], ...], zone_down: float, region_down: float) -> States:
    members: dict[str, list[str]] = {}
    for zone, region in regions:
        members.setdefault(region, []).append(zone)
    if is_coarse([zone for zone, _ in regions]):
        blocks = _blocks(list(members.values()), zone_down, region_down)
    else:
        blocks = [_region_states(inside, zone_down, region_down) for inside in members.values()]
    states: Live = {frozenset(): 1.0}
    for block in blocks:
        states = _combine(states, block)
    return States(tuple([ZoneState(live, chance) for live, chance in states.items() if chance > 0.0]))


Live = dict[frozenset[str], float]


def _region_states(zones: list[str], zone_down: float, region_down: float) -> Live:
    states: Live = {frozenset(): 1.0}
    for zone in zones:
        states = _combine(states, {frozenset({zone}): 1.0 - zone_down, frozenset(): zone_down})
    states = {live: chance * (1.0 - region_down) for live, chance in states.items()}
    states[frozenset()] = states.get(frozenset(), 0.0) + region_down
    return states


def _blocks(members: list[list[str]], zone_down: float, region_down: float) -> list[Live]:
    """Regions, or groups of them, that are up when all that is in them is, and else not at all."""
    found = []
    for first in range(min(len(members), MOST_BLOCKS)):
        regions = members[first::MOST_BLOCKS]
        inside = frozenset([zone for region in regions for zone in region])
        up = (1.0 - zone_down) ** len(inside) * (1.0 - region_down) ** len(regions)
        found.append({inside: up, frozenset(): 1.0 - up})
    return found


def _combine(left: Live, right: Live) -> Live:
    joined: defaultdict[frozenset[str], float] = defaultdict(float)
    for one, chance in left.items():
        for other, weight in right.items():
            joined[one | other] += chance * weight
    return dict(joined)
