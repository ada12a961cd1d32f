"""Text for a terminal or a log: 80 columns, names made harmless, colours only when asked for."""

from __future__ import annotations

import unicodedata

WIDTH = 80
"""Columns a line may take. No terminal is narrower."""

ELLIPSIS = "…"

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NO_WIDTH = frozenset({"Mn", "Me"})
_MOST_MARKS = 4
"""Characters looked at for each column to be filled: more accents than that on one letter are mischief."""


class Pen:
    """Wraps text in terminal colours, or leaves it alone."""

    def __init__(self, *, color: bool = False) -> None:
        self._color = color

    def paint(self, text: str, code: str) -> str:
        """`text` between the codes that start a colour and end it; blank text stays as it is."""
        return f"\x1b[{code}m{text}\x1b[0m" if self._color and text.strip() else text

    def bold(self, text: str) -> str:
        return self.paint(text, "1")

    def dim(self, text: str) -> str:
        return self.paint(text, "2")

    def red(self, text: str) -> str:
        return self.paint(text, "31")


def columns(text: str) -> int:
    """Columns a terminal gives the text: wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def clean(text: str, width: int = WIDTH) -> str:
    """Somebody's text on one line, cut to `width` columns.

    Control characters, which could move the cursor, and marks which turn the line around are left out.
    """
    looked_at = text[: width * _MOST_MARKS + 1]
    shown = " ".join("".join(map(_harmless, looked_at)).split())
    if columns(shown) <= width and len(looked_at) == len(text):
        return shown
    room, kept = width - columns(ELLIPSIS), []
    for character in shown:
        room -= _cells(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + ELLIPSIS


def pad(text: str, width: int) -> str:
    """The text cleaned, and cut or filled to exactly `width` columns."""
    shown = clean(text, width)
    return shown + " " * (width - columns(shown))


def wrap(text: str, indent: str = "", *, hang: str | None = None, width: int = WIDTH) -> list[str]:
    """The text as lines of at most `width` columns; `hang` indents the lines after the first.

    A word longer than a line is cut. Text without words gives no line.
    """
    following = indent if hang is None else hang
    lines: list[str] = []
    line, room = "", width - len(indent)
    for word in text.split():
        shown = clean(word, width - max(len(indent), len(following)))
        needed = columns(shown) + (1 if line else 0)
        if line and needed > room:
            lines.append((following if lines else indent) + line)
            line, room = "", width - len(following)
            needed = columns(shown)
        line += f" {shown}" if line else shown
        room -= needed
    return [*lines, (following if lines else indent) + line] if line else lines


def _harmless(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return " " if character.isspace() else ""


def _cells(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
