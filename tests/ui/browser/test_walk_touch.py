"""A design is built with one finger: placed, connected, completed, put into a zone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.drawing import Whiteboard, box, middle
from tests.ui.browser.test_touch import Fingers, board, empty_place, fingers, phone

__all__ = ["board", "fingers", "phone"]

pytestmark = pytest.mark.browser


def put_away(phone: Page) -> None:
    """Close the inspector, which covers the lower half of the board."""
    phone.get_by_test_id("inspector-close").tap()
    expect(phone.get_by_test_id("inspector")).to_have_count(0)


def test_a_design_is_built_with_one_finger(phone: Page, board: Whiteboard, fingers: Fingers) -> None:
    phone.get_by_test_id("palette-toggle").tap()
    phone.get_by_test_id("palette-search").fill("cache")
    phone.get_by_test_id("palette-cache").tap()
    expect(phone.get_by_test_id("palette")).to_have_count(0)
    expect(board.card("cache")).to_be_visible()
    put_away(phone)
    phone.get_by_test_id("action-fit").tap()
    board.rest()
    frame = box(board.card("api"))
    fingers.drag(((frame["x"] + frame["width"] / 2, frame["y"] + 2),), (middle(board.card("cache")),))
    expect(phone.get_by_test_id("connection-api>cache")).to_be_attached()

    fingers.rest(middle(board.card("api")))
    phone.get_by_test_id("menu-quick-add").tap()
    phone.get_by_test_id("quick-add-field").fill("sql")
    phone.get_by_test_id("quick-add-sql_database").tap()
    expect(phone.get_by_test_id("connection-api>sql_database")).to_be_attached()


def test_a_card_is_put_into_a_zone_and_the_zone_taken_down_with_one_finger(
    phone: Page, board: Whiteboard, fingers: Fingers
) -> None:
    phone.get_by_test_id("action-fit").tap()
    board.rest()
    phone.get_by_test_id("action-zone-tool").tap()
    x, y = empty_place(board)
    fingers.drag(((x - 100, y - 90),), ((x + 100, y),))
    title = phone.get_by_test_id("zone-title-d")
    expect(title).to_be_attached()
    put_away(phone)
    board.rest()
    fingers.drag((middle(board.card("watch")),), (middle(phone.get_by_test_id("zone-d")),))
    expect(title).to_have_text("d 1")
    put_away(phone)
    title.click(trial=True)
    fingers.rest(middle(title))
    phone.get_by_test_id("menu-fail").tap()
    expect(board.card("watch")).to_have_attribute("data-fate", "failed")
