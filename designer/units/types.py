"""The types of model fields that hold quantities: they accept numbers and words, and hold base units."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from designer.errors import UnitError
from designer.units.dimensions import Dimension
from designer.units.reading import MAX_LENGTH, parse
from designer.units.vocabulary import EXAMPLES, describe


def _validate(dimension: Dimension, value: Any) -> float:
    """A pydantic validator: pydantic collects ValueError, and finds the expectation in what caused it."""
    try:
        return parse(value, dimension)
    except UnitError as error:
        raise ValueError(error.message) from error


def _json_schema(dimension: Dimension) -> dict[str, Any]:
    examples = list(EXAMPLES[dimension])
    text = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "examples": examples}
    return {"anyOf": [{"type": "number", "minimum": 0}, text], "description": describe(dimension)}


def _field(dimension: Dimension) -> tuple[Any, ...]:
    """The pydantic metadata of a field: read as text or number, finite, not negative."""
    return (
        BeforeValidator(partial(_validate, dimension)),
        Field(ge=0, allow_inf_nan=False),
        WithJsonSchema(_json_schema(dimension), mode="validation"),
    )


Rate = Annotated[float, *_field(Dimension.RATE)]
"""Events per second, 0 or more."""
Seconds = Annotated[float, *_field(Dimension.TIME)]
"""Seconds, 0 or more."""
Bytes = Annotated[float, *_field(Dimension.SIZE)]
"""Bytes, 0 or more."""
BytesPerSecond = Annotated[float, *_field(Dimension.BANDWIDTH)]
"""Bytes per second, 0 or more."""
Ratio = Annotated[float, *_field(Dimension.RATIO)]
"""A part of one, 0 or more; 1 is 100 %."""
Dollars = Annotated[float, *_field(Dimension.MONEY)]
"""US dollars per month, 0 or more."""
Count = Annotated[float, *_field(Dimension.COUNT)]
"""A number of things, 0 or more."""
