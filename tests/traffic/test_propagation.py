"""Rates, operations and bytes on boards small enough to work out by hand. Everything comes 1,000 times a second."""

from __future__ import annotations

import pytest

from designer.scenario.model import Touch, Workload
from designer.traffic.propagation import propagate
from tests.traffic.boards import (
    CATALOG,
    IMAGE,
    LATER,
    READ,
    SEARCH,
    UPDATE,
    WRITE,
    ask,
    ask_all,
    calls_over,
    draw,
    flow,
    load_of,
)


def test_rates_are_at_peak_and_times_the_multiple() -> None:
    scenario = ask(READ, rate=None, users=8_640_000, actions_per_day=10, peak_factor=3)
    design = draw("users > api:app_server > db:sql_database")
    assert calls_over(propagate(scenario, design, CATALOG), "api>db") == pytest.approx(3_000)
    assert calls_over(propagate(scenario, design, CATALOG, multiple=2.5), "api>db") == pytest.approx(7_500)
    assert calls_over(propagate(scenario, design, CATALOG, multiple=0.0), "api>db") == 0.0


def test_workloads_add_up_but_are_told_apart() -> None:
    scenario = ask_all(
        {
            "look": Workload(name="Look", rate=900, touches=(READ,)),
            "keep": Workload(name="Keep", rate=100, touches=(WRITE,)),
        }
    )
    traffic = propagate(scenario, draw("users > api:app_server > db:sql_database"), CATALOG)
    assert [(item.workload, item.connection, item.calls) for item in traffic.flows] == [
        ("look", "users>api", 900.0),
        ("look", "api>db", 900.0),
        ("keep", "users>api", 100.0),
        ("keep", "api>db", 100.0),
    ]
    assert (load_of(traffic, "db", "look").reads, load_of(traffic, "db", "look").writes) == (900.0, 0.0)
    assert (load_of(traffic, "db", "keep").reads, load_of(traffic, "db", "keep").writes) == (0.0, 100.0)
    assert load_of(traffic, "db", "keep").datasets == {"links": (0.0, 100.0)}


def test_fan_out_multiplies_operations_and_not_calls() -> None:
    deliver = Touch(dataset="links", operation="write", count=10, deferred=True)
    traffic = flow("users > api:app_server > queue:message_queue > worker > db:sql_database", deliver)
    assert calls_over(traffic, "worker>db") == 1_000.0
    assert load_of(traffic, "queue").reads == 1_000.0
    assert load_of(traffic, "db").writes == 10_000.0
    assert [item.writes for item in traffic.flows] == [10_000.0] * 4
    assert [item.deferred for item in traffic.flows] == [False, False, True, False]


def test_calls_per_request_multiply_what_lies_behind() -> None:
    board = "users > api:app_server >[calls=3] other:app_server >[calls=20] db:sql_database"
    traffic = flow(board, READ)
    assert calls_over(traffic, "api>other") == 3_000.0
    assert calls_over(traffic, "other>db") == 3_000.0
    assert load_of(traffic, "db").reads == 60_000.0


def test_shares_divide() -> None:
    board = "users > lb:load_balancer >[share=0.9] a:app_server > db:sql_database; lb >[share=0.1] b:app_server > db"
    traffic = flow(board, READ)
    assert calls_over(traffic, "lb>a") == pytest.approx(900)
    assert calls_over(traffic, "lb>b") == pytest.approx(100)
    assert load_of(traffic, "db").reads == pytest.approx(1_000)


def test_cache_aside_sends_misses_to_the_store() -> None:
    traffic = flow("users > api:app_server > cache[memory=100MB], db:sql_database", READ, WRITE, UPDATE)
    hit = traffic.hit_ratio("cache", "links")
    assert 0.0 < hit < 0.5  # half of what happens to a record is an update
    assert calls_over(traffic, "api>cache") == pytest.approx(2_000)  # a lookup and an invalidation
    cache, store = load_of(traffic, "cache"), load_of(traffic, "db")
    # What a lookup did not find is put there: a write for each miss beside the invalidations.
    written = pytest.approx(1_000 + 1_000 * (1 - hit))
    assert (cache.reads, cache.writes) == (pytest.approx(1_000), written)
    assert cache.datasets == {"links": (pytest.approx(1_000), written)}
    assert store.reads == pytest.approx(1_000 * (1 - hit))
    assert store.writes == pytest.approx(2_000)


def test_what_only_passes_through_a_cache_is_a_visit() -> None:
    traffic = flow("users > api:app_server > cache[memory=100MB] > db:sql_database", READ, WRITE)
    cache = load_of(traffic, "cache")
    assert (cache.calls, cache.reads, cache.writes) == (1_000.0, 1_000.0, 0.0)
    hit = traffic.hit_ratio("cache", "links")
    assert calls_over(traffic, "cache>db") == pytest.approx(1_000 * (1 - hit) + 1_000)


def test_two_caches_beside_a_service_each_answer_their_part() -> None:
    board = "users > api:app_server > c1:cache[memory=100MB], c2:cache[memory=10MB], db:sql_database"
    traffic = flow(board, READ)
    one, two = traffic.hit_ratio("c1", "links"), traffic.hit_ratio("c2", "links")
    assert one > two > 0.0
    assert load_of(traffic, "db").reads == pytest.approx(500 * (1 - one) + 500 * (1 - two))


def test_reads_that_every_shard_must_answer() -> None:
    scan = Touch(dataset="links", access="scatter", count=2)
    traffic = flow("users > api:app_server > db:sharded_sql[shards=4]", scan, READ)
    assert load_of(traffic, "db").reads == 3_000.0
    assert load_of(traffic, "db").scattered_reads == 2_000.0
    cached = flow("users > api:app_server > cache, db:sharded_sql[shards=4]", scan)
    assert load_of(cached, "cache").scattered_reads == 0.0


def test_what_offers_a_capability_counts_its_operations() -> None:
    rank = Touch(capability="inference", count=100)
    traffic = flow("users > api:app_server > model_server, search_index", rank, SEARCH)
    assert load_of(traffic, "model_server").reads == 100_000.0
    assert load_of(traffic, "search_index").reads == 1_000.0
    assert load_of(traffic, "api").reads == 1_000.0
    assert load_of(traffic, "model_server").datasets == {}


def test_messages_between_services_and_records_from_stores() -> None:
    traffic = flow(
        "users > api:app_server > db:sql_database",
        READ.model_copy(update={"count": 2, "records": 5}),
        request_size=400,
        response_size=6_000,
    )
    first, second = traffic.flows
    assert (first.bytes_forward, first.bytes_back) == (400_000, 6_000_000)
    # 2 operations x 5 records x 1 KB; asking takes the request.
    assert (second.bytes_forward, second.bytes_back) == (400_000, 10_000_000)
    api = load_of(traffic, "api")
    assert (api.bytes_in, api.bytes_out) == (400_000 + 10_000_000, 6_000_000 + 400_000)


def test_writes_carry_their_records_forward() -> None:
    traffic = flow("users > api:app_server > db:sql_database", WRITE, request_size=1_500, response_size=100)
    first, second = traffic.flows
    assert (first.bytes_forward, first.bytes_back) == (1_500_000, 100_000)
    assert (second.bytes_forward, second.bytes_back) == (1_000_000, 0)


def test_a_message_is_divided_between_the_calls_that_share_it() -> None:
    board = "users > cdn > files:object_storage; users > api:app_server > db:sql_database"
    traffic = flow(board, IMAGE, READ, request_size=1_000, response_size=202_000)
    sizes = {item.connection: (item.bytes_forward, item.bytes_back) for item in traffic.flows}
    # Of 101 KB of data the image is 100: so of the answer. The request has no data to go by.
    assert sizes["users>cdn"] == pytest.approx((500_000, 200_000_000))
    assert sizes["users>api"] == pytest.approx((500_000, 2_000_000))
    missed = 1 - traffic.hit_ratio("cdn", "images")
    assert sizes["cdn>files"] == pytest.approx((500_000 * missed, 100_000_000 * missed))


def test_lookups_bring_back_what_they_find_and_take_along_what_they_do_not() -> None:
    traffic = flow(
        "users > api:app_server > cache[memory=100MB], db:sql_database", READ, UPDATE, request_size=100
    )
    hit = traffic.hit_ratio("cache", "links")
    cache = load_of(traffic, "cache")
    assert cache.bytes_out == pytest.approx(1_000_000 * hit)
    # A query for the lookup, one for the invalidation, and the records that were not there.
    assert cache.bytes_in == pytest.approx(2 * 50_000 + 1_000_000 * (1 - hit))


def test_an_inline_cache_passes_on_what_it_has_not() -> None:
    traffic = flow(
        "users > api:app_server > cache[memory=100MB] > db:sql_database", READ, WRITE, request_size=100
    )
    missed = 1 - traffic.hit_ratio("cache", "links")
    sizes = {item.connection: (item.bytes_forward, item.bytes_back) for item in traffic.flows}
    assert sizes["api>cache"] == pytest.approx((50_000 + 1_000_000, 1_000_000))
    assert sizes["cache>db"] == pytest.approx((50_000 * missed + 1_000_000, 1_000_000 * missed))


def test_deferred_work_without_a_queue_is_no_deferred_flow() -> None:
    traffic = flow("users > api:app_server > db:sql_database", LATER)
    assert not any(item.deferred for item in traffic.flows)


def test_a_scenario_with_other_rates_shares_the_plans() -> None:
    design = draw("users > api:app_server > db:sql_database")
    scenario = ask(READ)
    faster = scenario.model_copy(
        update={"workloads": {"w": scenario.workloads["w"].model_copy(update={"rate": 5_000.0})}}
    )
    slow, fast = propagate(scenario, design, CATALOG), propagate(faster, design, CATALOG)
    assert fast.plans["w"].entries[0].visit is slow.plans["w"].entries[0].visit
    assert calls_over(fast, "api>db") == 5 * calls_over(slow, "api>db")
