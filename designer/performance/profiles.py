"""How likely a time is to be longer, on knots in log t, found once by inversion: what happens at once is made of it."""

from __future__ import annotations

import math

import numpy as np

from designer.keeping import remembered_formula
from designer.performance.distributions import Distribution, Mixture, mix, require_time
from designer.performance.inversion import Reals, invert

_REMEMBERED = 1_024
RARE, _RARE_IN_JOINS = 1e-7, 1e-6
"""Probabilities below this are left to the exponential tail: inversion is ten times as precise, also where a join is
inside."""
_SUSPECT = 1e-4
"""Where a probability below this does not fall any more, it is noise."""
_SOON = 1e-3
"""A branch is followed down to times so short that less than this part of it is over, or that do not matter."""
_SHORTEST, _LONGEST = -16.0, 30.0
"""Logarithms of the parts of the mean that are looked at."""
_KNOTS_PER_SHARPNESS = 3.0

_Columns = tuple[Reals, Reals, Reals]


class Profile:
    """log P(T > t) of a branch as a smooth function of log t: cubic between knots, exponential in t after the last.

    Of a branch that may be left out: of the time it takes when it is not, times the `chance` of that.
    """

    __slots__ = ("chance", "knots", "slopes", "values")

    def __init__(self, branch: Distribution) -> None:
        self.chance, lasting = part_from_nothing(branch)
        knots, beyond, density = _sample(lasting)
        self.knots: Reals = knots
        self.values: Reals = np.minimum.accumulate(np.log(beyond))
        self.slopes: Reals = _tame(-np.exp(knots) * density / beyond, np.diff(self.values) / np.diff(knots))

    def survival(self, logs: Reals) -> Reals:
        """P(T > t) at the given logarithms of t."""
        knots, values, slopes = self.knots, self.values, self.slopes
        width = knots[1] - knots[0]
        cell = np.clip(((logs - knots[0]) / width).astype(np.int64), 0, len(knots) - 2)
        part = np.clip((logs - knots[cell]) / width, 0.0, 1.0)
        left, right = 1.0 - part, part
        inside = (
            values[cell] * left**2 * (1.0 + 2.0 * right)
            + values[cell + 1] * right**2 * (1.0 + 2.0 * left)
            + width * (slopes[cell] * right * left**2 - slopes[cell + 1] * left * right**2)
        )
        # d log P / dt at the last knot is slope / t, and stays so.
        after = slopes[-1] * np.expm1(np.maximum(logs - knots[-1], 0.0))
        return np.asarray(self.chance * np.exp(np.minimum(inside + after, 0.0)))


def _sample(branch: Distribution) -> _Columns:
    """Knots in log t with P(T > t) and the density: where a gamma of this mean and variance is, and on as needed."""
    step = min(1.0, max(branch.sharpness, 1e-3)) / _KNOTS_PER_SHARPNESS
    middle = math.log(branch.mean)
    rare = RARE if branch.exact else _RARE_IN_JOINS
    low, high = _extent(branch)
    knots = middle + np.arange(low, high + step, step)
    beyond, density = invert(branch, np.exp(knots))
    while _end(beyond, rare) == len(beyond) and knots[-1] < middle + _LONGEST:
        further = knots[-1] + np.arange(step, 1.0 + step, step)
        tail, thin = invert(branch, np.exp(further))
        knots, beyond, density = _concatenated((knots, beyond, density), (further, tail, thin))
    while 1.0 - branch.at_zero - beyond[0] > _SOON and knots[0] > middle + _SHORTEST:
        nearer = knots[0] - step * np.arange(math.ceil(5.0 / step), 0, -1)
        head, thick = invert(branch, np.exp(nearer))
        knots, beyond, density = _concatenated((nearer, head, thick), (knots, beyond, density))
    end = _end(beyond, rare)
    return knots[:end], np.clip(beyond[:end], rare / 100.0, 1.0), density[:end]


def _end(beyond: Reals, rare: float) -> int:
    """How many of the probabilities can be used: up to where they are rare, or no longer fall for want of precision."""
    over = beyond < rare
    over[1:] |= (beyond[1:] >= beyond[:-1]) & (beyond[1:] < _SUSPECT)
    found = np.flatnonzero(over)
    return max(2, int(found[0])) if len(found) else len(beyond)


def _tame(slopes: Reals, secants: Reals) -> Reals:
    """Slopes that keep the cubic falling between knots (Fritsch and Carlson 1980), whatever noise is in them."""
    steepest = 3.0 * np.maximum(np.append(secants, secants[-1]), np.insert(secants, 0, secants[0]))
    tamed = np.clip(slopes, steepest, 0.0)
    # What comes after the last knot hangs on its slope.
    tamed[-1] = min(tamed[-1], secants[-1] / 2.0)
    return tamed


def _concatenated(one: _Columns, other: _Columns) -> _Columns:
    knots, beyond, density = map(np.concatenate, zip(one, other, strict=True))
    return knots, beyond, density


def _extent(branch: Distribution) -> tuple[float, float]:
    """Where nearly all of a gamma with the branch's coefficient of variation lies, as logarithms of parts of its mean.

    By Wilson and Hilferty's cube root, 4 and 6 standard deviations out.
    """
    spread = branch.variance / (9.0 * branch.mean**2)
    first = max(1.0 - spread - 4.0 * math.sqrt(spread), 0.1)
    last = 1.0 - spread + 6.0 * math.sqrt(spread)
    return 3.0 * math.log(first), 3.0 * math.log(max(last, 1.1))


@remembered_formula(_REMEMBERED)
def profile_of(branch: Distribution) -> Profile:
    """The profile of a branch, computed once."""
    require_time("branch", branch)
    return Profile(branch)


def part_from_nothing(time: Distribution) -> tuple[float, Distribution]:
    """The probability that it is not left out, and the time it then takes: next to 1 a rare branch is lost."""
    if not isinstance(time, Mixture):
        return 1.0, require_time("time", time)
    taken = math.fsum(time.weights)
    if taken == 1.0 or taken <= 0.0:
        return 1.0, time
    weighed = zip(time.weights, time.parts, strict=True)
    return taken, mix(tuple([(weight / taken, part) for weight, part in weighed]))
