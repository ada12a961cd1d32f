"""What floats above the board hides nothing one is looking at, and what a panel needs of the page around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.conftest import App, Borrower, Watch, settled
from tests.ui.browser.drawing import Whiteboard
from tests.ui.browser.keyboard import Keyboard

pytestmark = pytest.mark.browser

SIZES = {"wide": (1440, 900), "tablet": (1024, 768), "telephone": (390, 844)}

FREE = """(root, wanted) => {
    const box = part => part.getBoundingClientRect();
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const parts = [...root.querySelectorAll('.wb-dock-panel, .wb-dock-foot, .wb-inspector, .wb-toolbar')];
    const floats = parts.map(box);
    const frame = box(root);
    return wanted.every(id => {
        const card = box(root.querySelector(`[data-testid="card-${id}"]`));
        const isIn = card.left >= frame.left && card.top >= frame.top && card.right <= frame.right
            && card.bottom <= frame.bottom;
        return isIn && floats.every(float => !meet(card, float));
    });
}"""
"""Whether the cards are all on the board and below no panel."""

FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Until the browser has drawn twice: by then a view that moves at once has moved."""


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Whiteboard:
    page.goto(app.url)
    return ready(page)


def ready(page: Page) -> Whiteboard:
    found = Whiteboard(page)
    found.wait()
    settled(page)
    expect(page.get_by_test_id("lensbar")).to_be_visible()
    page.get_by_test_id("whiteboard").focus()
    return found


@pytest.fixture(params=SIZES)
def sized(request: pytest.FixtureRequest, borrow: Borrower, app: App) -> Iterator[Whiteboard]:
    """The board in a window of each size, a finger on the smallest."""
    width, height = SIZES[request.param]
    with borrow(**({"has_touch": True} if request.param == "telephone" else {})) as page:
        watch = Watch(page)
        page.set_viewport_size({"width": width, "height": height})
        page.goto(app.url)
        yield ready(page)
        watch.end()


def expect_free(board: Whiteboard, nodes: set[str]) -> None:
    """Until none of these cards is covered, and all are to be seen."""
    root = board.page.get_by_test_id("whiteboard").element_handle()
    board.page.wait_for_function(
        f"([root, wanted]) => ({FREE})(root, wanted)", arg=[root, sorted(nodes)], timeout=10_000
    )


def view_of(board: Whiteboard) -> str:
    return board.page.locator(".react-flow__viewport").get_attribute("style") or ""


def open_traffic(page: Page) -> None:
    page.keyboard.press("Shift+T")
    expect(page.get_by_test_id("rung")).to_have_count(3)


def follow_a_request(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.get_by_test_id("path-steps")).to_be_visible()


def fail_a_zone(page: Page) -> None:
    page.keyboard.press("x")
    page.get_by_test_id("failing-choice").select_option(value="zone b")
    expect(page.get_by_test_id("outcomes")).to_be_visible()


# --- nothing is hidden -----------------------------------------------------------------------------------------------


PANELS: dict[str, Callable[[Page], None]] = {
    "traffic-panel": open_traffic,
    "path-panel": follow_a_request,
    "failing-panel": fail_a_zone,
}


def begin_again(board: Whiteboard) -> None:
    """Nothing open, nothing selected, and all cards in view, as the board was opened."""
    root = board.page.get_by_test_id("whiteboard")
    root.focus()
    board.page.keyboard.press("Escape")
    expect(board.page.locator(".react-flow__node.selected")).to_have_count(0)
    expect(board.page.get_by_test_id("inspector")).to_have_count(0)
    board.page.keyboard.press("f")
    expect_free(board, board.nodes())


def an_open_panel_hides_no_card(board: Whiteboard) -> None:
    nodes = board.nodes()
    for panel, open_panel in PANELS.items():
        open_panel(board.page)
        expect_free(board, nodes)
        board.page.get_by_test_id(f"{panel}-close").click()
        expect(board.page.get_by_test_id(panel)).to_be_hidden()
        board.page.get_by_test_id("whiteboard").focus()
        expect_free(board, nodes)


def a_legend_that_grows_hides_no_card(board: Whiteboard) -> None:
    board.page.keyboard.press("2")
    expect(board.page.get_by_test_id("lens-workload")).to_be_visible()
    expect_free(board, board.nodes())
    board.page.keyboard.press("1")
    expect(board.page.get_by_test_id("lens-workload")).to_be_hidden()


def what_is_down_is_shown_beside_what_is_told_of_it(board: Whiteboard) -> None:
    board.select("links")
    board.page.keyboard.press("x")
    expect(board.page.get_by_test_id("outcomes")).to_be_visible()
    expect_free(board, {"links"})
    board.page.keyboard.press("Escape")
    expect(board.page.get_by_test_id("inspector")).to_be_visible()
    expect_free(board, {"links"})


def several_that_are_selected_are_not_below_their_details(board: Whiteboard) -> None:
    board.page.keyboard.press("Control+a")
    expect(board.page.get_by_test_id("inspector")).to_be_visible()
    expect_free(board, board.nodes())


def in_full_screen_nothing_lies_on_the_requirements(board: Whiteboard) -> None:
    nodes = board.nodes()
    board.page.keyboard.press("Shift+F")
    strip = board.page.get_by_test_id("strip")
    expect(strip).to_be_visible()
    open_traffic(board.page)
    foot = board.page.locator(".wb-dock-foot").bounding_box()
    line = strip.bounding_box()
    assert foot is not None and line is not None
    assert foot["y"] + foot["height"] <= line["y"] or foot["y"] >= line["y"] + line["height"]
    expect_free(board, nodes)


WAYS: tuple[Callable[[Whiteboard], None], ...] = (
    a_legend_that_grows_hides_no_card,
    what_is_down_is_shown_beside_what_is_told_of_it,
    several_that_are_selected_are_not_below_their_details,
    an_open_panel_hides_no_card,
    in_full_screen_nothing_lies_on_the_requirements,
)


def test_nothing_that_floats_hides_what_one_is_looking_at(sized: Whiteboard) -> None:
    expect_free(sized, sized.nodes())
    for way in WAYS:
        way(sized)
        if way is not WAYS[-1]:
            begin_again(sized)


def test_the_view_moves_only_when_something_is_covered_or_one_asks(page: Page, board: Whiteboard) -> None:
    what_is_not_covered_leaves_the_view_alone(page, board)
    begin_again(board)
    the_whole_drawing_fits_beside_an_open_panel(page, board)


def the_whole_drawing_fits_beside_an_open_panel(page: Page, board: Whiteboard) -> None:
    open_traffic(page)
    page.get_by_test_id("whiteboard").focus()
    for _ in range(4):
        page.keyboard.press("+")
    page.keyboard.press("f")
    expect_free(board, board.nodes())


def what_is_not_covered_leaves_the_view_alone(page: Page, board: Whiteboard) -> None:
    # Nothing glides here: the view would have moved as soon as the panel is drawn.
    before = view_of(board)
    for _ in range(6):
        page.keyboard.press("-")
    expect(page.locator(".react-flow__viewport")).not_to_have_attribute("style", before)
    own = view_of(board)
    follow_a_request(page)
    page.evaluate(FRAMES)
    assert view_of(board) == own
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("path-panel")).to_be_hidden()
    page.evaluate(FRAMES)
    assert view_of(board) == own


# --- the history -----------------------------------------------------------------------------------------------------


def test_a_version_of_the_history_is_looked_at_through_every_lens(page: Page, board: Whiteboard) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="History", exact=True)).to_be_visible()
    ready(page)
    line = board.card("links").locator(".wb-card-line")
    page.keyboard.press("4")
    expect(line).to_contain_text("$")
    page.keyboard.press("2")
    expect(page.get_by_test_id("legend")).to_contain_text("the slowest")
    page.get_by_test_id("action-fail").click()
    page.get_by_test_id("failing-choice").select_option(value="node api")
    expect(page.get_by_test_id("failing-words")).to_contain_text("Link service is down")
    expect(line).to_have_text("Not reached")


# --- keys and screen readers -----------------------------------------------------------------------------------------


def test_an_end_of_a_connection_is_led_elsewhere_without_a_mouse(page: Page, board: Whiteboard) -> None:
    leading_an_end_elsewhere_is_in_the_menu_and_among_the_commands(page, board)
    begin_again(board)
    an_end_of_a_connection_is_led_elsewhere_by_keys(page, board)


def an_end_of_a_connection_is_led_elsewhere_by_keys(page: Page, board: Whiteboard) -> None:
    keys = Keyboard(page)
    board.card("api").click()
    page.get_by_test_id("whiteboard").focus()
    picker = page.get_by_test_id("target-picker")
    while page.get_by_test_id("edge-bar").count() == 0 or "api>links" not in selected(page):
        keys.press("e")
        board.rest()
    keys.press("Shift+E")
    expect(picker).to_have_attribute("aria-label", "What Link service calls instead of Links")
    refused = page.get_by_test_id("target-users")
    expect(refused).to_have_attribute("aria-disabled", "true")
    page.keyboard.type("people")
    keys.press("Enter")
    expect(page.get_by_test_id("toast")).to_have_text(refused.locator("small").inner_text())
    expect(picker).to_be_visible()
    page.get_by_test_id("target-filter").fill("rate")
    keys.press("Enter")
    expect(page.get_by_test_id("connection-api>rl")).to_be_attached()
    expect(page.get_by_test_id("connection-api>links")).to_have_count(0)
    keys.press("Control+z")
    expect(page.get_by_test_id("connection-api>links")).to_be_attached()


def selected(page: Page) -> str:
    found = page.locator(".react-flow__edge.selected")
    return found.get_attribute("data-id") or "" if found.count() == 1 else ""


def leading_an_end_elsewhere_is_in_the_menu_and_among_the_commands(page: Page, board: Whiteboard) -> None:
    page.keyboard.press("?")
    sheet = page.get_by_test_id("shortcuts")
    expect(sheet).to_contain_text("Lead the end of this connection elsewhere")
    expect(sheet).to_contain_text("Lead the start of this connection elsewhere")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("lead the start")
    expect(page.get_by_role("option", name=re.compile("Lead the start"))).to_contain_text(
        "Select one connection first"
    )
    page.keyboard.press("Escape")
    page.get_by_test_id("connection-label-lb>api").click(button="right", force=True)
    page.get_by_test_id("menu-lead-start").click()
    expect(page.get_by_test_id("target-picker")).to_have_attribute(
        "aria-label", "What calls Link service instead of Load balancer"
    )
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("target-picker")).to_have_count(0)


def test_who_comes_with_the_tab_key_may_go_straight_to_the_board(page: Page, board: Whiteboard) -> None:
    # Streamlit's own link comes first of all; ours is the next thing behind it.
    page.get_by_role("link", name="Skip to main content").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the board")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("whiteboard")).to_be_focused()


def folds(page: Page) -> Iterator[Locator]:
    for fold in page.get_by_test_id("stPopoverButton").all():
        if fold.is_visible():
            yield fold


def test_a_fold_is_announced_as_it_reads(page: Page, board: Whiteboard) -> None:
    for fold in folds(page):
        fold.click()
        said = " ".join(fold.get_by_test_id("stMarkdownContainer").inner_text().split())
        expect(page.get_by_test_id("stPopoverBody")).to_have_accessible_name(said)
        assert not re.search(r"[\\*]|:\w+\[|:material", said)
        # The key is for a fold whose contents have come.
        settled(page)
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()
