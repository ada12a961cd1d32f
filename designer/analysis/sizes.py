"""The cheapest counts of a drawn shape that meet every requirement, or why there are none.

Every count starts as low as it goes. While something is missed, the count that helps is raised: what carries the load
first, then copies and machines where availability is lost, then machines where requests wait and larger caches. Then
every count is lowered as far as it goes, the most costly first, and cheaper ones are looked for by giving more memory
or copies for fewer machines. Of designs with few counts all cheaper combinations are gone through.
"""

from __future__ import annotations

from dataclasses import dataclass

from designer.analysis.growing import grow
from designer.analysis.impossible import Proof, prove
from designer.analysis.knobs import Levels, list_changes, turn
from designer.analysis.model import State, Verdict
from designer.analysis.shrinking import exchange, find_cheapest, is_affordable, is_minimal, shrink
from designer.analysis.trials import SpentError, Trials
from designer.catalog.loader import load
from designer.catalog.model import Catalog, Knob
from designer.design.changes import SetNode
from designer.design.model import Design
from designer.scenario.model import Scenario
from designer.units import Dimension, format_quantity


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
    analyses: int

    @property
    def met(self) -> bool:
        """Whether every requirement is met at these counts."""
        return all(item.state is State.MET for item in self.after)


def find_size(scenario: Scenario, design: Design, catalog: Catalog | None = None) -> Sizing:
    """The cheapest instances, shards, replicas, partitions and memory of the drawn shape that meet every requirement.

    The same question has the same answer; some hundred analyses are made at most.
    Raises DesignError when the design names a component the catalogue does not have.
    """
    figures = (load() if catalog is None else catalog).overridden(scenario.catalog)
    trials = Trials(scenario, design, figures)
    levels, exact, minimal = _search(trials)
    found = trials.at(levels)
    proofs = prove(trials, levels, exact=exact)
    return Sizing(
        scenario=scenario,
        drawn=design,
        sized=turn(design, trials.dials, trials.drawn, levels),
        changes=list_changes(trials.dials, trials.drawn, levels),
        sizes=_sizes(trials, levels),
        before=trials.at(trials.drawn).verdicts,
        after=found.verdicts,
        cost_before=trials.cost(trials.drawn),
        cost_after=found.cost.total,
        proofs=proofs,
        exact=exact,
        minimal=minimal,
        analyses=trials.analyses,
    )


def _search(trials: Trials) -> tuple[Levels, bool, bool]:
    """The cheapest levels found, whether nothing is cheaper, and whether no dial can be lowered."""
    best, exact, minimal = trials.drawn, False, False
    drawn = {item.requirement for item in trials.missed(trials.drawn)}
    try:
        grown = grow(trials, tuple(dial.least for dial in trials.dials))
        if drawn < trials.given_up.keys():
            # What is drawn meets more than the way upwards found.
            trials.given_up = {name: trials.given_up[name] for name in sorted(drawn)}
            grown = trials.drawn
        best = shrink(trials, grown)
        best = _cheaper(trials, best, trials.drawn)
        if is_affordable(trials):
            best = _shrunk(trials, best, exchange(trials, best))
        minimal = is_minimal(trials, best)
        best, exact = find_cheapest(trials, best)
        minimal = is_minimal(trials, best)
    except SpentError:
        exact = False
    return best, exact, minimal


def _cheaper(trials: Trials, best: Levels, drawn: Levels) -> Levels:
    """Of two ways down the cheaper: from the drawn counts too, where these hold."""
    if not trials.holds(drawn):
        return best
    other = shrink(trials, drawn)
    return other if trials.cost(other) < trials.cost(best) else best


def _shrunk(trials: Trials, best: Levels, exchanged: Levels) -> Levels:
    return best if exchanged == best else shrink(trials, exchanged)


def _sizes(trials: Trials, levels: Levels) -> tuple[Size, ...]:
    nodes = trials.design.by_id
    found = []
    for index, (dial, drawn, level) in enumerate(zip(trials.dials, trials.drawn, levels, strict=True)):
        missed, reason = _why_not_less(trials, levels, index)
        found.append(
            Size(
                node=dial.node,
                label=nodes[dial.node].label,
                knob=dial.knob,
                before=dial.value(drawn),
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
