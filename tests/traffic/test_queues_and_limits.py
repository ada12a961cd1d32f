"""Deliveries, dead letters, limits, tries, connections that say how they are called, and how records are found."""

from __future__ import annotations

import pytest

from designer.design.model import Connection, Design, Node
from designer.errors import DesignError
from designer.scenario.model import Touch, Workload
from designer.traffic.model import ProblemKind, Traffic
from designer.traffic.popularity import zipf_bins
from designer.traffic.propagation import propagate
from tests.traffic.boards import (
    CATALOG,
    LATER,
    READ,
    UPDATE,
    USER,
    WRITE,
    ask,
    ask_all,
    calls_over,
    conservation_errors,
    draw,
    flow,
    load_of,
    tell,
)

QUEUE = "users > api:app_server > queue:message_queue > worker > db:sql_database"
INDEX = Touch(dataset="texts", operation="write", deferred=True)


def adjust(design: Design, nodes: dict[str, dict[str, object]], **edges: dict[str, object]) -> Design:
    """The design with these settings of nodes, and of connections (written a_b for a>b)."""
    changed = tuple(
        Node.model_validate({**node.model_dump(), **nodes.get(node.id, {})}) for node in design.nodes
    )
    connections = tuple(
        Connection.model_validate({**item.model_dump(), **edges.get(item.id.replace(">", "_"), {})})
        for item in design.connections
    )
    return design.model_copy(update={"nodes": changed, "connections": connections})


def run(design: Design, *touches: Touch, **settings: object) -> Traffic:
    scenario = ask(*touches, **settings)
    traffic = propagate(scenario, design, CATALOG)
    assert list(conservation_errors(scenario, design, traffic)) == []
    return traffic


def failing(part: float, **queue: object) -> dict[str, dict[str, object]]:
    return {"worker": {"figures": {"error_rate": part}}, "queue": queue}


@pytest.mark.parametrize(
    ("part", "most", "handed", "given_up"),
    [
        (0.0, None, 1.0, 0.0),
        (0.2, None, 1.25, 0.0),
        (0.2, 1, 1.0, 0.2),
        (0.5, 3, 1.75, 0.125),
        (1.0, 4, 4.0, 1.0),
    ],
)
def test_messages_are_handed_out_again_until_they_are_done_or_given_up(
    part: float, most: int | None, handed: float, given_up: float
) -> None:
    traffic = run(adjust(draw(QUEUE), failing(part, deliveries=most)), LATER)
    assert calls_over(traffic, "queue>worker") == pytest.approx(1_000 * handed, rel=1e-12)
    assert load_of(traffic, "db").writes == pytest.approx(1_000 * handed)
    assert load_of(traffic, "queue").given_up == pytest.approx(1_000 * given_up, rel=1e-12)
    assert load_of(traffic, "queue").calls == 1_000.0


def test_once_is_once() -> None:
    traffic = run(adjust(draw(QUEUE), failing(0.2, delivery="at_most_once", deliveries=5)), LATER)
    assert calls_over(traffic, "queue>worker") == 1_000.0
    assert load_of(traffic, "queue").given_up == pytest.approx(200.0)


def test_what_is_given_up_is_put_away() -> None:
    board = f"{QUEUE}; queue >[failed] letters:message_queue"
    traffic = run(adjust(draw(board), failing(0.5, deliveries=2)), LATER)
    assert tell(traffic.plans["w"]) == (
        "users[0] > api[0] > queue[0] > (1.5x later worker[0] > db[0]!0, 0.25x later try letters[0])"
    )
    assert calls_over(traffic, "queue>letters") == pytest.approx(250.0)
    assert load_of(traffic, "queue").given_up == 0.0
    assert load_of(traffic, "letters").reads == pytest.approx(250.0)
    # A queue that hands out once does not know what became of it.
    once = run(adjust(draw(board), failing(0.5, delivery="at_most_once")), LATER)
    assert calls_over(once, "queue>letters") == 0.0
    assert load_of(once, "queue").given_up == pytest.approx(500.0)
    # Nothing fails, nothing is put away; and no request ever takes that way.
    assert calls_over(run(draw(board), LATER), "queue>letters") == 0.0


def test_dead_letters_are_done_where_there_is_a_way() -> None:
    board = f"{QUEUE}; queue >[failed] letters:message_queue > mender:worker > db"
    traffic = run(adjust(draw(board), failing(0.5, deliveries=2)), LATER)
    assert calls_over(traffic, "mender>db") == pytest.approx(250.0)
    assert load_of(traffic, "db").writes == pytest.approx(1_500 + 250)


def test_dead_letters_in_a_circle_are_refused() -> None:
    board = f"{QUEUE}; queue >[failed] letters:message_queue > again:worker > queue"
    traffic = propagate(ask(LATER), adjust(draw(board), failing(0.5, deliveries=2)), CATALOG)
    assert [problem.kind for problem in traffic.problems] == [ProblemKind.CYCLE]


def test_a_message_that_is_never_done_is_refused() -> None:
    traffic = propagate(ask(LATER), adjust(draw(QUEUE), failing(1.0)), CATALOG)
    (problem,) = traffic.problems
    assert (problem.kind, problem.nodes) == (ProblemKind.CYCLE, ("queue", "worker"))
    assert "'worker' fails every time" in problem.message
    assert traffic.flows == ()


def test_two_groups_of_consumers_each_get_all_messages() -> None:
    board = draw(
        "users > api:app_server > queue:log_stream > worker > db:sql_database; "
        "queue > other:worker > idx:search_index"
    )
    traffic = run(adjust(board, failing(0.5, deliveries=2)), LATER, INDEX)
    assert calls_over(traffic, "queue>worker") == pytest.approx(1_500.0)
    assert calls_over(traffic, "queue>other") == 1_000.0
    assert load_of(traffic, "queue").given_up == pytest.approx(250.0)


def test_consumers_of_the_same_work_divide_it() -> None:
    board = draw("users > api:app_server > queue:message_queue > worker, other:worker > db:sql_database")
    traffic = run(adjust(board, failing(0.5, deliveries=2)), LATER)
    assert calls_over(traffic, "queue>worker") == pytest.approx(750.0)
    assert calls_over(traffic, "queue>other") == pytest.approx(500.0)
    assert load_of(traffic, "queue").given_up == pytest.approx(125.0)


def test_messages_about_one_record() -> None:
    traffic = run(draw(QUEUE), LATER)
    first = float(zipf_bins(1e6, 0.8).shares[0])
    assert load_of(traffic, "queue").hottest == {"links": pytest.approx(first)}


def limited(board: str, **limits: float) -> Design:
    return adjust(draw(board), {node: {"limit": limit} for node, limit in limits.items()})


def test_a_limit_lets_so_many_in_and_turns_the_rest_away() -> None:
    traffic = run(limited("users > gw:api_gateway > api:app_server > db:sql_database", gw=400.0), READ)
    gateway = load_of(traffic, "gw")
    assert (gateway.calls, gateway.refused) == pytest.approx((400.0, 600.0))
    assert calls_over(traffic, "users>gw") == 1_000.0
    assert load_of(traffic, "db").reads == pytest.approx(400.0)
    # All requests arrive, and those let in are answered.
    assert (gateway.bytes_in, gateway.bytes_out) == pytest.approx(
        (1_000 * 500 + 400 * 1_000, 400 * 1_000 + 400 * 500)
    )
    spare = run(limited("users > gw:api_gateway > api:app_server > db:sql_database", gw=1_000.0), READ)
    assert load_of(spare, "gw").refused == 0.0


def test_a_limit_is_for_all_workloads_alike() -> None:
    scenario = ask_all(
        {
            "look": Workload(name="Look", rate=900, touches=(READ,)),
            "keep": Workload(name="Keep", rate=300, touches=(WRITE,)),
        }
    )
    design = limited("users > api:app_server > db:sql_database", api=600.0)
    traffic = propagate(scenario, design, CATALOG)
    assert list(conservation_errors(scenario, design, traffic)) == []
    assert load_of(traffic, "db", "look").reads == pytest.approx(450.0)
    assert load_of(traffic, "db", "keep").writes == pytest.approx(150.0)


def test_limits_in_a_row_and_on_one_of_two_ways() -> None:
    row = run(limited("users > gw:api_gateway > api:app_server > db:sql_database", gw=800.0, api=200.0), READ)
    assert (load_of(row, "gw").refused, load_of(row, "api").refused) == pytest.approx((200.0, 600.0))
    two = run(
        limited("users > lb:load_balancer > a:app_server, b:app_server > db:sql_database", a=100.0), READ
    )
    assert load_of(two, "db").reads == pytest.approx(600.0)


def test_a_lookup_that_is_turned_away_is_a_miss() -> None:
    board = "users > api:app_server > cache[memory=1GB], db:sql_database"
    traffic = run(limited(board, cache=250.0), READ)
    assert load_of(traffic, "cache").reads == pytest.approx(250.0)
    assert load_of(traffic, "db").reads == pytest.approx(750.0)
    inline = run(limited("users > api:app_server > cache[memory=1GB] > db:sql_database", cache=250.0), READ)
    assert load_of(inline, "db").calls == pytest.approx(0.0, abs=1e-9)
    proxy = "users > api:app_server > proxy:reverse_proxy > cache[memory=1GB]; api > db:sql_database"
    behind = run(limited(proxy, proxy=100.0), READ)
    assert load_of(behind, "db").reads == pytest.approx(900.0)


def test_limits_on_services_that_call_each_other() -> None:
    # Each asks the other for what it does not hold, so what each lets in depends on the other.
    board = (
        "users > lb:load_balancer >[share=0.5] a:app_server; lb >[share=0.5] b:app_server; a > b > a; "
        "a > one:sql_database[holds=links]; b > two:sql_database[holds=users]"
    )
    traffic = run(limited(board, a=600.0, b=600.0), READ, USER)
    for node in ("a", "b"):
        load = load_of(traffic, node)
        assert load.calls == pytest.approx(600.0)
        assert load.calls + load.refused == pytest.approx(500 + 500 * 600 / (load.calls + load.refused))


def test_tries_multiply_what_a_connection_carries_and_all_behind_it() -> None:
    design = draw("users > api:app_server > other:app_server > db:sql_database")
    traffic = propagate(ask(READ), design, CATALOG, tries={"api>other": 1.5, "other>db": 2.0})
    found = {item.connection: (item.calls, item.retried) for item in traffic.flows}
    assert found["users>api"] == (1_000.0, 0.0)
    assert found["api>other"] == pytest.approx((1_500.0, 500.0))
    assert found["other>db"] == pytest.approx((3_000.0, 1_500.0))
    assert load_of(traffic, "db").reads == pytest.approx(3_000.0)


@pytest.mark.parametrize(
    ("tries", "message"),
    [
        ({"api>bd": 2.0}, "connection 'api>bd', which is not in the design"),
        ({"api>db": 0.5}, "tries of 'api>db' must be a finite number from 1 on: 0.5"),
        ({"api>db": float("inf")}, "tries of 'api>db'"),
        ({"api>db": float("nan")}, "tries of 'api>db'"),
    ],
)
def test_tries_that_cannot_be(tries: dict[str, float], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        propagate(ask(READ), draw("users > api:app_server > db:sql_database"), CATALOG, tries=tries)


def test_nobody_waits_for_an_asynchronous_call() -> None:
    board = draw("users > api:app_server > other:app_server > db:sql_database; api > idx:search_index")
    design = adjust(board, {}, api_other={"mode": "async"})
    traffic = run(design, READ, Touch(dataset="texts"))
    assert tell(traffic.plans["w"]) == "users[01] > api[01] > (later other[0] > db[0]!0, idx[1]!1)"
    assert {item.connection for item in traffic.flows if item.deferred} == {"api>other"}
    # A call that may go over another connection is waited for.
    two = draw("users > lb:load_balancer > a:app_server, b:app_server > db:sql_database")
    mixed = run(adjust(two, {}, lb_a={"mode": "async"}), READ)
    assert not any(item.deferred for item in mixed.flows)


def test_a_store_that_is_asked_whatever_the_cache_knew() -> None:
    board = "users > api:app_server > cache[memory=100MB], db:sql_database"
    traffic = run(adjust(draw(board), {}, api_db={"on_miss": False}), READ)
    assert tell(traffic.plans["w"]) == "users[0] > api[0] > (try cache[0]!0, db[0]!0)"
    assert load_of(traffic, "db").reads == 1_000.0
    inline = draw("users > api:app_server > cache[memory=100MB] > db:sql_database")
    always = run(adjust(inline, {}, cache_db={"on_miss": False}), READ)
    assert load_of(always, "db").reads == 1_000.0


def test_a_call_that_is_made_on_a_miss_because_it_is_drawn_so() -> None:
    # The cache could ask the store itself; here the service does.
    beside = draw("users > api:app_server > cache[memory=100MB] > db:sql_database; api > db")
    assert tell(run(beside, READ).plans["w"]) == "users[0] > api[0] > cache[0]!0 > miss db[0]!0"
    drawn = run(adjust(beside, {}, api_db={"on_miss": True}), READ)
    assert tell(drawn.plans["w"]) == "users[0] > api[0] > (try cache[0]!0, miss(cache) db[0]!0)"
    assert load_of(drawn, "db").reads == pytest.approx(1_000 * (1 - drawn.hit_ratio("cache", "links")))
    # A router passes on after a miss, as a service does.
    proxy = draw(
        "users > rp:reverse_proxy > cache[memory=100MB]; rp > api:app_server > db:sql_database",
    )
    asked = run(adjust(proxy, {}, rp_api={"on_miss": True}), READ)
    assert tell(asked.plans["w"]) == "users[0] > rp[0] > (try cache[0]!0, miss(cache) api[0] > db[0]!0)"


SHARDED = "users > api:app_server > db:sharded_sql[shards=4]"


@pytest.mark.parametrize(
    ("access", "settings", "scattered"),
    [
        ("key", {}, False),
        ("scatter", {}, True),
        ("index", {}, True),
        ("index", {"index": "global"}, False),
        ("index", {"shards": 1}, False),
        ("range", {}, True),
        ("range", {"partitioning": "range"}, False),
        ("range", {"partitioning": "directory"}, False),
        ("range", {"shards": 1}, False),
    ],
)
def test_how_many_shards_a_read_asks(access: str, settings: dict[str, object], scattered: bool) -> None:
    traffic = run(adjust(draw(SHARDED), {"db": settings}), Touch(dataset="links", access=access))
    assert load_of(traffic, "db").reads == 1_000.0
    assert load_of(traffic, "db").scattered_reads == (1_000.0 if scattered else 0.0)


def test_a_global_index_is_written_too() -> None:
    design = adjust(draw(SHARDED), {"db": {"index": "global"}})
    traffic = run(design, READ, WRITE, UPDATE)
    assert load_of(traffic, "db").writes == 4_000.0
    assert load_of(traffic, "db").datasets == {"links": (1_000.0, 4_000.0)}
    assert load_of(run(draw(SHARDED), WRITE), "db").writes == 1_000.0
    one = adjust(draw(SHARDED), {"db": {"index": "global", "shards": 1}})
    assert load_of(run(one, WRITE), "db").writes == 1_000.0


def test_fan_out_on_write_on_read_and_both() -> None:
    # 10 posts and 1,000 readings a second; 100 followers, of whom one in twenty posters has 10,000.
    board = draw(QUEUE + "; api > db")

    def measure(**workloads: Workload) -> tuple[float, float]:
        scenario = ask_all(workloads)
        traffic = propagate(scenario, board, CATALOG)
        assert list(conservation_errors(scenario, board, traffic)) == []
        loads = [load for load in traffic.loads if load.node == "db"]
        return sum(load.reads for load in loads), sum(load.writes for load in loads)

    def post(rate: float, copies: float) -> Workload:
        return Workload(name="Post", rate=rate, touches=(LATER.model_copy(update={"count": copies}),))

    def read(followed: float) -> Workload:
        return Workload(name="Read", rate=1_000, touches=(READ.model_copy(update={"count": followed}),))

    mean = 0.95 * 100 + 0.05 * 10_000
    assert measure(post=post(10, mean), read=read(1)) == pytest.approx((1_000, 10 * mean))
    assert measure(post=post(10, 1), read=read(200)) == pytest.approx((200_000, 10))
    # The famous are read at reading time, two of them by each reader; the others are written to every timeline.
    hybrid = measure(many=post(9.5, 100), famous=post(0.5, 1), read=read(1 + 2))
    assert hybrid == pytest.approx((3_000, 950.5))


def test_the_figures_of_a_limit_and_of_flows_belong_together() -> None:
    traffic = flow("users > api:app_server > db:sql_database", READ)
    assert all(load.refused == load.given_up == 0.0 for load in traffic.loads)
    assert all(item.retried == 0.0 for item in traffic.flows)
