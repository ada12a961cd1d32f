"""A report as JSON, version 1. What the fields mean is said in report_schema.py."""

from __future__ import annotations

import json
from collections import defaultdict

from designer.analysis.availability import find_availabilities
from designer.analysis.derivations import (
    add_up,
    explain_calls,
    explain_headroom,
    explain_peak,
    explain_per_million,
    explain_rates,
)
from designer.analysis.model import Verdict
from designer.export.arithmetic_json import arithmetic_data, maybe, number
from designer.export.findings_json import (
    finding_data,
    idle_data,
    ignored_data,
    judgement_data,
    mended_data,
    setting_data,
)
from designer.export.marking import binding, calls_by_connection, deferred_connections
from designer.export.mending import Mending
from designer.export.report_schema import (
    VERSION,
    ConnectionData,
    CostData,
    DatasetData,
    HeadroomData,
    NodeData,
    OutageData,
    ProblemData,
    RatesData,
    ReportData,
    RequirementData,
    ResponseData,
    UtilisationData,
    WorkloadData,
    json_schema,
)
from designer.performance.explain_storage import explain_filling
from designer.performance.model import Response, Utilisation
from designer.reliability.model import Outage
from designer.report import Report
from designer.traffic.model import Problem

__all__ = ["json_schema", "report_data", "write_json"]


def write_json(report: Report, mending: Mending | None = None) -> str:
    """The report as JSON text, with a final newline; the same report gives the same bytes.

    `mending` is what was done to the design before.

    All ASCII: no name in it can reach a terminal as anything but itself, whatever the encoding.
    """
    return json.dumps(report_data(report, mending), indent=2, allow_nan=False) + "\n"


def report_data(report: Report, mending: Mending | None = None) -> ReportData:
    """The report as plain data."""
    analysis = report.analysis
    return {
        "version": VERSION,
        "scenario": {"id": report.scenario.id, "name": report.scenario.name},
        "design": {"name": report.design.name},
        "passed": report.passed,
        "score": {"points": report.score.points, "arithmetic": arithmetic_data(report.score.arithmetic)},
        "requirements": [_requirement(verdict) for verdict in report.verdicts],
        "findings": [finding_data(finding, report) for finding in report.findings],
        "ignored": ignored_data(report),
        "idle": idle_data(report),
        "settings": setting_data(report),
        "mended": None if mending is None else mended_data(mending),
        "judgements": [judgement_data(judgement) for judgement in report.judgements],
        "problems": [_problem(problem) for problem in analysis.traffic.problems],
        "workloads": [_workload(report, name) for name in report.scenario.workloads],
        "datasets": [_dataset(report, name) for name in report.scenario.datasets],
        "outages": [_outage(outage) for outage in analysis.reliability.outages],
        "nodes": [_node(report, node.id) for node in report.design.nodes],
        "connections": _connections(report),
        "cost": _cost(report),
        "headroom": _headroom(report),
    }


def _cost(report: Report) -> CostData:
    analysis = report.analysis
    return {
        "total": analysis.cost.total,
        "arithmetic": arithmetic_data(add_up(analysis.cost, analysis.design)),
        "per_million_requests": number(analysis.cost.per_million_requests),
        "per_million_arithmetic": maybe(explain_per_million(analysis)),
    }


def _requirement(verdict: Verdict) -> RequirementData:
    return {
        "id": verdict.requirement,
        "kind": verdict.kind,
        "title": verdict.title,
        "verdict": verdict.state,
        "value": number(verdict.value),
        "limit": number(verdict.limit),
        "comparison": "<=" if verdict.at_most else ">=",
        "dimension": verdict.dimension,
        "hidden": verdict.hidden,
        "reason": verdict.reason,
        "nodes": list(verdict.nodes),
        "arithmetic": maybe(verdict.arithmetic),
    }


def _problem(problem: Problem) -> ProblemData:
    return {
        "kind": problem.kind,
        "message": problem.message,
        "nodes": list(problem.nodes),
        "workload": problem.workload,
    }


def _workload(report: Report, name: str) -> WorkloadData:
    analysis, workload = report.analysis, report.scenario.workloads[name]
    whole = find_availabilities(analysis).get(name)
    found = None if whole is None else whole.machines
    return {
        "id": name,
        "name": workload.name,
        "average_rate": workload.average_rate,
        "peak_rate": workload.peak_rate,
        "peak_arithmetic": arithmetic_data(explain_peak(report.scenario, name)),
        "response": _response(analysis.responses.get(name)),
        "freshness": _response(analysis.freshness.get(name)),
        "first_token": _response(analysis.first_tokens.get(name)),
        "availability": None if whole is None else whole.answered,
        "availability_arithmetic": None if whole is None else arithmetic_data(whole.arithmetic),
        "machines_availability": None if found is None else found.availability,
        "failed": 0.0 if whole is None else whole.failed,
        "recovery_time": None if found is None else number(found.recovery_time),
        "recovery_arithmetic": None if found is None else maybe(found.recovery),
    }


def _dataset(report: Report, name: str) -> DatasetData:
    durabilities = report.analysis.reliability.durabilities
    found = next((item for item in durabilities if item.dataset == name), None)
    return {
        "id": name,
        "name": report.scenario.datasets[name].name,
        "durability": None if found is None else found.durability,
        "durability_arithmetic": None if found is None else arithmetic_data(found.arithmetic),
        "recovery_point": None if found is None else number(found.recovery_point),
        "recovery_arithmetic": None if found is None else maybe(found.recovery),
    }


def _outage(outage: Outage) -> OutageData:
    return {
        "kind": outage.kind,
        "name": outage.name,
        "lost": list(outage.lost),
        "overloaded": list(outage.overloaded),
        "served": list(outage.served),
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
        "hops": [
            {
                "node": hop.node,
                "service": number(hop.service),
                "waiting": number(hop.waiting),
                "network": number(hop.network),
            }
            for hop in response.hops
        ],
        "saturated": list(response.saturated),
        "arithmetic": arithmetic_data(response.arithmetic),
        "band": response.band,
        "approximations": list(response.approximations),
    }


def _node(report: Report, node_id: str) -> NodeData:
    analysis = report.analysis
    node, facts = report.design.node(node_id), analysis.nodes[node_id]
    used = binding(report, node_id)
    cost = next((item for item in analysis.cost.nodes if item.node == node_id), None)
    return {
        "id": node_id,
        "component": node.component,
        "name": node.label,
        "machines": facts.machines,
        "rates": _rates(report, node_id),
        "rates_arithmetic": [arithmetic_data(item) for item in explain_rates(analysis, node_id)],
        "utilisation": [_utilisation(item) for item in facts.utilisations],
        "binding": None if used is None else used.ceiling,
        "minimum": facts.minimum,
        "minimum_knob": facts.minimum_knob,
        "hottest_share": number(facts.hottest_share),
        "months_until_full": number(facts.months_until_full),
        "filling_arithmetic": maybe(explain_filling(analysis.setting, node_id)),
        "moved_share": number(facts.moved_share),
        "hits": [
            {
                "dataset": hit.dataset,
                "ratio": hit.ratio,
                "lookups": hit.lookups,
                "arithmetic": arithmetic_data(hit.arithmetic),
                "bound": hit.bound,
                "stale": hit.stale,
                "warm_up": number(hit.warm_up),
            }
            for hit in analysis.traffic.hits
            if hit.cache == node_id
        ],
        "cost": None if cost is None else number(cost.total),
        "cost_arithmetic": None if cost is None else arithmetic_data(cost.arithmetic),
        "cost_per_million_requests": None if cost is None else number(analysis.cost.per_million(cost.total)),
    }


def _rates(report: Report, node: str) -> RatesData:
    loads = [load for load in report.analysis.traffic.loads if load.node == node]
    return {
        "calls": sum(load.calls for load in loads),
        "reads": sum(load.reads for load in loads),
        "writes": sum(load.writes for load in loads),
        "bytes_in": sum(load.bytes_in for load in loads),
        "bytes_out": sum(load.bytes_out for load in loads),
        "refused": sum(load.refused for load in loads),
        "given_up": sum(load.given_up for load in loads),
    }


def _utilisation(used: Utilisation) -> UtilisationData:
    return {
        "ceiling": used.ceiling,
        "value": number(used.value),
        "demand": number(used.demand),
        "limit": number(used.limit),
        "arithmetic": arithmetic_data(used.arithmetic),
    }


def _connections(report: Report) -> list[ConnectionData]:
    calls, deferred = calls_by_connection(report), deferred_connections(report)
    retried: dict[str, float] = defaultdict(float)
    for flow in report.analysis.traffic.flows:
        retried[flow.connection] += flow.retried
    return [
        {
            "id": item.id,
            "calls": calls.get(item.id, 0.0),
            "arithmetic": arithmetic_data(explain_calls(report.analysis, item.id)),
            "retried": retried[item.id],
            "deferred": item.id in deferred,
        }
        for item in report.design.connections
    ]


def _headroom(report: Report) -> HeadroomData | None:
    found = report.analysis.headroom
    if found is None:
        return None
    return {
        "multiple": number(found.multiple),
        "breaks": found.breaks,
        "nodes": list(found.nodes),
        "reason": found.reason,
        "arithmetic": maybe(explain_headroom(report.analysis)),
    }
