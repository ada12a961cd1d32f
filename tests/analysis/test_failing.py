"""Requests that fail though everything is up count in what is answered, and say why."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, State
from designer.analysis.availability import find_availabilities
from designer.export.report_text import write_text
from designer.performance.failing import find_failing
from designer.report import review
from tests.analysis.boards import CATALOG, PLAIN, analysis_of, shop
from tests.formulas import all_of, evaluate

SLOW = "db:sql_database[disk=2TB, replicas=1, service_time=20 ms, service_time_p99=200 ms, read_rate=10k/s]"
HASTY = f"users > load_balancer*2 > api:app_server*2 >[timeout=5 ms] {SLOW}"
BRANCHED = (
    "users > load_balancer*2 > a:app_server*2 >[timeout=2 ms] c:cache, db:sql_database[error_rate=2 %]; "
    "load_balancer >[share=0.3] b:app_server[error_rate=3 %] > db"
)


def share(analysis: Analysis, workload: str = "look") -> float:
    found = analysis.failing.get(workload)
    return 0.0 if found is None else found.share


def test_most_designs_lose_nothing_and_nothing_is_looked_for() -> None:
    analysis = analysis_of(PLAIN)
    assert analysis.failing == {}
    assert not analysis.setting.drawing.may_lose
    assert find_failing(analysis.scenario, analysis.design, CATALOG, analysis.traffic, analysis.nodes) == {}


def test_what_is_given_up_is_not_answered() -> None:
    analysis = analysis_of(HASTY)
    lost = share(analysis)
    assert 0.3 < lost < 0.7
    carry, up = analysis.verdict("carry"), analysis.verdict("up")
    assert carry.state is State.MISSED and carry.value == pytest.approx(800.0 * (1.0 - lost))
    machines = next(item for item in analysis.reliability.workloads if item.workload == "look")
    unavailable = 1.0 - (1.0 - machines.unavailability) * (1.0 - lost)
    assert up.state is State.MISSED and up.value == pytest.approx(1.0 - unavailable)
    for verdict in (carry, up):
        assert "gives db up after 5 ms" in verdict.reason and verdict.nodes == ("db", "api")


def test_a_rate_takes_no_notice_of_a_few_and_availability_of_every_one() -> None:
    analysis = analysis_of(PLAIN.replace("[disk", "[error_rate=0.5 %, disk"))
    plain = analysis_of(PLAIN)
    assert share(analysis) == pytest.approx(0.005)
    assert analysis.verdict("carry").value == plain.verdict("carry").value
    before = plain.verdict("up").value
    assert before is not None
    assert analysis.verdict("up").value == pytest.approx(before * 0.995)


def test_retries_and_fallbacks_make_good_what_fails() -> None:
    failing = PLAIN.replace("[disk", "[error_rate=5 %, disk")
    assert share(analysis_of(failing)) == pytest.approx(0.05)
    again = failing.replace("> db", ">[retries=2] db")
    assert share(analysis_of(again)) == pytest.approx(0.05**3)
    without = failing.replace("> db", ">[fallback=true] db")
    assert share(analysis_of(without)) == 0.0
    assert share(analysis_of(without), "order") == pytest.approx(0.05)  # a write has no other answer


def test_a_budget_ends_the_tries() -> None:
    """Of a hundred calls thirty fail, and ten of these are tried again: 77 of 110 tries succeed."""
    failing = PLAIN.replace("[disk", "[error_rate=30 %, disk").replace(
        "> db", ">[retries=3, retry_budget=10 %] db"
    )
    assert share(analysis_of(failing)) == pytest.approx(1.0 - 1.1 * 0.7)


def test_of_a_providers_service_the_errors_within_its_availability_count_there() -> None:
    scenario = shop()
    drawn = "users > api:app_server*2 > db:key_value_store[availability=99 %, error_rate={}]"
    assert share(analysis_of(drawn.format("0.9 %"), scenario)) == 0.0
    analysis = analysis_of(drawn.format("5 %"), scenario)
    # Up 99 % of the time, and 5 % of all answers are errors, whatever they come of.
    assert 0.99 * (1.0 - share(analysis)) == pytest.approx(0.95)


def test_a_deadline_gives_up_what_takes_longer() -> None:
    patient = analysis_of(PLAIN)
    hasty = analysis_of(PLAIN.replace("api:app_server*2", "api:app_server*2[deadline=6 ms]"))
    assert share(patient) == 0.0 < share(hasty) < 1.0
    assert "its deadline of 6 ms" in hasty.verdict("up").reason
    assert hasty.verdict("up").nodes == ("api",)
    assert hasty.responses["look"].percentiles[99.9] < patient.responses["look"].percentiles[99.9]
    spent = sum(sum(hop[1:]) for hop in hasty.responses["look"].hops)
    assert spent == pytest.approx(hasty.responses["look"].mean, rel=1e-6)


@pytest.mark.parametrize("limit", ["4 ms", "6 ms"])
def test_what_its_caller_gives_up_before_is_not_the_deadlines(limit: str) -> None:
    """A limit that is no longer than the deadline of the node called leaves nothing for that to give up."""
    limited = PLAIN.replace("*2 > api", f"*2 >[timeout={limit}] api")
    patient = analysis_of(limited)
    hasty = analysis_of(limited.replace("api:app_server*2", "api:app_server*2[deadline=6 ms]"))
    assert share(hasty) == pytest.approx(share(patient), rel=1e-3) and share(patient) > 0.001
    assert not hasty.failing["look"].deadlines
    assert f"gives api up after {limit}" in hasty.verdict("up").reason


def test_work_that_is_put_off_fails_nobody() -> None:
    drawn = "users > api:app_server*2 >[async] worker*2[error_rate=50 %]; api > db:sql_database[disk=2TB, replicas=1]"
    assert share(analysis_of(drawn)) == 0.0


@pytest.mark.parametrize(
    "drawn",
    [
        HASTY,
        HASTY.replace("5 ms", "5 ms, retries=2"),
        HASTY.replace("5 ms", "5 ms, retries=3, retry_budget=10 %"),
        HASTY.replace("5 ms", "5 ms, calls=3"),
        HASTY.replace("5 ms", "5 ms, calls=2.5"),
        HASTY.replace("*2 > api", "*2 >[retries=1, timeout=1 s] api"),
        HASTY.replace("*2 >[", "*2[deadline=20 ms, error_rate=1 %] >["),
        BRANCHED,
        HASTY.replace("*2 > api:app_server*2", "*2 >[timeout=6 ms] api:app_server*2[deadline=6 ms]"),
        HASTY.replace(
            "*2 > api:app_server*2", "*2 >[timeout=6.5 ms, retries=1] api:app_server*2[deadline=6 ms]"
        ),
        HASTY.replace("*2 > api:app_server*2", "*2 >[timeout=4 ms] api:app_server*2[deadline=6 ms]"),
    ],
)
def test_its_arithmetic_can_be_worked_out(drawn: str) -> None:
    analysis = analysis_of(drawn)
    for name in ("carry", "up"):
        verdict = analysis.verdict(name)
        assert verdict.arithmetic is not None
        assert evaluate(verdict.arithmetic) == pytest.approx(verdict.value)
    steps = list(all_of(analysis.failing["look"].arithmetic))
    assert len(steps) > 3
    for step in steps:
        if "P(T" not in step.formula:
            assert evaluate(step) == pytest.approx(step.result.value, rel=1e-9), step.formula


def test_the_report_says_it() -> None:
    report = review(shop(), analysis_of(HASTY).design, CATALOG)
    assert "reliability.requests-given-up" in {item.rule for item in report.findings}
    assert "gives db up after 5 ms" in write_text(report)


@pytest.mark.parametrize(
    "drawn", [PLAIN, HASTY, BRANCHED, "users > api:app_server > db:sql_database[read_rate=1/s]"]
)
def test_the_availability_of_a_workload_is_what_its_requirement_is_judged_by(drawn: str) -> None:
    analysis = analysis_of(drawn)
    found = find_availabilities(analysis)["look"]
    machines = next(item for item in analysis.reliability.workloads if item.workload == "look")
    assert found.machines is machines and found.failed == share(analysis)
    assert found.answered == analysis.verdict("up").value
    assert found.answered == pytest.approx(machines.availability * (1.0 - found.failed))
    assert evaluate(found.arithmetic) == pytest.approx(found.answered)
    if not found.failed:
        assert found.answered == machines.availability and found.arithmetic == machines.arithmetic
