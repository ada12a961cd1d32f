"""A simulated design as text: what it says, and that it fits and harms no terminal."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.arithmetic import Arithmetic, Quantity
from designer.export.simulation_text import gap_text, write_simulation
from designer.export.terminal import WIDTH, columns
from designer.performance.model import Response
from designer.simulation.model import Estimate, Times
from designer.simulation.outcomes import DesignOutcome, FailureCount, NodeOutcome, WorkloadOutcome
from designer.units import Dimension
from tests.strategies import names

NOTHING = Arithmetic("T = 0", Quantity("T", "mean time", 0.0, Dimension.TIME))


def times(mean: float) -> Times:
    found = {50.0: 0.8, 95.0: 2.5, 99.0: 4.0, 99.9: 6.0}
    return Times(
        10_000, near(mean), {percentile: near(mean * factor) for percentile, factor in found.items()}
    )


def near(value: float) -> Estimate:
    return Estimate(value, value * 0.98, value * 1.02)


def response(mean: float) -> Response:
    percentiles = {50.0: mean * 0.8, 95.0: mean * 2.5, 99.0: mean * 4.1, 99.9: mean * 6.0}
    return Response(mean, percentiles, (), (), NOTHING)


READS = WorkloadOutcome(
    workload="read",
    name="Read a link",
    asked=1_000.0,
    throughput=near(998.0),
    arrived=10_000,
    completed=10_000,
    failed=0,
    responses=times(0.0123),
    computed=response(0.0125),
    deferred=None,
    computed_deferred=None,
    carried=1_000.0,
)
STORE = NodeOutcome("db", "Database", near(0.61), 0.62, near(0.0021), 0, 12)
OUTCOME = DesignOutcome("Link shortener", "My board", 7, 10.02, (READS,), (STORE,), ())


def test_it_says_what_was_run() -> None:
    head, run, *_ = write_simulation(OUTCOME).splitlines()
    assert head == "Link shortener: My board"
    assert run == "10,000 requests at peak rates in 10 s of the design's time, seed 7"


def test_every_percentile_has_its_interval_and_what_was_computed() -> None:
    lines = write_simulation(OUTCOME).splitlines()
    rows = {line.split()[0]: line.split(None, 1)[1] for line in lines if line.startswith("  ")}
    assert rows["mean"].split() == ["12.3", "ms", "12.1", "ms", "to", "12.5", "ms", "12.5", "ms", "+1.6", "%"]
    assert rows["p99"].split() == ["49.2", "ms", "48.2", "ms", "to", "50.2", "ms", "51.2", "ms", "+4.2", "%"]
    assert set(rows) >= {"answered", "mean", "p50", "p95", "p99", "p99.9", "Database"}
    assert rows["Database"].split() == ["61", "%", "59.8", "%", "to", "62.2", "%", "62", "%", "2.1", "ms"]


def test_work_after_the_answer_is_told_apart() -> None:
    later = replace(READS, deferred=times(0.5), computed_deferred=response(0.5))
    text = write_simulation(replace(OUTCOME, workloads=(later,)))
    after = text[text.index("work after the answer") :]
    assert "500 ms" in after and after.count("p99 ") == 1


def test_failed_and_refused_requests_are_counted() -> None:
    failing = replace(READS, failed=120, completed=9_880)
    shut = replace(STORE, refused=1_234)
    text = write_simulation(replace(OUTCOME, workloads=(failing,), nodes=(shut,)))
    assert "120 of 10,000 failed (1.2 %)" in text and "turned away 1,234" in text


def test_what_is_never_answered_has_no_times() -> None:
    text = write_simulation(replace(OUTCOME, workloads=(replace(READS, responses=None, completed=0),)))
    assert "no request was answered" in text and "p99" not in text


def test_an_overload_is_said_to_be_one() -> None:
    endless = Response(math.inf, dict.fromkeys((50.0, 95.0, 99.0, 99.9), math.inf), (), ("db",), NOTHING)
    full = replace(STORE, computed=1.3)
    text = write_simulation(replace(OUTCOME, workloads=(replace(READS, computed=endless),), nodes=(full,)))
    assert "unbounded" in text and "Database: more to do than can be done." in text


def test_what_is_computed_as_answered_is_what_is_carried() -> None:
    lines = write_simulation(replace(OUTCOME, workloads=(replace(READS, carried=990.0),))).splitlines()
    (answered,) = [line.split() for line in lines if line.startswith("  answered")]
    assert answered[-3] == "990/s"
    unknown = write_simulation(replace(OUTCOME, workloads=(replace(READS, carried=None),)))
    (answered,) = [line.split() for line in unknown.splitlines() if line.startswith("  answered")]
    assert answered[-2:] == ["–", "–"]


def test_failures_are_counted_and_too_few_are_said_to_be_too_few() -> None:
    def told(count: FailureCount) -> str:
        return " ".join(write_simulation(replace(OUTCOME, failures=count)).split())

    assert "failed in" not in write_simulation(OUTCOME)
    assert "120 machines failed in 10 s of the design's time." in told(FailureCount(120, 118.0))
    none = told(FailureCount(0, 10.02 / 86_400))
    assert "No machine failed in 10 s" in none
    assert "too few to tell anything of failures: the figures let one fail every 1 day" in none
    assert "1 machine failed" in told(FailureCount(1, 0.5))
    assert "no figure says how often" in told(FailureCount(0, 0.0))


def test_an_interval_without_an_end_has_only_a_beginning() -> None:
    open_ended = replace(times(0.01), mean=Estimate(0.01, 0.009, math.inf))
    text = write_simulation(replace(OUTCOME, workloads=(replace(READS, responses=open_ended),)))
    assert "9 ms or more" in text and "unbounded" not in text


def test_a_short_run_is_said_to_be_one() -> None:
    assert "The run is short" not in write_simulation(OUTCOME)
    assert "The run is short" in write_simulation(replace(OUTCOME, short=True))


def test_what_is_left_out_is_said() -> None:
    text = write_simulation(replace(OUTCOME, left_out=("one thing", "another")))
    assert text.endswith("\nNot simulated: one thing; another.\n")


@pytest.mark.parametrize(
    ("simulated", "computed", "text"),
    [
        (2.0, 2.1, "+5.0 %"),
        (2.0, 1.0, "-50.0 %"),
        (2.0, 1.9999, "+0.0 %"),
        (2.0, None, "–"),
        (0.0, 1.0, "–"),
        (1.0, math.inf, "–"),
    ],
)
def test_a_gap_is_a_part_of_what_happened(simulated: float, computed: float | None, text: str) -> None:
    assert gap_text(simulated, computed) == text


@given(names, st.floats(1e-9, 1e9), st.floats(0.0, 5.0))
def test_it_is_plain_text_that_fits(name: str, mean: float, busy: float) -> None:
    workload = replace(READS, name=name, responses=times(mean), computed=response(mean), deferred=times(mean))
    node = replace(STORE, name=name, computed=busy, utilisation=near(busy), waiting=near(mean))
    text = write_simulation(DesignOutcome(name, name, 2**32 - 1, mean, (workload,), (node,), (name, name)))
    assert text.endswith("\n") and not text.endswith("\n\n")
    for line in text.splitlines():
        assert columns(line) <= WIDTH, line
        assert line == line.rstrip(), line
        assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in line)


def test_colours_are_added_only_when_asked_for() -> None:
    assert "\x1b[" not in write_simulation(OUTCOME)
    assert "\x1b[1m" in write_simulation(OUTCOME, color=True)
