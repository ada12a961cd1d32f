"""Nothing that was drawn is lost: not in a slow run, not by a reload, a killed server or a cut wire."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("motion")]

STROKES = 20
CUT_MS = 30_000
SLOW_MS = 60_000
RECONNECTING_MS = 90_000
LOADING_MS = 60_000
"""An app that has just been started, in a browser that has never seen it, on a machine that does other things too."""


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
    expect(board.canvas).to_be_visible(timeout=LOADING_MS)
    settled(page)
    return board


def reload(board: Whiteboard) -> None:
    board.page.reload()
    expect(board.canvas).to_be_visible(timeout=LOADING_MS)


def duplicate(board: Whiteboard, times: int) -> None:
    """So many strokes, as quick as keys can be pressed; each makes a card more."""
    for _ in range(times):
        board.page.keyboard.press("Control+d")


def expect_seen(board: Whiteboard, count: int) -> None:
    """There are so many cards, and Python has judged each of them."""
    cards = board.page.locator(".wb-card")
    expect(cards).to_have_count(count)
    expect(board.page.locator(".wb-card[data-state=none]")).to_have_count(0, timeout=LOADING_MS)
    board.expect_saved()


def revisions_of(page: Page) -> list[int]:
    """A list that grows by the revision of the board in each message that asks for a run of the whole page."""
    found: list[int] = []

    def look(payload: str | bytes) -> None:
        message = BackMsg.FromString(payload) if isinstance(payload, bytes) else BackMsg()
        if not message.rerun_script.fragment_id:
            values = (item.json_value for item in message.rerun_script.widget_states.widgets)
            found.extend(json.loads(value)["board"]["revision"] for value in values if '"revision"' in value)

    page.on("websocket", lambda wire: wire.on("framesent", look))
    return found


@pytest.mark.own_window
def test_twenty_strokes_in_a_slow_run_all_arrive(page: Page, busy_app: App, watch: Watch, gate: Gate) -> None:
    board = open_board(page, busy_app)
    count = len(board.nodes())
    board.select("api")
    gate.shut()
    duplicate(board, 1)
    gate.hold()
    duplicate(board, STROKES)
    expect(page.get_by_test_id("saved-state")).to_have_text("Saving…")
    gate.open()
    expect_seen(board, count + 1 + STROKES)
    reload(board)
    expect_seen(board, count + 1 + STROKES)


@pytest.mark.own_window
def test_a_slow_run_is_not_ended_by_asking_again(page: Page, busy_app: App, watch: Watch, gate: Gate) -> None:
    page.clock.install()
    sent = revisions_of(page)
    board = open_board(page, busy_app)
    board.select("api")
    gate.shut()
    duplicate(board, 1)
    gate.hold()
    expect(page.get_by_test_id("saved-state")).to_have_text("Saving…")
    # What nobody answers is sent again, but not while a run is at it: that would begin anew, time after time.
    page.clock.fast_forward(SLOW_MS)
    expect(page.get_by_test_id("saved-state")).to_have_text("Saving…")
    assert sent == [1]


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
    expect(board.canvas).to_be_visible(timeout=LOADING_MS)
    expect_seen(board, count + 1 + STROKES)
    reload(board)
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
    reload(board)
    expect_seen(board, count + 3)
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)


COUNT_DIALOGS = """() => {
    window.dialogs = 0;
    const isDialog = node => node instanceof Element
        && node.matches(':has([data-testid=stDialog]), [data-testid=stDialog]');
    new MutationObserver(changes => {
        window.dialogs += changes.filter(({ addedNodes }) => [...addedNodes].some(isDialog)).length;
    }).observe(document.body, { childList: true });
}"""


def test_a_server_that_is_killed_takes_no_stroke_with_it(page: Page, app: App, watch: Watch) -> None:
    board = open_board(page, app)
    count = len(board.nodes())
    board.select("api")
    duplicate(board, 2)
    watch.is_server_down = True
    page.evaluate(COUNT_DIALOGS)
    with app.down():
        duplicate(board, 3)
        # What Streamlit lays over the page is closed again: drawing goes on.
        page.wait_for_function("window.dialogs > 0")
        expect(page.get_by_test_id("stDialog")).to_have_count(0)
    connected = page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")
    expect(connected).to_be_attached(timeout=RECONNECTING_MS)
    watch.is_server_down = False
    expect_seen(board, count + 5)
    # It was killed with its claim on the board, which binds nobody.
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    reload(board)
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
def test_strokes_drawn_while_the_wire_is_cut_for_half_a_minute_arrive_when_it_is_mended(
    page: Page, app: App, watch: Watch
) -> None:
    page.clock.install()
    wire = Wire(page)
    board = open_board(page, app)
    count = len(board.nodes())
    board.select("api")
    duplicate(board, 1)
    expect_seen(board, count + 1)
    watch.is_server_down = True
    wire.cut()
    state, saved, toast = (page.get_by_test_id(name) for name in ("stApp", "saved-state", "toast"))
    expect(state).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    expect(saved).to_have_text("No connection")
    expect(toast).to_contain_text("What you draw is kept in this tab")
    duplicate(board, 2)
    expect(saved).to_have_text("Not saved: no connection")
    page.clock.fast_forward(CUT_MS)
    duplicate(board, 2)
    expect(page.locator(".wb-card")).to_have_count(count + 5)
    expect(saved).to_have_text("Not saved: no connection")
    wire.mend()
    # It tries again more and more rarely: let the page believe that the time for it has come.
    page.clock.fast_forward(CUT_MS)
    expect(state).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=RECONNECTING_MS)
    watch.is_server_down = False
    expect_seen(board, count + 5)
    expect(toast).to_have_text("Everything you drew is saved again.")
    expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    reload(board)
    expect_seen(board, count + 5)


MANY = 1_000
IDS = [f"n{number}" for number in range(MANY)]
PIECE = json.dumps({"version": 1, "nodes": [{"id": name, "component": "app_server"} for name in IDS]})
TOO_MANY = {
    "# A piece of a design, copied from the whiteboard\n"
    + PIECE: "A board takes 500 nodes.*there would be 1,00[0-9] nodes",
    PIECE: "1,000 nodes are more than can be pasted at once; expected at most 300",
    " > ".join(
        f"{name}:app_server" for name in IDS
    ): "1,000 nodes are more than can be pasted at once; expected at most 300",
}
"""Texts with too much in them for a board, and what is said of each: a piece of a board, a design file, notation."""


def test_a_paste_of_a_thousand_nodes_is_refused_in_a_sentence_and_changes_nothing(
    page: Page, app: App, watch: Watch
) -> None:
    board = open_board(page, app)
    before = board.nodes()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for text, words in TOO_MANY.items():
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        page.get_by_test_id("whiteboard").focus()
        page.keyboard.press("Control+v")
        expect(page.get_by_test_id("toast")).to_have_text(re.compile(words))
        board.expect_saved()
        assert board.nodes() == before
    expect(page.get_by_test_id("action-undo")).to_have_attribute("aria-disabled", "true")
