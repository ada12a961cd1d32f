"""Arithmetic as data: every number the engine judges by carries its formula, its inputs and its sources.

The UI unfolds it, the CLI prints it, the JSON report carries it; nobody formats it before that.
"""

from __future__ import annotations

from dataclasses import dataclass

from designer.units import Dimension, format_quantity


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


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How `result` came about: `formula` is written in the symbols of `inputs`.

    `steps` are the arithmetic of inputs that were themselves computed, in reading order.
    `method` names the law or author behind the formula ("Little's law", "Erlang C", "Che's approximation").
    """

    formula: str
    result: Quantity
    inputs: tuple[Quantity, ...] = ()
    method: str | None = None
    steps: tuple[Arithmetic, ...] = ()

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
