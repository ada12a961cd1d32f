"""Two designs side by side as JSON, version 1; every field says what it means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict

from designer.analysis.model import State, Verdict
from designer.comparison import Comparison, Figures
from designer.export.arithmetic_json import number
from designer.export.comparison_rows import is_worse
from designer.export.findings_json import finding_data
from designer.export.report_schema import FindingData, Number, ScenarioData
from designer.export.typed_schema import schema_of
from designer.report import Report
from designer.rules.model import Finding
from designer.units import Dimension

VERSION: Literal[1] = 1


class StandData(TypedDict):
    """How one of the designs stands."""

    name: Annotated[str, "title of the design"]
    passed: Annotated[bool, "every requirement is met and no finding is an error"]


class ReachedData(TypedDict):
    """What one of the designs reaches."""

    verdict: Annotated[State, "whether it meets the requirement"]
    value: Annotated[Number, "in the base unit of the dimension"]


class PairData(TypedDict):
    """One requirement under both designs."""

    id: Annotated[str, "its name in the scenario"]
    title: Annotated[str, "in words"]
    a: Annotated[ReachedData, "the first design"]
    b: Annotated[ReachedData, "the second design"]
    limit: Annotated[Number, "what is asked for"]
    comparison: Annotated[Literal["<=", ">="], "how a value must stand to the limit"]
    dimension: Annotated[Dimension, "of values and limit"]
    change: Annotated[int, "1 when only the second meets it, -1 when only the first does, else 0"]


class FiguresData(TypedDict):
    """One figure of both designs."""

    a: Annotated[Number, "the first design"]
    b: Annotated[Number, "the second design"]


class WorkloadPairData(TypedDict):
    """One class of request under both designs."""

    id: Annotated[str, "its name in the scenario"]
    name: Annotated[str, "in words"]
    p99: Annotated[FiguresData | None, "seconds in which 99 of 100 are answered; null when neither answers"]
    availability: Annotated[FiguresData | None, "share of its requests that are answered"]


class ComparisonData(TypedDict):
    """Two designs under one scenario."""

    version: Annotated[Literal[1], "of this format"]
    scenario: Annotated[ScenarioData, "what was asked"]
    a: Annotated[StandData, "the first design"]
    b: Annotated[StandData, "the second design"]
    worse: Annotated[bool, "the second misses what the first meets, or has an error that the first has not"]
    requirements: Annotated[list[PairData], "in the order of the scenario"]
    workloads: Annotated[list[WorkloadPairData], "in the order of the scenario"]
    cost: Annotated[FiguresData, "US dollars per month"]
    score: Annotated[FiguresData, "out of 100"]
    headroom: Annotated[FiguresData, "times the stated traffic; null when nothing can be judged"]
    fixed: Annotated[list[FindingData], "findings of the first alone"]
    new: Annotated[list[FindingData], "findings of the second alone"]
    still: Annotated[list[FindingData], "findings of both, as the second has them"]


def write_comparison_json(comparison: Comparison) -> str:
    """The comparison as JSON text in ASCII, with a final newline."""
    return json.dumps(comparison_data(comparison), indent=2, allow_nan=False) + "\n"


def comparison_schema() -> dict[str, Any]:
    """JSON Schema of a comparison."""
    return schema_of(ComparisonData, f"Comparison of two designs, version {VERSION}")


def comparison_data(comparison: Comparison) -> ComparisonData:
    """The comparison as plain data."""
    before, after = comparison.before, comparison.after
    return {
        "version": VERSION,
        "scenario": {"id": after.scenario.id, "name": after.scenario.name},
        "a": _stand(before),
        "b": _stand(after),
        "worse": is_worse(comparison),
        "requirements": [_pair(pair.before, pair.after, pair.change) for pair in comparison.requirements],
        "workloads": [
            {
                "id": name,
                "name": workload.name,
                "p99": _figures(comparison.p99.get(name)),
                "availability": _figures(comparison.availability.get(name)),
            }
            for name, workload in after.scenario.workloads.items()
        ],
        "cost": _both(comparison.cost),
        "score": _both(comparison.score),
        "headroom": _both(comparison.headroom),
        "fixed": _findings(comparison.fixed, before),
        "new": _findings(comparison.new, after),
        "still": _findings(comparison.still, after),
    }


def _stand(report: Report) -> StandData:
    return {"name": report.design.name, "passed": report.passed}


def _pair(before: Verdict, after: Verdict, change: int) -> PairData:
    return {
        "id": after.requirement,
        "title": after.title,
        "a": {"verdict": before.state, "value": number(before.value)},
        "b": {"verdict": after.state, "value": number(after.value)},
        "limit": number(after.limit),
        "comparison": "<=" if after.at_most else ">=",
        "dimension": after.dimension,
        "change": change,
    }


def _figures(figures: Figures | None) -> FiguresData | None:
    return None if figures is None else _both(figures)


def _both(figures: Figures) -> FiguresData:
    return {"a": number(figures.before), "b": number(figures.after)}


def _findings(findings: Sequence[Finding], report: Report) -> list[FindingData]:
    return [finding_data(finding, report) for finding in findings]
