"""What a one-page report says, in plain words: its writers only set it. Every text is as it is, not escaped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from designer.analysis.model import State, Verdict
from designer.errors import DesignerError
from designer.export.lettering import plain
from designer.export.marking import binding, ceiling_text
from designer.export.order import Order
from designer.export.repair_words import effect_words, fix_words, place_words
from designer.export.report_text import (
    MARKS,
    cost_text,
    each_text,
    headroom_text,
    limit_text,
    money_text,
    spending_text,
    value_text,
)
from designer.report import Report
from designer.rules.model import Finding, Severity
from designer.units import Dimension, format_quantity

MOST_FINDINGS = 6
"""Findings told; a page has no room for more. The rest are counted."""

COSTS_HEADING = "Cost per month and per 1M requests"
COST_TITLES = ("Per month", "Per 1M")
"""Short, and the heading says of what: a page for a telephone has no room for more."""

MOST_NODES = 14
"""Nodes told, the dearest first; the rest are summed up."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One limit and what became of it. `why` is empty for one that is met."""

    mark: str
    state: State
    title: str
    value: str
    limit: str
    why: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding: what is wrong, where, and what the offered repair would do."""

    severity: Severity
    title: str
    where: str
    message: str
    repair: str


@dataclass(frozen=True, slots=True)
class Cost:
    """One node and what it takes: `cost` per month, `each` for a million requests of all workloads."""

    name: str
    component: str
    machines: str
    load: str
    cost: str
    each: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole page. `scenario` is empty where it is the title: of a design that nobody named."""

    title: str
    scenario: str
    passed: bool
    verdict: str
    facts: tuple[tuple[str, str], ...]
    requirements: tuple[Requirement, ...]
    faults: tuple[Fault, ...]
    more_faults: int
    costs: tuple[Cost, ...]
    more_costs: str


def require_report(order: Order) -> Report:
    """The report of the order. Raises DesignerError when nobody judged the design."""
    if order.report is None:
        raise DesignerError(
            "a report needs a scenario to judge the design by", suggestion=order.design.scenario
        )
    return order.report


def summarize(order: Order) -> Summary:
    """The page of an order that has a report. Raises DesignerError for one that has none."""
    report = require_report(order)
    told = [finding for finding in report.findings if finding.identity not in report.causes]
    names = {node.id: plain(node.label) or node.id for node in order.named.nodes}
    title, scenario = plain(order.title), plain(report.scenario.name)
    return Summary(
        title=title or scenario,
        scenario=scenario if title else "",
        passed=report.passed,
        verdict=_verdict(report),
        facts=tuple(_facts(report)),
        requirements=tuple(_requirement(verdict) for verdict in report.verdicts),
        faults=tuple(_fault(finding, report) for finding in told[:MOST_FINDINGS]),
        more_faults=len(told) - len(told[:MOST_FINDINGS]),
        costs=tuple(_costs(report, names)),
        more_costs=_more_costs(report),
    )


def _verdict(report: Report) -> str:
    met = sum(item.state is State.MET for item in report.verdicts)
    verb = "passes" if report.passed else "does not pass"
    return f"The design {verb}: {met} of {len(report.verdicts)} requirements are met."


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "Score", f"{format_quantity(report.score.points, Dimension.COUNT)} of 100"
    yield "Cost", cost_text(report)
    headroom = report.analysis.headroom
    if headroom is not None:
        yield "Headroom", headroom_text(headroom.multiple)


def _requirement(verdict: Verdict) -> Requirement:
    why = "" if verdict.state is State.MET else plain(verdict.reason)
    title, value, limit = plain(verdict.title), value_text(verdict), limit_text(verdict)
    return Requirement(MARKS[verdict.state], verdict.state, title, value, limit, why)


def _fault(finding: Finding, report: Report) -> Fault:
    effect = (report.effects or {}).get(finding.identity)
    repair = "" if effect is None else f"{fix_words(finding, report)}: {effect_words(effect, report)}."
    where = place_words(finding.nodes, report.design)
    return Fault(finding.severity, *map(plain, (finding.title, where, finding.message, repair)))


def _ordered(report: Report) -> list[tuple[str, float]]:
    """Nodes with what they cost a month, the dearest first."""
    costs = {item.node: item.total for item in report.analysis.cost.nodes}
    found = [(node.id, costs.get(node.id, 0.0)) for node in report.design.nodes]
    return sorted(found, key=lambda pair: -pair[1])


def _costs(report: Report, names: dict[str, str]) -> Iterator[Cost]:
    for node_id, cost in _ordered(report)[:MOST_NODES]:
        used = binding(report, node_id)
        yield Cost(
            names[node_id],
            plain(report.analysis.component(node_id).name),
            f"{report.analysis.nodes[node_id].machines:,}",
            "–" if used is None else ceiling_text(used),
            money_text(cost),
            each_text(report.analysis.cost.per_million(cost)),
        )


def _more_costs(report: Report) -> str:
    rest = _ordered(report)[MOST_NODES:]
    if not rest:
        return ""
    total = sum(cost for _node, cost in rest)
    each = report.analysis.cost.per_million(total)
    return f"{len(rest)} more, together {spending_text(total, each)}"
