"""Columns, and text that cannot do anything to a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.export.terminal import WIDTH, Pen, clean, columns, pad, wrap

DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    assert columns("abc") == 3
    assert columns("数据") == 4
    assert columns("e\u0301") == 1
    assert columns("👩") == 2


def test_clean_leaves_ordinary_names_alone() -> None:
    assert clean("Links database (EU) é 数据 עברית") == "Links database (EU) é 数据 עברית"


def test_clean_takes_away_what_moves_the_cursor_or_turns_the_line() -> None:
    assert clean("a\x1b[2Jb\u202ec\x9b1md\ne\tf") == "a[2Jbc1md e f"


def test_clean_cuts_visibly() -> None:
    assert clean("x" * 50, 10) == "x" * 9 + "…"
    assert clean("数" * 50, 10) == "数" * 4 + "…"


def test_a_megabyte_is_cut_as_quickly_as_a_line() -> None:
    assert clean("x" * 1_000_000) == "x" * (WIDTH - 1) + "…"
    # A letter under a million accents is one column wide, and still no name.
    assert len(clean("a" + "\u0301" * 1_000_000)) < 1_000


@settings(deadline=None)
@given(st.text(), st.integers(1, 100))
def test_clean_keeps_to_its_width(text: str, width: int) -> None:
    shown = clean(text, width)
    assert columns(shown) <= width
    assert not any(unicodedata.category(character) in DANGEROUS for character in shown)


@settings(deadline=None)
@given(st.text(), st.integers(1, 100))
def test_pad_has_exactly_its_width(text: str, width: int) -> None:
    assert columns(pad(text, width)) == width


@settings(deadline=None)
@given(st.text(), st.text(" ", max_size=20), st.text(" ", max_size=20))
def test_wrapped_lines_keep_to_the_width(text: str, indent: str, hang: str) -> None:
    lines = wrap(text, indent, hang=hang)
    assert all(columns(line) <= WIDTH for line in lines)
    assert all(line.startswith(indent if index == 0 else hang) for index, line in enumerate(lines))


@settings(deadline=None)
@given(st.lists(st.text("abcdef", min_size=1, max_size=30)))
def test_wrapping_loses_no_word(words: list[str]) -> None:
    assert " ".join(wrap(" ".join(words), "    ")).split() == words


def test_wrapping_nothing_gives_nothing() -> None:
    assert wrap(" \n\t") == []


def test_a_pen_without_colour_changes_nothing() -> None:
    pen = Pen()
    assert pen.bold("a") + pen.dim("b") + pen.red("c") + pen.paint("d", "32") == "abcd"


def test_a_pen_with_colour_ends_what_it_begins() -> None:
    pen = Pen(color=True)
    assert pen.bold("a") == "\x1b[1ma\x1b[0m"
    assert pen.dim("  ") == "  "
