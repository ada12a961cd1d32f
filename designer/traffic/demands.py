"""What a touch needs, as sets of nodes: who can serve it, who has a way to that, who may keep a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from designer.catalog.model import Behavior, DataKind, Place
from designer.design.model import Node, WritePolicy
from designer.scenario.model import CacheAt, Dataset, Operation, Scenario, Touch
from designer.traffic.topology import Lane, Topology, bits

_SERVICE, _ROUTER, _CLIENT = Behavior.SERVICE, Behavior.ROUTER, Behavior.CLIENT
_REGION, _EDGE, _DEVICE = Place.REGION, Place.EDGE, Place.CLIENT
_BACK, _AROUND = WritePolicy.BACK, WritePolicy.AROUND
_PLACES: Mapping[CacheAt, Place] = {
    CacheAt.CLIENT: _DEVICE,
    CacheAt.EDGE: _EDGE,
    CacheAt.SERVER: _REGION,
}
_LANES: Mapping[Operation, Lane] = {
    Operation.READ: Lane.READ,
    Operation.WRITE: Lane.WRITE,
    Operation.UPDATE: Lane.WRITE,
}
KEEPS_WRITES = frozenset({WritePolicy.THROUGH, WritePolicy.BACK})
"""Policies by which a cache has a copy of what is written."""


@dataclass(slots=True, eq=False)
class Demand:
    """One kind of need in one design. Touches of all workloads that ask the same share it; sets are bits of nodes.

    It is what it is by identity, and not changed once made.

    An *inline* cache lies on the way to what serves; a cache *aside* is asked by a service (or by a client, on its
    own device), which goes elsewhere after a miss. Only inline caches stand at the edge: those are filled by an origin.
    """

    lane: Lane
    dataset: str | None
    operation: Operation
    cacheable: bool  # whether it can be answered from a copy
    serving: int  # where it can be done
    reach: int  # nodes with a way there, the serving ones included
    direct: int  # nodes with a way that passes no queue
    queued: int  # nodes with a way that passes a queue
    caches: int  # caches that may keep a copy of it
    written: int = 0  # of a write: those of `caches` that have a copy of it from then on
    behind: int = 0  # of a write: those of `written` that write to the store themselves, afterwards
    stranded: int = 0  # of a write: those that should, but have no way to the store
    # By who asks: caches on the side that a copy may be asked of, or that are told of a write.
    aside: Mapping[Behavior, int] | None = None
    # As `aside` for a read, where a connection is drawn for what the cache does not have: inline caches too.
    beside: Mapping[Behavior, int] | None = None


class Demands:
    """Makes the demands of a scenario on a topology, each once."""

    def __init__(self, scenario: Scenario, topology: Topology) -> None:
        self._scenario = scenario
        self._topology = topology
        self._keepers = _Keepers(topology)
        self._made: dict[tuple[str | None, str | None, Operation], Demand] = {}

    def of(self, touch: Touch) -> Demand:
        """The demand of a touch."""
        operation = touch.operation if touch.capability is None else Operation.READ
        key = (touch.dataset, touch.capability, operation)
        demand = self._made.get(key)
        if demand is None:
            demand = self._made[key] = self._make(*key)
        return demand

    def _make(self, dataset: str | None, capability: str | None, operation: Operation) -> Demand:
        topology = self._topology
        if dataset is None:
            serving, caches = providers(topology, capability or ""), 0
            lane = Lane.ANY
        else:
            data = self._scenario.datasets[dataset]
            serving, caches = self._keepers.stores(dataset, data), self._keepers.caches(dataset, data)
            lane = _LANES[operation]
        reach = direct = topology.sources_of(serving, lane)
        queued = 0
        if reach & topology.queues:
            at_once = serving & ~topology.queues
            direct = topology.sources_of(at_once, lane, topology.queues)
            queued = topology.sources_of(topology.queues & reach, lane, at_once)
        reads = dataset is not None and operation is Operation.READ
        demand = Demand(lane, dataset, operation, reads, serving, reach, direct, queued, caches)
        if caches:
            (self._add_reads if reads else self._add_writes)(demand)
        return demand

    def _add_reads(self, demand: Demand) -> None:
        region, _, client = self._keepers.by_place(demand.caches)
        if region | client:
            demand.aside = {_SERVICE: region & ~demand.reach, _CLIENT: client & ~demand.reach}
            demand.beside = {_SERVICE: region, _ROUTER: region, _CLIENT: client}

    def _add_writes(self, demand: Demand) -> None:
        """Who is told: of an update all but those that writes go around, inline ones that it passes by too.

        Nobody has a copy of a new record yet, so of that only those are told that keep what is written.
        """
        told = written = back = 0
        for number in bits(demand.caches):
            policy, bit = self._topology.nodes[number].writes, 1 << number
            if policy in KEEPS_WRITES:
                written |= bit
            if policy is _BACK:
                back |= bit
            if policy is not _AROUND:
                told |= bit
        if demand.operation is Operation.WRITE:
            told = written
        demand.written, demand.behind, demand.stranded = written, back & demand.reach, back & ~demand.reach
        told &= ~demand.behind
        if told:
            region, edge, client = self._keepers.by_place(told)
            demand.aside = {_SERVICE: region | edge, _CLIENT: client}


class _Keepers:
    """Who may keep what: stores and caches by the kind of data, by what they are set to hold, and by place."""

    def __init__(self, topology: Topology) -> None:
        self._keeping: dict[DataKind, int] = {}  # stores
        self._copying: dict[DataKind, int] = {}  # caches
        self._placed: dict[Place, int] = dict.fromkeys(_PLACES.values(), 0)  # caches
        self._named: dict[str, int] = {}  # what is set to hold a dataset
        self._free = 0  # what is set to hold nothing
        for number in topology.stores:
            self._add(self._keeping, topology.components[number].holds, topology.nodes[number], 1 << number)
        for number in bits(topology.caches):
            component = topology.components[number]
            self._add(self._copying, component.caches, topology.nodes[number], 1 << number)
            self._placed[component.place] |= 1 << number

    def _add(self, able: dict[DataKind, int], kinds: Iterable[DataKind], node: Node, bit: int) -> None:
        for kind in kinds:
            able[kind] = able.get(kind, 0) | bit
        for dataset in node.holds:
            self._named[dataset] = self._named.get(dataset, 0) | bit
        if not node.holds:
            self._free |= bit

    def stores(self, dataset: str, data: Dataset) -> int:
        """Stores that keep the dataset: those set to hold it or, if there is none, those set to hold nothing."""
        able = self._keeping.get(data.kind, 0)
        return able & self._named.get(dataset, 0) or able & self._free

    def caches(self, dataset: str, data: Dataset) -> int:
        """Caches that may keep copies of the dataset."""
        found = 0
        for place in data.cacheable:
            found |= self._placed[_PLACES[place]]
        return found & self._copying.get(data.kind, 0) & (self._named.get(dataset, 0) | self._free)

    def by_place(self, caches: int) -> tuple[int, int, int]:
        """Those in a region, at the edge and on a client's device."""
        placed = self._placed
        return caches & placed[_REGION], caches & placed[_EDGE], caches & placed[_DEVICE]


def providers(topology: Topology, capability: str) -> int:
    """Nodes that offer the capability, by their component or by what the node adds."""
    found = 0
    for number, component in enumerate(topology.components):
        if capability in component.provides or capability in topology.nodes[number].provides:
            found |= 1 << number
    return found & ~topology.observers
