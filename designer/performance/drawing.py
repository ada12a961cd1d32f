"""What a design and a catalogue say, whatever the traffic: computed once for all traffic that is tried on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from designer.arithmetic import Quantity
from designer.catalog.model import FIGURE_DIMENSIONS, Behavior, Catalog, Component, Knob
from designer.design.figures import figure_of, quantity_of
from designer.design.model import CallOrder, Design, Node
from designer.performance.distances import Distances
from designer.performance.distributions import Distribution
from designer.performance.machines import Layout, counts_of, lay_out
from designer.performance.stations import service_time
from designer.scenario.model import Dataset
from designer.traffic.demands import homes
from designer.traffic.topology import Topology, bits

Homes = Mapping[str, tuple[str, ...]]
"""By dataset the stores that keep it."""


class Drawing:
    """A design with the components and figures of its nodes. Raises KeyError for an unknown component."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        self.design = design
        self.catalog = catalog
        self.nodes: Mapping[str, Node] = design.by_id
        self.components: Mapping[str, Component] = {node.id: catalog[node.component] for node in design.nodes}
        self.consumers = self._count_consumers()
        self.layouts: Mapping[str, Layout] = {
            node.id: lay_out(
                self.components[node.id], counts_of(node), node.read_from, self.consumers.get(node.id)
            )
            for node in design.nodes
        }
        self.figures: Mapping[str, Mapping[str, float]] = {
            node.id: _figures(node, self.components[node.id]) for node in design.nodes
        }
        self.at_once = frozenset(node.id for node in design.nodes if node.calls is CallOrder.PARALLEL)
        self._quantities: dict[tuple[str, str, str], Quantity | None] = {}
        self._services: dict[tuple[str, bool], Distribution] = {}
        self._homes: list[tuple[Mapping[str, Dataset], Homes]] = []

    def _count_consumers(self) -> Mapping[str, int]:
        """By node that only partitioned queues call: their partitions, each of which has one consumer at a time."""
        found: dict[str, int | None] = {}
        for connection in self.design.connections:
            source = self.components[connection.source]
            known = found.get(connection.target, 0)
            partitioned = source.behavior is Behavior.QUEUE and Knob.PARTITIONS in source.knobs
            found[connection.target] = (
                known + self.nodes[connection.source].partitions
                if partitioned and known is not None
                else None
            )
        return {node_id: count for node_id, count in found.items() if count is not None}

    @cached_property
    def distances(self) -> Distances:
        """How far the nodes are from each other."""
        machines = {node_id: layout.machines for node_id, layout in self.layouts.items()}
        return Distances(self.design, self.components, machines, self.catalog.environment)

    def figure(self, node_id: str, name: str) -> float | None:
        """The figure in force at a node, in base units; None where there is none. Raises KeyError."""
        return self.figures[node_id].get(name)

    def quantity(self, node_id: str, name: str, symbol: str, label: str) -> Quantity | None:
        """The figure in force at a node as an input of an arithmetic, with its source."""
        key = (node_id, name, symbol)
        if key not in self._quantities:
            self._quantities[key] = quantity_of(
                self.nodes[node_id], self.components[node_id], name, symbol, label
            )
        return self._quantities[key]

    def service_time(self, node_id: str, *, write: bool = False) -> Distribution:
        """The time of one operation at a node when nobody else asks."""
        key = (node_id, write)
        if key not in self._services:
            self._services[key] = service_time(self.nodes[node_id], self.components[node_id], write=write)
        return self._services[key]

    def homes(self, datasets: Mapping[str, Dataset]) -> Homes:
        """By dataset the stores that keep it. A store to which no way leads from a client keeps nothing.

        Raises DesignError for a connection to nowhere.
        """
        for known, found in self._homes:
            if known is datasets:
                return found
        topology = Topology(self.design, self.catalog)
        within = 0
        for client in bits(topology.clients):
            within |= topology.descendants[client]
        kept = {
            name: tuple([topology.ids[number] for number in bits(homes(topology, name, dataset) & within)])
            for name, dataset in datasets.items()
        }
        self._homes = [(datasets, kept)]
        return kept


def _figures(node: Node, component: Component) -> dict[str, float]:
    return {
        name: value for name in FIGURE_DIMENSIONS if (value := figure_of(node, component, name)) is not None
    }


class Identity:
    """Frozen things that cannot be hashed, compared by identity: the key under which something about them is kept."""

    __slots__ = ("parts",)

    def __init__(self, *parts: object) -> None:
        self.parts = parts

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.parts)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Identity)
            and len(self.parts) == len(other.parts)
            and all(one is another for one, another in zip(self.parts, other.parts, strict=True))
        )


def drawing_of(design: Design, catalog: Catalog) -> Drawing:
    """The drawing of these two; asked for again with the very same two, it is the same one."""
    return _drawing_of(Identity(design, catalog))


@lru_cache(maxsize=8)
def _drawing_of(identity: Identity) -> Drawing:
    return Drawing(*identity.parts)  # type: ignore[arg-type]
