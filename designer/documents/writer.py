"""Writing: plain data as YAML that people like to read and that loads again as the same data."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from designer.documents.document import DEFAULT_LIMITS
from designer.documents.reader import MAX_NUMBER_LENGTH, resolve
from designer.errors import DocumentError, quote

_UNSEEN = "\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_UNPRINTED = f"\x00-\x1f{_UNSEEN}"
"""What is written as an escape: control characters, separators that look like nothing, and direction
overrides, which make a line read other than it is. Everything else (accents, Arabic, emoji) stays as it
is."""

_PRINTED = re.compile(f"[^{_UNPRINTED}]*")
_HIDDEN = re.compile(f"[{_UNSEEN}]")
_ESCAPED = re.compile(f'["\\\\{_UNPRINTED}]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_SURROGATE = re.compile("[\ud800-\udfff]")

_PLAIN_START = re.compile(r"[\w$/(]")
"""What text may begin with, to go without quotes: nothing that YAML gives a meaning."""

_MISREAD = re.compile(r"y|n|yes|no|on|off|[0-9][0-9_.:exob+-]*", re.IGNORECASE)
"""Text that other readers of YAML take for a boolean, a number or a date: quoted for their sake."""

_LONGEST_SIMPLE_KEY = 1_000
"""In characters: YAML lets a key be written as `key:` only up to 1,024 characters, else after `? `."""

_WHOLE_FLOATS_BELOW = 2.0**53
"""Up to here every whole number is a float of its own, so a float may be written as one."""

_INTEGERS_BELOW = 10 ** (MAX_NUMBER_LENGTH - 1)
"""Longer ones the reader refuses; one character is left for a sign."""

_INDENT = "  "


def dump_json(data: Any, *, indent: str | None = None) -> str:
    """The data as JSON that `load_text` takes: what cannot be seen is an escape, other letters are as they are."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return _HIDDEN.sub(_escape, text)


def dump(data: Any) -> str:
    """`data` (mappings with text keys, sequences, text, numbers, booleans, None) as YAML text.

    The order of keys is kept; the same data gives the same bytes. Raises `DocumentError` for anything that
    would not load again: other types, infinite numbers, lone surrogates, too deep a nesting.
    """
    return "\n".join(_lines(data, 0)) + "\n"


def _lines(data: Any, depth: int) -> list[str]:
    """A value as a block of lines without indentation."""
    if isinstance(data, Mapping):
        _refuse_depth(depth)
        return [line for key, value in data.items() for line in _entry(key, value, depth)] or ["{}"]
    if _is_sequence(data):
        _refuse_depth(depth)
        return [line for item in data for line in _hang("- ", _lines(item, depth + 1))] or ["[]"]
    if isinstance(data, str):
        return _text_lines(str.__str__(data))
    return [_scalar(data)]


def _is_sequence(data: Any) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, (str, bytes, bytearray))


def _is_block(value: Any) -> bool:
    return bool(value) and (isinstance(value, Mapping) or _is_sequence(value))


def _refuse_depth(depth: int) -> None:
    if depth >= DEFAULT_LIMITS.max_depth:
        raise DocumentError(f"the data is nested more than {DEFAULT_LIMITS.max_depth} levels deep")


def _entry(key: Any, value: Any, depth: int) -> list[str]:
    if not isinstance(key, str):
        raise DocumentError(f"the key {quote(key)} cannot be written", expected="text as key")
    name, lines = _one_line(str.__str__(key)), _lines(value, depth + 1)
    if len(name) > _LONGEST_SIMPLE_KEY:
        return [f"? {name}", *_hang(": ", lines)]
    if _is_block(value):
        return [f"{name}:", *_indented(lines)]
    return [f"{name}: {lines[0]}", *lines[1:]]


def _hang(mark: str, lines: list[str]) -> list[str]:
    """The block behind a mark of two characters."""
    return [mark + lines[0], *_indented(lines[1:])]


def _indented(lines: list[str]) -> list[str]:
    return [_INDENT + line if line else line for line in lines]


def _text_lines(text: str) -> list[str]:
    """Text of several ordinary lines as a literal block, all other text on one line."""
    body = text.removesuffix("\n").split("\n")
    if text.count("\n") and body[-1] and body[0][:1].strip() and all(map(_is_ordinary, body)):
        return ["|" if text.endswith("\n") else "|-", *_indented(body)]
    return [_one_line(text)]


def _is_ordinary(line: str) -> bool:
    return line == line.rstrip() and _PRINTED.fullmatch(line) is not None and not _SURROGATE.search(line)


def _one_line(text: str) -> str:
    if _SURROGATE.search(text):
        raise DocumentError("half a surrogate pair cannot be written", expected="text that is valid Unicode")
    return text if _is_plain(text) else f'"{_ESCAPED.sub(_escape, text)}"'


def _is_plain(text: str) -> bool:
    """Whether text means itself without quotes, to this reader and to others."""
    if not _PLAIN_START.match(text) or not _is_ordinary(text) or _MISREAD.fullmatch(text):
        return False
    # A colon or a number sign means something only beside a space.
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    try:
        return isinstance(resolve(text), str)
    except ValueError:
        return False


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _scalar(data: Any) -> str:
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int):
        return _integer(int(data))
    if isinstance(data, float):
        return _float(float(data))
    raise DocumentError(f"a value of type {type(data).__name__} cannot be written", expected="plain data")


def _integer(number: int) -> str:
    # Checked before it is turned into digits: Python refuses to do that for very long ones.
    if abs(number) >= _INTEGERS_BELOW:
        raise DocumentError("an integer is too long to be written", expected="a smaller number")
    return str(number)


def _float(number: float) -> str:
    if not math.isfinite(number):
        raise DocumentError(f"the number {number} cannot be written", expected="a finite number")
    whole = number.is_integer() and abs(number) < _WHOLE_FLOATS_BELOW
    return str(int(number)) if whole else repr(number)
