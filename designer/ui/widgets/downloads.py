"""Taking the design away as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from designer.catalog import Catalog
from designer.design.files import EXTENSION, format_design
from designer.design.model import Design
from designer.export.annotations import Style, ThemeName
from designer.export.marking import annotate
from designer.export.picture import Format, render
from designer.report import Report
from designer.ui.state import Desk


def show_downloads(desk: Desk, catalog: Catalog) -> None:
    """The button and what it offers; nothing as long as no drawing could be judged."""
    report, design = desk.report, desk.design
    if report is None or design is None:
        return
    with st.popover("Download", key="downloads", width="stretch"):
        theme: ThemeName = "dark" if st.toggle("Dark picture", key="dark_picture") else "light"
        name = f"{desk.scenario.id}-{theme}" if theme == "dark" else desk.scenario.id
        _download("Picture, PNG", f"{name}.png", "image/png", picture_of(report, catalog, theme, "png"))
        _download("Picture, SVG", f"{name}.svg", "image/svg+xml", picture_of(report, catalog, theme, "svg"))
        yaml = partial(_design_file, design)
        _download("Design, YAML", f"{desk.scenario.id}{EXTENSION}", "application/yaml", yaml)


def _design_file(design: Design) -> bytes:
    return format_design(design).encode()


def picture_of(report: Report, catalog: Catalog, theme: ThemeName, form: Format) -> Callable[[], bytes]:
    """What draws the picture when it is asked for: a design that is being edited is not drawn at every edit."""

    def draw() -> bytes:
        style = Style(theme=theme, title=report.scenario.name)
        return render(report.design, catalog, annotations=annotate(report), style=style, format=form)

    return draw


def _download(label: str, name: str, kind: str, data: Callable[[], bytes]) -> None:
    key = f"download_{name.rpartition('.')[2]}"
    st.download_button(
        label, data, name, kind, key=key, on_click="ignore", type="tertiary", icon=":material/download:"
    )
