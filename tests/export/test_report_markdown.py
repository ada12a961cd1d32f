"""The report as Markdown, read back by a Markdown parser: names stay names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from designer.catalog.loader import load
from designer.design.model import Design
from designer.export.markdown import code, escape
from designer.export.report_markdown import write_markdown
from designer.export.report_outages import harmful_outages
from designer.export.terminal import clean
from tests.export.samples import DESIGNS, judged, report_of, sample
from tests.strategies import HOSTILE_NAMES, designs

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMFUL = {"html_block", "html_inline", "link_open", "image", "s_open", "fence", "hr", "code_block"}


def tokens(markdown: str) -> list[Token]:
    return [inner for token in PARSER.parse(markdown) for inner in (token, *(token.children or ()))]


def plain(markdown: str) -> str:
    """The words that a reader sees."""
    kinds = {"text", "code_inline", "text_special"}
    return "".join(token.content for token in tokens(markdown) if token.type in kinds)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_means_itself(name: str) -> None:
    parsed = tokens(f"- {escape(name)}\n")
    assert {token.type for token in parsed} <= {
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "text_special",
        "paragraph_close", "list_item_close", "bullet_list_close",
    }  # fmt: skip
    assert plain(f"- {escape(name)}\n") == clean(name)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: bool(clean(text, 1000))))
def test_any_text_means_itself(text: str) -> None:
    markdown = f"- {escape(text)}\n"
    assert not HARMFUL & {token.type for token in tokens(markdown)}
    assert plain(markdown) == clean(text, 1000)
    assert plain(f"| a |\n|---|\n| {escape(text)} |\n") == "a" + clean(text, 1000)
    assert plain(f"# {escape(text)}\n") == clean(text, 1000)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: bool(clean(text, 1000))))
def test_any_text_is_shown_as_code(text: str) -> None:
    shown = [token.content for token in tokens(f"x {code(text)} y") if token.type == "code_inline"]
    assert shown == [clean(text, 1000)]


@pytest.mark.parametrize("fate", DESIGNS)
def test_a_report_is_headings_lists_and_tables(fate: str) -> None:
    markdown = write_markdown(sample(fate))
    assert not HARMFUL & {token.type for token in tokens(markdown)}
    assert markdown.endswith("\n") and not markdown.endswith("\n\n")


@settings(max_examples=25, deadline=None)
@given(designs(load(), max_nodes=4))
def test_no_design_can_write_markup(design: Design) -> None:
    parsed = tokens(write_markdown(judged(design)))
    assert not HARMFUL & {token.type for token in parsed}
    headings = [token.tag for token in parsed if token.type == "heading_open"]
    assert headings.count("h1") == 1


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_the_title_is_the_name(name: str) -> None:
    title = next(
        token
        for token in PARSER.parse(write_markdown(report_of("users", clean(name))))
        if token.type == "inline"
    )
    assert "".join(child.content for child in title.children or ()) == f"Shop: {clean(name)}"


def test_it_says_what_the_report_says() -> None:
    report = sample("overloaded")
    words = plain(write_markdown(report))
    for verdict in report.verdicts:
        assert verdict.title in words
        assert verdict.reason in words
    for finding in report.findings:
        assert finding.message in words
        assert finding.why in words
    for judgement in report.praise:
        assert judgement.message in words


def test_tables_have_a_row_for_every_requirement_and_node() -> None:
    report = sample("hostile")
    rows = [token for token in tokens(write_markdown(report)) if token.type == "tr_open"]
    harms = harmful_outages(report)
    assert harms
    assert len(rows) == 3 + len(report.verdicts) + len(report.design.nodes) + len(harms)


def test_the_arithmetic_of_every_verdict_is_there() -> None:
    report = sample("sound")
    markdown = write_markdown(report)
    for verdict in report.verdicts:
        assert verdict.arithmetic is None or code(verdict.arithmetic.formula) in markdown
