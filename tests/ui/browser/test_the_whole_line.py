"""The whole line, as a newcomer walks it: pick, draw, watch the numbers, repair, download, reload, restart."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

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
    page.get_by_role("combobox", name="Exercise").click()
    page.get_by_role("option", name=re.compile(exercise)).click()
    expect(page.get_by_test_id("stSidebar").get_by_text(exercise).first).to_be_visible()


def begin_empty(page: Page) -> None:
    page.get_by_role("button", name="Board").click()
    page.get_by_role("button", name="Empty board").click()
    expect(page.get_by_test_id("empty-hint")).to_be_visible()


def expect_mark(page: Page, requirement: str, mark: str) -> None:
    expect(page.locator(f".st-key-chip_{requirement}")).to_contain_text(mark)


def draw_the_first_version(page: Page, board: Whiteboard) -> None:
    for component, (x, y) in PARTS.items():
        board.drag_in(component, x, y)
    names = list(PARTS)
    for source, target in zip(names, names[1:], strict=False):
        board.connect(source, target)


def repair(page: Page, board: Whiteboard) -> None:
    board.select("load_balancer")
    board.set("instances", 3)
    board.select("app_server")
    board.set("instances", 105)
    board.drag_in("cache", 330, 420)
    board.select("cache")
    board.set("instances", 3)
    board.connect("app_server", "cache")
    board.add_zones(3)
    for node in ("load_balancer", "app_server", "cache"):
        board.spread(node, "abc")


def download_png(page: Page, target: Path) -> Image.Image:
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Picture, PNG").click()
    started.value.save_as(target)
    page.keyboard.press("Escape")
    return Image.open(io.BytesIO(target.read_bytes()))


def test_a_newcomer_walks_the_whole_line(page: Page, app: App, watch: Watch, tmp_path: Path) -> None:
    board = Whiteboard(page)
    page.goto(app.url)
    board.wait()
    pick(page, "News feed")
    pick(page, "URL shortener")
    begin_empty(page)
    expect(page.locator("[class*=st-key-chip_]")).to_have_count(REQUIREMENTS)

    draw_the_first_version(page, board)
    expect_mark(page, "follow_throughput", "✗")
    page.get_by_text("Is there anything else that must hold?").click()
    expect_mark(page, "budget", "✓")

    # One edit, and what was missed is met: the store that had no room has room without end.
    expect_mark(page, "links_storage", "✓")
    repair(page, board)
    for chip in page.locator("[class*=st-key-chip_]").all():
        expect(chip).to_contain_text("✓")
    expect(page.locator("[class*=st-key-chip_]").filter(has_text="✓")).to_have_count(REQUIREMENTS)
    board.expect_saved()
    settled(page)

    picture = download_png(page, tmp_path / "design.png")
    assert picture.format == "PNG"
    assert min(picture.size) > 200
    assert len(picture.convert("RGB").getcolors(maxcolors=1 << 24) or ()) > 50

    drawn = board.nodes()
    assert drawn == {*PARTS, "cache"}
    page.reload()
    board.wait()
    expect(board.card("cache")).to_be_visible()
    assert board.nodes() == drawn
    expect(page.locator("[class*=st-key-chip_]").filter(has_text="✓")).to_have_count(REQUIREMENTS - 1)

    watch.is_server_down = True
    app.kill()
    app.start()
    page.reload()
    watch.is_server_down = False
    board.wait()
    expect(board.card("cache")).to_be_visible()
    assert board.nodes() == drawn
    expect(page.locator("[class*=st-key-chip_]").filter(has_text="✓")).to_have_count(REQUIREMENTS - 1)
