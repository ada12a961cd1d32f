"""A design that was mended: what was changed, what that gained and costs, and what is left, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from designer.export.markdown import escape
from designer.export.repair_words import all_fix_words, effect_words, titled
from designer.export.terminal import WIDTH, Pen, clean, wrap
from designer.report import Report
from designer.rules.mending import Mended

NOTHING = "Nothing: there is no repair that does no harm."


@dataclass(frozen=True, slots=True, eq=False)
class Mending:
    """The report of the design as it was drawn, and what was done to it."""

    before: Report
    mended: Mended


def write_mending(mending: Mending, *, color: bool = False) -> str:
    """What was done as plain text with a final newline, 80 columns wide."""
    return "\n".join(_lines(mending, Pen(color=color))) + "\n"


def _lines(mending: Mending, pen: Pen) -> Iterator[str]:
    before = mending.before
    yield pen.bold("Mended")
    for finding in mending.mended.mended:
        yield f"  {pen.paint('✓', '32')} {clean(titled(finding, before.design), WIDTH - 4)}"
        yield from wrap(f"→ {all_fix_words(finding, before)}", "    ", hang="      ")
    yield from (line for words in summary(mending) for line in wrap(words, "  ", hang="    "))


def summary(mending: Mending) -> Iterator[str]:
    """Sentences: what all of it does together, and how much is left."""
    effect, left = mending.mended.effect, len(mending.mended.left)
    if effect is None:
        yield NOTHING
    else:
        gone = len(effect.fixed) - len(effect.added)
        fewer = [f"{gone} {'finding' if gone == 1 else 'findings'} fewer"] if gone > 0 else []
        yield f"Together: {'; '.join([*fewer, effect_words(effect, mending.before)])}."
    if left and effect is not None:
        yield f"{left} {'finding is' if left == 1 else 'findings are'} left, without a repair that does no harm."


def mending_markdown(mending: Mending) -> Iterator[str]:
    """What was done as a section of a Markdown document."""
    before = mending.before
    yield "## Mended"
    yield ""
    for finding in mending.mended.mended:
        yield f"- {escape(titled(finding, before.design))}: {escape(all_fix_words(finding, before))}"
    if mending.mended.mended:
        yield ""
    yield from (escape(words) for words in summary(mending))
