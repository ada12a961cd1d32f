"""What can be asked of a drawing: folds that are worked out when they are opened, and never by an edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from designer.catalog import Catalog
from designer.errors import DesignerError
from designer.report import Report
from designer.ui.inquiries import Inquiry, Work, inquire, require_small
from designer.ui.state import Desk
from designer.ui.widgets.wording import plain, sentence

T = TypeVar("T")

CHANGED = "The drawing has changed since this was worked out."


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """`work` finds the answer, `show` draws it, and `outdated` says why the one at hand holds no longer."""

    key: str
    label: str
    icon: str
    progress: str
    again: str  # what asking anew is called
    work: Work[T]
    show: Callable[[T, Desk, Catalog], None]
    outdated: Callable[[T, Desk, Catalog], str]
    is_prominent: bool = False  # a button as wide as where it stands


def show_question(question: Question[T], desk: Desk, catalog: Catalog) -> None:
    """A fold. Opening it asks; an edit while it is open only says that the answer holds no longer."""
    fold = st.popover(
        question.label,
        type="secondary" if question.is_prominent else "tertiary",
        width="stretch" if question.is_prominent else "content",
        key=f"ask_{question.key}",
        icon=question.icon,
        on_change="rerun",
    )
    if not fold.open:
        desk.unfolded.discard(question.key)
        return
    is_opened_now = question.key not in desk.unfolded
    desk.unfolded.add(question.key)
    with fold, st.container(key=f"answer_{question.key}", gap="small"):
        st.markdown(f"**{question.label}**")
        try:
            _show_answer(question, desk, catalog, is_asked=is_opened_now)
        except DesignerError as error:
            st.markdown(f":material/error: {plain(sentence(error.headline))}")


def _show_answer(question: Question[T], desk: Desk, catalog: Catalog, *, is_asked: bool) -> None:
    if desk.fault is not None:
        st.markdown(":gray[This drawing cannot be judged yet. Once it can, ask again.]")
        return
    report = desk.report
    if report is None or not report.design.nodes:
        st.markdown(":gray[Nothing is drawn yet, so there is nothing to work out.]")
        return
    require_small(report.design)
    if is_asked:
        ask(question, desk, catalog)
    inquiry = desk.inquiries.get(question.key)
    if inquiry is None or not _holds(inquiry, report):
        _show_outdated(question, inquiry, desk, catalog)
        return
    with st.spinner(question.progress):
        found = inquiry.wait(st.empty().empty)
    question.show(found, desk, catalog)


def ask(question: Question[T], desk: Desk, catalog: Catalog) -> None:
    """Ask about the drawing as it is, unless its answer is at hand."""
    report, before = desk.report, desk.inquiries.get(question.key)
    if report is None or (before is not None and _holds(before, report)):
        return
    if before is not None:
        desk.inquiries.pop(question.key).drop()
    # With the names the board shows: the reasons speak of the parts.
    desk.inquiries[question.key] = inquire(question.work, desk.scenario, report.design, catalog)


def _holds(inquiry: Inquiry[T], report: Report) -> bool:
    return not inquiry.answer.cancelled() and inquiry.is_about(report.scenario, report.design)


def is_current(key: str, found: object, desk: Desk) -> bool:
    """Whether that answer to the question of this key is about the drawing as it is."""
    inquiry, report = desk.inquiries.get(key), desk.report
    if inquiry is None or report is None or desk.fault is not None:
        return False
    return inquiry.found is found and inquiry.is_about(desk.scenario, report.design)


def _show_outdated(question: Question[T], inquiry: Inquiry[T] | None, desk: Desk, catalog: Catalog) -> None:
    found = None if inquiry is None else inquiry.found
    st.markdown(CHANGED if found is None else question.outdated(found, desk, catalog))
    st.button(
        question.again,
        key=f"again_{question.key}",
        icon=":material/refresh:",
        on_click=_ask_again,
        args=(question, desk),
    )


def _ask_again(question: Question[T], desk: Desk) -> None:
    """Let the run that follows ask, of what is on the board by then."""
    desk.unfolded.discard(question.key)
