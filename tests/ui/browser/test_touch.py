"""The board on a telephone: one finger, two fingers, and a finger that rests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from designer.catalog import load
from designer.scenario.loader import build_design, load_scenario
from designer.ui.state import plain_data
from tests.ui.browser.conftest import App, Borrower, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box, middle

pytestmark = pytest.mark.browser

TELEPHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
FINGERTIP = 44
"""How large what is touched is at least, in pixels."""
STEPS = 20
SLOP = 25
"""How far a finger goes before it counts as moving, with a step of the grid, in pixels."""
SNAP = 10

HELD_FRAMES = 8
"""How long a finger stands still before it is lifted, in frames."""
FRAMES = """frames => new Promise(done => {
    const next = left => left === 0 ? done() : requestAnimationFrame(() => next(left - 1));
    next(frames);
})"""

Point = tuple[float, float]


class Fingers:
    """Touches of a page, as the screen reports them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session: CDPSession = page.context.new_cdp_session(page)

    def _send(self, kind: str, *points: Point) -> None:
        places = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    def down(self, *points: Point) -> None:
        self._send("touchStart", *points)

    def up(self) -> None:
        self._send("touchEnd")

    def drag(self, start: tuple[Point, ...], end: tuple[Point, ...]) -> None:
        """Each finger from its start to its end, at the same time."""
        self.down(*start)
        for step in range(1, STEPS + 1):
            share = step / STEPS
            ways = zip(start, end, strict=True)
            self._send(
                "touchMove", *((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in ways)
            )
        # A finger that is lifted while it moves throws the page, and the next tap does nothing but hold it.
        self.page.evaluate(FRAMES, HELD_FRAMES)
        self.up()

    def rest(self, point: Point) -> None:
        """Until the menu opens."""
        self.down(point)
        expect(self.page.get_by_test_id("menu")).to_be_visible()
        self.up()


@pytest.fixture
def phone(borrow: Borrower, app: App) -> Iterator[Page]:
    with borrow(**TELEPHONE) as page:
        watch = Watch(page)
        page.goto(app.url)
        Whiteboard(page).wait()
        settled(page)
        yield page
        watch.end()


@pytest.fixture
def board(phone: Page) -> Whiteboard:
    return Whiteboard(phone)


@pytest.fixture
def fingers(phone: Page) -> Fingers:
    return Fingers(phone)


def zoom(page: Page) -> float:
    """Of the view: 1 is life size."""
    found: float = page.locator(".react-flow__viewport").evaluate(
        "part => new DOMMatrix(getComputedStyle(part).transform).a"
    )
    return found


def place_of(page: Page, node: str) -> float:
    """How far down a card stands on the board's plane."""
    card = page.locator(f".react-flow__node[data-id={node}]")
    found: float = card.evaluate("card => new DOMMatrix(card.style.transform).f")
    return found


def visible_card(page: Page, board: Whiteboard) -> str:
    """A card whose middle can be touched."""
    page.get_by_test_id("action-fit").click()
    board.rest()
    frame = box(board.canvas)
    for node in ("lb", "api", "rl", "links"):
        x, y = middle(board.card(node))
        if (
            frame["x"] < x < frame["x"] + frame["width"]
            and frame["y"] + 60 < y < frame["y"] + frame["height"] - 60
        ):
            return node
    raise AssertionError("no card is in view")


def empty_place(board: Whiteboard) -> Point:
    frame = box(board.canvas)
    return frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] - 90


def test_one_finger_moves_a_card_and_elsewhere_the_view(
    phone: Page, board: Whiteboard, fingers: Fingers
) -> None:
    node = visible_card(phone, board)
    before, other, scale = place_of(phone, node), place_of(phone, "watch"), zoom(phone)
    start = middle(board.card(node))
    fingers.drag((start,), ((start[0], start[1] + 80),))
    after = place_of(phone, node)
    assert 80 - SLOP <= (after - before) * scale <= 80 + SNAP
    assert place_of(phone, "watch") == other
    phone.get_by_test_id("action-undo").click()
    expect(phone.get_by_test_id("action-redo")).to_have_attribute("aria-disabled", "false")

    phone.get_by_test_id("inspector-close").tap()
    board.rest()
    place = empty_place(board)
    frame = box(board.card(node))
    fingers.drag((place,), ((place[0] - 60, place[1] - 60),))
    moved = box(board.card(node))
    for way in ("x", "y"):
        assert 60 - SLOP <= frame[way] - moved[way] <= 60 + SNAP


def test_two_fingers_zoom(phone: Page, board: Whiteboard, fingers: Fingers) -> None:
    x, y = empty_place(board)
    before = zoom(phone)
    fingers.drag(((x - 30, y), (x + 30, y)), ((x - 90, y), (x + 90, y)))
    assert zoom(phone) > before * 1.5
    expect(phone.get_by_test_id("menu")).to_have_count(0)
    assert phone.evaluate("visualViewport.scale") == 1


def test_a_finger_that_rests_on_a_card_opens_its_menu(
    phone: Page, board: Whiteboard, fingers: Fingers
) -> None:
    node = visible_card(phone, board)
    fingers.rest(middle(board.card(node)))
    menu = phone.get_by_test_id("menu")
    frame = box(menu)
    assert frame["x"] >= 0 and frame["x"] + frame["width"] <= 390
    for item in menu.get_by_role("menuitem").all():
        assert box(item)["height"] >= FINGERTIP
    phone.get_by_test_id("menu-duplicate").tap()
    expect(board.card(f"{node}_2")).to_be_visible()


def test_a_finger_that_rests_connects_by_a_list(phone: Page, board: Whiteboard, fingers: Fingers) -> None:
    fingers.rest(middle(board.card(visible_card(phone, board))))
    phone.get_by_test_id("menu-connect-to").tap()
    phone.get_by_test_id("target-watch").tap()
    expect(phone.get_by_test_id("target-picker")).to_have_count(0)
    expect(phone.locator("[data-testid^='connection-'][data-testid$='>watch']")).to_have_count(2)


def test_a_finger_that_rests_on_the_board_adds_a_note_there(
    phone: Page, board: Whiteboard, fingers: Fingers
) -> None:
    fingers.rest(empty_place(board))
    phone.get_by_test_id("menu-note").tap()
    expect(phone.locator(".wb-note")).to_be_visible()


def test_several_are_selected_by_taps(phone: Page, board: Whiteboard, fingers: Fingers) -> None:
    phone.get_by_test_id("action-fit").click()
    board.rest()
    fingers.rest(empty_place(board))
    phone.get_by_test_id("menu-gather").tap()
    expect(phone.get_by_test_id("gathering")).to_be_visible()
    taken = [node for node in ("users", "lb", "api", "links") if board.card(node).is_visible()][:2]
    for node in taken:
        phone.touchscreen.tap(*middle(board.card(node)))
    expect(phone.locator(".react-flow__node.selected")).to_have_count(2)
    phone.get_by_test_id("gathering-done").tap()
    expect(phone.get_by_test_id("gathering")).to_have_count(0)


def test_what_is_touched_is_as_large_as_a_fingertip(phone: Page, board: Whiteboard) -> None:
    phone.get_by_test_id("palette-toggle").tap()
    expect(phone.get_by_test_id("palette")).to_be_visible()
    phone.get_by_test_id("palette-close").tap()
    small = phone.get_by_test_id("whiteboard").evaluate(
        f"""root => [...root.querySelectorAll('button, input, [role=menuitem], summary')]
            .map(part => [part.dataset.testid ?? part.className, part.getBoundingClientRect()])
            .filter(([, place]) => place.width > 0 && (place.height < {FINGERTIP} || place.width < {FINGERTIP}))
            .map(([name, place]) => `${{name}} ${{place.width}} x ${{place.height}}`)"""
    )
    assert small == []


def test_nothing_is_wider_than_the_telephone(phone: Page, board: Whiteboard) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_test_id("action-outline").tap()
    frame = box(phone.get_by_test_id("outline"))
    assert frame["x"] >= 0 and frame["x"] + frame["width"] <= 390
    expect(phone.get_by_test_id("outline")).to_contain_text(re.compile("calls"))


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_figures_above_the_board_are_told_whole(page: Page, app: App, watch: Watch, width: int) -> None:
    scenario = load_scenario("news_feed")
    design = build_design(scenario.references[0], scenario, load())
    app.keep("figures_of_chips_0001", scenario.id, plain_data(design))
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{app.url}/?attempt=figures_of_chips_0001")
    settled(page)
    expect(page.locator("[class*=st-key-chip_]")).to_have_count(9)
    cut = page.locator("[class*=st-key-chip_] button").evaluate_all(
        """buttons => buttons.map(button => [[...button.querySelectorAll('p > span')].at(-1), button])
            .filter(([told, button]) => told.scrollWidth > told.clientWidth
                || told.getBoundingClientRect().right > button.getBoundingClientRect().right - 4)
            .map(([told]) => told.textContent)"""
    )
    assert cut == []
