"""What hands used to other editors do without thinking: find, place, gather, line up, copy, paste from elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.areas import Zones
from tests.ui.browser.conftest import App, Opener, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box, middle

pytestmark = pytest.mark.browser

FREE = {"x": 330, "y": 120}
"""A place on the drawing area where nothing stands."""

MARGIN = 24
"""How far outside its cards a box drawn around them begins, in pixels."""

SAME = 0.6
"""What two places may differ by, in pixels, and be the same to a screen."""

FADED = """root => {
    for (const change of root.getRootNode().getAnimations()) if (change instanceof CSSTransition) change.finish();
    return [...root.querySelectorAll('.wb-canvas *')]
        .filter(part => part.checkVisibility() && !part.closest('.react-flow__handle'))
        .filter(part => getComputedStyle(part).opacity !== '1')
        .map(part => part.dataset.testid ?? String(part.className));
}"""

FOLLOW = """canvas => {
    const node = canvas.querySelector('.react-flow__node[data-id=cache]');
    canvas.places = new Set();
    const look = () => { canvas.places.add(node.style.transform); requestAnimationFrame(look); };
    look();
}"""

FOREIGN = {
    "notation": "people:users > web:app_server*3 > hot:cache, rows:sql_database",
    "a Mermaid flowchart": "flowchart LR\n  people([Users]) --> web[API x3]\n  web --> hot[Redis] & rows[(Orders)]",
    "design": "version: 1\nnodes:\n- {id: people, component: users}\n- {id: web, component: app_server}\n"
    "- {id: hot, component: cache}\n- {id: rows, component: sql_database}\n"
    "connections:\n- {from: people, to: web}\n- {from: web, to: hot}\n- {from: web, to: rows}\n",
}


@pytest.fixture
def board(open_board: Opener) -> Whiteboard:
    return open_board()


@pytest.fixture
def first(page: Page, app: App, watch: Watch) -> Zones:
    """The board a newcomer sees."""
    page.goto(app.url)
    found = Zones(page)
    found.wait()
    settled(page)
    return found


def draw_box_around(board: Whiteboard, *nodes: str) -> None:
    frames = [box(board.card(node)) for node in nodes]
    left, top = min(frame["x"] for frame in frames), min(frame["y"] for frame in frames)
    right = max(frame["x"] + frame["width"] for frame in frames)
    bottom = max(frame["y"] + frame["height"] for frame in frames)
    board._drag((left - MARGIN, top - MARGIN), (right + MARGIN, bottom + MARGIN))
    expect(board.page.locator(".react-flow__node.selected")).to_have_count(len(nodes))


def test_a_component_is_found_by_group_or_name_and_placed_with_two_clicks(
    page: Page, board: Whiteboard
) -> None:
    groups = page.locator("[data-testid^=palette-group-]")
    assert groups.count() > 1
    pictures = page.locator(".wb-item img")
    assert pictures.evaluate_all("all => all.length > 20 && all.every(one => one.naturalWidth > 0)")
    groups.first.click()
    expect(page.get_by_test_id("palette-users")).to_have_count(0)
    groups.first.click()
    expect(page.get_by_test_id("palette-users")).to_be_visible()
    page.get_by_test_id("palette-search").fill("redis")
    expect(page.locator(".wb-item")).to_have_text(["Cache"])
    page.get_by_test_id("palette-search").fill("cdn")

    page.get_by_test_id("palette-cdn").click()
    area = box(board.canvas)
    spot = (area["x"] + 400, area["y"] + 560)
    page.mouse.move(*spot)
    page.keyboard.press("Escape")
    page.mouse.click(*spot)
    assert "cdn" not in board.nodes()
    page.get_by_test_id("palette-cdn").click()
    page.mouse.move(*spot)
    page.mouse.click(*spot)
    expect(board.card("cdn")).to_be_visible()
    assert middle(board.card("cdn")) == pytest.approx(spot, abs=20)
    page.mouse.click(spot[0] + 300, spot[1])
    expect(page.get_by_test_id("card-cdn_2")).to_have_count(0)


def spot(board: Whiteboard, node: str) -> tuple[float, float]:
    """Where a card lies on the plane, wherever the view is."""
    place: str = board.page.locator(f".react-flow__node[data-id={node}]").evaluate(
        "node => node.style.transform"
    )
    x, y = re.findall(r"-?[0-9.]+(?=px)", place)
    return float(x), float(y)


def test_cards_in_a_box_are_lined_up_moved_and_spaced_together(page: Page, board: Whiteboard) -> None:
    three = ("api", "db", "cache")
    draw_box_around(board, *three)
    inspector = page.get_by_test_id("inspector")
    board.move("db", 0, 66)
    before = {node: spot(board, node) for node in ("users", *three)}
    inspector.get_by_test_id("action-align-left").click()
    expect(page.get_by_test_id("action-undo")).to_have_attribute("aria-disabled", "false")
    lefts = {spot(board, node)[0] for node in three}
    assert max(lefts) - min(lefts) < SAME
    assert spot(board, "users") == before["users"]
    page.get_by_test_id("action-undo").click()
    assert {node: spot(board, node) for node in before} == before

    draw_box_around(board, *three)
    board.move("cache", 0, -66)
    moved = {node: spot(board, node)[1] - before[node][1] for node in three}
    assert max(moved.values()) < -40 and max(moved.values()) - min(moved.values()) < SAME
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    expect(page.locator(".react-flow__node.selected")).to_have_count(0)
    board.move("cache", 0, -66)
    draw_box_around(board, *three)
    inspector.get_by_test_id("action-distribute-vertical").click()
    tops = sorted(spot(board, node)[1] for node in three)
    assert tops[2] - tops[1] == pytest.approx(tops[1] - tops[0], abs=SAME)


def test_an_arrow_begins_anywhere_and_a_size_is_typed_as_people_do(page: Page, board: Whiteboard) -> None:
    an_arrow_begins_at_any_handle_and_a_second_one_is_refused(page, board)
    a_size_is_typed_as_people_do_and_its_source_is_told(page, board)


def an_arrow_begins_at_any_handle_and_a_second_one_is_refused(page: Page, board: Whiteboard) -> None:
    for _ in range(2):
        board.card("api").hover()
        board._drag(middle(board.card("api").get_by_test_id("handle-top")), middle(board.card("cache")))
        expect(page.get_by_test_id("connection-api>cache")).to_have_count(1)
    expect(page.get_by_test_id("toast")).to_contain_text("already connected")


def a_size_is_typed_as_people_do_and_its_source_is_told(page: Page, board: Whiteboard) -> None:
    board.select("cache")
    page.get_by_test_id("figures").locator("summary").first.click()
    figure = page.get_by_test_id("figure-memory")
    figure.locator("summary").click()
    field = page.get_by_test_id("figure-input-memory")
    field.fill("64 bananas")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(figure).to_contain_text("try 64 GB")
    field.fill("0.064 TB")
    field.press("Enter")
    expect(field).to_have_value("64 GB")
    expect(figure).to_contain_text(re.compile("Low .*, usual .*, high .*"))
    expect(figure).to_contain_text("Amazon ElastiCache user guide")


def test_texts_from_elsewhere_become_cards_and_what_is_none_is_refused_in_a_sentence(
    page: Page, board: Whiteboard
) -> None:
    before = board.nodes()
    told = page.get_by_test_id("toast")
    for words in ("a list of things to buy", *FOREIGN.values()):
        board.canvas.click(position=FREE)
        # A field of the board is an editor as good as any other to cut a text from.
        page.keyboard.press("t")
        page.get_by_test_id("note-text").fill(words)
        page.keyboard.press("Control+a")
        page.keyboard.press("Control+x")
        page.keyboard.press("Escape")
        board.canvas.click(position=FREE)
        page.keyboard.press("Control+v")
        if words not in FOREIGN.values():
            expect(told).to_contain_text("This cannot be pasted")
            assert board.nodes() == before
            continue
        for node in ("people", "web", "hot", "rows"):
            expect(board.card(node)).to_be_visible()
        for source, target in (("people", "web"), ("web", "hot"), ("web", "rows")):
            expect(page.get_by_test_id(f"connection-{source}>{target}")).to_be_attached()
        expect(told).to_contain_text(re.compile("4 components, 3 connections from"))
        page.keyboard.press("Control+z")
        expect(board.card("people")).to_have_count(0)
        assert board.nodes() == before


def test_a_group_is_copied_with_its_name_and_colour(page: Page, board: Whiteboard) -> None:
    draw_box_around(board, "db", "cache")
    page.keyboard.press("Control+g")
    field = page.get_by_test_id("inspector-group-name")
    field.fill("Data")
    field.press("Enter")
    page.get_by_test_id("color-teal").click()
    page.get_by_test_id("inspector").get_by_test_id("action-duplicate").click()
    expect(page.get_by_test_id("group-group_2")).to_have_attribute("data-color", "teal")
    expect(page.get_by_test_id("group-title-group_2")).to_contain_text("Data")
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("group-group_3")).to_have_attribute("data-color", "teal")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-testid^=group-title-]")).to_have_count(1)


def test_the_title_of_a_zone_has_a_menu_which_takes_the_zone_down(page: Page, first: Zones) -> None:
    first.draw_zone("d")
    first.choose_nothing()
    first.take("watch", middle(first.zone("d")))
    page.mouse.up()
    expect(first.chips("watch")).to_have_text("d")
    first.choose_nothing()
    first.title("zone-title-d").click(button="right")
    expect(page.get_by_role("menuitem")).to_have_count(3)
    page.get_by_test_id("menu-fail").click()
    expect(page.get_by_test_id("failing-words")).to_contain_text("Zone d is down")
    expect(first.card("watch")).to_have_attribute("data-fate", "failed")
    page.keyboard.press("Escape")
    expect(first.card("watch")).not_to_have_attribute("data-fate", "failed")
    first.title("zone-title-d").click()
    page.keyboard.press("x")
    expect(first.card("watch")).to_have_attribute("data-fate", "failed")
    page.keyboard.press("x")
    expect(first.card("watch")).not_to_have_attribute("data-fate", "failed")
    first.title("zone-title-d").click(button="right")
    page.get_by_test_id("menu-delete").click()
    expect(first.zone("d")).to_have_count(0)
    expect(first.card("watch")).to_be_visible()
    first.canvas.click(button="right", position=FREE)
    expect(page.get_by_test_id("menu-select-all")).to_be_visible()


@pytest.mark.usefixtures("motion")
def test_laying_out_glides_to_where_cards_stay(page: Page, board: Whiteboard) -> None:
    board.canvas.evaluate(FOLLOW)
    page.get_by_test_id("action-layout").click()
    expect(page.get_by_test_id("announcement")).to_have_text("The board is arranged")
    board.card("cache").click(trial=True)
    assert board.canvas.evaluate("canvas => canvas.places.size") > 3


def test_nothing_fades_and_lines_and_cards_say_what_carries_and_binds(page: Page, first: Zones) -> None:
    nothing_on_the_board_fades_below_the_pointer(page, first)
    page.mouse.move(0, 0)
    lines_and_cards_say_what_carries_most_and_what_binds(page, first)


def nothing_on_the_board_fades_below_the_pointer(page: Page, first: Zones) -> None:
    root = page.get_by_test_id("whiteboard")
    assert root.evaluate(FADED) == []
    for node in ("users", "lb", "links"):
        first.card(node).hover()
        assert root.evaluate(FADED) == []
    page.get_by_test_id("connection-lb>api").locator(".wb-line-hit").hover(force=True)
    expect(page.locator(".wb-line-flow")).to_have_count(1)
    assert root.evaluate(FADED) == []


def lines_and_cards_say_what_carries_most_and_what_binds(page: Page, first: Zones) -> None:
    def width(line: str) -> float:
        path = page.get_by_test_id(f"connection-{line}").locator(".wb-line-path")
        found: float = path.evaluate("path => parseFloat(getComputedStyle(path).strokeWidth)")
        return found

    assert width("users>rl") > 2 * width("api>watch")
    links = first.card("links")
    expect(links).to_contain_text("partition")
    bar = links.locator(".wb-bar")
    filled = bar.evaluate("bar => parseFloat(getComputedStyle(bar).backgroundSize) / 100")
    assert filled == pytest.approx(0.77, abs=0.05)
    cold = first.card("rl").evaluate("card => getComputedStyle(card).backgroundColor")
    page.get_by_test_id("action-lens-latency").click()
    expect(first.card("rl")).to_have_attribute("data-lens", "latency")
    warm = {
        node: first.card(node).evaluate("card => getComputedStyle(card).backgroundColor")
        for node in ("rl", "lb")
    }
    assert warm["rl"] != warm["lb"] and warm["rl"] != cold
