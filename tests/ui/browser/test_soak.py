"""A short walk of the hand that draws at random (`./run soak` takes a long one)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.soak.walker import Walker
from tests.ui.browser.conftest import App, Watch

pytestmark = pytest.mark.browser

GESTURES = 32


@pytest.mark.usefixtures("motion")
def test_board_app_and_store_say_the_same_whatever_a_hand_does(page: Page, app: App, watch: Watch) -> None:
    walker = Walker(page, app, watch, seed=7)
    walker.walk(GESTURES)
    assert walker.model.drawn.nodes
