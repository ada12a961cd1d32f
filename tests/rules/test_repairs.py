"""Repairs are offered only where they help and can be paid for."""

from __future__ import annotations

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.catalog.model import Knob
from designer.design.edit import SetNode, apply
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.library import find_rule
from designer.rules.model import Finding, Outcome, Severity
from designer.rules.repairs import fits_budget, second_machine, set_count
from designer.rules.ruleset import ask
from designer.scenario.loader import parse_scenario

CATALOG = load()
SHOP = "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"
KEPT = """
name: Kept
difficulty: core
summary: Features that must not be lost.
story: Nobody wants to compute them again.
datasets:
  features: {name: Features, kind: features, record_size: 1 KB, records: 1M}
workloads:
  read: {name: Read, rate: 100/s, touches: [{dataset: features}]}
requirements:
  safe: {kind: durability, dataset: features, minimum: 99.9 %}
"""


def judged(notation: str, scenario: str = "example") -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(notation, CATALOG), CATALOG, headroom=False)


def found(analysis: Analysis, rule: str) -> list[Finding]:
    return list(judge_rules(analysis, (ask(find_rule(rule)),))[0])


def test_more_of_a_knob() -> None:
    analysis = judged(SHOP)
    assert set_count(analysis, "api", Knob.INSTANCES, 9) == (SetNode(node="api", field="instances", value=9),)
    assert set_count(analysis, "api", Knob.INSTANCES, 8) == ()
    assert set_count(analysis, "api", Knob.SHARDS, 9) == ()
    assert set_count(analysis, "api", Knob.INSTANCES, 10_001) == ()


def test_what_breaks_a_budget_is_not_offered() -> None:
    analysis = judged(SHOP)
    left = 20_000 - analysis.cost.total
    assert fits_budget(analysis, left) and not fits_budget(analysis, left + 1)
    assert set_count(analysis, "api", Knob.INSTANCES, 5_000) == ()


def test_a_budget_already_missed_is_no_reason_not_to_repair() -> None:
    analysis = judged("users > load_balancer*2 > api:app_server*2 > cache, db:sql_database*50")
    assert set_count(analysis, "api", Knob.INSTANCES, 8)


def test_a_second_copy_of_what_must_be_fresh_is_not_read() -> None:
    analysis = judged("users > load_balancer*2 > api:app_server*8 > db:sql_database", "carts")
    assert [change.field for change in second_machine(analysis, "db") if isinstance(change, SetNode)] == [
        "replicas",
        "read_from",
    ]


def test_a_store_that_forgets_has_no_repair_by_copies() -> None:
    scenario = parse_scenario(KEPT, "kept.yaml", CATALOG)
    design = parse_notation("users > api:app_server > feature_store[replicas=2]", CATALOG)
    findings = found(analyze(scenario, design, CATALOG, headroom=False), "reliability.too-few-copies")
    assert [(item.nodes, item.severity, item.fix) for item in findings] == [
        (("feature_store",), Severity.ERROR, ())
    ]
    assert "forgets" in findings[0].message


def test_without_a_requirement_a_single_machine_is_only_worth_knowing() -> None:
    analysis = judged("users > load_balancer > api:app_server*8 > db:sql_database", "quiet")
    assert {item.severity for item in found(analysis, "reliability.single-instance")} == {Severity.INFO}
    _, judgements = judge_rules(analysis, (ask(find_rule("reliability.single-zone")),))
    assert judgements[0].outcome is Outcome.NOT_APPLICABLE


def test_writes_are_blamed_on_the_leader_and_not_twice() -> None:
    analysis = judged(
        "users > load_balancer*2 > app_server*40 > db:sql_database*2[write_rate=5k/s], notification_service",
        "feed",
    )
    rules = {item.rule for item in judge_rules(analysis)[0] if "db" in item.nodes}
    assert "scalability.write-leader-at-ceiling" in rules
    assert "scalability.overloaded-node" not in rules


def test_no_repair_opens_a_circle() -> None:
    analysis = judged("users > api:app_server*8; db:sql_database > api")
    assert all(not item.fix for item in found(analysis, "reliability.unserved-workload"))


def store_findings(notation: str, scenario: str = "example") -> list[Finding]:
    return found(judged(notation, scenario), "security.store-reachable-from-client")


def test_a_service_is_put_before_a_store_only_where_that_is_the_only_way() -> None:
    assert all(item.fix for item in store_findings("users > db:sql_database*3"))
    split = store_findings("users > db:sql_database*3; users > api:app_server*8 > db")
    assert len(split) == 1 and split[0].fix == ()


def test_new_stops_are_offered_only_where_there_is_time_for_them() -> None:
    design = parse_notation("users > api:app_server*8 > cache*2[replicas=1], db:sql_database*3", CATALOG)
    calm = example_scenario("example")
    analysis = analyze(calm, design, CATALOG, headroom=False)
    assert found(analysis, "scalability.unbalanced-instances")[0].fix
    just_met = (analysis.verdict("browse_latency").value or 0.0) + 1e-6
    tight = calm.requirements["browse_latency"].model_copy(update={"limit": just_met})
    strict = calm.model_copy(update={"requirements": {**calm.requirements, "browse_latency": tight}})
    hurried = analyze(strict, design, CATALOG, headroom=False)
    assert found(hurried, "scalability.unbalanced-instances")[0].fix == ()


def test_what_is_said_of_retries_goes_with_them() -> None:
    """Where even a budget of retries is too much they are taken away, and a wait before a try means nothing then."""
    analysis = judged(
        "users > load_balancer*2 >[timeout=1 s, retries=3, backoff=50 ms] api:app_server*6 "
        ">[timeout=300 ms, retries=3, backoff=50 ms] pages:app_server*5 > db:sql_database*3",
        "quiet",
    )
    (storm,) = found(analysis, "reliability.retry-storm")
    mended = apply(analysis.design, storm.fix, CATALOG)
    links = [link for link in mended.connections if link.source in ("load_balancer", "api")]
    assert [(link.retries, link.backoff) for link in links] == [(0, None), (0, None)]


def test_a_client_with_a_limit_of_connections_is_called_by_nobody() -> None:
    analysis = judged("users[connections=1] > api:app_server*8 > db:sql_database*3")
    assert ("users",) in [item.nodes for item in found(analysis, "scalability.connection-fan-in")]
    _, judgements = judge_rules(analysis)
    assert Outcome.COULD_NOT_JUDGE not in {item.outcome for item in judgements}


def test_a_leader_that_cannot_take_the_writes_is_split() -> None:
    analysis = judged(
        "users > load_balancer*2 > app_server*40 > db:sql_database*2[write_rate=5k/s], notification_service",
        "feed",
    )
    (finding,) = found(analysis, "scalability.write-leader-at-ceiling")
    mended = apply(analysis.design, finding.fix, CATALOG)
    store = mended.by_id["db"]
    assert store.component == "sharded_sql" and store.shards >= 2
    assert (store.replicas, store.figures) == (1, {"write_rate": 5_000.0})
    assert mended.connections == analysis.design.connections
    after = analyze(analysis.scenario, mended, CATALOG, headroom=False)
    assert found(after, "scalability.write-leader-at-ceiling") == []


def test_a_store_without_shards_that_gets_full_is_split_into_as_many_as_hold_it() -> None:
    full = "users > load_balancer*2 > api:app_server*8 > db:{}[disk=250 GB{}]"
    single = found(judged(full.format("sql_database*3", "")), "scalability.disk-full-within-horizon")
    already = found(
        judged(full.format("sharded_sql", ", replicas=2, shards=2")), "scalability.disk-full-within-horizon"
    )
    assert single[0].fix[0] == SetNode(node="db", field="component", value="sharded_sql")
    assert single[0].fix[1:] == already[0].fix


def test_what_is_kept_on_disks_is_not_paid_again_for_each_machine_it_is_split_over() -> None:
    calm = example_scenario("example")
    design = parse_notation("users > api:app_server*8 > db:sharded_sql[shards=2]", CATALOG)
    analysis = analyze(calm, design, CATALOG, headroom=False)
    machines = next(item.machines for item in analysis.cost.nodes if item.node == "db")
    budget = calm.requirements["budget"].model_copy(update={"limit": analysis.cost.total + machines + 1.0})
    tight = calm.model_copy(update={"requirements": {**calm.requirements, "budget": budget}})
    assert set_count(analyze(tight, design, CATALOG, headroom=False), "db", Knob.SHARDS, 4)


def test_zones_are_drawn_where_there_are_none() -> None:
    analysis = judged("users > load_balancer*2 > api:app_server*8 > db:sql_database*2")
    (finding,) = found(analysis, "reliability.single-zone")
    mended = apply(analysis.design, finding.fix, CATALOG)
    assert [zone.id for zone in mended.zones] == ["a", "b", "c"]
    assert mended.by_id["db"].zones == ("a", "b", "c")
    assert found(analyze(analysis.scenario, mended, CATALOG, headroom=False), "reliability.single-zone") == []


def test_other_zones_are_drawn_beside_a_single_one() -> None:
    analysis = judged(
        "@ north/b\nusers > load_balancer*2[zones=b] > api:app_server*8[zones=b] > db:sql_database*2[zones=b]"
    )
    (finding,) = found(analysis, "reliability.single-zone")
    mended = apply(analysis.design, finding.fix, CATALOG)
    assert {zone.id: zone.region for zone in mended.zones} == {"b": "north", "a": "north", "c": "north"}


def test_what_carries_the_peak_still_does_without_one_of_the_new_zones() -> None:
    analysis = judged("users > load_balancer*2 > api:app_server*6 > db:sql_database*2")
    (finding,) = found(analysis, "reliability.single-zone")
    least = analysis.nodes["api"].minimum
    mended = apply(analysis.design, finding.fix, CATALOG)
    assert least is not None and mended.by_id["api"].instances * 2 >= least * 3


def test_two_workloads_over_one_connection_are_one_finding() -> None:
    analysis = judged("users > api:app_server*4 >[calls=100] model:model_server > key_value_store")
    assert len({load.workload for load in analysis.traffic.loads if load.node == "model"}) == 2
    (finding,) = found(analysis, "ml.one-call-for-each-candidate")
    assert finding.connections == ("api>model",)
