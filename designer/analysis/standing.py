"""What counts cost at least, without an analysis: machines and storage by node, and the least that traffic costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from designer.analysis.knobs import Levels
from designer.analysis.model import Analysis
from designer.analysis.shrinking import CENT
from designer.analysis.trials import Trials
from designer.catalog.model import Behavior


class Standing:
    """The costs of one drawn shape around levels that hold.

    Each node's machines and storage hang on its own dials alone, so they are worked out once for each of its levels.
    """

    def __init__(self, trials: Trials, levels: Levels) -> None:
        """Raises SpentError when the analyses do not suffice."""
        self._trials, self._levels = trials, levels
        self._like = trials.at(levels)
        self._own: dict[str, list[int]] = {}
        for index, dial in enumerate(trials.dials):
            self._own.setdefault(dial.node, []).append(index)
        self._known: dict[tuple[str, Levels], float] = {}
        self._rest: float | None = None  # of what has no dial
        # Caches, whose counts and memory save requests and answers; nothing else changes what these cost.
        self.savers = tuple(
            index
            for index, dial in enumerate(trials.dials)
            if trials.catalog[trials.design.node(dial.node).component].behavior is Behavior.CACHE
        )
        largest = trials.moved(levels, [(at, trials.dials[at].most) for at in self.savers])
        self.least_by_use = min(by_use(self._like), by_use(trials.at(largest)))

    @cached_property
    def free(self) -> frozenset[int]:
        """Dials of which one more than the least costs nothing."""
        floor = tuple(dial.least for dial in self._trials.dials)
        most = self.least(floor) * (1.0 + CENT)
        costs = self.turned(floor, [level + 1 for level in floor])
        return frozenset(index for index, cost in enumerate(costs) if cost <= most)

    def least(self, levels: Levels) -> float:
        """USD per month that these levels cost at least, and so does all that has no less of anything."""
        keys = [(name, tuple([levels[index] for index in own])) for name, own in self._own.items()]
        if self._rest is None or any(key not in self._known for key in keys):
            costs = self._trials.standing_cost(levels, self._like)
            self._known.update({key: costs.get(key[0], 0.0) for key in keys})
            self._rest = math.fsum(cost for name, cost in costs.items() if name not in self._own)
        return math.fsum([self._rest, self.least_by_use, *(self._known[key] for key in keys)])

    def is_worth(self, levels: Levels, index: int) -> bool:
        """Whether the dial is to be tried there: what costs nothing goes up to where it is at the levels that hold."""
        return index not in self.free or levels[index] <= self._levels[index]

    def turned(self, levels: Levels, others: Sequence[int]) -> list[float]:
        """As least, with each dial alone where it is among the others, as far as it can be turned."""
        alone = [self._trials.moved(levels, [item]) for item in enumerate(others)]
        for place in range(max(map(len, self._own.values()), default=0)):
            # One dial of every node at once: that many costs are known for the price of one.
            turned = [own[place] for own in self._own.values() if place < len(own)]
            self.least(self._trials.moved(levels, [(index, others[index]) for index in turned]))
        return [self.least(item) for item in alone]

    def highs(self, levels: Levels, limit: float) -> Levels:
        """How high each dial can be, the others where they are, before all costs as much as the limit."""
        low, most = list(levels), [dial.most for dial in self._trials.dials]
        for index in self.free:
            low[index] = most[index] = max(levels[index], self._levels[index])
        while low != most:
            middle = [(pair[0] + pair[1] + 1) // 2 for pair in zip(low, most, strict=True)]
            for at, cost in enumerate(self.turned(levels, middle)):
                if low[at] < most[at] and cost < limit:
                    low[at] = middle[at]
                elif low[at] < most[at]:
                    most[at] = middle[at] - 1
        return tuple(low)


def by_use(analysis: Analysis) -> float:
    """USD per month that requests, answers and tokens cost."""
    return math.fsum(item.by_use for item in analysis.cost.nodes)
