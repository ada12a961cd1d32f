"""From enough of everything downwards: no count stays higher than it must."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product

from designer.analysis.knobs import Levels
from designer.analysis.trials import MOST_ANALYSES, Trials
from designer.catalog.model import Behavior, Knob

MOST_PASSES = 6

MOST_COMBINATIONS = 20_000
"""Cheaper combinations than this are not gone through one by one."""

MOST_DIALS = 6
"""Designs with more dials than this have too many combinations."""

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


def exchange(trials: Trials, levels: Levels) -> Levels:
    """Cheaper levels by one step more of one dial and fewer of others; memory and copies can stand for machines.

    Raises SpentError when the analyses do not suffice.
    """
    for index, dial in enumerate(trials.dials):
        while dial.knob in (Knob.MEMORY, Knob.REPLICAS) and levels[index] < dial.most:
            higher = trials.moved(levels, [(index, levels[index] + 1)])
            if not trials.holds(higher) or not is_affordable(trials):
                break
            found = shrink_around(trials, higher, index)
            if trials.cost(found) >= trials.cost(levels) * (1.0 - CENT):
                break
            levels = found
    return levels


def shrink_around(trials: Trials, levels: Levels, kept: int) -> Levels:
    """As shrink in one pass, with one dial left where it is."""
    for index in _by_saving(trials, levels):
        if index != kept:
            levels = _lower(trials, levels, index)
    return levels


def find_cheapest(trials: Trials, levels: Levels) -> tuple[Levels, bool]:
    """The cheapest levels of all, and whether that is certain: no cheaper combination is left untried.

    Goes through what costs less, the largest combinations first: where one of them fails, so does everything that has
    no more of anything. That more of one count never breaks what holds is taken for granted.
    Raises SpentError when the analyses do not suffice.
    """
    while True:
        cheaper = _cheaper(trials, levels)
        if cheaper is None:
            return levels, False
        found = _first_that_holds(trials, levels, cheaper)
        if found is None:
            return levels, True
        levels = shrink(trials, found)


def _first_that_holds(trials: Trials, levels: Levels, cheaper: Sequence[Levels]) -> Levels | None:
    failed: list[Levels] = []
    limit = trials.cost(levels) * (1.0 - CENT)
    for candidate in sorted(cheaper, key=lambda item: (-sum(item), item)):
        if not any(_no_more(candidate, other) for other in failed):
            if not trials.holds(candidate):
                failed.append(candidate)
            elif trials.cost(candidate) < limit:
                return candidate
    return None


def _no_more(one: Levels, other: Levels) -> bool:
    return all(level <= most for level, most in zip(one, other, strict=True))


def _cheaper(trials: Trials, levels: Levels) -> list[Levels] | None:
    """Every combination whose machines and storage cost less than these levels in all; None: too many to go through."""
    if len(trials.dials) > MOST_DIALS:
        return None
    nodes = list(dict.fromkeys(dial.node for dial in trials.dials))
    floor = _floor(trials, levels)
    least = {name: floor.get(name, 0.0) for name in nodes}
    room = trials.cost(levels) - _by_traffic(trials, levels) - math.fsum(floor.values())
    choices: list[list[tuple[Levels, float]]] = []
    count = 1
    for name in nodes:
        found = list(_choices(trials, levels, name, least[name] + room))
        count *= max(1, len(found))
        if count > MOST_COMBINATIONS:
            return None
        choices.append(found)
    return [
        combined
        for parts in product(*choices)
        if math.fsum(cost - least[name] for name, (_, cost) in zip(nodes, parts, strict=True)) < room
        and (combined := _combine(trials, nodes, [part for part, _ in parts])) != levels
    ]


def _by_traffic(trials: Trials, levels: Levels) -> float:
    """The least that requests and answers cost: larger caches save some of them, so with the largest there are."""
    largest = trials.moved(
        levels, [(at, dial.most) for at, dial in enumerate(trials.dials) if dial.knob is Knob.MEMORY]
    )
    ends = (trials.at(levels), trials.at(largest))
    return min(math.fsum(item.by_use for item in found.cost.nodes) for found in ends)


def _floor(trials: Trials, levels: Levels) -> dict[str, float]:
    """What machines and storage cost at every node with every dial at its least."""
    least = tuple(dial.least for dial in trials.dials)
    return trials.standing_cost(least, trials.at(levels))


def _choices(trials: Trials, levels: Levels, node: str, most: float) -> Iterator[tuple[Levels, float]]:
    """Levels of the node's own dials that cost less than `most`; what costs nothing is tried up to where it is."""
    own = [index for index, dial in enumerate(trials.dials) if dial.node == node]
    like = trials.at(levels)
    everything_least = tuple(dial.least for dial in trials.dials)
    known: dict[Levels, float] = {}

    def cost(part: Levels) -> float:
        if part not in known:
            placed = trials.moved(everything_least, zip(own, part, strict=True))
            known[part] = trials.standing_cost(placed, like).get(node, 0.0)
        return known[part]

    def spread(part: Levels) -> Iterator[tuple[Levels, float]]:
        if len(part) == len(own):
            yield part, cost(part)
            return
        dial, now = trials.dials[own[len(part)]], levels[own[len(part)]]
        rest = tuple(trials.dials[index].least for index in own[len(part) + 1 :])
        free = cost((*part, dial.least + 1, *rest)) <= cost((*part, dial.least, *rest)) * (1.0 + CENT)
        for level in range(dial.least, (now if free else dial.most) + 1):
            if cost((*part, level, *rest)) >= most:
                break
            yield from spread((*part, level))

    yield from spread(())


def _combine(trials: Trials, nodes: Sequence[str], parts: Sequence[Levels]) -> Levels:
    own = {name: iter(part) for name, part in zip(nodes, parts, strict=True)}
    return tuple(next(own[dial.node]) for dial in trials.dials)


def is_affordable(trials: Trials) -> bool:
    """Whether there are analyses left for another pass over the dials."""
    return trials.analyses + 2 * len(trials.dials) < MOST_ANALYSES
