"""Reading quantities: from words or numbers to a float in the base unit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial

from designer.errors import UnitError, quote, suggest
from designer.units.dimensions import Dimension
from designer.units.vocabulary import Vocabulary, vocabulary_of

MAX_LENGTH = 64
"""Longest text read as a quantity, in characters: anything longer is not a quantity."""

_QUANTITY = re.compile(
    r"(?P<sign>[-+]?)\s*(?P<currency>\$?)\s*"
    r"(?P<number>(?:\d+(?:_\d+)*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3})?)(?![\d.,_])"
    r"\s*(?P<unit>[^\d\s.,_](?:.*\S)?)?",
    re.ASCII,
)
_SCALED = re.compile(r"(?P<scale>thousand|million|billion|trillion|bn|[kKMBT]|) ?(?P<unit>.*)", re.DOTALL)


def parse(text: str | int | float, dimension: Dimension) -> float:
    """The quantity in the base unit of `dimension`.

    A bare number is in the base unit already. Text is a number, an optional scale (k, M, B, T or a word; not
    for times and sizes, whose units carry their own) and an optional unit of the dimension. Raises
    `UnitError`.
    """
    vocabulary = vocabulary_of(dimension)
    value = _parse_text(text, vocabulary) if isinstance(text, str) else _parse_number(text, vocabulary)
    if value < 0 and not vocabulary.negative:
        raise _refusal(text, vocabulary, "is negative, which cannot be")
    return value


def _parse_number(number: object, vocabulary: Vocabulary) -> float:
    # Callers read untyped files, and a boolean is an int to Python.
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise _refusal(number, vocabulary)
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise _refusal(number, vocabulary)
    return value


def _parse_text(text: str, vocabulary: Vocabulary) -> float:
    if len(text) > MAX_LENGTH:
        raise UnitError(f"{quote(text)} is too long", expected=f"at most {MAX_LENGTH} characters")
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or (match["currency"] and "USD" not in vocabulary.units):
        raise _refusal(text, vocabulary, suggestion=_without_commas(text))
    factor = _factor(match["unit"] or "", vocabulary)
    if factor is None:
        stem = text.strip()[: match.start("unit")].rstrip()
        raise _refusal(
            text, vocabulary, suggestion=partial(_near_unit, stem, match["unit"], vocabulary.dimension)
        )
    number = Fraction(Decimal(match["sign"] + match["number"].replace("_", "")))
    try:
        return float(number * factor)
    except OverflowError:
        raise _refusal(text, vocabulary, "is too large to be") from None


def _factor(unit: str, vocabulary: Vocabulary) -> Fraction | None:
    """What one of `unit`, with or without a scale before it, is in base units; None if it is no such unit."""
    spelt = re.sub(r" ?/ ?", "/", " ".join(unit.split()))
    if spelt in vocabulary.units:
        return vocabulary.units[spelt]
    scale, rest = _split_scale(spelt)
    if scale in vocabulary.scales and rest in vocabulary.units:
        return vocabulary.scales[scale] * vocabulary.units[rest]
    return None


def _split_scale(unit: str) -> tuple[str, str]:
    match = _SCALED.fullmatch(unit)
    return (match["scale"], match["unit"]) if match else ("", unit)


def _refusal(
    text: object,
    vocabulary: Vocabulary,
    verdict: str = "is not",
    suggestion: str | Callable[[], str | None] | None = None,
) -> UnitError:
    message = f"{quote(text)} {verdict} {vocabulary.noun}"
    return UnitError(message, expected=vocabulary.expected, suggestion=suggestion)


def _without_commas(text: str) -> str | None:
    """36,000 is thirty-six thousand to some and thirty-six to others, so it is refused with a way out."""
    return text.strip().replace(",", "_") if re.fullmatch(r"\s*\$?\d{1,3}(,\d{3})+\b[^,]*", text) else None


_LIKELY = {"m": "min", **{f"{letter}b": f"{letter}bit" for letter in "kKMGT"}}
"""Units that mean something else to most people than what looks like them: 5m is 5 minutes, not 5 ms."""


def _near_unit(stem: str, unit: str, dimension: Dimension) -> str | None:
    """The whole quantity with the unit that was probably meant."""
    vocabulary = vocabulary_of(dimension)
    likely = _LIKELY.get(unit)
    if likely in vocabulary.units:
        return f"{stem} {likely}"
    scale, rest = _split_scale(unit)
    if scale not in vocabulary.scales or not rest:
        scale, rest = "", unit
    near = suggest(rest, vocabulary.spellings)
    if near is None:
        return None
    joined = near.startswith("/") or (near in vocabulary.scales and len(near) == 1)
    return f"{stem}{scale}{near}" if joined else f"{stem}{scale} {near}"
