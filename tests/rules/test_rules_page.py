"""The pages about rules say what the rules say, and the example of the guide is a rule."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.export.rule_pages import write_pages
from designer.rules.definition import ATTRIBUTE
from designer.rules.examples import example_scenario
from designer.rules.library import all_rules
from designer.rules.model import Example, Fault, Passed, Rule

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "rules.md").read_text(encoding="utf-8")
CATALOG = load()
AGAIN = "out of date: ./run designer rules --format markdown --write docs/rules writes the pages anew"


def test_the_pages_are_those_of_the_rules() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "rules").iterdir()}
    assert found == write_pages(all_rules()), AGAIN


def test_the_guide_leads_to_the_pages() -> None:
    assert "(rules/README.md)" in PAGE


def test_the_example_on_the_page_is_a_rule() -> None:
    code = re.search(r"```python\n(.+?)```", PAGE, re.DOTALL)
    assert code is not None
    module = types.ModuleType("designer.rules.operations.unwatched_store")
    sys.modules[module.__name__] = module
    try:
        exec(compile(code.group(1), "docs/rules.md", "exec"), module.__dict__)  # our own page
    finally:
        del sys.modules[module.__name__]
    made = getattr(module.check, ATTRIBUTE)
    assert isinstance(made, Rule)
    assert (made.id, made.title) == ("operations.unwatched-store", "Nobody watches the stores")
    (bad,), (good,) = made.bad, made.good
    assert isinstance(made.check(facts(good)), Passed)
    assert [fault.nodes for fault in faults_of(made, bad)] == [("db",)]


def facts(example: Example) -> Analysis:
    return analyze(
        example_scenario(example.scenario), parse_notation(example.design, CATALOG), CATALOG, headroom=False
    )


def faults_of(rule: Rule, example: Example) -> tuple[Fault, ...]:
    result = rule.check(facts(example))
    assert isinstance(result, tuple)
    return result
