"""All combinations of counts that cost less than the ones found: none of them may do, or one of them is better."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from designer.analysis.knobs import Levels
from designer.analysis.shrinking import CENT, shrink
from designer.analysis.trials import Trials
from designer.catalog.model import Knob

MOST_COMBINATIONS = 10_000
"""Cheaper combinations than this are not gone through one by one."""

FEW = 200
"""So many combinations are each analysed, and nothing is taken for granted of them."""

Priced = tuple[Levels, float]
"""Levels of some of the dials, and what they cost beyond the least, or in all."""


def find_floor(trials: Trials, levels: Levels) -> Levels:
    """For each dial a level below which nothing holds that costs less than these levels, whatever the others are at.

    It is told with everything else as high as the money goes, and that more of one count never breaks what holds is
    taken for granted. Raises SpentError when the analyses do not suffice.
    """
    lows = tuple(dial.least for dial in trials.dials)
    while True:
        highs = _highs(trials, levels, lows)
        if not trials.holds(highs):  # here more of something does break what held
            return lows
        raised = tuple(_low(trials, levels, lows, highs, index) for index in range(len(lows)))
        if raised == lows:
            return lows
        lows = raised


def _low(trials: Trials, levels: Levels, lows: Levels, highs: Levels, index: int) -> int:
    low, high = lows[index], levels[index]
    if low >= high or trials.holds(trials.moved(highs, [(index, low)])):
        return low
    while high - low > 1:
        middle = (low + high) // 2
        if trials.holds(trials.moved(highs, [(index, middle)])):
            high = middle
        else:
            low = middle
    return high


def _highs(trials: Trials, levels: Levels, lows: Levels) -> Levels:
    """How high each dial can be, the others at their lowest, before all costs as much as these levels.

    What costs nothing is tried up to where it is.
    """
    like = trials.at(levels)
    most = trials.cost(levels) - _by_traffic(trials, levels)

    def cost(index: int, level: int) -> float:
        placed = trials.moved(lows, [(index, level)])
        return math.fsum(trials.standing_cost(placed, like).values())

    def high(index: int) -> int:
        low = lows[index]
        if cost(index, low + 1) <= cost(index, low) * (1.0 + CENT):
            return levels[index]
        last = _last_below(lambda level: cost(index, level) < most, low, trials.dials[index].most)
        return max(levels[index], last)

    return tuple(high(index) for index in range(len(lows)))


def find_least_cost(trials: Trials, levels: Levels, lows: Levels) -> float:
    """USD per month that any levels from these lows upwards cost at least."""
    standing = trials.standing_cost(lows, trials.at(levels))
    return min(math.fsum(standing.values()) + _by_traffic(trials, levels), trials.cost(levels))


def find_cheaper(trials: Trials, levels: Levels, lows: Levels) -> tuple[Levels | None, bool]:
    """Levels that hold and cost less, if there are any; and whether it is certain that there are no others.

    Goes through what costs less, the largest combinations first: where one of them fails, so does everything that has
    no more of anything. Where there are few, each is tried and that is not taken for granted.
    Raises SpentError when the analyses do not suffice.
    """
    cheaper = _list_cheaper(trials, levels, tuple(dial.least for dial in trials.dials), FEW)
    thorough = cheaper is not None
    if cheaper is None:
        cheaper = _list_cheaper(trials, levels, lows, MOST_COMBINATIONS)
    if cheaper is None:
        return None, False
    found = _first_that_holds(trials, levels, cheaper, thorough=thorough)
    return (None, True) if found is None else (shrink(trials, found), False)


def _first_that_holds(
    trials: Trials, levels: Levels, cheaper: Sequence[Levels], *, thorough: bool
) -> Levels | None:
    failed: list[Levels] = []
    limit = trials.cost(levels) * (1.0 - CENT)
    for candidate in sorted(cheaper, key=lambda item: (-sum(item), item)):
        if not any(_no_more(candidate, other) for other in failed):
            if trials.holds(candidate):
                if trials.cost(candidate) < limit:
                    return candidate
            elif not thorough:
                failed.append(candidate)
    return None


def _no_more(one: Levels, other: Levels) -> bool:
    return all(level <= most for level, most in zip(one, other, strict=True))


def _list_cheaper(trials: Trials, levels: Levels, lows: Levels, most: int) -> list[Levels] | None:
    """Every combination from the lows upwards whose machines and storage cost less; None: more than `most`."""
    nodes = list(dict.fromkeys(dial.node for dial in trials.dials))
    floor = trials.standing_cost(lows, trials.at(levels))
    least = {name: floor.get(name, 0.0) for name in nodes}
    room = trials.cost(levels) - _by_traffic(trials, levels) - math.fsum(floor.values())
    combinations: list[Priced] = [((), 0.0)]
    for name in nodes:
        choices = [
            (own, cost - least[name])
            for own, cost in _choices(trials, levels, lows, name, least[name] + room, most)
        ]
        combinations = list(islice(_joined(combinations, choices, room), most + 1))
        if len(combinations) > most:
            return None
    return [combined for part, _ in combinations if (combined := _in_order(trials, nodes, part)) != levels]


def _joined(some: Sequence[Priced], others: Iterable[Priced], room: float) -> Iterator[Priced]:
    """Each of some with each of the others, as long as both together cost less than there is room for."""
    cheapest_first = sorted(others, key=lambda item: item[1])
    for part, extra in some:
        for own, more in cheapest_first:
            if extra + more >= room:
                break
            yield part + own, extra + more


def _by_traffic(trials: Trials, levels: Levels) -> float:
    """The least that requests and answers cost: larger caches save some of them, so with the largest there are."""
    largest = trials.moved(
        levels, [(at, dial.most) for at, dial in enumerate(trials.dials) if dial.knob is Knob.MEMORY]
    )
    ends = (trials.at(levels), trials.at(largest))
    return min(math.fsum(item.by_use for item in found.cost.nodes) for found in ends)


def _choices(
    trials: Trials, levels: Levels, lows: Levels, node: str, most: float, number: int
) -> Iterator[Priced]:
    """Levels of the node's own dials that cost less than `most`; what costs nothing is tried up to where it is.

    No more than one above `number` of them.
    """
    own = [index for index, dial in enumerate(trials.dials) if dial.node == node]
    like = trials.at(levels)
    known: dict[Levels, float] = {}
    left = number + 1

    def cost(part: Levels) -> float:
        if part not in known:
            placed = trials.moved(lows, zip(own, part, strict=True))
            known[part] = trials.standing_cost(placed, like).get(node, 0.0)
        return known[part]

    def spread(part: Levels) -> Iterator[Priced]:
        nonlocal left
        if len(part) == len(own):
            left -= 1
            yield part, cost(part)
            return
        at = own[len(part)]
        now, low = levels[at], lows[at]
        rest = tuple(lows[index] for index in own[len(part) + 1 :])
        free = cost((*part, low + 1, *rest)) <= cost((*part, low, *rest)) * (1.0 + CENT)
        for level in range(low, (now if free else trials.dials[at].most) + 1):
            if left <= 0 or cost((*part, level, *rest)) >= most:
                break
            yield from spread((*part, level))

    yield from spread(())


def _in_order(trials: Trials, nodes: Sequence[str], levels: Levels) -> Levels:
    """Levels that are listed node by node, in the order of the dials."""
    rest = iter(levels)
    placed = {name: [next(rest) for dial in trials.dials if dial.node == name] for name in nodes}
    own = {name: iter(part) for name, part in placed.items()}
    return tuple(next(own[dial.node]) for dial in trials.dials)


def _last_below(below: Callable[[int], bool], low: int, most: int) -> int:
    """The highest level up to `most` that is below, where every level above one that is not is not either."""
    while low < most:
        middle = (low + most + 1) // 2
        if below(middle):
            low = middle
        else:
            most = middle - 1
    return low
