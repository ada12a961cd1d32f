"""What plans depend on, and what they do not: an answer is given again when nothing that it was made from differs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from designer.catalog.model import Component
from designer.design.model import Delivery, Design, Eviction, Mode, Position, ReadFrom, WritePolicy
from designer.design.model import Traffic as CarriedTraffic
from designer.errors import DesignError
from designer.scenario.model import Scenario
from designer.traffic.model import ProblemKind
from designer.traffic.propagation import propagate
from designer.traffic.routing import find_routes, route
from tests.traffic.boards import CATALOG, READ, SEARCH, WRITE, ask, draw

DRAWN = draw("users > api:app_server > cache, db:sql_database, jobs:message_queue > worker > db")
ASKED = ask(READ, WRITE)


def catalog_with(component: str, **parts: object) -> dict[str, Component]:
    """The catalogue, in which this component has these parts."""
    return {**CATALOG, component: CATALOG[component].model_copy(update=parts)}


def with_figures(component: str, **values: float) -> dict[str, Component]:
    """The catalogue, in which this component has these figures."""
    return dict(CATALOG.overridden({component: values}))


@pytest.mark.parametrize(
    ("component", "figure", "value"),
    [("sql_database", "read_rate", 17.0), ("cache", "memory", 1e6), ("app_server", "cost", 3.0)],
)
def test_other_figures_are_no_reason_to_plan_anew(component: str, figure: str, value: float) -> None:
    known = find_routes(ASKED, DRAWN, CATALOG)
    assert find_routes(ASKED, DRAWN, with_figures(component, **{figure: value})) is known


def test_other_rates_are_no_reason_to_plan_anew() -> None:
    busier = {
        name: item.model_copy(update={"rate": item.average_rate * 3.0})
        for name, item in ASKED.workloads.items()
    }
    known = find_routes(ASKED, DRAWN, CATALOG)
    assert find_routes(ASKED.model_copy(update={"workloads": busier}), DRAWN, CATALOG) is known


def test_hit_ratios_go_by_the_figures_of_the_catalogue_asked_with() -> None:
    ratios = [
        propagate(ASKED, DRAWN, with_figures("cache", memory=memory)).hit_ratio("cache", "links")
        for memory in (1e4, 1e6, 1e12)
    ]
    assert 0.0 < ratios[0] < ratios[1] < ratios[2]
    nothing = with_figures("cache", memory=1e6)
    again = propagate(fresh(ASKED), DRAWN, nothing)  # nothing of it is remembered
    assert again.hits == propagate(ASKED, DRAWN, nothing).hits


def fresh(scenario: Scenario) -> Scenario:
    """The same scenario, of which nothing is remembered."""
    return scenario.model_copy(update={"datasets": dict(scenario.datasets)})


def test_an_error_rate_is_planned_with() -> None:
    deferred = ask(WRITE.model_copy(update={"deferred": True}))
    board = draw("users > api:app_server > jobs:message_queue > worker > db:sql_database")
    often = [
        call.times
        for rate in (0.0, 0.5)
        for visit in route(deferred, board, with_figures("worker", error_rate=rate))[0]["w"].visits
        for call in visit.calls
        if visit.node == "jobs"
    ]
    assert often == [1.0, 2.0]  # 1 / (1 - e)


def test_what_a_component_can_keep_is_planned_with() -> None:
    assert route(ASKED, DRAWN, CATALOG)[1] == ()
    _, problems = route(ASKED, DRAWN, catalog_with("sql_database", holds=frozenset()))
    assert {problem.kind for problem in problems} == {ProblemKind.NO_HOME}


def test_what_could_be_placed_is_told_of_the_catalogue_asked_with() -> None:
    board, asked = draw("users > api:app_server"), ask(SEARCH)
    for name in ("Finder", "Seeker"):
        only = {
            id_: item.model_copy(update={"name": name} if "search" in item.provides else {})
            for id_, item in CATALOG.items()
        }
        (problem,) = route(asked, board, only)[1]
        assert name in problem.message


def test_a_component_that_there_is_not_is_refused_before_anything_is_remembered() -> None:
    find_routes(ASKED, DRAWN, CATALOG)
    less = {name: item for name, item in CATALOG.items() if name != "worker"}
    with pytest.raises(DesignError, match="worker"):
        find_routes(ASKED, DRAWN, less)


@pytest.mark.parametrize(
    ("node", "changes"),
    [
        ("api", {"instances": 7, "name": None, "position": Position(x=3.0, y=4.0), "deadline": 2.0}),
        ("db", {"shards": 3, "replicas": 2, "read_from": ReadFrom.LEADER, "backup_every": 60.0}),
        ("cache", {"figures": {"memory": 1e6}, "ttl": 30.0, "eviction": Eviction.LFU}),
        ("jobs", {"partitions": 9, "ordered": True}),
    ],
)
def test_other_counts_figures_and_places_are_no_reason_to_plan_anew(
    node: str, changes: Mapping[str, object]
) -> None:
    known = find_routes(ASKED, DRAWN, CATALOG)
    assert find_routes(ASKED, with_node(node, changes), CATALOG) is known


@pytest.mark.parametrize(
    ("node", "changes"),
    [
        ("api", {"name": "Front door"}),
        ("api", {"limit": 10.0}),
        ("cache", {"writes": WritePolicy.BACK}),
        ("cache", {"holds": ("nothing_of_this",)}),
        ("worker", {"provides": ("search",)}),
        ("worker", {"figures": {"error_rate": 0.25}}),
        ("jobs", {"delivery": Delivery.AT_MOST_ONCE}),
        ("jobs", {"deliveries": 3}),
    ],
)
def test_what_a_node_does_with_requests_is_planned_with(node: str, changes: Mapping[str, object]) -> None:
    known = find_routes(ASKED, DRAWN, CATALOG)
    assert find_routes(ASKED, with_node(node, changes), CATALOG) is not known


@pytest.mark.parametrize(
    "changes",
    [
        {"carries": CarriedTraffic.READ},
        {"share": 0.5},
        {"calls": 3.0},
        {"mode": Mode.ASYNC},
        {"on_miss": False},
        {"fallback": True},
    ],
)
def test_what_a_connection_carries_is_planned_with(changes: Mapping[str, object]) -> None:
    known = find_routes(ASKED, DRAWN, CATALOG)
    links = [link.model_copy(update=changes) if link.id == "api>db" else link for link in DRAWN.connections]
    assert find_routes(ASKED, DRAWN.model_copy(update={"connections": tuple(links)}), CATALOG) is not known


def with_node(name: str, changes: Mapping[str, object]) -> Design:
    """The drawing, one node of which is set otherwise."""
    nodes = [node.model_copy(update=changes) if node.id == name else node for node in DRAWN.nodes]
    return DRAWN.model_copy(update={"nodes": tuple(nodes)})


def test_rates_go_by_the_settings_of_the_drawing_asked_with() -> None:
    """Plans are shared, and what is computed from them is not."""
    small, large = (with_node("cache", {"figures": {"memory": memory}}) for memory in (1e4, 1e6))
    assert find_routes(ASKED, small, CATALOG) is find_routes(ASKED, large, CATALOG)
    ratios = [propagate(ASKED, board, CATALOG).hit_ratio("cache", "links") for board in (small, large)]
    assert 0.0 < ratios[0] < ratios[1]
