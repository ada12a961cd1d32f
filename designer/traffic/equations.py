"""The traffic equations of an open network with feedback: how often stations are visited when some send work back.

Work arrives at station i from outside at rate a(i), and goes from i to j with part p(i, j) of what leaves i; what is
not sent on leaves the network. In balance the rates x solve x(j) = a(j) + sum over i of x(i) p(i, j) (J. R. Jackson,
"Networks of waiting lines", Operations Research 5(4), 1957). There is one solution when all work leaves in the end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from designer.bounds import is_number
from designer.errors import DesignerError, quote, suggest

_ROUNDING = 1e-9
"""Parts may add up to more than one by as much as rounding makes of them."""


class TrafficError(DesignerError):
    """The traffic equations of a network have no solution, or are none."""


def solve_traffic_equations(
    arrivals: Mapping[str, float], routing: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Visits per second of every station, by its name, in the order of `arrivals`.

    `arrivals` are the arrivals from outside per second, of every station; `routing` the parts of what leaves a station
    that go to others or back to itself, from 0 to 1 and at most 1 in all. Stations that nothing ever reaches have 0.
    Raises TrafficError for a number that cannot be, for a station without arrivals (0 is a number), and for a network
    that work reaches and never leaves.
    """
    stations = list(arrivals)
    _check_arrivals(arrivals)
    parts = _matrix(stations, routing)
    reached = _reachable(np.flatnonzero([arrivals[station] for station in stations]), parts > 0.0)
    _check_ways_out(stations, parts, reached)
    rates = np.zeros(len(stations))
    if reached.any():
        inner = parts[np.ix_(reached, reached)]
        entering = np.array([arrivals[station] for station in stations])[reached]
        rates[reached] = np.linalg.solve(np.eye(len(inner)) - inner.T, entering)
    return dict(zip(stations, map(float, rates), strict=True))


def _check_arrivals(arrivals: Mapping[str, float]) -> None:
    for station, rate in arrivals.items():
        if not (is_number(rate) and 0.0 <= rate < math.inf):
            raise TrafficError(
                f"arrivals[{quote(station)}] must be a finite rate from 0 on: {quote(rate)}",
                field=f"arrivals.{station}",
                expected="a number, 0 or more",
            )


def _matrix(stations: Sequence[str], routing: Mapping[str, Mapping[str, float]]) -> np.ndarray:
    places = {station: place for place, station in enumerate(stations)}
    parts = np.zeros((len(stations), len(stations)))
    for source, targets in routing.items():
        for station in (source, *targets):
            if station not in places:
                message = (
                    f"routing names {quote(station)}, which has no arrivals: give it a rate, 0 if need be"
                )
                raise TrafficError(message, field=f"routing.{source}", suggestion=suggest(station, places))
        for target, part in targets.items():
            if not (is_number(part) and 0.0 <= part <= 1.0):
                message = (
                    f"routing[{quote(source)}][{quote(target)}] must be a part from 0 to 1: {quote(part)}"
                )
                raise TrafficError(
                    message, field=f"routing.{source}.{target}", expected="a number from 0 to 1"
                )
            parts[places[source], places[target]] = part
        if parts[places[source]].sum() > 1.0 + _ROUNDING:
            raise TrafficError(
                f"routing[{quote(source)}] sends on more than there is: {parts[places[source]].sum():g}",
                field=f"routing.{source}",
                expected="parts of at most 1 in all",
            )
    return parts


def _reachable(starts: np.ndarray, linked: np.ndarray) -> np.ndarray:
    """Which stations can be reached along `linked` from these, themselves included."""
    found = np.zeros(len(linked), dtype=bool)
    waiting = list(starts)
    found[starts] = True
    while waiting:
        fresh = linked[waiting.pop()] & ~found
        found |= fresh
        waiting.extend(np.flatnonzero(fresh))
    return found


def _check_ways_out(stations: Sequence[str], parts: np.ndarray, reached: np.ndarray) -> None:
    """Work leaves a finite network in the end if every station has a way to one that lets some of it go."""
    leaking = parts.sum(axis=1) < 1.0 - _ROUNDING
    leaving = _reachable(np.flatnonzero(leaking), (parts > 0.0).T)
    kept = [station for station, trapped in zip(stations, reached & ~leaving, strict=True) if trapped]
    if kept:
        names = ", ".join(quote(station) for station in kept[:4])
        raise TrafficError(
            f"work that reaches {names} never leaves the network, so that it would grow without end: "
            "let a part of it leave",
            field="routing",
        )
