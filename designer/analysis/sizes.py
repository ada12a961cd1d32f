"""The cheapest counts of a drawn shape that meet every requirement, or why there are none.

Every count starts as low as it goes, once with the smallest caches and once with the largest. While something is
missed, the count that helps is raised: what carries the load first, then copies and machines where availability is
lost, then machines where requests wait and larger caches. Then every count is lowered as far as it goes, the most
costly first, and cheaper ones are looked for by giving more memory or copies for fewer machines. Then all cheaper
combinations are gone through where they are few; else they are ruled out many at a time, the cheapest first.
"""

from __future__ import annotations

from dataclasses import dataclass

from designer.analysis.cheapest import find_cheapest
from designer.analysis.combinations import first_that_holds, list_cheaper
from designer.analysis.facts import measure, require_asked
from designer.analysis.growing import grow
from designer.analysis.impossible import Proof, excuse, prove
from designer.analysis.knobs import Levels, list_changes, turn
from designer.analysis.model import Analysis, State, Verdict
from designer.analysis.shrinking import CENT, exchange, is_affordable, is_minimal, shrink
from designer.analysis.standing import Standing
from designer.analysis.trials import SpentError, Trials
from designer.catalog.loader import load
from designer.catalog.model import Catalog, Knob
from designer.design.changes import SetNode
from designer.design.model import Design
from designer.scenario.model import Scenario
from designer.units import Dimension, format_quantity

THOROUGH = 60_000
"""Nodes analysed, of all combinations together, while cheaper ones are ruled out: half a minute or so at most."""

QUICK = 6_000
"""As many for who waits for it: a few seconds."""


@dataclass(frozen=True, slots=True)
class Size:
    """One count, or the memory, of one node: as drawn, as sized, and why not less."""

    node: str
    label: str  # what the node is called on the board
    knob: Knob
    before: float  # a count, or bytes of memory
    after: float
    breaks: str | None  # the requirement that would be missed with one step less; None: it cannot be less
    reason: str  # one sentence

    @property
    def dimension(self) -> Dimension:
        return Dimension.SIZE if self.knob is Knob.MEMORY else Dimension.COUNT


@dataclass(frozen=True, slots=True)
class Sizing:
    """The cheapest counts found. With `proofs` they meet all but the requirements named there."""

    scenario: Scenario
    drawn: Design
    sized: Design
    changes: tuple[SetNode, ...]  # make `sized` of `drawn`
    sizes: tuple[Size, ...]  # of every dial, in the design's order
    before: tuple[Verdict, ...]
    after: tuple[Verdict, ...]
    cost_before: float  # USD per month
    cost_after: float
    proofs: tuple[Proof, ...]  # requirements that no counts meet, and why
    exact: bool  # no cheaper combination of counts is left untried
    minimal: bool  # one step less of any single count breaks a requirement or costs more
    least_cost: float | None  # USD per month that no combination of counts falls below; None: not found
    analyses: int
    broken_off: bool = False  # before anything was found that meets what can be met: nothing is proved

    @property
    def met(self) -> bool:
        """Whether every requirement is met at these counts."""
        return all(item.state is State.MET for item in self.after)


def find_size(
    scenario: Scenario, design: Design, catalog: Catalog | None = None, *, thorough: bool = True
) -> Sizing:
    """The cheapest instances, shards, replicas, partitions and memory of the drawn shape that meet every requirement.

    The same shape has the same answer, whatever counts it is drawn with; only where these themselves meet as much for
    less than anything that was found are they where the search goes on. Some hundred analyses are made, and up to some
    thousand more of a small design to make sure that nothing is cheaper; without `thorough` some hundred.
    Raises DesignError when the design names a component the catalogue does not have.
    """
    require_asked(scenario, design, catalog)
    figures = (load() if catalog is None else catalog).overridden(scenario.catalog)
    before = measure(scenario, design, figures)
    searched = (THOROUGH if thorough else QUICK) // max(1, len(design.nodes))
    trials = Trials(scenario, design, figures)
    found = _search(trials, searched)
    tried = 1 + trials.analyses
    if _is_better(before, found, trials):
        trials = _from_drawn(scenario, design, figures, before, trials)
        found = _refine(trials, shrink(trials, trials.drawn), searched)
        tried += trials.analyses
    after = trials.at(found.levels)
    return Sizing(
        scenario=scenario,
        drawn=design,
        sized=turn(design, trials.dials, found.levels),
        changes=list_changes(trials.dials, found.levels),
        sizes=_sizes(trials, found.levels),
        before=before.verdicts,
        after=after.verdicts,
        cost_before=before.cost.total,
        cost_after=after.cost.total,
        proofs=(
            excuse(after.verdicts) if found.broken_off else prove(trials, found.levels, exact=found.exact)
        ),
        exact=found.exact,
        minimal=found.minimal,
        least_cost=found.least_cost,
        analyses=tried if design.nodes else 0,
        broken_off=found.broken_off,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Levels, and how sure it is that nothing is cheaper."""

    levels: Levels
    exact: bool = False
    minimal: bool = False
    least_cost: float | None = None
    broken_off: bool = False  # before anything was found that meets what can be met


def _search(trials: Trials, searched: int) -> _Found:
    """The cheapest levels found from the lowest counts, and from these with all the memory there is."""
    least = tuple(dial.least for dial in trials.dials)
    largest = [(at, dial.most) for at, dial in enumerate(trials.dials) if dial.knob is Knob.MEMORY]
    starts = [least, trials.moved(least, largest)] if largest else [least]
    ways: list[tuple[dict[str, Levels], Levels]] = []
    best = least
    try:
        for start in starts:
            trials.given_up = {}
            ways.append((trials.given_up, grow(trials, start)))
        trials.given_up = min((given_up for given_up, _ in ways), key=len)
        same = [levels for given_up, levels in ways if given_up.keys() == trials.given_up.keys()]
        best = same[0]
        best = min((shrink(trials, levels) for levels in same), key=trials.cost)
    except SpentError:
        if not ways:
            trials.allowance += 1  # to look at what is drawn, of which nothing is known yet
            return _Found(trials.drawn, broken_off=True)
        return _Found(best)
    return _refine(trials, best, searched)


def _refine(trials: Trials, best: Levels, searched: int) -> _Found:
    """Cheaper levels yet, and whether there may be others; so many analyses go into finding that out."""
    best = _exchange_all(trials, best)
    trials.allowance = max(trials.allowance, trials.analyses + searched)
    exact, minimal, least_cost = False, False, None
    try:
        best, exact, least_cost = _settle(trials, best)
        trials.allowance += len(trials.dials)
        minimal = is_minimal(trials, best)
    except SpentError:
        exact = False
    return _Found(best, exact, minimal, trials.cost(best) if exact else least_cost)


def _exchange_all(trials: Trials, best: Levels) -> Levels:
    """What is found by giving more of one thing for less of another, until the analyses are spent."""
    try:
        if is_affordable(trials):
            for cheaper in exchange(trials, best):
                best = cheaper
            best = shrink(trials, best)
    except SpentError:
        pass
    return best


def _settle(trials: Trials, best: Levels) -> tuple[Levels, bool, float]:
    """The cheapest of all where they are few, else by search; whether it is, and what nothing costs less than.

    Raises SpentError when the analyses do not suffice.
    """
    while True:
        standing = Standing(trials, best)
        cheaper = list_cheaper(trials, standing, best)
        if cheaper is None:
            break
        found = first_that_holds(trials, best, cheaper)
        if found is None:
            return best, True, trials.cost(best)
        best = shrink(trials, found)
    cheapest = find_cheapest(trials, standing, best)
    return cheapest.levels, cheapest.exact, cheapest.least_cost


def _is_better(before: Analysis, found: _Found, trials: Trials) -> bool:
    """Whether the design as drawn meets more than was found to be possible, or as much for less."""
    missed = _missed(before)
    if missed < trials.given_up.keys():
        return True
    cheaper = before.cost.total < trials.cost(found.levels) * (1.0 - CENT)
    return cheaper and missed <= trials.given_up.keys()


def _missed(analysis: Analysis) -> set[str]:
    """Requirements that are not met, but for the budget."""
    return {
        item.requirement
        for item in analysis.verdicts
        if item.state is not State.MET and item.kind != "budget"
    }


def _from_drawn(
    scenario: Scenario, design: Design, catalog: Catalog, before: Analysis, first: Trials
) -> Trials:
    """Trials that have what is drawn among their levels, and give up no more than that misses."""
    trials = Trials(scenario, design, catalog, drawn_too=True)
    trials.given_up = {name: trials.drawn for name in first.given_up if name in _missed(before)}
    return trials


def _sizes(trials: Trials, levels: Levels) -> tuple[Size, ...]:
    nodes = trials.design.by_id
    trials.allowance += len(trials.dials)  # a reason for each, though the search has spent all
    found = []
    for index, (dial, level) in enumerate(zip(trials.dials, levels, strict=True)):
        missed, reason = _why_not_less(trials, levels, index)
        found.append(
            Size(
                node=dial.node,
                label=nodes[dial.node].label,
                knob=dial.knob,
                before=dial.drawn,
                after=dial.value(level),
                breaks=missed,
                reason=reason,
            )
        )
    return tuple(found)


def _why_not_less(trials: Trials, levels: Levels, index: int) -> tuple[str | None, str]:
    """The requirement that one step less would break, if it is that, and a sentence."""
    if levels[index] == trials.dials[index].least:
        return None, "It cannot be less."
    lower = trials.moved(levels, [(index, levels[index] - 1)])
    try:
        missed = trials.missed(lower)
        dearer = trials.cost(lower) - trials.cost(levels)
    except SpentError:
        return None, "Whether less would do was not tried."
    if missed:
        return missed[0].requirement, _reason(missed[0])
    if dearer > 0.0:
        extra = format_quantity(dearer, Dimension.MONEY)
        return None, f"With less, more has to be paid for elsewhere: {extra} in all."
    return None, "Less would do, but the search was broken off."


def _reason(missed: Verdict) -> str:
    if missed.value is None:
        return f"With less, {missed.title} could not be told."
    value = format_quantity(missed.value, missed.dimension)
    limit = format_quantity(missed.limit, missed.dimension)
    if value == limit:  # what tells them apart is rounded off
        return f"With less, {missed.title} would just miss its {limit}."
    bound = "at most" if missed.at_most else "at least"
    return f"With less, {missed.title} would be {value}, and it is to be {bound} {limit}."
