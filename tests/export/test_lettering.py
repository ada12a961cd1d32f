import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.export.lettering import ELLIPSIS, clean, escape, shorten, wrap
from designer.export.typeface import MISSING, bold, regular


@pytest.mark.parametrize(
    ("character", "face", "width"),
    [
        ("A", regular, 0.667),
        (" ", regular, 0.278),
        ("W", regular, 0.944),
        ("A", bold, 0.722),
        ("…", regular, 1),
    ],
)
def test_widths_are_those_of_arial(character: str, face: object, width: float) -> None:
    assert callable(face)
    assert face().width(character, 1) == pytest.approx(width, abs=0.001)
    assert face().width(character * 3, 10) == pytest.approx(30 * width, abs=0.03)


def test_fonts_know_what_they_can_draw() -> None:
    drawn = "Aé×…□▲Ωж€∞"
    assert all(face().covers(character) for face in (regular, bold) for character in drawn)
    assert not any(regular().covers(character) for character in "缓م🚀א")


def test_a_missing_character_keeps_room_for_a_square_one() -> None:
    assert regular().width("缓存", 12) == 24


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("two\nlines\tand\r\nmore", "two lines and more"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape [31m"),
        ("\u202eflipped\u202c", "flipped"),
        ("zero\u200bwidth\ufe0f", "zerowidth"),
        ("e\u0301", "é"),
        ("lone \ud800 surrogate", f"lone {MISSING} surrogate"),
        ("private \ue000", f"private {MISSING}"),
        ("  spaced   out  ", "spaced out"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(alphabet=st.characters(), max_size=60))
def test_cleaned_text_is_one_line_of_visible_characters(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert not any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl"} for character in cleaned
    )
    assert clean(cleaned) == cleaned


def test_escaping_leaves_no_markup_and_no_backslash_sequence() -> None:
    assert escape('<IMG SRC="/etc/passwd"/>') == "&lt;IMG SRC=&quot;/etc/passwd&quot;/&gt;"
    assert escape(r"a\N & b") == r"a\\N &amp; b"


@given(
    st.text(max_size=200),
    st.floats(min_value=30, max_value=300),
    st.integers(min_value=1, max_value=4),
)
def test_wrapped_lines_fit(text: str, width: float, lines: int) -> None:
    made = wrap(text, regular(), 12, width, lines=lines)
    assert len(made) <= lines
    assert all(line and regular().width(line, 12) <= width for line in made)


@given(st.text(alphabet="abc -/", max_size=40))
def test_wrapping_loses_nothing_that_fits(text: str) -> None:
    made = wrap(text, regular(), 10, 100, lines=99)
    assert "".join(made).replace(" ", "") == clean(text).replace(" ", "")


def test_words_stay_whole_where_they_can() -> None:
    width = regular().width("one long enough", 10)
    assert wrap("one long enough sentence", regular(), 10, width, lines=2) == ("one long enough", "sentence")


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert shorten("abcdef", regular(), 10, 25) == "ab" + ELLIPSIS
    assert wrap("W" * 80, regular(), 10, 100, lines=2)[-1].endswith(ELLIPSIS)
    assert shorten("abc", regular(), 10, 25) == "abc"
