"""The gamma distribution that has a given mean and 99th percentile, and the incomplete gamma function it needs."""

from __future__ import annotations

import math

from designer.bounds import require_number
from designer.keeping import remembered_formula

_LEAST_SHAPE = 0.0158231854
GREATEST_RATIO = 28.3375
"""No gamma has a 99th percentile above 28.3375 times its mean: the ratio peaks there, at a shape of 0.01582."""
_GREATEST_SHAPE = 2_500.0
LEAST_RATIO = 1.04712
"""The 99th percentile over the mean at a coefficient of variation of 2 %: times are not told apart more finely."""
EXPONENTIAL_RATIO = math.log(100.0)
"""The 99th percentile over the mean of an exponential distribution: 4.605."""

_PRECISION = 1e-15
_MOST_TERMS = 10_000


@remembered_formula(16_384)
def shape_of(ratio: float) -> float:
    """Shape of the gamma whose 99th percentile is `ratio` times its mean (1 means exponential).

    A ratio that no gamma can have is moved to the nearest that one can: see LEAST_RATIO and GREATEST_RATIO.
    """
    require_number("ratio", ratio, 0.0)
    if ratio >= GREATEST_RATIO:
        return _LEAST_SHAPE
    if ratio <= LEAST_RATIO:
        return _GREATEST_SHAPE
    if math.isclose(ratio, EXPONENTIAL_RATIO, rel_tol=1e-12):
        return 1.0
    low, high = math.log(_LEAST_SHAPE), math.log(_GREATEST_SHAPE)
    before, guess = low, _first_guess(ratio)
    wrong_before = _excess(before, ratio)
    for _ in range(100):
        wrong = _excess(guess, ratio)
        # A larger shape is a tighter distribution: less of it is beyond.
        low, high = (guess, high) if wrong > 0.0 else (low, guess)
        slope = (wrong - wrong_before) / (guess - before) if guess != before else 0.0
        step = guess - wrong / slope if slope < 0.0 else math.nan
        before, wrong_before = guess, wrong
        guess = step if low < step < high else (low + high) / 2.0
        if abs(guess - before) < 1e-13 or wrong == 0.0:
            break
    return math.exp(guess)


def gamma_tail(shape: float, at: float) -> float:
    """P(X > at) for a gamma of that shape and scale 1: the regularised upper incomplete gamma function.

    By its series below shape + 1 and by Lentz's continued fraction above (Press et al., "Numerical Recipes", 6.2).
    """
    if at <= 0.0:
        return 1.0
    front = math.exp(shape * math.log(at) - at - math.lgamma(shape))
    return 1.0 - front * _series(shape, at) if at < shape + 1.0 else front * _fraction(shape, at)


def _series(shape: float, at: float) -> float:
    term = total = 1.0 / shape
    for count in range(1, _MOST_TERMS):
        term *= at / (shape + count)
        total += term
        if term < total * _PRECISION:
            break
    return total


def _fraction(shape: float, at: float) -> float:
    below = at + 1.0 - shape
    above = 1.0 / 1e-300
    ratio = 1.0 / below
    total = ratio
    for count in range(1, _MOST_TERMS):
        factor = -count * (count - shape)
        below += 2.0
        ratio = 1.0 / (factor * ratio + below)
        above = below + factor / above
        change = ratio * above
        total *= change
        if abs(change - 1.0) < _PRECISION:
            break
    return total


def _excess(log_shape: float, ratio: float) -> float:
    """By how much (as a logarithm) more than 1 % is beyond `ratio` means."""
    shape = math.exp(log_shape)
    return math.log(max(gamma_tail(shape, shape * ratio), 1e-300) * 100.0)


def _first_guess(ratio: float) -> float:
    """From Wilson and Hilferty's cube root: ratio^(1/3) = 1 + z x / 3 - x^2 / 9 with x = 1 / sqrt(shape)."""
    normal = 2.3263478740  # the 99th percentile of the normal distribution
    missing = (normal / 3.0) ** 2 - (4.0 / 9.0) * (ratio ** (1.0 / 3.0) - 1.0)
    deviation = 4.5 * (normal / 3.0 - math.sqrt(max(0.0, missing)))
    return -2.0 * math.log(deviation)
