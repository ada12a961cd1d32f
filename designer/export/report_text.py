"""A report as plain text, 80 columns wide, for a terminal or a log. Colours are added only when asked for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from designer.analysis.model import State, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.export.captions import LEAST_SHOWN, percent_text
from designer.export.explanations import explain
from designer.export.marking import binding
from designer.export.report_findings import finding_lines, ignored_lines, setting_lines
from designer.export.report_notes import caveats
from designer.export.report_outages import harmful_outages, recoveries, told_outages
from designer.export.terminal import WIDTH, Pen, clean, columns, pad, wrap
from designer.performance.model import Utilisation
from designer.report import Report
from designer.rules.model import Judgement
from designer.units import Dimension, format_multiple, format_quantity

MARKS = {State.MET: "✓", State.MISSED: "✗", State.UNKNOWN: "?"}
COLORS = {State.MET: "32", State.MISSED: "31", State.UNKNOWN: "33"}
BAR = 10
NAME_COLUMNS = 22
LOAD_COLUMNS = 32

TOP_PRAISE = 6
"""Rules that are kept and told; the rest are counted."""

TOP_OUTAGES = 12
"""Failures told one by one; the rest are counted."""

DEEPEST = 12
"""Arithmetic nested more deeply than this is not indented any further."""


def write_text(report: Report, *, color: bool = False, name: str | None = None) -> str:
    """The report as text with a final newline; with a `name`, the arithmetic of what is called so instead.

    Raises DesignerError when there is nothing of that name.
    """
    pen = Pen(color=color)
    if name is not None:
        return "\n".join(_explained(report, name, pen)) + "\n"
    sections = (
        _head,
        _requirements,
        finding_lines,
        ignored_lines,
        setting_lines,
        _praise,
        _nodes,
        _outages,
        _recovery,
    )
    lines = [line for section in sections for line in _with_gap(section(report, pen))]
    return "\n".join((*lines, *_foot(report, pen))) + "\n"


def _with_gap(lines: Iterator[str]) -> list[str]:
    """The lines and an empty one, or nothing for nothing."""
    found = list(lines)
    return [*found, ""] if found else []


def _head(report: Report, pen: Pen) -> Iterator[str]:
    yield pen.bold(clean(f"{report.scenario.name}: {report.design.name}"))
    verdict = pen.paint("passes", "32;1") if report.passed else pen.paint("does not pass", "31;1")
    met = sum(item.state is State.MET for item in report.verdicts)
    score = format_quantity(report.score.points, Dimension.COUNT)
    yield f"{verdict}, {met} of {len(report.verdicts)} requirements met, score {score} of 100"


def _requirements(report: Report, pen: Pen) -> Iterator[str]:
    widths = number_columns(report.verdicts)
    if report.verdicts:
        yield pen.bold(f"    {requirement_line('Requirement', 'Value', 'Limit', 'Verdict', widths)}")
    following = [item.reason if item.state is not State.MET else None for item in report.verdicts[1:]]
    for verdict, next_reason in zip_longest(report.verdicts, following):
        mark = pen.paint(MARKS[verdict.state], COLORS[verdict.state])
        word = verdict.state.value
        line = requirement_line(verdict.title, value_text(verdict), limit_text(verdict), word, widths)
        start = line.rindex(word)
        yield f"  {mark} {line[:start]}{pen.paint(line[start:], COLORS[verdict.state])}"
        # What is said of several in a row is said once, below the last of them.
        if verdict.state is not State.MET and verdict.reason != next_reason:
            yield from (pen.dim(text) for text in wrap(verdict.reason, "      "))
    for note in caveats(report):
        yield from (pen.dim(text) for text in wrap(note, "    ", hang="      "))


VALUE_COLUMNS, _LIMIT_COLUMNS, _WORD_COLUMNS = 13, 16, 11


def number_columns(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """Columns of the values and of the limits, in all lines alike.

    Numbers are never cut: a long value takes its room from what the limits leave, then from the titles.
    """
    value = max([VALUE_COLUMNS, *[columns(value_text(item)) for item in verdicts]])
    longest = max([columns(limit_text(item)) for item in verdicts], default=0)
    return value, max(longest, _LIMIT_COLUMNS - (value - VALUE_COLUMNS))


def requirement_line(title: str, value: str, limit: str, word: str, widths: tuple[int, int]) -> str:
    """A line of a table of requirements, but for what is before the titles; `widths` are of `number_columns`."""
    right = f" {value:>{widths[0]}}  {limit:<{widths[1]}} {word}"
    return f"{pad(title, WIDTH - 4 - max(columns(right), sum(widths) + 4 + _WORD_COLUMNS))}{right}"


def value_text(verdict: Verdict) -> str:
    """What was found, such as "312 ms"."""
    return "unknown" if verdict.value is None else format_quantity(verdict.value, verdict.dimension)


def limit_text(verdict: Verdict) -> str:
    """What was asked for, such as "≤ 200 ms"."""
    return f"{'≤' if verdict.at_most else '≥'} {format_quantity(verdict.limit, verdict.dimension)}"


def _praise(report: Report, pen: Pen) -> Iterator[str]:
    """Rules that are kept, some of every category; a rule that broke down is among the findings."""
    kept = mixed(report.praise)
    if not kept:
        return
    yield pen.bold("Done well")
    yield from (line for item in kept[:TOP_PRAISE] for line in _kept(item, pen))
    if len(kept) > TOP_PRAISE:
        yield f"  and {len(kept) - TOP_PRAISE} more"


def mixed(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The first of each category, then the second of each, and so on."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, Judgement]] = []
    for item in judgements:
        category = item.rule.partition(".")[0]
        turns.append((seen[category], item))
        seen[category] += 1
    return [item for _, item in sorted(turns, key=lambda turn: turn[0])]


def _kept(judgement: Judgement, pen: Pen) -> Iterator[str]:
    first, *rest = wrap(judgement.message, "    ") or ["    "]
    yield f"  {pen.paint('✓', COLORS[State.MET])} {first[4:]}"
    yield from rest


def _nodes(report: Report, pen: Pen) -> Iterator[str]:
    if not report.design.nodes:
        return
    costs = {item.node: item.total for item in report.analysis.cost.nodes}
    head = f"{'Node':<{NAME_COLUMNS + 2}}{'Load':<{LOAD_COLUMNS}}{'Per month':>{_COST_COLUMNS}}"
    yield pen.bold(f"{head}{'Per 1M':>{_EACH_COLUMNS}}")
    for node in report.design.nodes:
        machines = report.analysis.nodes[node.id].machines
        times = f" ×{machines}" if machines > 1 else ""
        name = clean(node.label, NAME_COLUMNS - 1 - columns(times)) + times
        used = binding(report, node.id)
        load = pad("–" if used is None else load_text(used), LOAD_COLUMNS)
        if used is not None and used.value > 1:
            load = pen.red(load)
        spent = costs.get(node.id, 0.0)
        cost, each = money_text(spent), each_text(report.analysis.cost.per_million(spent))
        yield f"  {pad(name, NAME_COLUMNS)}{load}{cost:>{_COST_COLUMNS}}{each:>{_EACH_COLUMNS}}"


def _outages(report: Report, pen: Pen) -> Iterator[str]:
    """What each failure takes; those that take nothing are counted."""
    told = len(told_outages(report))
    if not told:
        return
    rows = harmful_outages(report)
    yield pen.bold("When something is down")
    for row in rows[:TOP_OUTAGES]:
        harm = [f"without {', '.join(row.lost)}"] if row.lost else []
        harm += [f"{', '.join(row.overloaded)} overloaded"] if row.overloaded else []
        yield from wrap(f"{row.down}: {'; '.join(harm)}", "  ", hang="      ")
    if len(rows) > TOP_OUTAGES:
        yield f"  and {len(rows) - TOP_OUTAGES} more"
    yield f"  {told - len(rows)} of {told} failures take nothing away"


def _recovery(report: Report, pen: Pen) -> Iterator[str]:
    told = recoveries(report)
    if told:
        yield pen.bold("After the loss of one machine")
    for what, names in told.items():
        yield from wrap(f"{what}: {', '.join(names)}", "  ", hang="      ")


_EACH_COLUMNS = 11
_COST_COLUMNS = WIDTH - 2 - NAME_COLUMNS - LOAD_COLUMNS - _EACH_COLUMNS


def load_text(used: Utilisation) -> str:
    """A bar of ten blocks, the load, and what it is a load of."""
    return f"{bar(used.value)} {percent_text(used.value):>9} {used.ceiling.value}"


def bar(value: float) -> str:
    """A utilisation as ten blocks: all of them only when nothing is left, none when hardly anything is used."""
    filled = BAR if value >= 1 else max(int(value >= LEAST_SHOWN), math.floor(value * BAR))
    return "█" * filled + "░" * (BAR - filled)


def _foot(report: Report, pen: Pen) -> Iterator[str]:
    analysis = report.analysis
    yield f"{pen.bold('Cost')}      {cost_text(report)}"
    if analysis.headroom is not None:
        first, *rest = wrap(
            f"{headroom_text(analysis.headroom.multiple)}. {analysis.headroom.reason}", " " * 10
        )
        yield f"{pen.bold('Headroom')}  {first[10:]}"
        yield from rest


def cost_text(report: Report) -> str:
    """Such as "$3.2k/month, $0.12 per million requests"."""
    cost = report.analysis.cost
    return spending_text(cost.total, cost.per_million_requests)


def spending_text(amount: float, each: float | None) -> str:
    """What is spent a month and, where there is traffic, of that for a million requests."""
    total = format_quantity(amount, Dimension.MONEY)
    return total if each is None else f"{total}, {each_text(each)} per million requests"


def each_text(amount: float | None) -> str:
    """What a million requests cost, such as "$0.12"."""
    return "–" if amount is None else money_text(amount)


def money_text(amount: float) -> str:
    """An amount under a heading that says what it is for; money is printed per month elsewhere."""
    return format_quantity(amount, Dimension.MONEY).removesuffix("/month")


def headroom_text(multiple: float) -> str:
    """How many times today's traffic is carried."""
    if math.isinf(multiple):
        return "any traffic"
    said = format_multiple(multiple, of="the stated traffic")
    return f"{said.removeprefix('×')} times the stated traffic" if said.startswith("×") else said


def _explained(report: Report, name: str, pen: Pen) -> Iterator[str]:
    for index, item in enumerate(explain(report, name)):
        if index:
            yield ""
        yield pen.bold(clean(item.title))
        if item.reason:
            yield from wrap(item.reason, "  ")
        if item.arithmetic is not None:
            yield from arithmetic_lines(item.arithmetic, pen)


def arithmetic_lines(arithmetic: Arithmetic, pen: Pen, *, depth: int = 0) -> Iterator[str]:
    """The result, its formula, the inputs with their sources, and the steps behind them, indented."""
    indent = "  " * (1 + min(depth, DEEPEST))
    result = arithmetic.result
    value = format_quantity(result.value, result.dimension)
    yield from wrap(f"{result.name}: {result.symbol} = {value}", indent, hang=indent + "    ")
    method = f"   ({arithmetic.method})" if arithmetic.method else ""
    yield from wrap(f"{arithmetic.formula}{method}", indent + "  ", hang=indent + "      ")
    for quantity in arithmetic.inputs:
        yield from (pen.dim(line) for line in _input_lines(quantity, indent + "    "))
    for step in arithmetic.steps:
        yield from arithmetic_lines(step, pen, depth=depth + 1)


def _input_lines(quantity: Quantity, indent: str) -> list[str]:
    value = format_quantity(quantity.value, quantity.dimension)
    source = f" [{quantity.source}]" if quantity.source else ""
    return wrap(f"{quantity.symbol} = {value}, {quantity.name}{source}", indent, hang=indent + "    ")
