"""A design as bit sets: which node may call which, lane by lane, and what can be reached.

Node number i is bit 1 << i. A walk over a design of thirty nodes is then a handful of integer operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from operator import itemgetter

from designer.catalog.model import Behavior, Component
from designer.design.model import Connection, Design, Mode
from designer.design.model import Traffic as Carried
from designer.errors import DesignError, quote, suggest


class Lane(IntEnum):
    """The connections an operation may use. Capabilities are no data: every connection carries them."""

    READ = 0
    WRITE = 1
    ANY = 2


_LANES: Mapping[Carried, Lane] = {Carried.READ: Lane.READ, Carried.WRITE: Lane.WRITE}

Edge = tuple[int, int, int, str]
"""A connection to node number so and so, which is this bit: its number in the design, and its id. Plain, as boards
have thousands of them; all else that was drawn is looked up by the number, where it matters."""


class Topology:
    """The nodes of a design by number, with their components and the connections that can carry requests.

    Nothing calls a client, nothing passes an observer, and a connection with a share of 0 carries nothing. What a
    queue gave up on goes over connections of its own, `dead_letters`.
    Raises DesignError for a connection to nowhere. `components` are those that the nodes name.
    """

    def __init__(self, design: Design, components: Mapping[str, Component]) -> None:
        self.nodes = design.nodes
        self.connections = design.connections
        self.ids = [node.id for node in design.nodes]
        self.index = {node_id: number for number, node_id in enumerate(self.ids)}
        self.components = [components[node.component] for node in design.nodes]
        self.behaviors = [component.behavior for component in self.components]
        masks = dict.fromkeys(Behavior, 0)
        for number, behavior in enumerate(self.behaviors):
            masks[behavior] |= 1 << number
        self.clients = masks[Behavior.CLIENT]
        self.services = masks[Behavior.SERVICE]
        self.routers = masks[Behavior.ROUTER]
        self.caches = masks[Behavior.CACHE]
        self.queues = masks[Behavior.QUEUE]
        self.observers = masks[Behavior.OBSERVER]
        self.stores = list(bits(masks[Behavior.STORE]))
        size = len(self.ids)
        self.edges: list[list[Edge]] = [[] for _ in range(size)]
        self.dead_letters: dict[int, list[Edge]] = {}  # by queue
        self.successors: list[list[int]] = []  # by lane
        self.called = [0] * size  # as successors on any lane, and dead letters
        self.shared = [0] * size  # targets for whom a share is drawn
        # Nodes all of whose connections have even parts of the calls, one for each request, and are waited for.
        self.plain = ((1 << size) - 1) & ~self.queues
        self.refusing = 0  # nodes with a connection that is taken whatever a cache has
        self.asking = 0  # nodes with a connection that is drawn for what a cache does not have
        self._connect()
        self._callees_first, self.cyclic = sort(self.called)
        self._steps = [
            [(1 << number, targets[number]) for number in self._callees_first if targets[number]]
            for targets in self.successors
        ]
        self.descendants, self.beyond = self._close()

    def _connect(self) -> None:
        index, edges, called = self.index, self.edges, self.called
        closed, mute = self.clients | self.observers, self.observers
        everything, asynchronous = Carried.ALL, Mode.ASYNC
        partial = []
        for number, connection in enumerate(self.connections):
            start, end = connection.source, connection.target
            if start not in index or end not in index:
                raise _nowhere(end if start in index else start, index)
            source, target, share = index[start], index[end], connection.share
            bit = 1 << target
            if share == 0 or source == target or closed & bit or mute >> source & 1:
                continue
            edge = (target, bit, number, f"{start}>{end}")
            deferred = connection.mode is asynchronous
            if share is not None or deferred or connection.calls or connection.on_miss is not None:
                self._mark(source, bit, connection)
            if connection.carries is everything:
                edges[source].append(edge)
                called[source] |= bit
            else:
                partial.append((source, edge, connection.carries))
        self.successors = [list(called) for _ in Lane]
        self._connect_partly(partial)

    def _connect_partly(self, partial: list[tuple[int, Edge, Carried]]) -> None:
        """Add the connections that carry only some requests."""
        for source, edge, carries in partial:
            if carries is not Carried.FAILED:
                self.successors[_LANES[carries]][source] |= edge[1]
                self.successors[Lane.ANY][source] |= edge[1]
                self.edges[source].append(edge)
            elif self.queues >> source & 1:
                self.dead_letters.setdefault(source, []).append(edge)
            else:
                continue
            self.called[source] |= edge[1]
        for source in {source for source, _, _ in partial}:
            self.edges[source].sort(key=itemgetter(2))  # as they were drawn

    def _mark(self, source: int, target: int, connection: Connection) -> None:
        """Note what is not as usual about the connections of a node. `target` is a bit."""
        here = 1 << source
        if connection.share is not None or connection.mode is Mode.ASYNC or connection.calls not in (None, 1):
            self.plain &= ~here
        if connection.share is not None:
            self.shared[source] |= target
        if connection.on_miss:
            self.asking |= here
        elif connection.on_miss is False:
            self.refusing |= here

    def _close(self) -> tuple[list[int], list[int]]:
        """All nodes behind each node, and behind those that it calls. One pass does for a design without cycles."""
        below, beyond = list(self.called), [0] * len(self.called)
        changed = True
        while changed:
            changed = False
            for number in self._callees_first:
                further = 0
                for edge in self.edges[number]:
                    further |= below[edge[0]]
                for edge in self.dead_letters.get(number, ()):
                    further |= below[edge[0]]
                beyond[number] = further
                if further | below[number] != below[number]:
                    below[number] |= further
                    changed = self.cyclic
        return below, beyond

    def sources_of(self, targets: int, lane: Lane, blocked: int = 0) -> int:
        """All nodes with a way to one of `targets`, these included, that goes through no `blocked` node."""
        steps = self._steps[lane]
        found, before = targets & ~blocked, -1
        while found != before:
            before = found
            for bit, callees in steps:
                if callees & found and not blocked & bit:
                    found |= bit
            if not self.cyclic:  # one pass does, callees first
                break
        return found

    def name(self, number: int) -> str:
        """What the node is called on the board, quoted for a message."""
        return quote(self.nodes[number].label)


def _nowhere(node_id: str, index: Mapping[str, int]) -> DesignError:
    message = f"a connection refers to {quote(node_id)}, which is no node of the design"
    return DesignError(message, suggestion=suggest(node_id, index))


def sort(needed: Sequence[int]) -> tuple[list[int], bool]:
    """All numbers, each after those it needs, and whether that cannot be because some need each other in a circle."""
    done: list[int] = []
    seen = trail = 0
    cyclic = False
    for root in range(len(needed)):
        stack = [] if seen >> root & 1 else [root]
        while stack:
            number = stack[-1]
            bit = 1 << number
            if not seen & bit:
                seen |= bit
                trail |= bit
                cyclic = cyclic or bool(needed[number] & trail)
            fresh = needed[number] & ~seen
            if fresh:
                stack.append(lowest(fresh))
            else:
                trail ^= bit
                done.append(stack.pop())
    return done, cyclic


def lowest(mask: int) -> int:
    """The lowest number in a non-empty set."""
    return (mask & -mask).bit_length() - 1


def bits(mask: int) -> Iterator[int]:
    """The numbers in a set, ascending."""
    while mask:
        bit = mask & -mask
        mask ^= bit
        yield bit.bit_length() - 1
