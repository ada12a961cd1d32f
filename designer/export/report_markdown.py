"""A report as a Markdown document. Names come from users and files, so every one of them is escaped."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from designer.analysis.model import State
from designer.arithmetic import Arithmetic
from designer.export.report_text import MARKS, clean, value_against_limit
from designer.report import Report
from designer.units import Dimension, format_quantity

MOST_NAME = 80
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$:])")


def escape(text: str) -> str:
    """`text` on one line, meaning itself: no markup, link, table cell or HTML can come of it."""
    return _SPECIAL.sub(r"\\\1", " ".join(clean(word, MOST_NAME * 10) for word in text.split()))


def write_markdown(report: Report) -> str:
    """The report as Markdown with a final newline; the same report gives the same bytes."""
    sections = (_head(report), _requirements(report), _findings(report), _praise(report), _nodes(report), _why(report))
    return "\n".join(line for section in sections for line in (*section, ""))


def _head(report: Report) -> Iterator[str]:
    yield f"# {escape(report.scenario.name)}: {escape(report.design.name)}"
    yield ""
    met = sum(item.state is State.MET for item in report.verdicts)
    verdict = "The design passes" if report.passed else "The design does not pass"
    yield (
        f"{verdict}: {met} of {len(report.verdicts)} requirements are met, the score is "
        f"{report.score.points:.0f} of 100, the cost "
        f"{escape(format_quantity(report.analysis.cost.total, Dimension.MONEY))}."
    )
    headroom = report.analysis.headroom
    if headroom is not None:
        times = "without end" if math.isinf(headroom.multiple) else f"× {headroom.multiple:.3g}"
        yield ""
        yield f"Headroom: {times}. {escape(headroom.reason)}"


def _requirements(report: Report) -> Iterator[str]:
    yield "## Requirements"
    yield ""
    yield "| | Requirement | Value and limit | Verdict | Why |"
    yield "|---|---|---|---|---|"
    for item in report.verdicts:
        cells = (item.title, value_against_limit(item), item.state.value, item.reason)
        yield f"| {MARKS[item.state]} | " + " | ".join(escape(cell) for cell in cells) + " |"


def _findings(report: Report) -> Iterator[str]:
    yield "## Findings"
    yield ""
    if not report.findings:
        yield "None."
    for finding in report.findings:
        yield f"- **{escape(finding.title)}** ({finding.severity.value}, `{finding.rule}`): {escape(finding.message)}"
        if finding.fix_words:
            yield f"  Mend it: {escape(finding.fix_words)}"


def _praise(report: Report) -> Iterator[str]:
    yield "## Done well"
    yield ""
    if not report.praise:
        yield "Nothing yet."
    for judgement in report.praise:
        yield f"- {escape(judgement.message)}"


def _nodes(report: Report) -> Iterator[str]:
    costs = {item.node: item.total for item in report.analysis.cost.nodes}
    yield "## Nodes"
    yield ""
    yield "| Node | Machines | Load | Cost |"
    yield "|---|--:|--:|--:|"
    for node in report.design.nodes:
        facts = report.analysis.nodes[node.id]
        load = "" if facts.binding is None else (
            f"{format_quantity(facts.binding.value, Dimension.RATIO, digits=2)} {facts.binding.ceiling.value}"
        )
        cost = format_quantity(costs.get(node.id, 0.0), Dimension.MONEY)
        yield f"| {escape(node.label)} | {facts.machines} | {escape(load)} | {escape(cost)} |"


def _why(report: Report) -> Iterator[str]:
    yield "## Arithmetic"
    for item in report.verdicts:
        if item.arithmetic is not None:
            yield ""
            yield f"### {escape(item.title)}"
            yield ""
            yield from _arithmetic(item.arithmetic, 0)


def _arithmetic(arithmetic: Arithmetic, depth: int) -> Iterator[str]:
    indent = "  " * depth
    result = format_quantity(arithmetic.result.value, arithmetic.result.dimension)
    method = f" ({escape(arithmetic.method)})" if arithmetic.method else ""
    yield f"{indent}- {escape(arithmetic.result.name)} = {escape(result)}: {escape(arithmetic.formula)}{method}"
    for quantity in arithmetic.inputs:
        value = escape(format_quantity(quantity.value, quantity.dimension))
        source = f"; {escape(quantity.source)}" if quantity.source else ""
        yield f"{indent}  - {escape(quantity.symbol)} = {value}: {escape(quantity.name)}{source}"
    for step in arithmetic.steps:
        yield from _arithmetic(step, depth + 1)
