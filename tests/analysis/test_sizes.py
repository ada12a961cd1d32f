"""The cheapest counts, against trying every combination; and why there are none."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.analysis import State, analyze
from designer.analysis.facts import measure
from designer.analysis.knobs import levels_of, list_changes, list_dials, turn
from designer.analysis.sizes import Size, Sizing, find_size
from designer.catalog.model import Knob
from designer.design.edit import apply
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.scenario.model import Scenario
from designer.units import Dimension, format_quantity, parse
from tests.analysis.boards import CATALOG, PLAIN, shop


def drawn(notation: str = PLAIN) -> Design:
    return parse_notation(notation, CATALOG)


def cheapest_by_hand(
    scenario: Scenario, design: Design, ranges: dict[tuple[str, Knob], range]
) -> float | None:
    """The cost of the cheapest of all combinations in these ranges that meets everything but the budget."""
    dials = list_dials(design, CATALOG)
    choices = [ranges.get((dial.node, dial.knob), (dial.least,)) for dial in dials]
    costs = []
    for levels in itertools.product(*choices):
        found = measure(scenario, turn(design, dials, levels), CATALOG)
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


@st.composite
def small_shapes(draw: st.DrawFn) -> tuple[Scenario, str, str, dict[tuple[str, Knob], range]]:
    """A scenario, one shape drawn twice with other counts and memory, and the levels that are gone through by hand."""
    rate = draw(st.sampled_from((200, 800, 2_000, 4_000)))
    least = draw(st.sampled_from(("95 %", "99.5 %", "99.9 %")))
    limit = draw(st.sampled_from((250, 400, 500)))
    reads = draw(st.sampled_from((500, 1_000, 5_000)))
    scenario = shop(
        ("rate: 800/s", f"rate: {rate}/s"),
        ("minimum: 95 %", f"minimum: {least}"),
        ("limit: 500 ms", f"limit: {limit} ms"),
        ("$5k", "$1M"),
    )
    is_cached, is_sharded = draw(st.booleans()), draw(st.booleans())
    store = draw(st.just("sharded_sql") if is_sharded else st.just("sql_database"))
    ranges = {("api", Knob.INSTANCES): range(1, 4), ("db", Knob.REPLICAS): range(4)}
    if is_sharded:
        ranges["db", Knob.SHARDS] = range(1, 5)
    if is_cached:
        ranges |= {("cache", Knob.INSTANCES): range(1, 3), ("cache", Knob.MEMORY): range(6)}

    def notation() -> str:
        api, cached, copies = (draw(st.integers(low, 6)) for low in (1, 1, 0))
        memory, shards = draw(st.sampled_from((1, 4, 10, 16, 64))), draw(st.integers(1, 6))
        cache = f"cache:cache*{cached}[memory={memory} GB], " if is_cached else ""
        parts = f", shards={shards}" if is_sharded else ""
        return (
            f"users > api:app_server*{api}[read_rate=20k/s, write_rate=20k/s, pool=2] > {cache}"
            f"db:{store}[disk=20TB, read_rate={reads}/s, replicas={copies}{parts}]"
        )

    return scenario, notation(), notation(), ranges


@given(small_shapes())
@settings(max_examples=25, deadline=None)
def test_what_is_drawn_decides_nothing_and_every_combination_is_dearer(
    case: tuple[Scenario, str, str, dict[tuple[str, Knob], range]],
) -> None:
    scenario, one, other, ranges = case
    sizing, again = (find_size(scenario, drawn(notation), CATALOG) for notation in (one, other))
    assert [(item.node, item.knob, item.after) for item in sizing.sizes] == [
        (item.node, item.knob, item.after) for item in again.sizes
    ]
    assert sizing.cost_after == pytest.approx(again.cost_after, rel=1e-9)
    assert [item.reason for item in sizing.proofs] == [item.reason for item in again.proofs]
    best = cheapest_by_hand(scenario, drawn(one), ranges)
    if sizing.met:
        assert sizing.exact
        dials = list_dials(sizing.sized, CATALOG)
        inside = all(
            level in ranges.get((dial.node, dial.knob), (dial.least,))
            for dial, level in zip(dials, levels_of(dials), strict=True)
        )
        assert best is None or sizing.cost_after <= best * (1.0 + 1e-6)
        assert not inside or sizing.cost_after == pytest.approx(best, rel=1e-6)
    else:
        assert best is None


def test_memory_that_saves_copies_is_found_wherever_the_search_begins() -> None:
    """More than one step of memory has to be paid before a copy can be spared."""
    scenario = shop(("$5k", "$1M"), ("minimum: 95 %", "minimum: 90 %"), ("records: 1M", "records: 40M"))
    costs = {
        round(
            find_size(
                scenario,
                drawn(
                    f"users > api:app_server*4 > cache[memory={memory} GB],"
                    f" db:sql_database*{copies}[disk=2TB, read_rate={rate}/s, write_rate=3000/s]"
                ),
                CATALOG,
            ).cost_after,
            4,
        )
        for memory, copies, rate in ((1, 1, 120), (10, 2, 120), (16, 4, 120), (64, 2, 120))
    }
    assert len(costs) == 1


def test_what_is_drawn_is_kept_where_its_memory_is_not_sold_and_nothing_sold_is_cheaper() -> None:
    notation = "users > api:app_server*2 > cache[memory={} GB], db:sql_database*2[disk=2TB, read_rate=300/s]"
    scenario = shop(("$5k", "$1M"), ("minimum: 95 %", "minimum: 90 %"), ("records: 1M", "records: 40M"))
    sold = find_size(scenario, drawn(notation.format(16)), CATALOG)
    sold_memory = memory_of(sold).after / 1e9
    assert sold_memory > 1
    kept = []
    for part in (0.55, 0.6, 0.7, 0.8, 0.9, 0.99):
        sizing = find_size(scenario, drawn(notation.format(part * sold_memory)), CATALOG)
        assert memory_of(sizing).before == pytest.approx(part * sold_memory * 1e9)
        held = all(item.state is State.MET for item in sizing.before)
        assert sizing.cost_after == pytest.approx(
            min(sizing.cost_before, sold.cost_after) if held else sold.cost_after
        )
        kept.append(not sizing.changes)
    assert any(kept)
    assert not all(kept)


def memory_of(sizing: Sizing) -> Size:
    (found,) = (item for item in sizing.sizes if item.knob is Knob.MEMORY)
    return found


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
    now = levels_of(dials)
    for index, dial in enumerate(dials):
        if now[index] > dial.least:
            fewer = (*now[:index], now[index] - 1, *now[index + 1 :])
            found = measure(sizing.scenario, turn(sizing.sized, dials, fewer), CATALOG)
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
    text = why(sizing, "up")
    assert "However many machines there are" in text
    assert "in one zone" in text
    down, allowed, *parts = (parse(found, Dimension.RATIO) for found in re.findall(r"[\d.e-]+ %", text)[:5])
    assert allowed == pytest.approx(1e-5)
    assert math.fsum(parts) == pytest.approx(down, rel=0.02)  # told to two digits
    then = sizing.after[[item.requirement for item in sizing.after].index("up")].value
    assert then is not None
    assert text.endswith(f"it is {format_quantity(then, Dimension.RATIO)}.")


def test_parts_too_small_to_matter_are_not_named() -> None:
    sizing = find_size(shop(("minimum: 95 %", "minimum: 99.999 %")), drawn(), CATALOG)
    assert not re.search(r"e-\d+ %", why(sizing, "up"))


def test_a_search_that_is_broken_off_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer.analysis.trials.MOST_ANALYSES", 2)
    design = drawn("users > load_balancer*2 > api:app_server > db:sql_database[disk=2TB, replicas=1]")
    sizing = find_size(shop(("rate: 800/s", "rate: 8k/s")), design, CATALOG)
    assert sizing.changes == ()
    assert not sizing.exact
    assert "broken off" in why(sizing, "carry")


def test_what_is_drawn_and_holds_is_kept_where_the_search_is_broken_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("designer.analysis.trials.MOST_ANALYSES", 2)
    design = drawn("users > load_balancer*2 > api:app_server*4 > db:sql_database[disk=2TB, replicas=1]")
    sizing = find_size(shop(), design, CATALOG)
    assert sizing.met
    assert sizing.proofs == ()
    assert sizing.cost_after <= sizing.cost_before


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


def test_memory_comes_in_powers_of_two_and_as_the_catalogue_has_it() -> None:
    design = drawn("users > api:app_server > cache[memory=20 GB], db:sql_database[disk=2TB]")
    dials = list_dials(design, CATALOG)
    (at,) = (index for index, dial in enumerate(dials) if dial.knob is Knob.MEMORY)
    now = levels_of(dials)
    usual = CATALOG["cache"].figure("memory")
    assert usual is not None
    assert dials[at].sizes == tuple(sorted({*(1e9 * 2**power for power in range(11)), usual.default}))
    assert dials[at].value(now[at]) == 32e9  # what is sold next above
    smaller = (*now[:at], dials[at].sizes.index(8e9), *now[at + 1 :])
    assert turn(design, dials, smaller).node("cache").figures["memory"] == 8e9
    (change,) = list_changes(dials, smaller)
    assert (change.field, change.value) == ("memory", 8e9)
    as_drawn = list_dials(design, CATALOG, drawn_too=True)
    assert turn(design, as_drawn, levels_of(as_drawn)) is design


def test_what_is_overloaded_is_raised_though_only_availability_is_asked() -> None:
    scenario = shop(("rate: 800/s", "rate: 8k/s"))
    only = scenario.model_copy(update={"requirements": {"up": scenario.requirements["up"]}})
    sizing = find_size(only, drawn(), CATALOG)
    assert sizing.met
    assert sizing.sized.node("api").instances >= 8
