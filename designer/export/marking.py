"""From a report to what the cards and arrows of a drawing say; the picture and the board both read it from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from designer.analysis import Analysis
from designer.catalog.model import Behavior, Trait
from designer.export.annotations import Annotations, CardFacts, CardState, EdgeFacts
from designer.export.captions import percent_text
from designer.keeping import remembered
from designer.performance.model import Ceiling, Utilisation
from designer.report import Report
from designer.rules.model import Finding, Severity
from designer.traffic.model import Load
from designer.units import Dimension, format_quantity

Item = TypeVar("Item")

IDLE = 0.05
"""Below this utilisation a part has next to nothing to do."""

BUSY = 0.7
"""Above this utilisation waiting grows quickly (at 70 %, M/M/1 waits 2.3 service times): planning stops here."""

_GRAVEST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def annotate(report: Report) -> Annotations:
    """Loads, rates and findings of every node and connection of the report's design."""
    rates = calls_by_connection(report)
    deferred = deferred_connections(report)
    return Annotations(
        nodes={node.id: _card(report, node.id) for node in report.design.nodes},
        edges={
            connection.id: EdgeFacts(
                rate=rates.get(connection.id),
                label=rate_text(rates[connection.id]) if connection.id in rates else None,
                deferred=connection.id in deferred,
            )
            for connection in report.design.connections
        },
    )


def calls_by_connection(report: Report) -> dict[str, float]:
    """Calls per second at peak over each connection that carries any, all workloads together."""
    rates: dict[str, float] = defaultdict(float)
    for flow in report.analysis.traffic.flows:
        rates[flow.connection] += flow.calls
    return dict(rates)


def deferred_connections(report: Report) -> frozenset[str]:
    """Connections whose calls nobody waits for."""
    waited = {flow.connection for flow in report.analysis.traffic.flows if not flow.deferred}
    return frozenset(flow.connection for flow in report.analysis.traffic.flows) - waited


def rate_text(rate: float) -> str:
    """Such as "12.8k/s"."""
    return format_quantity(rate, Dimension.RATE)


def node_rate(report: Report, node: str) -> float:
    """Visits per second at peak; at a node that stores, operations."""
    loads = _loads(report.analysis).get(node, ())
    calls = sum(load.calls for load in loads)
    if report.analysis.component(node).behavior in (Behavior.STORE, Behavior.CACHE):
        return max(calls, sum(load.reads + load.writes for load in loads))
    return calls


@remembered
def _loads(analysis: Analysis) -> Mapping[str, Sequence[Load]]:
    return gathered(analysis.traffic.loads, lambda load: load.node)


def gathered(items: Iterable[Item], node_of: Callable[[Item], str]) -> Mapping[str, Sequence[Item]]:
    """The items by their node, since every card asks."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[node_of(item)].append(item)
    return dict(found)


def card_state(used: Utilisation | None, rate: float) -> CardState:
    """How busy a card looks, by the ceiling that binds. `off`: no request comes here."""
    if rate <= 0:
        return "off"
    if used is None or used.value < IDLE:
        return "idle"
    if used.value <= BUSY:
        return "ok"
    return "busy" if used.value <= 1 else "over"


def ceiling_text(used: Utilisation) -> str:
    """What the load is a load of, such as "68 % operations"."""
    return f"{percent_text(used.value)} {used.ceiling.value}"


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The gravest severity among the findings."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in _GRAVEST if severity in severities), None)


def aside(report: Report, node: str) -> str | None:
    """What a connected node does that takes no part in requests, such as "watches 3 nodes"; None for others."""
    component = report.analysis.component(node)
    if component.behavior is not Behavior.OBSERVER:
        return None
    beside = {
        link.target if link.source == node else link.source
        for link in report.design.connections
        if node in (link.source, link.target)
    }
    if not beside:
        return None
    if Trait.OBSERVES not in component.traits:
        return "takes no part in requests"
    return f"watches {len(beside)} node{'' if len(beside) == 1 else 's'}"


def _card(report: Report, node: str) -> CardFacts:
    used = binding(report, node)
    rate = node_rate(report, node)
    task = aside(report, node)
    findings = report.findings_at(node)
    grave = worst(findings)
    titles = [finding.title for finding in findings if finding.severity is grave]
    return CardFacts(
        rate=rate_text(rate) if rate > 0 else None,
        load=None if used is None else used.value,
        state="idle" if task is not None else card_state(used, rate),
        badge=titles[0] if titles else None,
        badge_severity=grave,
        extra=task,
    )


def binding(report: Report, node: str) -> Utilisation | None:
    """The ceiling that limits the node's rate now; a disk fills over time and counts only once it is full."""
    used = report.analysis.nodes[node].utilisations
    return next((item for item in used if item.ceiling is not Ceiling.DISK or item.value > 1), None)
