"""What a design and a catalogue say, whatever the traffic: computed once for all traffic that is tried on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cached_property, lru_cache

from designer.arithmetic import Quantity
from designer.catalog.model import Behavior, Catalog, Component, DataKind, Knob
from designer.design.model import CallOrder, Connection, Design, Node
from designer.errors import DesignError, quote, suggest
from designer.performance.distances import Distances
from designer.performance.machines import Counts, Layout, counts_of, lay_out
from designer.performance.makes import Make, make_of
from designer.scenario.model import Dataset

Homes = Mapping[str, tuple[str, ...]]
"""By dataset the stores that keep it."""


class Drawing:
    """A design with the components and figures of its nodes. Raises KeyError for an unknown component."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        self.design = design
        self.catalog = catalog
        self.nodes: Mapping[str, Node] = design.by_id
        self.components: dict[str, Component] = {}
        self.makes: dict[str, Make] = {}
        plain: dict[str, Make] = {}  # by component, of nodes without figures of their own
        for node in design.nodes:
            kind = node.component
            if node.figures or kind not in plain:
                make = make_of(node, catalog[kind])
                if not node.figures:
                    plain[kind] = make
            else:
                make = plain[kind]
            self.components[node.id] = make.component
            self.makes[node.id] = make
        self.figures: Mapping[str, Mapping[str, float]] = {
            node_id: make.figures for node_id, make in self.makes.items()
        }
        self.consumers = self._count_consumers()
        self.counts: Mapping[str, Counts] = {node.id: counts_of(node) for node in design.nodes}
        self.layouts: Mapping[str, Layout] = {
            node_id: lay_out(self.makes[node_id], self.nodes[node_id], counts, self.consumers.get(node_id))
            for node_id, counts in self.counts.items()
        }
        self.at_once = frozenset([node.id for node in design.nodes if node.calls is CallOrder.PARALLEL])
        self._homes: list[tuple[Mapping[str, Dataset], Homes]] = []

    def _count_consumers(self) -> Mapping[str, int]:
        """By node that only partitioned queues call: their partitions, each of which has one consumer at a time."""
        partitioned = {
            node_id: self.nodes[node_id].partitions
            for node_id, component in self.components.items()
            if component.behavior is Behavior.QUEUE and Knob.PARTITIONS in component.knobs
        }
        found: dict[str, int] = {}
        others = set()
        for connection in self.design.connections if partitioned else ():
            count = partitioned.get(connection.source)
            if count is None:
                others.add(connection.target)
            else:
                found[connection.target] = found.get(connection.target, 0) + count
        return {node_id: count for node_id, count in found.items() if node_id not in others}

    @cached_property
    def distances(self) -> Distances:
        """How far the nodes are from each other."""
        return Distances(self.design, self.makes, self.layouts, self.catalog.environment)

    @cached_property
    def policies(self) -> Mapping[str, Connection]:
        """The connections whose calls are not just made and waited for, by id: with a time limit, or tried again."""
        return {
            item.id: item
            for item in self.design.connections
            if item.timeout is not None or item.retries or item.hedge_after is not None
        }

    def figure(self, node_id: str, name: str) -> float | None:
        """The figure in force at a node, in base units; None where there is none. Raises KeyError."""
        return self.figures[node_id].get(name)

    def quantity(self, node_id: str, name: str, symbol: str, label: str) -> Quantity | None:
        """The figure in force at a node as an input of an arithmetic, with its source."""
        return self.makes[node_id].quantity(name, symbol, label)

    def homes(self, datasets: Mapping[str, Dataset]) -> Homes:
        """By dataset the stores that keep it. A store to which no way leads from a client keeps nothing.

        Raises DesignError for a connection to nowhere.
        """
        for known, found in self._homes:
            if known is datasets:
                return found
        stores = [
            (node.id, node.holds, component.holds)
            for node, component in zip(self.design.nodes, self.components.values(), strict=True)
            if component.behavior is Behavior.STORE
        ]
        kept = {name: self._find_homes(name, dataset.kind, stores) for name, dataset in datasets.items()}
        self._homes = [(datasets, kept)]
        return kept

    def _find_homes(
        self, name: str, kind: DataKind, stores: Sequence[tuple[str, Sequence[str], Set[DataKind]]]
    ) -> tuple[str, ...]:
        able = [(node_id, named) for node_id, named, kinds in stores if kind in kinds]
        # Those that name it or, if none does, all that can and name nothing.
        homes = [node_id for node_id, named in able if name in named]
        homes = homes or [node_id for node_id, named in able if not named]
        reached = self.reached
        return tuple([node_id for node_id in homes if node_id in reached])

    @cached_property
    def reached(self) -> frozenset[str]:
        """The nodes to which a way leads from a client. Nothing passes an observer."""
        callees: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        for connection in self.design.connections:
            source, target = connection.source, connection.target
            if source not in callees or target not in callees:
                lost = target if source in callees else source
                message = f"a connection refers to {quote(lost)}, which is no node of the design"
                raise DesignError(message, suggestion=suggest(lost, self.nodes))
            if connection.share != 0:
                callees[source].append(target)
        behaviors = {node_id: component.behavior for node_id, component in self.components.items()}
        order = [node_id for node_id, behavior in behaviors.items() if behavior is Behavior.CLIENT]
        found = set(order)
        for node_id in order:  # which grows on the way
            for callee in callees[node_id]:
                if callee not in found and behaviors[callee] is not Behavior.OBSERVER:
                    found.add(callee)
                    order.append(callee)
        return frozenset(found)


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
