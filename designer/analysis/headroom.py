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
    """The largest multiple of today's traffic at which every requirement that traffic decides still holds.

    Bisection on a logarithmic scale, since no requirement becomes easier to meet when traffic grows. What is missed
    even at next to no traffic is left out of the search and named in the reason. None when nothing can be judged.
    """
    judged = {item.requirement for item in analysis.verdicts if item.state is not State.UNKNOWN}
    if not judged:
        return None
    hopeless = _hopeless(analysis, judge_at, judged)
    deciding = judged - {item.requirement for item in hopeless}

    def broken(multiple: float) -> Verdict | None:
        return _worst(judge_at(multiple), deciding)

    if not deciding:
        nodes = tuple(dict.fromkeys(node for item in hopeless for node in item.nodes))
        return Headroom(0.0, hopeless[0].requirement, nodes, _aside(hopeless).strip())
    low, high, culprit = _bracket(_worst(analysis.verdicts, deciding), broken)
    if culprit is None:
        return Headroom(
            math.inf, None, (), f"Nothing gives way, however much traffic comes.{_aside(hopeless)}"
        )
    while high / low > PRECISION:
        middle = math.sqrt(low * high)
        found = broken(middle)
        if found is None:
            low = middle
        else:
            high, culprit = middle, found
    reason = f"{culprit.title} gives way first.{_aside(hopeless)}"
    return Headroom(low, culprit.requirement, culprit.nodes, reason)


def _hopeless(analysis: Analysis, judge_at: JudgeAt, judged: set[str]) -> tuple[Verdict, ...]:
    """What is missed now and stays missed when there is next to no traffic."""
    missed = {item.requirement for item in analysis.verdicts if item.state is State.MISSED} & judged
    if not missed:
        return ()
    least = judge_at(SMALLEST)
    return tuple(item for item in least if item.requirement in missed and item.state is not State.MET)


def _aside(hopeless: tuple[Verdict, ...]) -> str:
    titles = ", ".join(item.title for item in hopeless)
    return f" Missed at any traffic: {titles}." if hopeless else ""


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
    while True:
        # Ends: what is missed at the smallest multiple was left out beforehand.
        found = broken(multiple / 2)
        if found is None or multiple / 2 <= SMALLEST:
            return multiple / 2, multiple, culprit
        multiple, culprit = multiple / 2, found


def _worst(verdicts: tuple[Verdict, ...], judged: set[str]) -> Verdict | None:
    """The missed requirement that is furthest off, or None when all hold."""
    missed = [item for item in verdicts if item.requirement in judged and item.state is not State.MET]
    return min(missed, key=_distance, default=None)


def _distance(verdict: Verdict) -> float:
    margin = verdict.margin
    return -math.inf if margin is None else margin
