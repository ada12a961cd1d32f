"""Designs drawn for reading: an example of a rule, judged and painted once for all who look at it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import streamlit as st

from designer.catalog import load
from designer.design.notation import parse_notation
from designer.errors import DesignerError
from designer.export.annotations import Annotations, Style, ThemeName
from designer.export.marking import annotate
from designer.export.picture import render
from designer.report import Report, review
from designer.rules.examples import example_scenario
from designer.rules.model import Example
from designer.ui.widgets.wording import code, plain

WIDTH = 860
"""Width of a sketch, in pixels: its words are then as large as the page's small print. It shrinks where it must."""

KEPT = 200
"""Sketches kept: two themes of all that the rules show."""


def show_sketch(example: Example, rule: str) -> None:
    """The example's design as a picture, marked with what that rule finds; its words where it cannot be drawn."""
    try:
        st.image(_drawn(example, rule, theme_now()), alt=f"The design {example.design}", width=WIDTH)
    except DesignerError as error:
        st.markdown(f"{code(example.design)}\n\n:gray[{plain(error.headline)}]")
    if example.note:
        st.caption(plain(example.note))


def theme_now() -> ThemeName:
    """The theme the visitor looks at."""
    return "dark" if st.context.theme.type == "dark" else "light"


@lru_cache(maxsize=KEPT)
def _drawn(example: Example, rule: str, theme: ThemeName) -> str:
    catalog = load()
    design = parse_notation(example.design, catalog)
    report = review(example_scenario(example.scenario), design, catalog, headroom=False)
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
