"""The designer's own board in a browser, with all of its page and the review it always makes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from designer import frontend
from designer.catalog import load
from designer.design.notation import parse_notation
from designer.ui.state import plain_data
from tests.bench.boards import SCENARIO, SIZES, board_notation
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
from tests.ui.browser.conftest import App

CARD = "[data-testid^=card-]"
LAYOUT = "elk"

# Where the middle of a card is, of those cards that nothing covers the one nearest to the middle of the board.
MIDDLE_CARD = """(prefix) => {
    const hosts = [...document.querySelectorAll('*')].map(one => one.shadowRoot).filter(Boolean);
    const root = hosts.find(one => one.querySelector('[data-testid=whiteboard]'));
    const board = root.querySelector('[data-testid=canvas]').getBoundingClientRect();
    const middle = box => ({x: box.x + box.width / 2, y: box.y + box.height / 2});
    const at = middle(board);
    const seen = [...root.querySelectorAll(`[data-testid^="card-${prefix}"]`)].flatMap(card => {
        const {x, y} = middle(card.getBoundingClientRect());
        const top = root.elementFromPoint(x, y)?.closest('.wb-card');
        return top === card ? [{x, y, id: card.dataset.testid.slice(5), off: Math.hypot(x - at.x, y - at.y)}] : [];
    });
    return seen.sort((one, other) => one.off - other.off)[0];
}"""

# From the click to the card's own text having changed, and one frame more, so that it is drawn.
ROUND_TRIP = """async (node) => {
    const roots = [...document.querySelectorAll('*')].map(element => element.shadowRoot).filter(Boolean);
    const root = roots.find(candidate => candidate.querySelector('[data-testid=whiteboard]'));
    const find = id => root.querySelector(`[data-testid="${id}"]`);
    const cost = () => find(`card-${node}`).querySelector('.wb-cost').textContent;
    const before = cost();
    const start = performance.now();
    find('inspector-instances-more').click();
    await new Promise((done, fail) => {
        const patience = setTimeout(() => fail(new Error('nothing came back')), 20000);
        const look = () => cost() === before
            ? requestAnimationFrame(look)
            : (clearTimeout(patience), requestAnimationFrame(done));
        look();
    });
    return performance.now() - start;
}"""


def weigh(first: set[str]) -> Weight:
    """`first` are the names of the scripts loaded by the first card."""
    scripts = sorted(frontend.BUNDLE.glob("*.js"))
    layout = [file for file in scripts if file.name.startswith(LAYOUT)]
    others = [file for file in scripts if file not in layout]
    return Weight(zipped(file for file in others if file.name in first), zipped(others), zipped(layout))


def turn(browser: Browser, app: App, nodes: int, edits: int) -> tuple[float, ...]:
    """Turn the knob of one card again and again; milliseconds until the numbers of each turn are drawn."""
    with opened(browser, address(app, nodes), CARD) as page:
        node = _middle_card(page, "api_")
        page.mouse.click(node["x"], node["y"])
        page.get_by_test_id("inspector-instances-more").wait_for()
        times = []
        for _ in range(edits + WARM_UP):
            # The next turn begins when the run before is over: its headroom comes after its annotations.
            page.locator(SETTLED).wait_for()
            times.append(float(page.evaluate(ROUND_TRIP, node["id"])))
    return tuple(times[WARM_UP:])


def swing(browser: Browser, app: App, prefix: str) -> Frames:
    """Drag a card whose name begins so."""
    with opened(browser, address(app, SIZES[-1]), CARD) as page:
        card = _middle_card(page, prefix)
        return drag(page, page.main_frame, card["x"], card["y"])


def _middle_card(page: Page, prefix: str) -> dict[str, float]:
    page.locator(CARD).first.wait_for()
    page.locator(SETTLED).wait_for()
    found: dict[str, float] = page.evaluate(MIDDLE_CARD, prefix)
    return found


def address(app: App, nodes: int) -> str:
    """Of the board of that many nodes."""
    return f"{app.url}/?attempt={_attempt(nodes)}"


def _attempt(nodes: int) -> str:
    return f"bench_board_{nodes:08}"


@contextmanager
def served() -> Iterator[App]:
    """The app, with a board of each size in its database."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(Path(folder) / "boards.sqlite3")
        for nodes in SIZES:
            app.keep(
                _attempt(nodes),
                SCENARIO,
                plain_data(parse_notation(board_notation(nodes), load(), name="Bench")),
            )
        with running(app):
            yield app
