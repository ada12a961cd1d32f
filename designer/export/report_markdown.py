"""A report as a Markdown document. Names come from users and files, so every one of them is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designer.analysis.model import State, Verdict
from designer.arithmetic import Arithmetic
from designer.export.markdown import code, escape, row
from designer.export.marking import binding, ceiling_text
from designer.export.mending import Mending, mending_markdown
from designer.export.repair_words import effect_words, fix_words, place_words, titled
from designer.export.report_findings import followers, setting_words
from designer.export.report_notes import caveats
from designer.export.report_outages import harmful_outages, recoveries, told_outages
from designer.export.report_text import (
    MARKS,
    cost_text,
    each_text,
    headroom_text,
    limit_text,
    money_text,
    value_text,
)
from designer.report import Report
from designer.rules.model import Finding
from designer.rules.suppression import idle_words
from designer.units import Dimension, format_quantity


def write_markdown(report: Report, mending: Mending | None = None) -> str:
    """The report as Markdown with a final newline; the same report gives the same bytes.

    `mending` is what was done to the design before.
    """
    sections = (_head, _requirements, _findings, _ignored, _settings, _praise, _nodes, _outages, _arithmetic)
    texts = ["\n".join(section(report)) for section in sections]
    if mending is not None:
        texts.insert(1, "\n".join(mending_markdown(mending)))
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


def _requirements(report: Report) -> Iterator[str]:
    if not report.verdicts:
        return
    yield "## Requirements"
    yield ""
    yield row("Requirement", "Verdict", "Value", "Limit", "Why")
    yield "|---|---|--:|--:|---|"
    yield from (_requirement(verdict) for verdict in report.verdicts)
    notes = [f"- {escape(note)}" for note in caveats(report)]
    if notes:
        yield ""
        yield from notes


def _requirement(verdict: Verdict) -> str:
    state = f"{MARKS[verdict.state]} {verdict.state.value}"
    value, limit = escape(value_text(verdict)), escape(limit_text(verdict))
    return row(escape(verdict.title), state, value, limit, escape(verdict.reason))


def _findings(report: Report) -> Iterator[str]:
    yield "## Findings"
    yield ""
    if not report.findings:
        yield "None."
    following = followers(report)
    for finding in report.findings:
        if finding.identity not in report.causes:
            yield from _finding(finding, following, report, "")


def _finding(
    finding: Finding, following: Mapping[str, list[Finding]], report: Report, indent: str
) -> Iterator[str]:
    """What is wrong, what mends it, and below that what goes away with it."""
    yield f"{indent}- **{escape(finding.title)}** ({finding.severity.value}, {code(finding.rule)})"
    yield f"{indent}  - {escape(finding.message)}"
    effect = (report.effects or {}).get(finding.identity)
    if effect is not None:
        words = f"{fix_words(finding, report)}: {effect_words(effect, report)}."
        yield f"{indent}  - Repair: {escape(words)}"
    yield f"{indent}  - Why: {escape(finding.why)}"
    if finding.fix_words:
        yield f"{indent}  - Fix: {escape(finding.fix_words)}"
    if finding.sources:
        yield f"{indent}  - Sources: {escape('; '.join(finding.sources))}"
    those = following.get(finding.identity, ())
    if those:
        yield f"{indent}  - This goes with it:"
    for item in those:
        yield from _finding(item, following, report, indent + "    ")


def _ignored(report: Report) -> Iterator[str]:
    if not report.ignored and not report.idle:
        return
    yield "## Ignored"
    yield ""
    for item in report.ignored:
        words = escape(titled(item.finding, report.design))
        yield f"- {words} ({item.finding.severity.value}, {code(item.finding.rule)}): {escape(item.because)}"
    for idle in report.idle:
        where = place_words(idle.nodes, report.design)
        at = f" at {escape(where)}" if where else ""
        yield f"- {code(idle.rule)}{at} is ignored to no purpose: {escape(idle_words(idle))}"


def _settings(report: Report) -> Iterator[str]:
    if not report.scenario.rules:
        return
    yield "## Set by the scenario"
    yield ""
    for name, setting in report.scenario.rules.items():
        yield f"- {escape(setting_words(name, setting))}: {escape(setting.because)}"


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
    yield row("Node", "Component", "Machines", "Load", "Per month", "Per 1M requests")
    yield "|---|---|--:|--:|--:|--:|"
    for node in report.design.nodes:
        used = binding(report, node.id)
        load = "–" if used is None else escape(ceiling_text(used))
        spent = costs.get(node.id, 0.0)
        cost, each = money_text(spent), each_text(report.analysis.cost.per_million(spent))
        machines = str(report.analysis.nodes[node.id].machines)
        yield row(escape(node.label), escape(node.component), machines, load, escape(cost), escape(each))


def _outages(report: Report) -> Iterator[str]:
    told = len(told_outages(report))
    if not told:
        return
    rows = harmful_outages(report)
    yield "## When something is down"
    yield ""
    if rows:
        yield row("Down", "No longer works", "Overloaded")
        yield "|---|---|---|"
        for found in rows:
            yield row(escape(found.down), _listed(found.lost), _listed(found.overloaded))
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
