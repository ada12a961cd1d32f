"""The YAML parser's complaints in plain words: one sentence, and the place a reader should look at."""

from __future__ import annotations

from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a complaint that contains `problem` is told.

    `opening` points at where the broken thing begins instead of at where the parser gave up; in the message
    `{line}` is the line where it begins.
    """

    problem: str
    message: str
    expected: str
    opening: bool = False


_ESCAPE = "\\\\ for a backslash, or single quotes around the text"
_QUOTES = "quotes around the text"
_DOUBLED = "quotes around the whole text (a single quote inside single quotes is written twice)"
_COLON = "quotes around a text with ': ' in it, or the indentation of the lines above"
_NEIGHBOURS = "the same indentation, and the same '-' or 'key:', as its neighbours"
_KEY = "key: value, the key at most 1,024 characters long"
_UNCLOSED = "the quoted text that begins here is not closed"

_WORDINGS = (
    _Wording("unexpected end of stream", _UNCLOSED, "a closing quote", opening=True),
    _Wording("document indicator", _UNCLOSED, "a closing quote", opening=True),
    _Wording("expected ',' or ']'", "the list that began in line {line} does not go on here", "',' or ']'"),
    _Wording(
        "expected ',' or '}'", "the mapping that began in line {line} does not go on here", "',' or '}'"
    ),
    _Wording("mapping values are not allowed", "a ':' cannot stand here", _COLON),
    _Wording("expected ':'", "this line has no ':' after its key", _KEY, opening=True),
    _Wording("sequence entries are not allowed", "a list cannot begin here", "its first '-' on a new line"),
    _Wording("mapping keys are not allowed", "a '?' cannot stand here", _QUOTES),
    _Wording("alphabetic or numeric", "a text cannot begin with '*' or '&'", _QUOTES, opening=True),
    _Wording("unknown escape", "this backslash escape is unknown", _ESCAPE),
    _Wording("decimal number", "this backslash escape is incomplete", _ESCAPE),
    _Wording("Unicode character escape", "this backslash escape is no character", _ESCAPE),
    _Wording(
        "comment or line break", "nothing can follow '|' or '>' on its line", "the text in the lines below"
    ),
    _Wording(
        "<document start>", "the document ended before this", "nothing more, or quotes around the whole text"
    ),
    _Wording("incompatible YAML", "this version of YAML is unknown", "no %YAML line"),
    _Wording("tag", "a tag ('!') is not allowed", "a plain value", opening=True),
    _Wording("expected '>'", "a tag ('!') is not allowed", "a plain value", opening=True),
)


def explain(problem: yaml.MarkedYAMLError, text: str) -> tuple[int, str, str | None]:
    """The index of the character to point at, what is wrong, and what was expected."""
    said = problem.problem or ""
    stop = _index(problem.problem_mark, len(text))
    start = _index(problem.context_mark, stop)
    ended = stop >= len(text.rstrip())
    for wording in _WORDINGS:
        if wording.problem in said:
            message = wording.message.format(line=text.count("\n", 0, start) + 1)
            return start if wording.opening or ended else stop, message, wording.expected
    if "cannot start any token" in said:
        return stop, *_explain_character(text[stop : stop + 1])
    if any(words in said for words in ("expected key", "expected '-'", "<block end>")):
        return stop, *_explain_line(text, stop)
    if "node content" in said:
        return stop, "the text ends too soon" if ended else "a value is missing here", "a value"
    return stop, f"this is not valid YAML ({said or 'for an unknown reason'})", None


def _index(mark: yaml.Mark | None, default: int) -> int:
    return default if mark is None else mark.index


def _explain_character(character: str) -> tuple[str, str]:
    if character == "\t":
        return "a tab cannot be used for indentation", "spaces"
    return f"a value cannot begin with '{character}'", _QUOTES


def _explain_line(text: str, stop: int) -> tuple[str, str]:
    """The parser says the same of a line that stands wrong and of text that follows a finished value."""
    if text[:stop].rpartition("\n")[2].strip() in {"", "-"}:
        return "this line belongs to nothing above it", _NEIGHBOURS
    return "the value ended before this", _DOUBLED
