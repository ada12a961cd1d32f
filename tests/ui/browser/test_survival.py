"""Nothing that was drawn is lost: not in a slow run, not by a reload, a killed server or a cut wire."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("motion")]

STROKES = 20
RECONNECTING_MS = 90_000


class Gate:
    """A pipe that the gated app waits at. `shut` it, stroke, `hold` it until a run stands there, `open` it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end: int | None = None

    def shut(self) -> None:
        os.mkfifo(self.path)

    def hold(self) -> None:
        """Comes back when a run waits at the gate."""
        self._end = os.open(self.path, os.O_WRONLY)

    def open(self) -> None:
        with suppress(FileNotFoundError):
            self.path.unlink()
        if self._end is not None:
            os.close(self._end)
            self._end = None


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, Path]]:
    """An app whose judgements can be held up, and where its gate is."""
    room = tmp_path_factory.mktemp("gated")
    environment = {"DESIGNER_GATE": str(room / "gate")}
    running = App(room / "boards.sqlite3", "tests/ui/browser/gated_app.py", environment)
    running.start()
    yield running, room / "gate"
    running.kill()


@pytest.fixture
def busy_app(gated: tuple[App, Path]) -> App:
    return gated[0]


@pytest.fixture
def gate(gated: tuple[App, Path]) -> Iterator[Gate]:
    found = Gate(gated[1])
    yield found
    found.open()


def open_board(page: Page, app: App) -> Whiteboard:
    page.goto(app.url)
    board = Whiteboard(page)
    board.wait()
    settled(page)
    return board


def duplicate(board: Whiteboard, times: int) -> None:
    """So many strokes, as quick as keys can be pressed; each makes a card more."""
    for _ in range(times):
        board.page.keyboard.press("Control+d")


def expect_seen(board: Whiteboard, count: int) -> None:
    """There are so many cards, and Python has judged each of them."""
    cards = board.page.locator(".wb-card")
    expect(cards).to_have_count(count)
    expect(board.page.locator(".wb-card[data-state=none]")).to_have_count(0)
    board.expect_saved()


@pytest.mark.own_window
def test_twenty_strokes_in_a_slow_run_all_arrive(page: Page, busy_app: App, watch: Watch, gate: Gate) -> None:
    board = open_board(page, busy_app)
    count = len(board.nodes())
    board.select("api")
    gate.shut()
    duplicate(board, 1)
    gate.hold()
    duplicate(board, STROKES)
    gate.open()
    expect_seen(board, count + 1 + STROKES)
    page.reload()
    board.wait()
    expect_seen(board, count + 1 + STROKES)


@pytest.mark.own_window
def test_a_reload_in_a_slow_run_loses_no_stroke(page: Page, busy_app: App, watch: Watch, gate: Gate) -> None:
    board = open_board(page, busy_app)
    count = len(board.nodes())
    board.select("api")
    gate.shut()
    duplicate(board, 1)
    gate.hold()
    duplicate(board, STROKES)
    page.reload()
    gate.open()
    board.wait()
    expect_seen(board, count + 1 + STROKES)
    page.reload()
    board.wait()
    expect_seen(board, count + 1 + STROKES)


LEAST = """canvas => {
    let [least, part] = [1, canvas];
    for (; part !== null; part = part.parentElement ?? part.getRootNode().host ?? null) {
        for (const change of part.getAnimations()) if (change instanceof CSSTransition) change.finish();
        least = Math.min(least, Number(getComputedStyle(part).opacity));
    }
    return least;
}"""
"""How bright the board is shown: the least opacity of all that it stands in."""


@pytest.mark.own_window
def test_the_board_is_never_dimmed(page: Page, busy_app: App, watch: Watch, gate: Gate) -> None:
    board = open_board(page, busy_app)
    board.select("api")
    gate.shut()
    duplicate(board, 1)
    gate.hold()
    # Streamlit has marked the board as not reached by the run that waits.
    frame = page.locator("[data-stale=true]").filter(has=page.get_by_test_id("canvas"))
    expect(frame.last).to_be_attached()
    assert board.canvas.evaluate(LEAST) == 1
    gate.open()
    expect(frame).to_have_count(0)
    assert board.canvas.evaluate(LEAST) == 1


def test_a_reload_at_once_after_a_stroke_loses_nothing(page: Page, app: App, watch: Watch) -> None:
    board = open_board(page, app)
    count = len(board.nodes())
    board.select("api")
    duplicate(board, 3)
    page.reload()
    board.wait()
    expect_seen(board, count + 3)
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)


def test_a_server_that_is_killed_takes_no_stroke_with_it(page: Page, app: App, watch: Watch) -> None:
    board = open_board(page, app)
    count = len(board.nodes())
    board.select("api")
    duplicate(board, 2)
    watch.is_server_down = True
    with app.down():
        duplicate(board, 3)
    connected = page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    expect(connected).to_be_attached(timeout=RECONNECTING_MS)
    watch.is_server_down = False
    expect_seen(board, count + 5)
    # It was killed with its claim on the board, which binds nobody.
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    page.reload()
    board.wait()
    expect_seen(board, count + 5)


class Wire:
    """The way between page and server, which can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self._ends: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        page.route_web_socket(re.compile("/_stcore/stream"), self._connect)
        page.route("**/_stcore/**", self._ask)

    def _connect(self, end: WebSocketRoute) -> None:
        if self.is_cut:
            end.close(code=1001)
        else:
            self._ends.append((end, end.connect_to_server()))

    def _ask(self, route: Route) -> None:
        if self.is_cut:
            route.abort()
        else:
            route.continue_()

    def cut(self) -> None:
        self.is_cut = True
        for near, far in self._ends:
            near.close(code=1001)
            far.close(code=1001)
        self._ends.clear()

    def mend(self) -> None:
        self.is_cut = False


@pytest.mark.own_window
def test_strokes_drawn_while_the_wire_is_cut_arrive_when_it_is_mended(
    page: Page, app: App, watch: Watch
) -> None:
    wire = Wire(page)
    board = open_board(page, app)
    count = len(board.nodes())
    board.select("api")
    duplicate(board, 1)
    expect_seen(board, count + 1)
    watch.is_server_down = True
    wire.cut()
    state = page.get_by_test_id("stApp")
    expect(state).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    duplicate(board, 4)
    expect(page.locator(".wb-card")).to_have_count(count + 5)
    wire.mend()
    expect(state).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=RECONNECTING_MS)
    watch.is_server_down = False
    expect_seen(board, count + 5)
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    page.reload()
    board.wait()
    expect_seen(board, count + 5)


def test_a_paste_that_is_too_large_is_refused_in_a_sentence_and_changes_nothing(
    page: Page, app: App, watch: Watch
) -> None:
    board = open_board(page, app)
    count = len(board.nodes())
    board.select("api")
    cards = page.locator(".wb-card")
    while count * 2 <= 500:
        for keys in ("Control+a", "Control+c", "Control+v"):
            page.keyboard.press(keys)
        count *= 2
        expect(cards).to_have_count(count)
    for keys in ("Control+a", "Control+c", "Control+v"):
        page.keyboard.press(keys)
    expect(page.get_by_test_id("toast")).to_have_text(
        "A board takes 500 nodes. Use instances instead of drawing the same thing again."
    )
    expect(cards).to_have_count(count)
    board.expect_saved()
