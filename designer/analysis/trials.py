"""Trying counts out: each combination is analysed once, and only so many are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from designer.analysis.facts import measure
from designer.analysis.knobs import Dial, Levels, levels_of, list_dials, turn
from designer.analysis.model import Analysis, State, Verdict
from designer.catalog.model import Catalog, Knob
from designer.design.model import Design
from designer.performance.cost import price
from designer.scenario.model import Scenario

MOST_ANALYSES = 600


class SpentError(Exception):
    """All analyses that sizing may make were made. Never leaves the package."""


class Trials:
    """One drawn shape with its dials, and what was found at the levels tried."""

    def __init__(
        self, scenario: Scenario, design: Design, catalog: Catalog, *, drawn_too: bool = False
    ) -> None:
        self.scenario, self.design, self.catalog = scenario, design, catalog
        self.dials: tuple[Dial, ...] = list_dials(design, catalog, drawn_too=drawn_too)
        self.drawn: Levels = levels_of(self.dials)
        self.allowance = MOST_ANALYSES
        self.places: dict[tuple[str, Knob], int] = {
            (dial.node, dial.knob): index for index, dial in enumerate(self.dials)
        }
        # Requirements that no count meets, each with the levels that came nearest.
        self.given_up: dict[str, Levels] = {}
        self._known: dict[Levels, Analysis] = {}

    @property
    def analyses(self) -> int:
        """How many combinations were analysed."""
        return len(self._known)

    def at(self, levels: Levels) -> Analysis:
        """The facts at these levels. Raises SpentError when they would be one analysis too many."""
        if levels not in self._known:
            if len(self._known) >= self.allowance:
                raise SpentError
            design = turn(self.design, self.dials, levels)
            self._known[levels] = measure(self.scenario, design, self.catalog)
        return self._known[levels]

    def missed(self, levels: Levels) -> list[Verdict]:
        """What is not met at these levels, but for the budget and what was given up."""
        return [
            item
            for item in self.at(levels).verdicts
            if item.state is not State.MET and item.kind != "budget" and item.requirement not in self.given_up
        ]

    def holds(self, levels: Levels) -> bool:
        """Whether nothing is missed that counts could mend."""
        return not self.missed(levels)

    def list_holding(self) -> list[Levels]:
        """All levels that were analysed and hold."""
        return [levels for levels in self._known if self.holds(levels)]

    def cost(self, levels: Levels) -> float:
        """USD per month."""
        return self.at(levels).cost.total

    def standing_cost(self, levels: Levels, like: Analysis) -> dict[str, float]:
        """USD per month by node of machines and storage, which do not depend on the traffic; not an analysis."""
        design = turn(self.design, self.dials, levels)
        found = price(self.scenario, design, self.catalog, like.traffic)
        return {item.node: item.machines + item.storage for item in found.nodes}

    def moved(self, levels: Levels, changes: Iterable[tuple[int, int]]) -> Levels:
        """The levels with some dials elsewhere, as far as they can be turned."""
        found = list(levels)
        for index, level in changes:
            dial = self.dials[index]
            found[index] = min(max(level, dial.least), dial.most)
        return tuple(found)

    def dial(self, node: str, *knobs: Knob) -> int | None:
        """The place of the first of these knobs that the node has."""
        return next((self.places[node, knob] for knob in knobs if (node, knob) in self.places), None)


def badness(analysis: Analysis, verdict: Verdict) -> float:
    """How far a requirement is from being met, in a number that falls as it comes nearer."""
    value = verdict.value
    if value is None:
        return math.inf
    if verdict.kind in ("availability", "durability"):
        return 1.0 - value
    if not verdict.at_most:
        return verdict.limit / value if value > 0.0 else math.inf
    if math.isinf(value) and verdict.kind in ("latency", "freshness"):
        # Times without bounds come nearer to an end as the busiest node on the way comes down.
        return 1e300 * min(1.0, 1e-6 * busiest(analysis, verdict.nodes))
    return value


def busiest(analysis: Analysis, nodes: Sequence[str]) -> float:
    """The highest utilisation of any of the nodes, added up so that each of several counts."""
    used = [facts.binding.value for name in nodes if (facts := analysis.nodes[name]).binding is not None]
    return math.fsum(min(value, 1e5) for value in used)
