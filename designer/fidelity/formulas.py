"""Measures that need no design: formulas of the engine, for one value or for a row of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from designer.catalog.values import Probability
from designer.design.model import Frozen, Hashing
from designer.performance.distributions import gamma_from, mixture
from designer.performance.joins import repeat_max
from designer.performance.queueing import (
    mean_wait_mmc,
    universal_scalability,
    universal_scalability_peak,
    wait_quantile_mmc,
)
from designer.traffic.popularity import lfu_hit_ratio, lru_hit_ratio, moved_keys, zipf_bins
from designer.units import Count, Dimension


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_ROW = (BeforeValidator(_listed), Field(min_length=1, max_length=40))

Skew = Annotated[float, Field(ge=0, le=3)]
Servers = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Busy = Annotated[float, Field(gt=0, lt=1)]


class LruHits(Frozen):
    """Hit ratio of a cache that gives up what was used least recently (Che's approximation)."""

    measure: Literal["lru_hit_ratio"]
    records: Annotated[Count, Field(ge=1, le=1e12)]
    skew: Skew
    capacity: Annotated[tuple[Count, ...], *_ROW]


class LfuHits(Frozen):
    """Hit ratio of a cache that always has the most popular records."""

    measure: Literal["lfu_hit_ratio"]
    records: Annotated[Count, Field(ge=1, le=1e12)]
    skew: Skew
    capacity: Annotated[tuple[Count, ...], *_ROW]


class MeanWait(Frozen):
    """Mean wait in M/M/c, in service times."""

    measure: Literal["mean_wait"]
    servers: Servers
    utilisation: Annotated[tuple[Busy, ...], *_ROW]


class WaitPercentile(Frozen):
    """A percentile of the wait in M/M/c, in service times."""

    measure: Literal["wait_percentile"]
    servers: Servers
    percentile: Annotated[float, Field(ge=0, lt=100)]
    utilisation: Annotated[tuple[Busy, ...], *_ROW]


class ScalabilityPeak(Frozen):
    """Where the universal scalability law has its peak, in machines."""

    measure: Literal["scalability_peak"]
    contention: Probability
    coherency: Probability


class Speedup(Frozen):
    """What so many machines do, in what one does, by the universal scalability law."""

    measure: Literal["speedup"]
    contention: Probability
    coherency: Probability
    machines: Annotated[tuple[Annotated[Count, Field(gt=0)], ...], *_ROW]


class SlowShare(Frozen):
    """Part of the requests that are slow when they wait for `leaves` answers, each slow with a probability."""

    measure: Literal["slow_share"]
    chance: Annotated[float, Field(gt=0, lt=1)]
    leaves: Annotated[tuple[Annotated[Count, Field(ge=1, le=1e6)], ...], *_ROW]


class MovedKeys(Frozen):
    """Part of the keys that move when `before` shards become `after`."""

    measure: Literal["moved_keys"]
    before: Servers
    after: Servers
    hashing: Hashing


class HottestKey(Frozen):
    """Part of the requests that ask for the most popular record, by Zipf's law."""

    measure: Literal["hottest_key"]
    records: Annotated[Count, Field(ge=1, le=1e12)]
    skew: Skew


Formula = (
    LruHits
    | LfuHits
    | MeanWait
    | WaitPercentile
    | ScalabilityPeak
    | Speedup
    | SlowShare
    | MovedKeys
    | HottestKey
)


def compute(formula: Formula) -> tuple[float, ...]:
    """What the formula comes to, for each value of its row."""
    return tuple(_FORMULAS[formula.measure](formula))


def dimension_of(formula: Formula) -> Dimension:
    """What the results are measured in. Waits are numbers of service times."""
    return Dimension.RATIO if formula.measure in _RATIOS else Dimension.COUNT


def steps_of(formula: Formula) -> tuple[str, ...]:
    """What tells the figures of a row apart; one empty text for a single figure."""
    name = _ROWS.get(formula.measure)
    values = getattr(formula, name) if name is not None else ()
    return tuple(f"{name} {value:g}" for value in values) if len(values) > 1 else ("",)


_ROWS: Mapping[str, str] = {
    "lru_hit_ratio": "capacity",
    "lfu_hit_ratio": "capacity",
    "mean_wait": "utilisation",
    "wait_percentile": "utilisation",
    "speedup": "machines",
    "slow_share": "leaves",
}
_RATIOS = frozenset({"lru_hit_ratio", "lfu_hit_ratio", "slow_share", "moved_keys", "hottest_key"})


def _wait_percentiles(ask: WaitPercentile) -> Iterator[float]:
    for used in ask.utilisation:
        yield wait_quantile_mmc(ask.servers, used * ask.servers, 1.0, ask.percentile)


_QUICK, _SLOW = (0.01, 0.03), (10.0, 11.0)
"""Mean and 99th percentile, in seconds, of a leaf that is quick and of one that is slow: far on either side of 1 s."""


def _slow_shares(ask: SlowShare) -> Iterator[float]:
    leaf = mixture(((1.0 - ask.chance, gamma_from(*_QUICK)), (ask.chance, gamma_from(*_SLOW))))
    for leaves in ask.leaves:
        yield 1.0 - repeat_max(leaf, leaves).cdf(1.0)


_FORMULAS: Mapping[str, Callable[[Any], Any]] = {
    "lru_hit_ratio": lambda ask: (lru_hit_ratio(ask.records, ask.skew, kept) for kept in ask.capacity),
    "lfu_hit_ratio": lambda ask: (lfu_hit_ratio(ask.records, ask.skew, kept) for kept in ask.capacity),
    "mean_wait": lambda ask: (
        mean_wait_mmc(ask.servers, used * ask.servers, 1.0) for used in ask.utilisation
    ),
    "wait_percentile": _wait_percentiles,
    "scalability_peak": lambda ask: (universal_scalability_peak(ask.contention, ask.coherency),),
    "speedup": lambda ask: (
        universal_scalability(count, ask.contention, ask.coherency) for count in ask.machines
    ),
    "slow_share": _slow_shares,
    "moved_keys": lambda ask: (moved_keys(ask.before, ask.after, ask.hashing is Hashing.CONSISTENT),),
    "hottest_key": lambda ask: (float(zipf_bins(ask.records, ask.skew).shares[0]),),
}
