"""Two designs side by side as a Markdown document. Names come from users and files: every one is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from designer.comparison import Comparison
from designer.export.comparison_rows import (
    SIGNS,
    Row,
    figure_rows,
    requirement_rows,
    stand_words,
    verdict_words,
)
from designer.export.markdown import code, escape, row
from designer.export.repair_words import titled
from designer.report import Report
from designer.rules.model import Finding


def write_comparison_markdown(comparison: Comparison) -> str:
    """What the second design meets, costs and mends that the first does not, with a final newline."""
    before, after = comparison.before, comparison.after
    sections = (
        _head(comparison),
        _table("Requirements", ("Requirement", "A", "B", "Limit"), requirement_rows(comparison)),
        _table("Figures", ("Figure", "A", "B", "Change"), figure_rows(comparison)),
        _findings("Findings only in A", comparison.fixed, before),
        _findings("Findings only in B", comparison.new, after),
        _findings("Findings in both", comparison.still, after),
    )
    texts = ["\n".join(section) for section in sections]
    return "\n\n".join(text for text in texts if text) + "\n"


def _head(comparison: Comparison) -> Iterator[str]:
    yield f"# {escape(comparison.after.scenario.name)}: two designs"
    yield ""
    for name, report in zip("AB", (comparison.before, comparison.after), strict=True):
        yield f"- **{name}**: {escape(report.design.name)}; {stand_words(report)}"
    yield ""
    yield escape(verdict_words(comparison))


def _table(title: str, heads: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    yield ""
    yield row("", *heads)
    yield "|---|---|--:|--:|--:|"
    yield from (row(SIGNS[item.change], *map(escape, (item.name, *item.cells))) for item in rows)


def _findings(title: str, findings: Sequence[Finding], report: Report) -> Iterator[str]:
    if not findings:
        return
    yield f"## {title}"
    yield ""
    for finding in findings:
        where = (
            f"**{escape(titled(finding, report.design))}** ({finding.severity.value}, {code(finding.rule)})"
        )
        yield f"- {where}: {escape(finding.message)}"
