"""What caches do with writes, with age and with their memory: plans, closed forms, and simulated caches."""

from __future__ import annotations

import heapq
import math
import random
from collections import OrderedDict

import pytest

from designer.design.model import Design, Node
from designer.scenario.model import Dataset, Touch, Workload
from designer.traffic.model import CacheHit, ProblemKind, Traffic
from designer.traffic.popularity import lfu_hit_ratio, zipf_bins
from designer.traffic.propagation import propagate
from tests.traffic.boards import (
    CATALOG,
    IMAGE,
    READ,
    UPDATE,
    WRITE,
    ask,
    ask_all,
    calls_over,
    draw,
    flow,
    load_of,
    plan_of,
    tell,
)

ASIDE = "users > api:app_server > cache{}, db:sql_database"
UNIFORM = {"links": Dataset(name="Links", kind="records", record_size=1_000.0, records=1_000)}


def settle(board: str, *touches: Touch, **cache: object) -> Traffic:
    """The traffic of 1,000 requests per second on 1,000 records that are all alike."""
    return propagate(ask(*touches, datasets=UNIFORM), adjust(draw(board), **cache), CATALOG)


def adjust(design: Design, **settings: object) -> Design:
    nodes = [
        Node.model_validate({**node.model_dump(), **settings}) if node.component == "cache" else node
        for node in design.nodes
    ]
    return design.model_copy(update={"nodes": tuple(nodes)})


def hit(traffic: Traffic) -> CacheHit:
    (found,) = traffic.hits
    return found


def plan_with(board: str, policy: str, *touches: Touch) -> str:
    traffic = propagate(ask(*touches), adjust(draw(board), writes=policy), CATALOG)
    assert traffic.problems == ()
    return tell(traffic.plans["w"])


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("invalidate", "db[12]!1!2, try cache[2]!2"),
        ("around", "db[12]!1!2"),
        ("through", "db[12]!1!2, try cache[12]!1!2"),
    ],
)
def test_who_is_told_of_a_write_beside_a_service(policy: str, told: str) -> None:
    plan = plan_with(ASIDE.format(""), policy, READ, WRITE, UPDATE)
    assert plan == f"users[012] > api[012] > (try cache[0]!0, miss(cache) db[0]!0, {told})"


@pytest.mark.parametrize(
    ("policy", "done"),
    [
        ("invalidate", "cache[01]!0 > (miss db[0]!0, db[1]!1)"),
        ("around", "cache[01]!0 > (miss db[0]!0, db[1]!1)"),
        ("through", "cache[01]!0!1 > (miss db[0]!0, db[1]!1)"),
        ("back", "cache[01]!0!1 > (miss db[0]!0, later db[1]!1)"),
    ],
)
def test_what_an_inline_cache_does_with_a_write(policy: str, done: str) -> None:
    plan = plan_with("users > api:app_server > cache > db:sql_database", policy, READ, UPDATE)
    assert plan == f"users[01] > api[01] > {done}"


def test_writing_back_goes_to_the_cache_although_the_store_is_near() -> None:
    board = "users > api:app_server > cache > db:sql_database; api > db"
    assert plan_with(board, "back", READ, WRITE) == (
        "users[01] > api[01] > cache[01]!0!1 > (miss db[0]!0, later db[1]!1)"
    )
    assert plan_with(board, "through", READ, WRITE) == (
        "users[01] > api[01] > (cache[0]!0 > miss db[0]!0, db[1]!1, try cache[1]!1)"
    )
    traffic = propagate(ask(READ, WRITE), adjust(draw(board), writes="back"), CATALOG)
    assert load_of(traffic, "db").writes == load_of(traffic, "cache").writes == 1_000.0
    assert [item.connection for item in traffic.flows if item.deferred] == []
    alone = propagate(ask(WRITE), adjust(draw(board), writes="back"), CATALOG)
    assert [item.connection for item in alone.flows if item.deferred] == ["cache>db"]


def test_a_cache_that_cannot_write_back_is_told() -> None:
    traffic = propagate(ask(READ, UPDATE), adjust(draw(ASIDE.format("")), writes="back"), CATALOG)
    (problem,) = traffic.problems
    assert (problem.kind, problem.nodes, problem.touch) == (ProblemKind.UNREACHABLE, ("cache", "db"), 1)
    assert "has no connection towards 'db'" in problem.message
    assert tell(traffic.plans["w"]).endswith("db[1]!1, try cache[1]!1)")  # meanwhile both are written
    reading = propagate(ask(READ), adjust(draw(ASIDE.format("")), writes="back"), CATALOG)
    assert reading.problems == ()


def test_a_copy_that_is_written_stays_fresh() -> None:
    fresh = settle(ASIDE.format(""), READ, UPDATE, writes="through")
    assert hit(fresh).ratio == 1.0
    assert hit(fresh).stale == 0.0
    lost = settle(ASIDE.format(""), READ, UPDATE)
    assert hit(lost).ratio == pytest.approx(0.5)
    # The record is carried to the cache, not only the news.
    assert load_of(fresh, "cache").bytes_in == pytest.approx(1_000 * 250 + 1_000 * 1_000)


def test_writes_keep_records_in_the_cache_as_reads_do() -> None:
    # 400 of 1,000 records: with e = r + w events each, 1 - exp(-e T) = 0.4, whatever their kind.
    traffic = settle(ASIDE.format("[memory=400KB]"), READ, UPDATE, writes="through")
    assert hit(traffic).ratio == pytest.approx(0.4)
    assert hit(traffic).characteristic_time == pytest.approx(-math.log(0.6) / 2.0)


def test_a_new_record_is_there_from_the_start_when_writes_go_through() -> None:
    add = WRITE.model_copy(update={"count": 0.1})
    assert hit(settle(ASIDE.format(""), READ, add)).ratio == pytest.approx(0.9, abs=1e-4)
    assert hit(settle(ASIDE.format(""), READ, add, writes="through")).ratio == pytest.approx(1.0)


@pytest.mark.parametrize("ttl", [0.1, 1.0, 30.0])
def test_a_time_to_live_without_renewal(ttl: float) -> None:
    # Each record is read once a second. Of the reads in a cycle, 1 fills and D find the copy: D / (1 + D).
    traffic = settle(ASIDE.format(""), READ, ttl=ttl)
    assert hit(traffic).ratio == pytest.approx(ttl / (1 + ttl), rel=1e-12)
    assert hit(traffic).kept_records == pytest.approx(1_000 * ttl / (1 + ttl))
    # Updated half as often as read: copies last (1 - exp(-D / 2)) / (1 / 2) on average.
    updating = settle(ASIDE.format(""), READ, UPDATE.model_copy(update={"count": 0.5}), ttl=ttl)
    lasting = (1 - math.exp(-ttl / 2)) * 2
    assert hit(updating).ratio == pytest.approx(lasting / (1 + lasting), rel=1e-12)


@pytest.mark.parametrize("ttl", [0.1, 2.0])
def test_how_many_hits_are_out_of_date_when_writes_go_around(ttl: float) -> None:
    around = settle(ASIDE.format(""), READ, UPDATE, writes="around", ttl=ttl)
    assert hit(around).ratio == pytest.approx(ttl / (1 + ttl))
    # Hits are spread evenly over the age of a copy; at age a it is current with probability exp(-a).
    assert hit(around).stale == pytest.approx(1 - (1 - math.exp(-ttl)) / ttl)
    assert hit(settle(ASIDE.format(""), READ, UPDATE, ttl=ttl)).stale == 0.0
    assert hit(settle(ASIDE.format(""), READ, writes="around", ttl=ttl)).stale == 0.0


def test_without_a_time_to_live_all_that_was_written_since_is_out_of_date() -> None:
    assert hit(settle(ASIDE.format(""), READ, UPDATE, writes="around")).stale == 1.0
    # In a small cache copies are renewed after T unasked: 1 - H' / H with H = e^(r T) - 1 reads to find a copy.
    small = hit(settle(ASIDE.format("[memory=500KB]"), READ, UPDATE, writes="around"))
    found = math.exp(small.characteristic_time) - 1
    both = 0.5 * (1 - math.exp(-2 * small.characteristic_time))
    assert small.stale == pytest.approx(1 - both / (1 - both) / found)


def test_updates_by_another_way_leave_copies_out_of_date() -> None:
    board = "users > api:app_server >[read] cache; api > db:sql_database"
    traffic = propagate(ask(READ, UPDATE, datasets=UNIFORM), adjust(draw(board), ttl=2.0), CATALOG)
    assert hit(traffic).stale == pytest.approx(1 - (1 - math.exp(-2.0)) / 2.0)


RECORDS = 500


def simulate(capacity: int, ttl: float, skew: float, updates: float, *, around: bool) -> tuple[float, float]:
    """Hit ratio and stale part of an LRU cache whose copies are given up at an age; one read per unit of time."""
    generator = random.Random(5)
    weights = [rank**-skew for rank in range(1, RECORDS + 1)]
    reads = 100_000
    chosen = generator.choices(range(RECORDS), weights, k=reads)
    changed = generator.choices(range(RECORDS), weights, k=reads)
    kept: OrderedDict[int, float] = OrderedDict()
    expiring: list[tuple[float, int]] = []
    written = dict.fromkeys(range(RECORDS), -1.0)
    hits = stale = 0
    now = 0.0
    for number, record in enumerate(chosen):
        now += generator.expovariate(1.0)
        while expiring and expiring[0][0] <= now:
            at, old = heapq.heappop(expiring)
            if old in kept and kept[old] + ttl <= at + 1e-9:
                del kept[old]
        if generator.random() < updates:
            written[changed[number]] = now
            if not around:
                kept.pop(changed[number], None)
        if record in kept:
            kept.move_to_end(record)
            if number >= reads // 4:
                hits += 1
                stale += written[record] > kept[record]
        else:
            kept[record] = now
            heapq.heappush(expiring, (now + ttl, record))
            if len(kept) > capacity:
                kept.popitem(last=False)
    return hits / (reads - reads // 4), stale / max(1, hits)


@pytest.mark.parametrize(
    ("capacity", "ttl", "skew", "updates"),
    [
        (600, 500.0, 0.8, 0.0),  # all that lives fits
        (100, 150.0, 0.8, 0.0),  # given up before it is evicted
        (60, 400.0, 0.8, 0.0),  # either may come first
        (100, 1_000.0, 0.8, 0.3),
        (30, 2_000.0, 1.0, 0.1),
        (60, 400.0, 0.6, 0.5),
    ],
)
def test_a_time_to_live_against_simulated_caches(
    capacity: int, ttl: float, skew: float, updates: float
) -> None:
    data = Dataset(name="Links", kind="records", record_size=1_000.0, records=RECORDS, skew=skew)
    touches = [READ] if updates == 0.0 else [READ, UPDATE.model_copy(update={"count": updates})]
    scenario = ask(*touches, datasets={"links": data}, rate=1.0)
    for policy in ("invalidate", "around"):
        board = adjust(draw(ASIDE.format(f"[memory={capacity}KB]")), ttl=ttl, writes=policy)
        found = hit(propagate(scenario, board, CATALOG))
        ratio, stale = simulate(capacity, ttl, skew, updates, around=policy == "around")
        assert found.ratio == pytest.approx(ratio, abs=0.015)
        assert found.stale == pytest.approx(stale, abs=0.02)


def test_a_cache_that_keeps_the_most_popular() -> None:
    board = draw(ASIDE.format("[memory=100MB]"))
    ideal = lfu_hit_ratio(1e6, 0.8, 1e5)
    least_recent, least_often = (
        hit(propagate(ask(READ), adjust(board, eviction=eviction), CATALOG)) for eviction in ("lru", "lfu")
    )
    assert least_often.ratio == pytest.approx(ideal, rel=1e-9)
    assert least_often.bound == pytest.approx(ideal, rel=1e-9)
    assert least_recent.bound == pytest.approx(ideal, rel=1e-9)
    assert least_recent.ratio < ideal
    assert least_often.kept_records == pytest.approx(1e5)
    # A record is kept that is read more often than once in T.
    bins = zipf_bins(1e6, 0.8)
    rates = 1_000.0 * bins.shares / bins.records
    assert bins.records[rates * least_often.characteristic_time > 1].sum() == pytest.approx(1e5, rel=0.1)


def test_an_empty_cache_warms_up() -> None:
    # After t the records asked for within t are there: 1 - exp(-t), each record being read once a second.
    assert hit(settle(ASIDE.format(""), READ)).warm_up == pytest.approx(math.log(10), rel=1e-6)
    # Of 400 in 1,000 records the hit ratio is 0.4 in the end: 1 - exp(-t) = 0.36.
    small = hit(settle(ASIDE.format("[memory=400KB]"), READ))
    assert small.warm_up == pytest.approx(-math.log(0.64), rel=1e-6)
    assert small.warm_up < small.characteristic_time
    # Copies that are given up after half a second: 1/3 in the end, 1 - exp(-t) = 0.3.
    assert hit(settle(ASIDE.format(""), READ, ttl=0.5)).warm_up == pytest.approx(-math.log(0.7), rel=1e-6)
    assert small.warming is not None
    assert small.warming.result.value == small.warm_up
    assert small.warming.formula.startswith("0.9 h = sum over records i of p[links](i) (1 - exp(-e t))")


def test_what_is_said_of_age_and_staleness() -> None:
    aged = hit(settle(ASIDE.format(""), READ, ttl=2.0))
    assert aged.arithmetic.formula == (
        "h = sum over records i of p[links](i) r A / (1 + r A), A = D, r = r[links] p[links](i)"
    )
    assert {quantity.symbol: quantity.value for quantity in aged.arithmetic.inputs}["D"] == 2.0
    assert aged.staleness is not None
    assert aged.staleness.formula == "s = 0: the cache is told of every update"
    around = hit(settle(ASIDE.format(""), READ, UPDATE, ttl=2.0, writes="around"))
    assert around.staleness is not None
    assert around.staleness.result.value == around.stale
    assert "exp(-y[links] p[links](i) a)" in around.staleness.formula


def test_a_cdn_in_front_of_a_browser_and_a_cache() -> None:
    # The device answers first, then the edge; what both miss comes to the files.
    traffic = flow("users > browser_cache > cdn[memory=100MB] > api:app_server > files:object_storage", IMAGE)
    device, edge = traffic.hit_ratio("browser_cache", "images"), traffic.hit_ratio("cdn", "images")
    assert load_of(traffic, "files").reads == pytest.approx(1_000 * (1 - device) * (1 - edge))


def test_the_hottest_record_behind_a_cache() -> None:
    first = float(zipf_bins(1e6, 0.8).shares[0])
    bare = flow("users > api:app_server > db:sql_database", READ)
    assert load_of(bare, "db").hottest == {"links": pytest.approx(first)}
    cached = flow(ASIDE.format("[memory=100MB]"), READ)
    assert load_of(cached, "cache").hottest == {"links": pytest.approx(first)}
    # What the cache misses: p(i) exp(-r p(i) T) / (1 - h), of which no record has much.
    bins, found = zipf_bins(1e6, 0.8), hit(cached)
    each = bins.shares / bins.records
    missed = each * [math.exp(-1_000.0 * part * found.characteristic_time) for part in each]
    assert load_of(cached, "db").hottest["links"] == pytest.approx(missed.max() / (1 - found.ratio), rel=1e-6)
    assert load_of(cached, "db").hottest["links"] < first / 100


def test_the_hottest_record_of_two_ways() -> None:
    board = "users > lb:load_balancer > a:app_server > cache[memory=100MB]; lb > b:app_server; a, b > db:sql_database"
    traffic = flow(board, READ)
    first, missed = float(zipf_bins(1e6, 0.8).shares[0]), 1 - traffic.hit_ratio("cache", "links")
    part = load_of(traffic, "db").hottest["links"]
    assert part == pytest.approx(
        first / (1 + missed), rel=1e-3
    )  # all of its reads come by the way without a cache


def test_several_lookups_in_one_request() -> None:
    many = READ.model_copy(update={"count": 10})
    traffic = flow(ASIDE.format("[memory=300MB]"), many)
    missed = 1 - traffic.hit_ratio("cache", "links")
    # The store is asked for whatever is missing of ten, and then for ten m / (1 - (1 - m)^10) on average.
    assert calls_over(traffic, "api>db") == pytest.approx(1_000 * (1 - (1 - missed) ** 10))
    assert load_of(traffic, "db").reads == pytest.approx(10_000 * missed)
    assert load_of(traffic, "db").calls == calls_over(traffic, "api>db")
    inline = flow("users > api:app_server > cache[memory=300MB] > db:sql_database", many)
    assert calls_over(inline, "cache>db") == pytest.approx(calls_over(traffic, "api>db"))
    # Two in line: of the ten the second is asked for what the first did not have.
    twice = flow("users > api:app_server > c1:cache[memory=300MB] > c2:cache > db:sql_database", many)
    one, two = 1 - twice.hit_ratio("c1", "links"), 1 - twice.hit_ratio("c2", "links")
    share = one / (1 - (1 - one) ** 10)
    assert load_of(twice, "c2").reads == pytest.approx(10_000 * one)
    assert calls_over(twice, "c2>db") == pytest.approx(
        calls_over(twice, "c1>c2") * (1 - (1 - two) ** (10 * share))
    )
    assert load_of(twice, "db").reads == pytest.approx(10_000 * one * two)


def test_two_unequal_caches_beside_a_service() -> None:
    many = READ.model_copy(update={"count": 4})
    traffic = flow(
        "users > api:app_server > c1:cache[memory=300MB], c2:cache[memory=10MB], db:sql_database", many
    )
    one, two = 1 - traffic.hit_ratio("c1", "links"), 1 - traffic.hit_ratio("c2", "links")
    assert load_of(traffic, "db").reads == pytest.approx(2_000 * (one + two))
    made = 500 * (1 - (1 - one) ** 4) + 500 * (1 - (1 - two) ** 4)
    assert calls_over(traffic, "api>db") == pytest.approx(made)


def test_plans_are_the_same_for_policies_that_writes_do_not_meet() -> None:
    plan = plan_of(ASIDE.format(""), READ)
    for policy in ("invalidate", "around", "through"):
        found = propagate(ask(READ), adjust(draw(ASIDE.format("")), writes=policy), CATALOG)
        assert found.plans["w"] == plan


def test_workloads_that_write_and_read_apart() -> None:
    scenario = ask_all(
        {
            "read": Workload(name="Read", rate=900, touches=(READ,)),
            "change": Workload(name="Change", rate=100, touches=(UPDATE,)),
        },
        UNIFORM,
    )
    traffic = propagate(scenario, adjust(draw(ASIDE.format("")), writes="around", ttl=1.0), CATALOG)
    # 0.9 reads and 0.1 updates per record and second.
    assert hit(traffic).ratio == pytest.approx(0.9 / 1.9)
    assert hit(traffic).stale == pytest.approx(1 - (1 - math.exp(-0.1)) / 0.1)
