"""What the verdicts hang on: each requirement at the ends of the figures' bands, and the figure that turns it."""

from __future__ import annotations

import streamlit as st

from designer.analysis import State, Verdict
from designer.analysis.sensitivity import Sensitivity, Swing, find_sensitivity
from designer.catalog import Catalog
from designer.ui.state import Desk
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.questions import CHANGED, Question
from designer.ui.widgets.requirements import MARKS, is_hidden, short
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import plain, table

HEAD = ("Requirement", "At worst", "Now", "At best")


def show_sensitivity(found: Sensitivity, desk: Desk, catalog: Catalog) -> None:
    """Every requirement that was told, in the scenario's order."""
    del catalog  # the answer has its figures
    st.markdown(introduction(len(found.assumptions)))
    told = [swing for swing in found.swings if not is_hidden(swing.now, desk)]
    with st.container(key="hinges", gap=None):
        for swing in told:
            _show_swing(swing)
    st.markdown(untold(len(found.swings) - len(told)))


def introduction(figures: int) -> str:
    """What the columns are. Markdown."""
    known = "1 figure is" if figures == 1 else f"{figures} figures are"
    return (
        f":gray[{known} known only within a band. Each requirement stands here with all of them at the worse ends, "
        "as they are now, and with all at the better ends.]"
    )


def untold(count: int) -> str:
    """How many requirements are left out, since they were not asked for. Markdown."""
    if not count:
        return ""
    return (
        ":gray[One more requirement is not told yet.]"
        if count == 1
        else f":gray[{count} more are not told yet.]"
    )


def _show_swing(swing: Swing) -> None:
    with st.container(key=f"swing_{swing.requirement}", gap=None):
        st.markdown(row_of(swing))
        if swing.hinge is None:
            st.markdown(f":gray[{plain(swing.reason)}]")
            return
        fold = st.expander(plain(swing.reason), key=f"hinge_{swing.requirement}", on_change="rerun")
        if fold.open:
            fold.markdown(unfold(swing.hinge.arithmetic))


def row_of(swing: Swing) -> str:
    """A table of one row; all have the same columns, so that they read as one. Markdown."""
    cells = [marked(verdict) for verdict in (swing.worst, swing.now, swing.best)]
    return table(HEAD, [(f"**{plain(swing.title)}**", *cells)])


def marked(verdict: Verdict) -> str:
    """Mark and value of a verdict; the colour only repeats the mark. Markdown."""
    value = "—" if verdict.value is None else short(shown(verdict.value, verdict.dimension))
    text = f"{MARKS[verdict.state]} {plain(value)}"
    return f":red[{text}]" if verdict.state is State.MISSED else text


def _outdated(found: Sensitivity, desk: Desk, catalog: Catalog) -> str:
    del found, desk, catalog  # whatever it was, it is another drawing
    return CHANGED


HINGES = Question(
    key="hinges",
    label="What it hangs on",
    icon=":material/balance:",
    progress="Trying the figures at the ends of their bands …",
    again="Work it out again",
    work=find_sensitivity,
    show=show_sensitivity,
    outdated=_outdated,
)
