"""Somebody's text on a page stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.ui.widgets.wording import WORD_JOINER, bullets, code, in_words, paragraphs, plain, table

HOSTILE = [
    "<IMG SRC=x onerror=alert(1)>",
    "![pixel](http://elsewhere.example/p.png)",
    "[click](javascript:alert(1))",
    "**bold** _it_ `code` ~~no~~",
    ":red[loud] :material/home: :smile:",
    "$x^2$ and $$y$$",
    "# heading",
    "| a | b |",
    "- item\n- item",
    "1. one",
    "> quote",
    "&lt;script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_sign_of_markdown_is_left_alone(text: str) -> None:
    shown = plain(text)
    for position, character in enumerate(shown):
        if character in "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~":
            assert shown[position - 1] == "\\"
    assert "\n" not in shown


@given(st.text(max_size=200))
def test_plain_keeps_the_words(text: str) -> None:
    read_back = plain(text).replace(WORD_JOINER, "").replace("\\", "")
    letters = [
        character for character in " ".join(text.split()) if character.isalnum() and character.isprintable()
    ]
    assert [character for character in letters if character not in read_back] == []


@pytest.mark.parametrize(
    "address", ["http://a.example", "https://a.example", "www.a.example", "me@a.example"]
)
def test_an_address_becomes_no_link(address: str) -> None:
    assert WORD_JOINER in plain(address)


def test_direction_marks_and_control_characters_are_shown_as_escapes() -> None:
    assert plain("a\u202eb\x07") == "a\\\\u202eb\\\\x07"


def test_emoji_and_right_to_left_names_stay() -> None:
    assert plain("מטמון 🚀") == "מטמון 🚀"


def test_a_long_text_is_cut_where_it_can_be_seen() -> None:
    assert plain("x" * 1_000_000).endswith("…")
    assert len(plain("x" * 1_000_000)) == 4_000


def test_paragraphs_are_kept() -> None:
    assert paragraphs("One\ntwo.\n\nThree.") == "One two\\.\n\nThree\\."


def test_code_cannot_be_left() -> None:
    assert code("a ` b") == "`a ' b`"
    assert code("") == ""


def test_a_table_and_a_list() -> None:
    assert table(("A", "B"), [("1", "2")]) == "| A | B |\n| --- | --- |\n| 1 | 2 |"
    assert bullets(["a", "b"]) == "- a\n- b"


def test_names_in_words() -> None:
    assert in_words("service_time") == "Service time"
