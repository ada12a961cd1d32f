"""The style sheets of the page and of the board: what they must not ask of the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from designer.ui import app
from designer.ui.pages import embed

BOARD = Path(app.__file__).parent / "canvas" / "frontend" / "src" / "styles"
SHEETS = [app.STYLE, embed.STYLE, *sorted(BOARD.glob("*.css"))]

WHOLE = re.compile(r"(?:\A|[{},;]|\*/)\s*((?:body|html|:root|\.stApp|\.wb(?![\w-]))[^\s{},>+~]*:has\([^{]*)")
"""A selector that asks the whole page, or the whole board, what is in it."""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_asks_a_whole_page_what_is_in_it(sheet: Path) -> None:
    """The browser would work out the styles of everything below it, thousands of cards and lines, at every change."""
    assert WHOLE.findall(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "rule",
    [
        '.stApp:has(.st-key-embed) [data-testid="stHeader"] { display: none; }',
        'a { color: red; }\n.wb[data-compact="true"]:has(.wb-strip) .wb-toasts { bottom: 0; }',
        "/* Why. */\nbody:has(dialog) p { margin: 0; }",
    ],
)
def test_such_a_rule_would_be_found(rule: str) -> None:
    assert len(WHOLE.findall(rule)) == 1
