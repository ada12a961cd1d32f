"""The run itself: the same bytes from the same seed, compiled or not; laws that hold for any network; clear errors."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from designer.errors import AnalysisError
from designer.simulation import Network, chances, kernel, simulate
from designer.simulation.model import (
    Call,
    Choose,
    Delay,
    Discipline,
    Failure,
    Fork,
    Law,
    Post,
    Repeat,
    Retry,
    Serve,
    Shape,
    Source,
    Station,
    Step,
)
from tests.simulation.networks import constant, exponential, gamma, holds, line, mean, queue, station, users
from tests.simulation.test_faults import EVERYTHING

ROOT = Path(__file__).resolve().parents[2]
IN_PYTHON = """
from numba import config
from designer.simulation import simulate
from tests.simulation.test_faults import EVERYTHING
assert config.DISABLE_JIT
print(simulate(EVERYTHING, seed=7, requests=300, warm_up=30))
"""


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_loop_does_the_same_compiled_and_in_plain_python() -> None:
    compiled = simulate(EVERYTHING, seed=7, requests=300, warm_up=30)
    assert run_python(IN_PYTHON, NUMBA_DISABLE_JIT="1", PYTHONWARNINGS="error").strip() == str(compiled)


def test_what_was_compiled_is_forgotten_when_any_of_its_sources_changes() -> None:
    kept = kernel.advance._cache._cache_file
    assert kept._source_stamp == chances.SOURCES
    assert set(chances.COMPILED) == {
        path.stem
        for path in Path(chances.__file__).parent.glob("*.py")
        if path.stem in {"chances", "records"}
        or "from designer.simulation.chances import" in path.read_text("utf-8")
    }


def test_only_simulating_takes_numba() -> None:
    code = "import sys, designer.simulation; print('numba' in sys.modules)"
    assert run_python(code).strip() == "False"


def test_the_same_seed_gives_the_same_outcome_and_another_another() -> None:
    first = simulate(EVERYTHING, seed=1, requests=5_000)
    assert simulate(EVERYTHING, seed=1, requests=5_000) == first
    assert simulate(EVERYTHING, seed=2, requests=5_000) != first


def test_what_does_not_change_sees_the_same_chances() -> None:
    def network(speed: float) -> Network:
        last = Serve("last", exponential(speed))
        return line(0.5, (Station("first"), Station("last")), (Serve("first", exponential(1.0)), last))

    slow, fast = (simulate(network(speed), seed=3, requests=10_000, warm_up=0) for speed in (1.0, 0.1))
    assert slow.seconds == fast.seconds
    assert station(slow, "first") == station(fast, "first")


def test_a_station_that_nobody_visits_changes_nothing() -> None:
    plain = queue(0.7, exponential(1.0))
    more = replace(
        plain,
        stations=(*plain.stations, Station("idle", 3, failure=Failure(exponential(5.0), constant(1.0)))),
    )
    assert simulate(more, seed=4, requests=10_000).sources == simulate(plain, seed=4, requests=10_000).sources


@settings(max_examples=25, deadline=None)
@given(
    rate=some.floats(0.1, 3.0),
    machines=some.integers(1, 4),
    servers=some.integers(1, 3),
    discipline=some.sampled_from(Discipline),
    places=some.none() | some.integers(0, 5),
    seed=some.integers(0, 2**64 - 1),
)
def test_laws_of_any_queue(
    rate: float, machines: int, servers: int, discipline: Discipline, places: int | None, seed: int
) -> None:
    app = Station("app", machines, servers, discipline, places)
    outcome = simulate(line(rate, (app,), (Serve("app", constant(0.3)),)), seed=seed, requests=2_000)
    seen, source = station(outcome, "app"), users(outcome)
    assert source.arrived == 2_000 == seen.arrivals
    assert source.carried_over + source.arrived == source.completed + source.failed + source.in_flight
    assert source.failed == seen.refused
    # Little's law, for those who wait and for those who are served; what is under way at the ends is the difference.
    waited = seen.waiting.value * (seen.arrivals - seen.refused)
    ends = (source.carried_over + source.in_flight) * (1.0 + seen.longest_queue)
    assert abs(seen.queue.value * outcome.seconds - waited) <= ends + 1e-6
    busy = seen.utilisation.value * machines * servers * outcome.seconds
    assert abs(busy - 0.3 * source.completed) <= 0.3 * machines * servers + 1e-6


def test_littles_law_at_every_station() -> None:
    stations = (Station("web", 3, discipline=Discipline.LEAST_CONNECTIONS), Station("store", 2, servers=2))
    steps = (Serve("web", gamma(0.5, 2.0)), Choose(((0.5, ()), (0.5, (Serve("store", exponential(1.5)),)))))
    outcome = simulate(line(4.0, stations, steps), seed=5, requests=100_000)
    for name, servers, time in (("web", 3, 0.5), ("store", 4, 1.5)):
        seen = station(outcome, name)
        rate = seen.arrivals / outcome.seconds
        assert seen.queue.value == pytest.approx(rate * seen.waiting.value, rel=0.005)
        assert seen.utilisation.value == pytest.approx(rate * time / servers, rel=0.02)


def test_a_station_that_cannot_keep_up_is_simulated_all_the_same() -> None:
    outcome = simulate(queue(2.0, exponential(1.0)), seed=6, requests=100_000, warm_up=0)
    assert users(outcome).in_flight == pytest.approx(50_000, rel=0.02)
    assert station(outcome, "queue").longest_queue == pytest.approx(50_000, rel=0.02)


def test_too_much_at_once_is_an_error_and_no_crash() -> None:
    network = line(1.0, (), tuple(Post((Delay(constant(1e9)),)) for _ in range(100)))
    with pytest.raises(AnalysisError, match="under way at once") as caught:
        simulate(network, seed=7, requests=100_000)
    assert caught.value.field == "requests"


def test_more_times_than_are_kept_are_counted_in_bins(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = simulate(queue(0.5, exponential(1.0)), seed=8, requests=50_000)
    monkeypatch.setattr("designer.simulation.statistics.KEPT", 10_000)
    binned = simulate(queue(0.5, exponential(1.0)), seed=8, requests=50_000)
    assert exact.stations == binned.stations
    assert mean(binned) == mean(exact)
    kept, counted = users(exact).responses, users(binned).responses
    assert kept is not None and counted is not None and kept.count == counted.count
    for percent, estimate in kept.percentiles.items():
        assert counted.percentiles[percent].value == pytest.approx(estimate.value, rel=1e-3)
        assert counted.percentiles[percent].low == pytest.approx(estimate.low, rel=2e-3)
        assert counted.percentiles[percent].high == pytest.approx(estimate.high, rel=2e-3)


def test_percentiles_of_times_that_are_all_the_same() -> None:
    outcome = simulate(line(1.0, (), (Delay(constant(0.25)),)), seed=9, requests=20_000)
    responses = users(outcome).responses
    assert responses is not None
    assert all(estimate.value == pytest.approx(0.25) for estimate in responses.percentiles.values())
    assert holds(responses.percentiles[99.0], 0.25)


def test_few_requests_give_no_false_confidence() -> None:
    responses = users(simulate(queue(0.5, exponential(1.0)), seed=10, requests=20, warm_up=0)).responses
    assert responses is not None
    assert responses.percentiles[99.9].high == math.inf
    one = users(simulate(line(1.0, (), ()), seed=10, requests=1, warm_up=0))
    assert one.arrived == 1


def test_intervals_hold_the_exact_value_as_often_as_they_say() -> None:
    network = queue(0.5, exponential(1.0))
    seen = [simulate(network, seed=seed, requests=50_000).sources[0].responses for seed in range(60)]
    means = sum(times is not None and times.mean.low <= 2.0 <= times.mean.high for times in seen)
    tail = -2.0 * math.log(0.01)
    tails = sum(
        times is not None and times.percentiles[99.0].low <= tail <= times.percentiles[99.0].high
        for times in seen
    )
    # Of 60 with a chance of 95 %, fewer than 51 come once in a thousand times.
    assert means >= 51
    assert tails >= 51


def one(step: Step, **routines: tuple[Step, ...]) -> Network:
    return line(
        1.0, (Station("app", 2), Station("pool", 2, discipline=Discipline.SHARED)), (step,), **routines
    )


ON = exponential(1.0)
NAN = math.nan
STEP = "sources[0].steps[0]"
WRONG: list[tuple[str, Callable[[], Network]]] = [
    (f"{STEP}.station", lambda: one(Serve("ap", ON))),
    (f"{STEP}.time.mean", lambda: one(Serve("app", exponential(-1.0)))),
    (f"{STEP}.time.mean", lambda: one(Delay(exponential(NAN)))),
    (f"{STEP}.time.mean", lambda: one(Delay(exponential(math.inf)))),
    (f"{STEP}.time.mean", lambda: one(Delay(exponential(10**400)))),
    (f"{STEP}.time.variability", lambda: one(Delay(gamma(1.0, -1.0)))),
    (f"{STEP}.time.nothing", lambda: one(Delay(Law(Shape.CONSTANT, 1.0, nothing=1.5)))),
    (f"{STEP}.time.shape", lambda: one(Delay(Law("normal", 1.0)))),  # type: ignore[arg-type]
    (f"{STEP}.hold", lambda: one(Serve("app", ON, hold=-0.5))),
    (f"{STEP}.weights", lambda: one(Serve("app", ON, weights=(0.5, 0.4)))),
    (f"{STEP}.weights", lambda: one(Serve("app", ON, weights=(1.0,)))),
    (f"{STEP}.weights[1]", lambda: one(Serve("app", ON, weights=(1.5, -0.5)))),
    (f"{STEP}.weights", lambda: one(Serve("pool", ON, weights=(0.5, 0.5)))),
    (f"{STEP}.machine", lambda: one(Serve("app", ON, machine=2))),
    (f"{STEP}.machine", lambda: one(Serve("app", ON, machine=0, weights=(0.5, 0.5)))),
    (f"{STEP}.options", lambda: one(Choose(((0.5, ()), (0.4, ()))))),
    (f"{STEP}.options", lambda: one(Choose(()))),
    (f"{STEP}.options[1][0].station", lambda: one(Choose(((0.5, ()), (0.5, (Serve("no", ON),)))))),
    (f"{STEP}.needed", lambda: one(Fork(((), ()), 3))),
    (f"{STEP}.needed", lambda: one(Fork(((), ()), 0))),
    (f"{STEP}.ways[0][0].count", lambda: one(Fork(((Repeat((), -1.0),),)))),
    (f"{STEP}.count", lambda: one(Repeat((), 1e9))),
    (f"{STEP}.routine", lambda: one(Call("nowhere"))),
    (f"{STEP}.retry.timeout", lambda: one(Call("work", Retry(timeout=0.0)), work=())),
    (f"{STEP}.retry.retries", lambda: one(Call("work", Retry(retries=-1)), work=())),
    (f"{STEP}.retry.budget", lambda: one(Call("work", Retry(budget=NAN)), work=())),
    (f"{STEP}.retry.breaker", lambda: one(Call("work", Retry(breaker=0)), work=())),
    (f"{STEP}.steps[0].time.mean", lambda: one(Post((Delay(exponential(-1.0)),)))),
    (STEP, lambda: one("serve")),  # type: ignore[arg-type]
    ("routines.work", lambda: one(Call("work"), work=(Call("work"),))),
    ("routines.there", lambda: one(Call("here"), here=(Call("there"),), there=(Call("here"), Call("here")))),
    ("routines.work", lambda: one(Call("work"), work=(Choose(((0.4, ()), (0.6, (Call("work"), Call("work"))))),))),
    ("sources", lambda: one(Repeat((Repeat((Delay(ON),), 1e4),), 1e4))),
    ("sources", lambda: Network((), ())),
    ("sources", lambda: line(0.0, (), ())),
    ("sources[0].rate", lambda: line(-1.0, (), ())),
    ("sources[1].name", lambda: Network((), (Source("a", 1.0, ()), Source("a", 1.0, ())))),
    ("sources[0].profile[1][0]", lambda: Network((), (Source("a", 1.0, (), ((5.0, 1.0), (5.0, 2.0))),))),
    ("sources[0].profile[0][1]", lambda: Network((), (Source("a", 1.0, (), ((5.0, -1.0),)),))),
    ("stations[0].name", lambda: line(1.0, (Station(""),), ())),
    ("stations[1].name", lambda: line(1.0, (Station("a"), Station("a")), ())),
    ("stations[0].machines", lambda: line(1.0, (Station("a", 0),), ())),
    ("stations[0].servers", lambda: line(1.0, (Station("a", 1, True),), ())),
    ("stations[0].places", lambda: line(1.0, (Station("a", places=-1),), ())),
    ("stations[0].discipline", lambda: line(1.0, (Station("a", discipline="fair"),), ())),  # type: ignore[arg-type]
    ("stations[0].failure.working", lambda: line(1.0, (Station("a", failure=Failure(constant(0.0), ON)),), ())),
    ("stations[0].failure.down.mean", lambda: line(1.0, (Station("a", failure=Failure(ON, constant(-1.0))),), ())),
    ("stations", lambda: line(1.0, (Station("a", 10**6), Station("b")), ())),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "network"), WRONG, ids=[f"{number} {field}" for number, (field, _) in enumerate(WRONG)]
)
def test_a_network_that_cannot_be_run_is_refused(field: str, network: Callable[[], Network]) -> None:
    with pytest.raises(AnalysisError) as caught:
        simulate(network(), seed=1, requests=10)
    assert caught.value.field == field
    assert str(caught.value).startswith(field)
    assert caught.value.expected


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(AnalysisError, match="did you mean 'app'"):
        simulate(one(Serve("ap", ON)), seed=1, requests=10)


def test_steps_nested_too_deeply_are_refused() -> None:
    step: Step = Delay(ON)
    for _ in range(500):
        step = Repeat((step,), 1.0)
    with pytest.raises(AnalysisError, match="too deeply"):
        simulate(one(step), seed=1, requests=10)


@pytest.mark.parametrize(("field", "arguments"), [
    ("requests", {"requests": 0}),
    ("requests", {"requests": -5}),
    ("requests", {"requests": 1.5}),
    ("requests", {"requests": True}),
    ("warm_up", {"warm_up": -1}),
    ("seed", {"seed": -1}),
    ("seed", {"seed": 2**64}),
    ("seed", {"seed": "one"}),
])  # fmt: skip
def test_a_run_that_cannot_be_made_is_refused(field: str, arguments: dict[str, int]) -> None:
    with pytest.raises(AnalysisError) as caught:
        simulate(queue(0.5, ON), **{"seed": 1, "requests": 10, **arguments})
    assert caught.value.field == field
