"""Gallery: every exercise as a card with its drawing, what this visit did in it, and where to begin or go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from designer.catalog import Catalog, load
from designer.design.model import Design
from designer.errors import DesignerError
from designer.scenario.loader import build_design
from designer.scenario.model import SampleDesign, Scenario
from designer.ui.archive import Archive, open_archive
from designer.ui.exercises import scenarios, unreadable_scenarios
from designer.ui.moves import open_apart
from designer.ui.page import PageInfo, go_to
from designer.ui.progress import Progress, begin_exercise, go_on, last_design, progress_in
from designer.ui.state import open_desk
from designer.ui.widgets.thumbnails import show_thumbnail
from designer.ui.widgets.wording import plain, sentence

PAGE = PageInfo("Gallery", ":material/gallery_thumbnail:", 17)

WORKBENCH = "practice"
"""The page where an exercise is worked on."""

COLUMNS = 2
"""Cards beside each other in a wide window."""

HEAD_START_S = 0.03
"""How long the drawings wait, in seconds: the page with its words leaves first."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that is still to be drawn, and where."""

    place: DeltaGenerator
    title: str
    design: Callable[[], Design | None]


def show() -> None:
    """The page."""
    catalog, archive = load(), open_archive()
    open_desk(st.session_state, st.query_params, archive, catalog)
    st.title("Gallery", anchor=False)
    st.caption("Every exercise, with the design it begins with or one that falls short\\.")
    for fault in unreadable_scenarios():
        st.warning(f"An exercise is missing: {plain(fault)}", icon=":material/warning:")
    drawings: list[Drawing] = []
    exercises = scenarios()
    with st.container(key="gallery", gap="medium"):
        for start in range(0, len(exercises), COLUMNS):
            row = exercises[start : start + COLUMNS]
            for place, scenario in zip(st.columns(COLUMNS, gap="medium"), row, strict=False):
                with place:
                    drawings += _show_card(scenario, archive, catalog)
    # Whatever a drawing takes, nobody waits for the words.
    time.sleep(HEAD_START_S)
    for drawing in drawings:
        _draw(drawing, catalog)


def _draw(drawing: Drawing, catalog: Catalog) -> None:
    with drawing.place:
        try:
            design = drawing.design()
        except DesignerError as error:
            st.markdown(f":gray[{plain(sentence(error.headline))}]")
            return
        if design is not None:
            show_thumbnail(design, drawing.title, catalog)


def _show_card(scenario: Scenario, archive: Archive, catalog: Catalog) -> Sequence[Drawing]:
    progress = progress_in(scenario, st.session_state)
    with st.container(border=True, gap="small", key=f"exercise_{scenario.id}"):
        drawings = [_frame(f"thumb_{scenario.id}", _first_sight(scenario), scenario, catalog)]
        st.subheader(plain(scenario.name), anchor=False)
        st.caption(f"{scenario.difficulty.value.capitalize()}, {scenario.minutes} minutes")
        st.markdown(plain(scenario.summary))
        if progress is not None:
            drawings.append(_show_progress(progress, scenario, archive, catalog))
        with st.container(horizontal=True, gap="small", key=f"exercise_{scenario.id}_actions"):
            _show_actions(scenario, progress, archive, catalog)
        if scenario.references:
            drawings += _show_references(scenario, archive, catalog)
    return drawings


def _first_sight(scenario: Scenario) -> SampleDesign | None:
    """What the exercise begins with, or else what falls short; never a reference, which would give it away."""
    return scenario.starter or scenario.naive


def _frame(key: str, sample: SampleDesign | None, scenario: Scenario, catalog: Catalog) -> Drawing:
    """Room for the picture of a sample."""
    place = st.container(key=key)
    design = partial(_built, sample, scenario, catalog)
    return Drawing(place, scenario.name if sample is None else f"{scenario.name}, {sample.name}", design)


def _built(sample: SampleDesign | None, scenario: Scenario, catalog: Catalog) -> Design | None:
    return None if sample is None else build_design(sample, scenario, catalog)


def _show_progress(progress: Progress, scenario: Scenario, archive: Archive, catalog: Catalog) -> Drawing:
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key=f"progress_{scenario.id}"
    ):
        place = st.container(key=f"thumb_{scenario.id}_mine", width=160)
        st.markdown(progress_words(progress))
    design = partial(last_design, progress, st.session_state, archive, catalog)
    return Drawing(place, f"Your last board for {scenario.name}", design)


def progress_words(progress: Progress) -> str:
    """The score of the last board and the best one. Markdown."""
    last = "not judged yet" if progress.score is None else f"score **{progress.score:.0f}**"
    best = "" if progress.best is None else f"\n\nBest in this visit: **{progress.best:.0f}** of 100"
    return f"Your last board: {last}{best}"


def _show_actions(scenario: Scenario, progress: Progress | None, archive: Archive, catalog: Catalog) -> None:
    arguments = (st.session_state, st.query_params, archive, catalog)
    if progress is not None and st.button("Go on", key=f"go_on_{scenario.id}", type="primary"):
        go_on(progress, *arguments)
        go_to(WORKBENCH)
    is_new = progress is None
    label = "Begin" if is_new else "Begin anew"
    if st.button(label, key=f"begin_{scenario.id}", type="primary" if is_new else "secondary"):
        begin_exercise(scenario, *arguments)
        go_to(WORKBENCH)


def _show_references(scenario: Scenario, archive: Archive, catalog: Catalog) -> list[Drawing]:
    fold = st.expander(
        "Reference designs (spoilers)", key=f"references_{scenario.id}", type="compact", on_change="rerun"
    )
    if not fold.open:
        return []
    drawings: list[Drawing] = []
    with fold:
        for number, sample in enumerate(scenario.references):
            key = f"{scenario.id}_reference_{number}"
            with st.container(gap="xsmall", key=key):
                drawings.append(_frame(f"thumb_{key}", sample, scenario, catalog))
                st.markdown(f"**{plain(sample.name)}**\n\n{plain(sample.why)}")
                if st.button("Open on a board of its own", key=f"open_{key}"):
                    design = build_design(sample, scenario, catalog)
                    open_apart(
                        design,
                        scenario,
                        st.session_state,
                        st.query_params,
                        archive,
                        catalog,
                        lesson=sample.why,
                    )
                    go_to(WORKBENCH)
    return drawings
