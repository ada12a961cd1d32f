"""What the rules found, in the order in which it is worth mending, and what became of the other rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import streamlit as st

from designer.catalog import Catalog
from designer.report import Report
from designer.rules.model import Finding
from designer.ui.looks import Seen
from designer.ui.state import Desk
from designer.ui.widgets.cards import Keyed, Place, show_card
from designer.ui.widgets.outcomes import show_outcomes
from designer.ui.widgets.safe_fixes import show_safe_fixes
from designer.ui.widgets.suppressions import show_ignored

MOST_SHOWN = 12
"""Cards shown at once: more at a time is not read."""


def show_findings(desk: Desk, catalog: Catalog) -> None:
    """The findings of the newest design, then what it ignores, what is right and what was not judged."""
    report = desk.ranked or desk.report
    if report is None:
        return
    seen = desk.look_at_findings()
    show_safe_fixes(report, desk, catalog)
    if line := news(seen):
        st.caption(line)
    if not report.findings:
        _show_nothing(report)
    place = Place(desk, report, seen, catalog)
    groups = grouped(report)
    for item, with_it in groups[:MOST_SHOWN]:
        show_card(item, with_it, place)
    if (more := len(groups) - MOST_SHOWN) > 0:
        st.caption(f"{more} more, once these are mended.")
    show_ignored(report, desk, catalog)
    show_outcomes(report)


def news(seen: Seen) -> str:
    """How many findings were mended and how many are new; nothing where nothing happened."""
    parts = [f"{len(items)} {word}" for items, word in ((seen.mended, "mended"), (seen.new, "new")) if items]
    return f"Since your last look: {', '.join(parts)}." if parts else ""


def grouped(report: Report) -> list[tuple[Keyed, list[Keyed]]]:
    """Each finding that stands by itself, with those that go away with its repair."""
    with_it: dict[str, list[Keyed]] = defaultdict(list)
    heads: list[Keyed] = []
    for key, finding in keyed(report.findings):
        cause = report.causes.get(finding.identity)
        (heads if cause is None else with_it[cause]).append((key, finding))
    # Of several findings at one place the first has them.
    return [((key, finding), with_it.pop(finding.identity, [])) for key, finding in heads]


def keyed(findings: Iterable[Finding]) -> Iterator[Keyed]:
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
