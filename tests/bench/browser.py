"""What happens in a real browser: the designer's board beside streamlit-flow-component, in one run on one machine.

    python -m tests.bench.browser [--markdown] [--edits N] [--nodes N]

An edit is timed in the page: from the click to the first frame in which the numbers that the review gave are on the
cards. With `--nodes` only edits of the designer's own board of that many nodes are measured (one of 30, 100 and 300).
Needs Chromium. The other board is measured where `python -m tests.bench.simulation --install` has put it. Nothing is
asserted.
"""

from __future__ import annotations

import argparse
import sys

from tests.bench import flow, whiteboard
from tests.bench.boards import SIZES
from tests.bench.pages import Frames, Measured, Turns, chromium
from tests.bench.race import measure
from tests.bench.simulation import printed
from tests.bench.yardstick import NOTE
from tests.conftest import find_chromium

EDITS = 40
EDIT_GOALS = {30: 110, 100: 130, 300: 230}
"""Milliseconds, for the median, by the number of nodes."""

FRAMES_GOAL = 50
OPENING_GOAL = 2_500
SCRIPTS_GOAL = 160
"""Frames per second, milliseconds from the navigation to the first card, kilobytes."""

NOTES = f"""\
{NOTE}

Frames are those the browser drew while the mouse went back and forth for three seconds, without a graphics card. The
first card is that of a board of 30 nodes in a window with nothing in its cache; a new server has its imports and its
first review before it. Scripts are in gzip, without Streamlit's own; the first are those loaded by the first card.

What is not alike: streamlit-flow-component is alone on its page, while the designer has its requirements, brief,
palette and inspector there. Both wait for the same review. Its cards are two lines of text and tell of no findings, and
its lines go through cards, while the designer's are led round them. It has no way to change a number on a card, so its
edit is a card let go after a drag, at which Python makes a service larger. Its layout is within its one script; the
designer's is a file that is loaded when somebody arranges. Zoom and places are about the same."""


def rows(ours: Measured, theirs: Measured | None) -> list[list[str]]:
    """One line for each thing measured: what, the goal, the designer there and here, the other board."""
    boards = [ours] if theirs is None else [ours, theirs]
    most, opening, weight = SIZES[-1], ours.opening, ours.weight
    lines = [["in the browser", "goal", "there", "designer"]]
    for nodes in SIZES:
        turns = ours.edits[nodes]
        name = f"edit to numbers drawn, {nodes} nodes, median (p90)"
        there = told_there(turns.median, turns.speed)
        lines.append(
            [name, f"{EDIT_GOALS[nodes]} ms", there, *(told_turns(one.edits[nodes]) for one in boards)]
        )
    frames = f"{FRAMES_GOAL} frames/s"
    lines += [
        [f"card dragged, {most} nodes", frames, "", *(told_frames(one.card) for one in boards)],
        [
            "the same, a card of 74 connections and more",
            frames,
            "",
            *(told_frames(one.hub) for one in boards),
        ],
        [
            "navigation to first card",
            f"{OPENING_GOAL:,} ms",
            told_there(opening.warm, opening.speed),
            *(f"{one.opening.warm:,.0f} ms" for one in boards),
        ],
        ["a new server adds", "", "", *(f"{one.opening.cold - one.opening.warm:,.0f} ms" for one in boards)],
        ["first scripts", f"{SCRIPTS_GOAL} kB", "", *(f"{one.weight.first:,.0f} kB" for one in boards)],
        [
            "all scripts without the layout",
            "",
            "",
            f"{weight.all:,.0f} kB",
            *["not apart"][: len(boards) - 1],
        ],
        ["all scripts", "", "", *(f"{one.weight.all + one.weight.layout:,.0f} kB" for one in boards)],
    ]
    if theirs is not None:
        lines[0].append("streamlit-flow-component")
    return lines


def told_there(milliseconds: float, speed: float | None) -> str:
    """The same on the machine on which the goals were set, as far as that can be said (yardstick.py)."""
    return "" if speed is None else f"{milliseconds * speed:,.0f} ms"


def told_turns(turns: Turns) -> str:
    return f"{turns.median:.0f} ms ({turns.late:.0f})"


def told_frames(frames: Frames) -> str:
    return f"{frames.rate:.0f} frames/s; {frames.median:.0f} ms, p95 {frames.late:.0f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--nodes", type=int, choices=SIZES)
    given = parser.parse_args()
    if find_chromium() is None:
        sys.exit("there is no Chromium to measure with")
    boards = (whiteboard, flow) if flow.is_installed() else (whiteboard,)
    with chromium() as browser:
        if given.nodes is not None:
            with whiteboard.served() as app:
                turns = Turns(whiteboard.turn(browser, app, given.nodes, given.edits))
            print(f"edit to numbers drawn, {given.nodes} nodes:", told_turns(turns))
            return
        ours, *others = measure(browser, boards, given.edits)
    theirs = others[0] if others else None
    print(printed(rows(ours, theirs), markdown=given.markdown))
    print(f"\n{NOTES}")
    if theirs is None:
        print("\nstreamlit-flow-component is not installed here: python -m tests.bench.simulation --install")


if __name__ == "__main__":
    main()
