"""streamlit-flow-component in a browser: the same board and the same review, and nothing else on its page.

It is no dependency of the designer: `python -m tests.bench.simulation --install` puts it beside the other rivals.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page

from tests.bench.boards import CHANGED, SIZES
from tests.bench.pages import (
    SETTLED,
    WARM_UP,
    Frames,
    Weight,
    drag,
    opened,
    running,
    zipped,
)
from tests.bench.simulation import RIVALS
from tests.ui.browser.conftest import App

SCRIPT = "tests/bench/flow_app.py"
PACKAGE = "streamlit_flow"
CARD = ".react-flow__node"

# A card is moved by a few pixels; the clock runs from letting it go to the first frame with other words on the service
# that has grown, and one frame more, so that it is drawn.
ROUND_TRIP = """async ([node, watched]) => {
    const find = id => document.querySelector(`.react-flow__node[data-id="${id}"]`);
    const card = find(node), box = card.getBoundingClientRect();
    const before = find(watched).textContent;
    const send = (kind, target, by) => target.dispatchEvent(new MouseEvent(kind, {
        bubbles: true, cancelable: true, view: window, button: 0, buttons: 1,
        clientX: box.x + box.width / 2 + by, clientY: box.y + box.height / 2,
    }));
    send('mousedown', card, 0);
    for (const by of [4, 8, 12]) send('mousemove', window, by);
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    send('mouseup', window, 12);
    await new Promise((done, fail) => {
        const patience = setTimeout(() => fail(new Error('nothing came back')), 20000);
        const look = () => find(watched).textContent === before
            ? requestAnimationFrame(look)
            : (clearTimeout(patience), requestAnimationFrame(done));
        look();
    });
    return performance.now() - start;
}"""

# Where the middle of a card is: of those whose name begins so the one nearest to the middle of the window.
MIDDLE_CARD = """(prefix) => {
    const [x, y] = [window.innerWidth / 2, window.innerHeight / 2];
    const seen = [...document.querySelectorAll(`.react-flow__node[data-id^="${prefix}"]`)].map(card => {
        const box = card.getBoundingClientRect();
        const at = {x: box.x + box.width / 2, y: box.y + box.height / 2};
        return {...at, id: card.dataset.id, off: Math.hypot(at.x - x, at.y - y)};
    });
    return seen.sort((one, other) => one.off - other.off)[0];
}"""


def is_installed() -> bool:
    """Whether it is there to be measured."""
    return any(_found())


def _found() -> Iterator[Path]:
    return (folder.parent for folder in RIVALS.glob(f"lib/python*/site-packages/{PACKAGE}"))


def _site() -> Path:
    return next(_found())


def weigh(first: set[str]) -> Weight:
    """It is one file, the layout within."""
    del first
    whole = zipped((_site() / PACKAGE / "frontend" / "build" / "static" / "js").glob("*.js"))
    return Weight(whole, whole, 0.0)


def turn(browser: Browser, app: App, nodes: int, edits: int) -> tuple[float, ...]:
    """Drag a card a little again and again; milliseconds until the numbers of each time are drawn."""
    with opened(browser, address(app, nodes), CARD) as page:
        frame = _frame(page)
        node = frame.evaluate(MIDDLE_CARD, "api_")
        times = []
        for _ in range(edits + WARM_UP):
            page.locator(SETTLED).wait_for()
            # It answers what Python changed with a run more, which is no part of this edit or the next.
            page.wait_for_timeout(ECHO_MS)
            page.locator(SETTLED).wait_for()
            times.append(float(frame.evaluate(ROUND_TRIP, [node["id"], CHANGED])))
    return tuple(times[WARM_UP:])


ECHO_MS = 300


def swing(browser: Browser, app: App, prefix: str) -> Frames:
    """Drag a card whose name begins so."""
    with opened(browser, address(app, SIZES[-1]), CARD) as page:
        frame = _frame(page)
        card = frame.evaluate(MIDDLE_CARD, prefix)
        corner = frame.frame_element().bounding_box()
        assert corner is not None
        return drag(page, frame, corner["x"] + card["x"], corner["y"] + card["y"])


def _frame(page: Page) -> Frame:
    """The frame the board lives in, once its cards are there and at rest."""
    page.frame_locator(f"iframe[title^={PACKAGE}]").locator(CARD).first.wait_for()
    page.locator(SETTLED).wait_for()
    page.wait_for_timeout(ECHO_MS)
    return next(frame for frame in page.frames if PACKAGE in frame.url)


def address(app: App, nodes: int) -> str:
    """Of the board of that many nodes."""
    return f"{app.url}/?nodes={nodes}"


@contextmanager
def served() -> Iterator[App]:
    """The app of flow_app.py."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RIVAL_PACKAGES": str(_site())}
        with running(App(Path(folder) / "none.sqlite3", SCRIPT, environment)) as app:
            yield app
