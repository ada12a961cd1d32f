"""The board in Firefox: drawn with the mouse, and built with keys alone."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.conftest import find_firefox
from tests.ui.browser import firefox_relay
from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard
from tests.ui.browser.keyboard import CALLS, Keyboard, build_by_keys

pytestmark = pytest.mark.firefox

WINDOW = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def firefox(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The machine's own Firefox, driven through the relay."""
    starter = tmp_path_factory.mktemp("firefox") / "firefox"
    words = (sys.executable, str(Path(firefox_relay.__file__)), str(find_firefox()))
    starter.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    starter.chmod(0o755)
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=starter)
    yield browser
    browser.close()


@pytest.fixture
def window(firefox: Browser, app: App) -> Iterator[Page]:
    page = firefox.new_page(viewport=WINDOW)  # type: ignore[arg-type]
    watch = Watch(page)
    page.goto(app.url)
    Whiteboard(page).wait()
    settled(page)
    yield page
    page.close()
    assert watch.foreign == []
    assert watch.errors == []


def test_a_design_is_drawn_and_connected_with_the_mouse(window: Page) -> None:
    board = Whiteboard(window)
    window.get_by_role("button", name="Board", exact=True).click()
    window.get_by_role("button", name="Empty board").click()
    expect(window.get_by_test_id("empty-hint")).to_be_visible()
    board.drag_in("users", 330, 200)
    board.drag_in("app_server", 560, 200)
    board.drag_in("key_value_store", 790, 200)
    board.connect("users", "app_server")
    board.connect("app_server", "key_value_store")
    board.select("app_server")
    window.get_by_test_id("inspector-instances").click()
    for key in ("Control+a", "4", "Enter"):
        window.keyboard.press(key)
    expect(board.card("app_server")).to_contain_text("×4")
    board.move("app_server", 0, 120)
    # What Python says of it shows that the edits have arrived.
    expect(board.card("app_server").get_by_test_id("card-load")).to_contain_text("%")
    board.expect_saved()
    window.reload()
    board.wait()
    expect(board.card("app_server")).to_contain_text("×4")
    expect(window.get_by_test_id("connection-users>app_server")).to_be_attached()


def test_a_count_that_is_put_in_at_once_is_taken(window: Page) -> None:
    board = Whiteboard(window)
    board.select("api")
    board.set("instances", 210)
    expect(board.card("api")).to_contain_text("×210")


def test_a_design_is_built_by_keys_alone(window: Page) -> None:
    keyboard = Keyboard(window)
    build_by_keys(keyboard)
    for source, target, _ in CALLS:
        expect(window.get_by_test_id(f"connection-{source}>{target}")).to_be_attached()
    keyboard.go_to("node:cache")
    keyboard.press("Delete")
    expect(keyboard.board.card("cache")).to_have_count(0)
    keyboard.press("Control+z")
    expect(keyboard.board.card("cache")).to_be_visible()
