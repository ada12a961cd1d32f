"""How much of what a cache is asked for it has: Che's approximation over all datasets that share its memory.

A record that is read at rate r is there when its last read is less than T ago: with probability 1 - exp(-r T). T is
the same for all records in the cache and follows from its memory. Three things add to the published approximation:

- An update, at rate u, makes the copy useless and gives its room back. A copy is there when the last thing that
  happened to the record within T was a read, which has probability f (1 - exp(-e T)), e = r + u, f = r / e.
- No cache can have a new record before its first read. When a dataset of N records gets w new ones per second, a
  record keeps its popularity for L = N / w. The mean of the above over its life, in which the window of T begins with
  the record at the earliest, is f / L (m - (1 - exp(-e m)) / e + (L - m) (1 - exp(-e m))), m = min(T, L).
- What another cache has missed comes without the records that it keeps, and with pauses: a record asked for less than
  its T ago, G, would have been there. So a copy is found only if it is older, in a window of T - G (V. Martina,
  M. Garetto, E. Leonardi, "A unified approach to the performance analysis of caching systems", INFOCOM 2014).

Without these it is Che's approximation as published. Keys are spread over the instances of a cache, so their memory
adds up; replicas hold copies of the same and add nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from designer.catalog.model import Component
from designer.design.figures import figure_of
from designer.design.model import Node
from designer.traffic.explanation import explain_hit
from designer.traffic.model import CacheHit
from designer.traffic.popularity import Vector, che_time, zipf_bins
from designer.traffic.stream import Source, Stream


@dataclass(frozen=True, slots=True)
class Settled:
    """One dataset in a cache in its steady state."""

    hit: CacheHit
    missed: Vector  # part of the misses in each bin of popularity: what the next cache gets to see
    guard: float  # seconds before each miss in which nobody asked for the record; 0: a miss may be due to an update


@dataclass(frozen=True, slots=True)
class _Member:
    """A stream in numbers. `share` is its part of all records read from the cache."""

    records: float
    skew: float
    size: float
    share: float
    fresh: float
    life: float  # in units of one over the total read rate


@dataclass(frozen=True, slots=True)
class _State:
    """`time` is in units of one over the total read rate."""

    time: float
    ratios: tuple[float, ...]
    kept: tuple[float, ...]
    missed: tuple[Vector, ...]


def settle(node: Node, component: Component, streams: Sequence[Stream]) -> list[Settled]:
    """The steady state of a cache that sees these streams, each with reads.

    Without a memory figure everything fits.
    """
    memory = figure_of(node, component, "memory")
    capacity = math.inf if memory is None else memory * node.instances * node.shards
    total = sum(stream.reads for stream in streams)
    members = tuple(
        _Member(
            records=stream.dataset.records,
            skew=stream.dataset.skew,
            size=stream.dataset.record_size,
            share=stream.reads / total,
            fresh=stream.fresh,
            life=stream.life * total,
        )
        for stream in streams
    )
    if any(stream.sources for stream in streams):
        state = _solve(capacity, members, [_scaled(stream.sources, total) for stream in streams])
    else:
        state = _solve_unfiltered(capacity, members)
    time = state.time / total
    settled = []
    for number, stream in enumerate(streams):
        hit = CacheHit(
            cache=node.id,
            dataset=stream.name,
            ratio=state.ratios[number],
            lookups=stream.lookups,
            kept_records=state.kept[number],
            characteristic_time=time,
            arithmetic=explain_hit(node, component, streams, stream, time, state.ratios[number]),
        )
        settled.append(Settled(hit, state.missed[number], time if stream.updates == 0.0 else 0.0))
    return settled


def _scaled(sources: tuple[Source, ...], rate: float) -> tuple[Source, ...]:
    return tuple(Source(source.part, source.profile, source.guard * rate) for source in sources)


@lru_cache(maxsize=512)
def _solve_unfiltered(capacity: float, members: tuple[_Member, ...]) -> _State:
    """As `_solve`, remembered: neither a multiple of all rates nor a change elsewhere in the design alters it."""
    return _solve(capacity, members, [()] * len(members))


def _solve(capacity: float, members: Sequence[_Member], sources: Sequence[tuple[Source, ...]]) -> _State:
    """`guard` of the sources is in units of one over the total read rate here."""
    rates, sizes, ways = [], [], []
    for member, coming in zip(members, sources, strict=True):
        bins = zipf_bins(member.records, member.skew)
        by_way = coming or (Source(1.0, bins.shares),)
        ways.append(by_way)
        rates.append(member.share / bins.records * sum(way.part * way.profile for way in by_way))
        sizes.append(member.size * member.fresh * bins.records)
    events = [rate / member.fresh for member, rate in zip(members, rates, strict=True)]
    time = che_time(np.concatenate(events), np.concatenate(sizes), capacity)
    ratios, kept, missed = [], [], []
    for member, rate, by_way in zip(members, rates, ways, strict=True):
        records = zipf_bins(member.records, member.skew).records
        kept.append(float(records @ (member.fresh * _present(rate / member.fresh, time, member.life))))
        misses = np.zeros_like(rate)
        for way in by_way:
            own = member.share * way.part * way.profile / records
            misses += way.part * way.profile * (1.0 - _found(own, rate, member, time, way.guard))
        ratios.append(min(1.0, max(0.0, 1.0 - float(misses.sum()))))
        missed.append(_normalise(misses, by_way[0].profile))
    return _State(time, tuple(ratios), tuple(kept), tuple(missed))


def _found(own: Vector, reads: Vector, member: _Member, time: float, guard: float) -> Vector:
    """Probability that a read finds a copy, when none came by its `own` way for the last `guard`.

    Within the guard others may have read or updated the record, the last of them counts; before it, anyone.
    """
    fresh, quiet_for = member.fresh, min(guard, time, member.life)
    if quiet_for == 0.0:
        return fresh * _present(reads / fresh, time, member.life)
    if math.isinf(quiet_for):
        return np.zeros_like(reads)
    others = np.maximum(0.0, reads - own)
    events = others + reads * (1.0 / fresh - 1.0)
    quiet = np.exp(-events * quiet_for)
    during = np.divide(others, events, out=np.zeros_like(events), where=events > 0.0) * (1.0 - quiet)
    found: Vector = during + quiet * fresh * _present(reads / fresh, time, member.life, quiet_for)
    return found


def _present(rates: Vector, time: float, life: float, guard: float = 0.0) -> Vector:
    """Probability that something happened to a record less than `time` and more than `guard` ago.

    On average over a `life` of the record, of which nothing was before.
    """
    begun = min(time, life)
    window = begun - guard
    if math.isinf(window):
        return np.asarray(rates > 0.0, dtype=np.float64)
    happened = -np.expm1(-rates * window)
    if math.isinf(life):
        return happened
    waited = np.divide(happened, rates, out=np.full_like(rates, window), where=rates > 0.0)
    present: Vector = np.maximum(0.0, (window - waited) / life + (1.0 - begun / life) * happened)
    return present


def _normalise(profile: Vector, otherwise: Vector) -> Vector:
    total = float(profile.sum())
    return profile / total if total > 0.0 else otherwise
