"""Two tabs on one board, in a real browser: one draws, the other is told, looks on, and can take over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box

pytestmark = pytest.mark.browser


WIDTHS = (1440, 390)
CUT = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def first(page: Page, app: App, watch: Watch) -> Whiteboard:
    page.goto(app.url)
    board = Whiteboard(page)
    board.wait()
    settled(page)
    return board


@pytest.fixture
def second(first: Whiteboard) -> Iterator[Whiteboard]:
    """Another tab at the same address."""
    page = first.page.context.new_page()
    watching = Watch(page)
    page.goto(first.page.url)
    board = Whiteboard(page)
    board.wait()
    settled(page)
    yield board
    # What a page asks for while its wire is cut cannot be had, and is asked for again.
    assert [error for error in watching.errors if CUT not in error] == []


def banner(board: Whiteboard) -> Locator:
    return board.page.get_by_text("Another tab draws on this board.")


def press(board: Whiteboard, button: str) -> None:
    board.page.get_by_role("button", name=button).click()


def test_when_the_first_tab_is_closed_the_second_may_draw(first: Whiteboard, second: Whiteboard) -> None:
    expect(banner(second)).to_be_visible()
    first.page.close()
    expect(banner(second)).to_have_count(0)
    second.drag_in("dns", 530, 500)
    expect(second.card("dns")).to_contain_text("No traffic")
    second.expect_saved()


def test_strokes_that_cross_a_take_over_are_in_the_history(first: Whiteboard, second: Whiteboard) -> None:
    expect(banner(second)).to_be_visible()
    first.page.context.set_offline(True)
    first.drag_in("dns", 530, 500)
    first.page.context.set_offline(False)
    press(second, "Take over")
    expect(banner(first)).to_be_visible()
    settled(first.page)
    settled(second.page)
    # Whichever came first: the stroke is on the board, or in its history.
    second.page.get_by_test_id("stSidebar").get_by_role("link", name="History").click()
    expect(second.page.get_by_role("heading", name="History", exact=True)).to_be_visible()
    second.wait()
    expect(second.card("dns")).to_be_visible()


def test_a_reader_goes_on_in_a_copy(first: Whiteboard, second: Whiteboard) -> None:
    press(second, "Go on in a copy")
    expect(banner(second)).to_have_count(0)
    assert second.page.url != first.page.url
    second.drag_in("dns", 530, 500)
    expect(second.card("dns")).to_contain_text("No traffic")
    expect(first.card("dns")).to_have_count(0)
    expect(banner(first)).to_have_count(0)


def test_the_second_tab_is_told_in_any_window_follows_and_takes_over(
    second: Whiteboard, first: Whiteboard
) -> None:
    the_banner_fits_its_window(second)
    second.page.set_viewport_size({"width": 1440, "height": 900})
    the_second_tab_is_told_follows_and_takes_over(first, second)


def the_banner_fits_its_window(second: Whiteboard) -> None:
    for width in WIDTHS:
        second.page.set_viewport_size({"width": width, "height": 844})
        expect(banner(second)).to_be_visible()
        assert second.page.evaluate("document.documentElement.scrollWidth") <= width
        frame = box(second.page.get_by_role("button", name="Take over"))
        assert frame["x"] >= 0 and frame["x"] + frame["width"] <= width, width


def the_second_tab_is_told_follows_and_takes_over(first: Whiteboard, second: Whiteboard) -> None:
    expect(banner(second)).to_be_visible()
    expect(banner(first)).to_have_count(0)
    expect(second.page.get_by_test_id("palette-cache")).to_have_count(0)
    second.card("links").click()
    second.page.keyboard.press("Delete")
    first.drag_in("dns", 530, 500)
    expect(second.card("dns")).to_be_visible()
    expect(second.card("links")).to_be_visible()
    press(second, "Take over")
    expect(banner(second)).to_have_count(0)
    expect(banner(first)).to_be_visible()
    second.drag_in("monitoring", 330, 500)
    expect(second.card("monitoring")).to_contain_text("No traffic")
    expect(first.card("monitoring")).to_be_visible()
    second.expect_saved()
    second.page.reload()
    second.wait()
    expect(second.card("dns")).to_be_visible()
