"""All combinations of counts that cost less than the ones found, where they are few."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from designer.analysis.knobs import Levels
from designer.analysis.shrinking import CENT
from designer.analysis.standing import Standing
from designer.analysis.trials import Trials

FEW = 200
"""So many combinations are each analysed, and nothing is taken for granted of them."""


def list_cheaper(trials: Trials, standing: Standing, levels: Levels) -> list[Levels] | None:
    """Every combination whose machines and storage leave room for less than these levels cost; None: not few."""
    if len(levels) > FEW:
        return None
    found = list(islice(_spread(trials, standing, levels, ()), FEW + 2))
    return None if len(found) > FEW + 1 else [other for other in found if other != levels]


def first_that_holds(trials: Trials, levels: Levels, cheaper: list[Levels]) -> Levels | None:
    """The first of them, the largest before the others, that holds and costs less. Raises SpentError."""
    limit = trials.cost(levels) * (1.0 - CENT)
    for candidate in sorted(cheaper, key=lambda item: (-sum(item), item)):
        if trials.holds(candidate) and trials.cost(candidate) < limit:
            return candidate
    return None


def _spread(trials: Trials, standing: Standing, levels: Levels, part: Levels) -> Iterator[Levels]:
    """All that begins with these levels, the dials after them as low as they go and upwards."""
    if len(part) == len(levels):
        yield part
        return
    at = len(part)
    rest = tuple(dial.least for dial in trials.dials[at + 1 :])
    start = (*part, trials.dials[at].least, *rest)
    limit = trials.cost(levels)
    for level in range(start[at], trials.dials[at].most + 1):
        raised = (*part, level, *rest)
        if standing.least(raised) >= limit or not (level == start[at] or standing.is_worth(raised, at)):
            return
        yield from _spread(trials, standing, levels, (*part, level))
