"""How long the visits of a plan take, from the last called to the first, and what each node is to blame for.

A visit lasts as long as its own operations and then its calls, one after the other or all at once, as its node says.
What a cache answers need not be called for; what a queue hands on is put off until after the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from designer.catalog.model import Behavior
from designer.performance.compose import (
    Key,
    Link,
    Part,
    Time,
    after,
    at_once,
    choose,
    in_turn,
    one_of,
    perhaps,
    repeat,
)
from designer.performance.misses import Misses
from designer.performance.operations import IDLE, Own, operate, operate_all
from designer.performance.setting import Setting
from designer.performance.stations import Job, Station
from designer.scenario.model import Access, Operation
from designer.traffic.model import Call, Plan, Visit

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})


@dataclass(slots=True)
class Timed:
    """A visit with its duration, `own` (operations at its node) and that of all it calls included."""

    node: str
    whole: Part
    service: float = 0.0  # mean seconds of the node's own operations
    waiting: float = 0.0
    idle: bool = False  # nothing is put off


@dataclass(slots=True)
class Blame:
    """Mean seconds of one request that are spent at a node and on the way to it."""

    service: float = 0.0
    waiting: float = 0.0
    network: float = 0.0


@dataclass(frozen=True, slots=True)
class Walk:
    """A plan with its duration."""

    time: Time
    blame: dict[str, Blame]  # by node, in the order of first visit
    saturated: tuple[str, ...]  # nodes on the way whose queues grow without end


@dataclass(slots=True)
class _Branch:
    """A call that may be made: the chance that no cache makes it needless, and the visits it may become."""

    call: Call
    chance: float
    targets: tuple[Key, ...]
    late: tuple[Key, ...] = ()  # the same visits' work put off


class Walker:
    """Times one plan. Nodes that are `overloaded` never answer."""

    def __init__(self, setting: Setting, plan: Plan, *, overloaded: frozenset[str] = frozenset()) -> None:
        drawing = setting.drawing
        self._plan = plan
        self._touches = setting.scenario.workloads[plan.workload].touches
        self._components = drawing.components
        self._stations = setting.stations
        self._distances = drawing.distances
        self._at_once = drawing.at_once
        self._misses = Misses(setting.traffic, drawing.components, self._touches)
        self._overloaded = overloaded
        self._visits: dict[int, Visit] = {}
        self._timed: dict[Key, Timed] = {}

    @property
    def nodes(self) -> set[str]:
        """All nodes that the plan visits."""
        return {visit.node for visit in self._all_visits}

    @cached_property
    def puts_off(self) -> bool:
        """Whether any of the work is done after the answer."""
        return any(call.deferred for visit in self._all_visits for call in visit.calls)

    @cached_property
    def _all_visits(self) -> list[Visit]:
        seen = {id(entry.visit): entry.visit for entry in self._plan.entries}
        waiting = list(seen.values())
        while waiting:
            for call in waiting.pop().calls:
                for option in call.options:
                    if id(option.visit) not in seen:
                        seen[id(option.visit)] = option.visit
                        waiting.append(option.visit)
        return list(seen.values())

    def walk(self, *, late: bool = False) -> Walk | None:
        """The time to the answer, or with `late` from the answer to the end of the work put off; None without any."""
        if late and not self.puts_off:
            return None
        roots = self._roots(late)
        total = math.fsum(weight for weight, _ in roots)
        if total == 0.0:
            return None
        roots = [(weight / total, key) for weight, key in roots]
        return self._attribute(one_of((weight, self._timed[key].whole.time) for weight, key in roots), roots)

    def served(self) -> Iterator[tuple[str, float, float]]:
        """Of each visit on the way to the answer: its node, how often a request makes it, its mean without queueing."""
        for key, _, count in self._weigh(self._roots(late=False)):
            timed = self._timed[key]
            yield timed.node, count, timed.whole.served

    def _roots(self, late: bool) -> list[tuple[float, Key]]:
        roots = []
        for entry in self._plan.entries:
            key = self._key(entry.visit, at_once=False, share=1.0, late=late)
            self._measure(key)
            if not self._timed[key].idle:
                roots.append((entry.weight, key))
        return roots

    def _key(self, visit: Visit, *, at_once: bool, share: float, late: bool) -> Key:
        self._visits[id(visit)] = visit
        return id(visit), at_once, share, late

    def _measure(self, root: Key) -> None:
        """Time a visit and all it leads to, with a stack of our own: chains may be longer than Python's."""
        branches: dict[Key, list[_Branch]] = {}
        stack = [root]
        while stack:
            key = stack[-1]
            if key in self._timed:
                stack.pop()
            elif key not in branches:
                found = branches[key] = self._late_branches(key) if key[3] else self._branches(key)
                for branch in found:
                    stack.extend(branch.targets)
                    stack.extend(branch.late)
            else:
                stack.pop()
                finish = self._finish_late if key[3] else self._finish
                self._timed[key] = finish(key, branches[key])

    def _branches(self, key: Key) -> list[_Branch]:
        """The calls that the answer waits for."""
        number, at_once, share, _ = key
        visit = self._visits[number]
        # A router does as it was asked; anybody else asks as is drawn.
        if self._components[visit.node].behavior is not Behavior.ROUTER:
            at_once = visit.node in self._at_once
        found = []
        for call in visit.calls:
            if call.deferred:
                continue
            chance, left = self._misses.chance(visit, call, share)
            if chance > 0.0 and call.times > 0.0:
                targets = tuple(
                    self._key(option.visit, at_once=at_once, share=left, late=False)
                    for option in call.options
                )
                found.append(_Branch(call, chance, targets))
        return found

    def _late_branches(self, key: Key) -> list[_Branch]:
        """The calls that are put off, and those that lead to such."""
        visit = self._visits[key[0]]
        found = []
        for call in visit.calls:
            late = tuple(
                self._key(option.visit, at_once=False, share=1.0, late=True) for option in call.options
            )
            targets: tuple[Key, ...] = ()
            if call.deferred:
                targets = tuple(
                    self._key(option.visit, at_once=False, share=1.0, late=False) for option in call.options
                )
            found.append(_Branch(call, 1.0, targets, late))
        return found

    def _finish(self, key: Key, branches: Sequence[_Branch]) -> Timed:
        visit = self._visits[key[0]]
        own = self._work(visit, key)
        time, waiting = (None, math.inf) if visit.node in self._overloaded else (own.time, own.waiting)
        called = self._call_all(visit, branches)
        whole = Part(after(time, called.time), own.served + called.served, called.links)
        return Timed(visit.node, whole, own.service, waiting)

    def _call_all(self, visit: Visit, branches: Sequence[_Branch]) -> Part:
        parts = [self._call(visit.node, branch) for branch in branches]
        if len(parts) > 1 and visit.node in self._at_once:
            return at_once([in_turn(chain) for chain in self._chains(visit, branches, parts)])
        return in_turn(parts)

    def _finish_late(self, key: Key, branches: Sequence[_Branch]) -> Timed:
        """The end of what is put off: of several such works the last to be done."""
        node = self._visits[key[0]].node
        parts = []
        for branch in branches:
            part = self._put_off(node, branch) if branch.call.deferred else self._leads_to(branch)
            if part is not None:
                parts.append(part)
        return Timed(node, at_once(parts), idle=not parts)

    def _call(self, node: str, branch: _Branch) -> Part:
        call = branch.call
        options = [
            (option.weight, self._reach(node, option.visit.node, target))
            for option, target in zip(call.options, branch.targets, strict=True)
        ]
        repeated = repeat(choose(options), call.times, together=node in self._at_once)
        return perhaps(repeated, branch.chance)

    def _reach(self, source: str, target: str, *keys: Key) -> Part:
        """The way to a node and what is then done there."""
        way = self._distances.between(source, target)
        wholes = [self._timed[key].whole for key in keys]
        links = [Link(key, 1.0, 1.0, 0.0) for key in keys[1:]]
        return Part(
            after(way, *[whole.time for whole in wholes]),
            way.mean + math.fsum([whole.served for whole in wholes]),
            (Link(keys[0], 1.0, 1.0, way.mean), *links),
        )

    def _put_off(self, node: str, branch: _Branch) -> Part:
        """A call out of a queue, to the end of the consumer's work and of what that puts off in turn."""
        options = [
            (option.weight, self._reach(node, option.visit.node, target, later))
            for option, target, later in zip(branch.call.options, branch.targets, branch.late, strict=True)
        ]
        # Consumers take messages as they become free: several are worked on at the same time.
        return repeat(choose(options), branch.call.times, together=True)

    def _leads_to(self, branch: _Branch) -> Part | None:
        """A call that is waited for, but after which something is put off."""
        options = [
            (option.weight, key)
            for option, key in zip(branch.call.options, branch.late, strict=True)
            if not self._timed[key].idle
        ]
        total = math.fsum(weight for weight, _ in options)
        if total == 0.0:
            return None
        parts = []
        for weight, key in options:
            whole = self._timed[key].whole
            parts.append((weight / total, Part(whole.time, whole.served, (Link(key, 1.0, 1.0, 0.0),))))
        return repeat(choose(parts), max(1.0, branch.call.times), together=True)

    def _chains(self, visit: Visit, branches: Sequence[_Branch], parts: Sequence[Part]) -> list[list[Part]]:
        """The calls of a visit that may be made at once, each with what has to follow it.

        A store is asked after the cache that did not know; a cache is told to forget after the store was updated.
        """
        chains: list[list[Part]] = []
        looked_up: dict[int, list[Part]] = {}
        for branch, part in zip(branches, parts, strict=True):
            call = branch.call
            updates = self._touches[call.touches[0]].operation is Operation.UPDATE
            if call.on_miss not in (None, visit.node) and call.touches[0] in looked_up:
                looked_up[call.touches[0]].append(part)
            elif call.optional and updates and chains:
                chains[-1].append(part)
            else:
                chains.append([part])
                if call.optional:
                    looked_up.update(dict.fromkeys(call.touches, chains[-1]))
        return chains

    def _work(self, visit: Visit, key: Key) -> Own:
        """The operations done at the node of a visit itself."""
        behavior = self._components[visit.node].behavior
        if behavior is Behavior.CLIENT or (not visit.work and behavior in _KEEPS_DATA):
            return IDLE
        station = self._stations[visit.node]
        if not visit.work:
            return operate(station.read, 1.0, together=False)
        _, together, share, _ = key
        done = [
            operate(self._job(station, work.touch, behavior), work.count * share, together=together)
            for work in visit.work
        ]
        return done[0] if len(done) == 1 else operate_all(done, together=together)

    def _job(self, station: Station, number: int, behavior: Behavior) -> Job:
        touch = self._touches[number]
        if touch.capability is None and touch.operation is not Operation.READ:
            return station.write
        if touch.access is Access.SCATTER and behavior is not Behavior.CACHE:
            return station.scattered
        return station.read

    def _attribute(self, time: Time, roots: Sequence[tuple[float, Key]]) -> Walk:
        weighed = list(self._weigh(roots))
        blame = {self._timed[key].node: Blame() for key, _, _ in weighed}
        saturated: dict[str, None] = {}
        for key, times, count in weighed:
            timed = self._timed[key]
            found = blame[timed.node]
            for link in timed.whole.links:
                blame[self._timed[link.target].node].network += times * link.times * link.network
            if timed.waiting == math.inf:
                saturated[timed.node] = None
                found.waiting = math.inf
                found.service += count * timed.service
            else:
                found.service += times * timed.service
                found.waiting += times * timed.waiting
        return Walk(time, blame, tuple(saturated))

    def _weigh(self, roots: Sequence[tuple[float, Key]]) -> Iterator[tuple[Key, float, float]]:
        """Every visit after all that lead to it: how often it is part of the mean, and how often it is made."""
        times: dict[Key, float] = {}
        counts: dict[Key, float] = {}
        for weight, key in roots:
            times[key] = times.get(key, 0.0) + weight
            counts[key] = counts.get(key, 0.0) + weight
        for key in self._callers_first([key for _, key in roots]):
            for link in self._timed[key].whole.links:
                times[link.target] = times.get(link.target, 0.0) + times[key] * link.times
                counts[link.target] = counts.get(link.target, 0.0) + counts[key] * link.made
            yield key, times[key], counts[key]

    def _callers_first(self, roots: Sequence[Key]) -> list[Key]:
        done: list[Key] = []
        opened: set[Key] = set()
        stack = list(roots)
        closed: set[Key] = set()
        while stack:
            key = stack[-1]
            if key in opened:
                stack.pop()
                if key not in closed:
                    closed.add(key)
                    done.append(key)
                continue
            opened.add(key)
            # The stack takes the last first and the result is turned round: so the first call comes first.
            stack.extend(link.target for link in self._timed[key].whole.links if link.target not in opened)
        return done[::-1]


@lru_cache(maxsize=32)
def walker_of(setting: Setting, workload: str) -> Walker:
    """The walker of a workload's plan; asked for again it is the same one, with all it has timed. Raises KeyError."""
    return Walker(setting, setting.traffic.plans[workload])
