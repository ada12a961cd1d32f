"""What becomes of a design when the fix of a finding is applied: computed by applying it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from designer.analysis import Analysis, State, Verdict, measure
from designer.design.edit import Change, apply
from designer.errors import DesignError
from designer.rules.engine import judge_rules
from designer.rules.model import Finding
from designer.rules.suppression import set_aside

_PROBABILITIES = frozenset({"availability", "durability"})
"""Requirements told by their nines: it is what is missing to one that comes nearer."""


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """A fix, tried. Requirements are named by id, findings by identity; `cost` is USD a month more (or less)."""

    finding: str
    analysis: Analysis  # of the mended design
    findings: tuple[Finding, ...]  # of it, those ignored left out
    met: tuple[str, ...]  # requirements that are met only now
    missed: tuple[str, ...]  # requirements that were met
    gain: (
        float  # by how much the requirements not met before are nearer to being so; each counts 1 when it is
    )
    cost: float
    fixed: tuple[str, ...]  # findings that are gone
    added: tuple[str, ...]  # findings that were not there

    @property
    def is_safe(self) -> bool:
        """Whether it mends what it is for and makes nothing worse."""
        return self.finding in self.fixed and not self.added and not self.missed and self.gain >= 0.0


def try_fix(analysis: Analysis, findings: Sequence[Finding], finding: Finding) -> Effect | None:
    """The effect of a finding's fix on the design that `findings` were found in; None where it cannot be applied."""
    return try_changes(analysis, findings, finding.fix, finding.identity)


def try_changes(
    analysis: Analysis, findings: Sequence[Finding], changes: Iterable[Change], name: str
) -> Effect | None:
    """The effect of these changes; None where they cannot be made. `name` is the identity of what they are to mend."""
    try:
        mended = apply(analysis.design, changes, analysis.catalog)
    except DesignError:
        return None
    after = measure(analysis.scenario, mended, analysis.catalog, storms=True)
    found = set_aside(judge_rules(after)[0], mended.ignore).kept
    before, now = _states(analysis.verdicts), _states(after.verdicts)
    old = dict.fromkeys([item.identity for item in findings])
    new = dict.fromkeys([item.identity for item in found])
    return Effect(
        finding=name,
        analysis=after,
        findings=found,
        met=tuple([key for key, state in now.items() if state is State.MET and before[key] is not State.MET]),
        missed=tuple(
            [key for key, state in before.items() if state is State.MET and now[key] is not State.MET]
        ),
        gain=sum(
            [
                nearness(later) - nearness(earlier)
                for earlier, later in zip(analysis.verdicts, after.verdicts, strict=True)
                if earlier.state is not State.MET
            ]
        ),
        cost=after.cost.total - analysis.cost.total,
        fixed=tuple([item for item in old if item not in new]),
        added=tuple([item for item in new if item not in old]),
    )


def _states(verdicts: Iterable[Verdict]) -> Mapping[str, State]:
    return {item.requirement: item.state for item in verdicts}


def nearness(verdict: Verdict) -> float:
    """How near a requirement is to being met: 1 when it is, 0 when nothing can be said or it is out of all reach."""
    if verdict.state is State.MET:
        return 1.0
    if verdict.value is None:
        return 0.0
    value, limit = verdict.value, verdict.limit
    if verdict.kind in _PROBABILITIES:
        value, limit = 1.0 - value, 1.0 - limit
    elif not verdict.at_most:
        value, limit = limit, value
    return min(1.0, limit / value) if value > 0.0 else 1.0
