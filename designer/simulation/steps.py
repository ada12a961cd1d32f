"""Pieces of a request's way: times that pass, things done several times, one after the other or at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.design.model import Connection
from designer.errors import AnalysisError, quote
from designer.performance.distributions import Distribution, Gamma
from designer.simulation.model import Choose, Delay, Fork, Law, Repeat, Retry, Shape, Step, Steps

MOST_AT_ONCE = 2_000
"""Most things that one request does at the same time: parts asked at once, calls made at once."""

NOTHING = Law(Shape.CONSTANT, 0.0)


def law_of(time: Distribution) -> Law:
    """The random time of that distribution: a gamma as it is, anything else as a gamma with its mean and variance."""
    if time.mean <= 0.0:
        return NOTHING
    if isinstance(time, Gamma):
        shape = Shape.EXPONENTIAL if time.shape == 1.0 else Shape.GAMMA
        return Law(shape, time.mean, 1.0 / time.shape)
    lasting = 1.0 - time.at_zero
    mean = time.mean / lasting
    second = (time.variance + time.mean**2) / lasting
    return Law(Shape.GAMMA, mean, max(1e-6, second / mean**2 - 1.0), time.at_zero)


def pass_time(time: Distribution) -> Steps:
    """Let that time pass. Of a mixture one branch is chosen, so that its shape is kept."""
    weights: list[float] = getattr(time, "weights", [])
    if weights and len(weights) == len(time.parts):
        idle = max(0.0, 1.0 - math.fsum(weights))
        options = [
            (weight, pass_time(part))
            for weight, part in zip(weights, time.parts, strict=True)
            if weight > 0.0
        ]
        return (Choose((*options, *(((idle, ()),) if idle > 1e-12 else ()))),)
    law = law_of(time)
    return () if law.mean == 0.0 else (Delay(law),)


def many(steps: Steps, count: float, *, together: bool) -> Steps:
    """The same steps `count` times, one after the other or all at once; of a fraction the rest by chance.

    Raises AnalysisError for more at once than can be simulated.
    """
    if count == 1.0 or not steps:
        return steps
    if count <= 0.0:
        return ()
    if count < 1.0:
        return (Choose(((count, steps), (1.0 - count, ()))),)
    if not together:
        return (Repeat(steps, count),)
    whole = math.floor(count)
    part = count - whole
    fewer = at_once([steps] * whole)
    if part == 0.0:
        return fewer
    return (Choose(((part, at_once([steps] * (whole + 1))), (1.0 - part, fewer))),)


def at_once(ways: list[Steps], needed: int | None = None) -> Steps:
    """Several ways at the same time, until `needed` of them (None: all) have ended.

    Raises AnalysisError for more ways than can be simulated.
    """
    if len(ways) > MOST_AT_ONCE:
        raise AnalysisError(
            f"{quote(len(ways))} things at once are too many to simulate",
            expected=f"at most {MOST_AT_ONCE:,}",
        )
    if len(ways) == 1:
        return ways[0]
    return (Fork(tuple(ways), needed),) if ways else ()


def set_going(steps: Steps) -> Step:
    """Something that runs on by itself and that nobody ever asks for: a copy that follows its leader."""
    return Fork(((), steps), 1)


def one_of(options: Sequence[tuple[float, Steps]]) -> Steps:
    """One of several ways, each with its chance; where they do not add up to 1, or else nothing."""
    possible = [(weight, steps) for weight, steps in options if weight > 0.0]
    rest = 1.0 - math.fsum(weight for weight, _ in possible)
    if rest > 1e-12:
        possible.append((rest, ()))
    if not any(steps for _, steps in possible):
        return ()
    return possible[0][1] if len(possible) == 1 else (Choose(tuple(possible)),)


def retry_of(connection: Connection) -> Retry | None:
    """How calls over a connection are tried; None: once, however long it takes."""
    if connection.timeout is None and connection.retries == 0:
        return None
    return Retry(
        timeout=connection.timeout,
        retries=connection.retries,
        pause=connection.backoff or 0.0,
        budget=connection.retry_budget,
    )
