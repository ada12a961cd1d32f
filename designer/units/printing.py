"""Printing quantities: from a float in the base unit to words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from designer.units.dimensions import SECONDS_PER_DAY, SECONDS_PER_YEAR, Dimension


@dataclass(frozen=True, slots=True)
class _Step:
    """One rung of a printing ladder: `size` base units are one of `suffix`, and `most` of them one of the next rung.

    A base unit is `times` / `per` of it, both whole, so that decimals stay exact.
    """

    size: Decimal
    times: Decimal
    per: Decimal
    most: Decimal
    suffix: str


def _ladder(*rungs: tuple[Fraction | int, str], per: str = "") -> tuple[_Step, ...]:
    sizes = [Fraction(size) for size, _ in rungs]
    return tuple(
        _Step(
            _decimal(size),
            Decimal(size.denominator),
            Decimal(size.numerator),
            _decimal(above / size) if above is not None else Decimal("Infinity"),
            suffix + per,
        )
        for size, above, (_, suffix) in zip(sizes, [*sizes[1:], None], rungs, strict=True)
    )


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


_COUNTS = ((1, ""), (10**3, "k"), (10**6, "M"), (10**9, "B"), (10**12, "T"))
_BYTES = tuple((1000**power, f" {letter}B") for power, letter in enumerate(("", *"KMGTPE")))
_RARE = tuple((Fraction(1, seconds), f"/{name}") for name, seconds in
              (("year", SECONDS_PER_YEAR), ("day", SECONDS_PER_DAY), ("h", 3600), ("min", 60)))  # fmt: skip
_SHORT = tuple((Fraction(1, 1000**power), suffix) for power, suffix in ((3, " ns"), (2, " µs"), (1, " ms")))
_LONG = ((1, " s"), (60, " min"), (3600, " h"), (SECONDS_PER_DAY, " day"), (SECONDS_PER_YEAR, " year"))
_PLURAL = frozenset({" day", " year"})

_LADDERS: Mapping[Dimension, tuple[_Step, ...]] = {
    Dimension.RATE: _ladder(*_RARE, *((size, f"{suffix}/s") for size, suffix in _COUNTS)),
    Dimension.TIME: _ladder(*_SHORT, *_LONG),
    Dimension.SIZE: _ladder(*_BYTES),
    Dimension.BANDWIDTH: _ladder(*_BYTES, per="/s"),
    Dimension.MONEY: _ladder(*_COUNTS),
    Dimension.COUNT: _ladder(*_COUNTS),
}

_PLAIN_DIGITS = 6
"""Numbers with more digits than this before the point, or zeros after it, are printed with an exponent."""
_SMALL_PART = 0.1
_PART_DIGITS = 2
"""Below a tenth nobody counts zeros: 0.00166 is one in 600, told to two digits."""

_CENTS = Decimal("0.01")
_CENTS_BELOW = 100
_NEAR_ONE = Decimal("0.1")
_NOISE = Decimal("1e-9")
"""A ratio above one by less than this is 100 % with rounding noise of floating-point sums on top."""


def format_quantity(value: float, dimension: Dimension, *, digits: int = 3) -> str:
    """`value`, in the base unit of `dimension`, for people to read, with `digits` significant digits.

    Infinity is "unbounded" and not-a-number "unknown". What is printed can be parsed again, and gives `value`
    back within the digits shown. A ratio near one keeps the digits that tell it from one: 0.99995 is "99.995
    %".
    """
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "unbounded" if value > 0 else "-unbounded"
    # repr is the shortest decimal that means this float, so 0.9995 is not 0.99950000000000005596.
    exact = Decimal(repr(float(value)))
    sign, size = ("-" if exact < 0 else ""), abs(exact)
    if dimension is Dimension.RATIO:
        return f"{sign}{_plain(_percent(size, digits))} %"
    number, step = _on_ladder(size, _LADDERS[dimension], digits)
    if dimension is Dimension.MONEY:
        return f"{sign}${_amount(size, number, step)}/month"
    plural = "s" if step.suffix in _PLURAL and number != 1 else ""
    return f"{sign}{_plain(number)}{step.suffix}{plural}"


def format_multiple(value: float, *, of: str = "") -> str:
    """So many times something, for people to read: "×2.1", "×0.4", and a small part of it as one in so many.

    `of` says what it is a part of: "1/600 of the traffic". Infinity is "unbounded".
    """
    if not 0.0 < value < _SMALL_PART:
        return f"×{format_quantity(value, Dimension.COUNT)}" if math.isfinite(value) else "unbounded"
    parts = int(_round(1 / Decimal(repr(float(value))), _PART_DIGITS))
    return f"1/{parts:,}{f' of {of}' if of else ''}"


def _on_ladder(size: Decimal, ladder: tuple[_Step, ...], digits: int) -> tuple[Decimal, _Step]:
    """`size` in the rung that suits it, rounded. What rounds up to the next rung is one of that rung."""
    if not size:
        return size, next(step for step in ladder if step.size == 1)
    rung = 0
    number = size * ladder[0].times / ladder[0].per
    while number >= ladder[rung].most:
        rung += 1
        number = size * ladder[rung].times / ladder[rung].per
    rounded = _round(number, digits)
    return (rounded, ladder[rung]) if rounded < ladder[rung].most else (Decimal(1), ladder[rung + 1])


def _round(number: Decimal, digits: int) -> Decimal:
    """`number` to `digits` significant digits."""
    return number.quantize(Decimal((0, (1,), number.adjusted() - digits + 1)))


def _percent(size: Decimal, digits: int) -> Decimal:
    distance = abs(1 - size)
    if distance == 0 or (size > 1 and distance < _NOISE):
        return Decimal(100)
    if distance >= _NEAR_ONE:
        return _round(size * 100, digits)
    # Two digits of what is missing to one: availability is told by its nines, and 99.995 % is not 100 %.
    shown = _round(distance * 100, max(digits - 1, 1))
    return 100 - shown if size < 1 else 100 + shown


def _amount(size: Decimal, number: Decimal, step: _Step) -> str:
    """Money: below a hundred dollars to the cent, with both digits, as prices are written."""
    if not _CENTS <= size < _CENTS_BELOW:
        return _plain(number) + step.suffix
    decimals = -int(number.normalize().as_tuple().exponent)
    shown = number if decimals > 2 else size.quantize(_CENTS)
    return _plain(shown) if decimals > 2 or shown == shown.to_integral_value() else str(shown)


def _plain(number: Decimal) -> str:
    """Without trailing zeros; with an exponent when the digits would be too many to read."""
    number = number.normalize()
    if -_PLAIN_DIGITS <= number.adjusted() < _PLAIN_DIGITS:
        return f"{number:f}"
    return f"{number:e}".replace("e+", "e")
