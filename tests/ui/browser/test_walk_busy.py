"""A board that is drawn on while the page has not yet answered looks as it always does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browser.conftest import App, Watch
from tests.ui.browser.test_survival import Gate, busy_app, duplicate, gate, open_board

__all__ = ["busy_app", "gate"]

pytestmark = pytest.mark.browser

LEAST = """canvas => {
    let [least, part] = [1, canvas];
    for (; part !== null; part = part.parentElement ?? part.getRootNode().host ?? null) {
        for (const change of part.getAnimations()) if (change instanceof CSSTransition) change.finish();
        least = Math.min(least, Number(getComputedStyle(part).opacity));
    }
    return least;
}"""
"""How bright the board is shown: the least opacity of all that it stands in."""


def test_the_board_is_never_dimmed(page: Page, busy_app: App, watch: Watch, gate: Gate) -> None:
    board = open_board(page, busy_app)
    board.select("api")
    gate.shut()
    duplicate(board, 1)
    gate.hold()
    # Streamlit has marked the board as not reached by the run that waits.
    frame = page.locator("[data-stale=true]").filter(has=page.get_by_test_id("canvas"))
    expect(frame.last).to_be_attached()
    assert board.canvas.evaluate(LEAST) == 1
    gate.open()
    expect(frame).to_have_count(0)
    assert board.canvas.evaluate(LEAST) == 1
