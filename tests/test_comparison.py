"""Two designs side by side: what differs is what two reviews say, and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from designer.catalog.loader import load
from designer.comparison import Comparison, Figures, compare
from designer.design.notation import parse_notation
from designer.errors import DesignerError
from designer.export.comparison_rows import figure_rows
from designer.report import Report, review
from designer.rules.examples import example_scenario

CATALOG = load()
SMALL = "users > load_balancer*2 > api:app_server*2 > cache*2[replicas=1], db:sql_database*3"
LARGE = "users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"


def judged(notation: str, scenario: str = "example", *, headroom: bool = False) -> Report:
    design = parse_notation(notation, CATALOG)
    return review(example_scenario(scenario), design, CATALOG, headroom=headroom)


def compared(before: str, after: str) -> Comparison:
    return compare(judged(before), judged(after))


def test_requirements_change_as_their_verdicts_do() -> None:
    found = compared(SMALL, LARGE)
    changes = {pair.after.requirement: pair.change for pair in found.requirements}
    assert changes["browse_throughput"] == 1 and set(changes.values()) == {0, 1}
    back = compared(LARGE, SMALL)
    assert {pair.after.requirement: -pair.change for pair in back.requirements} == changes


def test_findings_are_fixed_new_or_still_there() -> None:
    found = compared(SMALL, LARGE)
    before, after = found.before.findings, found.after.findings
    assert set(found.fixed) <= set(before) and {*found.new, *found.still} == set(after)
    assert "scalability.overloaded-node@api" in {item.identity for item in found.fixed}


def test_a_design_beside_itself() -> None:
    found = compared(SMALL, SMALL)
    assert found.fixed == found.new == () and found.still == found.after.findings
    assert {pair.change for pair in found.requirements} == {0}
    assert found.cost.difference == found.score.difference == 0.0
    assert all(item.difference == 0.0 for item in found.availability.values())


def test_figures_are_those_of_the_reviews() -> None:
    found = compared(SMALL, LARGE)
    assert found.cost == Figures(found.before.analysis.cost.total, found.after.analysis.cost.total)
    assert found.p99["browse"].before == math.inf and found.p99["browse"].after < math.inf
    assert list(found.p99) == list(found.availability) == ["browse", "order"]
    assert found.headroom == Figures(None, None)


def test_headroom_is_compared_where_it_was_asked_for() -> None:
    found = compare(judged(SMALL, headroom=True), judged(LARGE, headroom=True))
    assert found.headroom.before is not None and found.headroom.after is not None
    assert found.headroom.before < 1.0 < found.headroom.after


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        (1.0, 3.0, 2.0),
        (None, 3.0, None),
        (1.0, None, None),
        (math.inf, math.inf, None),
        (1.0, math.inf, math.inf),
    ],
)
def test_a_difference_is_told_only_where_there_is_one(
    before: float | None, after: float | None, difference: float | None
) -> None:
    assert Figures(before, after).difference == difference


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(0.0, 0.989, "98.9 percentage points more"), (0.9999, 0.9994, "0.05 percentage points less")],
)
def test_a_difference_of_parts_is_told_in_percentage_points(before: float, after: float, said: str) -> None:
    """ "98.9 % more" would be of the first."""
    found = compare(judged(SMALL), judged(LARGE))
    name = next(iter(found.availability))
    changed = replace(found, availability={name: Figures(before, after)})
    assert said in [row.cells[2] for row in figure_rows(changed)]


def test_only_answers_to_one_question_can_be_compared() -> None:
    with pytest.raises(DesignerError, match="same scenario"):
        compare(judged(SMALL), judged(SMALL, "quiet"))


def test_what_fails_though_all_is_up_counts_in_the_availability_of_both() -> None:
    found = compared(LARGE, LARGE.replace("db:sql_database*3", "db:sql_database*3[error_rate=10 %]"))
    after = found.after.analysis
    for name, figures in found.availability.items():
        machines = next(item for item in after.reliability.workloads if item.workload == name)
        assert figures.after == pytest.approx(machines.availability * (1.0 - after.failing[name].share))
        assert figures.difference is not None and figures.difference < -0.01
    rows = {row.name: row.change for row in figure_rows(found)}
    assert {change for name, change in rows.items() if name.endswith(": availability")} == {-1}
