"""How far a design carries: closed form for one server, and rungs that never get better upwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest

from designer.analysis import Analysis, analyze, measure, scale_traffic
from designer.analysis.headroom import PRECISION
from designer.analysis.ladder import RATES, USERS, Ladder, climb, peak_of, users_of
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.performance.model import Ceiling
from designer.scenario.loader import load_scenario, parse_scenario
from designer.scenario.model import Scenario
from designer.scenario.samples import build_design
from tests.analysis.boards import shop

CATALOG = load()

ONE_SERVER = """
name: Counter
difficulty: core
summary: A counter.
story: A counter.
workloads:
  ask: {name: Ask, rate: 100/s, touches: [{capability: answer}]}
requirements:
  carry: {kind: throughput, workload: ask}
"""


def climbed(analysis: Analysis) -> Ladder:
    assert analysis.headroom is not None
    return climb(analysis, analysis.headroom, measured_at(analysis))


def measured_at(analysis: Analysis) -> Callable[[float], Analysis]:
    return lambda multiple: measure(
        scale_traffic(analysis.scenario, multiple), analysis.design, analysis.catalog
    )


def one_server(rate: str) -> Ladder:
    scenario = parse_scenario(ONE_SERVER, "counter.yaml", CATALOG)
    design = parse_notation(f"users > api:app_server[provides=answer, read_rate={rate}]", CATALOG)
    return climbed(analyze(scenario, design, CATALOG))


@pytest.mark.parametrize(("rate", "multiple"), [("250/s", 2.5), ("50/s", 0.5), ("100/s", 1.0)])
def test_one_server_carries_what_it_can_do(rate: str, multiple: float) -> None:
    ladder = one_server(rate)
    assert multiple / PRECISION <= ladder.multiple <= multiple
    assert ladder.rate == pytest.approx(100 * ladder.multiple)
    assert ladder.breaks is not None
    assert (ladder.breaks.requirement, ladder.breaks.node) == ("carry", "api")
    assert ladder.breaks.ceiling is Ceiling.OPERATIONS
    assert ladder.hopeless == ()


def test_where_rates_are_stated_the_rungs_are_rates() -> None:
    ladder = one_server("250/s")
    assert tuple(rung.rate for rung in ladder.rungs) == pytest.approx(RATES)
    assert all(rung.users is None for rung in ladder.rungs)
    assert [len(rung.missed) for rung in ladder.rungs] == [0, 1, 1]
    assert [rung.met for rung in ladder.rungs] == [1, 0, 0]


def test_users_are_those_of_the_workload_that_has_most() -> None:
    scenario = load_scenario("video_recommendation")
    assert users_of(scenario) == 50e6
    ladder = climbed(analyze(scenario, build_design(scenario.references[0], scenario, CATALOG), CATALOG))
    assert tuple(rung.users for rung in ladder.rungs) == USERS
    for rung, users in zip(ladder.rungs, USERS, strict=True):
        assert rung.multiple == pytest.approx(users / 50e6)
        assert rung.rate == pytest.approx(peak_of(scenario) * users / 50e6)


@pytest.mark.parametrize("name", ["assistant", "news_feed", "url_shortener", "video_recommendation"])
def test_what_is_missed_stays_missed_further_up(name: str) -> None:
    scenario = load_scenario(name)
    for sample in scenario.references:
        ladder = climbed(analyze(scenario, build_design(sample, scenario, CATALOG), CATALOG))
        missed = [{item.requirement for item in rung.missed} for rung in ladder.rungs]
        assert missed == sorted(missed, key=len)
        assert all(lower <= upper for lower, upper in pairwise(missed))
        for rung in ladder.rungs:
            assert bool(rung.missed) == (rung.multiple > ladder.multiple)


def test_what_is_missed_at_any_traffic_is_named_apart() -> None:
    scenario = shop(("minimum: 99 %", "minimum: 99.99999999999 %"))
    design = parse_notation("users > api:app_server*2 > db:sql_database[disk=2TB]", CATALOG)
    ladder = climbed(analyze(scenario, design, CATALOG))
    assert "Items: durability" in ladder.hopeless
    assert ladder.multiple > 0.0
    assert ladder.breaks is not None and ladder.breaks.title not in ladder.hopeless


def hopeless_shop() -> Scenario:
    return parse_scenario(
        ONE_SERVER.replace("{kind: throughput, workload: ask}", "{kind: budget, limit: $1/month}"),
        "counter.yaml",
        CATALOG,
    )


def test_what_holds_at_no_traffic_breaks_nowhere() -> None:
    design = parse_notation("users > api:app_server[provides=answer]", CATALOG)
    ladder = climbed(analyze(hopeless_shop(), design, CATALOG))
    assert (ladder.multiple, ladder.rate, ladder.breaks) == (0.0, 0.0, None)
    assert ladder.hopeless == ("Budget",)


def test_what_never_breaks_carries_without_end() -> None:
    scenario = parse_scenario(
        ONE_SERVER.replace("{kind: throughput, workload: ask}", "{kind: budget, limit: $1M/month}"),
        "counter.yaml",
        CATALOG,
    )
    design = parse_notation("users > api:app_server[provides=answer]", CATALOG)
    ladder = climbed(analyze(scenario, design, CATALOG))
    assert math.isinf(ladder.rate)
    assert (ladder.breaks, ladder.hopeless) == (None, ())
