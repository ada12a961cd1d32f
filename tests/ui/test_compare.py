"""The page Compare: what the comparison of two designs says, and how the page shows it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from designer.catalog import Catalog, load
from designer.comparison import Comparison, Figures, compare
from designer.design.files import format_design
from designer.design.notation import parse_notation
from designer.report import Report, review
from designer.scenario.loader import build_design, load_scenario
from designer.ui.contenders import OWN
from designer.ui.exercises import scenarios
from designer.ui.inquiries import MOST_NODES
from designer.ui.pages import compare as page
from designer.ui.state import DESK, Desk, fresh_desk
from designer.ui.widgets.comparisons import (
    MOST_LISTED,
    Row,
    figure_rows,
    figures_table,
    finding_lists,
    headline,
    requirements_table,
    told_pairs,
)
from tests.ui.test_pages import HOSTILE, open_page, words_of

NOTATION = "users > load_balancer*2 > api:app_server*70 > cache, db:sql_database*3"


def report_of(notation: str, scenario: str = "url_shortener", *, headroom: bool = False) -> Report:
    return review(load_scenario(scenario), parse_notation(notation, load()), headroom=headroom, ranked=False)


@pytest.fixture(scope="module")
def found() -> Comparison:
    """A first try against the first reference."""
    scenario = load_scenario("url_shortener")
    reference = build_design(scenario.references[0], scenario, load())
    return compare(report_of(NOTATION), review(scenario, reference, headroom=False, ranked=False))


def words(app: AppTest) -> str:
    return words_of(app).replace("\\", "").replace("\u00a0", " ")


def choose(app: AppTest, side: str, contender: str) -> None:
    scenario = app.session_state["compare_exercise"]
    app.selectbox(key=f"compare_{side}_{scenario}").set_value(contender).run()
    assert not app.exception


# --- what the comparison says --------------------------------------------------------------------------------------


def test_the_headline_counts_what_the_second_has_over_the_first(found: Comparison) -> None:
    told = told_pairs(found, is_told=True)
    gains = sum(pair.change == 1 for pair in told)
    assert gains > 1
    text = headline(found, told).replace("\\", "")
    assert text.startswith(f"The second design meets {gains} requirements more")
    assert f"{len(found.fixed)} findings are mended" in text
    assert "less**" in text or "more**" in text
    back = compare(found.after, found.before)
    text = headline(back, told_pairs(back, is_told=True)).replace("\\", "")
    assert f"misses {gains} that the first meets" in text


def test_a_design_against_itself_is_the_same_in_everything(found: Comparison) -> None:
    same = compare(found.before, found.before)
    told = told_pairs(same, is_told=True)
    assert headline(same, told) == "The second design meets the same requirements and costs the same\\."
    assert all(row.endswith("| = |") for row in requirements_table(same, told).splitlines()[2:])
    assert all(row.change in ("=", "—") for row in figure_rows(same))
    assert [title.rpartition(" ")[2] for title, _ in finding_lists(same)] == [
        "(0)",
        "(0)",
        f"({len(found.before.findings)})",
    ]


def test_every_requirement_that_was_told_has_its_row(found: Comparison) -> None:
    hidden = [pair for pair in found.requirements if pair.after.hidden]
    assert hidden
    told = told_pairs(found, is_told=False)
    assert len(told) == len(found.requirements) - len(hidden)
    text = requirements_table(found, told).replace("\\", "")
    assert all((pair.after.title in text) is not pair.after.hidden for pair in found.requirements)
    assert "not told yet" in text
    rows = requirements_table(found, told).splitlines()[2 : 2 + len(told)]
    for pair, row in zip(told, rows, strict=True):
        assert ("▲ met" in row) is (pair.change == 1)
        assert ("▼ missed" in row) is (pair.change == -1)


@pytest.mark.parametrize(
    ("before", "after", "is_more_better", "change"),
    [
        (1.0, 2.0, True, ":gray[▲ better]"),
        (1.0, 2.0, False, ":gray[▼ worse]"),
        (math.inf, 2.0, False, ":gray[▲ better]"),
        (2.0, math.inf, False, ":gray[▼ worse]"),
        (math.inf, math.inf, False, "="),
        (1.0, 1.0, True, "="),
        (1.0, 1.0 + 1e-9, True, "="),
        (None, 1.0, True, "—"),
        (1.0, None, True, "—"),
        (None, None, True, "—"),
    ],
)
def test_a_figure_is_better_or_worse_whichever_way_is_up(
    before: float | None, after: float | None, is_more_better: bool, change: str
) -> None:
    assert Row("x", Figures(before, after), "{:.3g}".format, is_more_better).change == change


def test_the_figures_are_those_of_the_reports() -> None:
    one, other = report_of(NOTATION, headroom=True), report_of("users", headroom=True)
    text = figures_table(compare(one, other)).replace("\\", "").replace("\u00a0", " ")
    for name in ("Costs", "Headroom", "Score, of 100"):
        assert f"| {name} |" in text
    for workload in one.scenario.workloads.values():
        assert f"| {workload.name}: p99 |" in text
        assert f"| {workload.name}: available |" in text


def test_long_lists_of_findings_end_in_a_count(found: Comparison) -> None:
    many = found.fixed * MOST_LISTED
    lists = dict(finding_lists(Comparison(**{**vars_of(found), "fixed": many})))
    text = lists[f"Findings mended ({len(many)})"]
    assert f"and {len(many) - MOST_LISTED} more" in text


def vars_of(found: Comparison) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Comparison.__slots__}


# --- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("database")
def test_the_page_opens_with_the_board_against_a_reference() -> None:
    app = open_page("compare")
    desk: Desk = app.session_state[DESK]
    assert app.selectbox(key="compare_exercise").value == desk.scenario.id
    text = words(app)
    assert "The second design meets" in text
    assert "| Requirement | First | Second | Change |" in text
    assert "| Figure | First | Second | Change |" in text
    assert "Findings mended (" in text and "Findings of both (" in text
    assert len(app.image) == 2
    assert desk.attempt in app.query_params["attempt"]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("scenario", [item.id for item in scenarios()])
def test_every_design_of_every_exercise_can_be_compared(scenario: str) -> None:
    app = open_page("compare")
    app.selectbox(key="compare_exercise").set_value(scenario).run()
    assert not app.exception and not app.error
    choice = app.selectbox(key=f"compare_first_{scenario}").options
    assert any(item.startswith("Naive design") for item in choice)
    assert sum(item.startswith("Reference") for item in choice) == len(load_scenario(scenario).references)
    choose(app, "first", "naive")
    choose(app, "second", "reference_1")
    assert not app.error and len(app.image) == 2


@pytest.mark.usefixtures("database")
def test_a_pasted_design_is_compared_and_a_slip_in_it_loses_nothing() -> None:
    app = open_page("compare")
    choose(app, "second", OWN)
    assert not app.error and len(app.image) == 1
    slip = "users > load_balancr > api:app_server"
    app.text_area(key="compare_second_text").set_value(slip).run()
    assert len(app.error) == 1
    assert "load\\_balancer" in app.error[0].value
    assert "^" in app.code[0].value
    assert app.text_area(key="compare_second_text").value == slip
    app.text_area(key="compare_second_text").set_value(NOTATION).run()
    assert not app.error and len(app.image) == 2
    choose(app, "second", "naive")
    choose(app, "second", OWN)
    assert app.text_area(key="compare_second_text").value == NOTATION


@pytest.mark.usefixtures("database")
def test_an_uploaded_file_fills_the_text_and_a_bad_one_leaves_it(catalog: Catalog) -> None:
    app = open_page("compare")
    choose(app, "first", OWN)
    text = format_design(parse_notation(NOTATION, catalog))
    app.file_uploader(key="compare_first_file").set_value(("mine.yaml", text.encode(), "text/yaml")).run()
    assert app.text_area(key="compare_first_text").value == text
    assert not app.error and len(app.image) == 2
    app.file_uploader(key="compare_first_file").set_value(("bad.yaml", b"\xff\xfe\x00", "text/yaml")).run()
    assert app.text_area(key="compare_first_text").value == text
    assert len(app.error) == 1 and "no text" in app.error[0].value
    assert len(app.image) == 2


@pytest.mark.usefixtures("database")
def test_a_design_too_large_to_wait_for_is_one_sentence() -> None:
    app = open_page("compare")
    choose(app, "second", OWN)
    many = "users > " + ", ".join(f"a{number}:app_server" for number in range(MOST_NODES + 1))
    app.text_area(key="compare_second_text").set_value(many).run()
    assert len(app.error) == 1 and "too many" in app.error[0].value


@pytest.mark.usefixtures("database")
def test_a_design_too_large_to_draw_is_compared_without_its_picture() -> None:
    app = open_page("compare")
    choose(app, "second", OWN)
    many = "users > lb:load_balancer*9 > " + ", ".join(f"a{number}:app_server" for number in range(200))
    app.text_area(key="compare_second_text").set_value(many).run()
    assert not app.error and len(app.image) == 1
    assert "The second design" in words(app)


@pytest.mark.usefixtures("database")
def test_nothing_is_judged_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[object] = []

    def watched(*given: Any, **settings: Any) -> Report:
        judged.append(given)
        return review(*given, **settings)

    monkeypatch.setattr(page, "review", watched)
    app = open_page("compare")
    assert len(judged) == 2
    choose(app, "second", "naive")
    app.run()
    assert len(judged) == 3


@pytest.mark.usefixtures("database")
def test_the_exercise_follows_the_board_until_it_is_chosen() -> None:
    app = open_page("compare")
    here, *others = [item.id for item in scenarios()]
    app.selectbox(key="compare_exercise").set_value(others[0]).run()
    app.run()
    assert app.selectbox(key="compare_exercise").value == others[0]
    app.session_state[DESK] = fresh_desk(load_scenario(others[1]), load())
    app.query_params.clear()
    app.run()
    assert not app.exception
    assert app.selectbox(key="compare_exercise").value == others[1]
    assert here != others[1]


@pytest.mark.usefixtures("database")
def test_a_board_that_cannot_be_judged_stands_as_it_was() -> None:
    app = open_page("compare")
    desk: Desk = app.session_state[DESK]
    desk.fault = "there is no component 'flux'"
    app.run()
    assert len(app.warning) == 1 and "flux" in app.warning[0].value
    assert len(app.image) == 2
    choose(app, "first", "naive")
    assert not app.warning


@pytest.mark.usefixtures("database")
def test_a_requirement_is_hidden_until_it_was_told_of_this_exercise() -> None:
    app = open_page("compare")
    desk: Desk = app.session_state[DESK]
    hidden = next(name for name, item in desk.scenario.requirements.items() if item.hidden)
    title = desk.scenario.requirements[hidden].title
    assert title is not None and title not in words(app)
    desk.told = True
    app.run()
    assert title in words(app)


@pytest.mark.usefixtures("database")
def test_hostile_names_stay_text(catalog: Catalog) -> None:
    app = open_page("compare")
    choose(app, "second", OWN)
    design = parse_notation(NOTATION, catalog)
    nodes = tuple(node.model_copy(update={"name": HOSTILE}) for node in design.nodes)
    text = format_design(design.model_copy(update={"nodes": nodes, "name": HOSTILE}))
    app.text_area(key="compare_second_text").set_value(text).run()
    assert not app.exception and not app.error
    assert HOSTILE not in words_of(app) and "onerror" in words_of(app)


def test_an_empty_board_can_be_compared(catalog: Catalog) -> None:
    scenario = load_scenario("url_shortener")
    desk = fresh_desk(scenario.model_copy(update={"starter": None}), catalog)
    assert desk.design is not None and not desk.design.nodes
    empty = review(scenario, desk.design, ranked=False)
    text = figures_table(compare(empty, report_of(NOTATION)))
    assert "—" in text
