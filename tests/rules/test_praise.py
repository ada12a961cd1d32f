"""What rules praise is true: nothing is called well that another part of the same report says is not."""

from __future__ import annotations

import pytest

from designer.analysis import State
from designer.performance.model import Ceiling
from designer.rules.questions import CARRYING, allowed_at, most_used, workloads_at
from tests.rules.damage import damaged
from tests.rules.judging import found, is_praised, judged, judgement

SPARE = "reliability.nothing-to-spare"
IN_TURN = "latency.calls-one-after-the-other"
UNUSED = "simplicity.unconnected-node"
OPEN = "security.unencrypted-entry"
BALANCER = "simplicity.balancer-without-choice"
NEEDLESS = "simplicity.cache-without-need"


@pytest.mark.parametrize("seed", range(100))
def test_a_failure_leaves_enough_only_where_the_peak_is_carried_at_all(seed: int) -> None:
    analysis = damaged(seed)
    crowded = [
        node
        for node in workloads_at(analysis)
        if (used := most_used(analysis, node, CARRYING)) and used.value > allowed_at(analysis, node)
    ]
    assert not (crowded and is_praised(SPARE, analysis))


@pytest.mark.parametrize("seed", range(50))
def test_calls_are_in_time_only_where_every_answer_is(seed: int) -> None:
    analysis = damaged(seed)
    late = [item for item in analysis.verdicts if item.kind == "latency" and item.state is not State.MET]
    assert not (late and "with time to spare" in judgement(IN_TURN, analysis).message)


@pytest.mark.parametrize("seed", range(50))
def test_every_part_is_used_only_where_every_request_finds_its_way(seed: int) -> None:
    analysis = damaged(seed)
    assert not (analysis.traffic.problems and is_praised(UNUSED, analysis))


def test_requests_to_a_store_are_not_said_to_be_encrypted() -> None:
    analysis = judged(
        "users > load_balancer*2 > api:app_server*8 > db:sql_database*3; mobile_app > db",
    )
    assert "that a service answers" in judgement(OPEN, analysis).message


def test_a_failing_cache_is_not_told_of_as_a_failing_zone() -> None:
    """The store has two machines of which one is needed: it is the cache's answers that it cannot do without."""
    analysis = judged(
        "users > load_balancer*6 > api:app_server[instances=60, read_rate=4k/s, servers=80] > cache*2[replicas=1], "
        "db:sql_database*2[read_from=leader]",
        "busy",
    )
    assert "db" not in [node for item in found(SPARE, analysis) for node in item.nodes]


def test_a_balancer_that_nothing_reaches_today_is_still_one_that_requests_pass() -> None:
    """The caches at the edge answer everything here, until one of them has not got what is wanted."""
    analysis = judged("users > cdn > load_balancer*2 > object_storage", "static")
    assert "load_balancer" not in workloads_at(analysis)
    assert judgement(BALANCER, analysis).message != "No request passes a load balancer."


def test_a_cache_is_judged_by_what_its_store_may_do() -> None:
    """Machines are planned for 60 % of what they can do: 56 % without the cache is well within that, 84 % is not."""
    cached = "users > load_balancer*8 > api:app_server*120 > cache*3[replicas=1], db:sql_database*3[read_rate={}k/s]"
    scenario = "busy"
    roomy, tight = judged(cached.format(90), scenario), judged(cached.format(60), scenario)
    assert found(NEEDLESS, roomy) and not found(NEEDLESS, tight)
    assert "has no room for" in judgement(NEEDLESS, tight).message


def test_a_hot_record_is_a_reason_for_a_cache() -> None:
    """The machine that has it would do little else, though all machines together have room."""
    cached = (
        "users > load_balancer*6 > api:app_server[instances=60, read_rate=4k/s, servers=80] > cache*2[replicas=1], "
        "db:sharded_sql[shards=16, replicas=0, read_rate=50k/s, memory=200 GB]"
    )
    analysis = judged(cached, "busy")
    used = analysis.nodes["db"].utilisation(Ceiling.OPERATIONS)
    assert used is not None and used.value < 0.1
    assert not found(NEEDLESS, analysis)
