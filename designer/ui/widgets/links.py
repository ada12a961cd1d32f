"""Handing a design on: the link that opens it, and the lines that show it inside another page."""

from __future__ import annotations

import streamlit as st

from designer.errors import DesignerError
from designer.ui.sharing import app_address, embed_address, embed_snippet, share_address
from designer.ui.state import Desk
from designer.ui.widgets.sketches import theme_now
from designer.ui.widgets.wording import plain, sentence

PAGE = "practice"
"""The page the links are written on."""


def show_share(desk: Desk) -> None:
    """The button and, once it is open, both addresses of the newest drawing that could be judged."""
    fold = st.popover("Share", key="share", width="stretch", on_change="rerun")
    if fold.open:
        with fold, st.container(gap="small", key="share_links"):
            _show_links(desk)


def _show_links(desk: Desk) -> None:
    design = desk.design
    if design is None:
        st.markdown("There is no drawing yet that could be handed on\\.")
        return
    app = app_address(st.context.url, PAGE)
    try:
        link = share_address(design, desk.scenario, app)
        page = embed_address(design, desk.scenario, app, theme_now())
    except DesignerError as error:
        st.warning(plain(sentence(error.headline)), icon=":material/warning:")
        st.markdown(
            "Take it as a file instead: **Download**, *Design, YAML*\\. **Board**, *Open a file*, reads it\\."
        )
        return
    if desk.fault is not None:
        st.warning("The newest drawing cannot be judged: this is the one before.", icon=":material/warning:")
    st.markdown("**A link that opens this design**")
    st.code(link, language=None, wrap_lines=True)
    st.caption(
        f"{len(link):,} characters\\. The whole drawing is in the link, notes included, and nothing else: "
        "whoever opens it gets a copy on a board of their own\\."
    )
    st.markdown("**To show it inside a page**")
    st.code(embed_snippet(page, design.name), language=None, wrap_lines=True)
    st.caption("A board to look at, with what the numbers say, and a way to open it here\\.")
