"""What still holds when something is down, how soon the rest is back, and what is gone."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designer.analysis.availability import find_availabilities
from designer.export.report_outages import harmful_outages, told_outages
from designer.report import Report
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.wording import plain, table
from designer.units import Dimension

AT_ONCE = "at once"
NONE = "–"


def availability_table(report: Report) -> str:
    """Each workload: how often it is answered, and how soon again after the loss of one machine. Markdown."""
    found = find_availabilities(report.analysis)
    # Apart only where it is another number: as long as nothing fails while all is up, machines are all there is.
    apart = any(item.failing is not None for item in found.values())
    rows = [
        (
            plain(report.scenario.workloads[name].name),
            plain(shown(item.answered, Dimension.RATIO)),
            *([plain(shown(item.machines.availability, Dimension.RATIO))] if apart else ()),
            plain(_soon(item.machines.recovery_time)),
        )
        for name, item in found.items()
    ]
    machines = ("Its machines",) if apart else ()
    return table(("Workload", "Available", *machines, "One machine lost: back"), rows)


def durability_table(report: Report) -> str:
    """Each dataset: how surely a record is kept for a year, and what the loss of one machine takes. Markdown."""
    rows = [
        (
            plain(report.scenario.datasets[item.dataset].name),
            plain(shown(item.durability, Dimension.RATIO)),
            plain(_gone(item.recovery_point)),
        )
        for item in report.analysis.reliability.durabilities
    ]
    return table(("Data", "Kept for a year", "One machine lost: gone"), rows) if rows else ""


def outage_table(report: Report) -> str:
    """Every failure that takes something away, and how many take nothing. Markdown."""
    told = len(told_outages(report))
    rows = harmful_outages(report)
    if not told:
        return ""
    head = table(
        ("Down", "No longer works", "Overloaded"),
        ((plain(row.down), _listed(row.lost), _listed(row.overloaded)) for row in rows),
    )
    count = f"{told - len(rows)} of {told} failures take nothing away\\."
    return (
        f"**When something is down**\n\n{head}\n\n{count}"
        if rows
        else f"**When something is down**\n\n{count}"
    )


def survival(report: Report) -> Iterator[str]:
    """All three, those that have something to say."""
    yield from filter(None, (availability_table(report), durability_table(report), outage_table(report)))


def _listed(names: tuple[str, ...]) -> str:
    return plain(", ".join(names)) if names else NONE


def _soon(seconds: float) -> str:
    if seconds <= 0:
        return AT_ONCE
    return "when it is mended" if math.isinf(seconds) else f"after {shown(seconds, Dimension.TIME)}"


def _gone(seconds: float) -> str:
    if seconds <= 0:
        return "nothing"
    return "everything" if math.isinf(seconds) else f"the last {shown(seconds, Dimension.TIME)}"
