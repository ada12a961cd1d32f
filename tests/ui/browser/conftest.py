"""The real app on a port and a database of its own, and a page that notices what must not happen."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect

from designer.store import Attempt
from designer.ui.archive import Archive, Kept
from tests.ui.browser.drawing import CHAIN, Whiteboard
from tests.ui.browser.windows import Windows

ROOT = Path(__file__).resolve().parents[3]
READY = "You can now view"
PATIENCE_MS = 20_000
RESTING_PLACE = "/_stcore/health"
"""Where a window waits for its next test: a page of the app that is one word."""

# Streamlit asks for these beside the page's own address first, and for the real ones after that.
PROBES = ("/_stcore/health", "/_stcore/host-config")


class App:
    """`streamlit run` as a process; it can be killed and started again at the same port."""

    def __init__(
        self, database: Path, script: str = "streamlit_app.py", environment: Mapping[str, str] | None = None
    ) -> None:
        self.database = database
        self._script = script
        self._environment = environment or {}
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start, and come back when it serves."""
        command = [
            sys.executable, "-m", "streamlit", "run", self._script, "--server.port", str(self.port),
            "--server.address", "localhost", "--server.headless", "true", "--server.fileWatcherType", "none",
        ]  # fmt: skip
        environment = {
            **os.environ, **self._environment, "DESIGNER_DATABASE_URL": f"sqlite:///{self.database}"
        }  # fmt: skip
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self._process.stdout is not None
        seen = []
        for line in self._process.stdout:
            seen.append(line)
            if READY in line:
                # What it says later is not read, and a full pipe would hold it up.
                self._drain = Thread(target=deque, args=(self._process.stdout, 0), daemon=True)
                self._drain.start()
                return
        raise AssertionError("the app did not start: " + "".join(seen))

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._drain.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    @contextmanager
    def down(self) -> Iterator[None]:
        """Killed as by a crash. It serves again after that, whatever happens: the next test needs it."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    def keep(self, attempt: str, scenario: str, document: Mapping[str, Any], revision: int = 1) -> None:
        """Put a design on a board of its store; a later revision is a further version of its history."""
        kept = Attempt(attempt, scenario, json.dumps(document), 1, revision, datetime.now(UTC))
        assert Archive(f"sqlite:///{self.database}").save(kept) is Kept.YES


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    running = App(tmp_path_factory.mktemp("app") / "boards.sqlite3")
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A window that wants no movement: what a test reads is then where it will stay. `motion` brings it back."""
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "color_scheme": "light",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def windows(browser: Browser, app: App) -> Iterator[Windows]:
    found = Windows(browser, f"{app.url}{RESTING_PLACE}")
    yield found
    found.close()


Borrower = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def borrow(
    request: pytest.FixtureRequest, windows: Windows, browser_context_args: dict[str, object]
) -> Borrower:
    """Lends the page of a window, of another kind where one is stated; the next test finds it as if it were new.

    One in which a test failed is thrown away. A test marked `own_window` has one to itself: what listens to a page or
    changes its scripts cannot be taken out again.
    """

    @contextmanager
    def borrow_it(**kind: object) -> Iterator[Page]:
        is_own = request.node.get_closest_marker("own_window") is not None
        window = (windows.open if is_own else windows.take)({**browser_context_args, **kind})
        try:
            yield window.page
        finally:
            stages = [getattr(request.node, f"rep_{stage}", None) for stage in ("setup", "call")]
            is_well = all(stage is not None and stage.passed for stage in stages)
            windows.give_back(window, is_well and not is_own)

    return borrow_it


@pytest.fixture
def page(borrow: Borrower) -> Iterator[Page]:
    with borrow() as found:
        yield found


@pytest.fixture
def motion(page: Page) -> None:
    """Movement, for a test of what moves."""
    page.emulate_media(reduced_motion="no-preference")


class Watch:
    """What a page did that it must not do."""

    def __init__(self, page: Page) -> None:
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.is_server_down = False
        self._page = page
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def end(self) -> None:
        """Look no longer, and fail when there was anything."""
        self._page.remove_listener("request", self._request)
        self._page.remove_listener("console", self._console)
        self._page.remove_listener("pageerror", self._error)
        assert self.foreign == []
        assert self.errors == []

    def _error(self, error: Error) -> None:
        self.errors.append(str(error))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname not in ("localhost", "127.0.0.1"):
            self.foreign.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        is_probe = message.location.get("url", "").endswith(PROBES)
        if message.type == "error" and not is_probe and not self.is_server_down:
            self.errors.append(f"{message.text} {message.location.get('url', '')}")


@pytest.fixture
def watch(page: Page) -> Iterator[Watch]:
    """Fails the test when the page asked another machine for anything, or told of an error."""
    watching = Watch(page)
    yield watching
    watching.end()


def settled(page: Page) -> None:
    """Wait until the app has nothing left to do."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached()


Opener = Callable[..., Whiteboard]
NUMBERS = itertools.count(1)


@pytest.fixture
def open_board(page: Page, app: App, watch: Watch) -> Opener:
    """Opens the app at a stored board with that document on it."""

    def open_it(
        document: dict[str, Any] = CHAIN, part: str = "one", scenario: str = "url_shortener"
    ) -> Whiteboard:
        # A number, since a test that is tried twice finds its first board in the same store.
        name = f"board_{part}_{next(NUMBERS):020d}"
        whole = {"version": 1, "name": "Drawn", **document}
        app.keep(name, scenario, whole)
        page.goto(f"{app.url}/?attempt={name}")
        board = Whiteboard(page)
        board.wait()
        expect(board.card(whole["nodes"][0]["id"])).to_be_visible()
        settled(page)
        return board

    return open_it
