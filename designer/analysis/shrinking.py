"""From enough of everything downwards: no count stays higher than it must."""

from __future__ import annotations

import math
from collections.abc import Iterator

from designer.analysis.knobs import Levels
from designer.analysis.trials import Trials
from designer.catalog.model import Behavior, Knob

MOST_PASSES = 6

CENT = 1e-6
"""Costs that differ by less than this part are the same."""


def shrink(trials: Trials, levels: Levels) -> Levels:
    """Every dial as low as it goes while all holds, the most costly first, until none can be lowered.

    Raises SpentError when the analyses do not suffice.
    """
    for _ in range(MOST_PASSES):
        before = levels
        for index in _by_saving(trials, levels):
            levels = _lower(trials, levels, index)
        if levels == before:
            break
    return levels


def _by_saving(trials: Trials, levels: Levels) -> list[int]:
    """The dials that can be lowered, those whose step saves most first."""
    like = trials.at(levels)
    total = math.fsum(trials.standing_cost(levels, like).values())
    savings = []
    for index, dial in enumerate(trials.dials):
        if levels[index] > dial.least:
            lower = trials.moved(levels, [(index, levels[index] - 1)])
            savings.append((math.fsum(trials.standing_cost(lower, like).values()) - total, index))
    return [index for _, index in sorted(savings)]


def _lower(trials: Trials, levels: Levels, index: int) -> Levels:
    """The dial at the lowest level that holds while the others stay; it is taken that all above it hold too."""
    dial, low = trials.dials[index], trials.dials[index].least
    one_less = trials.moved(levels, [(index, levels[index] - 1)])
    if levels[index] == low:
        return levels
    if trials.catalog[trials.design.node(dial.node).component].behavior is Behavior.CACHE:
        return _descend(trials, levels, index)
    if not trials.holds(one_less):
        return levels
    high = levels[index] - 1
    if high > low and _holds(trials, levels, index, low):
        high = low
    while high - low > 1:
        middle = (low + high) // 2
        if _holds(trials, levels, index, middle):
            high = middle
        else:
            low = middle
    return trials.moved(levels, [(index, high)])


def _descend(trials: Trials, levels: Levels, index: int) -> Levels:
    """As long as it gets cheaper: what a smaller cache does not answer is paid for further on."""
    step = max(1, levels[index] // 4)
    while step:
        lower = trials.moved(levels, [(index, levels[index] - step)])
        if lower != levels and trials.holds(lower) and trials.cost(lower) <= trials.cost(levels):
            levels = lower
        else:
            step //= 2
    return levels


def _holds(trials: Trials, levels: Levels, index: int, level: int) -> bool:
    return trials.holds(trials.moved(levels, [(index, level)]))


def is_minimal(trials: Trials, levels: Levels) -> bool:
    """Whether one step less of any dial breaks something, or costs more. Raises SpentError."""
    for index, dial in enumerate(trials.dials):
        if levels[index] > dial.least:
            lower = trials.moved(levels, [(index, levels[index] - 1)])
            if trials.holds(lower) and trials.cost(lower) <= trials.cost(levels):
                return False
    return True


def exchange(trials: Trials, levels: Levels) -> Iterator[Levels]:
    """Ever cheaper levels, by more of one dial and fewer of others: memory and copies can stand for machines.

    Raises SpentError when the analyses do not suffice.
    """
    for index, dial in enumerate(trials.dials):
        if dial.knob in (Knob.MEMORY, Knob.REPLICAS):
            for level in _higher(trials, levels, index):
                found = shrink_around(trials, trials.moved(levels, [(index, level)]), index)
                if trials.holds(found) and trials.cost(found) < trials.cost(levels) * (1.0 - CENT):
                    levels = found
                    yield levels


def _higher(trials: Trials, levels: Levels, index: int) -> Iterator[int]:
    """Levels above, in growing steps of copies, as long as this dial alone does not cost more than all do now."""
    dial, most, step = trials.dials[index], trials.cost(levels), 1
    least = tuple(item.least for item in trials.dials)
    level = levels[index] + 1
    while level <= dial.most and is_affordable(trials):
        alone = trials.standing_cost(trials.moved(least, [(index, level)]), trials.at(levels))
        if math.fsum(alone.values()) >= most:
            return
        yield level
        step = 1 if dial.knob is Knob.MEMORY else 2 * step
        level += step


def shrink_around(trials: Trials, levels: Levels, kept: int) -> Levels:
    """As shrink in one pass, with one dial left where it is."""
    for index in _by_saving(trials, levels):
        if index != kept:
            levels = _lower(trials, levels, index)
    return levels


def is_affordable(trials: Trials) -> bool:
    """Whether there are analyses left for another pass over the dials."""
    return trials.analyses + 2 * len(trials.dials) < trials.allowance
