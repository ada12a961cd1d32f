"""Arithmetic as data: every number the engine judges by carries its formula, its inputs and its sources.

The UI unfolds it, the CLI prints it, the JSON report carries it; nobody formats it before that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar, TypeVarTuple

from designer.units import Dimension, format_quantity

Value = TypeVar("Value")
Parts = TypeVarTuple("Parts")
_new = object.__new__


class Later(Generic[Value]):
    """A field of a frozen dataclass that may be given as a function, which is called when somebody first looks.

    The function must give the same whenever it is called, and may hold only what does not change.
    """

    def __init__(self, *default: Value) -> None:
        self._default = default  # none, or the one that the field has when nothing is given

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, holder: object, owner: type) -> Value:
        if holder is None:  # a dataclass asks for the default
            if not self._default:
                raise AttributeError(self._name)
            return self._default[0]
        found: Value | Callable[[], Value] = holder.__dict__[self._name]
        if callable(found):
            found = holder.__dict__[self._name] = found()
        return found

    def __set__(self, holder: object, value: Value | Callable[[], Value]) -> None:
        holder.__dict__[self._name] = value


@dataclass(frozen=True, slots=True)
class Quantity:
    """One named number. `symbol` is how the formula calls it; `value` is in the base unit of `dimension`."""

    symbol: str
    name: str
    value: float
    dimension: Dimension
    source: str | None = None

    def __str__(self) -> str:
        return f"{self.symbol} = {format_quantity(self.value, self.dimension)}"


class Arithmetic:
    """How `result` came about: `formula` is written in the symbols of `inputs`.

    `steps` are the arithmetic of inputs that were themselves computed, in reading order.
    `method` names the law or author behind the formula ("Little's law", "Erlang C", "Che's approximation").
    Never changes; two are equal when all they say is.
    """

    __slots__ = ("_said",)

    def __init__(
        self,
        formula: str,
        result: Quantity,
        inputs: tuple[Quantity, ...] = (),
        method: str | None = None,
        steps: tuple[Arithmetic, ...] = (),
    ) -> None:
        self._said: _Said | tuple[Any, ...] = _Said(formula, result, inputs, method, steps)

    @staticmethod
    def later(make: Callable[[*Parts], Arithmetic], *parts: *Parts) -> Arithmetic:
        """Arithmetic that is put together of these parts when somebody first looks: of hundreds, few are unfolded.

        `make` must give the same whenever it is called, and it and the parts may hold only what does not change.
        """
        arithmetic = _new(Arithmetic)
        arithmetic._said = (make, *parts)
        return arithmetic

    def _look(self) -> _Said:
        said = self._said
        if isinstance(said, _Said):
            return said
        make, *parts = said
        found: _Said = make(*parts)._look()
        self._said = found
        return found

    @property
    def formula(self) -> str:
        return self._look().formula

    @property
    def result(self) -> Quantity:
        return self._look().result

    @property
    def inputs(self) -> tuple[Quantity, ...]:
        return self._look().inputs

    @property
    def method(self) -> str | None:
        return self._look().method

    @property
    def steps(self) -> tuple[Arithmetic, ...]:
        return self._look().steps

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of every input, here and in the steps, each once, in reading order."""
        found: dict[str, None] = {}
        for quantity in self.inputs:
            if quantity.source:
                found[quantity.source] = None
        for step in self.steps:
            found.update(dict.fromkeys(step.sources))
        return tuple(found)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arithmetic):
            return NotImplemented
        return self is other or self._look() == other._look()

    def __hash__(self) -> int:
        return hash(self._look())

    def __repr__(self) -> str:
        return f"Arithmetic{tuple(self._look())!r}"


class _Said(NamedTuple):
    formula: str
    result: Quantity
    inputs: tuple[Quantity, ...]
    method: str | None
    steps: tuple[Arithmetic, ...]
