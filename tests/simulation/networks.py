"""Small networks to simulate, and what is expected of them."""

from __future__ import annotations

from designer.simulation.model import (
    Discipline,
    Estimate,
    Law,
    Network,
    Outcome,
    Serve,
    Shape,
    Source,
    SourceOutcome,
    Station,
    StationOutcome,
    Steps,
)


def exponential(mean: float) -> Law:
    return Law(Shape.EXPONENTIAL, mean)


def constant(mean: float) -> Law:
    return Law(Shape.CONSTANT, mean)


def gamma(mean: float, variability: float) -> Law:
    return Law(Shape.GAMMA, mean, variability)


def queue(rate: float, time: Law, servers: int = 1, places: int | None = None) -> Network:
    """One station with one queue."""
    station = Station("queue", servers=servers, discipline=Discipline.SHARED, places=places)
    return Network((station,), (Source("users", rate, (Serve("queue", time),)),))


def line(rate: float, stations: tuple[Station, ...], steps: Steps, **routines: Steps) -> Network:
    """One source."""
    return Network(stations, (Source("users", rate, steps),), routines)


def users(outcome: Outcome) -> SourceOutcome:
    return outcome.sources[0]


def mean(outcome: Outcome) -> Estimate:
    responses = users(outcome).responses
    assert responses is not None
    return responses.mean


def percentile(outcome: Outcome, percent: float) -> Estimate:
    responses = users(outcome).responses
    assert responses is not None
    return responses.percentiles[percent]


def station(outcome: Outcome, name: str) -> StationOutcome:
    return next(station for station in outcome.stations if station.name == name)


def holds(estimate: Estimate, exact: float, within: float = 0.05) -> bool:
    """Whether the interval has the exact value in it, and is narrow enough to mean something."""
    rounding = 1e-9 * exact
    inside = estimate.low - rounding <= exact <= estimate.high + rounding
    return inside and estimate.high - estimate.low <= 2 * within * exact
