"""What is wrong with a network, said before it is run: one clear error that names the field."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from typing import NoReturn

import numpy as np

from designer.bounds import require_kind
from designer.errors import AnalysisError, quote, suggest
from designer.simulation.model import (
    Call,
    Choose,
    Delay,
    Discipline,
    Fork,
    Law,
    Network,
    Post,
    Repeat,
    Retry,
    Serve,
    Shape,
    Source,
    Station,
    Step,
    Steps,
)

MOST_REQUESTS = 1_000_000_000
MOST_SERVERS = 1_000_000
MOST_REPETITIONS = 100_000
MOST_RETRIES = 100
MOST_STEPS = 1_000_000
"""Steps that one request may be expected to take: more is an error in the network, not a request."""

DEEPEST = 100
"""Levels of steps within steps."""

ROUNDING = 1e-9
"""How far a sum of chances may be from 1."""


def check_run(seed: int, requests: int, warm_up: int) -> None:
    """Raises AnalysisError when a run of this length cannot be made."""
    _whole("seed", seed, 0, 2**64 - 1)
    _whole("requests", requests, 1, MOST_REQUESTS)
    _whole("warm_up", warm_up, 0, MOST_REQUESTS)


def check_network(network: Network) -> None:
    """Raises AnalysisError naming the first field of the network that is wrong."""
    require_kind("network", network, Network, "a network of stations and sources")
    _unique("stations", (station.name for station in network.stations))
    _unique("sources", (source.name for source in network.sources))
    for number, station in enumerate(network.stations):
        _check_station(f"stations[{number}]", station)
    if sum(station.machines * station.servers for station in network.stations) > MOST_SERVERS:
        _refuse("stations", "there are too many servers", f"at most {MOST_SERVERS:,} in all")
    steps = _Checked(network)
    for name, routine in network.routines.items():
        steps.check(f"routines.{name}", routine, name)
    for number, source in enumerate(network.sources):
        _check_source(f"sources[{number}]", source)
        steps.check(f"sources[{number}].steps", source.steps, None)
    if not any(source.rate > 0.0 for source in network.sources):
        _refuse("sources", "no source sends any requests", "a rate above 0")
    steps.check_length()


class _Checked:
    """The steps of a network: what they do and how often they call each other."""

    def __init__(self, network: Network) -> None:
        self.stations: Mapping[str, Station] = {station.name: station for station in network.stations}
        self.names = list(network.routines)
        self.numbers = {name: number for number, name in enumerate(self.names)}
        # Row by row: how often one run of a routine runs each other, and how many steps it does itself. The last row
        # adds up the sources.
        self.calls = np.zeros((len(self.names) + 1, len(self.names)))
        self.own = np.zeros(len(self.names) + 1)

    def check(self, field: str, steps: Steps, routine: str | None) -> None:
        row = len(self.names) if routine is None else self.numbers[routine]
        self._check_steps(field, steps, row, 1.0, 0)

    def _check_steps(self, field: str, steps: Steps, row: int, times: float, depth: int) -> None:
        if depth > DEEPEST:
            _refuse(field, "steps are nested too deeply", f"at most {DEEPEST} levels")
        if not isinstance(steps, tuple):
            _refuse(field, f"{quote(steps)} is not a tuple of steps", "a tuple")
        for number, step in enumerate(steps):
            self.own[row] += times
            self._check_step(f"{field}[{number}]", step, row, times, depth + 1)

    def _check_step(self, field: str, step: Step, row: int, times: float, depth: int) -> None:
        if isinstance(step, Serve):
            self._check_serve(field, step)
        elif isinstance(step, Delay):
            check_law(f"{field}.time", step.time)
        elif isinstance(step, Choose | Fork):
            self._check_branches(field, step, row, times, depth)
        elif isinstance(step, Repeat | Post):
            count = step.count if isinstance(step, Repeat) else 1.0
            _number(f"{field}.count", count, most=MOST_REPETITIONS)
            self._check_steps(f"{field}.steps", step.steps, row, times * count, depth)
        elif isinstance(step, Call):
            self._check_call(field, step, row, times)
        else:
            _refuse(field, f"{quote(step)} is not a step", "one of the steps of designer.simulation.model")

    def _check_branches(self, field: str, step: Choose | Fork, row: int, times: float, depth: int) -> None:
        if isinstance(step, Choose):
            _chances(f"{field}.options", [weight for weight, _ in step.options])
            for number, (weight, steps) in enumerate(step.options):
                self._check_steps(f"{field}.options[{number}]", steps, row, times * weight, depth)
            return
        if step.needed is not None:
            _whole(f"{field}.needed", step.needed, 1, len(step.ways))
        for number, steps in enumerate(step.ways):
            self._check_steps(f"{field}.ways[{number}]", steps, row, times, depth)

    def _check_serve(self, field: str, step: Serve) -> None:
        station = self.stations.get(step.station)
        if station is None:
            _unknown(f"{field}.station", "station", step.station, self.stations)
        check_law(f"{field}.time", step.time)
        _number(f"{field}.hold", step.hold)
        if step.machine is not None:
            _whole(f"{field}.machine", step.machine, 0, station.machines - 1)
        if step.weights is not None:
            if len(step.weights) != station.machines:
                _refuse(
                    f"{field}.weights",
                    f"{len(step.weights)} weights do not fit {station.machines} machines",
                    "one weight per machine",
                )
            _chances(f"{field}.weights", step.weights)
        chosen = step.machine is not None or step.weights is not None
        if chosen and station.discipline is Discipline.SHARED and station.machines > 1:
            which = "weights" if step.machine is None else "machine"
            _refuse(
                f"{field}.{which}", "machines with one shared queue cannot be chosen", "another discipline"
            )
        if step.machine is not None and step.weights is not None:
            _refuse(f"{field}.machine", "a machine is named and weights are given", "only one of them")

    def _check_call(self, field: str, step: Call, row: int, times: float) -> None:
        if step.routine not in self.numbers:
            _unknown(f"{field}.routine", "routine", step.routine, self.numbers)
        tries = 1
        if step.retry is not None:
            _check_retry(f"{field}.retry", step.retry)
            tries += step.retry.retries
        self.calls[row, self.numbers[step.routine]] += times * tries

    def check_length(self) -> None:
        """Refuse a network whose requests are expected to take too many steps, or never to end."""
        count = len(self.names)
        within = self.calls[:count]
        if count and (bad := _endless(within)) is not None:
            name = self.names[bad]
            _refuse(f"routines.{name}", f"routine {quote(name)} calls itself without end", "an end by chance")
        lengths = np.linalg.solve(np.eye(count) - within, self.own[:count]) if count else np.zeros(0)
        expected = float(self.own[count] + self.calls[count] @ lengths)
        if not expected <= MOST_STEPS:
            _refuse("sources", f"a request may take {expected:,.0f} steps", f"at most {MOST_STEPS:,}")


def _endless(calls: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> int | None:
    """The number of a routine that is expected to call itself, directly or not, once or more each time it is run."""
    left = set(range(len(calls)))
    while left:
        ends = {row for row in left if not any(calls[row, other] > 0.0 for other in left)}
        if not ends:
            break
        left -= ends
    if not left:
        return None
    rows = sorted(left)
    values, vectors = np.linalg.eig(calls[np.ix_(rows, rows)])
    largest = int(np.argmax(np.abs(values)))
    if abs(values[largest]) < 1.0 - ROUNDING:
        return None
    return rows[int(np.argmax(np.abs(vectors[:, largest])))]


def check_law(field: str, law: object) -> None:
    """Raises AnalysisError when this is not a random time."""
    if not isinstance(law, Law) or law.shape not in tuple(Shape):
        _refuse(f"{field}.shape", f"{quote(getattr(law, 'shape', law))} is no shape", ", ".join(Shape))
    _number(f"{field}.mean", law.mean)
    _number(f"{field}.variability", law.variability)
    _number(f"{field}.nothing", law.nothing, most=1.0)


def _check_station(field: str, station: Station) -> None:
    _whole(f"{field}.machines", station.machines, 1, MOST_SERVERS)
    _whole(f"{field}.servers", station.servers, 1, MOST_SERVERS)
    if station.discipline not in tuple(Discipline):
        _refuse(f"{field}.discipline", f"{quote(station.discipline)} is no discipline", ", ".join(Discipline))
    if station.places is not None:
        _whole(f"{field}.places", station.places, 0, 2**62)
    if station.failure is not None:
        working = station.failure.working
        check_law(f"{field}.failure.working", working)
        check_law(f"{field}.failure.down", station.failure.down)
        if working.mean == 0.0 or working.nothing > 0.0:
            _refuse(f"{field}.failure.working", "a machine works for no time at all", "a time above 0 s")


def _check_source(field: str, source: Source) -> None:
    _number(f"{field}.rate", source.rate)
    before = -1.0
    for number, (start, factor) in enumerate(source.profile):
        _number(f"{field}.profile[{number}][0]", start)
        _number(f"{field}.profile[{number}][1]", factor)
        if start <= before:
            _refuse(
                f"{field}.profile[{number}][0]",
                f"{start:g} s does not come after {before:g} s",
                "rising times",
            )
        before = start


def _check_retry(field: str, retry: Retry) -> None:
    if retry.timeout is not None:
        _number(f"{field}.timeout", retry.timeout)
        if retry.timeout == 0.0:
            _refuse(f"{field}.timeout", "a timeout of 0 s lets nothing succeed", "more than 0 s")
    _whole(f"{field}.retries", retry.retries, 0, MOST_RETRIES)
    _number(f"{field}.pause", retry.pause)
    if retry.budget is not None:
        _number(f"{field}.budget", retry.budget)
    if retry.breaker is not None:
        _whole(f"{field}.breaker", retry.breaker, 1, 2**31)
    _number(f"{field}.cooling", retry.cooling)


def _chances(field: str, weights: Iterable[float]) -> None:
    total = 0.0
    for number, weight in enumerate(weights):
        _number(f"{field}[{number}]", weight)
        total += weight
    if abs(total - 1.0) > ROUNDING:
        _refuse(field, f"the weights sum to {total:.12g}", "a sum of 1")


def _unique(field: str, names: Iterable[object]) -> None:
    seen: set[object] = set()
    for number, name in enumerate(names):
        if not isinstance(name, str) or not name:
            _refuse(f"{field}[{number}].name", f"{quote(name)} is not a name", "a text that is not empty")
        if name in seen:
            _refuse(f"{field}[{number}].name", f"{quote(name)} is there twice", "a name of its own")
        seen.add(name)


def _number(field: str, value: object, most: float = math.inf) -> None:
    """A finite number of at least 0."""
    largest = min(most, sys.float_info.max)
    if (
        isinstance(value, (int, float, np.floating))
        and not isinstance(value, bool)
        and 0.0 <= value <= largest
    ):
        return
    limit = "" if most == math.inf else f" and at most {most:g}"
    _refuse(field, f"{quote(value)} cannot be used", f"a finite number of at least 0{limit}")


def _whole(field: str, value: object, least: int, most: int) -> None:
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and least <= value <= most:
        return
    _refuse(field, f"{quote(value)} cannot be used", f"a whole number from {least:,} to {most:,}")


def _unknown(field: str, kind: str, name: object, known: Iterable[str]) -> NoReturn:
    raise AnalysisError(
        f"{field}: there is no {kind} {quote(name)}",
        field=field,
        expected=f"the name of a {kind}",
        suggestion=suggest(name, known) if isinstance(name, str) else None,
    )


def _refuse(field: str, message: str, expected: str) -> NoReturn:
    raise AnalysisError(f"{field}: {message}", field=field, expected=expected)
