"""The page Compare in a real browser: what is chosen, pasted and uploaded, wide and narrow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box

pytestmark = pytest.mark.browser

WIDTHS = (1440, 1024, 390)
NOTATION = "users > load_balancer*2 > api:app_server*70 > cache, db:sql_database*3"


@pytest.fixture
def comparison(page: Page, app: App, watch: Watch) -> Locator:
    """The comparison of a board that was drawn on with a reference."""
    page.goto(app.url)
    board = Whiteboard(page)
    board.wait()
    settled(page)
    board.drag_in("dns", 530, 500)
    expect(board.card("dns")).to_contain_text("No traffic")
    settled(page)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    found = page.locator(".st-key-comparison")
    expect(found).to_contain_text("The second design")
    settled(page)
    return found


def choose(page: Page, side: str, contender: str) -> None:
    page.get_by_role("combobox", name=side).click()
    page.get_by_role("option", name=re.compile(contender)).click()


def test_a_design_is_pasted_or_uploaded(page: Page, comparison: Locator, tmp_path: Path) -> None:
    choose(page, "Second design", "of your own")
    text = page.get_by_role("textbox", name=re.compile("paste it"))
    text.fill("users > load_balancr")
    text.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("load_balancer")
    expect(text).to_have_value("users > load_balancr")
    file = tmp_path / "mine.txt"
    file.write_text(NOTATION, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    expect(text).to_have_value(NOTATION)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(comparison).to_contain_text("findings are new")
    expect(page.locator(".st-key-drawings").get_by_role("img")).to_have_count(2)


def test_a_board_and_a_reference_are_compared_in_any_window(page: Page, comparison: Locator) -> None:
    nothing_is_wider_than_the_window(page, comparison)
    page.set_viewport_size({"width": 1440, "height": 900})
    the_board_is_set_against_a_reference_and_left_as_it_was(page, comparison)


def nothing_is_wider_than_the_window(page: Page, comparison: Locator) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        expect(comparison.get_by_role("table").first).to_be_visible()
        settled(page)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0, width
        for part in (*comparison.get_by_role("table").all(), *page.locator(".st-key-drawings img").all()):
            frame = box(part)
            assert frame["x"] >= 0 and frame["x"] + frame["width"] <= width, width


def the_board_is_set_against_a_reference_and_left_as_it_was(page: Page, comparison: Locator) -> None:
    expect(comparison.get_by_role("table")).to_have_count(2)
    pictures = page.locator(".st-key-drawings").get_by_role("img")
    expect(pictures).to_have_count(2)
    assert all(part.evaluate("part => part.naturalWidth") > 0 for part in pictures.all())
    choose(page, "Second design", "Naive")
    expect(comparison).to_contain_text("misses")
    page.reload()
    expect(comparison).to_contain_text("The second design")
    page.get_by_role("link", name="Practice").click()
    expect(Whiteboard(page).card("dns")).to_be_visible()
