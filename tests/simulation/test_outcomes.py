"""A design simulated beside what is computed of it."""

from __future__ import annotations

import sys
from subprocess import run

import pytest

from designer.catalog.loader import load
from designer.design.model import Design
from designer.design.notation import parse_notation
from designer.errors import AnalysisError
from designer.scenario.loader import load_scenario, scenario_ids
from designer.scenario.model import Scenario
from designer.scenario.samples import build_design
from designer.simulation.outcomes import FEWEST, DesignOutcome, simulate_design

REQUESTS = 20_000


def first_reference(scenario_id: str, requests: int = REQUESTS) -> tuple[Scenario, DesignOutcome]:
    scenario = load_scenario(scenario_id)
    catalog = load()
    design = build_design(scenario.references[0], scenario, catalog)
    return scenario, simulate_design(scenario, design, catalog, seed=7, requests=requests)


@pytest.fixture(scope="module")
def outcome() -> DesignOutcome:
    return first_reference(scenario_ids()[0])[1]


def test_every_workload_has_what_happened_beside_what_was_computed(outcome: DesignOutcome) -> None:
    scenario = load_scenario(scenario_ids()[0])
    assert [item.workload for item in outcome.workloads] == list(scenario.workloads)
    for item in outcome.workloads:
        assert item.asked == pytest.approx(scenario.workloads[item.workload].peak_rate)
        assert item.responses is not None and item.computed is not None
        assert item.completed == pytest.approx(item.arrived, rel=0.05) and item.failed == 0
        assert item.throughput.low <= item.asked * 1.1 and item.asked * 0.9 <= item.throughput.high
        assert list(item.responses.percentiles) == list(item.computed.percentiles)


def test_a_reference_answers_about_as_fast_as_computed(outcome: DesignOutcome) -> None:
    for item in outcome.workloads:
        if item.responses is None or item.computed is None or item.completed < FEWEST:
            continue
        found = item.responses.mean
        assert found.low * 0.9 <= item.computed.mean <= found.high * 1.1, item.workload


def test_nodes_are_as_busy_as_computed(outcome: DesignOutcome) -> None:
    assert outcome.nodes
    for node in outcome.nodes:
        slack = 0.02 + 0.1 * node.computed
        assert node.utilisation.low - slack <= node.computed <= node.utilisation.high + slack, node.node


def test_the_same_seed_gives_the_same_outcome(outcome: DesignOutcome) -> None:
    assert first_reference(scenario_ids()[0])[1] == outcome


@pytest.mark.parametrize("scenario_id", scenario_ids())
def test_every_reference_can_be_simulated(scenario_id: str) -> None:
    found = first_reference(scenario_id, FEWEST)[1]
    assert found.seconds > 0.0 and found.workloads and found.nodes


OVERLOADS = {
    "machines": "users > lb:load_balancer*2 > api:app_server[read_rate=1k/s, write_rate=1k/s] > db:sql_database",
    "the store": "users > lb:load_balancer*2 > api:app_server*80 > db:sql_database*2[read_rate=9k/s]",
    "a limit": "users > lb:load_balancer*2[limit=5k/s] > api:app_server*80 > db:sql_database*9",
}


@pytest.mark.parametrize("name", OVERLOADS)
def test_no_more_is_computed_as_answered_than_is_carried(name: str) -> None:
    scenario = load_scenario("url_shortener")
    design = parse_notation(OVERLOADS[name], load())
    found = simulate_design(scenario, design, seed=3, requests=200_000)
    for item in found.workloads:
        assert item.carried is not None
        assert item.carried <= item.asked
        if item.completed > FEWEST:
            assert item.carried == pytest.approx(item.throughput.value, rel=0.1)
    assert any(item.carried is not None and item.carried < 0.9 * item.asked for item in found.workloads)


def test_failures_are_counted_beside_what_is_expected() -> None:
    scenario, design = _small()
    assert simulate_design(scenario, design, seed=1, requests=FEWEST).failures is None
    calm = simulate_design(scenario, design, seed=1, requests=FEWEST, failures=True).failures
    assert calm is not None
    assert calm.seen == 0
    assert 0.0 < calm.expected < 1.0
    assert not calm.suffices


@pytest.mark.parametrize("requests", [0, FEWEST - 1, 10**9, True, 2.5])
def test_numbers_of_requests_that_cannot_be_are_refused(requests: object) -> None:
    with pytest.raises(AnalysisError, match="requests") as caught:
        simulate_design(*_small(), seed=1, requests=requests)  # type: ignore[arg-type]
    assert caught.value.field == "requests"


@pytest.mark.parametrize("seed", [-1, 2**32, True, "1"])
def test_seeds_that_cannot_be_are_refused(seed: object) -> None:
    with pytest.raises(AnalysisError, match="seed") as caught:
        simulate_design(*_small(), seed=seed, requests=FEWEST)  # type: ignore[arg-type]
    assert caught.value.field == "seed"


def test_a_board_that_serves_nothing_has_nothing_to_simulate() -> None:
    scenario, _ = _small()
    with pytest.raises(AnalysisError, match="nothing to simulate"):
        simulate_design(scenario, parse_notation("users", load()), seed=1, requests=FEWEST)


def _small() -> tuple[Scenario, Design]:
    scenario = load_scenario(scenario_ids()[0])
    return scenario, build_design(scenario.references[0], scenario, load())


def test_to_look_at_outcomes_takes_nothing_that_compiles() -> None:
    script = "import sys, designer.export.simulation_text; sys.exit('numba' in sys.modules)"
    assert run([sys.executable, "-c", script], check=False).returncode == 0
