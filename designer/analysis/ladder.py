"""How far a design carries on the way to many users: what is met and missed at each rung, and what breaks first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from designer.analysis.headroom import PRECISION, SMALLEST
from designer.analysis.model import Analysis, Headroom, State, Verdict
from designer.analysis.throughput import CARRYING
from designer.performance.model import Ceiling
from designer.scenario.model import Scenario

USERS = (10e3, 1e6, 100e6)
"""Users a day at the rungs: a product that begins, one that is known, one that everybody has."""

RATES = (100.0, 10e3, 1e6)
"""Requests per second at peak at the rungs, where the scenario does not count its users."""

FULL = 1.0
"""Utilisation from which on a ceiling is the reason for what is missed."""

MeasureAt = Callable[[float], Analysis]
"""All facts at a multiple of the traffic."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: so much traffic, and how the requirements stand there."""

    users: float | None  # a day; None where the scenario states rates
    rate: float  # requests per second at peak, of all workloads together
    multiple: float  # of the scenario's traffic
    met: int  # requirements
    missed: tuple[Verdict, ...]

    @property
    def judged(self) -> int:
        """How many requirements could be judged."""
        return self.met + len(self.missed)


@dataclass(frozen=True, slots=True)
class Break:
    """What gives way first when traffic grows."""

    requirement: str
    title: str  # of the requirement
    node: str | None  # where to look
    ceiling: Ceiling | None  # of that node, where one that is full is the reason


@dataclass(frozen=True, slots=True)
class Ladder:
    """The largest traffic at which every requirement that traffic decides holds, and the rungs."""

    multiple: float  # of the scenario's traffic; 0: none holds at any traffic; inf: nothing ever breaks
    rate: float  # that traffic, in requests per second at peak of all workloads together
    breaks: Break | None
    hopeless: tuple[str, ...]  # titles of what is missed at any traffic
    rungs: tuple[Rung, ...]


def climb(analysis: Analysis, headroom: Headroom, measure_at: MeasureAt) -> Ladder:
    """The ladder of a design whose headroom is known. Costs an analysis for each rung and two for what breaks."""
    peak = peak_of(analysis.scenario)
    return Ladder(
        multiple=headroom.multiple,
        rate=peak * headroom.multiple,
        breaks=_find_break(headroom, measure_at),
        hopeless=_find_hopeless(headroom, measure_at),
        rungs=tuple(
            _stand_on(users, multiple, peak, measure_at) for users, multiple in _steps(analysis.scenario)
        ),
    )


def peak_of(scenario: Scenario) -> float:
    """Requests per second at peak, all workloads together."""
    return math.fsum(workload.peak_rate for workload in scenario.workloads.values())


def users_of(scenario: Scenario) -> float | None:
    """Users a day: those of the workload that has most. None where every workload states its rate."""
    return max((item.users for item in scenario.workloads.values() if item.users), default=None)


def _steps(scenario: Scenario) -> Iterator[tuple[float | None, float]]:
    """Users, where they are counted, and the multiple of the traffic of each rung."""
    users, peak = users_of(scenario), peak_of(scenario)
    if users is not None:
        yield from ((many, many / users) for many in USERS)
    elif peak > 0.0:
        yield from ((None, rate / peak) for rate in RATES)


def _stand_on(users: float | None, multiple: float, peak: float, measure_at: MeasureAt) -> Rung:
    verdicts = measure_at(multiple).verdicts
    return Rung(
        users=users,
        rate=peak * multiple,
        multiple=multiple,
        met=sum(item.state is State.MET for item in verdicts),
        missed=tuple(item for item in verdicts if item.state is State.MISSED),
    )


def _find_break(headroom: Headroom, measure_at: MeasureAt) -> Break | None:
    if headroom.breaks is None or headroom.multiple == 0.0:
        return None
    beyond = measure_at(headroom.multiple * PRECISION)
    verdict = beyond.verdict(headroom.breaks)
    node = next(iter(verdict.nodes or headroom.nodes), None)
    return Break(headroom.breaks, verdict.title, node, _full_ceiling(beyond, verdict, node))


def _full_ceiling(analysis: Analysis, verdict: Verdict, node: str | None) -> Ceiling | None:
    """The ceiling of the node that is the reason: the one that is full, or that throughput is measured by."""
    found = analysis.nodes[node].utilisations if node is not None else ()  # the most used first
    used = next((item for item in found if item.ceiling in CARRYING), None)
    if used is None or not (verdict.kind == "throughput" or used.value >= FULL):
        return None
    return used.ceiling


def _find_hopeless(headroom: Headroom, measure_at: MeasureAt) -> tuple[str, ...]:
    """What is still missed at the traffic at which all that traffic decides holds."""
    multiple = headroom.multiple
    calm = SMALLEST if multiple == 0.0 else 1.0 if math.isinf(multiple) else multiple
    return tuple([item.title for item in measure_at(calm).verdicts if item.state is State.MISSED])
