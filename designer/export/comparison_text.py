"""Two designs side by side as plain text, 80 columns wide, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from designer.comparison import Comparison
from designer.export.comparison_rows import (
    SIGNS,
    Row,
    figure_rows,
    is_worse,
    requirement_rows,
    stand_words,
    verdict_words,
)
from designer.export.repair_words import titled
from designer.export.report_findings import severity_mark
from designer.export.terminal import WIDTH, Pen, clean, columns, pad, wrap
from designer.report import Report
from designer.rules.model import Finding

GAP = 2
SIGN_COLORS = {2: "32;1", 1: "32", 0: "2", -1: "31", -2: "31;1"}

TOP_FINDINGS = 12
"""Findings named of each kind; the rest are counted."""


def write_comparison(comparison: Comparison, *, color: bool = False) -> str:
    """What the second design meets, costs and mends that the first does not, with a final newline."""
    pen = Pen(color=color)
    sections = (_head, _requirements, _figures, _fixed, _new, _still)
    texts = ["\n".join(section(comparison, pen)) for section in sections]
    return "\n\n".join(text for text in texts if text) + "\n"


def _head(comparison: Comparison, pen: Pen) -> Iterator[str]:
    yield pen.bold(clean(comparison.after.scenario.name))
    for name, report in zip("AB", (comparison.before, comparison.after), strict=True):
        yield from wrap(f"{name}: {report.design.name}; {stand_words(report)}", "  ", hang="     ")
    color = "31;1" if is_worse(comparison) else "32;1"
    yield from (pen.paint(line, color) for line in wrap(verdict_words(comparison)))


def _requirements(comparison: Comparison, pen: Pen) -> Iterator[str]:
    return _table(("Requirement", "A", "B", "Limit"), requirement_rows(comparison), pen)


def _figures(comparison: Comparison, pen: Pen) -> Iterator[str]:
    return _table(("Figure", "A", "B", "Change"), figure_rows(comparison), pen)


def _table(titles: tuple[str, str, str, str], rows: Sequence[Row], pen: Pen) -> Iterator[str]:
    """Values are never cut: the names make room for them."""
    if not rows:
        return
    cells = [titles[1:], *(row.cells for row in rows)]
    widths = [max(columns(row[place]) for row in cells) for place in range(3)]
    room = WIDTH - 4 - sum(widths) - GAP * len(widths)
    yield pen.bold(f"    {pad(titles[0], room)}{_cells(titles[1:], widths)}".rstrip())
    for row in rows:
        sign = pen.paint(SIGNS[row.change], SIGN_COLORS[row.change])
        first, *rest = _name_lines(row.name, room)
        yield f"  {sign} {pad(first, room)}{_cells(row.cells, widths)}".rstrip()
        yield from rest


def _name_lines(name: str, room: int) -> list[str]:
    """The name where it has room; else what follows its colon goes below: that is what tells it from the next."""
    head, colon, rest = name.partition(": ")
    return [name] if columns(name) <= room or not colon else [f"{head}:", *wrap(rest, "      ")]


def _cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(
        " " * (GAP + width - columns(text)) + text for text, width in zip(cells, widths, strict=True)
    )


def _fixed(comparison: Comparison, pen: Pen) -> Iterator[str]:
    return _findings("Only in A", comparison.fixed, comparison.before, pen)


def _new(comparison: Comparison, pen: Pen) -> Iterator[str]:
    return _findings("Only in B", comparison.new, comparison.after, pen)


def _still(comparison: Comparison, pen: Pen) -> Iterator[str]:
    return _findings("In both", comparison.still, comparison.after, pen)


def _findings(title: str, findings: Sequence[Finding], report: Report, pen: Pen) -> Iterator[str]:
    if findings:
        yield pen.bold(f"{title}: {len(findings)} {'finding' if len(findings) == 1 else 'findings'}")
    for finding in findings[:TOP_FINDINGS]:
        first, *rest = wrap(f"{titled(finding, report.design)} ({finding.rule})", "    ")
        yield f"  {severity_mark(finding.severity, pen)} {first[4:]}"
        yield from rest
    if len(findings) > TOP_FINDINGS:
        yield f"  and {len(findings) - TOP_FINDINGS} more"
