"""Drawing fast: a connected component in two gestures, any command by its name, arrows and pieces put elsewhere."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from designer.catalog import load
from designer.design.model import Design
from designer.scenario.loader import build_design, load_scenario, scenario_ids
from designer.ui.state import plain_data
from tests.ui.browser.conftest import Opener
from tests.ui.browser.drawing import USERS, Whiteboard, box, middle, placed

pytestmark = pytest.mark.browser

MEASURED = 4
"""Reference designs of which every line and label is measured."""

FREE = {"x": 330, "y": 120}
"""A place on the drawing area where nothing stands."""


@pytest.fixture
def board(open_board: Opener) -> Whiteboard:
    return open_board()


def line(page: Page, source: str, target: str) -> Locator:
    return page.get_by_test_id(f"connection-{source}>{target}")


def pick(board: Whiteboard, source: str, target: str) -> None:
    """Select a connection with the keys: through those of its source."""
    board.card(source).click()
    chosen = board.page.locator(f'.react-flow__edge.selected[data-id="{source}>{target}"]')
    for _ in range(8):
        board.page.keyboard.press("e")
        # What is selected is read when it is drawn, else the next key would go past it.
        board.rest()
        if chosen.count():
            break
    expect(chosen).to_be_attached()
    expect(board.page.get_by_test_id("edge-bar")).to_be_visible()
    # The view moves so that the inspector, which has opened, covers neither end.
    for end in ("from", "to"):
        board.page.get_by_test_id(f"connection-end-{end}").click(trial=True)
    board.card(target).click(trial=True)


def drop(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def border(board: Whiteboard, node: str) -> tuple[float, float]:
    frame = box(board.card(node))
    return frame["x"] + frame["width"] - 2, frame["y"] + frame["height"] / 2


# --- a connected component in two gestures --------------------------------------------------------------------------


def test_a_key_and_a_few_letters_add_what_is_called_or_calls(page: Page, board: Whiteboard) -> None:
    a_key_and_a_few_letters_add_a_connected_cache_and_the_next_goes_on(page, board)
    # The view has moved, and cards lie below the palette.
    page.keyboard.press("f")
    board.rest()
    board.card("api").click()
    page.keyboard.press("Shift+A")
    page.keyboard.type("l7")
    page.keyboard.press("Enter")
    expect(line(page, "load_balancer", "api")).to_be_attached()
    assert box(board.card("load_balancer"))["x"] < box(board.card("api"))["x"]


def a_key_and_a_few_letters_add_a_connected_cache_and_the_next_goes_on(page: Page, board: Whiteboard) -> None:
    board.card("api").click()
    page.keyboard.press("a")
    expect(page.get_by_test_id("quick-add-field")).to_be_focused()
    page.keyboard.type("cac")
    expect(page.get_by_test_id("quick-add").get_by_role("option").first).to_have_text("Cache")
    page.keyboard.press("Enter")
    expect(line(page, "api", "cache_2")).to_be_attached()
    expect(page.locator('.react-flow__node.selected[data-id="cache_2"]')).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.type("pg")
    page.keyboard.press("Enter")
    expect(line(page, "cache_2", "sql_database")).to_be_attached()
    page.keyboard.press("Control+z")
    expect(board.card("sql_database")).to_have_count(0)
    expect(line(page, "api", "cache_2")).to_be_attached()
    page.keyboard.press("Control+z")
    assert board.nodes() == {"users", "api", "db", "cache"}


def test_what_is_offered_may_be_called_and_is_walked_through(page: Page, board: Whiteboard) -> None:
    only_what_may_be_called_is_offered_and_the_most_usual_first(page, board)
    page.keyboard.press("Escape")
    the_lists_are_walked_with_the_arrow_keys_and_say_what_is_chosen(page, board)


def only_what_may_be_called_is_offered_and_the_most_usual_first(page: Page, board: Whiteboard) -> None:
    board.card("users").click()
    page.keyboard.press("a")
    found = page.get_by_test_id("quick-add")
    expect(found.get_by_role("option").first).to_be_visible()
    expect(found.get_by_test_id("quick-add-mobile_app")).to_have_count(0)
    page.keyboard.type("lb")
    expect(found.get_by_role("option").first).to_contain_text("Load balancer")
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    board.card("db").click()
    page.keyboard.press("a")
    expect(found.get_by_test_id("quick-add-log_stream")).to_be_visible()
    expect(found.get_by_test_id("quick-add-app_server")).to_have_count(0)
    page.keyboard.type("app server")
    expect(found).to_contain_text("Nothing that may be connected here")


def the_lists_are_walked_with_the_arrow_keys_and_say_what_is_chosen(page: Page, board: Whiteboard) -> None:
    board.card("api").click()
    page.keyboard.press("a")
    field = page.get_by_test_id("quick-add-field")
    expect(field).to_have_attribute("role", "combobox")
    options = page.get_by_test_id("quick-add").get_by_role("option")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(2).get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(chosen))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")


def test_a_connection_is_changed_by_hand(page: Page, board: Whiteboard) -> None:
    a_component_goes_into_a_connection_which_keeps_its_settings(page, board)
    an_end_is_dragged_to_another_card_and_the_settings_go_with_it(page, board)
    the_bar_at_a_connection_sets_what_the_inspector_sets(page, board)


def a_component_goes_into_a_connection_which_keeps_its_settings(page: Page, board: Whiteboard) -> None:
    pick(board, "api", "db")
    page.keyboard.press("a")
    page.keyboard.type("worker")
    page.keyboard.press("Enter")
    expect(line(page, "api", "worker")).to_be_attached()
    expect(line(page, "api", "db")).to_have_count(0)
    pick(board, "worker", "db")
    expect(page.get_by_test_id("edge-bar-calls")).to_have_value("2")
    expect(page.get_by_test_id("edge-bar-carries")).to_have_value("write")
    board.canvas.click(position=FREE)
    page.keyboard.press("Control+z")
    expect(line(page, "api", "db")).to_be_attached()
    expect(board.card("worker")).to_have_count(0)


def an_end_is_dragged_to_another_card_and_the_settings_go_with_it(page: Page, board: Whiteboard) -> None:
    pick(board, "api", "db")
    drop(page, middle(page.get_by_test_id("connection-end-to")), middle(board.card("cache")))
    expect(line(page, "api", "cache")).to_be_attached()
    expect(line(page, "api", "db")).to_have_count(0)
    expect(page.get_by_test_id("edge-bar-calls")).to_have_value("2")
    expect(page.get_by_test_id("edge-bar-carries")).to_have_value("write")
    drop(page, middle(page.get_by_test_id("connection-end-from")), middle(board.card("db")))
    expect(page.get_by_test_id("toast")).to_contain_text("A store calls nobody")
    expect(line(page, "api", "cache")).to_be_attached()
    page.keyboard.press("Control+z")
    expect(line(page, "api", "db")).to_be_attached()


def the_bar_at_a_connection_sets_what_the_inspector_sets(page: Page, board: Whiteboard) -> None:
    pick(board, "api", "db")
    bar = page.get_by_test_id("edge-bar")
    bar.get_by_test_id("edge-bar-carries").select_option("read")
    expect(page.get_by_test_id("connection-carries")).to_have_value("read")
    calls = bar.get_by_test_id("edge-bar-calls")
    calls.fill("0.5")
    calls.press("Enter")
    expect(page.get_by_test_id("connection-calls")).to_have_value("0.5")
    calls.fill("many")
    expect(calls).to_have_attribute("aria-invalid", "true")
    calls.press("Escape")
    expect(calls).to_have_value("0.5")
    bar.get_by_test_id("edge-bar-async").click()
    expect(page.get_by_test_id("connection-mode")).to_have_value("async")
    bar.get_by_test_id("edge-bar-reverse").click()
    expect(page.get_by_test_id("toast")).to_contain_text("A store calls nobody")
    bar.get_by_test_id("edge-bar-delete").click()
    expect(line(page, "api", "db")).to_have_count(0)


def test_an_arrow_asks_what_it_leads_to_or_is_refused(page: Page, board: Whiteboard) -> None:
    drop(page, border(board, "db"), middle(board.card("cache")))
    expect(page.get_by_test_id("toast")).to_contain_text("A store calls nobody")
    drop(page, border(board, "api"), middle(board.card("users")))
    expect(page.get_by_test_id("toast")).to_contain_text("Nothing calls a client")
    expect(page.locator(".wb-line")).to_have_count(2)
    page.keyboard.press("Escape")
    an_arrow_pulled_into_the_empty_board_asks_what_it_leads_to(page, board)


def an_arrow_pulled_into_the_empty_board_asks_what_it_leads_to(page: Page, board: Whiteboard) -> None:
    start = border(board, "users")
    frame = box(board.canvas)
    spot = (start[0] + 120, frame["y"] + frame["height"] - 120)
    drop(page, start, spot)
    expect(page.get_by_test_id("quick-add-field")).to_be_focused()
    page.get_by_test_id("quick-add-cdn").click()
    expect(line(page, "users", "cdn")).to_be_attached()
    x, y = middle(board.card("cdn"))
    assert abs(x - spot[0]) < 40 and abs(y - spot[1]) < 40


# --- any command by its name ----------------------------------------------------------------------------------------


def test_every_command_is_found_by_a_few_letters_and_the_keys_alone(page: Page, board: Whiteboard) -> None:
    board.canvas.click(position=FREE)
    page.keyboard.press("Control+k")
    field = page.get_by_test_id("commands-field")
    expect(field).to_be_focused()
    page.keyboard.type("paste")
    paste = page.get_by_test_id("commands-paste")
    expect(paste).to_have_attribute("aria-disabled", "true")
    expect(paste).to_contain_text("Nothing was copied here")
    field.fill("add object st")
    page.keyboard.press("Enter")
    expect(board.card("object_storage")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("go to cache")
    page.keyboard.press("Enter")
    expect(page.locator('.react-flow__node.selected[data-id="cache"]')).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("dlt")
    page.keyboard.press("Enter")
    expect(board.card("cache")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_test_id("shortcuts")).to_contain_text("Find a command")


# --- a connection by hand -------------------------------------------------------------------------------------------


# --- pieces put elsewhere -------------------------------------------------------------------------------------------


def test_a_piece_goes_from_one_board_to_another_and_lands_at_the_pointer(
    page: Page, open_board: Opener
) -> None:
    board = open_board()
    board.card("db").click()
    board.card("api").click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.get_by_test_id("announcement")).to_contain_text("2 items copied")
    other = open_board({"nodes": [USERS]}, "other")
    spot = (box(other.canvas)["x"] + 620, box(other.canvas)["y"] + 560)
    other.canvas.click(position={"x": 620, "y": 560})
    page.keyboard.press("Control+v")
    expect(line(page, "api", "db")).to_be_attached()
    assert other.nodes() == {"users", "api", "db"}
    left, right = box(other.card("api")), box(other.card("db"))
    assert abs((left["x"] + right["x"] + right["width"]) / 2 - spot[0]) < 60
    page.keyboard.press("Control+x")
    expect(other.card("api")).to_have_count(0)
    page.keyboard.press("Control+v")
    expect(other.card("api")).to_be_visible()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert other.nodes() == {"users"}


# --- help in lining up ----------------------------------------------------------------------------------------------


def test_a_dragged_card_is_drawn_into_line_and_shows_with_what(page: Page, open_board: Opener) -> None:
    board = open_board({"nodes": [placed("users", "users", 0), placed("api", "app_server", 2, 2.43)]})
    x, y = middle(board.card("api"))
    target = middle(board.card("users"))[1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y + 3, steps=3)
    page.mouse.move(x + 3, target + 4, steps=6)
    expect(page.get_by_test_id("guide-line-y").first).to_be_attached()
    page.mouse.up()
    expect(page.get_by_test_id("guides")).to_have_count(0)
    assert abs(middle(board.card("api"))[1] - target) < 0.5


# --- lines and labels that can be read ------------------------------------------------------------------------------

MEASURE = """canvas => {
    const INSET = 4, STEP = 6;
    const all = (selector, nameOf) =>
        [...canvas.querySelectorAll(selector)].map(part => [nameOf(part), part.getBoundingClientRect()]);
    const cards = all('.react-flow__node', card => card.dataset.id);
    const labels = all('.wb-line-label', label => label.dataset.testid);
    const touch = (one, other) =>
        one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
    const holds = ({left, right, top, bottom}, {x, y}) =>
        x > left + INSET && x < right - INSET && y > top + INSET && y < bottom - INSET;
    const faults = new Set();
    labels.forEach(([name, place], index) => {
        const others = [...cards, ...labels.slice(index + 1)];
        for (const [other, area] of others) if (touch(place, area)) faults.add(`${name} on ${other}`);
    });
    for (const line of canvas.querySelectorAll('.wb-line')) {
        const path = line.querySelector('.wb-line-path'), plane = path.getScreenCTM(), name = line.dataset.testid;
        const ends = name.replace('connection-', '').split('>');
        const strangers = cards.filter(([card]) => !ends.includes(card));
        for (let at = 0; at <= path.getTotalLength(); at += STEP) {
            const point = path.getPointAtLength(at).matrixTransform(plane);
            for (const [card, area] of strangers) if (holds(area, point)) faults.add(`${name} through ${card}`);
        }
    }
    return {faults: [...faults], labels: labels.length};
}"""


def reference_designs() -> dict[str, Design]:
    """The shipped reference designs with the most connections, by the id of their scenario."""
    catalog = load()
    found = {
        name: max((build_design(sample, scenario, catalog) for sample in scenario.references), key=busyness)
        for name in scenario_ids()
        for scenario in [load_scenario(name)]
    }
    return dict(sorted(found.items(), key=lambda item: busyness(item[1]))[-MEASURED:])


def busyness(design: Design) -> int:
    return len(design.connections)


def test_no_label_is_hidden_and_no_line_runs_through_a_card(page: Page, open_board: Opener) -> None:
    for name, design in reference_designs().items():
        board = open_board(plain_data(design), name, scenario=name)
        expect(page.locator(".wb-line")).to_have_count(len(design.connections))
        expect(page.locator(".wb-line-label").first).to_be_attached()
        board.canvas.click(position=FREE)
        page.keyboard.press("0")
        expect(page.get_by_test_id("action-zoom-reset")).to_contain_text("100")
        found = board.canvas.evaluate(MEASURE)
        assert found["faults"] == [], name
        assert found["labels"] > 0


# --- one line of history --------------------------------------------------------------------------------------------


def test_what_is_copied_is_what_was_set_undone_and_done_again(page: Page, board: Whiteboard) -> None:
    what_the_inspector_sets_is_undone_and_done_again(page, board)
    a_copied_piece_is_a_design_in_words_for_any_editor(page, board)


def what_the_inspector_sets_is_undone_and_done_again(page: Page, board: Whiteboard) -> None:
    board.select("api")
    board.set("instances", 7)
    expect(board.card("api")).to_contain_text("×7")
    name = page.get_by_test_id("inspector-name")
    name.fill("Front desk")
    name.press("Enter")
    expect(board.card("api")).to_contain_text("Front desk")
    board.canvas.click(position=FREE)
    page.keyboard.press("Control+z")
    expect(board.card("api")).not_to_contain_text("Front desk")
    page.keyboard.press("Control+z")
    expect(board.card("api")).not_to_contain_text("×7")
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+Shift+Z")
    expect(board.card("api")).to_contain_text("Front desk")
    expect(board.card("api")).to_contain_text("×7")


def a_copied_piece_is_a_design_in_words_for_any_editor(page: Page, board: Whiteboard) -> None:
    board.card("api").click()
    page.keyboard.press("Control+c")
    page.keyboard.press("/")
    search = page.get_by_test_id("palette-search")
    expect(search).to_be_focused()
    page.evaluate(
        """() => document.addEventListener('paste', event => {
            document.body.dataset.pasted = event.clipboardData.getData('text/plain');
        }, {capture: true, once: true})"""
    )
    page.keyboard.press("Control+v")
    text = page.locator("body").get_attribute("data-pasted") or ""
    assert text.startswith("# ")
    assert json.loads(text.partition("\n")[2])["nodes"][0]["component"] == "app_server"
    assert board.nodes() == {"users", "api", "db", "cache"}
