"""No rule asks for what another one takes back, and what a rule says is true of what is drawn."""

from __future__ import annotations

import pytest

from designer.design.edit import SetNode
from designer.rules.engine import judge_rules
from designer.rules.questions import others, percent
from designer.rules.ranking import rank
from tests.rules.damage import damaged
from tests.rules.judging import bad_example, fixed, found, judged

SERVICE = "users > load_balancer*2 > api:app_server*8 > "
SLOW = "latency.slow-work-on-request-path"
SINGLE = "reliability.single-instance"
IDLE = "cost.idle-replicas"
OVERLOADED = "scalability.overloaded-node"
SCORING = "ml.scoring-dominates"


def test_what_a_request_looks_for_is_not_to_be_taken_away() -> None:
    analysis = bad_example("reliability.unserved-workload")
    assert found("reliability.unserved-workload", analysis)
    assert not found("simplicity.unconnected-node", analysis)


def test_the_cache_for_a_hot_record_is_not_one_too_many() -> None:
    analysis = bad_example("scalability.hot-key")
    (hot,) = found("scalability.hot-key", analysis)
    assert not found("simplicity.cache-without-need", fixed(analysis, hot))


def test_a_copy_that_writes_wait_for_is_not_idle() -> None:
    """With two machines of which both must have a write, none may stop: the third is not one too many."""
    analysis = bad_example("reliability.failover-too-slow", 1)
    assert not found(IDLE, analysis)
    more = judged(f"{SERVICE}db:sql_database*8[acks=one]")
    (idle,) = found(IDLE, more)
    assert not found(SINGLE, fixed(more, idle))


@pytest.mark.parametrize("target", ["api:app_server[read_rate=20k/s]", "api:app_server*8"])
def test_what_ends_the_encryption_is_not_said_to_do_nothing(target: str) -> None:
    analysis = judged(f"users > l4_load_balancer > {target} > db:sql_database*2", "quiet")
    (open_door,) = found("security.unencrypted-entry", analysis)
    after = found("simplicity.balancer-without-choice", fixed(analysis, open_door))
    assert not any("load_balancer" in item.nodes for item in after)


@pytest.mark.parametrize("seed", range(40))
def test_an_overload_is_mended_for_what_a_failure_leaves(seed: int) -> None:
    analysis = damaged(seed)
    for item in found(OVERLOADED, analysis):
        if item.fix and analysis.nodes[item.nodes[0]].minimum_knob == "instances":
            after = found("reliability.nothing-to-spare", fixed(analysis, item))
            assert item.nodes[0] not in [node for other in after for node in other.nodes]


def test_a_part_of_the_data_on_one_machine_is_not_the_whole_store() -> None:
    (single,) = found(SINGLE, judged(f"{SERVICE}db:sharded_sql[shards=16, replicas=0]"))
    assert single.message.startswith("Each of the 16 shards of db is on a single machine")
    (alone,) = found(SINGLE, judged(f"{SERVICE}db:sql_database"))
    assert alone.message.startswith("db is a single machine")


def test_two_copies_that_must_both_have_a_write_are_not_a_single_machine() -> None:
    analysis = judged(f"{SERVICE}db:sql_database*2[acks=one]")
    (single,) = found(SINGLE, analysis)
    assert "needs 2 of the 2 machines" in single.message
    assert single.fix == (SetNode(node="db", field="replicas", value=2),)
    assert not found(SINGLE, fixed(analysis, single))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.483, "48 %"), (1.158, "116 %"), (1.736, "174 %"), (12.34, "1230 %"), (1.003, "100.3 %")],
)
def test_a_part_above_all_of_it_has_its_digits(value: float, text: str) -> None:
    assert percent(value) == text


def test_what_is_a_little_too_much_is_told_apart_from_what_can_be_done() -> None:
    """A rate that rounds to the ceiling is told with as many digits as it takes."""
    analysis = judged(
        f"users > load_balancer*2 > api:app_server*4[read_rate=1.0219k/s, servers=80] > {'db:sql_database*3'}"
    )
    (crowded,) = [item for item in found(OVERLOADED, analysis) if item.nodes == ("api",)]
    asked, _, done = crowded.message.partition(": ")[2].partition(" on one machine")[0].partition(" against ")
    assert asked != done


def test_only_what_has_candidates_is_told_to_score_fewer() -> None:
    analysis = damaged(67)
    assert not found(SCORING, analysis)
    assert found(SCORING, bad_example(SCORING))


def test_one_cause_of_waiting_is_told_once() -> None:
    """Without its queue six calls are waited for; one queue puts all of them off."""
    analysis = damaged(10)
    (slow,) = found(SLOW, analysis)
    assert {"api", "indexer", "db", "llm", "passages"} == set(slow.nodes)
    after = fixed(analysis, slow)
    assert not found(SLOW, after)
    added = [node.component for node in after.design.nodes if node not in analysis.design.nodes]
    assert added.count("message_queue") == 1


@pytest.mark.parametrize(
    "rest",
    [
        "db:sharded_sql[shards=4, replicas=2], notification_service",
        "worker*6 > db:sharded_sql[shards=4, replicas=2], notification_service; api > db",
    ],
)
def test_one_queue_is_enough_whoever_does_the_work(rest: str) -> None:
    analysis = judged(f"users > load_balancer*2 > api:app_server*4 > {rest}", "feed")
    (slow,) = found(SLOW, analysis)
    after = fixed(analysis, slow)
    assert not found(SLOW, after)
    queues = [node for node in after.design.nodes if node.component == "message_queue"]
    assert len(queues) == 1


def test_a_finding_with_a_neighbour_like_it_goes_with_its_fix() -> None:
    """Two doors behind one limiter: each is mended by its own fix, and the fix is told as what it is."""
    analysis = damaged(9)
    findings = judge_rules(analysis)[0]
    effects = rank(analysis, findings).effects
    doors = [item.identity for item in findings if item.rule == "security.unencrypted-entry"]
    assert len(doors) == 2
    for door in doors:
        assert door in effects[door].fixed


def test_one_machine_costs_and_several_cost() -> None:
    assert (others(1), others(3)) == ("other costs", "other 3 cost")


def test_callers_are_counted_before_the_first_machine() -> None:
    analysis = bad_example("security.no-rate-limit-at-entry")
    (uncounted,) = found("security.no-rate-limit-at-entry", analysis)
    after = fixed(analysis, uncounted)
    assert not found("security.no-rate-limit-at-entry", after)
    assert after.graph.predecessors("load_balancer") == ("rate_limiter",)


def test_services_that_offer_the_same_have_one_too_many_only_where_one_has_room() -> None:
    """Two machines would be nearly full with all the questions, and would be so without one of them."""
    design = (
        "users > load_balancer*2 > api:app_server*4 > guardrail*2 > pick:load_balancer*2 >[share=0.9] "
        "llm:language_model*{}; pick >[share=0.1] language_model_api"
    )
    roomy, tight = judged(design.format(3), "chat"), judged(design.format(2), "chat")
    (double,) = found("simplicity.two-parts-one-job", roomy)
    assert set(double.nodes) == {"llm", "language_model_api"}
    assert not found("simplicity.two-parts-one-job", tight)


@pytest.mark.parametrize(
    ("more", "speaks"),
    [
        ("api >[write] archive:document_store", True),
        ("api > archive:document_store", False),
        ("api >[write] archive:document_store; reports:worker*2 > archive", False),
    ],
)
def test_a_store_that_somebody_reads_is_not_written_in_vain(more: str, speaks: bool) -> None:
    analysis = judged(f"{SERVICE}cache*2[replicas=1], db:sql_database*3; {more}")
    assert bool(found("simplicity.written-and-never-read", analysis)) is speaks


def test_the_one_place_of_some_data_is_not_written_in_vain() -> None:
    analysis = judged(
        f"{SERVICE}cache*2[replicas=1], db:sql_database*3[holds=products]; api >[write] archive:document_store"
    )
    assert not found("simplicity.written-and-never-read", analysis)
