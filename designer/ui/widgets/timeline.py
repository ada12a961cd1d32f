"""The line of a board's versions: which one is looked at, and what there is to say of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from designer.analysis import State
from designer.store import Version
from designer.ui.versions import Drawing, caption
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.previews import listed
from designer.ui.widgets.wording import plain
from designer.units import Dimension

NOTHING = "—"


def ask_version(attempt: str, versions: Sequence[Version]) -> tuple[int, bool]:
    """The number of the version to look at, the newest at first, and whether all of them are to be played."""
    known = {version.number: version for version in versions}
    newest = versions[-1].number
    key = f"version_{attempt}"
    if st.session_state.get(key) not in known:
        st.session_state[key] = newest
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="timeline"):
        if len(versions) > 1:
            number = st.select_slider(
                f"Version, the newest of {len(versions)} at the right",
                list(known),
                format_func=lambda item: _mark(known[item]),
                key=key,
                width="stretch",
            )
        else:
            number = newest
            st.markdown("This board has one version so far: draw, and every stroke is kept here\\.")
        is_played = st.button(
            "Play",
            key="play_versions",
            icon=":material/play_arrow:",
            on_click=_go_to,
            args=(key, newest),
            disabled=len(versions) < 2,
            help="Play all versions from the first to the newest.",
        )
    _show_names(key, versions)
    return number, is_played


def _mark(version: Version) -> str:
    return f"{version.number} · {version.created:%H:%M:%S}"


def _go_to(key: str, number: int) -> None:
    st.session_state[key] = number


def _show_names(key: str, versions: Sequence[Version]) -> None:
    """The named versions, each a button that leads to it."""
    named = [version for version in versions if version.name is not None]
    if not named:
        return
    with st.container(horizontal=True, gap="small", key="named_versions"):
        for version in named:
            st.button(
                plain(version.name or ""),
                key=f"go_to_version_{version.number}",
                type="tertiary",
                icon=":material/bookmark:",
                on_click=_go_to,
                args=(key, version.number),
            )


def show_facts(drawing: Drawing, changes: Sequence[str], *, is_first: bool) -> None:
    """What the version is worth, and what was done to come to it."""
    st.markdown(f"**{plain(caption(drawing.version))}**")
    with st.container(horizontal=True, gap="medium", key="version_facts"):
        for name, value in _facts(drawing):
            st.markdown(f":gray[{name}] **{plain(value)}**", width="content")
    if is_first:
        st.markdown(":gray[The first version that is kept of this board.]")
    elif changes:
        st.markdown(f"Changed since the version before:\n\n{listed([plain(item) for item in changes])}")
    else:
        st.markdown(":gray[Nothing that has words changed since the version before.]")


def _facts(drawing: Drawing) -> tuple[tuple[str, str], ...]:
    report = drawing.report
    if report is None:
        return (("Score", NOTHING), ("Requirements met", NOTHING), ("Costs", NOTHING))
    met = sum(verdict.state is State.MET for verdict in report.verdicts)
    return (
        ("Score", f"{report.score.points:.0f} of 100"),
        ("Requirements met", f"{met} of {len(report.verdicts)}"),
        ("Costs", shown(report.analysis.cost.total, Dimension.MONEY)),
    )
