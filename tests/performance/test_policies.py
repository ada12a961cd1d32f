"""What settings of nodes and connections do to load and latency, worked out by hand."""

from __future__ import annotations

import math

import pytest

from designer.design.model import Connection, Node
from designer.performance.attempts import hedged, retried
from designer.performance.bands import Approximation
from designer.performance.distributions import exponential, gamma_from, sequence
from designer.performance.joins import first_of, order_statistic
from designer.performance.machines import Demand, Keyed, first_share
from designer.performance.model import Ceiling
from designer.performance.queueing import mean_wait_mgc, universal_scalability
from designer.performance.stations import time_of_quorum
from designer.performance.tries import find_tries
from designer.performance.working_set import Kept, disk_reads
from designer.scenario.model import Access, Operation, Touch
from designer.traffic.popularity import lru_hit_ratio
from tests.performance.boards import COMPUTE, DATASETS, FIRST, HOT, READ, UPDATE, WRITE, Board, draw, measure
from tests.performance.test_latency import FAR, NEXT_DOOR, NEXT_ZONE, answer, hop

APPEND = Touch(dataset="hot", operation=Operation.WRITE)


def changed(board: Board, node: str, **settings: object) -> Board:
    """The same board with other settings of one node."""
    nodes = tuple(
        Node.model_validate(item.model_dump() | settings) if item.id == node else item
        for item in board.design.nodes
    )
    return measure(board.scenario, board.design.model_copy(update={"nodes": nodes}), board.catalog)


def connected(board: Board, connection: str, **settings: object) -> Board:
    """The same board with other settings of one connection."""
    connections = tuple(
        Connection.model_validate(item.model_dump() | settings) if item.id == connection else item
        for item in board.design.connections
    )
    return measure(
        board.scenario, board.design.model_copy(update={"connections": connections}), board.catalog
    )


def tries(board: Board) -> dict[str, float]:
    return find_tries(board.scenario, board.design, board.catalog, board.traffic, board.nodes)


def test_service_times_that_vary_make_longer_queues() -> None:
    """Gamma service times of four servers: Björklund and Elldin."""
    figures = {
        "server": {"read_rate": 1_250.0, "servers": 4.0, "service_time": 0.01, "service_time_p99": 0.1}
    }
    response = answer("users > api:server", COMPUTE, figures=figures)
    shape = gamma_from(0.01, 0.1).shape  # type: ignore[attr-defined]
    expected = mean_wait_mgc(4, 1_000.0, 4 / 1_250, shape**-0.5)
    assert hop(response, "api").waiting == pytest.approx(expected, rel=1e-9)
    assert response.band >= Approximation.GENERAL_SERVICE.error
    assert any("not exponential" in reason or "vary" in reason for reason in response.approximations)


def test_one_exponential_queue_is_exact() -> None:
    response = answer("users > api:server", COMPUTE, figures={"server": {"read_rate": 1_250.0}})
    assert (response.band, response.approximations) == (0.0, ())


@pytest.mark.parametrize(("quorum", "cost"), [(1, 1 / 2), (2, 1.0), (3, 3 / 2)])
def test_a_read_costs_as_many_members_as_answer_it(quorum: int, cost: float) -> None:
    figures = {"quorum": {"read_rate": 1_000.0, "write_rate": 1_000.0}}
    board = draw("users > db:quorum[instances=3, replicas=2]", READ, figures=figures)
    found = changed(board, "db", read_quorum=quorum).used("db").value
    assert found == pytest.approx(board.used("db").value * cost)
    written = draw("users > db:quorum[instances=3, replicas=2]", WRITE, figures=figures)
    assert changed(written, "db", write_quorum=quorum).used("db").value == written.used("db").value


def test_more_members_take_longer() -> None:
    figures = {"quorum": {"service_time": 0.01, "write_time": 0.02}}
    board = draw("users > db:quorum[instances=3, replicas=2]", WRITE, figures=figures)
    usual = hop(board.answers["w"], "db").service
    assert usual == pytest.approx(0.02)
    # Means of the first, second and third of three exponentials: 1/3, 1/3 + 1/2, 1/3 + 1/2 + 1.
    for quorum, mean in ((1, 1 / 3), (2, 5 / 6), (3, 11 / 6)):
        found = hop(changed(board, "db", write_quorum=quorum).answers["w"], "db").service
        assert found == pytest.approx(usual * mean / (5 / 6), rel=1e-3)
    assert time_of_quorum(exponential(1.0), 1, 1).mean == pytest.approx(1.0, rel=1e-3)


ZONES = "@ eu/a, eu/b, us/c\nusers > db:sql[replicas=2, zones={zones}]"


@pytest.mark.parametrize(
    ("zones", "one", "last"),
    [
        ("a", NEXT_DOOR / 2, NEXT_DOOR * 1.5),
        ("a+b", None, None),  # next door and next zone
        ("a+b+c", None, None),
    ],
)
def test_acknowledged_writes_wait_for_followers(zones: str, one: float | None, last: float | None) -> None:
    board = draw(ZONES.format(zones=zones), WRITE, figures={"sql": {"service_time": 0.01}})
    alone = board.answers["w"].mean
    first = changed(board, "db", acks="one").answers["w"].mean - alone
    every = changed(board, "db", acks="all").answers["w"].mean - alone
    assert 0.0 < first < every
    if one is not None and last is not None:
        assert first == pytest.approx(one, rel=2e-3)
        assert every == pytest.approx(last, rel=2e-3)
    if zones == "a+b+c":
        near, far = NEXT_ZONE, FAR
        assert first == pytest.approx(near * far / (near + far), rel=2e-3)
        assert every == pytest.approx(near + far - near * far / (near + far), rel=2e-3)
    assert changed(board, "db", acks="leader").answers["w"].mean == alone


def test_with_a_leader_everywhere_a_write_goes_to_the_nearest() -> None:
    text = "@ eu/a, us/c\nusers > api:server[zones=c] > db:sql[replicas=1, zones=a+c]"
    figures = {"sql": {"service_time": 0.01, "read_rate": 4_000.0, "write_rate": 2_000.0}}
    board = draw(text, WRITE, figures=figures)
    several = changed(board, "db", leaders="multi")
    assert hop(board.answers["w"], "db").network == pytest.approx((NEXT_DOOR + FAR) / 2)
    assert hop(several.answers["w"], "db").network == pytest.approx(NEXT_DOOR)
    assert several.used("db").value == board.used("db").value == pytest.approx(0.5)


def test_ranges_put_new_records_on_the_last_shard() -> None:
    figures = {"sharded": {"read_rate": 1_000.0, "write_rate": 1_000.0}}
    board = draw("users > db:sharded*4", APPEND, figures=figures, rate=500.0)
    assert board.used("db").value == pytest.approx(0.125)
    ranged = changed(board, "db", partitioning="range")
    assert ranged.used("db").value == pytest.approx(0.5)
    assert ranged.nodes["db"].hottest_share == pytest.approx(1.0)


def test_a_directory_spreads_what_is_hot_and_costs_a_lookup() -> None:
    figures = {"sharded": {"read_rate": 1_000.0, "service_time": 0.01}}
    board = draw("users > db:sharded*2", HOT, figures=figures)
    told = changed(board, "db", partitioning="directory")
    assert board.nodes["db"].hottest_share == pytest.approx(FIRST + (1 - FIRST) / 2)
    assert told.nodes["db"].hottest_share == pytest.approx(0.5)
    service = hop(told.answers["w"], "db").service - hop(board.answers["w"], "db").service
    assert service == pytest.approx(NEXT_DOOR)


@pytest.mark.parametrize(
    ("settings", "moved"),
    [
        ({"hashing": "consistent"}, 1 / 5),
        ({"hashing": "modulo"}, 4 / 5),
        ({"partitioning": "directory"}, 1 / 5),
        ({"partitioning": "range"}, 1 / 8),
    ],
)
def test_records_that_move_when_a_shard_is_added(settings: dict[str, str], moved: float) -> None:
    board = draw("users > db:sharded*4; lb:balancer > api:server; one:sql", READ)
    found = changed(board, "db", **settings)
    assert found.nodes["db"].moved_share == pytest.approx(moved)
    assert found.nodes["api"].moved_share is None
    assert found.nodes["one"].moved_share is None


def test_messages_in_order_share_the_partition_of_their_record() -> None:
    later = Touch(dataset="hot", operation=Operation.UPDATE, deferred=True)
    text = "users > api:server > q:log[partitions=8, instances=3] > w:worker > db:sql"
    board = draw(text, later, figures={"log": {"partition_rate": 1_000.0}})
    assert board.used("q", Ceiling.PARTITION).value == pytest.approx(1 / 8)
    ordered = changed(board, "q", ordered=True)
    assert ordered.used("q", Ceiling.PARTITION).value == pytest.approx(FIRST + (1 - FIRST) / 8)


def test_a_lookup_by_another_field_asks_every_shard_or_its_index() -> None:
    figures = {"sharded": {"service_time": 0.1}}
    by_field = Touch(dataset="links", access=Access.INDEX)
    board = draw("users > db:sharded*4", by_field, figures=figures)
    slowest = 0.1 * (1 + 1 / 2 + 1 / 3 + 1 / 4)
    assert hop(board.answers["w"], "db").service == pytest.approx(slowest, rel=1e-4)
    indexed = changed(board, "db", index="global")
    assert hop(indexed.answers["w"], "db").service == pytest.approx(0.1)


def test_machines_that_agree_with_each_other_do_less() -> None:
    figures = {"server": {"read_rate": 100.0, "contention": 0.05, "coherency": 0.001}}
    board = draw("users > api:server*20", COMPUTE, figures=figures, rate=600.0)
    does = universal_scalability(20, 0.05, 0.001)
    assert board.used("api").value == pytest.approx(600 / (100 * does))
    facts = board.nodes["api"]
    assert facts.minimum is not None
    assert universal_scalability(facts.minimum, 0.05, 0.001) >= 6.0
    assert universal_scalability(facts.minimum - 1, 0.05, 0.001) < 6.0
    assert board.used("api").arithmetic.steps[-1].method == "Universal Scalability Law (Gunther)"


def test_no_number_of_machines_does_more_than_the_peak_of_the_law() -> None:
    figures = {"server": {"read_rate": 100.0, "contention": 0.05, "coherency": 0.001}}
    board = draw("users > api:server*31", COMPUTE, figures=figures, rate=950.0)
    assert universal_scalability(31, 0.05, 0.001) < 9.5
    assert (board.nodes["api"].minimum, board.nodes["api"].minimum_knob) == (None, "instances")
    assert board.answers["w"].mean == math.inf


def test_what_memory_does_not_keep_is_read_from_disk() -> None:
    figures = {"sql": {"memory": 0.25e9, "iops": 3_000.0}}
    links = {"links": DATASETS["links"].model_copy(update={"skew": 0.8})}
    board = draw("users > db:sql", READ, READ, WRITE, figures=figures, datasets=links)
    missed = 1 - lru_hit_ratio(1e6, 0.8, 0.25e6)
    assert board.used("db", Ceiling.IOPS).demand == pytest.approx(2_000 * missed + 1_000, rel=1e-6)
    roomy = draw("users > db:sql[memory=8 GB]", READ, WRITE, figures=figures, datasets=links)
    assert roomy.used("db", Ceiling.IOPS).demand == pytest.approx(1_000.0)
    narrow = draw("users > db:sql[iops=100/s]", READ, figures=figures, datasets=links)
    assert narrow.answers["w"].saturated == ("db",)
    without = draw("users > db:sql", READ, figures={"sql": {"memory": 1e6}})
    assert without.nodes["db"].utilisation(Ceiling.IOPS) is None


def test_caches_in_front_leave_the_disk_the_rare_records() -> None:
    """What reaches the store is flatter than the popularity of its records, so that memory answers less of it."""
    plain = draw("users > db:sql", HOT, figures={"sql": {"memory": 20e3, "iops": 10.0}})
    demand = plain.used("db", Ceiling.IOPS).demand
    assert first_share(100.0, 1.0) == pytest.approx(FIRST, rel=1e-5)
    kept = [Kept("hot", 100.0, 1_000.0, 1.0)]
    flat = Demand((Keyed("hot", 100.0, 1.0, 1_000.0, 0.0, 0.02, FIRST),))
    assert disk_reads(flat, kept, 1.0, 20e3) > demand / 1_000.0
    assert disk_reads(Demand(), kept, 1.0, 20e3) == 0.0


def test_the_first_of_two_exponentials() -> None:
    assert first_of(exponential(1.0), exponential(3.0)).mean == pytest.approx(0.75, rel=1e-4)
    assert order_statistic(exponential(1.0), 1, 4).mean == pytest.approx(0.25, rel=1e-4)


def test_a_second_call_after_a_while() -> None:
    """Of an exponential X and h + X': P(T > t) = e^-t up to h and e^(h - 2t) after, of mean 1 - e^-h / 2."""
    for after in (0.1, 1.0, 3.0):
        time = hedged(exponential(1.0), after)
        assert time.mean == pytest.approx(1 - math.exp(-after) / 2, rel=2e-3)
        tail = time.quantiles((99.0,))[0]
        beyond = math.exp(-tail) if tail < after else math.exp(after - 2 * tail)
        assert beyond == pytest.approx(0.01, rel=1e-2)


def test_tries_follow_each_other() -> None:
    """An exponential given up after a time T: (1 - p^(r + 1)) / (1 - p) times its mean up to T, which is 1 - p."""
    for timeout, retries in ((1.0, 0), (1.0, 2), (0.3, 4)):
        given_up = math.exp(-timeout)
        time = retried(exponential(1.0), timeout, retries)
        assert time.mean == pytest.approx(1 - given_up ** (retries + 1), rel=1e-2)
        assert time.cdf(timeout * (retries + 1) * 1.001) == pytest.approx(1.0)
    assert retried(exponential(1.0), 50.0, 3) is exponential(1.0)


def test_callers_see_time_limits_and_second_calls() -> None:
    figures = {"server": {"service_time": 0.2}}
    board = draw("users > lb:balancer > api:server", COMPUTE, figures=figures)
    slow = board.answers["w"].percentiles[99.0]
    for settings in ({"timeout": 0.3, "retries": 1}, {"hedge_after": 0.1}):
        found = connected(board, "lb>api", **settings).answers["w"]
        assert found.percentiles[99.0] < slow
        assert math.fsum(
            [item.service + item.waiting + item.network for item in found.hops]
        ) == pytest.approx(found.mean)
        assert Approximation.TRIES.reason in found.approximations


def test_tries_of_what_is_late() -> None:
    figures = {"server": {"service_time": 0.1}}
    board = draw("users > lb:balancer > api:server", COMPUTE, figures=figures)
    assert tries(board) == {}
    late = 1 - sequence(exponential(NEXT_DOOR), exponential(0.1)).cdf(0.2)
    thrice = connected(board, "lb>api", timeout=0.2, retries=2)
    assert tries(thrice) == {"lb>api": pytest.approx(1 + late + late**2)}
    assert tries(connected(board, "lb>api", timeout=0.2, retries=2, retry_budget=0.1)) == {"lb>api": 1.1}
    assert tries(connected(board, "lb>api", timeout=0.2)) == {}
    second = connected(board, "lb>api", hedge_after=0.2)
    assert tries(second) == {"lb>api": pytest.approx(1 + late)}


def test_tries_of_what_fails_and_of_what_is_overloaded() -> None:
    figures = {"server": {"service_time": 0.1, "error_rate": 0.2}}
    failing = draw("users > lb:balancer > api:server", COMPUTE, figures=figures)
    assert tries(connected(failing, "lb>api", retries=1)) == {"lb>api": pytest.approx(1.2)}
    full = {"server": {"service_time": 0.001, "read_rate": 250.0}}
    board = draw("users > lb:balancer > api:server", COMPUTE, figures=full)
    assert board.used("api").value == pytest.approx(4.0)
    patient = connected(board, "lb>api", retries=3)
    assert tries(patient) == {"lb>api": 1.0}
    hasty = connected(board, "lb>api", retries=3, timeout=1.0)
    assert tries(hasty) == {"lb>api": pytest.approx(1 + 0.75 + 0.75**2 + 0.75**3)}
    assert hasty.answers["w"].mean == math.inf
    # Two tries fit into the caller's deadline.
    assert tries(changed(hasty, "lb", deadline=2.5)) == {"lb>api": pytest.approx(1.75)}


def test_updates_of_hot_records_stay_on_their_shard() -> None:
    board = draw("users > db:sharded*4", UPDATE, figures={"sharded": {"write_rate": 2_000.0}})
    assert board.used("db").value == pytest.approx((1e-6 + (1 - 1e-6) / 4) / 2)
