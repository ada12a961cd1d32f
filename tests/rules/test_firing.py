"""Where each rule speaks, among the shipped designs and the bad examples of all rules: a table to look at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.library import all_rules
from designer.rules.suppression import set_aside
from designer.scenario.loader import build_design, load_scenario, scenario_ids

TABLE = Path(__file__).with_name("firing.md")
CATALOG = load()

HEAD = """# Where each rule speaks

Written by `python -m tests.rules.test_firing`. A rule that speaks nowhere among the shipped designs is one that none of
them breaks; `elsewhere` counts the bad examples of other rules that it speaks of too. A rule that speaks of all of them
would be noise.

| rule | shipped designs | elsewhere |
|---|---|---|
"""


@cache
def shipped() -> dict[str, Analysis]:
    """Every shipped design by a name for it."""
    return dict(_shipped())


def _shipped() -> Iterator[tuple[str, Analysis]]:
    for name in scenario_ids():
        scenario = load_scenario(name)
        samples = [("starter", scenario.starter), ("naive", scenario.naive)]
        samples += [(f"reference {number}", item) for number, item in enumerate(scenario.references, 1)]
        for kind, sample in samples:
            if sample is not None:
                design = build_design(sample, scenario, CATALOG)
                yield f"{name} {kind}", analyze(scenario, design, CATALOG, headroom=False)


@cache
def examples() -> tuple[tuple[str, Analysis], ...]:
    """The bad examples of all rules, each with its rule."""
    return tuple(
        (
            rule.id,
            analyze(
                example_scenario(example.scenario),
                parse_notation(example.design, CATALOG),
                CATALOG,
                headroom=False,
            ),
        )
        for rule in all_rules()
        for example in rule.bad
    )


@cache
def heard(analysis: Analysis) -> frozenset[str]:
    """The rules that speak of a design, but for what it ignores."""
    found = set_aside(judge_rules(analysis)[0], analysis.design.ignore).kept
    return frozenset(finding.rule for finding in found)


def table() -> str:
    rows = []
    for rule in all_rules():
        where = [name for name, analysis in shipped().items() if rule.id in heard(analysis)]
        others = sum(rule.id in heard(analysis) for owner, analysis in examples() if owner != rule.id)
        rows.append(f"| `{rule.id}` | {', '.join(where) or '–'} | {others} of {len(examples())} |\n")
    return HEAD + "".join(rows)


def test_the_table_is_fresh() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "renew it: python -m tests.rules.test_firing"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_no_rule_speaks_of_everything(rule: object) -> None:
    spoken = [getattr(rule, "id", "") in heard(analysis) for analysis in shipped().values()]
    assert not all(spoken)


def test_references_are_free_of_findings() -> None:
    for name, analysis in shipped().items():
        if "reference" in name:
            assert heard(analysis) == frozenset(), name


def test_a_starter_has_one_thing_wrong() -> None:
    for name, analysis in shipped().items():
        if "starter" in name:
            assert len(heard(analysis)) == 1, (name, heard(analysis))


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8", newline="\n")
