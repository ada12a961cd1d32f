"""Quantities in words: "10k/s", "200 ms", "5 TB", "99.95 %", "$4k/month"; how they are read and printed.

Inside the program a quantity is a plain float in the base unit of its dimension: requests per second,
seconds, bytes, bytes per second, a ratio where 1 means 100 %, US dollars per month, and a bare count. One
table of units per dimension serves reading, one short ladder per dimension serves printing, and `Rate`,
`Seconds` and the others are the types of model fields which accept both numbers and words.
"""

from designer.units.dimensions import SECONDS_PER_DAY, SECONDS_PER_MONTH, SECONDS_PER_YEAR, Dimension
from designer.units.printing import format_multiple, format_quantity
from designer.units.reading import MAX_LENGTH, parse
from designer.units.types import Bytes, BytesPerSecond, Count, Dollars, Rate, Ratio, Seconds

__all__ = [
    "MAX_LENGTH",
    "SECONDS_PER_DAY",
    "SECONDS_PER_MONTH",
    "SECONDS_PER_YEAR",
    "Bytes",
    "BytesPerSecond",
    "Count",
    "Dimension",
    "Dollars",
    "Rate",
    "Ratio",
    "Seconds",
    "format_multiple",
    "format_quantity",
    "parse",
]
