"""Times as distributions, against closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.errors import AnalysisError
from designer.performance.distributions import (
    ZERO,
    Gamma,
    exponential,
    gamma,
    gamma_from,
    mixture,
    power,
    sequence,
)
from designer.performance.gamma import EXPONENTIAL_RATIO, gamma_tail, shape_of
from designer.performance.model import PERCENTILES
from designer.performance.queueing import mean_wait_mmc, wait_quantile_mmc
from designer.performance.queues import mmc_wait

PRECISION = 1e-6


def hypoexponential_tail(means: list[float], at: float) -> float:
    """P(T > t) for a sum of exponentials of different means: partial fractions."""
    total = 0.0
    for index, mean in enumerate(means):
        others = [other for number, other in enumerate(means) if number != index]
        total += math.exp(-at / mean) * math.prod(mean / (mean - other) for other in others)
    return total


@pytest.mark.parametrize("ratio", [1.05, 1.5, 3.0, EXPONENTIAL_RATIO, 8.0, 15.0, 25.0, 28.0])
def test_a_gamma_has_the_percentile_it_was_made_for(ratio: float) -> None:
    shape = shape_of(ratio)
    assert gamma_tail(shape, shape * ratio) == pytest.approx(0.01, rel=1e-9)


def test_incomplete_gamma_of_whole_shapes_is_a_poisson_sum() -> None:
    for shape, at in ((1, 0.3), (1, 9.0), (4, 2.0), (4, 30.0), (40, 35.0), (40, 70.0)):
        poisson = math.fsum(math.exp(-at + k * math.log(at) - math.lgamma(k + 1)) for k in range(shape))
        assert gamma_tail(shape, at) == pytest.approx(poisson, rel=1e-10)
    assert gamma_tail(0.5, 2.0) == pytest.approx(math.erfc(math.sqrt(2.0)), rel=1e-12)
    assert gamma_tail(3.0, 0.0) == 1.0


def test_a_mean_and_percentile_of_an_exponential_make_an_exponential() -> None:
    made = gamma_from(0.02, 0.02 * math.log(100))
    assert isinstance(made, Gamma)
    assert made.shape == 1.0
    assert not made.clamped


def test_what_no_gamma_can_have_is_moved_to_the_nearest_and_marked() -> None:
    tight, wide = gamma_from(0.05, 0.05), gamma_from(0.001, 1.0)
    assert isinstance(tight, Gamma)
    assert tight.clamped
    assert tight.mean == pytest.approx(0.05, rel=1e-12)
    assert tight.quantiles((99,))[0] == pytest.approx(0.05 * 1.04712, rel=1e-4)
    assert isinstance(wide, Gamma)
    assert wide.clamped
    assert wide.quantiles((99,))[0] == pytest.approx(0.0283375, rel=1e-4)


@pytest.mark.parametrize("p99", [2.0, 3.0, EXPONENTIAL_RATIO, 7.0, 12.0])
def test_percentiles_of_a_gamma(p99: float) -> None:
    time = gamma_from(1.0, p99)
    assert isinstance(time, Gamma)
    for percentile, value in zip(PERCENTILES, time.quantiles(PERCENTILES), strict=True):
        tail = gamma_tail(time.shape, value / time.scale)
        assert tail == pytest.approx(1 - percentile / 100, rel=4 * PRECISION)


@pytest.mark.parametrize("means", [[1.0, 2.0], [0.5, 1.0, 4.0], [0.001, 0.02, 0.3, 1.7]])
def test_a_sequence_of_exponentials_is_hypoexponential(means: list[float]) -> None:
    time = sequence(*map(exponential, means))
    assert time.mean == pytest.approx(sum(means), rel=1e-12)
    assert time.variance == pytest.approx(sum(mean**2 for mean in means), rel=1e-12)
    for percentile, value in zip(PERCENTILES, time.quantiles(PERCENTILES), strict=True):
        assert hypoexponential_tail(means, value) == pytest.approx(1 - percentile / 100, rel=5 * PRECISION)


@pytest.mark.parametrize("stages", [2, 5, 20, 300])
def test_equal_exponentials_in_sequence_are_erlang(stages: int) -> None:
    for time in (sequence(*[exponential(0.01)] * stages), power(exponential(0.01), stages)):
        for percentile, value in zip(PERCENTILES, time.quantiles(PERCENTILES), strict=True):
            assert gamma_tail(stages, value / 0.01) == pytest.approx(1 - percentile / 100, rel=1e-5)


def test_the_wait_of_mmc_has_its_mean_and_percentile() -> None:
    wait = mmc_wait(4, 3.6, 1.0)
    assert wait.mean == pytest.approx(mean_wait_mmc(4, 3.6, 1.0), rel=1e-12)
    assert wait.quantiles((99,))[0] == pytest.approx(wait_quantile_mmc(4, 3.6, 1.0, 99), rel=PRECISION)
    assert wait.quantiles((5,)) == (0.0,)
    assert wait.cdf(0.0) == wait.at_zero
    assert mmc_wait(4, 0.0, 1.0) is ZERO


def test_reference_network_of_one_station() -> None:
    time = sequence(mmc_wait(3, 2.4, 1.0), exponential(1.0))
    assert time.mean == pytest.approx(2.078652, rel=PRECISION)
    assert time.quantiles((99,))[0] == pytest.approx(8.455477, rel=PRECISION)


def test_reference_network_of_four_stations() -> None:
    def station(servers: int, rate: float, speed: float) -> object:
        return sequence(mmc_wait(servers, rate, 1 / speed), exponential(1 / speed))

    database = station(2, 200.0, 125.0)
    time = sequence(
        station(1, 1_000.0, 5_000.0),  # type: ignore[arg-type]
        station(1, 250.0, 312.5),  # type: ignore[arg-type]
        station(1, 1_000.0, 2_500.0),  # type: ignore[arg-type]
        mixture(((0.8, ZERO), (0.2, database))),  # type: ignore[arg-type]
    )
    assert time.mean == pytest.approx(0.02136111, rel=PRECISION)
    assert time.quantiles((99,))[0] == pytest.approx(0.0952432, rel=PRECISION)


def test_a_mixture_from_microseconds_to_seconds() -> None:
    time = mixture(((0.6, exponential(50e-6)), (0.4, exponential(10.0))))

    def tail(at: float) -> float:
        return 0.6 * math.exp(-at / 50e-6) + 0.4 * math.exp(-at / 10.0)

    for percentile in (10, 50, 59, 61, 95, 99, 99.9):
        value = time.quantiles((percentile,))[0]
        assert tail(value) == pytest.approx(1 - percentile / 100, rel=1e-5)
    assert time.mean == pytest.approx(4.00003, rel=1e-12)


def test_most_requests_taking_no_time_have_percentiles_of_nothing() -> None:
    time = mixture(((0.96, ZERO), (0.04, exponential(1.0))))
    assert time.quantiles((50, 95)) == (0.0, 0.0)
    assert time.quantiles((99,))[0] == pytest.approx(math.log(4), rel=PRECISION)
    assert time.at_zero == pytest.approx(0.96)
    assert ZERO.quantiles(PERCENTILES) == (0.0,) * 4
    assert time.cdf(-1.0) == 0.0


def test_a_count_between_two_whole_numbers_is_either() -> None:
    once = exponential(0.2)
    assert power(once, 1.0) is once
    assert power(once, 0.0) is ZERO
    assert power(once, 2.25).mean == pytest.approx(0.45, rel=1e-12)
    assert power(once, 0.5).at_zero == pytest.approx(0.5)


def test_a_sum_of_very_many_is_normal() -> None:
    time = power(exponential(1.0), 4_000_000)
    assert time.quantiles((50, 99)) == pytest.approx((4e6, 4e6 + 2.326 * 2_000), rel=1e-6)


def test_equal_arguments_give_the_same_object() -> None:
    one = sequence(gamma_from(0.01, 0.05), mmc_wait(2, 1.0, 0.5))
    assert one is sequence(gamma_from(0.01, 0.05), mmc_wait(2, 1.0, 0.5))
    assert mixture(((1.0, one), (0.0, ZERO))) is one
    assert sequence() is ZERO
    assert sequence(ZERO, one) is one
    assert gamma_from(0.0, 0.1) is ZERO


def test_a_chain_longer_than_the_stack_of_python() -> None:
    time = exponential(1e-3)
    for _ in range(3_000):
        time = mixture(((0.5, ZERO), (0.5, sequence(time, exponential(1e-3)))))
    assert time.mean == pytest.approx(1e-3, rel=1e-9)
    assert time.quantiles((99,))[0] > 0.0


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: gamma_from(-1.0, 1.0), "mean"),
        (lambda: gamma_from(1.0, math.nan), "p99"),
        (lambda: gamma(0.0, 1.0), "shape"),
        (lambda: gamma(1.0, -1.0), "scale"),
        (lambda: mmc_wait(1, 1.0, 1.0), "utilisation"),
        (lambda: mixture(((0.5, ZERO),)), "weights"),
        (lambda: mixture(((1.5, ZERO), (-0.5, exponential(1.0)))), "weights"),
        (lambda: power(exponential(1.0), -1.0), "count"),
        (lambda: exponential(1.0).quantiles((100,)), "percentile"),
    ],
)
def test_nonsense_is_refused_with_the_field(call: Callable[[], object], field: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.field == field


def test_a_percentile_that_is_found_exactly_is_not_looked_for_again() -> None:
    time = gamma_from(0.8718055034541742, 0.8718055034541742)
    for asked in (PERCENTILES[:1], PERCENTILES[:2], PERCENTILES):
        for percentile, value in zip(asked, time.quantiles(asked), strict=True):
            assert time.cdf(value) == pytest.approx(percentile / 100, abs=1e-9)


times = st.builds(
    gamma_from, st.floats(1e-5, 2.0), st.floats(1e-5, 20.0)
)  # a percentile far from the mean is clamped, which is as good a time as any


@given(
    st.lists(times, min_size=1, max_size=4), st.lists(times, min_size=1, max_size=3), st.floats(0.05, 0.95)
)
def test_percentiles_are_in_order_and_where_they_say(
    one: list[Gamma], other: list[Gamma], part: float
) -> None:
    time = mixture(((part, sequence(*one)), (1 - part, sequence(*other))))
    values = time.quantiles(PERCENTILES)
    assert list(values) == sorted(values)
    for percentile, value in zip(PERCENTILES, values, strict=True):
        if value > 1e-9 * time.mean:
            assert time.cdf(value) == pytest.approx(percentile / 100, abs=1e-4)


def test_a_percentile_beyond_a_flat_stretch_is_found() -> None:
    """5 % take about two seconds, all others next to nothing: between the two nothing ends."""
    time = mixture(((0.05, gamma_from(1.9596865, 1.0)), (0.95, gamma_from(1e-5, 1e-5))))
    (late,) = time.quantiles(PERCENTILES)[-1:]
    assert time.cdf(late) == pytest.approx(0.999, abs=1e-6)


@given(times, times)
def test_one_more_step_never_makes_it_faster(one: Gamma, other: Gamma) -> None:
    alone, both = one.quantiles(PERCENTILES), sequence(one, other).quantiles(PERCENTILES)
    for less, more in zip(alone, both, strict=True):
        assert more >= less * (1 - 1e-4)
