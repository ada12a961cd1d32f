"""The arithmetic of availability gives the availability: every number that enters is there, with its source."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, analyze
from designer.arithmetic import Arithmetic
from designer.catalog.loader import load
from designer.design.notation import parse_notation
from designer.scenario.loader import build_design, load_scenario, scenario_ids
from tests.analysis.boards import analysis_of
from tests.formulas import all_of, evaluate

CATALOG = load()

SHORT = "url_shortener"
TWO_CACHES = (
    "users > cdn > load_balancer*2[zones=a+b] > api:app_server*4[zones=a+b] > c:cache[zones=a], d:cache[zones=b]; "
    "c, d > db:sharded_sql[shards=4, replicas=1, zones=a+b]"
)
DRAWN = [
    "users > app_server > db:sql_database*3",
    "users > load_balancer*2 > api:app_server*4 > c:cache, db:sql_database*3",
    "users > load_balancer*2 > api:app_server*4 > db:sql_database[replicas=2, acks=all]",
    "users > load_balancer*2 > api:app_server*4 > db:sql_database[replicas=2, read_from=replicas]",
    "users > load_balancer*2[zones=a+b+c] > api:app_server*4[zones=a+b+c] > db:sql_database[replicas=2, zones=a+b+c]",
    "users > load_balancer*2 > a:app_server*4, b:app_server*2 > cdn; a, b > db:wide_column_store*5[replicas=2]",
    "users > load_balancer*2 > api:app_server > key_value_store",
    TWO_CACHES,
]


def explained(analysis: Analysis) -> list[Arithmetic]:
    found = analysis.reliability
    return [*[item.arithmetic for item in found.workloads], *[item.arithmetic for item in found.groups]]


def check(analysis: Analysis) -> None:
    for item in explained(analysis):
        for step in all_of(item):
            assert evaluate(step) == pytest.approx(step.result.value, rel=1e-9, abs=1e-13), step.formula
    assert len(explained(analysis)) > 2


@pytest.mark.parametrize("drawn", DRAWN)
def test_the_formula_gives_the_number(drawn: str) -> None:
    check(analyze(load_scenario(SHORT), parse_notation(drawn, CATALOG), CATALOG, headroom=False))


@pytest.mark.parametrize("scenario_id", scenario_ids())
def test_so_it_does_for_every_reference(scenario_id: str) -> None:
    scenario = load_scenario(scenario_id)
    for reference in scenario.references:
        check(analyze(scenario, build_design(reference, scenario, CATALOG), CATALOG, headroom=False))


def test_what_enters_has_a_source() -> None:
    analysis = analysis_of("users > lb:load_balancer*2 > api:app_server*4 > db:sql_database[replicas=3]")
    environment = CATALOG.environment
    for item in analysis.reliability.workloads:
        known = {part.symbol: part.source for step in all_of(item.arithmetic) for part in step.inputs}
        assert known["z"] == environment.zone_availability.source
        assert known["r"] == environment.region_availability.source
        assert all(known[symbol] for symbol in ("a", "F", "t", "q[lb]", "q[api]", "q[db]"))
    (db,) = (group.arithmetic for group in analysis.reliability.groups if group.node == "db")
    assert {item.symbol for item in db.inputs} == {"a", "n", "k", "s"}
    assert db.result.value == pytest.approx(
        1.0 - 2 * 90 / 31_557_600, abs=1e-9
    )  # failing over is nearly all of it


def test_of_zones_that_share_their_fate_no_chance_is_worked_out() -> None:
    few, many = ("+".join(f"z{number}" for number in range(count)) for count in (2, 14))
    drawn = (
        "users > load_balancer*14[zones={0}] > app_server*14[zones={0}] > sql_database[replicas=2, zones={0}]"
    )
    told = {}
    for zones in (few, many):
        analysis = analysis_of(drawn.format(zones))
        check(analysis)
        told[zones] = {
            item.symbol for found in explained(analysis) for step in all_of(found) for item in step.inputs
        }
    assert "z" in told[few]
    assert "z" not in told[many]
