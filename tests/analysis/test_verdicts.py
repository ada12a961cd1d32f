"""Verdicts and headroom on designs small enough to work out by hand."""

from __future__ import annotations

import math

import pytest

from designer.analysis import Analysis, State, Verdict, analyze
from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.scenario.loader import parse_scenario
from designer.scenario.model import Scenario

CATALOG = load()

SCENARIO = """
name: Shop
difficulty: core
summary: A shop.
story: A shop.
datasets:
  items: {name: Items, record_size: 1 KB, records: 1M, growth: 10/s, skew: 0.9, cacheable: []}
workloads:
  look: {name: Look, rate: 800/s, touches: [{dataset: items}]}
  order: {name: Order, rate: 10/s, touches: [{dataset: items, operation: write, deferred: true}]}
requirements:
  carry: {kind: throughput, workload: look}
  quick: {kind: latency, workload: look, percentile: 99, limit: 500 ms}
  up: {kind: availability, workload: look, minimum: 95 %}
  safe: {kind: durability, dataset: items, minimum: 99 %}
  soon: {kind: freshness, workload: order, limit: 5 s}
  room: {kind: storage, dataset: items, horizon: 2 years}
  cheap: {kind: budget, limit: $5k/month}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return parse_scenario(SCENARIO, "shop.yaml", CATALOG)


def judged(scenario: Scenario, notation: str, *, headroom: bool = False) -> Analysis:
    design = parse_notation(notation, CATALOG) if notation else Design()
    return analyze(scenario, design, CATALOG, headroom=headroom)


def states(analysis: Analysis) -> dict[str, State]:
    return {verdict.requirement: verdict.state for verdict in analysis.verdicts}


def test_a_design_that_does_it_all(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > api:app_server > db:sql_database[disk=2TB]")
    assert set(states(analysis).values()) == {State.MET}


def test_an_empty_board_cannot_be_told(scenario: Scenario) -> None:
    analysis = judged(scenario, "", headroom=True)
    assert set(states(analysis).values()) == {State.UNKNOWN}
    assert analysis.headroom is None


def test_throughput_is_what_the_tightest_part_carries(scenario: Scenario) -> None:
    verdict = judged(scenario, "users > api:app_server > db:sql_database").verdict("carry")
    assert verdict.value == pytest.approx(1_000 * 800 / 810, rel=1e-6)
    assert (verdict.limit, verdict.nodes) == (800, ("api",))


def test_every_judged_verdict_shows_its_arithmetic(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > api:app_server > db:sql_database")
    for verdict in analysis.verdicts:
        if verdict.kind != "freshness":
            assert verdict.arithmetic is not None, verdict.requirement
            assert verdict.arithmetic.formula
            assert verdict.arithmetic.inputs


def test_a_dataset_without_a_home(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > api:app_server > cache")
    found = states(analysis)
    assert found["carry"] is State.MISSED
    assert found["up"] is State.MISSED
    assert found["quick"] is State.UNKNOWN
    assert found["safe"] is State.MISSED
    assert found["room"] is State.MISSED


def test_going_in_circles_cannot_be_told(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > a:app_server > b:app_server > a; b > db:sql_database")
    assert states(analysis)["carry"] in (State.UNKNOWN, State.MET)
    assert all(verdict.reason for verdict in analysis.verdicts)


def test_saturation_is_unbounded_never_a_number(scenario: Scenario) -> None:
    verdict = judged(scenario, "users > api:app_server[read_rate=700/s] > db:sql_database").verdict("quick")
    assert verdict.state is State.MISSED
    assert verdict.value == math.inf
    assert verdict.nodes == ("api",)


def test_work_put_off_in_a_queue_has_freshness_of_its_own(scenario: Scenario) -> None:
    now = judged(scenario, "users > api:app_server > db:sql_database").verdict("soon")
    later = judged(
        scenario, "users > api:app_server > message_queue > worker > db:sql_database; api > db"
    ).verdict("soon")
    assert (now.value, now.state) == (0.0, State.MET)
    assert later.value is not None
    assert 0 < later.value < 5


def test_storage_fills_by_the_stated_growth(scenario: Scenario) -> None:
    verdict = judged(scenario, "users > api:app_server > db:sql_database[disk=100GB]").verdict("room")
    seconds = (100e9 - 1e9) / (10 * 1_000)
    assert verdict.value == pytest.approx(seconds, rel=1e-3)
    assert verdict.state is State.MISSED


def test_the_budget_is_the_sum_of_the_parts(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > api:app_server*40 > db:sql_database")
    verdict = analysis.verdict("cheap")
    assert verdict.state is State.MISSED
    assert verdict.value == pytest.approx(sum(node.total for node in analysis.cost.nodes))


@pytest.mark.parametrize(("servers", "multiple"), [(1, 1000 / 810), (4, 4000 / 810)])
def test_headroom_ends_where_the_first_ceiling_is(scenario: Scenario, servers: int, multiple: float) -> None:
    analysis = judged(
        scenario, f"users > load_balancer*2 > api:app_server*{servers} > db:sql_database", headroom=True
    )
    assert analysis.headroom is not None
    assert analysis.headroom.multiple <= multiple
    assert analysis.headroom.multiple > 0.8 * multiple
    assert analysis.headroom.breaks in {"carry", "quick"}


def test_headroom_below_one_when_something_is_missed_now(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > api:app_server[read_rate=405/s] > db:sql_database", headroom=True)
    assert analysis.headroom is not None
    assert 0.3 < analysis.headroom.multiple <= 0.5


def test_what_traffic_does_not_decide_is_named_apart(scenario: Scenario) -> None:
    analysis = judged(scenario, "users > api:app_server > db:sql_database[disk=100GB]", headroom=True)
    assert analysis.headroom is not None
    assert analysis.headroom.multiple > 1
    assert "Missed at any traffic: Items: room to grow." in analysis.headroom.reason


def test_margins() -> None:
    verdict = judged_margin(value=0.4, limit=0.5, at_most=True)
    assert verdict.margin == pytest.approx(0.2)
    assert judged_margin(value=0.4, limit=0.5, at_most=False).margin == pytest.approx(-0.2)
    assert judged_margin(value=None, limit=0.5, at_most=True).margin is None


def judged_margin(*, value: float | None, limit: float, at_most: bool) -> Verdict:
    from designer.units import Dimension

    return Verdict("r", "latency", "R", State.MET, value, limit, at_most, Dimension.TIME, "", (), None)
