"""Two designs side by side in words: requirements, figures and findings, with what is better and what is worse."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from designer.analysis import Verdict
from designer.comparison import Comparison, Figures, Pair
from designer.design.model import Design
from designer.rules.model import Finding
from designer.ui.state import Desk
from designer.ui.widgets.hinges import marked, untold
from designer.ui.widgets.numbers import shown
from designer.ui.widgets.previews import finding_line
from designer.ui.widgets.requirements import limit_text, short
from designer.ui.widgets.status import multiple_text
from designer.ui.widgets.wording import plain, table, unbroken
from designer.units import Dimension

NOTHING = "—"
SAME = "="
BETTER, WORSE = "▲", "▼"
"""Signs beside the words: what is better points up, whichever way its number goes."""

MOST_LISTED = 12
"""Findings told in full in each list."""


def show_comparison(found: Comparison, desk: Desk) -> None:
    """Both designs, as far as the requirements were told."""
    told = told_pairs(found, is_told=desk.told and desk.scenario.id == found.after.scenario.id)
    with st.container(key="comparison"):
        st.markdown(headline(found, told))
        requirements, figures = st.columns(2, gap="medium")
        requirements.markdown(requirements_table(found, told))
        figures.markdown(figures_table(found))
        for place, (title, words) in zip(st.columns(3, gap="medium"), finding_lists(found), strict=True):
            place.markdown(f"**{title}**\n\n{words}")


def headline(found: Comparison, told: Sequence[Pair]) -> str:
    """What the second has over the first, in a sentence or two. Markdown."""
    gains, losses = (sum(pair.change == change for pair in told) for change in (1, -1))
    met = _joined(
        [
            f"meets {_requirements(gains)} more" if gains else "",
            f"misses {losses} that the first meets" if losses else "",
        ]
    )
    parts = [met or "meets the same requirements", _cost_words(found.cost)]
    findings = _joined([_findings(len(found.fixed), "mended"), _findings(len(found.new), "new")])
    return f"The second design {' and '.join(parts)}\\." + (f" {findings}\\." if findings else "")


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)


def _requirements(count: int) -> str:
    return "1 requirement" if count == 1 else f"{count} requirements"


def _findings(count: int, word: str) -> str:
    if not count:
        return ""
    return f"1 finding is {word}" if count == 1 else f"{count} findings are {word}"


def _cost_words(cost: Figures) -> str:
    amount = shown(abs(cost.difference or 0.0), Dimension.MONEY)
    if amount == shown(0.0, Dimension.MONEY):
        return "costs the same"
    return f"costs **{plain(amount)} {'more' if (cost.difference or 0.0) > 0 else 'less'}**"


def told_pairs(found: Comparison, *, is_told: bool) -> list[Pair]:
    """The requirements, without the hidden ones unless those were told."""
    return [pair for pair in found.requirements if is_told or not pair.after.hidden]


def requirements_table(found: Comparison, told: Sequence[Pair]) -> str:
    """Every requirement that was told under both designs. Markdown."""
    rows = [
        (
            f"{plain(pair.after.title)} :gray[{plain(limit_text(pair.after))}]",
            unbroken(marked(pair.before)),
            unbroken(marked(pair.after)),
            _verdict_change(pair),
        )
        for pair in told
    ]
    more = len(found.requirements) - len(told)
    words = table(("Requirement", "First", "Second", "Change"), rows)
    return f"{words}\n\n{untold(more)}" if more else words


def _verdict_change(pair: Pair) -> str:
    if pair.change:
        return f"**{BETTER} met**" if pair.change > 0 else f"**:red[{WORSE} missed]**"
    if marked(pair.before) == marked(pair.after):
        return SAME
    return _sign(_nearer(pair.before, pair.after))


def _nearer(before: Verdict, after: Verdict) -> float:
    if before.value is None or after.value is None:
        return 0.0 if before.value is after.value else (1.0 if before.value is None else -1.0)
    return before.value - after.value if after.at_most else after.value - before.value


def _sign(better: float) -> str:
    if better == 0.0 or math.isnan(better):
        return SAME
    return f":gray[{BETTER} better]" if better > 0 else f":gray[{WORSE} worse]"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of both designs, and how a value of it is written. `is_more_better` says which way is up."""

    name: str
    figures: Figures
    write: Callable[[float], str]
    is_more_better: bool

    @property
    def before(self) -> str:
        """The first design's value. Markdown."""
        return self._written(self.figures.before)

    @property
    def after(self) -> str:
        """The second design's value. Markdown."""
        return self._written(self.figures.after)

    @property
    def change(self) -> str:
        """Whether the second is better. Markdown."""
        difference = self.figures.difference
        if difference is None:
            return NOTHING if self.figures.before is None or self.figures.after is None else SAME
        return (
            SAME if self.before == self.after else _sign(difference if self.is_more_better else -difference)
        )

    def _written(self, value: float | None) -> str:
        return NOTHING if value is None else unbroken(plain(short(self.write(value))))


def figure_rows(found: Comparison) -> Iterator[Row]:
    """What both cost and carry, and how fast and how surely they answer each workload."""
    yield Row("Costs", found.cost, _writer(Dimension.MONEY), is_more_better=False)
    yield Row("Headroom", found.headroom, multiple_text, is_more_better=True)
    workloads = found.after.scenario.workloads
    for name, figures in found.p99.items():
        yield Row(f"{workloads[name].name}: p99", figures, _writer(Dimension.TIME), is_more_better=False)
    for name, figures in found.availability.items():
        yield Row(
            f"{workloads[name].name}: available", figures, _writer(Dimension.RATIO), is_more_better=True
        )
    yield Row("Score, of 100", found.score, "{:.0f}".format, is_more_better=True)


def _writer(dimension: Dimension) -> Callable[[float], str]:
    return lambda value: shown(value, dimension)


def figures_table(found: Comparison) -> str:
    """The figures of both designs. Markdown."""
    rows = [(plain(row.name), row.before, row.after, row.change) for row in figure_rows(found)]
    return table(("Figure", "First", "Second", "Change"), rows)


def finding_lists(found: Comparison) -> Iterator[tuple[str, str]]:
    """The findings that are mended, those that are new, and those of both, each with a heading. Markdown."""
    for word, findings, design in (
        ("Findings mended", found.fixed, found.before.design),
        ("Findings that are new", found.new, found.after.design),
        ("Findings of both", found.still, found.after.design),
    ):
        yield f"{word} ({len(findings)})", _listed(findings, design)


def _listed(findings: Sequence[Finding], design: Design) -> str:
    if not findings:
        return ":gray[None.]"
    lines = [
        f"{finding_line(item, design)}  \n:gray[:small[{plain(item.message)}]]"
        for item in findings[:MOST_LISTED]
    ]
    more = len(findings) - MOST_LISTED
    return "\n\n".join([*lines, f":gray[and {more} more]"] if more > 0 else lines)
