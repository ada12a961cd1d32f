"""The colours that people give to groups and notes, as the board has them, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from designer.design.model import Color, Note, NoteKind
from designer.export.annotations import ThemeName
from designer.export.themes import THEMES

HUES: Mapping[Color, str] = {
    Color.GRAY: "#7d8590",
    Color.RED: "#d64550",
    Color.ORANGE: "#e07b29",
    Color.YELLOW: "#d9a90f",
    Color.GREEN: "#3d9a50",
    Color.TEAL: "#1d9a94",
    Color.BLUE: "#3b7fdb",
    Color.PURPLE: "#8a5cd6",
    Color.PINK: "#d5569b",
}
"""The board's (zones.css). What is drawn in them is mixed with the page and with the ink, as there."""

NOTE_COLOR = Color.YELLOW  # of a piece of paper for which none was chosen
GROUP_SHARE, PAPER_SHARE = 0.13, {"light": 0.16, "dark": 0.30}
"""How much of the hue is in the ground of a group and of a piece of paper; the rest is the page."""

LINE_SHARE = 0.5
NAME_SHARE, PAPER_INK_SHARE = 0.45, 0.3
"""How much of the hue is in a group's name, which free words share, and in what is written on paper."""


@dataclass(frozen=True, slots=True)
class Tint:
    """One colour as it is drawn. Texts keep a contrast of 4.5:1 with what they stand on."""

    ground: str  # of a group
    line: str  # around a group or a piece of paper
    name: str  # of a group; also words that stand on the page itself
    paper: str
    paper_ink: str


@cache
def tint(color: Color, theme: ThemeName) -> Tint:
    """How a colour looks in light or in dark."""
    hue, page, ink = HUES[color], THEMES[theme].page, THEMES[theme].ink
    return Tint(
        ground=_mix(hue, page, GROUP_SHARE),
        line=_mix(hue, page, LINE_SHARE),
        name=_mix(hue, ink, NAME_SHARE),
        paper=_mix(hue, page, PAPER_SHARE[theme]),
        paper_ink=_mix(hue, ink, PAPER_INK_SHARE),
    )


def paper(note: Note, theme: ThemeName) -> Tint | None:
    """The colours of the paper that a note stands on; None for free words."""
    return tint(note.color or NOTE_COLOR, theme) if note.kind is NoteKind.STICKY else None


def words_ink(note: Note, theme: ThemeName) -> str:
    """The colour of free words: that of all words, unless one was chosen."""
    return THEMES[theme].ink if note.color is None else tint(note.color, theme).name


def _mix(one: str, other: str, share: float) -> str:
    """A colour with `share` of the first and the rest of the other, each `#rrggbb`."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in parts)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
