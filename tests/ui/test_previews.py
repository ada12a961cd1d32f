"""What changes would do, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.analysis import State
from designer.catalog import Catalog
from designer.design.edit import SetNode
from designer.design.notation import parse_notation
from designer.report import Report, rank_findings, review
from designer.rules.effects import Effect
from designer.scenario.loader import load_scenario
from designer.ui.state import Desk, plain_data
from designer.ui.widgets.previews import (
    MOST_TOLD,
    changes_in_words,
    cost_change,
    finding_changes,
    listed,
    outcome,
    places,
    requirement_changes,
)
from tests.ui.test_pages import HOSTILE

DESIGN = "users > app_server > db:sql_database"


@pytest.fixture(scope="module")
def report() -> Report:
    from designer.catalog import load

    design = parse_notation(DESIGN, load())
    return rank_findings(review(load_scenario("url_shortener"), design, headroom=False, ranked=False))


@pytest.fixture(scope="module")
def effect(report: Report) -> Effect:
    """That of a fix which brings new findings."""
    return next(item for item in (report.effects or {}).values() if item.added)


@pytest.fixture
def desk(report: Report) -> Desk:
    return Desk("attempt", report.scenario, plain_data(report.design))


def test_one_change_stands_alone_and_several_as_a_list(report: Report, catalog: Catalog) -> None:
    change = SetNode(node="app_server", field="instances", value=6)
    assert changes_in_words([change], report.design, catalog) == "**Set instances of app\\_server to 6**"
    assert changes_in_words([change, change], report.design, catalog).startswith("- Set instances")


def test_of_many_the_first_are_told_and_the_rest_counted() -> None:
    lines = listed([str(number) for number in range(MOST_TOLD + 3)]).splitlines()
    assert len(lines) == MOST_TOLD + 1
    assert lines[-1] == "- :gray[and 3 more]"


def test_harm_is_told_before_the_cost(effect: Effect) -> None:
    assert not effect.is_safe
    words = outcome(effect)
    assert words.startswith(":material/warning:")
    count = len(effect.added)
    assert f"{count} finding{'' if count == 1 else 's'} would be new" in words
    assert "would no longer be met" in outcome(replace(effect, missed=("x",)))
    assert "takes more than this" in outcome(replace(effect, fixed=()))
    assert "missed by more" in outcome(replace(effect, gain=-0.5))
    harmless = replace(effect, added=(), missed=(), gain=0.0)
    assert outcome(harmless).startswith(":material/check_circle: Makes nothing worse")


@pytest.mark.parametrize(
    ("difference", "words"),
    [(3_200.0, "**\\$3\\.2k\\/month more**"), (-3_200.0, "**\\$3\\.2k\\/month less**"), (0.0, "the same")],
)
def test_the_cost_is_more_or_less_or_the_same(difference: float, words: str) -> None:
    assert words in cost_change(difference, 5_000.0)
    assert "5k" in cost_change(difference, 5_000.0)


def test_only_requirements_that_change_are_told_and_hidden_ones_are_counted(
    report: Report, effect: Effect, desk: Desk
) -> None:
    before, after = report.verdicts, effect.analysis.verdicts
    changed = [
        then
        for now, then in zip(before, after, strict=True)
        if (now.state, now.value) != (then.state, then.value)
    ]
    hidden = [item for item in changed if item.hidden]
    assert hidden and len(changed) > len(hidden)
    words = requirement_changes(before, after, desk).replace("\\", "")
    assert all((item.title in words) is not item.hidden for item in changed)
    assert "not told yet" in words
    assert not any(item.title in words for item in after if item not in changed)
    desk.told = True
    words = requirement_changes(before, after, desk).replace("\\", "")
    assert all(item.title in words for item in changed) and "not told" not in words


def test_where_nothing_changes_that_is_said(report: Report, desk: Desk) -> None:
    assert "No requirement" in requirement_changes(report.verdicts, report.verdicts, desk)


def test_a_requirement_that_is_met_then_carries_its_mark(report: Report, desk: Desk) -> None:
    met = replace(report.verdicts[0], state=State.MET)
    words = requirement_changes(report.verdicts, (met, *report.verdicts[1:]), desk)
    assert ":red[✗" in words and "| ✓" in words


def test_findings_that_come_stand_before_those_that_go(
    report: Report, effect: Effect, catalog: Catalog
) -> None:
    rows = finding_changes(effect, report, catalog).splitlines()[2:]
    assert [row.split("]")[0] for row in rows] == [
        *["| :gray[Comes"] * len(effect.added),
        *["| :gray[Goes"] * len(effect.fixed),
    ]
    assert finding_changes(replace(effect, added=(), fixed=()), report, catalog) == ""


def test_places_are_labels_and_only_the_first_few(report: Report) -> None:
    assert places([], report.design) == ""
    assert places(["users", "gone"], report.design) == "users, gone"
    assert places(list("abcde"), report.design) == "a, b, c and 2 more"


def test_hostile_names_stay_text(catalog: Catalog, desk: Desk) -> None:
    design = parse_notation(DESIGN, catalog)
    nodes = tuple(node.model_copy(update={"name": HOSTILE}) for node in design.nodes)
    named = design.model_copy(update={"nodes": nodes})
    report = rank_findings(review(desk.scenario, named, headroom=False, ranked=False))
    told = [finding_changes(effect, report, catalog) for effect in (report.effects or {}).values()]
    assert not any(HOSTILE in words for words in told) and any("onerror" in words for words in told)
    for finding in report.findings:
        assert HOSTILE not in changes_in_words(finding.fix, named, catalog) if finding.fix else True
