"""How much of what a cache is asked for it has: Che's approximation over all datasets that share its memory.

A record that is read at rate r is there when its last read is less than T ago. T is the same for all records in the
cache and follows from its memory. Two things make copies useless that the published approximation leaves out:

- An update, at rate u: the copy is out of date and gives its room back. A copy is there when the last thing that
  happened to the record within T was a read, which has probability f (1 - exp(-e T)), e = r + u, f = r / e.
- The first read of a new record, which no cache can have. When a dataset of N records gets w new ones per second, a
  record keeps its popularity for L = N / w on average. With a window of T that began at most L ago, the mean of the
  above over the life of a record is

      f (1 - (1 - exp(-e m)) / (e L) - (1 - m / L) exp(-e m)),  m = min(T, L)

Without updates and new records this is Che's approximation as published. Keys are spread over the instances of a
cache, so their memory adds up; replicas hold copies of the same and add nothing.
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
from designer.traffic.stream import Stream


@dataclass(frozen=True, slots=True)
class Settled:
    """One dataset in a cache in its steady state."""

    hit: CacheHit
    missed: Vector  # part of the misses in each bin of popularity: what the next cache gets to see


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
    if any(stream.profile is not None for stream in streams):
        state = _solve(capacity, members, [stream.profile for stream in streams])
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
        settled.append(Settled(hit, state.missed[number]))
    return settled


@lru_cache(maxsize=512)
def _solve_unfiltered(capacity: float, members: tuple[_Member, ...]) -> _State:
    """As `_solve`, remembered: neither a multiple of all rates nor a change elsewhere in the design alters it."""
    return _solve(capacity, members, [None] * len(members))


def _solve(capacity: float, members: Sequence[_Member], profiles: Sequence[Vector | None]) -> _State:
    rates, sizes, parts = [], [], []
    for member, profile in zip(members, profiles, strict=True):
        bins = zipf_bins(member.records, member.skew)
        asked = bins.shares if profile is None else profile
        parts.append((asked, bins.records))
        rates.append(member.share / member.fresh * asked / bins.records)
        sizes.append(member.size * member.fresh * bins.records)
    time = che_time(np.concatenate(rates), np.concatenate(sizes), capacity)
    ratios, kept, missed = [], [], []
    for member, rate, (asked, records) in zip(members, rates, parts, strict=True):
        there = member.fresh * _present(rate, time, member.life)
        ratios.append(min(1.0, float(asked @ there)))
        kept.append(float(records @ there))
        missed.append(_normalise(asked * (1.0 - there), asked))
    return _State(time, tuple(ratios), tuple(kept), tuple(missed))


def _present(rates: Vector, time: float, life: float) -> Vector:
    """Probability that something happened to a record within `time`, on average over a `life` of it."""
    window = min(time, life)
    if math.isinf(window):
        return np.asarray(rates > 0.0, dtype=np.float64)
    happened = -np.expm1(-rates * window)
    if math.isinf(life):
        return happened
    first = np.divide(happened, rates * life, out=np.full_like(rates, window / life), where=rates > 0.0)
    return np.maximum(0.0, 1.0 - first - (1.0 - window / life) * (1.0 - happened))


def _normalise(profile: Vector, otherwise: Vector) -> Vector:
    total = float(profile.sum())
    return profile / total if total > 0.0 else otherwise
