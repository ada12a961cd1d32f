"""How long it takes from an edit on the board to the annotations drawn for it, in a real browser.

`python tests/bench/browser.py [--nodes 30] [--edits 40] [--json]` starts the app on a database of its own, opens a
board of that many nodes and turns one instance knob again and again. The clock runs in the page: from the click to
the first frame in which the revision of that click is acknowledged and its numbers are on the cards.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from designer.catalog import load  # noqa: E402
from designer.design.notation import parse_notation  # noqa: E402
from designer.store import Attempt, Attempts, open_database  # noqa: E402
from designer.ui.state import plain_data  # noqa: E402
from tests.conftest import CHROMIUM_FLAGS, find_chromium  # noqa: E402
from tests.ui.browser.conftest import App  # noqa: E402

SCENARIO = "url_shortener"
ATTEMPT = "bench_board_00000001"
WARM_UP = 3

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


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds."""

    nodes: int
    edits: int
    median: float
    p90: float
    slowest: float


def measure(nodes: int = 30, edits: int = 40) -> Measured:
    """The round trip of `edits` edits on a board of `nodes` nodes."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(Path(folder) / "boards.sqlite3")
        _store_board(app.database, nodes)
        app.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=find_chromium(), args=list(CHROMIUM_FLAGS)
                )
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"{app.url}/?attempt={ATTEMPT}")
                times = _turn(page, edits + WARM_UP)[WARM_UP:]
                browser.close()
        finally:
            app.kill()
    deciles = statistics.quantiles(times, n=10)
    return Measured(nodes, edits, statistics.median(times), deciles[8], max(times))


def _turn(page: Page, edits: int) -> list[float]:
    """Turn the knob of one card; wait for each turn's numbers."""
    page.get_by_test_id("card-api_1").click()
    page.get_by_test_id("inspector-instances-more").wait_for()
    times = []
    for _ in range(edits):
        # The next turn begins when the run before is over: its headroom comes after its annotations.
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        times.append(float(page.evaluate(ROUND_TRIP, "api_1")))
    return times


def _store_board(database: Path, nodes: int) -> None:
    text = board_notation(nodes)
    document = json.dumps(plain_data(parse_notation(text, load(), name="Bench")))
    Attempts(open_database(f"sqlite:///{database}")).save(
        Attempt(ATTEMPT, SCENARIO, document, 1, 1, datetime.now(UTC))
    )


def board_notation(nodes: int) -> str:
    """A board of that many nodes: users and a load balancer, then pairs of services with a cache and a store each."""
    lines = ["users > lb:load_balancer*3"]
    for number in range(1, (nodes - 2) // 4 + 1):
        lines.append(f"lb > api_{number}:app_server*20 > w_{number}:app_server*20")
        lines.append(f"w_{number} > c_{number}:cache, d_{number}:key_value_store")
    rest = nodes - 2 - 4 * ((nodes - 2) // 4)
    lines += [f"lb > extra_{number}:app_server*20" for number in range(rest)]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=30)
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if find_chromium() is None:
        sys.exit("there is no Chromium to measure with")
    found = measure(given.nodes, given.edits)
    if given.json:
        print(json.dumps({name: getattr(found, name) for name in Measured.__slots__}))
    else:
        print(
            f"board edit to drawn annotations, {found.nodes} nodes, {found.edits} edits: "
            f"median {found.median:.0f} ms, p90 {found.p90:.0f} ms, slowest {found.slowest:.0f} ms"
        )


if __name__ == "__main__":
    main()
