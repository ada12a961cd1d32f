"""The workbench: draw on the whiteboard and see what the numbers say."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from designer.catalog import Catalog, load
from designer.rules.model import Severity
from designer.scenario.loader import load_scenario
from designer.ui.archive import Archive, Kept, open_archive
from designer.ui.canvas import CatalogEntries, catalog_entries, undim, whiteboard
from designer.ui.moves import go_on_apart, take_newer
from designer.ui.page import PageInfo
from designer.ui.sharing import open_shared
from designer.ui.state import BOARD, Desk, open_desk
from designer.ui.widgets.brief import show_brief
from designer.ui.widgets.exercise import show_exercise
from designer.ui.widgets.findings import show_findings
from designer.ui.widgets.hinges import HINGES
from designer.ui.widgets.marks import board_marks
from designer.ui.widgets.questions import show_question
from designer.ui.widgets.requirements import show_requirements
from designer.ui.widgets.sizing import SIZING
from designer.ui.widgets.status import show_status
from designer.ui.widgets.wording import plain

PAGE = PageInfo("Practice", ":material/draw:", 10)

BOARD_HEIGHT = 640
"""Height of the board where the style sheet does not fit it to the window, in pixels."""

HEAD_START_S = 0.03
"""How long what takes several reviews waits, in seconds."""

BRIEF, FINDINGS = "brief", "findings"


def show() -> None:
    """The page."""
    catalog, archive = load(), open_archive()
    open_shared(st.session_state, st.query_params, archive, catalog)
    desk = open_desk(st.session_state, st.query_params, archive, catalog)
    undim("workbench", "side")
    with st.container(key="workbench", gap="xsmall"):
        show_requirements(desk)
        _show_notices(desk, archive, catalog)
        _show_board(desk)
        status = st.container(horizontal=True, gap="small", key="status", vertical_alignment="center")
    with st.sidebar, st.container(key="side", gap="small"):
        is_at_findings = _show_side(desk, archive, catalog)
        findings = st.container(gap="small", key="findings")
    if desk.lacks_headroom or (is_at_findings and desk.lacks_ranking):
        # The board's numbers leave first: what follows keeps the processor to itself.
        time.sleep(HEAD_START_S)
    if is_at_findings:
        _show_findings(findings, desk, catalog)
    with status:
        _show_status(desk)
        show_question(HINGES, desk, catalog)
        show_question(SIZING, desk, catalog)


def _show_notices(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    if desk.notice is not None:
        st.info(plain(desk.notice), icon=":material/info:")
        desk.notice = None
    if desk.fault is not None:
        text = f"This drawing cannot be judged: {desk.fault}. The numbers are those of the drawing before."
        st.warning(plain(text), icon=":material/warning:")
    if desk.saved is Kept.OLDER:
        _show_conflict(archive, catalog)


def _show_conflict(archive: Archive, catalog: Catalog) -> None:
    arguments = (st.session_state, st.query_params, archive, catalog)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            "This board was changed in another window. Nothing is lost: choose how to go on.", width="stretch"
        )
        st.button(
            "Go on here, as a board of its own", key="go_on_apart", on_click=go_on_apart, args=arguments
        )
        st.button("Show the other version", key="take_newer", on_click=take_newer, args=arguments)


@cache
def palette(scenario: str) -> CatalogEntries:
    """What can be placed, with the figures as that exercise states them."""
    return catalog_entries(load().overridden(load_scenario(scenario).catalog))


def _show_board(desk: Desk) -> None:
    whiteboard(
        board=desk.attempt,
        epoch=desk.epoch,
        document=desk.document,
        catalog=palette(desk.scenario.id),
        annotations=board_marks(desk.report, desk.revision),
        commands=desk.commands,
        acknowledged=desk.revision,
        saved="saved" if desk.saved is Kept.YES else "unsaved",
        datasets=_datasets(desk),
        key=BOARD,
        height=BOARD_HEIGHT,
    )


def _show_findings(place: DeltaGenerator, desk: Desk, catalog: Catalog) -> None:
    with place:
        if desk.lacks_ranking:
            desk.rank(st.empty().empty)
        show_findings(desk, catalog)


def _show_status(desk: Desk) -> None:
    breath = st.empty()
    if desk.lacks_headroom:
        desk.measure_headroom(breath.empty)
    if desk.report is not None:
        show_status(desk.report)


def _datasets(desk: Desk) -> list[dict[str, Any]]:
    return [
        {"id": name, "name": dataset.name, "kind": dataset.kind.value}
        for name, dataset in desk.scenario.datasets.items()
    ]


def _show_side(desk: Desk, archive: Archive, catalog: Catalog) -> bool:
    """All but the findings, which come last; says whether they are wanted."""
    show_exercise(desk, archive, catalog)
    if desk.lesson is not None:
        with st.container(key="lesson"):
            st.markdown(f":material/school: {plain(desk.lesson)}")
    panel = st.segmented_control(
        "Panel",
        (BRIEF, FINDINGS),
        default=BRIEF,
        required=True,
        format_func=lambda name: _panel_label(name, desk),
        key="panel",
        label_visibility="collapsed",
        width="stretch",
    )
    if panel == BRIEF:
        show_brief(desk)
    return panel == FINDINGS


def _panel_label(name: str, desk: Desk) -> str:
    if name == BRIEF or desk.report is None:
        return name.capitalize()
    findings = [item for item in desk.report.findings if item.severity is not Severity.INFO]
    return f"Findings ({len(findings)})" if findings else "Findings"
