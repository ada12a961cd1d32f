"""What a design ignores is silent, is shown with its reason, and goes with the node it was said of."""

from __future__ import annotations

import pytest

from designer.catalog.loader import load
from designer.design.edit import AddSuppression, RemoveNode, RemoveSuppression, apply, describe
from designer.design.files import format_design, parse_design
from designer.design.model import Design, Suppression
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.report import DEDUCTIONS, Report, review
from designer.rules.examples import example_scenario
from designer.rules.model import Severity
from designer.rules.suppression import idle_words

CATALOG = load()
POOR = "users > load_balancer > api:app_server*100 > cache, db:sql_database"
IDLE = "cost.overprovisioned-tier"
REASON = "The sale begins on Friday."


def judged(*ignored: Suppression) -> Report:
    design = parse_notation(POOR, CATALOG)
    changes = [AddSuppression(suppression=item) for item in ignored]
    changed = apply(design, changes, CATALOG)
    return review(example_scenario("example"), changed, CATALOG, headroom=False, ranked=False)


def deducted(report: Report) -> float:
    return report.score.arithmetic.inputs[-1].value


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_an_ignored_rule_is_silent_and_shown_with_the_reason() -> None:
    plain, quiet = judged(), judged(Suppression(rule=IDLE, because=REASON))
    assert IDLE in rules(plain) and IDLE not in rules(quiet)
    assert [(item.finding.rule, item.because) for item in quiet.ignored] == [(IDLE, REASON)]
    assert quiet.idle == () and plain.ignored == ()
    assert deducted(plain) - deducted(quiet) == DEDUCTIONS[Severity.INFO]


def test_a_place_ignores_only_faults_there() -> None:
    there = Suppression(rule="reliability.single-instance", nodes=("db",), because=REASON)
    before, after = judged(), judged(there)
    gone = {item.identity for item in before.findings} - {item.identity for item in after.findings}
    assert gone == {"reliability.single-instance@db"}


def test_every_node_named_must_be_part_of_the_fault() -> None:
    both = Suppression(rule="reliability.single-instance", nodes=("db", "api"), because=REASON)
    report = judged(both)
    assert report.ignored == () and report.idle == (both,)


def test_what_hides_nothing_is_named() -> None:
    idle = Suppression(rule="latency.long-synchronous-chain", because=REASON)
    assert judged(idle).idle == (idle,)
    assert judged(Suppression(rule="no.such-rule", because=REASON)).idle[0].rule == "no.such-rule"


def test_the_first_reason_that_fits_is_given() -> None:
    report = judged(
        Suppression(rule=IDLE, because=REASON), Suppression(rule=IDLE, nodes=("api",), because="Other.")
    )
    assert [item.because for item in report.ignored] == [REASON] and report.idle == ()


def test_a_node_takes_what_was_said_of_it_along() -> None:
    changes = [
        AddSuppression(suppression=Suppression(rule=IDLE, nodes=("api",), because=REASON)),
        AddSuppression(suppression=Suppression(rule="security.x", nodes=("api", "db"), because=REASON)),
        RemoveNode(node="api"),
    ]
    design = apply(parse_notation(POOR, CATALOG), changes, CATALOG)
    assert [(item.rule, item.nodes) for item in design.ignore] == [("security.x", ("db",))]


def test_a_rule_can_be_let_speak_again() -> None:
    said = Suppression(rule=IDLE, nodes=("api",), because=REASON)
    design = apply(parse_notation(POOR, CATALOG), [AddSuppression(suppression=said)], CATALOG)
    assert apply(design, [RemoveSuppression(rule=IDLE, nodes=("api",))], CATALOG).ignore == ()
    with pytest.raises(DesignError, match="not ignored there"):
        apply(design, [RemoveSuppression(rule=IDLE)], CATALOG)


def test_a_new_reason_takes_the_place_of_the_old_one() -> None:
    again = [
        AddSuppression(suppression=Suppression(rule=IDLE, because=words)) for words in (REASON, "Other.")
    ]
    design = apply(parse_notation(POOR, CATALOG), again, CATALOG)
    assert [item.because for item in design.ignore] == ["Other."]


def test_in_words() -> None:
    design = parse_notation('users > api:app_server[name="The shop"] > db:sql_database', CATALOG)
    change = AddSuppression(suppression=Suppression(rule=IDLE, nodes=("api", "db"), because=REASON))
    assert describe(change, design, CATALOG) == f"Ignore {IDLE} at The shop and db: {REASON}"
    assert describe(RemoveSuppression(rule=IDLE), design, CATALOG) == f"Let {IDLE} speak again"


def test_it_is_kept_in_the_file() -> None:
    said = Suppression(rule=IDLE, nodes=("api",), because=REASON)
    design = apply(parse_notation(POOR, CATALOG), [AddSuppression(suppression=said)], CATALOG)
    again = parse_design(format_design(design), "a.design.yaml", CATALOG)
    assert again.ignore == (said,) and format_design(again) == format_design(design)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[{rule: cost.x, nodes: [ai], because: So.}]", "there is no node 'ai' in the design"),
        (
            "[{rule: cost.x, because: So.}, {rule: cost.x, because: No.}]",
            "is ignored at the same place already",
        ),
        ("[{rule: cost.x}]", "because"),
        (
            "[{rule: Cost, because: So.}]",
            "'Cost' cannot be the id of a rule; expected its category, a dot and its name",
        ),
        ('[{rule: cost.x, because: "two\\nlines"}]', "line"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(said: str, words: str) -> None:
    text = f"version: 1\nnodes:\n  - {{id: api, component: app_server}}\nignore: {said}\n"
    with pytest.raises(DesignError) as caught:
        parse_design(text, "a.design.yaml", CATALOG)
    assert words in str(caught.value) and "a.design.yaml:4:" in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (IDLE, "it finds nothing."),
        (f"{IDLE}s", f"there is no such rule; did you mean '{IDLE}'?"),
        ("weather.too-cold", "there is no such rule."),
    ],
)
def test_why_it_hides_nothing_is_told(rule: str, words: str) -> None:
    assert idle_words(Suppression(rule=rule, because=REASON)) == words


def test_a_design_without_any_is_as_it_was() -> None:
    assert Design().ignore == ()
