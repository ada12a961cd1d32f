"""A plan with its duration, what each node is to blame for, and how long each is kept busy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from designer.performance.bands import Approximation
from designer.performance.compose import Step, Time, one_of
from designer.performance.model import Hop
from designer.performance.setting import Setting
from designer.performance.walker import Walker
from designer.traffic.model import Plan


class Try(NamedTuple):
    """Calls over a connection that may be tried again, as often as one request makes them first."""

    connection: str
    made: float
    time: Time  # of one try
    behind: frozenset[str]  # nodes it may wait for without end


class Walk(NamedTuple):
    """A plan with its duration."""

    time: Time
    hops: Mapping[str, Hop]  # by node, in the order of first visit
    saturated: tuple[str, ...]  # nodes on the way whose queues grow without end
    held: Mapping[str, float]  # by node seconds a request that its visits take together when nobody else asks
    tries: tuple[Try, ...]
    approximations: frozenset[Approximation]


def take(walker: Walker) -> Walk | None:
    """The walk of a plan; None without any work put off, where that was asked for."""
    total = math.fsum([weight for weight, _ in walker.roots])
    if total == 0.0:
        return None
    roots = [(weight / total, step) for weight, step in walker.roots]
    hops, held = _attribute(walker.steps, roots)
    return Walk(
        one_of([(weight, step.time) for weight, step in roots]),
        hops,
        tuple([node for node, hop in hops.items() if hop.waiting == math.inf]),
        held,
        tuple(
            [
                Try(connection, caller.count * made, time, _endless(target))
                for caller, connection, made, time, target in walker.tries
            ]
        ),
        frozenset(walker.approximations),
    )


def _attribute(
    steps: Sequence[Step], roots: Sequence[tuple[float, Step]]
) -> tuple[dict[str, Hop], dict[str, float]]:
    """What each node is to blame for, and how long it is kept busy. `steps` come before all that they lead to."""
    found: dict[str, list[float]] = {}  # service, waiting, network, held
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
        own = found.get(step.node)
        if own is None:
            own = found[step.node] = [0.0, 0.0, 0.0, 0.0]
        if step.waiting == math.inf:
            own[0] += count * step.service
            own[1] = math.inf
        else:
            own[0] += often * step.service
            own[1] += often * step.waiting
        own[2] += step.network
        own[3] += count * step.served
    hops = {
        node: Hop(node, service, waiting, network) for node, (service, waiting, network, _) in found.items()
    }
    return hops, {node: own[3] for node, own in found.items()}


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
    """A workload under a setting: its walks, each taken once."""

    def __init__(self, setting: Setting, plan: Plan) -> None:
        self._setting = setting
        self._plan = plan
        self.answer, self.late = self._walk(frozenset())

    def _walk(self, overloaded: frozenset[str]) -> tuple[Walk | None, Walk | None]:
        """To the answer, and from there to the end of the work put off; None without any."""
        walker = Walker(self._setting, self._plan, overloaded=overloaded)
        answer = take(walker)
        if not walker.puts_off:
            return answer, None
        return answer, take(Walker(self._setting, self._plan, late=True, overloaded=overloaded))

    def around(self, overloaded: frozenset[str]) -> tuple[Walk | None, Walk | None]:
        """Both walks, when these nodes never answer."""
        walks = [walk for walk in (self.answer, self.late) if walk is not None]
        if all(overloaded.isdisjoint(walk.hops) for walk in walks):
            return self.answer, self.late
        return self._walk(overloaded)


@lru_cache(maxsize=32)
def course_of(setting: Setting, workload: str) -> Course:
    """The course of a workload; asked for again it is the same one, with all it has timed. Raises KeyError."""
    return Course(setting, setting.traffic.plans[workload])
