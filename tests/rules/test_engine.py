"""The engine keeps going whatever a rule does, and says the same of the same design."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import designer.rules
from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.errors import DesignerError
from designer.rules.definition import ATTRIBUTE, rule
from designer.rules.engine import MOST_MESSAGE, judge_rules
from designer.rules.examples import example_scenario
from designer.rules.library import all_rules, find_rule
from designer.rules.model import Example, Fault, Finding, Outcome, Passed, Result, Rule, Severity
from designer.rules.ruleset import ask

CATALOG = load()
FOLDER = Path(designer.rules.__file__).parent
POOR = "users > load_balancer > api:app_server*2 > cache, db:sql_database; vector_index"


def judged(notation: str = POOR, scenario: str = "example") -> Analysis:
    design = parse_notation(notation, CATALOG) if notation else Design()
    return analyze(example_scenario(scenario), design, CATALOG, headroom=False)


def made(check: object) -> Rule:
    decorate = rule(
        severity=Severity.WARNING,
        applies="Always.",
        bad=Example("users"),
        good=Example("users"),
        sources=("here",),
        false_positives="None.",
        fix="Mend it.",
    )
    decorated = decorate(check)  # type: ignore[arg-type]
    found = getattr(decorated, ATTRIBUTE)
    assert isinstance(found, Rule)
    return replace(found, id="test.made", category="test")


def raising(analysis: Analysis) -> Result:
    """A rule that cannot

    It divides by nothing.
    """
    raise ZeroDivisionError("x" * 10_000)


def test_ids_are_paths() -> None:
    paths = {
        f"{path.parent.name}.{path.stem.replace('_', '-')}"
        for path in FOLDER.glob("*/*.py")
        if path.stem != "__init__"
    }
    assert {item.id for item in all_rules()} == paths


def test_rules_come_in_the_order_of_their_ids() -> None:
    ids = [item.id for item in all_rules()]
    assert ids == sorted(ids)


def test_a_rule_that_raises_takes_nothing_with_it() -> None:
    analysis = judged()
    alone, _ = judge_rules(analysis)
    findings, judgements = judge_rules(analysis, [ask(made(raising)), *map(ask, all_rules())])
    extra = [finding for finding in findings if finding.rule == "test.made"]
    assert [finding for finding in findings if finding.rule != "test.made"] == list(alone)
    assert len(extra) == 1 and extra[0].severity is Severity.INFO
    assert extra[0].message.startswith("Rule test.made could not judge: ZeroDivisionError")
    assert len(extra[0].message) <= MOST_MESSAGE
    assert judgements[0].outcome is Outcome.COULD_NOT_JUDGE


def test_the_docstring_is_title_and_why() -> None:
    item = made(raising)
    assert (item.title, item.why) == ("A rule that cannot", "It divides by nothing.")


def test_a_fault_may_have_a_severity_of_its_own() -> None:
    def check(analysis: Analysis) -> Result:
        """Two faults

        One of them is worse.
        """
        return Fault(("b",), "Worse.", severity=Severity.ERROR), Fault(("a",), "Bad.")

    findings, judgements = judge_rules(judged(), (ask(made(check)),))
    assert [(finding.severity, finding.nodes) for finding in findings] == [
        (Severity.ERROR, ("b",)),
        (Severity.WARNING, ("a",)),
    ]
    assert judgements[0].outcome is Outcome.FAILED and judgements[0].nodes == ("b", "a")


def test_praise_is_a_judgement() -> None:
    def check(analysis: Analysis) -> Result:
        """All is well

        It is.
        """
        return Passed("Well done.", ("api",))

    findings, judgements = judge_rules(judged(), (ask(made(check)),))
    assert findings == ()
    assert (judgements[0].outcome, judgements[0].message, judgements[0].nodes) == (
        Outcome.PASSED,
        "Well done.",
        ("api",),
    )


def test_findings_come_gravest_first_and_always_alike() -> None:
    first, _ = judge_rules(judged())
    second, _ = judge_rules(judged())
    ranks = [list(Severity).index(finding.severity) for finding in first]
    assert first == second
    assert ranks == sorted(ranks) and len(set(ranks)) > 1


def test_identities_are_unique_and_do_not_depend_on_numbers() -> None:
    before, _ = judge_rules(judged())
    after, _ = judge_rules(judged(POOR.replace("api:app_server*2", "api:app_server*3")))
    assert len({finding.identity for finding in before}) == len(before)
    assert "scalability.overloaded-node@api" in {finding.identity for finding in before}
    assert {finding.identity for finding in before} == {finding.identity for finding in after}


def test_identity_is_rule_and_place_in_any_order() -> None:
    finding = judge_rules(judged())[0][0]
    swapped = replace(finding, nodes=("b", "a"), message="Other words.")
    assert swapped.identity == f"{finding.rule}@a,b,{','.join(finding.connections)}".rstrip(",")
    assert isinstance(finding, Finding)


def test_an_empty_board_is_judged_without_a_word() -> None:
    findings, judgements = judge_rules(judged(""))
    assert findings == ()
    assert {item.outcome for item in judgements} <= {Outcome.NOT_APPLICABLE, Outcome.PASSED}


@pytest.mark.parametrize(
    "notation", ["users", "monitoring", "db:sql_database", "users > users2:users", "dns > cdn"]
)
def test_odd_boards_are_judged_by_all(notation: str) -> None:
    _, judgements = judge_rules(judged(notation))
    assert Outcome.COULD_NOT_JUDGE not in {item.outcome for item in judgements}


def test_renaming_nodes_changes_only_names() -> None:
    before, _ = judge_rules(judged())
    after, _ = judge_rules(judged(POOR.replace("api:", "zulu:").replace("db:", "alpha:")))
    assert sorted(item.rule for item in before) == sorted(item.rule for item in after)


def test_find_rule() -> None:
    wanted = all_rules()[0]
    assert find_rule(wanted.id) is wanted
    with pytest.raises(DesignerError) as caught:
        find_rule("reliability.single-instanc")
    assert caught.value.suggestion == "reliability.single-instance"
