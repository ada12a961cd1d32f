"""Numbers beside the verdicts keep their arithmetic: what it says is what is reported, and can be worked out again."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from designer.analysis import analyze
from designer.analysis.derivations import (
    add_up,
    explain_calls,
    explain_headroom,
    explain_node_per_million,
    explain_peak,
    explain_per_million,
    explain_rates,
)
from designer.arithmetic import Arithmetic
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.export.explanations import explain
from designer.export.report_json import write_json
from designer.performance.explain_storage import explain_filling
from designer.report import review
from designer.units import SECONDS_PER_MONTH
from tests.analysis.boards import CATALOG, PLAIN, analysis_of, shop
from tests.export.samples import DESIGNS, sample
from tests.strategies import designs


def values(arithmetic: Arithmetic) -> Mapping[str, float]:
    return {quantity.symbol: quantity.value for quantity in arithmetic.inputs}


@given(designs(CATALOG, max_nodes=6))
@settings(max_examples=40, deadline=None)
def test_every_rate_adds_up_from_the_workloads(design: Design) -> None:
    analysis = analyze(shop(), design, CATALOG, headroom=False)
    for node in design.nodes:
        for rate in explain_rates(analysis, node.id):
            found = values(rate)
            parts = [
                value * found[symbol.replace("lambda", "v")]
                for symbol, value in found.items()
                if symbol.startswith("lambda")
            ]
            assert math.fsum(parts) == pytest.approx(rate.result.value, rel=1e-9)
            assert all(step.result.value == found[step.result.symbol] for step in rate.steps)
    for connection in design.connections:
        calls = math.fsum(flow.calls for flow in analysis.traffic.flows if flow.connection == connection.id)
        assert explain_calls(analysis, connection.id).result.value == pytest.approx(calls, rel=1e-9)


def test_the_peak_of_a_workload_is_what_is_stated_times_its_factor() -> None:
    stated = explain_peak(shop(("rate: 800/s", "rate: 800/s, peak_factor: 3")), "look")
    assert stated.result.value == 2_400.0
    assert values(stated) == {"r": 800.0, "f": 3.0}
    people = explain_peak(shop(("rate: 800/s", "users: 1M, actions_per_day: 20, peak_factor: 2")), "look")
    found = values(people)
    assert people.result.value == pytest.approx(found["u"] * found["a"] * found["f"] / 86_400)


def test_the_time_until_a_store_is_full_can_be_worked_out_again() -> None:
    analysis = analysis_of()
    verdict = analysis.verdict("room")
    arithmetic = verdict.arithmetic
    assert arithmetic is not None
    found = values(arithmetic)
    assert (found["D"] - found["B[items]"]) / found["G[items]"] == pytest.approx(verdict.value, rel=1e-9)
    assert arithmetic.result.value == verdict.value
    months = analysis.nodes["db"].months_until_full
    assert months is not None
    assert arithmetic.result.value == pytest.approx(months * SECONDS_PER_MONTH)
    assert any("disk" in quantity.name for quantity in arithmetic.inputs)
    assert arithmetic.sources


def test_a_store_that_forgets_says_how_much_it_keeps() -> None:
    analysis = analysis_of(scenario=shop(("growth: 10/s", "growth: 10/s, retention: 60 days")))
    arithmetic = explain_filling(analysis.setting, "db")
    assert arithmetic is not None
    assert math.isinf(arithmetic.result.value)
    assert values(arithmetic)["M[items]"] < values(arithmetic)["D"]
    assert "min(" in arithmetic.formula
    assert explain_filling(analysis.setting, "api") is None


def test_a_million_requests_cost_what_all_nodes_take_of_it() -> None:
    analysis = analysis_of()
    whole = explain_per_million(analysis)
    assert whole is not None
    found = values(whole)
    rates = math.fsum(value for symbol, value in found.items() if symbol.startswith("r["))
    assert whole.result.value == pytest.approx(found["C"] / (rates * found["T"] / 1e6))
    assert whole.result.value == analysis.cost.per_million_requests
    assert math.fsum(step.result.value for step in whole.steps) == pytest.approx(whole.result.value)
    api = explain_node_per_million(analysis, "api")
    cost = next(item for item in analysis.cost.nodes if item.node == "api")
    assert api is not None
    assert api.result.value == analysis.cost.per_million(cost.total)
    assert explain_node_per_million(analysis, "users") is None
    assert add_up(analysis.cost, analysis.design).result.value == analysis.cost.total


def test_what_gives_way_first_is_told_on_both_sides_of_the_headroom() -> None:
    analysis = analyze(shop(), parse_notation(PLAIN, CATALOG), CATALOG)
    assert analysis.headroom is not None
    arithmetic = explain_headroom(analysis)
    assert arithmetic is not None
    assert arithmetic.result.value == analysis.headroom.multiple
    found = values(arithmetic)
    beyond = analysis.headroom.beyond
    assert beyond is not None
    assert beyond.requirement == analysis.headroom.breaks
    assert found["y(m+)"] == beyond.value
    assert found["y(1)"] == analysis.verdict(beyond.requirement).value
    assert arithmetic.steps == (beyond.arithmetic,)
    assert explain_headroom(analysis_of()) is None


@pytest.mark.parametrize("fate", DESIGNS)
def test_the_report_and_what_unfolds_have_them_all(fate: str) -> None:
    report = sample(fate)
    written = json.loads(write_json(report))
    for node in written["nodes"]:
        rates = [value for value in node["rates"].values() if value]
        assert [item["result"]["value"] for item in node["rates_arithmetic"]] == pytest.approx(rates)
        unfolded = [item.arithmetic for item in explain(report, node["id"])]
        assert len([item for item in unfolded if item is not None]) >= len(rates)
        if node["months_until_full"] is not None:
            full = node["filling_arithmetic"]["result"]["value"]
            assert full == pytest.approx(node["months_until_full"] * SECONDS_PER_MONTH)
        assert node["cost_arithmetic"]["result"]["value"] == node["cost"]
    parts = [node["cost_per_million_requests"] for node in written["nodes"]]
    if parts and None not in parts:
        assert math.fsum(parts) == pytest.approx(written["cost"]["per_million_requests"])
    for connection in written["connections"]:
        assert connection["arithmetic"]["result"]["value"] == pytest.approx(connection["calls"])
    for workload in written["workloads"]:
        assert workload["peak_arithmetic"]["result"]["value"] == workload["peak_rate"]
    assert (written["headroom"] is None) == (report.analysis.headroom is None)


def test_a_review_puts_none_of_it_together() -> None:
    """Of hundreds few are ever unfolded."""
    report = review(shop(), parse_notation(PLAIN, CATALOG), CATALOG)
    arithmetic = report.analysis.verdict("room").arithmetic
    assert arithmetic is not None
    assert isinstance(arithmetic._said, tuple)
    assert callable(arithmetic._said[0])
