"""How far nodes are from each other: round-trip times by where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from designer.catalog.environment import Distance, Environment
from designer.catalog.model import Place
from designer.design.model import DEFAULT_REGION, Design
from designer.keeping import Same
from designer.performance.distributions import ZERO, Distribution, gamma_from, mixture
from designer.performance.joins import first_of, parallel
from designer.performance.machines import Layout
from designer.performance.makes import Make

UNNAMED = ""
"""The zone of machines in a design that draws no zones."""
_REGION = Place.REGION  # asked for at every node: looking it up takes longer than the test it is for

Spread = tuple[tuple[str, float], ...]
"""The part of a node's machines in each zone."""


class Spot:
    """Where a node stands: away from all zones, or in them. With the ways from there that have been asked for.

    Two that are alike are the same object, and are told apart by identity.
    """

    __slots__ = ("nearest", "place", "spread", "ways")

    def __init__(self, place: Place, spread: Spread = ()) -> None:
        self.place = place
        self.spread = spread  # of a place in a region
        self.ways: dict[Spot, Distribution] = {}
        self.nearest: dict[Spot, Distribution] = {}


class Geography:
    """The zones of a design and the distances of the world, with the spots that have been asked for."""

    def __init__(self, zones: Sequence[tuple[str, str]], environment: Environment) -> None:
        self.regions: Mapping[str, str] = dict(zones)
        self.first = tuple(self.regions)[:1] or (UNNAMED,)
        self.home = tuple(
            zone for zone, region in self.regions.items() if region == self.regions[self.first[0]]
        ) or (UNNAMED,)
        self.environment = environment
        self.away = {place: Spot(place) for place in Place}
        self._spots: dict[tuple[tuple[str, ...], int], Spot] = {}
        self._alike: dict[Spread, Spot] = {}

    def spot(self, zones: tuple[str, ...], machines: int) -> Spot:
        """Machine number i stands in zone number i modulo the zones."""
        key = (zones, machines)
        found = self._spots.get(key)
        if found is None:
            parts = dict.fromkeys(zones, 0.0)
            for index, zone in enumerate(zones):
                parts[zone] += max(0, -((index - machines) // len(zones))) / machines
            spread = tuple([(zone, part) for zone, part in parts.items() if part > 0.0])
            found = self._spots[key] = self._alike.setdefault(spread, Spot(Place.REGION, spread))
        return found

    def way(self, source: Spot, target: Spot) -> Distribution:
        """The time between two spots, from any machine to any machine."""
        found = source.ways.get(target)
        if found is None:
            found = source.ways[target] = self._way(source, target)
        return found

    def _way(self, source: Spot, target: Spot) -> Distribution:
        if source.spread and target.spread:
            pairs = [
                (self.between_zones(zone, other), part * share)
                for zone, part in source.spread
                for other, share in target.spread
            ]
            return _blend(pairs)
        return self._outside({source.place, target.place})

    def _outside(self, places: set[Place]) -> Distribution:
        name = _stretch(places)
        return ZERO if name is None else time_over(getattr(self.environment, name))

    def stretches(self, source: Spot, target: Spot) -> tuple[str, ...]:
        """The names of the distances of the world that lie between two spots, each once."""
        if source.spread and target.spread:
            pairs = [(zone, other) for zone, _ in source.spread for other, _ in target.spread]
            return tuple(dict.fromkeys([self._between(zone, other) for zone, other in pairs]))
        name = _stretch({source.place, target.place})
        return () if name is None else (name,)

    def way_to_nearest(self, source: Spot, target: Spot) -> Distribution:
        """The time from any machine of one spot to that machine of the other which is nearest."""
        if not (source.spread and target.spread):
            return self.way(source, target)
        found = source.nearest.get(target)
        if found is None:
            pairs = [
                (min([self.between_zones(zone, other) for other, _ in target.spread], key=_mean), part)
                for zone, part in source.spread
            ]
            found = source.nearest[target] = _blend(pairs)
        return found

    def between_zones(self, zone: str, other: str) -> Distribution:
        """The time from a machine in a zone to one in that zone or another."""
        return time_over(getattr(self.environment, self._between(zone, other)))

    def _between(self, zone: str, other: str) -> str:
        if zone == other:
            return "same_zone"
        near = self.regions.get(zone, DEFAULT_REGION) == self.regions.get(other, DEFAULT_REGION)
        return "cross_zone" if near else "cross_region"

    def followers(self, zones: tuple[str, ...], parts: int, copies: int, *, every: bool) -> Distribution:
        """The time from a leader to the first of its followers, or to the last of them, and back.

        The copies of a part stand in zones that follow each other; where they begin is different for each part.
        """
        size = len(zones)
        starts = [(part * copies) % size for part in range(min(parts, size))]
        join = parallel if every else first_of
        return _blend(
            [
                (
                    join(
                        *[
                            self.between_zones(zones[start], zones[(start + copy) % size])
                            for copy in range(1, copies)
                        ]
                    ),
                    1.0 / len(starts),
                )
                for start in starts
            ]
        )


def _stretch(places: set[Place]) -> str | None:
    """The distance between two places that are not both in regions; None on one device."""
    if places == {Place.CLIENT}:
        return None
    if places == {Place.EDGE}:
        return "same_zone"
    if places == {Place.CLIENT, Place.EDGE}:
        return "client_to_edge"
    if places == {Place.CLIENT, Place.REGION}:
        return "client_to_region"
    return "edge_to_region"


def _mean(time: Distribution) -> float:
    return time.mean


def _blend(pairs: Sequence[tuple[Distribution, float]]) -> Distribution:
    """One of several ways, each with its probability; the same way is one branch."""
    shares: dict[Distribution, float] = {}
    for time, share in pairs:
        shares[time] = shares.get(time, 0.0) + share
    return mixture([(share, time) for time, share in sorted(shares.items(), key=lambda item: item[0].mean)])


@lru_cache(maxsize=64)
def _geography(zones: tuple[tuple[str, str], ...], environment: Same[Environment]) -> Geography:
    return Geography(zones, environment.thing)


class Distances:
    """Round-trip times between the nodes of a design.

    A call goes to any machine of the node called, from any machine of the caller: between nodes spread over zones the
    distance is a mixture, by the share of pairs of machines that stand in one zone, in one region, or far apart.
    """

    def __init__(
        self,
        design: Design,
        makes: Mapping[str, Make],
        layouts: Mapping[str, Layout],
        environment: Environment,
    ) -> None:
        zones = tuple([(zone.id, zone.region) for zone in design.zones])
        self.geography = geography = _geography(zones, Same(environment))
        self._layouts = layouts
        self._zones: dict[str, tuple[str, ...]] = {}
        self.spots: dict[str, Spot] = {}
        for node in design.nodes:
            node_id = node.id
            make = makes[node_id]
            place = make.component.place
            if place is not _REGION:
                self.spots[node_id] = geography.away[place]
                continue
            if make.managed:
                named = node.zones or geography.home
                machines = len(named)
            else:
                named = node.zones or geography.first
                machines = layouts[node_id].machines
            self._zones[node_id] = named
            self.spots[node_id] = geography.spot(named, machines)

    def between(self, source: str, target: str) -> Distribution:
        """The time a request and its answer spend on the way between two nodes."""
        return self.geography.way(self.spots[source], self.spots[target])

    def stretches(self, source: str, target: str) -> tuple[str, ...]:
        """The names of the distances of the world that lie between two nodes, each once."""
        return self.geography.stretches(self.spots[source], self.spots[target])

    def to_nearest(self, source: str, target: str) -> Distribution:
        """As `between`, to the machine of the target that is nearest."""
        return self.geography.way_to_nearest(self.spots[source], self.spots[target])

    def acknowledgement(self, node_id: str, *, every: bool) -> Distribution:
        """The time from a leader of the node to its first follower, or to its last, and back; ZERO without any."""
        layout = self._layouts[node_id]
        zones = self._zones.get(node_id)
        if zones is None or layout.copies < 2:
            return ZERO
        return self.geography.followers(zones, layout.parts, layout.copies, every=every)


def time_over(distance: Distance) -> Distribution:
    """The round-trip time of a distance."""
    return gamma_from(distance.mean, distance.p99)
