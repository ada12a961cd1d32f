"""What a node does with a request, by the behaviour of its component: the visits and calls of a plan.

A router makes one call for everything that has the same candidates, to one of them. A service makes one call for
each set of candidates, and asks the caches beside it first. A cache answers reads and makes its onward call on a
miss. A queue hands on what it was given while its caller goes on. What serves a touch ends it there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from designer.scenario.model import Touch
from designer.traffic.candidates import NOBODY, Candidates, dead_letters
from designer.traffic.demands import Demand
from designer.traffic.model import Call, Option, Visit, Work
from designer.traffic.moves import Move, Moves, Purpose
from designer.traffic.network import Condition, Network
from designer.traffic.topology import Topology

_DO, _DEFER = Purpose.DO, Purpose.DEFER

Need = tuple[int, Purpose]  # the number of a touch


class _Errand:
    """What a node is called for. `factor` is how often each operation is done there."""

    __slots__ = ("factor", "needs", "sketches", "touches", "visits")

    def __init__(self, needs: tuple[Need, ...], factor: float) -> None:
        self.needs = needs
        self.factor = factor
        self.touches = tuple([touch for touch, _ in needs])
        self.sketches: dict[int, tuple[list[Work], list[_Called]]] = {}  # by node
        self.visits: dict[int, int] = {}  # numbers of those that are made, by node


@dataclass(slots=True, eq=False)
class _Called:
    """A call before the visits it leads to are made."""

    times: float
    candidates: Candidates
    weights: Sequence[float]
    errands: Sequence[_Errand]  # one for all candidates, or one for each
    condition: Condition | None
    deferred: bool
    optional: bool

    def given_up(self) -> float:
        """Messages that a queue hands out in vain, for each visit of it."""
        candidates = self.candidates
        lost = zip(self.weights, candidates.given_up, candidates.deliveries, strict=True)
        return self.times * sum([weight * part / handed for weight, part, handed in lost])


@dataclass(slots=True, eq=False)
class _Group:
    """Needs that leave a node in one call, and how the first of them does."""

    move: Move
    needs: list[Need]
    told: dict[tuple[Candidates, ...], list[Need]]


class Itinerary:
    """Makes the visits of one workload; the same needs at the same node are the same visit."""

    def __init__(
        self,
        topology: Topology,
        moves: Moves,
        network: Network,
        touches: Sequence[Touch],
        demands: Sequence[Demand],
    ) -> None:
        self._topology = topology
        self._moves = moves
        self._network = network
        self._begun = len(network.visits)
        self._touches = touches
        self._demands = demands
        self._errands: dict[tuple[tuple[Need, ...], float], _Errand] = {}
        self._works = [Work(number, touch.count) for number, touch in enumerate(touches)]

    def enter(self, node: int, touches: Sequence[int], weight: float) -> Visit:
        """The visit of a client's own node for these touches. The ways must be free of cycles."""
        needs = [(touch, _DEFER if self._touches[touch].deferred else _DO) for touch in touches]
        root = self._errand(tuple(needs))
        # Callees first, with a stack of our own: a long chain of nodes is no reason to run out of Python's.
        stack = [(node, root)]
        while stack:
            here, errand = stack[-1]
            if here in errand.visits:
                stack.pop()
            elif here in errand.sketches:
                stack.pop()
                self._finish(here, errand)
            else:
                work, calls = self._sketch(here, errand)
                errand.sketches[here] = work, calls
                for called in calls:
                    for edge, wanted in zip(called.candidates.edges, called.errands, strict=True):
                        if edge.target not in wanted.visits:
                            stack.append((edge.target, wanted))
        number = root.visits[node]
        self._network.entries[number] = weight
        return self._network.visits[number]

    def _errand(self, needs: tuple[Need, ...], factor: float = 1.0) -> _Errand:
        key = (needs, factor)
        errand = self._errands.get(key)
        if errand is None:
            errand = self._errands[key] = _Errand(needs, factor)
        return errand

    def _finish(self, node: int, errand: _Errand) -> None:
        visits, inflow = self._network.visits, self._network.inflow
        number = errand.visits[node] = len(visits)
        work, sketched = errand.sketches[node]
        calls = []
        for called in sketched:
            touches, times, condition = (called.errands[0].touches, called.times, called.condition)
            asked, on_miss, deferred = 0.0, None, called.deferred
            if condition is not None:
                asked = math.fsum([self._touches[touch].count for touch in touches])
                on_miss = condition.caches[0].cache
            options = []
            for edge, weight, wanted in zip(
                called.candidates.edges, called.weights, called.errands, strict=True
            ):
                callee = wanted.visits[edge.target]
                options.append(Option(weight, edge.connection, visits[callee]))
                inflow[callee].append((number, times * weight, condition, asked, edge.number, deferred))
            calls.append(Call(touches, times, tuple(options), on_miss, deferred, called.optional))
        place = number - self._begun
        visits.append(Visit(self._topology.ids[node], errand.touches, tuple(work), tuple(calls), place))
        inflow.append([])
        self._network.places.append(node)
        if self._topology.queues >> node & 1 and not dead_letters(self._topology, node).edges:
            given_up = [called.given_up() for called in sketched if called.candidates.given_up]
            self._network.given_up[number] = sum(given_up)

    def _sketch(self, node: int, errand: _Errand) -> tuple[list[Work], list[_Called]]:
        """The work of a visit, and its calls."""
        work: list[Work] = []
        groups: dict[object, _Group] = {}
        of, demands = self._moves.of, self._demands
        for need in errand.needs:
            touch, purpose = need
            move = of(node, demands[touch], purpose)
            if move.works:
                done = self._works[touch]
                work.append(done if errand.factor == 1.0 else Work(touch, done.count * errand.factor))
            if move.ends:
                continue
            group = groups.get(move.group)
            if group is None:
                group = groups[move.group] = _Group(move, [], {})
            group.needs.append(need if purpose is move.purpose else (touch, move.purpose))
            if move.told:
                group.told.setdefault(move.told, []).append((touch, Purpose.TELL))
        return work, self._call_groups(node, list(groups.values())) if groups else []

    def _call_groups(self, node: int, groups: list[_Group]) -> list[_Called]:
        """The calls in order: lookups before the first call that depends on them, news of a write after it."""
        calls: list[_Called] = []
        asked: list[Candidates] = []
        for group in groups:
            move, needs, told = group.move, group.needs, group.told
            if move.asked.edges and move.asked not in asked:
                asked.append(move.asked)
                calls.append(self._call(move.asked, _lookups(groups, move.asked), None, False, True))
            calls.append(self._call(move.onward, tuple(needs), move.condition, move.deferred, False))
            for caches, news in told.items():
                calls += [self._call(cache, tuple(news), None, False, True) for cache in caches]
            if move.onward.given_up:
                self._bury(node, calls, needs)
        return calls

    def _bury(self, queue: int, calls: list[_Called], needs: Sequence[Need]) -> None:
        """Add the call by which a queue puts away what its consumers, the last called, have failed to do."""
        given_up = calls[-1].given_up()
        letters = dead_letters(self._topology, queue) if given_up > 0.0 else NOBODY
        if letters.edges:
            call = self._call(letters, tuple([(touch, Purpose.BURY) for touch, _ in needs]), None, True, True)
            call.times *= given_up
            calls.append(call)

    def _call(
        self,
        candidates: Candidates,
        needs: tuple[Need, ...],
        condition: Condition | None,
        deferred: bool,
        optional: bool,
    ) -> _Called:
        weights = candidates.weights
        if candidates.plain:
            errands = [self._errand(needs)] * len(weights)
            return _Called(1.0, candidates, weights, errands, condition, deferred, optional)
        deliveries = candidates.deliveries or [1.0] * len(weights)
        multiplied, errands = [], []
        for edge, weight, handed in zip(candidates.edges, weights, deliveries, strict=True):
            # Where the request ends, several calls are as many operations of one; elsewhere they are calls.
            several = edge.calls != 1.0 and self._ends(edge.target, needs)
            errands.append(self._errand(needs, edge.calls if several else 1.0))
            multiplied.append(weight * handed * (1.0 if several else edge.calls))
        times = sum(multiplied)
        weights = [weight / times for weight in multiplied]
        deferred = deferred or candidates.deferred
        return _Called(times, candidates, weights, errands, condition, deferred, optional)

    def _ends(self, node: int, needs: tuple[Need, ...]) -> bool:
        return all(self._moves.of(node, self._demands[touch], purpose).ends for touch, purpose in needs)


def _lookups(groups: list[_Group], asked: Candidates) -> tuple[Need, ...]:
    """Everything of a visit that the same caches are asked for, so that they are asked once."""
    touches = [touch for group in groups if group.move.asked is asked for touch, _ in group.needs]
    return tuple([(touch, Purpose.LOOK_UP) for touch in sorted(touches)])
