"""One finding as a card: what is wrong and where, with folds for its repair, its reasons, and setting it aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from designer.catalog import Catalog
from designer.report import Report
from designer.rules.effects import Effect, try_fix
from designer.rules.model import Finding
from designer.ui.looks import Seen
from designer.ui.moves import change_board
from designer.ui.state import Desk, take_in
from designer.ui.widgets.glossary import explained, rule_link
from designer.ui.widgets.previews import (
    ICONS,
    changes_in_words,
    finding_changes,
    outcome,
    places,
    requirement_changes,
)
from designer.ui.widgets.suppressions import ask_reason
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import bullets, plain

Keyed = tuple[str, Finding]
"""A finding with the key its parts on the page go by."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the cards of one run are drawn from."""

    desk: Desk
    report: Report  # with the findings ranked
    seen: Seen
    catalog: Catalog


def show_card(item: Keyed, with_it: Sequence[Keyed], place: Place) -> None:
    """The finding and, below it, those that go away with its repair."""
    key, finding = item
    with st.container(border=True, gap="xsmall", key=f"finding_{key}"):
        title = f"**{plain(finding.title)}**{_mark(finding, place)}"
        _show_pointer(title, ICONS[finding.severity], f"select_{key}", finding, place)
        _show_body(item, place)
        if with_it:
            st.markdown(":gray[Goes away with it:]")
        for other in with_it:
            _show_other(other, place)


def _show_other(item: Keyed, place: Place) -> None:
    key, finding = item
    where = places(finding.nodes, place.report.design)
    label = f"{plain(finding.title)}{f' ({plain(where)})' if where else ''}{_mark(finding, place)}"
    fold = st.expander(
        label, type="compact", key=f"other_{key}", icon=ICONS[finding.severity], on_change="rerun"
    )
    if fold.open:
        with fold, st.container(gap="xsmall", key=f"finding_{key}"):
            _show_body(item, place)
            _show_pointer("Show on the board", ":material/ads_click:", f"show_{key}", finding, place)


def _show_pointer(label: str, icon: str, key: str, finding: Finding, place: Place) -> None:
    st.button(
        label,
        icon=icon,
        type="tertiary",
        key=key,
        help="Show where on the board",
        wrap=True,
        on_click=point_at,
        args=(place.desk, finding),
    )


def _mark(finding: Finding, place: Place) -> str:
    return " :primary-badge[new]" if finding.identity in place.seen.new else ""


def _show_body(item: Keyed, place: Place) -> None:
    key, finding = item
    st.markdown(plain(finding.message))
    with st.container(horizontal=True, gap="small", key=f"actions_{key}"):
        if finding.fix:
            _show_fix(item, place)
        why = st.popover("Why", type="tertiary", key=f"why_{key}", on_change="rerun")
        if why.open:
            why.markdown(_reasons(finding))
        ask_reason(finding, key, place.desk, place.catalog)


def _show_fix(item: Keyed, place: Place) -> None:
    key, finding = item
    fold = st.popover("Fix", key=f"fix_{key}", icon=":material/build:", on_change="rerun")
    if not fold.open:
        return
    with fold, st.container(key=f"preview_{key}", gap="small"):
        st.markdown(changes_in_words(finding.fix, place.report.design, place.catalog))
        effect = effect_of(finding, place.report)
        if effect is None:
            st.markdown(":material/block: The drawing as it is does not take this fix\\.")
            return
        st.markdown(outcome(effect))
        st.button(
            "Apply fix",
            key=f"apply_{key}",
            type="primary",
            icon=":material/check:",
            on_click=mend,
            args=(place.desk, finding, key, place.catalog),
        )
        st.markdown(requirement_changes(place.report.verdicts, effect.analysis.verdicts, place.desk))
        st.markdown(finding_changes(effect, place.report, place.catalog))


def effect_of(finding: Finding, report: Report) -> Effect | None:
    """What the fix does; of a large drawing not every fix was tried for the ranking. None where it does not go."""
    found = (report.effects or {}).get(finding.identity)
    return found or try_fix(report.analysis, report.findings, finding)


def _reasons(finding: Finding) -> str:
    parts = [explained(finding.why)]
    if finding.fix_words:
        parts.append(f"**Mend it** {explained(finding.fix_words)}")
    if finding.arithmetic is not None:
        parts.append(unfold(finding.arithmetic))
    if finding.sources:
        parts += ["**Sources of the rule**", bullets(plain(source) for source in finding.sources)]
    parts.append(f":small[Rule {rule_link(finding.rule)}]")
    return "\n\n".join(parts)


def point_at(desk: Desk, finding: Finding) -> None:
    """Select the finding's nodes and connections on the board."""
    desk.command("select", nodes=list(finding.nodes), connections=list(finding.connections))


def mend(desk: Desk, finding: Finding, key: str, catalog: Catalog) -> None:
    """Put the finding's fix on the board, if the newest drawing still has that finding."""
    take_in(desk, st.session_state, catalog)
    st.session_state[f"fix_{key}"] = False
    if desk.report is None or finding not in desk.report.findings:
        desk.notice = "The drawing has changed since this fix was tried, so it was not applied."
        return
    change_board(desk, finding.fix, "The fix does not go here any more", st.session_state, catalog)
