"""Response times of whole requests, against closed forms; every number here is worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from designer.performance.distributions import exponential, gamma_from, sequence
from designer.performance.model import PERCENTILES, Hop, Response
from designer.performance.queueing import mean_wait_mmc, regular_root
from designer.performance.queues import mmc_wait
from designer.scenario.model import Access, Operation, Touch
from tests.performance.boards import (
    COMPUTE,
    FIRST,
    HOT,
    READ,
    WORLD,
    WRITE,
    ask,
    draw,
    measure,
    work,
)

LAST_MILE, NEXT_DOOR, NEXT_ZONE, FAR = 0.05, 0.001, 0.002, 0.1
"""Mean round-trip times of the world of boards.py."""

Figures = Mapping[str, Mapping[str, float]]


def hop(response: Response, node: str) -> Hop:
    return next(item for item in response.hops if item.node == node)


def answer(text: str, *touches: Touch, figures: Figures | None = None, **settings: Any) -> Response:
    return draw(text, *touches, figures=figures, **settings).answers["w"]


def total(response: Response) -> float:
    return math.fsum(item.service + item.waiting + item.network for item in response.hops)


def test_a_request_is_the_sum_of_what_it_meets() -> None:
    figures = {"server": {"service_time": 0.02}, "sql": {"service_time": 0.005}}
    response = answer("users > api:server > db:sql", READ, figures=figures)
    assert response.mean == pytest.approx(LAST_MILE + 0.02 + NEXT_DOOR + 0.005)
    assert [item.node for item in response.hops] == ["api", "db"]
    assert hop(response, "api") == Hop("api", pytest.approx(0.02), 0.0, pytest.approx(LAST_MILE))
    assert hop(response, "db") == Hop("db", pytest.approx(0.005), 0.0, pytest.approx(NEXT_DOOR))
    expected = sequence(*map(exponential, (LAST_MILE, 0.02, NEXT_DOOR, 0.005))).quantiles(PERCENTILES)
    assert tuple(response.percentiles.values()) == pytest.approx(expected, rel=1e-6)
    assert tuple(response.percentiles) == PERCENTILES


def test_service_times_have_their_percentile() -> None:
    figures = {"server": {"service_time": 0.02, "service_time_p99": 0.2}}
    response = answer("users > api:server", COMPUTE, figures=figures)
    expected = sequence(exponential(LAST_MILE), gamma_from(0.02, 0.2)).quantiles((99,))[0]
    assert response.percentiles[99.0] == pytest.approx(expected, rel=1e-6)


def test_writes_have_their_own_time() -> None:
    figures = {"sql": {"service_time": 0.001, "write_time": 0.010}}
    assert hop(answer("users > db:sql", WRITE, figures=figures), "db").service == pytest.approx(0.010)
    assert hop(answer("users > db:sql", READ, figures=figures), "db").service == pytest.approx(0.001)
    plain = {"sql": {"service_time": 0.001}}
    assert hop(answer("users > db:sql", WRITE, figures=plain), "db").service == pytest.approx(0.001)


def test_a_mean_set_on_the_node_takes_the_percentile_along() -> None:
    figures = {"server": {"service_time": 0.02, "service_time_p99": 0.1}}
    response = answer("users > api:server[service_time=40 ms]", COMPUTE, figures=figures)
    expected = sequence(exponential(LAST_MILE), gamma_from(0.04, 0.2)).quantiles((99,))[0]
    assert response.percentiles[99.0] == pytest.approx(expected, rel=1e-6)


def test_one_machine_is_mm1() -> None:
    """A machine that does 1,250 a second, one at a time, and gets 1,000."""
    figures = {"server": {"read_rate": 1_250.0, "service_time": 0.0008}}
    response = answer("users > api:server", COMPUTE, figures=figures)
    assert hop(response, "api").waiting == pytest.approx(4.0 * 0.0008)
    expected = sequence(exponential(LAST_MILE), exponential(0.0008 / 0.2)).quantiles(PERCENTILES)
    assert tuple(response.percentiles.values()) == pytest.approx(expected, rel=1e-6)


def test_random_routing_is_a_queue_for_each_machine_and_the_freest_machine_one_for_all() -> None:
    """Sixteen machines at 80 %: mean waits of 4.0 and of 0.10 service times."""
    figures = {"server": {"read_rate": 78.125, "service_time": 0.0128}}

    def wait(router: str) -> float:
        return (
            hop(answer(f"users > lb:{router} > api:server*16", COMPUTE, figures=figures), "api").waiting
            / 0.0128
        )

    assert wait("balancer[routing=random]") == pytest.approx(4.0)
    # Which machine a client's hash means has nothing to do with which is free.
    assert wait("balancer[routing=hash]") == wait("balancer[routing=random]")
    # Each machine gets every sixteenth request: E_16/M/1, of which x = (16 rho / (16 rho + 1 - x))^16 must wait.
    waits = regular_root(0.8, 16)
    assert wait("balancer[routing=round_robin]") == pytest.approx(waits / (1 - waits), rel=1e-9)
    assert wait("balancer") == pytest.approx(mean_wait_mmc(16, 12.8, 1.0), rel=1e-9)
    assert wait("balancer") == pytest.approx(0.10, abs=0.005)
    assert wait("plain_router") == pytest.approx(4.0)
    assert wait("plain_router[routing=least_connections]") == pytest.approx(0.10, abs=0.005)


def test_one_caller_that_picks_at_random_is_enough_for_queues_apart() -> None:
    figures = {"server": {"read_rate": 125.0, "service_time": 0.008}}
    text = "users > lb:balancer, other:plain_router > api:server*10"
    apart = answer(text, COMPUTE, figures=figures)
    together = answer(text.replace("plain_router", "balancer"), COMPUTE, figures=figures)
    assert hop(apart, "api").waiting > 10 * hop(together, "api").waiting


def test_servers_are_held_for_servers_over_rate_seconds() -> None:
    """Twenty servers and 1,250 a second: each request holds one for 16 ms, whatever its answer takes."""
    figures = {"server": {"read_rate": 1_250.0, "servers": 20.0, "service_time": 0.5}}
    response = answer("users > api:server", COMPUTE, figures=figures)
    assert hop(response, "api").waiting == pytest.approx(mean_wait_mmc(20, 1_000.0, 0.016))


def test_reads_and_writes_wait_in_one_queue() -> None:
    """Half of 2,000 a second are writes: 25 % and 50 % of the machine, at 1/2,000 x 0.75 s each on average."""
    figures = {"sql": {"read_rate": 4_000.0, "write_rate": 2_000.0}}
    response = answer("users > db:sql", READ, WRITE, figures=figures)
    # E[S^2] of a mixture of exponentials: Pollaczek and Khinchine.
    second = (2 / 4_000**2 + 2 / 2_000**2) / 2
    assert hop(response, "db").waiting == pytest.approx(2 * 2_000 * second / (2 * 0.25))


def test_the_hottest_shard_waits_longer_than_the_rest() -> None:
    figures = {"sharded": {"read_rate": 500.0}}
    response = answer("users > db:sharded*4", HOT, figures=figures)
    hottest = FIRST + (1 - FIRST) / 4
    rest = (1 - hottest) / 3
    expected = hottest * mean_wait_mmc(1, 1_000 * hottest, 1 / 500) + 3 * rest * mean_wait_mmc(
        1, 1_000 * rest, 1 / 500
    )
    assert hop(response, "db").waiting == pytest.approx(expected, rel=1e-3)


def test_writes_wait_for_the_leader_and_reads_for_any_copy() -> None:
    figures = {"sql": {"read_rate": 800.0, "write_rate": 2_500.0}}
    board = draw("users > db:sql[replicas=1, read_from=replicas]", READ, WRITE, figures=figures, rate=500.0)
    leader = mean_wait_mmc(1, 500.0, 1 / 2_500)
    busy = 500 / 800 + 500 / 2_500
    replica = 1_000 * (2 / 800**2 + 2 / 2_500**2) / 2 / (2 * (1 - busy))
    assert hop(board.answers["w"], "db").waiting == pytest.approx(leader + replica)


def test_a_quorum_waits_for_its_second_member() -> None:
    """With C the chance to wait and d the rate of draining: P(2 of 3 wait) / 2d + P(3 of 3) (1/3d + 1/2d).

    500 requests a second of the client are 1,500 operations a second of a member.
    """
    figures = {"quorum": {"read_rate": 500.0}}
    response = answer("users > db:quorum[instances=3, replicas=2]", READ, figures=figures)
    chance, mean = 2 / 3, 1 / 1_500 / (1 - 2 / 3)
    expected = mean * (3 * chance**2 * (1 - chance) / 2 + chance**3 * (1 / 3 + 1 / 2))
    assert hop(response, "db").waiting == pytest.approx(expected)


def test_what_a_cache_answers_is_not_asked_of_the_store() -> None:
    figures = {
        "cache": {"memory": 0.5e9, "service_time": 0.0002},
        "sql": {"service_time": 0.01},
        "server": {"service_time": 0.005},
    }
    board = draw("users > api:server > c:cache, db:sql", READ, figures=figures)
    hits = board.traffic.hit_ratio("c", "links")
    response = board.answers["w"]
    assert 0.4 < hits < 0.6
    assert hop(response, "c").service == pytest.approx(0.0002)
    assert hop(response, "db").service == pytest.approx((1 - hits) * 0.01)
    assert hop(response, "db").network == pytest.approx((1 - hits) * NEXT_DOOR)
    assert response.mean == pytest.approx(total(response))


def test_a_cache_on_the_way_answers_for_what_is_behind_it() -> None:
    figures = {"cdn": {"memory": 50e6, "service_time": 0.002}, "managed": {"service_time": 0.1}}
    board = draw("users > c:cdn > db:managed", Touch(dataset="images"), figures=figures)
    hits = board.traffic.hit_ratio("c", "images")
    response = board.answers["w"]
    assert 0.3 < hits < 0.7
    assert hop(response, "c") == Hop("c", pytest.approx(0.002), 0.0, pytest.approx(0.02))
    assert hop(response, "db") == Hop(
        "db", pytest.approx((1 - hits) * 0.1), 0.0, pytest.approx((1 - hits) * 0.03)
    )


def test_of_many_lookups_each_may_miss() -> None:
    """Twenty lookups of which a tenth misses: 88 % of requests go to the store, for two reads on average."""
    figures = {"cache": {"memory": 0.9e9}, "sql": {"service_time": 0.01}}
    board = draw("users > api:server > c:cache, db:sql", Touch(dataset="links", count=20), figures=figures)
    misses = 1 - board.traffic.hit_ratio("c", "links")
    asked = 1 - (1 - misses) ** 20
    response = board.answers["w"]
    assert misses == pytest.approx(0.1, abs=0.03)
    assert hop(response, "db").service == pytest.approx(20 * misses * 0.01)
    assert hop(response, "db").network == pytest.approx(asked * NEXT_DOOR)


def test_a_router_goes_one_way_and_a_service_every_way() -> None:
    figures = {"server": {"service_time": 0.01}, "worker": {"service_time": 0.1}}
    text = "users > lb:balancer >[share=0.75] a:server > db:sql; lb >[share=0.25] b:worker > db"
    response = answer(text, READ, figures=figures)
    assert hop(response, "a").service == pytest.approx(0.75 * 0.01)
    assert hop(response, "b").service == pytest.approx(0.25 * 0.1)
    both = [READ, Touch(dataset="embeddings")]
    response = answer(
        "users > api:server > db:sql, v:vectors", *both, figures={"vectors": {"service_time": 0.1}}
    )
    assert hop(response, "v").service == pytest.approx(0.1)


def test_calls_in_parallel_take_as_long_as_the_slowest() -> None:
    """Two stores of exponential 100 ms, and the way there: the mean of the larger of two sums."""
    figures = {"sql": {"service_time": 0.1}, "vectors": {"service_time": 0.1}}
    touches = [READ, Touch(dataset="embeddings")]
    in_turn = answer("users > api:server > db:sql, v:vectors", *touches, figures=figures)
    at_once = answer("users > api:server[calls=parallel] > db:sql, v:vectors", *touches, figures=figures)
    assert in_turn.mean == pytest.approx(LAST_MILE + 2 * (0.1 + NEXT_DOOR))
    # E max of two sums of exponentials a and b is 2 (a + b) - E min, and min of these has mean (a + b) / 2 nearly.
    assert at_once.mean == pytest.approx(LAST_MILE + 1.5 * 0.1 + NEXT_DOOR, rel=2e-3)
    assert total(at_once) == pytest.approx(at_once.mean, rel=1e-12)
    assert hop(at_once, "db").service == pytest.approx(hop(at_once, "v").service, rel=1e-6)


def test_in_parallel_a_store_is_still_asked_after_its_cache() -> None:
    figures = {"cache": {"memory": 1.0, "service_time": 0.1}, "sql": {"service_time": 0.1}}
    response = answer("users > api:server[calls=parallel] > c:cache, db:sql", READ, figures=figures)
    assert response.mean == pytest.approx(LAST_MILE + 0.2 + 2 * NEXT_DOOR, rel=1e-3)


def test_an_updated_cache_is_told_after_the_store() -> None:
    update = Touch(dataset="links", operation=Operation.UPDATE)
    figures = {"cache": {"memory": 1e6, "service_time": 0.1}, "sql": {"service_time": 0.1}}
    response = answer("users > api:server[calls=parallel] > c:cache, db:sql", update, figures=figures)
    assert response.mean == pytest.approx(LAST_MILE + 0.2 + 2 * NEXT_DOOR, rel=1e-3)


def test_several_operations_follow_each_other_or_run_at_once() -> None:
    figures = {"sql": {"service_time": 0.1}}
    four = Touch(dataset="links", count=4)
    in_turn = answer("users > api:server > db:sql", four, figures=figures)
    at_once = answer("users > api:server[calls=parallel] > db:sql", four, figures=figures)
    assert hop(in_turn, "db").service == pytest.approx(0.4)
    assert hop(at_once, "db").service == pytest.approx(0.1 * (1 + 1 / 2 + 1 / 3 + 1 / 4), rel=1e-4)
    behind = answer("users > api:server[calls=parallel] > lb:balancer > db:sql", four, figures=figures)
    assert hop(behind, "db").service == pytest.approx(0.1 * (1 + 1 / 2 + 1 / 3 + 1 / 4), rel=1e-3)


def test_calls_per_request() -> None:
    """Five calls of a service that itself asks a store once: five ways, five services, five reads."""
    figures = {"worker": {"service_time": 0.01}, "sql": {"service_time": 0.002}}
    text = "users > api:server >[calls=5] w:worker > db:sql"
    response = answer(text, READ, figures=figures)
    assert hop(response, "w") == Hop("w", pytest.approx(0.05), 0.0, pytest.approx(5 * NEXT_DOOR))
    assert hop(response, "db").service == pytest.approx(0.01)
    at_once = answer(text.replace("api:server", "api:server[calls=parallel]"), READ, figures=figures)
    assert at_once.mean < response.mean
    assert total(at_once) == pytest.approx(at_once.mean, rel=1e-12)
    half = answer(text.replace("calls=5", "calls=0.5"), READ, figures=figures)
    assert hop(half, "w").service == pytest.approx(0.005)


def test_a_scattered_read_waits_for_the_slowest_shard() -> None:
    scatter = Touch(dataset="links", access=Access.SCATTER)
    figures = {"sharded": {"service_time": 0.1}}
    response = answer("users > db:sharded*4", scatter, figures=figures)
    assert hop(response, "db").service == pytest.approx(0.1 * (1 + 1 / 2 + 1 / 3 + 1 / 4), rel=1e-4)
    busy = answer(
        "users > db:sharded*4", scatter, figures={"sharded": {"service_time": 0.001, "read_rate": 1_250.0}}
    )
    slowest = 0.001 + 0.004
    assert hop(busy, "db").waiting > slowest
    assert total(busy) == pytest.approx(busy.mean, rel=1e-12)


def test_above_saturation_there_is_no_number() -> None:
    figures = {"server": {"read_rate": 2_000.0}, "sql": {"read_rate": 1_000.0, "service_time": 0.001}}
    response = answer("users > api:server > db:sql", READ, figures=figures)
    assert response.mean == math.inf
    assert set(response.percentiles.values()) == {math.inf}
    assert response.saturated == ("db",)
    assert hop(response, "db").waiting == math.inf
    assert hop(response, "api").waiting < math.inf
    assert any("rho" in step.formula for step in response.arithmetic.steps)


def test_a_network_or_a_partition_that_is_full_is_unbounded_too() -> None:
    narrow = answer("users > api:server", COMPUTE, figures={"server": {"bandwidth": 1_000.0}})
    assert (narrow.mean, narrow.saturated) == (math.inf, ("api",))
    hot = answer("users > db:managed", HOT, figures={"managed": {"partition_rate": 10.0}})
    assert (hot.mean, hot.saturated) == (math.inf, ("db",))


def test_a_full_disk_answers_as_ever() -> None:
    assert answer("users > db:sql", READ, figures={"sql": {"disk": 1.0}}).mean < math.inf


def test_what_nobody_reaches_saturates_nothing() -> None:
    """The cache has it all: that the store could not take the load does not matter."""
    figures = {"cache": {"memory": 1e12}, "sql": {"read_rate": 1.0}}
    response = answer("users > api:server > c:cache, db:sql", READ, figures=figures)
    assert response.mean < math.inf
    assert response.saturated == ()


def test_what_is_not_served_whole_has_no_time() -> None:
    scenario = ask({"w": work(READ, Touch(dataset="embeddings"))})
    board = measure(scenario, "users > api:app_server > sql_database")
    assert board.answers == {}
    assert board.freshness == {}


def test_a_chain_longer_than_the_stack_of_python() -> None:
    chain = " > ".join(f"s{number}:server" for number in range(400))
    response = answer(f"users > {chain} > db:sql", READ, figures={"server": {"service_time": 0.001}})
    assert response.mean == pytest.approx(LAST_MILE + 0.4 + 400 * NEXT_DOOR)
    assert response.percentiles[99.0] > response.mean


def test_a_chain_of_caches_longer_than_the_stack_of_python() -> None:
    chain = " > ".join(f"c{number}:cache" for number in range(300))
    figures = {"cache": {"memory": 1e6, "service_time": 0.0001}}
    response = answer(f"users > api:server > {chain} > db:sql", READ, figures=figures)
    assert LAST_MILE < response.mean < math.inf


def test_the_reference_network_of_four_stations_on_a_board() -> None:
    """Balancer, four servers picked at random, a cache that answers 80 %, a database with two servers; no network."""
    touch = Touch(dataset="links")
    figures = {
        "balancer": {"read_rate": 5_000.0, "service_time": 1 / 5_000},
        "server": {"read_rate": 312.5, "service_time": 1 / 312.5},
        "cache": {"read_rate": 2_500.0, "write_rate": 1e15, "service_time": 1 / 2_500, "memory": 0.8e9},
        "sql": {"read_rate": 250.0, "servers": 2.0, "service_time": 1 / 125},
    }
    board = draw(
        "users > lb:balancer[routing=random] > api:server*4 > c:cache, db:sql", touch, figures=figures
    )
    hits = board.traffic.hit_ratio("c", "links")
    network = LAST_MILE + 2 * NEXT_DOOR + (1 - hits) * NEXT_DOOR
    waits = (
        mmc_wait(1, 1_000.0, 1 / 5_000).mean
        + mmc_wait(1, 250.0, 1 / 312.5).mean
        + mmc_wait(1, 1_000.0, 1 / 2_500).mean
        + (1 - hits) * mmc_wait(2, 1_000 * (1 - hits), 1 / 125).mean
    )
    service = 1 / 5_000 + 1 / 312.5 + 1 / 2_500 + (1 - hits) / 125
    assert board.answers["w"].mean == pytest.approx(network + waits + service, rel=1e-9)
    assert WORLD.same_zone.mean == NEXT_DOOR
