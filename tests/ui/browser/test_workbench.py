"""The workbench in a real browser: what fits, what a click does, what hostile names do not do."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box

pytestmark = pytest.mark.browser

HOSTILE = "<img src=//elsewhere.example/x onerror=alert(1)> [a](//b) $e$"
ENOUGH_OF_THE_WINDOW = 0.6
STARTS = {"SVG picture": "<", "Design (YAML)": "version: 1", "Mermaid": "---", "Report (HTML)": "<!"}

OVERFLOWS = """table => {
    const found = [];
    for (let part = table; part.dataset.testid !== 'stPopoverBody'; part = part.parentElement)
        if (part.scrollWidth > part.clientWidth + 1) found.push(part.className);
    return found;
}"""
"""What around a table of a popover is wider than it shows."""


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Whiteboard:
    page.goto(app.url)
    found = Whiteboard(page)
    found.wait()
    settled(page)
    return found


def expect_width(page: Page, width: int) -> None:
    """Until the page is no wider than the window."""
    page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)


def close_fold(page: Page) -> None:
    settled(page)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()


def show_findings(page: Page) -> None:
    page.get_by_test_id("stSidebar").get_by_role("radio", name=re.compile("Findings")).click()


def test_the_page_shows_unfolds_and_hands_out_what_it_has(page: Page, board: Whiteboard) -> None:
    nothing_needs_scrolling_and_the_board_has_most_of_the_window(page, board)
    a_requirement_unfolds_to_its_arithmetic(page, board)
    close_fold(page)
    a_number_below_the_board_unfolds(page, board)
    close_fold(page)
    the_other_downloads(page, board)
    close_fold(page)
    a_smaller_window_is_not_broken(page, board)


def nothing_needs_scrolling_and_the_board_has_most_of_the_window(page: Page, board: Whiteboard) -> None:
    frame = box(page.get_by_test_id("whiteboard"))
    assert frame["width"] * frame["height"] >= ENOUGH_OF_THE_WINDOW * 1440 * 900
    for part in (".st-key-requirements", ".st-key-status"):
        place = box(page.locator(part))
        assert place["y"] >= 0
        assert place["y"] + place["height"] <= 900
    main = page.get_by_test_id("stMain")
    assert main.evaluate("part => part.scrollHeight - part.clientHeight") <= 0


def a_requirement_unfolds_to_its_arithmetic(page: Page, board: Whiteboard) -> None:
    page.locator(".st-key-chip_follow_throughput button").click()
    fold = page.get_by_test_id("stPopoverBody")
    expect(fold.locator("code").first).to_be_visible()
    expect(fold.get_by_role("table").first).to_be_visible()
    expect(fold).to_contain_text("Sources")


def a_number_below_the_board_unfolds(page: Page, board: Whiteboard) -> None:
    expect(page.locator(".st-key-status_headroom")).to_contain_text("×")
    page.locator(".st-key-status_cost button").click()
    expect(page.get_by_test_id("stPopoverBody").get_by_role("table").first).to_be_visible()


def the_other_downloads(page: Page, board: Whiteboard) -> None:
    page.get_by_role("button", name="Download", exact=True).click()
    for kind, start in STARTS.items():
        with page.expect_download() as started:
            page.get_by_role("button", name=kind, exact=True).click()
        text = started.value.path().read_text(encoding="utf-8")
        assert text.lstrip().startswith(start), kind


def a_smaller_window_is_not_broken(page: Page, board: Whiteboard) -> None:
    for width, height in ((1024, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        expect(board.canvas).to_be_visible()
        expect_width(page, width)
        frame = box(page.get_by_test_id("whiteboard"))
        assert frame["x"] >= 0 and frame["x"] + frame["width"] <= width, width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_a_fix_is_told_whole_and_what_is_saved_stays_in_sight(
    page: Page, board: Whiteboard, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    tools, saved = page.get_by_test_id("toolbar"), page.get_by_test_id("saved-state")
    for end in (0, 1_000):
        pushed = tools.evaluate("(tools, end) => { tools.scrollLeft = end; return tools.scrollLeft; }", end)
        assert (pushed > 0) == (end > 0)
        expect(saved).to_be_in_viewport(ratio=1)
    page.get_by_test_id("stExpandSidebarButton").click()
    show_findings(page)
    side = page.get_by_test_id("stSidebar")
    side.locator(".st-key-findings summary").first.click()
    side.get_by_role("button", name="Fix", exact=True).first.click()
    words = page.locator("[class*=st-key-preview_] table").first
    expect(words).to_be_visible()
    frame = box(words)
    assert frame["x"] >= 0 and frame["x"] + frame["width"] <= 390
    assert words.evaluate(OVERFLOWS) == []


def test_a_finding_selects_and_its_fix_mends_and_is_undone(page: Page, board: Whiteboard) -> None:
    for component, x, y in (("users", 330, 500), ("app_server", 530, 500), ("sql_database", 730, 500)):
        board.drag_in(component, x, y)
    board.connect("users_2", "app_server")
    board.connect("app_server", "sql_database")
    show_findings(page)
    finding = (
        page.locator("[class*=st-key-finding_]")
        .filter(has=page.get_by_role("button", name="Fix", exact=True))
        .first
    )
    expect(finding).to_be_visible()
    page.get_by_test_id("whiteboard").press("Escape")
    expect(page.locator(".react-flow__node.selected")).to_have_count(0)
    finding.get_by_role("button").first.click()
    expect(page.locator(".react-flow__node.selected").first).to_be_visible()
    settled(page)
    cost = page.locator(".st-key-status_cost button").inner_text()
    finding.get_by_role("button", name="Fix", exact=True).click()
    fold = page.get_by_test_id("stPopoverBody")
    expect(fold.get_by_role("table").first).to_be_visible()
    expect(page.locator(".st-key-status_cost button")).to_contain_text(cost)
    fold.get_by_role("button", name="Apply fix").click()
    expect(page.locator(".st-key-status_cost button")).not_to_contain_text(cost)
    expect(fold).to_be_hidden()
    page.get_by_test_id("action-undo").click()
    expect(page.locator(".st-key-status_cost button")).to_contain_text(cost)


def test_mending_and_sizing_are_one_step_each_and_undone(page: Page, board: Whiteboard) -> None:
    all_that_is_safe_is_mended_in_one_step_and_undone(page, board)
    counts_that_were_asked_for_go_to_the_board_and_are_undone(page, board)


def all_that_is_safe_is_mended_in_one_step_and_undone(page: Page, board: Whiteboard) -> None:
    cost = page.locator(".st-key-status_cost button").inner_text()
    show_findings(page)
    page.get_by_role("button", name=re.compile("Fix all that is safe")).click()
    fold = page.get_by_test_id("stPopoverBody")
    expect(fold).to_contain_text("1 fix takes")
    expect(page.locator(".st-key-status_cost button")).to_contain_text(cost)
    fold.get_by_role("button", name="Apply these fixes").click()
    expect(page.locator(".st-key-status_cost button")).not_to_contain_text(cost)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("1 mended")
    expect(page.get_by_test_id("toast")).to_contain_text("Undo takes it back")
    page.keyboard.press("Escape")
    page.get_by_test_id("action-undo").click()
    expect(page.locator(".st-key-status_cost button")).to_contain_text(cost)


def counts_that_were_asked_for_go_to_the_board_and_are_undone(page: Page, board: Whiteboard) -> None:
    cost = page.locator(".st-key-status_cost button").inner_text()
    page.get_by_role("button", name="Size it").click()
    page.get_by_role("button", name="Use these counts").click()
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text("on the board now")
    expect(page.locator(".st-key-status_cost button")).not_to_contain_text(cost)
    page.keyboard.press("Escape")
    board.canvas.click(position={"x": 500, "y": 500})
    page.keyboard.press("Control+z")
    expect(page.locator(".st-key-status_cost button")).to_contain_text(cost)


def test_a_finding_is_ignored_with_a_reason_that_a_reload_finds_again(page: Page, board: Whiteboard) -> None:
    badges = page.get_by_test_id("card-badge")
    count = badges.count()
    assert count
    show_findings(page)
    side = page.get_by_test_id("stSidebar")
    side.get_by_role("button", name="Ignore", exact=True).first.click()
    reason = page.get_by_role("textbox", name="Why is this no fault here?")
    page.get_by_role("button", name="Ignore it").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    reason.fill("One is enough: it is a drill.")
    reason.press("Enter")
    expect(side).to_contain_text("Ignored (1)")
    expect(badges).to_have_count(0)
    board.expect_saved()
    settled(page)
    page.reload()
    board.wait()
    settled(page)
    show_findings(page)
    side.get_by_text("Ignored (1)").click()
    expect(side).to_contain_text("One is enough: it is a drill.")
    expect(badges).to_have_count(0)
    settled(page)
    side.get_by_role("button", name="Let it speak again").click()
    expect(badges).to_have_count(count)
    page.get_by_test_id("action-undo").click()
    expect(badges).to_have_count(0)


@pytest.mark.own_window
def test_hostile_names_are_only_words(page: Page, board: Whiteboard, watch: Watch) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    board.drag_in("app_server", 530, 500)
    name = page.get_by_test_id("inspector-name")
    name.fill(HOSTILE[:79])
    name.press("Enter")
    expect(board.card("app_server")).to_contain_text("<img")
    show_findings(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("<img")
    settled(page)
    assert dialogs == []
    assert page.locator("img[src*=elsewhere]").count() == 0


def test_a_board_is_kept_when_another_takes_its_place(page: Page, board: Whiteboard) -> None:
    board.drag_in("dns", 530, 500)
    expect(board.card("dns")).to_contain_text("No traffic")
    an_exercise_keeps_its_own_board(page, board)
    a_page_left_and_found_again_keeps_the_board(page, board)
    a_reference_design_takes_the_board_and_the_old_one_is_kept(page, board)


def an_exercise_keeps_its_own_board(page: Page, board: Whiteboard) -> None:
    picker = page.get_by_role("combobox", name="Exercise")
    picker.click()
    page.get_by_role("option", name=re.compile("Video")).click()
    expect(board.card("dns")).to_have_count(0)
    picker.click()
    page.get_by_role("option", name=re.compile("URL")).click()
    expect(board.card("dns")).to_be_visible()


def a_page_left_and_found_again_keeps_the_board(page: Page, board: Whiteboard) -> None:
    page.get_by_role("link", name="Catalogue").click()
    expect(page.get_by_role("heading", name="Catalogue")).to_be_visible()
    page.get_by_role("link", name="Practice").click()
    expect(board.card("dns")).to_be_visible()


def a_reference_design_takes_the_board_and_the_old_one_is_kept(page: Page, board: Whiteboard) -> None:
    page.get_by_role("button", name="Board", exact=True).click()
    page.get_by_role("button", name=re.compile("reference design")).click()
    page.get_by_role("dialog").get_by_role("button", name="Put it on the board").first.click()
    expect(board.card("dns")).to_have_count(0)
    expect(page.locator("[class*=st-key-chip_]").filter(has_text="✗")).to_have_count(0)
    page.get_by_role("button", name="Board", exact=True).click()
    page.locator("[class*=st-key-earlier_] button").first.click()
    expect(board.card("dns")).to_be_visible()
