"""How far the verdicts hang on the catalogue's figures, which are known only within bands.

Every requirement is judged with all assumptions at the worse ends of their bands, and with all at the better ends.
Where its verdict is another one there, the assumptions that alone turn it are searched by halving: a group that does
not turn a verdict has no member that does, since every figure moves it in one direction only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.analysis.assumptions import Assumption, Shifted, list_assumptions
from designer.analysis.facts import judge_only, measure, require_asked
from designer.analysis.model import State, Verdict
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.scenario.model import Scenario
from designer.units import Dimension, format_quantity

STEPS = 32
"""Parts of the way from the default to the end of a band, to which the turning point is found."""


@dataclass(frozen=True, slots=True)
class Hinge:
    """One assumption that alone turns a verdict."""

    assumption: Assumption
    value: float  # at which the verdict is the other one, in the base unit of the figure
    part: float  # of the way from the default to the end of the band, to a 32nd
    arithmetic: Arithmetic


@dataclass(frozen=True, slots=True)
class Swing:
    """One requirement at the default figures, with all at the worse ends, and with all at the better ends."""

    requirement: str
    title: str
    now: Verdict
    worst: Verdict
    best: Verdict
    deciding: tuple[str, ...]  # names of all assumptions that alone turn the verdict
    hinge: Hinge | None  # of them, the one that turns it soonest
    reason: str  # one sentence

    @property
    def firm(self) -> bool:
        """Whether the verdict is the same wherever the figures are within their bands."""
        return self.now.state is self.worst.state is self.best.state


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What hangs on which figure."""

    assumptions: tuple[Assumption, ...]  # all that have a band
    swings: tuple[Swing, ...]  # one for each requirement, in the scenario's order


def find_sensitivity(scenario: Scenario, design: Design, catalog: Catalog | None = None) -> Sensitivity:
    """Each requirement's verdict at the ends of the figures' bands, and the one assumption it hangs on.

    Figures that a node overrides, or that the scenario states, have no band and stay where they are.
    Raises DesignError when the design names a component the catalogue does not have.
    """
    require_asked(scenario, design, catalog)
    figures = (load() if catalog is None else catalog).overridden(scenario.catalog)
    trials = _Trials(scenario, design, figures)
    deciders: dict[str, list[int]] = {name: [] for name in trials.now}
    for worse in (True, False):
        for money in (False, True):
            chosen = [name for name in trials.hanging(worse=worse) if trials.is_money(name) is money]
            _split(trials, range(len(trials.assumptions)), chosen, worse, deciders)
    return Sensitivity(
        assumptions=trials.assumptions,
        swings=tuple(_swing(trials, name, found) for name, found in deciders.items()),
    )


Moves = tuple[tuple[Assumption, float], ...]


class _Trials:
    """Verdicts with some figures moved; nothing is judged twice."""

    def __init__(self, scenario: Scenario, design: Design, catalog: Catalog) -> None:
        self._scenario, self._design, self._catalog = scenario, design, catalog
        self.assumptions = list_assumptions(design, catalog)
        found = measure(scenario, design, catalog).verdicts
        self.now: dict[str, Verdict] = {item.requirement: item for item in found}
        self._known: dict[Moves, dict[str, Verdict]] = {(): dict(self.now)}

    def is_money(self, name: str) -> bool:
        """Whether this requirement is about what the design costs."""
        return self.now[name].kind == "budget"

    def value(self, index: int, part: float, *, worse: bool, money: bool) -> float:
        """Where an assumption is when it is `part` of the way to its worse or better end."""
        assumption = self.assumptions[index]
        end = assumption.worse(money=money)
        return assumption.at(end if worse else end.other, part)

    def judge(
        self, chosen: Sequence[int], names: Sequence[str], *, worse: bool, part: float = 1.0
    ) -> dict[str, Verdict]:
        """The verdicts on these requirements, all about money or none, with the chosen assumptions moved."""
        if not names:
            return {}
        money = self.is_money(names[0])
        moves = tuple(
            (self.assumptions[index], value)
            for index in chosen
            if (value := self.value(index, part, worse=worse, money=money)) != self.assumptions[index].default
        )
        known = self._known.setdefault(moves, {})
        wanted = [name for name in names if name not in known]
        if wanted:
            shifted = Shifted(self._catalog, moves)
            known.update(judge_only(self._scenario, self._design, shifted, wanted))
        return known

    def corner(self, *, worse: bool, money: bool) -> dict[str, Verdict]:
        """The verdicts about money, or not, with every assumption at its worse, or better, end."""
        names = [name for name in self.now if self.is_money(name) is money]
        return self.judge(range(len(self.assumptions)), names, worse=worse)

    def hanging(self, *, worse: bool) -> list[str]:
        """Requirements that are met now and could be missed (`worse`), or are missed and could be met."""
        start, end = (State.MET, State.MISSED) if worse else (State.MISSED, State.MET)
        return [
            name
            for name, now in self.now.items()
            if now.state is start and self.corner(worse=worse, money=self.is_money(name))[name].state is end
        ]

    def turned(
        self, chosen: Sequence[int], names: Sequence[str], *, worse: bool, part: float = 1.0
    ) -> list[str]:
        """Of these requirements, those whose verdict the chosen assumptions turn when they are so far away."""
        found = self.judge(chosen, names, worse=worse, part=part)
        return [name for name in names if found[name].state is (State.MISSED if worse else State.MET)]


def _split(
    trials: _Trials, group: Sequence[int], names: Sequence[str], worse: bool, deciders: dict[str, list[int]]
) -> None:
    """Note the members of the group that alone turn one of the verdicts."""
    if not names or not group:
        return
    turned = trials.turned(group, names, worse=worse)
    if len(group) == 1:
        for name in turned:
            deciders[name].append(group[0])
        return
    middle = len(group) // 2
    _split(trials, group[:middle], turned, worse, deciders)
    _split(trials, group[middle:], turned, worse, deciders)


def _swing(trials: _Trials, name: str, deciders: Sequence[int]) -> Swing:
    now, money = trials.now[name], trials.is_money(name)
    worst = trials.corner(worse=True, money=money)[name]
    best = trials.corner(worse=False, money=money)[name]
    hinge = _find_hinge(trials, name, deciders) if deciders else None
    return Swing(
        requirement=now.requirement,
        title=now.title,
        now=now,
        worst=worst,
        best=best,
        deciding=tuple(trials.assumptions[index].name for index in deciders),
        hinge=hinge,
        reason=_reason(now, worst, best, hinge),
    )


def _find_hinge(trials: _Trials, name: str, deciders: Sequence[int]) -> Hinge:
    """The assumption that turns the verdict soonest; of several, the first."""
    worse = trials.now[name].state is State.MET
    soonest, steps = deciders[0], STEPS + 1
    for index in deciders:
        if steps > 1 and trials.turned([index], [name], worse=worse, part=(steps - 1) / STEPS):
            soonest, steps = index, _first_step(trials, name, index, worse, steps - 1)
    assumption, part = trials.assumptions[soonest], steps / STEPS
    value = trials.value(soonest, part, worse=worse, money=trials.is_money(name))
    return Hinge(assumption, value, part, _explain(assumption, value, part))


def _first_step(trials: _Trials, name: str, index: int, worse: bool, high: int) -> int:
    """The fewest steps towards the end that turn the verdict, given that `high` do."""
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        if trials.turned([index], [name], worse=worse, part=middle / STEPS):
            high = middle
        else:
            low = middle
    return high


def _explain(assumption: Assumption, value: float, part: float) -> Arithmetic:
    end = assumption.low if value < assumption.default else assumption.high
    dimension, source = assumption.dimension, assumption.source
    return Arithmetic(
        formula="x = d + f (e - d)",
        result=Quantity("x", assumption.label, value, dimension),
        inputs=(
            Quantity("d", "default", assumption.default, dimension, source),
            Quantity("e", "end of the band", end, dimension, source),
            Quantity("f", "part of the way at which the verdict turns", part, Dimension.RATIO),
        ),
        method="bisection, one assumption moved",
    )


def _reason(now: Verdict, worst: Verdict, best: Verdict, hinge: Hinge | None) -> str:
    if now.state is State.UNKNOWN:
        return "Cannot be told, whatever the figures are."
    other = "missed" if now.state is State.MET else "met"
    if hinge is not None:
        assumption = hinge.assumption
        here = format_quantity(assumption.default, assumption.dimension)
        there = format_quantity(hinge.value, assumption.dimension)
        return f"Hangs on the {assumption.label}: {other} at {there} instead of {here}."
    if now.state is State.MET and worst.state is State.MET:
        return "Met whatever the figures are within their bands."
    if now.state is State.MISSED and best.state is not State.MET:
        return "Missed even with every figure at the better end of its band."
    side = "worse" if now.state is State.MET else "better"
    return f"No single figure decides it; {other} with several at the {side} ends of their bands."
