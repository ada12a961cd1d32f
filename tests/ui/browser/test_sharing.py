"""Handing designs on and bringing them in, in a real browser: links, another site's page, files, the gallery."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.ui.browser.conftest import App, Watch, settled
from tests.ui.browser.drawing import Whiteboard, box

pytestmark = pytest.mark.browser

MERMAID = "flowchart LR\n  U([Users]) --> LB[Load balancer] --> API[API x4]\n  API --> Redis & DB[(Orders)]"
COMPOSE = """
services:
  web:
    build: .
    ports: ["80:80"]
    depends_on: [db]
  db: {image: "postgres:16"}
"""


@pytest.fixture
def board(page: Page, app: App, watch: Watch) -> Whiteboard:
    return opened(page, app.url)


def opened(page: Page, address: str) -> Whiteboard:
    page.goto(address)
    board = Whiteboard(page)
    board.wait()
    settled(page)
    return board


def shared(page: Page) -> tuple[str, str]:
    """The two fields of the Share fold: the link, and the lines for another page."""
    page.get_by_role("button", name="Share", exact=True).click()
    fields = page.locator(".st-key-share_links code")
    expect(fields).to_have_count(2)
    settled(page)
    link, lines = fields.all_inner_texts()
    page.keyboard.press("Escape")
    return link, lines


def attempt_of(page: Page) -> str:
    expect(page).to_have_url(re.compile("attempt="))
    return page.url.partition("attempt=")[2].partition("&")[0]


# --- links ----------------------------------------------------------------------------------------------------------


def test_a_link_opens_the_same_design_for_somebody_else(
    page: Page, app: App, board: Whiteboard, browser: Browser, browser_context_args: dict[str, object]
) -> None:
    board.drag_in("dns", 530, 500)
    expect(board.card("dns")).to_contain_text("No traffic")
    board.expect_saved()
    settled(page)
    link, _ = shared(page)
    assert link.startswith(f"{app.url}/?design=1.") and link.endswith("&scenario=url_shortener")
    assert attempt_of(page) not in link
    theirs = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
    visitor = theirs.new_page()
    copy = opened(visitor, link)
    assert copy.nodes() == board.nodes()
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("a copy of the design in the link")
    attempt = attempt_of(visitor)
    assert attempt != attempt_of(page)
    expect(visitor).not_to_have_url(re.compile("design="))

    copy.drag_in("cdn", 530, 350)
    expect(copy.card("cdn")).to_have_count(1)
    expect(copy.card("cdn")).to_contain_text("No traffic")
    copy.expect_saved()
    visitor.reload()
    expect(copy.card("cdn")).to_be_visible()
    assert attempt_of(visitor) == attempt
    assert board.card("cdn").count() == 0

    twice = theirs.new_page()
    other = opened(twice, link)
    assert attempt_of(twice) != attempt and other.card("cdn").count() == 0
    theirs.close()


def test_a_broken_link_is_one_sentence_and_no_page_without_a_board(
    page: Page, app: App, watch: Watch
) -> None:
    board = opened(page, f"{app.url}/?design=1.AAAA&scenario=<script>alert(1)</script>")
    expect(page.get_by_test_id("stAlert")).to_have_count(1)
    expect(page.get_by_test_id("stAlert")).to_contain_text(
        "This link could not be opened: this link is damaged"
    )
    assert board.nodes()
    expect(page).not_to_have_url(re.compile("design="))


# --- inside another page --------------------------------------------------------------------------------------------


class Quiet(SimpleHTTPRequestHandler):
    """A file server that prints nothing."""

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and its address, of another name than the app's: to a browser it is somebody else's site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    worker = threading.Thread(target=server.serve_forever)
    worker.start()
    yield tmp_path, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    worker.join()


def embedded(page: Page, site: tuple[Path, str], lines: str) -> FrameLocator:
    folder, address = site
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Wiki</title>'
    (folder / "page.html").write_text(f"{head}<h1>Our shop</h1>{lines}", encoding="utf-8")
    page.goto(f"{address}/page.html")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_test_id("canvas")).to_be_visible()
    return frame


def test_a_design_is_shown_inside_another_site_s_page_in_any_size_and_theme(
    page: Page, app: App, board: Whiteboard, site: tuple[Path, str]
) -> None:
    nodes = board.nodes()
    _, lines = shared(page)
    a_design_is_shown_inside_another_site_s_page(embedded(page, site, lines), app, page, nodes)
    page.set_viewport_size({"width": SMALL["width"] + 40, "height": 700})
    small = embedded(page, site, re.sub(r'height="\d+"', f'height="{SMALL["height"]}"', lines))
    a_small_frame_shows_the_drawing_and_ways_of_looking_only_when_wanted(small, nodes)
    the_embedded_page_is_in_the_theme_it_is_asked_for(page, lines)


def a_design_is_shown_inside_another_site_s_page(
    frame: FrameLocator, app: App, page: Page, nodes: set[str]
) -> None:
    for node in nodes:
        expect(frame.get_by_test_id(f"card-{node}")).to_be_visible()
    expect(frame.get_by_test_id("saved-state")).to_have_text("Read only")
    expect(frame.get_by_test_id("palette-cache")).to_have_count(0)
    expect(frame.get_by_test_id("stHeader")).to_be_hidden()
    expect(frame.get_by_test_id("stSidebar")).to_be_hidden()
    expect(frame.get_by_test_id("card-load").filter(has_text="%").first).to_be_visible()
    outer, inner = box(page.locator("iframe")), box(frame.get_by_test_id("whiteboard"))
    assert inner["width"] >= outer["width"] - 4
    assert inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
    with page.context.expect_page() as started:
        frame.get_by_role("link", name="Open in Designer").click()
    new = started.value
    copy = Whiteboard(new)
    copy.wait()
    settled(new)
    assert copy.nodes() == nodes
    assert new.url.startswith(app.url) and attempt_of(new)
    new.close()


def a_small_frame_shows_the_drawing_and_ways_of_looking_only_when_wanted(
    frame: FrameLocator, nodes: set[str]
) -> None:
    unfold = frame.get_by_test_id("dock-unfold")
    expect(unfold).to_have_attribute("aria-expanded", "false")
    expect(frame.get_by_test_id("lensbar")).to_have_count(0)
    button = box(unfold)
    for node in nodes:
        card = box(frame.get_by_test_id(f"card-{node}"))
        is_beside = card["x"] + card["width"] <= button["x"] or card["x"] >= button["x"] + button["width"]
        is_above = card["y"] + card["height"] <= button["y"] or card["y"] >= button["y"] + button["height"]
        assert is_beside or is_above
    unfold.click()
    frame.get_by_test_id("action-lens-cost").click()
    expect(frame.get_by_test_id("card-links").locator(".wb-card-line")).to_contain_text("$")
    unfold.click()
    expect(frame.get_by_test_id("lensbar")).to_have_count(0)


def the_embedded_page_is_in_the_theme_it_is_asked_for(page: Page, lines: str) -> None:
    found = re.search('src="([^"]*)"', lines)
    assert found is not None
    address = html.unescape(found[1]).partition("&theme=")[0]
    for theme, shown in (("light", "light"), ("dark", "dark"), ("blue", "light")):
        page.goto(f"{address}&theme={theme}")
        expect(page.get_by_test_id("whiteboard")).to_have_attribute("data-theme", shown)
        expect(page.get_by_test_id("stHeader")).to_be_hidden()


SMALL = {"width": 480, "height": 360}
"""A frame in a column of text, in pixels."""


def test_the_way_back_opens_no_further_board_and_embedding_is_no_page_of_ours(
    page: Page, board: Whiteboard, app: App
) -> None:
    the_embedded_page_is_not_in_the_navigation(page, board)
    the_way_back_opens_no_further_board(page, app, board)


def the_embedded_page_is_not_in_the_navigation(page: Page, board: Whiteboard) -> None:
    expect(page.get_by_role("link", name="Gallery")).to_be_visible()
    assert page.get_by_role("link", name="Embed").count() == 0


def the_way_back_opens_no_further_board(page: Page, app: App, board: Whiteboard) -> None:
    link, _ = shared(page)
    opened(page, link)
    attempt = attempt_of(page)
    page.go_back()
    expect(page).to_have_url(re.compile("attempt="))
    settled(page)
    assert attempt_of(page) == attempt


# --- files ----------------------------------------------------------------------------------------------------------


def ask_file(page: Page) -> None:
    page.get_by_role("button", name="Board", exact=True).click()
    page.get_by_role("button", name=re.compile("Open a file")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()


def put_on_board(page: Page) -> None:
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_mermaid_text_comes_to_the_board_and_is_undone(page: Page, board: Whiteboard) -> None:
    before, attempt = board.nodes(), attempt_of(page)
    ask_file(page)
    text = page.get_by_role("textbox", name="Or paste text")
    text.fill("flowchart LR\n  U([Users]) ==?> LB")
    text.press("Control+Enter")
    window = page.get_by_role("dialog")
    expect(window.get_by_role("alert")).to_contain_text("this arrow has no end")
    expect(window.locator("code")).to_contain_text("^")
    text.fill(MERMAID)
    text.press("Control+Enter")
    expect(window).to_contain_text("5 nodes, 4 connections")
    expect(window).to_contain_text("'Orders' became a SQL database")
    put_on_board(page)
    expect(board.card("Redis")).to_be_visible()
    assert board.nodes() == {"U", "LB", "API", "Redis", "DB"}
    expect(board.card("API")).to_contain_text("/s")
    assert attempt_of(page) == attempt
    board.canvas.click(position={"x": 500, "y": 60})
    page.keyboard.press("Control+z")
    expect(board.card("Redis")).to_have_count(0)
    assert board.nodes() == before


def test_a_compose_file_comes_to_the_board(page: Page, board: Whiteboard, tmp_path: Path) -> None:
    file = tmp_path / "docker-compose.yml"
    file.write_text(COMPOSE, encoding="utf-8")
    ask_file(page)
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("dialog")).to_contain_text("docker-compose")
    put_on_board(page)
    expect(board.card("web")).to_be_visible()
    assert {"web", "db"} <= board.nodes()
    page.reload()
    expect(board.card("web")).to_be_visible()


# --- gallery --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1440, 390])
def test_the_gallery_shows_every_exercise_and_begins_one(
    page: Page, app: App, watch: Watch, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{app.url}/gallery")
    card = page.locator(".st-key-exercise_news_feed")
    picture = card.get_by_role("img", name=re.compile("^News feed, "))
    expect(picture).to_be_visible()
    expect.soft(picture).to_have_attribute("alt", re.compile("Calls: .* to "))
    settled(page)
    assert picture.evaluate("part => part.naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "reference" not in page.locator(".st-key-gallery img").first.get_attribute("alt").lower()  # type: ignore[union-attr]
    card.get_by_role("button", name="Begin").click()
    board = Whiteboard(page)
    board.wait()
    settled(page)
    assert attempt_of(page)
    expect(page.get_by_role("combobox", name="Exercise")).to_have_value(re.compile("News feed"))


def test_the_gallery_goes_on_where_one_was(page: Page, board: Whiteboard) -> None:
    board.drag_in("dns", 530, 500)
    expect(board.card("dns")).to_contain_text("No traffic")
    attempt = attempt_of(page)
    settled(page)
    page.get_by_role("link", name="Gallery").click()
    card = page.locator(".st-key-exercise_url_shortener")
    expect(card.get_by_role("img")).to_have_count(2)
    expect(card).to_contain_text("Best in this visit")
    settled(page)
    card.get_by_text("Reference designs (spoilers)").click()
    expect(card.get_by_role("img")).to_have_count(4)
    settled(page)
    card.get_by_role("button", name="Open on a board of its own").first.click()
    board.wait()
    expect(board.card("dns")).to_have_count(0)
    settled(page)
    assert attempt_of(page) != attempt
    page.get_by_role("link", name="Gallery").click()
    card.get_by_role("button", name="Go on").click()
    expect(board.card("dns")).to_be_visible()
    settled(page)
    assert attempt_of(page) == attempt
