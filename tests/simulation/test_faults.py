"""Timeouts, retries, budgets, breakers, machines that break, work that nobody waits for."""

from __future__ import annotations

import math

import pytest

from designer.simulation import Network, Outcome, simulate
from designer.simulation.model import (
    Call,
    Choose,
    Delay,
    Discipline,
    Failure,
    Fork,
    Post,
    Repeat,
    Retry,
    Serve,
    Source,
    Station,
    Steps,
)
from tests.simulation.networks import constant, exponential, holds, line, mean, queue, station, users

MANY = 100_000


def called(
    steps: Steps, retry: Retry | None, *stations: Station, rate: float = 1.0, optional: bool = False
) -> Network:
    return line(rate, stations, (Call("work", retry, optional),), work=steps)


def tries(outcome: Outcome, name: str) -> float:
    return station(outcome, name).arrivals / users(outcome).arrived


def test_a_timeout_cuts_the_response_time() -> None:
    outcome = simulate(called((Delay(exponential(1.0)),), Retry(timeout=2.0)), seed=1, requests=MANY)
    late = math.exp(-2.0)
    assert users(outcome).failed / users(outcome).arrived == pytest.approx(late, rel=0.03)
    # The mean of an exponential time below 2.
    assert holds(mean(outcome), (1.0 - late - 2.0 * late) / (1.0 - late))


def test_an_optional_call_never_fails_a_request() -> None:
    retry = Retry(timeout=2.0)
    outcome = simulate(called((Delay(exponential(1.0)),), retry, optional=True), seed=2, requests=MANY)
    assert users(outcome).failed == 0
    assert holds(mean(outcome), 1.0 - math.exp(-2.0))


def test_tries_are_a_geometric_sum() -> None:
    steps = (Serve("count", constant(0.0)), Delay(exponential(1.0)))
    outcome = simulate(called(steps, Retry(timeout=1.0, retries=3), Station("count")), seed=3, requests=MANY)
    late = math.exp(-1.0)
    assert tries(outcome, "count") == pytest.approx(1.0 + late + late**2 + late**3, rel=0.01)
    assert users(outcome).failed / users(outcome).arrived == pytest.approx(late**4, rel=0.1)


def test_three_retries_in_four_layers_are_256_tries() -> None:
    dead = Station("dead", places=0, failure=Failure(constant(1e-9), constant(1e9)))
    retry = Retry(retries=3)
    routines = {f"layer {depth}": (Call(f"layer {depth + 1}", retry),) for depth in range(3)}
    routines["layer 3"] = (Serve("dead", constant(1.0)),)
    network = Network((dead,), (Source("users", 1.0, (Call("layer 0", retry),)),), routines)
    outcome = simulate(network, seed=4, requests=100)
    assert station(outcome, "dead").refused == 256 * users(outcome).arrived == 25_600
    assert users(outcome).failed == users(outcome).arrived


def test_pauses_grow_twofold() -> None:
    dead = Station("dead", failure=Failure(constant(1e-9), constant(1e9)))
    retry = Retry(retries=3, pause=0.1)
    outcome = simulate(
        called((Serve("dead", constant(1.0)),), retry, dead, optional=True), seed=5, requests=1_000
    )
    assert holds(mean(outcome), 0.1 + 0.2 + 0.4)
    jittered = called(
        (Serve("dead", constant(1.0)),), Retry(retries=3, pause=0.1, jitter=True), dead, optional=True
    )
    assert holds(mean(simulate(jittered, seed=5, requests=MANY)), 0.35)


def test_a_budget_caps_the_tries() -> None:
    dead = Station("dead", failure=Failure(constant(1e-9), constant(1e9)))
    network = called((Serve("dead", constant(1.0)),), Retry(retries=3, budget=0.1), dead)
    assert tries(simulate(network, seed=6, requests=10_000), "dead") == pytest.approx(1.1, abs=0.001)


def overloaded(retry: Retry) -> Outcome:
    network = called((Serve("app", exponential(1.0)),), retry, Station("app"), rate=1.2)
    return simulate(network, seed=7, requests=MANY)


def test_retries_amplify_an_overload_and_a_budget_stops_that() -> None:
    # Work in the queue is dropped, so that the offered load is what the tries add up to.
    none, three = overloaded(Retry(timeout=5.0)), overloaded(Retry(timeout=5.0, retries=3))
    budget = overloaded(Retry(timeout=5.0, retries=3, budget=0.1))
    assert tries(none, "app") == pytest.approx(1.0, abs=0.001)
    assert tries(three, "app") > 1.7
    assert 1.05 < tries(budget, "app") <= 1.101
    for outcome in (none, three, budget):
        assert station(outcome, "app").utilisation.value > 0.9


def test_a_breaker_opens_and_lets_try_again() -> None:
    dead = Station("dead", failure=Failure(constant(1e-9), constant(1e9)))
    network = called((Serve("dead", constant(1.0)),), Retry(breaker=5, cooling=10.0), dead, rate=100.0)
    outcome = simulate(network, seed=8, requests=MANY)
    assert users(outcome).failed == users(outcome).arrived
    # In each 10 s one call goes through, fails, and opens the breaker again.
    assert station(outcome, "dead").refused == pytest.approx(outcome.seconds / 10.0, rel=0.02)


def test_a_breaker_stays_closed_while_failures_are_rare() -> None:
    steps = (Serve("app", exponential(1.0)),)
    plain = simulate(called(steps, Retry(timeout=20.0), Station("app"), rate=0.5), seed=9, requests=10_000)
    guarded = called(steps, Retry(timeout=20.0, breaker=50, cooling=10.0), Station("app"), rate=0.5)
    assert simulate(guarded, seed=9, requests=10_000) == plain


def test_what_is_served_already_is_finished_for_nobody() -> None:
    network = called((Serve("app", constant(3.0)),), Retry(timeout=1.0), Station("app", servers=1), rate=0.01)
    outcome = simulate(network, seed=10, requests=10_000)
    assert users(outcome).completed == 0
    assert station(outcome, "app").utilisation.value == pytest.approx(0.03, rel=0.05)


def test_timed_out_work_leaves_the_queue() -> None:
    network = called((Serve("app", constant(100.0)),), Retry(timeout=1.0), Station("app"), rate=10.0)
    outcome = simulate(network, seed=11, requests=10_000)
    assert station(outcome, "app").longest_queue < 40
    assert station(outcome, "app").queue.value == pytest.approx(10.0, rel=0.05)


def test_ways_of_an_abandoned_try_are_abandoned() -> None:
    ways = (
        (Serve("slow", constant(50.0)),),
        (Fork(((Serve("slow", constant(50.0)),), (Delay(constant(9.0)),))),),
    )
    outcome = simulate(
        called((Fork(ways),), Retry(timeout=1.0), Station("slow"), rate=5.0), seed=12, requests=10_000
    )
    assert users(outcome).completed == 0
    assert users(outcome).in_flight < 20
    assert station(outcome, "slow").longest_queue < 40


@pytest.mark.parametrize(("needed", "works"), [(2, True), (3, False)])
def test_a_fork_may_lose_as_many_ways_as_it_does_not_need(needed: int, works: bool) -> None:
    dead = Station("dead", failure=Failure(constant(1e-9), constant(1e9)))
    ways = ((Delay(constant(1.0)),), (Delay(constant(2.0)),), (Serve("dead", constant(1.0)),))
    outcome = simulate(line(1.0, (dead,), (Fork(ways, needed),)), seed=13, requests=1_000)
    if works:
        assert users(outcome).failed == 0
        assert holds(mean(outcome), 2.0)
    else:
        assert users(outcome).completed == 0


def test_balancers_go_round_a_machine_that_is_down() -> None:
    failure = Failure(exponential(50.0), exponential(50.0))
    for discipline in Discipline:
        app = Station("app", 4, discipline=discipline, failure=failure)
        retry = Retry(retries=4, pause=0.01)
        outcome = simulate(
            called((Serve("app", constant(0.01)),), retry, app, rate=5.0), seed=14, requests=MANY
        )
        # Only with all four down a request fails; in a shared queue it waits for the first that is repaired.
        expected = 0.0 if discipline is Discipline.SHARED else 0.5**4
        assert users(outcome).failed / users(outcome).arrived == pytest.approx(expected, abs=0.02)


def test_data_on_a_machine_that_is_down_cannot_be_had() -> None:
    failure = Failure(exponential(2.0), exponential(2.0))
    steps = (Serve("shard", constant(0.0), weights=(0.5, 0.5)),)
    outcome = simulate(line(10.0, (Station("shard", 2, failure=failure),), steps), seed=15, requests=500_000)
    assert users(outcome).failed / users(outcome).arrived == pytest.approx(0.5, abs=0.03)
    # Each of the two fails every 4 s; of some 25,000 failures four in a hundred are far more than chance.
    assert outcome.failures == pytest.approx(2 * outcome.seconds / 4.0, rel=0.04)


def test_posted_work_is_not_waited_for() -> None:
    steps = (
        Delay(constant(0.1)),
        Post((Delay(constant(3.0)),)),
        Post((Delay(constant(5.0)),)),
        Delay(constant(1.0)),
    )
    outcome = simulate(line(1.0, (), steps), seed=16, requests=10_000)
    assert holds(mean(outcome), 1.1)
    deferred = users(outcome).deferred
    assert deferred is not None
    assert holds(deferred.mean, 4.0)
    assert deferred.count == pytest.approx(10_000, rel=0.01)


def test_posted_work_that_ends_before_the_answer_takes_no_time_after_it() -> None:
    outcome = simulate(
        line(1.0, (), (Post((Delay(constant(1.0)),)), Delay(constant(2.0)))), seed=17, requests=1_000
    )
    deferred = users(outcome).deferred
    assert deferred is not None
    assert deferred.mean.value == 0.0


def test_posted_work_that_fails_is_lost_and_the_request_is_not() -> None:
    dead = Station("dead", failure=Failure(constant(1e-9), constant(1e9)))
    outcome = simulate(line(1.0, (dead,), (Post((Serve("dead", constant(1.0)),)),)), seed=18, requests=1_000)
    assert users(outcome).failed == 0
    assert users(outcome).lost == users(outcome).arrived


def test_a_backlog_drains_as_fast_as_there_is_room() -> None:
    # 10 s at twice the capacity leave 1,000 requests behind, which 50 spare services a second work off in 20 s.
    source = Source(
        "users", 50.0, (Serve("app", constant(0.01)),), ((100.0, 4.0), (110.0, 1.0), (120.0, 0.0))
    )
    outcome = simulate(Network((Station("app"),), (source,)), seed=19, requests=10**6, warm_up=0)
    assert station(outcome, "app").longest_queue == pytest.approx(1_000, rel=0.1)
    assert users(outcome).arrived == users(outcome).completed
    # No more come after 120 s: what is left then, about 500, takes 5 s more.
    assert outcome.seconds == pytest.approx(125.0, abs=1.5)


def test_a_profile_changes_the_rate_exactly() -> None:
    source = Source("users", 100.0, (), ((10.0, 3.0), (20.0, 0.0), (30.0, 0.5), (40.0, 0.0)))
    outcome = simulate(Network((), (source,)), seed=20, requests=10**6, warm_up=0)
    assert users(outcome).arrived == pytest.approx(1_000 + 3_000 + 0 + 500, rel=0.05)
    assert outcome.seconds == pytest.approx(40.0, abs=0.2)


EVERYTHING = Network(
    (
        Station(
            "front",
            3,
            discipline=Discipline.LEAST_CONNECTIONS,
            places=5,
            failure=Failure(exponential(40.0), exponential(4.0)),
        ),
        Station(
            "store",
            2,
            servers=2,
            discipline=Discipline.ROUND_ROBIN,
            failure=Failure(exponential(60.0), constant(2.0)),
        ),
        Station(
            "queue", 2, discipline=Discipline.SHARED, failure=Failure(exponential(30.0), exponential(3.0))
        ),
    ),
    (
        Source(
            "readers",
            3.0,
            (Call("page", Retry(timeout=2.0, retries=2, pause=0.1, jitter=True, budget=0.5)),),
            ((50.0, 3.0), (60.0, 1.0)),
        ),
        Source(
            "writers",
            1.0,
            (
                Serve("front", exponential(0.2)),
                Call("page", optional=True),
                Post((Serve("queue", exponential(0.4)),)),
            ),
        ),
    ),
    {
        "page": (
            Serve("front", exponential(0.2)),
            Fork(
                (
                    (Call("read"),),
                    (Call("read", Retry(timeout=0.7, retries=1, breaker=4, cooling=1.0)),),
                    (Delay(exponential(0.3)),),
                ),
                2,
            ),
        ),
        "read": (
            Repeat((Serve("store", exponential(0.1), hold=0.5),), 1.5),
            Choose(((0.7, ()), (0.3, (Post((Call("log"),)),)))),
        ),
        "log": (Serve("queue", exponential(0.2)),),
    },
)


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_or_made_up_when_everything_goes_wrong_at_once(seed: int) -> None:
    outcome = simulate(EVERYTHING, seed=seed, requests=50_000, warm_up=1_000)
    for source in outcome.sources:
        assert source.carried_over + source.arrived == source.completed + source.failed + source.in_flight
        assert 0 <= source.in_flight < 200
        assert source.failed > 0
    for seen in outcome.stations:
        assert 0.0 < seen.utilisation.value < 1.0
        assert seen.refused > 0 or seen.name == "queue"


def test_a_queue_that_refuses_costs_nothing_when_it_never_does() -> None:
    plain = simulate(queue(0.5, exponential(1.0)), seed=21, requests=10_000)
    assert simulate(queue(0.5, exponential(1.0), places=10_000), seed=21, requests=10_000) == plain
