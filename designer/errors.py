"""One family of errors: what is wrong, where, what was expected, and a suggestion.

Every exception that may reach a user is a `DesignerError`. It carries its parts as attributes, so that a page
can lay them out, and prints as one readable block, so that a terminal can show it:

    cache.yaml:3:7: unknown field 'capasity'; did you mean 'capacity'?
      3 |   capasity: 5
        |   ^
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

EXCERPT_WIDTH = 96
"""Longest piece of a source line shown in an excerpt, in characters: it fits a terminal 110 wide."""

QUOTE_WIDTH = 60
"""Longest piece of somebody's text repeated in a message, in characters."""

_TAB = "    "
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a text file; `line` and `column` count from 1, the column in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class DesignerError(Exception):
    """Something a person has to put right.

    `message` says what is wrong in one sentence without its full stop, `where` in which file, `field` in
    which field (a dotted path such as `workloads[2].rate`), `expected` what would have been right,
    `suggestion` what was probably meant, `excerpt` shows the source line with a caret. `others` holds the
    further problems found in the same pass, after this one.

    A suggestion that takes a search may be given as a function: of thousands of errors few are ever shown.
    """

    def __init__(
        self,
        message: str,
        *,
        where: Location | None = None,
        field: str | None = None,
        expected: str | None = None,
        suggestion: str | Callable[[], str | None] | None = None,
        excerpt: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.field = field
        self.expected = expected
        self._suggestion = suggestion
        self.excerpt = excerpt
        self.others: list[DesignerError] = []

    @property
    def suggestion(self) -> str | None:
        """What was probably meant."""
        return self._suggestion() if callable(self._suggestion) else self._suggestion

    @property
    def headline(self) -> str:
        """The error on one line, safe to print: control characters are shown as escapes."""
        parts = [self.message if self.where is None else f"{self.where}: {self.message}"]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if suggestion := self.suggestion:
            parts.append(f"did you mean {quote(suggestion)}?")
        more = f" (and {len(self.others)} more)" if self.others else ""
        return escape("; ".join(parts)) + more

    def __str__(self) -> str:
        return self.headline if self.excerpt is None else f"{self.headline}\n{self.excerpt}"


class CatalogError(DesignerError):
    """A catalogue file cannot be used."""


class ScenarioError(DesignerError):
    """A scenario file cannot be used."""


class DesignError(DesignerError):
    """A design cannot be used."""


class NotationError(DesignError):
    """A design in the one-line notation cannot be read."""


class AnalysisError(DesignerError):
    """The engine cannot judge what it was given."""


class UnitError(DesignerError):
    """A text is not a quantity of the dimension asked for."""


class DocumentError(DesignerError):
    """A file cannot be read as a document, or a value cannot be written as one."""


class RenderError(DesignerError):
    """A picture cannot be drawn."""


class StoreError(DesignerError):
    """Attempts or boards cannot be stored or fetched."""


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to `word`, ignoring case, or None if nothing is near."""
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.casefold(), candidate)
    near = difflib.get_close_matches(word[:QUOTE_WIDTH].casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None


def escape(text: str) -> str:
    """`text` with line breaks, control characters and direction overrides shown as backslash escapes."""
    return "".join(_visible(character) for character in text)


def quote(value: object) -> str:
    """Somebody's value for use inside a message: text in quotes, escaped, cut to a readable length."""
    quoted = isinstance(value, str)
    # Cut before escaping as well: the text may be a megabyte long.
    text = escape(value[: QUOTE_WIDTH + 1] if isinstance(value, str) else repr(value))
    short = text if len(text) <= QUOTE_WIDTH else text[: QUOTE_WIDTH - 1] + "…"
    return f"'{short}'" if quoted else short


def draw_excerpt(source: str, line: int, column: int) -> str:
    """The source line, with its number `line`, and a caret under the character at `column` (from 1).

    Tabs are widened, wide characters (East Asian, emoji) count as two cells, combining ones as none, and a
    long line is cut around the caret.
    """
    at = min(max(column - 1, 0), len(source))
    start = max(0, at - EXCERPT_WIDTH // 2) if len(source) > EXCERPT_WIDTH else 0
    end = start + EXCERPT_WIDTH
    before, after = _drawn(source[start:at]), _drawn(source[at:end])
    left, right = "…" if start else "", "…" if end < len(source) else ""
    number = f"{line:>3}"
    caret = " " * (len(left) + sum(map(_cells, before))) + "^"
    return f"{number} | {left}{before}{after}{right}".rstrip() + f"\n{' ' * len(number)} | {caret}"


def _drawn(text: str) -> str:
    return escape(text.replace("\t", _TAB))


def _visible(character: str) -> str:
    if unicodedata.category(character) in _INVISIBLE_CATEGORIES or character in _BIDI_CONTROLS:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _cells(character: str) -> int:
    """How many terminal cells a character takes."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
