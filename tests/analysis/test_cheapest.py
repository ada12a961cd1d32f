"""The search for the cheapest counts, against trying every combination; and what it claims when it cannot be sure."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.analysis import State
from designer.analysis.boxes import Box
from designer.analysis.facts import measure
from designer.analysis.knobs import Levels, list_dials, turn
from designer.analysis.sizes import QUICK, Sizing, find_size
from designer.analysis.trials import MOST_ANALYSES
from designer.catalog.model import Knob
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.export.sizing_text import certainty
from designer.performance.cost import price
from designer.scenario.loader import build_design, load_scenario
from designer.scenario.model import Scenario
from tests.analysis.boards import CATALOG, shop

CENT = 1e-6

Ranges = dict[tuple[str, Knob], range]


def drawn(notation: str) -> Design:
    return parse_notation(notation, CATALOG)


def least_by_hand(sizing: Sizing, ranges: Ranges) -> float:
    """The least that any combination in these ranges costs that meets everything but the budget.

    What is dearer for its machines and storage alone than what was found need not be looked at.
    """
    found = measure(sizing.scenario, sizing.sized, CATALOG)
    dials = list_dials(sizing.drawn, CATALOG)
    choices = [ranges.get((dial.node, dial.knob), (dial.least,)) for dial in dials]
    costs = [sizing.cost_after]
    for levels in itertools.product(*choices):
        design = turn(sizing.drawn, dials, levels)
        priced = price(sizing.scenario, design, CATALOG, found.traffic)
        if sum(item.machines + item.storage for item in priced.nodes) < min(costs):
            tried = measure(sizing.scenario, design, CATALOG)
            if all(item.state is State.MET or item.kind == "budget" for item in tried.verdicts):
                costs.append(tried.cost.total)
    return min(costs)


@pytest.fixture(autouse=True)
def no_combinations_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else so small designs are gone through one by one, and there is nothing to search."""
    monkeypatch.setattr("designer.analysis.combinations.FEW", 0)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[Scenario, Design, Ranges]:
    """Two to four kinds of counts that can stand for one another, or stand in each other's way.

    Each machine of the service opens connections to every copy, and every copy of the cache repeats its writes.
    """
    scenario = shop(
        ("rate: 800/s", f"rate: {draw(st.sampled_from((800, 2_000, 4_000)))}/s"),
        ("rate: 10/s", f"rate: {draw(st.sampled_from((10, 100, 400)))}/s"),
        ("minimum: 95 %", f"minimum: {draw(st.sampled_from(('90 %', '95 %', '99 %', '99.5 %')))}"),
        ("limit: 500 ms", f"limit: {draw(st.sampled_from((350, 400, 500)))} ms"),
        ("$5k", "$1M"),
    )
    each = draw(st.sampled_from((800, 2_000)))
    pool, connections = draw(st.sampled_from((2, 10, 20))), draw(st.sampled_from((100, 150, 400)))
    reads, writes = draw(st.sampled_from((500, 1_000, 3_000))), draw(st.sampled_from((600, 1_000)))
    is_cached, is_sharded = draw(st.booleans()), draw(st.booleans())
    ranges = {("api", Knob.INSTANCES): range(1, 10), ("db", Knob.REPLICAS): range(6)}
    cache = ""
    if is_cached:
        stored, answered = draw(st.sampled_from((500, 5_000))), draw(st.sampled_from((1_000, 10_000)))
        cache = f"cache:cache[read_rate={answered}/s, write_rate={stored}/s, memory=4 GB], "
        ranges |= {("cache", Knob.INSTANCES): range(1, 5), ("cache", Knob.MEMORY): range(4)}
    if is_sharded:
        ranges["db", Knob.SHARDS] = range(1, 5)
    store = "sharded_sql" if is_sharded else "sql_database"
    notation = (
        f"users > api:app_server[read_rate={each}/s, write_rate={each}/s, pool={pool}] > {cache}"
        f"db:{store}[disk=20TB, read_rate={reads}/s, write_rate={writes}/s, connections={connections}]"
    )
    return scenario, drawn(notation), ranges


@given(shapes())
@settings(max_examples=15, deadline=None)
def test_what_is_claimed_to_be_cheapest_is(case: tuple[Scenario, Design, Ranges]) -> None:
    scenario, design, ranges = case
    sizing = find_size(scenario, design, CATALOG)
    least = least_by_hand(sizing, ranges) if sizing.met else sizing.cost_after
    assert sizing.least_cost is not None
    assert sizing.least_cost <= least * (1.0 + CENT)
    assert not sizing.exact or sizing.cost_after <= least * (1.0 + CENT)


def reference(name: str, number: int) -> tuple[Scenario, Design]:
    scenario = load_scenario(name)
    return scenario, build_design(scenario.references[number], scenario, CATALOG)


def test_the_url_shortener_is_sized_exactly() -> None:
    for number in (0, 1):
        sizing = find_size(*reference("url_shortener", number), CATALOG)
        assert sizing.met
        assert sizing.exact
        assert sizing.minimal
        assert sizing.least_cost == sizing.cost_after


def test_more_machines_than_a_store_bears_connections_of_hide_nothing() -> None:
    """Where all else is as high as the money goes, too many connections break what holds."""
    scenario = shop(("rate: 800/s", "rate: 6k/s"), ("$5k", "$1M"))
    design = drawn(
        "users > api:app_server[read_rate=1500/s, pool=20]"
        " > db:sql_database[disk=2TB, read_rate=2500/s, connections=150]"
    )
    ranges = {("api", Knob.INSTANCES): range(1, 12), ("db", Knob.REPLICAS): range(8)}
    sizing = find_size(scenario, design, CATALOG)
    crowded = turn(sizing.sized, list_dials(design, CATALOG), (20, 5))
    missed = {
        item.requirement
        for item in measure(scenario, crowded, CATALOG).verdicts
        if item.state is not State.MET
    }
    assert "carry" in missed
    assert sizing.met
    assert sizing.exact
    assert sizing.cost_after == pytest.approx(least_by_hand(sizing, ranges), rel=CENT)


@pytest.mark.parametrize("name", ["url_shortener", "video_recommendation"])
def test_a_search_that_ends_early_says_so_and_its_bound_is_right(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, design = reference(name, 0 if name == "url_shortener" else 1)
    least = find_size(scenario, design, CATALOG)
    assert least.exact
    bounds = []
    for analyses in (20, 60, 120):
        monkeypatch.setattr("designer.analysis.sizes.THOROUGH", analyses * len(design.nodes))
        monkeypatch.setattr("designer.analysis.trials.MOST_ANALYSES", 150)
        sizing = find_size(scenario, design, CATALOG)
        assert not sizing.exact
        assert sizing.met
        assert sizing.least_cost is not None
        assert sizing.least_cost <= least.cost_after <= sizing.cost_after * (1.0 + CENT)
        assert "No combination of counts is cheaper" not in certainty(sizing)
        bounds.append(sizing.least_cost)
    assert bounds == sorted(bounds)


def test_steps_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, design = reference("video_recommendation", 1)
    least = find_size(scenario, design, CATALOG)
    monkeypatch.setattr("designer.analysis.cheapest.MOST_STEPS", 3)
    sizing = find_size(scenario, design, CATALOG)
    assert not sizing.exact
    assert sizing.least_cost is not None
    assert 0.0 < sizing.least_cost < least.cost_after


def test_who_waits_is_answered_after_fewer_analyses_and_told_no_less() -> None:
    scenario, design = reference("video_recommendation", 0)
    sizing = find_size(scenario, design, CATALOG, thorough=False)
    dials = len(sizing.sizes)
    assert sizing.analyses <= 2 * (MOST_ANALYSES + QUICK // len(design.nodes) + 2 * dials)
    assert sizing.met
    assert sizing.minimal
    assert sizing.least_cost is not None
    assert sizing.cost_after / 2 < sizing.least_cost <= sizing.cost_after


def test_the_same_question_has_the_same_answer() -> None:
    scenario, design = reference("url_shortener", 0)

    def told(sizing: Sizing) -> tuple[object, ...]:
        return sizing.sizes, sizing.exact, sizing.least_cost, sizing.analyses, sizing.cost_after

    assert told(find_size(scenario, design, CATALOG)) == told(find_size(scenario, design, CATALOG))


def test_nothing_is_claimed_where_what_holds_was_ruled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where more of something does break what held, and then holds again."""

    def learn(_: object, failing: Levels, holding: Levels, highs: Levels, **__: object) -> Box:
        return Box(tuple(0 for _ in failing), tuple(max(pair) for pair in zip(holding, highs, strict=True)))

    monkeypatch.setattr("designer.analysis.cheapest.learn", learn)
    sizing = find_size(*reference("url_shortener", 0), CATALOG)
    assert sizing.met
    assert not sizing.exact
    assert sizing.least_cost is not None
    assert sizing.least_cost < sizing.cost_after
