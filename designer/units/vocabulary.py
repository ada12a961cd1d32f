"""How quantities are spelt: one table of units for every dimension."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from designer.units.dimensions import SECONDS_PER_DAY, SECONDS_PER_MONTH, SECONDS_PER_YEAR, Dimension

BITS_PER_BYTE = 8

EXAMPLES: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.RATE: ("10k/s", "2.5M/day", "30/min"),
    Dimension.TIME: ("200 ms", "5 s", "30 days"),
    Dimension.SIZE: ("500 B", "16 GiB", "5 TB"),
    Dimension.BANDWIDTH: ("50 MB/s", "10 Gbit/s"),
    Dimension.RATIO: ("99.95 %", "0.9995"),
    Dimension.MONEY: ("$4k/month", "$48k/year"),
    Dimension.COUNT: ("36_000", "1.2k", "10 million"),
}
"""Quantities to show to somebody who wrote none."""

_NOUNS: Mapping[Dimension, str] = {
    Dimension.RATE: "a rate",
    Dimension.TIME: "a time",
    Dimension.SIZE: "a size",
    Dimension.BANDWIDTH: "a bandwidth",
    Dimension.RATIO: "a ratio",
    Dimension.MONEY: "an amount of US dollars",
    Dimension.COUNT: "a count",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How one dimension is spelt."""

    dimension: Dimension
    noun: str
    """What a quantity of it is called, with its article."""
    expected: str
    """What to write, with examples."""
    units: Mapping[str, Fraction]
    """Every unit in base units; the empty one is the base unit."""
    scales: Mapping[str, Fraction]
    """What may stand between number and unit."""
    negative: bool
    """Whether less than nothing makes sense."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """The units and scales to choose a suggestion from."""
        return tuple(text for text in (*self.units, *self.scales) if text and " per " not in text)


@cache
def vocabulary_of(dimension: Dimension) -> Vocabulary:
    """The vocabulary of a dimension, made when it is first asked for."""
    scaled = dimension in {Dimension.RATE, Dimension.MONEY, Dimension.COUNT}
    return Vocabulary(
        dimension=dimension,
        noun=_NOUNS[dimension],
        expected=describe(dimension),
        units=_UNITS[dimension](),
        scales=_SCALES if scaled else _ONE,
        negative=dimension in {Dimension.RATIO, Dimension.MONEY},
    )


def describe(dimension: Dimension) -> str:
    """What to write for a quantity of that dimension: "a rate such as 10k/s, 2.5M/day or 30/min"."""
    *most, last = EXAMPLES[dimension]
    return f"{_NOUNS[dimension]} such as {', '.join(most)} or {last}"


_ONE: Mapping[str, Fraction] = {"": Fraction(1)}

_PERIODS: Mapping[str, int] = {
    "s": 1, "sec": 1, "second": 1,
    "min": 60, "minute": 60,
    "h": 3600, "hr": 3600, "hour": 3600,
    "d": SECONDS_PER_DAY, "day": SECONDS_PER_DAY,
    "week": 7 * SECONDS_PER_DAY,
    "month": SECONDS_PER_MONTH, "mo": SECONDS_PER_MONTH,
    "y": SECONDS_PER_YEAR, "yr": SECONDS_PER_YEAR, "year": SECONDS_PER_YEAR,
}  # fmt: skip

_EVENTS = ("", *(f"{noun}{plural}" for noun in (
    "req", "request", "op", "operation", "read", "write", "event", "message", "msg", "transaction", "call",
) for plural in ("", "s")), "query", "queries")  # fmt: skip

_SCALES: Mapping[str, Fraction] = {
    "": Fraction(1),
    **dict.fromkeys(("k", "K", "thousand"), Fraction(10**3)),
    **dict.fromkeys(("M", "million"), Fraction(10**6)),
    **dict.fromkeys(("B", "bn", "billion"), Fraction(10**9)),
    **dict.fromkeys(("T", "trillion"), Fraction(10**12)),
}


def _per_period(noun: str) -> Iterator[tuple[str, Fraction]]:
    """`noun` over every period: "/s", "requests per day"; in units per second."""
    for period, seconds in _PERIODS.items():
        yield f"{noun}/{period}", Fraction(1, seconds)
        yield f"{noun} per {period}".strip(), Fraction(1, seconds)


def _rate_units() -> dict[str, Fraction]:
    units = {text: factor for noun in _EVENTS for text, factor in _per_period(noun)}
    units |= dict.fromkeys(("", "rps", "qps", "tps", "iops", "RPS", "QPS", "TPS", "IOPS"), Fraction(1))
    return units | dict.fromkeys(("rpm", "RPM"), Fraction(1, 60))


def _time_units() -> dict[str, Fraction]:
    units = {period: Fraction(seconds) for period, seconds in _PERIODS.items()}
    units |= {f"{period}s": factor for period, factor in units.items() if len(period) > 1}
    units |= {"ms": Fraction(1, 10**3), "msec": Fraction(1, 10**3)}
    # Both micro signs, U+00B5 and U+03BC: keyboards differ.
    units |= dict.fromkeys(("us", "\u00b5s", "\u03bcs"), Fraction(1, 10**6))
    units |= {"ns": Fraction(1, 10**9), "": Fraction(1)}
    return units


def _byte_units() -> dict[str, Fraction]:
    units = dict.fromkeys(("B", "byte", "bytes"), Fraction(1))
    for power, letter in enumerate("KMGTPE", start=1):
        units[f"{letter}B"] = Fraction(1000**power)
        units[f"{letter}iB"] = Fraction(1024**power)
    units["kB"] = units["KB"]
    return units


def _bit_units() -> dict[str, Fraction]:
    scales = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
    return {f"{letter}bit": Fraction(1000**power, BITS_PER_BYTE) for letter, power in scales.items()}


def _bandwidth_units() -> dict[str, Fraction]:
    sizes = _byte_units() | _bit_units()
    units = {text: size * per for name, size in sizes.items() for text, per in _per_period(name)}
    units |= {f"{name}ps": size for name, size in _byte_units().items() if name.endswith("B")}
    units |= {f"{name.removesuffix('it')}ps": size for name, size in _bit_units().items()}
    units[""] = Fraction(1)
    return units


def _money_units() -> dict[str, Fraction]:
    units = {"": Fraction(1), "USD": Fraction(1), "usd": Fraction(1), "dollars": Fraction(1)}
    rates = (rate for currency in units for rate in _per_period(currency))
    return units | {text: factor * SECONDS_PER_MONTH for text, factor in rates}


_UNITS: Mapping[Dimension, Callable[[], Mapping[str, Fraction]]] = {
    Dimension.RATE: _rate_units,
    Dimension.TIME: _time_units,
    Dimension.SIZE: lambda: {**_ONE, **_byte_units(), **_bit_units()},
    Dimension.BANDWIDTH: _bandwidth_units,
    Dimension.RATIO: lambda: {**_ONE, "%": Fraction(1, 100), "percent": Fraction(1, 100)},
    Dimension.MONEY: _money_units,
    Dimension.COUNT: lambda: _ONE,
}
