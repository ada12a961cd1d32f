"""What is said of two designs side by side, in words and rows, for text and Markdown alike."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from designer.analysis.model import State, Verdict
from designer.comparison import Comparison, Figures, Pair
from designer.export.repair_words import cost_words, listed
from designer.export.report_text import MARKS, limit_text, value_text
from designer.report import Report
from designer.rules.model import Severity
from designer.units import Dimension, format_multiple, format_quantity

SIGNS = {2: "▲", 1: "△", 0: "=", -1: "▽", -2: "▼"}
"""Full where a verdict changes, hollow where a figure only gets better or worse."""

CLOSE = 1e-9
"""Figures that differ by a smaller part of themselves are the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is, both values and a third cell; `change` is a key of `SIGNS`."""

    name: str
    cells: tuple[str, str, str]
    change: int


def is_worse(comparison: Comparison) -> bool:
    """Whether the second misses a requirement that the first meets, or has an error that the first has not."""
    missed = any(pair.change < 0 for pair in comparison.requirements)
    return missed or any(finding.severity is Severity.ERROR for finding in comparison.new)


def stand_words(report: Report) -> str:
    """How one design stands: "passes, 8 of 8 requirements met, score 98 of 100"."""
    met = sum(verdict.state is State.MET for verdict in report.verdicts)
    score = format_quantity(report.score.points, Dimension.COUNT)
    stands = "passes" if report.passed else "does not pass"
    return f"{stands}, {met} of {len(report.verdicts)} requirements met, score {score} of 100"


def verdict_words(comparison: Comparison) -> str:
    """What the second design gains and loses, in a sentence."""
    gained = [pair.after.title for pair in comparison.requirements if pair.change > 0]
    lost = [pair.after.title for pair in comparison.requirements if pair.change < 0]
    errors = [f"'{item.title}'" for item in comparison.new if item.severity is Severity.ERROR]
    said = [f"meets {listed(gained)}, which A does not"] if gained else []
    said += [f"misses {listed(lost)}, which A meets"] if lost else []
    said += [f"has a new error: {listed(list(dict.fromkeys(errors)))}"] if errors else []
    return f"B {'; it '.join(said)}." if said else "B meets what A meets and brings no new error."


def requirement_rows(comparison: Comparison) -> list[Row]:
    """Each requirement with both values, and whether they are enough."""
    return [
        Row(
            pair.after.title,
            (_judged(pair.before), _judged(pair.after), limit_text(pair.after)),
            2 * pair.change or _better(_values(pair), more_is_better=not pair.after.at_most),
        )
        for pair in comparison.requirements
    ]


def _values(pair: Pair) -> Figures:
    return Figures(pair.before.value, pair.after.value)


def _judged(verdict: Verdict) -> str:
    return f"{value_text(verdict)} {MARKS[verdict.state]}"


def figure_rows(comparison: Comparison) -> list[Row]:
    """Cost, score and headroom, then the time and the availability of each workload."""
    return list(_figures(comparison))


def _figures(comparison: Comparison) -> Iterator[Row]:
    workloads = comparison.after.scenario.workloads
    cost = comparison.cost
    yield _row("Cost", cost, Dimension.MONEY, "" if _is_same(cost) else cost_words(cost.difference or 0.0))
    yield _row("Score", comparison.score, Dimension.COUNT, more_is_better=True)
    if (comparison.headroom.before, comparison.headroom.after) != (None, None):
        yield _headroom(comparison.headroom)
    for name, figures in comparison.p99.items():
        yield _row(f"{workloads[name].name}: p99", figures, Dimension.TIME)
    for name, figures in comparison.availability.items():
        yield _row(f"{workloads[name].name}: availability", figures, Dimension.RATIO, more_is_better=True)


def _headroom(figures: Figures) -> Row:
    before, after = (
        "unknown" if value is None else "any traffic" if math.isinf(value) else format_multiple(value)
        for value in (figures.before, figures.after)
    )
    return Row("Headroom", (before, after, ""), _better(figures, more_is_better=True))


def _row(
    name: str,
    figures: Figures,
    dimension: Dimension,
    change: str | None = None,
    *,
    more_is_better: bool = False,
) -> Row:
    before, after = (
        "unknown" if value is None else format_quantity(value, dimension)
        for value in (figures.before, figures.after)
    )
    said = _difference(figures, dimension) if change is None else change
    return Row(name, (before, after, said), _better(figures, more_is_better=more_is_better))


def _difference(figures: Figures, dimension: Dimension) -> str:
    found = figures.difference
    if found is None or math.isinf(found) or _is_same(figures):
        return ""
    amount = format_quantity(abs(found), dimension)
    if dimension is Dimension.RATIO:  # "more per cent" would be of the first
        amount = f"{amount.removesuffix(' %')} percentage points"
    return f"{amount} {'more' if found > 0 else 'less'}"


def _is_same(figures: Figures) -> bool:
    if figures.before is None or figures.after is None:
        return figures.before is figures.after
    return math.isclose(figures.before, figures.after, rel_tol=CLOSE)


def _better(figures: Figures, *, more_is_better: bool) -> int:
    if figures.before is None or figures.after is None or _is_same(figures):
        return 0
    return 1 if (figures.after > figures.before) == more_is_better else -1
