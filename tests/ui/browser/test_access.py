"""The whole board by keys alone, told in words, over the whole window, and where the focus goes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box
from tests.ui.browser.keyboard import CALLS, PARTS, Keyboard, build_by_keys

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    let found = document.activeElement;
    while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
    return found?.dataset?.id ?? found?.dataset?.testid ?? found?.className ?? '';
}"""


@pytest.fixture
def keyboard(page: Page, app: App, watch: Watch) -> Keyboard:
    page.goto(app.url)
    found = Keyboard(page)
    found.board.wait()
    settled(page)
    found.root.focus()
    return found


def expect_focus(page: Page, name: str) -> None:
    """Until the focus has come to the part of that name."""
    page.wait_for_function(f"name => ({FOCUSED})() === name", arg=name)


def test_a_design_is_built_edited_and_read_back_by_keys_alone(page: Page, keyboard: Keyboard) -> None:
    build_by_keys(keyboard)
    nodes = {node for node, _ in PARTS}
    assert keyboard.board.nodes() == nodes

    keyboard.go_to("node:cache")
    keyboard.press("Delete")
    expect(keyboard.board.card("cache")).to_have_count(0)
    expect(keyboard.line("node:cache")).to_have_count(0)
    expect(keyboard.line("node:sql_database")).to_be_focused()
    keyboard.press("Control+z")
    expect(keyboard.board.card("cache")).to_be_visible()

    settled(page)
    app_server = keyboard.line("node:app_server")
    expect(app_server).to_contain_text("4 instances")
    expect(app_server).to_contain_text(re.compile("load [<0-9]+ % of its ceiling"))
    expect(app_server).to_contain_text("calls Cache and SQL database; called by Load balancer")
    for source, target, _ in CALLS:
        expect(keyboard.line(f"call:{source}>{target}")).to_be_visible()
        expect(keyboard.line(f"caller:{source}>{target}")).to_be_visible()

    told = keyboard.root.aria_snapshot()
    assert re.search(
        r'group "API / app server, 4 instances, [^"]*calls Cache and SQL database; called by', told
    )
    assert re.search(r'treeitem "API / app server, 4 instances', told)
    keyboard.board.expect_saved()
    page.reload()
    keyboard.board.wait()
    for node in nodes:
        expect(keyboard.board.card(node)).to_be_visible()


def test_the_outline_folds_and_unfolds(page: Page, keyboard: Keyboard) -> None:
    keyboard.open_outline()
    rows = page.get_by_role("treeitem")
    count = rows.count()
    keyboard.press("Home", "ArrowLeft")
    expect(rows.first).to_have_attribute("aria-expanded", "false")
    assert rows.count() < count
    keyboard.press("ArrowRight")
    expect(rows).to_have_count(count)
    keyboard.press("ArrowRight")
    expect(rows.nth(1)).to_be_focused()
    keyboard.press("ArrowLeft", "ArrowLeft")
    keyboard.press("Escape")
    expect(page.get_by_test_id("outline")).to_have_count(0)
    expect(keyboard.root).to_be_focused()


def test_the_outline_is_kept_in_step_with_board_and_numbers(page: Page, keyboard: Keyboard) -> None:
    keyboard.open_outline()
    line = keyboard.line("node:links")
    expect(line).to_contain_text("busy")
    keyboard.go_to("node:links")
    expect(keyboard.board.card("links")).to_be_visible()
    keyboard.press("Enter")
    expect(page.locator(".react-flow__node[data-id=links]")).to_have_class(re.compile("selected"))
    page.get_by_test_id("inspector-name").fill("Addresses")
    page.get_by_test_id("inspector-name").press("Enter")
    expect(line).to_contain_text("Addresses")
    expect(keyboard.line("call:api>links")).to_contain_text("calls Addresses")
    keyboard.press("Escape", "Control+z")
    expect(line).to_contain_text("Links")
    keyboard.press("o", "o")
    keyboard.go_to("call:api>links")
    keyboard.press("Delete")
    expect(line).to_contain_text("not connected")
    expect(line).not_to_contain_text("busy")


def test_arrow_keys_with_alt_go_from_card_to_card_and_tab_to_one_only(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Alt+ArrowRight")
    expect_focus(page, "users")
    keyboard.press("Alt+ArrowRight")
    expect_focus(page, "rl")
    keyboard.press("Alt+ArrowRight", "Alt+ArrowDown")
    expect_focus(page, "api")
    expect(page.locator(".react-flow__node[tabindex='0']")).to_have_count(1)
    keyboard.press("Enter")
    expect(page.get_by_test_id("inspector-name")).to_have_value("Link service")
    keyboard.press("Escape")
    expect_focus(page, "api")


def test_the_focus_goes_from_palette_to_cards_to_inspector(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Alt+ArrowRight", "Enter", "Escape")
    page.get_by_test_id("palette-search").focus()
    order = []
    for _ in range(60):
        order.append(page.evaluate(FOCUSED))
        if order[-1] == "inspector-name":
            break
        page.keyboard.press("Tab")
    places = [order.index(name) for name in ("palette-search", "action-undo", "users", "inspector-name")]
    assert places == sorted(places)


def test_the_keys_reach_the_board_after_delete_and_the_right_button_opens_a_menu(
    page: Page, keyboard: Keyboard
) -> None:
    after_delete_the_keys_still_reach_the_board(page, keyboard)
    keyboard.press("Escape")
    the_right_button_opens_the_menu_and_still_moves_the_view(page, keyboard)


def after_delete_the_keys_still_reach_the_board(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Alt+ArrowRight", "Alt+ArrowRight", "Delete")
    expect(keyboard.board.card("rl")).to_have_count(0)
    expect(keyboard.root).to_be_focused()
    keyboard.press("Control+z")
    expect(keyboard.board.card("rl")).to_be_visible()


def the_right_button_opens_the_menu_and_still_moves_the_view(page: Page, keyboard: Keyboard) -> None:
    # A card that the details do not cover: the view does not make room for it.
    keyboard.board.card("users").click(button="right")
    expect(page.get_by_test_id("menu")).to_be_visible()
    page.get_by_test_id("menu-connect-to").click()
    expect(page.get_by_test_id("target-filter")).to_be_focused()
    page.keyboard.press("Escape")
    before = box(keyboard.board.card("users"))
    page.mouse.move(700, 700)
    page.mouse.down(button="right")
    page.mouse.move(760, 740, steps=5)
    page.mouse.up(button="right")
    expect(page.get_by_test_id("menu")).to_have_count(0)
    after = box(keyboard.board.card("users"))
    assert after["x"] - before["x"] == pytest.approx(60, abs=2)
    page.mouse.click(700, 700, button="right")
    page.get_by_test_id("menu-note").click()
    note = page.locator(".wb-note").first
    expect(note).to_be_visible()
    frame = box(note)
    assert frame["x"] < 700 < frame["x"] + frame["width"]


def test_focus_and_caret_stay_in_a_field_while_the_page_runs(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Alt+ArrowRight", "Alt+ArrowRight", "Enter")
    field = page.get_by_test_id("inspector-instances")
    field.fill("12")
    field.press("Home")
    field.press("ArrowRight")
    field.press("Enter")
    # A quarter of the load: a number that only a run of the page can know.
    expect(keyboard.board.card("rl").get_by_test_id("card-load")).to_have_text("10 %")
    settled(page)
    expect(field).to_be_focused()
    assert field.evaluate("input => input.selectionStart") == 1


def test_the_menu_opens_by_keys_and_is_walked_through(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Alt+ArrowRight", "Shift+F10")
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    keyboard.press("ArrowUp")
    expect(page.get_by_test_id("menu-delete")).to_be_focused()
    keyboard.press("d")
    expect(page.get_by_test_id("menu-duplicate")).to_be_focused()
    keyboard.press("Escape")
    expect(page.get_by_test_id("menu")).to_have_count(0)
    expect_focus(page, "users")
    keyboard.press("ContextMenu", "d", "Enter")
    expect(keyboard.board.card("users_2")).to_be_visible()


def test_a_connection_has_a_menu_too(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Alt+ArrowRight", "Enter", "Escape", "e", "Shift+F10")
    page.get_by_test_id("menu-delete").press("Enter")
    expect(page.get_by_test_id("connection-users>rl")).to_have_count(0)


FILLS = """root => {
    const {left, top, right, bottom} = root.getBoundingClientRect();
    return left === 0 && top === 0 && right === innerWidth && bottom === innerHeight;
}"""
"""Whether the board takes all of the window."""


@pytest.mark.parametrize(
    "has_api",
    [
        pytest.param(True, id="full screen"),
        pytest.param(False, id="without full screen", marks=pytest.mark.own_window),
    ],
)
def test_the_board_fills_the_window_and_tells_the_requirements(
    page: Page, app: App, watch: Watch, has_api: bool
) -> None:
    if not has_api:
        page.add_init_script("Object.defineProperty(document, 'fullscreenEnabled', {value: false})")
    page.goto(app.url)
    Whiteboard(page).wait()
    settled(page)
    page.get_by_test_id("whiteboard").focus()
    page.keyboard.press("Shift+F")
    strip = page.get_by_test_id("strip")
    expect(strip).to_contain_text("A link opens quickly")
    expect(strip).to_contain_text("max 250 ms")
    # The browser answers the wish for the whole screen when it likes.
    page.wait_for_function("has => (document.fullscreenElement !== null) === has", arg=has_api)
    root = page.get_by_test_id("whiteboard").element_handle()
    page.wait_for_function(FILLS, arg=root)
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("inspector")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("whiteboard")).to_have_attribute("data-full", "false")
    expect(strip).to_have_count(0)
    page.wait_for_function(f"root => !({FILLS})(root)", arg=root)
    page.get_by_test_id("action-full-screen").click()
    expect(strip).to_be_visible()
    page.get_by_test_id("action-full-screen").click()
    expect(strip).to_have_count(0)
