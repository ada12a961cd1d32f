"""In which regions nodes stand, and how far they are from each other: what rules about distance ask."""

from __future__ import annotations

from collections.abc import Mapping

from designer.analysis.model import Analysis
from designer.catalog.environment import Distance
from designer.catalog.model import Place
from designer.design.model import DEFAULT_REGION
from designer.keeping import remembered
from designer.reliability.groups import zones_of
from designer.rules.questions import component, is_managed


@remembered
def region_of(analysis: Analysis) -> Mapping[str, str]:
    """The region of each zone that is drawn."""
    return {zone.id: zone.region for zone in analysis.design.zones}


def is_spread(analysis: Analysis) -> bool:
    """Whether the design has more regions than one."""
    return len(set(region_of(analysis).values())) > 1


def zones_at(analysis: Analysis, node: str) -> tuple[str, ...]:
    """The zone of each machine of the node in turn; of what is managed, each of its zones once.

    Empty for what stands on a client's device or at the edge. As the engine has it, a provider's machines of which
    nothing is said stand in all zones of the region that was drawn first.
    """
    found, placed = component(analysis, node), analysis.graph.nodes[node]
    if found.place is not Place.REGION:
        return ()
    if not is_managed(found):
        return zones_of(placed, analysis.design)[: analysis.nodes[node].machines]
    drawn = analysis.design.zones
    return placed.zones or tuple([zone.id for zone in drawn if zone.region == drawn[0].region])


def regions_at(analysis: Analysis, node: str) -> Mapping[str, float]:
    """The part of the node's machines in each region; nothing for what stands in none."""
    return _regions(analysis)[node]


@remembered
def _regions(analysis: Analysis) -> Mapping[str, Mapping[str, float]]:
    return {node: _find_regions(analysis, node) for node in analysis.graph.nodes}


def _find_regions(analysis: Analysis, node: str) -> Mapping[str, float]:
    zones = zones_at(analysis, node)
    if not zones:
        return {}
    machines = len(zones) if is_managed(component(analysis, node)) else analysis.nodes[node].machines
    found: dict[str, float] = {}
    for place, zone in enumerate(zones):
        count = -(
            -(machines - place) // len(zones)
        )  # machine number i stands in zone number i modulo the zones
        region = region_of(analysis).get(zone, DEFAULT_REGION)
        found[region] = found.get(region, 0.0) + count / machines
    return found


def furthest(analysis: Analysis, source: str, target: str) -> Distance:
    """The longest way between a machine of one node and a machine of the other, both in regions."""
    world, known = analysis.catalog.environment, region_of(analysis)
    zones = {*zones_at(analysis, source), *zones_at(analysis, target)}
    if len({known.get(zone, DEFAULT_REGION) for zone in zones}) > 1:
        return world.cross_region
    return world.cross_zone if len(zones) > 1 else world.same_zone
