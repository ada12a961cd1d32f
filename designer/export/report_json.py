"""A report as JSON, version 1. The typed dictionaries below are its documentation; `json_schema()` is made from them.

Numbers are in base units: seconds, bytes, per second, ratios of one, USD per month. What has no bound is the
word "unbounded"; what is not known is null.
"""

from __future__ import annotations

import json
import math
from typing import Any, Literal, TypedDict

from designer.analysis.model import Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.performance.model import Hop, NodePerformance, Response, Utilisation
from designer.report import Report
from designer.rules.model import Finding, Judgement
from designer.traffic.model import Load

Number = float | Literal["unbounded"] | None


class QuantityData(TypedDict):
    symbol: str
    name: str
    value: Number
    dimension: str
    source: str | None


class ArithmeticData(TypedDict):
    """`formula` is written in the symbols of `inputs`; `steps` are inputs that were themselves computed."""

    formula: str
    method: str | None
    result: QuantityData
    inputs: list[QuantityData]
    steps: list[ArithmeticData]
    sources: list[str]


class RequirementData(TypedDict):
    id: str
    kind: str
    title: str
    verdict: Literal["met", "missed", "cannot tell"]
    value: Number
    limit: Number
    comparison: Literal["<=", ">="]
    dimension: str
    reason: str
    nodes: list[str]
    arithmetic: ArithmeticData | None


class HopData(TypedDict):
    """Mean seconds one request spends at the node."""

    node: str
    service: Number
    waiting: Number
    network: Number


class ResponseData(TypedDict):
    mean: Number
    p50: Number
    p95: Number
    p99: Number
    p999: Number
    hops: list[HopData]
    saturated: list[str]
    arithmetic: ArithmeticData


class WorkloadData(TypedDict):
    id: str
    name: str
    average_rate: float
    peak_rate: float
    served: bool
    response: ResponseData | None
    freshness: ResponseData | None
    availability: Number


class UtilisationData(TypedDict):
    ceiling: str
    value: Number
    demand: Number
    limit: Number
    arithmetic: ArithmeticData


class RatesData(TypedDict):
    """Per second, at peak, all workloads together."""

    calls: float
    reads: float
    writes: float
    bytes_in: float
    bytes_out: float


class NodeData(TypedDict):
    id: str
    component: str
    name: str
    machines: int
    rates: RatesData
    utilisation: list[UtilisationData]
    binding: str | None
    minimum: int | None
    minimum_knob: str | None
    hottest_share: Number
    months_until_full: Number
    hit_ratios: dict[str, float]
    cost: Number


class FindingData(TypedDict):
    id: str
    rule: str
    title: str
    severity: Literal["error", "warning", "info"]
    message: str
    why: str
    nodes: list[str]
    connections: list[str]
    fix: str | None
    changes: list[dict[str, Any]]
    arithmetic: ArithmeticData | None
    sources: list[str]


class JudgementData(TypedDict):
    rule: str
    title: str
    outcome: Literal["failed", "passed", "not applicable", "could not judge"]
    message: str
    nodes: list[str]


class HeadroomData(TypedDict):
    multiple: Number
    breaks: str | None
    nodes: list[str]
    reason: str


class CostData(TypedDict):
    total: float
    per_million_requests: Number


class ScoreData(TypedDict):
    points: float
    arithmetic: ArithmeticData


class NamedData(TypedDict):
    id: str | None
    name: str


class ProblemData(TypedDict):
    kind: str
    message: str
    nodes: list[str]
    workload: str | None


class ReportData(TypedDict):
    version: Literal[1]
    scenario: NamedData
    design: NamedData
    passed: bool
    score: ScoreData
    requirements: list[RequirementData]
    findings: list[FindingData]
    judgements: list[JudgementData]
    problems: list[ProblemData]
    workloads: list[WorkloadData]
    nodes: list[NodeData]
    cost: CostData
    headroom: HeadroomData | None


def write_json(report: Report) -> str:
    """The report as JSON text, with a final newline; the same report gives the same bytes."""
    return json.dumps(report_data(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_schema() -> dict[str, Any]:
    """JSON Schema of `write_json`."""
    from pydantic import TypeAdapter

    return {"title": "Review of a design, version 1", **TypeAdapter(ReportData).json_schema()}


def report_data(report: Report) -> ReportData:
    """The report as plain data."""
    analysis = report.analysis
    headroom = analysis.headroom
    return {
        "version": 1,
        "scenario": {"id": report.scenario.id, "name": report.scenario.name},
        "design": {"id": None, "name": report.design.name},
        "passed": report.passed,
        "score": {"points": report.score.points, "arithmetic": arithmetic_data(report.score.arithmetic)},
        "requirements": [_requirement(verdict) for verdict in report.verdicts],
        "findings": [_finding(finding) for finding in report.findings],
        "judgements": [_judgement(judgement) for judgement in report.judgements],
        "problems": [
            {"kind": item.kind.value, "message": item.message, "nodes": list(item.nodes), "workload": item.workload}
            for item in analysis.traffic.problems
        ],
        "workloads": [_workload(report, name) for name in report.scenario.workloads],
        "nodes": [_node(report, node.id) for node in report.design.nodes],
        "cost": {
            "total": analysis.cost.total,
            "per_million_requests": number(analysis.cost.per_million_requests),
        },
        "headroom": None
        if headroom is None
        else {
            "multiple": number(headroom.multiple),
            "breaks": headroom.breaks,
            "nodes": list(headroom.nodes),
            "reason": headroom.reason,
        },
    }


def number(value: float | None) -> Number:
    """A number JSON can carry: infinity is "unbounded" and not-a-number is null."""
    if value is None or math.isnan(value):
        return None
    return "unbounded" if math.isinf(value) else value


def _quantity(quantity: Quantity) -> QuantityData:
    return {
        "symbol": quantity.symbol,
        "name": quantity.name,
        "value": number(quantity.value),
        "dimension": quantity.dimension.value,
        "source": quantity.source,
    }


def arithmetic_data(arithmetic: Arithmetic) -> ArithmeticData:
    """Arithmetic as plain data, steps and all."""
    return {
        "formula": arithmetic.formula,
        "method": arithmetic.method,
        "result": _quantity(arithmetic.result),
        "inputs": [_quantity(quantity) for quantity in arithmetic.inputs],
        "steps": [arithmetic_data(step) for step in arithmetic.steps],
        "sources": list(arithmetic.sources),
    }


def _maybe(arithmetic: Arithmetic | None) -> ArithmeticData | None:
    return None if arithmetic is None else arithmetic_data(arithmetic)


def _requirement(verdict: Verdict) -> RequirementData:
    return {
        "id": verdict.requirement,
        "kind": verdict.kind,
        "title": verdict.title,
        "verdict": verdict.state.value,
        "value": number(verdict.value),
        "limit": number(verdict.limit),
        "comparison": "<=" if verdict.at_most else ">=",
        "dimension": verdict.dimension.value,
        "reason": verdict.reason,
        "nodes": list(verdict.nodes),
        "arithmetic": _maybe(verdict.arithmetic),
    }


def _finding(finding: Finding) -> FindingData:
    return {
        "id": finding.identity,
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity.value,
        "message": finding.message,
        "why": finding.why,
        "nodes": list(finding.nodes),
        "connections": list(finding.connections),
        "fix": finding.fix_words,
        "changes": [
            change.model_dump(mode="json", by_alias=True, exclude_defaults=False) for change in finding.fix
        ],
        "arithmetic": _maybe(finding.arithmetic),
        "sources": list(finding.sources),
    }


def _judgement(judgement: Judgement) -> JudgementData:
    return {
        "rule": judgement.rule,
        "title": judgement.title,
        "outcome": judgement.outcome.value,
        "message": judgement.message,
        "nodes": list(judgement.nodes),
    }


def _hop(hop: Hop) -> HopData:
    return {
        "node": hop.node,
        "service": number(hop.service),
        "waiting": number(hop.waiting),
        "network": number(hop.network),
    }


def _response(response: Response | None) -> ResponseData | None:
    if response is None:
        return None
    return {
        "mean": number(response.mean),
        "p50": number(response.percentiles[50.0]),
        "p95": number(response.percentiles[95.0]),
        "p99": number(response.percentiles[99.0]),
        "p999": number(response.percentiles[99.9]),
        "hops": [_hop(hop) for hop in response.hops],
        "saturated": list(response.saturated),
        "arithmetic": arithmetic_data(response.arithmetic),
    }


def _workload(report: Report, name: str) -> WorkloadData:
    analysis, workload = report.analysis, report.scenario.workloads[name]
    availability = next(
        (item.availability for item in analysis.reliability.workloads if item.workload == name), None
    )
    return {
        "id": name,
        "name": workload.name,
        "average_rate": workload.average_rate,
        "peak_rate": workload.peak_rate,
        "served": name in analysis.responses,
        "response": _response(analysis.responses.get(name)),
        "freshness": _response(analysis.freshness.get(name)),
        "availability": number(availability),
    }


def _utilisation(used: Utilisation) -> UtilisationData:
    return {
        "ceiling": used.ceiling.value,
        "value": number(used.value),
        "demand": number(used.demand),
        "limit": number(used.limit),
        "arithmetic": arithmetic_data(used.arithmetic),
    }


def rates_at(report: Report, node: str) -> RatesData:
    """What all workloads together make the node do, per second at peak."""
    loads: list[Load] = [load for load in report.analysis.traffic.loads if load.node == node]
    return {
        "calls": sum(load.calls for load in loads),
        "reads": sum(load.reads for load in loads),
        "writes": sum(load.writes for load in loads),
        "bytes_in": sum(load.bytes_in for load in loads),
        "bytes_out": sum(load.bytes_out for load in loads),
    }


def _node(report: Report, node_id: str) -> NodeData:
    analysis = report.analysis
    facts: NodePerformance = analysis.nodes[node_id]
    node = report.design.node(node_id)
    cost = next((item.total for item in analysis.cost.nodes if item.node == node_id), None)
    binding = facts.binding
    return {
        "id": node_id,
        "component": node.component,
        "name": node.label,
        "machines": facts.machines,
        "rates": rates_at(report, node_id),
        "utilisation": [_utilisation(used) for used in facts.utilisations],
        "binding": None if binding is None else binding.ceiling.value,
        "minimum": facts.minimum,
        "minimum_knob": facts.minimum_knob,
        "hottest_share": number(facts.hottest_share),
        "months_until_full": number(facts.months_until_full),
        "hit_ratios": {hit.dataset: hit.ratio for hit in analysis.traffic.hits if hit.cache == node_id},
        "cost": number(cost),
    }
