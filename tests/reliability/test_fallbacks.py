"""Availability of what has an answer of its own when a call fails: against counting all states."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping

import pytest

from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.reliability.availability import assess
from designer.reliability.model import Reliability
from designer.scenario.loader import parse_scenario
from designer.scenario.model import Scenario
from designer.traffic.propagation import propagate
from tests.reliability.test_availability import CATALOG, figure, place_down, unavailability

SCENARIO = """
name: Shelf
difficulty: core
summary: What somebody may like.
story: Somebody may like something.
datasets:
  items: {name: Items, record_size: 1 KB, records: 1M}
workloads:
  show: {name: Show, rate: 100/s, touches: [{dataset: items}, {capability: inference}]}
  note: {name: Note, rate: 100/s, touches: [{dataset: items, operation: write}, {capability: inference}]}
requirements:
  up: {kind: availability, workload: show, minimum: 99 %}
"""

Up = Mapping[str, bool]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return parse_scenario(SCENARIO, "shelf.yaml", CATALOG)


def judged(scenario: Scenario, notation: str, **needed: int) -> tuple[Reliability, Design]:
    design = parse_notation(notation, CATALOG)
    traffic = propagate(scenario, design, CATALOG)
    return assess(scenario, design, CATALOG, traffic, needed, {"items": ["db"]}), design


def counted(design: Design, works: Callable[[Up], bool]) -> float:
    """The probability that it does not work, over all states of single machines in one place."""
    ups = {"place": 1.0 - place_down()}
    for node in design.nodes:
        if node.id != "users":
            ups[node.id] = figure(node.component, "availability")
    total = 0.0
    for states in itertools.product([True, False], repeat=len(ups)):
        state = dict(zip(ups, states, strict=True))
        if not (state["place"] and works(state)):
            total += math.prod(up if state[name] else 1.0 - up for name, up in ups.items())
    return total


CASES: tuple[tuple[str, Callable[[Up], bool]], ...] = (
    (
        "users > app:app_server > model:model_server, db:sql_database",
        lambda up: up["app"] and up["model"] and up["db"],
    ),
    (
        "users > app:app_server >[fallback=true] model:model_server; app > db:sql_database",
        lambda up: up["app"] and up["db"],
    ),
    # A fallback does without all that stands behind the call.
    (
        "users > app:app_server >[fallback=true] lb:load_balancer > model:model_server; app > db:sql_database",
        lambda up: up["app"] and up["db"],
    ),
    # Of two possible targets one without a fallback: the call may be one that is needed.
    (
        "users > app:app_server >[fallback=true] model:model_server; app > other:model_server, db:sql_database",
        lambda up: up["app"] and up["db"] and (up["model"] or up["other"]),
    ),
    # Whoever is called has the fallback, and is itself needed.
    (
        "users > app:app_server > mid:app_server >[fallback=true] model:model_server; app > db:sql_database",
        lambda up: up["app"] and up["mid"] and up["db"],
    ),
)


@pytest.mark.parametrize(("notation", "works"), CASES)
def test_an_answer_of_its_own_counts_as_up(
    scenario: Scenario, notation: str, works: Callable[[Up], bool]
) -> None:
    reliability, design = judged(scenario, notation)
    assert unavailability(reliability, "show") == pytest.approx(counted(design, works), rel=1e-9)


def test_what_is_written_is_needed_all_the_same(scenario: Scenario) -> None:
    reliability, design = judged(
        scenario, "users > app:app_server >[fallback=true] db:sql_database; app > model:model_server"
    )
    read = counted(design, lambda up: up["app"] and up["model"])
    written = counted(design, lambda up: up["app"] and up["model"] and up["db"])
    assert unavailability(reliability, "show") == pytest.approx(read, rel=1e-9)
    assert unavailability(reliability, "note") == pytest.approx(written, rel=1e-9)


def test_the_arithmetic_says_what_is_done_without(scenario: Scenario) -> None:
    spared, _ = judged(scenario, CASES[1][0])
    needed, _ = judged(scenario, CASES[0][0])
    words = "when model cannot answer, requests are answered without, which counts as up"
    assert words in spared.workloads[0].arithmetic.method
    assert words not in needed.workloads[0].arithmetic.method
    assert "model" not in [item.node for item in spared.workloads[0].contributions]


def test_overload_and_fallbacks_are_both_said(scenario: Scenario) -> None:
    drawn = (
        "users > app:app_server >[fallback=true] lb:load_balancer > model:model_server; app > db:sql_database"
    )
    found, _ = judged(scenario, drawn, app=2)
    method = next(item.arithmetic.method for item in found.workloads if item.workload == "show")
    assert method is not None
    assert method.endswith(
        "; app cannot carry the peak with all machines, which counts as down"
        "; when lb cannot answer, requests are answered without, which counts as up"
    )
    two = (
        CASES[3][0]
        .replace("app > other", "app >[fallback=true] other")
        .replace("other:model_server, ", "other:model_server; app > ")
    )
    found, _ = judged(scenario, two)
    assert "; when model, other cannot answer, requests" in str(found.workloads[0].arithmetic.method)
