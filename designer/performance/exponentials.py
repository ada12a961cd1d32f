"""Order statistics of exponential times in closed form: the mean and the variance of the k-th of n, and of the slowest.

Source: H. A. David and H. N. Nagaraja, "Order Statistics" (2003), 2.5 and 5.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from designer.bounds import require_number, require_whole
from designer.performance.distributions import Distribution, Gamma

Moments = tuple[float, float]
"""Mean (seconds) and variance (seconds squared)."""

MOST_EXCLUDED = 10
"""Of more exponentials of different means inclusion and exclusion has more than a thousand terms, and loses digits."""

MOST_ADDED = 10_000
"""Of more copies the harmonic sum is not worth its time: the grid of a join is as good."""


def is_exponential(time: Distribution) -> bool:
    """Whether it is an exponential time."""
    return isinstance(time, Gamma) and time.shape == 1.0


def ranked(mean: float, rank: int, of: int) -> Moments:
    """When the `rank`-th of `of` independent exponentials of that mean (seconds) is over.

    Until the next one is over it takes an exponential time of mean m / j, with j that still last: the mean is
    m (1/n + 1/(n-1) + ... + 1/(n-k+1)), the variance the sum of the squares. With k = n it is m times the harmonic
    number of n. Raises AnalysisError for a rank that there is not.
    """
    require_number("mean", mean, 0.0)
    require_whole("of", of, 1)
    require_whole("rank", rank, 1, of)
    steps = [mean / left for left in range(int(of), int(of) - int(rank), -1)]
    return math.fsum(steps), math.fsum([step * step for step in steps])


def ranked_if_few(mean: float, rank: float, of: float) -> Moments | None:
    """As `ranked`; None where there are too many of them, or no whole number."""
    return ranked(mean, int(rank), int(of)) if of == int(of) <= MOST_ADDED else None


def slowest_if_few(means: Sequence[float]) -> Moments | None:
    """As `slowest_of`; None where there are too many of them."""
    return slowest_of(means) if len(means) <= MOST_EXCLUDED else None


def slowest_of(means: Sequence[float]) -> Moments:
    """When the last of independent exponentials of these means (seconds) is over; at most `MOST_EXCLUDED` of them.

    By inclusion and exclusion over all subsets S, whose quickest is exponential with the sum l(S) of their rates:
    E[T] = sum of (-1)^(|S|+1) / l(S), and E[T^2] = sum of (-1)^(|S|+1) 2 / l(S)^2. Raises AnalysisError.
    """
    require_whole("means", len(means), 1, MOST_EXCLUDED)
    for mean in means:
        require_number("means", mean, 0.0, above=True)
    rates = [1.0 / mean for mean in means]
    quickest = [
        (-1.0 if size % 2 == 0 else 1.0, 1.0 / math.fsum(chosen))
        for size in range(1, len(rates) + 1)
        for chosen in combinations(rates, size)
    ]
    mean = math.fsum([sign * time for sign, time in quickest])
    second = math.fsum([sign * 2.0 * time * time for sign, time in quickest])
    return mean, max(0.0, second - mean**2)
