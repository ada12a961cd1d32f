"""Rates behind caches and limits, by closed forms and by comparing boards that come to the same."""

from __future__ import annotations

import math

import numpy as np
import pytest

from designer.scenario.model import Dataset, Touch
from designer.traffic.model import CacheHit, Traffic
from designer.traffic.popularity import Vector, zipf_bins
from designer.traffic.propagation import propagate
from tests.traffic.boards import (
    CATALOG,
    DATASETS,
    IMAGE,
    RATE,
    READ,
    SEARCH,
    UPDATE,
    USER,
    WRITE,
    ask,
    calls_over,
    draw,
    flow,
    load_of,
)

UNIFORM = {"links": Dataset(name="Links", kind="records", record_size=1_000.0, records=1_000)}
LINKS = zipf_bins(DATASETS["links"].records, DATASETS["links"].skew)
EACH = LINKS.shares / LINKS.records
TEN = READ.model_copy(update={"count": 10})


def hit_of(traffic: Traffic, cache: str, dataset: str = "links") -> CacheHit:
    return next(hit for hit in traffic.hits if (hit.cache, hit.dataset) == (cache, dataset))


def missed_from(cache: CacheHit, reads: float) -> Vector:
    """Misses a second of one record in each bin, of a cache that gets so many reads of links at first hand."""
    return reads * EACH * np.exp(-reads * EACH * cache.characteristic_time)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_store_is_called_when_any_of_the_lookups_missed(count: int) -> None:
    board = "users > api:app_server > c1:cache[memory=300MB], c2:cache[memory=10MB], db:sql_database"
    traffic = flow(board, READ.model_copy(update={"count": count}))
    missed = [1 - traffic.hit_ratio(cache, "links") for cache in ("c1", "c2")]
    assert calls_over(traffic, "api>db") == pytest.approx(sum(500 * (1 - (1 - m) ** count) for m in missed))
    assert load_of(traffic, "db").reads == pytest.approx(500 * count * sum(missed))


PROXY = "users > api:app_server > proxy:reverse_proxy{} > cache[memory=50MB{}]; api > db:sql_database"


@pytest.mark.parametrize(
    ("proxy", "cache", "let_in"),
    [("", ", limit=250/s", 250.0), ("[limit=400/s]", "", 400.0), ("[limit=400/s]", ", limit=100/s", 100.0)],
)
def test_of_the_lookups_let_in_the_cache_answers_its_part(proxy: str, cache: str, let_in: float) -> None:
    traffic = flow(PROXY.format(proxy, cache), READ)
    ratio = traffic.hit_ratio("cache", "links")
    assert 0.0 < ratio < 0.9
    assert load_of(traffic, "db").reads == pytest.approx(1_000 - let_in * ratio)
    aside = flow(f"users > api:app_server > cache[memory=50MB{cache}], db:sql_database", READ)
    expected = 1_000 - min(1_000.0, 250.0 if "250" in cache else 1_000.0) * aside.hit_ratio("cache", "links")
    if "100" not in cache:
        assert load_of(aside, "db").reads == pytest.approx(expected)


def test_services_that_share_a_cache_ask_for_what_one_would() -> None:
    one = flow("users > api:app_server > cache[memory=50MB], db:sql_database", READ)
    two = flow(
        "users > lb:load_balancer > a:app_server, b:app_server > cache[memory=50MB], db:sql_database", READ
    )
    for name in ("cache", "db"):
        assert load_of(two, name).hottest == pytest.approx(load_of(one, name).hottest)


def test_the_hottest_record_behind_two_unequal_caches() -> None:
    board = "users > api:app_server > c1:cache[memory=100MB], c2:cache[memory=1MB], db:sql_database"
    traffic = flow(board, READ)
    asked = sum(missed_from(hit_of(traffic, cache), 500.0) for cache in ("c1", "c2"))
    expected = float(np.max(asked)) / load_of(traffic, "db").reads
    assert load_of(traffic, "db").hottest["links"] == pytest.approx(expected, rel=1e-6)


def test_a_limit_behind_a_cache_takes_away_of_all_records_alike() -> None:
    board = "users > lb:load_balancer > a:app_server > c1:cache[memory=50MB] > mid:app_server{} > db:sql_database; {}"
    bypass = "lb > b:app_server > db"
    free = flow(board.format("", bypass), READ)
    misses = calls_over(free, "c1>mid")
    traffic = flow(board.format(f"[limit={misses / 4}/s]", bypass), READ)
    asked = missed_from(hit_of(traffic, "c1"), 500.0) / 4 + 500.0 * EACH
    store = load_of(traffic, "db")
    assert store.reads == pytest.approx(500.0 + misses / 4)
    assert store.hottest["links"] == pytest.approx(float(asked.max()) / store.reads, rel=1e-6)


def test_copies_that_are_told_of_half_of_the_updates() -> None:
    # One service tells the cache, the other does not. A copy of age a is there with exp(-s a), current with exp(-u a).
    board = (
        "users > lb:load_balancer > a:app_server > cache[ttl=2s]; lb > b:app_server; a, b > db:sql_database"
    )
    traffic = propagate(ask(READ, UPDATE, datasets=UNIFORM), draw(board), CATALOG)
    there, current = 1 - math.exp(-0.5 * 2.0), (1 - math.exp(-1.0 * 2.0)) / 2
    assert hit_of(traffic, "cache").stale == pytest.approx(1 - current / there)


def test_telling_a_cache_twice_leaves_no_copy_out_of_date() -> None:
    design = draw("users > api:app_server > cache[ttl=2s], db:sql_database")
    tries = {"api>cache": 1.5}
    hit = hit_of(propagate(ask(READ, UPDATE, datasets=UNIFORM), design, CATALOG, tries=tries), "cache")
    assert hit.stale == 0.0
    assert hit.staleness is not None
    once = hit_of(propagate(ask(READ, UPDATE, datasets=UNIFORM), design, CATALOG), "cache")
    assert once.staleness is not None
    assert hit.staleness.formula == once.staleness.formula


@pytest.mark.parametrize("touches", [(READ,), (READ, WRITE), (READ, UPDATE), (TEN,)])
@pytest.mark.parametrize(
    "board",
    [
        "users > api:app_server > cache[memory=50MB, writes=through], db:sql_database",
        (
            "users > lb:load_balancer >[share=0.5] a:app_server > c1:cache[memory=50MB]; "
            "lb >[share=0.5] b:app_server; a > b > c2:cache[memory=100MB], db:sql_database"
        ),
        "users > lb:load_balancer > a:app_server > c1:cache[memory=50MB]; lb > b:app_server; a, b > db:sql_database",
        "users > api:app_server > c1:cache[memory=50MB] > c2:cache[memory=200MB] > db:sql_database",
    ],
)
def test_without_a_clock_in_it_a_board_is_the_same_at_any_pace(
    board: str, touches: tuple[Touch, ...]
) -> None:
    fast = propagate(ask(*touches), draw(board), CATALOG)
    slow = propagate(ask(*touches), draw(board), CATALOG, multiple=1e-4)
    assert fast.hits
    assert [hit.ratio for hit in slow.hits] == pytest.approx([hit.ratio for hit in fast.hits])
    assert load_of(slow, "db").hottest == pytest.approx(load_of(fast, "db").hottest)
    assert [1e4 * item.calls for item in slow.flows] == pytest.approx([item.calls for item in fast.flows])


def test_caches_in_line_that_nobody_asks() -> None:
    board = draw("users > api:app_server > c1:cache > c2:cache > db:sql_database")
    traffic = propagate(ask(READ), board, CATALOG, multiple=0.0)
    assert traffic.hits == ()
    assert [item.calls for item in traffic.flows] == [0.0] * 4


def test_what_asks_for_no_dataset_passes_by_a_cache() -> None:
    board = "users > cdn[memory=10MB] > api:app_server > engine:search_index, files:object_storage"
    both, image = flow(board, SEARCH, IMAGE), flow(board, IMAGE)
    assert 0.0 < both.hit_ratio("cdn", "images") < 1.0
    assert hit_of(both, "cdn", "images").ratio == hit_of(image, "cdn", "images").ratio


def test_a_cache_asked_several_times_for_each_request() -> None:
    traffic = flow("users > api:app_server >[calls=5] cache[memory=50MB]; api > db:sql_database", READ)
    assert hit_of(traffic, "cache").lookups == pytest.approx(load_of(traffic, "cache").reads)


def test_two_touches_of_a_second_cache_are_two_requests() -> None:
    board = "users > api:app_server > c1:cache[memory=20MB] > c2:cache[memory=100MB] > db:sql_database"
    twice, often = flow(board, READ, READ), flow(board, READ, rate=2 * RATE)
    assert hit_of(twice, "c2").ratio == pytest.approx(hit_of(often, "c2").ratio, rel=1e-9)


@pytest.mark.parametrize("change", [WRITE, UPDATE], ids=["write", "update"])
@pytest.mark.parametrize("policy", ["invalidate", "around"])
def test_a_cache_on_the_way_is_told_what_one_beside_is(policy: str, change: Touch) -> None:
    cache = f"cache[memory=20MB, ttl=3s, writes={policy}]"
    aside = hit_of(flow(f"users > api:app_server > {cache}, db:sql_database", READ, change), "cache")
    inline = hit_of(flow(f"users > api:app_server > {cache} > db:sql_database", READ, change), "cache")
    assert (inline.ratio, inline.stale) == pytest.approx((aside.ratio, aside.stale))


ROOMY = "users > api:app_server > cache[memory=64GB, writes={}], db:sql_database"


def test_a_new_record_is_put_into_a_cache_once() -> None:
    design = draw(ROOMY.format("through").replace("64GB", "20MB"))
    tried = propagate(ask(READ, WRITE), design, CATALOG, tries={"users>api": 1.5})
    more = propagate(ask(READ.model_copy(update={"count": 1.5}), WRITE), design, CATALOG)
    assert hit_of(tried, "cache").ratio == pytest.approx(hit_of(more, "cache").ratio, rel=1e-9)


def test_half_of_the_new_records_are_half_of_the_first_misses() -> None:
    board = ROOMY.format("through").replace("api:", "lb:load_balancer > a:") + "; lb > b:app_server > db"
    half_reads = READ.model_copy(update={"count": 0.5})
    half = hit_of(flow(board, READ, WRITE), "cache").ratio
    none, every = (
        hit_of(flow(ROOMY.format(policy), half_reads, WRITE), "cache").ratio
        for policy in ("invalidate", "through")
    )
    assert none < every
    assert half == pytest.approx((none + every) / 2)


def test_reads_that_a_useless_cache_passes_on_are_as_good_as_first_hand() -> None:
    board = (
        "users > lb:load_balancer >[share=0.1] a:app_server > c1:cache[memory=1KB]; lb >[share=0.9] b:app_server; "
        "a > b > c2:cache[memory=100MB], db:sql_database"
    )
    alone = flow("users > api:app_server > cache[memory=100MB], db:sql_database", READ)
    assert flow(board, READ).hit_ratio("c2", "links") == pytest.approx(
        alone.hit_ratio("cache", "links"), rel=1e-3
    )


def test_what_a_cache_missed_is_the_same_by_however_many_services_it_passes() -> None:
    board = (
        "users > lb:load_balancer > a:app_server > c1:cache[memory=50MB] > {} > db:sql_database; "
        "lb > b:app_server > db"
    )
    one = flow(board.format("mid:app_server"), READ)
    two = flow(board.format("fan:load_balancer > x:app_server, y:app_server"), READ)
    assert load_of(two, "db").hottest == pytest.approx(load_of(one, "db").hottest)
    asked = missed_from(hit_of(one, "c1"), 500.0) + 500.0 * EACH
    expected = float(asked.max()) / load_of(one, "db").reads
    assert load_of(one, "db").hottest["links"] == pytest.approx(expected, rel=1e-6)


def test_tries_behind_a_cache_ask_again_for_what_it_missed() -> None:
    board = (
        "users > lb:load_balancer > a:app_server > c1:cache[memory=50MB] > mid:app_server > db:sql_database; "
        "lb > b:app_server > db"
    )
    traffic = propagate(ask(READ), draw(board), CATALOG, tries={"mid>db": 3.0})
    asked = 3.0 * missed_from(hit_of(traffic, "c1"), 500.0) + 500.0 * EACH
    store = load_of(traffic, "db")
    assert store.reads == pytest.approx(500.0 + 3.0 * 500.0 * (1 - hit_of(traffic, "c1").ratio))
    assert store.hottest["links"] == pytest.approx(float(asked.max()) / store.reads, rel=1e-6)


CIRCLE = (
    "users > first:load_balancer > p:app_server > c1:cache[memory=50MB] > lb:load_balancer; "
    "first > q:app_server > lb; lb >[share=0.5] a:app_server{0}; lb >[share=0.5] b:app_server{0}; a > b > a; "
    "a > one:sql_database[holds=links]; b > two:sql_database[holds=users]"
)


def test_limits_in_a_circle_take_away_of_all_records_alike() -> None:
    free, limited = (flow(CIRCLE.format(limit), READ, USER) for limit in ("", "[limit=300/s]"))
    assert limited.hits == free.hits
    assert load_of(limited, "a").refused > 0.0
    for store, caller in (("one", "a"), ("two", "b")):
        calls = calls_over(limited, f"{caller}>{store}")
        assert load_of(limited, store).reads == pytest.approx(calls)
        assert calls < calls_over(free, f"{caller}>{store}")
        assert load_of(limited, store).hottest == pytest.approx(load_of(free, store).hottest, rel=1e-6)


def test_two_clients_divide_the_requests() -> None:
    traffic = flow("users > api:app_server > db:sql_database; app:mobile_app > api", READ)
    assert calls_over(traffic, "users>api") + calls_over(traffic, "app>api") == pytest.approx(RATE)
    assert load_of(traffic, "db").reads == pytest.approx(RATE)


def test_writing_several_records_at_once_adds_as_many() -> None:
    board = "users > api:app_server > cache[memory=20MB], db:sql_database"
    at_once, apart = (
        hit_of(flow(board, READ, WRITE.model_copy(update={name: 4})), "cache").ratio
        for name in ("records", "count")
    )
    assert at_once == pytest.approx(apart, rel=1e-9)


def test_a_store_that_is_never_read_has_no_hottest_record() -> None:
    board = "users > api:app_server > c1:cache[memory=64GB], c2:cache[memory=64GB], db:sql_database"
    traffic = flow(board, READ)
    assert [hit.ratio for hit in traffic.hits] == [1.0, 1.0]
    assert load_of(traffic, "db").reads == 0.0
