"""The glossary has every word of the trade that a rule uses, and links lead from the first place of each to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from designer.export.glossary_page import linked, write_glossary
from designer.rules.glossary import all_terms, pieces_of
from designer.rules.library import all_rules
from designer.rules.model import Rule

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "out of date: ./run designer glossary --write docs/glossary.md writes it anew"

JARGON = (
    "accelerator", "API gateway", "availability", "backlog", "backup", "batch", "cache", "candidate", "CDN",
    "certificate", "ceiling", "connection pooler", "consumer", "durability", "failover", "feature", "follower",
    "GPU", "guardrail", "hash", "hot key", "hot record", "language model", "leader", "load balancer",
    "message queue", "object storage", "partition", "percentile", "pool", "pooler", "port", "prompt", "proxy",
    "queue", "quorum", "rate limiter", "region", "replica", "retries", "retry budget", "router", "shard", "timeout",
    "TLS", "token", "utilisation", "vector index", "working set", "writes back", "Zipf's law", "zone",
)  # fmt: skip
"""Words that somebody new to the trade does not know, or knows for something else."""

_USED = {word: re.compile(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", re.IGNORECASE) for word in JARGON}


def words_of(text: str) -> str:
    """The words that are explained, as they stand in the text."""
    return "|".join(piece.text.lower() for piece in pieces_of(text) if piece.term is not None)


def meaning_of(word: str) -> str | None:
    """The entry that explains the word."""
    return next((piece.term.term for piece in pieces_of(word) if piece.term is not None), None)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_what_a_rule_uses_is_in_the_glossary(rule: Rule) -> None:
    for text in (rule.title, rule.why, rule.fix or ""):
        explained = {piece.term.term for piece in pieces_of(text) if piece.term is not None}
        for word in JARGON:
            if _USED[word].search(text):
                assert meaning_of(word) in explained, word


def test_pieces_are_the_text() -> None:
    for rule in all_rules():
        assert "".join(piece.text for piece in pieces_of(rule.why)) == rule.why


def test_a_word_is_explained_where_it_first_stands_only() -> None:
    text = "A shard has replicas. Another shard has a replica too; TLS ends at the load balancer."
    assert words_of(text) == "shard|replicas|tls|load balancer"


@pytest.mark.parametrize("text", ["", "a subregion", "cache-aside", "leadership"])
def test_a_part_of_a_word_is_not_the_word(text: str) -> None:
    assert [piece.term for piece in pieces_of(text) if piece.term is not None] == []


def test_a_word_of_words_counts_as_a_whole() -> None:
    (piece,) = [piece for piece in pieces_of("one connection pooler") if piece.term is not None]
    assert piece.text == "connection pooler"


def test_terms_are_told_apart_and_explained() -> None:
    terms = all_terms()
    assert len(terms) >= 40
    assert len({item.anchor for item in terms}) == len(terms)
    forms = [form.lower() for item in terms for form in (item.term, *item.forms)]
    assert len(set(forms)) == len(forms)
    for item in terms:
        assert item.means.endswith(".") and 40 <= len(item.means) <= 260, item.term


def test_links_lead_to_a_heading_of_the_page() -> None:
    headings = re.findall(r"^## (.+)$", write_glossary(), re.MULTILINE)
    places = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for rule in all_rules():
        for anchor in re.findall(r"\]\(page\.md#([^)]+)\)", linked(rule.why, "page.md")):
            assert anchor in places


def test_what_is_no_word_of_the_glossary_stays_text() -> None:
    assert linked("a <b> of *zones*", "p.md") == r"a \<b\> of \*[zones](p.md#zone)\*"


def test_the_page_is_that_of_the_words() -> None:
    assert (DOCS / "glossary.md").read_text(encoding="utf-8") == write_glossary(), AGAIN
