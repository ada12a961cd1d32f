"""What a node does with a request, by the behaviour of its component: the visits and calls of a plan.

A router makes one call for everything that has the same candidates, to one of them. A service makes one call for
each set of candidates, and asks the caches beside it first. A cache answers reads and makes its onward call on a
miss. A queue hands on what it was given while its caller goes on. What serves a touch ends it there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.scenario.model import Operation, Touch
from designer.traffic.candidates import Candidates, Terms, dead_letters
from designer.traffic.demands import Demand
from designer.traffic.model import Call, Option, Visit, Work
from designer.traffic.moves import Move, Moves, Purpose
from designer.traffic.network import Condition, Network
from designer.traffic.topology import Edge, Topology

_DO, _DEFER = Purpose.DO, Purpose.DEFER
_LOOK_UP, _TELL, _BURY = Purpose.LOOK_UP, Purpose.TELL, Purpose.BURY

Need = tuple[int, Purpose]  # the number of a touch

_Group = tuple[list[Need], list[Move]]
"""Touches that leave a node in one call, for what, and what the node does for each."""


class _Errand:
    """What a node is called for. `factor` is how often each operation is done there."""

    __slots__ = ("factor", "needs", "touches", "visits")

    def __init__(self, needs: tuple[Need, ...], factor: float) -> None:
        self.needs = needs
        self.factor = factor
        self.touches = tuple([touch for touch, _ in needs])
        self.visits: dict[int, int] = {}  # numbers of those that are made, by node


_Run = tuple[_Errand, Sequence[tuple[Edge, float]]]
"""Possible targets of a call that are called for the same, and their parts of the calls."""

_Called = tuple[float, Sequence[_Run], Condition | None, bool, bool]
"""A call before the visits it leads to are made: how often, its possible targets, after which miss, whether nobody
waits, whether it is optional. Plain, as there are many."""

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
        self._names = topology.names
        self._touches = touches
        self._demands = demands
        self._errands: dict[tuple[Need, ...], _Errand] = {}
        self._multiplied: dict[tuple[tuple[Need, ...], float], _Errand] = {}
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
                missing: list[tuple[int, _Errand, _Sketch | None]] = []
                for _, runs, _, _, _ in sketch[1]:
                    for wanted, shares in runs:
                        made = wanted.visits
                        for (target, _, _), _ in shares:
                            if target not in made:
                                missing.append((target, wanted, None))
                if missing:
                    stack.append((here, errand, sketch))
                    stack += missing
                    continue
            self._finish(here, errand, sketch)
        number = root.visits[node]
        self._network.entries[number] = weight
        return self._network.visits[number]

    def _errand(self, needs: tuple[Need, ...]) -> _Errand:
        errand = self._errands.get(needs)
        if errand is None:
            errand = self._errands[needs] = _Errand(needs, 1.0)
        return errand

    def _multiply(self, needs: tuple[Need, ...], factor: float) -> _Errand:
        key = (needs, factor)
        if key not in self._multiplied:
            self._multiplied[key] = _Errand(needs, factor)
        return self._multiplied[key]

    def _finish(self, node: int, errand: _Errand, sketch: _Sketch) -> None:
        network, names, here = self._network, self._names, 1 << node
        visits, inflow, needed = network.visits, network.inflow, network.needed
        work, sketched, given_up = sketch
        number = errand.visits[node] = len(visits)
        calls = []
        for times, runs, condition, deferred, optional in sketched:
            touches = runs[0][0].touches
            if condition is None:
                before, asked, on_miss = here, 0.0, None
            else:
                before, on_miss = here | condition.places, condition.caches[0].cache
                asked = math.fsum([self._touches[touch].count for touch in touches])
            options = []
            for wanted, shares in runs:
                made = wanted.visits
                for (target, _, connection), weight in shares:
                    callee = made[target]
                    options.append(_make(Option, (weight, names[connection], visits[callee])))
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
        sole = True
        of, demands = self._moves.of, self._demands
        for need in errand.needs:
            touch, purpose = need
            move = of(node, demands[touch], purpose)
            if move.works:
                done = self._works[touch]
                work.append(done if errand.factor == 1.0 else Work(touch, done.count * errand.factor))
            if move.ends:
                continue
            if not move.sole:
                sole = False
            if move.purpose is not purpose:
                need = (touch, move.purpose)
            group = groups.get(move.group)
            if group is None:
                groups[move.group] = ([need], [move])
            else:
                group[0].append(need)
                group[1].append(move)
        if not sole:
            return self._call_groups(node, work, list(groups.values()))
        calls = []
        for together, moves in groups.values():
            move, needs = moves[0], tuple(together)
            wanted = errand if needs == errand.needs else self._errand(needs)
            calls.append(self._call(move.onward, wanted, move.condition, move.deferred, False))
        return work, calls, 0.0

    def _call_groups(self, node: int, work: list[Work], groups: list[_Group]) -> _Sketch:
        """The calls in order: lookups before the first call that depends on them, news of a write after it."""
        calls: list[_Called] = []
        given_up = 0.0
        asked: list[int] = []
        for group in groups:
            needs, moves = tuple(group[0]), group[1]
            move = moves[0]
            if move.asked.shares and move.aside not in asked:
                asked.append(move.aside)
                lookups = self._errand(_lookups(groups, move.aside))
                calls.append(self._call(move.asked, lookups, None, False, True))
            calls.append(self._call(move.onward, self._errand(needs), move.condition, move.deferred, False))
            told = {each.aside: each.told for each in moves if each.told}
            for aside, caches in told.items():
                both = zip(needs, moves, strict=True)
                news = self._errand(tuple([(touch, _TELL) for (touch, _), its in both if its.aside == aside]))
                calls += [self._call(cache, news, None, False, True) for cache in caches]
            if move.onward.terms and move.onward.terms.given_up:
                given_up += self._bury(node, move.onward.terms, calls, needs)
        return work, calls, given_up

    def _bury(self, queue: int, terms: Terms, calls: list[_Called], needs: Sequence[Need]) -> float:
        """Add the call by which a queue puts away what its consumers, the last called, have failed to do.

        Returns how many messages there are of these for each visit of the queue, where it cannot put them away.
        """
        times, runs, *_ = calls[-1]
        weights = [weight for _, shares in runs for _, weight in shares]
        parts = zip(weights, terms.given_up, terms.deliveries, strict=True)
        given_up = times * sum([weight * part / handed for weight, part, handed in parts])
        letters = dead_letters(self._topology, queue)
        if not letters.shares:
            return given_up
        if given_up > 0.0:
            buried = self._errand(tuple([(touch, _BURY) for touch, _ in needs]))
            call = self._call(letters, buried, None, True, True)
            calls.append((call[0] * given_up, *call[1:]))
        return 0.0

    def _call(
        self,
        candidates: Candidates,
        errand: _Errand,
        condition: Condition | None,
        deferred: bool,
        optional: bool,
    ) -> _Called:
        shares, terms = candidates.shares, candidates.terms
        if terms is None:
            return 1.0, ((errand, shares),), condition, deferred, optional
        legs, needs = [], errand.needs
        each = zip(shares, terms.calls, terms.deliveries, strict=True)
        for (edge, weight), calls, handed in each:
            # Where the request ends, several calls are as many operations of one; elsewhere they are calls.
            if calls != 1.0 and self._ends(edge[0], needs):
                legs.append((edge, weight * handed, self._multiply(needs, calls)))
            else:
                legs.append((edge, weight * handed * calls, errand))
        times = sum([weight for _, weight, _ in legs])
        runs = [(wanted, ((edge, weight / times),)) for edge, weight, wanted in legs]
        dispensable = terms.dispensable and not any(self._writes(touch) for touch, _ in needs)
        return times, runs, condition, deferred or terms.deferred, optional or dispensable

    def _writes(self, number: int) -> bool:
        """Whether a touch changes data: no answer of the caller's own does that."""
        touch = self._touches[number]
        return touch.capability is None and touch.operation is not Operation.READ

    def _ends(self, node: int, needs: tuple[Need, ...]) -> bool:
        return all(self._moves.of(node, self._demands[touch], purpose).ends for touch, purpose in needs)


def _lookups(groups: list[_Group], aside: int) -> tuple[Need, ...]:
    """Everything of a visit that the same caches are asked for, so that they are asked once."""
    alike = [needs for needs, (move, *_) in groups if move.asked.shares and move.aside == aside]
    return tuple([(touch, _LOOK_UP) for touch in sorted([touch for needs in alike for touch, _ in needs])])
