"""Numbers and their arithmetic as plain data."""

from __future__ import annotations

import math

from designer.arithmetic import Arithmetic, Quantity
from designer.export.report_schema import ArithmeticData, Number, QuantityData


def number(value: float | None) -> Number:
    """A number JSON can carry: infinity is "unbounded" and not-a-number is null."""
    if value is None or math.isnan(value):
        return None
    return "unbounded" if math.isinf(value) else value


def arithmetic_data(arithmetic: Arithmetic) -> ArithmeticData:
    """Arithmetic as plain data, steps and all."""
    return {
        "formula": arithmetic.formula,
        "method": arithmetic.method,
        "result": _quantity(arithmetic.result),
        "inputs": [_quantity(quantity) for quantity in arithmetic.inputs],
        "steps": [arithmetic_data(step) for step in arithmetic.steps],
        "sources": list(arithmetic.sources),
    }


def maybe(arithmetic: Arithmetic | None) -> ArithmeticData | None:
    """Arithmetic as plain data, where there is any."""
    return None if arithmetic is None else arithmetic_data(arithmetic)


def _quantity(quantity: Quantity) -> QuantityData:
    return {
        "symbol": quantity.symbol,
        "name": quantity.name,
        "value": number(quantity.value),
        "dimension": quantity.dimension,
        "source": quantity.source,
    }
