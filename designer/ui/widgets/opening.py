"""Opening what other programs wrote: a file or a text, what was read of it, and what had to be guessed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from designer.catalog import Catalog
from designer.design.model import Design
from designer.errors import DesignerError
from designer.importing.library import read_design
from designer.importing.model import Guess, Imported
from designer.importing.pasting import paste
from designer.scenario.model import Scenario
from designer.ui.archive import Archive
from designer.ui.exercises import scenarios
from designer.ui.moves import open_apart, replace_drawing
from designer.ui.sharing import require_drawable
from designer.ui.state import DESK, Desk
from designer.ui.widgets.wording import bullets, plain

UPLOADS = ("yaml", "yml", "json", "txt", "mmd", "md", "drawio", "xml")
MOST_MEGABYTES = 1
"""Largest file, in megabytes: what a design file may be."""

EXAMPLE = "flowchart LR\n  U([Users]) --> LB[Load balancer] --> API[API x4]\n  API --> Redis & DB[(Orders)]"
FEW_GUESSES = 6
"""Guesses told at once; the others are folded away."""


def ask_file(archive: Archive, catalog: Catalog) -> None:
    """Ask for a file or a text, in a window of its own."""
    st.dialog("Open a design", width="medium")(show_reader)(archive, catalog)


def show_reader(archive: Archive, catalog: Catalog) -> None:
    """Where to put a file or a text and, below it, what was read and the way to the board."""
    st.markdown("A design file, notation, Mermaid, draw.io, docker-compose, or a link from **Share**\\.")
    file = st.file_uploader("A file", UPLOADS, key="open_file_upload", max_upload_size=MOST_MEGABYTES)
    text = st.text_area(
        "Or paste text",
        key="open_file_text",
        placeholder=EXAMPLE,
        height=130,
        disabled=file is not None,
        help=None if file is None else "The file is read. Remove it to read a text.",
    )
    try:
        if file is not None:
            imported = read_design(file.getvalue(), file.name, catalog)
        elif text.strip():
            imported = paste(text, catalog)
        else:
            return
        require_drawable(imported.design)
    except DesignerError as error:
        st.error(plain(f"{error.headline}."), icon=":material/error:")
        if error.excerpt:
            st.code(error.excerpt, language=None)
        return
    with st.container(key="open_file_found", gap="small"):
        _show_found(imported)
        _offer(imported.design, archive, catalog)


def _show_found(imported: Imported) -> None:
    st.markdown(f"Read as **{plain(imported.format)}**: {plain(counted(imported.design))}\\.")
    if not imported.guesses:
        st.markdown(":gray[Nothing had to be guessed.]")
        return
    st.markdown(f"**What was guessed** :gray[{len(imported.guesses)}]")
    first, others = imported.guesses[:FEW_GUESSES], imported.guesses[FEW_GUESSES:]
    with st.container(key="open_file_guesses", gap="xsmall"):
        st.markdown(guess_lines(first))
        if others:
            st.expander(f"{len(others)} more", key="open_file_more").markdown(guess_lines(others))


def counted(design: Design) -> str:
    """How many parts of each kind the design has: "5 nodes, 4 connections"."""
    parts = {
        "node": len(design.nodes),
        "connection": len(design.connections),
        "zone": len(design.zones),
        "note": len(design.notes),
    }
    told = [
        f"{number:,} {noun}{'' if number == 1 else 's'}"
        for noun, number in parts.items()
        if number or noun in ("node", "connection")
    ]
    return ", ".join(told)


def guess_lines(guesses: Sequence[Guess]) -> str:
    """Each guess as a sentence behind its place. Markdown."""
    return bullets(
        f"{f':gray[{plain(item.where)}:] ' if item.where else ''}{plain(item.sentence)}" for item in guesses
    )


def _offer(design: Design, archive: Archive, catalog: Catalog) -> None:
    desk: Desk = st.session_state[DESK]
    home = _home_of(design, desk)
    st.caption(
        f"It takes the place of what is on the board for {plain(desk.scenario.name)}\\. "
        "One step back, Ctrl\\+Z, brings that back\\."
    )
    with st.container(horizontal=True, gap="small", key="open_file_offer"):
        if st.button("Put it on the board", key="open_file_put", type="primary"):
            replace_drawing(design, st.session_state, catalog)
            st.rerun()
        if home is not None and st.button(
            f"Open it in its exercise, {plain(home.name)}", key="open_file_apart"
        ):
            open_apart(design, home, st.session_state, st.query_params, archive, catalog)
            st.rerun()


def _home_of(design: Design, desk: Desk) -> Scenario | None:
    """The exercise the design was drawn for, where it is another one than the board's."""
    if design.scenario == desk.scenario.id:
        return None
    return next((item for item in scenarios() if item.id == design.scenario), None)
