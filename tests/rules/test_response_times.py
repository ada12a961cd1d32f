"""Rules about response times: what they count, and that their repairs make answers faster."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, State, analyze
from designer.catalog.loader import load
from designer.design.edit import apply
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.model import Finding
from designer.rules.regions import regions_at, zones_at
from designer.scenario.model import Operation

CATALOG = load()
STORES = (
    " > mail:wide_column_store*6[replicas=2, holds=mails], dates:wide_column_store*3[replicas=2, holds=appointments], "
    "people:wide_column_store*3[replicas=2, holds=contacts], todo:wide_column_store*3[replicas=2, holds=tasks]"
)
SPREAD = "@ eu/a, eu/b, us/c, us/d\n"


def judged(design: str, scenario: str) -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(design, CATALOG), CATALOG, headroom=False)


def found(rule: str, analysis: Analysis) -> list[Finding]:
    return [finding for finding in judge_rules(analysis)[0] if finding.rule == rule]


def p99(analysis: Analysis, workload: str) -> float:
    return analysis.responses[workload].percentiles[99.0]


def test_calls_made_at_once_meet_what_calls_in_turn_miss() -> None:
    before = judged(f"users > load_balancer*2 > api:app_server*2{STORES}", "dashboard")
    (finding,) = found("latency.calls-one-after-the-other", before)
    after = analyze(before.scenario, apply(before.design, finding.fix, CATALOG), CATALOG, headroom=False)
    assert before.verdict("open_latency").state is State.MISSED
    assert after.verdict("open_latency").state is State.MET
    # The means of four equal chains: what is saved at most is three of them.
    assert finding.arithmetic is not None
    saved = before.responses["open"].mean - after.responses["open"].mean
    assert saved <= finding.arithmetic.result.value == pytest.approx(3 * 0.02425)


def test_calls_that_change_something_are_left_in_their_order() -> None:
    """What is written may depend on what was read before."""
    asked = example_scenario("dashboard")
    opened = asked.workloads["open"]
    writing = opened.touches[-1].model_copy(update={"operation": Operation.WRITE})
    changed = opened.model_copy(update={"touches": (*opened.touches[:-1], writing)})
    scenario = asked.model_copy(update={"workloads": {"open": changed}})
    design = parse_notation(f"users > load_balancer*2 > api:app_server*2{STORES}", CATALOG)
    assert not found("latency.calls-one-after-the-other", analyze(scenario, design, CATALOG, headroom=False))


@pytest.mark.parametrize(("shards", "met"), [(40, 0.331), (100, 0.634)])
def test_the_part_of_requests_that_meet_a_slow_answer(shards: int, met: float) -> None:
    """Dean and Barroso (2013): of 100 answers, one in a hundred of which is slow, 63 % of the requests meet one."""
    store = f"db:document_store*{shards}[replicas=1, service_time=5 ms]"
    (finding,) = found(
        "latency.fan-out-at-the-tail",
        judged(f"users > load_balancer*2 > api:app_server*8 > {store}", "directory"),
    )
    assert finding.arithmetic is not None
    assert finding.arithmetic.result.value == pytest.approx(met, abs=0.001)


def test_a_second_call_is_not_offered_where_something_is_written() -> None:
    design = (
        "users > load_balancer*2 > api:app_server*8[calls=parallel] >[calls=30] page:app_server*40 > "
        "db:sharded_sql*4[replicas=1, index=global]"
    )
    (finding,) = found("latency.fan-out-at-the-tail", judged(design, "directory"))
    assert finding.fix == ()


def test_as_few_routers_as_will_do_are_left_out() -> None:
    way = "l4_load_balancer > load_balancer*2 > api_gateway > reverse_proxy*2 > api:app_server*8"
    before = judged(f"users > {way} > db:sharded_sql*4[replicas=1, index=global]", "directory")
    (finding,) = found("latency.proxy-chain", before)
    after = analyze(before.scenario, apply(before.design, finding.fix, CATALOG), CATALOG, headroom=False)
    assert not found("latency.proxy-chain", after)
    assert p99(after, "find") < p99(before, "find")
    assert "api_gateway" in after.graph.nodes  # it limits what one caller may ask


def test_parts_of_a_node_by_region() -> None:
    analysis = judged(
        f"{SPREAD}users > load_balancer*2[zones=a+b] > api:app_server*4[zones=a+c+d] > cdn, "
        "db:sql_database*2[zones=a+c+d], files:object_storage",
        "example",
    )
    assert regions_at(analysis, "api") == pytest.approx({"eu": 0.5, "us": 0.5})
    assert regions_at(analysis, "db") == pytest.approx({"eu": 0.5, "us": 0.5})
    assert zones_at(analysis, "db") == ("a", "c")
    assert regions_at(analysis, "files") == pytest.approx({"eu": 1.0})
    assert regions_at(analysis, "cdn") == regions_at(analysis, "users") == {}


def test_what_is_behind_a_callee_moves_with_it() -> None:
    before = judged(
        f"{SPREAD}users > load_balancer*2[zones=a+b] > api:app_server*8[zones=a+b] > shop:app_server*8[zones=c+d] > "
        "db:sql_database*2[zones=c+d]",
        "example",
    )
    (finding,) = found("latency.cross-region-call", before)
    assert finding.nodes == ("shop", "api")
    after = analyze(before.scenario, apply(before.design, finding.fix, CATALOG), CATALOG, headroom=False)
    assert not found("latency.cross-region-call", after)
    assert p99(after, "browse") < p99(before, "browse") - 0.05


def test_only_calls_that_find_nobody_at_home_are_blamed_while_there_is_time() -> None:
    design = f"{SPREAD}users > load_balancer*2[zones=a+b] > api:app_server*8[zones=a+c] > db:sql_database*2[zones=%s]"
    assert not found("latency.cross-region-call", judged(design % "a+c", "example"))
    (finding,) = found("latency.cross-region-call", judged(design % "a", "example"))
    assert finding.nodes == ("db", "api")
    assert finding.message.startswith("50 % of the calls from api to db go to another region")
