"""Waits between tries and answers of a caller's own: what is computed agrees with what is simulated."""

from __future__ import annotations

from typing import Any

import pytest

from designer.design.notation import parse_notation
from designer.performance.capacity import measure_nodes
from designer.performance.latency import respond
from designer.performance.model import Response
from designer.performance.setting import setting_of
from designer.simulation import simulate
from designer.simulation.blueprints import draw_up
from designer.simulation.model import Outcome
from designer.traffic.propagation import propagate
from tests.performance.boards import COMPUTE, WORLD, Shelf, ask, work

REQUESTS = 200_000


def both(figures: dict[str, float], rate: float, **settings: Any) -> tuple[Response, Outcome]:
    """The response computed and simulated, of a caller with these settings and what it calls."""
    shelf = Shelf({"server": figures}, WORLD)
    drawn = parse_notation("users > app:worker > api:server", shelf)
    links = [item.model_copy(update=settings) if item.source == "app" else item for item in drawn.connections]
    design = drawn.model_copy(update={"connections": tuple(links)})
    scenario = ask({"w": work(COMPUTE, rate=rate)})
    traffic = propagate(scenario, design, shelf)
    answers, _ = respond(scenario, design, shelf, traffic, measure_nodes(scenario, design, shelf, traffic))
    network = draw_up(setting_of(scenario, design, shelf, traffic)).network
    return answers["w"], simulate(network, seed=3, requests=REQUESTS, warm_up=1_000)


@pytest.mark.parametrize(("retries", "backoff"), [(0, None), (1, 0.05), (3, 0.02), (3, None)])
def test_waits_between_tries_take_as_long_as_computed(retries: int, backoff: float | None) -> None:
    figures = {"service_time": 0.02, "read_rate": 1_000.0, "servers": 20.0}
    answer, outcome = both(figures, 1.0, timeout=0.04, retries=retries, backoff=backoff, fallback=True)
    (source,) = outcome.sources
    assert source.failed == 0
    assert answer.mean == pytest.approx(source.responses.mean.value, rel=0.02)
    assert answer.percentiles[99.0] == pytest.approx(source.responses.percentiles[99.0].value, rel=0.05)


def test_without_an_answer_of_its_own_the_request_fails() -> None:
    figures = {"service_time": 0.02, "read_rate": 1_000.0, "servers": 20.0}
    _, outcome = both(figures, 1.0, timeout=0.04)
    (source,) = outcome.sources
    assert source.failed / source.arrived == pytest.approx(0.14, abs=0.02)


def test_nobody_waits_longer_than_computed_for_what_cannot_keep_up() -> None:
    figures = {"service_time": 0.01, "read_rate": 100.0}
    answer, outcome = both(figures, 300.0, timeout=0.2, retries=1, backoff=0.1, fallback=True)
    (source,) = outcome.sources
    assert source.failed == 0
    assert source.responses.mean.value <= answer.mean
    assert answer.mean == pytest.approx(0.2 + 0.1 + 0.2, abs=0.1)
