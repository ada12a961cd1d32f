"""The line below the board: what its numbers unfold to."""

from __future__ import annotations

from dataclasses import replace

from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.report import Report, review
from designer.scenario.loader import load_scenario
from designer.ui.widgets.status import entries

NOTATION = "users > load_balancer*2 > api:app_server*120 > cache*4, db:sharded_sql[shards=8, replicas=1]"


def report() -> Report:
    return review(load_scenario("url_shortener"), parse_notation(NOTATION, load()), ranked=False)


def told(of: Report, key: str) -> str:
    return next(entry.details() for entry in entries(of) if entry.key == key)


def test_the_bill_has_each_part_per_month_and_per_million_requests() -> None:
    found = report()
    bill = told(found, "cost")
    assert "Per 1M" in bill and "for a million requests" in bill
    row = next(line for line in bill.splitlines() if "api" in line)
    assert row.count("$") >= 2
    assert "c = C / R" in bill


def test_a_bill_without_traffic_has_no_price_of_a_million() -> None:
    lonely = review(load_scenario("url_shortener"), parse_notation("db:sql_database", load()), ranked=False)
    assert "—" in told(lonely, "cost")
    assert "C / R" not in told(lonely, "cost")


def test_the_headroom_unfolds_to_where_it_ends() -> None:
    assert "bisection" in told(report(), "headroom")


def test_a_limit_that_is_told_only_when_asked_for_is_not_told_by_the_headroom() -> None:
    found = report()
    headroom = found.analysis.headroom
    assert headroom is not None
    assert headroom.beyond is not None
    secret = replace(headroom, beyond=replace(headroom.beyond, hidden=True))
    hidden = replace(found, analysis=replace(found.analysis, headroom=secret))
    assert "bisection" not in told(hidden, "headroom")
