from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer import errors
from designer.errors import (
    EXCERPT_WIDTH,
    QUOTE_WIDTH,
    AnalysisError,
    CatalogError,
    DesignerError,
    DesignError,
    DocumentError,
    Location,
    NotationError,
    RenderError,
    ScenarioError,
    StoreError,
    UnitError,
    draw_excerpt,
    escape,
    quote,
    suggest,
)

HERE = Location("cache.yaml", 3, 7)


def test_a_location_prints_the_way_editors_read_it() -> None:
    assert str(HERE) == "cache.yaml:3:7"


def test_a_message_alone_is_the_whole_error() -> None:
    error = DesignerError("the file is empty")
    assert str(error) == error.headline == "the file is empty"
    assert (error.where, error.field, error.expected, error.suggestion, error.excerpt) == (None,) * 5


def test_every_part_is_an_attribute_and_is_printed() -> None:
    error = ScenarioError(
        "rate cannot be 'fast'",
        where=HERE,
        field="rate",
        expected="a rate",
        suggestion="10k/s",
        excerpt="  3 | rate: fast\n    |       ^",
    )
    assert (error.message, error.field, error.expected) == ("rate cannot be 'fast'", "rate", "a rate")
    headline = "cache.yaml:3:7: rate cannot be 'fast'; expected a rate; did you mean '10k/s'?"
    assert error.headline == headline
    assert str(error).splitlines() == [headline, "  3 | rate: fast", "    |       ^"]


def test_a_suggestion_that_takes_a_search_is_sought_when_it_is_asked_for() -> None:
    asked: list[str] = []

    def seek() -> str:
        asked.append("once")
        return "ms"

    error = DesignerError("no such unit", suggestion=seek)
    assert asked == []
    assert error.suggestion == "ms"
    assert error.headline == "no such unit; did you mean 'ms'?"


def test_the_headline_counts_the_other_problems() -> None:
    error = DesignerError("first")
    error.others = [DesignerError("second"), DesignerError("third")]
    assert error.headline == "first (and 2 more)"


@pytest.mark.parametrize(
    "kind",
    [
        CatalogError,
        ScenarioError,
        DesignError,
        AnalysisError,
        UnitError,
        DocumentError,
        RenderError,
        StoreError,
    ],
)
def test_one_family(kind: type[DesignerError]) -> None:
    assert issubclass(kind, DesignerError)
    assert kind.__doc__


def test_an_error_of_the_notation_is_an_error_of_a_design() -> None:
    assert issubclass(NotationError, DesignError)


def test_an_error_survives_the_way_between_processes() -> None:
    error = DesignError("no", where=HERE, field="a.b", expected="c", suggestion="d", excerpt="e")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is DesignError
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


@given(st.text(), st.text(), st.text())
def test_a_headline_is_always_one_printable_line(message: str, expected: str, suggestion: str) -> None:
    error = DesignerError(message, where=HERE, expected=expected, suggestion=suggestion)
    assert len(error.headline.splitlines()) == 1
    assert "\x1b" not in error.headline
    assert "\u202e" not in error.headline


def test_suggest_finds_the_nearest_word_whatever_its_case() -> None:
    assert suggest("chace", ["cache", "cdn", "queue"]) == "cache"  # codespell:ignore
    assert suggest("SQL_DATABSE", ["sql_database", "cache"]) == "sql_database"
    assert suggest("mb", ["GB", "MB"]) == "MB"


def test_suggest_says_nothing_rather_than_something_far_off() -> None:
    assert suggest("zebra", ["cache", "cdn"]) is None
    assert suggest("x", []) is None
    assert suggest("y" * 1_000_000, ["cache"]) is None


def test_escape_shows_what_would_act_on_a_terminal_or_reverse_a_line() -> None:
    assert escape("a\x1b[31mb\nc\u202ed") == "a\\x1b[31mb\\nc\\u202ed"
    assert escape("héllo שלום 😀") == "héllo שלום 😀"


def test_quote_cuts_long_values_and_marks_text() -> None:
    assert quote("cache") == "'cache'"
    assert quote(5) == "5"
    assert quote("x" * 1_000_000) == "'" + "x" * (QUOTE_WIDTH - 1) + "…'"


@given(st.text())
def test_a_quoted_text_is_short_and_has_no_line_breaks(text: str) -> None:
    assert len(quote(text)) <= QUOTE_WIDTH + 2
    assert len(quote(text).splitlines()) == 1


def caret_column(excerpt: str) -> int:
    """The index of the caret within its line, from the start of the source."""
    source, caret = excerpt.split("\n")
    assert source.index("|") == caret.index("|")
    return caret.index("^") - caret.index("|") - 2


def test_the_caret_stands_under_the_character() -> None:
    assert draw_excerpt("capasity: 5", 12, 1) == " 12 | capasity: 5\n    | ^"
    assert draw_excerpt("a: b: c", 1, 5) == "  1 | a: b: c\n    |     ^"


def test_a_tab_before_the_caret_is_widened_in_both_lines() -> None:
    excerpt = draw_excerpt("a:\tbad", 1, 4)
    assert "\t" not in excerpt
    assert excerpt.split("\n")[0][6:].index("bad") == caret_column(excerpt)


def test_wide_characters_count_as_two_cells_and_combining_ones_as_none() -> None:
    assert caret_column(draw_excerpt("日本: x", 1, 5)) == 6
    assert caret_column(draw_excerpt("😀 x", 1, 3)) == 3
    assert caret_column(draw_excerpt("e\u0301: x", 1, 5)) == 3


def test_an_escaped_character_moves_the_caret_by_its_escape() -> None:
    excerpt = draw_excerpt("\x07x", 1, 2)
    assert excerpt.split("\n")[0] == "  1 | \\x07x"
    assert caret_column(excerpt) == 4


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "a" * 500 + "!" + "b" * 500
    source, _ = draw_excerpt(line, 1, 501).split("\n")
    shown = source[6:]
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) == EXCERPT_WIDTH + 2
    assert shown[caret_column(draw_excerpt(line, 1, 501))] == "!"


def test_a_column_beyond_the_line_is_its_end() -> None:
    assert caret_column(draw_excerpt("abc", 1, 99)) == 3
    assert caret_column(draw_excerpt("", 1, 1)) == 0


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=400), st.data())
def test_whatever_the_line_the_caret_points_at_its_character(line: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, max(1, len(line))))
    excerpt = draw_excerpt(line, 1, column)
    shown = excerpt.split("\n")[0][6:].ljust(caret_column(excerpt) + 1)
    assert shown[caret_column(excerpt)] == (line[column - 1] if line else " ")


def test_the_lowest_layer_imports_nothing_of_the_house() -> None:
    names = {getattr(value, "__module__", "") for value in vars(errors).values()}
    assert not {name for name in names if str(name).startswith("designer.") and name != "designer.errors"}
