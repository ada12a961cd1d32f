"""The glossary as a Markdown page, and texts with links to it."""

from __future__ import annotations

from designer.export.markdown import escape
from designer.rules.glossary import Term, all_terms, pieces_of

_COMMAND = "designer glossary --write docs/glossary.md"


def write_glossary() -> str:
    """Every word with what it means, with a final newline."""
    lines = [
        "# Glossary",
        "",
        f"<!-- Written by `{_COMMAND}` from the file of words. -->",
        "",
        "What the words of the trade mean that the [rules](rules/README.md) use.",
    ]
    for item in all_terms():
        lines += ["", f"## {escape(item.title)}", "", escape(_meaning(item))]
    return "\n".join(lines) + "\n"


def _meaning(item: Term) -> str:
    return item.means if item.source is None else f"{item.means} ({item.source})"


def linked(text: str, page: str) -> str:
    """The text as Markdown, each word of the glossary a link to its place in `page` where it first stands."""
    said = []
    for piece in pieces_of(text):
        if piece.term is None:
            before, words, after = _apart(piece.text)
            said.append(f"{before}{escape(words)}{after}")
        else:
            said.append(f"[{escape(piece.text)}]({page}#{piece.term.anchor})")
    return "".join(said)


def list_terms() -> str:
    """Every word with what it means, for a terminal; with a final newline."""
    return "".join(f"{item.term}: {_meaning(item)}\n" for item in all_terms())


def _apart(text: str) -> tuple[str, str, str]:
    """The spaces before and after a piece, which escaping takes away, and what is between them."""
    words = text.strip(" ")
    before = " " if text.startswith(" ") else ""
    return before, words, " " if words and text.endswith(" ") else ""
