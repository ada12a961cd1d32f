"""The arithmetic of a time as a distribution: what it is put together of, down to the parts that are drawn from one.

With it anybody who can draw random numbers can work out every percentile again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.performance.attempts import Hedged, Retried
from designer.performance.distributions import Copies, Distribution, Gamma, Mixture, Sum, Wait
from designer.performance.joins import Quickest, Ranked, Slowest, SlowestOf
from designer.units import Dimension

METHOD = (
    "the parts are independent, each time that one is written anew; gamma(k, theta) is the gamma distribution of "
    "shape k and scale theta; what takes less than a nanosecond on average is left out"
)
NOTHING = 1e-9
"""Seconds. What takes less is told as nothing."""
_IDLE = 1e-12
"""A smaller rest of the probabilities is rounding."""


class _Definition(NamedTuple):
    formula: str  # without what it defines
    inputs: Sequence[Quantity] = ()
    parts: Sequence[Distribution] = ()
    method: str | None = None
    is_law: bool = False  # the formula says how likely the time is shorter or longer, not what it is


def explain_distribution(time: Distribution, symbol: str, names: Mapping[Distribution, str]) -> Arithmetic:
    """What the time is put together of. `names` are of parts that have one; `symbol` is that of the whole."""
    return _Teller(symbol, time, names).tell(time)


class _Teller:
    """Gives every part a symbol when it is first mentioned, and defines it once."""

    def __init__(self, symbol: str, whole: Distribution, names: Mapping[Distribution, str]) -> None:
        self._names = names
        self._symbols = {whole: symbol}
        self._order = [whole]  # as they are first mentioned

    def tell(self, whole: Distribution) -> Arithmetic:
        root = self._define(whole)
        told = self._write(whole, root)
        # Definitions mention further parts: the list grows on the way.
        steps = tuple([self._write(item, self._define(item)) for item in islice(self._order, 1, None)])
        return Arithmetic(told.formula, told.result, told.inputs, told.method or METHOD, steps)

    def _symbol(self, part: Distribution) -> str:
        if part not in self._symbols:
            self._symbols[part] = f"X{len(self._symbols)}"
            self._order.append(part)
        return self._symbols[part]

    def _mean(self, part: Distribution) -> Quantity:
        return Quantity(
            self._symbol(part), f"{self._names.get(part) or _kind(part)}, mean", part.mean, Dimension.TIME
        )

    def _write(self, item: Distribution, told: _Definition) -> Arithmetic:
        means = [self._mean(part) for part in dict.fromkeys(told.parts)]
        result = self._mean(item)
        formula = told.formula if told.is_law else f"{result.symbol} = {told.formula}"
        return Arithmetic(formula, result, (*told.inputs, *means), told.method)

    def _define(self, item: Distribution) -> _Definition:
        match item:
            case Gamma():
                return _Definition("gamma(k, theta)", _gamma(item))
            case Wait():
                waits = Quantity("C", "probability of having to wait", item.waits, Dimension.RATIO)
                return _Definition("0 with 1 - C, else gamma(k, theta)", (waits, *_gamma(item)))
            case Sum():
                parts = [part for part in _flattened(item) if part.mean >= NOTHING]
                return _Definition(" + ".join(map(self._symbol, parts)) or "0", parts=parts)
            case Mixture():
                return self._define_mixture(item)
            case Copies():
                times = Quantity("n", "times, one after the other", float(item.count), Dimension.COUNT)
                part = item.parts[0]
                return _Definition(f"sum of n times {self._symbol(part)}", (times,), (part,))
            case _:
                return self._define_join(item)

    def _define_join(self, item: Distribution) -> _Definition:
        """What happens at once, or again."""
        match item:
            case Slowest() | Quickest():
                name = "max" if isinstance(item, Slowest) else "min"
                symbols = ", ".join(map(self._symbol, item.branches))
                return _Definition(f"{name}({symbols})", parts=item.branches)
            case SlowestOf():
                return self._define_slowest_of(item)
            case Ranked():
                part = item.branches[0]
                inputs = (
                    Quantity("j", "how many have to be done", float(item.rank), Dimension.COUNT),
                    Quantity("n", "at once", float(item.of), Dimension.COUNT),
                )
                return _Definition(f"j-th of n times {self._symbol(part)}", inputs, (part,))
            case Hedged():
                after = Quantity("h", "later the call is made again", item.after, Dimension.TIME)
                once = self._symbol(item.time)
                return _Definition(f"min({once}, h + {once})", (after,), (item.time,))
            case Retried():
                return self._define_retried(item)
            case _:  # no other kind has parts or figures
                raise TypeError(f"{type(item).__name__} cannot be told")

    def _define_mixture(self, item: Mixture) -> _Definition:
        inputs, terms = [], []
        branches = [
            branch for branch in zip(item.weights, item.parts, strict=True) if branch[1].mean >= NOTHING
        ]
        for number, (weight, part) in enumerate(branches, 1):
            chance = Quantity(
                f"w{number}", f"chance that it is {self._symbol(part)}", weight, Dimension.RATIO
            )
            inputs.append(chance)
            terms.append(f"{self._symbol(part)} with {chance.symbol}")
        if _rest(item) > 0.0 or len(branches) < len(item.parts):
            terms.append("else 0" if terms else "0")
        return _Definition(", ".join(terms), inputs, [part for _, part in branches])

    def _define_slowest_of(self, item: SlowestOf) -> _Definition:
        part = item.branches[0]
        return _Definition(
            f"P({self._symbol(item)} <= x) = P({self._symbol(part)} <= x) ^ n",
            (Quantity("n", "at once", item.count, Dimension.COUNT),),
            (part,),
            "the slowest of n at once",
            is_law=True,
        )

    def _define_retried(self, item: Retried) -> _Definition:
        symbol, once = self._symbol(item), self._symbol(item.time)
        return _Definition(
            f"P({symbol} > x) = P({once} > t) ^ i P({once} > min(t, x - i t - (2^i - 1) b))",
            (
                Quantity("t", "after which a try is given up", item.timeout, Dimension.TIME),
                Quantity(
                    "b", "wait before the next try, twice as long each time", item.backoff, Dimension.TIME
                ),
                Quantity("r", "tries after the first, at most", float(item.retries), Dimension.COUNT),
            ),
            (item.time,),
            "i of 0 to r is the last try begun by x; after the last try it has ended",
            is_law=True,
        )


def _gamma(item: Gamma | Wait) -> tuple[Quantity, Quantity]:
    return (
        Quantity("k", "shape", item.shape, Dimension.COUNT),
        Quantity("theta", "scale", item.scale, Dimension.TIME),
    )


def _rest(item: Mixture) -> float:
    """The chance that it is none of its parts."""
    rest = 1.0 - math.fsum(item.weights)
    return rest if rest > _IDLE else 0.0


def _flattened(item: Sum) -> Iterator[Distribution]:
    """The terms of a sum, those of sums in it as well; with a stack of our own, since chains may be long."""
    stack: list[Distribution] = [item]
    while stack:
        part = stack.pop()
        if isinstance(part, Sum):
            stack.extend(reversed(part.parts))
        else:
            yield part


def _kind(item: Distribution) -> str:
    """What a part without a name is called."""
    match item:
        case Wait():
            return "a wait"
        case Sum() | Copies():
            return "one after the other"
        case Mixture():
            return "one of several" if _rest(item) == 0.0 else "now and then"
        case Slowest() | SlowestOf():
            return "the slowest of several"
        case Quickest() | Ranked():
            return "the quickest of several"
        case Hedged() | Retried():
            return "calls that may be made again"
        case _:
            return "a time"
