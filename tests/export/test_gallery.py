"""Lists and descriptions for the command line."""

from __future__ import annotations

import pytest

from designer.catalog import Catalog, load
from designer.export.gallery import (
    describe_component,
    describe_rule,
    list_components,
    list_rules,
    list_scenarios,
)
from designer.export.terminal import WIDTH, columns
from designer.rules.library import all_rules
from designer.rules.model import Rule
from designer.scenario.loader import load_scenario, scenario_ids


def notation_lines() -> set[str]:
    return {
        line.strip()
        for rule in all_rules()
        for example in (*rule.bad, *rule.good)
        for line in example.design.strip().splitlines()
    }


def check_fits(text: str) -> None:
    assert text.endswith("\n")
    for line in text.splitlines():
        assert line.strip() in notation_lines() or columns(line) <= WIDTH, line


def test_every_rule_is_listed_once() -> None:
    text = list_rules(all_rules())
    check_fits(text)
    for rule in all_rules():
        assert sum(line.split()[:1] == [rule.id] for line in text.splitlines()) == 1
        assert rule.title in " ".join(text.split())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_is_told_whole(rule: Rule) -> None:
    text = describe_rule(rule)
    check_fits(text)
    words = " ".join(text.split())
    for part in (rule.title, rule.id, rule.severity.value, rule.why, rule.false_positives, *rule.sources):
        assert part in words
    for example in (*rule.bad, *rule.good):
        assert " ".join(example.design.split()) in words


def test_every_component_is_listed_once(catalog: Catalog) -> None:
    text = list_components(catalog)
    check_fits(text)
    listed = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
    assert listed == list(catalog)


@pytest.mark.parametrize("name", list(load()))
def test_a_component_is_told_whole(name: str, catalog: Catalog) -> None:
    component = catalog[name]
    text = describe_component(component)
    check_fits(text)
    words = " ".join(text.split())
    for part in (component.name, component.id, component.summary, *component.failure_modes):
        assert part in words
    for field in type(component.figures).model_fields:
        figure = component.figure(field)
        assert figure is None or " ".join(figure.source.split()) in words


def test_money_says_what_it_is_for(catalog: Catalog) -> None:
    text = describe_component(catalog["object_storage"])
    assert "a GB and month (" in text
    assert "a million requests (" in text
    assert "/month" not in text


def test_every_scenario_is_listed() -> None:
    scenarios = {name: load_scenario(name) for name in scenario_ids()}
    text = list_scenarios(scenarios)
    check_fits(text)
    for name, item in scenarios.items():
        assert f"\n{name} " in f"\n{text}"
        assert f"{item.name}. {item.summary}" in " ".join(text.split())
