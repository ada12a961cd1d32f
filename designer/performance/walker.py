"""How long the visits of a plan take, from the last called to the first.

A visit lasts as long as its own operations and then its calls, one after the other or all at once, as its node says.
What a cache answers need not be called for; what is put off is done after the answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.design.model import Index, Partitioning
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
from designer.performance.operations import IDLE, operate, operate_all
from designer.performance.setting import Setting
from designer.performance.stations import Job, Station
from designer.scenario.model import Access, Operation
from designer.traffic.model import Call, Option, Plan, Visit

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})

Key = tuple[int, bool, float, bool]
"""A visit (by identity) in the manner it is made: with operations at once, with what part of them left to do, to its
late end."""

_Wanted = tuple[Key, Visit, None]
"""A visit to be timed; its branches are not known yet."""


Timed = tuple[str, Time, float, Sequence[Link], float, float]
"""A visit with its duration and that of all it calls: its node; its time; the mean of that when nobody else asks, at
the least; the visits inside; the mean seconds of the node's own operations, and of waiting for them."""


class Trial(NamedTuple):
    """Calls of a visit over a connection that may be tried again."""

    caller: int  # number of the visit
    connection: str
    made: float  # first tries a visit
    time: Time  # of one try
    target: int


_Branch = tuple[Call, float, Sequence[_Wanted], Sequence[_Wanted | None]]
"""A call that may be made: the chance that no cache makes it needless, the visits it may become, and the same visits'
work put off, where there is any."""


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
        self._spots = drawing.distances.spots
        self._at_once = drawing.at_once
        self._policies = drawing.policies
        self._nearby = setting.answering_nearby
        self._misses = Misses(setting.miss_ratios, drawing.components, self._touches)
        self._overloaded = overloaded
        self._numbers: dict[Key, int] = {}
        self._idle: set[int] = set()  # numbers of visits of which nothing is put off
        self.timed: list[Timed] = []
        self.tries: list[Trial] = []
        self.approximations: set[Approximation] = set()
        self.puts_off = False

    def roots(self) -> list[tuple[float, int]]:
        """The visits that requests begin with, by number, and how many of the requests begin there."""
        roots = []
        # The last visit to be measured is the first in the order of visits.
        for entry in reversed(self._plan.entries):
            key = (id(entry.visit), False, 1.0, self._late)
            self._measure(key, entry.visit)
            number = self._numbers[key]
            if number not in self._idle:
                roots.append((entry.weight, number))
        return roots[::-1]

    def _measure(self, root: Key, first: Visit) -> None:
        """Time a visit and all it leads to, with a stack of our own: chains may be longer than Python's."""
        numbers, timed = self._numbers, self.timed
        stack: list[tuple[Key, Visit, Sequence[_Branch] | None]] = [(root, first, None)]
        while stack:
            key, visit, branches = stack.pop()
            if key in numbers:
                continue
            if branches is None and visit.calls:
                branches = self._late_branches(visit) if key[3] else self._branches(key, visit)
                stack.append((key, visit, branches))  # to be finished after all that are put on top of it
                for _, _, targets, late in branches:
                    stack += targets
                    if late:
                        stack += [wanted for wanted in late if wanted is not None]
                continue
            found = (self._finish_late if key[3] else self._finish)(key, visit, branches or ())
            numbers[key] = len(timed)
            timed.append(found)

    def _branches(self, key: Key, visit: Visit) -> list[_Branch]:
        """The calls that the answer waits for."""
        _, together, share, _ = key
        # A router does as it was asked; anybody else asks as is drawn.
        if self._components[visit.node].behavior is not Behavior.ROUTER:
            together = visit.node in self._at_once
        found: list[_Branch] = []
        for call in visit.calls:
            if call.deferred:
                self.puts_off = True
                continue
            chance, left = (1.0, share) if call.on_miss is None else self._misses.chance(visit, call, share)
            if chance > 0.0 and call.times > 0.0:
                targets: list[_Wanted] = [
                    ((id(callee), together, left, False), callee, None) for _, _, callee in call.options
                ]
                found.append((call, chance, targets, ()))
        return found

    def _late_branches(self, visit: Visit) -> list[_Branch]:
        """The calls that are put off, and those that lead to such."""
        found: list[_Branch] = []
        for call in visit.calls:
            targets: list[_Wanted] = []
            late: list[_Wanted | None] = []
            leads = False
            for _, _, callee in call.options:
                number = id(callee)
                leading = number in self._leading
                leads = leads or leading
                late.append(((number, False, 1.0, True), callee, None) if leading else None)
                if call.deferred:
                    targets.append(((number, False, 1.0, False), callee, None))
            if targets or leads:
                found.append((call, 1.0, targets, late))
        return found

    def _finish(self, key: Key, visit: Visit, branches: Sequence[_Branch]) -> Timed:
        node = visit.node
        time, service, waiting, served = self._work(key, visit)
        if node in self._overloaded:
            time, waiting = None, math.inf
        if not branches:
            return node, time, served, (), service, waiting
        if node in self._at_once:
            called = self._call_at_once(visit, branches)
            return node, after(time, called.time), served + called.served, called.links, service, waiting
        links: list[Link] = []
        for branch in branches:
            taken, least, inside = self._call(node, branch, False)
            time = None if time is None or taken is None else then(time, taken)
            served += least
            links += inside
        return node, time, served, links, service, waiting

    def _call_at_once(self, visit: Visit, branches: Sequence[_Branch]) -> Part:
        parts = [Part(*self._call(visit.node, branch, True)) for branch in branches]
        if len(parts) < 2:
            return parts[0]
        self.approximations.add(Approximation.JOIN)
        return at_once([in_turn(chain) for chain in self._chains(visit, branches, parts)])

    def _finish_late(self, key: Key, visit: Visit, branches: Sequence[_Branch]) -> Timed:
        """The end of what is put off: of several such works the last to be done."""
        parts = []
        for branch in branches:
            deferred = branch[0].deferred
            part = Part(*self._call(visit.node, branch, True)) if deferred else self._leads_to(branch)
            if part is not None:
                parts.append(part)
        if not parts:
            self._idle.add(len(self.timed))
        if len(parts) > 1:
            self.approximations.add(Approximation.JOIN)
        time, served, links = at_once(parts)
        return visit.node, time, served, links, 0.0, 0.0

    def _call(self, node: str, branch: _Branch, together: bool) -> tuple[Time, float, list[Link]]:
        """A call with the way there, as a part. What is put off is done by whoever is free, so that several are done
        at once."""
        call, chance, targets, late = branch
        times = call.times
        numbers, timed, spots, policies = self._numbers, self.timed, self._spots, self._policies
        here = spots[node].ways
        ways: list[tuple[float, Distribution]] = []
        links: list[Link] = []
        served = 0.0
        endless = False
        for place, (key, visit, _) in enumerate(targets):
            option = call.options[place]
            weight = option.weight
            number = numbers[key]
            target, time, least, _, _, _ = timed[number]
            way = here.get(spots[target])
            if way is None or target in self._nearby:
                way = self._way(node, visit)
            mean = way.mean
            length = mean + least
            if time is not None:
                time = then(way, time)
            if policies and option.connection in policies:
                time, scale = self._try(option, times * weight * chance, time, number)
                links.append((number, weight * scale, weight, mean))
            else:
                links.append((number, weight, weight, mean))
            further = late[place] if late else None
            if further is not None:
                # Work put off includes what it puts off in turn.
                last = numbers[further[0]]
                time = after(time, timed[last][1])
                length += timed[last][2]
                links.append((last, weight, weight, 0.0))
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
        if counted != 1.0 or made != 1.0:
            links = [(number, part * counted, count * made, mean) for number, part, count, mean in links]
        if chance < 1.0:
            whole = perhaps(whole, chance)
        return whole, served * often * chance, links

    def _repeat(
        self, time: Time, times: float, chance: float, together: bool
    ) -> tuple[Time, float, float, float]:
        """A call several times: how long, how often it counts with nobody waiting, in the mean, and how often made."""
        if times > 1.0:
            self.approximations.add(Approximation.BATCH)
        whole, counted = repeat_time(time, times, together=together)
        return whole, min(times, 1.0) if together else times, counted * chance, times * chance

    def _way(self, source: str, visit: Visit) -> Distribution:
        """The way to a node; of a store of which each copy takes writes, to the nearest."""
        work, target = visit.work, visit.node
        distances = self._setting.drawing.distances
        reads = [item for item in work if self._touches[item.touch].operation is Operation.READ]
        if target in self._nearby and work and not reads:
            return distances.to_nearest(source, target)
        return distances.between(source, target)

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
        call, _, _, late = branch
        options = [
            (option.weight, self._numbers[wanted[0]])
            for option, wanted in zip(call.options, late, strict=True)
            if wanted is not None
        ]
        total = math.fsum([weight for weight, _ in options])
        if total == 0.0:
            return None
        options = [(weight / total, number) for weight, number in options]
        count = max(1.0, call.times)
        one = one_of([(weight, self.timed[number][1]) for weight, number in options])
        whole, times = repeat_time(one, count, together=True)
        served = math.fsum([weight * self.timed[number][2] for weight, number in options])
        links = [(number, weight * times, weight * count, 0.0) for weight, number in options]
        return Part(whole, served, links)

    def _chains(self, visit: Visit, branches: Sequence[_Branch], parts: Sequence[Part]) -> list[list[Part]]:
        """The calls of a visit that may be made at once, each with what has to follow it.

        A store is asked after the cache that did not know; a cache is told to forget after the store was updated.
        """
        chains: list[list[Part]] = []
        looked_up: dict[int, list[Part]] = {}
        for (call, _, _, _), part in zip(branches, parts, strict=True):
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

    def _work(self, key: Key, visit: Visit) -> Job:
        """The operations done at the node of a visit itself."""
        node, _, work, _, _ = visit
        if not work:
            behavior = self._components[node].behavior
            if behavior is Behavior.CLIENT or behavior in _KEEPS_DATA:
                return IDLE
            return self._stations[node].read
        station = self._stations[node]
        _, together, share, _ = key
        done = []
        for item in work:
            count = item.count * share
            if count > 1.0:
                self.approximations.add(Approximation.BATCH)
            job = self._job(station, item.touch, node)
            done.append(job if count == 1.0 else operate(job, count, together=together))
        return done[0] if len(done) == 1 else operate_all(done, together=together)

    def _job(self, station: Station, number: int, node: str) -> Job:
        touch = self._touches[number]
        if touch.capability is None and touch.operation is not Operation.READ:
            return station.write
        if touch.access is Access.KEY or self._components[node].behavior is Behavior.CACHE:
            return station.read
        drawn = self._setting.drawing.nodes[node]
        by_index = touch.access is Access.INDEX and drawn.index is Index.GLOBAL
        by_range = touch.access is Access.RANGE and drawn.partitioning is not Partitioning.HASH
        if by_index or by_range:
            return station.read
        self.approximations.add(Approximation.JOIN)
        return station.scattered


def _leading_to_later(plan: Plan) -> frozenset[int]:
    """The visits (by identity) from which some call is put off, or that lead to such a one."""
    visits = [entry.visit for entry in plan.entries]
    callers: dict[int, list[int]] = {id(visit): [] for visit in visits}
    found: set[int] = set()
    for visit in visits:  # which grow on the way
        number = id(visit)
        for call in visit.calls:
            if call.deferred:
                found.add(number)
            for _, _, callee in call.options:
                known = callers.get(id(callee))
                if known is None:
                    callers[id(callee)] = [number]
                    visits.append(callee)
                else:
                    known.append(number)
    left = list(found)
    while left:
        for caller in callers.get(left.pop(), ()):
            if caller not in found:
                found.add(caller)
                left.append(caller)
    return frozenset(found)
