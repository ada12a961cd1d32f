"""What a public function does not take: one clear error that names the argument."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

from designer.errors import AnalysisError, DesignerError, quote


def require_number(
    field: str,
    value: Any,
    least: float = -math.inf,
    most: float = math.inf,
    *,
    above: bool = False,
    error: type[DesignerError] = AnalysisError,
) -> None:
    """Raise an error for what is no finite number from `least` to `most`; `above` leaves out `least` itself."""
    if type(value) is float and least < value < most:
        return
    if is_number(value) and (least < value <= most or (value == least and not above)):
        return
    raise error(
        f"{_words(field)} cannot be {quote(value)}", field=field, expected=_expected(least, most, above=above)
    )


def is_number(value: Any) -> bool:
    """Whether it is a finite number; truth values are none."""
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


def require_whole(
    field: str,
    value: Any,
    least: float,
    most: float = math.inf,
    *,
    message: str | None = None,
    error: type[DesignerError] = AnalysisError,
) -> None:
    """Raise an error, with this message if there is one, for what is no whole number from `least` to `most`."""
    if is_number(value) and value == int(value) and least <= value <= most:
        return
    expected = "a whole number"
    if math.isfinite(least):
        expected += f", {least:g} to {most:g}" if most < math.inf else f", {least:g} or more"
    raise error(message or f"{_words(field)} cannot be {quote(value)}", field=field, expected=expected)


def require_kind(field: str, value: Any, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise AnalysisError for what is of another kind."""
    if not isinstance(value, kind):
        raise AnalysisError(f"{_words(field)} cannot be {quote(value)}", field=field, expected=expected)


def _words(field: str) -> str:
    return field.replace("_", " ")


def _expected(least: float, most: float, *, above: bool) -> str:
    if most < math.inf:
        return f"a number {'above' if above else 'from'} {least:g} {'and up ' if above else ''}to {most:g}"
    if math.isinf(least):
        return "a number"
    return f"a number above {least:g}" if above else f"a number, {least:g} or more"
