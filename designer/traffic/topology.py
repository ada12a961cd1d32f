"""A design as bit sets: which node may call which, lane by lane, and what can be reached.

Node number i is bit 1 << i. A walk over a design of thirty nodes is then a handful of integer operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from designer.catalog.model import Behavior, Component
from designer.design.model import Connection, Design
from designer.design.model import Traffic as Carried
from designer.errors import DesignError, quote, suggest


class Lane(IntEnum):
    """The connections an operation may use. Capabilities are no data: every connection carries them."""

    READ = 0
    WRITE = 1
    ANY = 2


_CARRIES: Mapping[Lane, frozenset[Carried]] = {
    Lane.READ: frozenset({Carried.ALL, Carried.READ}),
    Lane.WRITE: frozenset({Carried.ALL, Carried.WRITE}),
    Lane.ANY: frozenset(Carried),
}


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A connection between numbered nodes; one object for each connection of a topology."""

    target: int
    connection: str
    share: float | None
    calls: float  # per request


class Topology:
    """The nodes of a design by number, with their components and the connections that can carry requests.

    Nothing calls a client, nothing passes an observer, and a connection with a share of 0 carries nothing.
    Raises DesignError for a component that is not in the catalogue and for a connection to nowhere.
    """

    def __init__(self, design: Design, catalog: Mapping[str, Component]) -> None:
        self.nodes = design.nodes
        self.ids = [node.id for node in design.nodes]
        self.index = {node_id: number for number, node_id in enumerate(self.ids)}
        self.components = [_component(node.component, catalog) for node in design.nodes]
        self.behaviors = [component.behavior for component in self.components]
        self.clients = self._having(Behavior.CLIENT)
        self.services = self._having(Behavior.SERVICE)
        self.caches = self._having(Behavior.CACHE)
        self.queues = self._having(Behavior.QUEUE)
        self.observers = self._having(Behavior.OBSERVER)
        size = len(self.ids)
        self.edges: list[list[list[Edge]]] = [[[] for _ in range(size)] for _ in Lane]
        self.successors = [[0] * size for _ in Lane]
        self.predecessors = [[0] * size for _ in Lane]
        for connection in design.connections:
            self._connect(connection)
        self.descendants = self._close()
        self.cyclic = any(below >> number & 1 for number, below in enumerate(self.descendants))

    def _having(self, behavior: Behavior) -> int:
        return sum(1 << number for number, found in enumerate(self.behaviors) if found is behavior)

    def _connect(self, connection: Connection) -> None:
        source, target = self._number(connection.source), self._number(connection.target)
        closed = self.clients | self.observers | 1 << source
        if connection.share == 0 or closed >> target & 1 or self.observers >> source & 1:
            return
        edge = Edge(target, connection.id, connection.share, connection.calls or 1.0)
        for lane, carried in _CARRIES.items():
            if connection.carries in carried and not self.successors[lane][source] >> target & 1:
                self.edges[lane][source].append(edge)
                self.successors[lane][source] |= 1 << target
                self.predecessors[lane][target] |= 1 << source

    def _number(self, node_id: str) -> int:
        number = self.index.get(node_id)
        if number is None:
            message = f"a connection refers to {quote(node_id)}, which is no node of the design"
            raise DesignError(message, suggestion=suggest(node_id, self.index))
        return number

    def _close(self) -> list[int]:
        """All nodes behind each node. One pass does for a design without cycles, callees first."""
        successors = self.successors[Lane.ANY]
        below = list(successors)
        order = self._callees_first()
        changed = True
        while changed:
            changed = False
            for number in order:
                found = below[number]
                for target in bits(successors[number]):
                    found |= below[target]
                if found != below[number]:
                    below[number] = found
                    changed = True
        return below

    def _callees_first(self) -> list[int]:
        successors = self.successors[Lane.ANY]
        done: list[int] = []
        seen = 0
        for root in range(len(self.ids)):
            stack = [] if seen >> root & 1 else [root]
            seen |= 1 << root
            while stack:
                fresh = successors[stack[-1]] & ~seen
                if fresh:
                    child = lowest(fresh)
                    seen |= 1 << child
                    stack.append(child)
                else:
                    done.append(stack.pop())
        return done

    def sources_of(self, targets: int, lane: Lane, blocked: int = 0) -> int:
        """All nodes with a way to one of `targets`, these included, that goes through no `blocked` node."""
        predecessors = self.predecessors[lane]
        found = waiting = targets & ~blocked
        while waiting:
            number = lowest(waiting)
            fresh = predecessors[number] & ~found & ~blocked
            found |= fresh
            waiting = waiting & ~(1 << number) | fresh
        return found

    def name(self, number: int) -> str:
        """What the node is called on the board, quoted for a message."""
        return quote(self.nodes[number].label)


def _component(component_id: str, catalog: Mapping[str, Component]) -> Component:
    if component_id not in catalog:
        message = f"there is no component {quote(component_id)}"
        raise DesignError(message, suggestion=suggest(component_id, catalog))
    return catalog[component_id]


def lowest(mask: int) -> int:
    """The lowest number in a non-empty set."""
    return (mask & -mask).bit_length() - 1


def bits(mask: int) -> Iterator[int]:
    """The numbers in a set, ascending."""
    while mask:
        number = lowest(mask)
        mask ^= 1 << number
        yield number
