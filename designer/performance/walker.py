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
    Step,
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

Manner = tuple[bool, float, bool]
"""How a visit is made: with its operations at once, with what part of them left to do, and to its late end."""

_LATE: Manner = (False, 1.0, True)
_APART: Manner = (False, 1.0, False)
"""Of what is put off, by itself."""


class Trial(NamedTuple):
    """Calls of a visit over a connection that may be tried again."""

    caller: Step
    connection: str
    made: float  # first tries a visit
    time: Time  # of one try
    target: Step


_Branch = tuple[Call, float, Sequence[Step], Sequence[Step | None]]
"""A call that may be made: the chance that no cache makes it needless, the visits it may become, and the same visits'
work put off, where there is any."""


class Walker:
    """Times one plan, to the answer or with `late` from there to the end of what is put off.

    Nodes that are `overloaded` never answer. `steps` are the visits that are made, each before all that it leads to.
    """

    def __init__(
        self, setting: Setting, plan: Plan, *, late: bool = False, overloaded: frozenset[str] = frozenset()
    ) -> None:
        drawing = setting.drawing
        self._setting = setting
        self._plan = plan
        self._leading = _leading_to_later(plan) if late else ()
        self._touches = setting.scenario.workloads[plan.workload].touches
        self._makes = drawing.makes
        self._stations = setting.stations
        self._spots = drawing.distances.spots
        self._at_once = drawing.at_once
        self._policies = drawing.policies
        self._nearby = setting.answering_nearby
        self._misses = Misses(setting.miss_ratios, drawing.components, self._touches)
        self._overloaded = overloaded
        # By number of the visit: most are made in one manner.
        self._asked: list[dict[Manner, Step] | None] = [None] * len(plan.visits)
        self.steps: list[Step] = []
        self.tries: list[Trial] = []
        self.approximations: set[Approximation] = set()
        self.puts_off = False
        manner = _LATE if late else _APART
        roots = zip(plan.entries, self._ask(plan.entries, manner), strict=True)
        self._measure()
        # The visits that requests begin with, and how many of the requests begin there; late only where that leads on.
        self.roots = [(entry.weight, step) for entry, step in roots if step.links or not late]

    def _measure(self) -> None:
        """Find out who is visited in which manner, callers first; then time that, callees first."""
        asked, steps = self._asked, self.steps
        found: list[tuple[Step, Manner, Sequence[_Branch]]] = []
        for visit in reversed(self._plan.visits):
            known = asked[visit.number]
            if known is None:
                continue
            for manner, step in known.items():
                branches: Sequence[_Branch] = ()
                if visit.calls:
                    branches = self._late_branches(visit) if manner[2] else self._branches(visit, manner)
                steps.append(step)
                found.append((step, manner, branches))
        for step, manner, branches in reversed(found):
            if manner[2]:
                self._finish_late(step, branches)
            else:
                self._finish(step, manner, branches)

    def _ask(self, options: Sequence[Option], manner: Manner) -> list[Step]:
        """The visits of these options, made in that manner."""
        steps = []
        for _, _, visit in options:
            known = self._asked[visit.number]
            if known is None:
                known = self._asked[visit.number] = {}
            step = known.get(manner)
            if step is None:
                step = known[manner] = Step(visit)
            steps.append(step)
        return steps

    def _branches(self, visit: Visit, manner: Manner) -> list[_Branch]:
        """The calls that the answer waits for."""
        together, share, _ = manner
        # A router does as it was asked; anybody else asks as is drawn.
        if not self._makes[visit.node].routes:
            together = visit.node in self._at_once
            manner = (together, share, False)
        found: list[_Branch] = []
        for call in visit.calls:
            _, times, options, on_miss, deferred, _ = call
            if deferred:
                self.puts_off = True
            elif on_miss is None:
                if times > 0.0:
                    found.append((call, 1.0, self._ask(options, manner), ()))
            else:
                chance, left = self._misses.chance(visit, call, share)
                if chance > 0.0 and times > 0.0:
                    found.append((call, chance, self._ask(options, (together, left, False)), ()))
        return found

    def _late_branches(self, visit: Visit) -> list[_Branch]:
        """The calls that are put off, and those that lead to such."""
        found: list[_Branch] = []
        for call in visit.calls:
            targets = self._ask(call.options, _APART) if call.deferred else ()
            late = [
                self._ask((option,), _LATE)[0] if self._leading[option.visit.number] else None
                for option in call.options
            ]
            if targets or late.count(None) < len(late):
                found.append((call, 1.0, targets, late))
        return found

    def _finish(self, step: Step, manner: Manner, branches: Sequence[_Branch]) -> None:
        node, visit = step.node, step.visit
        time, step.service, step.waiting, served = self._work(visit, manner)
        if node in self._overloaded:
            time, step.waiting = None, math.inf
        if not branches:
            step.time, step.served, step.links = time, served, ()
            return
        if node in self._at_once:
            called = self._call_at_once(step, branches)
            step.time, step.served, step.links = (
                after(time, called.time),
                served + called.served,
                called.links,
            )
            return
        links: list[Link] = []
        for branch in branches:
            taken, least, inside = self._call(step, branch, False)
            time = None if time is None or taken is None else then(time, taken)
            served += least
            links += inside
        step.time, step.served, step.links = time, served, links

    def _call_at_once(self, step: Step, branches: Sequence[_Branch]) -> Part:
        parts = [Part(*self._call(step, branch, True)) for branch in branches]
        if len(parts) < 2:
            return parts[0]
        self.approximations.add(Approximation.JOIN)
        return at_once([in_turn(chain) for chain in self._chains(step.visit, branches, parts)])

    def _finish_late(self, step: Step, branches: Sequence[_Branch]) -> None:
        """The end of what is put off: of several such works the last to be done."""
        parts = []
        for branch in branches:
            part = Part(*self._call(step, branch, True)) if branch[0].deferred else _lead_to(branch)
            if part is not None:
                parts.append(part)
        if len(parts) > 1:
            self.approximations.add(Approximation.JOIN)
        step.time, step.served, step.links = at_once(parts)
        step.service = step.waiting = 0.0

    def _call(self, step: Step, branch: _Branch, together: bool) -> tuple[Time, float, list[Link]]:
        """A call with the way there, as a part. What is put off is done by whoever is free, so that several are done
        at once."""
        call, chance, targets, late = branch
        _, times, options, _, _, _ = call
        spots, policies, nearby = self._spots, self._policies, self._nearby
        node = step.node
        here = spots[node].ways
        ways: list[tuple[float, Distribution]] = []
        links: list[Link] = []
        served = 0.0
        for place, target in enumerate(targets):
            weight, connection, visit = options[place]
            time = target.time
            way = here.get(spots[target.node])
            if way is None or target.node in nearby:
                way = self._way(node, visit)
            mean = way.mean
            length = mean + target.served
            if time is not None:
                time = then(way, time)
            if connection in policies:
                time, scale = self._try(step, connection, times * weight * chance, time, target)
                links.append((target, weight * scale, weight, mean))
            else:
                links.append((target, weight, weight, mean))
            last = late[place] if late else None
            if last is not None:
                # Work put off includes what it puts off in turn.
                time = after(time, last.time)
                length += last.served
                links.append((last, weight, weight, 0.0))
            if time is not None:
                ways.append((weight, time))
            served += weight * length
        whole = None if len(ways) < len(targets) else ways[0][1] if len(ways) == 1 else mix(tuple(ways))
        if times == 1.0 and chance == 1.0:
            return whole, served, links
        made = counted = chance
        often = 1.0
        if times != 1.0:
            whole, often, counted, made = self._repeat(whole, times, chance, together)
        links = [(target, part * counted, count * made, mean) for target, part, count, mean in links]
        return perhaps(whole, chance), served * often * chance, links

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

    def _try(
        self, caller: Step, connection: str, made: float, time: Time, target: Step
    ) -> tuple[Time, float]:
        """What the caller sees of a call that may be tried again, and how many of its means that is."""
        self.approximations.add(Approximation.TRIES)
        self.tries.append(Trial(caller, connection, made, time, target))
        if time is None:
            return None, 1.0
        errors = self._setting.drawing.figure(target.node, "error_rate") or 0.0
        seen = seen_by_caller(time, self._policies[connection], errors)
        return seen, proportion(seen.mean, time.mean)

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

    def _work(self, visit: Visit, manner: Manner) -> Job:
        """The operations done at the node of a visit itself."""
        node, _, work, _, _ = visit
        if not work:
            return IDLE if self._makes[node].passive else self._stations[node].read
        together, share, _ = manner
        station = self._stations[node]
        done = []
        for item in work:
            count = item.count * share
            job = self._job(station, item.touch, node)
            if count != 1.0:
                if count > 1.0:
                    self.approximations.add(Approximation.BATCH)
                job = operate(job, count, together=together)
            done.append(job)
        return done[0] if len(done) == 1 else operate_all(done, together=together)

    def _job(self, station: Station, number: int, node: str) -> Job:
        touch = self._touches[number]
        if touch.capability is None and touch.operation is not Operation.READ:
            return station.write
        if touch.access is Access.KEY or self._makes[node].component.behavior is Behavior.CACHE:
            return station.read
        drawn = self._setting.drawing.nodes[node]
        by_index = touch.access is Access.INDEX and drawn.index is Index.GLOBAL
        by_range = touch.access is Access.RANGE and drawn.partitioning is not Partitioning.HASH
        if by_index or by_range:
            return station.read
        self.approximations.add(Approximation.JOIN)
        return station.scattered


def _lead_to(branch: _Branch) -> Part | None:
    """A call that is waited for, but after which something is put off."""
    call, _, _, late = branch
    weighed = zip(call.options, late, strict=True)
    options = [(option.weight, step) for option, step in weighed if step is not None]
    total = math.fsum([weight for weight, _ in options])
    if total == 0.0:
        return None
    options = [(weight / total, step) for weight, step in options]
    count = max(1.0, call.times)
    one = one_of([(weight, step.time) for weight, step in options])
    whole, times = repeat_time(one, count, together=True)
    served = math.fsum([weight * step.served for weight, step in options])
    links = [(step, weight * times, weight * count, 0.0) for weight, step in options]
    return Part(whole, served, links)


def _leading_to_later(plan: Plan) -> list[bool]:
    """By number of the visit whether some call of it is put off, or leads to a visit of which that is so."""
    found: list[bool] = []
    for visit in plan.visits:  # callees first
        leads = False
        for call in visit.calls:
            leads = leads or call.deferred or True in [found[option.visit.number] for option in call.options]
        found.append(leads)
    return found
