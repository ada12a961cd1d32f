"""What the report says beside its numbers, and of what still holds when something is down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.export.explanations import explain
from designer.export.report_markdown import write_markdown
from designer.export.report_notes import cache_notes, caveat, moving_note
from designer.export.report_outages import OutageRow, harmful_outages, told_outages
from designer.export.report_text import write_text
from designer.reliability.model import Outage
from designer.report import Report
from tests.export.samples import report_of, sample

ZONED = (
    "users > load_balancer*2[zones=eu/a+eu/b] > api:app_server*4[zones=a+b] > db:sql_database*2[zones=a+us/c,"
    ' name="Orders"]'
)


def with_outages(report: Report, *outages: Outage) -> Report:
    reliability = replace(report.analysis.reliability, outages=outages)
    return replace(report, analysis=replace(report.analysis, reliability=reliability))


def response_of(report: Report, **changes: object):
    return replace(report.analysis.responses["look"], **changes)


@pytest.mark.parametrize(
    ("band", "approximations", "words"),
    [
        (0.0, (), None),
        (0.0, ("stations are independent",), "Approximate: stations are independent."),
        (0.1, (), "Right to within 10 %."),
        (0.1, ("bursts", "retries"), "Right to within 10 %: bursts; retries."),
    ],
)
def test_percentiles_say_how_far_they_can_be_trusted(band, approximations, words):
    assert caveat(response_of(sample("sound"), band=band, approximations=approximations)) == words


def test_the_report_says_which_percentiles_are_not_exact():
    report = sample("sound")
    rough = response_of(report, band=0.1, approximations=("bursts",))
    analysis = replace(report.analysis, responses={**report.analysis.responses, "look": rough})
    changed = replace(report, analysis=analysis)
    assert "\n    Look, time to answer: right to within 10 %: bursts.\n" in write_text(changed)
    assert "\n- Look, time to answer: right to within 10 %: bursts.\n" in write_markdown(changed)
    exact = response_of(report, band=0.0, approximations=())
    analysis = replace(report.analysis, responses={"look": exact}, freshness={})
    assert "right to within" not in write_text(replace(report, analysis=analysis))


def test_a_cache_says_what_it_could_do_and_how_soon():
    (hit,) = sample("sound").analysis.traffic.hits
    assert cache_notes(replace(hit, bound=0.95, warm_up=0.0, stale=0.0)) == (
        "No policy with this memory answers more than 95 %."
    )
    assert "after 3 min." in cache_notes(replace(hit, warm_up=180.0))
    assert "does not get warm" in cache_notes(replace(hit, warm_up=float("inf")))
    assert "2 % are older than the last write" in cache_notes(replace(hit, stale=0.02))


def test_growing_says_what_moves():
    facts = sample("sound").analysis.nodes["db"]
    assert moving_note(facts._replace(moved_share=None)) is None
    assert moving_note(facts._replace(moved_share=0.2)) == "Adding one part moves 20 % of the records."


def test_notes_stand_with_the_arithmetic_they_are_about():
    report = sample("sound")
    (hit,) = report.analysis.traffic.hits
    assert cache_notes(hit) in [item.reason for item in explain(report, "cache")]


def test_failures_are_told_in_words():
    report = report_of(ZONED)
    lost = {"lost": ("look", "order"), "overloaded": ("api",)}
    outages = [
        Outage("instance", "api", (), ("api",)),
        Outage("node", "db", ("look",), ()),
        Outage("zone", "a", **lost),
        Outage("region", "eu", **lost),
        Outage("instance", "load_balancer", (), (), served=("look", "order")),
    ]
    assert harmful_outages(with_outages(report, *outages)) == (
        OutageRow("One machine of api", (), ("api",)),
        OutageRow("All of Orders", ("Look",), ()),
        OutageRow("Zone a", ("Look", "Order"), ("api",)),
        OutageRow("Region eu", ("Look", "Order"), ("api",)),
    )


def test_the_text_counts_what_takes_nothing_away():
    report = with_outages(
        sample("sound"), Outage("node", "api", ("look",), ()), Outage("node", "cache", (), ("db",))
    )
    text = write_text(report)
    assert (
        "  All of api: without Look\n  All of cache: db overloaded\n  0 of 2 failures take nothing away\n"
        in text
    )
    many = with_outages(report, *(Outage("node", "api", ("look",), ()) for _ in range(40)))
    assert "\n  and 28 more\n" in write_text(many)


def test_what_is_the_same_failure_is_told_once():
    report = sample("overloaded")
    kinds = [(outage.kind, outage.name) for outage in told_outages(report)]
    assert ("node", "api") in kinds
    assert ("instance", "api") not in kinds
    assert "The only zone" in {row.down for row in harmful_outages(report)}
    assert "region" not in {kind for kind, _ in kinds}


def test_recovery_is_told_where_there_is_something_to_wait_for_or_lose():
    report = sample("sound")
    reliability = report.analysis.reliability
    workloads = tuple(
        replace(item, recovery_time=time)
        for item, time in zip(reliability.workloads, (90.0, float("inf")), strict=True)
    )
    durabilities = tuple(replace(item, recovery_point=1.0) for item in reliability.durabilities)
    changed = replace(reliability, workloads=workloads, durabilities=durabilities)
    text = write_text(replace(report, analysis=replace(report.analysis, reliability=changed)))
    assert "\n  Back after 1.5 min: Look\n  Back only when somebody mends it: Order\n" in text
    assert "\n  The last 1 s of writes are gone: Items\n" in text
    alike = tuple(replace(item, recovery_time=90.0) for item in workloads)
    changed = replace(reliability, workloads=alike, durabilities=())
    text = write_text(replace(report, analysis=replace(report.analysis, reliability=changed)))
    assert "\n  Back after 1.5 min: Look, Order\n" in text
