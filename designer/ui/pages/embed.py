"""Embed: a design to look at inside another page, with nothing around it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from designer.catalog import load
from designer.design.links import FIELD
from designer.design.naming import name_nodes
from designer.errors import DesignerError, DesignError
from designer.report import Report, review
from designer.ui.canvas import View, catalog_entries, whiteboard
from designer.ui.outlook import look_at
from designer.ui.page import PageInfo
from designer.ui.pages.practice import BOARD_HEIGHT, palette
from designer.ui.sharing import EMBED_PAGE, EXERCISE, THEME, Shared, app_address, link_to, read_shared
from designer.ui.state import BOARD, plain_data, sent_board
from designer.ui.widgets.meaning import annotations_of
from designer.ui.widgets.theming import dress
from designer.ui.widgets.wording import plain, sentence

PAGE = PageInfo("Embed", ":material/frame_inspect:", 90, is_listed=False)

STYLE = Path(__file__).parents[1] / "embed.css"

JUDGED = "embedded_report"
"""Where the report of the design that is shown is in the session's state, with what it is of."""


def show() -> None:
    """The page. It keeps nothing and changes nothing."""
    dress(st.query_params.get(THEME))
    st.html(STYLE)
    with st.container(key="embed", gap=None):
        word = st.query_params.get(FIELD)
        if word is None:
            st.info(
                "There is no design in this address\\. **Share**, above the board, writes one that has\\.",
                icon=":material/info:",
            )
            return
        try:
            shared = read_shared(word, st.query_params.get(EXERCISE), load())
        except DesignerError as error:
            st.error(plain(f"This link could not be opened: {error.headline}."), icon=":material/error:")
            return
        _show_head(word, shared)
        _show_board(word, shared)


def _show_head(word: str, shared: Shared) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="embed_head"):
        exercise = "" if shared.scenario is None else f" :gray[{plain(shared.scenario.name)}]"
        st.markdown(f"**{plain(shared.design.name)}**{exercise}", width="stretch")
        address = link_to(word, shared.scenario, app_address(st.context.url, EMBED_PAGE))
        st.link_button("Open in Designer", address, type="tertiary", icon=":material/open_in_new:")
    if shared.fault is not None:
        st.caption(plain(f"{shared.fault}: what the numbers say is left out."))


def _show_board(word: str, shared: Shared) -> None:
    catalog = load()
    report = _judged(word, shared)
    board = f"embed-{hashlib.sha256(word.encode()).hexdigest()[:16]}"
    outlook = None if report is None else look_at(report, _view_of(board))
    whiteboard(
        board=board,
        epoch=1,
        document=plain_data(shared.design),
        catalog=catalog_entries(catalog) if shared.scenario is None else palette(shared.scenario.id),
        annotations=annotations_of(outlook, 0, told=False),
        commands=(),
        acknowledged=0,
        saved="",
        datasets=(),
        key=BOARD,
        height=BOARD_HEIGHT,
        readonly=True,
    )


def _view_of(board: str) -> View:
    """How the visitor looks at the board."""
    try:
        sent = sent_board(st.session_state)
    except DesignError:
        return View()
    return sent.view if sent is not None and sent.board == board else View()


def _judged(word: str, shared: Shared) -> Report | None:
    """The review, kept as long as it is of what is shown; None without an exercise, and told where there is none."""
    if shared.scenario is None:
        return None
    of = (word, shared.scenario.id)
    kept: tuple[tuple[str, str], Report] | None = st.session_state.get(JUDGED)
    if kept is not None and kept[0] == of:
        return kept[1]
    catalog = load()
    try:
        report = review(
            shared.scenario, name_nodes(shared.design, catalog), catalog, headroom=False, ranked=False
        )
    except DesignerError as error:
        st.caption(plain(sentence(f"This design cannot be judged: {error.headline}")))
        return None
    st.session_state[JUDGED] = (of, report)
    return report
