"""What cards and arrows say of a report."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.export.marking import (
    annotate,
    binding,
    calls_by_connection,
    card_state,
    ceiling_text,
    node_rate,
    worst,
)
from designer.performance.model import Ceiling, Utilisation
from designer.rules.model import Severity
from designer.units import Dimension
from tests.export.samples import DESIGNS, judged, sample
from tests.strategies import designs

NOTHING = Arithmetic(formula="rho = d / l", result=Quantity("rho", "load", 0.0, Dimension.RATIO))


def used(value: float, ceiling: Ceiling = Ceiling.OPERATIONS) -> Utilisation:
    return Utilisation(ceiling, value, value, 1.0, NOTHING)


@pytest.mark.parametrize("fate", DESIGNS)
def test_every_node_and_connection_has_its_facts(fate: str) -> None:
    report = sample(fate)
    annotations = annotate(report)
    assert list(annotations.nodes) == [node.id for node in report.design.nodes]
    assert list(annotations.edges) == [connection.id for connection in report.design.connections]


@settings(max_examples=25, deadline=None)
@given(designs(load(), max_nodes=5, extreme=True))
def test_any_design_can_be_annotated(design: Design) -> None:
    annotations = annotate(judged(design))
    assert len(annotations.nodes) == len(design.nodes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "idle"),
        (0.049, "idle"),
        (0.05, "ok"),
        (0.7, "ok"),
        (0.71, "busy"),
        (1.0, "busy"),
        (1.01, "over"),
        (math.inf, "over"),
    ],
)
def test_a_card_looks_as_busy_as_it_is(value: float, expected: str) -> None:
    assert card_state(used(value), 10.0) == expected


def test_a_card_without_requests_is_off() -> None:
    assert card_state(used(0.9), 0.0) == "off"
    assert card_state(None, 1.0) == "idle"


@pytest.mark.parametrize(
    ("links", "state", "says"),
    [
        ("", "off", None),
        ("; api > monitoring", "idle", "watches 1 node"),
        ("; api > monitoring; db > monitoring", "idle", "watches 2 nodes"),
    ],
)
def test_what_watches_says_so(links: str, state: str, says: str | None) -> None:
    design = f"users > api:app_server > db:sql_database; monitoring{links}"
    card = annotate(judged(parse_notation(design, load()))).nodes["monitoring"]
    assert (card.state, card.extra, card.rate, card.load) == (state, says, None, None)


def test_a_connected_scheduler_is_not_off() -> None:
    design = "users > api:app_server > db:sql_database; scheduler > worker > db"
    card = annotate(judged(parse_notation(design, load()))).nodes["scheduler"]
    assert (card.state, card.extra) == ("idle", "takes no part in requests")


def test_the_card_tells_rate_load_and_state() -> None:
    report = sample("overloaded")
    card = annotate(report).nodes["api"]
    assert card.rate == "810/s"
    assert card.load == report.analysis.nodes["api"].utilisations[0].value
    assert card.state == "over"
    assert card.badge_severity is Severity.ERROR
    assert card.badge in {finding.title for finding in report.findings_at("api")}


def test_a_store_counts_operations_a_service_visits() -> None:
    report = sample("sound")
    assert node_rate(report, "api") == pytest.approx(810.0)
    loads = [load for load in report.analysis.traffic.loads if load.node == "db"]
    assert node_rate(report, "db") == max(
        sum(load.calls for load in loads), sum(load.reads + load.writes for load in loads)
    )


def test_an_arrow_carries_the_calls_of_all_workloads() -> None:
    report = sample("sound")
    assert calls_by_connection(report)["users>load_balancer"] == pytest.approx(810.0)
    edge = annotate(report).edges["users>load_balancer"]
    assert (edge.rate, edge.label, edge.deferred) == (pytest.approx(810.0), "810/s", False)


def test_an_unused_arrow_says_nothing() -> None:
    edge = annotate(sample("unserved")).edges["users>api"]
    assert (edge.rate, edge.label) == (None, None)


def test_work_that_nobody_waits_for_is_marked() -> None:
    edges = annotate(sample("deferred")).edges
    assert edges["message_queue>worker"].deferred
    assert not edges["api>message_queue"].deferred


def test_a_disk_counts_once_it_is_full() -> None:
    report = sample("sound")
    assert all(
        (found := binding(report, node.id)) is None or found.ceiling is not Ceiling.DISK or found.value > 1
        for node in report.design.nodes
    )


def test_the_gravest_finding_is_the_badge() -> None:
    findings = sample("overloaded").findings
    assert worst(findings) is Severity.ERROR
    assert worst(()) is None


def test_a_ceiling_in_words() -> None:
    assert ceiling_text(used(0.684)) == "68 % operations"
    assert ceiling_text(used(4.5e-9)) == "< 0.1 % operations"
    assert ceiling_text(used(0.0)) == "0 % operations"
    assert ceiling_text(used(math.inf, Ceiling.CONNECTIONS)) == "unbounded connections"
