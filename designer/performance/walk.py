"""How long the visits of a plan take, from the last called to the first, and how much of it each node is to blame for.

A visit lasts as long as its own operations and then its calls, one after the other or all at once. Each composition also
notes how the mean of the whole hangs on the mean of each part; where parts run at once and only the slowest counts, the
whole is attributed to them in proportion to their means. So the times of the nodes always add up to the mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from designer.catalog.model import Behavior
from designer.design.model import CallOrder
from designer.performance.distributions import ZERO, Distribution, mixture, power, sequence
from designer.performance.joins import parallel, repeat_max
from designer.performance.setting import Setting
from designer.performance.stations import Job, Station
from designer.scenario.model import Access, Operation
from designer.traffic.model import Call, Plan, Visit

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})


@dataclass(frozen=True, slots=True)
class Key:
    """A visit in the manner it is made.

    `at_once`: the caller asks for its several operations at the same time. `share`: the part of the visit's operations
    that is left to do, when some were answered by a cache. `late`: the work put off, instead of the answer.
    """

    visit: int
    at_once: bool
    share: float
    late: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A further visit: `times` is how many of its means, and of the way to it, count towards the mean of the whole."""

    target: Key
    times: float
    network: float  # mean seconds on the way, once


@dataclass(slots=True)
class Timed:
    """A visit with its duration. `time` is None when it is unbounded; `idle` when there is nothing to do."""

    visit: Visit
    time: Distribution | None
    service: float = 0.0  # mean seconds of the node's own operations
    waiting: float = 0.0
    links: list[Link] = field(default_factory=list)
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Attributed:
    """Mean seconds per request that a node is to blame for, and how often its visits count."""

    service: float
    waiting: float
    network: float


@dataclass(frozen=True, slots=True)
class Walk:
    """A plan with its duration: `time` is None when it is unbounded."""

    time: Distribution | None
    nodes: dict[str, Attributed]  # in the order of first visit
    saturated: tuple[str, ...]  # nodes on the way whose queues grow without end


@dataclass(slots=True)
class _Part:
    """A piece of a visit while it is put together: its duration and the visits in it."""

    time: Distribution | None
    links: list[Link]

    def scaled(self, factor: float) -> list[Link]:
        if factor == 1.0:
            return self.links
        return [Link(link.target, link.times * factor, link.network) for link in self.links]


@dataclass(frozen=True, slots=True)
class _Branch:
    """A call that is to be made: `chance` that a cache does not make it needless, and the visits it may become."""

    call: Call
    chance: float
    targets: tuple[Key, ...]


class Walker:
    """Times the plan of one workload. With `waiting` False nobody else asks anything of any node."""

    def __init__(
        self, setting: Setting, plan: Plan, *, waiting: bool = True, overloaded: frozenset[str] = frozenset()
    ) -> None:
        self._setting = setting
        self._plan = plan
        self._touches = setting.scenario.workloads[plan.workload].touches
        self._waiting = waiting
        self._overloaded = overloaded
        self._visits: dict[int, Visit] = {}
        self._timed: dict[Key, Timed] = {}
        self._branches: dict[Key, list[_Branch]] = {}
        self._stations: dict[str, Station] = {}

    def walk(self, *, late: bool = False) -> Walk | None:
        """The answer's time, or with `late` the time from the answer to the end of the work put off.

        None when there is nothing to time: no client, or no work put off.
        """
        roots: list[tuple[float, Key]] = []
        for entry in self._plan.entries:
            key = self._key(entry.visit, at_once=self._at_once(entry.visit, False), late=late)
            self._time(key)
            if not self._timed[key].idle or not late:
                roots.append((entry.weight, key))
        total = sum(weight for weight, _ in roots)
        if total == 0.0:
            return None
        roots = [(weight / total, key) for weight, key in roots]
        times = [(weight, self._timed[key].time) for weight, key in roots]
        return self._attribute(_mix(times), roots)

    def durations(self) -> Iterable[tuple[str, float, float]]:
        """Of every visit: its node, how often a request makes it, and how long it lasts on average, to its answer."""
        walk = self.walk()
        if walk is None:
            return
        for key, times in self._weights([(entry.weight, self._root(entry.visit)) for entry in self._plan.entries]):
            timed = self._timed[key]
            yield timed.visit.node, times, math.inf if timed.time is None else timed.time.mean

    def _root(self, visit: Visit) -> Key:
        return self._key(visit, at_once=self._at_once(visit, False), late=False)
