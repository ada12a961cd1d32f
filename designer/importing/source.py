"""A text that is being read, and errors that point into it."""

from __future__ import annotations

from bisect import bisect_right

from designer.documents import Document, Position
from designer.documents.document import LINE_BREAK, make_error
from designer.errors import DesignerError, DesignError


class Source:
    """A text with its name; places in it are indices of characters."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.document = Document(name, text, None, {})
        self._line_starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]

    def position(self, index: int) -> Position:
        """Line and column of the character."""
        line = bisect_right(self._line_starts, index)
        return Position(line, index - self._line_starts[line - 1] + 1)

    def refusal(
        self, index: int, message: str, expected: str | None = None, suggestion: str | None = None
    ) -> DesignerError:
        """The error that points at the character."""
        return make_error(
            self.document,
            self.position(index),
            message,
            error=DesignError,
            expected=expected,
            suggestion=suggestion,
        )
