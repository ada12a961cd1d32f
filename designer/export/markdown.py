"""Somebody's text inside a Markdown document: escaped, so that it means itself."""

from __future__ import annotations

import re

from designer.export.terminal import clean

LONGEST = 10_000
"""Characters kept of one text; a cell with more is nothing anybody reads."""

_SPECIAL = re.compile(
    r"[\\`*\[\]<>#|~&$@{}!]|(?<![^\W_])_|_(?![^\W_])|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE
)
"""What could begin emphasis, code, a link, an image, HTML, a table cell, a formula or an address."""

_START = re.compile(r"^([-+=]|\d+(?=[.)](\s|$)))")
"""What makes a list, a rule or a heading at the start of a line."""


def escape(text: str) -> str:
    """`text` on one line, meaning itself: no markup, link, table cell or HTML can come of it."""
    marked = _SPECIAL.sub(lambda found: "\\" + found.group(), clean(text, LONGEST))
    return _START.sub(lambda found: _escape_start(found.group()), marked)


def _escape_start(start: str) -> str:
    # A digit cannot be escaped, but the dot or bracket after it can: the sign that follows is moved behind.
    return start + "\\" if start.isdigit() else "\\" + start


def code(text: str) -> str:
    """`text` as code, which shows every character as it is."""
    shown = clean(text, LONGEST)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    space = " " if "`" in shown or not shown else ""
    return f"{fence}{space}{shown}{space}{fence}"


def row(*cells: str) -> str:
    """One line of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"
