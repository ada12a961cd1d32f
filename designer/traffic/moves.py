"""What becomes of one need at one node: done there, answered from a copy, or passed on, and to whom."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.scenario.model import Operation
from designer.traffic.demands import Demand
from designer.traffic.topology import Topology
from designer.traffic.ways import Edges, Ways


class Purpose(IntEnum):
    """Why a touch is at a node."""

    DO = 0
    DEFER = 1  # to be done, after the answer if a queue is passed
    LOOK_UP = 2  # to be answered from a cache on the side, if it can
    INVALIDATE = 3  # to be forgotten by a cache on the side


class Move(NamedTuple):
    """What a node does for one need. Needs with the same `group` leave it in one call."""

    works: bool  # counts as an operation here
    ends: bool  # nothing has to be called
    purpose: Purpose = Purpose.DO  # of the need in the onward call
    edges: Edges = ()
    on_miss: str | None = None  # the cache that did not have it, when the onward call is made
    asked: Edges = ()  # caches asked before the onward call
    told: Edges = ()  # caches told after it
    group: object = None


class Candidate(NamedTuple):
    """A possible target of a call, with its part of the calls."""

    weight: float
    connection: str
    target: int
    calls: float  # per request


class Moves:
    """The moves of all needs at all nodes of a design, each found once for all workloads."""

    def __init__(self, topology: Topology, ways: Ways) -> None:
        self._topology = topology
        self._ways = ways
        self._moves: dict[tuple[int, Demand, Purpose], Move] = {}
        self._candidates: dict[Edges, tuple[Candidate, ...]] = {}

    def of(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        """The move of a need that has come to `node`."""
        key = (node, demand, purpose)
        move = self._moves.get(key)
        if move is None:
            aside = purpose is Purpose.LOOK_UP or purpose is Purpose.INVALIDATE
            find = self._pass_aside if aside else self._pass_on
            move = self._moves[key] = find(node, demand, purpose)
        return move

    def _pass_aside(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        if self._topology.behaviors[node] is Behavior.CACHE:
            return Move(works=True, ends=True)
        edges = self._ways.through(node, demand)
        return Move(
            works=False, ends=False, purpose=purpose, edges=edges, group=(edges, purpose, demand.dataset)
        )

    def _pass_on(self, node: int, demand: Demand, purpose: Purpose) -> Move:
        if demand.serving >> node & 1:
            return Move(works=True, ends=True)
        behavior = self._topology.behaviors[node]
        pending = purpose is Purpose.DEFER and behavior is not Behavior.QUEUE
        edges = self._ways.onward(node, demand, pending)
        aside = self._ways.aside(node, demand, pending)
        asked = aside if demand.cacheable else ()
        copied = demand.cacheable and bool(demand.caches >> node & 1)
        # Whether the call is made depends on the hit ratio of one dataset, so each dataset has a call of its own.
        dataset = demand.dataset if copied or asked else None
        return Move(
            works=copied,
            ends=False,
            purpose=Purpose.DEFER if pending else Purpose.DO,
            edges=edges,
            on_miss=self._topology.ids[node] if copied else self._first_cache(asked, demand),
            asked=asked,
            told=aside if demand.operation is Operation.UPDATE else (),
            group=(edges, dataset, asked),
        )

    def _first_cache(self, asked: Edges, demand: Demand) -> str | None:
        """The name under which the answer of the caches asked is known: that of the first."""
        if not asked:
            return None
        target = asked[0].target
        through = self._ways.through(target, demand)
        return self._topology.ids[through[0].target if through else target]

    def candidates(self, edges: Edges) -> tuple[Candidate, ...]:
        """The targets of a call along one of `edges`. Weights are 1 in all.

        They are the shares drawn, and even parts of what these leave for the others; who is left nothing is left out.
        """
        found = self._candidates.get(edges)
        if found is None:
            found = self._candidates[edges] = tuple(_share_out(edges))
        return found


def _share_out(edges: Edges) -> list[Candidate]:
    shares = [edge.share for edge in edges]
    others = shares.count(None)
    drawn = sum(share for share in shares if share is not None)
    left = max(0.0, 1.0 - drawn) / others if others else 0.0
    weights = [left if share is None else share for share in shares]
    total = sum(weights)
    return [
        Candidate(weight / total, edge.connection, edge.target, edge.calls)
        for edge, weight in zip(edges, weights, strict=True)
        if weight > 0.0
    ]
