"""What the cards and arrows of the whiteboard say, from a report."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from designer.analysis import Analysis
from designer.arithmetic import Arithmetic
from designer.export.annotations import CardFacts, EdgeFacts
from designer.export.marking import annotate, binding, gathered, node_rate
from designer.export.report_notes import cache_notes
from designer.keeping import remembered
from designer.performance.model import Ceiling, NodeCost, NodePerformance, Utilisation
from designer.report import Report
from designer.rules.model import Finding
from designer.rules.questions import percent
from designer.traffic.model import CacheHit
from designer.ui.widgets.numbers import shown, shown_equation
from designer.units import Dimension

CEILING_NAMES: Mapping[Ceiling, str] = {Ceiling.IOPS: "Disk operations"}
"""Ceilings whose own name does not say enough."""

THINNEST = 1.0
"""Width of an arrow that carries one request per second or fewer, in pixels."""

WIDER = 0.7
"""How much wider each tenfold of the rate is, in pixels."""


def board_marks(
    report: Report | None, revision: int, detailed: Collection[str] | None = None
) -> dict[str, Any]:
    """The annotations of a board at that revision; without a report there are none.

    `detailed` are the nodes whose arithmetic goes along; None: all of them.
    """
    if report is None:
        return {"revision": revision, "nodes": {}, "edges": {}}
    marks = annotate(report)
    full = marks.nodes.keys() if detailed is None else detailed
    return {
        "revision": revision,
        "nodes": {node: _card(report, node, facts, node in full) for node, facts in marks.nodes.items()},
        "edges": {edge: _edge(facts) for edge, facts in marks.edges.items()},
    }


def line_width(rate: float) -> float:
    """Pixels: 1 + 0.7 log10(rate)."""
    return round(THINNEST + WIDER * math.log10(max(rate, 1.0)), 2)


def _edge(facts: EdgeFacts) -> dict[str, Any]:
    if facts.rate is None:
        return {"dashed": facts.deferred, "state": "off"}
    return {"rate": facts.label, "width": line_width(facts.rate), "dashed": facts.deferred}


def _card(report: Report, node: str, facts: CardFacts, is_detailed: bool) -> dict[str, Any]:
    used = binding(report, node)
    card: dict[str, Any] = {
        "state": facts.state,
        "load": None if facts.load is None or math.isinf(facts.load) else round(facts.load, 4),
        "rate": facts.rate,
        "ceiling": _ceiling(used, node_rate(report, node)),
        "cost": _cost(report, node),
        "aside": facts.extra,
        "hit": hit_text(report, node),
        "badge": _badge(report.findings_at(node)),
        "detail": node_details(report, node) if is_detailed else None,
    }
    return {key: value for key, value in card.items() if value is not None or key == "load"}


def _ceiling(used: Utilisation | None, rate: float) -> str | None:
    """What the load is a load of: the rate all machines of the node take, or else the ceiling's name."""
    if used is None or rate <= 0:
        return None
    if used.ceiling is not Ceiling.OPERATIONS or not 0 < used.value < math.inf:
        return f"· {used.ceiling.value}"
    return f"of {shown(rate / used.value, Dimension.RATE)}"


def hit_text(report: Report, node: str) -> str | None:
    """The hit ratio of a cache over all it is asked for; None for what is no cache."""
    hits = _hits(report.analysis).get(node, ())
    lookups = sum(hit.lookups for hit in hits)
    if not lookups:
        return None
    ratio = sum(hit.ratio * hit.lookups for hit in hits) / lookups
    return shown(ratio, Dimension.RATIO, 2)


def _cost(report: Report, node: str) -> str | None:
    priced = _prices(report.analysis).get(node)
    total = 0.0 if priced is None else priced.total
    return shown(total, Dimension.MONEY).replace("/month", "/mo") if total else None


@remembered
def _hits(analysis: Analysis) -> Mapping[str, Sequence[CacheHit]]:
    return gathered(analysis.traffic.hits, lambda hit: hit.cache)


@remembered
def _prices(analysis: Analysis) -> Mapping[str, NodeCost]:
    return {item.node: item for item in analysis.cost.nodes}


def _badge(findings: tuple[Finding, ...]) -> dict[str, Any] | None:
    if not findings:
        return None
    # Findings come gravest first.
    gravest = findings[0]
    return {"severity": gravest.severity.value, "count": len(findings), "text": gravest.message}


def node_details(report: Report, node: str) -> list[dict[str, str]]:
    """The rows the inspector unfolds: every ceiling with its formula, then what else was computed."""
    facts = report.analysis.nodes[node]
    rows = [
        {
            "label": CEILING_NAMES.get(used.ceiling, used.ceiling.value.capitalize()),
            "value": _percent(used.value),
            "formula": written(used.arithmetic),
        }
        for used in facts.utilisations
    ]
    rows += [
        {
            "label": f"Hits, {hit.dataset}",
            "value": _percent(hit.ratio),
            "formula": f"{written(hit.arithmetic)}\n{cache_notes(hit)}",
        }
        for hit in _hits(report.analysis).get(node, ())
    ]
    rows += _needs(facts)
    if facts.moved_share is not None:
        rows.append({"label": "Moves when a part is added", "value": _percent(facts.moved_share)})
    priced = _prices(report.analysis).get(node)
    if priced is not None and priced.total:
        total = shown(priced.total, Dimension.MONEY)
        rows.append({"label": "Cost", "value": total, "formula": written(priced.arithmetic)})
    return rows


def _needs(facts: NodePerformance) -> list[dict[str, str]]:
    if facts.minimum is None or facts.minimum_knob is None:
        return []
    knob = facts.minimum_knob.removesuffix("s") if facts.minimum == 1 else facts.minimum_knob
    return [{"label": "Needs at least", "value": f"{facts.minimum} {knob}"}]


def _percent(value: float) -> str:
    return percent(value)


def written(arithmetic: Arithmetic) -> str:
    """The arithmetic on one line: its formula, then every symbol's value."""
    values = dict.fromkeys(shown_equation(item) for item in (*arithmetic.inputs, arithmetic.result))
    return f"{arithmetic.formula};  " + ", ".join(values)
