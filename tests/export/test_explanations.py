"""Unfolding numbers by name."""

from __future__ import annotations

import pytest

from designer.errors import DesignerError
from designer.export.explanations import explain, explainable
from tests.export.samples import DESIGNS, sample


@pytest.mark.parametrize("fate", DESIGNS)
def test_every_name_offered_can_be_explained(fate: str) -> None:
    report = sample(fate)
    for name in explainable(report):
        assert all(item.arithmetic is not None or item.reason for item in explain(report, name))


def test_a_requirement_tells_its_verdict_and_its_arithmetic() -> None:
    (found,) = explain(sample("sound"), "quick")
    verdict = sample("sound").analysis.verdict("quick")
    assert (found.title, found.arithmetic, found.reason) == (
        verdict.title,
        verdict.arithmetic,
        verdict.reason,
    )


def test_a_node_tells_its_ceilings_its_hits_its_availability_and_its_cost() -> None:
    titles = [item.title for item in explain(sample("sound"), "cache")]
    assert "cache: operations" in titles[:-4]
    assert "cache: requests that arrive" in titles[:-4]
    assert titles[-4:] == [
        "cache: hit ratio for items",
        "cache: availability",
        "cache: cost",
        "cache: cost per million requests",
    ]


def test_a_store_tells_when_it_is_full() -> None:
    found = {item.title: item for item in explain(sample("sound"), "db")}
    arithmetic = found["db: time until full"].arithmetic
    assert arithmetic is not None
    assert "disk of one machine" in [quantity.name for quantity in arithmetic.inputs]


def test_a_connection_tells_its_calls_and_the_headroom_where_it_ends() -> None:
    report = sample("sound")
    (calls,) = explain(report, "load_balancer>api")
    assert calls.arithmetic is not None
    (headroom,) = explain(report, "headroom")
    assert headroom.arithmetic is not None
    assert report.analysis.headroom is not None
    assert headroom.reason == report.analysis.headroom.reason


def test_a_node_without_load_says_so() -> None:
    found = explain(sample("sound"), "users")
    assert found[0].arithmetic is None
    assert found[0].reason is not None and "No request" in found[0].reason


def test_a_node_is_found_by_what_its_card_says() -> None:
    report = sample("hostile")
    assert explain(report, "<IMG SRC=/etc/passwd>") == explain(report, "api")


def test_a_workload_tells_its_time_and_availability() -> None:
    titles = [item.title for item in explain(sample("deferred"), "order")]
    assert titles == [
        "Order: peak rate",
        "Order: time to answer",
        "Order: freshness",
        "Order: availability",
        "Order: recovery time",
    ]


def test_a_workload_that_nothing_answers_says_so() -> None:
    _, found = explain(sample("lonely"), "look")
    assert found.arithmetic is None
    assert found.reason == "Nothing answers this workload."


def test_a_dataset_tells_its_growth_durability_and_recovery() -> None:
    assert [item.title for item in explain(sample("sound"), "items")] == [
        "Items: growth",
        "Items: durability",
        "Items: recovery point",
    ]


def test_cost_and_score_can_be_explained() -> None:
    report = sample("sound")
    whole, each = explain(report, "cost")
    assert whole.arithmetic is not None
    assert each.arithmetic is not None
    assert len(whole.arithmetic.steps) == len(report.design.nodes)
    assert all(
        node.label in step.result.name
        for node, step in zip(report.design.nodes, whole.arithmetic.steps, strict=True)
    )
    assert explain(report, "score")[0].arithmetic == report.score.arithmetic


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(DesignerError, match="nothing called 'quickk'") as caught:
        explain(sample("sound"), "quickk")
    assert caught.value.suggestion == "quick"
    assert "carry" in str(caught.value.expected)
