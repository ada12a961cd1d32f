"""The line below the board: what the whole design carries, how fast, how surely, for how much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import streamlit as st

from designer.analysis import Verdict
from designer.performance.model import Response
from designer.report import Report
from designer.ui.widgets.requirements import short
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import plain, table
from designer.units import Dimension, format_quantity

SLOWEST = 99.0
"""The percentile the line shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the line, and what it unfolds to (Markdown)."""

    key: str
    name: str
    value: str
    details: str


def show_status(report: Report) -> None:
    """The line, each number a fold of its arithmetic."""
    for entry in entries(report):
        with st.popover(
            f":gray[{entry.name}] **{plain(entry.value)}**", type="tertiary", key=f"status_{entry.key}"
        ):
            st.markdown(entry.details)


def entries(report: Report) -> Iterator[Entry]:
    """The numbers of the line; what could not be computed shows a dash."""
    yield _throughput(report)
    yield _latency(report)
    yield _availability(report)
    yield _cost(report)
    yield _headroom(report)
    score = report.score
    yield Entry("score", "Score", f"{score.points:.0f} of 100", unfold(score.arithmetic))


def _workload_name(report: Report, workload: str) -> str:
    return plain(report.scenario.workloads[workload].name)


def _throughput(report: Report) -> Entry:
    judged = [item for item in report.verdicts if item.kind == "throughput" and item.value is not None]
    tightest = min(judged, key=_margin, default=None)
    if tightest is None or tightest.value is None:
        return Entry(
            "throughput", "Carries", "—", "Nothing is carried yet: draw a way from the users to the data."
        )
    value = f"{_rate(tightest.value)} of {_rate(tightest.limit)}"
    details = f"**{plain(tightest.title)}**\n\n{plain(tightest.reason)}"
    if tightest.arithmetic is not None:
        details += f"\n\n{unfold(tightest.arithmetic)}"
    return Entry("throughput", "Carries", value, details)


def _margin(verdict: Verdict) -> float:
    return -math.inf if verdict.margin is None else verdict.margin


def _rate(value: float) -> str:
    return format_quantity(value, Dimension.RATE)


def _latency(report: Report) -> Entry:
    responses = report.analysis.responses
    if not responses:
        return Entry("latency", "p99", "—", "Nothing answers yet.")
    slowest = max(response.percentiles[SLOWEST] for response in responses.values())
    rows = [
        (_workload_name(report, name), *_times(response.percentiles[item] for item in (50.0, 95.0, SLOWEST)))
        for name, response in responses.items()
    ]
    parts = (_hops(report, name, response) for name, response in responses.items())
    details = "\n\n".join((table(("Workload", "p50", "p95", "p99"), rows), *parts))
    return Entry("latency", "p99", _time(slowest), details)


def _hops(report: Report, workload: str, response: Response) -> str:
    """Where the mean of a workload's time goes, part by part."""
    rows = [
        (plain(report.design.node(hop.node).label), *_times((hop.service, hop.waiting, hop.network)))
        for hop in response.hops
    ]
    shown = table(("Part", "Work", "Waiting", "Network"), rows)
    return f"**{_workload_name(report, workload)}**, mean by part\n\n{shown}\n\n{unfold(response.arithmetic)}"


def _times(values: Iterable[float]) -> tuple[str, ...]:
    return tuple(plain(_time(value)) for value in values)


def _time(value: float) -> str:
    return format_quantity(value, Dimension.TIME)


def _availability(report: Report) -> Entry:
    found = report.analysis.reliability.workloads
    if not found:
        return Entry("availability", "Available", "—", "Nothing answers yet.")
    worst = max(found, key=lambda item: item.unavailability)
    rows = [(_workload_name(report, item.workload), plain(_ratio(item.availability))) for item in found]
    details = f"{table(('Workload', 'Available'), rows)}\n\n{unfold(worst.arithmetic)}"
    return Entry("availability", "Available", _ratio(worst.availability), details)


def _ratio(value: float) -> str:
    return format_quantity(value, Dimension.RATIO)


def _cost(report: Report) -> Entry:
    cost = report.analysis.cost
    rows = [
        (plain(report.design.node(item.node).label), plain(_money(item.total)))
        for item in sorted(cost.nodes, key=lambda item: -item.total)
    ]
    details = table(("Part", "Per month"), rows)
    if cost.per_million_requests is not None:
        each = _money(cost.per_million_requests).removesuffix("/month")
        details += f"\n\n{plain(each)} for a million requests."
    return Entry("cost", "Costs", short(_money(cost.total)), details)


def _money(value: float) -> str:
    return format_quantity(value, Dimension.MONEY)


def _headroom(report: Report) -> Entry:
    headroom = report.analysis.headroom
    if headroom is None:
        return Entry("headroom", "Headroom", "—", "Nothing can be judged yet.")
    value = "any traffic" if math.isinf(headroom.multiple) else f"×{headroom.multiple:.3g}"
    details = (
        f"**{plain(value)}** is the largest multiple of this traffic at which every requirement that can be judged "
        f"holds\\.\n\n{plain(headroom.reason)}"
    )
    return Entry("headroom", "Headroom", value, details)
