"""What a textbook can check: the exact value lies within the run's own confidence interval."""

from __future__ import annotations

import math

import numpy as np
import pytest

from designer.simulation import simulate
from designer.simulation.model import (
    Call,
    Choose,
    Delay,
    Discipline,
    Failure,
    Fork,
    Network,
    Repeat,
    Serve,
    Source,
    Station,
)
from tests.simulation.networks import (
    constant,
    exponential,
    gamma,
    holds,
    line,
    mean,
    percentile,
    queue,
    station,
    users,
)

MANY = 200_000


def erlang_b(servers: int, load: float) -> float:
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1.0 - blocked))


def test_m_m_1() -> None:
    outcome = simulate(queue(0.7, exponential(1.0)), seed=1, requests=MANY)
    assert holds(mean(outcome), 1.0 / 0.3)
    for percent in (50.0, 95.0, 99.0):
        assert holds(percentile(outcome, percent), -math.log(1.0 - percent / 100.0) / 0.3, within=0.1)
    assert holds(station(outcome, "queue").utilisation, 0.7)
    assert holds(station(outcome, "queue").waiting, 0.7 / 0.3)
    assert holds(station(outcome, "queue").queue, 0.49 / 0.3, within=0.1)


@pytest.mark.parametrize(("servers", "load"), [(3, 2.4), (20, 16.0)])
def test_m_m_c(servers: int, load: float) -> None:
    outcome = simulate(queue(load, exponential(1.0), servers), seed=2, requests=MANY)
    waiting = erlang_c(servers, load) / (servers - load)
    assert holds(station(outcome, "queue").waiting, waiting, within=0.15)
    assert holds(mean(outcome), 1.0 + waiting)


def test_m_m_3_as_published() -> None:
    outcome = simulate(queue(2.4, exponential(1.0), 3), seed=3, requests=1_000_000)
    assert holds(mean(outcome), 2.078652, within=0.03)
    assert holds(percentile(outcome, 99.0), 8.455477)


def test_seven_stations() -> None:
    stations = (Station("balancer"), Station("app", 4), Station("cache"), Station("database", servers=2))
    way = (
        Serve("balancer", exponential(1 / 5000)),
        Serve("app", exponential(1 / 312.5)),
        Serve("cache", exponential(1 / 2500)),
        Choose(((0.8, ()), (0.2, (Serve("database", exponential(1 / 125)),)))),
    )
    outcome = simulate(line(1000.0, stations, way), seed=4, requests=1_000_000)
    assert holds(mean(outcome), 0.02136111, within=0.03)
    assert holds(percentile(outcome, 99.0), 0.0952432)


@pytest.mark.parametrize("variability", [0.0, 0.25, 4.0])
def test_m_g_1(variability: float) -> None:
    law = constant(1.0) if variability == 0.0 else gamma(1.0, variability)
    outcome = simulate(queue(0.6, law), seed=5, requests=MANY)
    assert holds(mean(outcome), 1.0 + 0.6 * (1.0 + variability) / 2.0 / 0.4, within=0.1)


def test_time_that_is_often_nothing() -> None:
    law = exponential(1.0)
    network = queue(0.6, type(law)(law.shape, 1.0, nothing=0.5))
    # Half the requests take no time: the mean is 1/2, the second moment 1.
    assert holds(mean(simulate(network, seed=6, requests=MANY)), 0.5 + 0.6 * 1.0 / 2.0 / 0.7)


def test_jackson_network_with_feedback() -> None:
    again = (
        Serve("one", exponential(1.0)),
        Serve("two", exponential(0.5)),
        Choose(((0.6, ()), (0.4, (Call("visit"),)))),
    )
    network = line(0.4, (Station("one"), Station("two", servers=2)), (Call("visit"),), visit=again)
    outcome = simulate(network, seed=7, requests=MANY)
    flow = 0.4 / 0.6
    busy = flow * 0.5 / 2
    held = flow / (1.0 - flow) + 2 * busy + erlang_c(2, 2 * busy) * busy / (1.0 - busy)
    assert holds(mean(outcome), held / 0.4)
    assert holds(station(outcome, "one").utilisation, flow)
    assert holds(station(outcome, "two").utilisation, busy)


def test_loss_system() -> None:
    outcome = simulate(queue(4.0, exponential(1.0), servers=5, places=0), seed=8, requests=MANY)
    refused = station(outcome, "queue").refused / station(outcome, "queue").arrivals
    assert refused == pytest.approx(erlang_b(5, 4.0), rel=0.03)
    assert users(outcome).failed == station(outcome, "queue").refused


def test_bounded_queue() -> None:
    load, places = 1.2, 4
    outcome = simulate(queue(load, exponential(1.0), places=places), seed=9, requests=MANY)
    full = (1.0 - load) * load ** (places + 1) / (1.0 - load ** (places + 2))
    assert users(outcome).failed / users(outcome).arrived == pytest.approx(full, rel=0.03)
    assert station(outcome, "queue").longest_queue == places


def test_fork_of_independent_queues_is_the_mean_of_the_maximum() -> None:
    # Without waiting the ways are independent: the maximum of three exponential times.
    ways = tuple((Delay(exponential(1.0)),) for _ in range(3))
    outcome = simulate(line(1.0, (), (Fork(ways),)), seed=10, requests=MANY)
    assert holds(mean(outcome), 1.0 + 1 / 2 + 1 / 3)


@pytest.mark.parametrize("needed", [1, 2, 3, 4])
def test_order_statistics(needed: int) -> None:
    ways = tuple((Delay(exponential(1.0)),) for _ in range(4))
    outcome = simulate(line(1.0, (), (Fork(ways, needed),)), seed=111, requests=MANY)
    assert holds(mean(outcome), sum(1.0 / (4 - done) for done in range(needed)))


def test_fork_and_join_of_two_queues() -> None:
    # Flatto and Hahn (1984), symmetric: (12 - load) / 8 of the M/M/1 time.
    ways = ((Serve("left", exponential(1.0)),), (Serve("right", exponential(1.0)),))
    outcome = simulate(line(0.6, (Station("left"), Station("right")), (Fork(ways),)), seed=12, requests=MANY)
    assert holds(mean(outcome), (12.0 - 0.6) / 8.0 / 0.4)


def test_ways_not_waited_for_still_use_their_station() -> None:
    ways = tuple((Serve("copies", exponential(1.0), machine=machine),) for machine in range(3))
    network = line(0.5, (Station("copies", 3),), (Fork(ways, 1),))
    assert holds(station(simulate(network, seed=13, requests=MANY), "copies").utilisation, 0.5)


@pytest.mark.parametrize("count", [0.0, 0.3, 1.0, 2.0, 3.7])
def test_repetition(count: float) -> None:
    network = line(1.0, (), (Delay(constant(0.1)), Repeat((Delay(exponential(1.0)),), count)))
    assert holds(mean(simulate(network, seed=14, requests=MANY)), 0.1 + count)


def test_a_server_held_for_a_part_of_the_time() -> None:
    network = line(1.6, (Station("store"),), (Serve("store", exponential(1.0), hold=0.5),))
    outcome = simulate(network, seed=15, requests=MANY)
    assert holds(station(outcome, "store").utilisation, 0.8)
    assert holds(mean(outcome), 1.0 + 0.8 * 0.5 / 0.2, within=0.1)


def test_availability_of_machines_that_break() -> None:
    failure = Failure(exponential(90.0), exponential(10.0))
    network = line(1.0, (Station("app", 1, failure=failure),), (Serve("app", constant(0.0)),))
    outcome = simulate(network, seed=16, requests=500_000)
    assert users(outcome).completed / users(outcome).arrived == pytest.approx(0.9, abs=0.005)


def broken_queue(rate: float, breaks: float, repairs: float) -> tuple[float, float]:
    """M/M/1 whose machine breaks and loses what it works on, by its balance equations: mean number, part that is lost.

    The state is the number of requests, and whether the machine is up; at 200 requests nobody is let in any more.
    """
    size = 200
    flows = np.zeros((2 * size, 2 * size))
    for number in range(size):
        up, down = 2 * number, 2 * number + 1
        if number + 1 < size:
            flows[up, up + 2] += rate
            flows[down, down + 2] += rate
        if number:
            flows[up, up - 2] += 1.0
        flows[up, 2 * max(0, number - 1) + 1] += breaks
        flows[down, up] += repairs
    flows -= np.diag(flows.sum(axis=1))
    flows[:, 0] = 1.0
    chances = np.linalg.solve(flows.T, np.eye(2 * size)[0])
    numbers = np.arange(2 * size) // 2
    return float(chances @ numbers), breaks * float(chances[2::2].sum()) / rate


def test_a_queue_whose_machine_breaks() -> None:
    failure = Failure(exponential(1 / 0.1), exponential(1 / 0.5))
    shared = Station("app", discipline=Discipline.SHARED, failure=failure)
    outcome = simulate(line(0.5, (shared,), (Serve("app", exponential(1.0)),)), seed=17, requests=MANY)
    number, lost = broken_queue(0.5, 0.1, 0.5)
    part = users(outcome).failed / users(outcome).arrived
    assert part == pytest.approx(lost, rel=0.03)
    seen = station(outcome, "app")
    assert holds(seen.queue, number - 0.5 * (1.0 - lost), within=0.1)


def test_random_round_robin_least_connections_and_one_queue() -> None:
    def wait(discipline: Discipline) -> float:
        network = line(3.2, (Station("app", 4, discipline=discipline),), (Serve("app", exponential(1.0)),))
        outcome = simulate(network, seed=18, requests=MANY)
        assert holds(station(outcome, "app").utilisation, 0.8)
        return station(outcome, "app").waiting.value

    at_random, in_turn = wait(Discipline.RANDOM), wait(Discipline.ROUND_ROBIN)
    least, shared = wait(Discipline.LEAST_CONNECTIONS), wait(Discipline.SHARED)
    assert at_random > in_turn > least > shared
    assert at_random == pytest.approx(4.0, rel=0.1)
    assert shared == pytest.approx(erlang_c(4, 3.2) / 0.8, rel=0.1)


def test_weights_make_a_hot_machine() -> None:
    steps = (Serve("store", exponential(1.0), weights=(0.7, 0.3)),)
    outcome = simulate(line(1.0, (Station("store", 2),), steps), seed=19, requests=MANY)
    assert holds(mean(outcome), 0.7 / 0.3 + 0.3 / 0.7)


def test_two_sources_share_a_station() -> None:
    fast = Source("fast", 0.3, (Serve("queue", exponential(1.0)),))
    slow = Source("slow", 0.2, (Serve("queue", exponential(1.0)), Delay(constant(5.0))))
    outcome = simulate(Network((Station("queue"),), (fast, slow)), seed=20, requests=MANY)
    first, second = outcome.sources
    assert first.responses is not None and second.responses is not None
    assert holds(first.responses.mean, 2.0)
    assert holds(second.responses.mean, 7.0)
    assert first.arrived / second.arrived == pytest.approx(1.5, rel=0.02)
