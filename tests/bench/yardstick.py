"""How fast this machine is just now, beside the one on which the goals were set.

Goals in milliseconds are of one machine, and a shared machine is twice as fast at one minute as at another. SimPy does
the same work everywhere, and how fast it did that where the goals were set is known: times are told in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from tests.bench.simulation import FIRST_SEED, RIVALS, measure

WHERE_GOALS_WERE_SET = 46_000.0
"""Requests per second of SimPy on W2 there, on one core."""

REQUESTS = 20_000
"""Half a second's work."""

NOTE = """\
"There" is the machine on which the goals were set. How fast this one is beside it is told by SimPy, which does the same
work on both, and is read here between the runs."""


def read_speed() -> float | None:
    """The speed of this machine now, as part of that one's; None where SimPy is not installed."""
    result = measure("simpy", "W2", REQUESTS, FIRST_SEED) if RIVALS.exists() else None
    return None if result is None else float(result["rate"]) / WHERE_GOALS_WERE_SET


def average(speeds: Iterable[float | None]) -> float | None:
    """Of several readings; None when one failed, or there is none."""
    read = list(speeds)
    known = [speed for speed in read if speed is not None]
    return fmean(known) if known and len(known) == len(read) else None
