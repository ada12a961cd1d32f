"""The page about rules knows every rule, and its example is one."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.rules.definition import ATTRIBUTE
from designer.rules.examples import example_scenario
from designer.rules.library import all_rules
from designer.rules.model import Example, Fault, Passed, Rule

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
CATALOG = load()


def test_the_page_lists_every_rule() -> None:
    listed = re.findall(r"^\| `([^`]+)` \| (.+) \| (\w+) \|$", PAGE, re.MULTILINE)
    assert listed == [(rule.id, rule.title, rule.severity.value) for rule in all_rules()]


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
