"""Every page as Streamlit runs it, without a browser."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from designer.catalog import load
from designer.rules.library import all_rules
from designer.ui.app import page_modules, page_name
from designer.ui.exercises import scenarios
from designer.ui.pages.catalogue import matching as matching_components
from designer.ui.pages.practice import palette
from designer.ui.pages.rules import matching as matching_rules
from designer.ui.state import BOARD, DESK, Desk
from designer.ui.widgets.findings import keyed
from designer.ui.widgets.wording import group_name
from designer.units import format_quantity

APP = str(Path(__file__).resolve().parents[2] / "streamlit_app.py")
PATIENCE_S = 60.0
HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:b) **c** :red[d] $e$"


def open_app() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S).run()
    assert not app.exception and not app.error
    return app


def open_page(name: str) -> AppTest:
    lines = (f"from designer.ui.pages import {name}", f"{name}.show()")
    app = AppTest.from_string("\n".join(lines), default_timeout=PATIENCE_S).run()
    assert not app.exception and not app.error
    return app


def desk_of(app: AppTest) -> Desk:
    desk: Desk = app.session_state[DESK]
    return desk


def board_of(app: AppTest) -> dict[str, Any]:
    """What Python last sent to the whiteboard."""
    for element in app.get("bidi_component"):
        if element.proto.json:
            found: dict[str, Any] = json.loads(element.proto.json)
            return found
    raise AssertionError("there is no whiteboard")


def edit(app: AppTest, *nodes: dict[str, Any], connections: tuple[tuple[str, str], ...] = ()) -> None:
    """Send a board as the browser does."""
    desk = desk_of(app)
    links = [{"from": source, "to": target} for source, target in connections]
    app.session_state[BOARD] = {
        BOARD: {
            "board": desk.attempt,
            "epoch": desk.epoch,
            "revision": desk.revision + 1,
            "document": {"version": 1, "name": "Drawn", "nodes": list(nodes), "connections": links},
            "selection": {"nodes": [], "connections": []},
        }
    }
    app.run()
    assert not app.exception and not app.error


def words_of(app: AppTest) -> str:
    """Every text on the page, the labels of folds and buttons among them."""
    folds = [fold.proto.popover.label for fold in app.get("popover")]
    return "\n".join(
        [
            *folds,
            *(item.label for item in app.button),
            *(item.value for item in (*app.markdown, *app.caption)),
        ]
    )


@pytest.mark.usefixtures("database")
def test_a_first_visit_shows_a_judged_board() -> None:
    app = open_app()
    board, desk = board_of(app), desk_of(app)
    assert board["board"] == desk.attempt
    assert board["saved"] == "saved"
    assert {node["id"] for node in board["document"]["nodes"]} == set(board["annotations"]["nodes"])
    assert desk.attempt in app.query_params["attempt"]


@pytest.mark.usefixtures("database")
def test_an_edit_is_acknowledged_and_annotated_in_the_same_run() -> None:
    app = open_app()
    edit(
        app,
        {"id": "u", "component": "users"},
        {"id": "s", "component": "app_server"},
        connections=(("u", "s"),),
    )
    board = board_of(app)
    assert board["acknowledged"] == board["annotations"]["revision"] == 1
    assert set(board["annotations"]["nodes"]) == {"u", "s"}
    assert set(board["annotations"]["edges"]) == {"u>s"}


@pytest.mark.usefixtures("database")
def test_every_shipped_exercise_opens() -> None:
    app = open_app()
    for scenario in scenarios():
        app.selectbox(key="exercise").set_value(scenario.id).run()
        assert not app.exception and not app.error
        assert desk_of(app).scenario.id == scenario.id
        assert board_of(app)["board"] == desk_of(app).attempt


def test_the_palette_has_the_figures_of_the_exercise() -> None:
    changed = [item for item in scenarios() if item.catalog]
    assert changed
    for scenario in changed:
        entries = {entry["id"]: entry for entry in palette(scenario.id)}
        for component, figures in scenario.catalog.items():
            for name, value in figures.items():
                assert entries[component]["figures"][name]["default"] == value


@pytest.mark.usefixtures("database")
def test_a_hidden_requirement_is_told_when_asked() -> None:
    app = open_app()
    hidden = next(name for name, item in desk_of(app).scenario.requirements.items() if item.hidden)
    title = desk_of(app).scenario.requirements[hidden].title
    assert title is not None and title not in words_of(app)
    app.button(key=f"ask_{desk_of(app).scenario.id}_more").click().run()
    assert title in words_of(app)


@pytest.mark.usefixtures("database")
def test_questions_and_hints_are_answered_one_at_a_time() -> None:
    app = open_app()
    scenario = desk_of(app).scenario
    assert scenario.hints[0] not in words_of(app).replace("\\", "")
    app.button(key=f"ask_{scenario.id}_0").click().run()
    app.button(key=f"hint_{scenario.id}").click().run()
    shown = words_of(app).replace("\\", "")
    assert scenario.clarifications[0].answer in shown
    assert scenario.clarifications[1].answer not in shown
    assert scenario.hints[0] in shown
    assert scenario.hints[1] not in shown


@pytest.mark.usefixtures("database")
def test_a_finding_points_at_its_nodes_and_its_fix_goes_to_the_board() -> None:
    app = open_app()
    nodes = [{"id": name, "component": part} for name, part in (("u", "users"), ("s", "app_server"))]
    store = {"id": "d", "component": "sql_database"}
    edit(app, *nodes, store, connections=(("u", "s"), ("s", "d")))
    app.segmented_control(key="panel").set_value("findings").run()
    report = desk_of(app).ranked
    assert report is not None
    key, mendable = next((key, item) for key, item in keyed(report.findings) if item.fix and item.nodes)
    app.button(key=f"select_{key}").click().run()
    command = board_of(app)["commands"][-1]
    assert command["kind"] == "select"
    assert command["nodes"] == list(mendable.nodes)
    app.session_state[f"fix_{key}"] = True
    app.run()
    app.button(key=f"apply_{key}").click().run()
    command = board_of(app)["commands"][-1]
    assert command["kind"] == "apply"
    assert command["document"] != board_of(app)["document"]


@pytest.mark.usefixtures("database")
def test_hostile_names_stay_text_everywhere() -> None:
    app = open_app()
    edit(
        app,
        {"id": "u", "component": "users", "name": HOSTILE},
        {"id": "s", "component": "app_server", "name": HOSTILE},
        {"id": "d", "component": "sql_database", "name": HOSTILE},
        connections=(("u", "s"), ("s", "d")),
    )
    app.segmented_control(key="panel").set_value("findings").run()
    assert not app.exception
    shown = words_of(app)
    assert HOSTILE not in shown
    assert "onerror" in shown
    assert not any(
        "<img" in piece.replace("\\<img", "") for piece in shown.splitlines() if not piece.startswith("`")
    )


@pytest.mark.usefixtures("database")
def test_a_drawing_that_cannot_be_judged_is_one_sentence() -> None:
    app = open_app()
    edit(app, {"id": "x", "component": "flux_capacitor"})
    assert len(app.warning) == 1
    assert "flux" in app.warning[0].value
    assert board_of(app)["acknowledged"] == 1


def test_an_unreachable_database_leaves_a_working_board(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATABASE_URL", "sqlite:////nowhere/at/all/boards.sqlite3")
    app = open_app()
    assert board_of(app)["saved"] == "unsaved"
    edit(app, {"id": "u", "component": "users"})
    assert set(board_of(app)["annotations"]["nodes"]) == {"u"}


@pytest.mark.usefixtures("database")
def test_an_address_that_is_no_board_gets_a_calm_sentence() -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["attempt"] = "<script>"
    app.run()
    assert not app.exception and not app.error
    assert len(app.info) == 1 and "script" not in app.info[0].value


@pytest.mark.usefixtures("database")
def test_a_page_that_fails_says_so_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("designer.ui.pages.practice.show", fail)
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S).run()
    assert not app.exception
    assert len(app.error) == 1
    assert "secret" not in app.error[0].value and "lost" in app.error[0].value


def test_pages_are_found_by_walking_and_practice_comes_first() -> None:
    names = [page_name(module) for module in page_modules()]
    assert names[0] == "practice"
    assert names[1:3] == ["history", "compare"]
    assert {"catalogue", "rules"} <= set(names)
    assert len({module.PAGE.order for module in page_modules()}) == len(names)


def test_the_catalogue_shows_every_component() -> None:
    shown = words_of(open_page("catalogue")).replace("\\", "")
    for component in load().values():
        assert f"**{component.name}**" in shown


def test_the_catalogue_is_searched_by_name_product_and_trait() -> None:
    components = tuple(load().values())
    assert next(item.id for item in matching_components(components, "redis", None)) == "cache"
    assert {item.group for item in matching_components(components, "", "data")} == {"data"}
    assert matching_components(components, "no such thing", None) == []


def test_a_component_unfolds_to_its_figures_and_sources() -> None:
    app = open_page("catalogue")
    app.text_input(key="catalogue_words").set_value("Redis").run()
    app.button(key="open_cache").click().run()
    shown = words_of(app).replace("\\", "")
    cache = load()["cache"]
    assert cache.figures.read_rate is not None
    assert cache.figures.read_rate.source[:40] in shown
    assert cache.failure_modes[0] in shown
    assert "100k/s" in shown and "500k/s" in shown


def test_a_search_that_finds_nothing_says_so() -> None:
    app = open_page("catalogue")
    app.text_input(key="catalogue_words").set_value("**nothing**").run()
    assert len(app.info) == 1 and "**nothing" not in app.info[0].value


def test_the_rules_page_lists_every_rule() -> None:
    labels = [item.label.replace("\\", "") for item in open_page("rules").expander]
    assert labels and set(labels) == {rule.title for rule in all_rules()}


def test_the_rules_page_counts_what_it_lists_and_draws_nothing_that_is_closed() -> None:
    app = open_page("rules")
    counts = Counter(rule.category for rule in all_rules())
    heads = [item.value for item in app.subheader]
    assert heads == [f"{group_name(name)} :gray[{counts[name]}]" for name in sorted(counts)]
    assert not app.image
    app.text_input(key="rules_words").set_value("chain").run()
    found = matching_rules(all_rules(), "chain", None)
    assert len(app.expander) == len(found)
    counted = [int(item.value.rpartition("[")[2].rstrip("]")) for item in app.subheader]
    assert sum(counted) == len(found)


def test_a_rule_unfolds_to_where_it_applies_and_what_it_judges_by() -> None:
    app = open_page("rules")
    rule = next(item for item in all_rules() if item.parameters)
    app.session_state[f"rule_{rule.id}"] = True
    app.run()
    assert not app.exception and len(app.image) == len(rule.bad) + len(rule.good)
    shown = words_of(app).replace("\\", "")
    assert f"**Applies where** {rule.applies.removeprefix('Where ')}" in shown
    assert rule.false_positives in shown
    for item in rule.parameters:
        assert f"**{format_quantity(item.default, item.dimension)}** {item.meaning}" in shown
        assert f"{item.name}, {item.source}" in shown


def test_rules_are_searched() -> None:
    rules = all_rules()
    assert matching_rules(rules, rules[0].title, None)[0] is rules[0]
    assert {item.category for item in matching_rules(rules, "", rules[0].category)} == {rules[0].category}
    assert matching_rules(rules, "no such thing at all", None) == []
