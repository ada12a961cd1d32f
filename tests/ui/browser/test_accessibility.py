"""axe-core over every page, in light and in dark: no violations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard
from tests.ui.browser.windows import Scheme

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "designer/ui/canvas/frontend/node_modules/axe-core/axe.min.js"
# Colours that glide from one theme to the other are judged where they arrive.
RULES = """async ([parts, rules]) => {
    const shadows = [...document.querySelectorAll('*')].map(element => element.shadowRoot).filter(Boolean);
    const glides = [document, ...shadows].flatMap(root => root.getAnimations())
        .filter(one => one instanceof CSSTransition);
    await Promise.allSettled(glides.map(one => one.finished));
    const found = await axe.run({include: parts}, {runOnly: rules, resultTypes: ['violations']});
    const told = (item, node) => `${item.id}: ${node.target.flat().join(' ')} ${node.failureSummary}`;
    return found.violations.flatMap(item => item.nodes.map(node => told(item, node)));
}"""


EVERY = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules whose verdict a theme can change."""


def violations(page: Page, *parts: Locator) -> list[str]:
    """What keeps somebody out of the page, or of parts of it where no more of it is new.

    By every rule in its theme, by those of colour in the other one. The page stays in the other theme, since going
    back takes as long as judging.
    """
    found = judged(page, EVERY, *parts)
    other: Scheme = "light" if worn(page) == "dark" else "dark"
    wear(page, other)
    return found + [f"{other}: {item}" for item in judged(page, OF_COLOUR, *parts)]


def judged(page: Page, rules: list[str], *parts: Locator) -> list[str]:
    """What breaks these rules as the page, or each of its parts, looks now."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    places = [part.element_handle() for part in parts or (page.locator("html"),)]
    found: list[str] = page.evaluate(RULES, [places, rules])
    return found


def opened(page: Page) -> Locator:
    """The fold that is open; the rest of the page is as it was before."""
    fold = page.get_by_test_id("stPopoverBody")
    expect(fold).to_be_visible()
    settled(page)
    return fold


def worn(page: Page) -> str:
    """The theme the page is in."""
    found: str = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).colorScheme")
    return found


def wear(page: Page, scheme: Scheme) -> None:
    """Let the page follow a theme, and wait until it has."""
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
    for board in page.get_by_test_id("whiteboard").all():
        expect(board).to_have_attribute("data-theme", scheme)


WINDOWS = {"window": (1440, 900), "telephone": (390, 844)}
BOARD_KEYS = {
    "outline": "o",
    "target-picker": "Shift+C",
    "menu": "Shift+F10",
    "zones-panel": "z",
    "shortcuts": "?",
    "strip": "Shift+F",
}
"""Keys pressed on a selected card, and what each opens."""
CHANGED = {"strip": "whiteboard"}
"""What else is new with a part: all of the board, where it fills the window."""


def select_focused(page: Page) -> None:
    """Open the card that has the focus."""
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("inspector-name")).to_be_focused()


def board_violations(page: Page) -> list[str]:
    """Of each panel of the board, opened by its key."""
    found = []
    page.get_by_test_id("whiteboard").focus()
    page.keyboard.press("Alt+ArrowRight")
    select_focused(page)
    for fold in page.get_by_test_id("inspector").locator("summary").all():
        fold.click()
    found += violations(page)
    page.keyboard.press("Escape")
    for part, key in BOARD_KEYS.items():
        page.keyboard.press(key)
        expect(page.get_by_test_id(part)).to_be_visible()
        found += [
            f"{part}: {item}" for item in violations(page, page.get_by_test_id(CHANGED.get(part, part)))
        ]
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(part)).to_have_count(0)
        page.locator(".react-flow__node[tabindex='0']").focus()
        select_focused(page)
        page.keyboard.press("Escape")
    return found


@pytest.mark.parametrize("window", WINDOWS)
def test_no_panel_of_the_board_keeps_anybody_out(page: Page, app: App, watch: Watch, window: str) -> None:
    width, height = WINDOWS[window]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(app.url)
    Whiteboard(page).wait()
    settled(page)
    assert board_violations(page) == []


def test_no_page_keeps_anybody_out_on_a_telephone(page: Page, app: App, watch: Watch) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app.url)
    Whiteboard(page).wait()
    settled(page)
    found = violations(page)
    for chip in ("chip_follow_throughput", "status_cost"):
        page.locator(f".st-key-{chip} button").click()
        found += violations(page, opened(page))
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()
    for name in ("compare", "catalogue", "rules"):
        page.goto(f"{app.url}/{name}")
        expect(page.get_by_role("heading", name=name.capitalize(), exact=True)).to_be_visible()
        settled(page)
        found += violations(page)
    assert found == []


def test_no_page_keeps_anybody_out(page: Page, app: App, watch: Watch) -> None:
    page.goto(app.url)
    Whiteboard(page).wait()
    settled(page)
    found = violations(page)
    for question, part in (("What it hangs on", "hinges"), ("Size it", "use_counts")):
        page.get_by_role("button", name=question).click()
        expect(page.locator(f".st-key-{part}")).to_be_visible()
        found += violations(page, opened(page))
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()
    side = page.get_by_test_id("stSidebar")
    side.get_by_role("radio", name=re.compile("Findings")).click()
    settled(page)
    found += violations(page)
    for button in (re.compile("^Fix all"), re.compile("Fix$"), re.compile("^Ignore")):
        side.get_by_role("button", name=button).first.click()
        expect(page.get_by_test_id("stPopoverBody").get_by_role("button").first).to_be_visible()
        found += violations(page, opened(page))
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()
    for name in ("History", "Compare", "Gallery", "Catalogue", "Rules", "Glossary"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        settled(page)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_that_hands_on_or_brings_in_keeps_anybody_out(
    page: Page, app: App, watch: Watch, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{app.url}/gallery")
    expect(page.locator(".st-key-gallery img").last).to_be_visible()
    page.get_by_text("Reference designs (spoilers)").first.click()
    expect(page.get_by_role("button", name="Open on a board of its own").first).to_be_visible()
    settled(page)
    found = violations(page)
    page.get_by_role("button", name="Begin").first.click()
    Whiteboard(page).wait()
    settled(page)
    if page.get_by_test_id("stExpandSidebarButton").is_visible():
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("button", name="Share", exact=True).click()
    fields = page.locator(".st-key-share_links code")
    expect(fields).to_have_count(2)
    found += violations(page, opened(page))
    link = fields.first.inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Board", exact=True).click()
    page.get_by_role("button", name=re.compile("Open a file")).click()
    text = page.get_by_role("textbox", name="Or paste text")
    window = page.get_by_role("dialog")
    answers = {
        "users > app_servr": window.get_by_role("alert"),
        "users > app_server": window.get_by_role("button"),
    }
    for words, answer in answers.items():
        text.fill(words)
        text.press("Control+Enter")
        expect(answer.last).to_be_visible()
        settled(page)
        found += violations(page, window)
    for theme in ("light", "dark"):
        page.goto(f"{link.replace('/?', '/embed?')}&theme={theme}")
        expect(page.get_by_test_id("canvas")).to_be_visible()
        settled(page)
        found += judged(page, EVERY)
    assert found == []
