"""Every ceiling and every way to replicate, worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from designer.performance.capacity import measure_nodes
from designer.performance.makes import part
from designer.performance.model import Ceiling
from designer.scenario.model import Access, Dataset, Operation, Touch
from designer.traffic.propagation import propagate
from tests.performance.boards import (
    COMPUTE,
    DATASETS,
    FIRST,
    HOT,
    READ,
    SHIPPED,
    UPDATE,
    WRITE,
    ask,
    draw,
    measure,
    work,
)

LINKS = {"links": DATASETS["links"]}
STORE = {"read_rate": 1_000.0, "write_rate": 500.0}


def operations(text: str, *touches: Touch, **figures: dict[str, float]) -> float:
    return draw(text, *touches, figures=figures).used("db").value


def test_instances_share_the_load_evenly() -> None:
    board = draw("users > api:server*4", COMPUTE, figures={"server": {"read_rate": 500.0}})
    used = board.used("api")
    assert (used.demand, used.limit, used.value) == (250.0, 500.0, 0.5)
    assert (board.nodes["api"].machines, board.nodes["api"].minimum, board.nodes["api"].needed) == (4, 2, 2)
    assert board.nodes["api"].minimum_knob == "instances"


def test_reads_and_writes_take_their_parts_of_one_machine() -> None:
    value = operations("users > db:sql", READ, WRITE, sql={"read_rate": 4_000.0, "write_rate": 2_000.0})
    assert value == pytest.approx(0.25 + 0.5)


def test_a_ceiling_of_writes_that_is_not_known_is_that_of_reads() -> None:
    assert operations("users > db:sql", WRITE, sql={"read_rate": 4_000.0}) == pytest.approx(0.25)


def test_a_ceiling_of_writes_alone_leaves_reads_free() -> None:
    assert operations("users > db:sql", READ, WRITE, sql={"write_rate": 4_000.0}) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("read_from", "busiest"),
    [
        ("leader", 1_000 / 1_000 + 1_000 / 2_000),
        ("replicas", 500 / 1_000 + 1_000 / 2_000),  # a replica; the leader only writes
        ("any", 1_000 / 3 / 1_000 + 1_000 / 2_000),
    ],
)
def test_replicas_take_reads_and_apply_every_write(read_from: str, busiest: float) -> None:
    figures = {"read_rate": 1_000.0, "write_rate": 2_000.0}
    text = f"users > db:sql[replicas=2, read_from={read_from}]"
    assert operations(text, READ, WRITE, sql=figures) == pytest.approx(busiest)


def test_reads_from_replicas_that_are_not_there_go_to_the_leader() -> None:
    assert operations(
        "users > db:sql[read_from=replicas]", READ, sql={"read_rate": 2_000.0}
    ) == pytest.approx(0.5)


def test_uniform_keys_fall_evenly_on_shards_to_within_one_record() -> None:
    share = 1e-6 + (1 - 1e-6) / 4
    assert operations("users > db:sharded*4", READ, sharded={"read_rate": 1_000.0}) == pytest.approx(share)


def test_the_hottest_shard_has_the_most_popular_record() -> None:
    board = draw("users > db:sharded*4", HOT, figures={"sharded": {"read_rate": 1_000.0}})
    share = FIRST + (1 - FIRST) / 4
    assert board.used("db").value == pytest.approx(share)
    assert board.nodes["db"].hottest_share == pytest.approx(share)


def test_new_records_fall_evenly_and_updates_follow_popularity() -> None:
    share = FIRST + (1 - FIRST) / 4
    for operation, expected in ((Operation.WRITE, 0.25), (Operation.UPDATE, share)):
        touch = Touch(dataset="hot", operation=operation)
        value = operations("users > db:sharded*4", touch, sharded={"write_rate": 1_000.0})
        assert value == pytest.approx(expected)


def test_every_shard_answers_a_scattered_read() -> None:
    scatter = Touch(dataset="links", access=Access.SCATTER)
    assert operations("users > db:sharded*4", scatter, sharded={"read_rate": 4_000.0}) == pytest.approx(0.25)
    both = operations("users > db:sharded[shards=4, replicas=1]", scatter, sharded={"read_rate": 4_000.0})
    assert both == pytest.approx(0.125)


def test_members_of_a_quorum_share_client_requests() -> None:
    even = Dataset(name="Even", record_size=1.0, records=1e15, growth=0.0)
    board = draw(
        "users > db:quorum[instances=6, replicas=2]",
        Touch(dataset="even"),
        figures={"quorum": {"read_rate": 1_000.0}},
        datasets={"even": even},
    )
    assert board.used("db").value == pytest.approx(1 / 6)
    assert board.nodes["db"].machines == 6


def test_the_hottest_keys_of_a_quorum_are_on_as_many_members_as_copies() -> None:
    hottest = FIRST + (1 - FIRST) / 6
    share = (hottest + 2 * (1 - hottest) / 5) / 3
    value = operations("users > db:quorum[instances=6, replicas=2]", HOT, quorum={"read_rate": 1_000.0})
    assert value == pytest.approx(share)


def test_a_quorum_of_which_every_member_has_everything_is_even() -> None:
    value = operations("users > db:quorum[instances=3, replicas=2]", HOT, quorum={"read_rate": 1_000.0})
    assert value == pytest.approx(1 / 3)


def test_keys_of_a_cache_are_spread_over_instances_and_reads_over_copies() -> None:
    figures = {"cache": {"read_rate": 1_000.0, "memory": 1e9}}
    board = draw("users > api:server > c:cache[instances=2, replicas=1], db:sql", HOT, figures=figures)
    assert board.nodes["c"].machines == 4
    assert board.used("c").value == pytest.approx((FIRST + (1 - FIRST) / 2) / 2)


def test_the_memory_of_a_cache_is_no_ceiling() -> None:
    figures = {"cache": {"read_rate": 1e6, "memory": 1e9}}
    board = draw("users > api:server > c:cache, db:sql", READ, figures=figures)
    assert board.nodes["c"].utilisation(Ceiling.MEMORY) is None


def test_what_a_provider_manages_has_no_machines_to_count() -> None:
    board = draw("users > db:managed", READ, figures={"managed": {"read_rate": 4_000.0}})
    assert board.used("db").value == pytest.approx(0.25)
    facts = board.nodes["db"]
    assert (facts.machines, facts.needed, facts.minimum, facts.minimum_knob) == (1, 1, None, None)


def test_bandwidth_is_what_goes_in_or_out_with_the_overhead_of_protocols() -> None:
    settings: dict[str, Any] = {"request_size": 1_000.0, "response_size": 7_000.0}
    board = draw("users > api:server*2", COMPUTE, figures={"server": {"bandwidth": 10e6}}, **settings)
    used = board.used("api", Ceiling.BANDWIDTH)
    assert used.demand == pytest.approx(500 * 7_000 * 1.25)
    assert used.value == pytest.approx(0.4375)


def test_a_leader_sends_what_is_written_to_every_replica() -> None:
    board = draw(
        "users > api:server > db:sql[replicas=3, read_from=leader]",
        WRITE,
        figures={"sql": {"bandwidth": 10e6}},
    )
    written = 1_000 * (1_000.0 + 0.0)
    assert board.used("db", Ceiling.BANDWIDTH).demand == pytest.approx(written * 3 * 1.25)


def test_vectors_must_fit_in_the_memory_of_each_shard() -> None:
    embeddings = Touch(dataset="embeddings")
    board = draw(
        "users > db:vectors[shards=4, replicas=1]", embeddings, figures={"vectors": {"memory": 500e6}}
    )
    used = board.used("db", Ceiling.MEMORY)
    assert (used.demand, used.value) == (250e6, 0.5)
    assert (board.nodes["db"].minimum, board.nodes["db"].minimum_knob) == (2, "shards")


@pytest.mark.parametrize(
    ("text", "on_one"),
    [
        ("users > db:sql[replicas=3]", 1e9),
        ("users > db:sharded[shards=4, replicas=2]", 0.25e9),
        ("users > db:quorum[instances=6, replicas=2]", 0.5e9),
    ],
)
def test_disk_is_what_one_machine_keeps(text: str, on_one: float) -> None:
    room = {"disk": 2e9}
    board = draw(text, READ, figures={"sql": room, "sharded": room, "quorum": room}, datasets=LINKS)
    assert board.used("db", Ceiling.DISK).demand == pytest.approx(on_one)


def test_replicas_are_no_cure_for_a_full_disk() -> None:
    board = draw("users > db:sql", READ, figures={"sql": {"disk": 0.5e9, "read_rate": 1e6}}, datasets=LINKS)
    assert board.used("db", Ceiling.DISK).value == 2.0
    assert (board.nodes["db"].minimum, board.nodes["db"].minimum_knob) == (None, "replicas")
    assert board.nodes["db"].needed == 1


def test_pools_of_all_callers_open_connections_to_every_machine() -> None:
    board = draw(
        "users > a:server*6, b:server*4 > db:sharded*3",
        READ,
        figures={"server": {"pool": 20.0}, "sharded": {"connections": 500.0}},
    )
    used = board.used("db", Ceiling.CONNECTIONS)
    assert (used.demand, used.value) == (200.0, 0.4)


def test_calls_without_a_pool_are_open_as_long_as_they_last() -> None:
    """Little's law: 1,000 a second, each for the router's 10 ms, the way of 1 ms and the server's 89 ms."""
    board = draw(
        "users > lb:balancer*2 > api:server",
        COMPUTE,
        figures={
            "balancer": {"service_time": 0.010, "connections": 100.0},
            "server": {"service_time": 0.089, "connections": 1_000.0},
        },
    )
    assert board.used("lb", Ceiling.CONNECTIONS).demand == pytest.approx(1_000 * 0.1 / 2)
    assert board.used("api", Ceiling.CONNECTIONS).demand == pytest.approx(1_000 * 0.089)


def test_queueing_behind_a_router_is_not_held_against_it() -> None:
    quick = {"balancer": {"connections": 1e4}, "server": {"service_time": 0.05, "read_rate": 1e6}}
    slow = {"balancer": {"connections": 1e4}, "server": {"service_time": 0.05, "read_rate": 900.0}}
    text = "users > lb:balancer > api:server"
    one = draw(text, COMPUTE, figures=quick).used("lb", Ceiling.CONNECTIONS)
    other = draw(text, COMPUTE, figures=slow).used("lb", Ceiling.CONNECTIONS)
    assert one.demand == other.demand == pytest.approx(51.0)


def test_messages_are_spread_over_partitions() -> None:
    later = Touch(dataset="links", operation=Operation.WRITE, deferred=True)
    board = draw(
        "users > api:server > q:log[partitions=8, instances=3] > w:worker*2 > db:sql",
        later,
        figures={"log": {"partition_rate": 100.0}},
    )
    used = board.used("q", Ceiling.PARTITION)
    assert (used.demand, used.value) == (125.0, 1.25)
    assert (board.nodes["q"].minimum, board.nodes["q"].minimum_knob) == (10, "partitions")
    assert board.nodes["q"].needed == 1


def test_a_partition_has_one_consumer_at_a_time() -> None:
    later = Touch(dataset="links", operation=Operation.WRITE, deferred=True)
    text = "users > api:server > q:log[partitions=2] > w:worker*8 > db:sql"
    board = draw(text, later, figures={"worker": {"read_rate": 100.0}})
    assert board.used("w").value == pytest.approx(1_000 / 2 / 100)
    assert board.nodes["w"].machines == 8
    assert board.nodes["w"].minimum is None
    wide = draw(
        text.replace("partitions=2", "partitions=16"), later, figures={"worker": {"read_rate": 100.0}}
    )
    assert wide.used("w").value == pytest.approx(1_000 / 8 / 100)
    assert wide.nodes["w"].minimum == 10


def test_deferred_work_is_work() -> None:
    later = Touch(dataset="links", operation=Operation.WRITE, deferred=True, count=3)
    board = draw(
        "users > api:server > q:queue > w:worker > db:sql", later, figures={"sql": {"write_rate": 4_000.0}}
    )
    assert board.used("db").value == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("text", "split"), [("users > db:managed", 1.0), ("users > db:sharded[shards=9, replicas=1]", 0.5)]
)
def test_the_hottest_key_has_a_ceiling_of_its_own(text: str, split: float) -> None:
    figures = {"managed": {"partition_rate": 500.0}, "sharded": {"partition_rate": 500.0}}
    board = draw(text, HOT, figures=figures)
    assert board.used("db", Ceiling.PARTITION).value == pytest.approx(FIRST * 1_000 * split / 500, rel=1e-4)


def test_more_shards_are_no_cure_for_a_hot_key_but_replicas_are() -> None:
    board = draw("users > db:sharded*2", HOT, figures={"sharded": {"partition_rate": 100.0}})
    assert (board.nodes["db"].minimum, board.nodes["db"].minimum_knob) == (1, "replicas")
    written = draw(
        "users > db:sharded*2",
        Touch(dataset="hot", operation=Operation.UPDATE),
        figures={"sharded": {"partition_rate": 100.0}},
    )
    assert (written.nodes["db"].minimum, written.nodes["db"].minimum_knob) == (None, "shards")


def test_what_has_no_figure_has_no_ceiling() -> None:
    board = draw("users > lb:balancer > api:server > c:cache, db:sql; mon:observer", READ)
    assert all(facts.utilisations == () for facts in board.nodes.values())
    assert all(facts.binding is None for facts in board.nodes.values())


def test_a_demand_on_nothing_is_infinite() -> None:
    assert part(1.0, 0.0) == math.inf
    assert part(0.0, 0.0) == 0.0
    assert part(3.0, 4.0) == 0.75


def test_nobody_comes_and_nothing_is_used() -> None:
    figures = {
        "server": STORE | {"connections": 10.0, "bandwidth": 1e6},
        "sql": STORE | {"partition_rate": 9.0},
    }
    board = draw("users > api:server*3 > db:sql", READ, figures=figures)
    traffic = propagate(board.scenario, board.design, board.catalog, multiple=0.0)
    nodes = measure_nodes(board.scenario, board.design, board.catalog, traffic)
    assert {item.value for facts in nodes.values() for item in facts.utilisations} == {0.0}
    assert (nodes["api"].minimum, nodes["db"].minimum) == (1, 0)
    assert nodes["db"].utilisations[0].limit == 1_000.0


def test_the_most_used_ceiling_comes_first() -> None:
    figures = {
        "server": {"read_rate": 2_000.0, "bandwidth": 100e6, "service_time": 0.1, "connections": 105.0}
    }
    facts = draw("users > api:server", COMPUTE, figures=figures).nodes["api"]
    assert [item.ceiling for item in facts.utilisations] == ["connections", "operations", "bandwidth"]
    assert facts.binding is facts.utilisations[0]


def test_the_fewest_replicas_of_a_leader_that_reads_need() -> None:
    board = draw("users > db:sql", READ, figures={"sql": {"read_rate": 300.0}})
    assert (board.nodes["db"].minimum, board.nodes["db"].minimum_knob) == (3, "replicas")
    assert board.nodes["db"].needed == 2  # one more than there are


def test_no_replicas_help_a_leader_with_too_many_writes() -> None:
    board = draw("users > db:sql", WRITE, figures={"sql": {"write_rate": 999.0}})
    assert (board.nodes["db"].minimum, board.nodes["db"].minimum_knob) == (None, "replicas")


def test_the_fewest_shards_with_a_hot_record() -> None:
    """The hottest of n shards has p + (1 - p) / n of 1,000 a second, of which it can take 300."""
    board = draw("users > db:sharded*2", HOT, figures={"sharded": {"read_rate": 300.0}})
    expected = math.ceil((1 - FIRST) / (0.3 - FIRST))
    assert (board.nodes["db"].minimum, board.nodes["db"].minimum_knob) == (expected, "shards")


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("users > api:server*9", 4),
        ("users > api:server*3", 4),
    ],
)
def test_machines_that_carry_the_peak(text: str, needed: int) -> None:
    board = draw(text, COMPUTE, figures={"server": {"read_rate": 250.0}})
    assert board.nodes["api"].needed == needed


def test_machines_that_carry_the_peak_of_each_shard() -> None:
    board = draw("users > db:sharded[shards=2, replicas=3]", READ, figures={"sharded": {"read_rate": 260.0}})
    assert board.nodes["db"].needed == 2 * 2


def test_months_until_full() -> None:
    growing = {"links": DATASETS["links"].model_copy(update={"growth": 10.0})}
    scenario = ask({"w": work(READ)}, growing)
    board = measure(scenario, "users > db:sharded_sql[shards=2, replicas=0, disk=3.6298 GB]")
    # 0.5 GB on each of two disks now, and 5 kB more each second.
    assert board.nodes["db"].months_until_full == pytest.approx((3.6298e9 - 0.5e9) / 5_000 / 2_629_800)
    full = measure(scenario, "users > db:sharded_sql[shards=2, replicas=0, disk=100 MB]")
    assert full.nodes["db"].months_until_full == 0.0


def test_what_does_not_grow_or_is_not_asked_for_is_never_full() -> None:
    still = measure(ask({"w": work(READ)}), "users > db:sql_database; spare:sql_database")
    assert still.nodes["db"].months_until_full is None
    assert still.nodes["spare"].months_until_full is None
    assert still.nodes["spare"].utilisation(Ceiling.DISK).value == 0.0  # type: ignore[union-attr]


def test_retention_keeps_a_disk_from_filling() -> None:
    kept = DATASETS["links"].model_copy(update={"growth": 100.0, "retention": 1_000_000.0})
    board = measure(ask({"w": work(READ)}, {"links": kept}), "users > db:sql_database[disk=200 GB]")
    assert board.nodes["db"].months_until_full is None
    small = measure(ask({"w": work(READ)}, {"links": kept}), "users > db:sql_database[disk=50 GB]")
    assert small.nodes["db"].months_until_full == pytest.approx(49e9 / 100_000 / 2_629_800)


def test_the_shipped_catalogue_gives_every_part_a_ceiling_that_is_stated() -> None:
    board = measure(
        ask({"w": work(READ, UPDATE)}), "users > load_balancer > api:app_server*4 > cache, db:sql_database"
    )
    assert {item.ceiling for item in board.nodes["db"].utilisations} >= {"operations", "connections", "disk"}
    assert all(SHIPPED[node.component] for node in board.design.nodes)
