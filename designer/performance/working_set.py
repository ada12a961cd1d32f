"""What a store reads from its disks: the records that its memory does not keep.

The memory of a store keeps what was asked for last, of all datasets together (Che's approximation, as for caches).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from designer.performance.machines import Demand, first_share
from designer.traffic.popularity import che_time, zipf_bins

_FLATTER = 0.999
"""A most popular record with less than this part of its share says that caches on the way answer for it."""
_STEPS = 12
_MOST_SKEW = 3.0


class Kept(NamedTuple):
    """A dataset on a store."""

    dataset: str
    records: float
    record_size: float  # bytes
    skew: float


class _Stream(NamedTuple):
    """Reads of one dataset at one machine, by value."""

    records: float
    record_size: float
    skew: float
    share: float  # of all reads


def disk_reads(demand: Demand, kept: Sequence[Kept], part: float, memory: float) -> float:
    """The part of a machine's reads that goes to its disks.

    The machine has `part` of the records of each dataset and `memory` bytes to keep them in. Reads that every machine
    does ask for records like any others.
    """
    sizes = {item.dataset: item for item in kept}
    asked = [
        (item, sizes[item.dataset]) for item in demand.keyed if item.reads > 0.0 and item.dataset in sizes
    ]
    total = sum([item.reads for item, _ in asked])
    if total <= 0.0:
        return 0.0
    streams = [
        _Stream(
            max(1.0, data.records * part),
            data.record_size,
            _effective_skew(data.records, data.skew, item.first_read),
            item.reads / total,
        )
        for item, data in asked
    ]
    return _missed(tuple(streams), memory) * total / (demand.single_reads or total)


@lru_cache(maxsize=4_096)
def _missed(streams: tuple[_Stream, ...], memory: float) -> float:
    """The part of these reads that are not for what `memory` bytes keep of them."""
    bins = [zipf_bins(stream.records, stream.skew) for stream in streams]
    shares = np.concatenate([item.shares * stream.share for item, stream in zip(bins, streams, strict=True)])
    counts = np.concatenate([item.records for item in bins])
    sizes = np.concatenate(
        [item.records * stream.record_size for item, stream in zip(bins, streams, strict=True)]
    )
    rates = shares / counts
    age = che_time(rates, sizes, memory)
    return float(min(1.0, max(0.0, shares @ np.exp(-rates * age)))) if np.isfinite(age) else 0.0


@lru_cache(maxsize=4_096)
def _effective_skew(records: float, skew: float, first: float) -> float:
    """The skew that gives the most popular record the share it has here, when caches have taken most of its reads."""
    if first >= first_share(records, skew) * _FLATTER:
        return skew
    low, high = 0.0, min(skew, _MOST_SKEW)
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if first_share(records, middle) < first else (low, middle)
    return low
