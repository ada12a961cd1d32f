"""What happens at once, against closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.errors import AnalysisError
from designer.performance.distributions import (
    ZERO,
    Distribution,
    exponential,
    gamma,
    gamma_from,
    mixture,
    sequence,
    sometimes,
)
from designer.performance.exponentials import ranked, slowest_of
from designer.performance.joins import first_of, order_statistic, parallel, repeat_max
from designer.performance.model import PERCENTILES

PRECISION = 1e-4
"""Of a join inside something longer, whose transform comes from a grid of points."""


def harmonic(count: int) -> float:
    return math.fsum(1 / number for number in range(1, count + 1))


EXACT = 1e-9
"""Of what has a closed form."""


@pytest.mark.parametrize("count", [2, 3, 10, 100, 2_000])
def test_the_slowest_of_many_exponentials_has_a_harmonic_mean(count: int) -> None:
    time = repeat_max(exponential(0.2), count)
    assert time.mean == pytest.approx(0.2 * harmonic(count), rel=EXACT)
    squares = math.fsum(1 / number**2 for number in range(1, count + 1))
    assert time.variance == pytest.approx(0.04 * squares, rel=EXACT)


@pytest.mark.parametrize("count", [2, 3, 10, 100])
def test_what_has_no_closed_form_is_nearly_as_good(count: int) -> None:
    """The grid on which all other joins are made, where it can be checked: a gamma that is nearly exponential."""
    time = repeat_max(gamma(1.0 + 1e-9, 0.2), count)
    assert time.mean == pytest.approx(0.2 * harmonic(count), rel=PRECISION)
    squares = math.fsum(1 / number**2 for number in range(1, count + 1))
    assert time.variance == pytest.approx(0.04 * squares, rel=5e-4)


@pytest.mark.parametrize(("one", "other"), [(1.0, 1.0), (1.0, 2.0), (1e-3, 5.0)])
def test_the_slower_of_two_exponentials_is_exact(one: float, other: float) -> None:
    time = parallel(exponential(one), exponential(other))
    both = 1.0 / (1.0 / one + 1.0 / other)
    assert time.mean == pytest.approx(one + other - both, rel=EXACT)
    second = 2.0 * (one**2 + other**2 - both**2)
    assert time.variance == pytest.approx(second - time.mean**2, rel=EXACT)


def test_the_slowest_of_three_exponentials_of_different_means_is_exact() -> None:
    a, b, c = rates = (1.0, 0.25, 3.0)
    time = parallel(*[exponential(1.0 / rate) for rate in rates])
    expected = 1 / a + 1 / b + 1 / c - 1 / (a + b) - 1 / (a + c) - 1 / (b + c) + 1 / (a + b + c)
    assert time.mean == pytest.approx(expected, rel=EXACT)


@pytest.mark.parametrize("count", [2, 5, 10])
def test_inclusion_and_exclusion_agrees_with_the_harmonic_sum(count: int) -> None:
    assert slowest_of([0.3] * count) == pytest.approx(ranked(0.3, count, count), rel=EXACT)
    time = parallel(*[exponential(0.3)] * count)
    assert time.mean == pytest.approx(0.3 * harmonic(count), rel=EXACT)


def test_the_quickest_of_exponentials_is_exponential() -> None:
    time = first_of(exponential(1.0), exponential(0.5), exponential(0.25))
    assert time.mean == pytest.approx(1.0 / 7.0, rel=EXACT)
    assert time.variance == pytest.approx(1.0 / 49.0, rel=EXACT)


def test_more_exponentials_than_can_be_excluded_are_joined_on_the_grid() -> None:
    with pytest.raises(AnalysisError) as caught:
        slowest_of([1.0] * 11)
    assert caught.value.field == "means"
    time = parallel(*[exponential(1.0)] * 11)
    assert time.mean == pytest.approx(harmonic(11), rel=PRECISION)


@pytest.mark.parametrize("chance", [0.5, 1e-3, 1e-5, 2e-6, 4e-7, 1e-8, 1e-12])
def test_a_branch_that_is_hardly_ever_taken_hardly_counts(chance: float) -> None:
    """The slower of two exponentials of which one comes with probability c: 1 + c / 2 on average."""
    time = parallel(exponential(1.0), sometimes(chance, exponential(1.0)))
    assert time.mean == pytest.approx(1.0 + chance / 2.0, rel=PRECISION)
    assert time.quantiles((99.0,))[0] == pytest.approx(math.log(100.0 * (1.0 + chance)), rel=1e-3)
    longer = parallel(exponential(1.0), sometimes(chance, exponential(100.0)))
    assert longer.mean == pytest.approx(1.0 + chance * 100.0 * (1.0 - 1.0 / 101.0), rel=1e-3)


def test_the_slowest_of_a_thousand_million() -> None:
    time = repeat_max(exponential(1.0), 1e9)
    assert time.mean == pytest.approx(math.log(1e9) + 0.5772, rel=1e-3)


@pytest.mark.parametrize("count", [2, 5, 20])
def test_the_slowest_is_a_sum_of_exponentials(count: int) -> None:
    """The largest of n exponentials is distributed as the sum of exponentials of means 1, 1/2, ... 1/n."""
    way = gamma_from(0.5, 1.2)
    join = sequence(way, repeat_max(exponential(1.0), count))
    same = sequence(way, *[exponential(1 / number) for number in range(1, count + 1)])
    for value, expected in zip(join.quantiles(PERCENTILES), same.quantiles(PERCENTILES), strict=True):
        assert value == pytest.approx(expected, rel=5 * PRECISION)


def test_tail_at_scale_one_in_a_hundred() -> None:
    leaf = gamma_from(0.2, 1.0)
    assert 1 - repeat_max(leaf, 100).cdf(1.0) == pytest.approx(1 - 0.99**100, rel=1e-6)
    assert 1 - repeat_max(leaf, 100).cdf(1.0) == pytest.approx(0.634, abs=0.001)


def test_tail_at_scale_one_in_ten_thousand() -> None:
    leaf = exponential(1.0 / math.log(10_000))
    assert 1 - repeat_max(leaf, 2_000).cdf(1.0) == pytest.approx(1 - 0.9999**2_000, rel=1e-4)
    assert 1 - repeat_max(leaf, 2_000).cdf(1.0) == pytest.approx(0.181, abs=0.001)


def test_two_of_different_speed() -> None:
    time = parallel(exponential(1e-3), exponential(1.0))
    assert time.mean == pytest.approx(1.001 - 1 / 1_001, rel=PRECISION)
    assert time.cdf(0.5) == pytest.approx((1 - math.exp(-500)) * (1 - math.exp(-0.5)), rel=1e-7)


def test_the_mean_of_the_slowest_is_more_than_the_slowest_mean() -> None:
    assert parallel(exponential(1.0), exponential(1.0)).mean == pytest.approx(1.5, rel=PRECISION)


@pytest.mark.parametrize(("rank", "of"), [(1, 3), (2, 3), (3, 5), (3, 3)])
def test_order_statistics_of_exponentials(rank: int, of: int) -> None:
    time = order_statistic(exponential(1.0), rank, of)
    expected = math.fsum(1 / (of - number) for number in range(rank))
    assert time.mean == pytest.approx(expected, rel=PRECISION)


@pytest.mark.parametrize(
    "branch",
    [
        exponential(0.02),
        gamma_from(1.0, 1.3),
        gamma_from(1.0, 12.0),
        mixture(((0.8, ZERO), (0.2, exponential(1.0)))),
        mixture(((0.6, gamma_from(50e-6, 200e-6)), (0.4, gamma_from(10.0, 30.0)))),
    ],
    ids=["exponential", "narrow", "heavy", "mostly nothing", "two scales"],
)
def test_a_join_of_hardly_more_than_one_is_the_branch(branch: Distribution) -> None:
    join = repeat_max(branch, 1.0 + 1e-9)
    assert join is not branch
    assert join.mean == pytest.approx(branch.mean, rel=1e-3)
    assert join.variance == pytest.approx(branch.variance, rel=5e-3)
    after = exponential(branch.mean / 10)
    found = sequence(join, after).quantiles(PERCENTILES)
    expected = sequence(branch, after).quantiles(PERCENTILES)
    assert found == pytest.approx(expected, rel=2e-3)


def test_joins_in_joins() -> None:
    inner = repeat_max(exponential(1.0), 3)
    assert repeat_max(inner, 4).mean == pytest.approx(harmonic(12), rel=3e-4)
    assert parallel(inner, repeat_max(exponential(1.0), 9)).mean == pytest.approx(harmonic(12), rel=3e-4)


def test_a_join_of_nothing_or_of_one() -> None:
    one = exponential(1.0)
    assert parallel() is ZERO
    assert parallel(one) is one
    assert parallel(ZERO, one) is one
    assert repeat_max(one, 1.0) is one
    assert repeat_max(ZERO, 9.0) is ZERO
    assert order_statistic(ZERO, 1, 2) is ZERO
    assert parallel(one, exponential(2.0)) is parallel(one, exponential(2.0))


def test_at_zero_all_branches_must_take_no_time() -> None:
    rare = mixture(((0.9, ZERO), (0.1, exponential(1.0))))
    assert parallel(rare, mixture(((0.5, ZERO), (0.5, exponential(2.0))))).at_zero == pytest.approx(0.45)
    assert repeat_max(rare, 2).at_zero == pytest.approx(0.81)
    assert repeat_max(rare, 2).quantiles((50,)) == (0.0,)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: repeat_max(exponential(1.0), 0.5), "count"),
        (lambda: repeat_max(exponential(1.0), math.inf), "count"),
        (lambda: order_statistic(exponential(1.0), 0, 3), "rank"),
        (lambda: order_statistic(exponential(1.0), 4, 3), "rank"),
    ],
)
def test_nonsense_is_refused_with_the_field(call: Callable[[], object], field: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.field == field


times = st.builds(gamma_from, st.floats(1e-4, 1.0), st.floats(1e-4, 10.0))


@settings(max_examples=40, deadline=None)
@given(times, times)
def test_the_slowest_is_no_faster_than_each_and_no_slower_than_all_in_turn(
    one: Distribution, other: Distribution
) -> None:
    slowest = parallel(one, other).mean
    assert slowest >= max(one.mean, other.mean) * (1 - 1e-3)
    assert slowest <= (one.mean + other.mean) * (1 + 1e-3)
