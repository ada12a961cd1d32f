"""Proofs of scenarios: those that are shipped hold, and what is wrong with one is found."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from designer.authoring import Proof, check_scenario
from designer.catalog.loader import load
from designer.documents import dump, load_text
from designer.scenario.loader import build_design, load_scenario, parse_scenario, scenario_ids
from designer.scenario.model import RuleSetting, Scenario

DOCS = (Path(__file__).parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)


def failed(scenario: Scenario) -> list[Proof]:
    return [proof for proof in check_scenario(scenario, load()) if not proof.holds]


@cache
def plain() -> dict[str, Any]:
    data: dict[str, Any] = load_text(EXAMPLE, "guest_book.yaml").data
    return data


def changed(**parts: Any) -> Scenario:
    """The example of the docs with some parts replaced, or left out where None."""
    data = {name: part for name, part in {**plain(), **parts}.items() if part is not None}
    return parse_scenario(dump(data), "guest_book.yaml")


def changed_in(part: str, **fields: Any) -> Scenario:
    return changed(**{part: {**plain()[part], **fields}})


def failures(scenario: Scenario) -> dict[str, str]:
    return {proof.claim: proof.detail for proof in failed(scenario)}


@pytest.mark.parametrize("name", scenario_ids())
def test_a_shipped_scenario_teaches_what_it_says(name):
    assert failed(load_scenario(name)) == []


def test_the_example_of_the_docs_holds():
    assert failed(parse_scenario(EXAMPLE, "guest_book.yaml", thorough=True)) == []


def test_every_claim_is_made_once():
    claims = [proof.claim for proof in check_scenario(changed(), load())]
    assert len(claims) == len(set(claims)) > 15


def test_the_same_scenario_gives_the_same_proofs():
    assert check_scenario(changed(), load()) == check_scenario(changed(), load())


def test_a_reference_that_misses_something_is_found():
    references = [
        {"name": "Too little", "why": "?", "design": plain()["naive"]["design"]},
        plain()["references"][1],
    ]
    detail = failures(changed(references=references))["the reference 'Too little' passes"]
    assert "read_availability missed" in detail
    assert "lines_durability missed" in detail


def wasteful(**more: Any) -> dict[str, Any]:
    """The first reference with twenty times the balancers, which a rule has a word for, and a larger budget."""
    first = plain()["references"][0]
    references = [
        {**first, "design": first["design"].replace("load_balancer*2", "load_balancer*40"), **more},
        plain()["references"][1],
    ]
    budget = {**plain()["requirements"]["budget"], "limit": "$100k/month"}
    return {"references": references, "requirements": {**plain()["requirements"], "budget": budget}}


def test_a_reference_in_which_a_rule_finds_a_fault_is_found():
    found = failures(changed(**wasteful()))
    claim = "no rule finds a fault in 'Servers and a database with replicas' that it does not accept"
    assert list(found) == [claim]
    assert found[claim].startswith("cost.overprovisioned-tier: lb is at ")


def test_a_fault_may_be_accepted():
    accepts = {"cost.overprovisioned-tier": "The sale begins on Friday."}
    assert failures(changed(**wasteful(accepts=accepts))) == {}


def test_a_fault_that_is_accepted_and_not_there_is_found():
    accepts = {"cost.overprovisioned-tier": "The sale.", "latency.queueing-dominates": "Nobody minds."}
    assert failures(changed(**wasteful(accepts=accepts))) == {
        "every fault that 'Servers and a database with replicas' accepts is found in it": "latency.queueing-dominates"
    }
    starter = {**plain()["starter"], "accepts": {"reliability.request-cycle": "It turns."}}
    assert list(failures(changed(starter=starter))) == [
        "every fault that 'One way in' accepts is found in it"
    ]


@pytest.mark.parametrize(
    ("rules", "detail"),
    [
        ({"cost.overprovisioned-teir": {}}, "rules.cost.overprovisioned-teir: there is no rule"),
        (
            {"cost.overprovisioned-tier": {"parameters": {"worthit": 0.1}}},
            "has no parameter 'worthit'; did you mean 'worth_it'?",
        ),
        (
            {"cost.overprovisioned-tier": {"parameters": {"idle": "5 GB"}}},
            "cost.overprovisioned-tier.parameters.idle: ",
        ),
        ({"cost.overprovisioned-tier": {"parameters": {"idle": -1}}}, "a number, 0 or more"),
    ],
    ids=range(4),
)
def test_a_rule_that_cannot_be_asked_so_is_found(rules, detail):
    settings = {name: {**setting, "because": "We say so."} for name, setting in rules.items()}
    found = failures(unchecked(rules=settings))
    assert list(found) == ["every rule can be asked as the scenario sets it"]
    assert detail in found["every rule can be asked as the scenario sets it"]


def unchecked(**parts: Any) -> Scenario:
    """The example with some parts replaced, whether or not it could be read so."""
    settings = {name: RuleSetting(**setting) for name, setting in parts.pop("rules").items()}
    return changed(**parts).model_copy(update={"rules": settings})


def test_references_of_the_same_components_are_found():
    first = plain()["references"][0]
    more = {**first, "name": "The same, larger", "design": first["design"].replace("*14", "*16")}
    found = failures(changed(references=[first, more]))
    assert "The same, larger" in found["the references pass in different ways"]


def test_a_naive_design_that_passes_is_found():
    found = failures(changed_in("naive", design=plain()["references"][0]["design"]))
    assert "lines_durability" in found["the naive design misses what it is said to miss"]
    assert "machines 8 times as large do not save the naive design" in found


def test_a_naive_design_that_misses_more_than_it_says_is_found():
    found = failures(changed_in("naive", misses=["lines_durability"]))
    assert "read_availability missed" in found["the naive design misses nothing else"]


def test_a_naive_design_that_only_needs_a_bigger_box_is_found():
    """Three servers instead of fourteen, everything else as it should be."""
    design = plain()["references"][0]["design"].replace("app_server*14", "app_server*3")
    found = failures(changed_in("naive", design=design, misses=["read_throughput"]))
    assert "machines 8 times as large do not save the naive design" in found


@pytest.mark.parametrize("which", [0, 1])
def test_a_starter_with_nothing_wrong_is_found(which):
    found = failures(changed_in("starter", design=plain()["references"][which]["design"]))
    assert found["the starter misses one requirement, or two"] == "it misses nothing"


def test_a_starter_with_too_much_wrong_is_found():
    found = failures(changed_in("starter", design=plain()["naive"]["design"]))
    assert "the starter misses one requirement, or two" in found


def test_a_starter_that_misses_something_else_than_it_says_is_found():
    found = failures(changed_in("starter", misses=["lines_durability"]))
    assert "the starter misses what it is said to miss" in found


def test_a_lesson_that_bears_nothing_is_found():
    lesson = {"teaches": "Caches help.", "component": "cache", "breaks": "lines_durability"}
    found = failures(changed(lessons=[lesson]))
    detail = found["without its cache no reference meets lines_durability"]
    assert detail == "A cache before a managed store still does"


def test_a_lesson_about_what_no_reference_has_is_found():
    lesson = {"teaches": "Search.", "component": "search_index", "breaks": "read_latency"}
    assert "no reference has one" in failures(changed(lessons=[lesson])).values()


def test_a_curveball_that_no_reference_withstands_is_found():
    curveball = {"name": "Flood", "story": "?", "traffic": 100, "holds": ["read_latency"]}
    found = failures(changed(curveballs=[curveball]))
    assert "'Servers and a database with replicas' withstands 'Flood'" in found


def test_a_curveball_that_strikes_nothing_is_found():
    curveball = {"name": "Earthquake", "story": "?", "fails": ["tokio"]}
    assert failures(changed(curveballs=[curveball])) == {
        "'Earthquake' strikes something that is there": "tokio"
    }


def test_an_answer_that_does_not_follow_is_found():
    estimate = {**plain()["estimates"][0], "answer": 60_000}
    (detail,) = failures(changed(estimates=[estimate])).values()
    assert detail == "60000 is stated, 6000 comes out, in base units"


def test_missing_parts_are_found():
    found = failures(changed(hints=None, naive=None))
    assert found["the scenario has all its parts"] == "it lacks a naive design, hints"


def test_stages_that_do_not_fill_the_time_are_found():
    assert "the stages fill the time" in failures(changed(minutes=60))


def test_idle_datasets_and_free_workloads_are_found():
    datasets = {**plain()["datasets"], "faces": plain()["datasets"]["lines"]}
    assert failures(changed(datasets=datasets))["every dataset is touched by a workload"] == "faces"
    requirements = {name: item for name, item in plain()["requirements"].items() if "read" not in name}
    assert (
        failures(changed(requirements=requirements, **harmless()))["every workload is under a requirement"]
        == "read"
    )


def harmless() -> dict[str, Any]:
    """Parts that name requirements, without those of reading."""
    return {
        "curveballs": [],
        "naive": {**plain()["naive"], "misses": ["write_availability", "lines_durability"]},
    }


def test_freshness_of_what_is_not_deferred_is_found():
    freshness = {"kind": "freshness", "workload": "write", "limit": "5 s", "source": "chosen"}
    requirements = {**plain()["requirements"], "delivery": freshness}
    found = failures(changed(requirements=requirements))
    assert found["every freshness requirement is about deferred work"] == "delivery"


def test_numbers_without_a_source_are_found():
    lines = {name: value for name, value in plain()["datasets"]["lines"].items() if name != "source"}
    found = failures(changed(datasets={"lines": lines}))
    assert found["the datasets say where their numbers come from"] == "lines"


def test_an_unreadable_design_is_told_before_anything_else():
    found = failures(changed_in("naive", design="users > app_servr"))
    assert list(found) == ["the design 'One of each' can be read"]
    assert "did you mean 'app_server'?" in found["the design 'One of each' can be read"]


@pytest.mark.parametrize("name", scenario_ids())
def test_the_starter_is_repaired_by_what_its_sentence_says(name):
    """The first minute: one edit turns what was missed into met."""
    from designer.analysis import State, analyze
    from designer.design.edit import AddNode, Connect, SetNode, apply, place
    from designer.design.model import Connection, Design

    repairs = {
        "url_shortener": [
            AddNode(node=place(load()["cache"], Design())),
            Connect(connection=Connection(source="api", target="cache")),
        ],
        "assistant": [SetNode(node="llm", field="instances", value=6)],
        "news_feed": [SetNode(node="worker", field="instances", value=40)],
        "video_recommendation": [SetNode(node="model", field="instances", value=27)],
    }
    if name not in repairs:
        pytest.fail(f"say here what repairs the starter of {name}")
    scenario = load_scenario(name)
    assert scenario.starter is not None
    design = apply(build_design(scenario.starter, scenario, load()), repairs[name], load())
    verdicts = analyze(scenario, design, headroom=False).verdicts
    assert {
        verdict.requirement: verdict.state for verdict in verdicts if verdict.state is not State.MET
    } == {}
