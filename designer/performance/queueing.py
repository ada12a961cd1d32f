"""Formulas of queueing theory, each under its author's name. Rates are per second, times are seconds.

A station has `servers` parallel servers, requests arrive at `rate` and occupy a server for `service_time` on average.
The *offered load* (in erlangs) is `rate * service_time`, the *utilisation* is that over `servers`. At a utilisation of
1 or more there is no steady state, and every function that needs one raises AnalysisError.

Sources: L. Kleinrock, "Queueing Systems" vol. 1 (1975); W. Whitt, "Approximations for the GI/G/m queue", Production and
Operations Management 2(2), 1993; N. Gunther, "Guerrilla Capacity Planning" (2007).
"""

from __future__ import annotations

import math
from functools import lru_cache

from designer.errors import AnalysisError, quote

_START_DEVIATIONS = 12.0
"""Erlang's recursion forgets its start: begun this many square roots of the load below it, the error is e^-72."""
_VANISHED = 1e300
"""When the reciprocal of a probability exceeds this, the probability is 0 in floating point."""


@lru_cache(maxsize=65_536)
def erlang_b(servers: int, offered: float) -> float:
    """Erlang B: probability that all `servers` are busy when `offered` erlangs arrive and nobody waits.

    By the recursion 1/B(k) = 1 + k/a / B(k-1) (Erlang 1917), which neither overflows nor cancels. For large loads it
    starts below the load instead of at zero, where the recursion has no memory left of where it began.
    """
    _require_servers(servers)
    _require_positive("offered", offered, zero=True)
    if offered == 0.0:
        return 1.0 if servers == 0 else 0.0
    start = max(0, math.floor(min(offered, servers) - _START_DEVIATIONS * math.sqrt(offered)))
    reciprocal = offered / (offered - start) if start else 1.0
    for busy in range(start + 1, servers + 1):
        reciprocal = 1.0 + busy / offered * reciprocal
        if reciprocal > _VANISHED:
            return 0.0
    return 1.0 / reciprocal


def erlang_c(servers: int, offered: float) -> float:
    """Erlang C: probability that an arrival has to wait in M/M/c. Needs offered < servers."""
    _require_servers(servers, least=1)
    _require_steady(servers, offered)
    blocked = erlang_b(servers, offered)
    utilisation = offered / servers
    return blocked / (1.0 - utilisation * (1.0 - blocked))


def mean_wait_mmc(servers: int, rate: float, service_time: float) -> float:
    """Mean time in the queue of M/M/c: C(c, a) s / (c - a)."""
    offered = _offered(rate, service_time)
    return erlang_c(servers, offered) * service_time / (servers - offered)


def wait_quantile_mmc(servers: int, rate: float, service_time: float, percentile: float) -> float:
    """The `percentile` (0 to 100) of the time in the queue of M/M/c, first come first served.

    P(W > t) = C exp(-(c - a) t / s), so those who do not wait at all may make up the percentile: then it is 0.
    """
    tail = _tail(percentile)
    offered = _offered(rate, service_time)
    waiting = erlang_c(servers, offered)
    return 0.0 if waiting <= tail else math.log(waiting / tail) * service_time / (servers - offered)


def sojourn_mmc(servers: int, rate: float, service_time: float) -> float:
    """Mean time in M/M/c, queue and service together."""
    return mean_wait_mmc(servers, rate, service_time) + service_time


def sojourn_mm1(rate: float, service_time: float) -> float:
    """Mean time in M/M/1, queue and service together: s / (1 - rho)."""
    offered = _offered(rate, service_time)
    _require_steady(1, offered)
    return service_time / (1.0 - offered)


def sojourn_quantile_mm1(rate: float, service_time: float, percentile: float) -> float:
    """The `percentile` (0 to 100) of the time in M/M/1, which is exponential."""
    return sojourn_mm1(rate, service_time) * -math.log(_tail(percentile))


def pollaczek_khinchine(rate: float, service_time: float, service_variation: float) -> float:
    """Mean time in the queue of M/G/1: rho s (1 + cs^2) / (2 (1 - rho)).

    `service_variation` is the coefficient of variation of the service time: 1 for exponential, 0 for constant.
    """
    _require_positive("service_variation", service_variation, zero=True)
    offered = _offered(rate, service_time)
    _require_steady(1, offered)
    return offered * service_time * (1.0 + service_variation**2) / (2.0 * (1.0 - offered))


def kingman(rate: float, service_time: float, arrival_variation: float, service_variation: float) -> float:
    """Mean time in the queue of G/G/1, Kingman's approximation: (ca^2 + cs^2)/2 rho/(1 - rho) s.

    The variations are coefficients of variation. Exact for M/G/1.
    """
    return allen_cunneen(1, rate, service_time, arrival_variation, service_variation)


def allen_cunneen(
    servers: int, rate: float, service_time: float, arrival_variation: float, service_variation: float
) -> float:
    """Mean time in the queue of G/G/c, the Allen-Cunneen approximation: (ca^2 + cs^2)/2 times that of M/M/c."""
    _require_positive("arrival_variation", arrival_variation, zero=True)
    _require_positive("service_variation", service_variation, zero=True)
    variability = (arrival_variation**2 + service_variation**2) / 2.0
    return variability * mean_wait_mmc(servers, rate, service_time)


def little(rate: float, time: float) -> float:
    """Little's law: the mean number inside is the rate of arrival times the mean time spent inside."""
    _require_positive("rate", rate, zero=True)
    _require_positive("time", time, zero=True)
    return 0.0 if rate == 0.0 else rate * time


def universal_scalability(machines: float, contention: float, coherence: float) -> float:
    """Gunther's universal scalability law: throughput of `machines` relative to one of them.

    N / (1 + sigma (N - 1) + kappa N (N - 1)), with sigma = `contention` and kappa = `coherence`.
    """
    _require_positive("machines", machines)
    _require_positive("contention", contention, zero=True)
    _require_positive("coherence", coherence, zero=True)
    others = machines - 1.0
    return machines / (1.0 + contention * others + coherence * machines * others)


def universal_scalability_peak(contention: float, coherence: float) -> float:
    """The number of machines beyond which more of them slow each other down: sqrt((1 - sigma) / kappa)."""
    _require_positive("contention", contention, zero=True)
    _require_positive("coherence", coherence, zero=True)
    if coherence == 0.0:
        return math.inf
    return math.sqrt(max(0.0, 1.0 - contention) / coherence)


def _offered(rate: float, service_time: float) -> float:
    _require_positive("rate", rate, zero=True)
    _require_positive("service_time", service_time, zero=True)
    return rate * service_time


def _tail(percentile: float) -> float:
    if not 0.0 <= percentile < 100.0:
        raise AnalysisError(
            f"{quote(percentile)} is not a percentile", field="percentile", expected="0 or more and below 100"
        )
    return 1.0 - percentile / 100.0


def _require_servers(servers: int, least: int = 0) -> None:
    if servers != int(servers) or servers < least:
        message = f"{quote(servers)} servers cannot serve anybody"
        raise AnalysisError(message, field="servers", expected=f"a whole number, {least} or more")


def _require_positive(field: str, value: float, *, zero: bool = False) -> None:
    if not (math.isfinite(value) and (value > 0.0 or (zero and value == 0.0))):
        expected = "a number, 0 or more" if zero else "a number above 0"
        raise AnalysisError(
            f"{field.replace('_', ' ')} cannot be {quote(value)}", field=field, expected=expected
        )


def _require_steady(servers: int, offered: float) -> None:
    _require_positive("offered", offered, zero=True)
    if offered >= servers:
        raise AnalysisError(
            f"{offered:.6g} erlangs are offered to {servers} servers, so the queue grows without end",
            field="utilisation",
            expected="a utilisation below 1",
        )
