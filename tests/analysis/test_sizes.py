"""The cheapest counts, against trying every combination; and why there are none."""

from __future__ import annotations

import itertools

import pytest

from designer.analysis import State, analyze
from designer.analysis.facts import measure
from designer.analysis.knobs import levels_of, list_changes, list_dials, turn
from designer.analysis.sizes import Sizing, find_size
from designer.catalog.model import Knob
from designer.design.edit import apply
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.scenario.model import Scenario
from tests.analysis.boards import CATALOG, PLAIN, shop


def drawn(notation: str = PLAIN) -> Design:
    return parse_notation(notation, CATALOG)


def cheapest_by_hand(
    scenario: Scenario, design: Design, ranges: dict[tuple[str, Knob], range]
) -> float | None:
    """The cost of the cheapest of all combinations in these ranges that meets everything but the budget."""
    dials = list_dials(design, CATALOG)
    now = levels_of(design, CATALOG, dials)
    choices = [ranges.get((dial.node, dial.knob), (dial.least,)) for dial in dials]
    costs = []
    for levels in itertools.product(*choices):
        found = measure(scenario, turn(design, dials, now, levels), CATALOG)
        if all(item.state is State.MET or item.kind == "budget" for item in found.verdicts):
            costs.append(found.cost.total)
    return min(costs, default=None)


SMALL = {
    "two kinds of machines": (
        (("minimum: 95 %", "minimum: 99.5 %"), ("rate: 800/s", "rate: 3k/s")),
        "users > load_balancer > api:app_server > db:sql_database[disk=2TB]",
        {
            ("load_balancer", Knob.INSTANCES): range(1, 4),
            ("api", Knob.INSTANCES): range(1, 9),
            ("db", Knob.REPLICAS): range(4),
        },
    ),
    "copies or shards": (
        (("rate: 800/s", "rate: 30k/s"), ("$5k", "$100k")),
        "users > api:app_server[read_rate=50k/s, write_rate=50k/s, connections=1M, pool=1] > db:sharded_sql",
        {
            ("api", Knob.INSTANCES): range(1, 4),
            ("db", Knob.SHARDS): range(1, 9),
            ("db", Knob.REPLICAS): range(5),
        },
    ),
    "a cache for a store": (
        (("rate: 800/s", "rate: 9k/s"), ("limit: 500 ms", "limit: 400 ms"), ("$5k", "$100k")),
        "users > api:app_server[read_rate=20k/s, write_rate=20k/s] > cache, db:sql_database[disk=2TB]",
        {
            ("api", Knob.INSTANCES): range(1, 3),
            ("cache", Knob.INSTANCES): range(1, 3),
            ("cache", Knob.MEMORY): range(4),
            ("db", Knob.REPLICAS): range(4),
        },
    ),
}


@pytest.mark.parametrize("name", SMALL)
def test_small_designs_are_sized_exactly(name: str) -> None:
    changes, notation, ranges = SMALL[name]
    scenario, design = shop(*changes), drawn(notation)
    sizing = find_size(scenario, design, CATALOG)
    best = cheapest_by_hand(scenario, design, ranges)
    assert best is not None
    assert not sizing.proofs
    assert sizing.exact
    assert sizing.cost_after == pytest.approx(best, rel=1e-6)


def test_the_changes_make_the_sized_design() -> None:
    design = drawn("users > load_balancer*5 > api:app_server*9 > db:sql_database[disk=2TB, replicas=3]")
    sizing = find_size(shop(), design, CATALOG)
    again = analyze(shop(), apply(design, sizing.changes, CATALOG), CATALOG, headroom=False)
    assert [(item.state, item.value) for item in again.verdicts] == [
        (item.state, item.value) for item in sizing.after
    ]
    assert again.cost.total == pytest.approx(sizing.cost_after)
    assert sizing.cost_after < sizing.cost_before
    assert {(change.node, change.field) for change in sizing.changes} == {
        (item.node, item.knob.value) for item in sizing.sizes if item.before != item.after
    }


def test_one_step_less_of_anything_breaks_something() -> None:
    sizing = find_size(shop(("minimum: 95 %", "minimum: 99.8 %")), drawn(), CATALOG)
    assert sizing.met
    assert sizing.minimal
    dials = list_dials(sizing.sized, CATALOG)
    now = levels_of(sizing.sized, CATALOG, dials)
    for index, dial in enumerate(dials):
        if now[index] > dial.least:
            fewer = (*now[:index], now[index] - 1, *now[index + 1 :])
            found = measure(sizing.scenario, turn(sizing.sized, dials, now, fewer), CATALOG)
            broken = {item.requirement for item in found.verdicts if item.state is not State.MET}
            size = next(item for item in sizing.sizes if (item.node, item.knob) == (dial.node, dial.knob))
            assert size.breaks in broken


def test_a_design_that_is_right_stays_as_it_is() -> None:
    once = find_size(shop(), drawn(), CATALOG)
    twice = find_size(shop(), once.sized, CATALOG)
    assert twice.changes == ()
    assert twice.sized == once.sized


def test_the_same_question_has_the_same_answer() -> None:
    assert find_size(shop(), drawn(), CATALOG).sizes == find_size(shop(), drawn(), CATALOG).sizes


def why(sizing: Sizing, requirement: str) -> str:
    return next(item.reason for item in sizing.proofs if item.requirement == requirement)


def test_a_way_that_takes_too_long_without_any_waiting() -> None:
    sizing = find_size(shop(("limit: 500 ms", "limit: 5 ms")), drawn(), CATALOG)
    assert [item.requirement for item in sizing.proofs] == ["quick"]
    assert "The way alone takes" in why(sizing, "quick")
    assert "5 ms are allowed" in why(sizing, "quick")
    assert not sizing.met


def test_a_store_whose_writes_go_to_one_leader() -> None:
    scenario = shop(
        ("requirements:", "requirements:\n  write: {kind: throughput, workload: order}"),
        ("rate: 10/s", "rate: 200k/s"),
        ("horizon: 1 year", "horizon: 1 s"),
    )
    sizing = find_size(scenario, drawn(), CATALOG)
    assert "every write goes to its one leader" in why(sizing, "write")


def test_a_zone_that_is_less_available_than_asked() -> None:
    sizing = find_size(shop(("minimum: 95 %", "minimum: 99.999 %")), drawn(), CATALOG)
    assert "however many machines there are" in why(sizing, "up")
    assert "in one zone" in why(sizing, "up")


def test_money_that_does_not_suffice() -> None:
    sizing = find_size(
        shop(("$5k", "$100")), drawn("users > api:app_server > db:sql_database[disk=2TB]"), CATALOG
    )
    assert [item.requirement for item in sizing.proofs] == ["cheap"]
    assert why(sizing, "cheap").startswith("The cheapest counts that meet everything else cost ")
    assert sizing.exact


def test_data_that_does_not_fit() -> None:
    sizing = find_size(shop(("horizon: 1 year", "horizon: 200 years")), drawn(), CATALOG)
    assert "larger disks would" in why(sizing, "room")


def test_what_nothing_leads_to() -> None:
    sizing = find_size(shop(), drawn("users > api:app_server; db:sql_database"), CATALOG)
    assert {"carry", "up", "quick"} <= {item.requirement for item in sizing.proofs}
    assert all("No count changes that" in why(sizing, name) for name in ("carry", "up", "quick"))


def test_an_empty_board_has_nothing_to_size() -> None:
    sizing = find_size(shop(), Design(), CATALOG)
    assert (sizing.sizes, sizing.changes, sizing.cost_after) == ((), (), 0.0)
    assert len(sizing.proofs) == len(shop().requirements)


def test_memory_comes_in_powers_of_two() -> None:
    design = drawn("users > api:app_server > cache[memory=20 GB], db:sql_database[disk=2TB]")
    dials = list_dials(design, CATALOG)
    (at,) = (index for index, dial in enumerate(dials) if dial.knob is Knob.MEMORY)
    now = levels_of(design, CATALOG, dials)
    assert now[at] == 5
    assert turn(design, dials, now, now) is design
    smaller = (*now[:at], 3, *now[at + 1 :])
    assert turn(design, dials, now, smaller).node("cache").figures["memory"] == 8e9
    (change,) = list_changes(dials, now, smaller)
    assert (change.field, change.value) == ("memory", 8e9)


def test_what_is_overloaded_is_raised_though_only_availability_is_asked() -> None:
    scenario = shop(("rate: 800/s", "rate: 8k/s"))
    only = scenario.model_copy(update={"requirements": {"up": scenario.requirements["up"]}})
    sizing = find_size(only, drawn(), CATALOG)
    assert sizing.met
    assert sizing.sized.node("api").instances >= 8
