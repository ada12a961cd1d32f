"""Somebody's text made fit to be drawn: cleaned, broken into lines, and escaped for Graphviz.

Graphviz reads a label that starts with `<` as its own HTML, in which an image may name any file, and expands
backslash sequences such as `\\N`. Nothing a user typed reaches it unescaped.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator

from designer.export.typeface import MISSING, Typeface

ELLIPSIS = "…"
LONGEST_TEXT = 400
"""Longer texts are cut before anything else is done with them, in characters."""

_SPACES = frozenset({"Zs", "Zl", "Zp", "Cc"})
_UNDRAWABLE = frozenset({"Cs", "Co", "Cn"})
_JOINERS = frozenset("\u200c\u200d")
_NO_CHARACTER = 0xFFFE  # the last two of every plane are none, and XML refuses them
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))


def clean(text: str) -> str:
    """`text` on one line: control characters and line breaks become spaces, direction overrides go."""
    composed = unicodedata.normalize("NFC", text[:LONGEST_TEXT])
    return " ".join("".join(map(_drawable, composed)).split())


def plain(text: str) -> str:
    """`text` on one line for programs that draw with fonts of their own: only what cannot be seen is left out.

    What joins the parts of one sign, as in many emoji, stays.
    """
    return " ".join("".join(map(_visible, unicodedata.normalize("NFC", text))).split())


def escape(text: str) -> str:
    """`text` for use inside a Graphviz HTML-like label, where it stands for itself."""
    # The XML escape is undone by the parser before backslash sequences are expanded: both are needed.
    return html.escape(text).replace("\\", "\\\\")


def wrap(text: str, face: Typeface, size: float, width: float, *, lines: int) -> tuple[str, ...]:
    """`text` in up to `lines` lines of up to `width`, in the unit of `size`; the rest becomes an ellipsis."""
    made: list[str] = []
    rest = clean(text)
    while rest:
        if len(made) == lines - 1:
            return (*made, shorten(rest, face, size, width))
        head, rest = _split(rest, face, size, width)
        made.append(head)
    return tuple(made)


def shorten(text: str, face: Typeface, size: float, width: float) -> str:
    """`text` if it fits into `width`, otherwise as much of it as fits with an ellipsis."""
    if face.width(text, size) <= width:
        return text
    room = width - face.width(ELLIPSIS, size)
    return text[: _fitting(text, face, size, room)].rstrip() + ELLIPSIS


def _split(text: str, face: Typeface, size: float, width: float) -> tuple[str, str]:
    """The first line and the rest, broken at a space, after a hyphen or slash, or within a word too long."""
    count = _fitting(text, face, size, width)
    if count == len(text):
        return text, ""
    break_at = max((place for place in _breaks(text) if place <= count), default=max(count, 1))
    return text[:break_at].rstrip(), text[break_at:].lstrip()


def _breaks(text: str) -> Iterator[int]:
    for place in range(1, len(text)):
        if text[place] == " " or text[place - 1] in "-_/.:>":
            yield place


def _fitting(text: str, face: Typeface, size: float, width: float) -> int:
    """How many characters of `text` fit into `width`."""
    used = 0.0
    for count, character in enumerate(text):
        used += face.width(character, size)
        if used > width:
            return count
    return len(text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    if category == "Cs" or ord(character) & _NO_CHARACTER == _NO_CHARACTER:
        return MISSING
    return "" if category == "Cf" and character not in _JOINERS else character


def _drawable(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    if category in _UNDRAWABLE:
        return MISSING
    return "" if category == "Cf" or character in _SELECTORS else character
