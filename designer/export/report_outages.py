"""What still holds when something is down, in words: a row for each failure that takes something away."""

from __future__ import annotations

import math
from dataclasses import dataclass

from designer.reliability.model import Outage
from designer.report import Report
from designer.units import Dimension, format_quantity


@dataclass(frozen=True, slots=True)
class OutageRow:
    """One failure: what is down, what no longer works, and which nodes have more to do than they can."""

    down: str
    lost: tuple[str, ...]
    overloaded: tuple[str, ...]


def harmful_outages(report: Report) -> tuple[OutageRow, ...]:
    """The failures after which a workload is lost or a node overloaded, in the order of the analysis."""
    names = {node.id: node.label for node in report.design.nodes}
    workloads = report.scenario.workloads
    return tuple(
        OutageRow(
            down=name_outage(outage, report),
            lost=tuple(workloads[item].name for item in outage.lost),
            overloaded=tuple(names[node] for node in outage.overloaded),
        )
        for outage in told_outages(report)
        if outage.lost or outage.overloaded
    )


def told_outages(report: Report) -> tuple[Outage, ...]:
    """The failures worth a row each.

    One machine of a node that is one machine is the node itself, and the only region is the only zone.
    """
    nodes = report.analysis.nodes
    lone = not report.design.zones
    return tuple(
        outage
        for outage in report.analysis.reliability.outages
        if not (outage.kind == "instance" and nodes[outage.name].machines == 1)
        and not (outage.kind == "region" and lone)
    )


def recoveries(report: Report) -> dict[str, list[str]]:
    """What the loss of one machine leaves to wait for, or takes, and the workloads or datasets that is so for."""
    found = report.analysis.reliability
    told: dict[str, list[str]] = {}
    for workload in found.workloads:
        if workload.recovery_time > 0:
            name = report.scenario.workloads[workload.workload].name
            told.setdefault(_soon(workload.recovery_time), []).append(name)
    for dataset in found.durabilities:
        if dataset.recovery_point > 0:
            name = report.scenario.datasets[dataset.dataset].name
            told.setdefault(_gone(dataset.recovery_point), []).append(name)
    return told


def _soon(seconds: float) -> str:
    if math.isinf(seconds):
        return "Back only when somebody mends it"
    return f"Back after {format_quantity(seconds, Dimension.TIME)}"


def _gone(seconds: float) -> str:
    if math.isinf(seconds):
        return "All of it is gone"
    return f"The last {format_quantity(seconds, Dimension.TIME)} of writes are gone"


def name_outage(outage: Outage, report: Report) -> str:
    """What is down, such as "Zone a" or "One machine of Cache"."""
    zones = report.design.zones
    if outage.kind == "zone":
        name = next((zone.name for zone in zones if zone.id == outage.name), None)
        return f"Zone {name or outage.name}" if zones else "The only zone"
    if outage.kind == "region":
        several = len({zone.region for zone in zones}) > 1
        return f"Region {outage.name}" if several else "The only region"
    label = report.design.node(outage.name).label
    if outage.kind == "instance":
        return f"One machine of {label}"
    return label if report.analysis.nodes[outage.name].machines == 1 else f"All of {label}"
