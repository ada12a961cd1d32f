"""Which exercise, which board to begin from, and handing it on."""

from __future__ import annotations

import streamlit as st

from designer.catalog import Catalog
from designer.scenario.model import SampleDesign, Scenario
from designer.ui.archive import Archive
from designer.ui.exercises import scenarios, unreadable_scenarios
from designer.ui.moves import begin, change_exercise, earlier_boards, go_back
from designer.ui.state import Desk
from designer.ui.widgets.downloads import show_downloads
from designer.ui.widgets.links import show_share
from designer.ui.widgets.opening import ask_file
from designer.ui.widgets.wording import plain

PICKER = "exercise"


def show_exercise(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    """The picker and, below it, where to begin and what to take away."""
    _show_picker(desk, archive, catalog)
    with st.container(horizontal=True, gap="small", key="board_actions"):
        _show_beginnings(desk, archive, catalog)
        show_downloads(desk, catalog)
        show_share(desk)


def _show_picker(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    choice = {item.id: item for item in (*scenarios(), desk.scenario)}
    # The session's board decides, also after a reload or the browser's way back.
    st.session_state[PICKER] = desk.scenario.id
    st.selectbox(
        "Exercise",
        list(choice),
        format_func=lambda name: exercise_label(choice[name]),
        key=PICKER,
        on_change=_pick,
        args=(choice, archive, catalog),
    )
    st.caption(f"{plain(desk.scenario.summary)} {desk.scenario.minutes} minutes\\.")
    for fault in unreadable_scenarios():
        st.warning(f"An exercise is missing: {plain(fault)}", icon=":material/warning:")


def exercise_label(scenario: Scenario) -> str:
    """Name and difficulty, as the picker lists it."""
    return f"{scenario.name} · {scenario.difficulty.value}"


def _pick(choice: dict[str, Scenario], archive: Archive, catalog: Catalog) -> None:
    picked = choice.get(st.session_state[PICKER])
    if picked is not None:
        change_exercise(picked, st.session_state, st.query_params, archive, catalog)


def _show_beginnings(desk: Desk, archive: Archive, catalog: Catalog) -> None:
    scenario = desk.scenario
    with st.popover("Board", key="beginnings", width="stretch"):
        _begin_button("Empty board", "begin_empty", None, archive, catalog)
        if scenario.starter is not None:
            _begin_button("The small design to repair", "begin_starter", scenario.starter, archive, catalog)
        if scenario.references and st.button(
            "Show a reference design …", key="begin_reference", type="tertiary"
        ):
            st.dialog("Reference designs")(_show_references)(scenario, archive, catalog)
        if st.button("Open a file …", key="open_file", type="tertiary"):
            ask_file(archive, catalog)
        _show_earlier(archive, catalog)


def _begin_button(
    label: str, key: str, sample: SampleDesign | None, archive: Archive, catalog: Catalog
) -> None:
    arguments = (sample, st.session_state, st.query_params, archive, catalog)
    st.button(label, key=key, type="tertiary", on_click=begin, args=arguments)


def _show_references(scenario: Scenario, archive: Archive, catalog: Catalog) -> None:
    st.markdown(
        "One of these takes the place of what is on the board. Your own board is kept: you find it again under "
        "**Board**, **Earlier boards**\\."
    )
    for number, sample in enumerate(scenario.references):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(sample.name)}**\n\n{plain(sample.why)}")
            if st.button("Put it on the board", key=f"reference_{number}", type="primary"):
                begin(sample, st.session_state, st.query_params, archive, catalog)
                st.rerun()


def _show_earlier(archive: Archive, catalog: Catalog) -> None:
    boards = earlier_boards(st.session_state)
    if not boards:
        return
    st.markdown("**Earlier boards**")
    for item in boards:
        score = "" if item.score is None else f", score {item.score:.0f}"
        st.button(
            plain(f"{item.name}, {item.updated:%H:%M:%S} UTC{score}"),
            key=f"earlier_{item.attempt}",
            type="tertiary",
            icon=":material/history:",
            on_click=go_back,
            args=(item.attempt, st.session_state, st.query_params, archive, catalog),
        )
