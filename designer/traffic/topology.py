"""A design as bit sets: which node may call which, lane by lane, and what can be reached.

Node number i is bit 1 << i. A walk over a design of thirty nodes is then a handful of integer operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

from designer.catalog.model import Behavior, Component
from designer.design.model import Connection, Design, Mode
from designer.design.model import Traffic as Carried
from designer.errors import DesignError, quote, suggest


class Lane(IntEnum):
    """The connections an operation may use. Capabilities are no data: every connection carries them."""

    READ = 0
    WRITE = 1
    ANY = 2


_BEHAVIORS, _ASYNC = tuple(Behavior), Mode.ASYNC
_CLOSED: Mapping[Carried, Lane] = {Carried.READ: Lane.WRITE, Carried.WRITE: Lane.READ}
"""The lane that a connection which carries only this is not on."""

Edge = tuple[int, int, int]
"""A connection to node number so and so, which is this bit, and its number in the design. Plain, as boards have
thousands of them; all else that was drawn is looked up by the number, where it matters."""


class Topology:
    """The nodes of a design by number, with their components and the connections that can carry requests.

    Nothing calls a client, nothing passes an observer, and a connection with a share of 0 carries nothing. What a
    queue gave up on goes over connections of its own, `dead_letters`.
    Raises DesignError for a connection to nowhere. `components` are those that the nodes name.
    """

    def __init__(self, design: Design, components: Mapping[str, Component]) -> None:
        self.nodes = design.nodes
        self.connections = design.connections
        self.names: list[str] = []  # of connections
        self.ids = [node.id for node in design.nodes]
        size = len(self.ids)
        self.index = dict(zip(self.ids, range(size), strict=True))
        self.components = [components[node.component] for node in design.nodes]
        self.behaviors = [component.behavior for component in self.components]
        masks = dict.fromkeys(_BEHAVIORS, 0)
        for number, behavior in enumerate(self.behaviors):
            masks[behavior] |= 1 << number
        self.clients = masks[Behavior.CLIENT]
        self.services = masks[Behavior.SERVICE]
        self.routers = masks[Behavior.ROUTER]
        self.caches = masks[Behavior.CACHE]
        self.queues = masks[Behavior.QUEUE]
        self.observers = masks[Behavior.OBSERVER]
        self.stores = list(bits(masks[Behavior.STORE]))
        self.edges: list[dict[int, Edge]] = [{} for _ in range(size)]  # by the bit of the target, as drawn
        self.dead_letters: dict[int, list[Edge]] = {}  # by queue
        self.successors: list[list[int]] = []  # by lane
        self.called = [0] * size  # as successors on any lane, and dead letters
        self.shared = [0] * size  # targets for whom a share is drawn
        # Nodes all of whose connections have even parts of the calls, one for each request, are waited for and needed.
        self.plain = ((1 << size) - 1) & ~self.queues
        self.refusing = 0  # nodes with a connection that is taken whatever a cache has
        self.asking = 0  # nodes with a connection that is drawn for what a cache does not have
        self._connect()
        self._callees_first, self.cyclic = sort(self.called)
        steps = self._list_steps(self.called)
        self._steps = [
            steps if targets == self.called else self._list_steps(targets) for targets in self.successors
        ]
        self.descendants, self.beyond = self._close()

    def _connect(self) -> None:
        find, name, edges, called = self.index.get, self.names.append, self.edges, self.called
        closed, mute, everything = self.clients | self.observers, self.observers, Carried.ALL
        partial: list[tuple[int, int, Lane]] = []
        for number, connection in enumerate(self.connections):
            start, end = connection.source, connection.target
            source, target = find(start), find(end)
            if source is None or target is None:
                raise _nowhere(start if source is None else end, self.index)
            name(f"{start}>{end}")
            bit = 1 << target
            if closed & bit or source == target or mute >> source & 1:
                continue
            edge = (target, bit, number)
            usual = (
                connection.share is None
                and connection.mode is not _ASYNC
                and connection.calls is None
                and connection.on_miss is None
                and connection.carries is everything
                and not connection.fallback
            )
            if usual or self._mark(source, edge, connection, partial):
                edges[source][bit] = edge
                called[source] |= bit
        self.successors = [list(called)] * len(Lane)
        if partial:
            self.successors = [list(called) for _ in Lane]
            for source, bit, lane in partial:
                self.successors[lane][source] &= ~bit
        for source, letters in self.dead_letters.items():
            for edge in letters:
                called[source] |= edge[1]

    def _mark(
        self, source: int, edge: Edge, connection: Connection, partial: list[tuple[int, int, Lane]]
    ) -> bool:
        """Note what is not as usual about a connection, and in `partial` a lane that it is not on.

        Returns whether requests go over it.
        """
        here, bit, carries = 1 << source, edge[1], connection.carries
        if connection.share == 0:
            return False
        if (
            connection.share is not None
            or connection.mode is _ASYNC
            or connection.calls not in (None, 1)
            or connection.fallback
        ):
            self.plain &= ~here
        if connection.share is not None:
            self.shared[source] |= bit
        if connection.on_miss:
            self.asking |= here
        elif connection.on_miss is False:
            self.refusing |= here
        if carries is Carried.FAILED:
            if self.queues & here:
                self.dead_letters.setdefault(source, []).append(edge)
            return False
        if carries is not Carried.ALL:
            partial.append((source, bit, _CLOSED[carries]))
        return True

    def _close(self) -> tuple[list[int], list[int]]:
        """All nodes behind each node, and behind those that it calls. One pass does for a design without cycles."""
        below, beyond = list(self.called), [0] * len(self.called)
        changed = True
        while changed:
            changed = False
            for number in self._callees_first:
                further = 0
                for edge in self.edges[number].values():
                    further |= below[edge[0]]
                if number in self.dead_letters:
                    for edge in self.dead_letters[number]:
                        further |= below[edge[0]]
                beyond[number] = further
                if further | below[number] != below[number]:
                    below[number] |= further
                    changed = self.cyclic
        return below, beyond

    def _list_steps(self, targets: Sequence[int]) -> list[tuple[int, int]]:
        """The nodes that call others, as bits, and who these are, callees first."""
        return [(1 << number, targets[number]) for number in self._callees_first if targets[number]]

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
        if seen >> root & 1:
            continue
        stack = [root]
        while stack:
            number = stack[-1]
            bit = 1 << number
            if not seen & bit:
                seen |= bit
                trail |= bit
                if needed[number] & trail:
                    cyclic = True
            fresh = needed[number] & ~seen
            if fresh:
                stack.append((fresh & -fresh).bit_length() - 1)
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
