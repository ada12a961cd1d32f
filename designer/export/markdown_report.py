"""A one-page report as Markdown: the drawing as Mermaid, requirements, findings, cost."""

from __future__ import annotations

from collections.abc import Iterator

from designer.export.markdown import escape, row
from designer.export.order import Order
from designer.export.summary import COST_TITLES, COSTS_HEADING, Cost, Fault, Requirement, Summary, summarize


def make_page(order: Order, drawing: str) -> bytes:
    """The page, with the design drawn in Mermaid. Raises DesignerError for an order without a report."""
    summary = summarize(order)
    sections = (
        _head(summary),
        ["```mermaid", drawing.rstrip("\n"), "```"],
        _requirements(summary.requirements),
        _findings(summary),
        _costs(summary),
    )
    return ("\n\n".join("\n".join(section) for section in sections) + "\n").encode()


def _head(summary: Summary) -> Iterator[str]:
    yield f"# {escape(summary.title)}"
    yield ""
    scenario = f"{escape(summary.scenario)}. " if summary.scenario else ""
    yield f"{scenario}**{escape(summary.verdict)}**"
    yield ""
    yield from (f"- {name}: {escape(value)}" for name, value in summary.facts)


def _requirements(items: tuple[Requirement, ...]) -> Iterator[str]:
    yield "## Requirements"
    yield ""
    if not items:
        yield "None."
        return
    yield row("Requirement", "Verdict", "Value", "Limit")
    yield "|---|---|--:|--:|"
    for item in items:
        title = escape(item.title) + (f"<br>{escape(item.why)}" if item.why else "")
        yield row(title, f"{item.mark} {item.state.value}", escape(item.value), escape(item.limit))


def _findings(summary: Summary) -> Iterator[str]:
    yield "## Findings"
    yield ""
    if not summary.faults:
        yield "None."
    yield from (line for fault in summary.faults for line in _fault(fault))
    if summary.more_faults:
        yield f"- and {summary.more_faults} more"


def _fault(fault: Fault) -> Iterator[str]:
    where = f", at {escape(fault.where)}" if fault.where else ""
    yield f"- **{escape(fault.title)}**{where} ({fault.severity.value}): {escape(fault.message)}"
    if fault.repair:
        yield f"  - Repair: {escape(fault.repair)}"


def _costs(summary: Summary) -> Iterator[str]:
    yield f"## {COSTS_HEADING}"
    yield ""
    if not summary.costs:
        yield "There are no nodes."
        return
    yield row("Node", "Component", "Machines", "Load", *COST_TITLES)
    yield "|---|---|--:|--:|--:|--:|"
    yield from map(_cost, summary.costs)
    if summary.more_costs:
        yield ""
        yield f"And {escape(summary.more_costs)}."


def _cost(cost: Cost) -> str:
    return row(*map(escape, (cost.name, cost.component, cost.machines, cost.load, cost.cost, cost.each)))
