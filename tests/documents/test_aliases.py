"""Aliases, for the formats that need them: the value named before, within the same limits."""

from __future__ import annotations

import pytest

from designer.documents import Limits, load_text
from designer.errors import DocumentError


def data(text: str, **limits: int) -> object:
    return load_text(text, "a.yaml", aliases=True, limits=Limits(**limits)).data


def test_an_alias_is_the_value_named_before() -> None:
    assert data("a: &x {b: [1]}\nc: *x\nd: &y word\ne: [*y, *x]\n") == {
        "a": {"b": [1]}, "c": {"b": [1]}, "d": "word", "e": ["word", {"b": [1]}],
    }  # fmt: skip


def test_the_last_value_of_a_name_counts() -> None:
    assert data("[&x 1, *x, &x 2, *x]") == [1, 1, 2, 2]


def test_without_leave_they_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"a\.yaml:1:2: an anchor"):
        load_text("[&x 1, *x]", "a.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[*x]", "a.yaml:1:2: there is no '&x' before this"),
        ("&x [*x]", "there is no '&x' before this"),
        ("&x {a: {b: *x}}", "there is no '&x' before this"),
        ("{a: &x 1, ? *x : 2}", "a key cannot be"),
        ("a: &x !!str b", "a tag"),
    ],
)
def test_what_no_alias_may_be(text: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        data(text)
    assert words in str(caught.value)


def test_what_an_alias_stands_for_is_counted_each_time() -> None:
    text = "a: &a [1, 1, 1]\nb: &b [*a, *a, *a]\nc: [*b, *b]\n"
    written_out = 1 + (1 + 4) + (1 + 1 + 3 * 4) + (1 + 1 + 2 * 13)
    assert data(text, max_nodes=written_out)
    with pytest.raises(DocumentError, match="more than 47 keys and values"):
        data(text, max_nodes=written_out - 1)


def test_levels_behind_an_alias_are_counted() -> None:
    text = "a: &a [[1]]\nb: &b [*a]\nc: [*b]\n"
    assert data(text, max_depth=5)
    with pytest.raises(DocumentError, match="nested more than 4 levels deep"):
        data(text, max_depth=4)
