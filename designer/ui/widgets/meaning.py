"""What the board is told with every run: marks of the traffic looked at, lenses, paths, and what a failure leaves."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from designer.analysis import State, Verdict
from designer.analysis.aftermath import AT_ONCE, Aftermath
from designer.export.report_outages import name_outage
from designer.report import Report
from designer.ui.outlook import Outlook
from designer.ui.widgets.lenses import LENSES, SLOWEST, edge_lenses, lens_legends, merge, node_lenses
from designer.ui.widgets.marks import board_marks, node_details
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.paths import request_paths
from designer.ui.widgets.requirements import value_and_limit
from designer.units import Dimension

UNTOLD = "A requirement that was not told yet"
NOTHING_SERVED = {"state": "off", "load": None}


def annotations_of(
    outlook: Outlook | None,
    revision: int,
    *,
    told: bool = True,
    detailed: Collection[str] | None = None,
    lenses: Collection[str] = LENSES,
) -> dict[str, Any]:
    """The annotations of a board at that revision; without a report there are none.

    `told` says whether hidden requirements may be named. `detailed` are the nodes whose arithmetic goes along (None:
    all), `lenses` those that something is said for; the rest can follow by `details_of`.
    """
    if outlook is None:
        return board_marks(None, revision)
    report, aftermath = outlook.report, outlook.aftermath
    marks = board_marks(_rest_of(report, aftermath), revision, detailed)
    if aftermath is None:
        merge(marks["nodes"], node_lenses(report, outlook.view.workload, lenses))
        merge(marks["edges"], edge_lenses(report, lenses))
    else:
        _strike_out(marks, report, aftermath)
        marks["failing"] = failing(report, aftermath, told=told)
    return {
        **marks,
        "scale": outlook.scale,
        "whole": whole(report),
        "legends": lens_legends(report, outlook.view.workload),
        "paths": request_paths(report),
    }


def details_of(outlook: Outlook, revision: int) -> dict[str, Any]:
    """What annotations of a board may leave out: the arithmetic of every node, and what every lens shows."""
    report, aftermath = outlook.report, outlook.aftermath
    rest = _rest_of(report, aftermath)
    silent = () if aftermath is None else {*aftermath.unreached, *aftermath.down}
    nodes: dict[str, dict[str, Any]] = {}
    if rest is not None:
        nodes = {
            name: {"detail": node_details(rest, name)} for name in rest.analysis.nodes if name not in silent
        }
    edges: dict[str, dict[str, Any]] = {}
    if aftermath is None:
        merge(nodes, node_lenses(report, outlook.view.workload))
        edges = {name: {"lenses": marks} for name, marks in edge_lenses(report).items()}
    return {"revision": revision, "nodes": nodes, "edges": edges}


def whole(report: Report) -> dict[str, Any]:
    """The numbers of the whole design that an edit may move: what is bounded has a `value` to compare."""
    responses = report.analysis.responses
    slowest = max((item.percentiles[SLOWEST] for item in responses.values()), default=None)
    total = report.analysis.cost.total
    return {
        "p99": None if slowest is None else _number(slowest, Dimension.TIME),
        "cost": _number(total, Dimension.MONEY),
        "met": sum(item.state is State.MET for item in report.verdicts),
        "of": len(report.verdicts),
    }


def _number(value: float, dimension: Dimension) -> dict[str, Any]:
    text = shown(value, dimension)
    return {"text": text} if math.isinf(value) else {"text": text, "value": value}


def _rest_of(report: Report, aftermath: Aftermath | None) -> Report | None:
    """The report whose numbers the cards show: while something is down, that of what is left, without findings."""
    if aftermath is None:
        return report
    return None if aftermath.rest is None else replace(report, analysis=aftermath.rest, findings=())


def _strike_out(marks: dict[str, Any], report: Report, aftermath: Aftermath) -> None:
    """Say of each card and arrow what became of it; what only requests meet that fail has no numbers."""
    nodes, edges = marks["nodes"], marks["edges"]
    flows = report.analysis.traffic.flows
    used = {flow.target for flow in flows} | {flow.source for flow in flows}
    for node in report.design.nodes:
        mark = nodes.setdefault(node.id, dict(NOTHING_SERVED))
        if "rate" not in mark and node.id in used:
            mark["fate"] = "vain"
    for fate, found in (
        ("reduced", aftermath.reduced),
        ("unreached", aftermath.unreached),
        ("failed", aftermath.down),
    ):
        for name in found:
            nodes[name]["fate"] = fate
            if fate != "reduced":
                nodes[name] = {**NOTHING_SERVED, "fate": fate}
    for connection in aftermath.stopped:
        edges[connection] = {"state": "off", "fate": "stopped"}


# --- what still holds, in words ---


def failing(report: Report, aftermath: Aftermath, *, told: bool) -> dict[str, Any]:
    """What is down, and of each workload whether it holds, misses something or is lost, with numbers."""
    outage = aftermath.outage
    return {
        "kind": outage.kind,
        "name": outage.name,
        "title": name_outage(outage, report),
        "workloads": [_workload(report, aftermath, name, told) for name in report.scenario.workloads],
    }


def _workload(report: Report, aftermath: Aftermath, name: str, told: bool) -> dict[str, Any]:
    workload = report.scenario.workloads[name]
    rows = [
        _requirement(verdict, aftermath, told)
        for verdict in report.verdicts
        if verdict.kind in AT_ONCE
        and getattr(report.scenario.requirements[verdict.requirement], "workload", None) == name
    ]
    fate = _fate(report, aftermath, name, rows)
    return {
        "name": workload.name,
        "rate": shown(workload.peak_rate, Dimension.RATE),
        "fate": fate,
        "note": _note(report, aftermath, name, fate),
        "requirements": rows,
    }


def _fate(report: Report, aftermath: Aftermath, name: str, rows: list[dict[str, Any]]) -> str:
    plan = report.analysis.traffic.plans.get(name)
    if name in aftermath.outage.lost or plan is None or not plan.entries:
        return "lost"
    is_busy = name not in aftermath.outage.served and bool(aftermath.outage.overloaded)
    return "misses" if is_busy or any(row["fate"] == "misses" for row in rows) else "holds"


def _note(report: Report, aftermath: Aftermath, name: str, fate: str) -> str:
    if fate == "lost":
        return "Nobody gets an answer."
    full = _full(report, aftermath)
    if fate == "misses" and full:
        return f"More arrives at {full} than is left of it can serve."
    if name in aftermath.without:
        return "Answered without what is down."
    if name in aftermath.waiting:
        return "Answered; what is put off waits until it is back."
    return ""


def _full(report: Report, aftermath: Aftermath) -> str:
    """The nodes that are above what they can do, in words."""
    rest = aftermath.rest
    nodes = () if rest is None else rest.nodes.values()
    busy = [item.node for item in nodes if item.needed > item.machines]
    return _listed(report, dict.fromkeys([*aftermath.outage.overloaded, *busy]))


def _listed(report: Report, nodes: Collection[str]) -> str:
    return " and ".join(report.design.node(node).label for node in nodes)


def _requirement(verdict: Verdict, aftermath: Aftermath, told: bool) -> dict[str, Any]:
    now = aftermath.verdict(verdict.requirement)
    if now is None:
        fate = "lost"
    elif now.state is State.UNKNOWN:
        fate = "unknown"
    else:
        fate = "holds" if now.state is State.MET else "misses"
    return {
        "title": UNTOLD if verdict.hidden and not told else verdict.title,
        "fate": fate,
        "text": "" if now is None else value_and_limit(now),
        "before": verdict.state is State.MET,
    }
