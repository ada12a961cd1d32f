"""The values a design is made of: lines of text and overrides of figures; how they are read and spelt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, GetCoreSchemaHandler, GetPydanticSchema, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from designer.catalog.model import FIGURE_DIMENSIONS
from designer.errors import UnitError, quote, suggest
from designer.units import (
    SECONDS_PER_YEAR,
    Bytes,
    BytesPerSecond,
    Count,
    Dimension,
    Dollars,
    Rate,
    Ratio,
    Seconds,
    format_quantity,
    parse,
)

_NOT_IN_A_PICTURE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""Characters that XML, and so SVG, cannot carry or advises against."""

_LINE_ENDS = re.compile("[\t\n\x85\u2028\u2029]")

_KEY_LABEL = "[key]"
"""How pydantic marks that it is the key of a mapping, not its value, that does not fit."""


def require_one_line(text: str) -> str:
    """`text` if it is one line with something to see in it."""
    if _NOT_IN_A_PICTURE.search(text) or _LINE_ENDS.search(text):
        raise PydanticCustomError("one_line", "must be one line of text, without control characters")
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


RULE_PATTERN = r"^[a-z]{1,30}\.[a-z0-9-]{1,60}$"


def require_rule_id(text: object) -> object:
    """`text` if it could be the id of a rule. What is no text at all is refused elsewhere."""
    if isinstance(text, str) and not re.fullmatch(RULE_PATTERN, text):
        raise PydanticCustomError(
            "rule_id",
            "{given} cannot be the id of a rule",
            {
                "given": quote(text),
                "expected": "its category, a dot and its name, such as reliability.single-instance; `designer rules` "
                "lists them",
            },
        )
    return text


def require_text(text: str) -> str:
    """`text`, which may have many lines, with every line end written as a line feed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_IN_A_PICTURE.search(text):
        raise PydanticCustomError("text", "must be text without control characters")
    return text


def _require_machines(count: float) -> float:
    if count < 1 or not count.is_integer():
        raise PydanticCustomError("machines", "must be a whole number, at least 1")
    return count


# The upper limits are far beyond any machine there is: they keep arithmetic finite and judge nothing.
_KINDS: Mapping[Dimension, Any] = {
    Dimension.RATE: Annotated[Rate, Gt(0), Le(1e12)],
    Dimension.TIME: Annotated[Seconds, Ge(0), Le(SECONDS_PER_YEAR)],
    Dimension.SIZE: Annotated[Bytes, Gt(0), Le(1e21)],
    Dimension.BANDWIDTH: Annotated[BytesPerSecond, Gt(0), Le(1e18)],
    Dimension.RATIO: Annotated[Ratio, Gt(0), Le(1)],
    Dimension.MONEY: Annotated[Dollars, Ge(0), Le(1e12)],
    Dimension.COUNT: Annotated[Count, Ge(0), Le(1e9)],
}
_WORKING_TIME = Annotated[Seconds, Gt(0), Le(SECONDS_PER_YEAR)]
_MACHINES = Annotated[Count, Le(1e9), AfterValidator(_require_machines)]
_WORKING_TIMES = ("service_time", "service_time_p99", "write_time", "write_time_p99", "token_time")
_STRICTER: Mapping[str, Any] = {
    **dict.fromkeys(_WORKING_TIMES, _WORKING_TIME),
    **dict.fromkeys(("servers", "connections", "pool", "context"), _MACHINES),
    **dict.fromkeys(("contention", "coherency", "error_rate"), Annotated[Ratio, Le(1)]),
}


def _refuse_unknown_figures(data: Any) -> Any:
    """Names that are no figure, each at its own place and with what was probably meant."""
    unknown = [name for name in data if name not in FIGURE_DIMENSIONS] if isinstance(data, Mapping) else []
    if unknown:
        raise ValidationError.from_exception_data(
            "figures",
            [
                InitErrorDetails(type=_unknown(name), loc=(str(name), _KEY_LABEL), input=name)
                for name in unknown
            ],
        )
    return data


def _unknown(name: object) -> PydanticCustomError:
    near = suggest(str(name), FIGURE_DIMENSIONS)
    expected = "" if near else f"one of {', '.join(FIGURE_DIMENSIONS)}"
    context = {"name": quote(name), "suggestion": near or "", "expected": expected}
    return PydanticCustomError("unknown_figure", "no figure is called {name}", context)


def _overrides_schema(_source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """Every figure by its name, none of them required, so that an error stands at the figure it is about."""
    kinds = {name: _STRICTER.get(name, _KINDS[dimension]) for name, dimension in FIGURE_DIMENSIONS.items()}
    fields = {
        name: core_schema.typed_dict_field(handler.generate_schema(kind), required=False)
        for name, kind in kinds.items()
    }
    figures = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
    return core_schema.no_info_before_validator_function(_refuse_unknown_figures, figures)


Overrides = Annotated[Mapping[str, float], GetPydanticSchema(_overrides_schema)]
"""Figures by name, in base units; read from numbers or from words such as "64 GB"."""

_EXACT_DIGITS = 6
"""Significant digits tried for a figure in words: more of them are no easier to read than the bare number."""

_BINARY_UNITS = tuple(
    (1024.0**power, f"{letter}iB") for power, letter in ((5, "P"), (4, "T"), (3, "G"), (2, "M"))
)


def spell_figure(name: str, value: float) -> str | float:
    """The figure as people write it ("64 GB", "16 GiB", "99.95 %") where that reads back as exactly `value`.

    Otherwise the number itself, in base units.
    """
    return spell_quantity(value, FIGURE_DIMENSIONS[name])


def spell_quantity(value: float, dimension: Dimension) -> str | float:
    """As spell_figure, for a value of that dimension; a count is a bare number."""
    if dimension is Dimension.COUNT:
        return value
    spelt = format_quantity(value, dimension, digits=_EXACT_DIGITS)
    if _means(spelt, value, dimension):
        return spelt
    if dimension is Dimension.SIZE:
        for size, unit in _BINARY_UNITS:
            if (value / size).is_integer():
                return f"{value / size:.0f} {unit}"
    return value


def _means(text: str, value: float, dimension: Dimension) -> bool:
    try:
        return parse(text, dimension) == value
    except UnitError:
        return False
