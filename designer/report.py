"""The verdict: `review(scenario, design)` gathers facts, asks the rules, and scores.

The score is out of 100: `REQUIREMENT_POINTS` for requirements and `RULE_POINTS` for keeping the rules, less a
deduction for each finding by its severity; of both, as large a part as the part of the requirements that is met. It
is a summary for the learner, never an input of a judgement.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from designer.analysis import Analysis, State, Verdict, analyze
from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design, Suppression
from designer.rules.effects import Effect
from designer.rules.engine import judge_rules
from designer.rules.model import Finding, Judgement, Outcome, Severity
from designer.rules.ranking import rank
from designer.rules.suppression import Ignored, set_aside
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
    """Everything there is to say about one design under one scenario. `analysis` is the facts behind it.

    Findings come gravest first or, in a ranked report, in the order in which they are worth mending. `ignored` are
    those that the design says are none, `idle` what it ignores to no purpose.
    """

    version: int
    analysis: Analysis
    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    score: Score
    ignored: tuple[Ignored, ...] = ()
    idle: tuple[Suppression, ...] = ()
    # Of a ranked report: what each fix does that was tried, and which finding goes away with another's, by identity.
    effects: Mapping[str, Effect] | None = None
    causes: Mapping[str, str] = field(default_factory=dict)

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
    scenario: Scenario,
    design: Design,
    catalog: Catalog | None = None,
    *,
    headroom: bool = True,
    ranked: bool = True,
) -> Report:
    """Judge `design` under `scenario`. Faults of the design are findings and verdicts, not exceptions.

    `headroom` and `ranked` each cost several reviews: the first varies the traffic, the second tries the fixes.
    Raises DesignError when the design names a component the catalogue does not have, and ScenarioError when the
    scenario sets a rule that there is not.
    """
    with _uncollected():
        analysis = analyze(scenario, design, catalog, headroom=headroom)
        findings, judgements = judge_rules(analysis)
        parted = set_aside(findings, design.ignore)
        report = Report(
            version=REPORT_VERSION,
            analysis=analysis,
            findings=parted.kept,
            judgements=judgements,
            score=score_of(analysis.verdicts, parted.kept),
            ignored=parted.ignored,
            idle=parted.idle,
        )
        return rank_findings(report) if ranked else report


def rank_findings(report: Report, breathe: Callable[[], object] = lambda: None) -> Report:
    """The report with its findings in the order in which they are worth mending, and what each fix does.

    `breathe` is called before each fix is tried, and may end the work by raising.
    """
    ranking = rank(report.analysis, report.findings, breathe)
    return replace(report, findings=ranking.findings, effects=ranking.effects, causes=ranking.causes)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage, meanwhile and right after: a review makes none, and keeps nearly all it makes.

    Half the time of a review of thousands of nodes went into looking through what it had made already. What there is
    afterwards counts as old at once, unless somebody has frozen objects, which would be thawed by it.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


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
