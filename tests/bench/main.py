"""How long things take on this machine: medians and 90th percentiles, in milliseconds. Nothing is asserted.

`./run bench` runs it; words after it choose the lines that contain one of them.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from designer.catalog.loader import load
from designer.design.files import format_design, parse_design
from designer.export.marking import annotate
from designer.performance.distributions import exponential, mmc_wait, sequence
from designer.report import review
from designer.scenario.loader import load_scenario, scenario_ids
from designer.scenario.samples import build_design
from designer.traffic.propagation import propagate
from tests.bench.board import design, scenario

BROWSER = Path(__file__).with_name("browser.py")
LONGEST = 2.0
"""Seconds after which a line has been measured often enough."""

FEWEST, MOST = 5, 200
NOTATION = "users > load_balancer*2 > api:app_server*8 > cache*4, db:sharded_sql"

Job = Callable[[], object]


def environment() -> str:
    """One line saying what was measured on."""
    load_now = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs{load_now}"


def times(job: Job) -> list[float]:
    """Seconds of each run, in ascending order. The first run, which fills caches, does not count."""
    job()
    taken: list[float] = []
    while len(taken) < FEWEST or (len(taken) < MOST and sum(taken) < LONGEST):
        start = time.perf_counter()
        job()
        taken.append(time.perf_counter() - start)
    return sorted(taken)


def line(name: str, taken: list[float]) -> str:
    """Median and 90th percentile of the sorted times, by nearest rank."""
    median, ninetieth = taken[(len(taken) - 1) // 2], taken[-(-9 * len(taken) // 10) - 1]
    return f"{name:50} {1_000 * median:9.2f} {1_000 * ninetieth:9.2f}   {len(taken):4} runs"


def engine() -> Iterator[tuple[str, Job]]:
    """Reading and judging."""
    catalog = load()
    asked, drawn = scenario(), design()
    text = format_design(drawn)
    size = f"{len(drawn.nodes)} nodes, {len(drawn.connections)} connections"
    yield f"review, {size}", lambda: review(asked, drawn)
    yield "  the same without headroom", lambda: review(asked, drawn, headroom=False)
    yield "  its traffic alone", lambda: propagate(asked, drawn, catalog)
    yield "  reading its file", lambda: parse_design(text, "bench", catalog)
    for name in scenario_ids():
        shipped = load_scenario(name)
        for sample in shipped.references:
            built = build_design(sample, shipped, catalog)
            yield (
                f"review, {name}: {sample.name}"[:50],
                lambda shipped=shipped, built=built: review(shipped, built),
            )
    yield "p99 of a way through 8 stations", path_of_eight()


def path_of_eight() -> Job:
    """Each run has other rates, so that nothing computed before can be used again."""
    rate = 600.0

    def job() -> object:
        nonlocal rate
        rate += 1e-3
        stations = [(mmc_wait(3, rate, 0.004), exponential(0.002 + index * 1e-4)) for index in range(8)]
        return sequence(*(part for station in stations for part in station)).quantiles([99.0])

    return job


def pictures() -> Iterator[tuple[str, Job]]:
    """Drawing the board: cold forgets the picture, not the program that lays it out."""
    from designer.export import picture
    from designer.export.annotations import Style

    catalog, drawn = load(), design()
    facts = annotate(review(scenario(), drawn, headroom=False))
    number = 0

    def draw(kind: picture.Format, *, cold: bool) -> object:
        nonlocal number
        number += cold
        style = Style(title=f"Board {number}")
        return picture.render(drawn, catalog, annotations=facts, style=style, format=kind)

    yield "picture, SVG, never drawn before", lambda: draw("svg", cold=True)
    yield "picture, SVG, again", lambda: draw("svg", cold=False)
    yield "picture, PNG, never drawn before", lambda: draw("png", cold=True)
    yield "picture, PNG, again", lambda: draw("png", cold=False)


def processes() -> Iterator[tuple[str, Job]]:
    """Whole commands, from nothing to their exit code."""
    command = Path(sys.executable).with_name("designer")

    def call(*arguments: str) -> Job:
        return lambda: subprocess.run([command, *arguments], capture_output=True, check=False)

    yield "designer review url_shortener NOTATION", call("review", "url_shortener", NOTATION)
    yield "designer --version", call("--version")


def chromium() -> str | None:
    """The browser to measure with, as `./run test` finds it."""
    if "DESIGNER_CHROMIUM" in os.environ:
        return os.environ["DESIGNER_CHROMIUM"] or None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def measure_browser() -> None:
    """What happens in the browser has a program of its own, and is left out where there is none."""
    found = chromium()
    if found is None or not BROWSER.exists():
        print("in the browser: not measured, there is no Chromium here")
        return
    subprocess.run([sys.executable, BROWSER], env={**os.environ, "DESIGNER_CHROMIUM": found}, check=False)


def main(chosen: list[str]) -> None:
    """Print one line for each thing measured whose name has one of the chosen words in it."""
    print(environment())
    print(f"{'milliseconds':50} {'median':>9} {'p90':>9}")
    for group in (engine, pictures, processes):
        for name, job in group():
            if not chosen or any(word in name for word in chosen):
                print(line(name, times(job)), flush=True)
    if not chosen or "browser" in chosen:
        measure_browser()


if __name__ == "__main__":
    main(sys.argv[1:])
