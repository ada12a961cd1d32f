"""A plan with its duration, what each node is to blame for, and how long each is kept busy."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from designer.performance.bands import Approximation
from designer.performance.compose import Time, one_of
from designer.performance.setting import Setting
from designer.performance.walker import Timed, Walker
from designer.traffic.model import Plan


class Blame(NamedTuple):
    """Mean seconds of one request that are spent at a node and on the way to it."""

    service: float
    waiting: float
    network: float


class Try(NamedTuple):
    """Calls over a connection that may be tried again, as often as one request makes them first."""

    connection: str
    made: float
    time: Time  # of one try
    behind: frozenset[str]  # nodes it may wait for without end


@dataclass(frozen=True, slots=True)
class Walk:
    """A plan with its duration."""

    time: Time
    blame: Mapping[str, Blame]  # by node, in the order of first visit
    saturated: tuple[str, ...]  # nodes on the way whose queues grow without end
    held: Mapping[
        str, float
    ]  # by node how long its visits take together when nobody else asks, in seconds a request
    tries: tuple[Try, ...]
    approximations: frozenset[Approximation]


def take(walker: Walker) -> Walk | None:
    """The walk of a plan; None without any work put off, where that was asked for."""
    roots = walker.roots()
    total = math.fsum([weight for weight, _ in roots])
    if total == 0.0:
        return None
    roots = [(weight / total, number) for weight, number in roots]
    timed = walker.timed
    blame, held, counts = _attribute(timed, roots)
    tries = [
        Try(item.connection, counts[item.caller] * item.made, item.time, _endless(timed, item.target))
        for item in walker.tries
    ]
    return Walk(
        time=one_of([(weight, timed[number][1]) for weight, number in roots]),
        blame=blame,
        saturated=tuple([node for node, found in blame.items() if found.waiting == math.inf]),
        held=held,
        tries=tuple(tries),
        approximations=frozenset(walker.approximations),
    )


def _attribute(
    timed: Sequence[Timed], roots: Sequence[tuple[float, int]]
) -> tuple[dict[str, Blame], dict[str, float], list[float]]:
    """What each node is to blame for, how long it is kept busy, and how often each visit is made.

    Whoever leads to a visit has a higher number than it.
    """
    times = [0.0] * len(timed)
    counts = [0.0] * len(timed)
    for weight, number in roots:
        times[number] += weight
        counts[number] += weight
    own: dict[str, list[float]] = {}  # service and waiting
    held: dict[str, float] = {}
    network: defaultdict[str, float] = defaultdict(float)
    for number in range(len(timed) - 1, -1, -1):
        count = counts[number]
        if count == 0.0:
            continue
        often = times[number]
        node, _, served, links, service, waiting = timed[number]
        for target, part, made, way in links:
            there = often * part
            times[target] += there
            counts[target] += count * made
            if way:
                network[timed[target][0]] += there * way
        if node not in own:
            own[node] = [0.0, 0.0]
            held[node] = 0.0
        held[node] += count * served
        found = own[node]
        if waiting == math.inf:
            found[1] = math.inf
            found[0] += count * service
        else:
            found[0] += often * service
            found[1] += often * waiting
    blame = {node: Blame(service, waiting, network[node]) for node, (service, waiting) in own.items()}
    return blame, held, counts


def _endless(timed: Sequence[Timed], root: int) -> frozenset[str]:
    """The nodes behind a visit whose queues grow without end, its own included; none where it has an end."""
    if timed[root][1] is not None:
        return frozenset()
    seen = {root}
    waiting = [root]
    while waiting:
        for link in timed[waiting.pop()][3]:
            if link[0] not in seen:
                seen.add(link[0])
                waiting.append(link[0])
    return frozenset([timed[number][0] for number in seen if timed[number][5] == math.inf])


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
        if all(overloaded.isdisjoint(walk.blame) for walk in walks):
            return self.answer, self.late
        return self._walk(overloaded)


@lru_cache(maxsize=32)
def course_of(setting: Setting, workload: str) -> Course:
    """The course of a workload; asked for again it is the same one, with all it has timed. Raises KeyError."""
    return Course(setting, setting.traffic.plans[workload])
