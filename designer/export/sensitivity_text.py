"""What the verdicts hang on, as plain text, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator

from designer.analysis.model import Verdict
from designer.analysis.sensitivity import Sensitivity, Swing
from designer.export.report_text import COLORS, MARKS, value_text
from designer.export.terminal import WIDTH, Pen, columns, pad, wrap

VALUE_COLUMNS = 14
TITLE_COLUMNS = WIDTH - 3 * (VALUE_COLUMNS + 2) - 4


def write_sensitivity(sensitivity: Sensitivity, *, color: bool = False) -> str:
    """Each requirement with all figures at the worse ends of their bands, as they are, and at the better ends."""
    pen = Pen(color=color)
    return "\n".join(_lines(sensitivity, pen)) + "\n"


def _lines(sensitivity: Sensitivity, pen: Pen) -> Iterator[str]:
    count = len(sensitivity.assumptions)
    yield pen.bold("What the verdicts hang on")
    known = "1 figure is" if count == 1 else f"{count} figures are"
    yield from wrap(
        f"{known} known only within a band. Each requirement is judged with all of them at the worse ends, as "
        "they are, and at the better ends.",
        "  ",
    )
    yield ""
    heads = "".join(f"  {head:>{VALUE_COLUMNS}}" for head in ("at worst", "now", "at best"))
    yield pen.bold(f"    {pad('Requirement', TITLE_COLUMNS)}{heads}")
    for swing in sensitivity.swings:
        yield from _swing(swing, pen)


def _swing(swing: Swing, pen: Pen) -> Iterator[str]:
    now = swing.now.state
    cells = "".join(_cell(verdict, pen) for verdict in (swing.worst, swing.now, swing.best))
    yield f"  {pen.paint(MARKS[now], COLORS[now])} {pad(swing.title, TITLE_COLUMNS)}{cells}"
    yield from (pen.dim(line) for line in wrap(swing.reason, "      "))


def _cell(verdict: Verdict, pen: Pen) -> str:
    text = f"{value_text(verdict)} {MARKS[verdict.state]}"
    room = " " * max(0, VALUE_COLUMNS - columns(text))
    return f"  {room}{pen.paint(text, COLORS[verdict.state])}"
