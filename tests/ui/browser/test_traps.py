"""The traps of Streamlit's components and of the drawing library, each with the test that would fall into it.

a new React root, and a lost board, with every update:
    test_new_numbers_and_steps_and_themes_update_the_board_in_place
the component's script sent anew with every run:
    test_the_bundle_is_fetched_once_and_the_layout_engine_when_it_is_wanted
the layout engine in the first load:
    the same
edits in one tick: only one arrives:
    test_edits_of_one_tick_all_arrive
steps by a closure of what was drawn before: only one counts:
    the same as of the new React root
two writers: a command of Python carried out again:
    test_a_command_is_carried_out_once
the board faded while the page runs:
    test_survival.test_the_board_is_never_dimmed
Streamlit's own keys `r` and `c`:
    test_keys_of_the_board_do_not_reach_the_page
the keys dead after Delete, because the focus was on what is gone:
    test_access.test_after_delete_the_keys_still_reach_the_board
a change of pages mounts the board anew, and loses its history:
    test_a_change_of_pages_keeps_history_view_and_selection
a reload is a new session:
    test_the_whole_line
what was drawn without a connection is lost:
    test_what_is_drawn_without_a_connection_arrives_later
dark mode only after a reload:
    the same as of the new React root
a caret that jumps when the page runs:
    test_access.test_focus_and_caret_stay_in_a_field_while_the_page_runs
no connection by keys:
    test_access.test_a_design_is_built_edited_and_read_back_by_keys_alone
cards without a name for screen readers, or the library's English:
    the same; translation.test.tsx of the board
an overview that covers cards:
    test_the_overview_is_there_only_where_there_is_more_to_see
no bundle, no word about it:
    tests/test_frontend.py
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box

pytestmark = pytest.mark.browser

GRID = 10
"""Pixels of a step on the board's plane, at life size."""


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Whiteboard:
    page.goto(app.url)
    found = Whiteboard(page)
    found.wait()
    settled(page)
    return found


def load_of(board: Whiteboard, node: str) -> str:
    return board.card(node).get_by_test_id("card-load").inner_text()


@pytest.mark.own_window
def test_the_bundle_is_fetched_once_and_the_layout_engine_when_it_is_wanted(
    page: Page, app: App, watch: Watch
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(app.url)
    board = Whiteboard(page)
    board.wait()
    board.select("lb")
    board.set("instances", 6)
    expect(board.card("lb").get_by_test_id("card-load")).to_have_text("20 %")
    settled(page)
    parts = [name for name in asked if name.endswith((".js", ".css"))]
    assert len(parts) == len(set(parts))
    assert not [name for name in parts if "elk" in name]
    page.get_by_test_id("action-layout").click()
    expect(page.get_by_test_id("announcement")).to_have_text("The board is arranged")
    assert [name for name in asked if name.startswith("elk-worker")]


def test_edits_of_one_tick_all_arrive(page: Page, board: Whiteboard) -> None:
    board.select("watch")
    before = page.locator(".react-flow__node[data-id=watch]").evaluate(
        "node => new DOMMatrix(node.style.transform).e"
    )
    page.locator(".react-flow__node[data-id=watch]").evaluate(
        """node => { for (let count = 0; count < 5; count += 1)
            node.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true})); }"""
    )
    board.expect_saved()
    page.keyboard.press("Escape")
    board.drag_in("dns", 530, 600)
    expect(board.card("dns")).to_contain_text("No traffic")
    settled(page)
    page.reload()
    board.wait()
    after = page.locator(".react-flow__node[data-id=watch]").evaluate(
        "node => new DOMMatrix(node.style.transform).e"
    )
    assert after - before == 5 * GRID


def test_a_command_is_carried_out_once(page: Page, board: Whiteboard) -> None:
    before = load_of(board, "links")
    side = page.get_by_test_id("stSidebar")
    page.get_by_role("button", name="Size it").click()
    page.get_by_role("button", name="Use these counts").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Undo takes it back")
    page.keyboard.press("Escape")
    count = page.locator(".wb-count").all_inner_texts()
    page.get_by_test_id("action-undo").click()
    expect(page.locator(".wb-count")).not_to_have_text(count)
    undone = page.locator(".wb-count").all_inner_texts()
    # Two more runs of the page, one of them with a further edit.
    side.get_by_role("radio", name="Findings").click()
    settled(page)
    board.drag_in("dns", 530, 600)
    expect(board.card("dns")).to_contain_text("No traffic")
    settled(page)
    assert page.locator(".wb-count").all_inner_texts() == undone
    assert load_of(board, "links") == before


def test_new_numbers_and_steps_and_themes_update_the_board_in_place(page: Page, board: Whiteboard) -> None:
    steps_that_are_faster_than_they_are_drawn_all_count(page, board)
    new_numbers_update_the_board_in_place(page, board)
    the_board_follows_the_theme_at_once(page, board)


def steps_that_are_faster_than_they_are_drawn_all_count(page: Page, board: Whiteboard) -> None:
    board.select("lb")
    more = page.get_by_test_id("inspector-instances-more")
    more.evaluate("button => { for (let step = 0; step < 20; step += 1) button.click(); }")
    expect(page.get_by_test_id("inspector-instances")).to_have_value("23")
    expect(board.card("lb")).to_contain_text("×23")


def new_numbers_update_the_board_in_place(page: Page, board: Whiteboard) -> None:
    board.card("lb").evaluate("card => { card.closest('.wb').known = card.known = true; }")
    board.select("lb")
    board.set("instances", 6)
    expect(board.card("lb").get_by_test_id("card-load")).to_have_text("20 %")
    assert board.card("lb").evaluate("card => card.known === true && card.closest('.wb').known === true")


def the_board_follows_the_theme_at_once(page: Page, board: Whiteboard) -> None:
    root = page.get_by_test_id("whiteboard")
    root.evaluate("root => { root.known = true; }")
    expect(root).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")
    assert root.evaluate("root => root.known === true")


def test_keys_of_the_board_do_not_reach_the_page(page: Page, board: Whiteboard) -> None:
    page.evaluate("seen = []; document.addEventListener('keydown', event => seen.push(event.key))")
    page.get_by_test_id("whiteboard").focus()
    for key in ("r", "c", "R", "C", "Delete", "z", "Escape"):
        page.keyboard.press(key)
    assert page.evaluate("seen") == []
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("body").press("Shift")
    assert page.evaluate("seen") == ["Shift"]


def test_a_change_of_pages_keeps_history_view_and_selection(page: Page, board: Whiteboard) -> None:
    board.select("lb")
    board.set("instances", 6)
    expect(board.card("lb").get_by_test_id("card-load")).to_have_text("20 %")
    page.get_by_test_id("action-zoom-out").click()
    # A part of the drawing lies below the inspector, where whoever moved the view wanted it.
    page.get_by_test_id("canvas").hover(position={"x": 500, "y": 600})
    page.mouse.wheel(-120, -20)
    view = board.view()
    page.get_by_role("link", name="Rules").click()
    expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Practice").click()
    board.wait()
    settled(page)
    expect(page.get_by_test_id("inspector-instances")).to_have_value("6")
    expect(page.get_by_test_id("legend")).to_be_visible()
    assert board.view() == view
    page.get_by_test_id("action-undo").click()
    expect(board.card("lb")).to_contain_text("×3")
    expect(board.card("lb").get_by_test_id("card-load")).to_have_text("40 %")


def test_the_overview_is_there_only_where_there_is_more_to_see(page: Page, board: Whiteboard) -> None:
    overview = page.locator(".wb-minimap")
    for index, component in enumerate(("dns", "cdn", "cache", "worker")):
        board.drag_in(component, 330 + 140 * index, 620)
    page.keyboard.press("Escape")
    page.get_by_test_id("action-fit").click()
    expect(overview).to_have_count(0)
    for _ in range(4):
        page.get_by_test_id("action-zoom-in").click()
    expect(overview).to_be_visible()
    frame, bar = box(overview), box(page.get_by_test_id("zoombar"))
    assert frame["y"] + frame["height"] <= bar["y"]


def test_what_is_drawn_without_a_connection_arrives_later(
    page: Page, app: App, board: Whiteboard, watch: Watch
) -> None:
    watch.is_server_down = True
    with app.down():
        expect(page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")).to_have_count(0)
        board.drag_in("dns", 530, 600)
        board.drag_in("cache", 730, 600)
    expect(page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")).to_be_attached(
        timeout=60_000
    )
    watch.is_server_down = False
    for node in ("dns", "cache"):
        expect(board.card(node)).to_contain_text("No traffic")
    board.expect_saved()
    settled(page)
    page.reload()
    board.wait()
    for node in ("dns", "cache"):
        expect(board.card(node)).to_be_visible()
