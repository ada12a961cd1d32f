"""What a node does with a request, by the behaviour of its component: the visits and calls of a plan.

A router makes one call for everything that has the same candidates, to one of them. A service makes one call for
each set of candidates, and asks the caches beside it first. A cache answers reads and makes its onward call on a
miss. A queue hands on what it was given while its caller goes on. What serves a touch ends it there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.scenario.model import Touch
from designer.traffic.candidates import Candidates, Terms, dead_letters
from designer.traffic.demands import Demand
from designer.traffic.model import Call, Option, Visit, Work
from designer.traffic.moves import Move, Moves, Purpose
from designer.traffic.network import Condition, Network
from designer.traffic.topology import Edge, Topology

_DO, _DEFER = Purpose.DO, Purpose.DEFER
_LOOK_UP, _TELL, _BURY = Purpose.LOOK_UP, Purpose.TELL, Purpose.BURY

Need = tuple[int, Purpose]  # the number of a touch

_Group = list[tuple[int, Move]]
"""Touches that leave a node in one call, and what it does for each."""


class _Errand:
    """What a node is called for. `factor` is how often each operation is done there."""

    __slots__ = ("factor", "needs", "touches", "visits")

    def __init__(self, needs: tuple[Need, ...], factor: float) -> None:
        self.needs = needs
        self.factor = factor
        self.touches = tuple([touch for touch, _ in needs])
        self.visits: dict[int, int] = {}  # numbers of those that are made, by node


_Leg = tuple[Edge, float, _Errand]
"""A possible target of a call, its part of the calls, and what it is called for."""

_Called = tuple[float, list[_Leg], Condition | None, bool, bool]
"""A call before the visits it leads to are made: how often, where to, after which miss, whether nobody waits, whether
it is optional. Plain, as there are many."""

_Sketch = tuple[list[Work], list[_Called], float]
"""A visit before it is made: its work, its calls, and the messages of a queue that are never done."""

# A named tuple is made in a third of the time without its own constructor, and plans have thousands of them.
_make = tuple.__new__


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
        stack: list[tuple[int, _Errand, _Sketch | None]] = [(node, root, None)]
        while stack:
            here, errand, sketch = stack.pop()
            if sketch is None:
                if here in errand.visits:
                    continue
                sketch = self._sketch(here, errand)
                missing = [
                    (leg[0][0], leg[2], None)
                    for called in sketch[1]
                    for leg in called[1]
                    if leg[0][0] not in leg[2].visits
                ]
                if missing:
                    stack.append((here, errand, sketch))
                    stack += missing
                    continue
            self._finish(here, errand, sketch)
        number = root.visits[node]
        self._network.entries[number] = weight
        return self._network.visits[number]

    def _errand(self, needs: tuple[Need, ...], factor: float = 1.0) -> _Errand:
        key = (needs, factor)
        errand = self._errands.get(key)
        if errand is None:
            errand = self._errands[key] = _Errand(needs, factor)
        return errand

    def _finish(self, node: int, errand: _Errand, sketch: _Sketch) -> None:
        network, here = self._network, 1 << node
        visits, inflow, needed = network.visits, network.inflow, network.needed
        number = errand.visits[node] = len(visits)
        work, sketched, given_up = sketch
        calls = []
        for times, legs, condition, deferred, optional in sketched:
            touches, before, asked, on_miss = legs[0][2].touches, here, 0.0, None
            if condition is not None:
                asked = math.fsum([self._touches[touch].count for touch in touches])
                on_miss = condition.caches[0].cache
                before |= condition.places
            options = []
            for (target, _, connection, name), weight, wanted in legs:
                callee = wanted.visits[target]
                options.append(_make(Option, (weight, name, visits[callee])))
                inflow[callee].append((number, times * weight, condition, asked, connection, deferred))
                needed[target] |= before
            calls.append(_make(Call, (touches, times, tuple(options), on_miss, deferred, optional)))
        visit = (self._topology.ids[node], errand.touches, tuple(work), tuple(calls), number - self._begun)
        visits.append(_make(Visit, visit))
        inflow.append([])
        network.places.append(node)
        if given_up:
            network.given_up[number] = given_up

    def _sketch(self, node: int, errand: _Errand) -> _Sketch:
        work: list[Work] = []
        groups: dict[object, _Group] = {}
        of, demands = self._moves.of, self._demands
        for touch, purpose in errand.needs:
            move = of(node, demands[touch], purpose)
            if move.works:
                done = self._works[touch]
                work.append(done if errand.factor == 1.0 else Work(touch, done.count * errand.factor))
            if move.ends:
                continue
            if move.group in groups:
                groups[move.group].append((touch, move))
            else:
                groups[move.group] = [(touch, move)]
        if not groups:
            return work, [], 0.0
        if len(errand.needs) == 1 and move.sole:
            needs = errand.needs if move.purpose is purpose else ((touch, move.purpose),)
            return work, [self._call(move.onward, needs, move.condition, move.deferred, False)], 0.0
        return self._call_groups(node, work, list(groups.values()))

    def _call_groups(self, node: int, work: list[Work], groups: list[_Group]) -> _Sketch:
        """The calls in order: lookups before the first call that depends on them, news of a write after it."""
        calls: list[_Called] = []
        given_up = 0.0
        asked: list[Candidates] = []
        for group in groups:
            move = group[0][1]
            if move.asked.shares and move.asked not in asked:
                asked.append(move.asked)
                calls.append(self._call(move.asked, _lookups(groups, move.asked), None, False, True))
            needs = tuple([(touch, each.purpose) for touch, each in group])
            calls.append(self._call(move.onward, needs, move.condition, move.deferred, False))
            told = [each.told for _, each in group if each.told]
            for caches in dict.fromkeys(told) if told else ():
                news = tuple([(touch, _TELL) for touch, each in group if each.told == caches])
                calls += [self._call(cache, news, None, False, True) for cache in caches]
            if move.onward.terms and move.onward.terms.given_up:
                given_up += self._bury(node, move.onward.terms, calls, needs)
        return work, calls, given_up

    def _bury(self, queue: int, terms: Terms, calls: list[_Called], needs: Sequence[Need]) -> float:
        """Add the call by which a queue puts away what its consumers, the last called, have failed to do.

        Returns how many messages there are of these for each visit of the queue, where it cannot put them away.
        """
        times, legs, *_ = calls[-1]
        parts = zip(legs, terms.given_up, terms.deliveries, strict=True)
        given_up = times * sum([weight * part / handed for (_, weight, _), part, handed in parts])
        letters = dead_letters(self._topology, queue)
        if not letters.shares:
            return given_up
        if given_up > 0.0:
            buried = tuple([(touch, _BURY) for touch, _ in needs])
            call = self._call(letters, buried, None, True, True)
            calls.append((call[0] * given_up, *call[1:]))
        return 0.0

    def _call(
        self,
        candidates: Candidates,
        needs: tuple[Need, ...],
        condition: Condition | None,
        deferred: bool,
        optional: bool,
    ) -> _Called:
        terms = candidates.terms
        if terms is None:
            errand = self._errand(needs)
            legs = [(edge, weight, errand) for edge, weight in candidates.shares]
            return 1.0, legs, condition, deferred, optional
        multiplied = []
        each = zip(candidates.shares, terms.calls, terms.deliveries, strict=True)
        for (edge, weight), calls, handed in each:
            # Where the request ends, several calls are as many operations of one; elsewhere they are calls.
            several = calls != 1.0 and self._ends(edge[0], needs)
            errand = self._errand(needs, calls if several else 1.0)
            multiplied.append((edge, weight * handed * (1.0 if several else calls), errand))
        times = sum([weight for _, weight, _ in multiplied])
        legs = [(edge, weight / times, errand) for edge, weight, errand in multiplied]
        return times, legs, condition, deferred or terms.deferred, optional

    def _ends(self, node: int, needs: tuple[Need, ...]) -> bool:
        return all(self._moves.of(node, self._demands[touch], purpose).ends for touch, purpose in needs)


def _lookups(groups: list[_Group], asked: Candidates) -> tuple[Need, ...]:
    """Everything of a visit that the same caches are asked for, so that they are asked once."""
    touches = [touch for group in groups if group[0][1].asked is asked for touch, _ in group]
    return tuple([(touch, _LOOK_UP) for touch in sorted(touches)])
