"""Every rule on its own examples: it speaks of what is bad, is silent on what is good, and its repair repairs."""

from __future__ import annotations

from functools import cache

import pytest

from designer.analysis import Analysis, State, analyze
from designer.catalog.loader import load
from designer.design.checks import check
from designer.design.edit import apply
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_names, example_scenario
from designer.rules.library import all_rules
from designer.rules.model import Example, Finding, Outcome, Rule
from designer.traffic.model import ProblemKind

CATALOG = load()
CATEGORIES = {
    "consistency",
    "cost",
    "latency",
    "ml",
    "operations",
    "reliability",
    "scalability",
    "security",
    "simplicity",
}
SILENT = {Outcome.PASSED, Outcome.NOT_APPLICABLE}

BAD = [(rule, example) for rule in all_rules() for example in rule.bad]
GOOD = [(rule, example) for rule in all_rules() for example in rule.good]


def named(value: object) -> str:
    return (
        value.id
        if isinstance(value, Rule)
        else value.design[:60]
        if isinstance(value, Example)
        else str(value)
    )


@cache
def facts(example: Example) -> Analysis:
    design = parse_notation(example.design, CATALOG)
    return analyze(example_scenario(example.scenario), design, CATALOG, headroom=False)


def again(analysis: Analysis, design: Design) -> Analysis:
    return analyze(analysis.scenario, design, CATALOG, headroom=False)


def found(rule: Rule, analysis: Analysis) -> list[Finding]:
    return [finding for finding in judge_rules(analysis)[0] if finding.rule == rule.id]


def missed(analysis: Analysis) -> set[str]:
    return {verdict.requirement for verdict in analysis.verdicts if verdict.state is not State.MET}


def test_there_are_rules_in_every_category() -> None:
    assert {rule.category for rule in all_rules()} == CATEGORIES
    assert len(all_rules()) >= 16


@pytest.mark.parametrize(("rule", "example"), BAD, ids=named)
def test_a_bad_design_is_found_out(rule: Rule, example: Example) -> None:
    findings = found(rule, facts(example))
    assert findings
    for finding in findings:
        assert finding.message and finding.title == rule.title and finding.why == rule.why
        assert set(finding.nodes) <= set(facts(example).graph.nodes)
        drawn = {connection.id for connection in facts(example).design.connections}
        assert set(finding.connections) <= drawn


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=named)
def test_a_good_design_is_left_alone(rule: Rule, example: Example) -> None:
    judgement = next(item for item in judge_rules(facts(example))[1] if item.rule == rule.id)
    assert judgement.outcome in SILENT, judgement.message
    assert not found(rule, facts(example))


@pytest.mark.parametrize("rule", all_rules(), ids=named)
def test_a_good_example_shows_the_rule_being_kept(rule: Rule) -> None:
    outcomes = {
        item.outcome
        for example in rule.good
        for item in judge_rules(facts(example))[1]
        if item.rule == rule.id
    }
    assert Outcome.PASSED in outcomes


@pytest.mark.parametrize(("rule", "example"), BAD, ids=named)
def test_a_repair_takes_the_finding_away_and_breaks_nothing(rule: Rule, example: Example) -> None:
    before = facts(example)
    for finding in found(rule, before):
        if not finding.fix:
            assert finding.fix_words
            continue
        repaired = apply(before.design, finding.fix, CATALOG)
        after = again(before, repaired)
        assert check(repaired, CATALOG) == []
        assert finding.identity not in {item.identity for item in found(rule, after)}
        assert missed(after) <= missed(before)


@pytest.mark.parametrize(("rule", "example"), BAD, ids=named)
def test_all_repairs_of_a_design_together_break_nothing(rule: Rule, example: Example) -> None:
    analysis = facts(example)
    grave = missed(analysis)
    for _ in range(12):
        fix = next((item.fix for item in judge_rules(analysis)[0] if item.fix), None)
        if fix is None:
            break
        analysis = again(analysis, apply(analysis.design, fix, CATALOG))
        assert missed(analysis) <= grave
        grave = missed(analysis)
    else:
        pytest.fail(f"{rule.id}: its repairs never come to an end")


@pytest.mark.parametrize("rule", all_rules(), ids=named)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.title and len(rule.title) <= 70 and not rule.title.endswith(".")
    assert rule.why.count(".") >= 1 and len(rule.why) >= 60
    assert rule.sources and all(rule.sources)
    assert rule.false_positives.endswith(".")
    assert rule.fix and rule.fix.endswith(".")
    assert rule.bad and rule.good


def test_no_two_rules_say_the_same() -> None:
    titles = [rule.title for rule in all_rules()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", example_names())
def test_the_small_scenarios_are_used(name: str) -> None:
    used = {example.scenario for _, example in (*BAD, *GOOD)}
    assert example_scenario(name).id == name
    assert name in used


@pytest.mark.parametrize(("rule", "example"), GOOD, ids=named)
def test_good_examples_answer_what_is_asked(rule: Rule, example: Example) -> None:
    gaps = {ProblemKind.NO_HOME, ProblemKind.UNREACHABLE, ProblemKind.CYCLE}
    assert not [problem for problem in facts(example).traffic.problems if problem.kind in gaps]
