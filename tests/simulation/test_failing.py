"""Requests that fail while everything is up: the share that is computed is the share that fails in the simulation."""

from __future__ import annotations

from typing import Any

import pytest

from designer.design.notation import parse_notation
from designer.performance.capacity import measure_nodes
from designer.performance.failing import find_failing
from designer.performance.setting import setting_of
from designer.performance.tries import find_tries
from designer.simulation import simulate
from designer.simulation.blueprints import draw_up
from designer.traffic.propagation import propagate
from tests.performance.boards import COMPUTE, READ, WORLD, Shelf, ask, work

REQUESTS = 200_000
WITHIN, NEARLY = 0.06, 0.002
"""How far the computed share may be from the simulated: so much of it, and as much on top as chance makes."""

WIDE = {
    "service_time": 0.02,
    "service_time_p99": 0.1,
    "read_rate": 500.0,
    "servers": 10.0,
    "write_rate": 500.0,
}
PLAIN = {"service_time": 0.02, "read_rate": 500.0, "servers": 10.0}
BUSY = {"read_rate": 100.0, "service_time": 0.01}


def both(
    drawn: str, touch: Any = COMPUTE, rate: float = 5.0, **figures: dict[str, float]
) -> tuple[float, float]:
    """The share of the requests that fail: computed, and simulated with as many tries as are computed."""
    shelf = Shelf(figures, WORLD)
    design = parse_notation(drawn, shelf)
    scenario = ask({"w": work(touch, rate=rate)})
    traffic = propagate(scenario, design, shelf)
    for _ in range(20):
        nodes = measure_nodes(scenario, design, shelf, traffic)
        traffic = propagate(
            scenario, design, shelf, tries=find_tries(scenario, design, shelf, traffic, nodes)
        )
    found = find_failing(scenario, design, shelf, traffic, measure_nodes(scenario, design, shelf, traffic))
    network = draw_up(setting_of(scenario, design, shelf, traffic)).network
    (source,) = simulate(network, seed=5, requests=REQUESTS, warm_up=2_000).sources
    return found["w"].share if found else 0.0, source.failed / source.arrived


@pytest.mark.parametrize(
    ("drawn", "figures"),
    [
        ("users > app:worker >[timeout=40 ms] api:server", {"server": PLAIN}),
        ("users > app:worker >[timeout=15 ms] api:server", {"server": WIDE}),
        ("users > app:worker >[timeout=40 ms, retries=1] api:server", {"server": PLAIN}),
        ("users > app:worker >[timeout=30 ms, retries=2, backoff=5 ms] api:server", {"server": WIDE}),
        ("users > app:worker >[timeout=15 ms, retries=3, retry_budget=10 %] api:server", {"server": WIDE}),
        ("users > app:worker >[timeout=40 ms, calls=3] api:server", {"server": PLAIN}),
        ("users > app:worker >[timeout=40 ms, calls=1.5] api:server", {"server": PLAIN}),
        ("users > app:worker > api:server", {"server": PLAIN | {"error_rate": 0.05}}),
        ("users > app:worker >[retries=1] api:server", {"server": PLAIN | {"error_rate": 0.2}}),
        (
            "users > app:worker >[timeout=60 ms, retries=1] api:server",
            {"server": PLAIN | {"error_rate": 0.1}},
        ),
        (
            "users >[timeout=500 ms, retries=1] app:worker > api:server",
            {"server": PLAIN | {"error_rate": 0.2}, "worker": {"error_rate": 0.1}},
        ),
        ("users > app:worker[deadline=40 ms] > api:server", {"server": PLAIN}),
        ("users > app:worker[deadline=40 ms] >[timeout=60 ms] api:server", {"server": PLAIN}),
        ("users > app:worker[deadline=40 ms] >[timeout=30 ms] api:server", {"server": PLAIN}),
        ("users > app:worker >[timeout=30 ms] api:server[deadline=40 ms]", {"server": PLAIN}),
        ("users > app:worker >[timeout=40 ms] api:server[deadline=40 ms]", {"server": PLAIN}),
        ("users > app:worker >[timeout=41 ms] api:server[deadline=40 ms]", {"server": PLAIN}),
        ("users > app:worker >[timeout=60 ms] api:server[deadline=40 ms]", {"server": PLAIN}),
        ("users > app:worker >[timeout=40 ms, retries=1] api:server[deadline=40 ms]", {"server": PLAIN}),
        (
            "users > app:worker >[timeout=40 ms] api:server[deadline=40 ms]",
            {"server": PLAIN | {"error_rate": 0.1}},
        ),
        (
            "users > app:worker > a:plain_router > api:server, other:server",
            {"server": PLAIN | {"error_rate": 0.1}},
        ),
    ],
)
def test_what_fails_is_what_fails_in_the_simulation(drawn: str, figures: dict[str, dict[str, float]]) -> None:
    computed, simulated = both(drawn, **figures)
    assert simulated > 0.002
    assert computed == pytest.approx(simulated, rel=WITHIN, abs=NEARLY)


def test_waiting_at_a_busy_machine_is_part_of_it() -> None:
    computed, simulated = both("users > app:worker >[timeout=30 ms] api:server", rate=30.0, server=BUSY)
    # A try that is given up leaves the queue in the simulation, which is then shorter than computed.
    assert simulated < computed == pytest.approx(simulated, rel=0.25)


@pytest.mark.parametrize(
    "drawn",
    [
        "users > app:worker >[timeout=20 ms, fallback=true] api:server",
        "users > app:worker >[timeout=2 s] api:server",
        "users > app:worker > api:server",
    ],
)
def test_nothing_fails_that_is_waited_for_or_done_without(drawn: str) -> None:
    assert both(drawn, server=PLAIN) == (0.0, 0.0)


def test_a_cache_that_is_given_up_costs_no_request() -> None:
    figures = {"cache": PLAIN | {"memory": 1e6}, "sql": {"service_time": 0.001, "read_rate": 1e5}}
    computed, simulated = both("users > app:worker >[timeout=10 ms] hot:cache; app > db:sql", READ, **figures)
    assert computed == simulated == 0.0
