"""Headroom found with few analyses is the headroom that plain bisection finds."""

from __future__ import annotations

import math
from collections.abc import Collection

import pytest
from hypothesis import given, settings

from designer.analysis.facts import analyze, judge_only, measure, scale_traffic
from designer.analysis.headroom import LARGEST, PRECISION, SMALLEST, find_headroom
from designer.analysis.model import Analysis, State, Verdict
from designer.catalog.loader import load
from designer.design.model import Design
from designer.performance.model import Ceiling
from designer.scenario.loader import load_scenario
from designer.scenario.model import Scenario
from designer.scenario.samples import build_design
from tests.analysis.boards import analysis_of, shop
from tests.analysis.systems import scenarios, systems

CATALOG = load()
PLAIN_ANALYSES = 9
"""What bisection from a factor of two down to 1 % takes."""


def test_a_language_model_takes_as_much_more_as_its_tokens_allow() -> None:
    scenario = load_scenario("assistant")
    design = build_design(scenario.references[0], scenario, CATALOG)
    found = analyze(scenario, design, CATALOG)
    used = found.nodes["llm"].utilisation(Ceiling.TOKENS)
    assert used is not None and found.headroom is not None
    assert found.headroom.breaks is not None
    assert found.headroom.multiple <= 0.7 / used.value * PRECISION
    assert all(
        item.state is State.MET
        for item in judged_at(scenario, design, found.headroom.multiple, [found.headroom.breaks])
    )


def judged_at(
    scenario: Scenario, design: Design, multiple: float, wanted: Collection[str]
) -> tuple[Verdict, ...]:
    found = judge_only(
        scale_traffic(scenario, multiple), design, CATALOG.overridden(scenario.catalog), wanted
    )
    return tuple(found.values())


def plainly(analysis: Analysis) -> float | None:
    """The multiple, by bisection that analyses every step."""
    judged = [item.requirement for item in analysis.verdicts if item.state is not State.UNKNOWN]
    if not judged:
        return None

    def missed(multiple: float, wanted: Collection[str]) -> set[str]:
        found = judged_at(analysis.scenario, analysis.design, multiple, wanted)
        return {item.requirement for item in found if item.state is not State.MET}

    now = {item.requirement for item in analysis.verdicts if item.state is State.MISSED}
    deciding = set(judged) - (missed(SMALLEST, now) if now else set())
    if not deciding:
        return 0.0
    low = 1.0
    if not deciding & now:
        while not missed(low * 2, deciding):
            low *= 2
            if low >= LARGEST:
                return math.inf
    else:
        low = 0.5
        while missed(low, deciding) and low > SMALLEST:
            low /= 2
    high = low * 2
    while high / low > PRECISION:
        middle = math.sqrt(low * high)
        if missed(middle, deciding):
            high = middle
        else:
            low = middle
    return low


def searched(analysis: Analysis) -> tuple[float | None, int]:
    asked: list[float] = []

    def judge_at(multiple: float, wanted: Collection[str]) -> tuple[Verdict, ...]:
        asked.append(multiple)
        return judged_at(analysis.scenario, analysis.design, multiple, wanted)

    found = find_headroom(analysis, judge_at)
    return None if found is None else found.multiple, len(asked)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(scenarios(most=2), systems)
def test_any_design_has_the_headroom_that_bisection_finds(scenario: Scenario, design: Design) -> None:
    analysis = measure(scenario, design, CATALOG)
    assert searched(analysis)[0] == plainly(analysis)


@pytest.mark.parametrize("name", ["url_shortener", "news_feed", "video_recommendation"])
def test_shipped_designs_have_the_headroom_that_bisection_finds(name: str) -> None:
    scenario = load_scenario(name)
    for sample in scenario.references:
        analysis = measure(
            scenario, build_design(sample, scenario, CATALOG), CATALOG.overridden(scenario.catalog)
        )
        assert searched(analysis)[0] == plainly(analysis)


def test_where_a_ceiling_gives_way_it_is_known_beforehand() -> None:
    scenario = shop(("limit: 500 ms", "limit: 1 h"), ("minimum: 95 %", "minimum: 1 %"), ("$5k", "$5M"))
    analysis = analysis_of("users > api:app_server*2 > db:sql_database[disk=2TB]", scenario)
    multiple, analyses = searched(analysis)
    assert multiple == plainly(analysis)
    assert analyses < PLAIN_ANALYSES - 2


def test_only_what_decides_is_judged_again() -> None:
    analysis = analysis_of()
    wanted: list[set[str]] = []

    def judge_at(multiple: float, requirements: Collection[str]) -> tuple[Verdict, ...]:
        wanted.append(set(requirements))
        return judged_at(analysis.scenario, analysis.design, multiple, requirements)

    find_headroom(analysis, judge_at)
    assert all(names <= set(analysis.scenario.requirements) for names in wanted)
    assert len({frozenset(names) for names in wanted}) <= 2
