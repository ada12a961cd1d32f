"""How much more traffic the design takes, and which requirement gives way first."""

from __future__ import annotations

import math
from collections.abc import Callable

from designer.analysis.model import Analysis, Headroom, State, Verdict

SMALLEST = 1 / 1024  # below a thousandth of the stated traffic a requirement is missed "at any traffic"
LARGEST = 1024.0
PRECISION = 1.01  # the multiple is found to within 1 %

JudgeAt = Callable[[float], tuple[Verdict, ...]]


def find_headroom(analysis: Analysis, judge_at: JudgeAt) -> Headroom | None:
    """The largest multiple of today's traffic at which every requirement that can be judged still holds.

    Bisection on a logarithmic scale, since no requirement becomes easier to meet when traffic grows.
    None when nothing can be judged.
    """
    judged = {item.requirement for item in analysis.verdicts if item.state is not State.UNKNOWN}
    if not judged:
        return None

    def broken(multiple: float) -> Verdict | None:
        return _worst(judge_at(multiple), judged)

    now = _worst(analysis.verdicts, judged)
    low, high, culprit = _bracket(now, broken)
    if culprit is None:
        return Headroom(math.inf, None, (), "No requirement breaks, however much traffic comes.")
    if low == 0.0:
        return Headroom(0.0, culprit.requirement, culprit.nodes, f"{culprit.title} is missed at any traffic.")
    while high / low > PRECISION:
        middle = math.sqrt(low * high)
        found = broken(middle)
        if found is None:
            low = middle
        else:
            high, culprit = middle, found
    return Headroom(low, culprit.requirement, culprit.nodes, f"{culprit.title} gives way first.")


def _bracket(
    now: Verdict | None, broken: Callable[[float], Verdict | None]
) -> tuple[float, float, Verdict | None]:
    """A multiple that holds and one that breaks, a factor of two apart, with what breaks at the latter."""
    multiple, culprit = 1.0, now
    if culprit is None:
        while multiple < LARGEST:
            found = broken(multiple * 2)
            if found is not None:
                return multiple, multiple * 2, found
            multiple *= 2
        return multiple, math.inf, None
    while multiple > SMALLEST:
        found = broken(multiple / 2)
        if found is None:
            return multiple / 2, multiple, culprit
        multiple, culprit = multiple / 2, found
    return 0.0, multiple, culprit


def _worst(verdicts: tuple[Verdict, ...], judged: set[str]) -> Verdict | None:
    """The missed requirement that is furthest off, or None when all hold."""
    missed = [item for item in verdicts if item.requirement in judged and item.state is not State.MET]
    return min(missed, key=_distance, default=None)


def _distance(verdict: Verdict) -> float:
    margin = verdict.margin
    return -math.inf if margin is None else margin
