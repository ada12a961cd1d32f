"""Every number unfolds to a formula that gives it, with inputs that have their sources."""

from __future__ import annotations

import math

import pytest

from designer.arithmetic import Arithmetic
from designer.performance.explain_distribution import METHOD, NOTHING
from designer.performance.explain_latency import INVERSION
from designer.performance.model import Ceiling
from designer.scenario.model import Access, Dataset, Operation, Touch
from designer.units import Dimension
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
    """The formulas of numbers; those of what is drawn by chance are in test_times_told."""
    drawn = [part for step in arithmetic.steps if step.method == METHOD for part in all_arithmetic(step)]
    for step in all_arithmetic(arithmetic):
        if step in drawn:
            continue
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


@pytest.mark.parametrize("text", BOARDS)
def test_every_hop_unfolds_to_what_it_does_and_how_far_it_is(text: str) -> None:
    found = board(text)
    for response in (*found.answers.values(), *found.freshness.values()):
        hops = [step for step in response.arithmetic.steps if step.formula == "t = s + w + n"]
        assert len(hops) == len(response.hops)
        for hop in hops:
            parts = {quantity.symbol: quantity.value for quantity in hop.inputs}
            told = {step.result.symbol: step for step in hop.steps}
            for symbol in ("s", "n"):
                if parts[symbol] > 0.0:
                    assert told[symbol].result.value == parts[symbol]
                    assert told[symbol].sources, hop.result.name


@pytest.mark.parametrize("text", BOARDS)
def test_no_time_is_told_that_is_no_time_and_no_factor_in_percent(text: str) -> None:
    found = board(text)
    for response in (*found.answers.values(), *found.freshness.values()):
        for step in all_arithmetic(response.arithmetic):
            for quantity in (step.result, *step.inputs):
                if quantity.dimension is Dimension.TIME:
                    assert quantity.value == 0.0 or quantity.value >= NOTHING, step.formula
                if quantity.dimension is Dimension.RATIO:
                    assert quantity.value <= 1.0, quantity.symbol


def test_writes_cite_the_figure_of_writes_and_reads_that_of_reads() -> None:
    figures = {
        "sql": {"service_time": 0.001, "service_time_p99": 0.004, "write_time": 0.02, "write_time_p99": 0.06}
    }
    for touch, takes, other in ((READ, 0.001, 0.02), (WRITE, 0.02, 0.001)):
        arithmetic = draw("users > api:server > db:sql", touch, figures=figures).answers["w"].arithmetic
        (hop,) = [step for step in arithmetic.steps if "mean time for db" in step.result.name]
        (done,) = [step for step in hop.steps if step.result.symbol == "s"]
        told = [quantity.value for quantity in done.inputs]
        assert takes in told
        assert other not in told


def test_a_percentile_has_the_mean_and_the_deviation_of_the_time() -> None:
    response = board(BOARDS[0]).answers["w"]
    (step,) = [step for step in response.arithmetic.steps if step.result.symbol == "p99"]
    told = {quantity.symbol: quantity.value for quantity in step.inputs}
    assert told["T"] == response.mean
    assert 0.0 < told["sigma"] < response.percentiles[99.9]


def test_the_way_between_zones_names_the_distances_it_goes() -> None:
    found = draw("users > api:server*2[zones=eu/a+eu/b] > db:sql[zones=us/c]", READ)
    (hop,) = [step for step in found.answers["w"].arithmetic.steps if "mean time for db" in step.result.name]
    (way,) = [step for step in hop.steps if step.result.symbol == "n"]
    assert [quantity.symbol for quantity in way.inputs] == ["d[cross_region]", "d99[cross_region]"]
    (near,) = [
        step for step in found.answers["w"].arithmetic.steps if "mean time for api" in step.result.name
    ]
    (way,) = [step for step in near.steps if step.result.symbol == "n"]
    assert [quantity.symbol for quantity in way.inputs] == ["d[client_to_region]", "d99[client_to_region]"]


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
