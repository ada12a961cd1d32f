"""What happens at once: the slowest of several, the slowest of many alike, the k-th of n.

The distribution function of a join is made of those of its branches, exactly: a product for the slowest, a power for
many alike, a binomial sum for the k-th. Where a join is part of something longer its transform is needed: branches are
inverted on a logarithmic grid of times, joined there, and the piecewise-linear function through the joined points is
transformed exactly (as a sum of exponentials over its kinks), with an exponential tail beyond the grid.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from designer.bounds import require_number, require_whole
from designer.errors import quote
from designer.keeping import remembered_formula
from designer.performance.distributions import ZERO, Composed, Distribution, require_time
from designer.performance.exponentials import Moments, is_exponential, ranked_if_few, slowest_if_few
from designer.performance.inversion import Complexes, Grid, Reals
from designer.performance.profiles import RARE, Profile, profile_of

_REMEMBERED = 1_024
_FINE = 0.05
"""Step in log t of the grid on which branches are joined."""
_FEWEST, _MOST = 128, 640
"""Points of that grid."""
_KINKED = 0.05
"""Sharpness of a distribution function with kinks: inversion needs many terms next to them."""
_DECADES = 8.0
"""Times e^-8 as long as the longest do not need to be told apart."""
_FURTHER, _WIDEST = 0.1, 60.0
"""The slowest of very many is later than any of them is likely to be: so much further at a time, in log t."""


class _Samples:
    """A join on its grid: times, P(T > t) there, moments, and its transform."""

    def __init__(self, logs: Reals, beyond: Reals, at_zero: float) -> None:
        times = np.exp(logs)
        self.times: Reals = np.concatenate(([0.0], times))
        self.beyond: Reals = np.concatenate(([1.0 - at_zero], beyond))
        self.at_zero = at_zero
        last = max(float(beyond[-1]), 1e-300)
        before = max(float(beyond[-2]), last)
        self.decay = max(math.log(before / last) / (times[-1] - times[-2]), 1e-9 / times[-1])
        step = logs[1] - logs[0]
        tail = last / self.decay
        first = times[0] * self.beyond[0]
        self.mean = float(first + _integral(beyond * times, step, first) + tail)
        second = _integral(2.0 * beyond * times**2, step, 4.0 * first * times[0])
        second += first * times[0] + 2.0 * tail * (times[-1] + 1.0 / self.decay)
        self.variance = max(0.0, float(second) - self.mean**2)
        widths = np.diff(self.times)
        values = _smoothed(self.times, self.beyond)
        slopes = np.diff(values) / widths
        self._kinks: Reals = np.diff(slopes, prepend=0.0, append=0.0)
        self._last = last

    def transform(self, grid: Grid) -> Complexes:
        """By parts: at_zero - (1/s) sum of kink_i exp(-s t_i), and the exponential tail from the last time on."""
        inside = _exponential_sums(grid, self.times, self._kinks)
        final = np.exp(-grid.values * self.times[-1])
        tail = self.decay * self._last * final / (grid.values + self.decay)
        return np.asarray(self.at_zero - inside / grid.values + tail)


def _exponential_sums(grid: Grid, times: Reals, weights: Reals) -> Complexes:
    """The sum of weight_i exp(-s t_i) at every s: by powers of one exponential, since s goes in equal steps."""
    factors = weights.astype(np.complex128)
    state = np.exp(-grid.first[:, None] * times).astype(np.complex128)
    turn = np.exp(-grid.step[:, None] * times)
    sums = np.empty(grid.values.shape, dtype=np.complex128)
    for column in range(grid.values.shape[1]):
        sums[:, column] = state @ factors
        state *= turn
    return sums


def _smoothed(times: Reals, beyond: Reals) -> Reals:
    """Heights of the piecewise-linear function that has the local integrals of the smooth one through these points.

    A chord lies above or below its arc by an area of width^3 / 12 times the second derivative; half of that is taken
    off at each end. Without it every join would come out a little too slow.
    """
    widths = np.diff(times)
    bend = np.zeros(len(times))
    bend[1:-1] = 2.0 * np.diff(np.diff(beyond) / widths) / (widths[:-1] + widths[1:])
    excess = widths**3 * (bend[:-1] + bend[1:]) / 48.0
    heights = beyond.copy()
    heights[2:-1] -= 2.0 * (excess[1:-1] + excess[2:]) / (widths[1:-1] + widths[2:])
    return heights


def _integral(values: Reals, step: float, slope: float) -> float:
    """The trapezoidal rule with its end correction (Euler and Maclaurin), for values that fade out at the end.

    `slope` is the derivative of the integrand at its start.
    """
    return float(step * (values.sum() - (values[0] + values[-1]) / 2.0) + step**2 / 12.0 * slope)


class _Join(Composed):
    """Something made of its branches' distribution functions. Its moments come from its samples."""

    __slots__ = ("branches", "samples")

    def __init__(self, *branches: Distribution) -> None:
        self.branches = branches
        profiles = [profile_of(branch) for branch in branches]
        first = float(min([profile.knots[0] for profile in profiles]))
        last = float(max([profile.knots[-1] for profile in profiles]))
        while last < first + _WIDEST and self._beyond(profiles, np.array([last]))[0] > RARE:
            last += _FURTHER
        logs = np.linspace(first, last, max(_FEWEST, min(_MOST, math.ceil((last - first) / _FINE))))
        at_zero = 1.0 - float(self._joined([np.array([1.0 - branch.at_zero]) for branch in branches])[0])
        self.samples = _Samples(logs, self._beyond(profiles, logs), at_zero)
        means = [branch.mean for branch in branches if is_exponential(branch)]
        moments = self._moments(means) if len(means) == len(branches) else None
        mean, variance = moments or (self.samples.mean, self.samples.variance)
        deviation = math.sqrt(variance)
        super().__init__(mean, variance, at_zero, min(1.0, deviation / mean), deviation * (1.0 - at_zero))
        self.exact = False

    @abstractmethod
    def _moments(self, means: list[float]) -> Moments | None:
        """The exact mean and variance where all branches are exponential with these means; None: from the samples."""

    def _beyond(self, profiles: Sequence[Profile], logs: Reals) -> Reals:
        return self._joined([profile.survival(logs) for profile in profiles])

    @abstractmethod
    def _joined(self, beyond: list[Reals]) -> Reals:
        """P(T > t) of the join, from that of each branch."""

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        return self.samples.transform(grid)

    def survival(self, at: Reals) -> Reals:
        """P(T > t) for every t > 0 in `at`: exact, without the grid."""
        return self._joined([np.clip(branch.survival(at), 0.0, 1.0) for branch in self.branches])


class Slowest(_Join):
    """All branches at once, until the slowest is done."""

    __slots__ = ()

    def _moments(self, means: list[float]) -> Moments | None:
        return slowest_if_few(means)

    def _joined(self, beyond: list[Reals]) -> Reals:
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(sum(np.log1p(-part) for part in beyond)))


class Quickest(_Join):
    """All branches at once, until the quickest is done."""

    __slots__ = ()

    def _moments(self, means: list[float]) -> Moments | None:
        mean = 1.0 / math.fsum([1.0 / item for item in means])
        return mean, mean**2

    def _joined(self, beyond: list[Reals]) -> Reals:
        return np.asarray(math.prod(beyond))


class SlowestOf(_Join):
    """So many copies of one time at once, until the slowest is done."""

    __slots__ = ("count",)

    def __init__(self, time: Distribution, count: float) -> None:
        self.count = count
        super().__init__(time)

    def _moments(self, means: list[float]) -> Moments | None:
        return ranked_if_few(means[0], self.count, self.count)

    def _joined(self, beyond: list[Reals]) -> Reals:
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(self.count * np.log1p(-beyond[0])))


class Ranked(_Join):
    """When the `rank`-th of `of` copies of one time is done."""

    __slots__ = ("of", "rank")

    def __init__(self, time: Distribution, rank: int, of: int) -> None:
        self.rank = rank
        self.of = of
        super().__init__(time)

    def _moments(self, means: list[float]) -> Moments | None:
        return ranked_if_few(means[0], self.rank, self.of)

    def _joined(self, beyond: list[Reals]) -> Reals:
        later = beyond[0]
        terms = (
            math.comb(self.of, done) * (1.0 - later) ** done * later ** (self.of - done)
            for done in range(self.rank)
        )
        return np.asarray(sum(terms))


class Resampled(Composed):
    """A time whose distribution function is made of that of another at other times: see attempts.py."""

    __slots__ = ("samples", "time")

    def __init__(self, time: Distribution, logs: Reals) -> None:
        self.time = time
        profile = profile_of(time)
        beyond = self._beyond(lambda at: profile.survival(np.log(at)), np.exp(logs))
        self.samples = _Samples(logs, beyond, time.at_zero)
        mean, variance = self.samples.mean, self.samples.variance
        deviation = math.sqrt(variance)
        sharpness = min(_KINKED, deviation / mean)
        super().__init__(mean, variance, time.at_zero, sharpness, deviation * (1.0 - time.at_zero))
        self.exact = False

    @abstractmethod
    def _beyond(self, once: Callable[[Reals], Reals], at: Reals) -> Reals:
        """P(T > t) for every t > 0 in `at`, where `once` gives it for the other time."""

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        return self.samples.transform(grid)

    def survival(self, at: Reals) -> Reals:
        """P(T > t) for every t > 0 in `at`: exact, without the grid."""
        return self._beyond(lambda moments: np.clip(self.time.survival(moments), 0.0, 1.0), at)


def fine_logs(first: float, last: float, more: float = 0.0) -> Reals:
    """As many logarithms of times as a join has at most, to the last from the first that matters beside it.

    As close together they go on for `more`.
    """
    first = max(first, last - _DECADES)
    further = math.ceil(more * (_MOST - 1) / (last - first))
    return np.linspace(first, last + more, _MOST + further)


def parallel(*branches: Distribution) -> Distribution:
    """All at once, until the slowest is done: the product of the branches' distribution functions."""
    lasting = tuple(branch for branch in branches if branch is not ZERO)
    if len(lasting) < 2:
        return require_time("branches", lasting[0]) if lasting else ZERO
    return _parallel(lasting)


def first_of(*branches: Distribution) -> Distribution:
    """All at once, until the quickest is done: the product of the probabilities of being later."""
    for branch in branches:
        require_time("branches", branch)
    if not branches or any(branch is ZERO for branch in branches):
        return ZERO
    return branches[0] if len(branches) == 1 else _first(branches)


def repeat_max(time: Distribution, count: float) -> Distribution:
    """The slowest of `count` independent copies: F^count. The count need not be whole, but at least 1."""
    require_time("time", time)
    require_number("count", count, 1.0)
    return time if count == 1.0 or time is ZERO else _repeat_max(time, count)


def order_statistic(time: Distribution, rank: int, of: int) -> Distribution:
    """When the `rank`-th of `of` independent copies is done: a quorum waits for so many of its members."""
    require_time("time", time)
    require_whole("of", of, 1)
    require_whole("rank", rank, 1, of, message=f"the {quote(rank)}-th of {quote(of)} copies does not exist")
    if rank == of:
        return repeat_max(time, float(of))
    return time if time is ZERO else _order_statistic(time, rank, of)


@remembered_formula(_REMEMBERED)
def _parallel(branches: tuple[Distribution, ...]) -> Distribution:
    for branch in branches:
        require_time("branches", branch)
    return Slowest(*branches)


@lru_cache(maxsize=_REMEMBERED)
def _first(branches: tuple[Distribution, ...]) -> Distribution:
    return Quickest(*branches)


@lru_cache(maxsize=_REMEMBERED)
def _repeat_max(time: Distribution, count: float) -> Distribution:
    return SlowestOf(time, count)


@lru_cache(maxsize=_REMEMBERED)
def _order_statistic(time: Distribution, rank: int, of: int) -> Distribution:
    return Ranked(time, rank, of)
