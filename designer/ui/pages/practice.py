"""The workbench: draw on the whiteboard and see what the numbers say."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from designer.catalog import Catalog, load
from designer.scenario.loader import load_scenario
from designer.ui.archive import Archive, Kept, open_archive
from designer.ui.canvas import CatalogEntries, catalog_entries, send_after, whiteboard
from designer.ui.page import PageInfo, show_link
from designer.ui.sharing import open_shared
from designer.ui.state import BOARD, Desk, open_desk
from designer.ui.tabs import attend, board_name, keep_watch
from designer.ui.widgets.brief import show_brief
from designer.ui.widgets.exercise import show_exercise
from designer.ui.widgets.findings import show_findings
from designer.ui.widgets.hinges import HINGES
from designer.ui.widgets.ladder import ladder_words
from designer.ui.widgets.meaning import annotations_of, details_of
from designer.ui.widgets.questions import show_question
from designer.ui.widgets.reading import show_reading
from designer.ui.widgets.requirements import show_requirements
from designer.ui.widgets.scale import show_scale
from designer.ui.widgets.sizing import SIZING
from designer.ui.widgets.status import show_status
from designer.ui.widgets.strip import requirement_chips
from designer.ui.widgets.wording import plain

PAGE = PageInfo("Practice", ":material/draw:", 10)

BOARD_HEIGHT = 640
"""Height of the board where the style sheet does not fit it to the window, in pixels."""

HEAD_START_S, HEAD_START_OF_NODE_S = 0.02, 0.00025
"""How long the rest of the page waits for a board with new numbers, in seconds: at least, and for each of its nodes."""

DETAILS, LADDER = "board_details", "board_ladder"
"""Keys of what tells the board the rest of its numbers, and how far it carries."""

SAVED = {Kept.YES: "saved", Kept.TOO_LARGE: "Too large to save: shorten notes or remove nodes"}
"""What the board says of the store; everything else is "unsaved"."""

SKIP = '<a href="#the-board">Skip to the board</a>'
"""Shown to who comes to it with the Tab key; the board takes the focus when it is followed."""

BRIEF, FINDINGS = "brief", "findings"


def show() -> None:
    """The page."""
    catalog, archive = load(), open_archive()
    open_shared(st.session_state, st.query_params, archive, catalog)
    desk = open_desk(st.session_state, st.query_params, archive, catalog)
    attend(desk, st.session_state, archive, catalog)
    with st.container(key="workbench", gap="xsmall"):
        skip = st.container(key="skip")
        strip = st.container(key="strip", gap="xsmall")
        # Always there: a board whose place on the page changes is taken down and built up again.
        with st.container(key="notices", gap="xsmall"):
            _show_notices(desk, archive, catalog)
        # Before the chips above it: it is the board that people look at.
        _show_board(desk)
        if desk.lacks_headroom:
            # Its numbers leave first, and are drawn before the browser is busy with what follows.
            time.sleep(_head_start(desk))
        with skip:
            st.html(SKIP)
        with strip:
            show_requirements(desk)
        status = st.container(horizontal=True, gap="small", key="status", vertical_alignment="center")
        details, ladder = st.container(key="details"), st.container(key="ladder")
    with st.container(key="watch"):
        keep_watch()
    with st.sidebar, st.container(key="side", gap="small"):
        is_at_findings = _show_side(desk, archive, catalog)
        findings = st.container(gap="small", key="findings")
    with details:
        _tell_details(desk)
    if is_at_findings:
        _show_findings(findings, desk, catalog)
    with status:
        _show_status(desk)
        show_question(HINGES, desk, catalog)
        show_question(SIZING, desk, catalog)
    _tell_ladder(ladder, desk)


def _head_start(desk: Desk) -> float:
    nodes = 0 if desk.design is None else len(desk.design.nodes)
    return HEAD_START_S + HEAD_START_OF_NODE_S * nodes


def _show_notices(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    if desk.notice is not None:
        st.info(plain(desk.notice), icon=":material/info:")
        desk.notice = None
    if desk.fault is not None:
        text = f"This drawing cannot be judged: {desk.fault}. The numbers are those of the drawing before."
        st.warning(plain(text), icon=":material/warning:")
    if desk.is_reader:
        show_reading(archive, catalog)


@cache
def palette(scenario: str) -> CatalogEntries:
    """What can be placed, with the figures as that exercise states them."""
    return catalog_entries(load().overridden(load_scenario(scenario).catalog))


def _show_board(desk: Desk) -> None:
    board, epoch = board_name(desk)
    whiteboard(
        board=board,
        epoch=epoch,
        document=desk.document,
        catalog=palette(desk.scenario.id),
        annotations={
            **_first_annotations(desk),
            "requirements": requirement_chips(desk),
            "climbs": True,
        },
        commands=desk.commands,
        acknowledged=desk.revision,
        saved=SAVED.get(desk.saved, "unsaved"),
        datasets=_datasets(desk),
        key=BOARD,
        height=BOARD_HEIGHT,
        readonly=desk.is_reader,
    )


def _first_annotations(desk: Desk) -> dict[str, Any]:
    """What cards and lines show now; what they have to say besides comes after it."""
    return annotations_of(
        desk.look_over(),
        desk.revision,
        told=desk.told,
        detailed=desk.selection.nodes,
        lenses=(desk.view.lens,),
    )


def _tell_details(desk: Desk) -> None:
    outlook = desk.look_over()
    if outlook is not None:
        board, _ = board_name(desk)
        send_after(board, "details", details_of(outlook, desk.revision), key=DETAILS)


def _show_findings(place: DeltaGenerator, desk: Desk, catalog: Catalog) -> None:
    with place:
        if desk.lacks_ranking:
            desk.rank(st.empty().empty)
        show_findings(desk, catalog)


def _show_status(desk: Desk) -> None:
    breath = st.empty()
    if desk.lacks_headroom:
        desk.measure_headroom(breath.empty)
    if desk.shown is not None:
        show_scale(desk, "status")
        show_status(desk.shown)


def _tell_ladder(place: DeltaGenerator, desk: Desk) -> None:
    """Last of all, and only to who looks at it: it takes several analyses."""
    if not desk.view.ladder or desk.report is None:
        return
    with place:
        found = desk.climb(st.empty().empty)
        if found is not None:
            words = ladder_words(desk.report, found, told=desk.told)
            send_after(desk.attempt, "ladder", {"revision": desk.revision, **words}, key=LADDER)


def _datasets(desk: Desk) -> list[dict[str, Any]]:
    return [
        {"id": name, "name": dataset.name, "kind": dataset.kind.value}
        for name, dataset in desk.scenario.datasets.items()
    ]


def _show_side(desk: Desk, archive: Archive, catalog: Catalog) -> bool:
    """All but the findings, which come last; says whether they are wanted."""
    show_exercise(desk, archive, catalog)
    show_link("history", "History of this board", ":material/history:")
    lesson = desk.lesson_to_learn
    if lesson is not None:
        with st.container(key="lesson"):
            st.markdown(f":material/school: {plain(lesson)}")
    st.html(_number_of_findings(desk))
    panel = st.segmented_control(
        "Panel",
        (BRIEF, FINDINGS),
        default=BRIEF,
        required=True,
        format_func=str.capitalize,
        key="panel",
        label_visibility="collapsed",
        width="stretch",
    )
    if panel == BRIEF:
        show_brief(desk)
    return panel == FINDINGS


def _number_of_findings(desk: Desk) -> str:
    """The style that writes it behind the name of the panel.

    As part of the name it would be part of what the browser sends: a choice that meets a new number would be lost.
    """
    number = 0 if desk.report is None else len(desk.report.findings)
    told = f'" ({number})"' if number else '""'
    return f"<style>:root{{--findings:{told}}}</style>"
