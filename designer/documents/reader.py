"""Reading: from a file or a text to a `Document`, or to one clear error.

PyYAML's event parser does the lexing; the data is built here, with the scalars of YAML 1.2's core schema
(`yes`, `on`, dates, `1_000` and `12:30` are text), so that nothing turns into a surprise. Events rather than
nodes, because depth and size are then checked before anything recurses.
"""

from __future__ import annotations

import json
import math
import re
import stat
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from designer.documents.document import (
    DEFAULT_LIMITS,
    LINE_BREAK,
    Document,
    Limits,
    Place,
    Position,
    make_error,
)
from designer.documents.syntax import explain
from designer.errors import QUOTE_WIDTH, DesignerError, DocumentError, quote

MAX_NUMBER_LENGTH = 400
"""Longest number in characters: a finite float has fewer digits, and Python refuses integers over 4,300."""

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TAG_DIRECTIVE = re.compile(r"^%TAG\b", re.MULTILINE)
"""Tags are refused anyway; thousands of directives would keep the parser busy for minutes before one is
met."""

_LOST = len(r"\ud83d\ude00") - len(r"\U0001f600")
"""Characters saved by writing a pair of JSON's escapes as one of YAML's."""

_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def load_file(
    path: Path, *, error: type[DesignerError] = DocumentError, limits: Limits = DEFAULT_LIMITS
) -> Document:
    """Read a YAML or JSON file. Raises `error` if it cannot be read, is too large or no such document."""
    return load_text(read_bytes(path, error=error, limits=limits), str(path), error=error, limits=limits)


def read_bytes(
    path: Path, *, error: type[DesignerError] = DocumentError, limits: Limits = DEFAULT_LIMITS
) -> bytes:
    """What is in the file. Raises `error` if it cannot be read or is too large."""
    name = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise error(f"{_quote_end(name)} is a directory", expected="a file")
        if not stat.S_ISREG(status.st_mode):
            raise error(f"{_quote_end(name)} is not an ordinary file", expected="a file")
        if status.st_size > limits.max_bytes:
            raise _too_large(name, limits, error)
        with path.open("rb") as file:
            # The file may grow between the two calls: never read more than the limit tells apart.
            return file.read(limits.max_bytes + 1)
    except FileNotFoundError:
        raise error(f"there is no file {_quote_end(name)}") from None
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise error(f"the file {_quote_end(name)} cannot be read ({reason})") from None


def load_text(
    text: str | bytes,
    name: str,
    *,
    error: type[DesignerError] = DocumentError,
    limits: Limits = DEFAULT_LIMITS,
    aliases: bool = False,
) -> Document:
    """Read YAML or JSON text; `name` stands in every error as the name of the file. Raises `error`.

    With `aliases`, `*name` stands for the value at `&name` before it, which is one and the same object in the data
    and counts against the limits each time.
    """
    source = _Source(name, admit(text, name, error=error, limits=limits), error)
    source.refuse_unparsable()
    return _Builder(source, limits, aliases=aliases).build()


def admit(
    text: str | bytes,
    name: str,
    *,
    error: type[DesignerError] = DocumentError,
    limits: Limits = DEFAULT_LIMITS,
) -> str:
    """The text as characters, without a byte order mark. Raises `error` if it is too large or not UTF-8."""
    if len(text) > limits.max_bytes:
        raise _too_large(name, limits, error)
    if isinstance(text, bytes):
        text = _decode(text, name, error)
    elif len(text.encode("utf-8", "replace")) > limits.max_bytes:
        raise _too_large(name, limits, error)
    return text.removeprefix("\ufeff")


def resolve(text: str) -> Any:
    """The value of an unquoted scalar: null, a boolean, a number, or else the text itself.

    Raises ValueError for a number too long or too large to be one.
    """
    if text in _WORDS:
        return _WORDS[text]
    integer = _INTEGER.fullmatch(text) is not None
    if not integer and not _FLOAT.fullmatch(text):
        return text
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError("this number is too long")
    if integer:
        return int(text)
    number = float(text)
    if math.isinf(number):
        raise ValueError("this number is too large")
    return number


def _quote_end(name: str) -> str:
    """A path in quotes, cut at its beginning when it is long: its end tells more."""
    return quote(name if len(name) <= QUOTE_WIDTH else f"…{name[1 - QUOTE_WIDTH :]}")


def _too_large(name: str, limits: Limits, error: type[DesignerError]) -> DesignerError:
    return error(f"{_quote_end(name)} is too large", expected=f"at most {limits.max_bytes:,} bytes")


def _decode(content: bytes, name: str, error: type[DesignerError]) -> str:
    if b"\0" in content:
        raise error(f"{_quote_end(name)} is a binary file", expected="text in UTF-8")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise error(
            f"{_quote_end(name)} is not text in UTF-8 (line {line})", expected="text in UTF-8"
        ) from None


def _join_surrogates(text: str) -> tuple[str, list[int]]:
    r"""JSON text with `\ud83d\ude00` written as `\U0001f600`, and the indices where the new escapes end.

    JSON writes characters beyond 16 bits as two escapes, which YAML does not know. Only text that is JSON is
    changed: elsewhere a backslash may stand for itself.
    """
    if not _SURROGATES.search(text):
        return text, []
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text, []
    ends: list[int] = []

    def join(match: re.Match[str]) -> str:
        high, low = int(match[2], 16), int(match[3], 16)
        joined = f"{match[1]}\\U{0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF):08x}"
        ends.append(match.start() - _LOST * len(ends) + len(joined))
        return joined

    return _SURROGATES.sub(join, text), ends


class _Source:
    """A text with its name, and the errors that point into it."""

    def __init__(self, name: str, text: str, error: type[DesignerError]) -> None:
        self.error = error
        self.document = Document(name, text, None, {})
        self.parsed, self._ends = _join_surrogates(text)
        self._line_starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]

    def position(self, index: int) -> Position:
        """The position of a character of the parsed text, as a place in the text as it was given."""
        return self._position_as_given(index + _LOST * bisect_right(self._ends, index))

    def _position_as_given(self, index: int) -> Position:
        line = bisect_right(self._line_starts, index)
        return Position(line, index - self._line_starts[line - 1] + 1)

    def refusal(self, position: Position, message: str, expected: str | None = None) -> DesignerError:
        return make_error(self.document, position, message, error=self.error, expected=expected)

    def refuse_unparsable(self) -> None:
        """Refuse what must not even reach the parser."""
        text = self.document.text
        if found := _FORBIDDEN.search(text):
            position = self._position_as_given(found.start())
            message = f"the character U+{ord(found[0]):04X} is not allowed"
            raise self.refusal(position, message, "text without control characters")
        if found := _TAG_DIRECTIVE.search(text):
            raise self.refusal(
                self._position_as_given(found.start()), "a %TAG line is not allowed", "no tags"
            )

    def events(self) -> Iterator[Any]:
        """The parser's events. Its complaints are translated into our errors."""
        try:
            yield from yaml.parse(self.parsed, Loader=_Loader)
        except yaml.MarkedYAMLError as problem:
            index, message, expected = explain(problem, self.parsed)
            raise self.refusal(self.position(index), message, expected) from None
        except yaml.YAMLError:
            raise self.refusal(Position(1, 1), "this is not valid YAML") from None


class _Anchored(NamedTuple):
    """A value with a name: how many keys and values it has in all, and how many levels."""

    value: Any
    nodes: int
    height: int


class _Builder:
    """Builds data from events, noting positions."""

    def __init__(self, source: _Source, limits: Limits, *, aliases: bool = False) -> None:
        self.source = source
        self.limits = limits
        self.aliases = aliases
        self.anchors: dict[str, _Anchored] = {}
        self.events = source.events()
        self.nodes = 0
        self.deepest = 0
        self.positions: dict[Place, Position] = {}
        self.key_positions: dict[Place, Position] = {}

    def build(self) -> Document:
        data = self._document()
        source = self.source.document
        return Document(source.name, source.text, data, self.positions, self.key_positions)

    def _document(self) -> Any:
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self.positions[()] = Position(1, 1)
            return None
        data = self._value(next(self.events), ())
        next(self.events)  # the end of the document
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise self._refusal(following, "a second document begins here", "one document in a file")
        return data

    def _value(self, event: Any, place: Place) -> Any:
        self._admit(event)
        self.positions[place] = self.source.position(event.start_mark.index)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, len(place))
        if event.anchor is None:
            return self._plain(event, place)
        nodes, deepest, self.deepest = self.nodes, self.deepest, len(place)
        value = self._plain(event, place)
        self.anchors[event.anchor] = _Anchored(value, self.nodes - nodes, self.deepest - len(place))
        self.deepest = max(deepest, self.deepest)
        return value

    def _plain(self, event: Any, place: Place) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        self._deepen(event, len(place) + 1)
        return self._mapping(place) if isinstance(event, yaml.MappingStartEvent) else self._sequence(place)

    def _alias(self, event: Any, depth: int) -> Any:
        """The value named before, counted as if it were written out: a bomb of aliases is too large."""
        if event.anchor not in self.anchors:
            message = f"there is no '&{event.anchor[:QUOTE_WIDTH]}' before this"
            raise self._refusal(event, message, "a name that was given to a whole value above")
        anchored = self.anchors[event.anchor]
        self._count(event, anchored.nodes)
        self._deepen(event, depth + anchored.height)
        return anchored.value

    def _deepen(self, event: Any, depth: int) -> None:
        if depth > self.limits.max_depth:
            raise self._refusal(event, f"this is nested more than {self.limits.max_depth} levels deep")
        self.deepest = max(self.deepest, depth)

    def _sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            here = (*place, key)
            if key in result:
                first = self.key_positions[here].line
                raise self._refusal(event, f"the key {quote(key)} is written twice, first in line {first}")
            self.key_positions[here] = self.source.position(event.start_mark.index)
            result[key] = self._value(next(self.events), here)
        return result

    def _key(self, event: Any) -> str:
        self._admit(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refusal(event, "a key cannot be a list or a mapping", "text as key")
        key = self._scalar(event)
        if isinstance(key, str):
            return key
        shown = "empty" if event.value == "" else event.value
        raise self._refusal(
            event, f"a key must be text, not {shown[:60]}", "text as key, in quotes if need be"
        )

    def _scalar(self, event: Any) -> Any:
        value: str = event.value
        if not event.implicit[0]:
            return value
        try:
            return resolve(value)
        except ValueError as problem:
            raise self._refusal(event, str(problem), "a number a computer can hold") from None

    def _admit(self, event: Any) -> None:
        """Refuse what plain data has no need of, and more of it than the limits allow."""
        self._count(event, 1)
        if event.anchor is not None and not self.aliases:
            what = "an alias ('*')" if isinstance(event, yaml.AliasEvent) else "an anchor ('&')"
            raise self._refusal(event, f"{what} is not allowed", "every value written out where it is used")
        if getattr(event, "tag", None) is not None:
            raise self._refusal(event, f"a tag ({quote(event.tag)}) is not allowed", "a plain value")

    def _count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > self.limits.max_nodes:
            message = f"the document has more than {self.limits.max_nodes:,} keys and values"
            raise self._refusal(event, message)

    def _refusal(self, event: Any, message: str, expected: str | None = None) -> DesignerError:
        return self.source.refusal(self.source.position(event.start_mark.index), message, expected)
