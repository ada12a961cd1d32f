"""How unevenly records are asked for, and what follows from it: cache hits, hot shards, keys that move.

Popularity is Zipf's law: the record of rank i is asked for with probability p(i) = i^-skew / sum over j of j^-skew.
Requests are independent of each other (the independent reference model).

Sources: H. Che, Y. Tung, Z. Wang, "Hierarchical Web caching systems", IEEE JSAC 20(7), 2002; C. Fricker, P. Robert,
J. Roberts, "A versatile and accurate approximation for LRU cache performance", ITC 24, 2012; D. Karger et al.,
"Consistent hashing and random trees", STOC 1997.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.bounds import require_number, require_whole
from designer.keeping import remembered_formula

Vector = NDArray[np.float64]

_EXACT_RANKS = 64
"""Ranks that are a bin of their own: they carry most of the requests, and steps between them are large."""
_WIDE_BINS = 192
"""Bins for all other ranks, each wider than the one before by one factor."""
_PRECISION = 1e-12
"""Relative precision of the characteristic time."""
_CROSSING_PRECISION = 1e-9
"""Relative precision of a crossing."""
_STEP = 16.0
"""Factor by which a bracket is widened."""
_LEAST_PART = 0.02
"""A secant is not trusted to leave less of a bracket than this."""
_MAX_STEPS = 200
"""More than bisection ever needs between two positive floats 10^±300 apart on a logarithmic scale."""


@dataclass(frozen=True, slots=True)
class Bins:
    """A popularity law in groups of neighbouring ranks: how many records are in each, and its part of all requests."""

    records: Vector
    shares: Vector


@remembered_formula(1024)
def zipf_bins(records: float, skew: float) -> Bins:
    """Zipf's law over `records` ranks in at most 256 bins, so that 10^9 records cost no more than 10^3.

    The first ranks are exact; a wider bin from rank a to b has the mass of the integral of x^-skew from a - 1/2 to
    b + 1/2, which is the sum of its ranks to within skew (skew + 1) / (24 a^2). `records` is rounded, and is at
    least 1; a skew of 0 is uniform popularity.
    """
    require_number("records", records, 0.0)
    require_number("skew", skew, 0.0)
    total = float(max(1, round(records)))
    head = np.arange(1.0, min(total, _EXACT_RANKS) + 1)
    if total <= _EXACT_RANKS:
        counts, masses = np.ones_like(head), head**-skew
    else:
        ascending = np.floor(np.geomspace(_EXACT_RANKS, total, _WIDE_BINS + 1))
        edges = ascending[np.append(True, np.diff(ascending) > 0)]
        edges[0], edges[-1] = _EXACT_RANKS, total  # whatever rounding made of them
        wide = _power_integral(edges[:-1] + 0.5, edges[1:] + 0.5, skew)
        counts = np.concatenate((np.ones_like(head), np.diff(edges)))
        masses = np.concatenate((head**-skew, wide))
    shares = masses / masses.sum()
    for vector in (counts, shares):
        vector.flags.writeable = False  # the result is shared between all who ask
    return Bins(counts, shares)


def _power_integral(low: Vector, high: Vector, skew: float) -> Vector:
    """Integral of x^-skew from `low` to `high`, without cancellation near a skew of 1."""
    exponent = 1.0 - skew
    ratio = np.log(high / low)
    grown: Vector = ratio if exponent == 0.0 else np.expm1(exponent * ratio) / exponent
    product: Vector = low**exponent * grown
    return product


def che_time(rates: Vector, sizes: Vector, capacity: float) -> float:
    """Characteristic time T of a cache of `capacity`: the age at which an entry nobody asked for is evicted.

    Solves sum of sizes (1 - exp(-rates T)) = capacity, the expected contents of the cache. `rates` are the requests
    for **one** record of each bin per unit of time, `sizes` what all records of the bin take up, in the unit of
    `capacity`. The result is in the unit of time of `rates`: 0 without capacity, inf when everything fits.
    """
    asked = rates > 0.0
    if not asked.all():
        rates, sizes = rates[asked], sizes[asked]
    if float(sizes.sum()) <= capacity:
        return math.inf
    if capacity <= 0.0:
        return 0.0
    return _solve_contents(rates, sizes, capacity)


def _solve_contents(rates: Vector, sizes: Vector, capacity: float) -> float:
    """Newton's method on logarithms, where the contents are nearly straight, kept inside a shrinking bracket."""
    # 1 - exp(-x) <= x bounds T from below; the slowest record bounds it from above.
    low = capacity / float(rates @ sizes)
    high = -math.log1p(-capacity / float(sizes.sum())) / float(rates.min())
    time = low
    for _ in range(_MAX_STEPS):
        absent = np.exp(-rates * time)
        contents = float(sizes @ (1.0 - absent))
        if contents < capacity:
            low = time
        else:
            high = time
        slope = time * float((sizes * rates) @ absent)
        step = math.log(capacity / contents) * contents / slope if slope > 0.0 else math.inf
        if abs(step) <= _PRECISION or high - low <= _PRECISION * high:
            return time
        following = time * math.exp(step) if abs(step) < 1.0 else (time * math.e if step > 0.0 else 0.0)
        time = following if low < following < high else math.sqrt(low) * math.sqrt(high)
    return time


def find_crossing(rising: Callable[[float], float], target: float, high: float) -> float:
    """Where a rising function of a positive number reaches `target`; at `high`, at the latest, it has.

    The secant on logarithms, where such functions are nearly straight, kept inside a shrinking bracket (Illinois).
    """
    above = rising(high) - target
    if above <= 0.0:
        return high
    low, below = high, above
    while below > 0.0:
        high, above = low, below
        low /= _STEP
        if low == 0.0:  # reached from the start, as far as numbers can tell
            return 0.0
        below = rising(low) - target
    kept = 0
    for _ in range(_MAX_STEPS):
        if high - low <= _CROSSING_PRECISION * high:
            break
        part = below / (below - above)
        middle = low * (high / low) ** min(max(part, _LEAST_PART), 1.0 - _LEAST_PART)
        found = rising(middle) - target
        if found < 0.0:
            low, below = middle, found
            above, kept = (above / 2.0 if kept < 0 else above), -1
        else:
            high, above = middle, found
            below, kept = (below / 2.0 if kept > 0 else below), 1
    return high


def keep_first(worth: Vector, rooms: Vector, capacity: float) -> Vector:
    """Part of each bin that is kept when `capacity` goes to those with the most `worth` first."""
    order = np.argsort(-worth, kind="stable")
    reached = np.cumsum(rooms[order])
    spare = capacity - (reached - rooms[order])
    kept = np.empty_like(worth)
    kept[order] = np.clip(
        np.divide(spare, rooms[order], out=np.ones_like(spare), where=rooms[order] > 0.0), 0.0, 1.0
    )
    return kept


def lru_hit_ratio(records: float, skew: float, capacity_records: float) -> float:
    """Part of the reads a cache of `capacity_records` answers when it evicts what was used least recently.

    Che's approximation: h = sum of p(i) (1 - exp(-p(i) T)), with T from `che_time`.
    """
    require_number("capacity_records", capacity_records, 0.0)
    bins = zipf_bins(records, skew)
    time = che_time(bins.shares / bins.records, bins.records, capacity_records)
    if math.isinf(time):
        return 1.0
    return min(1.0, float(bins.shares @ -np.expm1(-bins.shares / bins.records * time)))


def lfu_hit_ratio(records: float, skew: float, capacity_records: float) -> float:
    """Part of the reads a cache answers that always keeps the most popular records.

    No cache of its size does better.
    """
    require_number("capacity_records", capacity_records, 0.0)
    bins = zipf_bins(records, skew)
    reached = np.cumsum(bins.records)
    kept = np.clip(1.0 - (reached - capacity_records) / bins.records, 0.0, 1.0)
    return min(1.0, float(bins.shares @ kept))


def hottest_share(records: float, skew: float, shards: int) -> float:
    """Part of the keyed requests that the busiest of `shards` shards gets when keys are spread by a hash.

    p(1) + (1 - p(1)) / shards: it has the most popular record and, of the others, its even part. This is a lower bound
    of the expectation: a second popular record may land on the same shard.
    """
    require_whole("shards", shards, 1)
    first = float(zipf_bins(records, skew).shares[0])
    return first + (1.0 - first) / shards


def moved_keys(old: int, new: int, consistent: bool) -> float:
    """Part of the keys that live elsewhere after `old` shards have become `new`.

    Consistent hashing moves only what the added shards take over, or the removed ones give up:
    |new - old| / max(new, old). With hash mod n a key stays when both remainders agree, which is so for
    min(old, new) of every lcm(old, new) keys.
    """
    require_whole("old", old, 1)
    require_whole("new", new, 1)
    if consistent:
        return abs(new - old) / max(new, old)
    return 1.0 - min(old, new) / math.lcm(old, new)
