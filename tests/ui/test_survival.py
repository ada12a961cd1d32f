"""What the page says of failures: what still holds, how soon the rest is back, what is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.analysis.availability import find_availabilities
from designer.catalog import load
from designer.design.notation import parse_notation
from designer.performance.model import Ceiling
from designer.reliability.model import Outage, Reliability
from designer.report import Report, review
from designer.scenario.loader import load_scenario
from designer.ui.widgets.marks import CEILING_NAMES, board_marks
from designer.ui.widgets.status import entries
from designer.ui.widgets.survival import availability_table, durability_table, outage_table, survival
from designer.ui.widgets.wording import plain
from designer.units import Dimension, format_quantity

NOTATION = 'users > load_balancer*2 > api:app_server*40[name="| a | <b>"] > cache*2, db:sql_database*3'


@pytest.fixture(scope="module")
def report() -> Report:
    return review(load_scenario("url_shortener"), parse_notation(NOTATION, load()), headroom=False)


def changed(report: Report, **parts: object) -> Report:
    reliability: Reliability = replace(report.analysis.reliability, **parts)
    return replace(report, analysis=replace(report.analysis, reliability=reliability))


def test_every_workload_and_dataset_has_a_row(report: Report) -> None:
    for workload in report.scenario.workloads.values():
        assert f"| {plain(workload.name)} |" in availability_table(report)
    for dataset in report.scenario.datasets.values():
        assert f"| {plain(dataset.name)} |" in durability_table(report)


@pytest.mark.parametrize(
    ("seconds", "back", "gone"),
    [
        (0.0, "at once", "nothing"),
        (90.0, "after 1\\.5 min", "the last 1\\.5 min"),
        (float("inf"), "when it is mended", "everything"),
    ],
)
def test_recovery_is_told_in_words(report: Report, seconds: float, back: str, gone: str) -> None:
    workloads = tuple(replace(item, recovery_time=seconds) for item in report.analysis.reliability.workloads)
    durabilities = tuple(
        replace(item, recovery_point=seconds) for item in report.analysis.reliability.durabilities
    )
    told = changed(report, workloads=workloads, durabilities=durabilities)
    assert f"| {back} |" in availability_table(told)
    assert f"| {gone} |" in durability_table(told)


def test_failures_that_take_something_have_a_row_and_the_rest_is_counted(report: Report) -> None:
    outages = (
        Outage("instance", "api", (), ("db",)),
        Outage("node", "api", ("follow",), ()),
        Outage("node", "cache", (), ()),
    )
    workload = next(iter(report.scenario.workloads))
    outages = (outages[0], replace(outages[1], lost=(workload,)), outages[2])
    table = outage_table(changed(report, outages=outages))
    hostile = "\\| a \\| \\<b\\>"
    assert f"| One machine of {hostile} | – | db |" in table
    assert f"| All of {hostile} | {plain(report.scenario.workloads[workload].name)} | – |" in table
    assert table.endswith("1 of 3 failures take nothing away\\.")


def test_without_failures_there_is_no_table(report: Report) -> None:
    assert outage_table(changed(report, outages=())) == ""
    harmless = changed(report, outages=(Outage("node", "cache", (), ()),))
    assert outage_table(harmless).endswith("1 of 1 failures take nothing away\\.")
    assert len(list(survival(changed(report, outages=(), durabilities=())))) == 1


def test_the_status_line_unfolds_to_what_still_holds(report: Report) -> None:
    details = next(entry for entry in entries(report) if entry.key == "availability").details()
    assert "**When something is down**" in details
    assert all(part in details for part in survival(report))


def test_a_percentile_that_is_not_exact_says_so(report: Report) -> None:
    name, response = next(iter(report.analysis.responses.items()))
    rough = replace(response, band=0.1, approximations=("stations are taken as independent",))
    analysis = replace(report.analysis, responses={**report.analysis.responses, name: rough})
    told = replace(report, analysis=analysis)
    details = next(entry for entry in entries(told) if entry.key == "latency").details()
    assert plain("Right to within 10 %: stations are taken as independent.") in details


def test_the_inspector_tells_bound_warm_up_and_what_moves(report: Report) -> None:
    facts = report.analysis.nodes["cache"]._replace(moved_share=1 / 3)
    analysis = replace(report.analysis, nodes={**report.analysis.nodes, "cache": facts})
    rows = board_marks(replace(report, analysis=analysis), 1)["nodes"]["cache"]["detail"]
    hits = next(row for row in rows if row["label"].startswith("Hits"))
    (found,) = report.analysis.traffic.hits
    assert f"answers more than {format_quantity(found.bound, Dimension.RATIO, digits=2)}" in hits["formula"]
    assert {"label": "Moves when a part is added", "value": "33 %"} in rows


def test_disk_operations_have_a_name() -> None:
    assert CEILING_NAMES[Ceiling.IOPS] == "Disk operations"


def test_where_requests_fail_the_machines_have_a_column_of_their_own(report: Report) -> None:
    assert "Its machines" not in availability_table(report)
    drawn = NOTATION.replace("db:sql_database*3", "db:sql_database*3[error_rate=10 %]")
    failing = review(load_scenario("url_shortener"), parse_notation(drawn, load()), headroom=False)
    told = availability_table(failing)
    assert "Its machines" in told
    found = find_availabilities(failing.analysis)
    for name, item in found.items():
        row = next(line for line in told.splitlines() if plain(failing.scenario.workloads[name].name) in line)
        both = [
            format_quantity(value, Dimension.RATIO) for value in (item.answered, item.machines.availability)
        ]
        assert [cell.strip() for cell in row.split(" | ")][1:3] == [plain(value) for value in both]
    worst = min(item.answered for item in found.values())
    (entry,) = (entry for entry in entries(failing) if entry.key == "availability")
    assert entry.value == format_quantity(worst, Dimension.RATIO)
    assert "S = A" in entry.details()
