"""How far nodes are from each other: round-trip times by where they stand."""

from __future__ import annotations

from collections.abc import Mapping

from designer.catalog.model import Component, Distance, Environment, Place, Replication, Trait
from designer.design.model import DEFAULT_REGION, Design, Node
from designer.performance.distributions import ZERO, Distribution, gamma_from, mixture

UNNAMED = ""
"""The zone of machines in a design that draws no zones."""

Spread = Mapping[str, float]
"""The part of a node's machines in each zone."""


class Distances:
    """Round-trip times between the nodes of a design.

    A call goes to any machine of the node called, from any machine of the caller: between nodes spread over zones the
    distance is a mixture, by the share of pairs of machines that stand in one zone, in one region, or far apart.
    """

    def __init__(
        self,
        design: Design,
        components: Mapping[str, Component],
        machines: Mapping[str, int],
        environment: Environment,
    ) -> None:
        self._nodes = design.by_id
        self._components = components
        self._machines = machines
        self._environment = environment
        self._regions = {zone.id: zone.region for zone in design.zones}
        self._first = tuple(self._regions)[:1] or (UNNAMED,)
        self._home = tuple(
            zone for zone, region in self._regions.items() if region == self._regions[self._first[0]]
        ) or (UNNAMED,)
        self._spreads: dict[str, Spread] = {}
        self._known: dict[tuple[str, str], Distribution] = {}

    def between(self, source: str, target: str) -> Distribution:
        """The time a request and its answer spend on the way between two nodes."""
        key = (source, target)
        if key not in self._known:
            self._known[key] = self._between(source, target)
        return self._known[key]

    def _between(self, source: str, target: str) -> Distribution:
        places = {self._components[source].place, self._components[target].place}
        world = self._environment
        if places == {Place.CLIENT}:
            return ZERO  # one device
        if places == {Place.EDGE}:
            return time_over(world.same_zone)
        if places == {Place.CLIENT, Place.EDGE}:
            return time_over(world.client_to_edge)
        if places == {Place.CLIENT, Place.REGION}:
            return time_over(world.client_to_region)
        if places == {Place.EDGE, Place.REGION}:
            return time_over(world.edge_to_region)
        return self._across(self._spread(source), self._spread(target))

    def _across(self, source: Spread, target: Spread) -> Distribution:
        same = near = 0.0
        for zone, part in source.items():
            for other, share in target.items():
                if zone == other:
                    same += part * share
                elif self._region(zone) == self._region(other):
                    near += part * share
        far = max(0.0, 1.0 - same - near)
        world = self._environment
        return mixture(
            (share, time_over(distance))
            for share, distance in (
                (same, world.same_zone),
                (near, world.cross_zone),
                (far if far > 1e-12 else 0.0, world.cross_region),
            )
        )

    def _region(self, zone: str) -> str:
        return self._regions.get(zone, DEFAULT_REGION)

    def _spread(self, node_id: str) -> Spread:
        if node_id not in self._spreads:
            self._spreads[node_id] = self._find_spread(self._nodes[node_id], self._components[node_id])
        return self._spreads[node_id]

    def _find_spread(self, node: Node, component: Component) -> Spread:
        if Trait.MANAGED in component.traits or component.replication is Replication.MANAGED:
            zones = node.zones or self._home
            machines = len(zones)
        else:
            zones = node.zones or self._first
            machines = self._machines[node.id]
        found = dict.fromkeys(zones, 0.0)
        for index, zone in enumerate(zones):
            # Machine number i stands in zone number i modulo the zones.
            found[zone] += max(0, -((index - machines) // len(zones))) / machines
        return {zone: part for zone, part in found.items() if part > 0.0}


def time_over(distance: Distance) -> Distribution:
    """The round-trip time of a distance."""
    return gamma_from(distance.mean, distance.p99)
