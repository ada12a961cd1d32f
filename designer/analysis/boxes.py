"""What a combination of counts that fails says of others: how far each count can be raised and it still fails."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from designer.analysis.knobs import Levels
from designer.analysis.shrinking import CENT
from designer.analysis.trials import Trials, badness

Causes = Mapping[str, float]
"""Requirements that are missed, and how far they are from being met."""

Move = tuple[int, int]
"""A dial, and the level it is raised to."""


@dataclass(frozen=True, slots=True)
class Box:
    """Combinations that all fail: those with no less of anything than the lows and no more than the highs."""

    lows: Levels
    highs: Levels

    def has(self, levels: Levels) -> bool:
        """Whether the combination is one of them."""
        return is_within(self.lows, levels) and is_within(levels, self.highs)


def is_within(levels: Levels, most: Levels) -> bool:
    """Whether there is no more of anything in the levels than in the others."""
    return all(one <= other for one, other in zip(levels, most, strict=True))


class _Outcome(Enum):
    """What turning dials does to the requirements that are missed."""

    BETTER = "one of them is missed, and nearer"
    SAME = "one of them is missed, and as far off"
    WORSE = "one of them is missed, and all that are are further off, or another one is missed too"
    MET = "none of them is missed"


_KEPT = (_Outcome.BETTER, _Outcome.SAME)


def learn(
    trials: Trials,
    failing: Levels,
    holding: Levels,
    highs: Levels,
    *,
    order: Sequence[int],
    harmful: Collection[int],
) -> Box:
    """The box around levels that fail, as large as it is found to be; all in it miss the same requirement.

    One dial after another, in the order given, is raised as far as that lasts: to where it is at levels that hold, and
    then as high as it can be. The harmful ones, of which more can do worse, are left there until all others are
    raised, lest what they spoil is taken for what is missing. Raises SpentError when the analyses do not suffice.
    """
    found = _Learning(trials, failing, holding)
    found.raise_all([(at, holding[at]) for at in order if holding[at] > failing[at]])
    found.raise_all([(at, highs[at]) for at in order if highs[at] > found.highs[at] and at not in harmful])
    for at in order:
        if at in harmful and highs[at] > found.highs[at]:
            found.raise_alone(at, highs[at])
    for at in order:
        if at in harmful and failing[at] > holding[at]:
            found.lower(at, holding[at])
    return Box(found.lows, found.highs)


class _Learning:
    """Levels that fail while they are turned, and the box around them so far."""

    def __init__(self, trials: Trials, failing: Levels, holding: Levels) -> None:
        self.trials, self.levels, self.holding = trials, failing, holding
        self.lows, self.highs = tuple(dial.least for dial in trials.dials), failing
        found = trials.at(failing)
        self.causes: Causes = {item.requirement: badness(found, item) for item in trials.missed(failing)}
        self.missed = set(self.causes)

    def raise_all(self, moves: Sequence[Move]) -> None:
        """All at once where the same is missed then, else half of them after the other half."""
        if not moves:
            return
        if self._take(self.trials.moved(self.levels, moves)) in _KEPT:
            self.highs = self.trials.moved(self.highs, moves)
        elif len(moves) == 1:
            self._raise_between(*moves[0], moves[0][1])
        else:
            middle = len(moves) // 2
            self.raise_all(moves[:middle])
            self.raise_all(moves[middle:])

    def raise_alone(self, index: int, target: int) -> None:
        """A dial that can do harm: in growing steps as long as it brings what is missed nearer, and no further."""
        low, reach = self.levels[index], 1
        while True:
            high = min(low + reach, target)
            outcome = self._look(self._at(index, high))[0]
            if outcome is not _Outcome.BETTER or high == target:
                break
            self._take(self._at(index, high))
            low, reach = high, 2 * reach
        stays = reach == 1 and outcome in (_Outcome.SAME, _Outcome.WORSE)
        if stays and self._look(self._at(index, target))[0] in (_Outcome.SAME, _Outcome.WORSE):
            self.highs = self.trials.moved(self.highs, [(index, target)])
        else:
            self._raise_between(index, target if stays else high, target)

    def lower(self, index: int, level: int) -> None:
        """A dial of which there may be too much: then less of it says nothing, and is left out of the box."""
        if self._look(self._at(index, level))[0] not in (_Outcome.SAME, _Outcome.WORSE):
            self.lows = self.trials.moved(self.lows, [(index, self.levels[index])])

    def _raise_between(self, index: int, high: int, target: int) -> None:
        """As far as the same is missed, and to the target where beyond that it is missed even more."""
        low = self.levels[index]
        end = self._take(self._at(index, high))
        while end not in _KEPT and high - low > 1:
            middle = (low + high) // 2
            outcome = self._take(self._at(index, middle))
            if outcome in _KEPT or (outcome is _Outcome.WORSE and end is _Outcome.MET):
                low = middle
            else:
                high, end = middle, outcome
        self.highs = self.trials.moved(self.highs, [(index, low if end is _Outcome.MET else target)])

    def _at(self, index: int, level: int) -> Levels:
        return self.trials.moved(self.levels, [(index, level)])

    def _take(self, levels: Levels) -> _Outcome:
        """What these levels do; they are gone on from where the same is missed and no further off."""
        outcome, causes = self._look(levels)
        if outcome in _KEPT:
            self.levels, self.causes = levels, causes
            self.missed = {item.requirement for item in self.trials.missed(levels)}
        return outcome

    def _look(self, levels: Levels) -> tuple[_Outcome, Causes]:
        if is_within(self.holding, levels):
            return _Outcome.MET, {}
        found = self.trials.at(levels)
        missed = {item.requirement: badness(found, item) for item in self.trials.missed(levels)}
        left = {name: missed[name] for name in self.causes if name in missed}
        kept = {name: value for name, value in left.items() if value <= self.causes[name] * (1.0 + CENT)}
        if not left:
            return _Outcome.MET, {}
        if not kept or not missed.keys() <= self.missed:
            return _Outcome.WORSE, {}
        nearer = any(value < self.causes[name] * (1.0 - CENT) for name, value in kept.items())
        return (_Outcome.BETTER if nearer else _Outcome.SAME), kept
