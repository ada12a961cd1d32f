"""Zones, groups, notes and laying out, by the gestures of a hand with a mouse and a keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.areas import Zones, inside
from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import box, middle
from tests.ui.browser.test_accessibility import violations

pytestmark = pytest.mark.browser

PLACE = "card => card.closest('.react-flow__node').style.transform"
"""Where a card is drawn, whatever the view."""

LEGIBLE = 11
"""Least height, in pixels of the screen, of letters that are to be read."""


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Zones:
    page.goto(app.url)
    found = Zones(page)
    found.wait()
    settled(page)
    return found


def test_who_stands_where_is_told_and_set_by_hand(page: Page, board: Zones) -> None:
    # What watches does not say that it is off.
    card = board.card("watch")
    expect(card).to_contain_text("Watches 1 node")
    expect(card).not_to_contain_text("off")
    expect(card).to_have_attribute("data-state", "idle")
    board.choose_nothing()
    page.get_by_test_id("action-zone-tool").click()
    expect(page.get_by_test_id("zone-sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("zone-sheet")).to_have_count(0)
    expect(page.get_by_test_id("action-select-tool")).to_have_attribute("aria-pressed", "true")
    a_node_is_spread_over_all_zones_with_a_machine_in_each(page, board)
    # A component from the palette stands in the zone it is dragged into.
    board.draw_zone("d")
    board.drag_in("cache", 430, 600)
    expect(board.chips("cache")).to_have_text("d")


def a_node_is_spread_over_all_zones_with_a_machine_in_each(page: Page, board: Zones) -> None:
    board.select("watch")
    page.get_by_test_id("inspector").get_by_test_id("action-spread").click()
    expect(board.chips("watch")).to_have_text("a·b·c")
    expect(page.get_by_test_id("inspector-instances")).to_have_value("3")
    expect(page.get_by_test_id("toast")).to_contain_text("one instance in each")
    page.get_by_test_id("action-undo").click()
    expect(board.chips("watch")).to_have_count(0)
    board.card("watch").click()
    page.keyboard.press("Shift+Z")
    expect(board.chips("watch")).to_have_text("a·b·c")


def test_a_card_stands_in_the_zone_it_lies_in_unless_one_holds_alt(page: Page, board: Zones) -> None:
    a_zone_drawn_around_a_card_takes_it_in_and_the_verdict_follows(page, board)
    a_card_dragged_into_a_zone_stands_in_it_and_dragged_out_no_longer(page, board)
    with_alt_a_card_keeps_its_zones(page, board)


def a_zone_drawn_around_a_card_takes_it_in_and_the_verdict_follows(page: Page, board: Zones) -> None:
    chip = page.locator(".st-key-status_availability")
    expect(chip).to_contain_text("%")
    available = re.findall(r"[\d.]+ %", chip.inner_text())[0]
    area, card = box(board.canvas), box(board.card("api"))
    left, top = card["x"] - area["x"], card["y"] - area["y"]
    board.draw_zone("d", (left - 30, top - 40, left + card["width"] + 30, top + card["height"] + 30))
    expect(board.chips("api")).to_have_text("d")
    expect(page.get_by_test_id("inspector-zone-name")).to_be_visible()
    expect(chip).not_to_contain_text(available)
    page.get_by_test_id("action-undo").click()
    expect(board.chips("api")).to_have_text("a·b·c")
    expect(board.zone("d")).to_have_count(0)
    expect(chip).to_contain_text(available)


def a_card_dragged_into_a_zone_stands_in_it_and_dragged_out_no_longer(page: Page, board: Zones) -> None:
    board.draw_zone("d")
    board.choose_nothing()
    there, back = middle(board.zone("d")), middle(board.card("watch"))
    expect(board.zone("d")).to_have_attribute("data-lit", "false")
    board.take("watch", there)
    expect(board.zone("d")).to_have_attribute("data-lit", "true")
    page.mouse.up()
    expect(board.chips("watch")).to_have_text("d")
    expect(board.zone("d")).to_have_attribute("data-lit", "false")
    board.expect_said("Monitoring is now in zone d")
    board.take("watch", back)
    page.mouse.up()
    expect(board.chips("watch")).to_have_count(0)
    board.expect_said("Monitoring is now in no zone")
    expect(board.zone("d")).to_be_visible()
    page.get_by_test_id("action-undo").click()
    expect(board.chips("watch")).to_have_text("d")
    page.get_by_test_id("action-undo").click()
    expect(board.chips("watch")).to_have_count(0)


def with_alt_a_card_keeps_its_zones(page: Page, board: Zones) -> None:
    board.choose_nothing()
    there = middle(board.zone("d"))
    board.take("watch", there)
    expect(board.zone("d")).to_have_attribute("data-lit", "true")
    page.keyboard.down("Alt")
    expect(board.zone("d")).to_have_attribute("data-lit", "false")
    page.mouse.up()
    page.keyboard.up("Alt")
    expect(page.locator(".react-flow__node.dragging")).to_have_count(0)
    assert inside(board.card("watch"), board.zone("d"))
    expect(board.chips("watch")).to_have_count(0)


def test_a_zone_is_changed_with_the_mouse_by_keys_and_in_its_panel(page: Page, board: Zones) -> None:
    a_zone_is_moved_resized_and_named_and_takes_its_cards_along(page, board)
    a_zone_is_moved_with_the_arrow_keys(page, board)
    a_zone_in_the_panel_is_the_zone_on_the_board(page, board)


def a_zone_is_moved_resized_and_named_and_takes_its_cards_along(page: Page, board: Zones) -> None:
    board.draw_zone("d")
    board.choose_nothing()
    board.take("watch", middle(board.zone("d")))
    page.mouse.up()
    board.choose_nothing()
    before, zone = box(board.card("watch")), box(board.zone("d"))
    x, y = middle(board.title("zone-title-d"))
    board._drag((x, y), (x + 88, y - 110))
    expect(board.zone("d")).to_be_visible()
    after = box(board.card("watch"))
    assert after["x"] - before["x"] == pytest.approx(88, abs=6)
    assert after["y"] - before["y"] == pytest.approx(-110, abs=6)
    assert box(board.zone("d"))["width"] == pytest.approx(zone["width"], abs=2)
    grip = middle(page.get_by_test_id("zone-grip-d-se"))
    board._drag(grip, (grip[0] + 55, grip[1] + 33))
    assert box(board.zone("d"))["width"] - zone["width"] == pytest.approx(55, abs=6)
    assert inside(board.card("watch"), board.zone("d"))
    grip = middle(page.get_by_test_id("zone-grip-d-se"))
    board._drag(grip, (grip[0] - 900, grip[1] - 900))
    assert inside(board.card("watch"), board.zone("d"))
    board.title("zone-title-d").dblclick()
    page.get_by_test_id("zone-title-field").fill("Frankfurt")
    page.keyboard.press("Enter")
    expect(board.title("zone-title-d")).to_contain_text("Frankfurt")
    board.title("zone-title-d").click()
    page.keyboard.press("F2")
    page.get_by_test_id("zone-title-field").fill("<b>Paris</b>")
    page.keyboard.press("Enter")
    expect(board.title("zone-title-d")).to_contain_text("<b>Paris</b>")
    board.title("zone-title-d").click()
    page.keyboard.press("Delete")
    expect(board.zone("d")).to_have_count(0)
    expect(board.chips("watch")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(board.zone("d")).to_be_visible()
    expect(board.chips("watch")).to_have_text("d")


def a_zone_is_moved_with_the_arrow_keys(page: Page, board: Zones) -> None:
    before, style = box(board.zone("d")), board.zone("d").get_attribute("style") or ""
    board.title("zone-title-d").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(board.zone("d")).not_to_have_attribute("style", style)
    assert box(board.zone("d"))["x"] > before["x"]
    expect(board.title("zone-title-d")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(board.zone("d")).to_have_attribute("style", style)


def a_zone_in_the_panel_is_the_zone_on_the_board(page: Page, board: Zones) -> None:
    board.choose_nothing()
    page.get_by_test_id("action-zones").click()
    name = page.get_by_test_id("zone-name-d")
    name.fill("Dublin")
    name.press("Enter")
    expect(board.title("zone-title-d")).to_contain_text("Dublin")
    page.get_by_test_id("zone-remove-d").click()
    expect(board.zone("d")).to_have_count(0)
    expect(page.get_by_test_id("zone-add")).to_be_visible()
    page.get_by_test_id("zone-add").click()
    expect(page.get_by_test_id("zone-name-d")).to_have_attribute("placeholder", re.compile("d"))


def test_groups_words_and_notes_are_made_and_taken_back(page: Page, board: Zones) -> None:
    a_group_is_made_named_coloured_moved_and_taken_apart(page, board)
    # Words that were never written leave nothing behind.
    board.choose_nothing()
    page.keyboard.press("t")
    expect(page.get_by_test_id("note-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("note-note")).to_have_count(0)
    words_and_notes_of_a_colour_are_written_in_place_and_undone(page, board)


def a_group_is_made_named_coloured_moved_and_taken_apart(page: Page, board: Zones) -> None:
    board.choose_nothing()
    board.card("users").click()
    board.card("rl").click(modifiers=["Shift"])
    page.keyboard.press("Control+g")
    group = page.get_by_test_id("group-group")
    expect(group).to_be_visible()
    assert inside(board.card("users"), group) and inside(board.card("rl"), group)
    page.get_by_test_id("color-teal").click()
    expect(group).to_have_attribute("data-color", "teal")
    field = page.get_by_test_id("inspector-group-name")
    field.fill("The way in")
    field.press("Enter")
    title = board.title("group-title-group")
    expect(title).to_contain_text("The way in")

    board.choose_nothing()
    before, (x, y) = box(board.card("users")), middle(title)
    board._drag((x, y), (x + 44, y + 66))
    expect(page.locator(".react-flow__node.selected")).to_have_count(0)
    assert box(board.card("users"))["x"] - before["x"] == pytest.approx(44, abs=6)
    assert box(board.card("users"))["y"] - before["y"] == pytest.approx(66, abs=6)
    title.click()
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    board.expect_saved()
    page.keyboard.press("Control+Shift+g")
    expect(group).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(group).to_be_visible()


def words_and_notes_of_a_colour_are_written_in_place_and_undone(page: Page, board: Zones) -> None:
    board.choose_nothing()
    page.keyboard.press("t")
    page.get_by_test_id("note-text").fill("The read path")
    page.keyboard.press("Escape")
    words = page.get_by_test_id("note-note")
    expect(words).to_have_text("The read path")
    expect(words).to_have_attribute("data-kind", "text")
    assert words.evaluate("item => getComputedStyle(item).backgroundColor") == "rgba(0, 0, 0, 0)"
    words.dblclick()
    page.get_by_test_id("note-text").fill("The write path")
    page.keyboard.press("Escape")
    expect(words).to_have_text("The write path")
    page.keyboard.press("Control+z")
    expect(words).to_have_text("The read path")

    board.choose_nothing()
    page.keyboard.press("n")
    page.get_by_test_id("note-text").fill("Ask about zones")
    page.keyboard.press("Escape")
    note = page.get_by_test_id("note-note_2")
    paper = "item => getComputedStyle(item).backgroundColor"
    yellow = note.evaluate(paper)
    page.get_by_test_id("color-blue").click()
    expect(note).to_have_attribute("data-color", "blue")
    assert note.evaluate(paper) != yellow
    board.expect_saved()


def test_several_cards_go_into_a_zone_together_and_who_stands_in_none_does_not(
    page: Page, board: Zones
) -> None:
    board.draw_zone("d", (250, 430, 560, 690))
    board.choose_nothing()
    board.card("users").click()
    board.card("watch").click(modifiers=["Shift"])
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    zone, card = middle(board.zone("d")), middle(board.card("watch"))
    board.take("watch", (zone[0] + 60, zone[1] + 60))
    page.mouse.up()
    expect(board.chips("watch")).to_have_text("d")
    expect(board.chips("users")).to_have_count(0)
    assert middle(board.card("watch")) != card


def test_zones_are_found_again_after_a_reload_with_the_region_around_them(page: Page, board: Zones) -> None:
    board.draw_zone("d")
    field = page.get_by_test_id("inspector-zone-region")
    field.fill("eu")
    field.press("Enter")
    expect(page.get_by_test_id("region-eu")).to_contain_text("eu")
    before = box(board.zone("d"))
    board.expect_saved()
    settled(page)
    page.reload()
    board.wait()
    settled(page)
    expect(page.get_by_test_id("region-eu")).to_be_visible()
    assert box(board.zone("d"))["width"] / box(board.zone("d"))["height"] == pytest.approx(
        before["width"] / before["height"], rel=0.02
    )
    assert inside(board.zone("d"), page.get_by_test_id("region-eu"))


def test_laying_out_keeps_cards_in_their_zones_and_what_is_pinned_in_its_place(
    page: Page, board: Zones
) -> None:
    board.draw_zone("d")
    board.choose_nothing()
    board.take("watch", middle(board.zone("d")))
    page.mouse.up()
    expect(board.chips("watch")).to_have_text("d")
    board.card("links").click()
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("pin-links")).to_be_visible()
    api = page.locator(".react-flow__node[data-id=api]")
    pinned, drawn = board.card("links").evaluate(PLACE), api.get_attribute("style") or ""
    board.choose_nothing()
    page.get_by_test_id("action-layout").click()
    board.expect_said("The board is arranged")
    settled(page)
    expect(api).not_to_have_attribute("style", drawn)
    assert board.card("links").evaluate(PLACE) == pinned
    assert inside(board.card("watch"), board.zone("d"))
    page.get_by_test_id("action-undo").click()
    expect(api).to_have_attribute("style", drawn)
    board.card("links").click()
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("pin-links")).to_have_count(0)


def test_only_the_selected_are_tidied(page: Page, board: Zones) -> None:
    board.choose_nothing()
    board.card("users").click()
    for node in ("rl", "watch"):
        board.card(node).click(modifiers=["Shift"])
    expect(page.locator(".react-flow__node.selected")).to_have_count(3)
    before = {node: board.card(node).evaluate(PLACE) for node in board.nodes()}
    page.get_by_test_id("inspector").get_by_test_id("action-tidy").click()
    board.expect_said("3 nodes arranged")
    settled(page)
    after = {node: board.card(node).evaluate(PLACE) for node in board.nodes()}
    moved = {node for node in before if before[node] != after[node]}
    assert moved and moved <= {"users", "rl", "watch"}


def test_the_overview_hides_on_a_small_board(page: Page, board: Zones) -> None:
    for component, x in (("cdn", 320), ("cache", 480), ("worker", 320)):
        board.drag_in(component, x, 550 + x / 10)
    board.choose_nothing()
    for _ in range(4):
        page.keyboard.press("+")
        settled(page)
    overview = page.locator(".wb-minimap")
    expect(overview).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 520})
    expect(overview).to_have_count(0)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(overview).to_be_visible()


def test_titles_and_labels_stay_legible_from_afar(page: Page, board: Zones) -> None:
    board.draw_zone("d")
    board.choose_nothing()
    board.card("users").click()
    board.card("rl").click(modifiers=["Shift"])
    page.keyboard.press("Control+g")
    board.choose_nothing()
    for _ in range(8):
        page.keyboard.press("-")
        settled(page)
    expect(board.canvas).to_have_attribute("data-far", "true")
    for title in ("zone-title-d", "group-title-group"):
        assert box(board.title(title).locator("bdi"))["height"] >= LEGIBLE
    line = page.get_by_test_id("connection-rl>lb")
    line.locator(".wb-line-hit").hover(force=True)
    label = page.get_by_test_id("connection-label-rl>lb")
    expect(label).to_be_visible()
    assert box(label)["height"] >= LEGIBLE


def test_zones_groups_and_coloured_notes_keep_nobody_out(page: Page, board: Zones) -> None:
    board.draw_zone("d")
    found = violations(page)
    board.choose_nothing()
    board.card("users").click()
    board.card("rl").click(modifiers=["Shift"])
    page.keyboard.press("Control+g")
    page.get_by_test_id("color-purple").click()
    settled(page)
    found += violations(page, page.get_by_test_id("whiteboard"))
    board.choose_nothing()
    for color in ("pink", "green", "orange"):
        page.keyboard.press("n")
        page.get_by_test_id("note-text").fill(f"A {color} note")
        page.keyboard.press("Escape")
        page.get_by_test_id(f"color-{color}").click()
        board.choose_nothing()
    page.keyboard.press("t")
    page.get_by_test_id("note-text").fill("Red words")
    page.keyboard.press("Escape")
    page.get_by_test_id("color-red").click()
    settled(page)
    assert found + violations(page, page.get_by_test_id("whiteboard")) == []
