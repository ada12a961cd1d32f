"""Putting durations together while keeping account of what the mean of the whole is made of.

A part is a duration with links to the visits inside it. Each link says how often the mean of its visit counts towards
the mean of the part. Where things run at once and only the slowest counts, its time is attributed to all of them in
proportion to their means: so what the visits are to blame for always adds up to the mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from designer.performance.distributions import ZERO, Distribution, mixture, power, sequence
from designer.performance.joins import parallel, repeat_max

Time = Distribution | None
"""How long something takes; None when it is unbounded."""

Key = tuple[int, bool, float, bool]
"""A visit in the manner it is made: see walk.py."""


class Link(NamedTuple):
    """A visit inside something longer.

    `times` is how often its mean, and that of the way to it, is part of the mean of the whole; `made` is how often it
    is made.
    """

    target: Key
    times: float
    made: float
    network: float  # mean seconds on the way to it


class Part(NamedTuple):
    """A duration with the visits inside it.

    `served` is its mean in seconds when nobody else asks, at the least: of what runs at once, that of the longest.
    """

    time: Time
    served: float
    links: tuple[Link, ...] = ()

    def scaled(self, times: float, count: float = 1.0) -> tuple[Link, ...]:
        """The links as parts of something in which this one counts `times` and is made `count` times."""
        if times == 1.0 and count == 1.0:
            return self.links
        return tuple([Link(key, part * times, made * count, way) for key, part, made, way in self.links])


NOTHING = Part(ZERO, 0.0)


def after(*times: Time) -> Time:
    """One duration after the other."""
    return None if None in times else sequence(*times)  # type: ignore[arg-type]


def one_of(branches: Iterable[tuple[float, Time]]) -> Time:
    """One of several durations, each with its probability."""
    possible: list[tuple[float, Distribution]] = []
    for weight, time in branches:
        if weight > 0.0:
            if time is None:
                return None
            possible.append((weight, time))
    return possible[0][1] if len(possible) == 1 else mixture(possible)


def choose(parts: Sequence[tuple[float, Part]]) -> Part:
    """One of several parts, each with its probability."""
    if len(parts) == 1:
        return parts[0][1]
    return Part(
        one_of([(weight, part.time) for weight, part in parts]),
        math.fsum([weight * part.served for weight, part in parts]),
        tuple([link for weight, part in parts for link in part.scaled(weight, weight)]),
    )


def in_turn(parts: Sequence[Part]) -> Part:
    """All parts, one after the other."""
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Part(
        after(*[part.time for part in parts]),
        math.fsum([part.served for part in parts]),
        tuple([link for part in parts for link in part.links]),
    )


def at_once(parts: Sequence[Part]) -> Part:
    """All parts at the same time, to the end of the slowest."""
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    times = [part.time for part in parts if part.time is not None]
    served = max([part.served for part in parts])
    if len(times) < len(parts):
        return Part(None, served, tuple([link for part in parts for link in part.links]))
    slowest = parallel(*times)
    share = proportion(slowest.mean, math.fsum([time.mean for time in times]))
    links = tuple([link for part in parts for link in part.scaled(share)])
    return Part(slowest, served, links)


def repeat(part: Part, count: float, *, together: bool) -> Part:
    """The same part `count` times: one after the other, or `together` until the slowest is done."""
    if count == 1.0:
        return part
    time, times = repeat_time(part.time, count, together=together)
    return Part(time, part.served * (min(count, 1.0) if together else count), part.scaled(times, count))


def repeat_time(time: Time, count: float, *, together: bool) -> tuple[Time, float]:
    """A duration `count` times, and how many of its means that takes on average."""
    if time is None or count == 1.0:
        return time, count
    if together and count > 1.0:
        slowest = repeat_max(time, count)
        return slowest, proportion(slowest.mean, time.mean)
    return power(time, count), count


def perhaps(part: Part, chance: float) -> Part:
    """The part with that probability, or else nothing."""
    if chance >= 1.0:
        return part
    time = None if part.time is None else mixture(((chance, part.time), (1.0 - chance, ZERO)))
    return Part(time, part.served * chance, part.scaled(chance, chance))


def proportion(whole: float, parts: float) -> float:
    """How the parts are scaled so that they add up to the whole."""
    return whole / parts if parts > 0.0 else 1.0
