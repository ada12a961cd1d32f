"""What the caller sees of a call that may be given up, tried again, or made twice at a time.

A try ends with the answer or, after `timeout`, without; then, after a wait that doubles each time (`backoff`), comes
the next try, with a time of its own. After the last try there is no answer, and the call ends then. A hedged call is
made a second time when there was no answer by `hedge_after`, and the first answer of the two counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from designer.bounds import require_number, require_whole
from designer.design.model import Connection
from designer.keeping import remembered_formula
from designer.performance.distributions import ZERO, Distribution, gamma, require_time, sequence, sometimes
from designer.performance.inversion import Reals
from designer.performance.joins import Resampled, fine_logs
from designer.performance.profiles import profile_of

Survival = Callable[[Reals], Reals]

_NEGLIGIBLE = 1e-9
"""A try that is given up less often than this is never given up."""

_PAST = 1e-12
"""So little later, in log t, there is nothing left of what has an end, however the end is rounded."""

_STEADY = 400.0
"""Shape of a gamma that stands for a fixed time: it varies by 5 %, without which inversion would be slow."""


def seen_by_caller(time: Distribution, policy: Connection, errors: float) -> Distribution:
    """The time until the caller has an answer or has given up, of calls that take `time`, by the connection's policy.

    `errors` is the part of the tries that fail at their end. Budgets and deadlines are left out of account here.
    """
    if time is ZERO:
        return time
    if policy.hedge_after is not None:
        time = hedged(time, policy.hedge_after)
    backoff = policy.backoff or 0.0
    if policy.timeout is not None:
        time = retried(time, policy.timeout, policy.retries, backoff)
    again = time
    for number in reversed(range(policy.retries if errors > 0.0 else 0)):
        again = sequence(time, sometimes(errors, sequence(lasting(backoff * 2.0**number), again)))
    return again


def seen_in_vain(policy: Connection) -> Distribution | None:
    """The time until the caller gives up on what never answers; None where it does not give up."""
    if policy.timeout is None:
        return None
    return lasting(patience(policy.timeout, policy.backoff or 0.0, policy.retries))


def waited(backoff: float, again: Reals | float) -> Reals | float:
    """Seconds that a caller has waited before so many tries after the first: b + 2 b + 4 b + ..."""
    return backoff * (np.exp2(again) - 1.0)


def patience(timeout: float, backoff: float, again: int) -> float:
    """Seconds after which whoever tries so many times again has given up, whatever happens."""
    require_number("timeout", timeout, 0.0)
    require_number("backoff", backoff, 0.0)
    require_whole("again", again, 0)
    return timeout * (again + 1) + float(waited(backoff, again))


def lasting(seconds: float) -> Distribution:
    """A time that is always as good as the same."""
    require_number("seconds", seconds, 0.0)
    return ZERO if seconds == 0.0 else gamma(_STEADY, seconds / _STEADY)


@remembered_formula(256)
def hedged(time: Distribution, after: float) -> Distribution:
    """The first of a call and of one made `after` seconds later if there is no answer by then."""
    require_time("time", time)
    require_number("after", after, 0.0, above=True)
    return time if float(time.survival(np.array([after]))[0]) < _NEGLIGIBLE else Hedged(time, after)


@remembered_formula(256)
def retried(time: Distribution, timeout: float, retries: int, backoff: float = 0.0) -> Distribution:
    """A call that is given up after `timeout` seconds and made again, at most `retries` times, after the waits."""
    require_time("time", time)
    require_number("timeout", timeout, 0.0, above=True)
    require_whole("retries", retries, 0)
    require_number("backoff", backoff, 0.0)
    return (
        time
        if float(time.survival(np.array([timeout]))[0]) < _NEGLIGIBLE
        else Retried(time, timeout, retries, backoff)
    )


class Hedged(Resampled):
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


class Retried(Resampled):
    """P(T > t) = p^i S(t - s) in the i-th try after the first, which begins at s = i timeout + (2^i - 1) backoff.

    In the wait after that try it is p^(i + 1), and after the last try 0.
    """

    __slots__ = ("backoff", "retries", "starts", "timeout")

    def __init__(self, time: Distribution, timeout: float, retries: int, backoff: float) -> None:
        numbers = np.arange(retries + 1.0)
        self.timeout = timeout
        self.retries = retries
        self.backoff = backoff
        self.starts = numbers * timeout + waited(backoff, numbers)
        busy = math.log(timeout * (retries + 1))
        waits = math.log((self.starts[-1] + timeout) / (timeout * (retries + 1)))
        first = min(float(profile_of(time).knots[0]), busy - 1.0)
        super().__init__(time, fine_logs(first, busy + _PAST, waits))

    def _beyond(self, once: Survival, at: Reals) -> Reals:
        given_up = once(np.array([self.timeout]))[0]
        number = np.searchsorted(self.starts, at, side="right") - 1
        left = np.clip(at - self.starts[number], _NEGLIGIBLE * self.timeout, self.timeout)
        found = given_up**number * once(left)
        return np.asarray(np.where(at >= self.starts[-1] + self.timeout, 0.0, found))
