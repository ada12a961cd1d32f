"""History: every version of the open board, to look at, play, name, compare and go back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from designer.catalog import Catalog, load
from designer.comparison import compare
from designer.errors import DesignError
from designer.store import Version
from designer.ui.archive import Archive, open_archive
from designer.ui.canvas import View, whiteboard
from designer.ui.outlook import look_at
from designer.ui.page import PageInfo, go_to
from designer.ui.pages.practice import palette
from designer.ui.state import Desk, open_desk, plain_data, sent_board
from designer.ui.tabs import attend
from designer.ui.versions import (
    Drawing,
    caption,
    name_version,
    put_back,
    read_version,
    replay_frames,
    tell_changes,
)
from designer.ui.widgets.comparisons import show_comparison
from designer.ui.widgets.meaning import annotations_of
from designer.ui.widgets.timeline import ask_version, show_facts
from designer.ui.widgets.wording import plain, sentence

PAGE = PageInfo("History", ":material/history:", 12)

BOARD = "past_board"
"""The key of the board that shows a version: nothing is drawn on it."""

BOARD_HEIGHT = 440
"""In pixels."""

PLAYED = "versions_played"
"""Where the number of replays is in the session's state."""


def show() -> None:
    """The page."""
    catalog, archive = load(), open_archive()
    desk = open_desk(st.session_state, st.query_params, archive, catalog)
    attend(desk, st.session_state, archive, catalog)
    st.title("History", anchor=False)
    st.caption(f"Every version of your board for {plain(desk.scenario.name)}, kept as you drew it\\.")
    versions = archive.versions(desk.attempt)
    if not versions:
        st.info("Saved boards cannot be read just now. What you draw is not lost: it is kept when they can.")
        return
    _show_history(desk, versions, archive, catalog)


def _show_history(desk: Desk, versions: Sequence[Version], archive: Archive, catalog: Catalog) -> None:
    number, is_played = ask_version(desk.attempt, versions)
    at = next(place for place, version in enumerate(versions) if version.number == number)
    shown, before = (
        read_version(desk, version, st.session_state, archive, catalog)
        for version in (versions[at], versions[max(0, at - 1)])
    )
    _show_board(desk, shown, _replay(desk, versions, archive) if is_played else None)
    facts, actions = st.columns((3, 2), gap="large")
    with facts:
        show_facts(shown, tell_changes(before, shown, catalog), is_first=at == 0)
    with actions, st.container(key="version_actions", gap="small"):
        _show_naming(desk, versions[at], archive)
        _show_way_back(desk, shown, archive, catalog, is_newest=at == len(versions) - 1)
        other = _ask_other(desk, versions, number)
    if other is not None:
        first, second = (
            read_version(desk, version, st.session_state, archive, catalog, headroom=True)
            for version in (other, versions[at])
        )
        _show_comparison(desk, first, second)


def _replay(desk: Desk, versions: Sequence[Version], archive: Archive) -> Mapping[str, Any]:
    played = st.session_state.get(PLAYED, 0) + 1
    st.session_state[PLAYED] = played
    return {"id": played, "frames": replay_frames(desk, versions, archive)}


def _show_board(desk: Desk, shown: Drawing, replay: Mapping[str, Any] | None) -> None:
    if shown.design is None:
        st.warning(plain(sentence(f"This version cannot be shown: {shown.fault}")), icon=":material/warning:")
        return
    if shown.fault is not None:
        st.warning(
            plain(sentence(f"This version cannot be judged: {shown.fault}")), icon=":material/warning:"
        )
    board = f"{desk.attempt}^"
    outlook = None if shown.report is None else look_at(shown.report, _view_of(board))
    whiteboard(
        board=board,
        epoch=shown.version.number,
        document=plain_data(shown.design),
        catalog=palette(desk.scenario.id),
        annotations=annotations_of(outlook, 0, told=desk.told),
        commands=(),
        acknowledged=0,
        saved="saved",
        datasets=(),
        key=BOARD,
        height=BOARD_HEIGHT,
        readonly=True,
        replay=replay,
    )


def _view_of(board: str) -> View:
    """How the board is looked at; it stays so from one version to the next."""
    try:
        sent = sent_board(st.session_state, BOARD)
    except DesignError:
        return View()
    return sent.view if sent is not None and sent.board == board else View()


def _show_naming(desk: Desk, version: Version, archive: Archive) -> None:
    key = f"name_{desk.attempt}_{version.number}"
    with st.form(f"naming_{key}", border=False):
        row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        text = row.text_input(
            "Name of this version",
            value=version.name or "",
            max_chars=80,
            key=key,
            placeholder="Such as: before the cache",
        )
        if row.form_submit_button("Name this version", key=f"submit_{key}"):
            refusal = name_version(desk, version, text or "", archive)
            if refusal is None:
                st.rerun()
            st.error(plain(sentence(f"The name was not kept: {refusal}")), icon=":material/error:")


def _show_way_back(
    desk: Desk, shown: Drawing, archive: Archive, catalog: Catalog, *, is_newest: bool
) -> None:
    if is_newest:
        help_text = "This is what is on the board."
    elif desk.is_reader:
        help_text = "Another tab draws on this board: take it over on the page Practice first."
    else:
        help_text = "One step on the board, which Undo takes back. What is there now stays in the history."
    is_pressed = st.button(
        "Go back to this version",
        key="put_back",
        type="primary",
        icon=":material/undo:",
        disabled=is_newest or desk.is_reader or shown.design is None,
        help=help_text,
    )
    if is_pressed:
        refusal = put_back(desk, shown, st.session_state, archive, catalog)
        if refusal is None:
            go_to("practice")
        else:
            st.error(plain(sentence(refusal)), icon=":material/error:")


def _ask_other(desk: Desk, versions: Sequence[Version], number: int) -> Version | None:
    known = {version.number: version for version in reversed(versions) if version.number != number}
    if not known:
        return None
    picked = st.selectbox(
        "Compare with …",
        list(known),
        index=None,
        format_func=lambda item: caption(known[item]),
        key=f"compare_with_{desk.attempt}",
        placeholder="Another version",
    )
    return None if picked is None else known.get(picked)


def _show_comparison(desk: Desk, first: Drawing, second: Drawing) -> None:
    st.subheader("Compared", anchor=False)
    if first.report is None or second.report is None:
        fault = first.fault if first.report is None else second.fault
        st.warning(plain(sentence(f"One of the two cannot be judged: {fault}")), icon=":material/warning:")
        return
    st.caption(f"First: {plain(caption(first.version))}  \nSecond: {plain(caption(second.version))}")
    show_comparison(compare(first.report, second.report), desk)
