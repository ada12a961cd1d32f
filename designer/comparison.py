"""Two designs under one scenario side by side: what the second meets, costs and mends that the first does not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.analysis import State, Verdict
from designer.analysis.availability import find_availabilities
from designer.errors import DesignerError
from designer.report import Report
from designer.rules.continuity import follow
from designer.rules.model import Finding


@dataclass(frozen=True, slots=True)
class Pair:
    """One requirement under both designs."""

    before: Verdict
    after: Verdict

    @property
    def change(self) -> int:
        """1 when it is met now and was not, -1 the other way round, 0 otherwise."""
        return (self.after.state is State.MET) - (self.before.state is State.MET)


@dataclass(frozen=True, slots=True)
class Figures:
    """A figure of both designs, in the base unit of its dimension; None where it is not known."""

    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """How much more the second has; None where it cannot be told."""
        if self.before is None or self.after is None:
            return None
        found = self.after - self.before
        return None if math.isnan(found) else found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs, and what stays. Findings are told apart by rule and place, whatever their numbers
    (see rules/continuity.py)."""

    before: Report
    after: Report
    requirements: tuple[Pair, ...]
    cost: Figures  # USD per month
    score: Figures
    headroom: Figures  # multiple of the traffic; None where it was not asked for
    p99: Mapping[str, Figures]  # seconds, by workload; inf when unbounded
    availability: Mapping[str, Figures]  # by workload, the part of its requests that are answered
    fixed: tuple[Finding, ...]  # of the first alone
    new: tuple[Finding, ...]  # of the second alone
    still: tuple[Finding, ...]  # of both, as the second has them


def compare(before: Report, after: Report) -> Comparison:
    """What changes from the first report to the second.

    Raises DesignerError when they are not about the same requirements.
    """
    if [item.requirement for item in before.verdicts] != [item.requirement for item in after.verdicts]:
        raise DesignerError("only designs that answer the same scenario can be compared")
    told = follow(before.findings, after.findings)
    workloads = tuple(before.scenario.workloads)
    return Comparison(
        before=before,
        after=after,
        requirements=tuple(map(Pair, before.verdicts, after.verdicts)),
        cost=Figures(before.analysis.cost.total, after.analysis.cost.total),
        score=Figures(before.score.points, after.score.points),
        headroom=Figures(_headroom(before), _headroom(after)),
        p99=_both(workloads, _p99(before), _p99(after)),
        availability=_both(workloads, _availability(before), _availability(after)),
        fixed=told.fixed,
        new=told.new,
        still=told.still,
    )


def _headroom(report: Report) -> float | None:
    found = report.analysis.headroom
    return None if found is None else found.multiple


def _both(
    workloads: Sequence[str], before: Mapping[str, float], after: Mapping[str, float]
) -> dict[str, Figures]:
    return {
        name: Figures(before.get(name), after.get(name))
        for name in workloads
        if name in before or name in after
    }


def _p99(report: Report) -> dict[str, float]:
    return {name: item.percentiles[99.0] for name, item in report.analysis.responses.items()}


def _availability(report: Report) -> dict[str, float]:
    return {name: item.answered for name, item in find_availabilities(report.analysis).items()}
