"""What the cards and arrows say through each lens: where time is spent, what is down for how long, what costs.

All of it is read from the report that is there anyway; nothing is analysed for it. The lens of load is what cards
say by themselves, and zones are in the drawing: both are the browser's.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from designer.analysis.availability import Availability, find_availabilities
from designer.performance.drawing import drawing_of
from designer.performance.model import Hop, Response
from designer.report import Report
from designer.ui.widgets.numbers import shown
from designer.units import SECONDS_PER_MONTH, Dimension

LENSES = LATENCY, AVAILABILITY, COST = "latency", "availability", "cost"
"""Those that need a report."""

NO_TIME_S = 1e-3
"""Nobody tells less time in a month from none."""

SLOWEST = 99.0
"""The percentile by which the slowest workload is found."""

Marks = dict[str, dict[str, Any]]
"""By lens: `value` from 0 to 1 for the heat, one short text, one sentence."""


def node_lenses(
    report: Report, workload: str | None = None, lenses: Collection[str] = LENSES
) -> dict[str, Marks]:
    """By node what each of the lenses shows of it; a lens that has nothing to say of a node is left out.

    Latency is that of `workload` or, where that is None or not answered, of the slowest.
    """
    found: dict[str, Marks] = defaultdict(dict)
    readers: Mapping[str, Callable[[], Marks]] = {
        LATENCY: lambda: _latencies(report, workload),
        AVAILABILITY: lambda: _downtimes(report),
        COST: lambda: _costs(report),
    }
    for name, read in readers.items():
        if name in lenses:
            for node, mark in read().items():
                found[node][name] = mark
    return dict(found)


def edge_lenses(report: Report, lenses: Collection[str] = LENSES) -> dict[str, Marks]:
    """By connection that carries something: the time on the way, and what is sent over it."""
    if not {LATENCY, COST}.intersection(lenses):
        return {}
    sent: dict[str, float] = defaultdict(float)
    ends: dict[str, tuple[str, str]] = {}
    for flow in report.analysis.traffic.flows:
        sent[flow.connection] += flow.bytes_forward + flow.bytes_back
        ends[flow.connection] = (flow.source, flow.target)
    distances = drawing_of(report.design, report.analysis.catalog).distances
    found = {
        connection: {
            LATENCY: {"text": _time(distances.between(*ends[connection]).mean)},
            COST: {"text": shown(amount, Dimension.BANDWIDTH)},
        }
        for connection, amount in sent.items()
    }
    return {
        connection: {name: mark for name, mark in marks.items() if name in lenses}
        for connection, marks in found.items()
    }


def lens_legends(report: Report, workload: str | None = None) -> dict[str, str]:
    """By lens one sentence that says what is shown."""
    return {
        LATENCY: _tell_latency(report, workload),
        AVAILABILITY: _tell_downtime(report),
        COST: _tell_cost(report),
    }


# --- latency ---


def _asked(report: Report, workload: str | None) -> tuple[str, Response] | None:
    responses = report.analysis.responses
    if workload is not None and workload in responses:
        return workload, responses[workload]
    slowest = max(responses, key=lambda name: responses[name].percentiles[SLOWEST], default=None)
    return None if slowest is None else (slowest, responses[slowest])


def _latencies(report: Report, workload: str | None) -> Marks:
    asked = _asked(report, workload)
    if asked is None:
        return {}
    name, response = asked
    title = report.scenario.workloads[name].name
    return {hop.node: _latency(hop, response, title) for hop in response.hops if _spent(hop) > 0.0}


def _latency(hop: Hop, response: Response, workload: str) -> dict[str, Any]:
    spent = _spent(hop)
    # Of a wait without end all is to blame that never answers, and nothing else.
    value = float(math.isinf(spent)) if math.isinf(response.mean) else spent / response.mean
    parts = ", ".join(
        f"{_time(seconds)} {what}"
        for seconds, what in ((hop.service, "work"), (hop.waiting, "waiting"), (hop.network, "network"))
        if seconds > 0.0
    )
    return {"value": round(value, 3), "text": _time(spent), "title": f"{workload}, on average: {parts}."}


def _spent(hop: Hop) -> float:
    return hop.service + hop.waiting + hop.network


def _tell_latency(report: Report, workload: str | None) -> str:
    asked = _asked(report, workload)
    if asked is None:
        return "Nothing answers yet."
    name, response = asked
    which = "" if name == workload or len(report.analysis.responses) == 1 else ", the slowest"
    slow = _time(response.percentiles[SLOWEST])
    title = report.scenario.workloads[name].name
    return f"{title}{which}: p99 {slow}. Each part’s share of the average, {_time(response.mean)}."


# --- availability ---


def _worst(report: Report) -> Availability | None:
    found = find_availabilities(report.analysis).values()
    return max(found, key=lambda item: item.unavailability, default=None)


def _downtimes(report: Report) -> Marks:
    """What each node has to do with the time in which the machines of the worst workload are down."""
    worst = _worst(report)
    if worst is None or worst.machines.unavailability <= 0.0:
        return {}
    name, machines = report.scenario.workloads[worst.workload].name, worst.machines
    return {
        item.node: {
            "value": round(min(1.0, item.unavailability / machines.unavailability), 3),
            "text": f"{_monthly(item.unavailability)}/month",
            "title": f"{name} would be down {_monthly(item.unavailability)} a month less if this never failed.",
        }
        for item in machines.contributions
        if item.unavailability > 0.0
    }


def _tell_downtime(report: Report) -> str:
    worst = _worst(report)
    if worst is None:
        return "Nothing answers yet."
    name = report.scenario.workloads[worst.workload].name
    available, down = shown(worst.answered, Dimension.RATIO), _monthly(worst.machines.unavailability)
    if worst.failing is None:
        return f"{name}: {available} available, down {down} a month. What each part has to do with it."
    return (
        f"{name}: {available} available. {shown(worst.failed, Dimension.RATIO, 2)} of the requests fail though all is "
        f"up; its machines are down {down} a month. What each part has to do with that."
    )


def _monthly(unavailability: float) -> str:
    """The part of a month that is so, such as "31 min"."""
    seconds = unavailability * SECONDS_PER_MONTH
    if 0.0 < seconds < NO_TIME_S:
        return f"< {shown(NO_TIME_S, Dimension.TIME, 2)}"
    return shown(seconds, Dimension.TIME, 2)


# --- cost ---


def _costs(report: Report) -> Marks:
    total = report.analysis.cost.total
    return {
        item.node: {
            "value": round(item.total / total, 3),
            "text": _money(item.total),
            "title": f"{_share(item.by_use / item.total)} of it grows with the traffic.",
        }
        for item in report.analysis.cost.nodes
        if item.total > 0.0
    }


def _tell_cost(report: Report) -> str:
    total = report.analysis.cost.total
    return (
        f"{_money(total)} in all. Each part’s share; lines say what is sent."
        if total
        else "Nothing costs yet."
    )


def _money(value: float) -> str:
    return shown(value, Dimension.MONEY).replace("/month", "/mo")


def _share(value: float) -> str:
    return shown(value, Dimension.RATIO, 2)


def _time(seconds: float) -> str:
    return shown(seconds, Dimension.TIME)


def merge(marks: Mapping[str, dict[str, Any]], lenses: Mapping[str, Marks]) -> None:
    """Put what the lenses show into the marks of nodes or connections, where there are marks."""
    for name, found in lenses.items():
        if name in marks:
            marks[name]["lenses"] = found
