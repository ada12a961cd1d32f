"""What the board is told: lenses, paths, other traffic, what a failure leaves, and how far it carries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.analysis import measure, scale_traffic
from designer.analysis.availability import find_availabilities
from designer.analysis.ladder import Ladder, Rung, climb
from designer.catalog import Catalog, load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.errors import DesignError
from designer.report import Report, review
from designer.scenario.loader import load_scenario, scenario_ids
from designer.scenario.samples import build_design
from designer.ui.canvas.view import View, read_view
from designer.ui.outlook import look_at, with_headroom
from designer.ui.widgets.ladder import ladder_words
from designer.ui.widgets.lenses import edge_lenses, lens_legends, node_lenses
from designer.ui.widgets.meaning import UNTOLD, annotations_of, details_of
from designer.ui.widgets.paths import MOST_STEPS, request_paths
from designer.units import SECONDS_PER_MONTH, Dimension, format_quantity

CACHED = "users > lb:load_balancer*2 > api:app_server*120 > cache*3, db:sql_database[replicas=2]"


@pytest.fixture(scope="module", params=scenario_ids())
def reference(request: pytest.FixtureRequest, catalog: Catalog) -> Report:
    scenario = load_scenario(request.param)
    return review(scenario, build_design(scenario.references[0], scenario, catalog), catalog, headroom=False)


@pytest.fixture(scope="module")
def report(catalog: Catalog) -> Report:
    return review(load_scenario("url_shortener"), parse_notation(CACHED, catalog), catalog)


def test_shares_through_a_lens_are_parts_of_one_whole(reference: Report) -> None:
    marks = node_lenses(reference)
    for lens in ("latency", "cost"):
        assert sum(mark[lens]["value"] for mark in marks.values() if lens in mark) == pytest.approx(
            1, abs=0.02
        )
    for mark in marks.values():
        for shown in mark.values():
            assert 0 <= shown["value"] <= 1
            assert shown["text"]
            assert shown["title"].endswith(".")


def test_latency_is_that_of_the_workload_that_was_chosen(report: Report) -> None:
    for name, response in report.analysis.responses.items():
        hops = {item.node: item.service + item.waiting + item.network for item in response.hops}
        marks = node_lenses(report, name)
        assert {node for node, mark in marks.items() if "latency" in mark} == {
            node for node, spent in hops.items() if spent > 0
        }
        for node, spent in hops.items():
            if spent > 0:
                assert marks[node]["latency"]["value"] == pytest.approx(spent / response.mean, abs=0.001)
        assert report.scenario.workloads[name].name in lens_legends(report, name)["latency"]
    slowest = max(report.analysis.responses.items(), key=lambda item: item[1].percentiles[99.0])[0]
    assert node_lenses(report) == node_lenses(report, slowest) == node_lenses(report, "no such")


def test_where_a_wait_has_no_end_that_part_is_all_of_it(catalog: Catalog) -> None:
    full = review(
        load_scenario("url_shortener"),
        parse_notation("users > load_balancer*2 > api:app_server > db:sql_database", catalog),
        catalog,
        headroom=False,
    )
    marks = node_lenses(full)
    assert marks["api"]["latency"]["value"] == 1
    assert marks["load_balancer"]["latency"]["value"] == 0


def test_downtime_is_what_the_workload_that_is_down_most_would_gain(report: Report) -> None:
    worst = max(report.analysis.reliability.workloads, key=lambda item: item.unavailability)
    marks = node_lenses(report)
    for item in worst.contributions:
        down = item.unavailability * SECONDS_PER_MONTH
        told = "< 1 ms" if 0.0 < down < 1e-3 else format_quantity(down, Dimension.TIME, digits=2)
        assert marks[item.node]["availability"]["text"] == f"{told}/month"
    assert any(marks[item.node]["availability"]["text"] == "< 1 ms/month" for item in worst.contributions)


def test_every_line_that_carries_something_says_how_far_and_how_much(reference: Report) -> None:
    carrying = {flow.connection for flow in reference.analysis.traffic.flows}
    marks = edge_lenses(reference)
    assert set(marks) == carrying
    assert all(mark["cost"]["text"].endswith("/s") for mark in marks.values())


def test_a_path_goes_from_call_to_call_and_what_is_put_off_comes_last(reference: Report) -> None:
    drawn = {connection.id for connection in reference.design.connections}
    paths = request_paths(reference)
    assert {path["id"] for path in paths} == set(reference.scenario.workloads)
    for path in paths:
        reached = {path["steps"][0]["edge"].split(">")[0]}
        for step in path["steps"]:
            source, target = step["edge"].split(">")
            assert step["edge"] in drawn
            assert source in reached
            reached.add(target)
        late = [step.get("later", False) for step in path["steps"]]
        assert late == sorted(late)
        assert len(late) <= MOST_STEPS


def test_a_path_says_what_only_a_miss_leads_to(report: Report) -> None:
    steps = {step["edge"]: step for path in request_paths(report)[:1] for step in path["steps"]}
    assert steps["api>cache"]["optional"] is True
    assert steps["api>db"]["miss"] == "cache"
    assert "miss" not in steps["lb>api"]


@pytest.mark.parametrize("failed", [None, ("node", "cache"), ("node", "api"), ("node", "users")])
@pytest.mark.parametrize("scale", [0.1, 1.0, 100.0])
def test_all_of_it_is_json_a_browser_reads(
    report: Report, failed: tuple[str, str] | None, scale: float
) -> None:
    marks = annotations_of(look_at(report, View(failed=failed, scale=scale)), 3)
    assert json.loads(json.dumps(marks, allow_nan=False)) == marks
    assert marks["scale"] == scale
    assert set(marks["nodes"]) == set(report.design.by_id)
    assert ("failing" in marks) == (failed is not None)


@pytest.mark.parametrize("failed", [None, ("node", "cache"), ("node", "api"), ("node", "users")])
def test_what_follows_completes_what_came_first(report: Report, failed: tuple[str, str] | None) -> None:
    outlook = look_at(report, View(failed=failed))
    full = annotations_of(outlook, 3)
    first = annotations_of(outlook, 3, detailed=("db",), lenses=("latency",))
    rest = details_of(outlook, 3)
    assert rest["revision"] == first["revision"] == 3
    assert {name for name, mark in first["nodes"].items() if "detail" in mark} <= {"db"}
    shown = {lens for mark in first["nodes"].values() for lens in mark.get("lenses", ())}
    assert shown == ({"latency"} if failed is None else set())
    for kind in ("nodes", "edges"):
        for name, mark in first[kind].items():
            later = rest[kind].get(name, {})
            lenses = {**later.get("lenses", {}), **mark.get("lenses", {})}
            whole = {**later, **mark, **({"lenses": lenses} if lenses else {})}
            assert whole == full[kind][name]


def test_the_plain_view_shows_the_very_same_report(report: Report) -> None:
    assert look_at(report, View()).report is report


def test_other_traffic_is_another_report_and_its_headroom_the_same_in_requests(report: Report) -> None:
    outlook = look_at(report, View(scale=3.0))
    stated, scaled = report.analysis, outlook.report.analysis
    for name, workload in stated.scenario.workloads.items():
        assert scaled.scenario.workloads[name].peak_rate == pytest.approx(3 * workload.peak_rate)
    headroom, found = with_headroom(outlook, report).analysis.headroom, stated.headroom
    assert headroom is not None and found is not None
    assert headroom.multiple == pytest.approx(found.multiple / 3)


def test_what_is_down_is_struck_out_and_what_lies_behind_is_not_reached(report: Report) -> None:
    marks = annotations_of(look_at(report, View(failed=("node", "api"))), 1)
    assert {name: node.get("fate") for name, node in marks["nodes"].items()} == {
        "users": "vain",
        "lb": "vain",
        "api": "failed",
        "cache": "unreached",
        "db": "unreached",
    }
    assert marks["edges"]["lb>api"]["fate"] == "stopped"
    assert "users>lb" not in marks["edges"]
    assert [item["fate"] for item in marks["failing"]["workloads"]] == ["lost", "lost"]


def test_what_still_holds_is_told_with_numbers(report: Report) -> None:
    failing = annotations_of(look_at(report, View(failed=("node", "cache"))), 1)["failing"]
    assert failing["title"] == "All of cache"
    assert (failing["kind"], failing["name"]) == ("node", "cache")
    follow = failing["workloads"][0]
    assert follow["fate"] in ("holds", "misses")
    assert follow["rate"].endswith("/s")
    for row in follow["requirements"]:
        assert "at most" in row["text"] or "at least" in row["text"]


def test_a_hidden_requirement_is_not_named_before_it_is_asked_for(catalog: Catalog) -> None:
    scenario = load_scenario("url_shortener")
    open_ones = {
        name: item.model_copy(update={"hidden": True}) for name, item in scenario.requirements.items()
    }
    hidden = scenario.model_copy(update={"requirements": open_ones})
    report = review(hidden, parse_notation(CACHED, catalog), catalog)
    titles = {verdict.title for verdict in report.verdicts}
    outlook = look_at(report, View(failed=("node", "cache")))

    def told(told: bool) -> set[str]:
        rows = annotations_of(outlook, 1, told=told)["failing"]["workloads"]
        return {row["title"] for workload in rows for row in workload["requirements"]}

    assert told(False) == {UNTOLD}
    assert told(True) <= titles
    assert not any(title in json.dumps(words_of(report, told=False)) for title in titles)


def words_of(report: Report, *, told: bool = True) -> dict[str, Any]:
    analysis = report.analysis
    assert analysis.headroom is not None
    ladder = climb(
        analysis,
        analysis.headroom,
        lambda multiple: measure(
            scale_traffic(analysis.scenario, multiple), analysis.design, analysis.catalog
        ),
    )
    return ladder_words(report, ladder, told=told)


def test_the_ladder_says_up_to_how_much_it_holds_and_what_breaks_first(report: Report) -> None:
    words = words_of(report)
    assert words["sentence"].startswith("Holds up to ")
    assert "req/s (×" in words["sentence"]
    assert "first to break: " in words["sentence"]
    assert [rung["label"] for rung in words["rungs"]] == ["100/s at peak", "10k/s at peak", "1M/s at peak"]
    assert words["rungs"][-1]["state"] == "missed"
    assert "missed: " in words["rungs"][-1]["text"]


@pytest.mark.parametrize(
    "view",
    [
        [],
        {"failed": "api"},
        {"failed": {"kind": "planet", "name": "api"}},
        {"failed": {"kind": "node", "name": "x" * 300}},
        {"failed": {"kind": "node"}},
        {"scale": 0},
        {"scale": 1e9},
        {"scale": float("nan")},
        {"scale": True},
        {"scale": "3"},
        {"workload": 7},
    ],
)
def test_a_hostile_view_is_refused_in_one_sentence(view: object) -> None:
    with pytest.raises(DesignError, match="what the board sent cannot be used: its view"):
        read_view(view)


def test_a_view_is_read() -> None:
    assert read_view(None) == View()
    sent = {
        "lens": "cost",
        "failed": {"kind": "zone", "name": "a"},
        "scale": 3,
        "workload": None,
        "ladder": True,
    }
    assert read_view(sent) == View(failed=("zone", "a"), scale=3.0, ladder=True)


def test_a_rung_far_below_the_traffic_is_one_in_so_many() -> None:
    rung = Rung(users=10_000, rate=3.0, multiple=0.00166, met=1, missed=())
    ladder = Ladder(multiple=0.01, rate=20.0, breaks=None, hopeless=(), rungs=(rung,))
    report = review(load_scenario("url_shortener"), Design(), load(), headroom=False)
    words = ladder_words(report, ladder)
    assert words["sentence"] == "Holds up to 20 req/s (1/100 of the traffic)."
    assert words["rungs"][0]["rate"] == "3/s at peak, 1/600 of the traffic"


def test_the_lens_of_availability_tells_what_fails_apart_from_what_is_down(catalog: Catalog) -> None:
    drawn = (
        "users > load_balancer*2 > api:app_server*90 > db:sharded_sql[shards=20, replicas=1, error_rate=10 %]"
    )
    failing = review(
        load_scenario("url_shortener"), parse_notation(drawn, catalog), catalog, headroom=False, ranked=False
    )
    worst = max(find_availabilities(failing.analysis).values(), key=lambda item: item.unavailability)
    assert worst.failed == pytest.approx(0.1)
    legend = lens_legends(failing)["availability"]
    assert f"{format_quantity(worst.answered, Dimension.RATIO)} available" in legend
    assert "10 % of the requests fail though all is up" in legend
    down = format_quantity(worst.machines.unavailability * SECONDS_PER_MONTH, Dimension.TIME, digits=2)
    assert f"its machines are down {down} a month" in legend
    values = [
        marks["availability"]["value"] for marks in node_lenses(failing).values() if "availability" in marks
    ]
    assert 0.0 < max(values) <= 1.0
