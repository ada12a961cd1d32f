"""Hit ratios on boards: memory, company, updates, new records and caches in line, against formulas and simulation."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.scenario.model import Dataset, Scenario, Touch, Workload
from designer.traffic.model import CacheHit, Traffic
from designer.traffic.popularity import lru_hit_ratio
from designer.traffic.propagation import propagate
from tests.traffic.boards import (
    CATALOG,
    IMAGE,
    READ,
    UPDATE,
    USER,
    WRITE,
    ask,
    ask_all,
    calls_over,
    draw,
    flow,
    load_of,
)

ASIDE = "users > api:app_server > cache[{}], db:sql_database"


def hit_of(traffic: Traffic, cache: str = "cache", dataset: str = "links") -> CacheHit:
    return next(hit for hit in traffic.hits if (hit.cache, hit.dataset) == (cache, dataset))


def test_the_ratio_comes_from_memory_record_size_and_skew() -> None:
    # 100 MB hold 100,000 of a million records of 1 KB: a tenth, which is 49 % at a skew of 0.8.
    hit = hit_of(flow(ASIDE.format("memory=100MB"), READ))
    assert hit.ratio == pytest.approx(0.49, abs=0.01)
    assert hit.ratio == pytest.approx(lru_hit_ratio(1e6, 0.8, 1e5), rel=1e-9)
    assert hit.lookups == 1_000.0
    assert hit.kept_records == pytest.approx(100_000)


def test_instances_add_memory_and_replicas_do_not() -> None:
    two = hit_of(flow("users > api:app_server > cache*2[memory=100MB], db:sql_database", READ))
    assert two.ratio == pytest.approx(lru_hit_ratio(1e6, 0.8, 2e5), rel=1e-9)
    copied = hit_of(flow(ASIDE.format("memory=100MB, replicas=2"), READ))
    assert copied.ratio == pytest.approx(lru_hit_ratio(1e6, 0.8, 1e5), rel=1e-9)


def test_where_everything_fits_everything_is_answered() -> None:
    traffic = flow(ASIDE.format("memory=1GB"), READ)
    assert hit_of(traffic).ratio == pytest.approx(1.0)
    assert hit_of(traffic).characteristic_time == float("inf")
    assert calls_over(traffic, "api>db") == pytest.approx(0.0, abs=1e-9)


def test_datasets_share_the_memory() -> None:
    # Two datasets that are alike have half of the cache each.
    traffic = flow(ASIDE.format("memory=200MB"), READ, USER)
    for dataset in ("links", "users"):
        assert hit_of(traffic, dataset=dataset).ratio == pytest.approx(lru_hit_ratio(1e6, 0.8, 1e5), rel=1e-9)
    # One that is read ten times as often gets more of it, and the two times are one.
    often = flow(ASIDE.format("memory=200MB"), READ.model_copy(update={"count": 10}), USER)
    links, users = hit_of(often), hit_of(often, dataset="users")
    assert links.kept_records > 100_000 > users.kept_records
    assert links.kept_records + users.kept_records == pytest.approx(200_000)
    assert links.characteristic_time == users.characteristic_time


def test_records_of_one_operation_are_each_looked_up() -> None:
    traffic = flow(ASIDE.format("memory=100MB"), READ.model_copy(update={"records": 20}))
    assert hit_of(traffic).lookups == 1_000.0
    assert hit_of(traffic).characteristic_time == pytest.approx(
        hit_of(flow(ASIDE.format("memory=100MB"), READ)).characteristic_time / 20
    )


def updating(reads: float, updates: float) -> Scenario:
    return ask_all(
        {
            "read": Workload(name="Read", rate=reads, touches=(READ,)),
            "change": Workload(name="Change", rate=updates, touches=(UPDATE,)),
        }
    )


def test_updates_make_copies_useless_and_free_their_room() -> None:
    board = draw(ASIDE.format("memory=1GB"))
    assert hit_of(propagate(updating(900, 100), board, CATALOG)).ratio == pytest.approx(0.9)
    # Half of what is kept is always out of date, so twice as many records can have a copy.
    half = hit_of(propagate(updating(500, 500), draw(ASIDE.format("memory=100MB")), CATALOG))
    assert half.ratio == pytest.approx(0.5 * lru_hit_ratio(1e6, 0.8, 2e5), rel=1e-6)


def test_an_update_that_passes_through_a_cache_is_seen_and_one_that_does_not_is_not() -> None:
    inline = draw("users > api:app_server > cache[memory=1GB] > db:sql_database")
    traffic = propagate(updating(900, 100), inline, CATALOG)
    assert hit_of(traffic).ratio == pytest.approx(0.9)
    assert load_of(traffic, "cache", "change").writes == 0.0
    assert load_of(traffic, "cache", "change").calls == pytest.approx(100.0)
    unseen = draw("users > api:app_server >[read] cache[memory=1GB]; api > db:sql_database")
    assert hit_of(propagate(updating(900, 100), unseen, CATALOG)).ratio == pytest.approx(1.0)


def test_the_first_read_of_a_new_record_misses() -> None:
    # A record is written once and read ten times; all fit. Were all alike, the first of ten reads would miss:
    # (10 - (1 - e^-10)) / 10.
    datasets = {"links": Dataset(name="Links", kind="records", record_size=10.0, records=1e6)}
    traffic = flow(
        ASIDE.format("memory=1GB"), READ, WRITE.model_copy(update={"count": 0.1}), datasets=datasets
    )
    assert hit_of(traffic).ratio == pytest.approx(0.9, abs=1e-4)
    assert hit_of(traffic).characteristic_time == float("inf")


RANKS = 1_000
REQUESTS = 120_000


def simulate(
    capacity: int, skew: float, updates_per_read: float, reads_per_life: float
) -> tuple[float, float]:
    """Hit ratio and mean number of records kept of a simulated LRU cache; records are replaced in turn."""
    generator = random.Random(11)
    weights = [rank**-skew for rank in range(1, RANKS + 1)]
    reads = generator.choices(range(RANKS), weights, k=REQUESTS)
    changes = generator.choices(range(RANKS), weights, k=REQUESTS)
    kept: OrderedDict[tuple[int, int], None] = OrderedDict()
    generations = [0] * RANKS
    order = generator.sample(range(RANKS), RANKS)
    hits = replaced = filled = 0
    warm = REQUESTS // 4
    for number, rank in enumerate(reads):
        if updates_per_read > generator.random():
            kept.pop((changes[number], generations[changes[number]]), None)
        while replaced < number / reads_per_life:
            generations[order[replaced % RANKS]] += 1
            replaced += 1
        record = (rank, generations[rank])
        if record in kept:
            kept.move_to_end(record)
            hits += number >= warm
        else:
            kept[record] = None
            if len(kept) > capacity:
                kept.popitem(last=False)
        filled += len(kept) * (number >= warm)
    return hits / (REQUESTS - warm), filled / (REQUESTS - warm)


@pytest.mark.parametrize(
    ("capacity", "skew", "updates", "life"),
    [
        (100, 0.8, 0.0, float("inf")),
        (100, 0.8, 0.25, float("inf")),
        (100, 0.8, 1.0, float("inf")),
        (300, 1.0, 0.5, float("inf")),
        (2_000, 0.8, 0.0, 5.0),
        (2_000, 0.8, 0.3, 10.0),
        (50, 0.9, 0.0, 20.0),
    ],
)
def test_updates_and_new_records_against_a_simulated_cache(
    capacity: int, skew: float, updates: float, life: float
) -> None:
    measured, _ = simulate(capacity, skew, updates, life)
    datasets = {"links": Dataset(name="Links", kind="records", record_size=1_000.0, records=RANKS, skew=skew)}
    touches = [READ]
    if updates:
        touches.append(UPDATE.model_copy(update={"count": updates}))
    if life != float("inf"):
        touches.append(WRITE.model_copy(update={"count": 1 / life}))
    traffic = flow(ASIDE.format(f"memory={capacity}KB"), *touches, datasets=datasets)
    assert hit_of(traffic).ratio == pytest.approx(measured, abs=0.015)


def simulate_two(first: int, second: int, skew: float) -> tuple[float, float]:
    generator = random.Random(3)
    weights = [rank**-skew for rank in range(1, RANKS + 1)]
    caches: tuple[OrderedDict[int, None], ...] = (OrderedDict(), OrderedDict())
    lookups, hits = [0, 0], [0, 0]
    warm = REQUESTS // 4
    for number, rank in enumerate(generator.choices(range(RANKS), weights, k=REQUESTS)):
        for place, (kept, capacity) in enumerate(zip(caches, (first, second), strict=True)):
            lookups[place] += number >= warm
            if rank in kept:
                kept.move_to_end(rank)
                hits[place] += number >= warm
                break
            kept[rank] = None
            if len(kept) > capacity:
                kept.popitem(last=False)
    return hits[0] / lookups[0], hits[1] / lookups[1]


@pytest.mark.parametrize(
    ("first", "second", "skew"), [(50, 200, 0.8), (100, 100, 0.8), (100, 400, 1.0), (20, 300, 0.6)]
)
def test_two_caches_in_line_against_simulated_ones(first: int, second: int, skew: float) -> None:
    measured = simulate_two(first, second, skew)
    datasets = {"links": Dataset(name="Links", kind="records", record_size=1_000.0, records=RANKS, skew=skew)}
    board = (
        f"users > api:app_server > c1:cache[memory={first}KB] > c2:cache[memory={second}KB] > db:sql_database"
    )
    traffic = flow(board, READ, datasets=datasets)
    assert hit_of(traffic, "c1").ratio == pytest.approx(measured[0], abs=0.01)
    assert hit_of(traffic, "c2").ratio == pytest.approx(measured[1], abs=0.03)
    left = 1_000 * (1 - hit_of(traffic, "c1").ratio)
    assert hit_of(traffic, "c2").lookups == pytest.approx(left)
    assert calls_over(traffic, "c2>db") == pytest.approx(left * (1 - hit_of(traffic, "c2").ratio))


def test_a_second_cache_that_is_no_larger_is_of_little_use() -> None:
    board = "users > cdn[memory=100MB] > rp:reverse_proxy > c2:cdn[memory=100MB] > files:object_storage"
    traffic = flow(board, IMAGE)
    assert hit_of(traffic, "cdn", "images").ratio > 0.4
    assert hit_of(traffic, "c2", "images").ratio < 0.1


def test_a_cache_that_also_gets_reads_at_first_hand_serves_both() -> None:
    board = (
        "users > lb:load_balancer >[share=0.5] a:app_server > c1:cache[memory=50MB]; lb >[share=0.5] b:app_server; "
        "a > b > c2:cache[memory=100MB], db:sql_database"
    )
    traffic = flow(board, READ)
    first, second = hit_of(traffic, "c1"), hit_of(traffic, "c2")
    assert second.lookups == pytest.approx(500 + 500 * (1 - first.ratio))
    alone = lru_hit_ratio(1e6, 0.8, 1e5)
    assert 0.3 * alone < second.ratio < alone


def test_caches_that_wait_for_each_other_are_settled() -> None:
    # a asks c1 and then b about links, b asks c2 and then a about users: what each cache sees depends on the other.
    board = draw(
        "users > lb:load_balancer >[share=0.5] a:app_server > c1:cache[memory=100MB]; "
        "lb >[share=0.5] b:app_server > c2:cache[memory=50MB]; a > b > a; "
        "a > one:sql_database[holds=users]; b > two:sql_database[holds=links]"
    )
    traffic = propagate(ask(READ, USER), board, CATALOG)
    assert traffic.problems == ()
    ratios = {(hit.cache, hit.dataset): hit.ratio for hit in traffic.hits}
    assert len(ratios) == 4
    assert all(0.0 < ratio < 1.0 for ratio in ratios.values())
    assert load_of(traffic, "one").reads + load_of(traffic, "two").reads == pytest.approx(
        sum(
            hit.lookups * (1 - hit.ratio)
            for hit in traffic.hits
            if (hit.cache, hit.dataset) in {("c1", "users"), ("c2", "links")}
        ),
        rel=1e-6,
    )


def test_the_arithmetic_says_where_a_ratio_comes_from() -> None:
    hit = hit_of(flow(ASIDE.format("memory=100MB"), READ))
    arithmetic = hit.arithmetic
    assert arithmetic.method == "Che's approximation (LRU)"
    assert (
        arithmetic.formula
        == "h = sum over records i of p[links](i) (1 - exp(-e T)), e = r[links] p[links](i)"
    )
    assert arithmetic.result.value == hit.ratio
    values = {quantity.symbol: quantity.value for quantity in arithmetic.inputs}
    assert values == {"r[links]": 1_000.0, "N[links]": 1e6, "s[links]": 0.8, "T": hit.characteristic_time}
    (window,) = arithmetic.steps
    assert {quantity.symbol: quantity.value for quantity in window.inputs} == {
        "m": 1e8,
        "n": 1.0,
        "S[links]": 1_000.0,
        "N[links]": 1e6,
        "r[links]": 1_000.0,
    }
    assert "set on the node" in arithmetic.sources
    assert "the scenario" in arithmetic.sources


@pytest.mark.parametrize(
    ("touches", "memory", "formula"),
    [
        ((READ,), "1GB", "h = 1: everything fits"),
        ((READ, UPDATE), "1GB", "h = f[links]: everything fits"),
        ((READ, UPDATE), "1MB", "e = r[links] p[links](i) / f[links]"),
        ((READ, WRITE), "1GB", "m = L[links], v = m"),
        ((READ, WRITE), "1MB", "m = min(T, L[links]), v = m"),
    ],
)
def test_the_formula_has_only_what_plays_a_part(
    touches: tuple[Touch, ...], memory: str, formula: str
) -> None:
    arithmetic = hit_of(flow(ASIDE.format(f"memory={memory}"), *touches)).arithmetic
    assert formula in arithmetic.formula
    symbols = {quantity.symbol for quantity in arithmetic.inputs}
    assert ("f[links]" in symbols) == (UPDATE in touches)
    assert ("L[links]" in symbols) == (WRITE in touches)


def ratio_when(change: Callable[[Dataset], Dataset], memory: float, *touches: Touch) -> float:
    dataset = change(Dataset(name="Links", kind="records", record_size=1_000.0, records=1e6, skew=0.8))
    traffic = flow(ASIDE.format(f"memory={memory}"), *touches, datasets={"links": dataset})
    return hit_of(traffic).ratio


@given(
    st.floats(1e3, 1e12),
    st.floats(1, 1e12),
    st.floats(0, 3),
    st.floats(1.1, 10),
    st.sampled_from([(READ,), (READ, UPDATE), (READ, WRITE), (READ, WRITE, UPDATE)]),
)
def test_more_memory_never_hurts_and_more_records_never_help(
    memory: float, records: float, skew: float, factor: float, touches: tuple[Touch, ...]
) -> None:
    def plain(dataset: Dataset) -> Dataset:
        return dataset.model_copy(update={"records": records, "skew": skew})

    ratio = ratio_when(plain, memory, *touches)
    assert 0.0 <= ratio <= 1.0
    assert ratio <= ratio_when(plain, memory * factor, *touches) + 1e-6
    if WRITE not in touches:  # with more records each lives longer
        more = ratio_when(
            lambda data: plain(data).model_copy(update={"records": records * factor}), memory, *touches
        )
        assert more <= ratio + 1e-4
