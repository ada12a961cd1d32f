"""What a node does with a request, by the behaviour of its component: the visits and calls of a plan.

A router makes one call for everything that has the same candidates, to one of them. A service makes one call for
each set of candidates, and asks the caches beside it first. A cache answers reads and makes its onward call on a
miss. A queue hands on what it was given while its caller goes on. What serves a touch ends it there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from designer.scenario.model import Touch
from designer.traffic.demands import Demand
from designer.traffic.model import Call, Option, Visit, Work
from designer.traffic.moves import Candidate, Candidates, Move, Moves, Purpose
from designer.traffic.network import Condition, Network
from designer.traffic.topology import Topology

_DO, _DEFER = Purpose.DO, Purpose.DEFER

Need = tuple[int, Purpose]  # the number of a touch
Key = tuple[int, tuple[Need, ...], float]  # node, needs, and how often each operation is done there


class _Called(NamedTuple):
    """A call before the visits it leads to are made."""

    touches: tuple[int, ...]
    times: float
    options: Sequence[Candidate]
    keys: list[Key]  # of the visits the options lead to
    condition: Condition | None
    deferred: bool
    optional: bool


class _Group(NamedTuple):
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
        self._touches = touches
        self._demands = demands
        self._numbers: dict[Key, int] = {}  # of the visits that are made
        self._works = [Work(number, touch.count) for number, touch in enumerate(touches)]

    def enter(self, node: int, touches: Sequence[int], weight: float) -> Visit:
        """The visit of a client's own node for these touches. The ways must be free of cycles."""
        needs = tuple([(touch, _DEFER if self._touches[touch].deferred else _DO) for touch in touches])
        root: Key = (node, needs, 1.0)
        numbers = self._numbers
        sketches: dict[Key, tuple[list[Work], list[_Called]]] = {}
        # Callees first, with a stack of our own: a long chain of nodes is no reason to run out of Python's.
        stack = [root]
        while stack:
            key = stack[-1]
            if key in numbers:
                stack.pop()
                continue
            sketch = sketches.get(key)
            if sketch is None:
                sketch = sketches[key] = self._sketch(key)
                for called in sketch[1]:
                    stack += called.keys
            else:
                stack.pop()
                self._finish(key, *sketch)
        number = numbers[root]
        self._network.entries[number] = weight
        return self._network.visits[number]

    def _finish(self, key: Key, work: list[Work], sketched: list[_Called]) -> None:
        network, numbers = self._network, self._numbers
        visits, inflow = network.visits, network.inflow
        node, needs, _ = key
        number = numbers[key] = len(visits)
        calls = []
        for touches, times, candidates, keys, condition, deferred, optional in sketched:
            asked, on_miss = 0.0, None
            if condition is not None:
                asked = math.fsum([self._touches[touch].count for touch in touches])
                on_miss = condition.caches[0].cache
            options = []
            for candidate, wanted in zip(candidates, keys, strict=True):
                weight, callee = candidate.weight, numbers[wanted]
                options.append(Option(weight, candidate.connection, visits[callee]))
                inflow[callee].append((number, times * weight, condition, asked, candidate.number, deferred))
            calls.append(Call(touches, times, tuple(options), on_miss, deferred, optional))
        visits.append(Visit(self._topology.ids[node], _touches(needs), tuple(work), tuple(calls)))
        inflow.append([])
        if self._topology.queues >> node & 1:
            self._give_up(number, node, sketched)

    def _give_up(self, number: int, node: int, calls: list[_Called]) -> None:
        """Note the messages per visit of a queue that are never done, and not put anywhere either."""
        given_up = sum(
            [
                call.times * option.weight * option.given_up / option.deliveries
                for call in calls
                for option in call.options
            ]
        )
        if given_up > 0.0 and not self._moves.dead_letters(node).options:
            self._network.given_up[number] = given_up

    def _sketch(self, key: Key) -> tuple[list[Work], list[_Called]]:
        """The work of a visit, and its calls."""
        node, needs, factor = key
        work: list[Work] = []
        groups: dict[object, _Group] = {}
        of, demands = self._moves.of, self._demands
        for need in needs:
            touch, purpose = need
            move = of(node, demands[touch], purpose)
            if move.works:
                done = self._works[touch]
                work.append(done if factor == 1.0 else Work(touch, done.count * factor))
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
        for move, needs, told in groups:
            if move.asked.options and move.asked not in asked:
                asked.append(move.asked)
                calls.append(self._call(move.asked, _lookups(groups, move.asked), None, False, True))
            onward = move.onward
            calls.append(self._call(onward, tuple(needs), move.condition, move.deferred, False))
            for caches, news in told.items():
                calls += [self._call(cache, tuple(news), None, False, True) for cache in caches]
            if onward.given_up > 0.0:
                calls += self._bury(node, onward.given_up, needs)
        return calls

    def _bury(self, queue: int, given_up: float, needs: Sequence[Need]) -> list[_Called]:
        """The call by which a queue puts away what its consumers have failed to do."""
        letters = self._moves.dead_letters(queue)
        if not letters.options:
            return []
        buried = tuple([(touch, Purpose.BURY) for touch, _ in needs])
        call = self._call(letters, buried, None, True, True)
        return [call._replace(times=call.times * given_up)]

    def _call(
        self,
        candidates: Candidates,
        needs: tuple[Need, ...],
        condition: Condition | None,
        deferred: bool,
        optional: bool,
    ) -> _Called:
        options, times = candidates.options, 1.0
        deferred = deferred or candidates.deferred
        if candidates.plain:
            keys: list[Key] = [(option.target, needs, 1.0) for option in options]
        else:
            options, keys = self._multiply(options, needs)
            times = sum([option.weight for option in options])
            options = tuple([option._replace(weight=option.weight / times) for option in options])
        return _Called(_touches(needs), times, options, keys, condition, deferred, optional)

    def _multiply(
        self, options: tuple[Candidate, ...], needs: tuple[Need, ...]
    ) -> tuple[tuple[Candidate, ...], list[Key]]:
        """The options with their calls as weights. Where the request ends, several calls are operations of one."""
        multiplied: list[Candidate] = []
        keys: list[Key] = []
        for option in options:
            several = option.calls != 1.0 and self._ends(option.target, needs)
            factor, calls = (option.calls, 1.0) if several else (1.0, option.calls)
            multiplied.append(option._replace(weight=option.weight * option.deliveries * calls))
            keys.append((option.target, needs, factor))
        return tuple(multiplied), keys

    def _ends(self, node: int, needs: tuple[Need, ...]) -> bool:
        return all(self._moves.of(node, self._demands[touch], purpose).ends for touch, purpose in needs)


def _touches(needs: tuple[Need, ...]) -> tuple[int, ...]:
    return (needs[0][0],) if len(needs) == 1 else tuple([touch for touch, _ in needs])


def _lookups(groups: list[_Group], asked: Candidates) -> tuple[Need, ...]:
    """Everything of a visit that the same caches are asked for, so that they are asked once."""
    touches = [touch for group in groups if group.move.asked is asked for touch, _ in group.needs]
    return tuple([(touch, Purpose.LOOK_UP) for touch in sorted(touches)])
