"""The findings on the Practice page: in order, tried before they are applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from designer.catalog import Catalog, load
from designer.design.changes import AddSuppression, RemoveNode
from designer.design.edit import apply
from designer.design.model import Suppression
from designer.design.notation import parse_notation
from designer.report import Report, rank_findings, review
from designer.rules import mending
from designer.rules.model import Judgement, Outcome, Severity
from designer.scenario.loader import load_scenario
from designer.scenario.model import RuleSetting
from designer.ui import state
from designer.ui.looks import Look, Seen
from designer.ui.state import BOARD, Desk, plain_data
from designer.ui.widgets import safe_fixes
from designer.ui.widgets.findings import grouped, news
from designer.ui.widgets.outcomes import BROKEN, NOTHING, OFF, unjudged_of
from designer.ui.widgets.safe_fixes import find_mended, headline, left_over
from tests.ui.findings_page import SAFE, TANGLED, cards, document, obey, open_findings, open_fold, report_of
from tests.ui.test_pages import board_of, desk_of, open_app
from tests.ui.test_questions import send, shown


@pytest.fixture
def ranked(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """Every report whose findings were ranked."""
    seen: list[Report] = []

    def watched(report: Report, breathe: Callable[[], object]) -> Report:
        seen.append(report)
        return rank_findings(report, breathe)

    monkeypatch.setattr(state, "rank_findings", watched)
    return seen


@pytest.mark.usefixtures("database")
def test_findings_are_ranked_only_when_they_are_looked_at_and_once(ranked: list[Report]) -> None:
    app = open_app()
    send(app, document(TANGLED))
    assert ranked == []
    app.segmented_control(key="panel").set_value("findings").run()
    app.run()
    assert len(ranked) == 1
    send(app, document(SAFE))
    assert len(ranked) == 2


@pytest.mark.usefixtures("database")
def test_a_ranking_changes_nothing_on_the_board() -> None:
    app = open_app()
    send(app, document(TANGLED))
    before = board_of(app)["annotations"]
    app.segmented_control(key="panel").set_value("findings").run()
    app.run()
    assert board_of(app)["annotations"] == before


@pytest.mark.usefixtures("database")
def test_a_ranking_that_fails_leaves_the_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(report: Report, breathe: Callable[[], object]) -> Report:
        raise ZeroDivisionError

    monkeypatch.setattr(state, "rank_findings", fail)
    app = open_findings(TANGLED)
    report = desk_of(app).report
    assert report is not None and report.findings
    assert all(finding.title in shown(app) for finding in report.findings)


def test_a_newer_edit_keeps_a_ranking_from_being_begun(ranked: list[Report], catalog: Catalog) -> None:
    class NewerError(Exception):
        """What a page raises when something else is wanted of it."""

    def breathe() -> None:
        raise NewerError

    desk = Desk("attempt", load_scenario("url_shortener"), document(TANGLED))
    desk.judge(catalog)
    with pytest.raises(NewerError):
        desk.rank(breathe)
    assert ranked == [] and desk.lacks_ranking


@pytest.mark.usefixtures("database")
def test_what_goes_away_with_a_repair_stands_below_it_and_can_be_read() -> None:
    app = open_findings(TANGLED)
    report = desk_of(app).ranked
    assert report is not None and report.causes
    shown_below = [item for _, with_it in grouped(report) for item in with_it]
    assert {finding.identity for _, finding in shown_below} == set(report.causes)
    assert shown(app).count("Goes away with it:") == len(set(report.causes.values()))
    for key, finding in shown_below:
        assert finding.message not in shown(app)
        assert finding.message in open_fold(app, f"other_{key}")
    key, finding = shown_below[0]
    app.button(key=f"show_{key}").click().run()
    assert board_of(app)["commands"][-1]["nodes"] == list(finding.nodes)


def test_every_finding_stands_in_one_group() -> None:
    for notation in (TANGLED, SAFE):
        report = rank_findings(report_of(notation))
        groups = grouped(report)
        told = [
            finding for (_, head), with_it in groups for finding in (head, *(item for _, item in with_it))
        ]
        assert sorted(item.identity for item in told) == sorted(item.identity for item in report.findings)
        for (_, head), with_it in groups:
            assert all(report.causes[item.identity] == head.identity for _, item in with_it)


@pytest.mark.usefixtures("database")
def test_a_fix_is_previewed_and_then_applied_as_one_step() -> None:
    app = open_findings(TANGLED)
    report = desk_of(app).ranked
    assert report is not None and report.effects
    key, finding = next((key, item) for key, item in cards(app) if item.identity in report.effects)
    effect = report.effects[finding.identity]
    assert "Apply fix" not in shown(app)
    words = open_fold(app, f"fix_{key}")
    assert "Now | Then | Limit" in words
    assert "Costs **" in words and "more**" in words
    for identity in effect.added:
        assert next(item for item in effect.findings if item.identity == identity).title in words
    drawn = desk_of(app).design
    assert drawn is not None
    app.button(key=f"apply_{key}").click().run()
    command = board_of(app)["commands"][-1]
    assert command["kind"] == "apply"
    assert command["document"] == plain_data(apply(drawn, finding.fix, load()))
    obey(app)
    assert finding.identity not in {item.identity for item in desk_of(app).report.findings}  # type: ignore[union-attr]


@pytest.mark.usefixtures("database")
def test_a_fix_of_a_drawing_that_is_another_one_by_now_is_not_applied() -> None:
    app = open_findings(TANGLED)
    key, _ = next((key, item) for key, item in cards(app) if item.fix)
    open_fold(app, f"fix_{key}")
    desk = desk_of(app)
    app.session_state[BOARD] = {
        BOARD: {
            "board": desk.attempt,
            "epoch": desk.epoch,
            "revision": desk.revision + 1,
            "document": document("users"),
            "selection": {"nodes": [], "connections": []},
        }
    }
    app.button(key=f"apply_{key}").click().run()
    assert not any(item["kind"] == "apply" for item in board_of(app)["commands"])
    assert "not applied" in app.info[0].value
    assert [node["id"] for node in desk_of(app).document["nodes"]] == ["users"]


@pytest.mark.usefixtures("database")
def test_safe_fixes_are_tried_when_asked_and_applied_as_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def watched(*given: Any) -> mending.Mended:
        asked.append(given)
        return mending.mend(*given)

    monkeypatch.setattr(safe_fixes, "mend", watched)
    app = open_findings(SAFE)
    report = desk_of(app).ranked
    assert report is not None
    assert "Fix all that is safe" in shown(app)
    assert asked == []
    words = open_fold(app, "ask_safe_fixes")
    assert len(asked) == 1
    found: mending.Mended = desk_of(app).inquiries["safe_fixes"].answer.result()
    assert found.effect is not None
    assert headline(found).replace("\\", "") in words
    for finding in (*found.mended, *found.left):
        assert finding.title in words
    drawn = desk_of(app).design
    assert drawn is not None
    app.button(key="apply_safe_fixes").click().run()
    command = board_of(app)["commands"][-1]
    assert command["document"] == plain_data(apply(drawn, found.changes, load()))
    obey(app)
    report = desk_of(app).report
    assert report is not None
    assert {item.identity for item in report.findings} == {item.identity for item in found.left}
    assert f"{len(found.effect.fixed)} mended" in shown(app)


@pytest.mark.usefixtures("database")
def test_safe_fixes_of_a_drawing_that_is_another_one_are_not_applied() -> None:
    app = open_findings(SAFE)
    open_fold(app, "ask_safe_fixes")
    desk = desk_of(app)
    found = desk.inquiries["safe_fixes"].answer.result()
    desk.document = {**desk.document, "nodes": list(desk.document["nodes"])[:-1]}
    desk.document["connections"] = [  # type: ignore[index]
        link for link in desk.document["connections"] if link["to"] != "extra"
    ]
    desk.judge(load())
    safe_fixes.apply_mended(desk, found, load())
    assert desk.notice is not None and "not applied" in desk.notice
    assert desk.commands == []


@pytest.mark.usefixtures("database")
def test_without_a_safe_fix_there_is_no_button() -> None:
    clean = load_scenario("url_shortener").references[0].design
    assert isinstance(clean, str)
    assert "Fix all" not in shown(open_findings(clean))


def test_what_is_mended_is_told_in_a_sentence(catalog: Catalog) -> None:
    scenario = load_scenario("url_shortener")
    found = find_mended(scenario, parse_notation(SAFE, catalog), catalog)
    assert found.effect is not None
    assert headline(found).startswith(
        f"{len(found.mended)} fixes take {len(found.effect.fixed)} findings away"
    )
    assert "1 more requirement is met" in headline(replace(found, effect=replace(found.effect, met=("x",))))
    assert left_over((), found.effect.analysis.design).startswith(":material/check_circle:")


def test_rules_without_a_verdict_are_told_by_the_kind_of_reason() -> None:
    setting = RuleSetting(on=False, because="It is not the point here.")
    report = report_of(TANGLED, **{"reliability.single-zone": setting})
    broken = Judgement("x.y", "It broke", Outcome.COULD_NOT_JUDGE, "an error")
    told = unjudged_of(replace(report, judgements=(*report.judgements, broken)))
    assert list(told) == [BROKEN, OFF, NOTHING]
    assert told[BROKEN] == [broken]
    assert [item.rule for item in told[OFF]] == ["reliability.single-zone"]
    kinds = [Outcome.NOT_APPLICABLE, Outcome.PASSED, Outcome.FAILED]
    counted = [sum(item.outcome is kind for item in report.judgements) for kind in kinds]
    assert len(told[OFF]) + len(told[NOTHING]) == counted[0]
    assert sum(counted) == len(report.judgements)


@pytest.mark.usefixtures("database")
def test_the_folds_tell_what_is_right_and_what_was_not_judged() -> None:
    app = open_findings(TANGLED)
    report = desk_of(app).report
    assert report is not None
    words = open_fold(app, "praise")
    assert all(item.message in words for item in report.praise)
    # A title names a fault: beside praise it would be read as one.
    assert report.praise and not any(item.title in words for item in report.praise)
    words = open_fold(app, "unjudged")
    assert all(item.message in words for item in report.judgements if item.outcome is Outcome.NOT_APPLICABLE)


@pytest.mark.usefixtures("database")
def test_as_many_findings_are_told_as_there_are() -> None:
    app = open_findings(TANGLED)
    report = desk_of(app).report
    assert report is not None
    assert len({item.severity for item in report.findings}) == len(Severity)
    assert app.segmented_control(key="panel").options == ["Brief", "Findings"]  # the same at any number
    styles = [element.proto.body for element in app.get("html")]
    assert f'<style>:root{{--findings:" ({len(report.findings)})"}}</style>' in styles


class TestLooks:
    """What is new and what was mended, by identity."""

    def test_a_first_look_has_no_news(self) -> None:
        assert Look.at(report_of(TANGLED), None).seen == Seen()
        assert news(Seen()) == ""

    def test_another_drawing_tells_what_came_and_what_went(self) -> None:
        before, after = report_of(TANGLED), report_of("users > app_server*90 > db:sql_database*2")
        old, new = ({item.identity for item in report.findings} for report in (before, after))
        seen = Look.at(after, Look.at(before, None)).seen
        assert seen.new == new - old and seen.mended == old - new
        assert news(seen) == f"Since your last look: {len(old - new)} mended, {len(new - old)} new."

    def test_another_look_at_the_same_drawing_tells_the_same(self) -> None:
        first = Look.at(report_of(TANGLED), None)
        second = Look.at(report_of(SAFE), first)
        assert Look.at(report_of(SAFE), second) is second

    def test_what_is_set_aside_was_not_mended_and_is_not_new_when_it_speaks_again(
        self, catalog: Catalog
    ) -> None:
        report = report_of(TANGLED)
        finding = report.findings[0]
        item = Suppression(rule=finding.rule, nodes=finding.nodes, because="a drill")
        quiet = apply(report.design, [AddSuppression(suppression=item)], catalog)
        second = Look.at(review(report.scenario, quiet, headroom=False), Look.at(report, None))
        assert second.seen == Seen()
        assert Look.at(report, second).seen == Seen()

    def test_what_is_set_aside_and_mended_is_no_news(self, catalog: Catalog) -> None:
        report = report_of(SAFE)
        finding = next(item for item in report.findings if item.nodes == ("extra",))
        item = Suppression(rule=finding.rule, nodes=finding.nodes, because="later")
        quiet = apply(report.design, [AddSuppression(suppression=item)], catalog)
        gone = apply(quiet, [RemoveNode(node="extra")], catalog)
        first = Look.at(review(report.scenario, quiet, headroom=False), None)
        assert Look.at(review(report.scenario, gone, headroom=False), first).seen.mended == frozenset()


@pytest.mark.usefixtures("database")
def test_a_new_finding_carries_a_mark_until_the_drawing_is_another_one() -> None:
    app = open_findings(TANGLED)
    assert "new-badge" not in shown(app) and "badge[new]" not in shown(app)
    drawn = document("users > app_server*90 > db:sql_database*2")
    send(app, drawn)
    count = shown(app).count("badge[new]")
    assert count and f"{count} new" in shown(app)
    app.run()
    assert shown(app).count("badge[new]") == count
    for place, node in enumerate(drawn["nodes"]):
        node["position"] = {"x": 200.0 * place, "y": 0.0}
    send(app, drawn)
    assert shown(app).count("badge[new]") == count
    send(app, {**drawn, "name": "Another"})
    assert "badge[new]" not in shown(app)


@pytest.mark.usefixtures("database")
def test_another_board_has_no_news() -> None:
    app = open_findings(TANGLED)
    app.button(key="begin_empty").click().run()
    assert "last look" not in shown(app)
