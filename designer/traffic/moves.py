"""What becomes of one need at one node: done there, answered from a copy, or passed on, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from designer.traffic.candidates import NOBODY, Candidates, gather
from designer.traffic.demands import Demand
from designer.traffic.network import Asked, Condition
from designer.traffic.topology import Topology, bits
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


@dataclass(slots=True, eq=False)
class Move:
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
            works, behind = (bool(demand.written >> node & 1), bool(demand.behind >> node & 1))
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
        topology = self._topology
        if topology.refusing >> node & 1 and all(
            edge.on_miss is False for edge in topology.edges[node] if targets & edge.bit
        ):
            return None
        dataset = demand.dataset or ""
        if copied:
            return Condition((Asked(topology.ids[node], node, 1.0, node),), dataset, True)
        return Condition(tuple(self._asked(node, demand, asked)), dataset, False)

    def _asked(self, node: int, demand: Demand, asked: int) -> Iterator[Asked]:
        """The caches a lookup ends at, with the part of the lookups each gets; at most one router is between."""
        topology = self._topology
        candidates = self.candidates(node, asked)
        for edge, weight in zip(candidates.edges, candidates.weights, strict=True):
            if topology.caches >> edge.target & 1:
                yield Asked(topology.ids[edge.target], edge.target, weight, edge.target)
                continue
            behind = self.candidates(edge.target, self._ways.through(edge.target, demand))
            for further, part in zip(behind.edges, behind.weights, strict=True):
                yield Asked(topology.ids[further.target], further.target, weight * part, edge.target)

    def candidates(self, node: int, targets: int) -> Candidates:
        """The targets of a call from `node` to one of `targets`."""
        key = (node, targets)
        found = self._candidates.get(key)
        if found is None:
            found = self._candidates[key] = gather(self._topology, node, targets)
        return found
