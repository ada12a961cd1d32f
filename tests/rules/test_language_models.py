"""What the rules about language models make of one more step, one more token, one more dollar."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.model import Finding, Severity
from designer.scenario.model import Budget, Scenario

CATALOG = load()
GUARDED = "users > load_balancer*2 > api:app_server*4 > guardrail*2 > "


def facts(text: str, **tokens: float) -> Analysis:
    return analyze(chat(**tokens), parse_notation(text, CATALOG), CATALOG, headroom=False)


def chat(**tokens: float) -> Scenario:
    """The small scenario, with other tokens."""
    scenario = example_scenario("chat")
    (touch,) = scenario.workloads["ask"].touches
    workload = scenario.workloads["ask"].model_copy(update={"touches": (touch.model_copy(update=tokens),)})
    return scenario.model_copy(update={"workloads": {"ask": workload}})


def found(analysis: Analysis, rule: str) -> list[Finding]:
    return [item for item in judge_rules(analysis)[0] if item.rule == rule]


def test_whatever_moderates_on_the_way_is_a_guardrail() -> None:
    bare = "users > load_balancer*2 > api:app_server*4{} > llm:language_model*4"
    assert found(facts(bare.format("")), "ml.no-guardrail")
    assert not found(facts(bare.format("[provides=moderate]")), "ml.no-guardrail")
    # Beside the way it sees nothing.
    assert found(facts(f"{bare.format('')}; lonely:app_server > guardrail"), "ml.no-guardrail")


def test_what_nobody_reads_needs_no_guardrail() -> None:
    assert not found(
        facts("users > api:app_server*4 > llm:language_model*4", output_tokens=0.0), "ml.no-guardrail"
    )


@pytest.mark.parametrize(("prompt", "fits"), [(127_700.0, True), (127_701.0, False)])
def test_a_prompt_and_its_answer_fit_up_to_the_last_token(prompt: float, fits: bool) -> None:
    faults = found(facts(f"{GUARDED}llm:language_model*400", prompt_tokens=prompt), "ml.prompt-too-long")
    grave = [item for item in faults if item.severity is Severity.ERROR]
    assert bool(grave) is not fits


def test_a_quota_is_nobodys_time() -> None:
    analysis = facts(
        f"{GUARDED}llm:language_model_api[prompt_rate=1M/s, token_rate=1M/s]", prompt_tokens=100_000.0
    )
    assert not found(analysis, "ml.prompt-too-long")


def test_tokens_beyond_the_budget_are_a_warning() -> None:
    text = f"{GUARDED}llm:language_model_api[prompt_rate=1M/s, token_rate=1M/s]"
    (told,) = found(facts(text), "ml.token-bill")
    assert told.severity is Severity.INFO and "2.38 dollars for a thousand" in told.message
    poor = chat().model_copy(update={"requirements": {"budget": Budget(kind="budget", limit=1e4)}})
    analysis = analyze(poor, parse_notation(text, CATALOG), CATALOG, headroom=False)
    assert [item.severity for item in found(analysis, "ml.token-bill")] == [Severity.WARNING]


def test_a_long_prompt_makes_the_first_word_late_without_a_queue() -> None:
    (fault,) = found(
        facts(f"{GUARDED}llm:language_model*100", prompt_tokens=30_000.0), "ml.first-token-too-late"
    )
    assert fault.nodes == ("llm",) and not fault.fix
    assert "of work" in fault.message
