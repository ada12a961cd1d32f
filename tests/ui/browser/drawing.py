"""The whiteboard as a hand with a mouse uses it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

GRIP = 2
"""How far inside a card's border an arrow is begun, in pixels."""


FIRST_STEP = 3
"""How far a hand moves before a drag is one, in pixels."""

STILL = """(view, span) => new Promise(done => {
  let [last, since] = [null, 0];
  const look = now => {
    if (view.style.transform !== last) [last, since] = [view.style.transform, now];
    if (now - since > span) done(last);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
"""Where a view looks, once it has stood still for that many milliseconds."""

GLIDING_MS, ROOM_MS = 40, 500
"""Longer than a view that glides stands still, and than the board waits before it makes room for a panel."""


class Whiteboard:
    """The board of a page. Places are pixels from the upper left corner of the drawing area."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.get_by_test_id("canvas")

    def wait(self) -> None:
        """Until it is there."""
        expect(self.canvas).to_be_visible()

    def rest(self) -> None:
        """Until the view has come to where it stays: what is read of places before that is soon not true."""
        self.page.locator(".react-flow__viewport").evaluate(STILL, GLIDING_MS)

    def card(self, node: str) -> Locator:
        return self.page.get_by_test_id(f"card-{node}")

    def drag_in(self, component: str, x: float, y: float) -> None:
        """Drag a component from the palette to a place."""
        entry = self.page.get_by_test_id(f"palette-{component}")
        entry.scroll_into_view_if_needed()
        start, area = middle(entry), box(self.canvas)
        self._drag(start, (area["x"] + x, area["y"] + y))
        expect(self.card(component).last).to_be_visible()

    def connect(self, source: str, target: str) -> None:
        """Draw an arrow from one card to another."""
        self.rest()
        frame = box(self.card(source))
        start = (frame["x"] + frame["width"] - GRIP, frame["y"] + frame["height"] / 2)
        self._drag(start, middle(self.card(target)))
        expect(self.page.get_by_test_id(f"connection-{source}>{target}")).to_be_attached()

    def move(self, node: str, right: float, down: float) -> None:
        """Drag a card."""
        self.rest()
        x, y = middle(self.card(node))
        self._drag((x, y), (x + right, y + down))

    def select(self, node: str) -> None:
        """Click a card, which opens the inspector."""
        self.card(node).click()
        expect(self.page.get_by_test_id("inspector")).to_be_visible()

    def set(self, knob: str, value: int) -> None:
        """Give the selected node another count."""
        field = self.page.get_by_test_id(f"inspector-{knob}")
        field.fill(str(value))
        field.press("Enter")

    def add_zones(self, count: int) -> None:
        """Declare zones, named a, b, c ..."""
        self.page.get_by_test_id("action-zones").click()
        for _ in range(count):
            self.page.get_by_test_id("zone-add").click()
        self.page.get_by_test_id("zones-close").click()

    def spread(self, node: str, zones: str) -> None:
        """Let a node stand in these zones."""
        self.select(node)
        for zone in zones:
            self.page.get_by_test_id(f"inspector-zone-{zone}").click()

    def view(self) -> str:
        """Where the board looks, once it has not moved for longer than it waits before it makes room for a panel."""
        found: str = self.page.locator(".react-flow__viewport").evaluate(STILL, ROOM_MS)
        return found

    def nodes(self) -> set[str]:
        """Ids of the cards on the board."""
        found = self.page.locator("[data-testid^=card-]").evaluate_all(
            "cards => cards.map(card => card.dataset.testid)"
        )
        return {name.removeprefix("card-") for name in found if name not in ("card-load", "card-badge")}

    def expect_saved(self) -> None:
        """Until every stroke was answered, and is in the store."""
        state = self.page.get_by_test_id("saved-state")
        expect(state).to_have_attribute("data-unseen", "false")
        expect(state).to_have_text("Saved")

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        # A drag begins with the first step past a threshold, and that step is not counted: it should be a small one.
        mouse.move(start[0] + FIRST_STEP, start[1] + FIRST_STEP)
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        mouse.move(*end, steps=4)
        mouse.up()


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return dict(found)  # type: ignore[arg-type]


def middle(locator: Locator) -> tuple[float, float]:
    frame = box(locator)
    return frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2


ROW = 230
"""From one card to the next, in pixels of the board's plane."""


def placed(node: str, component: str, column: float, row: float = 0, **settings: object) -> dict[str, Any]:
    return {"id": node, "component": component, "position": {"x": ROW * column, "y": 100 * row}, **settings}


def linked(source: str, target: str, **settings: object) -> dict[str, Any]:
    return {"from": source, "to": target, **settings}


USERS, API = placed("users", "users", 0), placed("api", "app_server", 1)
STORE, CACHE = placed("db", "sql_database", 2, 1), placed("cache", "cache", 2, -1)
CHAIN = {
    "nodes": [USERS, API, STORE, CACHE],
    "connections": [linked("users", "api"), linked("api", "db", carries="write", calls=2)],
}
