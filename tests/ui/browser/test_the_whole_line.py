"""The whole line, as a newcomer walks it: pick, draw, watch the numbers, repair, download, reload, restart."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard

pytestmark = pytest.mark.browser

PARTS = {
    "users": (330, 200),
    "load_balancer": (530, 200),
    "app_server": (730, 200),
    "key_value_store": (730, 420),
}
REQUIREMENTS = 8


def pick(page: Page, exercise: str) -> None:
    picker = page.get_by_role("combobox", name="Exercise")
    picker.click()
    page.get_by_role("option", name=re.compile(exercise)).click()
    expect(picker).to_have_value(re.compile(exercise))


def begin_empty(page: Page) -> None:
    page.get_by_role("button", name="Board", exact=True).click()
    page.get_by_role("button", name="Empty board").click()
    expect(page.get_by_test_id("empty-hint")).to_be_visible()


def chips(page: Page) -> Locator:
    return page.locator("[class*=st-key-chip_]")


def expect_mark(page: Page, requirement: str, mark: str) -> None:
    expect(page.locator(f".st-key-chip_{requirement}")).to_contain_text(mark)


def draw_the_first_version(page: Page, board: Whiteboard) -> None:
    for component, (x, y) in PARTS.items():
        board.drag_in(component, x, y)
    names = list(PARTS)
    for source, target in pairwise(names):
        board.connect(source, target)


def size_and_spread(board: Whiteboard) -> None:
    """Machines for the peak, in three zones."""
    for node, instances in (("load_balancer", 3), ("app_server", 105)):
        board.select(node)
        board.set("instances", instances)
    board.add_zones(3)
    for node in ("load_balancer", "app_server"):
        board.spread(node, "abc")


def put_a_cache_in_front(board: Whiteboard) -> None:
    board.drag_in("cache", 330, 420)
    board.connect("app_server", "cache")


def strengthen_the_cache(board: Whiteboard) -> None:
    board.select("cache")
    board.set("instances", 3)
    board.spread("cache", "abc")


def download_png(page: Page, target: Path) -> Image.Image:
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("button", name="PNG picture").click()
    started.value.save_as(target)
    page.keyboard.press("Escape")
    return Image.open(io.BytesIO(target.read_bytes()))


def expect_the_same_board(page: Page, board: Whiteboard, nodes: set[str]) -> None:
    board.wait()
    for node in nodes:
        expect(board.card(node)).to_be_visible()
    assert board.nodes() == nodes
    # What was asked for is not part of a board: the hidden requirement is hidden again.
    expect(chips(page).filter(has_text="✓")).to_have_count(REQUIREMENTS - 1)


@pytest.mark.usefixtures("motion")
def test_a_newcomer_walks_the_whole_line(page: Page, app: App, watch: Watch, tmp_path: Path) -> None:
    board = Whiteboard(page)
    page.goto(app.url)
    board.wait()
    pick(page, "News feed")
    pick(page, "URL shortener")
    begin_empty(page)
    expect(chips(page)).to_have_count(REQUIREMENTS)

    draw_the_first_version(page, board)
    expect_mark(page, "follow_throughput", "✗")
    page.get_by_text("Is there anything else that must hold?").click()
    expect_mark(page, "budget", "✓")
    size_and_spread(board)
    expect_mark(page, "follow_availability", "✓")
    expect_mark(page, "follow_throughput", "✗")

    put_a_cache_in_front(board)
    expect_mark(page, "follow_throughput", "✓")
    strengthen_the_cache(board)
    expect(chips(page).filter(has_text="✓")).to_have_count(REQUIREMENTS)
    board.expect_saved()
    settled(page)

    picture = download_png(page, tmp_path / "design.png")
    assert picture.format == "PNG"
    assert min(picture.size) > 200
    assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24) or ()) > 50

    drawn = board.nodes()
    assert drawn == {*PARTS, "cache"}
    page.reload()
    expect_the_same_board(page, board, drawn)

    watch.is_server_down = True
    with app.down():
        pass
    expect(page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")).to_be_attached(
        timeout=60_000
    )
    watch.is_server_down = False
    expect_the_same_board(page, board, drawn)
    board.drag_in("monitoring", 530, 420)
    # What Python says of the new card shows that it has seen it; it saves before it answers.
    expect(board.card("monitoring")).to_contain_text("No traffic")
    page.reload()
    expect_the_same_board(page, board, {*drawn, "monitoring"})
