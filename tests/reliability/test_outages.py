"""What single failures take away: parts of data, zones, caches, and tiers without a machine to spare."""

from __future__ import annotations

import math

import pytest

from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.reliability.availability import assess
from designer.reliability.groups import k_of_n_unavailability
from designer.reliability.model import Outage, Reliability
from designer.scenario.loader import parse_scenario
from designer.traffic.propagation import propagate

CATALOG = load()
SCENARIO = """
name: Shop
difficulty: core
summary: A shop.
story: A shop.
datasets:
  items: {{name: Items, record_size: 1 KB, records: 1M, skew: 0.9}}
workloads:
  look: {{name: Look, rate: {rate}/s, touches: [{{dataset: items}}]}}
  search: {{name: Search, rate: 1/s, touches: [{{dataset: items, access: scatter}}]}}
  pay: {{name: Pay, rate: 1/s, touches: [{{capability: payment}}]}}
requirements:
  up: {{kind: availability, workload: look, minimum: 99 %}}
"""


def judged(notation: str, *, rate: float = 10, **needed: int) -> Reliability:
    scenario = parse_scenario(SCENARIO.format(rate=rate), "shop.yaml", CATALOG)
    design = parse_notation(notation, CATALOG)
    traffic = propagate(scenario, design, CATALOG)
    return assess(scenario, design, CATALOG, traffic, needed, {})


def outage(found: Reliability, kind: str, name: str) -> Outage:
    return next(item for item in found.outages if (item.kind, item.name) == (kind, name))


def unavailability(found: Reliability, workload: str) -> float:
    return next(item.unavailability for item in found.workloads if item.workload == workload)


def figure(component: str, name: str) -> float:
    found = CATALOG[component].figure(name)
    assert found is not None
    return found.default


ZONE = 1 - CATALOG.environment.zone_availability.default
REGION = 1 - CATALOG.environment.region_availability.default


def test_shards_without_copies_stand_in_all_zones() -> None:
    found = judged("@ a, b\nusers > api:app_server*2[zones=a+b] > db:sharded_sql[shards=4, zones=a+b]")
    app, shard = 1 - figure("app_server", "availability"), 1 - figure("sharded_sql", "availability")
    both, one = (1 - ZONE) ** 2, ZONE * (1 - ZONE)
    # With one zone gone half of the keys are.
    up = both * (1 - app**2) * (1 - shard) + 2 * one * (1 - app) * (1 - shard) / 2
    assert unavailability(found, "look") == pytest.approx(1 - (1 - REGION) * up, rel=1e-9)
    every = both * (1 - app**2) * (1 - shard) ** 4
    assert unavailability(found, "search") == pytest.approx(1 - (1 - REGION) * every, rel=1e-9)
    for zone in ("a", "b"):
        assert outage(found, "zone", zone).lost == ("look", "search")


def test_a_tier_that_cannot_carry_the_peak_is_down_and_says_so() -> None:
    found = judged("users > api:app_server*2 > db:sql_database", api=3)
    (look, *_) = found.workloads
    assert look.availability == 0.0
    assert "api cannot carry the peak" in (look.arithmetic.method or "")
    group = next(item for item in found.groups if item.node == "api")
    assert (group.machines, group.needed, group.availability) == (2, 3, 0.0)
    shares = {item.node: item.unavailability for item in look.contributions}
    assert shares["api"] > 0.9
    assert shares["db"] == pytest.approx(1 - figure("sql_database", "availability"), rel=0.02)
    assert all("look" not in item.served for item in found.outages)


@pytest.mark.parametrize("needed", [1, 2, 3, 5])
def test_availability_only_rises_with_machines(needed: int) -> None:
    found = [
        unavailability(judged(f"users > api:app_server*{count} > key_value_store", api=needed), "look")
        for count in range(1, 8)
    ]
    assert found == sorted(found, reverse=True)
    assert [value == 1.0 for value in found] == [count < needed for count in range(1, 8)]


def test_a_dead_cache_drowns_the_store_behind_it() -> None:
    drawn = "users > load_balancer*2 > api:app_server*40 > cache*2, db:sql_database"
    busy = judged(drawn, rate=0.9 * figure("sql_database", "read_rate") * 2)
    assert outage(busy, "node", "cache").lost == ()
    assert outage(busy, "node", "cache").overloaded == ("db",)
    assert "look" not in outage(busy, "node", "cache").served
    idle = judged(drawn, rate=10)
    assert outage(idle, "node", "cache").overloaded == ()
    assert set(outage(idle, "node", "cache").served) >= {"look", "search"}


def test_one_of_many_cache_machines_takes_only_its_part() -> None:
    rate = 1.05 * figure("sql_database", "read_rate")
    few = judged("users > load_balancer*2 > api:app_server*40 > cache*1, db:sql_database", rate=rate)
    many = judged("users > load_balancer*2 > api:app_server*40 > cache*20, db:sql_database", rate=rate)
    copied = judged(
        "users > load_balancer*2 > api:app_server*40 > cache*1[replicas=1], db:sql_database", rate=rate
    )
    assert outage(few, "instance", "cache").overloaded == ("db",)
    assert outage(many, "instance", "cache").overloaded == ()
    assert outage(many, "node", "cache").overloaded == ("db",)
    assert outage(copied, "instance", "cache").overloaded == ()


def test_what_passes_through_a_dead_cache_fails_and_drowns_nothing() -> None:
    drawn = "users > load_balancer*2 > api:app_server*40 > cache*2 > db:sql_database"
    found = outage(judged(drawn, rate=0.9 * figure("sql_database", "read_rate") * 2), "node", "cache")
    assert "look" in found.lost
    assert found.overloaded == ()


def test_equal_contributions_come_in_the_order_of_the_calls() -> None:
    drawn = "users > first:app_server*2 > second:app_server*2 > third:app_server*2 > key_value_store"
    shares = judged(drawn).workloads[0].contributions
    assert [item.node for item in shares if item.node != "key_value_store"] == ["first", "second", "third"]


def test_nobody_waits_for_what_is_put_off() -> None:
    drawn = "users > api:app_server*2 > db:sql_database; api > queue:message_queue > jobs:worker*2 > db"
    found = judged(drawn)
    assert outage(found, "node", "jobs").lost == outage(found, "node", "queue").lost == ()
    assert {item.node for item in found.workloads[0].contributions} == {"api", "db"}


def test_caches_whose_misses_meet_at_one_store() -> None:
    drawn = "users > load_balancer*2 > a:app_server*40, b:app_server*40 > shared:cache*2, db:sql_database"
    busy = judged(drawn, rate=0.9 * figure("sql_database", "read_rate") * 2)
    assert outage(busy, "node", "shared").overloaded == ("db",)
    assert outage(judged(drawn, rate=10), "node", "shared").overloaded == ()


def test_a_zone_without_which_the_rest_cannot_keep_up() -> None:
    found = judged(
        "@ a, b\nusers > lb:load_balancer*2[zones=a+b] > api:app_server*8[zones=a+b] > key_value_store", api=5
    )
    assert outage(found, "zone", "a") == Outage("zone", "a", (), ("api",), ())
    assert outage(found, "instance", "lb").served[:2] == ("look", "search")


def test_a_quorum_without_its_majority_is_lost_and_not_overloaded() -> None:
    found = judged(
        "@ a, b\nusers > api:app_server*2[zones=a+b] > db:wide_column_store*3[replicas=2, zones=a+b]"
    )
    assert outage(found, "zone", "a").lost == ("look", "search")  # two of three stand there
    assert outage(found, "zone", "b").lost == ()


def test_more_than_fifty_zones_are_a_bound_and_say_so() -> None:
    zones = [f"z{number}" for number in range(60)]
    places = ", ".join(f"r{number}/{zone}" for number, zone in enumerate(zones))
    found = judged(f"@ {places}\nusers > api:app_server*60[zones={'+'.join(zones)}] > key_value_store")
    arithmetic = found.workloads[0].arithmetic
    assert arithmetic.formula.startswith("A >=")
    assert "a lower bound" in (arithmetic.method or "")
    assert found.workloads[0].unavailability >= 1 - figure("key_value_store", "availability") - 1e-15


def test_branches_that_share_nothing_multiply() -> None:
    cells = 30
    branches = ", ".join(f"lb{cell}:load_balancer" for cell in range(cells))
    text = f"users > dns > {branches}\n" + "\n".join(
        f"lb{cell} > a{cell}:app_server, b{cell}:app_server > d{cell}:sql_database" for cell in range(cells)
    )
    found = judged(text)
    lb, app, db = (
        1 - figure(name, "availability") for name in ("load_balancer", "app_server", "sql_database")
    )
    cell = 1 - (1 - lb) * (1 - app**2) * (1 - db)
    dns = 1 - figure("dns", "availability")
    place = ZONE + REGION - ZONE * REGION
    # One zone holds them all.
    expected = 1 - (1 - dns) * (1 - place) * (1 - cell**cells)
    assert unavailability(found, "look") == pytest.approx(expected, rel=1e-9)
    assert len(found.outages) > 4 * cells
    assert math.isclose(k_of_n_unavailability(1, 2, app), app**2, rel_tol=1e-12)


def blocks(found: Reliability) -> list[tuple[str, str]]:
    return [(item.kind, item.name) for item in found.outages if item.kind in ("zone", "region")]


def test_zones_and_regions_in_which_machines_stand_fail_and_no_others() -> None:
    found = judged(
        "@ eu/a, eu/b, us/c, us/d\nusers > api:app_server*2[zones=c+a] > db:sql_database[zones=a]; idle:cache[zones=b]"
    )
    assert blocks(found) == [
        ("zone", "c"),
        ("zone", "a"),
        ("zone", "b"),
        ("region", "us"),
        ("region", "eu"),
    ]
    lost = {name: outage(found, kind, name).lost for kind, name in blocks(found)}
    everything = ("look", "search")
    assert lost == {"c": (), "a": everything, "b": (), "us": (), "eu": everything}
    assert blocks(judged("users > api:app_server > db:sql_database")) == [
        ("zone", "zone"),
        ("region", "region"),
    ]


def test_a_region_is_all_of_its_zones_together() -> None:
    found = judged("@ eu/a, eu/b\nusers > api:app_server*2[zones=a+b] > key_value_store")
    assert [outage(found, "zone", zone).lost for zone in ("a", "b")] == [(), ()]
    assert outage(found, "region", "eu").lost == ("look", "search")
    assert outage(found, "region", "eu").served == ()


@pytest.mark.parametrize(("other", "lost"), [("a", ("look", "search")), ("b", ())])
def test_two_ways_of_which_one_would_do_fail_together_where_they_stand_together(
    other: str, lost: tuple[str, ...]
) -> None:
    drawn = (
        "@ a, b\nusers > lb:load_balancer*2[zones=a+b] > east:app_server[zones=a], "
        f"west:app_server[zones={other}]\neast, west > key_value_store"
    )
    found = judged(drawn)
    assert outage(found, "node", "east").lost == outage(found, "node", "west").lost == ()
    assert outage(found, "zone", "a").lost == lost


def test_a_workload_is_lost_with_what_it_needs_and_served_without_what_it_does_not() -> None:
    found = judged("users > api:app_server*2 > db:sql_database, shop:notification_service[provides=payment]")
    assert outage(found, "node", "db").lost == ("look", "search")
    assert outage(found, "node", "db").served == ("pay",)
    assert outage(found, "node", "shop").lost == ("pay",)
    assert outage(found, "node", "shop").served == ("look", "search")
    assert outage(found, "node", "api").served == ()
    kinds = [(item.kind, item.name) for item in found.outages if item.name in ("api", "db", "shop")]
    # What its provider keeps running has no machines that are anybody's business.
    assert kinds == [
        ("instance", "api"),
        ("node", "api"),
        ("instance", "db"),
        ("node", "db"),
        ("node", "shop"),
    ]


def test_writes_stop_with_a_zone_and_reads_do_not_where_all_copies_must_have_them() -> None:
    text = SCENARIO.replace(
        "  search:",
        "  put: {{name: Put, rate: 1/s, touches: [{{dataset: items, operation: write}}]}}\n  search:",
    )
    scenario = parse_scenario(text.format(rate=1), "shop.yaml", CATALOG)
    design = parse_notation(
        "@ a, b\nusers > api:app_server*2[zones=a+b] > db:sql_database[replicas=1, zones=a+b, acks=all]",
        CATALOG,
    )
    found = assess(scenario, design, CATALOG, propagate(scenario, design, CATALOG), {}, {})
    for name, kind in (("a", "zone"), ("db", "instance")):
        assert outage(found, kind, name).lost == ("put",)
        assert outage(found, kind, name).served == ("look", "search")
    assert outage(found, "node", "db").lost == ("look", "put", "search")


READS = figure("sql_database", "read_rate")
ZONED = "@ a, b\nusers > load_balancer*2[zones=a+b] > api:app_server*80[zones=a+b] > "


@pytest.mark.parametrize(
    ("stores", "times", "drowned"),
    [
        # Half of the answers go with half of the cache's parts; the store itself stands elsewhere.
        ("cache*2[zones=a+b], db:sql_database[zones=b]", 1.05, ()),
        ("cache*2[zones=a+b], db:sql_database[zones=b]", 2.5, ("db",)),
        ("cache*2[zones=a], db:sql_database[zones=b]", 1.3, ("db",)),
        # What is down is not overloaded.
        ("cache*2[zones=a], db:sql_database[zones=a]", 2.5, ()),
        # Another copy of every part answers.
        ("cache*2[zones=a+b, replicas=1], db:sql_database[zones=b]", 2.5, ()),
    ],
)
def test_a_zone_takes_the_answers_of_the_caches_in_it(
    stores: str, times: float, drowned: tuple[str, ...]
) -> None:
    found = judged(ZONED + stores, rate=times * READS)
    assert outage(found, "zone", "a").overloaded == drowned


@pytest.mark.parametrize(("machines", "drowned"), [(1, ("db",)), (2, ("db",)), (4, ())])
def test_one_machine_of_a_cache_takes_the_answers_that_it_has(
    machines: int, drowned: tuple[str, ...]
) -> None:
    drawn = f"users > load_balancer*2 > api:app_server*80 > cache*{machines}, db:sql_database"
    assert outage(judged(drawn, rate=3 * READS), "instance", "cache").overloaded == drowned


def test_a_store_that_has_its_quorum_and_not_its_peak_is_overloaded_and_not_lost() -> None:
    text = SCENARIO.replace("dataset: items}}]", "dataset: items, operation: write}}]", 1)
    scenario = parse_scenario(text.format(rate=1), "shop.yaml", CATALOG)
    drawn = "users > api:app_server*2[zones=a+b] > db:sql_database[replicas=2, zones=a+b, acks=one]"
    design = parse_notation(f"@ a, b\n{drawn}", CATALOG)
    found = assess(scenario, design, CATALOG, propagate(scenario, design, CATALOG), {"db": 3}, {})
    assert outage(found, "zone", "b") == Outage("zone", "b", (), ("db",), ())  # two of three are left
    assert outage(found, "zone", "a").lost == ("look",)  # one is
    assert outage(found, "zone", "a").overloaded == ("db",)
