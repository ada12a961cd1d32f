"""Compare: two designs under one exercise, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from designer.catalog import Catalog, load
from designer.comparison import compare
from designer.design.model import Design
from designer.design.naming import name_nodes
from designer.errors import DesignerError, DesignError
from designer.report import Report, review
from designer.scenario.model import Scenario
from designer.ui.archive import open_archive
from designer.ui.contenders import BOARD, MOST_BYTES, Contender, contenders, decode, read_own
from designer.ui.exercises import scenarios
from designer.ui.inquiries import require_small
from designer.ui.page import PageInfo
from designer.ui.state import Desk, open_desk
from designer.ui.widgets.comparisons import show_comparison
from designer.ui.widgets.exercise import exercise_label
from designer.ui.widgets.sketches import show_drawing
from designer.ui.widgets.wording import plain

PAGE = PageInfo("Compare", ":material/compare:", 15)

EXERCISE, FOLLOWED = "compare_exercise", "compare_followed"
"""Where the exercise that is shown is in the session's state, and that of the board when it was chosen."""

UPLOADS = ("yaml", "yml", "json", "txt")
EXAMPLE = "users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two places for a design."""

    key: str
    title: str


SIDES = FIRST, SECOND = Side("first", "First design"), Side("second", "Second design")


def show() -> None:
    """The page."""
    catalog, archive = load(), open_archive()
    desk = open_desk(st.session_state, st.query_params, archive, catalog)
    st.title("Compare", anchor=False)
    st.caption(
        "Two designs under one exercise: what the second meets, costs and mends that the first does not."
    )
    with st.container(key="compare_choice"):
        exercise, *places = st.columns(3, gap="medium")
    with exercise:
        scenario = _ask_scenario(desk)
    choice = contenders(scenario, st.session_state, archive, catalog)
    picked = [
        _ask_contender(side, place, scenario, choice) for side, place in zip(SIDES, places, strict=True)
    ]
    if desk.fault is not None and any(item.key == BOARD for item in picked):
        text = f"Your board cannot be judged as it is: {desk.fault}. It stands here as it was before."
        st.warning(plain(text), icon=":material/warning:")
    reports = [
        _report_of(side, contender, scenario, catalog) for side, contender in zip(SIDES, picked, strict=True)
    ]
    if reports[0] is not None and reports[1] is not None:
        show_comparison(compare(reports[0], reports[1]), desk)
    _show_drawings(reports, catalog)


def _ask_scenario(desk: Desk) -> Scenario:
    known = {item.id: item for item in (*scenarios(), desk.scenario)}
    if st.session_state.get(FOLLOWED) != desk.scenario.id:
        # Whoever goes to another exercise means that one here, too, until they choose.
        st.session_state[FOLLOWED] = st.session_state[EXERCISE] = desk.scenario.id
    picked = st.selectbox(
        "Exercise",
        list(known),
        format_func=lambda name: exercise_label(known[name]),
        key=EXERCISE,
        persist_state="session",
    )
    return known[picked]


def _ask_contender(
    side: Side, place: DeltaGenerator, scenario: Scenario, choice: Sequence[Contender]
) -> Contender:
    known = {item.key: item for item in choice}
    picked = place.selectbox(
        side.title,
        list(known),
        index=first_choice(side, choice),
        format_func=lambda key: known[key].name,
        key=f"compare_{side.key}_{scenario.id}",
        persist_state="session",
    )
    return known[picked]


def _report_of(side: Side, contender: Contender, scenario: Scenario, catalog: Catalog) -> Report | None:
    """The design judged; None without one, and where it cannot be used, which is told in a sentence."""
    try:
        design = _ask_own(side, catalog) if contender.build is None else contender.build()
        return None if design is None else _judged(side, scenario, design, catalog)
    except DesignerError as error:
        st.error(plain(f"{side.title}: {error.headline}"), icon=":material/error:")
        if error.excerpt:
            st.code(error.excerpt, language=None)
        return None


def first_choice(side: Side, choice: Sequence[Contender]) -> int:
    """At first the board, or else the naive design, stands against the first reference."""
    keys = [item.key for item in choice]
    wanted = ("reference_0",) if side is SECOND else ("board", "naive")
    return next((keys.index(key) for key in wanted if key in keys), 0)


def _ask_own(side: Side, catalog: Catalog) -> Design | None:
    """A text to paste into, which an uploaded file fills; None as long as there is none."""
    key = f"compare_{side.key}"
    with st.container(border=True, key=f"{key}_own"):
        pasted, uploaded = st.columns((2, 1), gap="medium")
    text = pasted.text_area(
        f"{side.title}: paste it as YAML, JSON or notation",
        key=f"{key}_text",
        placeholder=EXAMPLE,
        height=130,
        persist_state="session",
    )
    uploaded.file_uploader(
        "Or upload a file",
        UPLOADS,
        key=f"{key}_file",
        max_upload_size=MOST_BYTES // 1_000_000,
        on_change=_take_file,
        args=(key,),
    )
    if refusal := st.session_state.get(f"{key}_refusal"):
        st.error(plain(refusal), icon=":material/error:")
    return read_own(text, catalog) if text and text.strip() else None


def _take_file(key: str) -> None:
    """Put the file's text where it can be read and changed; a file that cannot be used changes nothing."""
    file = st.session_state.get(f"{key}_file")
    st.session_state[f"{key}_refusal"] = None
    if file is None:
        return
    try:
        st.session_state[f"{key}_text"] = decode(file.getvalue())
    except DesignError as error:
        st.session_state[f"{key}_refusal"] = (
            f"This file was not used: {error.headline}. The text is as it was."
        )


def _judged(side: Side, scenario: Scenario, design: Design, catalog: Catalog) -> Report:
    """The review of the design, kept as long as it is the one that stands here."""
    named = name_nodes(design, catalog)
    key = f"compare_{side.key}_report"
    kept: Report | None = st.session_state.get(key)
    if kept is None or kept.scenario != scenario or kept.design != named:
        require_small(named)
        kept = review(scenario, named, catalog, ranked=False)
        st.session_state[key] = kept
    return kept


def _show_drawings(reports: Sequence[Report | None], catalog: Catalog) -> None:
    if not any(reports):
        return
    with st.container(key="drawings"):
        for side, place, report in zip(SIDES, st.columns(2, gap="medium"), reports, strict=True):
            if report is not None:
                with place:
                    st.markdown(f"**{side.title}**")
                    show_drawing(report, catalog, f"{side.title}, {report.design.name}")
