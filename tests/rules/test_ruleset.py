"""A scenario can switch rules off, make them graver, and set their parameters; what it cannot mean is refused."""

from __future__ import annotations

import inspect

import pytest

from designer.analysis import analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.errors import ScenarioError
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.library import all_rules
from designer.rules.model import Finding, Judgement, Outcome, Rule, Severity
from designer.rules.ruleset import ruleset_of
from designer.scenario.loader import parse_scenario
from designer.scenario.model import RuleSetting, Scenario

CATALOG = load()
POOR = "users > load_balancer*2 > api:app_server*100 > cache*2[replicas=1], db:sql_database*3"
IDLE = "cost.overprovisioned-tier"


def scenario(**settings: object) -> Scenario:
    rules = {IDLE: RuleSetting.model_validate({"because": "Because.", **settings})}
    return example_scenario("example").model_copy(update={"rules": rules})


def judged(asked: Scenario) -> tuple[tuple[Finding, ...], tuple[Judgement, ...]]:
    return judge_rules(analyze(asked, parse_notation(POOR, CATALOG), CATALOG, headroom=False))


def of(findings: tuple[Finding, ...]) -> list[Severity]:
    return [item.severity for item in findings if item.rule == IDLE]


def test_as_usual() -> None:
    assert of(judged(example_scenario("example"))[0]) == [Severity.INFO]


def test_a_rule_can_be_switched_off_and_says_so() -> None:
    findings, judgements = judged(scenario(on=False))
    assert of(findings) == []
    judgement = next(item for item in judgements if item.rule == IDLE)
    assert judgement.outcome is Outcome.NOT_APPLICABLE
    assert judgement.message == "Switched off in this exercise: Because."


def test_a_rule_can_be_made_graver() -> None:
    assert of(judged(scenario(severity="error"))[0]) == [Severity.ERROR]


@pytest.mark.parametrize(("value", "found"), [("1 %", 0), (0.01, 0), ("10 %", 1), (1, 1)])
def test_a_parameter_can_be_set_as_a_number_or_in_words(value: object, found: int) -> None:
    assert len(of(judged(scenario(parameters={"idle": value}))[0])) == found


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"idlle": 0.1}, "no parameter 'idlle'"),
        ({"idle": "ten"}, f"'idle' of the rule '{IDLE}': "),
        ({"idle": "10 ms"}, "10 ms"),
        ({"idle": -1}, f"'idle' of the rule '{IDLE}' cannot be '-1'"),
        ({"idle": float("inf")}, f"'idle' of the rule '{IDLE}' cannot be 'inf'"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(parameters: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        ruleset_of(scenario(parameters=parameters))
    assert words in str(caught.value)
    assert caught.value.field == f"rules.{IDLE}.parameters.{next(iter(parameters))}"


def test_an_unknown_rule_is_refused_where_it_stands() -> None:
    text = f"""version: 1
name: A
difficulty: core
summary: A.
story: A.
workloads: {{a: {{name: A, rate: 1/s, touches: [{{capability: search}}]}}}}
requirements: {{a: {{kind: throughput, workload: a}}}}
rules:
  {IDLE}s: {{on: false, because: So.}}
"""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "a.yaml", CATALOG)
    assert "a.yaml:9:3" in str(caught.value) and caught.value.suggestion == IDLE


def test_an_unknown_rule_of_a_scenario_made_in_memory_is_refused_too() -> None:
    asked = example_scenario("example").model_copy(
        update={"rules": {"cost.x": RuleSetting(because="So.", on=False)}}
    )
    with pytest.raises(ScenarioError, match=r"there is no rule 'cost\.x'"):
        ruleset_of(asked)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_the_arguments_of_a_check_are_its_parameters(rule: Rule) -> None:
    names = list(inspect.signature(rule.check).parameters)[1:]
    assert names == [item.name for item in rule.parameters]
    for item in rule.parameters:
        assert item.meaning and item.source and item.default >= 0.0
