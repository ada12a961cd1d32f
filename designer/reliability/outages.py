"""What each single failure takes away: every machine, node, zone and region failed in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from designer.design.model import Design
from designer.reliability.groups import Placement, regions_of
from designer.reliability.model import Outage
from designer.reliability.structure import Structure


def find_outages(
    design: Design,
    structures: Sequence[Structure],
    placements: Mapping[str, Placement],
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
