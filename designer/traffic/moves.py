"""What becomes of one need at one node: done there, answered from a copy, or passed on, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from designer.catalog.model import Behavior
from designer.traffic.candidates import NOBODY, Candidates, gather
from designer.traffic.demands import Demand
from designer.traffic.network import Asked, Condition
from designer.traffic.topology import Topology, bits, lowest
from designer.traffic.ways import Ways


class Purpose(IntEnum):
    """Why a touch is at a node."""

    DO = 0
    DEFER = 1  # to be done, after the answer if a queue is passed
    LOOK_UP = 2  # to be answered from a cache on the side, if it can
    TELL = 3  # to be made known to a cache on the side, which forgets its copy or has the new one
    BURY = 4  # given up on by a queue: to be done if there is a way from here, else to be kept


_DO, _DEFER, _BURY = Purpose.DO, Purpose.DEFER, Purpose.BURY
_QUEUE, _CACHE = Behavior.QUEUE, Behavior.CACHE
_SIDEWAYS = frozenset({Purpose.LOOK_UP, Purpose.TELL})


@dataclass(eq=False)
class Move:
    """What a node does for one need. Needs with the same `group` leave it in one call."""

    purpose: Purpose = Purpose.DO  # of the need in the onward call
    onward: Candidates = NOBODY
    deferred: bool = False  # the onward call is not waited for
    group: object = None
    # These are set where they differ.
    works: bool = field(default=False, init=False)  # counts as an operation here
    ends: bool = field(default=False, init=False)  # nothing has to be called
    condition: Condition | None = field(default=None, init=False)  # made when these caches do not have it
    aside: int = field(default=0, init=False)  # the nodes asked or told, as bits
    asked: Candidates = field(default=NOBODY, init=False)  # caches asked before the onward call
    told: tuple[Candidates, ...] = field(
        default=(), init=False
    )  # caches told after it, each in a call of its own
    sole: bool = field(default=True, init=False)  # no call is made but the onward one


_END, _BURIED = Move(), Move()
_END.works = _END.ends = _BURIED.ends = True


class Moves:
    """The moves of all needs at all nodes of a design, each found once for all workloads."""

    def __init__(self, topology: Topology, ways: Ways) -> None:
        self._topology = topology
        self._ways = ways
        self._moves: dict[tuple[int, Demand, Purpose], Move] = {}
        self._candidates: dict[tuple[int, int], Candidates] = {}
        self._conditions: dict[tuple[int, str, bool], Condition] = {}  # of single caches

    def of(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        """The move of a need that has come to `node`."""
        key = (node, demand, purpose)
        move = self._moves.get(key)
        if move is None:
            move = self._moves[key] = self._find(node, demand, purpose)
        return move

    def _find(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        if purpose in _SIDEWAYS:
            return self._pass_aside(node, demand, purpose)
        if demand.serving >> node & 1:
            return _END
        if purpose is _BURY and not demand.reach >> node & 1:
            return _BURIED
        queue = self._topology.behaviors[node] is _QUEUE
        pending = purpose is _DEFER and not queue
        targets = self._ways.onward(node, demand, pending)
        onward = self.candidates(node, targets)
        move = Move(_DEFER if pending else _DO, onward, queue, targets)
        if demand.caches:
            aside = self._ways.aside(node, demand, pending, targets)
            if aside or demand.caches >> node & 1:
                (self._read if demand.cacheable else self._write)(node, demand, move, targets, aside)
        if queue and onward.terms and onward.terms.given_up:
            move.sole = False
        return move

    def _pass_aside(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        if self._topology.behaviors[node] is _CACHE:
            return _END
        targets = self._ways.through(node, demand)
        group = (targets, purpose, demand.dataset)
        return Move(purpose, self.candidates(node, targets), False, group)

    def _write(self, node: int, demand: Demand, move: Move, targets: int, aside: int) -> None:
        """Make it the move of a write at a cache, or beside caches that are told."""
        move.works, behind = bool(demand.written >> node & 1), bool(demand.behind >> node & 1)
        if behind:
            move.deferred, move.group = True, (targets, behind)
        if aside:
            move.aside = aside
            move.told = tuple([self.candidates(node, 1 << target) for target in bits(aside)])
            move.sole = False

    def _read(self, node: int, demand: Demand, move: Move, targets: int, aside: int) -> None:
        """Make it the move of a read at a cache, or beside caches that are asked."""
        move.works = bool(demand.caches >> node & 1)
        # Whether the call is made depends on the hit ratio of one dataset, so each dataset has a call of its own.
        move.group = (targets, demand.dataset, aside)
        if aside:
            move.aside = aside
            move.asked = self.candidates(node, aside)
            move.sole = False
        if not self._is_made_always(node, targets):
            move.condition = self._condition(node, demand, 1 << node if move.works else aside)

    def _is_made_always(self, node: int, targets: int) -> bool:
        """Whether the onward call is drawn to be made whatever a cache has."""
        topology = self._topology
        return bool(topology.refusing >> node & 1) and all(
            topology.connections[number].on_miss is False
            for bit, (_, _, number) in topology.edges[node].items()
            if targets & bit
        )

    def _condition(self, node: int, demand: Demand, asked: int) -> Condition:
        """Which caches must not have it for the onward call to be made."""
        topology, dataset, inline = self._topology, demand.dataset or "", asked == 1 << node
        if asked & (asked - 1) or not asked & topology.caches:
            caches = tuple(self._asked(node, demand, asked))
            places = 0
            for cache in caches:
                places |= 1 << cache.place
            return Condition(caches, dataset, inline, places)
        key = (asked, dataset, inline)
        known = self._conditions.get(key)
        if known is None:
            place = lowest(asked)
            sole = (Asked(topology.ids[place], place, 1.0, place),)
            known = self._conditions[key] = Condition(sole, dataset, inline, asked)
        return known

    def _asked(self, node: int, demand: Demand, asked: int) -> Iterator[Asked]:
        """The caches a lookup ends at, with the part of the lookups each gets; at most one router is between."""
        topology = self._topology
        for (target, *_), weight in self.candidates(node, asked).shares:
            if topology.caches >> target & 1:
                yield Asked(topology.ids[target], target, weight, target)
                continue
            behind = self.candidates(target, self._ways.through(target, demand))
            for (further, *_), part in behind.shares:
                yield Asked(topology.ids[further], further, weight * part, target)

    def candidates(self, node: int, targets: int) -> Candidates:
        """The targets of a call from `node` to one of `targets`."""
        if not targets & (targets - 1):
            return gather(self._topology, node, targets)  # as quick as to remember it
        key = (node, targets)
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = gather(self._topology, node, targets)
        return found
