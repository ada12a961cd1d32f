"""What becomes of one need at one node: done there, answered from a copy, or passed on, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from designer.design.figures import figure_of
from designer.design.model import Delivery
from designer.traffic.demands import Demand
from designer.traffic.network import Asked, Condition
from designer.traffic.topology import Edge, Topology, bits
from designer.traffic.ways import Ways


class Purpose(IntEnum):
    """Why a touch is at a node."""

    DO = 0
    DEFER = 1  # to be done, after the answer if a queue is passed
    LOOK_UP = 2  # to be answered from a cache on the side, if it can
    TELL = 3  # to be made known to a cache on the side, which forgets its copy or has the new one
    BURY = 4  # given up on by a queue: to be done if there is a way from here, else to be kept


_DO, _DEFER, _BURY = Purpose.DO, Purpose.DEFER, Purpose.BURY
_SIDEWAYS = frozenset({Purpose.LOOK_UP, Purpose.TELL})


class Candidate(NamedTuple):
    """A possible target of a call, with its part of the calls."""

    weight: float
    connection: str
    number: int  # of the connection
    target: int
    calls: float  # per request
    deliveries: float = 1.0  # times a queue hands out each message
    given_up: float = 0.0  # part of the messages that are never done


class Candidates(NamedTuple):
    """The possible targets of one call. Weights are 1 in all."""

    options: tuple[Candidate, ...]
    deferred: bool = (
        False  # nobody waits for any of them: a call that may go over another connection is waited for
    )
    plain: bool = True  # one call for each request and one delivery
    given_up: float = 0.0  # part of the calls that are messages never done


NOBODY = Candidates(())


class Move(NamedTuple):
    """What a node does for one need. Needs with the same `group` leave it in one call."""

    works: bool  # counts as an operation here
    ends: bool  # nothing has to be called
    purpose: Purpose = Purpose.DO  # of the need in the onward call
    onward: Candidates = NOBODY
    deferred: bool = False  # the onward call is not waited for
    condition: Condition | None = None  # the caches that must not have it, when the onward call is made
    asked: Candidates = NOBODY  # caches asked before the onward call
    told: tuple[Candidates, ...] = ()  # caches told after it, each in a call of its own
    group: object = None


_END = Move(works=True, ends=True)
_BURIED = Move(works=False, ends=True)


class Moves:
    """The moves of all needs at all nodes of a design, each found once for all workloads."""

    def __init__(self, topology: Topology, ways: Ways) -> None:
        self._topology = topology
        self._ways = ways
        self._moves: dict[tuple[int, Demand, Purpose], Move] = {}
        self._candidates: dict[tuple[int, int], Candidates] = {}
        self.endless: list[tuple[int, int]] = []  # queues and consumers that never do what they are handed

    def of(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        """The move of a need that has come to `node`."""
        key = (node, demand, purpose)
        move = self._moves.get(key)
        if move is None:
            if purpose in _SIDEWAYS:
                move = self._pass_aside(node, demand, purpose)
            elif demand.serving >> node & 1:
                move = _END
            elif purpose is _BURY and not demand.reach >> node & 1:
                move = _BURIED
            else:
                move = self._pass_on(node, demand, purpose is _DEFER)
            self._moves[key] = move
        return move

    def _pass_aside(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        if self._topology.caches >> node & 1:
            return _END
        targets = self._ways.through(node, demand)
        group = (targets, purpose, demand.dataset)
        return Move(False, False, purpose, self.candidates(node, targets), group=group)

    def _pass_on(self, node: int, demand: Demand, pending: bool) -> Move:
        queue = bool(self._topology.queues >> node & 1)
        pending = pending and not queue
        targets = self._ways.onward(node, demand, pending)
        onward = self.candidates(node, targets)
        purpose = _DEFER if pending else _DO
        if demand.caches:
            return self._pass_caches(node, demand, pending, purpose, targets, onward, queue)
        return Move(False, False, purpose, onward, queue, group=targets)

    def _pass_caches(
        self,
        node: int,
        demand: Demand,
        pending: bool,
        purpose: Purpose,
        targets: int,
        onward: Candidates,
        queue: bool,
    ) -> Move:
        """The move of a need of which caches may have a copy."""
        aside = self._ways.aside(node, demand, pending, targets)
        if not demand.cacheable:
            works, behind = bool(demand.written >> node & 1), bool(demand.behind >> node & 1)
            told = tuple([self.candidates(node, 1 << target) for target in bits(aside)]) if aside else ()
            return Move(
                works,
                False,
                purpose,
                onward,
                queue or behind,
                None,
                NOBODY,
                told,
                group=(targets, behind) if behind else targets,
            )
        copied = bool(demand.caches >> node & 1)
        if not copied and not aside:
            return Move(False, False, purpose, onward, queue, group=targets)
        # Whether the call is made depends on the hit ratio of one dataset, so each dataset has a call of its own.
        group = (targets, demand.dataset, aside)
        condition = self._condition(node, demand, copied, aside, targets)
        asked = self.candidates(node, aside) if aside else NOBODY
        return Move(copied, False, purpose, onward, queue, condition, asked, (), group)

    def _condition(
        self, node: int, demand: Demand, copied: bool, asked: int, targets: int
    ) -> Condition | None:
        """Which caches must not have it for the onward call to be made; None where it is drawn to be made always."""
        if all(edge.on_miss is False for edge in self._topology.edges[node] if targets & edge.bit):
            return None
        if copied:
            here = self._topology.ids[node]
            return Condition((Asked(here, 1.0, here),), demand.dataset or "", inline=True)
        return Condition(tuple(self._asked(node, demand, asked)), demand.dataset or "", inline=False)

    def _asked(self, node: int, demand: Demand, asked: int) -> Iterator[Asked]:
        """The caches a lookup ends at, with the part of the lookups each gets; at most one router is between."""
        topology = self._topology
        for candidate in self.candidates(node, asked).options:
            first = topology.ids[candidate.target]
            if topology.caches >> candidate.target & 1:
                yield Asked(first, candidate.weight, first)
                continue
            through = self._ways.through(candidate.target, demand)
            for further in self.candidates(candidate.target, through).options:
                yield Asked(topology.ids[further.target], candidate.weight * further.weight, first)

    def candidates(self, node: int, targets: int) -> Candidates:
        """The targets of a call from `node` to one of `targets`.

        They have the shares drawn, and even parts of what these leave for the others; who is left nothing is left out.
        """
        key = (node, targets)
        found = self._candidates.get(key)
        if found is None:
            edges = [edge for edge in self._topology.edges[node] if targets & edge.bit]
            found = self._candidates[key] = self._gather(node, edges)
        return found

    def dead_letters(self, queue: int) -> Candidates:
        """Where a queue puts what it gave up on. One that hands out a message once does not know what became of it."""
        topology = self._topology
        edges = topology.dead_letters.get(queue, [])
        once = topology.nodes[queue].delivery is Delivery.AT_MOST_ONCE
        return Candidates(() if once else _share_out(edges), deferred=True)

    def _gather(self, node: int, edges: list[Edge]) -> Candidates:
        options = _share_out(edges)
        if self._topology.queues >> node & 1:
            options = tuple([self._deliver(node, candidate) for candidate in options])
        deferred, plain = True, True
        for edge in edges:
            deferred = deferred and edge.deferred
            plain = plain and edge.calls == 1.0
        given_up = 0.0
        for option in options:
            plain = plain and option.deliveries == 1.0
            given_up += option.weight * option.given_up
        return Candidates(options, deferred, plain, given_up)

    def _deliver(self, queue: int, candidate: Candidate) -> Candidate:
        """How often a message is handed to this consumer, some part e of whose operations fail.

        At least once, m times at most: 1 + e + ... + e^(m-1) = (1 - e^m) / (1 - e) times, and e^m is given up.
        """
        topology = self._topology
        consumer, node = candidate.target, topology.nodes[queue]
        failing = figure_of(topology.nodes[consumer], topology.components[consumer], "error_rate") or 0.0
        if failing == 0.0:
            return candidate
        if node.delivery is Delivery.AT_MOST_ONCE:
            return candidate._replace(given_up=failing)
        most = node.deliveries
        if most is None and failing >= 1.0:
            self.endless.append((queue, consumer))
            return candidate
        given_up = 0.0 if most is None else failing**most
        times = (1.0 - given_up) / (1.0 - failing) if failing < 1.0 else float(most or 1)
        return candidate._replace(deliveries=times, given_up=given_up)


def _share_out(edges: list[Edge]) -> tuple[Candidate, ...]:
    if len(edges) == 1:
        edge = edges[0]
        return (Candidate(1.0, edge.connection, edge.number, edge.target, edge.calls),)
    shares = [edge.share for edge in edges]
    others = shares.count(None)
    if others == len(shares):
        weights = [1.0 / others] * others if others else []
    else:
        drawn = sum([share for share in shares if share is not None])
        left = max(0.0, 1.0 - drawn) / others if others else 0.0
        weights = [left if share is None else share for share in shares]
        total = sum(weights)
        weights = [weight / total for weight in weights]
    return tuple(
        [
            Candidate(weight, edge.connection, edge.number, edge.target, edge.calls)
            for edge, weight in zip(edges, weights, strict=True)
            if weight > 0.0
        ]
    )
