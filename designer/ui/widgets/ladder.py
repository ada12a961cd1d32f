"""The ladder in words: up to how much traffic everything holds, what breaks first, and how each rung stands."""

from __future__ import annotations

import math
from typing import Any

from designer.analysis import Verdict
from designer.analysis.ladder import Break, Ladder, Rung
from designer.report import Report
from designer.ui.widgets.numbers import shown
from designer.units import Dimension, format_multiple

MOST_NAMED = 3
"""Requirements named at a rung; of more only the number is told."""


def ladder_words(report: Report, ladder: Ladder, *, told: bool = True) -> dict[str, Any]:
    """The sentence and the rungs, as the board shows them. `told`: hidden requirements may be named."""
    return {
        "sentence": holds_up_to(report, ladder, told=told),
        "rungs": [_rung(rung, told) for rung in ladder.rungs],
    }


def holds_up_to(report: Report, ladder: Ladder, *, told: bool = True) -> str:
    """Such as "Holds up to 640 req/s (×2.1); first to break: Analytics consumer (operations)."."""
    hopeless = _aside(report, ladder, told)
    if ladder.multiple == 0.0:
        return f"Holds at no traffic.{hopeless}"
    if math.isinf(ladder.multiple):
        return f"Nothing gives way, however much traffic comes.{hopeless}"
    rate = shown(ladder.rate, Dimension.RATE).removesuffix("/s")
    first = "" if ladder.breaks is None else f"; first to break: {_first(report, ladder.breaks, told)}"
    return f"Holds up to {rate} req/s ({_part(ladder.multiple)}){first}.{hopeless}"


def _part(multiple: float) -> str:
    """Such as "×2.1" or "1/600 of the traffic"."""
    return format_multiple(multiple, of="the traffic")


def _first(report: Report, found: Break, told: bool) -> str:
    title = _title(report, found.requirement, found.title, told)
    if found.node is None:
        return title
    label = report.design.node(found.node).label
    return f"{title}, at {label}" if found.ceiling is None else f"{label} ({found.ceiling.value})"


def _aside(report: Report, ladder: Ladder, told: bool) -> str:
    hidden = {item.title for item in report.verdicts if item.hidden and not told}
    names = [title for title in ladder.hopeless if title not in hidden]
    if len(names) < len(ladder.hopeless):
        names.append("one that was not told yet")
    return f" Missed at any traffic: {', '.join(names)}." if names else ""


def _title(report: Report, requirement: str, title: str, told: bool) -> str:
    is_hidden = report.scenario.requirements[requirement].hidden and not told
    return "a requirement that was not told yet" if is_hidden else title


def _rung(rung: Rung, told: bool) -> dict[str, Any]:
    rate = shown(rung.rate, Dimension.RATE)
    users = None if rung.users is None else f"{shown(rung.users, Dimension.COUNT)} users a day"
    return {
        "label": users or f"{rate} at peak",
        "rate": f"{rate} at peak, {_part(rung.multiple)}" if users else _part(rung.multiple),
        "state": "unknown" if not rung.judged else "missed" if rung.missed else "met",
        "text": _standing(rung, told),
    }


def _standing(rung: Rung, told: bool) -> str:
    if not rung.judged:
        return "Nothing can be judged yet."
    if not rung.missed:
        return f"All {rung.judged} requirements met."
    named = _named(rung.missed, told)
    return f"{len(rung.missed)} of {rung.judged} missed: {named}."


def _named(missed: tuple[Verdict, ...], told: bool) -> str:
    names = [item.title for item in missed if told or not item.hidden]
    shortened, more = names[:MOST_NAMED], len(missed) - len(names[:MOST_NAMED])
    return ", ".join(shortened) + (f"{' and ' if shortened else ''}{more} more" if more else "")
