"""The one-page report in Markdown, HTML and PDF: all of it there, nothing of it markup, and nothing asked for."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from designer.catalog import Catalog
from designer.design.model import Design
from designer.errors import DesignerError
from designer.export.formats import report_html, report_markdown, report_pdf
from designer.export.order import Order
from designer.export.report_text import each_text, money_text
from designer.export.summary import MOST_FINDINGS, MOST_NODES, Summary, summarize
from tests.export.formats.hostile import CATALOG, ODD_TEXTS
from tests.export.samples import DESIGNS, judged, report_of, sample

VOID = {"meta", "br", "rect", "use", "image", "path", "polygon", "polyline", "line"}
FATES = tuple(DESIGNS)
VISIBLE = tuple(
    text for text in ODD_TEXTS if text != "\u200b"
)  # of which nothing is left: a design without a name


def order_of(fate: str) -> Order:
    return Order(sample(fate).design, CATALOG, sample(fate))


def hostile_order(text: str) -> Order:
    """A design in which everything that can be named is called so."""
    design = sample("sound").design
    nodes = tuple(
        node.model_copy(update={"name": f"{text[:70]} {at}"}) for at, node in enumerate(design.nodes)
    )
    fields = {name: getattr(design, name) for name in design.model_fields_set}
    named = Design(**{**fields, "name": text, "nodes": nodes})
    return Order(named, CATALOG, judged(named))


def told(summary: Summary) -> Iterator[str]:
    """Every text of the page."""
    yield from (summary.title, summary.verdict, *(value for _name, value in summary.facts))
    for item in summary.requirements:
        yield from (item.title, item.value, item.limit, item.why)
    for fault in summary.faults:
        yield from (fault.title, fault.where, fault.message, fault.repair)
    for cost in summary.costs:
        yield from (cost.name, cost.component, cost.machines, cost.load, cost.cost, cost.each)


def flat(text: str) -> str:
    """Without spaces, and without what joins the parts of an emoji: Markdown and PDF leave it out."""
    return "".join(text.replace("\u200d", "").split())


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def read_html(order: Order) -> Page:
    page = Page()
    page.feed(report_html.write(order).decode())
    page.close()
    assert page.open == []
    return page


def check_policy(page: Page, text: str) -> None:
    """No script, no handler, no address but of pictures in the page itself; the style is the one the policy names."""
    assert not {"script", "iframe", "object", "embed", "link", "base", "form", "a"} & {
        tag for tag, _ in page.tags
    }
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src", "xlink:href"):
                assert re.match(r"#icon-[\w-]+$|data:image/png;base64,", value or ""), (tag, value)
    policies = [
        attributes
        for tag, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert len(policies) == 1
    policy = policies[0]["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "script" not in policy
    assert "url(" not in style[1]
    assert "@import" not in style[1]


@pytest.mark.parametrize("fate", FATES)
def test_html_tells_everything_and_asks_for_nothing(fate: str) -> None:
    order = order_of(fate)
    page = read_html(order)
    check_policy(page, report_html.write(order).decode())
    said = flat("".join(page.text))
    for text in told(summarize(order)):
        assert flat(text) in said


@pytest.mark.parametrize(
    "text", [*VISIBLE, "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'], ids=ascii
)
def test_a_hostile_name_is_a_text_in_html(text: str) -> None:
    order = hostile_order(text)
    page = read_html(order)
    check_policy(page, report_html.write(order).decode())
    assert flat(summarize(order).title) in flat("".join(page.text))
    plain = read_html(hostile_order("plain"))
    kinds = [
        [tag for tag, _ in found.tags if tag not in ("text", "path", "polygon")] for found in (page, plain)
    ]
    assert kinds[0] == kinds[1]  # the same page, whatever the name


def test_html_has_a_picture_for_light_and_for_dark_with_its_icons_once() -> None:
    page = read_html(order_of("sound"))
    pictures = [attributes.get("class") for tag, attributes in page.tags if tag == "svg"]
    assert pictures == ["icons", "light", "dark"]
    icons = [attributes["id"] for tag, attributes in page.tags if tag == "image"]
    assert len(icons) == len(set(icons))
    used = {attributes["xlink:href"] for tag, attributes in page.tags if tag == "use"}
    assert used == {f"#{icon}" for icon in icons}


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_one_picture_and_finds_nothing_forbidden(
    browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(report_html.write(order_of(FATES[0])))
    said: list[str] = []
    page = browser.new_page(color_scheme=scheme)
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    assert page.locator(f"svg.{scheme}").is_visible()
    assert page.locator("svg.light, svg.dark").count() == 2
    assert not page.locator(f"svg.{'dark' if scheme == 'light' else 'light'}").is_visible()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()
    assert [text for text in said if not text.startswith("data:")] == []
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(14, 21, 34)")
    assert wide


@pytest.mark.parametrize("fate", FATES)
def test_markdown_tells_everything(fate: str) -> None:
    order = order_of(fate)
    text = report_markdown.write(order).decode()
    said = flat(Rendered(text).text)
    for line in told(summarize(order)):
        assert flat(line) in said
    assert "```mermaid\nflowchart" in text


class Rendered:
    """Markdown as a page, with tables as code hosts have them."""

    def __init__(self, text: str) -> None:
        page = Page()
        page.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
        page.close()
        self.text = "".join(page.text)
        self.tags = [tag for tag, _attributes in page.tags]


@pytest.mark.parametrize("text", [*VISIBLE, "<script>alert(1)</script>", "```", "| a | b |"], ids=ascii)
def test_a_hostile_name_is_a_text_in_markdown(text: str) -> None:
    order = hostile_order(text)
    page, plain = (
        Rendered(report_markdown.write(order).decode()),
        Rendered(report_markdown.write(hostile_order("plain")).decode()),
    )
    assert page.tags == plain.tags
    assert flat(summarize(order).title) in flat(page.text)


def pdf_text(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range() for page in document]


@pytest.mark.parametrize("fate", sorted({*FATES} - {"hostile"}))  # whose letters the fonts do not have
def test_a_pdf_tells_everything_on_one_page(fate: str) -> None:
    order = order_of(fate)
    pages = pdf_text(report_pdf.write(order))
    assert len(pages) == 1
    for text in told(summarize(order)):
        assert flat(text) in flat(pages[0])


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "&lt; &amp; <", "a" * 80, "W" * 80, "</para>", "{x} %s", "<img src='/etc/passwd'/>"]
)
def test_a_hostile_name_is_a_text_in_a_pdf(text: str) -> None:
    pages = pdf_text(report_pdf.write(hostile_order(text)))
    assert flat(text) in flat("".join(pages))


def test_a_letter_the_fonts_do_not_have_is_a_box_in_a_pdf() -> None:
    pages = pdf_text(report_pdf.write(hostile_order("缓存 cache 🚀")))
    assert "□□ cache □" in pages[0]


@pytest.mark.parametrize("write", [report_html.write, report_markdown.write, report_pdf.write])
def test_each_node_costs_so_much_a_month_and_for_a_million_requests(write: Callable[[Order], bytes]) -> None:
    order = order_of("sound")
    summary, bill = summarize(order), sample("sound").analysis.cost
    names = {node.id: node.label for node in order.named.nodes}
    assert {(cost.name, cost.cost, cost.each) for cost in summary.costs} == {
        (names[item.node], money_text(item.total), each_text(bill.per_million(item.total)))
        for item in bill.nodes
    }
    assert all(cost.each.startswith("$") for cost in summary.costs)
    written = write(order)
    said = flat("".join(pdf_text(written)) if written.startswith(b"%PDF") else written.decode())
    assert "Per1M" in said
    assert all(flat(cost.each).lstrip("$") in said for cost in summary.costs)


def test_nodes_without_traffic_have_no_price_of_a_million() -> None:
    report = report_of("users > api:app_server*2")
    assert {cost.each for cost in summarize(Order(report.design, CATALOG, report)).costs} == {"–"}


def test_much_to_tell_goes_on_to_further_pages() -> None:
    many = ", ".join(f"s{at}:app_server" for at in range(MOST_NODES + 26))
    report = report_of(f"users > {many}")
    order = Order(report.design, CATALOG, report)
    summary = summarize(order)
    assert len(summary.costs) == MOST_NODES
    assert summary.more_costs.startswith("27 more, together ")
    assert len(summary.faults) <= MOST_FINDINGS
    said = flat("".join(pdf_text(report_pdf.write(order))))
    for text in told(summary):
        assert flat(text) in said
    assert flat(summary.more_costs) in said


@pytest.mark.parametrize("write", [report_html.write, report_markdown.write, report_pdf.write])
def test_without_a_report_there_is_nothing_to_tell(catalog: Catalog, write: Callable[[Order], bytes]) -> None:
    design = sample("sound").design.model_copy(update={"scenario": "shop"})
    with pytest.raises(DesignerError, match="needs a scenario") as caught:
        write(Order(design, catalog))
    assert caught.value.suggestion == "shop"
