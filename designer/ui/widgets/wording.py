"""Words on a page: somebody's text made safe for Streamlit's Markdown, and the few shapes built from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from designer.errors import escape

MOST_TEXT = 4_000
"""Longest text shown in one piece, in characters."""

WORD_JOINER = "\u2060"
"""An invisible character that keeps a text from being taken for a link or an icon."""

_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")
_LINKS = re.compile(r"(https?:|ftp:|mailto:|www\.|@)", re.IGNORECASE)
_SHORTCODES = re.compile(r":(?=[\w+/-]+:)")
_DASHES = re.compile(r"-(?=-)")
_NAMED = re.compile(r"\n\s*\n")


def plain(text: str) -> str:
    """`text` as it is, on one line: none of it becomes markup, a link, an icon or a formula."""
    short = text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
    one_line = escape(" ".join(short.split()))
    apart = _SHORTCODES.sub(":" + WORD_JOINER, _LINKS.sub(r"\1" + WORD_JOINER, one_line))
    # Two hyphens in a row would become a dash, which `-->` and `--format` are not written with.
    return _SPECIAL.sub(r"\\\1", _DASHES.sub("-" + WORD_JOINER, apart))


def paragraphs(text: str) -> str:
    """Somebody's text with its blank lines kept."""
    return "\n\n".join(plain(part) for part in _NAMED.split(text[:MOST_TEXT].strip()))


def sentence(text: str) -> str:
    """A message, which has no full stop, as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def code(text: str) -> str:
    """`text` as a span of code."""
    shown = escape(" ".join(text.split())).replace("`", "'")
    return f"`{shown}`" if shown else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every cell is Markdown already, with its bars escaped (as `plain` does)."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(cells) for cells in rows)]
    return "\n".join(lines)


def bullets(items: Iterable[str]) -> str:
    """A list; the items are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def unbroken(text: str) -> str:
    """`text` on one line, such as a mark and its value in a narrow table."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def in_words(name: str) -> str:
    """A name of the program for people: `service_time_p99` is "Service time p99"."""
    return name.replace("_", " ").capitalize()


def group_name(group: str) -> str:
    """A group of components or of rules as a heading."""
    return "Machine learning" if group == "ml" else in_words(group)
