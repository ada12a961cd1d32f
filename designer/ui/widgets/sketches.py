"""Designs drawn for reading: the examples of a rule, judged and painted once for all who look at them, and others."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from designer.catalog import Catalog, load
from designer.design.notation import parse_notation
from designer.errors import DesignerError
from designer.export.annotations import Annotations, Style, ThemeName
from designer.export.marking import annotate
from designer.export.picture import render
from designer.report import Report, review
from designer.rules.examples import example_scenario
from designer.rules.model import Example
from designer.ui.widgets.wording import code, plain, sentence

SCALE = 0.85
"""Pixels for each point of a picture: its words are then as large as the page's small print."""

KEPT = 200
"""Sketches kept: two themes of all that the rules show."""

_WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)pt"')


def show_sketch(example: Example, rule: str) -> None:
    """The example's design as a picture, marked with what that rule finds; its words where it cannot be drawn."""
    try:
        _show(_drawn(example, rule, theme_now()), f"The design {example.design}")
    except DesignerError as error:
        st.markdown(f"{code(example.design)}\n\n:gray[{plain(error.headline)}]")
    if example.note:
        st.caption(plain(example.note))


def show_drawing(report: Report, catalog: Catalog, words: str) -> None:
    """A judged design as a picture from top to bottom; a sentence where it cannot be drawn."""
    style = Style(theme=theme_now(), direction="TB", title="")
    try:
        picture = render(report.design, catalog, annotations=annotate(report), style=style, format="svg")
        _show(picture.decode(), words)
    except DesignerError as error:
        st.markdown(f":gray[{plain(sentence(error.headline))}]")


def _show(picture: str, words: str) -> None:
    """All pictures at one scale; one that is wider than its place shrinks to it."""
    found = _WIDTH.search(picture)
    st.image(picture, alt=words, width=round(float(found[1]) * SCALE) if found else "content")


def theme_now() -> ThemeName:
    """The theme the visitor looks at."""
    return "dark" if st.context.theme.type == "dark" else "light"


@lru_cache(maxsize=KEPT)
def _drawn(example: Example, rule: str, theme: ThemeName) -> str:
    catalog = load()
    design = parse_notation(example.design, catalog)
    scenario = example_scenario(example.scenario)
    report = review(scenario, design, catalog, headroom=False, ranked=False)
    style = Style(theme=theme, direction="LR", title="")
    return render(design, catalog, annotations=_only(rule, report), style=style, format="svg").decode()


def _only(rule: str, report: Report) -> Annotations:
    """The marks of a report with the badges of one rule: what others find is not the point here."""
    marks = annotate(report)
    found = {node: item for item in report.findings if item.rule == rule for node in item.nodes}
    nodes = {
        node: replace(
            facts,
            badge=found[node].title if node in found else None,
            badge_severity=found[node].severity if node in found else None,
        )
        for node, facts in marks.nodes.items()
    }
    return replace(marks, nodes=nodes)
