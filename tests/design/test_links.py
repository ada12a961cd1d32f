"""Designs in links: there and back, and everything that is no such link."""

from __future__ import annotations

import base64
import string
import zlib
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.design.links import MAX_LENGTH, decode_design, encode_design, find_word, write_address
from designer.design.model import Design, Node
from designer.design.notation import parse_notation
from designer.errors import DesignError
from tests.strategies import designs

CATALOG = load()
SHOP = parse_notation("users > load_balancer*2 > api:app_server*4 > cache, db:sql_database*2", CATALOG)


def pack(text: str | bytes, version: str = "1") -> str:
    data = text.encode() if isinstance(text, str) else text
    return f"{version}.{base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip('=')}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(designs(CATALOG, policies=True))
def test_there_and_back(design: Design) -> None:
    word = encode_design(design)
    assert set(word) <= set(f"{string.ascii_letters}{string.digits}-_.")
    assert len(word) <= MAX_LENGTH
    assert decode_design(word, CATALOG) == design
    assert encode_design(decode_design(word, CATALOG)) == word


def test_a_small_design_is_a_short_link() -> None:
    assert len(encode_design(SHOP)) < 400


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=50).map(str.encode))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    for text in (data.decode("latin-1"), pack(data), f"1.{base64.urlsafe_b64encode(data).decode()}"):
        with suppress(DesignError):
            decode_design(text, CATALOG)


@settings(deadline=None)
@given(st.data())
def test_a_link_that_was_cut_or_changed_is_refused(data: st.DataObject) -> None:
    word = encode_design(SHOP)
    at = data.draw(st.integers(2, len(word) - 1))
    with pytest.raises(DesignError):
        decode_design(word[:at], CATALOG)
    other = data.draw(st.sampled_from(string.ascii_letters))
    assume(other != word[at])
    # The last character holds bits that mean nothing, so that it may be another one.
    with suppress(DesignError):
        assert decode_design(f"{word[:at]}{other}{word[at + 1 :]}", CATALOG) == SHOP


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "this is no link to a design"),
        ("hello", "this is no link to a design"),
        ("1.a b", "this is no link to a design"),
        ("1.", "this link is damaged"),
        ("1.AAAA", "this link is damaged"),
        ("1.A", "this link is damaged"),
        ("2.AAAA", "version '2' of links is unknown; expected version 1"),
        (
            "1." + "A" * 9_000,
            "this link is 9,002 characters long; expected at most 8,000; a design file has room",
        ),
        (pack("{}") + "A", "this link is damaged"),
        (pack(b" " * 2_000_000), "the design in this link is too large; expected less than 1,000,000 bytes"),
        (pack("[1]"), "link:1:1"),
        (pack("[" * 10_000), "nested more than"),
        (pack('{"version":9}'), "version 9 of the design format is unknown"),
        (pack('{"nodes":[{"id":"a","component":"cachee"}]}'), "did you mean 'cache'?"),
        (pack('{"nodes":[{"id":"a","component":"cache","instances":1e999}]}'), "instances"),
        (pack(b"\xff"), "is not text in UTF-8"),
        (pack("a: &a [*a]"), "anchor"),
    ],
)
def test_what_is_no_link_to_a_design(text: str, words: str) -> None:
    with pytest.raises(DesignError) as caught:
        decode_design(text, CATALOG)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_large_design_is_refused_and_says_how_long_it_would_be() -> None:
    names = [f"{number * 7919 % 10_007:x}{number * 104_729 % 99_991:x}" for number in range(2_000)]
    nodes = tuple(Node(id=f"n{number}", component="cache", name=name) for number, name in enumerate(names))
    with pytest.raises(
        DesignError, match=r"would be [\d,]+ characters long; expected at most 8,000; a design file"
    ):
        encode_design(Design(nodes=nodes))


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("", "?design=1.x"),
        ("http://localhost:8501", "http://localhost:8501?design=1.x"),
        ("https://example.org/a/?b=c#d", "https://example.org/a/?b=c&design=1.x"),
    ],
)
def test_addresses(base: str, address: str) -> None:
    assert write_address("1.x", base) == address
    assert find_word(address) == "1.x"


@pytest.mark.parametrize(
    "base", ["javascript:alert(1)", "example.org", "ftp://example.org", "http://[", "//example.org"]
)
def test_a_base_that_is_no_page_is_refused(base: str) -> None:
    with pytest.raises(DesignError, match="is no address of a page"):
        write_address("1.x", base)


def test_words_are_found_where_they_stand() -> None:
    assert find_word("1.abc") == "1.abc"
    assert find_word("http://localhost/#design=1.abc") == "1.abc"
    assert find_word("http://localhost/?other=1.abc") is None
    assert find_word("users > cache") is None
