"""Findings that are set aside with a reason, on the Practice page, and let speak again."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from designer.catalog import Catalog
from designer.design.model import Suppression
from designer.rules.model import Finding
from designer.scenario.loader import load_scenario
from designer.ui.state import Desk
from designer.ui.widgets.suppressions import fitting, ignore, ignored_label
from tests.ui.findings_page import TANGLED, cards, document, obey, open_findings, open_fold, report_of
from tests.ui.test_pages import HOSTILE, board_of, desk_of, open_app
from tests.ui.test_questions import send, shown

REASON = f"A drill: {HOSTILE} one is enough"


def ignore_first(app: AppTest, reason: str) -> Finding:
    key, finding = cards(app)[0]
    open_fold(app, f"ignore_{key}")
    app.text_input(key=f"because_{key}").set_value(reason)
    button = next(item for item in app.button if item.label == "Ignore it")
    button.click().run()
    assert not app.exception and not app.error
    return finding


@pytest.mark.usefixtures("database")
def test_a_finding_is_ignored_with_a_reason_and_let_speak_again() -> None:
    app = open_findings(TANGLED)
    badges = board_of(app)["annotations"]["nodes"]
    finding = ignore_first(app, REASON)
    obey(app)
    desk = desk_of(app)
    assert desk.design is not None and desk.report is not None
    assert desk.design.ignore == (
        Suppression(rule=finding.rule, nodes=finding.nodes, because=" ".join(REASON.split())),
    )
    assert finding.identity not in {item.identity for item in desk.report.findings}
    node = finding.nodes[0]
    before, now = badges[node]["badge"]["count"], board_of(app)["annotations"]["nodes"][node].get("badge")
    assert (now or {"count": 0})["count"] == before - 1
    assert "mended" not in shown(app)

    words = open_fold(app, "ignored")
    assert "Ignored (1)" in words and finding.message in words
    raw = "\n".join(item.value for item in app.markdown)
    assert HOSTILE not in raw and "onerror" in raw
    app.button(key="heed_0").click().run()
    assert "ignore" not in board_of(app)["commands"][-1]["document"]
    obey(app)
    assert finding.identity in {item.identity for item in desk_of(app).report.findings}  # type: ignore[union-attr]
    assert "new" not in shown(app).split()


@pytest.mark.parametrize("reason", ["", "   ", "a\x00b", "x" * 301])
def test_a_reason_that_is_none_changes_nothing(
    reason: str, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A browser lets none of these through.
    desk = Desk("attempt", load_scenario("url_shortener"), document(TANGLED))
    desk.judge(catalog)
    assert desk.report is not None
    monkeypatch.setattr(st, "session_state", {"because_key": reason})
    ignore(desk, desk.report.findings[0], "key", catalog)
    assert desk.commands == []
    assert desk.notice is not None and "300 characters" in desk.notice


@pytest.mark.usefixtures("database")
def test_what_is_ignored_to_no_purpose_is_said() -> None:
    app = open_app()
    drawn = document(TANGLED)
    drawn["ignore"] = [
        {"rule": "cost.budget-missed", "because": "nobody asked"},
        {"rule": "reliability.single-zone", "nodes": ["db"], "because": "one zone will do"},
    ]
    send(app, drawn)
    app.segmented_control(key="panel").set_value("findings").run()
    words = open_fold(app, "ignored")
    assert "Ignored (0), 2 to no purpose" in words
    assert "nobody asked" in words and "one zone will do" in words
    app.button(key="heed_idle_1").click().run()
    assert board_of(app)["commands"][-1]["document"]["ignore"] == [drawn["ignore"][0]]


def test_a_finding_speaks_again_only_without_all_that_hides_it() -> None:
    report = report_of(TANGLED)
    finding = next(item for item in report.findings if item.nodes == ("db",))
    hiding = [Suppression(rule=finding.rule, nodes=nodes, because="x") for nodes in ((), ("db",))]
    others = [
        Suppression(rule=finding.rule, nodes=("app_server",), because="x"),
        Suppression(rule="cost.budget-missed", because="x"),
    ]
    assert fitting(finding, [*others, *hiding]) == hiding
    assert ignored_label(report) == "Ignored (0)"


@pytest.mark.usefixtures("database")
def test_a_change_is_refused_while_the_drawing_cannot_be_judged() -> None:
    app = open_findings(TANGLED)
    key, _ = next((key, item) for key, item in cards(app) if item.fix)
    open_fold(app, f"fix_{key}")
    desk_of(app).fault = "it is broken"
    app.button(key=f"apply_{key}").click().run()
    assert not any(item["kind"] == "apply" for item in board_of(app)["commands"])
    assert "cannot be judged" in app.info[0].value
