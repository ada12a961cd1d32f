"""Popularity against exact sums, a published approximation, and caches that are simulated."""

from __future__ import annotations

import random
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.traffic.popularity import (
    che_time,
    hottest_share,
    lfu_hit_ratio,
    lru_hit_ratio,
    moved_keys,
    zipf_bins,
)

CACHED = (0.001, 0.01, 0.05, 0.10, 0.20, 0.50)
# Che's approximation computed for N = 10^6: part of the records that fit, LRU hit ratio, and the ideal in brackets.
TABLE = {
    0.6: ((0.01, 0.06), (0.06, 0.16), (0.17, 0.30), (0.26, 0.40), (0.39, 0.52), (0.68, 0.76)),
    0.8: ((0.10, 0.21), (0.23, 0.36), (0.39, 0.52), (0.49, 0.61), (0.61, 0.71), (0.81, 0.86)),
    0.9: ((0.22, 0.35), (0.40, 0.52), (0.55, 0.66), (0.64, 0.73), (0.73, 0.81), (0.88, 0.91)),
    1.0: ((0.40, 0.52), (0.59, 0.68), (0.72, 0.79), (0.78, 0.84), (0.84, 0.89), (0.93, 0.95)),
    1.1: ((0.60, 0.69), (0.76, 0.82), (0.85, 0.89), (0.89, 0.92), (0.92, 0.95), (0.97, 0.98)),
    1.2: ((0.76, 0.82), (0.88, 0.91), (0.93, 0.95), (0.95, 0.97), (0.97, 0.98), (0.99, 0.99)),
}


@pytest.mark.parametrize(
    ("skew", "cached", "lru", "ideal"),
    [
        (skew, cached, lru, ideal)
        for skew, row in TABLE.items()
        for cached, (lru, ideal) in zip(CACHED, row, strict=True)
    ],
)
def test_the_table_for_a_million_records(skew: float, cached: float, lru: float, ideal: float) -> None:
    assert lru_hit_ratio(1e6, skew, cached * 1e6) == pytest.approx(lru, abs=0.01)
    assert lfu_hit_ratio(1e6, skew, cached * 1e6) == pytest.approx(ideal, abs=0.01)


@pytest.mark.parametrize("records", [1, 2, 63, 64, 65, 66, 300, 5_000, 200_000])
@pytest.mark.parametrize("skew", [0.0, 0.4, 1.0, 1.6, 3.0])
@pytest.mark.parametrize("cached", [0.002, 0.1, 0.5, 0.97])
def test_bins_are_as_good_as_every_record_by_itself(records: int, skew: float, cached: float) -> None:
    shares = np.arange(1.0, records + 1) ** -skew
    shares /= shares.sum()
    time = che_time(shares, np.ones(records), cached * records)
    exact = float(shares @ -np.expm1(-shares * time))
    assert lru_hit_ratio(records, skew, cached * records) == pytest.approx(exact, abs=1e-4)


def simulate_lru(records: int, skew: float, capacity: int, requests: int) -> float:
    generator = random.Random(7)
    weights = [rank**-skew for rank in range(1, records + 1)]
    kept: OrderedDict[int, None] = OrderedDict()
    hits = 0
    warm = requests // 4
    for number, record in enumerate(generator.choices(range(records), weights, k=requests)):
        if record in kept:
            kept.move_to_end(record)
            hits += number >= warm
        else:
            kept[record] = None
            if len(kept) > capacity:
                kept.popitem(last=False)
    return hits / (requests - warm)


@pytest.mark.parametrize(("skew", "capacity"), [(0.0, 100), (0.7, 50), (0.9, 100), (1.2, 20)])
def test_che_against_a_simulated_cache(skew: float, capacity: int) -> None:
    measured = simulate_lru(1_000, skew, capacity, 80_000)
    assert lru_hit_ratio(1_000, skew, capacity) == pytest.approx(measured, abs=0.012)


sizes = st.floats(1, 1e12)
skews = st.floats(0, 3)
parts = st.floats(0.001, 0.999)


@given(sizes, skews)
def test_bins_hold_every_record_and_every_request(records: float, skew: float) -> None:
    bins = zipf_bins(records, skew)
    assert bins.records.sum() == pytest.approx(round(records))
    assert bins.shares.sum() == pytest.approx(1)
    assert len(bins.shares) <= 256
    # The more popular come first.
    assert (np.diff(bins.shares / bins.records) <= 1e-15).all()


@given(sizes, skews, parts, parts)
def test_more_memory_never_answers_less(records: float, skew: float, one: float, other: float) -> None:
    small, large = sorted((one * records, other * records))
    assert lru_hit_ratio(records, skew, small) <= lru_hit_ratio(records, skew, large) + 1e-9
    assert lfu_hit_ratio(records, skew, small) <= lfu_hit_ratio(records, skew, large) + 1e-9


@given(sizes, skews, parts)
def test_a_cache_is_between_uniform_popularity_and_the_ideal(
    records: float, skew: float, cached: float
) -> None:
    ratio = lru_hit_ratio(records, skew, cached * records)
    # Fewer records than one cannot be kept: the ideal of a fraction of a record is a straight line.
    assert ratio <= lfu_hit_ratio(records, skew, max(1.0, cached * records)) + 1e-6
    assert 0.0 <= ratio <= 1.0
    if round(records) > 1:
        assert ratio >= min(cached * records / round(records), 1.0) - 1e-6


@given(sizes, skews, parts)
def test_the_contents_fill_the_memory(records: float, skew: float, cached: float) -> None:
    bins = zipf_bins(records, skew)
    capacity = cached * round(records)
    time = che_time(bins.shares / bins.records, bins.records, capacity)
    assert bins.records @ -np.expm1(-bins.shares / bins.records * time) == pytest.approx(capacity, rel=1e-6)


def test_the_time_of_a_cache_in_which_all_records_are_alike_is_exact() -> None:
    # N (1 - exp(-T / N)) = C with N = 1000, C = 500 gives T = 1000 ln 2.
    assert che_time(np.array([0.001]), np.array([1_000.0]), 500.0) == pytest.approx(1_000 * np.log(2))


def test_a_cache_without_room_and_one_with_room_for_all() -> None:
    assert lru_hit_ratio(1_000, 0.8, 0) == 0.0
    assert lru_hit_ratio(1_000, 0.8, 1_000) == 1.0
    assert lfu_hit_ratio(1_000, 0.8, 0) == 0.0
    assert lfu_hit_ratio(1_000, 0.8, 5_000) == pytest.approx(1.0)
    assert che_time(np.array([1.0, 0.0]), np.array([1.0, 9.0]), 5.0) == np.inf  # nobody asks for the nine


def test_popularities_that_are_worlds_apart() -> None:
    # One record asked for all the time, and a million hardly ever: Newton's method alone would leap far too far.
    rates, records = np.array([1.0, 1e-12]), np.array([1.0, 1e6])
    time = che_time(rates, records, 500_001.0)
    assert time == pytest.approx(1e12 * np.log(2), rel=1e-5)


def test_the_hottest_shard_has_the_hottest_key() -> None:
    # With a skew of 1 and a million keys the first has 1 / H(10^6) = 6.9 % of all requests.
    assert zipf_bins(1e6, 1.0).shares[0] == pytest.approx(0.0695, abs=1e-4)
    assert hottest_share(1e6, 1.0, 10) == pytest.approx(0.0695 + 0.9305 / 10, abs=1e-4)
    assert hottest_share(1e6, 1.0, 1) == 1.0
    assert hottest_share(1e9, 0.0, 8) == pytest.approx(1 / 8)


@given(sizes, skews, st.integers(1, 1_000))
def test_a_hot_shard_has_at_least_its_even_part(records: float, skew: float, shards: int) -> None:
    assert 1 / shards <= hottest_share(records, skew, shards) <= 1.0 + 1e-12


@pytest.mark.parametrize(
    ("old", "new", "modulo", "consistent"),
    [(4, 5, 4 / 5, 1 / 5), (9, 10, 9 / 10, 1 / 10), (2, 4, 1 / 2, 1 / 2), (5, 4, 4 / 5, 1 / 5), (3, 3, 0, 0)],
)
def test_keys_that_move(old: int, new: int, modulo: float, consistent: float) -> None:
    assert moved_keys(old, new, consistent=False) == pytest.approx(modulo)
    assert moved_keys(old, new, consistent=True) == pytest.approx(consistent)


@given(st.integers(1, 40), st.integers(1, 40))
def test_keys_that_move_are_those_whose_remainders_differ(old: int, new: int) -> None:
    moved = sum(key % old != key % new for key in range(old * new)) / (old * new)
    assert moved_keys(old, new, consistent=False) == pytest.approx(moved)
