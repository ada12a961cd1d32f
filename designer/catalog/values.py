"""What the catalogue's models are made of: bounded quantities, and figures with a band and a source."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Self, TypeVar

from annotated_types import Ge, Gt, Le, MultipleOf
from pydantic import BaseModel, ConfigDict, Field, model_validator

from designer.units import Bytes, BytesPerSecond, Count, Rate, Ratio, Seconds

RULE_OF_THUMB = "rule of thumb"
STATED = "stated by the scenario"

Value = TypeVar("Value", bound=float)
Throughput = Annotated[Rate, Gt(0)]
Duration = Annotated[Seconds, Gt(0)]
Bandwidth = Annotated[BytesPerSecond, Gt(0)]
Capacity = Annotated[Bytes, Gt(0)]
Probability = Annotated[Ratio, Le(1)]
Whole = Annotated[Count, Ge(1), MultipleOf(1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=600)]


class Frozen(BaseModel):
    """A value of the catalogue: it does not change, and has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_AS_DEFAULT: Any = None
"""What `low` and `high` hold until validation has given them the value of `default`."""


class Figure(Frozen, Generic[Value]):
    """A catalogue number: the value used (`default`), the band it was seen in, and where it comes from.

    YAML: `{low: 10k/s, default: 50k/s, high: 350k/s, source: "..."}`; without a band `low` and `high` are
    `default`.
    """

    default: Value
    low: Value = _AS_DEFAULT
    high: Value = _AS_DEFAULT
    source: Sentence

    @model_validator(mode="after")
    def _complete(self) -> Self:
        # Filled in afterwards, so that a `default` which is no quantity is reported once and where it stands.
        for name in ("low", "high"):
            if getattr(self, name) is _AS_DEFAULT:
                object.__setattr__(self, name, self.default)
        if not self.low <= self.default <= self.high:
            raise ValueError("low, default and high are out of order: low <= default <= high must hold")
        return self
