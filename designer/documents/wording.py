"""Pydantic's complaints in plain words: what is wrong, what was expected, what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer.errors import DesignerError, quote, suggest

_WHOLE = "the document"

_LONGEST_CHOICE = 12
"""How many choices a message names before it stops."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One problem in words."""

    message: str
    expected: str | None = None
    suggestion: str | None = None
    wrong_kind: bool = False
    """Whether the value is of another kind altogether (text where a mapping belongs)."""


_KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "iterable": "a list",
    "dict": "a mapping",
    "mapping": "a mapping",
    "model": "a mapping of fields",
    "model_attributes": "a mapping of fields",
    "dataclass": "a mapping of fields",
    "none_required": "nothing",
}

_BOUNDS: Mapping[str, str] = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "finite_number": "a finite number",
    "int_from_float": "a whole number",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "at least {min_length} items",
    "too_long": "at most {max_length} items",
}


def word(detail: Mapping[str, Any], field: str, value: object, known: Sequence[str]) -> Wording:
    """The problem in words.

    `field` is the path of its place, `value` what the file has there (the name, where a field is unknown),
    `known` the fields that may stand there.
    """
    name = field or _WHOLE
    kind = detail["type"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind in _WORDERS:
        return _WORDERS[kind](name, value, context, known)
    cannot = f"{name} cannot be {_show(value)}"
    if kind in _BOUNDS:
        bounds = {key: _show_bound(value) for key, value in context.items()}
        expected = _BOUNDS[kind].format_map(bounds)
        return Wording(cannot, re.sub(r"\b1 (character|item)s$", r"1 \1", expected))
    stem = re.sub(r"_(type|parsing|parsing_size|unicode|sub_type)$", "", kind)
    if stem in _KINDS:
        return Wording(cannot, _KINDS[stem], wrong_kind=True)
    return Wording(_about(name, detail["msg"]), _text(context, "expected"), _text(context, "suggestion"))


def _missing(name: str, _value: object, _context: Mapping[str, Any], _known: Sequence[str]) -> Wording:
    return Wording(f"the field {name} is missing")


def _unknown(name: str, value: object, _context: Mapping[str, Any], known: Sequence[str]) -> Wording:
    near = suggest(str(value), known)
    return Wording(f"unknown field {name}", None if near or not known else _one_of(known), near)


def _choice(name: str, value: object, context: Mapping[str, Any], _known: Sequence[str]) -> Wording:
    """A literal, an enum, or the tag of a tagged union: pydantic writes the choices as "'a', 'b' or 'c'"."""
    given = context.get("tag", value)
    choices = re.findall(r"'([^']*)'", str(context.get("expected_tags") or context.get("expected", "")))
    expected = _one_of(choices) if choices else str(context.get("expected", "")) or None
    near = suggest(given, choices) if isinstance(given, str) else None
    return Wording(f"{name} cannot be {_show(given)}", expected, near)


def _own(name: str, _value: object, context: Mapping[str, Any], _known: Sequence[str]) -> Wording:
    """A validator raised ValueError or AssertionError. One of our own errors behind it says more."""
    raised = context.get("error")
    cause = getattr(raised, "__cause__", None)
    if isinstance(cause, DesignerError):
        return Wording(_about(name, cause.message), cause.expected, cause.suggestion)
    return Wording(_about(name, str(raised or "this does not hold")))


_WORDERS: Mapping[str, Callable[[str, object, Mapping[str, Any], Sequence[str]], Wording]] = {
    "missing": _missing,
    "union_tag_not_found": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _choice,
    "enum": _choice,
    "union_tag_invalid": _choice,
    "value_error": _own,
    "assertion_error": _own,
}


def _about(name: str, message: str) -> str:
    return message if name == _WHOLE else f"{name}: {message}"


def _one_of(choices: Sequence[str]) -> str:
    shown = [
        choice if re.fullmatch(r"[\w-]+", choice) else quote(choice) for choice in choices[:_LONGEST_CHOICE]
    ]
    if len(choices) > _LONGEST_CHOICE:
        return f"one of {', '.join(shown)} and {len(choices) - _LONGEST_CHOICE} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _show(value: object) -> str:
    """A value as the file has it: what is in a list or a mapping is not repeated."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else quote(value)


def _show_bound(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _text(context: Mapping[str, Any], name: str) -> str | None:
    """What a validator's own kind of error says beyond its message, if it says it."""
    value = context.get(name)
    return value if isinstance(value, str) and value else None
