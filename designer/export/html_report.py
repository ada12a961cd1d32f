"""A one-page report as HTML: one file without scripts, which asks for nothing and follows the reader's light or dark.

The picture is there twice, light and dark, with its icons once; the style sheet shows one of them.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

from designer.analysis.model import State
from designer.export.order import Order
from designer.export.page_style import STYLE
from designer.export.summary import COST_TITLES, COSTS_HEADING, Cost, Fault, Requirement, Summary, summarize
from designer.export.svg import SVG

LANGUAGE = "en"
STATES = {State.MET: "met", State.MISSED: "missed", State.UNKNOWN: "unknown"}


def make_page(order: Order) -> bytes:
    """The page. Raises DesignerError for an order without a report, RenderError for a design too big to draw."""
    summary = summarize(order)
    return ("\n".join([*_head(summary), *_body(summary, order), "</html>"]) + "\n").encode()


def _head(summary: Summary) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    yield "<!doctype html>"
    yield f'<html lang="{LANGUAGE}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_text(summary.title)}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"


def _body(summary: Summary, order: Order) -> Iterator[str]:
    yield "<body><main>"
    yield "<header>"
    yield f"<h1>{_text(summary.title)}</h1>"
    if summary.scenario:
        yield f'<p class="scenario">{_text(summary.scenario)}</p>'
    yield f'<p class="verdict {"met" if summary.passed else "missed"}">{_text(summary.verdict)}</p>'
    yield "<dl>"
    yield from (f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in summary.facts)
    yield "</dl>"
    yield "</header>"
    yield from _pictures(order)
    yield from _requirements(summary.requirements)
    yield from _findings(summary)
    yield from _costs(summary)
    yield "</main></body>"


def _pictures(order: Order) -> Iterator[str]:
    from designer.export.picture import render

    yield '<figure class="picture">'
    for theme in ("light", "dark"):
        style = replace(order.style, theme=theme, title="")
        svg = render(order.named, order.catalog, annotations=order.annotations, style=style, format="svg")
        yield from _inline(svg, theme)
    yield "</figure>"


def _inline(svg: bytes, theme: str) -> Iterator[str]:
    """The picture to stand in a page. The icons of both are in a drawing of their own, before the first."""
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own, just written
    icons = root.find(f"{{{SVG}}}defs")
    if icons is not None:
        root.remove(icons)
        if theme == "light":
            holder = ElementTree.Element(f"{{{SVG}}}svg", {"class": "icons", "aria-hidden": "true"})
            holder.append(icons)
            yield ElementTree.tostring(holder, encoding="unicode")
    root.set("class", theme)
    root.set("aria-label", "The design as a drawing")
    for size in ("width", "height"):
        root.attrib.pop(size)
    yield ElementTree.tostring(root, encoding="unicode")


def _requirements(items: tuple[Requirement, ...]) -> Iterator[str]:
    yield "<section><h2>Requirements</h2>"
    if items:
        yield "<table><thead><tr><th>Requirement</th><th>Verdict</th>"
        yield '<th class="number">Value</th><th class="number">Limit</th></tr></thead><tbody>'
        yield from map(_requirement, items)
        yield "</tbody></table>"
    else:
        yield "<p>None.</p>"
    yield "</section>"


def _requirement(item: Requirement) -> str:
    why = f'<div class="why">{_text(item.why)}</div>' if item.why else ""
    state = f'<span class="{STATES[item.state]}">{item.mark} {item.state.value}</span>'
    numbers = f'<td class="number">{_text(item.value)}</td><td class="number">{_text(item.limit)}</td>'
    return f"<tr><td>{_text(item.title)}{why}</td><td>{state}</td>{numbers}</tr>"


def _findings(summary: Summary) -> Iterator[str]:
    yield "<section><h2>Findings</h2>"
    yield "<ul>" if summary.faults else "<p>None.</p>"
    yield from map(_fault, summary.faults)
    if summary.more_faults:
        yield f"<li>and {summary.more_faults} more</li>"
    if summary.faults:
        yield "</ul>"
    yield "</section>"


def _fault(fault: Fault) -> str:
    where = f" at {_text(fault.where)}" if fault.where else ""
    severity = f'<span class="severity {fault.severity.value}">{fault.severity.value}</span>'
    repair = f'<div class="repair">→ {_text(fault.repair)}</div>' if fault.repair else ""
    return f"<li>{severity} <strong>{_text(fault.title)}</strong>{where}<div>{_text(fault.message)}</div>{repair}</li>"


def _costs(summary: Summary) -> Iterator[str]:
    yield f"<section><h2>{COSTS_HEADING}</h2>"
    if summary.costs:
        yield '<table class="costs"><thead><tr><th>Node</th>'
        titles = "".join(f'<th class="number">{title}</th>' for title in COST_TITLES)
        yield f'<th class="number">Machines</th><th>Load</th>{titles}</tr></thead><tbody>'
        yield from map(_cost, summary.costs)
        yield "</tbody></table>"
    else:
        yield "<p>There are no nodes.</p>"
    if summary.more_costs:
        yield f"<p>And {_text(summary.more_costs)}.</p>"
    yield "</section>"


def _cost(cost: Cost) -> str:
    kind = "" if cost.component == cost.name else f' <span class="kind">{_text(cost.component)}</span>'
    words = f"<td>{_text(cost.name)}{kind}</td>"
    numbers = f'<td class="number">{_text(cost.machines)}</td><td class="load">{_text(cost.load)}</td>'
    money = "".join(f'<td class="number">{_text(amount)}</td>' for amount in (cost.cost, cost.each))
    return f"<tr>{words}{numbers}{money}</tr>"


def _text(text: str) -> str:
    return html.escape(text)
