"""Links from the words of the trade to what they mean, and from a rule's name to all that is said of it."""

from __future__ import annotations

from urllib.parse import quote

from designer.rules.glossary import pieces_of
from designer.ui.widgets.wording import plain

PAGE = "glossary"
"""The page of the glossary in the address; links to it open beside the board."""

RULES = "rules"
RULE = "rule"
"""The page of the rules in the address, and what names the rule to open there."""


def explained(text: str) -> str:
    """The text as Markdown, each word of the glossary a link to its meaning where it first stands."""
    return "".join(
        [_say(piece.text, None if piece.term is None else piece.term.anchor) for piece in pieces_of(text)]
    )


def _say(text: str, anchor: str | None) -> str:
    if anchor is not None:
        return f"[{plain(text)}]({PAGE}#{anchor})"
    before = " " if text.startswith(" ") else ""
    after = " " if text.strip() and text.endswith(" ") else ""
    return f"{before}{plain(text)}{after}"


def rule_link(rule: str) -> str:
    """The rule's id as a link to all that is said of it."""
    return f"[{plain(rule)}]({RULES}?{RULE}={quote(rule, safe='')})"
