"""Rules about sessions, retries and fallbacks: where they speak, how loud, and what they offer."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.edit import SetConnection, SetNode
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.model import Finding, Severity

CATALOG = load()
SESSIONS = "consistency.sessions-forgotten"
RETRIES = "reliability.retries-without-backoff"
MODEL = "ml.model-without-fallback"


def facts(text: str, scenario: str) -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(text, CATALOG), CATALOG, headroom=False)


def findings(text: str, rule: str, scenario: str = "example") -> list[Finding]:
    return [item for item in judge_rules(facts(text, scenario))[0] if item.rule == rule]


@pytest.mark.parametrize(
    ("text", "severity", "nodes"),
    [
        ("users > load_balancer > api:app_server*4[sessions=local] > db:sql_database", Severity.ERROR, 2),
        (
            "users > load_balancer[routing=hash] > api:app_server*4[sessions=local] > db:sql_database",
            Severity.INFO,
            1,
        ),
        # A client that has found a machine stays with it, behind a name as well.
        ("users > api:app_server*4[sessions=local] > db:sql_database", Severity.INFO, 1),
        ("users > dns > api:app_server*4[sessions=local] > db:sql_database", Severity.INFO, 1),
        (
            "users > dns[routing=random] > api:app_server*4[sessions=local] > db:sql_database",
            Severity.ERROR,
            2,
        ),
    ],
)
def test_sessions_are_forgotten_where_anybody_may_be_asked(text: str, severity: Severity, nodes: int) -> None:
    (found,) = findings(text, SESSIONS)
    assert found.severity is severity and len(found.nodes) == nodes
    assert found.fix == (SetNode(node="api", field="sessions", value="shared"),)


def test_one_machine_knows_everybody() -> None:
    assert (
        findings("users > load_balancer > api:app_server[sessions=local] > db:sql_database", SESSIONS) == []
    )


def test_where_nothing_is_kept_the_router_is_to_remember() -> None:
    text = "users > load_balancer > rooms:app_server*4[sessions=local] > api:app_server > db:sql_database"
    (found,) = findings(text, SESSIONS)
    assert found.fix == (SetNode(node="load_balancer", field="routing", value="hash"),)
    text = "users > api:app_server > rooms:app_server*4[sessions=local] > last:app_server > db:sql_database"
    (found,) = findings(text, SESSIONS)
    assert found.fix == ()


def test_the_first_wait_is_a_few_calls_long_if_there_is_time_for_it() -> None:
    board = "users > load_balancer*2 > api:app_server*8 >[retries={}] db:sql_database*2"
    (found,) = findings(board.format(1), RETRIES)
    assert found.severity is Severity.INFO and "up to" not in found.message
    assert found.fix == (SetConnection(source="api", target="db", field="backoff", value="2 ms"),)
    (found,) = findings(board.format(8), RETRIES)
    assert found.fix == () and "up to 8 times" in found.message


def test_behind_a_router_the_busiest_of_its_targets_decides() -> None:
    text = (
        "users > load_balancer*2 > api:app_server*8 >[retries=1] lb:load_balancer*2 > "
        "offers:app_server*{} > db:sql_database*2"
    )
    (calm,) = findings(text.format(20), RETRIES)
    (busy,) = findings(text.format(5), RETRIES)
    assert (calm.severity, busy.severity) == (Severity.INFO, Severity.WARNING)
    assert "offers is at" in busy.message


def test_a_call_that_nobody_makes_is_not_tried_again() -> None:
    assert (
        findings("users > api:app_server >[retries=2] spare:app_server; api > db:sql_database", RETRIES) == []
    )


def test_a_model_is_missed_by_those_who_ask_it_for_what_must_come() -> None:
    text = "users > load_balancer*2 > api:app_server*8 > model:model_server*2, db:sql_database*2"
    (found,) = findings(text, MODEL, "suggestions")
    assert found.severity is Severity.ERROR and found.connections == ("api>model",)
    assert findings(text.replace("model_server*2", "model_server*4"), MODEL, "suggestions") == []
    # Clients have no service between them and the model that could answer for it.
    (found,) = findings(
        "users > load_balancer*2 > model:model_server*2; users > api:app_server*8 > db:sql_database*2",
        MODEL,
        "suggestions",
    )
    assert found.fix == () and found.connections == ()
