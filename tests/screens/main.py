"""Photographs of every page and of every way of looking at a board: light and dark, on a desk and on a telephone.

`./run screens [FOLDER]` starts the app on a database of its own and writes them to FOLDER (docs/images/screens), with
docs/screens.md, which shows them all. They are made anew when the app looks different; nothing compares them.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from designer.catalog import load
from designer.design.links import encode_design
from designer.design.model import Design
from designer.scenario.loader import build_design, load_scenario
from designer.ui.state import plain_data
from tests.conftest import CHROMIUM_FLAGS, find_chromium
from tests.ui.browser.conftest import PATIENCE_MS, App, settled

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs/images/screens"
PAGE = ROOT / "docs/screens.md"
SCENARIO = "news_feed"
ATTEMPT = "screens_of_board_0001"
QUALITY = 80
"""Of the pictures, as WebP counts it: text is still sharp, and a picture takes about 40 KB."""

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DEVICES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "telephone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing to photograph: its name, what it is called, and how one gets there from the board or its address."""

    name: str
    title: str
    address: str
    reach: Callable[[Page], None]


def heading(words: str) -> Callable[[Page], None]:
    """Wait for a page's heading."""
    return lambda page: expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()


def keys(*pressed: str, shows: str | None = None, at: str | None = None) -> Callable[[Page], None]:
    """Press keys on the board, with a card selected where `at` says which, and wait for what they show."""

    def reach(page: Page) -> None:
        expect(page.locator(".wb-dock-foot")).to_be_attached()
        page.get_by_test_id("whiteboard").focus()
        if at is not None:
            page.locator(f".react-flow__node[data-id={at}]").focus()
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
        for key in pressed:
            page.keyboard.press(key)
        if shows is not None:
            expect(page.get_by_test_id(shows)).to_be_visible()

    return reach


def busier(page: Page) -> None:
    """Ten times the traffic."""
    keys("Shift+T", shows="traffic-panel")(page)
    slider = page.get_by_test_id("traffic-slider")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    expect(page.get_by_text("At ×10 traffic").first).to_be_visible()


def screens(shared: str) -> Iterator[Screen]:
    """Every page, every lens, and what opens above the board."""
    board = f"/?attempt={ATTEMPT}"
    yield Screen("practice", "Practice", "/", keys())
    for key, lens in enumerate(("load", "latency", "availability", "cost", "zones"), 1):
        yield Screen(f"lens-{lens}", f"Lens: {lens}", board, keys(str(key)))
    yield Screen("failing", "Fail this", board, keys("x", shows="failing-panel", at=NODE))
    yield Screen("traffic", "Other traffic", board, busier)
    yield Screen("path", "The way of one request", board, keys("r", shows="path-panel"))
    yield Screen("inspector", "What a part is set to", board, keys("Enter", at=NODE))
    yield Screen("quick-add", "Add a connected part", board, keys("a", shows="quick-add", at=NODE))
    yield Screen("commands", "Every command", board, keys("Control+k", shows="commands"))
    yield Screen("outline", "The design as an outline", board, keys("o", shows="outline"))
    yield Screen("shortcuts", "The keys", board, keys("?", shows="shortcuts"))
    yield Screen("history", "History", f"/history?attempt={ATTEMPT}", heading("History"))
    for name in ("compare", "gallery", "catalogue", "rules", "glossary"):
        yield Screen(name, name.capitalize(), f"/{name}", heading(name.capitalize()))
    yield Screen("embed", "A board in another site's page", f"/embed?design={shared}", keys())


NODE = "api"


def example() -> Design:
    """The design that is photographed: the reference with the most on it."""
    scenario = load_scenario(SCENARIO)
    designs = [build_design(reference, scenario, load()) for reference in scenario.references]
    return max(designs, key=lambda design: len(design.nodes))


def photograph(page: Page, file: Path) -> None:
    """What the page shows, as a small file."""
    settled(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.evaluate("() => document.fonts.ready")
    page.wait_for_load_state("networkidle")
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as picture:
        picture.save(file, "WEBP", quality=QUALITY, method=6)


def visit(browser: Browser, app: App, screen: Screen, device: str, scheme: Scheme, folder: Path) -> None:
    """Go to one screen and photograph it."""
    context = browser.new_context(**DEVICES[device], color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(app.url + screen.address)
    settled(page)
    screen.reach(page)
    photograph(page, folder / name_of(screen, device, scheme))
    context.close()


def name_of(screen: Screen, device: str, scheme: Scheme) -> str:
    """The file of one photograph."""
    return f"{screen.name}-{device}-{scheme}.webp"


def write_page(shown: list[Screen], folder: Path) -> None:
    """A page with all of them."""
    lines = ["# What it looks like", "", INTRODUCTION, ""]
    place = folder.relative_to(PAGE.parent)
    for screen in shown:
        lines += [f"## {screen.title}", ""]
        for device in DEVICES:
            width = 400 if device == "desk" else 150
            lines += [
                f'<img src="{place}/{name_of(screen, device, scheme)}" width="{width}" '
                f'alt="{screen.title}, {device}, {scheme}">'
                for scheme in SCHEMES
            ]
        lines.append("")
    PAGE.write_text("\n".join(lines), encoding="utf-8", newline="\n")


INTRODUCTION = (
    "Every page and every way of looking at a board, in light and in dark, on a desk and on a telephone."
)


def main() -> None:
    """Photograph everything, or only what is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="*", default=[], help="names of screens")
    given = parser.parse_args()
    if find_chromium() is None:
        sys.exit("there is no Chromium to photograph with")
    given.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    design = example()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        app = App(Path(place) / "boards.sqlite3")
        app.keep(ATTEMPT, SCENARIO, plain_data(design))
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_FLAGS))
        every = list(screens(encode_design(design)))
        chosen = [screen for screen in every if not given.only or screen.name in given.only]
        app.start()
        try:
            for screen, device, scheme in product(chosen, DEVICES, SCHEMES):
                visit(browser, app, screen, device, scheme, given.folder)
        finally:
            browser.close()
            app.kill()
    if given.folder == FOLDER and not given.only:
        write_page(every, FOLDER)


if __name__ == "__main__":
    main()
