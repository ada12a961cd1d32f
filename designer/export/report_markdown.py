"""A report as a Markdown document. Names come from users and files, so every one of them is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.analysis.model import State, Verdict
from designer.arithmetic import Arithmetic
from designer.export.marking import binding, ceiling_text
from designer.export.report_notes import caveats
from designer.export.report_outages import harmful_outages, recoveries, told_outages
from designer.export.report_text import MARKS, cost_text, headroom_text, limit_text, value_text
from designer.export.terminal import clean
from designer.report import Report
from designer.units import Dimension, format_quantity

LONGEST = 10_000
"""Characters kept of one text; a cell with more is nothing anybody reads."""

_SPECIAL = re.compile(
    r"[\\`*\[\]<>#|~&$@{}!]|(?<![^\W_])_|_(?![^\W_])|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE
)
"""What could begin emphasis, code, a link, an image, HTML, a table cell, a formula or an address."""

_START = re.compile(r"^([-+=]|\d+(?=[.)](\s|$)))")
"""What makes a list, a rule or a heading at the start of a line."""


def escape(text: str) -> str:
    """`text` on one line, meaning itself: no markup, link, table cell or HTML can come of it."""
    marked = _SPECIAL.sub(lambda found: "\\" + found.group(), clean(text, LONGEST))
    return _START.sub(lambda found: _escape_start(found.group()), marked)


def _escape_start(start: str) -> str:
    # A digit cannot be escaped, but the dot or bracket after it can: the sign that follows is moved behind.
    return start + "\\" if start.isdigit() else "\\" + start


def code(text: str) -> str:
    """`text` as code, which shows every character as it is."""
    shown = clean(text, LONGEST)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    space = " " if "`" in shown or not shown else ""
    return f"{fence}{space}{shown}{space}{fence}"


def write_markdown(report: Report) -> str:
    """The report as Markdown with a final newline; the same report gives the same bytes."""
    sections = (_head, _requirements, _findings, _praise, _nodes, _outages, _arithmetic)
    texts = ["\n".join(section(report)) for section in sections]
    return "\n\n".join(text for text in texts if text) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# {escape(report.scenario.name)}: {escape(report.design.name)}"
    yield ""
    met = sum(item.state is State.MET for item in report.verdicts)
    verdict = "The design **passes**" if report.passed else "The design **does not pass**"
    score = format_quantity(report.score.points, Dimension.COUNT)
    yield f"{verdict}: {met} of {len(report.verdicts)} requirements are met, and the score is {score} of 100."
    yield ""
    yield f"- Cost: {escape(cost_text(report))}"
    headroom = report.analysis.headroom
    if headroom is not None:
        yield f"- Headroom: {escape(headroom_text(headroom.multiple))}. {escape(headroom.reason)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _requirements(report: Report) -> Iterator[str]:
    if not report.verdicts:
        return
    yield "## Requirements"
    yield ""
    yield _row("Requirement", "Verdict", "Value", "Limit", "Why")
    yield "|---|---|--:|--:|---|"
    yield from (_requirement(verdict) for verdict in report.verdicts)
    notes = [f"- {escape(note)}" for note in caveats(report)]
    if notes:
        yield ""
        yield from notes


def _requirement(verdict: Verdict) -> str:
    state = f"{MARKS[verdict.state]} {verdict.state.value}"
    value, limit = escape(value_text(verdict)), escape(limit_text(verdict))
    return _row(escape(verdict.title), state, value, limit, escape(verdict.reason))


def _findings(report: Report) -> Iterator[str]:
    yield "## Findings"
    yield ""
    if not report.findings:
        yield "None."
    for finding in report.findings:
        yield f"- **{escape(finding.title)}** ({finding.severity.value}, {code(finding.rule)})"
        yield f"  - {escape(finding.message)}"
        yield f"  - Why: {escape(finding.why)}"
        if finding.fix_words:
            yield f"  - Fix: {escape(finding.fix_words)}"
        if finding.sources:
            yield f"  - Sources: {escape('; '.join(finding.sources))}"


def _praise(report: Report) -> Iterator[str]:
    if not report.praise:
        return
    yield "## Done well"
    yield ""
    yield from (f"- {escape(judgement.message)}" for judgement in report.praise)


def _nodes(report: Report) -> Iterator[str]:
    if not report.design.nodes:
        return
    costs = {item.node: item.total for item in report.analysis.cost.nodes}
    yield "## Nodes"
    yield ""
    yield _row("Node", "Component", "Machines", "Load", "Cost")
    yield "|---|---|--:|--:|--:|"
    for node in report.design.nodes:
        used = binding(report, node.id)
        load = "–" if used is None else escape(ceiling_text(used))
        cost = escape(format_quantity(costs.get(node.id, 0.0), Dimension.MONEY))
        machines = str(report.analysis.nodes[node.id].machines)
        yield _row(escape(node.label), escape(node.component), machines, load, cost)


def _outages(report: Report) -> Iterator[str]:
    told = len(told_outages(report))
    if not told:
        return
    rows = harmful_outages(report)
    yield "## When something is down"
    yield ""
    if rows:
        yield _row("Down", "No longer works", "Overloaded")
        yield "|---|---|---|"
        for row in rows:
            yield _row(escape(row.down), _listed(row.lost), _listed(row.overloaded))
        yield ""
    yield f"{told - len(rows)} of {told} failures take nothing away."
    lost = recoveries(report)
    if lost:
        yield ""
        yield "After the loss of one machine:"
        yield ""
        yield from (f"- {escape(what)}: {_listed(tuple(names))}" for what, names in lost.items())


def _listed(names: tuple[str, ...]) -> str:
    return escape(", ".join(names)) if names else "–"


def _arithmetic(report: Report) -> Iterator[str]:
    yield "## Arithmetic"
    for verdict in report.verdicts:
        if verdict.arithmetic is not None:
            yield ""
            yield f"### {escape(verdict.title)}"
            yield ""
            yield from _steps(verdict.arithmetic, "")


def _steps(arithmetic: Arithmetic, indent: str) -> Iterator[str]:
    result = arithmetic.result
    value = f"{result.symbol} = {format_quantity(result.value, result.dimension)}"
    method = f" ({escape(arithmetic.method)})" if arithmetic.method else ""
    yield f"{indent}- {escape(result.name)}: {code(value)}, by {code(arithmetic.formula)}{method}"
    for quantity in arithmetic.inputs:
        value = f"{quantity.symbol} = {format_quantity(quantity.value, quantity.dimension)}"
        source = f"; {escape(quantity.source)}" if quantity.source else ""
        yield f"{indent}  - {code(value)}, {escape(quantity.name)}{source}"
    for step in arithmetic.steps:
        yield from _steps(step, indent + "  ")
