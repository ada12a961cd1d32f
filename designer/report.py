"""The verdict: `review(scenario, design)` gathers facts, asks the rules, and scores.

The score is out of 100: `REQUIREMENT_POINTS` for requirements and `RULE_POINTS` for keeping the rules, less a
deduction for each finding by its severity; of both, as large a part as the part of the requirements that is met. It
is a summary for the learner, never an input of a judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from designer.analysis import Analysis, State, Verdict, analyze
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.rules.engine import judge_rules
from designer.rules.model import Finding, Judgement, Outcome, Severity
from designer.scenario.model import Scenario
from designer.units import Dimension

REPORT_VERSION = 1
REQUIREMENT_POINTS = 80.0
RULE_POINTS = 20.0
DEDUCTIONS: Mapping[Severity, float] = MappingProxyType(
    {Severity.ERROR: 5.0, Severity.WARNING: 2.0, Severity.INFO: 0.5}
)


@dataclass(frozen=True, slots=True)
class Score:
    """Out of 100, with its arithmetic. None of it without anything to judge: `points` is then 0."""

    points: float
    arithmetic: Arithmetic


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to say about one design under one scenario. `analysis` is the facts behind it."""

    version: int
    analysis: Analysis
    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    score: Score

    @property
    def scenario(self) -> Scenario:
        return self.analysis.scenario

    @property
    def design(self) -> Design:
        return self.analysis.design

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return self.analysis.verdicts

    @property
    def passed(self) -> bool:
        """Every requirement is met and no finding is an error."""
        met = all(verdict.state is State.MET for verdict in self.verdicts)
        return met and all(finding.severity is not Severity.ERROR for finding in self.findings)

    @property
    def praise(self) -> tuple[Judgement, ...]:
        return tuple(item for item in self.judgements if item.outcome is Outcome.PASSED)

    def findings_at(self, node: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if node in finding.nodes)


def review(
    scenario: Scenario, design: Design, catalog: Catalog | None = None, *, headroom: bool = True
) -> Report:
    """Judge `design` under `scenario`. Faults of the design are findings and verdicts, not exceptions.

    Raises DesignError when the design names a component the catalogue does not have.
    """
    analysis = analyze(scenario, design, catalog, headroom=headroom)
    findings, judgements = judge_rules(analysis)
    return Report(
        version=REPORT_VERSION,
        analysis=analysis,
        findings=findings,
        judgements=judgements,
        score=score_of(analysis.verdicts, findings),
    )


def score_of(verdicts: tuple[Verdict, ...], findings: tuple[Finding, ...]) -> Score:
    """The score of what was found; an empty board scores nothing."""
    met = sum(verdict.state is State.MET for verdict in verdicts)
    deducted = sum(DEDUCTIONS[finding.severity] for finding in findings)
    part = met / len(verdicts) if verdicts else 0.0
    points = part * (REQUIREMENT_POINTS + max(0.0, RULE_POINTS - deducted))
    arithmetic = Arithmetic(
        formula="S = m / n * (R + max(0, F - d))",
        result=Quantity("S", "score out of 100", points, Dimension.COUNT),
        inputs=(
            Quantity("R", "points for requirements", REQUIREMENT_POINTS, Dimension.COUNT),
            Quantity("m", "requirements met", float(met), Dimension.COUNT),
            Quantity("n", "requirements", float(len(verdicts)), Dimension.COUNT),
            Quantity("F", "points for rules", RULE_POINTS, Dimension.COUNT),
            Quantity("d", "deducted for findings", deducted, Dimension.COUNT),
        ),
    )
    return Score(points, arithmetic)
