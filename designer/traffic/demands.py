"""What a touch needs, as sets of nodes: who can serve it, who has a way to that, who may keep a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.catalog.model import Behavior, Place
from designer.design.model import WritePolicy
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
            serving, caches = homes(topology, dataset, data), _keepers(topology, dataset, data)
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
            (_add_reads if reads else _add_writes)(topology, demand)
        return demand


def homes(topology: Topology, dataset: str, data: Dataset) -> int:
    """Stores that keep the dataset: those that name it in `holds` or, if none does, all that can and name nothing."""
    named = unnamed = 0
    kind, nodes, components = data.kind, topology.nodes, topology.components
    for number in topology.stores:
        holds = nodes[number].holds
        if (not holds or dataset in holds) and kind in components[number].holds:
            if holds:
                named |= 1 << number
            else:
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


def _add_reads(topology: Topology, demand: Demand) -> None:
    region, _, client = _by_place(topology, demand.caches)
    if region | client:
        demand.aside = {Behavior.SERVICE: region & ~demand.reach, Behavior.CLIENT: client & ~demand.reach}
        demand.beside = {Behavior.SERVICE: region, Behavior.ROUTER: region, Behavior.CLIENT: client}


def _add_writes(topology: Topology, demand: Demand) -> None:
    """Who is told: of an update all but those that writes go around, inline ones that it passes by too.

    Nobody has a copy of a new record yet, so of that only those are told that keep what is written.
    """
    told = written = back = 0
    for number in bits(demand.caches):
        policy = topology.nodes[number].writes
        if policy in KEEPS_WRITES:
            written |= 1 << number
        if policy is WritePolicy.BACK:
            back |= 1 << number
        if policy is not WritePolicy.AROUND:
            told |= 1 << number
    if demand.operation is Operation.WRITE:
        told = written
    demand.written, demand.behind, demand.stranded = written, back & demand.reach, back & ~demand.reach
    told &= ~demand.behind
    if told:
        region, edge, client = _by_place(topology, told)
        demand.aside = {Behavior.SERVICE: region | edge, Behavior.CLIENT: client}


def _by_place(topology: Topology, caches: int) -> tuple[int, int, int]:
    """Those in a region, at the edge and on a client's device."""
    placed = dict.fromkeys(Place, 0)
    for number in bits(caches):
        placed[topology.components[number].place] |= 1 << number
    return placed[Place.REGION], placed[Place.EDGE], placed[Place.CLIENT]
