"""What the cards and arrows of the board say."""

from __future__ import annotations

import json

import pytest

from designer.catalog import Catalog
from designer.design.model import Suppression
from designer.design.notation import parse_notation
from designer.report import Report, rank_findings, review
from designer.scenario.loader import load_scenario
from designer.ui.widgets.marks import board_marks, line_width


@pytest.fixture(scope="module")
def report() -> Report:
    scenario = load_scenario("url_shortener")
    from designer.catalog import load

    design = parse_notation("users > load_balancer*2 > api:app_server*4 > cache, db:sql_database", load())
    return review(scenario, design, headroom=False)


def test_every_card_and_arrow_is_marked(report: Report) -> None:
    marks = board_marks(report, 7)
    assert marks["revision"] == 7
    assert set(marks["nodes"]) == set(report.design.by_id)
    assert set(marks["edges"]) == {connection.id for connection in report.design.connections}


def test_marks_are_json_a_browser_reads(report: Report) -> None:
    assert json.loads(json.dumps(board_marks(report, 1), allow_nan=False))


def test_an_overloaded_card_says_so_with_its_finding_and_its_arithmetic(report: Report) -> None:
    card = board_marks(report, 1)["nodes"]["api"]
    assert card["state"] == "over"
    assert card["load"] > 1
    assert card["badge"]["severity"] == "error"
    assert card["badge"]["count"] == len(report.findings_at("api"))
    operations = next(row for row in card["detail"] if row["label"] == "Operations")
    assert "=" in operations["formula"]


def test_rate_load_and_ceiling_of_a_card_agree(report: Report) -> None:
    card = board_marks(report, 1)["nodes"]["load_balancer"]
    assert card["ceiling"] == "of 100k/s"
    assert card["rate"].endswith("k/s")
    assert float(card["rate"].removesuffix("k/s")) / 100 == pytest.approx(card["load"], rel=0.01)


def test_what_watches_says_so_and_is_not_off(catalog: Catalog) -> None:
    design = parse_notation("users > api:app_server > db:sql_database; api > monitoring", catalog)
    report = review(load_scenario("url_shortener"), design, headroom=False, ranked=False)
    marks = board_marks(report, 1)["nodes"]
    assert (marks["monitoring"]["state"], marks["monitoring"]["aside"]) == ("idle", "watches 1 node")
    assert "aside" not in marks["api"]


def test_a_cache_shows_its_hits(report: Report) -> None:
    marks = board_marks(report, 1)["nodes"]
    assert marks["cache"]["hit"].endswith(" %")
    assert "hit" not in marks["db"]


def test_what_goes_with_another_repair_has_its_badge_and_what_is_ignored_has_none(catalog: Catalog) -> None:
    scenario = load_scenario("url_shortener")
    design = parse_notation("users > app_server > db:sql_database", catalog)
    plain = review(scenario, design, headroom=False, ranked=False)
    ranked = rank_findings(plain)
    assert ranked.causes
    counts = {
        node: card.get("badge", {}).get("count", 0) for node, card in board_marks(plain, 1)["nodes"].items()
    }
    assert counts == {node: len(ranked.findings_at(node)) for node in design.by_id}

    ignored = [Suppression(rule=item.rule, nodes=item.nodes, because="x") for item in plain.findings_at("db")]
    quiet = design.model_copy(update={"ignore": tuple(ignored)})
    marks = board_marks(review(scenario, quiet, headroom=False, ranked=False), 1)["nodes"]
    assert "badge" not in marks["db"]
    assert marks["app_server"]["badge"]["count"] == counts["app_server"]


@pytest.mark.parametrize(("rate", "width"), [(0.0, 1.0), (1.0, 1.0), (10.0, 1.7), (1e6, 5.2)])
def test_an_arrow_is_wider_by_the_logarithm_of_its_rate(rate: float, width: float) -> None:
    assert line_width(rate) == pytest.approx(width)


def test_an_empty_board_and_no_report_have_no_marks(catalog: Catalog) -> None:
    assert board_marks(None, 0) == {"revision": 0, "nodes": {}, "edges": {}}
    empty = review(load_scenario("url_shortener"), parse_notation("users", catalog), headroom=False)
    assert board_marks(empty, 1)["nodes"]["users"]["state"] == "off"
