"""Designs drawn for reading: an example of a rule, judged and painted once for all who look at it."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import streamlit as st

from designer.catalog import load
from designer.design.notation import parse_notation
from designer.errors import DesignerError
from designer.export.annotations import Annotations, Style, ThemeName
from designer.export.marking import annotate
from designer.export.picture import render
from designer.report import review
from designer.rules.examples import example_scenario
from designer.rules.model import Example
from designer.ui.widgets.wording import code, plain

KEPT = 200
"""Sketches kept: two themes of all that the rules show."""


def show_sketch(example: Example) -> None:
    """The example's design as a picture, with its note; its words where it cannot be drawn."""
    try:
        st.image(_drawn(example, theme_now()), alt=f"The design {example.design}", width="stretch")
    except DesignerError as error:
        st.markdown(f"{code(example.design)}\n\n:gray[{plain(error.headline)}]")
    if example.note:
        st.caption(plain(example.note))


def theme_now() -> ThemeName:
    """The theme the visitor looks at."""
    return cast(ThemeName, "dark" if st.context.theme.type == "dark" else "light")


@lru_cache(maxsize=KEPT)
def _drawn(example: Example, theme: ThemeName) -> str:
    catalog = load()
    design = parse_notation(example.design, catalog)
    marks = _marks(example)
    style = Style(theme=theme, direction="LR", title="")
    return render(design, catalog, annotations=marks, style=style, format="svg").decode()


def _marks(example: Example) -> Annotations:
    catalog = load()
    report = review(example_scenario(example.scenario), parse_notation(example.design, catalog), catalog, headroom=False)
    return annotate(report)
