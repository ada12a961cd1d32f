"""Taking the design away as a file, in every format there is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from designer.catalog import Catalog
from designer.export.annotations import ThemeName
from designer.export.formats.library import all_formats
from designer.export.formats.model import Format, Order
from designer.ui.state import Desk
from designer.ui.widgets.wording import plain

PICTURES = ("png", "svg", "pdf")
"""What most people come for, first; then reports, then files for other programs."""

DESIGN_FILES = ("yaml", "json")
"""Formats whose files are called `*.design.*`, as everywhere else."""


def show_downloads(desk: Desk, catalog: Catalog) -> None:
    """The button and what it offers; nothing as long as no drawing could be judged."""
    if desk.report is None or desk.design is None:
        return
    with st.popover("Download", key="downloads", width="stretch", on_change="rerun") as fold:
        # What is closed offers nothing: an edit would have to wait for a button of every format.
        if not fold.open:
            return
        theme: ThemeName = "dark" if st.toggle("Dark picture", key="dark_picture") else "light"
        annotated = st.toggle("With loads and findings", value=True, key="annotated_picture")
        order = Order(
            desk.design, catalog, desk.report, theme=theme, detail="annotated" if annotated else "clean"
        )
        for form in choices():
            _download(form, desk.scenario.id, order)


def choices() -> tuple[Format, ...]:
    """All formats: pictures, reports, and the rest by name."""

    def place(form: Format) -> tuple[int, int, str]:
        if form.extension in PICTURES:
            return 0, PICTURES.index(form.extension), form.name
        return (1 if form.is_report else 2), 0, form.name

    return tuple(sorted(all_formats(), key=place))


def file_name(form: Format, name: str, order: Order) -> str:
    """What the file is called: a dark one as such, so that it does not replace the light one."""
    dark = "-dark" if order.theme == "dark" else ""
    kind = ".design" if form.extension in DESIGN_FILES else ""
    return f"{name}{dark}{kind}.{form.extension}"


def _download(form: Format, name: str, order: Order) -> None:
    st.download_button(
        plain(form.name),
        written(form, order),
        file_name(form, name, order),
        form.mime,
        key=f"download_{form.extension.replace('.', '_')}",
        help=form.description,
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def written(form: Format, order: Order) -> Callable[[], bytes]:
    """What writes the file when it is asked for: a design that is being edited is not written at every edit."""
    return lambda: form.write(order)
