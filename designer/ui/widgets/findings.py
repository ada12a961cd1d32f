"""What the rules found: where, why, and the repair at one click."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import streamlit as st

from designer.catalog import Catalog
from designer.design.edit import describe
from designer.errors import DesignerError
from designer.report import Report
from designer.rules.model import Finding, Severity
from designer.ui.state import Desk
from designer.ui.widgets.unfolding import unfold
from designer.ui.widgets.wording import bullets, plain

ICONS = {
    Severity.ERROR: ":material/error:",
    Severity.WARNING: ":material/warning:",
    Severity.INFO: ":material/info:",
}
MOST_SHOWN = 12
"""Findings shown at once: more at a time is not read."""


def show_findings(desk: Desk, catalog: Catalog) -> None:
    """The findings of the newest design, the gravest first, then what is right."""
    report = desk.report
    if report is None:
        return
    if not report.findings:
        _show_nothing(report)
    for key, finding in keyed(report.findings[:MOST_SHOWN]):
        _show_finding(finding, key, desk, catalog)
    if (more := len(report.findings) - MOST_SHOWN) > 0:
        st.caption(f"{more} more, once these are mended.")
    _show_praise(report)


def keyed(findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each finding with a key of its own, the same one as long as it is found at the same place."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.identity] += 1
        yield f"{finding.severity.value}_{finding.identity}_{seen[finding.identity]}", finding


def _show_nothing(report: Report) -> None:
    if report.design.nodes:
        st.markdown(":material/check_circle: No rule finds a fault.")
    else:
        st.markdown(":gray[Nothing is drawn yet, so there is nothing to find.]")


def _show_finding(finding: Finding, key: str, desk: Desk, catalog: Catalog) -> None:
    with st.container(border=True, gap="xsmall", key=f"finding_{key}"):
        st.button(
            plain(finding.title),
            icon=ICONS[finding.severity],
            type="tertiary",
            key=f"select_{key}",
            help="Show where on the board",
            wrap=True,
            on_click=point_at,
            args=(desk, finding),
        )
        st.markdown(plain(finding.message))
        with st.container(horizontal=True, gap="small"):
            if finding.fix:
                _show_fix(finding, key, desk, catalog)
            why = st.popover("Why", type="tertiary", key=f"why_{key}", on_change="rerun")
            if why.open:
                why.markdown(_reasons(finding))


def _show_fix(finding: Finding, key: str, desk: Desk, catalog: Catalog) -> None:
    st.button(
        "Apply fix",
        key=f"fix_{key}",
        icon=":material/build:",
        help=plain(fix_in_words(finding, desk, catalog)),
        on_click=mend,
        args=(desk, finding, catalog),
    )


def fix_in_words(finding: Finding, desk: Desk, catalog: Catalog) -> str:
    """What the fix does, change by change."""
    if desk.report is None:
        return ""
    return "; ".join(describe(change, desk.report.design, catalog) for change in finding.fix)


def _reasons(finding: Finding) -> str:
    parts = [plain(finding.why)]
    if finding.fix_words:
        parts.append(f"**Mend it** {plain(finding.fix_words)}")
    if finding.arithmetic is not None:
        parts.append(unfold(finding.arithmetic))
    if finding.sources:
        parts += ["**Sources**", bullets(plain(source) for source in finding.sources)]
    parts.append(f":gray[:small[Rule {plain(finding.rule)}]]")
    return "\n\n".join(parts)


def _show_praise(report: Report) -> None:
    if report.praise:
        fold = st.expander(f"What is right ({len(report.praise)})", key="praise", on_change="rerun")
        if fold.open:
            fold.markdown(bullets(f"**{plain(item.title)}** {plain(item.message)}" for item in report.praise))


def point_at(desk: Desk, finding: Finding) -> None:
    """Select the finding's nodes and connections on the board."""
    desk.command("select", nodes=list(finding.nodes), connections=list(finding.connections))


def mend(desk: Desk, finding: Finding, catalog: Catalog) -> None:
    """Put the finding's fix on the board; one that does not go becomes a notice."""
    try:
        desk.mend(finding.fix, catalog)
    except DesignerError as error:
        desk.notice = f"The fix does not go here any more: {error.headline}."
