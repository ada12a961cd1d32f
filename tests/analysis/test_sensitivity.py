"""Which figures a verdict hangs on, against moving every figure by hand."""

from __future__ import annotations

import pytest

from designer.analysis import State, analyze
from designer.analysis.assumptions import (
    AROUND_DIMENSIONS,
    WORSE,
    WORSE_AROUND,
    Shifted,
    list_assumptions,
)
from designer.analysis.facts import judge_only, measure
from designer.analysis.sensitivity import STEPS, Sensitivity, Swing, find_sensitivity
from designer.catalog.environment import Environment
from designer.catalog.model import FIGURE_DIMENSIONS
from designer.catalog.values import Figure
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.scenario.loader import load_scenario
from designer.scenario.model import Scenario
from designer.scenario.samples import build_design
from tests.analysis.boards import CATALOG, PLAIN, shop


def drawn(notation: str = PLAIN) -> Design:
    return parse_notation(notation, CATALOG)


def swing(found: Sensitivity, requirement: str) -> Swing:
    return next(item for item in found.swings if item.requirement == requirement)


def test_every_figure_has_a_worse_end() -> None:
    assert set(WORSE) == set(FIGURE_DIMENSIONS)
    bands = {
        name
        for name, field in Environment.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Figure)
    }
    assert set(WORSE_AROUND) == set(AROUND_DIMENSIONS) == bands


def test_only_figures_with_a_band_that_are_in_force_are_assumptions() -> None:
    names = {item.name for item in list_assumptions(drawn(), CATALOG)}
    assert {"sql_database.write_rate", "app_server.cost", "environment.zone_availability"} <= names
    assert not any(name.startswith("cache.") for name in names)
    overridden = drawn("users > api:app_server[read_rate=2k/s] > db:sql_database; other:app_server")
    assert "app_server.read_rate" in {item.name for item in list_assumptions(overridden, CATALOG)}
    alone = drawn("users > api:app_server[read_rate=2k/s] > db:sql_database")
    assert "app_server.read_rate" not in {item.name for item in list_assumptions(alone, CATALOG)}
    stated = CATALOG.overridden({"sql_database": {"write_rate": 500.0}})
    assert "sql_database.write_rate" not in {item.name for item in list_assumptions(alone, stated)}


def by_hand(scenario: Scenario, design: Design, requirement: str) -> set[str]:
    """The assumptions that alone turn a verdict, each moved to both its ends."""
    catalog = CATALOG.overridden(scenario.catalog)
    now = measure(scenario, design, catalog).verdict(requirement).state
    found = set()
    for item in list_assumptions(design, catalog):
        for value in (item.low, item.high):
            moved = judge_only(scenario, design, Shifted(catalog, [(item, value)]), [requirement])
            if {now, moved[requirement].state} == {State.MET, State.MISSED}:
                found.add(item.name)
    return found


@pytest.mark.parametrize(
    ("requirement", "change"),
    [
        ("carry", ("rate: 800/s", "rate: 1k/s")),
        ("quick", ("limit: 500 ms", "limit: 200 ms")),
        ("up", ("minimum: 95 %", "minimum: 99.9 %")),
        ("safe", ("minimum: 99 %", "minimum: 99.995 %")),
        ("cheap", ("$5k", "$2600")),
        ("cheap", ("$5k", "$2500")),
    ],
)
def test_what_alone_turns_a_verdict_is_found(requirement: str, change: tuple[str, str]) -> None:
    scenario, design = shop(change), drawn()
    found = swing(find_sensitivity(scenario, design, CATALOG), requirement)
    assert set(found.deciding) == by_hand(scenario, design, requirement)
    assert (found.hinge is None) == (not found.deciding)


def test_all_figures_of_a_shipped_exercise() -> None:
    scenario = load_scenario("url_shortener")
    design = build_design(scenario.references[0], scenario, CATALOG)
    found = find_sensitivity(scenario, design, CATALOG)
    for item in found.swings:
        assert set(item.deciding) == by_hand(scenario, design, item.requirement), item.requirement


def test_the_hinge_is_where_the_verdict_turns() -> None:
    scenario, design = shop(("$5k", "$2600")), drawn()
    found = swing(find_sensitivity(scenario, design, CATALOG), "cheap")
    hinge = found.hinge
    assert hinge is not None
    assert 0 < hinge.part <= 1
    assert hinge.assumption.name in found.deciding
    before = hinge.assumption.at(hinge.assumption.worse(money=True), hinge.part - 1 / STEPS)
    states = [
        judge_only(scenario, design, Shifted(CATALOG, [(hinge.assumption, value)]), ["cheap"])["cheap"].state
        for value in (before, hinge.value)
    ]
    assert states == [State.MET, State.MISSED]
    assert hinge.arithmetic.result.value == hinge.value
    assert hinge.assumption.source in hinge.arithmetic.sources
    assert found.reason.startswith(f"Hangs on the {hinge.assumption.label}: missed at ")


def test_no_other_assumption_turns_it_sooner() -> None:
    scenario, design = shop(("$5k", "$2600")), drawn()
    found = swing(find_sensitivity(scenario, design, CATALOG), "cheap")
    assert found.hinge is not None
    for item in list_assumptions(design, CATALOG):
        value = item.at(item.worse(money=True), found.hinge.part - 1 / STEPS)
        moved = judge_only(scenario, design, Shifted(CATALOG, [(item, value)]), ["cheap"])
        assert moved["cheap"].state is State.MET, item.name


def test_what_holds_anywhere_and_what_holds_nowhere() -> None:
    scenario = shop(("limit: 500 ms", "limit: 1 ms"), ("$5k", "$5M"))
    found = find_sensitivity(scenario, drawn(), CATALOG)
    assert swing(found, "cheap").firm
    assert swing(found, "cheap").reason == "Met whatever the figures are within their bands."
    assert swing(found, "quick").reason == "Missed even with every figure at the better end of its band."


def test_an_empty_board_cannot_be_told() -> None:
    found = find_sensitivity(shop(), Design(), CATALOG)
    assert all(item.reason == "Cannot be told, whatever the figures are." for item in found.swings)
    assert all(item.hinge is None for item in found.swings)


def test_what_the_scenario_states_does_not_move() -> None:
    bands = {"cost": 140.0, "read_rate": 5_000.0}
    scenario = shop().model_copy(update={"catalog": {"app_server": bands}})
    names = {item.name for item in find_sensitivity(scenario, drawn(), CATALOG).assumptions}
    assert not names & {f"app_server.{figure}" for figure in bands}


def test_a_percentile_is_never_below_its_mean() -> None:
    assumption = next(
        item for item in list_assumptions(drawn(), CATALOG) if item.name == "app_server.service_time"
    )
    figures = Shifted(CATALOG, [(assumption, 10.0)])["app_server"].figures
    assert figures.service_time is not None
    assert figures.service_time_p99 is not None
    assert (figures.service_time.default, figures.service_time_p99.default) == (10.0, 10.0)


def test_the_verdicts_now_are_those_of_the_analysis() -> None:
    found = find_sensitivity(shop(), drawn(), CATALOG)
    assert (
        tuple(item.now for item in found.swings) == analyze(shop(), drawn(), CATALOG, headroom=False).verdicts
    )


def test_a_few_requirements_are_judged_as_all_are() -> None:
    design = drawn()
    everything = {item.requirement: item for item in measure(shop(), design, CATALOG).verdicts}
    for name, verdict in everything.items():
        assert judge_only(shop(), design, CATALOG, [name]) == {name: verdict}
