"""What a design and a catalogue say, whatever the traffic: computed once for all traffic that is tried on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from designer.arithmetic import Quantity
from designer.catalog.environment import Environment
from designer.catalog.model import Behavior, Catalog, Component, DataKind, Knob
from designer.design.model import CallOrder, Connection, Design, Node
from designer.errors import DesignError, quote, suggest
from designer.keeping import Shared
from designer.performance.distances import Distances
from designer.performance.machines import Layout, lay_out
from designer.performance.makes import Make, make_of
from designer.scenario.model import Dataset

Homes = Mapping[str, tuple[str, ...]]
"""By dataset the stores that keep it."""

# Members of enumerations that are asked for at every node: looking one up takes longer than the test it is for.
_PARALLEL = CallOrder.PARALLEL
_CLIENT, _OBSERVER, _STORE = Behavior.CLIENT, Behavior.OBSERVER, Behavior.STORE


class Drawing:
    """A design with the components and figures of its nodes. Raises KeyError for an unknown component."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        self.design = design
        self.catalog = catalog
        self.nodes: dict[str, Node] = {}
        self.components: dict[str, Component] = {}
        self.makes: dict[str, Make] = {}
        plain: dict[str, Make] = {}  # by component, of nodes without figures of their own
        for node in design.nodes:
            node_id, kind = node.id, node.component
            if node.figures:
                make = make_of(node, catalog[kind])
            elif kind in plain:
                make = plain[kind]
            else:
                make = plain[kind] = make_of(node, catalog[kind])
            self.nodes[node_id] = node
            self.components[node_id] = make.component
            self.makes[node_id] = make
        self.consumers = consumers = self._count_consumers()
        self.layouts: dict[str, Layout] = {}
        parallel = []
        for node_id, node in self.nodes.items():
            self.layouts[node_id] = lay_out(self.makes[node_id], node, node, consumers.get(node_id))
            if node.calls is _PARALLEL:
                parallel.append(node_id)
        self.at_once = frozenset(parallel)
        self._homes: list[tuple[Mapping[str, Dataset], Homes]] = []

    def _count_consumers(self) -> Mapping[str, int]:
        """By node that only partitioned queues call: their partitions, each of which has one consumer at a time."""
        partitioned = {
            node_id: self.nodes[node_id].partitions
            for node_id, make in self.makes.items()
            if make.queues and Knob.PARTITIONS in make.component.knobs
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
    def figures(self) -> Mapping[str, Mapping[str, float]]:
        """The figures in force at each node, in base units."""
        return {node_id: make.figures for node_id, make in self.makes.items()}

    @cached_property
    def environment(self) -> Environment:
        """The facts that are the same for all components. Raises CatalogError where they cannot be read."""
        return self.catalog.environment

    @cached_property
    def distances(self) -> Distances:
        """How far the nodes are from each other."""
        return Distances(self.design, self.makes, self.layouts, self.environment)

    @cached_property
    def policies(self) -> Mapping[str, Connection]:
        """The connections whose calls are not just made and waited for, by id: with a time limit, or tried again."""
        return {
            item.id: item
            for item in self.design.connections
            if item.timeout is not None or item.retries or item.hedge_after is not None
        }

    @cached_property
    def may_lose(self) -> bool:
        """Whether any request may fail while all is up: by a time limit or by errors. Most designs have neither."""
        return (
            any(policy.timeout is not None for policy in self.policies.values())
            or any(node.deadline is not None for node in self.nodes.values())
            or any(self.errors(node_id) > 0.0 for node_id in self.nodes)
        )

    def errors(self, node_id: str) -> float:
        """The part of a node's answers that are errors while it is up.

        Of what a provider runs, the errors that its availability leaves room for are counted there: that figure is the
        part of the requests that are answered (Amazon S3 SLA: 100 % less the average rate of errors).
        """
        make = self.makes[node_id]
        errors = make.figures.get("error_rate", 0.0)
        if errors == 0.0 or not make.managed:
            return errors
        up = make.figures.get("availability", 1.0)
        return max(0.0, 1.0 - (1.0 - errors) / up) if up > 0.0 else 0.0

    def figure(self, node_id: str, name: str) -> float | None:
        """The figure in force at a node, in base units; None where there is none. Raises KeyError."""
        return self.makes[node_id].figures.get(name)

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
        able: dict[DataKind, list[Node]] = {}
        for node_id, component in self.components.items():
            if component.behavior is _STORE:
                for kind in component.holds:
                    able.setdefault(kind, []).append(self.nodes[node_id])
        reached = self.reached
        kept = {}
        for name, dataset in datasets.items():
            # Those that name it or, if none does, all that can and name nothing.
            stores = able.get(dataset.kind, [])
            homes = [node.id for node in stores if name in node.holds]
            homes = homes or [node.id for node in stores if not node.holds]
            kept[name] = tuple([node_id for node_id in homes if node_id in reached])
        self._homes = [(datasets, kept)]
        return kept

    @cached_property
    def reached(self) -> frozenset[str]:
        """The nodes to which a way leads from a client. Nothing passes an observer."""
        callees: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        order, observers = [], []
        for node_id, component in self.components.items():
            if component.behavior is _CLIENT:
                order.append(node_id)
            elif component.behavior is _OBSERVER:
                observers.append(node_id)
        for connection in self.design.connections:
            source, target = connection.source, connection.target
            if source not in callees or target not in callees:
                lost = target if source in callees else source
                message = f"a connection refers to {quote(lost)}, which is no node of the design"
                raise DesignError(message, suggestion=suggest(lost, self.nodes))
            if connection.share != 0:
                callees[source].append(target)
        closed = {*order, *observers}
        for node_id in order:  # which grows on the way
            for callee in callees[node_id]:
                if callee not in closed:
                    closed.add(callee)
                    order.append(callee)
        return frozenset(order)


def drawing_of(design: Design, catalog: Catalog) -> Drawing:
    """The drawing of these two; asked for again with the very same two while somebody has it, it is the same one."""
    return _drawings.of(design, catalog)


_drawings = Shared(Drawing)
