"""The monthly bill, worked out by hand."""

from __future__ import annotations

import pytest

from designer.scenario.model import Operation, Touch
from designer.units import SECONDS_PER_MONTH
from tests.performance.boards import COMPUTE, DATASETS, HOT, READ, WRITE, Board, draw

LINKS = {"links": DATASETS["links"]}
"""1 GB."""


def bill(board: Board, node: str) -> tuple[float, float, float, float]:
    found = next(item for item in board.cost.nodes if item.node == node)
    assert found.total == pytest.approx(found.machines + found.storage + found.requests + found.egress)
    return (found.machines, found.storage, found.requests, found.egress)


@pytest.mark.parametrize(
    ("text", "machines"),
    [
        ("users > db:sql[replicas=2]", 3),
        ("users > db:sharded[shards=4, replicas=2]", 12),
        ("users > db:quorum[instances=6, replicas=2]", 6),
        ("users > db:managed", 1),
    ],
)
def test_every_machine_is_paid_for(text: str, machines: int) -> None:
    prices = {"cost": 100.0}
    board = draw(text, READ, figures=dict.fromkeys(("sql", "sharded", "quorum", "managed"), prices))
    assert bill(board, "db")[0] == 100.0 * machines


def test_what_is_not_connected_costs_all_the_same() -> None:
    figures = {"sql": {"cost": 100.0, "cost_per_gb_month": 1.0}, "server": {"cost": 10.0}}
    board = draw("users > db:sql; spare:sql; idle:server*3", READ, figures=figures, datasets=LINKS)
    assert bill(board, "spare") == (100.0, 0.0, 0.0, 0.0)
    assert bill(board, "idle") == (30.0, 0.0, 0.0, 0.0)
    assert bill(board, "db")[:2] == (100.0, 1.0)
    assert board.cost.total == pytest.approx(100 + 1 + 100 + 30 + bill(board, "db")[3])


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        ("users > db:sql[replicas=2]", 3),
        ("users > db:sharded[shards=4, replicas=1]", 2),
        ("users > db:quorum[instances=6, replicas=2]", 3),
        ("users > db:managed", 1),
    ],
)
def test_every_copy_that_is_not_the_providers_is_paid_for(text: str, copies: int) -> None:
    prices = {"cost_per_gb_month": 2.0, "disk": 1e12}
    figures = dict.fromkeys(("sql", "sharded", "quorum", "managed"), prices)
    assert bill(draw(text, READ, figures=figures, datasets=LINKS), "db")[1] == pytest.approx(2.0 * copies)


def test_a_cache_pays_for_its_memory() -> None:
    figures = {"cache": {"cost_per_gb_month": 10.0, "memory": 4e9}}
    board = draw("users > api:server > c:cache[instances=2, replicas=1], db:sql", READ, figures=figures)
    assert bill(board, "c")[1] == pytest.approx(10.0 * 4 * 4)


def test_requests_are_paid_at_their_average_rate() -> None:
    three = Touch(dataset="links", operation=Operation.WRITE, count=3)
    board = draw("users > db:managed", three, figures={"managed": {"cost_per_million": 0.5}}, peak_factor=4.0)
    assert bill(board, "db")[2] == pytest.approx(0.5 * 3_000 * SECONDS_PER_MONTH / 1e6)


def test_answers_to_clients_cost_the_egress_of_the_region() -> None:
    board = draw("users > lb:balancer > api:server", COMPUTE, response_size=10_000.0, peak_factor=2.0)
    assert bill(board, "lb")[3] == pytest.approx(0.1 * 1_000 * 10_000 * SECONDS_PER_MONTH / 1e9)
    assert bill(board, "api")[3] == 0.0


def test_a_cdn_has_a_price_of_its_own() -> None:
    figures = {"cdn": {"memory": 1e6, "egress_per_gb": 0.05}}
    board = draw(
        "users > c:cdn > db:managed", Touch(dataset="images"), figures=figures, response_size=100_000.0
    )
    assert bill(board, "c")[3] == pytest.approx(0.05 * 1_000 * 100_000 * SECONDS_PER_MONTH / 1e9)
    assert bill(board, "db")[3] == 0.0


def test_the_whole_and_a_million_requests() -> None:
    board = draw(
        "users > api:server",
        COMPUTE,
        figures={"server": {"cost": 262.98}},
        peak_factor=2.0,
        response_size=0.0,
    )
    assert board.cost.total == pytest.approx(262.98)
    assert board.cost.per_million_requests == pytest.approx(262.98 / (1_000 * SECONDS_PER_MONTH / 1e6))


def test_without_traffic_there_is_no_price_of_a_request() -> None:
    board = draw("api:server > db:sql", HOT, WRITE, figures={"server": {"cost": 5.0}})
    assert board.cost.total == 5.0
    assert board.cost.per_million_requests is None
    assert board.cost.nodes[1].arithmetic.formula == "C = 0"
