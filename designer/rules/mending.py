"""Mending all that can be mended without harm: fix after fix, each only if it makes nothing worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from designer.analysis import Analysis
from designer.design.edit import Change
from designer.rules.effects import Effect, try_changes
from designer.rules.model import Finding
from designer.rules.ranking import rank

MOST_FOLLOWING = 3
"""Times that a fix is made longer by what it brings up."""

MOST_WORK = 12_000
"""Nodes that all trials may look at between them, as in a ranking."""


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """What came of it. `mended` are the findings whose fixes were applied, in that order; `left` are those still there.

    A fix may be longer than the one offered: with what has to follow it, so that it brings up nothing new. `effect` is
    that of all of them together on the design as it was; None where no fix was safe.
    """

    mended: tuple[Finding, ...]
    effect: Effect | None
    left: tuple[Finding, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, in their order, as one step."""
        return tuple([change for finding in self.mended for change in finding.fix])


def mend(analysis: Analysis, findings: Sequence[Finding]) -> Mended:
    """Apply every fix that is safe, those that move a missed requirement first, of equal ones the cheapest.

    A fix is safe when it takes its finding away or meets a requirement, adds no finding, and keeps every requirement
    that is met. What turns out not to be needed in the end is left out again: nothing is paid for that mends nothing.
    """
    return _Repairs(analysis, findings).run()


class _Repairs:
    """The fixes found safe so far, and the design with them."""

    def __init__(self, analysis: Analysis, findings: Sequence[Finding]) -> None:
        self._analysis = analysis
        self._findings = tuple(findings)
        self._left = MOST_WORK // max(1, len(analysis.design.nodes))

    def run(self) -> Mended:
        chosen: list[Finding] = []
        analysis, findings = self._analysis, self._findings
        while (step := self._next(analysis, findings)) is not None:
            finding, effect = step
            chosen.append(finding)
            analysis, findings = effect.analysis, effect.findings
        needed, whole = self._without_idle(chosen)
        return Mended(tuple(needed), whole, self._findings if whole is None else whole.findings)

    def _next(self, analysis: Analysis, findings: Sequence[Finding]) -> tuple[Finding, Effect] | None:
        """The safe fix that gains most, of equal ones the cheapest."""
        ranking = rank(analysis, findings)
        self._left -= len(ranking.effects)
        safe = []
        for finding in ranking.findings:
            effect = ranking.effects.get(finding.identity)
            step = None if effect is None else self._complete(analysis, findings, finding, effect)
            if step is not None:
                safe.append(step)
        if not safe or self._left < 0:
            return None
        return min(safe, key=lambda pair: (-len(pair[1].met), -round(pair[1].gain, 6), pair[1].cost))

    def _complete(
        self, analysis: Analysis, findings: Sequence[Finding], finding: Finding, effect: Effect
    ) -> tuple[Finding, Effect] | None:
        """The fix with those of what it brings up, until it brings up nothing; None where that is not safe."""
        changes = finding.fix
        for _ in range(MOST_FOLLOWING):
            if effect.is_safe:
                return replace(finding, fix=changes), effect
            following = [item.fix for item in effect.findings if item.identity in effect.added and item.fix]
            if effect.missed or not following or self._left <= 0:
                return None
            changes = (*changes, *[change for fix in following for change in fix])
            self._left -= 1
            further = try_changes(analysis, findings, changes, finding.identity)
            if further is None:
                return None
            effect = further
        return None

    def _without_idle(self, chosen: Sequence[Finding]) -> tuple[list[Finding], Effect | None]:
        """The fixes that are needed for all that they mend together, and what that comes to."""
        needed = list(chosen)
        whole = self._try(needed)
        for finding in chosen:
            fewer = [item for item in needed if item is not finding]
            effect = self._try(fewer)
            if effect is not None and whole is not None and _does_as_much(effect, whole):
                needed, whole = fewer, effect
        return needed, whole

    def _try(self, fixes: Sequence[Finding]) -> Effect | None:
        if not fixes:
            return None
        changes = [change for finding in fixes for change in finding.fix]
        return try_changes(self._analysis, self._findings, changes, fixes[0].identity)


def _does_as_much(effect: Effect, whole: Effect) -> bool:
    """Whether nothing is lost, and nothing paid more, when a fix is left out."""
    return (
        set(whole.fixed) <= set(effect.fixed)
        and set(effect.added) <= set(whole.added)
        and set(whole.met) <= set(effect.met)
        and set(effect.missed) <= set(whole.missed)
        and effect.cost <= whole.cost
    )
