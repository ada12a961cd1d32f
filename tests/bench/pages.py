"""What is measured of any board in a browser: how it opens, how it follows a hand, and how heavy its scripts are."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from tests.conftest import CHROMIUM_FLAGS, find_chromium
from tests.ui.browser.conftest import App

WARM_UP = 3
DRAG_STEPS = 160
DRAG_SWINGS = 4
DRAG_REACH = 120
"""A drag goes back and forth that many times, so many pixels and steps of the hand in all, two to three seconds."""

VIEWPORT = {"width": 1440, "height": 900}
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"

# In every document and frame, from its first line on: when there was a first card, and one frame more, so that it is
# painted. By a timer, since a frame that has no size yet draws nothing; in the time of the machine's clock, since each
# frame counts its own.
WATCH = """(selector) => {
    const all = () => [document, ...[...document.querySelectorAll('*')].map(one => one.shadowRoot).filter(Boolean)];
    const note = () => { window.firstCard = performance.timeOrigin + performance.now(); };
    const look = () => all().some(root => root.querySelector(selector))
        ? requestAnimationFrame(() => requestAnimationFrame(note))
        : setTimeout(look, 8);
    look();
}"""

COUNT_FRAMES = """() => {
    window.frameTimes = [];
    const note = time => { if (window.frameTimes) { window.frameTimes.push(time); requestAnimationFrame(note); } };
    requestAnimationFrame(note);
}"""

TAKE_FRAMES = "() => { const times = window.frameTimes; window.frameTimes = null; return times; }"


@dataclass(frozen=True, slots=True)
class Turns:
    """Milliseconds from edits to what Python made of them on the screen; the speed of the machine meanwhile."""

    times: tuple[float, ...]
    speed: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def late(self) -> float:
        """The 90th percentile."""
        return statistics.quantiles(self.times, n=10)[8]


@dataclass(frozen=True, slots=True)
class Frames:
    """How a board follows a hand: frames per second; the median time of one and the 95th percentile, milliseconds."""

    rate: float
    median: float
    late: float


@dataclass(frozen=True, slots=True)
class Opening:
    """Milliseconds from navigation to the first card painted: a server that has served before, and a new one.

    With the speed of the machine meanwhile.
    """

    warm: float
    cold: float
    speed: float | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """Kilobytes of scripts in gzip: what the first sight of a board waits for, and all but the layout, and that."""

    first: float
    all: float
    layout: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All of one board, edits by the number of nodes."""

    edits: dict[int, Turns]
    card: Frames
    hub: Frames
    opening: Opening
    weight: Weight


class Contender(Protocol):
    """A board that is measured: an app to serve, and what is done in its windows."""

    CARD: str

    def served(self) -> AbstractContextManager[App]: ...

    def address(self, app: App, nodes: int) -> str: ...

    def turn(self, browser: Browser, app: App, nodes: int, edits: int) -> tuple[float, ...]: ...

    def swing(self, browser: Browser, app: App, prefix: str) -> Frames: ...

    def weigh(self, first: set[str]) -> Weight: ...


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that the tests use."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@contextmanager
def running(app: App) -> Iterator[App]:
    """The app while it runs."""
    app.start()
    try:
        yield app
    finally:
        app.kill()


@contextmanager
def opened(browser: Browser, address: str, card: str) -> Iterator[Page]:
    """The page at that address in a window that has nothing in its cache; `card` is how its cards are found."""
    context = browser.new_context(viewport=VIEWPORT)
    context.add_init_script(f"({WATCH})({card!r})")
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def opening_time(page: Page, patience: int = 400) -> float:
    """Milliseconds from the navigation to the first card painted. Raises TimeoutError where there comes none."""
    begun = float(page.evaluate("performance.timeOrigin"))
    for _ in range(patience):
        for frame in page.frames:
            painted = frame.evaluate("window.firstCard ?? null")
            if painted is not None:
                return float(painted) - begun
        page.wait_for_timeout(50)
    raise TimeoutError(f"no card came up at {page.url}")


def drag(page: Page, frame: Frame, x: float, y: float) -> Frames:
    """Drag what lies there back and forth and count the frames the browser draws meanwhile."""
    page.mouse.move(x, y)
    page.mouse.down()
    frame.evaluate(COUNT_FRAMES)
    for swing in range(DRAG_SWINGS):
        there = x + (DRAG_REACH if swing % 2 == 0 else 0)
        page.mouse.move(there, y + DRAG_REACH / 2 * (swing % 3 - 1), steps=DRAG_STEPS // DRAG_SWINGS)
    times = [float(time) for time in frame.evaluate(TAKE_FRAMES)]
    page.mouse.up()
    page.locator(SETTLED).wait_for()
    between = [after - before for before, after in pairwise(times)]
    rate = 1_000 * len(between) / (times[-1] - times[0])
    return Frames(rate, statistics.median(between), statistics.quantiles(between, n=20)[18])


def zipped(files: Iterable[Path]) -> float:
    """Kilobytes of those files in gzip, each for itself, as they are sent."""
    return sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files) / 1_000
