"""Reachability by any way: a decision diagram made from the top down, one visit after the other.

What matters of the visits gone through is only which later ones they lead to. So a state is the set of visits that
have been reached and not been looked at, and there are as many states as the drawing is wide, not long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FAILS = 0
WORKS = 1


class Way(NamedTuple):
    """A visit that needs at most one other: its own variables, and the visits any of which will do; None: no other."""

    own: tuple[int, ...]
    onward: tuple[int, ...] | None


class Decisions(NamedTuple):
    """Each decision is a way by its number and where it leads when that fails and when it works, and comes after these.

    0 is failure, 1 is success, and n + 2 is decision number n. `starts` are these for each of the ways asked for.
    """

    listed: tuple[tuple[int, int, int], ...]
    starts: tuple[int, ...]


def follow(ways: Sequence[Way], starts: Sequence[int], most: int) -> Decisions | None:
    """The decisions that tell whether each of `starts` works; ways lead only to ways before them.

    None where a variable decides several ways, and where there would be more than `most` decisions.
    """
    order = _order(ways, starts)
    seen: set[int] = set()
    for way in order:
        if not seen.isdisjoint(ways[way].own):
            return None
        seen.update(ways[way].own)
    places = {way: place for place, way in enumerate(order)}
    onward: list[int | None] = []
    for way in order:
        targets = ways[way].onward
        onward.append(None if targets is None else sum([1 << places[target] for target in set(targets)]))
    leads = _decide([1 << places[start] for start in starts], onward, most)
    if leads is None:
        return None
    numbers = {0: FAILS, -1: WORKS}
    listed: list[tuple[int, int, int]] = []
    for state in sorted(leads, key=lambda state: -(state & -state)):
        low, high = leads[state]
        numbers[state] = len(listed) + 2
        listed.append((order[(state & -state).bit_length() - 1], numbers[low], numbers[high]))
    return Decisions(tuple(listed), tuple([numbers[1 << places[start]] for start in starts]))


def _order(ways: Sequence[Way], starts: Sequence[int]) -> list[int]:
    """All ways that are reached, each before those it leads to, by the length of the longest way to them."""
    depth = dict.fromkeys(starts, 0)
    for way in range(max(starts), -1, -1):
        if way in depth:
            for target in ways[way].onward or ():
                depth[target] = max(depth.get(target, 0), depth[way] + 1)
    return sorted(depth, key=lambda way: (depth[way], -way))


def _decide(
    starts: Sequence[int], onward: Sequence[int | None], most: int
) -> dict[int, tuple[int, int]] | None:
    """All sets that can come up, with those they lead to. The lowest bit of a set is looked at; -1 is success."""
    leads: dict[int, tuple[int, int]] = {}
    waiting = list(starts)
    while waiting:
        state = waiting.pop()
        if state in leads:
            continue
        bit = state & -state
        low = state ^ bit
        following = onward[bit.bit_length() - 1]
        high = -1 if following is None else low | following
        leads[state] = (low, high)
        if len(leads) > most:
            return None
        if low:
            waiting.append(low)
        if high > 0:
            waiting.append(high)
    return leads
