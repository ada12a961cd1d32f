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
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from designer.store import Attempt
from designer.ui.archive import Archive, Kept
from tests.ui.browser.drawing import CHAIN, Whiteboard

ROOT = Path(__file__).resolve().parents[3]
READY = "You can now view"
PATIENCE_MS = 20_000

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

    def keep(self, attempt: str, scenario: str, document: Mapping[str, Any]) -> None:
        """Put a design on a board of its store."""
        kept = Attempt(attempt, scenario, json.dumps(document), 1, 1, datetime.now(UTC))
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
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}


class Watch:
    """What a page did that it must not do."""

    def __init__(self, page: Page) -> None:
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.is_server_down = False
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

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
    assert watching.foreign == []
    assert watching.errors == []


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
