"""Numbers as words, remembered: most of a board's numbers are the same after an edit as before it."""

from __future__ import annotations

from functools import lru_cache

from designer.arithmetic import Quantity
from designer.units import Dimension, format_quantity

REMEMBERED = 20_000
"""Numbers remembered: some boards of the largest size."""


@lru_cache(maxsize=REMEMBERED)
def shown(value: float, dimension: Dimension, digits: int = 3) -> str:
    """The value with its unit, as `format_quantity` writes it."""
    return format_quantity(value, dimension, digits=digits)


def shown_quantity(quantity: Quantity) -> str:
    """The value of a quantity with its unit."""
    return shown(quantity.value, quantity.dimension)


def shown_equation(quantity: Quantity) -> str:
    """A quantity as an equation: its symbol and its value."""
    return f"{quantity.symbol} = {shown_quantity(quantity)}"
