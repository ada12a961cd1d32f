"""Which rules are asked under a scenario, and how: all of them, but for what the scenario sets otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from designer.errors import DesignerError, ScenarioError, quote, suggest
from designer.keeping import Same
from designer.rules.library import all_rules
from designer.rules.model import Judgement, Outcome, Parameter, Rule, Severity
from designer.scenario.model import RuleSetting, Scenario
from designer.units import parse


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as it is asked. `silenced` is what is said when it is not; `severity`, if any, is that of all it finds."""

    rule: Rule
    parameters: Mapping[str, float] = field(default_factory=dict)
    severity: Severity | None = None
    silenced: Judgement | None = None


def ruleset_of(scenario: Scenario) -> tuple[Asked, ...]:
    """Every rule by id, as this scenario asks it.

    Raises ScenarioError for a setting of a rule, or of a parameter, that there is not, and for a value it cannot have.
    """
    return _ruleset_of(Same(scenario.rules)) if scenario.rules else _usual()


@lru_cache(maxsize=8)
def _ruleset_of(same: Same[Mapping[str, RuleSetting]]) -> tuple[Asked, ...]:
    settings = same.thing
    known = {item.rule.id for item in _usual()}
    for name in settings:
        if name not in known:
            message = f"there is no rule {quote(name)}"
            raise ScenarioError(message, field=f"rules.{name}", suggestion=suggest(name, known))
    return tuple([_set(item, settings.get(item.rule.id)) for item in _usual()])


@lru_cache(maxsize=1)
def _usual() -> tuple[Asked, ...]:
    return tuple([ask(item) for item in all_rules()])


def ask(rule: Rule) -> Asked:
    """The rule as it is asked where nothing is said of it."""
    return Asked(rule, {item.name: item.default for item in rule.parameters})


def _set(asked: Asked, setting: RuleSetting | None) -> Asked:
    if setting is None:
        return asked
    rule = asked.rule
    known = {item.name: item for item in rule.parameters}
    values = dict(asked.parameters)
    for name, value in setting.parameters.items():
        place = f"rules.{rule.id}.parameters.{name}"
        if name not in known:
            message = f"the rule {quote(rule.id)} has no parameter {quote(name)}"
            raise ScenarioError(message, field=place, suggestion=suggest(name, known))
        values[name] = _value(rule, known[name], value, place)
    severity = None if setting.severity is None else Severity(setting.severity)
    return Asked(rule, values, severity, None if setting.on else _silence(rule, setting))


def _silence(rule: Rule, setting: RuleSetting) -> Judgement:
    message = f"Switched off in this exercise: {setting.because}"
    return Judgement(rule.id, rule.title, Outcome.NOT_APPLICABLE, message)


def _value(rule: Rule, parameter: Parameter, value: float | str, place: str) -> float:
    about = f"{quote(parameter.name)} of the rule {quote(rule.id)}"
    try:
        found = parse(value, parameter.dimension) if isinstance(value, str) else float(value)
    except DesignerError as error:
        raise ScenarioError(f"{about}: {error.message}", field=place, expected=error.expected) from None
    if not (math.isfinite(found) and found >= 0.0):
        raise ScenarioError(
            f"{about} cannot be {quote(str(value))}", field=place, expected="a number, 0 or more"
        )
    return found
