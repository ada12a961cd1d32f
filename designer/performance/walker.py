"""How long the visits of a plan take, from the last called to the first.

A visit lasts as long as its own operations and then its calls, one after the other or all at once, as its node says.
What a cache answers need not be called for; what is put off is done after the answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.design.model import Index
from designer.performance.attempts import seen_by_caller
from designer.performance.bands import Approximation
from designer.performance.compose import (
    Link,
    Part,
    Time,
    after,
    at_once,
    in_turn,
    one_of,
    perhaps,
    proportion,
    repeat_time,
)
from designer.performance.distributions import Distribution, mix, then
from designer.performance.misses import Misses
from designer.performance.operations import IDLE, Own, operate, operate_all
from designer.performance.setting import Setting
from designer.performance.stations import Job, Station
from designer.scenario.model import Access, Operation
from designer.traffic.model import Call, Option, Plan, Visit

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})

Key = tuple[int, bool, float, bool]
"""A visit in the manner it is made: with operations at once, with what part of them left to do, to its late end."""


class Timed(NamedTuple):
    """A visit with its duration and that of all it calls."""

    node: str
    time: Time
    served: float  # its mean when nobody else asks, at the least
    links: Sequence[Link]
    service: float = 0.0  # mean seconds of the node's own operations
    waiting: float = 0.0
    idle: bool = False  # nothing is put off


class Trial(NamedTuple):
    """Calls of a visit over a connection that may be tried again."""

    caller: int  # number of the visit
    connection: str
    made: float  # first tries a visit
    time: Time  # of one try
    target: int


class _Branch(NamedTuple):
    """A call that may be made: the chance that no cache makes it needless, and the visits it may become."""

    call: Call
    chance: float
    targets: Sequence[Key]
    late: Sequence[Key | None] = ()  # the same visits' work put off, where there is any


class Walker:
    """Times one plan, to the answer or with `late` from there to the end of what is put off.

    Nodes that are `overloaded` never answer. `timed` has every visit after all that it leads to.
    """

    def __init__(
        self, setting: Setting, plan: Plan, *, late: bool = False, overloaded: frozenset[str] = frozenset()
    ) -> None:
        drawing = setting.drawing
        self._setting = setting
        self._plan = plan
        self._late = late
        self._leading = _leading_to_later(plan) if late else frozenset()
        self._touches = setting.scenario.workloads[plan.workload].touches
        self._components = drawing.components
        self._stations = setting.stations
        self._between = drawing.distances.between
        self._at_once = drawing.at_once
        self._policies = drawing.policies
        self._nearby = setting.answering_nearby
        self._misses = Misses(setting.traffic, drawing.components, self._touches)
        self._overloaded = overloaded
        self._visits: dict[int, Visit] = {}
        self._numbers: dict[Key, int] = {}
        self.timed: list[Timed] = []
        self.tries: list[Trial] = []
        self.approximations: set[Approximation] = set()
        self.puts_off = False

    def roots(self) -> list[tuple[float, int]]:
        """The visits that requests begin with, by number, and how many of the requests begin there."""
        roots = []
        # The last visit to be measured is the first in the order of visits.
        for entry in reversed(self._plan.entries):
            key = self._key(entry.visit, False, 1.0, self._late)
            self._measure(key)
            number = self._numbers[key]
            if not self.timed[number].idle:
                roots.append((entry.weight, number))
        return roots[::-1]

    def _key(self, visit: Visit, together: bool, share: float, late: bool) -> Key:
        number = id(visit)
        self._visits[number] = visit
        return number, together, share, late

    def _measure(self, root: Key) -> None:
        """Time a visit and all it leads to, with a stack of our own: chains may be longer than Python's."""
        numbers = self._numbers
        branches: dict[Key, list[_Branch]] = {}
        stack = [root]
        while stack:
            key = stack[-1]
            if key in numbers:
                stack.pop()
                continue
            found = branches.get(key)
            if found is None:
                found = branches[key] = self._late_branches(key) if key[3] else self._branches(key)
                for branch in found:
                    stack += branch.targets
                    if branch.late:
                        stack += [wanted for wanted in branch.late if wanted is not None]
            else:
                stack.pop()
                timed = self._finish_late(key, found) if key[3] else self._finish(key, found)
                numbers[key] = len(self.timed)
                self.timed.append(timed)

    def _branches(self, key: Key) -> list[_Branch]:
        """The calls that the answer waits for."""
        number, together, share, _ = key
        visit = self._visits[number]
        # A router does as it was asked; anybody else asks as is drawn.
        if self._components[visit.node].behavior is not Behavior.ROUTER:
            together = visit.node in self._at_once
        found = []
        visits = self._visits
        for call in visit.calls:
            if call.deferred:
                self.puts_off = True
                continue
            chance, left = (1.0, share) if call.on_miss is None else self._misses.chance(visit, call, share)
            if chance > 0.0 and call.times > 0.0:
                targets = []
                for option in call.options:
                    number = id(option.visit)
                    visits[number] = option.visit
                    targets.append((number, together, left, False))
                found.append(_Branch(call, chance, targets))
        return found

    def _late_branches(self, key: Key) -> list[_Branch]:
        """The calls that are put off, and those that lead to such."""
        found = []
        for call in self._visits[key[0]].calls:
            late = [
                self._key(option.visit, False, 1.0, True) if id(option.visit) in self._leading else None
                for option in call.options
            ]
            if call.deferred:
                targets = [self._key(option.visit, False, 1.0, False) for option in call.options]
                found.append(_Branch(call, 1.0, targets, late))
            elif any(late):
                found.append(_Branch(call, 1.0, (), late))
        return found

    def _finish(self, key: Key, branches: Sequence[_Branch]) -> Timed:
        visit = self._visits[key[0]]
        node = visit.node
        own = self._work(visit, key)
        time, waiting = (None, math.inf) if node in self._overloaded else (own.time, own.waiting)
        if not branches:
            return Timed(node, time, own.served, (), own.service, waiting)
        if node in self._at_once:
            called = self._call_at_once(visit, branches)
            return Timed(
                node, after(time, called.time), own.served + called.served, called.links, own.service, waiting
            )
        served = own.served
        links: list[Link] = []
        for branch in branches:
            called = self._call(node, branch, False)
            time = None if time is None or called.time is None else then(time, called.time)
            served += called.served
            links += called.links
        return Timed(node, time, served, links, own.service, waiting)

    def _call_at_once(self, visit: Visit, branches: Sequence[_Branch]) -> Part:
        parts = [self._call(visit.node, branch, True) for branch in branches]
        if len(parts) < 2:
            return parts[0]
        self.approximations.add(Approximation.JOIN)
        return at_once([in_turn(chain) for chain in self._chains(visit, branches, parts)])

    def _finish_late(self, key: Key, branches: Sequence[_Branch]) -> Timed:
        """The end of what is put off: of several such works the last to be done."""
        node = self._visits[key[0]].node
        parts = []
        for branch in branches:
            part = self._call(node, branch, True) if branch.call.deferred else self._leads_to(branch)
            if part is not None:
                parts.append(part)
        if len(parts) > 1:
            self.approximations.add(Approximation.JOIN)
        last = at_once(parts)
        return Timed(node, last.time, last.served, last.links, idle=not parts)

    def _call(self, node: str, branch: _Branch, together: bool) -> Part:
        """A call with the way there. What is put off is done by whoever is free, so that several are done at once."""
        call, chance, targets, late = branch
        times = call.times
        ways: list[tuple[float, Distribution]] = []
        reached: list[tuple[int, float, float, float]] = []
        served = 0.0
        endless = False
        for place, option in enumerate(call.options):
            number = self._numbers[targets[place]]
            target = self.timed[number]
            weight = option.weight
            way = self._between(node, target[0]) if target[0] not in self._nearby else self._way(node, option)
            time = None if target[1] is None else then(way, target[1])
            length = way.mean + target[2]
            scale = 1.0
            if self._policies and option.connection in self._policies:
                time, scale = self._try(option, times * weight * chance, time, number)
            reached.append((number, weight, scale, way.mean))
            further = late[place] if late else None
            if further is not None:
                # Work put off includes what it puts off in turn.
                last = self._numbers[further]
                time = after(time, self.timed[last].time)
                length += self.timed[last].served
                reached.append((last, weight, 1.0, 0.0))
            if time is None:
                endless = True
            else:
                ways.append((weight, time))
            served += weight * length
        whole = None if endless else ways[0][1] if len(ways) == 1 else mix(tuple(ways))
        made = counted = chance
        often = 1.0
        if times != 1.0:
            whole, often, counted, made = self._repeat(whole, times, chance, together)
        links = [
            (number, weight * scale * counted, weight * made, way) for number, weight, scale, way in reached
        ]
        if chance < 1.0:
            whole = perhaps(whole, chance)
        return Part(whole, served * often * chance, links)

    def _repeat(
        self, time: Time, times: float, chance: float, together: bool
    ) -> tuple[Time, float, float, float]:
        """A call several times: how long, how often it counts with nobody waiting, in the mean, and how often made."""
        if times > 1.0:
            self.approximations.add(Approximation.BATCH)
        whole, counted = repeat_time(time, times, together=together)
        return whole, min(times, 1.0) if together else times, counted * chance, times * chance

    def _way(self, source: str, option: Option) -> Distribution:
        """The way to a store of which each copy takes writes."""
        work = option.visit.work
        if work and all(self._touches[item.touch].operation is not Operation.READ for item in work):
            return self._setting.drawing.distances.to_nearest(source, option.visit.node)
        return self._between(source, option.visit.node)

    def _try(self, option: Option, made: float, time: Time, number: int) -> tuple[Time, float]:
        """What the caller sees of a call that may be tried again, and how many of its means that is."""
        self.approximations.add(Approximation.TRIES)
        self.tries.append(Trial(len(self.timed), option.connection, made, time, number))
        if time is None:
            return None, 1.0
        errors = self._setting.drawing.figure(option.visit.node, "error_rate") or 0.0
        seen = seen_by_caller(time, self._policies[option.connection], errors)
        return seen, proportion(seen.mean, time.mean)

    def _leads_to(self, branch: _Branch) -> Part | None:
        """A call that is waited for, but after which something is put off."""
        options = [
            (option.weight, self._numbers[key])
            for option, key in zip(branch.call.options, branch.late, strict=True)
            if key is not None
        ]
        total = math.fsum([weight for weight, _ in options])
        if total == 0.0:
            return None
        options = [(weight / total, number) for weight, number in options]
        count = max(1.0, branch.call.times)
        one = one_of([(weight, self.timed[number].time) for weight, number in options])
        whole, times = repeat_time(one, count, together=True)
        served = math.fsum([weight * self.timed[number].served for weight, number in options])
        links = [(number, weight * times, weight * count, 0.0) for weight, number in options]
        return Part(whole, served, links)

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
        done = []
        for work in visit.work:
            count = work.count * share
            if count > 1.0:
                self.approximations.add(Approximation.BATCH)
            done.append(operate(self._job(station, work.touch, visit.node), count, together=together))
        return done[0] if len(done) == 1 else operate_all(done, together=together)

    def _job(self, station: Station, number: int, node: str) -> Job:
        touch = self._touches[number]
        if touch.capability is None and touch.operation is not Operation.READ:
            return station.write
        if touch.access is Access.KEY or self._components[node].behavior is Behavior.CACHE:
            return station.read
        local = self._setting.drawing.nodes[node].index is Index.LOCAL
        everywhere = touch.access is Access.SCATTER or (touch.access is Access.INDEX and local)
        if not everywhere:
            return station.read
        self.approximations.add(Approximation.JOIN)
        return station.scattered


def _leading_to_later(plan: Plan) -> frozenset[int]:
    """The visits (by identity) from which some call is put off, or that lead to such a one."""
    callers: dict[int, list[int]] = {}
    found: set[int] = set()
    seen = {id(entry.visit) for entry in plan.entries}
    waiting = [entry.visit for entry in plan.entries]
    while waiting:
        visit = waiting.pop()
        for call in visit.calls:
            if call.deferred:
                found.add(id(visit))
            for option in call.options:
                callee = id(option.visit)
                callers.setdefault(callee, []).append(id(visit))
                if callee not in seen:
                    seen.add(callee)
                    waiting.append(option.visit)
    left = list(found)
    while left:
        for caller in callers.get(left.pop(), ()):
            if caller not in found:
                found.add(caller)
                left.append(caller)
    return frozenset(found)
