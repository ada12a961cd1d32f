"""Formulas of queueing theory, each under its author's name. Rates are per second, times are seconds.

A station has `servers` parallel servers, requests arrive at `rate` and occupy a server for `service_time` on average.
The *offered load* (in erlangs) is `rate * service_time`, the *utilisation* is that over `servers`. At a utilisation of
1 or more there is no steady state, and every function that needs one raises AnalysisError.

Sources: L. Kleinrock, "Queueing Systems" vol. 1 (1975); W. Whitt, "Approximations for the GI/G/m queue", Production and
Operations Management 2(2), 1993; M. Björklund and A. Elldin, "A practical method of calculation for certain types of
complex common control systems", Ericsson Technics 20, 1964; G. Cosmetatos, "Approximate explicit formulae for the
average queueing time in the processes (M/D/r) and (D/M/r)", INFOR 13, 1975; N. Gunther, "Guerrilla Capacity Planning"
(2007).
"""

from __future__ import annotations

import math

from designer.bounds import is_number, require_number, require_whole
from designer.errors import AnalysisError, quote
from designer.keeping import remembered_formula

_START_DEVIATIONS = 12.0
"""Erlang's recursion forgets its start: begun this many square roots of the load below it, the error is e^-72."""
_VANISHED = 1e300
"""When the reciprocal of a probability exceeds this, the probability is 0 in floating point."""
_MOST_COSMETATOS = 0.24
"""Where few wait at all Cosmetatos' correction grows without reason: Whitt (1993, formula 2.17) ends it here."""
_ROOT_STEPS = 200


@remembered_formula(65_536)
def erlang_b(servers: int, offered: float) -> float:
    """Erlang B: probability that all `servers` are busy when `offered` erlangs arrive and nobody waits.

    By the recursion 1/B(k) = 1 + k/a / B(k-1) (Erlang 1917), which neither overflows nor cancels. For large loads it
    starts below the load instead of at zero, where the recursion has no memory left of where it began.
    """
    _require_servers(servers)
    require_number("offered", offered, 0.0)
    if offered == 0.0:
        return 1.0 if servers == 0 else 0.0
    start = max(0, math.floor(min(offered, servers) - _START_DEVIATIONS * math.sqrt(offered)))
    reciprocal = offered / (offered - start) if start else 1.0
    for busy in range(start + 1, servers + 1):
        reciprocal = 1.0 + busy / offered * reciprocal
        if reciprocal > _VANISHED:
            return 0.0
    return 1.0 / reciprocal


@remembered_formula(16_384)
def erlang_c(servers: int, offered: float) -> float:
    """Erlang C: probability that an arrival has to wait in M/M/c. Needs offered < servers."""
    _require_servers(servers, least=1)
    _require_steady(servers, offered)
    blocked = erlang_b(servers, offered)
    utilisation = offered / servers
    return blocked / (1.0 - utilisation * (1.0 - blocked))


def mean_wait_mmc(servers: int, rate: float, service_time: float) -> float:
    """Mean time in the queue of M/M/c: C(c, a) s / (c - a)."""
    _require_servers(servers, least=1)
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
    require_number("service_variation", service_variation, 0.0)
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
    require_number("arrival_variation", arrival_variation, 0.0)
    require_number("service_variation", service_variation, 0.0)
    variability = (arrival_variation**2 + service_variation**2) / 2.0
    return variability * mean_wait_mmc(servers, rate, service_time)


def mean_wait_mdc(servers: int, rate: float, service_time: float) -> float:
    """Mean time in the queue of M/D/c, Cosmetatos' approximation: half that of M/M/c times one plus a correction.

    Exact for one server. Within 1.5 % of the exact value where at least one in ten waits; below that up to 20 %, of
    waits that are less than a hundredth of the service time.
    """
    exponential = mean_wait_mmc(servers, rate, service_time)
    share = cosmetatos(servers, _offered(rate, service_time) / servers)
    return (1.0 + share) / 2.0 * exponential


def mean_wait_mgc(servers: int, rate: float, service_time: float, service_variation: float) -> float:
    """Mean time in the queue of M/G/c by Björklund and Elldin: on the line from M/D/c to M/M/c, and on beyond.

    `service_variation` is the coefficient of variation of the service time. Exact for M/M/c and for one server
    (Pollaczek and Khinchine). With gamma service times of a variation of at most 2 it is within 6 % where at least one
    in ten waits, and within 12 % (0.5 % of the service time) elsewhere; at a variation of 3 within 9 % and 20 %.
    """
    require_number("service_variation", service_variation, 0.0)
    exponential = mean_wait_mmc(servers, rate, service_time)
    utilisation = _offered(rate, service_time) / servers
    return wait_factor(servers, utilisation, service_variation**2) * exponential


def wait_factor(servers: int, utilisation: float, variability: float) -> float:
    """How much longer the mean wait of M/G/c is than that of M/M/c; `variability` is the squared variation."""
    require_number("variability", variability, 0.0)
    constant = (1.0 + cosmetatos(servers, utilisation)) / 2.0
    return variability + (1.0 - variability) * constant


def cosmetatos(servers: int, utilisation: float) -> float:
    """By how much more than half of that of M/M/c the mean wait of M/D/c is, as a part of it."""
    _require_servers(servers, least=1)
    require_number("utilisation", utilisation, 0.0, 1.0)
    if servers == 1 or utilisation == 0.0:
        return 0.0
    grown = (1.0 - utilisation) * (servers - 1) * (math.sqrt(4.0 + 5.0 * servers) - 2.0)
    return min(_MOST_COSMETATOS, grown / (16.0 * servers * utilisation))


def conditional_variability(utilisation: float, variability: float, skewness: float) -> float:
    """Squared coefficient of variation of the wait of those who wait.

    2 rho - 1 + 4 (1 - rho) m3 / (3 (1 + v)^2), with `variability` v that of the service time and `skewness`
    m3 = E[S^3] / E[S]^3. Exact for M/G/1 (Takacs' recursion for its moments) and for M/M/c; elsewhere Whitt 1993.
    """
    require_number("utilisation", utilisation, 0.0, 1.0)
    require_number("variability", variability, 0.0)
    require_number("skewness", skewness, 0.0)
    return 2.0 * utilisation - 1.0 + 4.0 * (1.0 - utilisation) * skewness / (3.0 * (1.0 + variability) ** 2)


def regular_root(utilisation: float, stages: float) -> float:
    """Probability of having to wait at a single server with exponential service and Erlang arrivals: E_k/M/1.

    The root below 1 of x = (k rho / (k rho + 1 - x))^k, Kleinrock 1975, 6.4; `stages` k need not be whole.
    """
    require_number("stages", stages, 0.0, above=True)
    _require_steady(1, utilisation)
    if stages == 1.0 or utilisation == 0.0:
        return utilisation
    low, high = 0.0, utilisation if stages > 1.0 else 1.0 - 1e-15
    for _ in range(_ROOT_STEPS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        lasting = stages * utilisation
        below = (lasting / (lasting + 1.0 - middle)) ** stages > middle
        low, high = (middle, high) if below else (low, middle)
    return high


def limited_queue(servers: int, places: int, offered: float) -> tuple[float, float]:
    """M/M/c/K: the part of the arrivals that is turned away, and the mean number in the system.

    `places` K are those at the servers and those to wait in: an arrival that finds K is turned away. There is a steady
    state at any load. By the balance equations of a birth-death process (Kleinrock 1975, 3.6).
    """
    _require_servers(servers, least=1)
    require_whole("places", places, servers)
    require_number("offered", offered, 0.0)
    return _birth_and_death([offered / min(count, servers) for count in range(1, places + 1)])


def machine_repair(machines: int, repairers: int, load: float) -> tuple[float, float]:
    """A finite source, M/M/c//N: the mean number of machines that are down, and the part of the repairers at work.

    Each of `machines` works for an exponential time and then waits for one of `repairers`; `load` is the mean time of
    a repair over the mean time of working. (Erlang, Palm; Kleinrock 1975, 3.8.)
    """
    require_whole("machines", machines, 1)
    require_whole("repairers", repairers, 1)
    require_number("load", load, 0.0)
    ratios = [(machines - count + 1) * load / min(count, repairers) for count in range(1, machines + 1)]
    down = _birth_and_death(ratios)[1]
    # What breaks is repaired: (N - down) load repairs are under way on average.
    return down, (machines - down) * load / repairers


def _birth_and_death(ratios: list[float]) -> tuple[float, float]:
    """From the ratio of each state's probability to that of the one before: that of the last, and the mean state."""
    logs = [0.0]
    for ratio in ratios:
        logs.append(logs[-1] + math.log(ratio) if ratio > 0.0 else -math.inf)
    largest = max(logs)
    weights = [math.exp(item - largest) for item in logs]
    total = math.fsum(weights)
    return weights[-1] / total, math.fsum([state * weight for state, weight in enumerate(weights)]) / total


def little(rate: float, time: float) -> float:
    """Little's law: the mean number inside is the rate of arrival times the mean time spent inside."""
    require_number("rate", rate, 0.0)
    require_number("time", time, 0.0)
    return rate * time


def universal_scalability(machines: float, contention: float, coherence: float) -> float:
    """Gunther's universal scalability law: throughput of `machines` relative to one of them.

    N / (1 + sigma (N - 1) + kappa N (N - 1)), with sigma = `contention` and kappa = `coherence`.
    """
    require_number("machines", machines, 0.0, above=True)
    require_number("contention", contention, 0.0, 1.0)
    require_number("coherence", coherence, 0.0)
    others = machines - 1.0
    return machines / (1.0 + contention * others + coherence * machines * others)


def universal_scalability_peak(contention: float, coherence: float) -> float:
    """The number of machines beyond which more of them slow each other down: sqrt((1 - sigma) / kappa)."""
    require_number("contention", contention, 0.0, 1.0)
    require_number("coherence", coherence, 0.0)
    if coherence == 0.0:
        return math.inf
    return math.sqrt(max(0.0, 1.0 - contention) / coherence)


def _offered(rate: float, service_time: float) -> float:
    require_number("rate", rate, 0.0)
    require_number("service_time", service_time, 0.0)
    return rate * service_time


def _tail(percentile: float) -> float:
    require_percentile(percentile)
    return 1.0 - percentile / 100.0


def require_percentile(percentile: float) -> None:
    """Raise AnalysisError for what is no number from 0 to below 100."""
    if not (is_number(percentile) and 0.0 <= percentile < 100.0):
        raise AnalysisError(
            f"{quote(percentile)} is not a percentile", field="percentile", expected="0 or more and below 100"
        )


def _require_servers(servers: int, least: int = 0) -> None:
    message = f"{quote(servers)} servers cannot serve anybody"
    require_whole("servers", servers, least, message=message)


def _require_steady(servers: int, offered: float) -> None:
    require_number("offered", offered, 0.0)
    if offered >= servers:
        raise AnalysisError(
            f"{offered:.6g} erlangs are offered to {servers} servers, so the queue grows without end",
            field="utilisation",
            expected="a utilisation below 1",
        )
