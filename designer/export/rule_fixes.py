"""Whether a rule offers a repair as data: found out on the designs that it says are bad."""

from __future__ import annotations

from enum import StrEnum

from designer.analysis import analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.model import Example, Finding, Rule
from designer.rules.ruleset import ask


class Offer(StrEnum):
    """For how many of its findings a rule has a repair."""

    ALWAYS = "fix"
    SOMETIMES = "fix at times"
    NEVER = ""


def offer_of(rule: Rule) -> Offer:
    """What the rule offers for its bad examples."""
    fixes = [bool(finding.fix) for example in rule.bad for finding in _findings(rule, example)]
    if not any(fixes):
        return Offer.NEVER
    return Offer.ALWAYS if all(fixes) else Offer.SOMETIMES


def _findings(rule: Rule, example: Example) -> tuple[Finding, ...]:
    catalog = load()
    design = parse_notation(example.design, catalog)
    analysis = analyze(example_scenario(example.scenario), design, catalog, headroom=False)
    return judge_rules(analysis, [ask(rule)])[0]
