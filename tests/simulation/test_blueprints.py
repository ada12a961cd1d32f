"""From a design to a network: each part of a drawing becomes what happens there."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.design.model import Acks, Design, Leaders
from designer.design.notation import parse_notation
from designer.errors import AnalysisError
from designer.performance.setting import setting_of
from designer.scenario.model import Access, Operation, Scenario, Touch
from designer.simulation.blueprints import Blueprint, draw_up
from designer.simulation.model import (
    Call,
    Choose,
    Delay,
    Discipline,
    Fork,
    Law,
    Network,
    Post,
    Repeat,
    Retry,
    Serve,
    Shape,
    Station,
    Step,
    Steps,
)
from designer.traffic.propagation import propagate
from tests.performance.boards import COMPUTE, HOT, READ, UPDATE, WORLD, WRITE, Shelf, ask, work
from tests.simulation.boards import busiest, random_board

FIGURES: dict[str, dict[str, float]] = {
    "server": {"read_rate": 500.0, "servers": 2.0, "service_time": 0.004},
    "worker": {"read_rate": 500.0, "service_time": 0.002},
    "balancer": {"read_rate": 10_000.0},
    "sql": {"read_rate": 1_000.0, "write_rate": 250.0, "service_time": 0.001, "write_time": 0.003},
    "sharded": {"read_rate": 1_000.0, "service_time": 0.001},
    "quorum": {"read_rate": 1_000.0, "service_time": 0.001},
    "cache": {"read_rate": 5_000.0, "service_time": 0.000_2, "memory": 50_000.0},
}


def draw(text: str | Design, *touches: Touch, failures: bool = False, **options: Any) -> Blueprint:
    """The blueprint of a design in notation under one workload."""
    scenario = ask({"w": work(*(touches or (READ,)), **options)})
    return draw_all(scenario, text, failures=failures)


def draw_all(scenario: Scenario, text: str | Design, *, failures: bool = False) -> Blueprint:
    shelf = Shelf(FIGURES, WORLD)
    design = parse_notation(text, shelf) if isinstance(text, str) else text
    traffic = propagate(scenario, design, shelf)
    assert traffic.problems == ()
    return draw_up(setting_of(scenario, design, shelf, traffic), failures=failures)


def station(blueprint: Blueprint, name: str) -> Station:
    return next(item for item in blueprint.network.stations if item.name == name)


def walk(network: Network, steps: Steps) -> Iterator[Step]:
    """Every step that a request may do, those of routines each time they are called."""
    for step in steps:
        yield step
        for _, way in parts(network, step):
            yield from walk(network, way)


def parts(network: Network, step: Step) -> Iterator[tuple[float, Steps]]:
    """What a step is made of, each piece with how often it is done on average."""
    match step:
        case Choose(options):
            yield from options
        case Fork(ways, _):
            yield from ((1.0, way) for way in ways)
        case Repeat(again, count):
            yield count, again
        case Post(again):
            yield 1.0, again
        case Call(routine, _, _):
            yield 1.0, network.routines[routine]
        case _:
            pass


def serves(network: Network, steps: Steps, factor: float = 1.0) -> dict[str, float]:
    """How long a request holds a server of each station on average, in seconds."""
    found: dict[str, float] = {}
    for step in steps:
        if isinstance(step, Serve):
            found[step.station] = found.get(step.station, 0.0) + factor * step.time.mean * step.hold
        for often, way in parts(network, step):
            for name, seconds in serves(network, way, factor * often).items():
                found[name] = found.get(name, 0.0) + seconds
    return found


def offered(blueprint: Blueprint) -> dict[str, float]:
    """Part of the servers of each station that all requests together keep busy."""
    found: dict[str, float] = {}
    for source in blueprint.network.sources:
        for name, seconds in serves(blueprint.network, source.steps).items():
            item = station(blueprint, name)
            found[name] = found.get(name, 0.0) + source.rate * seconds / item.machines / item.servers
    return found


def all_steps(blueprint: Blueprint) -> list[Step]:
    return [step for source in blueprint.network.sources for step in walk(blueprint.network, source.steps)]


def served_at(blueprint: Blueprint, name: str) -> list[Serve]:
    return [step for step in all_steps(blueprint) if isinstance(step, Serve) and step.station == name]


def test_a_chain_is_a_way_there_and_a_service_at_each() -> None:
    found = draw("users > server > sql", rate=100.0)
    (source,) = found.network.sources
    assert (source.name, source.rate) == ("w", 100.0)
    away, at_server, near, at_sql = source.steps
    assert away == Delay(Law(Shape.EXPONENTIAL, pytest.approx(0.05)))
    assert at_server == Serve("server", Law(Shape.EXPONENTIAL, 0.004), pytest.approx(1.0))
    assert near == Delay(Law(Shape.EXPONENTIAL, pytest.approx(0.001)))
    assert at_sql == Serve("sql", Law(Shape.EXPONENTIAL, 0.001), pytest.approx(1.0))
    assert station(found, "server").servers == 2


def test_what_holds_longer_than_it_takes_holds_on_after_the_answer() -> None:
    found = draw("users > sql", WRITE)
    (step,) = served_at(found, "sql")
    assert step.time.mean == 0.003 and step.time.mean * step.hold == pytest.approx(1 / 250)


def test_what_has_a_rate_but_no_service_time_is_held_all_the_same() -> None:
    (step,) = served_at(draw("users > balancer > server > sql"), "balancer")
    assert step.time.mean * step.hold == pytest.approx(1 / 10_000)
    assert step.time.mean < 1e-9


def test_what_has_no_figures_takes_no_time() -> None:
    assert served_at(draw("users > plain_router > server > sql"), "plain_router") == []


@pytest.mark.parametrize(
    ("text", "discipline"),
    [
        ("users > server*3 > sql", Discipline.RANDOM),
        ("users > balancer > server*3 > sql", Discipline.LEAST_CONNECTIONS),
        ("users > balancer[routing=round_robin] > server*3 > sql", Discipline.ROUND_ROBIN),
        ("users > balancer[routing=random] > server*3 > sql", Discipline.RANDOM),
        ("users > balancer > server*3 > sql; users > server", Discipline.RANDOM),
    ],
)
def test_machines_are_found_as_their_callers_look_for_them(text: str, discipline: Discipline) -> None:
    item = station(draw(text), "server")
    assert (item.machines, item.discipline) == (3, discipline)


def test_workers_take_the_next_message() -> None:
    later = Touch(dataset="links", operation=Operation.WRITE, deferred=True)
    found = draw("users > server > queue > worker*3 > sql", later)
    assert station(found, "worker").discipline is Discipline.SHARED
    (posted,) = [step for step in all_steps(found) if isinstance(step, Post)]
    assert set(serves(found.network, posted.steps)) == {"worker", "sql"}


def test_a_cache_aside_is_asked_first_and_its_misses_go_on() -> None:
    found = draw("users > server > cache, sql", HOT)
    network = found.network
    lookup, fill = served_at(found, "cache")
    assert lookup.time.mean == fill.time.mean == 0.000_2
    fills, misses = [step for step in all_steps(found) if isinstance(step, Choose)]
    assert set(serves(network, (misses,))) == {"sql"} and set(serves(network, (fills,))) == {"cache"}
    for choice in (fills, misses):
        assert sum(chance for chance, _ in choice.options) == pytest.approx(1.0)
    (missed,) = [chance for chance, way in misses.options if way]
    (filled,) = [chance for chance, way in fills.options if way]
    assert 0.1 < missed < 0.9 and filled == pytest.approx(missed)


def test_of_several_lookups_each_may_miss() -> None:
    found = draw("users > server > cache, sql", Touch(dataset="hot", count=3.0))
    single = draw("users > server > cache, sql", HOT)
    choice, once = (
        [step for step in item.network.sources[0].steps if isinstance(step, Choose)][-1]
        for item in (found, single)
    )
    missing = once.options[0][0]
    assert [chance for chance, _ in choice.options] == pytest.approx(
        [math.comb(3, count) * missing**count * (1 - missing) ** (3 - count) for count in (1, 2, 3, 0)]
    )
    assert serves(found.network, found.network.sources[0].steps)["sql"] == pytest.approx(3 * missing / 1_000)


def test_calls_at_once_are_a_fork_that_waits_for_all() -> None:
    found = draw(
        "users > server[calls=parallel] > sql, worker[provides=other]", READ, Touch(capability="other")
    )
    (fork,) = [step for step in all_steps(found) if isinstance(step, Fork)]
    assert len(fork.ways) == 2 and fork.needed is None


def test_operations_in_turn_are_repeated_and_at_once_they_fork() -> None:
    three = Touch(dataset="links", count=3.0)
    (again,) = [step for step in all_steps(draw("users > server > sql", three)) if isinstance(step, Repeat)]
    assert again.count == 3.0
    forks = [
        step
        for step in all_steps(draw("users > server[calls=parallel] > sql", three))
        if isinstance(step, Fork)
    ]
    assert [len(fork.ways) for fork in forks] == [3]


def test_keys_find_their_shard_and_the_hottest_has_most() -> None:
    found = draw("users > server > sharded[shards=4]", HOT)
    (step,) = served_at(found, "sharded")
    assert step.weights is not None and len(step.weights) == 4
    assert step.weights[0] > 1.2 * step.weights[1] == 1.2 * step.weights[3]


def test_a_scattered_read_asks_every_shard_at_once() -> None:
    found = draw(
        "users > server > sharded[shards=4, replicas=1]", Touch(dataset="links", access=Access.SCATTER)
    )
    (fork,) = [step for step in all_steps(found) if isinstance(step, Fork)]
    assert len(fork.ways) == 4
    asked = [way[0].weights for way in fork.ways if isinstance(way[0], Serve)]
    for number, weights in enumerate(asked):
        assert weights is not None and sum(weight > 0 for weight in weights) == 2, number
    assert len(set(asked)) == 4


def test_replicas_apply_what_their_leader_has_written() -> None:
    found = draw("users > sql[replicas=2]", WRITE)
    leader, *rest = served_at(found, "sql")
    assert leader.machine == 0 and {step.machine for step in rest} == {1, 2}
    forks = [step for step in all_steps(found) if isinstance(step, Fork)]
    assert all(fork.needed == 1 and () in fork.ways for fork in forks) and len(forks) == 2


def test_an_answer_may_wait_for_the_copies_to_have_it() -> None:
    alone = draw("users > sql[replicas=2]", WRITE)
    both = draw(_set(alone_text(), acks=Acks.ALL), WRITE)
    assert _delays(both) > _delays(alone)


def test_any_of_several_leaders_takes_a_write() -> None:
    found = draw(_set(alone_text(), leaders=Leaders.MULTI), WRITE)
    (choice,) = [step for step in all_steps(found) if isinstance(step, Choose)]
    firsts = [
        next(step.machine for step in way if isinstance(step, Serve) and step.machine is not None)
        for _, way in choice.options
    ]
    assert firsts == [0, 1, 2]


def alone_text() -> Design:
    return parse_notation("users > sql[replicas=2]", Shelf(FIGURES, WORLD))


def _set(design: Design, **settings: Any) -> Design:
    nodes = [node.model_copy(update=settings) if node.id == "sql" else node for node in design.nodes]
    return design.model_copy(update={"nodes": tuple(nodes)})


def _delays(blueprint: Blueprint) -> float:
    return sum(step.time.mean for step in all_steps(blueprint) if isinstance(step, Delay))


def test_a_quorum_asks_all_that_have_the_record_and_waits_for_most() -> None:
    found = draw("users > quorum*5[replicas=2]", READ)
    forks = [step for step in all_steps(found) if isinstance(step, Fork)]
    assert len(forks) == 5 and all((len(fork.ways), fork.needed) == (3, 2) for fork in forks)
    assert offered(found)["quorum"] == pytest.approx(1_000 / 5 / 1_000)


def test_retries_and_time_limits_belong_to_calls() -> None:
    design = parse_notation("users > server > sql", Shelf(FIGURES, WORLD))
    changed = [
        item.model_copy(update={"timeout": 0.2, "retries": 2, "retry_budget": 0.1, "backoff": 0.05})
        if item.target == "sql"
        else item
        for item in design.connections
    ]
    found = draw(design.model_copy(update={"connections": tuple(changed)}))
    (call,) = [step for step in all_steps(found) if isinstance(step, Call)]
    assert call.retry == Retry(timeout=0.2, retries=2, budget=0.1, pause=0.05)
    assert set(serves(found.network, found.network.routines[call.routine])) == {"sql"}


def test_a_limit_turns_away_who_comes_too_often() -> None:
    design = parse_notation("users > server > sql", Shelf(FIGURES, WORLD))
    nodes = [
        node.model_copy(update={"limit": 400.0}) if node.id == "server" else node for node in design.nodes
    ]
    found = draw(design.model_copy(update={"nodes": tuple(nodes)}), rate=300.0)
    gate = station(found, "server:limit")
    assert (gate.servers, gate.places) == (400, 0)
    (step,) = served_at(found, "server:limit")
    assert step.time.mean * step.hold == pytest.approx(1.0)
    assert "server:limit" not in found.computed


def test_machines_fail_only_when_asked_to() -> None:
    design = parse_notation(
        "users > sql[replicas=1, failures_per_year=2, failover_time=60 s]", Shelf(FIGURES, WORLD)
    )
    assert station(draw(design), "sql").failure is None
    failure = station(draw(design, failures=True), "sql").failure
    assert failure is not None and failure.down.mean == 60.0
    assert failure.working.mean + failure.down.mean == pytest.approx(31_557_600 / 2)


def test_a_visit_met_on_many_ways_is_written_once() -> None:
    layers = "; ".join(
        f"a{layer}, b{layer} > a{layer + 1}:server, b{layer + 1}:server" for layer in range(1, 30)
    )
    text = f"users > balancer > a1:server, b1:server; {layers}; a30, b30 > sql"
    found = draw(text, rate=10.0)
    assert len(found.network.routines) < 200
    assert _size(found.network) < 2_000


def _size(network: Network) -> int:
    pieces = [source.steps for source in network.sources] + list(network.routines.values())
    return sum(_length(steps) for steps in pieces)


def _length(steps: Steps) -> int:
    nowhere = Network((), (), defaultdict(tuple))
    return sum(1 + sum(_length(way) for _, way in parts(nowhere, step)) for step in steps)


def test_too_much_at_once_is_refused_in_a_sentence() -> None:
    with pytest.raises(AnalysisError, match="too many to simulate"):
        draw("users > server > sharded[shards=5000]", Touch(dataset="links", access=Access.SCATTER))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 100_000))
def test_stations_are_offered_what_is_computed(seed: int) -> None:
    board = random_board(seed)
    traffic = propagate(board.scenario, board.design, board.catalog)
    setting = setting_of(board.scenario, board.design, board.catalog, traffic)
    blueprint = draw_up(setting)
    asked = offered(blueprint)
    assert asked.keys() == blueprint.computed.keys()
    assert asked == pytest.approx(dict(blueprint.computed), rel=1e-6)
    assert busiest(setting) == pytest.approx(board.target, rel=1e-6)
    assert blueprint.left_out == ()


def test_work_of_a_service_is_done_there() -> None:
    assert len(served_at(draw("users > server", COMPUTE), "server")) == 1
    assert [step.time.mean for step in served_at(draw("users > sql", UPDATE), "sql")] == [0.003]
