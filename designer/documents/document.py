"""What was read: plain data, the text it came from, and the place of every key and value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

from designer.errors import DesignerError, Location, draw_excerpt, quote

Place = tuple[str | int, ...]
"""The way from the root to a value: keys of mappings and indices of lists."""

Suggestion = str | Callable[[], str | None] | None
"""What was probably meant, or what finds it out when somebody wants to know."""

LINE_BREAK = re.compile(r"\r\n|[\n\r]")
"""The line breaks of YAML 1.2 and JSON."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document may be: bytes of text, depth of nesting, number of keys and values together."""

    max_bytes: int = 1_000_000
    max_depth: int = 32
    max_nodes: int = 100_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; line and column count from 1, the column in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Document:
    """A text that was read: its data, and where every value and key stands, by the way from the root."""

    name: str
    text: str
    data: Any
    positions: Mapping[Place, Position]
    key_positions: Mapping[Place, Position] = field(default_factory=dict)

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines of the text without their ends."""
        return LINE_BREAK.split(self.text)


def find_position(document: Document, path: Sequence[str | int], *, key: bool = False) -> Position:
    """Where the value at `path` begins (its key, if `key`), or else its nearest existing ancestor."""
    place = tuple(path)
    while place and place not in document.positions:
        place, key = place[:-1], False
    if key and place in document.key_positions:
        return document.key_positions[place]
    return document.positions.get(place, Position(1, 1))


def locate(document: Document, path: Sequence[str | int], *, key: bool = False) -> Location:
    """The location of the value at `path` (of its key, if `key`), or of the nearest ancestor that exists."""
    position = find_position(document, path, key=key)
    return Location(document.name, position.line, position.column)


def describe_path(path: Sequence[str | int]) -> str:
    """The path as people write it: `workloads[2].rate`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            # A key is somebody's text: quoted where it is no plain word, and cut to a readable length.
            word = part if re.fullmatch(r"[\w-]{1,60}", part) else quote(part)
            text += f".{word}" if text else word
    return text


def make_error(
    document: Document,
    position: Position,
    message: str,
    *,
    error: type[DesignerError],
    field: str | None = None,
    expected: str | None = None,
    suggestion: Suggestion = None,
) -> DesignerError:
    """The error at that position of the document, with its excerpt."""
    source = document.lines[position.line - 1] if position.line <= len(document.lines) else ""
    return error(
        message,
        where=Location(document.name, position.line, position.column),
        field=field or None,
        expected=expected,
        suggestion=suggestion,
        excerpt=draw_excerpt(source, position.line, position.column),
    )


def fail(
    document: Document,
    path: Sequence[str | int],
    message: str,
    *,
    error: type[DesignerError],
    expected: str | None = None,
    suggestion: Suggestion = None,
    key: bool = False,
) -> NoReturn:
    """Raise `error` at the value at `path` (its key, if `key`): for checks that a schema cannot express."""
    raise make_error(
        document,
        find_position(document, path, key=key),
        message,
        error=error,
        field=describe_path(path),
        expected=expected,
        suggestion=suggestion,
    )
