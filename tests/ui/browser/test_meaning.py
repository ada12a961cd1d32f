"""Other ways of looking at a board, by hand and by keys: lenses, failing, traffic, one request, what an edit did."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard

pytestmark = pytest.mark.browser

LENSES = ("load", "latency", "availability", "cost", "zones")


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Whiteboard:
    page.goto(app.url)
    found = Whiteboard(page)
    found.wait()
    settled(page)
    expect(page.get_by_test_id("lensbar")).to_be_visible()
    page.get_by_test_id("whiteboard").focus()
    return found


def line_of(board: Whiteboard, node: str) -> str:
    return board.card(node).locator(".wb-card-line").inner_text()


def test_every_way_of_looking_says_what_it_shows(page: Page, board: Whiteboard) -> None:
    each_lens_says_something_else_and_what_it_is(page, board)
    page.get_by_test_id("whiteboard").focus()
    latency_is_shown_of_a_chosen_workload(page, board)
    page.get_by_test_id("whiteboard").focus()
    zones_are_named_in_words(page, board)
    page.get_by_test_id("whiteboard").focus()
    without_motion_there_are_only_the_numbers(page, board)


def each_lens_says_something_else_and_what_it_is(page: Page, board: Whiteboard) -> None:
    seen = set()
    for key, lens in enumerate(LENSES, 1):
        page.keyboard.press(str(key))
        expect(page.get_by_test_id(f"action-lens-{lens}")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_test_id("legend")).to_have_attribute("data-lens", lens)
        seen.add((line_of(board, "links"), page.get_by_test_id("legend").inner_text()))
    assert len(seen) == len(LENSES)
    page.get_by_test_id("action-lens-cost").click()
    expect(board.card("links").locator(".wb-card-line")).to_contain_text("$")
    expect(board.card("links").get_by_test_id("card-load")).to_contain_text("%")
    expect(page.get_by_test_id("connection-label-users>rl")).to_contain_text("B/s")
    expect(page.locator(".react-flow__node[data-id=links]")).to_have_attribute(
        "aria-label", re.compile(r"\$")
    )


def latency_is_shown_of_a_chosen_workload(page: Page, board: Whiteboard) -> None:
    page.keyboard.press("2")
    legend = page.get_by_test_id("legend")
    expect(legend).to_contain_text("the slowest")
    page.get_by_test_id("lens-workload").select_option(label="Follow a link")
    expect(legend).to_contain_text("Follow a link: p99")


def zones_are_named_in_words(page: Page, board: Whiteboard) -> None:
    page.keyboard.press("5")
    expect(board.card("api").locator(".wb-card-line")).to_have_text("a · b · c")
    expect(page.get_by_test_id("legend").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_test_id("connection-label-rl>lb")).to_have_text("across zones")


def without_motion_there_are_only_the_numbers(page: Page, board: Whiteboard) -> None:
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    page.keyboard.press("r")
    expect(page.get_by_test_id("path-number-users>rl")).to_have_text("1")
    expect(page.get_by_test_id("path-dot")).to_have_count(0)


def test_what_if_is_told_and_nothing_is_edited(page: Page, board: Whiteboard) -> None:
    a_node_is_failed_with_a_key_and_esc_brings_it_back(page, board)
    page.get_by_test_id("whiteboard").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("inspector")).to_have_count(0)
    a_zone_is_failed_and_what_holds_is_told_with_numbers(page, board)
    page.get_by_test_id("whiteboard").focus()
    other_traffic_is_labelled_wherever_its_numbers_are(page, board)


def a_node_is_failed_with_a_key_and_esc_brings_it_back(page: Page, board: Whiteboard) -> None:
    rate = line_of(board, "links")
    board.select("api")
    page.keyboard.press("x")
    expect(board.card("api")).to_have_attribute("data-fate", "failed")
    expect(board.card("links")).to_have_attribute("data-fate", "unreached")
    expect(board.card("links").locator(".wb-card-line")).to_have_text("Not reached")
    expect(page.get_by_test_id("connection-lb>api")).to_have_attribute("data-fate", "stopped")
    words = page.get_by_test_id("failing-words")
    expect(words).to_contain_text("Link service is down")
    expect(page.get_by_test_id("outcomes").locator("> li[data-fate=lost]")).to_have_count(2)
    expect(page.get_by_test_id("action-undo")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(board.card("links").locator(".wb-card-line")).to_have_text(rate)
    expect(page.get_by_test_id("failing-panel")).to_be_hidden()
    expect(page.get_by_test_id("inspector")).to_be_visible()


def a_zone_is_failed_and_what_holds_is_told_with_numbers(page: Page, board: Whiteboard) -> None:
    page.get_by_test_id("action-fail").click()
    page.get_by_test_id("failing-choice").select_option(value="zone b")
    outcomes = page.get_by_test_id("outcomes")
    expect(page.get_by_test_id("failing-words")).to_contain_text("Zone b is down")
    expect(board.card("api")).to_have_attribute("data-fate", "reduced")
    expect(outcomes).to_contain_text(re.compile(r"at most|at least"))
    expect(outcomes).to_contain_text(re.compile(r"holds|misses"))
    page.get_by_test_id("failing-panel-close").click()
    expect(board.card("api")).not_to_have_attribute("data-fate", "reduced")


def other_traffic_is_labelled_wherever_its_numbers_are(page: Page, board: Whiteboard) -> None:
    rate = line_of(board, "users")
    page.keyboard.press("Shift+T")
    expect(page.get_by_test_id("ladder-sentence")).to_contain_text(re.compile(r"Holds up to .* req/s"))
    expect(page.get_by_test_id("rung")).to_have_count(3)
    slider = page.get_by_test_id("traffic-slider")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    expect(page.get_by_test_id("traffic-value")).to_have_text("×10")
    expect(slider).to_have_attribute("aria-valuetext", "10 times the traffic that was asked for")
    expect(page.get_by_test_id("scaled")).to_contain_text("At ×10 traffic")
    for part in ("requirements", "status"):
        expect(page.locator(f".st-key-scale_{part}")).to_contain_text("At ×10 traffic")
    expect(board.card("users").locator(".wb-card-line")).not_to_have_text(rate)
    expect(page.get_by_test_id("action-undo")).to_have_attribute("aria-disabled", "true")
    slider.press("Escape")
    expect(page.get_by_test_id("traffic-panel")).to_be_hidden()
    page.get_by_test_id("scaled-reset").click()
    expect(page.get_by_test_id("scaled")).to_be_hidden()
    expect(page.locator(".st-key-scale_status")).to_be_hidden()
    expect(board.card("users").locator(".wb-card-line")).to_have_text(rate)


@pytest.mark.usefixtures("motion")
def test_one_request_is_numbered_told_and_runs_along_the_lines(page: Page, board: Whiteboard) -> None:
    page.keyboard.press("r")
    steps = page.get_by_test_id("path-steps").get_by_role("listitem")
    expect(steps.first).to_contain_text(re.compile(r"People calls Rate limiter, waits .*ms"))
    expect(page.get_by_test_id("path-number-users>rl")).to_have_text("1")
    expect(page.get_by_test_id("path-number-lb>api")).to_have_text("3")
    dot = page.get_by_test_id("connection-rl>lb").get_by_test_id("path-dot")
    expect(dot).to_be_attached()
    first = page.get_by_test_id("path-panel").locator("[aria-pressed=true]").inner_text()
    page.keyboard.press("r")
    expect(page.get_by_test_id("path-panel").locator("[aria-pressed=true]")).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("path-number-users>rl")).to_have_count(0)
    expect(page.get_by_test_id("path-panel")).to_be_hidden()


def test_what_is_set_in_the_inspector_is_told_at_once(page: Page, board: Whiteboard) -> None:
    what_an_edit_changes_is_told_before_and_after(page, board)
    a_figure_is_typed_as_people_do_and_shows_its_band_and_source(page, board)


def what_an_edit_changes_is_told_before_and_after(page: Page, board: Whiteboard) -> None:
    board.select("api")
    effects = page.get_by_test_id("inspector-effects")
    expect(effects).to_be_empty()
    board.set("instances", 210)
    expect(effects).to_contain_text(re.compile(r"Load\s*57 %\s*→\s*29 %"))
    expect(effects).to_contain_text(re.compile(r"Cost of it\s*\$14.7k/mo\s*→\s*\$29.4k/mo"))
    page.get_by_test_id("action-undo").click()
    expect(effects).to_contain_text(re.compile(r"Load\s*29 %\s*→\s*57 %"))
    board.select("lb")
    expect(effects).to_be_empty()


def a_figure_is_typed_as_people_do_and_shows_its_band_and_source(page: Page, board: Whiteboard) -> None:
    board.select("links")
    page.get_by_test_id("figures").locator("summary").first.click()
    figure = page.get_by_test_id("figure-service_time")
    figure.locator("summary").click()
    expect(figure.get_by_test_id("figure-band")).to_contain_text(re.compile(r"Low .*, usual .*, high .*\."))
    field = page.get_by_test_id("figure-input-service_time")
    field.fill("3 msec")
    field.press("Enter")
    expect(field).to_have_value("3 ms")
    expect(figure.locator("summary b")).to_have_text("3 ms")
