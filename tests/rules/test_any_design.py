"""Whatever is drawn: every rule can judge it, places differ, and every repair can be made."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.checks import check
from designer.design.edit import apply
from designer.design.model import Connection, Design, Node
from designer.rules.engine import judge_rules
from designer.rules.examples import example_names, example_scenario
from designer.rules.library import all_rules
from designer.rules.model import Outcome
from designer.rules.ruleset import ask
from tests.strategies import designs

CATALOG = load()
SCENARIOS = st.sampled_from(example_names())


def judged(design: Design, scenario: str) -> Analysis:
    return analyze(example_scenario(scenario), design, CATALOG, headroom=False)


@settings(max_examples=300, deadline=None)
@given(design=designs(CATALOG, policies=True), scenario=SCENARIOS, turn=st.integers(0, len(all_rules())))
def test_every_rule_can_judge_any_design(design: Design, scenario: str, turn: int) -> None:
    analysis = judged(design, scenario)
    findings, judgements = judge_rules(analysis)
    doubts = [item.message for item in judgements if item.outcome is Outcome.COULD_NOT_JUDGE]
    assert not doubts
    assert len({finding.identity for finding in findings}) == len(findings)
    names = {node.id for node in design.nodes}
    for finding in findings:
        assert set(finding.nodes) <= names
        assert check(apply(design, finding.fix, CATALOG), CATALOG) == []
    # Again, from nothing, and asked in another order: the same.
    rules = list(map(ask, all_rules()))
    again, _ = judge_rules(judged(design, scenario), rules[turn:] + rules[:turn])
    assert again == findings


def test_a_long_row_is_no_reason_to_give_up() -> None:
    """Deeper than Python would let a function call itself."""
    row = [Node(id="users", component="users")]
    row += [Node(id=f"p{number}", component="dns") for number in range(240)]
    row += [Node(id=f"s{number}", component="app_server") for number in range(240)]
    row += [Node(id="db", component="sql_database")]
    links = [Connection(source=row[at].id, target=row[at + 1].id) for at in range(len(row) - 1)]
    design = Design(nodes=tuple(row), connections=tuple(links))
    _, judgements = judge_rules(judged(design, "example"))
    assert Outcome.COULD_NOT_JUDGE not in {item.outcome for item in judgements}
    failed = {item.rule for item in judgements if item.outcome is Outcome.FAILED}
    assert "latency.long-synchronous-chain" in failed
