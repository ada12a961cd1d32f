"""From what was seen to what can be said: means and percentiles with 95 % confidence intervals.

One long run is divided into batches. What follows one another closely is alike (a long queue stays long for a while),
batches hardly are; so the spread between batches, not that between requests, tells how far a number can be trusted
(batch means: Law, Simulation Modeling and Analysis, section 9.5.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from designer.simulation.model import Estimate, Times

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

BATCHES = 32
PERCENTILES = (50.0, 95.0, 99.0, 99.9)
NORMAL = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

KEPT = 4_000_000
"""Response times that are kept one by one, per source. Of more, those of one histogram bin count as equal."""

ROUNDING = 1e-6
"""Of a rank: products of a part and a count are off by less."""

DROPPED_BITS = 42
"""A histogram bin keeps 10 of a float's 52 binary digits: its values differ by less than 0.1 %."""


def student(degrees: int) -> float:
    """The 97.5th percentile of Student's distribution, to 0.2 % from 3 degrees of freedom on.

    Source: Abramowitz and Stegun, 26.7.5.
    """
    z, n = NORMAL, degrees
    terms = (
        (z**3 + z) / 4 / n,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96 / n**2,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / n**3,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160 / n**4,
    )
    return z + sum(terms)


def estimate_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Estimate:
    """The sum of the first by the sum of the second, one of each per batch. Nothing seen: 0, with no confidence."""
    total = math.fsum(denominators)
    if total <= 0.0:
        return Estimate(0.0, 0.0, math.inf)
    value = math.fsum(numerators) / total
    spread = _spread(numerators, denominators, value)
    if spread is None:
        return Estimate(value, 0.0, math.inf)
    return Estimate(value, max(0.0, value - spread), value + spread)


def _spread(numerators: Sequence[float], denominators: Sequence[float], value: float) -> float | None:
    """Half the width of the 95 % interval of a ratio of sums; None when there is only one batch."""
    count = sum(1 for part in denominators if part > 0.0)
    if count < 2:
        return None
    total = math.fsum(denominators)
    squares = math.fsum(
        (top - value * bottom) ** 2 for top, bottom in zip(numerators, denominators, strict=True)
    )
    return student(count - 1) * math.sqrt(squares * count / (count - 1)) / total


@dataclass(slots=True)
class Sample:
    """Times of one kind, batch by batch: one by one until they are too many, then counted in bins."""

    kept: list[list[Floats]] = field(default_factory=list)
    binned: list[tuple[Longs, Longs]] | None = None
    sums: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def begin_batch(self) -> None:
        """What is added from now on belongs to a new batch."""
        self.kept.append([])
        self.sums.append(0.0)
        self.counts.append(0)
        if self.binned is not None:
            self.binned.append((np.zeros(0, np.int64), np.zeros(0, np.int64)))

    def add(self, times: Floats) -> None:
        """Add times to the batch that was begun last."""
        if not len(times):
            return
        self.sums[-1] += float(times.sum())
        self.counts[-1] += len(times)
        if self.binned is not None:
            self.binned[-1] = _count_bins([times], *self.binned[-1])
            return
        self.kept[-1].append(times)
        if sum(self.counts) > KEPT:
            nothing = np.zeros(0, np.int64)
            self.binned = [_count_bins(parts, nothing, nothing) for parts in self.kept]
            self.kept = []

    def describe(self) -> Times | None:
        """Mean and percentiles with their confidence intervals; None of nothing."""
        if sum(self.counts) == 0:
            return None
        mean = estimate_ratio(self.sums, [float(count) for count in self.counts])
        ranked = _Listed.of(self.kept) if self.binned is None else _Binned.of(self.binned)
        return Times(sum(self.counts), mean, _percentiles(ranked))


@dataclass(frozen=True, slots=True)
class _Listed:
    """All times as they came in, with the bin of each, and how many times are in each bin and before."""

    times: Floats
    batches: list[Floats]
    bins: Longs
    ranks: Longs

    @classmethod
    def of(cls, kept: list[list[Floats]]) -> _Listed:
        times = np.concatenate([part for parts in kept for part in parts])
        ends = np.cumsum([sum(map(len, parts)) for parts in kept])[:-1]
        bins = times.view(np.int64) >> DROPPED_BITS
        bins -= bins.min()
        batches = [batch for batch in np.split(times, ends) if len(batch)]
        return cls(times, batches, bins, np.cumsum(np.bincount(bins)))

    @property
    def count(self) -> int:
        return len(self.times)

    def take(self, ranks: list[int]) -> list[float]:
        """The times with these ranks, from 1. Only the bins that they are in need sorting."""
        places = np.searchsorted(self.ranks, ranks)
        wanted = np.zeros(len(self.ranks), dtype=np.bool_)
        wanted[places] = True
        found = np.sort(self.times[wanted[self.bins]])
        sizes = np.diff(self.ranks, prepend=0)
        before = self.ranks - sizes
        skipped = before - (np.cumsum(sizes * wanted) - sizes * wanted)
        return [float(found[rank - 1 - skipped[place]]) for rank, place in zip(ranks, places, strict=True)]

    def below(self, time: float) -> list[tuple[float, float]]:
        """Per batch: how many times are up to this one, and how many there are."""
        return [(float(np.count_nonzero(batch <= time)), float(len(batch))) for batch in self.batches]


@dataclass(frozen=True, slots=True)
class _Binned:
    """The bins in ascending order with how many times are in them and before, and those of each batch."""

    bins: Longs
    ranks: Longs
    batches: list[tuple[Longs, Longs]]

    @classmethod
    def of(cls, batches: list[tuple[Longs, Longs]]) -> _Binned:
        filled = [batch for batch in batches if len(batch[0])]
        bins, order = np.unique(np.concatenate([bins for bins, _ in filled]), return_inverse=True)
        counts = np.bincount(order, np.concatenate([counts for _, counts in filled]).astype(np.float64))
        return cls(bins, np.cumsum(counts).astype(np.int64), filled)

    @property
    def count(self) -> int:
        return int(self.ranks[-1])

    def take(self, ranks: list[int]) -> list[float]:
        """The times with these ranks, from 1: the middles of their bins."""
        return [_middle(int(self.bins[np.searchsorted(self.ranks, rank)])) for rank in ranks]

    def below(self, time: float) -> list[tuple[float, float]]:
        """Per batch: how many times are up to this one, the rest of its bin included, and how many there are."""
        last = int(np.float64(time).view(np.int64)) >> DROPPED_BITS
        return [
            (float(counts[: np.searchsorted(bins, last, side="right")].sum()), float(counts.sum()))
            for bins, counts in self.batches
        ]


def _percentiles(ranked: _Listed | _Binned) -> dict[float, Estimate]:
    """Each percentile: the smallest time with at least this part of all up to it.

    Its interval is that of the part of all times up to it, read back as times. What lies beyond the last is unbounded.
    """
    count = ranked.count
    parts = [percent / 100.0 for percent in PERCENTILES]

    def ranks(wanted: list[float]) -> list[int]:
        return [min(count, max(1, math.ceil(part * count - ROUNDING))) for part in wanted]

    values = ranked.take(ranks(parts))
    spreads = [
        _part_spread(ranked.below(value), part, count) for value, part in zip(values, parts, strict=True)
    ]
    lows = [part - spread for part, spread in zip(parts, spreads, strict=True)]
    highs = [part + spread for part, spread in zip(parts, spreads, strict=True)]
    bounds = ranked.take(ranks([*lows, *highs]))
    return {
        percent: Estimate(
            values[number],
            bounds[number] if lows[number] > 0.0 else 0.0,
            bounds[number + len(parts)] if highs[number] < 1.0 else math.inf,
        )
        for number, percent in enumerate(PERCENTILES)
    }


def _part_spread(below: list[tuple[float, float]], part: float, count: int) -> float:
    """Half the width of the 95 % interval of the part of all times up to some time, counted per batch."""
    numbers, totals = zip(*below, strict=True)
    spread = _spread(numbers, totals, math.fsum(numbers) / math.fsum(totals)) or 0.0
    # No less than if all requests were independent: over few batches the spread may be small by luck.
    return max(spread, NORMAL * math.sqrt(part * (1.0 - part) / count))


def _count_bins(parts: list[Floats], bins: Longs, counts: Longs) -> tuple[Longs, Longs]:
    """Bins in ascending order and how many times fell into each, those counted before included."""
    fresh = [part.view(np.int64) >> DROPPED_BITS for part in parts]
    known, order = np.unique(np.concatenate([bins, *fresh]), return_inverse=True)
    ones = [np.ones(len(part), np.int64) for part in fresh]
    summed = np.bincount(order, np.concatenate([counts, *ones]).astype(np.float64))
    return known, summed.astype(np.int64)


def _middle(number: int) -> float:
    """The time in the middle of a bin."""
    if number == 0:
        return 0.0
    edges = (np.array([number, number + 1], dtype=np.int64) << DROPPED_BITS).view(np.float64)
    return float(edges.mean())
