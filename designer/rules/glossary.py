"""The glossary: what the words of the trade mean that rules use, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from designer.documents import load_file, validate
from designer.errors import DesignerError

FILE = Path(__file__).with_suffix(".yaml")
"""Where the words are."""


class Term(BaseModel):
    """A word, what it means, and where that is from if it is a definition. `forms` are other ways of writing it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    term: str
    means: str
    forms: tuple[str, ...] = ()
    source: str | None = None

    @property
    def title(self) -> str:
        """The word as a heading."""
        return self.term[:1].upper() + self.term[1:]

    @property
    def anchor(self) -> str:
        """Its place in a page, as in the address of a link."""
        return re.sub(r"[^a-z0-9 -]", "", self.term.lower()).replace(" ", "-")


class Piece(NamedTuple):
    """A part of a text: a word of the glossary or, where `term` is None, what stands between two of them."""

    text: str
    term: Term | None


class _Glossary(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: tuple[Term, ...]


@cache
def all_terms() -> tuple[Term, ...]:
    """Every word, in alphabetical order. Raises DesignerError where the file of words is not as it should be."""
    found = validate(_Glossary, load_file(FILE, error=DesignerError), error=DesignerError).terms
    return tuple(sorted(found, key=lambda item: item.term.lower()))


def pieces_of(text: str) -> Iterator[Piece]:
    """The text in pieces, which together are all of it. A word counts where it first stands, and not again."""
    forms, pattern = _forms()
    seen: set[str] = set()
    end = 0
    for match in pattern.finditer(text):
        term = forms[match["word"].lower()]
        if term.term in seen:
            continue
        seen.add(term.term)
        if match.start() > end:
            yield Piece(text[end : match.start()], None)
        yield Piece(match.group(), term)
        end = match.end()
    if end < len(text):
        yield Piece(text[end:], None)


@cache
def _forms() -> tuple[dict[str, Term], re.Pattern[str]]:
    """Each form with its word, and what finds them in a text: the longest first."""
    forms = {form.lower(): item for item in all_terms() for form in (item.term, *item.forms)}
    words = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return forms, re.compile(rf"(?<![\w-])(?P<word>{words})s?(?![\w-])", re.IGNORECASE)
