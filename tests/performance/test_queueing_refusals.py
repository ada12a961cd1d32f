"""What no formula of queueing theory can answer is refused, and the refusal says why."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from designer.errors import AnalysisError
from designer.performance.queueing import (
    conditional_variability,
    erlang_b,
    erlang_c,
    kingman,
    limited_queue,
    little,
    machine_repair,
    mean_wait_mdc,
    mean_wait_mgc,
    mean_wait_mmc,
    pollaczek_khinchine,
    regular_root,
    sojourn_mm1,
    sojourn_quantile_mm1,
    universal_scalability,
    universal_scalability_peak,
    wait_quantile_mmc,
)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: erlang_c(2, 2.0), "utilisation"),
        (lambda: mean_wait_mmc(4, 500.0, 0.01), "utilisation"),
        (lambda: wait_quantile_mmc(1, 1.0, 1.0, 99), "utilisation"),
        (lambda: sojourn_mm1(2.0, 1.0), "utilisation"),
        (lambda: pollaczek_khinchine(1.0, 1.0, 1.0), "utilisation"),
        (lambda: erlang_b(-1, 1.0), "servers"),
        (lambda: erlang_c(0, 0.5), "servers"),
        (lambda: erlang_b(3, -1.0), "offered"),
        (lambda: erlang_b(3, math.nan), "offered"),
        (lambda: mean_wait_mmc(1, -1.0, 1.0), "rate"),
        (lambda: mean_wait_mmc(1, 0.5, math.inf), "service_time"),
        (lambda: pollaczek_khinchine(0.5, 1.0, -1.0), "service_variation"),
        (lambda: kingman(0.5, 1.0, -1.0, 1.0), "arrival_variation"),
        (lambda: wait_quantile_mmc(1, 0.5, 1.0, 100), "percentile"),
        (lambda: little(-1.0, 1.0), "rate"),
        (lambda: universal_scalability(0.0, 0.1, 0.1), "machines"),
        (lambda: mean_wait_mgc(2, 1.0, 1.0, -0.1), "service_variation"),
        (lambda: mean_wait_mgc(2, 2.0, 1.0, 0.5), "utilisation"),
        (lambda: regular_root(0.5, 0.0), "stages"),
        (lambda: limited_queue(3, 2, 1.0), "places"),
        (lambda: machine_repair(0, 1, 1.0), "machines"),
        (lambda: machine_repair(2, 1, -1.0), "load"),
        (lambda: machine_repair(2, 0, 1.0), "repairers"),
        (lambda: sojourn_mm1(1.0, 1.0), "utilisation"),
        (lambda: regular_root(1.0, 0.5), "utilisation"),
        (lambda: regular_root(1.5, 4.0), "utilisation"),
        (lambda: erlang_c(2, -1.0), "offered"),
        (lambda: erlang_b(2.5, 1.0), "servers"),
        (lambda: limited_queue(0, 3, 1.0), "servers"),
        (lambda: limited_queue(2, 3, -1.0), "offered"),
        (lambda: kingman(0.5, 1.0, 1.0, -1.0), "service_variation"),
        (lambda: wait_quantile_mmc(1, 0.5, 1.0, -1.0), "percentile"),
        (lambda: little(1.0, -1.0), "time"),
        (lambda: universal_scalability(2.0, -0.1, 0.1), "contention"),
        (lambda: universal_scalability(2.0, 0.1, -0.1), "coherence"),
        (lambda: universal_scalability_peak(-0.1, 0.1), "contention"),
        (lambda: universal_scalability_peak(0.1, -0.1), "coherence"),
    ],
)
def test_what_has_no_answer_is_refused_with_the_field(call: Callable[[], float], field: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.field == field
    assert caught.value.expected


@pytest.mark.parametrize(
    ("call", "message", "expected"),
    [
        (
            lambda: mean_wait_mmc(4, 500.0, 0.01),
            "5 erlangs are offered to 4 servers, so the queue grows without end",
            "a utilisation below 1",
        ),
        (lambda: sojourn_quantile_mm1(0.5, 1.0, 100), "100 is not a percentile", "0 or more and below 100"),
        (lambda: erlang_c(0, 0.5), "0 servers cannot serve anybody", "a whole number, 1 or more"),
        (lambda: mean_wait_mmc(1, 0.5, -1.5), "service time cannot be -1.5", "a number, 0 or more"),
        (lambda: regular_root(0.5, 0.0), "stages cannot be 0.0", "a number above 0"),
    ],
)
def test_a_refusal_says_what_was_asked_and_what_would_do(
    call: Callable[[], float], message: str, expected: str
) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.message == message
    assert caught.value.expected == expected


@pytest.mark.parametrize("servers", [0, -1, 1.5])
def test_general_and_constant_service_need_servers_too(servers: float) -> None:
    for call in (
        lambda: mean_wait_mgc(servers, 1.0, 0.5, 1.0),  # type: ignore[arg-type]
        lambda: mean_wait_mdc(servers, 1.0, 0.5),  # type: ignore[arg-type]
    ):
        with pytest.raises(AnalysisError) as caught:
            call()
        assert caught.value.field == "servers"


def test_the_load_offered_is_told_for_all_servers() -> None:
    with pytest.raises(AnalysisError, match="2 erlangs are offered to 2 servers"):
        mean_wait_mgc(2, 2.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: conditional_variability(0.5, -1.0, 1.0), "variability"),
        (lambda: conditional_variability(0.5, 1.0, -1.0), "skewness"),
        (lambda: universal_scalability(0.0, 0.1, 0.1), "machines"),
        (lambda: erlang_c(2, -0.5), "offered"),
    ],
)
def test_what_is_below_nothing_is_named(call: Callable[[], float], field: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.field == field


def test_a_part_of_a_machine_and_little_skewness_are_possible() -> None:
    assert universal_scalability(0.5, 0.0, 0.0) == 0.5
    assert conditional_variability(0.5, 1.0, 0.5) > 0.0
