"""What the verdicts hang on, as plain text, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from designer.analysis.model import Verdict
from designer.analysis.sensitivity import Sensitivity, Swing
from designer.export.report_text import COLORS, MARKS, value_text
from designer.export.terminal import WIDTH, Pen, columns, pad, wrap

HEADS = ("at worst", "now", "at best")
GAP = 2


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
    widths = _widths(sensitivity.swings)
    room = WIDTH - 4 - sum(widths) - GAP * len(widths)
    heads = "".join(f"{'':{GAP}}{head:>{width}}" for head, width in zip(HEADS, widths, strict=True))
    yield pen.bold(f"    {pad('Requirement', room)}{heads}")
    for swing in sensitivity.swings:
        yield from _swing(swing, widths, room, pen)


def _widths(swings: Sequence[Swing]) -> tuple[int, ...]:
    """How wide each column of values is: numbers are never cut."""
    rows = [[_text(verdict) for verdict in _verdicts(swing)] for swing in swings]
    return tuple(
        max([columns(head), *(columns(row[place]) for row in rows)]) for place, head in enumerate(HEADS)
    )


def _verdicts(swing: Swing) -> tuple[Verdict, Verdict, Verdict]:
    return swing.worst, swing.now, swing.best


def _text(verdict: Verdict) -> str:
    return f"{value_text(verdict)} {MARKS[verdict.state]}"


def _swing(swing: Swing, widths: Sequence[int], room: int, pen: Pen) -> Iterator[str]:
    now = swing.now.state
    cells = "".join(
        " " * (GAP + width - columns(_text(verdict))) + pen.paint(_text(verdict), COLORS[verdict.state])
        for verdict, width in zip(_verdicts(swing), widths, strict=True)
    )
    first, *rest = wrap(swing.title, width=room) or [""]
    yield f"  {pen.paint(MARKS[now], COLORS[now])} {pad(first, room)}{cells}"
    yield from (f"    {line}" for line in rest)
    yield from (pen.dim(line) for line in wrap(swing.reason, "      "))
