"""What became of the rules that found nothing: kept, or not judged, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from designer.report import Report
from designer.rules.model import Judgement, Outcome
from designer.rules.ruleset import ruleset_of
from designer.ui.widgets.wording import bullets, plain

BROKEN, OFF, NOTHING = "Could not be judged", "Switched off in this exercise", "Nothing to judge here"


def show_outcomes(report: Report) -> None:
    """Two folds: what is right, and what was not judged."""
    if report.praise:
        fold = st.expander(f"What is right ({len(report.praise)})", key="praise", on_change="rerun")
        if fold.open:
            # The titles name faults, and beside what is right they would read as such.
            fold.markdown(bullets(plain(item.message) for item in report.praise))
    unjudged = unjudged_of(report)
    if unjudged:
        number = sum(map(len, unjudged.values()))
        fold = st.expander(f"Not judged ({number})", key="unjudged", on_change="rerun")
        if fold.open:
            fold.markdown("\n\n".join(_told(unjudged)))


def unjudged_of(report: Report) -> Mapping[str, Sequence[Judgement]]:
    """The rules that gave no verdict, by the kind of reason; kinds without any are left out."""
    silenced = {asked.rule.id for asked in ruleset_of(report.scenario) if asked.silenced is not None}
    found: dict[str, list[Judgement]] = {BROKEN: [], OFF: [], NOTHING: []}
    for item in report.judgements:
        if item.outcome is Outcome.COULD_NOT_JUDGE:
            found[BROKEN].append(item)
        elif item.outcome is Outcome.NOT_APPLICABLE:
            found[OFF if item.rule in silenced else NOTHING].append(item)
    return {kind: items for kind, items in found.items() if items}


def _told(unjudged: Mapping[str, Sequence[Judgement]]) -> Iterator[str]:
    for kind, items in unjudged.items():
        yield f"**{kind}**\n\n{_listed(items)}"


def _listed(items: Sequence[Judgement]) -> str:
    return bullets(f"**{plain(item.title)}** {plain(item.message)}" for item in items)
