"""The report as JSON: the numbers of the report, in the documented shape."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from designer.analysis.model import Analysis
from designer.catalog.loader import load
from designer.design.model import Design
from designer.export.arithmetic_json import number
from designer.export.explanations import explain
from designer.export.report_json import report_data, write_json
from designer.export.report_schema import json_schema
from designer.report import review
from designer.scenario.loader import build_design, load_scenario
from tests.export.samples import DESIGNS, judged, report_of, sample
from tests.strategies import designs

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize("fate", DESIGNS)
def test_every_report_fits_the_schema(fate: str) -> None:
    VALIDATOR.validate(json.loads(write_json(sample(fate))))


@settings(max_examples=25, deadline=None)
@given(designs(load(), max_nodes=5, extreme=True))
def test_the_report_of_any_design_fits_the_schema(design: Design) -> None:
    text = write_json(judged(design))
    VALIDATOR.validate(json.loads(text, parse_constant=refuse))
    assert text.isascii()


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@pytest.mark.parametrize("fate", DESIGNS)
def test_what_is_written_is_what_was_found(fate: str) -> None:
    report = sample(fate)
    written = json.loads(write_json(report))
    assert written == json.loads(json.dumps(report_data(report)))
    assert written["passed"] is report.passed
    assert written["score"]["points"] == report.score.points
    for verdict, data in zip(report.verdicts, written["requirements"], strict=True):
        assert (data["id"], data["verdict"]) == (verdict.requirement, verdict.state.value)
        assert data["value"] == number(verdict.value)
        assert data["limit"] == verdict.limit
        assert data["hidden"] == verdict.hidden
    assert [item["id"] for item in written["findings"]] == [item.identity for item in report.findings]
    assert len(written["judgements"]) == len(report.judgements)
    assert [item["id"] for item in written["nodes"]] == [item.id for item in report.design.nodes]
    assert [item["id"] for item in written["connections"]] == [item.id for item in report.design.connections]


def test_what_a_language_model_answers_has_a_first_token() -> None:
    scenario = load_scenario("assistant")
    report = review(scenario, build_design(scenario.references[0], scenario, load()), headroom=False)
    text = write_json(report)
    VALIDATOR.validate(json.loads(text))
    ask, ingest = json.loads(text)["workloads"]
    assert ingest["first_token"] is None
    assert 0.0 < ask["first_token"]["p99"] < ask["response"]["p50"]
    told = [item.title for item in explain(report, "ask")]
    assert told.index("Ask the assistant: time to the first token") == 2
    (model,) = [item for item in json.loads(text)["nodes"] if item["id"] == "llm"]
    assert model["binding"] == "tokens"


def test_a_workload_has_its_rates_percentiles_and_availability() -> None:
    report = sample("sound")
    look = json.loads(write_json(report))["workloads"][0]
    response = report.analysis.responses["look"]
    assert (look["id"], look["average_rate"], look["peak_rate"]) == ("look", 800.0, 800.0)
    assert look["response"]["p99"] == response.percentiles[99.0]
    assert (
        look["response"]["p50"] < look["response"]["p95"] < look["response"]["p99"] < look["response"]["p999"]
    )
    total = sum(sum(value for key, value in hop.items() if key != "node") for hop in look["response"]["hops"])
    assert total == pytest.approx(response.mean)
    assert 0.95 < look["availability"] < 1.0
    assert look["availability_arithmetic"]["result"]["value"] == pytest.approx(look["availability"], abs=1e-3)


def test_a_node_has_its_rates_ceilings_hits_and_cost() -> None:
    report = sample("sound")
    nodes = {node["id"]: node for node in json.loads(write_json(report))["nodes"]}
    assert nodes["api"]["rates"]["calls"] == pytest.approx(810.0)
    assert nodes["api"]["binding"] == "operations"
    assert nodes["api"]["minimum_knob"] == "instances"
    assert nodes["api"]["utilisation"][0]["value"] == report.analysis.nodes["api"].utilisations[0].value
    (hit,) = nodes["cache"]["hits"]
    assert (hit["dataset"], hit["ratio"]) == ("items", report.analysis.traffic.hit_ratio("cache", "items"))
    assert sum(node["cost"] for node in nodes.values()) == pytest.approx(report.analysis.cost.total)


def test_what_still_holds_is_told_for_every_failure() -> None:
    report = sample("sound")
    written = json.loads(write_json(report))
    assert [(item["kind"], item["name"]) for item in written["outages"]] == [
        (outage.kind, outage.name) for outage in report.analysis.reliability.outages
    ]
    assert all(not set(item["lost"]) & set(item["served"]) for item in written["outages"])
    (items,) = written["datasets"]
    (durability,) = report.analysis.reliability.durabilities
    assert (items["id"], items["durability"]) == ("items", durability.durability)
    assert items["recovery_point"] == number(durability.recovery_point)
    look = written["workloads"][0]
    assert look["recovery_time"] == number(report.analysis.reliability.workloads[0].recovery_time)
    assert look["response"]["band"] == report.analysis.responses["look"].band


def test_a_cache_tells_its_bound_its_warm_up_and_what_is_stale() -> None:
    report = sample("sound")
    hits = [hit for node in json.loads(write_json(report))["nodes"] for hit in node["hits"]]
    (found,) = report.analysis.traffic.hits
    assert [(hit["bound"], hit["warm_up"], hit["stale"]) for hit in hits] == [
        (found.bound, number(found.warm_up), found.stale)
    ]


def test_data_without_a_home_has_no_durability() -> None:
    (items,) = json.loads(write_json(sample("lonely")))["datasets"]
    assert (items["durability"], items["recovery_point"]) == (None, None)


def test_deferred_work_is_told_from_the_rest() -> None:
    written = json.loads(write_json(sample("deferred")))
    deferred = {item["id"] for item in written["connections"] if item["deferred"]}
    assert deferred == {"message_queue>worker"}
    assert written["workloads"][1]["freshness"]["p99"] > 0


def test_what_has_no_bound_is_a_word_and_what_is_unknown_is_null() -> None:
    assert number(math.inf) == "unbounded"
    assert number(math.nan) is None
    assert number(None) is None
    assert number(0.25) == 0.25
    quick = json.loads(write_json(sample("overloaded")))["requirements"][1]
    assert (quick["verdict"], quick["value"]) == ("missed", "unbounded")
    quick = json.loads(write_json(sample("empty")))["requirements"][1]
    assert (quick["verdict"], quick["value"], quick["arithmetic"]) == ("cannot tell", None, None)


def test_a_fix_comes_as_changes_to_the_design() -> None:
    written = json.loads(write_json(sample("overloaded")))
    changes = [change for finding in written["findings"] for change in finding["changes"]]
    assert changes
    assert all(isinstance(change, dict) for change in changes)


def test_arithmetic_is_whole() -> None:
    def all_in(data: Any) -> Iterator[dict[str, Any]]:
        for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
            yield from all_in(value)
        if isinstance(data, dict) and "formula" in data:
            yield data

    found = list(all_in(json.loads(write_json(sample("sound")))))
    assert len(found) > 30
    assert all(item["formula"] and item["result"]["symbol"] for item in found)


def test_the_same_design_gives_the_same_bytes() -> None:
    again = report_of(DESIGNS["hostile"])
    assert isinstance(again.analysis, Analysis)
    assert write_json(again) == write_json(sample("hostile"))


def test_the_availability_is_what_is_answered_and_the_machines_have_their_part_in_it() -> None:
    report = report_of("users > api:app_server*2 > db:sql_database*3[error_rate=2 %, disk=2TB]")
    (look, *_) = json.loads(write_json(report))["workloads"]
    machines = report.analysis.reliability.workloads[0]
    assert look["machines_availability"] == machines.availability
    assert look["failed"] == pytest.approx(0.02)
    assert look["availability"] == pytest.approx(machines.availability * 0.98)
    assert look["availability_arithmetic"]["result"]["value"] == look["availability"]
    told = {item.title: item.arithmetic for item in explain(report, look["id"])}
    arithmetic = told[f"{look['name']}: availability"]
    assert arithmetic is not None and arithmetic.result.value == look["availability"]


def test_where_nothing_fails_the_machines_are_all_there_is() -> None:
    for look in json.loads(write_json(sample("sound")))["workloads"]:
        assert look["availability"] == look["machines_availability"]
        assert look["failed"] == 0.0
