"""Times as distributions, not means: gammas and waiting times, in sequence, in branches and repeated.

A distribution is known by its Laplace-Stieltjes transform, which turns "one after the other" into a product and
"this or that" into a weighted sum, both exact. Percentiles come out by numerical inversion (inversion.py). What
happens at once ("the slowest of") is in joins.py. Parts are taken as independent of each other.

Everything here is immutable, and equal arguments give the very same object: constructors remember what they have made.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from designer.bounds import require_kind, require_number
from designer.errors import AnalysisError, quote
from designer.keeping import remembered_formula
from designer.performance.gamma import EXPONENTIAL_RATIO, GREATEST_RATIO, LEAST_RATIO, shape_of
from designer.performance.inversion import Complexes, Grid, Reals, invert, quantiles
from designer.performance.queueing import require_percentile

_REMEMBERED = 16_384
_WEIGHT_ERROR = 1e-6
_ROUNDING = 1e-12
"""So little more than a whole number of times is that number, rounded."""


class Distribution(ABC):
    """A random time of 0 or more seconds. `mean` and `variance` are exact; compared by identity."""

    __slots__ = ("_found", "_recipe", "at_zero", "exact", "mean", "parts", "sharpness", "variance", "width")

    def __init__(
        self,
        mean: float,
        variance: float,
        at_zero: float,
        sharpness: float,
        width: float,
        parts: tuple[Distribution, ...] = (),
    ) -> None:
        self.mean = mean  # seconds
        self.variance = variance  # seconds squared
        self.at_zero = at_zero  # probability of taking no time at all
        self.sharpness = sharpness  # smallest coefficient of variation in sight: inversion needs to know
        self.width = width  # seconds over which it smears out what it is added to
        self.parts = parts  # whose transforms this one's is made of
        self.exact = True  # no part's transform comes from samples
        for part in parts:
            if not part.exact:
                self.exact = False
        self._recipe: _Recipe | None = None
        self._found: dict[tuple[float, ...], tuple[float, ...]] = {}

    @abstractmethod
    def on(self, grid: Grid) -> Complexes:
        """E[exp(-s T)] at every point of the grid."""

    def survival(self, at: Reals) -> Reals:
        """P(T > t) for every t > 0 in `at`."""
        return invert(self, at)[0]

    def cdf(self, time: float) -> float:
        """P(T <= time), a number of seconds."""
        require_number("time", time)
        if time <= 0.0:
            return self.at_zero if time == 0.0 else 0.0
        return float(np.clip(1.0 - self.survival(np.array([time]))[0], 0.0, 1.0))

    def quantiles(self, percentiles: Sequence[float]) -> tuple[float, ...]:
        """The percentiles (each 0 or more and below 100), in seconds."""
        wanted = tuple(percentiles)
        if wanted not in self._found:
            for percentile in wanted:
                require_percentile(percentile)
            self._found[wanted] = tuple(float(value) for value in quantiles(self, wanted))
        return self._found[wanted]


class Composed(Distribution):
    """A distribution with a transform of its own, made of those of its parts, if it has any."""

    __slots__ = ()

    def on(self, grid: Grid) -> Complexes:
        """E[exp(-s T)] at every point of the grid, that of each part computed once."""
        if self._recipe is None:
            self._recipe = _Recipe(self)
        return self._recipe.follow(grid, self)

    @abstractmethod
    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        """E[exp(-s T)] at every point of the grid, from the transforms of the parts."""


class Gamma(Distribution):
    """Gamma with `shape` and `scale`; `clamped` when the percentile asked for is beyond what a gamma can have."""

    __slots__ = ("clamped", "scale", "shape", "waits")

    def __init__(self, shape: float, scale: float, *, clamped: bool = False) -> None:
        # With a shape below 1 most of it is next to 0, where it leaves sharp what it is added to.
        width = math.sqrt(shape) * scale * min(1.0, shape)
        super().__init__(shape * scale, shape * scale**2, 0.0, 1.0 / math.sqrt(shape), width)
        self.shape = shape
        self.scale = scale
        self.waits = 1.0  # the probability of not being 0
        self.clamped = clamped

    def on(self, grid: Grid) -> Complexes:
        """E[exp(-s T)] at every point of the grid."""
        return np.asarray((1.0 + self.scale * grid.values) ** -self.shape)


class _Recipe:
    """In which order the transforms of a distribution's parts are computed: gammas and waits in one go, then the rest.

    It does not know the distribution itself, so that the two do not keep each other alive.
    """

    __slots__ = ("_chances", "_gammas", "_others", "_scales", "_shapes")

    def __init__(self, root: Distribution) -> None:
        order = _parts_first(root)
        self._gammas = [item for item in order if isinstance(item, (Gamma, Wait))]
        gammas = frozenset(self._gammas)
        self._others = [item for item in order if isinstance(item, Composed) and item not in gammas][:-1]
        self._shapes = np.array([item.shape for item in self._gammas])[:, None, None]
        self._scales = np.array([item.scale for item in self._gammas])[:, None, None]
        self._chances = np.array([item.waits for item in self._gammas])[:, None, None]

    def follow(self, grid: Grid, root: Composed) -> Complexes:
        """The transform of the root, whose recipe this is."""
        known: dict[Distribution, Complexes] = {}
        if self._gammas:
            known.update(zip(self._gammas, self._transform_gammas(grid), strict=True))
        for item in self._others:
            known[item] = item.transform(grid, known)
        return root.transform(grid, known)

    def _transform_gammas(self, grid: Grid) -> Complexes:
        """(1 + scale s)^-shape of all gammas, its logarithm in real arithmetic: much faster than in complex."""
        real = 1.0 + self._scales * grid.values.real
        imaginary = self._scales * grid.values.imag
        logarithms = np.empty(real.shape, dtype=np.complex128)
        logarithms.real = -0.5 * self._shapes * np.log(real * real + imaginary * imaginary)
        logarithms.imag = -self._shapes * np.arctan2(imaginary, real)
        return np.asarray((1.0 - self._chances) + self._chances * np.exp(logarithms))


def _parts_first(root: Distribution) -> list[Distribution]:
    """All that a distribution is made of, itself last; with a stack of our own, since chains may be long."""
    order: dict[Distribution, None] = {}
    stack = [root]
    while stack:
        item = stack[-1]
        missing = [part for part in item.parts if part not in order]
        if missing:
            stack.extend(missing)
        else:
            order[stack.pop()] = None
    return list(order)


class _Zero(Composed):
    __slots__ = ()

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        return np.ones(grid.values.shape, dtype=np.complex128)


ZERO: Distribution = _Zero(0.0, 0.0, 1.0, math.inf, 0.0)
"""No time at all."""


class Wait(Composed):
    """A wait: 0, or with probability `waits` a gamma of that shape and scale (exponential, where the shape is 1)."""

    __slots__ = ("scale", "shape", "waits")

    def __init__(self, waits: float, shape: float, scale: float) -> None:
        mean = shape * scale
        second = mean * (mean + scale)
        super().__init__(
            waits * mean,
            waits * second - (waits * mean) ** 2,
            1.0 - waits,
            1.0 / math.sqrt(max(1.0, shape)),
            waits * waits * math.sqrt(shape) * scale * min(1.0, shape),
        )
        self.waits = waits
        self.shape = shape
        self.scale = scale

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        step = 1.0 + self.scale * grid.values
        return (1.0 - self.waits) + self.waits * (1.0 / step if self.shape == 1.0 else step**-self.shape)


class Sum(Composed):
    """One part after the other."""

    __slots__ = ()

    def __init__(self, parts: tuple[Distribution, ...]) -> None:
        mean = variance = square = 0.0
        at_zero = 1.0
        for part in parts:
            mean += part.mean
            variance += part.variance
            at_zero *= part.at_zero
            square += part.width**2
        width = math.sqrt(square)
        super().__init__(mean, variance, at_zero, width / mean, width, parts)

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        first, second, *rest = self.parts
        product = known[first] * known[second]
        for part in rest:
            product *= known[part]
        return product


class Mixture(Composed):
    """One of the parts, with these probabilities, or else nothing."""

    __slots__ = ("weights",)

    def __init__(self, branches: tuple[tuple[float, Distribution], ...]) -> None:
        mean = second = at_zero = 0.0
        for weight, branch in branches:
            mean += weight * branch.mean
            second += weight * (branch.variance + branch.mean**2)
            at_zero += weight * branch.at_zero
        sharpness = min(branch.sharpness for _, branch in branches)
        lasting = [(weight, branch) for weight, branch in branches if branch is not ZERO]
        parts = tuple([branch for _, branch in lasting])
        width = min(sharpness, 1.0) * mean * (1.0 - min(1.0, at_zero))
        super().__init__(mean, max(0.0, second - mean**2), min(1.0, at_zero), sharpness, width, parts)
        self.weights = [weight for weight, _ in lasting]

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        total = self.weights[0] * known[self.parts[0]]
        for weight, part in zip(self.weights[1:], self.parts[1:], strict=True):
            total += weight * known[part]
        # What takes no time has transform 1.
        idle = 1.0 - sum(self.weights)
        return total + idle if idle > 0.0 else total


class Copies(Composed):
    """The sum of `count` independent copies, for a whole `count`."""

    __slots__ = ("count",)

    def __init__(self, base: Distribution, count: int) -> None:
        root = math.sqrt(count)
        super().__init__(
            base.mean * count,
            base.variance * count,
            base.at_zero**count,
            base.sharpness / root,
            base.width * root,
            (base,),
        )
        self.count = count

    def transform(self, grid: Grid, known: Mapping[Distribution, Complexes]) -> Complexes:
        return known[self.parts[0]] ** self.count


def require_time(field: str, value: Distribution) -> Distribution:
    """What was given, if it is one; raises AnalysisError for anything else."""
    require_kind(field, value, Distribution, "a distribution of times")
    return value


@remembered_formula(_REMEMBERED)
def gamma(shape: float, scale: float) -> Distribution:
    """The gamma distribution of that shape and scale (seconds)."""
    require_number("shape", shape, 0.0, above=True)
    require_number("scale", scale, 0.0, above=True)
    return Gamma(shape, scale)


def exponential(mean: float) -> Distribution:
    """The exponential distribution of that mean (seconds); no time at all for a mean of 0."""
    require_number("mean", mean, 0.0)
    return gamma_from(mean, mean * EXPONENTIAL_RATIO)


@remembered_formula(_REMEMBERED)
def gamma_from(mean: float, p99: float) -> Distribution:
    """The gamma of that mean and 99th percentile (seconds); no time at all for a mean of 0.

    A gamma cannot have every 99th percentile: beyond 1.047 to 28.34 times the mean the mean is kept, the nearest
    percentile is used, and the result is marked as `clamped`.
    """
    require_number("mean", mean, 0.0)
    require_number("p99", p99, 0.0)
    if mean == 0.0:
        return ZERO
    ratio = p99 / mean
    shape = shape_of(ratio)
    return Gamma(shape, mean / shape, clamped=not LEAST_RATIO <= ratio <= GREATEST_RATIO)


@remembered_formula(_REMEMBERED)
def wait(waits: float, mean: float, variability: float = 1.0) -> Distribution:
    """Nothing, or with probability `waits` a gamma of that squared coefficient of variation; `mean` is that of all.

    No time at all where nobody waits.
    """
    require_number("waits", waits, 0.0, 1.0)
    require_number("mean", mean, 0.0)
    require_number("variability", variability, 0.0, above=True)
    if waits == 0.0 or mean == 0.0:
        return ZERO
    return Wait(waits, 1.0 / variability, mean / waits * variability)


def sequence(*parts: Distribution) -> Distribution:
    """One after the other: the sum of independent times."""
    lasting = tuple([part for part in parts if part is not ZERO])
    if len(lasting) < 2:
        return require_time("parts", lasting[0]) if lasting else ZERO
    return _sequence(lasting)


@remembered_formula(_REMEMBERED)
def then(first: Distribution, second: Distribution) -> Distribution:
    """One time and then another: as `sequence`, quicker to ask for again."""
    return sequence(first, second)


def mixture(branches: Iterable[tuple[float, Distribution]]) -> Distribution:
    """One of several: each with its probability. The probabilities must add up to 1."""
    possible = [(weight, require_time("branches", branch)) for weight, branch in branches if weight != 0.0]
    for weight, _ in possible:
        require_number("weights", weight, 0.0)
    total = sum([weight for weight, _ in possible])
    if abs(total - 1.0) > _WEIGHT_ERROR:
        said = f"the branches have a total probability of {quote(total)}"
        raise AnalysisError(said, field="weights", expected="a total of 1")
    return mix(tuple([(weight / total, branch) for weight, branch in possible]))


@remembered_formula(_REMEMBERED)
def mix(branches: tuple[tuple[float, Distribution], ...]) -> Distribution:
    """As `mixture`, of branches whose probabilities are known to be above 0 and to add up to 1."""
    require_kind("branches", branches, tuple, "a tuple of branches, each with its probability")
    for _, branch in branches:
        require_time("branches", branch)
    first = branches[0][1]
    if all(branch is first for _, branch in branches):
        return first
    return Mixture(branches)


@remembered_formula(_REMEMBERED)
def sometimes(chance: float, time: Distribution) -> Distribution:
    """That time with a probability between 0 and 1, else none."""
    require_number("chance", chance, 0.0, 1.0)
    require_time("time", time)
    return ZERO if time is ZERO else Mixture(((chance, time), (1.0 - chance, ZERO)))


def power(time: Distribution, count: float) -> Distribution:
    """`count` times in sequence. A count between two whole numbers is the lower or the higher, to that average."""
    require_number("count", count, 0.0)
    require_time("time", time)
    whole = math.floor(count + _ROUNDING)
    part = max(0.0, count - whole)
    part = part if part > _ROUNDING else 0.0
    repeated = ZERO if whole == 0 or time is ZERO else time if whole == 1 else _power(time, whole)
    if part == 0.0:
        return repeated
    return sequence(repeated, mixture(((1.0 - part, ZERO), (part, time))))


@remembered_formula(_REMEMBERED)
def _sequence(parts: tuple[Distribution, ...]) -> Distribution:
    for part in parts:
        require_time("parts", part)
    return Sum(parts)


@lru_cache(maxsize=_REMEMBERED)
def _power(time: Distribution, count: int) -> Distribution:
    if isinstance(time, Gamma):
        return Gamma(time.shape * count, time.scale, clamped=time.clamped)
    return Copies(time, count)
