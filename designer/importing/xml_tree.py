"""XML as a tree of elements with their places, from text that nobody vouches for.

A text with a document type is refused at its first sign: entities, which can grow without end or name files, are
declared nowhere else. Depth and number of elements are limited while it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # a parser of its own: refusals come before anything is built

from designer.documents import Document, Position
from designer.documents.document import make_error
from designer.errors import DesignerError, DesignError

MAX_DEPTH = 64
MAX_ELEMENTS = 100_000


@dataclass
class Element:
    """An element, and what stands in it; `text` is all text directly in it."""

    tag: str
    attributes: Mapping[str, str]
    position: Position
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def every(self, tag: str) -> Iterator[Element]:
        """The elements of that name in it, itself among them, in their order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if element.tag == tag:
                yield element
            waiting.extend(reversed(element.children))


def read_tree(document: Document) -> Element:
    """The root element of the document's text. Raises DesignError with line and column."""
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        # What is given is characters already: whatever encoding the text names, it is UTF-8 now.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._open: list[Element] = []
        self._count = 0
        self._root: Element | None = None

    def read(self) -> Element:
        try:
            self._parser.Parse(self._document.text.encode("utf-8", "replace"), True)
        except expat.ExpatError as problem:
            reason = expat.ErrorString(problem.code)
            position = Position(problem.lineno, problem.offset + 1)
            raise self._refusal(position, f"this is not valid XML ({reason})") from None
        if self._root is None:
            raise self._refusal(Position(1, 1), "there is no element in this XML")
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, self._position())
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise self._refusal(element.position, f"there are more than {MAX_ELEMENTS:,} elements")
        if len(self._open) >= MAX_DEPTH:
            raise self._refusal(element.position, f"elements are nested more than {MAX_DEPTH} levels deep")
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _finish(self, _tag: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def _refuse_doctype(self, *_: Any) -> None:
        raise self._refusal(
            self._position(), "a document type (<!DOCTYPE>) is not allowed", "XML without one"
        )

    def _position(self) -> Position:
        # The parser counts columns in bytes; in lines with other letters the caret may stand too far right.
        return Position(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _refusal(self, position: Position, message: str, expected: str | None = None) -> DesignerError:
        return make_error(self._document, position, message, error=DesignError, expected=expected)
