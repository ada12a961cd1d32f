"""A plan with its duration, what each node is to blame for, and how long each is kept busy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from designer.keeping import remembered
from designer.performance.bands import Approximation
from designer.performance.compose import Step, Time, one_of
from designer.performance.losses import Sight
from designer.performance.model import Hop
from designer.performance.setting import Setting
from designer.performance.walker import Walker
from designer.traffic.model import Plan

_make = tuple.__new__  # quicker than a named tuple's own


class Try(NamedTuple):
    """Calls over a connection that may be tried again, as often as one request makes them first."""

    connection: str
    made: float
    time: Time  # of one try
    behind: frozenset[str]  # nodes it may wait for without end
    sight: Sight


class Walk(NamedTuple):
    """A plan with its duration."""

    time: Time
    hops: Mapping[str, Hop]  # by node, in the order of first visit
    saturated: tuple[str, ...]  # nodes on the way whose queues grow without end
    held: Mapping[str, float]  # by node seconds a request that its visits take together when nobody else asks
    tries: tuple[Try, ...]
    approximations: frozenset[Approximation]
    fails: float  # the chance that a request ends without an answer though all is up
    begins: tuple[
        tuple[float, Step], ...
    ]  # the visits that requests begin with, with the part of them that does


def take(walker: Walker) -> Walk | None:
    """The walk of a plan; None without any work put off, where that was asked for."""
    total = math.fsum([weight for weight, _ in walker.roots])
    if total == 0.0:
        return None
    roots = [(weight / total, step) for weight, step in walker.roots]
    hops: dict[str, Hop] = {}
    held: dict[str, float] = {}
    saturated = []
    for node, (service, waiting, network, kept) in _attribute(walker.steps, roots).items():
        hops[node] = _make(Hop, (node, service, waiting, network))
        held[node] = kept
        if waiting == math.inf:
            saturated.append(node)
    return Walk(
        one_of([(weight, step.time) for weight, step in roots]),
        hops,
        tuple(saturated),
        held,
        tuple(
            [
                Try(connection, caller.count * made, time, _endless(target), sight)
                for caller, connection, made, time, target, sight in walker.tries
            ]
        ),
        frozenset(walker.approximations),
        math.fsum([weight * step.fails for weight, step in roots]),
        tuple(roots),
    )


def _attribute(steps: Sequence[Step], roots: Sequence[tuple[float, Step]]) -> dict[str, list[float]]:
    """By node: service, waiting and network that it is to blame for, and how long it is kept busy, in seconds.

    `steps` come before all that they lead to.
    """
    found: dict[str, list[float]] = {}
    for weight, step in roots:
        step.often += weight
        step.count += weight
        found[step.node] = [0.0, 0.0, 0.0, 0.0]
    for step in steps:
        count, often = step.count, step.often
        if count == 0.0:
            continue
        for target, part, made, way in step.links:
            there = often * part
            target.often += there
            target.count += count * made
            target.network += there * way
        service, waiting = step.service, step.waiting
        if waiting == math.inf:
            service *= count
        else:
            service *= often
            waiting *= often
        own = found.get(step.node)
        if own is None:
            found[step.node] = [service, waiting, step.network, count * step.served]
        else:
            own[0] += service
            own[1] += waiting
            own[2] += step.network
            own[3] += count * step.served
    return found


def _endless(root: Step) -> frozenset[str]:
    """The nodes behind a visit whose queues grow without end, its own included; none where it has an end."""
    if root.time is not None:
        return frozenset()
    steps = [root]
    seen = {root}
    for step in steps:  # which grow on the way
        for target, *_ in step.links:
            if target not in seen:
                seen.add(target)
                steps.append(target)
    return frozenset([step.node for step in steps if step.waiting == math.inf])


class Course:
    """A workload under a setting: its walks, each taken once; that of what is put off when somebody asks for it."""

    def __init__(self, setting: Setting, plan: Plan) -> None:
        self._plan = plan
        walker = Walker(setting, plan)
        self.answer = take(walker)
        self.puts_off = walker.puts_off
        self._late: list[Walk | None] = []

    def late(self, setting: Setting) -> Walk | None:
        """From the answer to the end of the work put off; None without any."""
        if not self._late:
            walker = Walker(setting, self._plan, late=True) if self.puts_off else None
            self._late.append(None if walker is None else take(walker))
        return self._late[0]

    def first_token(self, setting: Setting, streamed: int, overloaded: frozenset[str]) -> Walk | None:
        """To the first token of what is written for that touch, when these nodes never answer."""
        return take(Walker(setting, self._plan, overloaded=overloaded, streamed=streamed))

    def answer_without(self, setting: Setting, overloaded: frozenset[str]) -> Walk | None:
        """To the answer, when these nodes never answer."""
        if self.answer is None or overloaded.isdisjoint(self.answer.hops):
            return self.answer
        return take(Walker(setting, self._plan, overloaded=overloaded))

    def late_without(self, setting: Setting, overloaded: frozenset[str]) -> Walk | None:
        """From the answer to the end of the work put off, when these nodes never answer."""
        walk = self.late(setting)
        if walk is None or overloaded.isdisjoint(walk.hops):
            return walk
        return take(Walker(setting, self._plan, late=True, overloaded=overloaded))


@remembered
def course_of(setting: Setting, workload: str) -> Course:
    """The course of a workload; asked for again it is the same one, with all it has timed. Raises KeyError."""
    return Course(setting, setting.traffic.plans[workload])
