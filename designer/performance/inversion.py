"""Numerical inversion of Laplace transforms: from the transform of a time to its probabilities and percentiles.

A time T is known by its Laplace-Stieltjes transform E[exp(-s T)]. Euler's algorithm of Abate and Whitt ("Numerical
Inversion of Laplace Transforms of Probability Distributions", ORSA Journal on Computing 7(1), 1995) samples it along a
vertical line and speeds up the alternating series by Euler summation; all times asked for are done in one pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

_DAMPING = 18.4
"""A of Abate and Whitt: the error of sampling is below e^-A = 1e-8 of the probability of three times the time."""
TERMS = 14
_EULER_TERMS = 12
"""With 14 plain and 12 accelerated terms the probabilities of smooth distributions are right to about 1e-8."""
ROUGH_TERMS = 4
"""With 4 plain terms they are right to about 1e-4: enough to look for the place."""
_TERMS_PER_SHARPNESS = 4.0
"""A distribution of coefficient of variation v has a spectrum that ends at about 4/v terms."""
_MOST_TERMS = 4_000
_SHARP = 1e-3
"""Below this coefficient of variation a time is a sum of so very many that it is normal."""
_TOLERANCE = 3e-4
"""Newton's steps (relative) end below this: convergence is quadratic, so the last one leaves about its square."""
_ROUGH_ERROR = 1e-3
_NOISE = 1e-7
"""Probabilities below this are mostly the error of the inversion: no step is built on them."""
_STRIDE = 100.0
"""The search goes no further than this factor at a time."""
_STEPS = 200
_SMALLEST = 1e-30
"""Times below this part of the mean are reported as 0."""


class Grid:
    """The points at which transforms are evaluated for a number of times: one row per time.

    `values[i, k] = first[i] + k * step[i]`: equal steps let some transforms use powers instead of exponentials.
    """

    __slots__ = ("first", "step", "values")

    def __init__(self, times: Reals, terms: int) -> None:
        self.first: Reals = _DAMPING / (2.0 * times)
        self.step: Complexes = np.asarray(1j * np.pi / times, dtype=np.complex128)
        self.values: Complexes = self.first[:, None] + self.step[:, None] * _numbers(terms)


class Transformable(Protocol):
    """What can be inverted. `sharpness` is the smallest coefficient of variation of any part of it."""

    @property
    def mean(self) -> float: ...

    @property
    def variance(self) -> float: ...

    @property
    def at_zero(self) -> float: ...

    @property
    def sharpness(self) -> float: ...

    def on(self, grid: Grid) -> Complexes: ...


def invert(time: Transformable, at: Reals, terms: int = TERMS) -> tuple[Reals, Reals]:
    """P(T > t) and the density of T, for every t > 0 in `at` (one-dimensional).

    `terms` (TERMS or ROUGH_TERMS) is how precise smooth distributions come out; sharp ones take more.
    """
    terms = _terms(time.sharpness, terms)
    grid = Grid(at, terms)
    transform = time.on(grid)
    scale = math.exp(_DAMPING / 2.0) / at
    weights = _weights(terms)
    # Inverting the probability of being later, not earlier, keeps small tails precise.
    beyond = ((1.0 - transform) / grid.values).real @ weights
    return scale * beyond, scale * (transform.real @ weights)


def quantiles(time: Transformable, percentiles: Sequence[float]) -> Reals:
    """The percentiles (each 0 <= p < 100) of T, all at once: Newton's method on log P(T > t), kept in a bracket."""
    tails = 1.0 - np.asarray(percentiles, dtype=np.float64) / 100.0
    found = np.zeros(len(tails))
    # Whoever is served at once has time 0; so has a percentile that such make up.
    open_ = np.flatnonzero(tails < (1.0 - time.at_zero) * (1.0 - 1e-12))
    if time.mean <= 0.0 or not len(open_):
        return found
    deviation = math.sqrt(time.variance)
    if deviation < _SHARP * time.mean:
        return time.mean + deviation * _normal_quantiles(tails)
    low = np.full(len(tails), _SMALLEST * time.mean)
    high = time.mean / tails  # Markov's inequality
    guess = np.clip(_guess(time, tails), low, high)
    for attempt in range(_STEPS):
        slack = _ROUGH_ERROR if attempt == 0 else 0.0
        at = guess[open_]
        beyond, density = invert(time, at, ROUGH_TERMS if attempt == 0 else TERMS)
        low[open_] = np.where(beyond > tails[open_] + slack, at, low[open_])
        high[open_] = np.where(beyond <= tails[open_] - slack, at, high[open_])
        step = _newton(at, beyond, density, tails[open_])
        # An end of the bracket counts: it is where the step stays that has nothing left to do.
        inside = (step >= low[open_]) & (step <= high[open_]) & (beyond > _NOISE)
        halfway = np.sqrt(np.maximum(low[open_], at / _STRIDE) * np.minimum(high[open_], at * _STRIDE))
        guess[open_] = found[open_] = np.where(inside, step, halfway)
        moved = np.abs(guess[open_] - at) > _TOLERANCE * at
        open_ = open_[moved | (slack > 0.0)]
        if not len(open_):
            break
    found[found <= 2.0 * _SMALLEST * time.mean] = 0.0
    return found


def _newton(at: Reals, beyond: Reals, density: Reals, tails: Reals) -> Reals:
    """One step of Newton's method on log P(T > t) = log tail: exact at once for an exponential tail."""
    with np.errstate(all="ignore"):
        step = at + beyond / density * np.log(beyond / tails)
    return np.where(np.isfinite(step), step, -1.0)


def _guess(time: Transformable, tails: Reals) -> Reals:
    """Where to begin: the percentiles of a gamma of the same mean and variance (Wilson and Hilferty 1931)."""
    spread = time.variance / (9.0 * time.mean**2)
    cube = 1.0 - spread + _normal_quantiles(tails) * math.sqrt(spread)
    return time.mean * np.maximum(cube, 0.1) ** 3


def _normal_quantiles(tails: Reals) -> Reals:
    """Upper quantiles of the normal distribution, to 4.5e-4 (Abramowitz and Stegun 26.2.23): enough to begin with."""
    root = np.sqrt(-2.0 * np.log(np.minimum(tails, 1.0 - tails)))
    top = 2.515517 + root * (0.802853 + root * 0.010328)
    bottom = 1.0 + root * (1.432788 + root * (0.189269 + root * 0.001308))
    return np.where(tails < 0.5, 1.0, -1.0) * (root - top / bottom)


def _terms(sharpness: float, least: int) -> int:
    return max(least, min(_MOST_TERMS, math.ceil(_TERMS_PER_SHARPNESS / max(sharpness, 1e-6))))


@lru_cache(maxsize=64)
def _numbers(terms: int) -> Reals:
    return np.arange(terms + _EULER_TERMS + 1, dtype=np.float64)


@lru_cache(maxsize=64)
def _weights(terms: int) -> Reals:
    """Signs of the alternating series, its first term halved and its last ones averaged binomially (Euler)."""
    binomial = [math.comb(_EULER_TERMS, j) / 2.0**_EULER_TERMS for j in range(_EULER_TERMS + 1)]
    weights = np.ones(terms + _EULER_TERMS + 1)
    weights[0] = 0.5
    weights[terms:] = np.cumsum(binomial[::-1])[::-1]
    weights[1::2] *= -1.0
    return weights
