"""Availability of whole designs, worked out by hand and compared."""

from __future__ import annotations

import pytest

from designer.catalog.loader import load
from designer.catalog.model import Behavior
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.reliability.availability import assess
from designer.reliability.groups import k_of_n_unavailability
from designer.reliability.model import Reliability
from designer.scenario.loader import parse_scenario
from designer.scenario.model import Scenario
from designer.traffic.propagation import propagate
from designer.units import Dimension

CATALOG = load()
ZONE = 1 - CATALOG.environment.zone_availability.default
REGION = 1 - CATALOG.environment.region_availability.default


def figure(component: str, name: str) -> float:
    found = CATALOG[component].figure(name)
    assert found is not None
    return found.default


SCENARIO = """
name: Shop
difficulty: core
summary: A shop.
story: A shop.
datasets:
  items: {name: Items, record_size: 1 KB, records: 1M, skew: 0.9}
workloads:
  look: {name: Look, rate: 100/s, touches: [{dataset: items}]}
  search: {name: Search, rate: 10/s, touches: [{dataset: items, access: scatter}]}
  order: {name: Order, rate: 1/s, touches: [{dataset: items, operation: write, deferred: true}]}
requirements:
  up: {kind: availability, workload: look, minimum: 99 %}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return parse_scenario(SCENARIO, "shop.yaml", CATALOG)


def judged(scenario: Scenario, notation: str, **needed: int) -> tuple[Reliability, Design]:
    design = parse_notation(notation, CATALOG)
    traffic = propagate(scenario, design, CATALOG)
    stores = [node.id for node in design.nodes if CATALOG[node.component].behavior is Behavior.STORE]
    return assess(scenario, design, CATALOG, traffic, needed, {"items": stores}), design


def unavailability(reliability: Reliability, workload: str) -> float:
    return next(item.unavailability for item in reliability.workloads if item.workload == workload)


def place_down() -> float:
    """The one unnamed zone, or its region, is down."""
    return ZONE + REGION - ZONE * REGION


def test_series_in_one_zone(scenario: Scenario) -> None:
    reliability, _ = judged(scenario, "users > app_server > sql_database")
    up = figure("app_server", "availability") * figure("sql_database", "availability") * (1 - place_down())
    assert unavailability(reliability, "look") == pytest.approx(1 - up, rel=1e-9)


def test_two_of_three_when_the_peak_needs_two(scenario: Scenario) -> None:
    needs_one, _ = judged(scenario, "users > load_balancer*2 > app_server*3 > sql_database", app_server=1)
    needs_two, _ = judged(scenario, "users > load_balancer*2 > app_server*3 > sql_database", app_server=2)
    down = 1 - figure("app_server", "availability")
    gap = k_of_n_unavailability(2, 3, down) - k_of_n_unavailability(1, 3, down)
    others = (
        (1 - k_of_n_unavailability(1, 2, 1 - figure("load_balancer", "availability")))
        * figure("sql_database", "availability")
        * (1 - place_down())
    )
    assert unavailability(needs_two, "look") - unavailability(needs_one, "look") == pytest.approx(
        gap * others, rel=1e-6
    )


def test_zones_are_common_causes(scenario: Scenario) -> None:
    reliability, _ = judged(
        scenario, "users > app_server*2[zones=a+b] > object_storage, db:sql_database[replicas=1, zones=a+b]"
    )
    app, db = 1 - figure("app_server", "availability"), 1 - figure("sql_database", "availability")
    switching = min(
        db,
        figure("sql_database", "failures_per_year") * figure("sql_database", "failover_time") / 31_557_600,
    )

    def works(machines: int) -> float:
        taking_over = switching if machines > 1 else 0.0
        return (1 - app**machines) * (1 - db**machines) * (1 - taking_over)

    both, one = (1 - ZONE) ** 2, 2 * ZONE * (1 - ZONE)
    expected = (1 - REGION) * (both * works(2) + one * works(1))
    assert unavailability(reliability, "look") == pytest.approx(1 - expected, rel=1e-9)


def test_a_cache_aside_is_not_needed_and_its_hits_help(scenario: Scenario) -> None:
    without, _ = judged(scenario, "users > app_server > sql_database")
    with_cache, design = judged(scenario, "users > app_server > cache, sql_database")
    assert unavailability(with_cache, "look") < unavailability(without, "look")
    traffic = propagate(scenario, design, CATALOG)
    hit = traffic.hit_ratio("cache", "items")
    app, cache, db = (figure(name, "availability") for name in ("app_server", "cache", "sql_database"))
    expected = (1 - place_down()) * app * (1 - (1 - hit * cache) * (1 - db))
    assert unavailability(with_cache, "look") == pytest.approx(1 - expected, rel=1e-9)


def test_deferred_work_is_not_waited_for(scenario: Scenario) -> None:
    reliability, _ = judged(
        scenario, "users > app_server > message_queue > worker > sql_database; app_server > sql_database"
    )
    expected = (
        (1 - place_down()) * figure("app_server", "availability") * figure("message_queue", "availability")
    )
    assert unavailability(reliability, "order") == pytest.approx(1 - expected, rel=1e-9)


def test_a_scatter_needs_every_shard_and_a_key_only_its_own(scenario: Scenario) -> None:
    reliability, _ = judged(scenario, "users > app_server > db:sharded_sql[shards=8]")
    app, shard = figure("app_server", "availability"), figure("sharded_sql", "availability")
    here = 1 - place_down()
    assert unavailability(reliability, "look") == pytest.approx(1 - here * app * shard, rel=1e-9)
    assert unavailability(reliability, "search") == pytest.approx(1 - here * app * shard**8, rel=1e-9)


def test_either_of_two_ways_is_enough(scenario: Scenario) -> None:
    reliability, _ = judged(
        scenario, "users > load_balancer*2 > east:app_server, west:app_server > sql_database"
    )
    down = 1 - figure("app_server", "availability")
    expected = (
        (1 - place_down())
        * (1 - k_of_n_unavailability(1, 2, 1 - figure("load_balancer", "availability")))
        * (1 - down**2)
        * figure("sql_database", "availability")
    )
    assert unavailability(reliability, "look") == pytest.approx(1 - expected, rel=1e-9)


def test_single_points_and_outages(scenario: Scenario) -> None:
    reliability, _ = judged(
        scenario,
        "users > load_balancer*2[zones=a+b] > app_server*2[zones=a+b] > cache[zones=a], db:sql_database[zones=a]",
    )
    assert reliability.single_points == ("db",)
    outages = {(item.kind, item.name): item for item in reliability.outages}
    assert set(outages["zone", "a"].lost) == {"look", "search", "order"}
    assert outages["zone", "b"].lost == ()
    assert outages["node", "cache"].lost == ()
    assert outages["node", "app_server"].lost != ()


def test_losing_a_machine_the_peak_needs_overloads_the_rest(scenario: Scenario) -> None:
    reliability, _ = judged(scenario, "users > load_balancer*2 > app_server*3 > sql_database", app_server=3)
    outage = next(
        item for item in reliability.outages if (item.kind, item.name) == ("instance", "app_server")
    )
    assert (outage.lost, outage.overloaded) == ((), ("app_server",))


def test_contributions_name_the_weakest_first(scenario: Scenario) -> None:
    reliability, _ = judged(scenario, "users > load_balancer*2 > app_server*2 > sql_database")
    (look,) = (item for item in reliability.workloads if item.workload == "look")
    assert look.contributions[0].node == "sql_database"
    alone = 1 - figure("sql_database", "availability")
    assert look.contributions[0].unavailability == pytest.approx(alone, rel=0.01)


@pytest.mark.parametrize(
    ("notation", "loss"),
    [
        ("users > app_server > sql_database", lambda one: one),
        ("users > app_server > sql_database[replicas=2]", lambda one: one**3),
        ("users > app_server > a:sql_database, b:sql_database", lambda one: one**2),
    ],
)
def test_durability_by_copies(scenario: Scenario, notation: str, loss: object) -> None:
    reliability, _ = judged(scenario, notation)
    one = 1 - figure("sql_database", "durability")
    (items,) = reliability.durabilities
    assert items.loss == pytest.approx(loss(one), rel=1e-9)  # type: ignore[operator]


def test_a_cache_alone_is_no_durable_home(scenario: Scenario) -> None:
    reliability, _ = judged(scenario, "users > app_server > cache")
    assert reliability.durabilities == ()


def test_every_figure_of_an_availability_is_named_and_has_its_unit(scenario: Scenario) -> None:
    reliability, _ = judged(
        scenario, "users > api:app_server[availability=99 %] > db:sql_database[availability=98 %]"
    )
    (arithmetic,) = (item.arithmetic for item in reliability.workloads if item.workload == "search")
    shown = [(item.name, item.dimension, str(item)) for item in (arithmetic.result, *arithmetic.inputs)]
    assert shown == [
        ("availability of search", Dimension.RATIO, "A = 97 %"),  # 0.98 x 0.99, and where they stand
        ("chance that every zone is up", Dimension.RATIO, "p1 = 99.94 %"),
        ("chance that no way works then", Dimension.RATIO, "u1 = 2.98 %"),
        ("chance that no zone is up", Dimension.RATIO, "p2 = 0.06 %"),
        ("chance that no way works then", Dimension.RATIO, "u2 = 100 %"),
    ]
    shares = [str(item) for item in arithmetic.steps[-1].inputs[1:]]
    assert shares == ["B[db] = 1.98 %", "B[api] = 0.979 %"]


def test_what_is_said_of_the_method_with_and_without_overload(scenario: Scenario) -> None:
    notation = "users > lb:load_balancer*2 > api:app_server*2 > db:sql_database"
    said = [
        workload.arithmetic.method
        for needed in ({}, {"api": 3, "lb": 3})
        for workload in judged(scenario, notation, **needed)[0].workloads
        if workload.workload == "look"
    ]
    usual = "products of what is independent, decision diagrams of what shares parts"
    overload = "lb, api cannot carry the peak with all machines, which counts as down"
    assert said == [usual, f"{usual}; {overload}"]
