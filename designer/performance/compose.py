"""Putting durations together while keeping account of what the mean of the whole is made of.

A part is a duration with links to the visits inside it. Each link says how often the mean of its visit counts towards
the mean of the part. Where things run at once and only the slowest counts, its time is attributed to all of them in
proportion to their means: so what the visits are to blame for always adds up to the mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from designer.performance.attempts import retried
from designer.performance.distributions import ZERO, Distribution, mix, power, sequence, sometimes
from designer.performance.joins import parallel, repeat_max
from designer.performance.losses import Loss, either, later_than, repeated
from designer.traffic.model import Call, Visit

Time = Distribution | None
"""How long something takes; None when it is unbounded."""


Manner = tuple[bool, float, bool]
"""How a visit is made: with its operations at once, with what part of them left to do, and to its late end."""


class Step:
    """A visit made in one manner, with its duration and that of all it calls, and what of it is in one request."""

    __slots__ = (
        "alone",
        "branches",
        "count",
        "fails",
        "late",
        "links",
        "losses",
        "manner",
        "network",
        "node",
        "often",
        "served",
        "service",
        "time",
        "visit",
        "waiting",
        "whole",
    )

    time: Time
    served: float  # mean seconds of that when nobody else asks, at the least
    service: float  # mean seconds of the node's own operations
    waiting: float  # mean seconds of waiting for them

    def __init__(self, visit: Visit, manner: Manner) -> None:
        self.visit = visit
        self.node = visit.node
        self.manner = manner
        self.branches: Sequence[Branch] = ()  # the calls made
        self.links: Sequence[Link] = ()  # the visits inside
        self.alone = 0.0  # the chance that it ends without an answer for what it calls
        self.fails = 0.0  # that it does for that or for its deadline
        self.late = 0.0  # the chance that it takes longer than its node's deadline
        self.whole: Time = None  # how long it would take without that, where it has one
        self.losses: list[Lost] = []  # of its calls, those of which a part is lost
        self.often = 0.0  # how often its mean is part of the mean of the request
        self.count = 0.0  # how often it is made
        self.network = 0.0  # mean seconds on the way to it


Link = tuple[Step, float, float, float]
"""A visit inside something longer, how often its mean (and that of the way to it) is part of the mean of the whole, how
often it is made, and the mean seconds on the way to it."""

Branch = tuple[Call, float, Sequence[Step], Iterable[Step | None]]
"""A call that may be made: the chance that no cache makes it needless, the visits it may become, and the same visits'
work put off, where there is any."""


class Lost(NamedTuple):
    """A call of a visit of which a part is lost: how often it is made, and what it may become."""

    chance: float
    times: float
    options: Sequence[tuple[float, Loss, Step]]

    @property
    def share(self) -> float:
        """The chance that the visit fails by it."""
        one = math.fsum([weight * loss.share for weight, loss, _ in self.options])
        return self.chance * repeated(one, self.times)


class Part(NamedTuple):
    """A duration with the visits inside it.

    `served` is its mean in seconds when nobody else asks, at the least: of what runs at once, that of the longest.
    """

    time: Time
    served: float
    links: Sequence[Link] = ()

    def scaled(self, times: float, count: float = 1.0) -> Sequence[Link]:
        """The links as parts of something in which this one counts `times` and is made `count` times."""
        if times == 1.0 and count == 1.0:
            return self.links
        return [(step, part * times, made * count, way) for step, part, made, way in self.links]


NOTHING = Part(ZERO, 0.0)


def after(*times: Time) -> Time:
    """One duration after the other."""
    return None if None in times else sequence(*times)  # type: ignore[arg-type]


def one_of(branches: Sequence[tuple[float, Time]]) -> Time:
    """One of several durations, each with its probability, which add up to 1."""
    if len(branches) == 1:
        return branches[0][1]
    possible = []
    for weight, time in branches:
        if weight > 0.0:
            if time is None:
                return None
            possible.append((weight, time))
    return mix(tuple(possible))


def in_turn(parts: Sequence[Part]) -> Part:
    """All parts, one after the other."""
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Part(
        after(*[part.time for part in parts]),
        sum([part.served for part in parts]),
        [link for part in parts for link in part.links],
    )


def at_once(parts: Sequence[Part]) -> Part:
    """All parts at the same time, to the end of the slowest."""
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    times = [part.time for part in parts if part.time is not None]
    served = max([part.served for part in parts])
    if len(times) < len(parts):
        return Part(None, served, [link for part in parts for link in part.links])
    slowest = parallel(*times)
    share = proportion(slowest.mean, math.fsum([time.mean for time in times]))
    return Part(slowest, served, [link for part in parts for link in part.scaled(share)])


def repeat_time(time: Time, count: float, *, together: bool) -> tuple[Time, float]:
    """A duration `count` times, and how many of its means that takes on average."""
    if time is None or count == 1.0:
        return time, count
    if together and count > 1.0:
        slowest = repeat_max(time, count)
        return slowest, proportion(slowest.mean, time.mean)
    return power(time, count), count


def perhaps(time: Time, chance: float) -> Time:
    """The duration with that probability, or else nothing."""
    return time if time is None or chance >= 1.0 else sometimes(chance, time)


def lead_to(branch: Branch) -> Part | None:
    """A call that is waited for, but after which something is put off."""
    call, _, _, late = branch
    weighed = zip(call.options, late, strict=True)
    options = [(option.weight, step) for option, step in weighed if step is not None]
    total = math.fsum([weight for weight, _ in options])
    if total == 0.0:
        return None
    count = max(1.0, call.times)
    one = one_of([(weight / total, step.time) for weight, step in options])
    whole, times = repeat_time(one, count, together=True)
    served = 0.0
    links: list[Link] = []
    for weight, step in options:
        part = weight / total
        served += part * step.served
        links.append((step, part * times, part * count, 0.0))
    return Part(whole, served, links)


def fail(step: Step, time: Time, deadline: float | None) -> Time:
    """Find how often a visit that takes `time` ends without an answer, and how long it takes then.

    It fails with any of its calls, and at the node's deadline, when all that it would still do is given up.
    """
    step.fails = step.alone = either([item.share for item in step.losses])
    if deadline is None or time is None or time is ZERO:
        return time
    step.whole, step.late = time, later_than(time, deadline)
    step.fails = either((step.alone, step.late))
    limited = retried(time, deadline, 0)
    scale = proportion(limited.mean, time.mean)
    if scale != 1.0:
        step.service *= scale
        step.waiting *= scale
        step.links = [(target, part * scale, made, way) for target, part, made, way in step.links]
    return limited


def proportion(whole: float, parts: float) -> float:
    """How the parts are scaled so that they add up to the whole."""
    return whole / parts if parts > 0.0 else 1.0
