"""The rules as pages: every rule whole, every link leads somewhere, and nothing in it is markup by accident."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from designer.export.markdown import escape
from designer.export.rule_fixes import Offer, offer_of
from designer.export.rule_pages import GLOSSARY, INDEX, write_pages, write_rule
from designer.rules.library import all_rules, find_rule
from designer.rules.model import Example, Parameter, Rule
from designer.units import Dimension
from tests.strategies import HOSTILE_NAMES

PAGES = write_pages(all_rules())
GLOSSED = re.compile(rf"\[([^\]]*)\]\({re.escape(GLOSSARY)}#[a-z0-9-]+\)")
"""A word with a link to what it means."""

PARSER = MarkdownIt("commonmark").enable("table")


def test_there_is_a_page_for_each_category_and_an_index() -> None:
    assert set(PAGES) == {INDEX, *(f"{rule.category}.md" for rule in all_rules())}
    assert all(page.endswith("\n") and not page.endswith("\n\n") for page in PAGES.values())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_is_told_whole(rule: Rule) -> None:
    page = PAGES[f"{rule.category}.md"]
    told = GLOSSED.sub(r"\1", page.split(f"\n## {rule.id.partition('.')[2]}\n")[1].split("\n## ")[0])
    words = (rule.title, rule.why, rule.applies, rule.fix or "", rule.false_positives, *rule.sources)
    for part in (*words, *(item.meaning for item in rule.parameters)):
        assert escape(part) in told
    for example in (*rule.bad, *rule.good):
        assert f"```text\n{example.design.strip()}\n```" in told
    assert all(f"| `{item.name}` |" in told for item in rule.parameters)
    assert rule.severity.value in told


def test_every_link_of_the_index_leads_to_a_heading() -> None:
    links = re.findall(r"\]\((\w+\.md)#([\w-]+)\)", PAGES[INDEX])
    assert [f"{page[:-3]}.{anchor}" for page, anchor in links] == [rule.id for rule in all_rules()]
    for page, anchor in links:
        assert f"\n## {anchor}\n" in PAGES[page]


def hostile(words: str) -> Rule:
    """A rule that nobody should have written."""
    rule = find_rule("cost.overprovisioned-tier")
    return replace(
        rule,
        title=words,
        why=words,
        fix=words,
        sources=(words,),
        parameters=(Parameter("worst", 1.0, Dimension.COUNT, words, words),),
        good=(Example("users", note=words),),
    )


@pytest.mark.parametrize("words", [*HOSTILE_NAMES, "| a | b |", "[a](http://evil.example)", "``` x"])
def test_words_mean_themselves(words: str) -> None:
    tokens = PARSER.parse(write_rule(hostile(words)))
    inner = [part for token in tokens for part in (token, *(token.children or ()))]
    assert not {part.type for part in inner} & {"html_block", "html_inline", "image"}
    links = [str(part.attrs["href"]) for part in inner if part.type == "link_open"]
    assert all(re.fullmatch(rf"{re.escape(GLOSSARY)}#[a-z0-9-]+", link) for link in links)
    assert [token.content for token in tokens if token.type == "fence"][-1] == "users\n"
    assert sum(token.type == "tr_open" for token in tokens) == 2


def test_what_a_rule_offers_is_seen_on_its_bad_examples() -> None:
    assert offer_of(find_rule("scalability.overloaded-node")) is Offer.ALWAYS
    assert offer_of(find_rule("cost.budget-missed")) is Offer.NEVER
    rule = find_rule("cost.overprovisioned-tier")
    assert offer_of(replace(rule, bad=rule.good)) is Offer.NEVER


def test_the_same_rules_give_the_same_pages() -> None:
    assert write_pages(all_rules()) == PAGES
