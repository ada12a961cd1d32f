"""A report as plain text, 80 columns wide, for a terminal or a log. Colours are added only when asked for."""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from designer.analysis.model import State, Verdict
from designer.arithmetic import Arithmetic
from designer.report import Report
from designer.rules.model import Finding, Severity
from designer.units import Dimension, format_quantity

WIDTH = 80
MARKS = {State.MET: "✓", State.MISSED: "✗", State.UNKNOWN: "?"}
COLORS = {State.MET: "32", State.MISSED: "31", State.UNKNOWN: "33"}
SEVERITY_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "·"}
SEVERITY_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
BAR = 10


class Pen:
    """Wraps text in terminal colours, or leaves it alone."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._color else text

    def bold(self, text: str) -> str:
        return self.paint(text, "1")

    def dim(self, text: str) -> str:
        return self.paint(text, "2")


def write_text(report: Report, *, color: bool = False, explain: str | None = None) -> str:
    """The report as text with a final newline. `explain` names a requirement or a node whose arithmetic is unfolded.

    Raises KeyError when there is nothing of that name to explain.
    """
    pen = Pen(color=color)
    if explain is not None:
        return "\n".join(_explained(report, explain, pen)) + "\n"
    sections = (_head(report, pen), _requirements(report, pen), _findings(report, pen), _nodes(report, pen))
    lines = [line for section in sections for line in (*section, "")]
    return "\n".join((*lines, *_foot(report, pen))) + "\n"


def clean(text: str, width: int = WIDTH) -> str:
    """A name on one line, without control characters or marks that turn the line around, cut to `width` columns."""
    shown = "".join(character for character in text if unicodedata.category(character) not in _HIDDEN)
    if columns(shown) <= width:
        return shown
    while columns(shown) > width - 1:
        shown = shown[:-1]
    return shown + "…"


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def columns(text: str) -> int:
    """Columns a terminal gives the text: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, width: int) -> str:
    """The text cut or filled to exactly `width` columns."""
    shown = clean(text, width)
    return shown + " " * (width - columns(shown))


def wrap(text: str, indent: str) -> list[str]:
    """The text as lines of at most `WIDTH` columns, each indented."""
    shown = " ".join(clean(word, WIDTH) for word in text.split())
    return textwrap.wrap(shown, WIDTH, initial_indent=indent, subsequent_indent=indent) or [indent]


def _head(report: Report, pen: Pen) -> Iterator[str]:
    verdict = pen.paint("passes", "32;1") if report.passed else pen.paint("does not pass", "31;1")
    yield pen.bold(clean(f"{report.scenario.name}: {report.design.name}"))
    met = sum(item.state is State.MET for item in report.verdicts)
    yield f"{verdict}, {met} of {len(report.verdicts)} requirements met, score {report.score.points:.0f} of 100"


def _requirements(report: Report, pen: Pen) -> Iterator[str]:
    yield pen.bold("Requirements")
    for verdict in report.verdicts:
        mark = pen.paint(MARKS[verdict.state], COLORS[verdict.state])
        value = pad(value_against_limit(verdict), 30)
        yield f"  {mark} {pad(verdict.title, 34)}  {value}  {verdict.state.value}".rstrip()
        if verdict.state is not State.MET:
            yield from (pen.dim(line) for line in wrap(verdict.reason, "      "))


def value_against_limit(verdict: Verdict) -> str:
    """Such as "312 ms of at most 200 ms"."""
    limit = format_quantity(verdict.limit, verdict.dimension)
    bound = "at most" if verdict.at_most else "at least"
    if verdict.value is None:
        return f"{bound} {limit}"
    return f"{format_quantity(verdict.value, verdict.dimension)}, {bound} {limit}"


def _findings(report: Report, pen: Pen) -> Iterator[str]:
    yield pen.bold("Findings")
    if not report.findings:
        yield "  none"
    for finding in report.findings:
        yield from _finding(finding, pen)


def _finding(finding: Finding, pen: Pen) -> Iterator[str]:
    mark = pen.paint(SEVERITY_MARKS[finding.severity], SEVERITY_COLORS[finding.severity])
    yield f"  {mark} {clean(finding.title, 74)}"
    yield from wrap(finding.message, "      ")
    if finding.fix_words:
        yield from (pen.dim(line) for line in wrap(f"Mend it: {finding.fix_words}", "      "))
    yield pen.dim(f"      {finding.severity.value}, rule {finding.rule}")


def _nodes(report: Report, pen: Pen) -> Iterator[str]:
    costs = {item.node: item.total for item in report.analysis.cost.nodes}
    yield pen.bold(f"{pad('Nodes', 30)}{pad('Load', 32)}{'Cost':>18}")
    for node in report.design.nodes:
        binding = report.analysis.nodes[node.id].binding
        count = report.analysis.nodes[node.id].machines
        name = f"{clean(node.label, 22)} ×{count}" if count > 1 else node.label
        load = pad("", 32) if binding is None else pad(f"{bar(binding.value)} {_load(binding.value)} {binding.ceiling.value}", 32)
        if binding is not None and binding.value > 1:
            load = pen.paint(load, "31")
        cost = format_quantity(costs.get(node.id, 0.0), Dimension.MONEY)
        yield f"  {pad(name, 28)}{load}{cost:>18}"


def bar(value: float) -> str:
    """A utilisation as ten blocks."""
    filled = BAR if math.isinf(value) else min(BAR, round(value * BAR))
    return "█" * filled + "░" * (BAR - filled)


def _load(value: float) -> str:
    return f"{format_quantity(value, Dimension.RATIO, digits=2):>8}"


def _foot(report: Report, pen: Pen) -> Iterator[str]:
    analysis = report.analysis
    yield f"{pen.bold('Cost')}      {format_quantity(analysis.cost.total, Dimension.MONEY)}"
    if analysis.headroom is not None:
        multiple = analysis.headroom.multiple
        times = "without end" if math.isinf(multiple) else f"× {multiple:.3g} of the stated traffic"
        yield from wrap(f"{pen.bold('Headroom')}  {times}. {analysis.headroom.reason}", "")


def _explained(report: Report, name: str, pen: Pen) -> Iterator[str]:
    for title, arithmetic in _arithmetic_of(report, name):
        yield pen.bold(clean(title))
        yield from explain_lines(arithmetic)
        yield ""


def _arithmetic_of(report: Report, name: str) -> Iterable[tuple[str, Arithmetic]]:
    for verdict in report.verdicts:
        if verdict.requirement == name:
            return [(verdict.title, verdict.arithmetic)] if verdict.arithmetic else []
    if name in report.analysis.nodes:
        used = report.analysis.nodes[name].utilisations
        return [(f"{name}: {item.ceiling.value}", item.arithmetic) for item in used]
    raise KeyError(name)


def explain_lines(arithmetic: Arithmetic, depth: int = 0) -> Iterator[str]:
    """The formula, its inputs with their sources, and the steps behind them, indented."""
    indent = "  " * (depth + 1)
    result = format_quantity(arithmetic.result.value, arithmetic.result.dimension)
    yield from wrap(f"{arithmetic.result.name} = {result}", indent)
    yield from wrap(f"{arithmetic.formula}" + (f"   ({arithmetic.method})" if arithmetic.method else ""), indent + "  ")
    for quantity in arithmetic.inputs:
        value = format_quantity(quantity.value, quantity.dimension)
        source = f"; {quantity.source}" if quantity.source else ""
        yield from wrap(f"{quantity.symbol} = {value}: {quantity.name}{source}", indent + "    ")
    for step in arithmetic.steps:
        yield from explain_lines(step, depth + 1)
