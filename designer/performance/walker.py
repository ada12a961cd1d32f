"""How long the visits of a plan take, from the last called to the first.

A visit lasts as long as its own operations and then its calls, one after the other or all at once, as its node says.
What a cache answers need not be called for; what is put off is done after the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from designer.catalog.model import Behavior
from designer.design.model import Index, Partitioning
from designer.performance.attempts import seen_by_caller, seen_in_vain
from designer.performance.bands import Approximation
from designer.performance.compose import (
    Branch,
    Link,
    Lost,
    Manner,
    Part,
    Step,
    Time,
    after,
    at_once,
    fail,
    in_turn,
    lead_to,
    perhaps,
    proportion,
    repeat_time,
)
from designer.performance.distributions import Distribution, mix, then
from designer.performance.losses import Sight, either, lose
from designer.performance.misses import Misses
from designer.performance.operations import IDLE, operate, operate_all
from designer.performance.setting import Setting
from designer.performance.stations import Job, Station
from designer.scenario.model import Access, Operation
from designer.traffic.model import Option, Plan, Visit

_LATE: Manner = (False, 1.0, True)
_APART: Manner = (False, 1.0, False)
"""Of what is put off, by itself."""
_NOTHING_LATE: Iterable[None] = repeat(None)

# Members of enumerations that are asked for at every node: looking one up takes longer than the test it is for.
_READ, _UPDATE = Operation.READ, Operation.UPDATE
_BY_KEY = Access.KEY
_CACHE = Behavior.CACHE


class Trial(NamedTuple):
    """Calls of a visit over a connection that may be tried again."""

    caller: Step
    connection: str
    made: float  # first tries a visit
    time: Time  # of one try
    target: Step
    sight: Sight


class Walker:
    """Times one plan, to the answer or with `late` from there to the end of what is put off.

    Nodes that are `overloaded` never answer. Of the touch `streamed` only the first token is waited for.
    `steps` are the visits that are made, each before all that it leads to.
    """

    def __init__(
        self,
        setting: Setting,
        plan: Plan,
        *,
        late: bool = False,
        overloaded: frozenset[str] = frozenset(),
        streamed: int | None = None,
    ) -> None:
        drawing = setting.drawing
        self._setting = setting
        self._plan = plan
        self._leading = _leading_to_later(plan) if late else ()
        self._touches = setting.scenario.workloads[plan.workload].touches
        self._streamed = streamed
        self._makes = drawing.makes
        self._stations = setting.stations
        self._spots = drawing.distances.spots
        self._at_once = drawing.at_once
        self._policies = drawing.policies
        self._nearby = setting.answering_nearby
        self._may_lose = drawing.may_lose
        self._misses = Misses(setting.miss_ratios, drawing.components, self._touches)
        self._overloaded = overloaded
        # By number of the visit: most are made in one manner.
        self._asked: list[list[Step]] = [[] for _ in plan.visits]
        self.steps: list[Step] = []
        self.tries: list[Trial] = []
        self.approximations: set[Approximation] = set()
        self.puts_off = False
        roots = self._ask(plan.entries, _LATE if late else _APART)
        self._measure()
        # The visits that requests begin with, and how many of the requests begin there; late only where that leads on.
        weighed = zip(plan.entries, roots, strict=True)
        self.roots = [(entry.weight, step) for entry, step in weighed if step.links or not late]

    def _measure(self) -> None:
        """Find out who is visited in which manner, callers first; then time that, callees first."""
        asked, steps = self._asked, self.steps
        for visit in reversed(self._plan.visits):
            for step in asked[visit.number]:
                if visit.calls:
                    step.branches = self._late_branches(visit) if step.manner[2] else self._branches(step)
                steps.append(step)
        for step in reversed(steps):
            if step.manner[2]:
                self._finish_late(step)
            else:
                self._finish(step)

    def _ask(self, options: Sequence[Option], manner: Manner) -> list[Step]:
        """The visits of these options, made in that manner."""
        asked = self._asked
        steps = []
        for _, _, visit in options:
            known = asked[visit.number]
            for step in known:
                if step.manner == manner:
                    break
            else:
                step = Step(visit, manner)
                known.append(step)
            steps.append(step)
        return steps

    def _branches(self, step: Step) -> list[Branch]:
        """The calls that the answer waits for."""
        visit, manner = step.visit, step.manner
        together, share, _ = manner
        # A router does as it was asked; anybody else asks as is drawn.
        if not self._makes[step.node].routes:
            together = step.node in self._at_once
            manner = (together, share, False)
        found: list[Branch] = []
        for call in visit.calls:
            _, times, options, on_miss, deferred, _ = call
            if deferred:
                self.puts_off = True
            elif on_miss is None:
                if times > 0.0:
                    found.append((call, 1.0, self._ask(options, manner), _NOTHING_LATE))
            else:
                chance, left = self._misses.chance(visit, call, share)
                if chance > 0.0 and times > 0.0:
                    asked = self._ask(options, (together, left, False))
                    found.append((call, chance, asked, _NOTHING_LATE))
        return found

    def _late_branches(self, visit: Visit) -> list[Branch]:
        """The calls that are put off, and those that lead to such."""
        found: list[Branch] = []
        leading = self._leading
        for call in visit.calls:
            _, _, options, _, deferred, _ = call
            late: list[Step | None] = []
            leads = deferred
            for option in options:
                if leading[option.visit.number]:
                    late += self._ask((option,), _LATE)
                    leads = True
                else:
                    late.append(None)
            if leads:
                found.append((call, 1.0, self._ask(options, _APART) if deferred else (), late))
        return found

    def _finish(self, step: Step) -> None:
        node, branches = step.node, step.branches
        time, step.service, step.waiting, served = self._work(step)
        if node in self._overloaded:
            time, step.waiting = None, math.inf
        if branches and node in self._at_once:
            taken, least, step.links = self._call_at_once(step)
            time = after(time, taken)
            served += least
        elif branches:
            links: list[Link] = []
            for branch in branches:
                taken, least, inside = self._call(step, branch, False)
                time = None if time is None or taken is None else then.known(time, taken)
                served += least
                links += inside
            step.links = links
        if self._may_lose:
            time = self._lose(step, time)
        step.time, step.served = time, served

    def _lose(self, step: Step, time: Time) -> Time:
        """Find out how often a visit has no answer; the time it takes with that."""
        drawing = self._setting.drawing
        for call, chance, targets, _ in step.branches:
            lost = []
            for (weight, connection, visit), target in zip(call.options, targets, strict=True):
                way = self._way(step.node, visit)
                once = after(way, target.time)
                sight = self._look(step, connection, target, way, once)
                loss = lose(drawing, connection, target.node, sight)
                if loss is not None and not call.optional:
                    lost.append((weight, loss, target))
            if lost:
                step.losses.append(Lost(chance, call.times, lost))
        return fail(step, time, drawing.nodes[step.node].deadline)

    def _look(self, step: Step, connection: str, target: Step, way: Distribution, time: Time) -> Sight:
        nodes = self._setting.drawing.nodes
        own, deadline = nodes[step.node].deadline, nodes[target.node].deadline
        return Sight(self._policies.get(connection), own, deadline, target, way, time)

    def _call_at_once(self, step: Step) -> Part:
        branches = step.branches
        parts = [Part(*self._call(step, branch, True)) for branch in branches]
        if len(parts) < 2:
            return parts[0]
        self.approximations.add(Approximation.JOIN)
        return at_once([in_turn(chain) for chain in self._chains(step.visit, branches, parts)])

    def _finish_late(self, step: Step) -> None:
        """The end of what is put off: of several such works the last to be done."""
        parts = []
        for branch in step.branches:
            part = Part(*self._call(step, branch, True)) if branch[0].deferred else lead_to(branch)
            if part is not None:
                parts.append(part)
        if len(parts) > 1:
            self.approximations.add(Approximation.JOIN)
        step.time, step.served, step.links = at_once(parts)
        step.service = step.waiting = 0.0

    def _call(self, step: Step, branch: Branch, together: bool) -> tuple[Time, float, list[Link]]:
        """A call with the way there, as a part. What is put off is done by whoever is free, so that several are done
        at once."""
        call, chance, targets, late = branch
        _, times, options, _, _, optional = call
        spots, policies, nearby = self._spots, self._policies, self._nearby
        here = spots[step.node].ways
        ways: list[tuple[float, Distribution]] = []
        links: list[Link] = []
        served = 0.0
        for (weight, connection, visit), target, last in zip(options, targets, late, strict=False):
            node, time = target.node, target.time
            way = here.get(spots[node])
            if way is None or node in nearby:
                way = self._way(step.node, visit)
            mean = way.mean
            if time is not None:
                time = then.known(way, time)
            counted = weight
            if connection in policies:
                sight = self._look(step, connection, target, way, time)
                trial = Trial(step, connection, times * weight * chance, time, target, sight)
                time, scale = self._try(trial, optional)
                counted *= scale
            length = mean + target.served
            if target.time is None and time is not None:
                target, mean = self._give_up(target, time), 0.0
            links.append((target, counted, weight, mean))
            if last is not None:
                # Work put off includes what it puts off in turn.
                time = after(time, last.time)
                length += last.served
                links.append((last, weight, weight, 0.0))
            served += weight * length
            if time is not None:
                ways.append((weight, time))
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
        reads = [item for item in work if self._touches[item.touch].operation is _READ]
        if target in self._nearby and work and not reads:
            return distances.to_nearest(source, target)
        return distances.between(source, target)

    def _try(self, trial: Trial, optional: bool) -> tuple[Time, float]:
        """What the caller sees of a call that may be tried again, and how many of its means that is."""
        time, policy = trial.time, self._policies[trial.connection]
        self.approximations.add(Approximation.TRIES)
        self.tries.append(trial)
        if time is None:
            return (seen_in_vain(policy) if optional and policy.fallback else None), 1.0
        errors = self._setting.drawing.figure(trial.target.node, "error_rate") or 0.0
        seen = seen_by_caller(time, policy, either((errors, trial.sight.inside)))
        return seen, proportion(seen.mean, time.mean)

    def _give_up(self, target: Step, time: Distribution) -> Step:
        """A visit as a caller sees it who waits in vain and then does without: all of it is waiting."""
        step = Step(target.visit, target.manner)
        step.time, step.served = time, target.served
        step.service, step.waiting = 0.0, time.mean
        self.steps.append(step)
        return step

    def _chains(self, visit: Visit, branches: Sequence[Branch], parts: Sequence[Part]) -> list[list[Part]]:
        """The calls of a visit that may be made at once, each with what has to follow it.

        A store is asked after the cache that did not know; a cache is told to forget after the store was updated.
        """
        chains: list[list[Part]] = []
        looked_up: dict[int, list[Part]] = {}
        for (call, _, _, _), part in zip(branches, parts, strict=True):
            updates = self._touches[call.touches[0]].operation is _UPDATE
            if call.on_miss not in (None, visit.node) and call.touches[0] in looked_up:
                looked_up[call.touches[0]].append(part)
            elif call.optional and updates and chains:
                chains[-1].append(part)
            else:
                chains.append([part])
                if call.optional:
                    looked_up.update(dict.fromkeys(call.touches, chains[-1]))
        return chains

    def _work(self, step: Step) -> Job:
        """The operations done at the node of a visit itself."""
        node, work = step.node, step.visit.work
        if not work:
            return IDLE if self._makes[node].passive else self._stations[node].read
        together, share, _ = step.manner
        station = self._stations[node]
        done = []
        for item in work:
            count = item.count * share
            job = self._generate(station, item.touch) or self._job(station, item.touch, node)
            if count != 1.0:
                if count > 1.0:
                    self.approximations.add(Approximation.BATCH)
                job = operate(job, count, together=together)
            done.append(job)
        return done[0] if len(done) == 1 else operate_all(done, together=together)

    def _generate(self, station: Station, number: int) -> Job | None:
        """What a language model does for a touch; None for what has no tokens, or where nothing is known of them."""
        touch = self._touches[number]
        if not station.make.generates or not (touch.prompt_tokens or touch.output_tokens):
            return None
        return station.generate(touch.prompt_tokens, 0.0 if number == self._streamed else touch.output_tokens)

    def _job(self, station: Station, number: int, node: str) -> Job:
        touch = self._touches[number]
        if touch.capability is None and touch.operation is not _READ:
            return station.write
        if touch.access is _BY_KEY or self._makes[node].component.behavior is _CACHE:
            return station.read
        drawn = self._setting.drawing.nodes[node]
        by_index = touch.access is Access.INDEX and drawn.index is Index.GLOBAL
        by_range = touch.access is Access.RANGE and drawn.partitioning is not Partitioning.HASH
        if by_index or by_range:
            return station.read
        self.approximations.add(Approximation.JOIN)
        return station.scattered


def _leading_to_later(plan: Plan) -> list[bool]:
    """By number of the visit whether some call of it is put off, or leads to a visit of which that is so."""
    found: list[bool] = []
    for visit in plan.visits:  # callees first
        leads = False
        for _, _, options, _, deferred, _ in visit.calls:
            leads = leads or deferred
            for option in options:
                leads = leads or found[option.visit.number]
        found.append(leads)
    return found
