"""The notation on one line or several (docs/notation.md): nothing in it is guessed."""

from __future__ import annotations

import re

from designer.catalog.model import Catalog
from designer.design.notation import parse_notation
from designer.importing.model import Imported

NAME = "notation"
EXTENSIONS = (".notation",)

_COMMENT = re.compile(r"#[^\n]*")
_OPTIONS = re.compile(r"\[[^\[\]]*\]")
_NODE = r"[A-Za-z_][\w-]*(?:\s*:\s*[A-Za-z_]\w*)?(?:\s*\*\s*\d+)?"
_STEP = rf"{_NODE}(?:\s*,\s*{_NODE})*"
_LINE = re.compile(rf"\s*(?:@[^;\n]*[;\n]\s*)?{_STEP}\s*(?:(?<!-)>(?!>)\s*{_STEP}\s*)+(?:[;>,@]|\n|\Z)")
_LOOKED_AT = 2_000
"""Characters looked at: enough for the first chain."""


def recognise(text: str) -> bool:
    """Whether the text begins like a chain: names with `>` between them."""
    return _LINE.match(_OPTIONS.sub("", _COMMENT.sub("", text[:_LOOKED_AT]))) is not None


def read(text: str, origin: str, catalog: Catalog) -> Imported:
    """The design that the text describes. Raises NotationError with line and column."""
    return Imported(parse_notation(text, catalog, name=origin), NAME)
