"""The whiteboard with what is drawn around cards, as a hand with a mouse uses it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.ui.browser.drawing import Whiteboard, box, middle

ROOM = (300.0, 450.0, 560.0, 690.0)
"""A part of the drawing area with nothing on it, as the first board opens: left, top, right, bottom."""


class Zones(Whiteboard):
    """The board with what is drawn around cards."""

    def zone(self, zone: str) -> Locator:
        return self.page.get_by_test_id(f"zone-{zone}")

    def title(self, area: str) -> Locator:
        return self.page.get_by_test_id(area)

    def choose_nothing(self) -> None:
        """A click on the bare board takes every choice away and gives it the keys."""
        self.canvas.click(position={"x": 560, "y": 100})
        expect(self.page.get_by_test_id("inspector")).to_have_count(0)

    def draw_zone(self, zone: str, room: tuple[float, float, float, float] = ROOM) -> None:
        """Draw a zone with its tool; it gets that id."""
        area = box(self.canvas)
        left, top, right, bottom = room
        self.choose_nothing()
        self.page.keyboard.press("w")
        expect(self.page.get_by_test_id("zone-sheet")).to_be_visible()
        self._drag((area["x"] + left, area["y"] + top), (area["x"] + right, area["y"] + bottom))
        expect(self.zone(zone)).to_be_visible()
        expect(self.page.get_by_test_id("zone-sheet")).to_have_count(0)

    def take(self, node: str, to: tuple[float, float]) -> None:
        """Take a card to a place and hold it there."""
        x, y = middle(self.card(node))
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + 3, y + 3)
        self.page.mouse.move(to[0] - 20, to[1] - 20, steps=4)
        self.page.mouse.move(*to, steps=4)

    def chips(self, node: str) -> Locator:
        return self.card(node).locator(".wb-chips")

    def expect_said(self, text: str) -> None:
        expect(self.page.get_by_test_id("announcement")).to_contain_text(text)


def inside(part: Locator, whole: Locator) -> bool:
    one, other = box(part), box(whole)
    return (
        one["x"] >= other["x"]
        and one["y"] >= other["y"]
        and one["x"] + one["width"] <= other["x"] + other["width"]
        and one["y"] + one["height"] <= other["y"] + other["height"]
    )
