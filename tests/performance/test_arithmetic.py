"""Every number unfolds to a formula that gives it, with inputs that have their sources."""

from __future__ import annotations

import math

import pytest

from designer.arithmetic import Arithmetic
from designer.performance.explain_latency import INVERSION
from designer.performance.model import Ceiling
from designer.scenario.model import Access, Dataset, Operation, Touch
from tests.performance.boards import (
    HOT,
    READ,
    WRITE,
    Board,
    all_arithmetic,
    ask,
    draw,
    evaluate,
    measure,
    work,
)

LATER = Touch(dataset="links", operation=Operation.UPDATE, deferred=True, count=3)
SCATTER = Touch(dataset="hot", access=Access.SCATTER)
FULL = {
    "read_rate": 3_000.0,
    "write_rate": 4_500.0,
    "servers": 3.0,
    "service_time": 0.004,
    "service_time_p99": 0.03,
    "connections": 300.0,
    "pool": 7.0,
    "bandwidth": 1e9,
    "memory": 4e8,
    "disk": 1e10,
    "partition_rate": 900.0,
    "cost": 70.0,
    "cost_per_million": 0.3,
    "cost_per_gb_month": 0.2,
    "egress_per_gb": 0.07,
}

BOARDS = [
    "users > lb:balancer*2 > api:server*3 > c:cache*2, db:sql[replicas=2]; api > q:log[partitions=3] > w:worker*4 > db",
    "users > api:server*3 > db:sharded[shards=5, replicas=1, read_from=replicas]; api > q:queue > w:worker > db",
    "users > api:server*3[calls=parallel] > db:quorum[instances=5, replicas=2]; api > q:queue > w:worker > db",
    "users > api:server*3 > db:managed; api > q:queue > w:worker > db",
    "users > api:server*3 > db:quorum; api > q:queue > w:worker > db",
]


def board(text: str) -> Board:
    parts = ("balancer", "server", "worker", "sql", "sharded", "quorum", "managed", "cache", "queue", "log")
    return draw(text, READ, HOT, WRITE, LATER, SCATTER, figures=dict.fromkeys(parts, FULL), rate=300.0)


def check(arithmetic: Arithmetic) -> None:
    for step in all_arithmetic(arithmetic):
        symbols = [quantity.symbol for quantity in step.inputs]
        assert len(symbols) == len(set(symbols)), step.formula
        if step.method == INVERSION or "(t)" in step.formula or "sum over" in step.formula:
            continue
        if math.isfinite(step.result.value):
            assert evaluate(step) == pytest.approx(step.result.value, rel=1e-9, abs=1e-15), step.formula


@pytest.mark.parametrize("text", BOARDS)
def test_every_formula_gives_its_result(text: str) -> None:
    found = board(text)
    for facts in found.nodes.values():
        for item in facts.utilisations:
            check(item.arithmetic)
            assert item.arithmetic.result.value == item.value
    for response in (*found.answers.values(), *found.freshness.values()):
        check(response.arithmetic)
        assert response.arithmetic.result.value == response.mean
    for node in found.cost.nodes:
        check(node.arithmetic)
        assert node.arithmetic.result.value == pytest.approx(node.total)
    for growth in found.growth.values():
        check(growth.arithmetic)


@pytest.mark.parametrize("text", BOARDS)
def test_every_figure_names_its_source(text: str) -> None:
    found = board(text)
    for facts in found.nodes.values():
        for item in facts.utilisations:
            assert any(source.startswith("the source of") for source in item.arithmetic.sources), item.ceiling
    assert "headers" in found.used("api", Ceiling.BANDWIDTH).arithmetic.sources


def test_a_figure_set_on_the_node_says_so() -> None:
    found = draw("users > db:sql[read_rate=2k/s]", READ, figures={"sql": {"read_rate": 5.0}})
    assert found.used("db").arithmetic.sources == ("set on the node",)


def test_percentiles_name_their_method() -> None:
    response = board(BOARDS[0]).answers["w"]
    told = {
        step.result.symbol: step.result.value
        for step in response.arithmetic.steps
        if step.method == INVERSION
    }
    assert told == {f"p{percentile:g}": value for percentile, value in response.percentiles.items()}


def test_a_percentile_that_no_gamma_can_have_is_told() -> None:
    tight = draw(
        "users > api:server > db:sql", READ, figures={"sql": {"service_time": 0.05, "service_time_p99": 0.05}}
    )
    assert "Db" in str(tight.answers["w"].arithmetic.method) or "db" in str(
        tight.answers["w"].arithmetic.method
    )
    usual = draw(
        "users > api:server > db:sql", READ, figures={"sql": {"service_time": 0.05, "service_time_p99": 0.2}}
    )
    assert "gamma" not in str(usual.answers["w"].arithmetic.method)


def test_growth_tells_what_is_written() -> None:
    links = Dataset(name="Links", record_size=100.0, records=10.0, retention=1e6)
    scenario = ask({"one": work(WRITE, rate=3.0), "two": work(WRITE, rate=5.0)}, {"links": links})
    arithmetic = measure(scenario, "users > sql_database").growth["links"].arithmetic
    assert arithmetic.formula == "B(t) = b min(N + g t, max(N, g R))"
    assert evaluate(arithmetic.steps[0]) == pytest.approx(8.0)
