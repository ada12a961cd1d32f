"""Taking times: what is measured, how often, and how it is told. Nothing is asserted anywhere."""

from __future__ import annotations

import gc
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 1.0
"""Seconds after which a line has been measured often enough."""

FEWEST, MOST = 5, 60

Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to measure: `start` is called off the clock, and gives the job of one run."""

    name: str
    start: Callable[[], Job]
    goal: float | None = None  # milliseconds the median should stay below


@dataclass(frozen=True, slots=True)
class Timed:
    """A line with the seconds of its runs in ascending order, and how fast the machine was beside the goals' one."""

    line: Line
    taken: list[float]
    speed: float | None

    def figures(self) -> tuple[str, str, str, str]:
        """Milliseconds: median, 90th percentile, goal, and the median there; empty where there is none."""
        middle, late, goal = 1_000 * median(self.taken), 1_000 * ninetieth(self.taken), self.line.goal
        there = "" if self.speed is None else f"{middle * self.speed:.2f}"
        return f"{middle:.2f}", f"{late:.2f}", "" if goal is None else f"{goal:,.0f}", there


def always(job: Job) -> Callable[[], Job]:
    """The same job for each run."""
    return lambda: job


def environment() -> str:
    """One line saying what was measured on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs{load}"


def times(line: Line) -> list[float]:
    """Seconds of each run, in ascending order. The first run, which fills caches, does not count."""
    line.start()()
    gc.collect()  # what there was before is nothing that a run leaves behind
    taken: list[float] = []
    while len(taken) < FEWEST or (len(taken) < MOST and sum(taken) < LONGEST):
        job = line.start()
        start = time.perf_counter()
        made = job()
        taken.append(time.perf_counter() - start)
        del made  # letting go of a result is no part of making it
    return sorted(taken)


def median(taken: list[float]) -> float:
    """Of sorted times, by nearest rank."""
    return taken[(len(taken) - 1) // 2]


def ninetieth(taken: list[float]) -> float:
    """The 90th percentile of sorted times, by nearest rank."""
    return taken[-(-9 * len(taken) // 10) - 1]
