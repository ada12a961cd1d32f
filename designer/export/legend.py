"""The small print under a picture: what colours, dashes and widths mean, as far as this picture uses them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from designer.export.annotations import CardState
from designer.export.cards import UNUSED
from designer.export.drawing import Drawing
from designer.export.typeface import regular

SIZE = 9.5  # points
SAMPLE = 20  # width of the sign before a text
SAMPLE_GAP = 6
ENTRY_GAP = 18
LINE_HEIGHT = 16
LEAST_ROOM = 240  # a narrower picture is widened to this: one entry always fits

WORDS: tuple[tuple[CardState, str], ...] = (
    ("idle", "idle"),
    ("ok", "comfortable"),
    ("busy", "busy"),
    ("over", "overloaded"),
    ("off", UNUSED),
)


Sign = Literal["bar", "frame", "line", "dashes", "square", "outline"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One sign with its meaning; `x` and `y` are points from the legend's corner to where its text stands."""

    sign: Sign
    color: str
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Legend:
    """All entries and the height they take, in points."""

    entries: tuple[Entry, ...]
    height: float


def make_legend(drawing: Drawing, width: float) -> Legend:
    """The legend in lines of at most `width` points; empty when there is nothing to explain."""
    x, y = 0.0, float(LINE_HEIGHT)
    entries: list[Entry] = []
    room = max(width, LEAST_ROOM)
    for sign, color, text in _meanings(drawing):
        taken = SAMPLE + SAMPLE_GAP + regular().width(text, SIZE)
        if entries and x + taken > room:
            x, y = 0.0, y + LINE_HEIGHT
        entries.append(Entry(sign, color, text, x, y))
        x += taken + ENTRY_GAP
    return Legend(tuple(entries), y if entries else 0.0)


def _meanings(drawing: Drawing) -> Iterator[tuple[Sign, str, str]]:
    for state, word in WORDS:
        if state in drawing.states:
            signal = drawing.theme.signals[state]
            yield ("frame", signal.border, word) if signal.dashed else ("bar", signal.bar, word)
    if drawing.deferred:
        yield "dashes", drawing.theme.line, "nobody waits for it"
    if drawing.rated:
        yield "line", drawing.theme.line, "thicker: more requests"
    if False in drawing.machines:
        yield "square", drawing.theme.muted, "one machine"
    if True in drawing.machines:
        yield "outline", drawing.theme.muted, "one with a copy of its data"
