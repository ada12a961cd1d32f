"""The cheapest combination of counts that holds, by what the combinations that fail say of all the others.

What costs least is looked at first. Where it fails, it is told how far each count could be raised and it would still
fail: nothing in that box needs to be looked at, and whatever may hold has more of something than the box has. So when
nothing that is left can be cheaper than what holds, that is the cheapest.

It is taken for granted that more of one count brings what is missed nearer up to some point and never again beyond
it, and that only caches change what traffic costs. Nothing is claimed where anything analysed speaks against that.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from designer.analysis.boxes import Box, is_within, learn
from designer.analysis.knobs import Levels
from designer.analysis.shrinking import CENT, shrink
from designer.analysis.standing import Standing, by_use
from designer.analysis.trials import SpentError, Trials

MOST_STEPS = 5_000
"""Combinations taken from the queue: a few hundred are usual."""

ALONE = 40
"""So many dials are raised one by one to see whether that does harm: together one can hide what another spoils."""

Open = tuple[float, Levels]
"""Levels that are not yet looked at, after what they, and all that has no less of anything, cost at least."""


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The cheapest levels found that hold, and how sure it is that nothing is cheaper."""

    levels: Levels
    exact: bool
    least_cost: float  # USD per month that nothing that holds costs less than


def find_cheapest(trials: Trials, standing: Standing, levels: Levels) -> Cheapest:
    """The cheapest levels that hold, from some that do.

    The search ends early where steps or the analyses that are allowed do not suffice; then it is told how cheap what
    is left could be.
    """
    search = _Search(trials, standing, levels)
    with suppress(SpentError):
        search.run()
        search.doubt()
    cost = trials.cost(search.best)
    if not search.is_sound():
        floor = standing.least(tuple(dial.least for dial in trials.dials))
        return Cheapest(search.best, exact=False, least_cost=min(floor, cost))
    least_cost = min(search.least_open, cost)
    exact = search.is_sure and least_cost >= search.limit
    return Cheapest(search.best, exact=exact, least_cost=least_cost)


class _Search:
    """A queue of combinations, the cheapest first, and the boxes in which all fail."""

    def __init__(self, trials: Trials, standing: Standing, levels: Levels) -> None:
        self.trials, self.standing, self.best = trials, standing, levels
        self.limit = trials.cost(levels) * (1.0 - CENT)
        self.boxes: list[Box] = []
        self.held: list[Levels] = []  # what holds and was looked at
        self.harmful: frozenset[int] = frozenset()
        self.is_sure = False  # nothing near what was found is cheaper
        self.queue: list[Open] = []
        self.queued: set[Levels] = set()
        self._start(tuple(dial.least for dial in trials.dials))

    @property
    def least_open(self) -> float:
        """USD per month that whatever is not yet ruled out costs at least."""
        return min(self.queue[0][0], self.limit) if self.queue else self.limit

    def run(self) -> None:
        """Until nothing open is cheaper than what was found. Raises SpentError when the analyses do not suffice."""
        highs = self.standing.highs(self.queue[0][1], self.limit)
        self.harmful = frozenset(self._find_harmful(range(len(highs)), highs))
        self._rise()
        for _ in range(MOST_STEPS):
            if self.least_open >= self.limit:
                return
            following = self._follow(self.queue[0][1])  # which stays open until that is known
            heapq.heappop(self.queue)
            for item in following:
                if item[1] not in self.queued:
                    self.queued.add(item[1])
                    heapq.heappush(self.queue, item)

    def doubt(self) -> None:
        """Look at what is ruled out though it is near: one more of a dial, one less of another. Raises SpentError."""
        best = shrink(self.trials, self.best)
        sure = not self._is_cheaper(best)
        self.best = best if self.trials.cost(best) <= self.trials.cost(self.best) else self.best
        for more, level in enumerate(best):
            for less, other in enumerate(best):
                near = self.trials.moved(best, [(more, level + 1), (less, other - 1)])
                if more != less and self.standing.least(near) < self.limit and self._is_cheaper(near):
                    self._improve(near)
                    sure = False
        self.is_sure = sure

    def is_sound(self) -> bool:
        """Whether nothing that was analysed speaks against what was taken for granted."""
        holding = self.trials.list_holding()
        if any(box.has(levels) for box in self.boxes for levels in holding):
            return False
        uses: dict[Levels, float] = {}
        for levels in holding:
            use = by_use(self.trials.at(levels))
            alike = uses.setdefault(tuple([levels[index] for index in self.standing.savers]), use)
            if abs(alike - use) > CENT * use or use < self.standing.least_by_use * (1.0 - CENT):
                return False
        return True

    def _start(self, levels: Levels) -> None:
        self.queue, self.queued = [(self.standing.least(levels), levels)], {levels}

    def _find_harmful(self, dials: Sequence[int], highs: Levels) -> list[int]:
        """Those of the dials of which more, as far as the money goes, breaks what holds."""
        moves = [(at, highs[at]) for at in dials if highs[at] > self.best[at]]
        together = len(dials) == 1 or len(highs) > ALONE
        if together and self.trials.holds(self.trials.moved(self.best, moves)):
            return []
        if len(dials) == 1:
            return list(dials)
        middle = len(dials) // 2
        return [
            *self._find_harmful(dials[:middle], highs),
            *self._find_harmful(dials[middle:], highs),
        ]

    def _rise(self) -> None:
        """Begin where each dial is as high as it must be, even with the most of all others that can be paid for."""
        before = None
        while (levels := self.queue[0][1]) != before:
            before = levels
            for last, level in enumerate(self.best):
                if self.trials.holds(levels):
                    return
                if levels[last] < level:
                    self.boxes.append(self._learn(levels, last))
                    levels = self._leave(levels)
                    self._start(levels)

    def _leave(self, levels: Levels) -> Levels:
        """Out of the boxes around them, as long as there is one way only."""
        while True:
            ways = [list(self._raised(levels, box.highs)) for box in self.boxes if box.has(levels)]
            only = next((way[0][1] for way in ways if len(way) == 1), None)
            if only is None:
                return levels
            levels = only

    def _follow(self, levels: Levels) -> list[Open]:
        """What is open instead of these levels once they are looked at."""
        if any(is_within(held, levels) for held in self.held):
            return []
        around = [box for box in self.boxes if box.has(levels)]
        if not around:
            if self.trials.holds(levels):
                return self._keep(levels)
            around = [self._learn(levels)]
            self.boxes += around
        ways = (list(self._raised(levels, box.highs)) for box in around)
        return min(ways, key=lambda way: (len(way), -min(way)[0] if way else 0.0))

    def _keep(self, levels: Levels) -> list[Open]:
        """These hold, and of all that has no less of anything only what has larger caches can be cheaper."""
        if self._is_cheaper(levels):
            self._improve(levels)
        self.held.append(levels)
        return list(self._raised(levels, levels, self.standing.savers))

    def _is_cheaper(self, levels: Levels) -> bool:
        return self.trials.holds(levels) and self.trials.cost(levels) < self.limit

    def _improve(self, levels: Levels) -> None:
        self.best, self.limit = levels, self.trials.cost(levels) * (1.0 - CENT)

    def _raised(self, levels: Levels, highs: Levels, dials: Iterable[int] | None = None) -> Iterator[Open]:
        """These levels with one of the dials above the highs, where that can be cheaper than what was found."""
        above = [most + 1 for most in highs]
        costs = self.standing.turned(levels, above)
        for index in range(len(levels)) if dials is None else dials:
            raised = self.trials.moved(levels, [(index, above[index])])
            is_above = raised[index] > highs[index] and self.standing.is_worth(raised, index)
            if is_above and costs[index] < self.limit:
                yield costs[index], raised

    def _learn(self, levels: Levels, last: int | None = None) -> Box:
        """What is cheap is raised first, so that a dear dial, or the last, is what the box leaves to be raised."""
        every = range(len(levels))
        steps = self.standing.turned(levels, [level + 1 for level in levels])
        order = sorted(every, key=lambda index: (index == last, steps[index], index))
        highs = self.standing.highs(levels, self.limit)
        return learn(self.trials, levels, self.best, highs, order=order, harmful=self.harmful)
