"""What the caller sees of a call that may be given up, tried again, or made twice at a time.

A try ends with the answer or, after `timeout`, without; then comes the next try, with a time of its own. After the
last try there is no answer, and the call ends then. Pauses between tries are not counted. A hedged call is made a
second time when there was no answer by `hedge_after`, and the first answer of the two counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from designer.design.model import Connection
from designer.performance.distributions import ZERO, Distribution, sequence, sometimes
from designer.performance.inversion import Reals
from designer.performance.joins import Resampled, fine_logs, profile_of

Survival = Callable[[Reals], Reals]

_NEGLIGIBLE = 1e-9
"""A try that is given up less often than this is never given up."""


def seen_by_caller(time: Distribution, policy: Connection, errors: float) -> Distribution:
    """The time until the caller has an answer or has given up, of calls that take `time`, by the connection's policy.

    `errors` is the part of the tries that fail at their end. Budgets and deadlines are left out of account here.
    """
    if time is ZERO:
        return time
    if policy.hedge_after is not None:
        time = hedged(time, policy.hedge_after)
    if policy.timeout is not None:
        time = retried(time, policy.timeout, policy.retries)
    again = time
    for _ in range(policy.retries if errors > 0.0 else 0):
        again = sequence(time, sometimes(errors, again))
    return again


@lru_cache(maxsize=256)
def hedged(time: Distribution, after: float) -> Distribution:
    """The first of a call and of one made `after` seconds later if there is no answer by then."""
    return time if float(time.survival(np.array([after]))[0]) < _NEGLIGIBLE else _Hedged(time, after)


@lru_cache(maxsize=256)
def retried(time: Distribution, timeout: float, retries: int) -> Distribution:
    """A call that is given up after `timeout` seconds and made again, at most `retries` times."""
    return (
        time
        if float(time.survival(np.array([timeout]))[0]) < _NEGLIGIBLE
        else _Retried(time, timeout, retries)
    )


class _Hedged(Resampled):
    """P(T > t) = S(t) S(t - h), with S(t) = 1 before 0."""

    __slots__ = ("after",)

    def __init__(self, time: Distribution, after: float) -> None:
        self.after = after
        knots = profile_of(time).knots
        super().__init__(time, fine_logs(float(knots[0]), max(float(knots[-1]), math.log(after))))

    def _beyond(self, once: Survival, at: Reals) -> Reals:
        later = np.ones_like(at)
        second = at > self.after
        later[second] = once(at[second] - self.after)
        return once(at) * later


class _Retried(Resampled):
    """P(T > t) = p^i S(t - i timeout) for i = floor(t / timeout) up to the retries, and 0 after the last try."""

    __slots__ = ("retries", "timeout")

    def __init__(self, time: Distribution, timeout: float, retries: int) -> None:
        self.timeout = timeout
        self.retries = retries
        end = math.log(timeout * (retries + 1))
        super().__init__(time, fine_logs(min(float(profile_of(time).knots[0]), end - 1.0), end))

    def _beyond(self, once: Survival, at: Reals) -> Reals:
        given_up = once(np.array([self.timeout]))[0]
        tries = np.floor(at / self.timeout)
        left = np.maximum(at - tries * self.timeout, _NEGLIGIBLE * self.timeout)
        found = given_up**tries * once(left)
        return np.asarray(np.where(tries > self.retries, 0.0, found))
