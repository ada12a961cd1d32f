"""How much of what a cache is asked for it has: Che's approximation over all datasets that share its memory.

A record that is read at rate r is there when its last read is less than T ago: with probability 1 - exp(-r T). T is
the same for all records in the cache and follows from its memory. Some things add to the published approximation:

- What writes and a time to live do to a copy is in copies.py: an update that the cache is told of makes the copy
  useless and gives its room back, or replaces it; a copy is given up at its time to live, reads do not renew it.
- No cache can have a new record before its first read, unless it keeps what is written. When a dataset of N records
  gets w new ones per second, a record keeps its popularity for L = N / w, and the mean over its life counts.
- What another cache has missed comes without the records that it keeps, and with pauses: a record asked for less than
  its T ago, G, would have been there. So a copy is found only if it is older, in a window of T - G (V. Martina,
  M. Garetto, E. Leonardi, "A unified approach to the performance analysis of caching systems", INFOCOM 2014).
- A cache that gives up what is asked for least often keeps the most popular records, as many as its memory takes.

Without these it is Che's approximation as published. Keys are spread over the instances of a cache, so their memory
adds up; replicas hold copies of the same and add nothing.

A cache that starts empty gives nothing up until it is full, and that is after T: T is the time in which the distinct
records asked for fill the memory. So after t < T it has what was asked for within t: its hit ratio is that of a cache
whose characteristic time is t. `warm_up` is the t for which this is nine tenths of the hit ratio reached in the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from designer.arithmetic import Arithmetic
from designer.catalog.model import Component
from designer.design.figures import figure_of
from designer.design.model import Eviction, Node
from designer.traffic import explanation
from designer.traffic.copies import Life, found_after, held, outdated, present
from designer.traffic.model import CacheHit
from designer.traffic.popularity import Vector, che_time, find_crossing, keep_first, zipf_bins
from designer.traffic.stream import Stream

WARM = 0.9
"""Part of its hit ratio with which a cache counts as warm."""

_NOTHING = 1e-12
"""A hit ratio that is no more than this is what rounding leaves of none."""
_FOREVER = 1e30
"""More reads than any cache sees until it is warm."""


class Settled(NamedTuple):
    """One dataset in a cache in its steady state."""

    hit: CacheHit
    missed: Vector  # part of the misses in each bin of popularity: what the next cache gets to see
    hottest: float  # part of the misses for the record that is missed most
    guard: float  # seconds before each miss in which nobody asked for the record; 0: a miss may be due to an update


class _Way(NamedTuple):
    """A way by which reads come: their part, its guard, and the bytes of their profile."""

    part: float
    guard: float
    profile: bytes


class _Member(NamedTuple):
    """A stream in numbers. `share` is its part of all records read from the cache, `unseen` changes per read."""

    records: float
    skew: float
    size: float
    share: float
    life: Life
    unseen: float
    ways: tuple[_Way, ...]


def settle(node: Node, component: Component, streams: Sequence[Stream]) -> list[Settled]:
    """The steady state of a cache that sees these streams, each with reads.

    Without a memory figure everything fits.
    """
    memory = figure_of(node, component, "memory")
    capacity = math.inf if memory is None else memory * node.instances * node.shards
    total = sum([stream.reads for stream in streams])
    ttl = math.inf if node.ttl is None else node.ttl
    members = tuple([_member(stream, total, ttl) for stream in streams])
    found = _solve(capacity, node.eviction, members)
    return [_report(node, component, streams, number, each, total) for number, each in enumerate(found)]


def _member(stream: Stream, total: float, ttl: float) -> _Member:
    life = Life(stream.pace, stream.fresh, ttl * total, stream.life * total, stream.inserted)
    ways = tuple([_Way(way.part, way.guard * total, way.profile.tobytes()) for way in stream.sources])
    data = stream.dataset
    share, unseen = stream.reads / total, stream.unseen / stream.reads
    return _Member(data.records, data.skew, data.record_size, share, life, unseen, ways)


def _report(
    node: Node,
    component: Component,
    streams: Sequence[Stream],
    number: int,
    found: _Outcome,
    total: float,
) -> Settled:
    stream, lru = streams[number], node.eviction is Eviction.LRU
    time = found.time / total
    cache = explanation.Explained(node, component, tuple(streams), time)

    def warm_up() -> float:
        return found.warm_up / total

    hit = CacheHit(
        cache=node.id,
        dataset=stream.name,
        ratio=found.ratio,
        lookups=stream.lookups,
        kept_records=lambda: found.kept,
        characteristic_time=time,
        arithmetic=Arithmetic.later(lambda: explanation.explain_hit(cache, stream, found.ratio)),
        bound=lambda: found.bound,
        stale=lambda: found.stale,
        warm_up=warm_up,
        warming=Arithmetic.later(lambda: explanation.explain_warm_up(cache, stream, found.ratio, warm_up())),
        staleness=Arithmetic.later(lambda: explanation.explain_stale(cache, stream, found.stale)),
    )
    quiet = min(time, math.inf if node.ttl is None else node.ttl)
    return Settled(
        hit, found.missed, found.hottest, quiet if lru and stream.updates == 0.0 == stream.renewals else 0.0
    )


class _Contents:
    """A cache while its characteristic time is being found."""

    def __init__(self, capacity: float, members: Sequence[_Member]) -> None:
        self.capacity = capacity
        self.members = members
        self.records = [zipf_bins(member.records, member.skew).records for member in members]
        self.profiles: list[list[tuple[float, float, Vector]]] = []
        self.reads: list[Vector] = []  # per record
        self._best: list[Vector] | None = None
        for member, records in zip(members, self.records, strict=True):
            ways = [(way.part, way.guard, np.frombuffer(way.profile)) for way in member.ways]
            if not ways:
                ways = [(1.0, 0.0, zipf_bins(member.records, member.skew).shares)]
            self.profiles.append(ways)
            self.reads.append(member.share / records * sum([part * profile for part, _, profile in ways]))

    def time(self) -> float:
        """Characteristic time of an LRU cache: the age at which what nobody asks for is evicted."""
        ttl = self.members[0].life.ttl
        if math.isinf(ttl):
            events = [
                reads * member.life.pace for member, reads in zip(self.members, self.reads, strict=True)
            ]
            sizes = [
                member.size * member.life.fresh * records
                for member, records in zip(self.members, self.records, strict=True)
            ]
            return che_time(np.concatenate(events), np.concatenate(sizes), self.capacity)
        if self.capacity <= 0.0:
            return 0.0
        if self._filled(math.inf) <= self.capacity:
            return math.inf
        # What is younger than its time to live fills the cache already: T is less.
        return find_crossing(self._filled, self.capacity, ttl)

    def _filled(self, time: float) -> float:
        return math.fsum([float(self.room(number, time).sum()) for number in range(len(self.members))])

    def room(self, number: int, time: float) -> Vector:
        """What the copies of each bin of a member take up."""
        member = self.members[number]
        taken: Vector = member.size * self.records[number] * held(self.reads[number], member.life, time)
        return taken

    def keep_most(self, by_size: bool) -> tuple[list[Vector], float]:
        """Part of each bin kept when the records most asked for are, and how often the least of them is read.

        `by_size`: most asked for in terms of their size, which answers the most reads.
        """
        worth = [
            reads / member.size if by_size else reads
            for member, reads in zip(self.members, self.reads, strict=True)
        ]
        rooms = np.concatenate([self.room(number, math.inf) for number in range(len(self.members))])
        order = np.concatenate(worth)
        kept = keep_first(order, rooms, self.capacity)
        lengths = np.cumsum([len(reads) for reads in self.reads])[:-1]
        partly = order[kept < 1.0]
        least = float(partly.max()) if len(partly) else 0.0
        return list(np.split(kept, lengths)), least

    def misses(self, number: int, time: float, kept: Vector | None = None, *, ttl: bool = True) -> Vector:
        """Reads of each bin of a member that find no copy, as part of the reads of the member."""
        member, reads, records = self.members[number], self.reads[number], self.records[number]
        life = member.life if ttl else member.life._replace(ttl=math.inf)
        missed = np.zeros_like(reads)
        for part, guard, profile in self.profiles[number]:
            own = member.share * part * profile / records
            found = found_after(own, reads, life, time, guard)
            missed += part * profile * (1.0 - (found if kept is None else kept * found))
        return missed

    def most_useful(self) -> list[Vector]:
        """Part of each bin in the cache that answers the most reads of all with this memory."""
        if self._best is None:
            self._best, _ = self.keep_most(by_size=True)
        return self._best


class _Outcome:
    """What becomes of one member. Times are in units of one over the total read rate; some are found when asked for."""

    def __init__(self, contents: _Contents, number: int, time: float, kept: Vector | None) -> None:
        self._contents = contents
        self._number = number
        self._kept = kept  # of an LFU cache: part of each bin
        self.time = time
        self._member = member = contents.members[number]
        self._reads, records = contents.reads[number], contents.records[number]
        self._window = time if kept is None else math.inf
        self._shares = self._reads * records / member.share
        self._misses = misses = contents.misses(number, self._window, kept)
        total = float(misses.sum())
        self.ratio = min(1.0, max(0.0, 1.0 - total))
        self.missed: Vector = misses / total if total > 0.0 else contents.profiles[number][0][2]
        self.hottest = float((self.missed / records).max())

    @cached_property
    def kept(self) -> float:
        """Records in the cache."""
        there = present(self._reads, self._member.life, self._window)
        return float(
            self._contents.records[self._number] @ (there if self._kept is None else self._kept * there)
        )

    @cached_property
    def bound(self) -> float:
        """The most that any cache with this memory could answer."""
        best = self._contents.most_useful()[self._number]
        return min(1.0, float(self._shares @ (best * present(self._reads, self._member.life, math.inf))))

    @cached_property
    def stale(self) -> float:
        """Part of the hits that are older than the last change."""
        unseen = self._member.unseen
        if unseen <= 0.0 or self.ratio <= 0.0:
            return 0.0
        hits = np.maximum(0.0, self._shares - self._misses)
        old = outdated(self._reads, self._reads * unseen, self._member.life, self._window)
        return min(1.0, float(hits @ old) / float(hits.sum()))

    @cached_property
    def warm_up(self) -> float:
        """Until nine tenths of the ratio are reached by a cache that starts with nothing."""
        return _warm_up(
            lambda at: 1.0 - float(self._contents.misses(self._number, at, self._kept, ttl=False).sum()),
            WARM * self.ratio,
            min(self._window, self._member.life.ttl),
        )


@lru_cache(maxsize=128)
def _solve(capacity: float, eviction: Eviction, members: tuple[_Member, ...]) -> tuple[_Outcome, ...]:
    """Remembered by value: neither a multiple of all rates nor a change elsewhere in the design alters it."""
    contents = _Contents(capacity, members)
    kept: list[Vector] | list[None] = [None] * len(members)
    if eviction is Eviction.LFU:
        kept, least = contents.keep_most(by_size=False)
        time = 1.0 / least if least > 0.0 else math.inf
    else:
        time = contents.time()
    return tuple([_Outcome(contents, number, time, part) for number, part in enumerate(kept)])


def _warm_up(reached: Callable[[float], float], enough: float, most: float) -> float:
    """When a growing hit ratio, by the time since the start, is `enough`; it is at `most` at the latest."""
    if enough <= _NOTHING:
        return 0.0
    if math.isinf(most):
        most = 1.0
        while reached(most) < enough and most < _FOREVER:
            most *= 32.0
    return find_crossing(reached, enough, most)
