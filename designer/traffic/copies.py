"""How likely it is that a cache has an up-to-date copy of a record, in closed form. All vectors are by record.

A record is read at rate r. Its copy is forgotten at rate u, because the record changed, and replaced by the new value
at rate w, where the cache keeps what is written. In all e = r + u + w things happen to it per unit of time, of which
the part f = (r + w) / e leave a copy. It is there when the last of them within T, the characteristic time of the
cache, was not an update: with probability f (1 - exp(-e T)).

A copy that has a time to live of D is given up at that age, however often it is read: reads do not renew it. Without
eviction r A reads find a copy before it is gone, A = (1 - exp(-v D)) / v, v = u + w (A = D when nothing is written),
so that a read finds one with probability (r + w) A / (1 + r A) (J. Jung, A. Berger, H. Balakrishnan, "Modeling
TTL-based Internet caches", INFOCOM 2003). For D <= T this is exact, for no one evicts a copy that is younger than T.
For a longer D the copy may go before: without a time to live it lives as long as the busy period of a queue
M/D/infinity with service T, of which the mean is known. What is beyond T is taken as exponential, with that mean, and
cut off at D.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from designer.traffic.popularity import Vector

_MOST = 700.0
"""exp of more is no number any longer; a record asked for so often in T is never evicted."""


class Life(NamedTuple):
    """What happens to the copies of one dataset, beside being read. Times in any one unit."""

    pace: float = 1.0  # e / r
    fresh: float = 1.0  # f
    ttl: float = math.inf  # D
    span: float = math.inf  # how long a record keeps its popularity: L
    inserted: float = 0.0  # part of the new records of which there is a copy from the start


def found_before_gone(reads: Vector, ended: Vector, time: float, ttl: float) -> Vector:
    """Reads that find one and the same copy, on average, which ends at rate `ended` for other reasons than its age."""
    if math.isinf(time) and math.isinf(ttl):
        return np.divide(reads, ended, out=np.full_like(reads, math.inf), where=ended > 0.0)
    young = _discounted(reads, ended, min(time, ttl))
    if ttl <= time:
        return young
    events = np.minimum((reads + ended) * time, _MOST)
    lost = ended + reads * np.exp(-events)
    unending = np.divide(-reads * np.expm1(-events), lost, out=np.zeros_like(reads), where=lost > 0.0)
    old = np.maximum(0.0, unending - young)
    if math.isinf(ttl):
        return young + old
    leaving = np.divide(reads * np.exp(-ended * time), old, out=np.full_like(reads, np.inf), where=old > 0.0)
    found: Vector = young - old * np.expm1(-leaving * (ttl - time))
    return found


def _discounted(reads: Vector, ended: Vector, age: float) -> Vector:
    """Reads until `age` of a copy that ends at rate `ended`."""
    span = np.full_like(reads, age)
    return reads * np.divide(-np.expm1(-ended * age), ended, out=span, where=ended > 0.0)


def held(reads: Vector, life: Life, time: float) -> Vector:
    """Probability that a copy of a record that was always there is in the cache and up to date."""
    if math.isinf(life.ttl):
        if math.isinf(time):
            return np.where(reads > 0.0, life.fresh, 0.0)
        return -life.fresh * np.expm1(-reads * life.pace * time)
    found = found_before_gone(reads, reads * (life.pace - 1.0), time, life.ttl)
    there: Vector = np.minimum(1.0, life.fresh * life.pace * found / (1.0 + found))
    return there


def present(reads: Vector, life: Life, time: float, guard: float = 0.0) -> Vector:
    """Probability that a copy is there, and is older than `guard`, on average over the life of a record.

    Nothing was before its life: the window in which something must have happened begins with the record at the
    earliest. The mean of 1 - exp(-e min(age, W)) over its life of L, W = min(T, D), is
    (m - (1 - exp(-e m)) / e + (L - m) (1 - exp(-e m))) / L, m = min(W, L).
    """
    window = min(time, life.ttl)
    begun = min(window, life.span)
    left = begun - guard
    if math.isinf(left):
        return held(reads, life, time)
    events = reads * life.pace
    happened = -np.expm1(-events * left)
    part: Vector | float = life.fresh
    if not math.isinf(life.ttl):  # a copy is given up at its age, though it is read
        ever = -np.expm1(-events * window)
        part = np.divide(held(reads, life, time), ever, out=np.full_like(reads, life.fresh), where=ever > 0.0)
    if math.isinf(life.span):
        return part * happened
    grown = 1.0 - begun / life.span
    waited = np.divide(happened, events, out=np.full_like(reads, left), where=events > 0.0)
    since = np.maximum(0.0, (left - waited) / life.span + grown * happened)
    if life.inserted == 0.0:
        return part * since
    from_start = left / life.span + part * grown * happened
    mixed: Vector = (1.0 - life.inserted) * part * since + life.inserted * from_start
    return mixed


def found_after(own: Vector, reads: Vector, life: Life, time: float, guard: float) -> Vector:
    """Probability that a read finds a copy, when none came by its `own` way for the last `guard`.

    Within the guard others may have read or written the record, the last of them counts; before it, anyone.
    """
    quiet_for = min(guard, time, life.ttl, life.span)
    if quiet_for == 0.0:
        return present(reads, life, time)
    if math.isinf(quiet_for):
        return np.zeros_like(reads)
    others = np.maximum(0.0, reads - own)
    events = others + reads * (life.pace - 1.0)
    copying = others + reads * max(0.0, life.fresh * life.pace - 1.0)
    quiet = np.exp(-events * quiet_for)
    during = np.divide(copying, events, out=np.zeros_like(events), where=events > 0.0) * (1.0 - quiet)
    found: Vector = during + quiet * present(reads, life, time, quiet_for)
    return found


def outdated(reads: Vector, changes: Vector, life: Life, time: float) -> Vector:
    """Part of the hits that find a value older than the last write, of which the cache is not told (`changes`).

    Hits are spread over the age of a copy as its chance to be there still; at age a it is up to date with probability
    exp(-changes a). So the part is 1 - H' / H, where H are the reads that find one copy, and H' those that would if
    each change ended it.
    """
    ended = reads * (life.pace - 1.0)
    oldest = min(life.ttl, life.span)
    found = found_before_gone(reads, ended, time, oldest)
    current = found_before_gone(reads, ended + changes, time, oldest)
    kept = np.divide(current, found, out=np.zeros_like(found), where=(found > 0.0) & np.isfinite(found))
    part: Vector = np.where((changes > 0.0) & (reads > 0.0), np.clip(1.0 - kept, 0.0, 1.0), 0.0)
    return part
