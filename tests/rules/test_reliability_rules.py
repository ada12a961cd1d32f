"""Where the rules about failures, recovery, retries and queues speak, and where they leave it to others."""

from __future__ import annotations

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.edit import SetConnection, SetNode
from designer.design.notation import parse_notation
from designer.rules.engine import judge_rules
from designer.rules.examples import example_scenario
from designer.rules.library import find_rule
from designer.rules.model import Finding, Outcome, Severity
from designer.rules.recovery import wait_for_copies
from designer.rules.ruleset import ask

CATALOG = load()
SERVED = "users > load_balancer*2 > api:app_server*8 > "
FEED = "users > load_balancer*2 > api:app_server*4 > db:sharded_sql[shards=4, replicas=2]; api > "
BOTH = "@ eu/a, us/c\nusers > load_balancer*4[zones=a+c] > api:app_server*16[zones=a+c] > "


def judged(notation: str, scenario: str = "example") -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(notation, CATALOG), CATALOG, headroom=False)


def found(rule: str, notation: str, scenario: str = "example") -> list[Finding]:
    return list(judge_rules(judged(notation, scenario), (ask(find_rule(rule)),))[0])


def outcome(rule: str, notation: str, scenario: str = "example") -> Outcome:
    return judge_rules(judged(notation, scenario), (ask(find_rule(rule)),))[1][0].outcome


def test_one_region_is_enough_where_no_more_is_asked() -> None:
    zones = "[zones=a+b]"
    apart = (
        f"@ eu/a, eu/b\nusers > load_balancer*2{zones} > api:app_server*10{zones} > db:sql_database*2{zones}"
    )
    assert outcome("reliability.single-region", apart) is Outcome.NOT_APPLICABLE
    assert found("reliability.single-region", apart, "worldwide")[0].severity is Severity.ERROR


def test_a_region_drawn_in_vain_is_worth_a_word_whatever_is_asked() -> None:
    findings = found("reliability.single-region", f"{BOTH}db:sql_database*2[zones=a]")
    assert findings == []  # one zone takes it away already
    drawn = "@ eu/a, eu/b, us/c\nusers > load_balancer*6[zones=a+c+b] > api:app_server*24[zones=a+c+b] > "
    (finding,) = found("reliability.single-region", f"{drawn}db:sql_database*2[zones=a+b]")
    assert (finding.nodes, finding.severity) == (("db",), Severity.INFO)


def test_followers_that_answer_reads_need_no_leader_for_them() -> None:
    slow = "db:sql_database*2[zones=a+c, failover_time=15 min{}]"
    assert found("reliability.failover-too-slow", BOTH + slow.format(""), "worldwide")
    reading = BOTH + slow.format(", read_from=replicas")
    assert not found("reliability.failover-too-slow", reading, "worldwide")


def test_a_machine_without_another_is_told_once() -> None:
    """Where an availability is asked for, the single machine is another rule's business."""
    alone = "users > load_balancer > api:app_server*8 > db:sql_database*3[acks=one]"
    assert found("reliability.recovery-missed", alone, "payments")[0].nodes == ("load_balancer",)
    assert outcome("reliability.recovery-missed", alone) is Outcome.NOT_APPLICABLE


def test_backups_are_offered_where_they_are_often_enough() -> None:
    scenario = example_scenario("payments")
    kept = {name: item for name, item in scenario.requirements.items() if name == "accounts_recovery"}
    relaxed = scenario.model_copy(update={"requirements": kept})
    design = parse_notation(f"{SERVED}db:sql_database", CATALOG)
    analysis = analyze(relaxed, design, CATALOG, headroom=False)
    (finding,) = judge_rules(analysis, (ask(find_rule("reliability.recovery-missed")),))[0]
    assert finding.fix == (SetNode(node="db", field="backup_every", value=1800.0),)


def test_a_second_copy_alone_does_not_answer_for_writes() -> None:
    """With two copies of which both must have each write, one lost machine would stop all writes."""
    changes = wait_for_copies(judged(f"{SERVED}db:sql_database*2", "payments"), "db")
    assert [item.value for item in changes if isinstance(item, SetNode)] == [2, "one"]


def test_data_that_is_made_from_what_lasts_may_be_forgotten() -> None:
    design = """
    users > lb:load_balancer*3 > api:app_server*30 > vector_index[replicas=17], model_server*27
    api >[read] features:feature_store[shards=100, replicas=2]
    lb > events:app_server*120 > log_stream*6[replicas=2, partitions=96] > update:stream_processor*12
    update >[write] features, archive:object_storage
    """
    assert outcome("reliability.no-durable-home", design, "video_recommendation") is Outcome.PASSED


def test_what_is_put_aside_needs_no_consumer() -> None:
    aside = "notes >[failed] dead:message_queue"
    design = f"{FEED}notes:message_queue[deliveries=5] > worker*6 > db, notification_service; {aside}"
    assert outcome("reliability.queue-without-consumer", design, "feed") is Outcome.PASSED


def test_a_queue_that_hands_out_once_is_not_made_to_try_again_without_room() -> None:
    full = (
        f"{FEED}notes:message_queue[delivery=at_most_once] > worker*3[error_rate=20 %] > db; "
        "notes > notification_service"
    )
    (finding,) = found("reliability.no-dead-letter", full, "feed")
    assert finding.fix == ()


def test_workers_behind_a_queue_may_be_away_for_a_release() -> None:
    design = f"{FEED}message_queue > worker*3 > db, notification_service"
    assert judged(design, "feed").nodes["worker"].needed == 3
    assert outcome("operations.no-deploy-slack", design, "feed") is Outcome.PASSED


def test_what_cannot_lose_a_machine_is_not_told_again_for_a_release() -> None:
    tight = "users > load_balancer*2 > api:app_server*2[read_rate=4k/s, servers=80] > db:sql_database*3"
    assert found("reliability.nothing-to-spare", tight)
    assert outcome("operations.no-deploy-slack", tight) is Outcome.NOT_APPLICABLE


def test_retries_are_dropped_where_even_a_few_are_too_many() -> None:
    design = (
        "users > load_balancer*2 >[timeout=1 s, retries=3] api:app_server*10 >[timeout=300 ms, retries=3] "
        "pages:app_server*6 > db:sql_database*3"
    )
    (finding,) = found("reliability.retry-storm", design, "quiet")
    assert {item.field for item in finding.fix if isinstance(item, SetConnection)} == {"retries"}


def test_a_single_layer_may_try_as_often_as_it_likes() -> None:
    design = f"{SERVED[:-2]}>[timeout=500 ms, retries=5] db:sql_database*3"
    assert outcome("reliability.retry-storm", design) is Outcome.PASSED


def test_a_time_limit_comes_with_a_budget_for_retries() -> None:
    (finding,) = found("reliability.call-without-timeout", f"{SERVED[:-2]}>[retries=2] db:sql_database*3")
    fields = [item.field for item in finding.fix if isinstance(item, SetConnection)]
    assert fields == ["timeout", "retry_budget"]
    assert outcome("reliability.call-without-timeout", f"{SERVED}db:sql_database*3") is Outcome.NOT_APPLICABLE


def test_that_nobody_watches_is_about_no_part_of_the_design() -> None:
    """What it names would change with every part that another repair adds."""
    (finding,) = found("operations.no-monitoring", f"{SERVED}db:sql_database*3")
    assert (finding.nodes, finding.severity) == ((), Severity.INFO)
    assert outcome("operations.no-monitoring", "db:sql_database") is Outcome.NOT_APPLICABLE


GIVEN_UP = "reliability.requests-given-up"


def test_a_limit_below_the_usual_time_is_named_with_what_fails_most() -> None:
    (finding,) = found(GIVEN_UP, f"{SERVED[:-2]}>[timeout=2 ms] db:sql_database*3")
    assert "gives db up after 2 ms" in finding.message
    assert "of 'Place an order', and as much or less of 1 other, fails there" in finding.message
    (change,) = finding.fix
    assert isinstance(change, SetConnection) and (change.field, finding.nodes) == ("timeout", ("api", "db"))
    assert finding.connections == ("api>db",)


def test_what_a_caller_further_up_makes_good_fails_nobody() -> None:
    failing = "api:app_server*8 > db:sql_database*3[error_rate=3 %]"
    assert found(GIVEN_UP, f"users > load_balancer*2 > {failing}")
    again = f"users > load_balancer*2 >[timeout=1 s, retries=2, retry_budget=10 %] {failing}"
    assert outcome(GIVEN_UP, again) is Outcome.PASSED


def test_errors_are_tried_again_where_that_helps() -> None:
    (finding,) = found(GIVEN_UP, f"{SERVED}db:sql_database*3[error_rate=5 %]")
    assert "5 % of the answers of db are errors, and nobody tries again" in finding.message
    fields = [item.field for item in finding.fix if isinstance(item, SetConnection)]
    assert fields == ["retries", "retry_budget", "timeout"]
    assert found(GIVEN_UP, f"{SERVED}db:sql_database*3[error_rate=50 %]")[0].fix == ()  # no budget is enough
    assert outcome(GIVEN_UP, f"{SERVED}db:sql_database*3") is Outcome.NOT_APPLICABLE
    assert outcome(GIVEN_UP, f"{SERVED}db:sql_database*3[error_rate=0.5 %]") is Outcome.PASSED


def test_a_deadline_that_the_usual_answer_does_not_keep() -> None:
    (finding,) = found(
        GIVEN_UP, "users > load_balancer*2 > api:app_server*8[deadline=5 ms] > db:sql_database*3"
    )
    assert finding.nodes == ("api",) and "gives a request up after 5 ms" in finding.message
    (change,) = finding.fix
    assert isinstance(change, SetNode) and change.field == "deadline"


CYCLE = "reliability.request-cycle"


def test_a_number_on_a_way_back_is_said_to_carry_nothing() -> None:
    back = (
        "users > lb:load_balancer*2 > inner:load_balancer*2 >[share=0.5] api:app_server*8 > db:sql_database*3"
    )
    (finding,) = found(CYCLE, f"{back}; inner >[share=0.5] lb")
    assert (finding.severity, finding.connections) == (Severity.WARNING, ("inner>lb",))
    assert "50 % of the calls of inner" in finding.message and "none goes that way" in finding.message
    assert outcome(CYCLE, f"{back}; inner >[share=0.5] next:app_server*8 > db") is Outcome.PASSED
    (finding,) = found(CYCLE, f"{SERVED}b:app_server*8 > db:sql_database*3; b >[calls=0.3] api")
    assert "0.3 calls of b a request are drawn to go to api" in finding.message


def test_a_number_on_a_way_that_carries_requests_is_left_alone() -> None:
    assert (
        outcome(CYCLE, f"{SERVED[:-2]}>[calls=0.3] b:app_server*8 > db:sql_database*3; api > db")
        is Outcome.PASSED
    )


SHARED = "consistency.messages-shared-out"
VOTES = "users > load_balancer*2 > api:app_server*12 > log:log_stream*3[replicas=2, partitions=40] > a:worker*27 > "


def test_consumers_with_stores_of_their_own_are_found_and_others_are_not() -> None:
    (finding,) = found(SHARED, f"{VOTES}x:sql_database*3; log > b:worker*27 > y:sql_database*3", "votes")
    assert finding.nodes == ("log", "a", "b", "x", "y")
    assert "to one of a and b" in finding.message and "none of x and y has all of" in finding.message
    assert outcome(SHARED, f"{VOTES}x:sql_database*3; log > b:worker*27 > x", "votes") is Outcome.PASSED
    assert outcome(SHARED, f"{VOTES}x:sql_database*3", "votes") is Outcome.NOT_APPLICABLE
