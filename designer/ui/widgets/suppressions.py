"""Findings set aside with a reason: asking for it, and the fold in which they can be let speak again."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from pydantic import ValidationError

from designer.catalog import Catalog
from designer.design.edit import AddSuppression, RemoveSuppression
from designer.design.model import MAX_HELD, Suppression
from designer.report import Report
from designer.rules.library import all_rules
from designer.rules.model import Finding
from designer.rules.suppression import Ignored, idle_words
from designer.ui.moves import change_board
from designer.ui.state import Desk
from designer.ui.widgets.previews import finding_line, places
from designer.ui.widgets.wording import plain

MOST_REASON = 300
"""Longest reason, in characters: what a design takes."""


def ask_reason(finding: Finding, key: str, desk: Desk, catalog: Catalog) -> None:
    """The fold that asks why the finding is none, and sets it aside."""
    fold = st.popover("Ignore", type="tertiary", key=f"ignore_{key}", on_change="rerun")
    if not fold.open:
        return
    with fold, st.form(f"reason_{key}", border=False):
        st.text_input(
            "Why is this no fault here?",
            key=f"because_{key}",
            placeholder="Say it in one line: it stays with the drawing.",
            max_chars=MOST_REASON,
            required=True,
        )
        st.form_submit_button(
            "Ignore it", icon=":material/visibility_off:", on_click=ignore, args=(desk, finding, key, catalog)
        )


def ignore(desk: Desk, finding: Finding, key: str, catalog: Catalog) -> None:
    """Set the finding aside for the reason that was typed."""
    reason = " ".join(str(st.session_state.get(f"because_{key}") or "").split())
    try:
        # Where a finding is at more nodes than can be named, the first are enough to know it by.
        item = Suppression(rule=finding.rule, nodes=finding.nodes[:MAX_HELD], because=reason)
    except ValidationError:
        desk.notice = f"To ignore a finding, say why in one line of at most {MOST_REASON} characters."
        return
    st.session_state[f"ignore_{key}"] = False
    changes = (AddSuppression(suppression=item),)
    change_board(desk, changes, "This could not be ignored", st.session_state, catalog)


def show_ignored(report: Report, desk: Desk, catalog: Catalog) -> None:
    """The fold of what the drawing ignores, with the reasons."""
    if not report.ignored and not report.idle:
        return
    fold = st.expander(ignored_label(report), key="ignored", on_change="rerun")
    if not fold.open:
        return
    with fold:
        for number, item in enumerate(report.ignored):
            _show_ignored(item, f"heed_{number}", report, desk, catalog)
        for number, idle in enumerate(report.idle):
            _show_idle(idle, f"heed_idle_{number}", report, desk, catalog)


def ignored_label(report: Report) -> str:
    """How many are ignored, and how many suppressions hide nothing."""
    idle = f", {len(report.idle)} to no purpose" if report.idle else ""
    return f"Ignored ({len(report.ignored)}){idle}"


def _show_ignored(item: Ignored, key: str, report: Report, desk: Desk, catalog: Catalog) -> None:
    hiding = fitting(item.finding, report.design.ignore)
    with st.container(gap="xsmall", key=f"ignored_{key}"):
        st.markdown(f"**{finding_line(item.finding, report.design)}**")
        st.markdown(plain(item.finding.message))
        _show_reason(item.because, hiding, key, desk, catalog)


def _show_idle(item: Suppression, key: str, report: Report, desk: Desk, catalog: Catalog) -> None:
    titles = {rule.id: rule.title for rule in all_rules()}
    where = plain(places(item.nodes, report.design))
    with st.container(gap="xsmall", key=f"ignored_{key}"):
        st.markdown(f"**{plain(titles.get(item.rule, item.rule))}**{f' :gray[{where}]' if where else ''}")
        st.markdown(f"This hides nothing: {plain(idle_words(item))}")
        _show_reason(item.because, [item], key, desk, catalog)


def _show_reason(because: str, hiding: list[Suppression], key: str, desk: Desk, catalog: Catalog) -> None:
    st.markdown(f":gray[Ignored because] {plain(because)}")
    st.button(
        "Let it speak again",
        key=key,
        type="tertiary",
        icon=":material/visibility:",
        on_click=heed,
        args=(desk, hiding, catalog),
    )


def fitting(finding: Finding, suppressions: Iterable[Suppression]) -> list[Suppression]:
    """All that keep the finding aside: it speaks again once none of them is left."""
    return [
        item for item in suppressions if item.rule == finding.rule and set(item.nodes) <= set(finding.nodes)
    ]


def heed(desk: Desk, items: Iterable[Suppression], catalog: Catalog) -> None:
    """Take the suppressions away."""
    changes = [RemoveSuppression(rule=item.rule, nodes=item.nodes) for item in items]
    change_board(desk, changes, "This is not ignored any more", st.session_state, catalog)
