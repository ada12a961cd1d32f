"""What rules say of a design in notation: shared by the tests of what they say."""

from __future__ import annotations

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.edit import apply
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.library import find_rule
from designer.rules.model import Finding, Judgement, Outcome

CATALOG = load()


def judged(design: str, scenario: str = "example") -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(design, CATALOG), CATALOG, headroom=False)


def bad_example(rule: str, number: int = 0) -> Analysis:
    example = find_rule(rule).bad[number]
    return judged(example.design, example.scenario)


def found(rule: str, analysis: Analysis) -> list[Finding]:
    return [finding for finding in judge_rules(analysis)[0] if finding.rule == rule]


def judgement(rule: str, analysis: Analysis) -> Judgement:
    return next(item for item in judge_rules(analysis)[1] if item.rule == rule)


def is_praised(rule: str, analysis: Analysis) -> bool:
    return judgement(rule, analysis).outcome is Outcome.PASSED


def fixed(analysis: Analysis, finding: Finding) -> Analysis:
    """The facts of the design with the finding's fix."""
    assert finding.fix
    design = apply(analysis.design, finding.fix, CATALOG)
    return analyze(analysis.scenario, design, CATALOG, headroom=False)
