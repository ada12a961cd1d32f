"""Formulas against closed forms, exact arithmetic and published tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.performance.queueing import (
    allen_cunneen,
    conditional_variability,
    cosmetatos,
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
    sojourn_mmc,
    sojourn_quantile_mm1,
    universal_scalability,
    universal_scalability_peak,
    wait_quantile_mmc,
)

WAITS = {  # mean wait in service times, and its 99th percentile, by servers and utilisation
    (1, 0.5): (1.0, 7.8), (1, 0.7): (2.3, 14.2), (1, 0.8): (4.0, 21.9), (1, 0.9): (9.0, 45), (1, 0.95): (19, 91),
    (2, 0.5): (0.33, 3.5), (2, 0.7): (0.96, 6.8), (2, 0.8): (1.8, 10.7), (2, 0.9): (4.3, 22), (2, 0.95): (9.3, 45),
    (4, 0.5): (0.09, 1.4), (4, 0.7): (0.36, 3.1), (4, 0.8): (0.75, 5.1), (4, 0.9): (2.0, 10.9), (4, 0.95): (4.5, 22),
    (8, 0.5): (0.02, 0.4), (8, 0.7): (0.11, 1.4), (8, 0.8): (0.29, 2.4), (8, 0.9): (0.88, 5.3), (8, 0.95): (2.1, 11),
    (16, 0.5): (0.00, 0.0), (16, 0.7): (0.03, 0.5), (16, 0.8): (0.10, 1.1), (16, 0.9): (0.37, 2.6),
    (16, 0.95): (0.98, 5.5), (50, 0.5): (0.00, 0.0), (50, 0.7): (0.00, 0.0), (50, 0.8): (0.01, 0.2),
    (50, 0.9): (0.07, 0.7), (50, 0.95): (0.25, 1.7),
}  # fmt: skip


def exact_erlang_b(servers: int, offered: float) -> float:
    load, reciprocal = Fraction(offered), Fraction(1)
    for busy in range(1, servers + 1):
        reciprocal = 1 + busy / load * reciprocal
    return float(1 / reciprocal)


@pytest.mark.parametrize(
    ("servers", "offered"),
    [(1, 0.5), (10, 8.0), (100, 90.0), (400, 1_000.0), (3_000, 2_900.0), (3_000, 2_999.0), (3_000, 3_300.0)],
)
def test_erlang_b_agrees_with_exact_arithmetic(servers: int, offered: float) -> None:
    assert erlang_b(servers, offered) == pytest.approx(exact_erlang_b(servers, offered), rel=1e-12)


def test_erlang_b_of_many_idle_servers_is_zero_and_of_none_is_one() -> None:
    assert erlang_b(3_000, 50.0) == 0.0
    assert erlang_b(0, 7.0) == 1.0
    assert erlang_b(5, 0.0) == 0.0
    assert erlang_b(0, 0.0) == 1.0


def test_erlang_c_of_one_server_is_the_utilisation() -> None:
    for utilisation in (0.0, 0.1, 0.5, 0.99):
        assert erlang_c(1, utilisation) == pytest.approx(utilisation, abs=1e-15)


def test_erlang_c_of_two_servers_has_a_closed_form() -> None:
    for utilisation in (0.1, 0.5, 0.9):
        expected = 2 * utilisation**2 / (1 + utilisation)
        assert erlang_c(2, 2 * utilisation) == pytest.approx(expected, rel=1e-12)


def test_erlang_c_at_three_thousand_servers() -> None:
    blocked = exact_erlang_b(3_000, 2_970.0)
    assert erlang_c(3_000, 2_970.0) == pytest.approx(blocked / (1 - 0.99 * (1 - blocked)), rel=1e-12)


@pytest.mark.parametrize(("case", "expected"), WAITS.items(), ids=str)
def test_waits_agree_with_the_published_table(case: tuple[int, float], expected: tuple[float, float]) -> None:
    servers, utilisation = case
    mean, quantile = expected
    rate = servers * utilisation
    assert mean_wait_mmc(servers, rate, 1.0) == pytest.approx(mean, rel=0.05, abs=0.0055)
    assert wait_quantile_mmc(servers, rate, 1.0, 99) == pytest.approx(quantile, rel=0.05, abs=0.0501)


def test_mm1_has_closed_forms() -> None:
    rate, service = 80.0, 0.01
    assert mean_wait_mmc(1, rate, service) == pytest.approx(0.8 / 0.2 * service, rel=1e-12)
    assert sojourn_mm1(rate, service) == pytest.approx(service / 0.2, rel=1e-12)
    assert sojourn_mmc(1, rate, service) == pytest.approx(sojourn_mm1(rate, service), rel=1e-12)
    assert sojourn_quantile_mm1(rate, service, 99) == pytest.approx(math.log(100) * service / 0.2, rel=1e-12)


def test_mm3_of_the_reference_network() -> None:
    assert sojourn_mmc(3, 2.4, 1.0) == pytest.approx(2.078652, rel=1e-6)


def test_half_of_those_who_need_not_wait_have_a_median_wait_of_nothing() -> None:
    assert wait_quantile_mmc(1, 0.4, 1.0, 50) == 0.0
    assert wait_quantile_mmc(1, 0.4, 1.0, 61) > 0.0


def test_pollaczek_and_khinchine_span_constant_to_exponential_service() -> None:
    rate, service = 0.9, 1.0
    exponential = mean_wait_mmc(1, rate, service)
    assert pollaczek_khinchine(rate, service, 1.0) == pytest.approx(exponential, rel=1e-12)
    assert pollaczek_khinchine(rate, service, 0.0) == pytest.approx(exponential / 2, rel=1e-12)
    assert pollaczek_khinchine(rate, service, 2.0) == pytest.approx(exponential * 2.5, rel=1e-12)


def test_kingman_is_exact_for_poisson_arrivals_and_allen_cunneen_for_mmc() -> None:
    assert kingman(0.7, 1.0, 1.0, 0.5) == pytest.approx(pollaczek_khinchine(0.7, 1.0, 0.5), rel=1e-12)
    assert allen_cunneen(8, 6.4, 1.0, 1.0, 1.0) == pytest.approx(mean_wait_mmc(8, 6.4, 1.0), rel=1e-12)
    assert allen_cunneen(8, 6.4, 1.0, 0.0, 0.0) == 0.0


def test_the_variations_of_arrivals_and_of_service_count_alike() -> None:
    """By their squares: three times as variable an arrival is nine times the wait, and so is the service."""
    exponential = mean_wait_mmc(1, 0.6, 1.0)
    assert kingman(0.6, 1.0, 3.0, 0.0) == pytest.approx(exponential * 4.5, rel=1e-12)
    assert kingman(0.6, 1.0, 0.0, 3.0) == pytest.approx(exponential * 4.5, rel=1e-12)
    assert kingman(0.6, 1.0, 3.0, 3.0) == pytest.approx(exponential * 9.0, rel=1e-12)


@pytest.mark.parametrize(
    "wait",
    [
        lambda rate, service: mean_wait_mmc(3, rate, service),
        lambda rate, service: wait_quantile_mmc(3, rate, service, 99),
        lambda rate, service: sojourn_mmc(3, rate, service),
        lambda rate, service: sojourn_mm1(rate / 3, service),
        lambda rate, service: sojourn_quantile_mm1(rate / 3, service, 99),
        lambda rate, service: pollaczek_khinchine(rate / 3, service, 0.5),
        lambda rate, service: kingman(rate / 3, service, 2.0, 0.5),
        lambda rate, service: allen_cunneen(3, rate, service, 2.0, 0.5),
        lambda rate, service: mean_wait_mdc(3, rate, service),
        lambda rate, service: mean_wait_mgc(3, rate, service, 0.5),
    ],
)
def test_the_unit_of_time_is_nothing(wait: Callable[[float, float], float]) -> None:
    assert wait(2_400.0, 0.001) == pytest.approx(wait(2.4, 1.0) / 1_000, rel=1e-12)
    assert wait(2.4, 1.0) > 0.0


def test_nobody_waits_where_nobody_comes_or_service_takes_no_time() -> None:
    for rate, service in ((0.0, 0.5), (5.0, 0.0)):
        assert mean_wait_mmc(2, rate, service) == 0.0
        assert wait_quantile_mmc(2, rate, service, 99.9) == 0.0
        assert sojourn_mm1(rate, service) == service
        assert mean_wait_mdc(2, rate, service) == 0.0
        assert mean_wait_mgc(2, rate, service, 0.5) == 0.0
    assert limited_queue(2, 4, 0.0) == (0.0, 0.0)
    assert machine_repair(5, 2, 0.0) == (0.0, 0.0)


def test_a_percentile_may_be_anything_from_0_to_below_100() -> None:
    assert sojourn_quantile_mm1(50.0, 0.01, 0.0) == 0.0
    assert wait_quantile_mmc(2, 1.9, 1.0, 0.0) == 0.0
    assert sojourn_quantile_mm1(50.0, 0.01, 0.5) == pytest.approx(-math.log(0.995) * 0.02, rel=1e-9)


def test_little() -> None:
    assert little(1_000.0, 0.25) == 250.0
    assert little(1.0, 0.25) == 0.25
    assert little(0.0, 1e300) == 0.0
    assert little(7.0, 0.0) == 0.0


def test_universal_scalability_agrees_with_published_values() -> None:
    for contention, coherence, peak, most in (
        (0.02, 0.0005, 44, 15.7),
        (0.05, 0.001, 31, 9.0),
        (0.1, 0.002, 21, 5.5),
    ):
        assert round(universal_scalability_peak(contention, coherence)) == peak
        assert universal_scalability(peak, contention, coherence) == pytest.approx(most, abs=0.05)
    assert universal_scalability(64, 0.0, 0.0) == 64
    assert universal_scalability_peak(0.1, 0.0) == math.inf
    assert universal_scalability_peak(0.0, 0.01) == pytest.approx(10.0, rel=1e-12)
    assert universal_scalability_peak(1.0, 0.01) == 0.0


def exact_mean_wait_mdc(servers: int, load: float) -> float:
    """M/D/c by Crommelin's embedded chain: what is there one service time later is what was left and what came.

    The queue length at an instant has the same distribution one service time (1) on: p = p P, where all in service
    have then gone. Little's law gives the wait.
    """
    most = 400
    arrivals = [math.exp(-load)]
    for count in range(1, most):
        arrivals.append(arrivals[-1] * load / count)
    states = np.zeros(most)
    states[0] = 1.0
    for _ in range(20_000):
        left = np.concatenate(([states[: servers + 1].sum()], states[servers + 1 :]))
        following = np.convolve(left, arrivals)[:most]
        following /= following.sum()
        done = np.abs(following - states).max() < 1e-15
        states = following
        if done:
            break
    waiting = float((states[servers + 1 :] * np.arange(1, most - servers)).sum())
    return waiting / load


@pytest.mark.parametrize("servers", [1, 2, 4, 10])
@pytest.mark.parametrize("utilisation", [0.5, 0.7, 0.85])
def test_constant_service_agrees_with_crommelin(servers: int, utilisation: float) -> None:
    load = servers * utilisation
    exact = exact_mean_wait_mdc(servers, load)
    found = mean_wait_mdc(servers, load, 1.0)
    tolerance = 1e-9 if servers == 1 else 0.015 if erlang_c(servers, load) > 0.1 else 0.2
    assert found == pytest.approx(exact, rel=tolerance)
    assert mean_wait_mgc(servers, load, 1.0, 0.0) == pytest.approx(found, rel=1e-12)


def test_the_correction_of_cosmetatos() -> None:
    """(1 - rho) (c - 1) (sqrt(4 + 5 c) - 2) / (16 c rho); at 12 servers the root is 8."""
    assert cosmetatos(12, 0.75) == pytest.approx(11 / 96, rel=1e-12)
    assert cosmetatos(1, 0.75) == 0.0
    assert cosmetatos(12, 0.0) == 0.0
    assert cosmetatos(12, 0.01) == 0.24


SIMULATED = {  # mean wait in service times of M/Gamma/c by servers, utilisation and squared variation of service
    (2, 0.7, 0.25): 0.6125, (4, 0.85, 0.25): 0.7335, (16, 0.85, 0.25): 0.1192, (2, 0.7, 2.0): 1.4219,
    (4, 0.7, 2.0): 0.5195, (16, 0.85, 2.0): 0.2606, (50, 0.95, 2.0): 0.3676, (2, 0.85, 4.0): 6.3843,
    (4, 0.7, 4.0): 0.8474, (16, 0.85, 4.0): 0.4220, (50, 0.85, 4.0): 0.0547,
}  # fmt: skip
"""Six million arrivals to a Kiefer-Wolfowitz workload vector each; the runs differ by about 1 %."""


@pytest.mark.parametrize(("case", "expected"), SIMULATED.items(), ids=str)
def test_general_service_agrees_with_simulation(case: tuple[int, float, float], expected: float) -> None:
    servers, utilisation, variability = case
    found = mean_wait_mgc(servers, servers * utilisation, 1.0, math.sqrt(variability))
    assert found == pytest.approx(expected, rel=0.06)


@given(st.integers(1, 60), st.floats(0.05, 0.99), st.floats(0.0, 5.0))
def test_general_service_spans_what_is_known(servers: int, utilisation: float, variation: float) -> None:
    rate = servers * utilisation
    assert mean_wait_mgc(servers, rate, 1.0, 1.0) == pytest.approx(
        mean_wait_mmc(servers, rate, 1.0), rel=1e-12
    )
    assert mean_wait_mgc(1, utilisation, 1.0, variation) == pytest.approx(
        pollaczek_khinchine(utilisation, 1.0, variation), rel=1e-9
    )


def test_the_second_moment_of_the_wait_of_mg1() -> None:
    """Takacs: E[W^2] = 2 E[W]^2 + lambda E[S^3] / (3 (1 - rho)), here for Erlang-4 service."""
    rate, shape = 0.7, 4
    third = math.prod([(shape + k) / shape for k in range(3)])
    mean = pollaczek_khinchine(rate, 1.0, shape**-0.5)
    second = 2 * mean**2 + rate * third / (3 * (1 - rate))
    found = conditional_variability(rate, 1 / shape, third)
    assert found == pytest.approx(second / rate / (mean / rate) ** 2 - 1, rel=1e-12)
    assert conditional_variability(rate, 1.0, 6.0) == pytest.approx(1.0, rel=1e-12)


def test_regular_arrivals_wait_less() -> None:
    root = regular_root(0.8, 4)
    assert (4 * 0.8 / (4 * 0.8 + 1 - root)) ** 4 == pytest.approx(root, rel=1e-12)
    # D/M/1: x = exp(-(1 - x) / rho).
    limit = regular_root(0.8, 1e9)
    assert math.exp(-(1 - limit) / 0.8) == pytest.approx(limit, rel=1e-6)
    assert regular_root(0.8, 1) == 0.8
    assert regular_root(0.0, 5) == 0.0


@pytest.mark.parametrize("utilisation", [0.05, 0.3, 0.5, 0.8, 0.99])
def test_arrivals_of_two_stages_and_of_half_a_stage_have_closed_forms(utilisation: float) -> None:
    """Without the root 1, that of two stages is a quadratic; and so is that of half a stage, with a = rho / 2."""
    two = (1 + 4 * utilisation - math.sqrt(1 + 8 * utilisation)) / 2
    assert regular_root(utilisation, 2.0) == pytest.approx(two, rel=1e-12)
    share = utilisation / 2
    half = (share + math.sqrt(share**2 + 4 * share)) / 2
    assert regular_root(utilisation, 0.5) == pytest.approx(half, rel=1e-12)
    assert regular_root(0.0, 0.5) == 0.0


def test_a_limited_queue_without_places_to_wait_is_erlang_b() -> None:
    for servers, offered in ((1, 0.5), (8, 6.0), (100, 130.0)):
        refused, inside = limited_queue(servers, servers, offered)
        assert refused == pytest.approx(erlang_b(servers, offered), rel=1e-12)
        assert inside == pytest.approx(offered * (1 - refused), rel=1e-12)


def test_mm1k_has_a_closed_form() -> None:
    for load in (0.5, 0.9, 1.0, 2.0):
        refused, _ = limited_queue(1, 5, load)
        expected = 1 / 6 if load == 1.0 else (1 - load) * load**5 / (1 - load**6)
        assert refused == pytest.approx(expected, rel=1e-12)
    # At twice the load half is turned away, and at each state above there are half as many more.
    assert limited_queue(1, 5_000, 2.0) == pytest.approx((0.5, 4_999.0), rel=1e-9)
    assert limited_queue(2, 5_000, 1.0)[1] == pytest.approx(sojourn_mmc(2, 1.0, 1.0), rel=1e-9)


def test_machine_repair_with_a_repairer_for_each_is_binomial() -> None:
    down, busy = machine_repair(7, 7, 0.25)
    assert down == pytest.approx(7 * 0.2, rel=1e-12)
    assert busy == pytest.approx(0.2, rel=1e-12)


def test_machine_repair_with_one_repairer_is_erlangs_loss() -> None:
    """M/M/1//N: the repairer is idle with the probability B(N, 1 / load) that all N machines work."""
    for machines, load in ((1, 0.3), (5, 0.3), (40, 0.05)):
        down, busy = machine_repair(machines, 1, load)
        assert 1 - busy == pytest.approx(erlang_b(machines, 1 / load), rel=1e-9)
        assert down == pytest.approx(machines - busy / load, rel=1e-9)


def test_a_jackson_network_with_feedback() -> None:
    """Two stations; a third of what leaves the second goes back to the first: l1 = 2 + l2 / 3, l2 = l1.

    The mean time of a request is the mean number in both over the rate that enters (Little).
    """
    rates = np.linalg.solve(np.array([[1.0, -1 / 3], [-1.0, 1.0]]), np.array([2.0, 0.0]))
    assert rates == pytest.approx([3.0, 3.0])
    inside = little(3.0, sojourn_mmc(1, 3.0, 0.25)) + little(3.0, sojourn_mmc(2, 3.0, 0.5))
    first, second = 0.75 / 0.25, 1.5 + 0.75**2 * 2 / 1.75 * 0.75 / 0.25
    assert inside == pytest.approx(first + second, rel=1e-9)
    assert inside / 2.0 == pytest.approx(3.2142857142857144, rel=1e-9)


@given(st.integers(1, 500), st.floats(0.01, 0.999))
def test_more_servers_at_the_same_utilisation_wait_less(servers: int, utilisation: float) -> None:
    one = mean_wait_mmc(servers, servers * utilisation, 1.0)
    more = mean_wait_mmc(servers + 1, (servers + 1) * utilisation, 1.0)
    assert more <= one * (1 + 1e-12)


@given(st.integers(1, 2_000), st.floats(0.0, 0.9999))
def test_erlang_c_is_a_probability_above_erlang_b(servers: int, utilisation: float) -> None:
    offered = servers * utilisation
    assert 0.0 <= erlang_b(servers, offered) <= erlang_c(servers, offered) <= 1.0
