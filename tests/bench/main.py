"""How long things take on this machine: medians and 90th percentiles, in milliseconds. Nothing is asserted.

`./run bench` runs it; words after it choose the lines that contain one of them. `--write FILE` measures everything,
rivals of the simulator and the browser among it, and writes the page docs/performance.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from designer.catalog.loader import load
from designer.export.marking import annotate
from designer.report import review
from tests.bench import engine
from tests.bench.board import design, scenario
from tests.bench.measuring import Job, Line, Timed, always, environment, times
from tests.bench.yardstick import NOTE, average, read_speed

ROUNDS = 3
"""How often a line with a goal is measured, so that one slow second of the machine does not decide."""

BROWSER = "tests.bench.browser"
NOTATION = "users > load_balancer*2 > api:app_server*8 > cache*4, db:sharded_sql"


def pictures() -> Iterator[Line]:
    """Drawing the board: cold forgets the picture, not the program that lays it out."""
    from designer.export import picture
    from designer.export.annotations import Style

    catalog, drawn = load(), design()
    facts = annotate(review(scenario(), drawn, headroom=False, ranked=False))
    number = 0

    def draw(kind: picture.Format, *, cold: bool) -> Job:
        def job() -> object:
            nonlocal number
            number += cold
            style = Style(title=f"Board {number}")
            return picture.render(drawn, catalog, annotations=facts, style=style, format=kind)

        return job

    yield Line("picture, SVG, never drawn before", always(draw("svg", cold=True)))
    yield Line("picture, SVG, again", always(draw("svg", cold=False)))
    yield Line("picture, PNG, never drawn before", always(draw("png", cold=True)))
    yield Line("picture, PNG, again", always(draw("png", cold=False)))


def processes() -> Iterator[Line]:
    """Whole commands, from nothing to their exit code."""
    command = Path(sys.executable).with_name("designer")

    def call(*arguments: str) -> Callable[[], Job]:
        return always(lambda: subprocess.run([command, *arguments], capture_output=True, check=False))

    yield Line("designer review url_shortener NOTATION", call("review", "url_shortener", NOTATION), 600.0)
    yield Line("designer --version", call("--version"))


def chromium() -> str | None:
    """The browser to measure with, as `./run test` finds it."""
    if "DESIGNER_CHROMIUM" in os.environ:
        return os.environ["DESIGNER_CHROMIUM"] or None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def measure_browser(*options: str) -> str:
    """What happens in the browser has a program of its own, and is left out where there is none."""
    found = chromium()
    if found is None:
        return "Not measured: there is no Chromium here."
    done = subprocess.run(
        [sys.executable, "-m", BROWSER, *options],
        env={**os.environ, "DESIGNER_CHROMIUM": found},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout or done.stderr).strip()


def tell(timed: Timed) -> str:
    """One line of the table on a terminal."""
    middle, late, goal, there = timed.figures()
    return f"{timed.line.name:50} {middle:>9} {late:>9} {goal:>7} {there:>9}   {len(timed.taken):4} runs"


def measure(chosen: list[str]) -> Iterator[Timed]:
    """Every line whose name has one of the chosen words in it."""
    for group in (engine.lines, pictures, processes):
        for line in group():
            if not chosen or any(word in line.name for word in chosen):
                yield measure_line(line)


def measure_line(line: Line) -> Timed:
    """One line; where it has a goal, in rounds with readings of the machine's speed between them."""
    if line.goal is None:
        return Timed(line, times(line), None)
    speeds, taken = [read_speed()], []
    for _ in range(ROUNDS):
        taken += times(line)
        speeds.append(read_speed())
    return Timed(line, sorted(taken), average(speeds))


def write_page(file: Path) -> None:
    """Measure everything and write it down."""
    rows = [f"| {timed.line.name.strip()} | {' | '.join(timed.figures())} |" for timed in measure([])]
    rivals = subprocess.run(
        [sys.executable, "-m", "tests.bench.simulation", "--markdown", "--repeats", "3"],
        capture_output=True,
        text=True,
        check=False,
    )
    page = PAGE.format(
        machine=environment(),
        note=NOTE,
        rows="\n".join(rows),
        simulation=rivals.stdout.strip(),
        browser=measure_browser("--markdown"),
    )
    file.write_text(page, encoding="utf-8", newline="\n")


PAGE = """# How fast it is

Written by `./run bench --write docs/performance.md` on {machine}.
Times are of this one machine, whatever else it was doing; what counts is how they compare with each other. They are
milliseconds; the goal is for the median.

{note}

## Judging and drawing

Every review is of a design whose file is read anew for each run, off the clock, as after a stroke on the board: what
single formulas give for the same figures (a hit ratio, a percentile) is remembered, and the plans of a graph, which
most strokes leave as it is; a graph never seen has a line of its own. It is without the search for headroom and without
trying the fixes, which have lines too.

| what | median | 90th percentile | goal | there |
|---|---|---|---|---|
{rows}

## Simulating

{simulation}

## In the browser

{browser}
"""


def main(arguments: list[str]) -> None:
    """Print one line for each thing measured, or write the page."""
    if arguments[:1] == ["--write"] and len(arguments) == 2:
        write_page(Path(arguments[1]))
        return
    print(environment())
    print(NOTE)
    print(f"{'milliseconds':50} {'median':>9} {'p90':>9} {'goal':>7} {'there':>9}")
    for timed in measure(arguments):
        print(tell(timed), flush=True)
    if not arguments or "browser" in arguments:
        print(f"\n{measure_browser()}")


if __name__ == "__main__":
    main(sys.argv[1:])
