"""What quantities measure, and the lengths of time that others are made of."""

from __future__ import annotations

from enum import StrEnum

SECONDS_PER_DAY = 86_400
"""The definition of a day."""

SECONDS_PER_YEAR = 31_557_600
"""A year of 365.25 days (the Julian year of the IAU): leap years are spread evenly, so that a rate per year
does not depend on the year."""

SECONDS_PER_MONTH = SECONDS_PER_YEAR // 12
"""A twelfth of a year, 2,629,800 s: all months are equal, so that twelve of them are one year."""


class Dimension(StrEnum):
    """What a quantity measures, and so in which base unit its float is."""

    RATE = "rate"
    """Events per second."""
    TIME = "time"
    """Seconds."""
    SIZE = "size"
    """Bytes."""
    BANDWIDTH = "bandwidth"
    """Bytes per second."""
    RATIO = "ratio"
    """A part of one; 1 is 100 %."""
    MONEY = "money"
    """US dollars per month."""
    COUNT = "count"
    """A number of things."""
