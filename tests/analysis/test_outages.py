"""What still holds when a part is down."""

from __future__ import annotations

from dataclasses import replace

from designer.analysis.outages import survey_outages
from designer.reliability.model import Outage
from tests.analysis.boards import analysis_of

OF_WORKLOADS = ("carry", "quick", "up", "back")


def surveyed(*outages: Outage) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    analysis = analysis_of()
    changed = replace(analysis, reliability=replace(analysis.reliability, outages=outages))
    return [(item.name, item.holds, item.breaks) for item in survey_outages(changed)]


def test_what_is_asked_of_data_and_money_outlasts_any_outage() -> None:
    met = {item.requirement for item in analysis_of().verdicts if item.state.value == "met"}
    ((_, holds, breaks),) = surveyed(Outage("node", "db", ("look", "order"), ()))
    assert set(holds) == met - set(OF_WORKLOADS)
    assert set(breaks) == met & set(OF_WORKLOADS)


def test_what_is_served_still_holds() -> None:
    ((name, holds, breaks),) = surveyed(Outage("zone", "a", (), (), ("look",)))
    assert name == "a"
    assert set(OF_WORKLOADS) - {"back"} <= set(holds)
    assert breaks == ()


def test_what_is_missed_today_neither_holds_nor_breaks() -> None:
    analysis = analysis_of("users > api:app_server[read_rate=200/s] > db:sql_database")
    for item in survey_outages(analysis):
        assert "carry" not in (*item.holds, *item.breaks)


def test_there_is_a_row_for_every_outage() -> None:
    analysis = analysis_of()
    rows = [(item.kind, item.name) for item in survey_outages(analysis)]
    assert rows == [(item.kind, item.name) for item in analysis.reliability.outages]
    assert ("instance", "db") in rows
