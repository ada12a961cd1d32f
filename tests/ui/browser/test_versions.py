"""The history of a board in a real browser: scrub, play, name, compare, go back, undo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.conftest import NUMBERS, App, Watch, settled
from tests.ui.browser.drawing import API, USERS, Whiteboard, box, linked, placed

pytestmark = pytest.mark.browser


WIDTHS = (1440, 1024, 390)


@pytest.fixture
def drawn(page: Page, app: App, watch: Watch) -> Whiteboard:
    """The history of a board that a hand has drawn on three times: dns, cache, dns moved."""
    page.goto(app.url)
    found = Whiteboard(page)
    found.wait()
    settled(page)
    for component, x, y in (("dns", 330, 500), ("cache", 530, 500)):
        found.drag_in(component, x, y)
        expect(found.card(component)).to_contain_text("No traffic")
    found.move("dns", 0, 60)
    found.expect_saved()
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="History", exact=True)).to_be_visible()
    expect_version(page, 4)
    return found


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Whiteboard:
    """The same history, as the store has it."""
    name = f"history_{next(NUMBERS):020d}"
    first = {"version": 1, "name": "Drawn", "nodes": [USERS, API], "connections": [linked("users", "api")]}
    dns, moved = placed("dns", "dns", 0, 2), placed("dns", "dns", 0, 3)
    cache = placed("cache", "cache", 1, 2)
    for revision, more in enumerate(([], [dns], [dns, cache], [moved, cache]), 1):
        app.keep(name, "url_shortener", {**first, "nodes": [USERS, API, *more]}, revision)
    page.goto(f"{app.url}/history?attempt={name}")
    expect_version(page, 4)
    return Whiteboard(page)


def expect_version(page: Page, number: int) -> None:
    expect(page.get_by_test_id("stMain").get_by_text(re.compile(f"^Version {number} ·"))).to_be_visible()
    settled(page)


def slider(page: Page) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("slider", name=re.compile("^Version"))


def scrub_to(page: Page, number: int, newest: int = 4) -> None:
    for at in range(newest - 1, number - 1, -1):
        slider(page).press("ArrowLeft")
        expect_version(page, at)


def test_scrubbing_shows_what_changed_and_leads_back(page: Page, drawn: Whiteboard) -> None:
    scrubbing_shows_each_version_and_what_changed(page, drawn)
    going_back_is_one_step_that_undo_takes_back_and_the_newest_stays(page, drawn)


def scrubbing_shows_each_version_and_what_changed(page: Page, drawn: Whiteboard) -> None:
    expect(drawn.card("cache")).to_be_visible()
    expect(page.get_by_text("Move a part")).to_be_visible()
    expect(page.get_by_text("Read only", exact=True)).to_be_visible()
    slider(page).press("ArrowLeft")
    expect_version(page, 3)
    expect(page.get_by_text("Add a cache")).to_be_visible()
    slider(page).press("ArrowLeft")
    expect_version(page, 2)
    expect(drawn.card("cache")).to_have_count(0)
    expect(drawn.card("dns")).to_be_visible()


def going_back_is_one_step_that_undo_takes_back_and_the_newest_stays(page: Page, drawn: Whiteboard) -> None:
    board = drawn
    page.get_by_role("button", name="Go back to this version").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Undo takes it back")
    expect(board.card("cache")).to_have_count(0)
    expect(board.card("dns")).to_be_visible()
    board.expect_saved()
    settled(page)
    page.get_by_test_id("action-undo").click()
    expect(board.card("cache")).to_be_visible()
    board.expect_saved()
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="History").click()
    expect_version(page, 6)


@pytest.mark.usefixtures("motion")
def test_play_goes_through_all_versions_by_itself(page: Page, board: Whiteboard) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    told = page.get_by_test_id("replay-caption")
    expect(told).to_contain_text("Version 4")
    expect(board.card("cache")).to_be_visible()
    handle = page.get_by_test_id("replay-step")
    handle.focus()
    page.keyboard.press("Home")
    expect(told).to_contain_text("Version 1")
    expect(board.card("dns")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(board.card("dns")).to_be_visible()
    page.get_by_test_id("replay-toggle").click()
    expect(told).to_contain_text("Version 4")


def test_going_back_works_after_a_reload(page: Page, board: Whiteboard) -> None:
    page.reload()
    expect_version(page, 4)
    scrub_to(page, 2)
    page.get_by_role("button", name="Go back to this version").click()
    expect(board.card("cache")).to_have_count(0)
    page.get_by_test_id("action-undo").click()
    expect(board.card("cache")).to_be_visible()


def test_versions_are_compared_named_and_played(page: Page, board: Whiteboard) -> None:
    two_versions_are_compared(page, board)
    a_version_gets_a_name_that_is_shown_as_it_is(page, board)
    where_movement_is_not_wanted_nothing_glides(page, board)


def two_versions_are_compared(page: Page, board: Whiteboard) -> None:
    picker = page.get_by_role("combobox", name="Compare with")
    picker.scroll_into_view_if_needed()
    picker.click()
    page.get_by_role("option", name=re.compile("^Version 1 ")).click()
    expect(page.locator(".st-key-comparison")).to_contain_text("The second design")
    expect(page.locator(".st-key-comparison").get_by_role("table")).to_have_count(2)


def a_version_gets_a_name_that_is_shown_as_it_is(page: Page, board: Whiteboard) -> None:
    scrub_to(page, 3)
    name = page.get_by_role("textbox", name="Name of this version")
    name.fill("<b>with</b> a :red[cache]")
    page.get_by_role("button", name="Name this version").click()
    link = page.get_by_role("button", name="<b>with</b> a :red[cache]")
    expect(link).to_be_visible()
    slider(page).press("ArrowRight")
    expect_version(page, 4)
    link.click()
    expect_version(page, 3)
    slider(page).press("ArrowRight")
    expect_version(page, 4)


def where_movement_is_not_wanted_nothing_glides(page: Page, board: Whiteboard) -> None:
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_test_id("replay-caption")).to_contain_text("Version 4")
    expect(board.card("cache")).to_be_visible()


def test_nothing_is_wider_than_the_window(page: Page, board: Whiteboard) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        page.reload()
        expect_version(page, 4)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0, width
        page.get_by_role("button", name="Play", exact=True).click()
        frame = box(page.get_by_test_id("replay"))
        assert frame["x"] >= 0 and frame["x"] + frame["width"] <= width, width
        told = page.get_by_test_id("replay-caption")
        expect(told).to_contain_text("Version 4")
        assert told.evaluate(
            "text => text.scrollWidth <= text.clientWidth && text.scrollHeight <= text.clientHeight"
        ), width
