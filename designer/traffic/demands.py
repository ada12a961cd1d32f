"""What a touch needs, as sets of nodes: who can serve it, who has a way to that, who may keep a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.catalog.model import Behavior, Place
from designer.scenario.model import CacheAt, Dataset, Operation, Scenario, Touch
from designer.traffic.topology import Lane, Topology, bits

_CACHED_AT: Mapping[Place, CacheAt] = {
    Place.CLIENT: CacheAt.CLIENT,
    Place.EDGE: CacheAt.EDGE,
    Place.REGION: CacheAt.SERVER,
}
_LANES: Mapping[Operation, Lane] = {
    Operation.READ: Lane.READ,
    Operation.WRITE: Lane.WRITE,
    Operation.UPDATE: Lane.WRITE,
}


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """One kind of need in one design. Touches of all workloads that ask the same share it; sets are bits of nodes.

    An *inline* cache lies on the way to what serves; a cache *aside* is asked by a service (or by a client, on its
    own device), which goes elsewhere after a miss. Only inline caches stand at the edge: those are filled by an origin.
    """

    lane: Lane
    dataset: str | None
    operation: Operation
    serving: int  # where it can be done
    reach: int  # nodes with a way there, the serving ones included
    direct: int  # nodes with a way that passes no queue
    queued: int  # nodes with a way that passes a queue
    caches: int  # caches that may keep a copy of it
    aside: Mapping[
        Behavior, int
    ]  # by who asks: caches that a copy may be asked of, or that must forget theirs

    @property
    def cacheable(self) -> bool:
        """Whether it can be answered from a copy."""
        return self.dataset is not None and self.operation is Operation.READ


class Demands:
    """Makes the demands of a scenario on a topology, each once."""

    def __init__(self, scenario: Scenario, topology: Topology) -> None:
        self._scenario = scenario
        self._topology = topology
        self._made: dict[tuple[str | None, str | None, Operation], Demand] = {}

    def of(self, touch: Touch) -> Demand:
        """The demand of a touch."""
        operation = touch.operation if touch.capability is None else Operation.READ
        key = (touch.dataset, touch.capability, operation)
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, dataset: str | None, capability: str | None, operation: Operation) -> Demand:
        topology = self._topology
        if dataset is None:
            serving, caches = providers(topology, capability or ""), 0
            lane = Lane.ANY
        else:
            data = self._scenario.datasets[dataset]
            serving, caches = homes(topology, dataset, data), _keepers(topology, dataset, data)
            lane = _LANES[operation]
        reach = topology.sources_of(serving, lane)
        at_once = serving & ~topology.queues
        return Demand(
            lane=lane,
            dataset=dataset,
            operation=operation,
            serving=serving,
            reach=reach,
            direct=topology.sources_of(at_once, lane, topology.queues),
            queued=topology.sources_of(topology.queues & reach, lane, at_once),
            caches=caches,
            aside=_aside(topology, caches, operation, reach),
        )


def homes(topology: Topology, dataset: str, data: Dataset) -> int:
    """Stores that keep the dataset: those that name it in `holds` or, if none does, all that can and name nothing."""
    named = unnamed = 0
    for number, component in enumerate(topology.components):
        if component.behavior is not Behavior.STORE or data.kind not in component.holds:
            continue
        holds = topology.nodes[number].holds
        if dataset in holds:
            named |= 1 << number
        elif not holds:
            unnamed |= 1 << number
    return named or unnamed


def providers(topology: Topology, capability: str) -> int:
    """Nodes that offer the capability, by their component or by what the node adds."""
    found = 0
    for number, component in enumerate(topology.components):
        if capability in component.provides or capability in topology.nodes[number].provides:
            found |= 1 << number
    return found & ~topology.observers


def _keepers(topology: Topology, dataset: str, data: Dataset) -> int:
    """Caches that may keep copies of the dataset."""
    found = 0
    for number in bits(topology.caches):
        component, holds = topology.components[number], topology.nodes[number].holds
        wanted = dataset in holds or not holds
        if wanted and data.kind in component.caches and _CACHED_AT[component.place] in data.cacheable:
            found |= 1 << number
    return found


def _aside(topology: Topology, caches: int, operation: Operation, reach: int) -> Mapping[Behavior, int]:
    """Caches on the side for those who ask them. Invalidation also purges inline caches that the update passes by."""
    if not caches or operation is Operation.WRITE:  # nobody has a copy of a new record yet
        return {}
    placed = {
        place: sum(1 << number for number in bits(caches) if topology.components[number].place is place)
        for place in Place
    }
    if operation is Operation.READ:
        return {
            Behavior.SERVICE: placed[Place.REGION] & ~reach,
            Behavior.CLIENT: placed[Place.CLIENT] & ~reach,
        }
    return {
        Behavior.SERVICE: placed[Place.REGION] | placed[Place.EDGE],
        Behavior.CLIENT: placed[Place.CLIENT],
    }
