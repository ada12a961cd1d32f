"""The line below the board: what the whole design carries, how fast, how surely, for how much."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import streamlit as st

from designer.analysis import Verdict
from designer.analysis.availability import find_availabilities
from designer.analysis.derivations import explain_headroom, explain_per_million
from designer.export.report_notes import caveat
from designer.performance.model import Cost, Response
from designer.report import Report
from designer.ui.page import show_link
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.requirements import short
from designer.ui.widgets.survival import survival
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import plain, table
from designer.units import Dimension, format_multiple

SLOWEST = 99.0
"""The percentile the line shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the line, and what writes what it unfolds to (Markdown)."""

    key: str
    name: str
    value: str
    details: Callable[[], str]


def show_status(report: Report) -> None:
    """The line, each number a fold of its arithmetic."""
    for entry in entries(report):
        label = f":gray[{entry.name}] **{plain(entry.value)}**"
        fold = st.popover(label, type="tertiary", key=f"status_{entry.key}", on_change="rerun")
        if fold.open:
            with fold:
                st.markdown(entry.details())
                # Also what the keyboard holds on to in a fold that is longer than the window.
                show_link("glossary", "What the words mean", ":material/dictionary:")


def entries(report: Report) -> Iterator[Entry]:
    """The numbers of the line; what could not be computed shows a dash."""
    yield _throughput(report)
    yield _latency(report)
    yield _availability(report)
    yield _cost(report)
    yield _headroom(report)
    score = report.score
    yield Entry("score", "Score", f"{score.points:.0f} of 100", lambda: unfold(score.arithmetic))


def _workload_name(report: Report, workload: str) -> str:
    return plain(report.scenario.workloads[workload].name)


def _nothing(key: str, name: str, why: str) -> Entry:
    return Entry(key, name, "—", lambda: why)


def _throughput(report: Report) -> Entry:
    judged = [item for item in report.verdicts if item.kind == "throughput" and item.value is not None]
    tightest = min(judged, key=_margin, default=None)
    if tightest is None or tightest.value is None:
        return _nothing(
            "throughput", "Carries", "Nothing is carried yet: draw a way from the users to the data."
        )
    value = f"{_rate(tightest.value)} of {_rate(tightest.limit)}"
    return Entry("throughput", "Carries", value, lambda: _verdict(tightest))


def _verdict(verdict: Verdict) -> str:
    arithmetic = "" if verdict.arithmetic is None else f"\n\n{unfold(verdict.arithmetic)}"
    return f"**{plain(verdict.title)}**\n\n{plain(verdict.reason)}{arithmetic}"


def _margin(verdict: Verdict) -> float:
    return -math.inf if verdict.margin is None else verdict.margin


def _rate(value: float) -> str:
    return shown(value, Dimension.RATE)


def _latency(report: Report) -> Entry:
    responses = report.analysis.responses
    if not responses:
        return _nothing("latency", "Slowest p99", "Nothing answers yet.")
    slowest = max(response.percentiles[SLOWEST] for response in responses.values())
    return Entry("latency", "Slowest p99", _time(slowest), lambda: _responses(report))


def _responses(report: Report) -> str:
    rows = [
        (_workload_name(report, name), *_times(response.percentiles[item] for item in (50.0, 95.0, SLOWEST)))
        for name, response in report.analysis.responses.items()
    ]
    parts = (_hops(report, name, response) for name, response in report.analysis.responses.items())
    return "\n\n".join((table(("Workload", "p50", "p95", "p99"), rows), *parts))


def _hops(report: Report, workload: str, response: Response) -> str:
    """Where the mean of a workload's time goes, part by part."""
    rows = [
        (plain(report.design.node(hop.node).label), *_times((hop.service, hop.waiting, hop.network)))
        for hop in response.hops
    ]
    parts = table(("Part", "Work", "Waiting", "Network"), rows)
    note = caveat(response)
    said = "" if note is None else f"{plain(note)}\n\n"
    name = _workload_name(report, workload)
    return f"**{name}**, mean by part\n\n{parts}\n\n{said}{unfold(response.arithmetic)}"


def _times(values: Iterable[float]) -> tuple[str, ...]:
    return tuple(plain(_time(value)) for value in values)


def _time(value: float) -> str:
    return shown(value, Dimension.TIME)


def _availability(report: Report) -> Entry:
    found = find_availabilities(report.analysis)
    if not found:
        return _nothing("availability", "Available", "Nothing answers yet.")
    worst = max(found.values(), key=lambda item: item.unavailability)

    def details() -> str:
        return "\n\n".join((*survival(report), unfold(worst.arithmetic)))

    return Entry("availability", "Available", _ratio(worst.answered), details)


def _ratio(value: float) -> str:
    return shown(value, Dimension.RATIO)


def _cost(report: Report) -> Entry:
    return Entry("cost", "Costs", short(_money(report.analysis.cost.total)), lambda: _bill(report))


def _bill(report: Report) -> str:
    cost = report.analysis.cost
    rows = [
        (plain(report.design.node(item.node).label), _amount(item.total), _each(cost, item.total))
        for item in sorted(cost.nodes, key=lambda item: -item.total)
    ]
    # Short headings: a table that is wider than a telephone would have to be pushed along.
    bill = table(("Part", "Per month", "Per 1M"), rows)
    if cost.per_million_requests is None:
        return bill
    arithmetic = explain_per_million(report.analysis)
    told = "" if arithmetic is None else f"\n\n{unfold(arithmetic)}"
    return f"{bill}\n\n{_each(cost, cost.total)} for a million requests\\.{told}"


def _each(cost: Cost, amount: float) -> str:
    each = cost.per_million(amount)
    return "—" if each is None else _amount(each)


def _amount(value: float) -> str:
    return plain(_money(value).removesuffix("/month"))


def _money(value: float) -> str:
    return shown(value, Dimension.MONEY)


def _headroom(report: Report) -> Entry:
    headroom = report.analysis.headroom
    if headroom is None:
        return _nothing("headroom", "Headroom", "Nothing can be judged yet.")
    value = multiple_text(headroom.multiple)
    details = (
        f"**{plain(value)}** is the largest multiple of this traffic at which every requirement that can be judged "
        f"holds\\.\n\n{plain(headroom.reason)}"
    )
    return Entry("headroom", "Headroom", value, lambda: f"{details}{_ending(report)}")


def _ending(report: Report) -> str:
    """Where the headroom ends; not where that would tell a limit which is told only when asked for."""
    headroom, arithmetic = report.analysis.headroom, explain_headroom(report.analysis)
    if arithmetic is None or headroom is None or (headroom.beyond is not None and headroom.beyond.hidden):
        return ""
    return f"\n\n{unfold(arithmetic)}"


def multiple_text(multiple: float) -> str:
    """A multiple of the stated traffic, such as "×1.5" or "1/600"."""
    return "any traffic" if math.isinf(multiple) else format_multiple(multiple)
