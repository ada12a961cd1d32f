from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from designer.documents import (
    Document,
    Limits,
    load_file,
    load_text,
    reader,
)
from designer.errors import DocumentError
from tests.documents.samples import place, pointed_at, refusal


@pytest.mark.parametrize(
    ("text", "where", "pointed", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "a: 3", "written twice"),
        ("{x: 1, y: {k: 1, k: 2}}", (1, 18), "k: 2}}", "written twice"),
        ("a: &anchor 1", (1, 4), "&anchor 1", "anchor"),
        ("a: *alias", (1, 4), "*alias", "alias"),
        ("&k a: 1", (1, 1), "&k a: 1", "anchor"),
        ("a: !!python/object:os.system x", (1, 4), "!!python/object:os.system x", "tag"),
        ("a: !local x", (1, 4), "!local x", "tag"),
        ("!!map {a: 1}", (1, 1), "!!map {a: 1}", "tag"),
        ("a: ! x", (1, 4), "! x", "tag"),
        ("a: 1\n---\nb: 2\n", (2, 1), "---", "second document"),
        ("1: a", (1, 1), "1: a", "key must be text"),
        ("true: a", (1, 1), "true: a", "key must be text"),
        ("? [a]\n: 1", (1, 3), "[a]", "key cannot be a list"),
        ("{{a: 1}: 2}", (1, 2), "{a: 1}: 2}", "key cannot be a list or a mapping"),
        ("~: a", (1, 1), "~: a", "key must be text"),
        ("a: 1e999", (1, 4), "1e999", "too large"),
        ("a: [1,\n    " + "9" * 50 + "e99999]", (2, 5), "9" * 50 + "e99999]", "too large"),
        ("a: b\n\tc: d", (2, 1), "    c: d", "tab"),
        ("a: b\x07", (1, 5), "\\x07", "U+0007"),
        ("a: \x85b", (1, 4), "\\x85b", "U+0085"),
        ("a: b\u2028c", (1, 5), "\\u2028c", "U+2028"),
        ("a: b\ufeff", (1, 5), "\ufeff", "U+FEFF"),
        ("%TAG ! tag:x,2000:\n---\na", (1, 1), "%TAG ! tag:x,2000:", "%TAG"),
    ],
)
def test_what_could_surprise_or_harm_is_refused_where_it_stands(
    text: str, where: tuple[int, int], pointed: str, words: str
) -> None:
    error = refusal(text)
    assert words in error.message
    assert place(error) == where
    assert pointed_at(error) == pointed


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("a: b: c", (1, 5), "':' cannot stand here"),
        ("a: 1\n  b: 2", (2, 4), "':' cannot stand here"),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "belongs to nothing above"),
        ("- a\nb: 1", (2, 1), "belongs to nothing above"),
        ("a:\n\tb: 1", (2, 1), "tab"),
        ('a: "x\nb: 1\n', (1, 4), "not closed"),
        ("a: 'x\nb: 1\n", (1, 4), "not closed"),
        ("a: [1, 2\nb: 3", (2, 2), "list that began in line 1"),
        ("a: [1, 2", (1, 4), "list that began in line 1"),
        ("a: {x: 1\n", (1, 4), "mapping that began in line 1"),
        ("a: {x: 1]\n", (1, 9), "mapping that began in line 1"),
        ("a: 'it's'", (1, 8), "ended before this"),
        ("a: @x", (1, 4), "cannot begin with '@'"),
        ("a: `x`", (1, 4), "cannot begin with '`'"),
        ("a: %x", (1, 4), "cannot begin with '%'"),
        ("a: - b", (1, 4), "list cannot begin here"),
        ("a: 1\nb\n", (2, 1), "no ':' after its key"),
        ("a: |x\n y", (1, 5), "nothing can follow '|'"),
        ('a: "\\q"', (1, 5), "escape is unknown"),
        ('a: "\\xzz"', (1, 7), "escape is incomplete"),
        ("a: ]", (1, 4), "value is missing"),
        ("{a: 1}}", (1, 7), "document ended before"),
        ("[[[", (1, 4), "ends too soon"),
        ("a: *", (1, 4), "cannot begin with '*'"),
        ("a: !e!x 1", (1, 4), "tag"),
        ("a: !<x", (1, 4), "tag"),
        ("%YAML 3.0\n---\na", (1, 1), "version of YAML"),
    ],
)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_broken_syntax_is_one_clear_sentence(
    text: str, where: tuple[int, int], words: str, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_Loader", getattr(yaml, loader))
    error = refusal(text)
    if loader == "CSafeLoader":
        assert words in error.message
        assert place(error) == where
    assert error.excerpt is not None
    assert "Mark" not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 100_000,
        "? " * 100_000,
        "[{a: " * 30_000,
        "\n".join(" " * level + "a:" for level in range(900)),
    ],
)
def test_deep_nesting_is_refused_before_anything_recurses(text: str) -> None:
    error = refusal(text)
    assert error.where is not None


def test_depth_is_counted_in_levels() -> None:
    limits = Limits(max_depth=3)
    assert load_text("[[[1]]]", "f.yaml", limits=limits).data == [[[1]]]
    assert "3 levels" in refusal("[[[[1]]]]", limits=limits).message
    assert load_text("[" * 32 + "]" * 32, "f.yaml").data


def test_size_is_limited_in_bytes_not_characters() -> None:
    limits = Limits(max_bytes=10)
    assert load_text("é" * 5, "f.yaml", limits=limits).data == "é" * 5
    for text in ("é" * 6, ("é" * 6).encode(), "x" * 11):
        assert "too large" in refusal(text, limits=limits).message
    assert "1,000,000 bytes" in refusal("x" * 1_000_001).headline


def test_the_number_of_keys_and_values_is_limited() -> None:
    limits = Limits(max_nodes=5)
    assert load_text("[1, 2, 3, 4]", "f.yaml", limits=limits).data == [1, 2, 3, 4]
    assert "more than 5" in refusal("[1, 2, 3, 4, 5]", limits=limits).message
    assert "more than 5" in refusal("{a: 1, b: 2, c: 3}", limits=limits).message
    assert "more than 100,000" in refusal("[" + "1," * 100_001 + "]").message


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert place(refusal(bomb)) == (1, 4)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        ("a: 1".encode("utf-16"), "binary"),
        (b"a: 1\nb: \xff\xfe", "not text in UTF-8 (line 2)"),
        ("a: é".encode("latin-1"), "not text in UTF-8 (line 1)"),
    ],
)
def test_what_is_not_text_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content).message


def test_a_lone_surrogate_is_refused() -> None:
    assert "U+D800" in refusal("a: \ud800").message


def attempt(text: str | bytes) -> Document | DocumentError:
    try:
        return load_text(text, "f.yaml")
    except DocumentError as error:
        return error


@given(st.text() | st.text("[]{}:,-?&*!|>'\"%@`# \n\tab1", max_size=60))
def test_any_text_is_read_or_refused_in_the_family(text: str) -> None:
    outcome = attempt(text)
    if isinstance(outcome, DocumentError):
        assert outcome.where is not None
        assert outcome.excerpt is not None
        assert len(outcome.headline.splitlines()) == 1
    else:
        assert max(outcome.positions.values()).line <= len(outcome.lines)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_the_family(content: bytes) -> None:
    assert isinstance(attempt(content), (Document, DocumentError))


def test_every_plain_scalar_stands_where_its_position_says() -> None:
    text = "a: [one, two]\nb:\n  - {k: three}\n  - four\n"
    document = load_text(text, "f.yaml")
    lines = text.split("\n")
    for path, word in {("a", 0): "one", ("a", 1): "two", ("b", 0, "k"): "three", ("b", 1): "four"}.items():
        position = document.positions[path]
        assert lines[position.line - 1][position.column - 1 :].startswith(word)


def test_a_long_path_is_told_by_its_end(tmp_path):
    path = tmp_path / ("deep" * 20) / "wanted.design.yaml"
    with pytest.raises(DocumentError, match=r"…\S*wanted\.design\.yaml"):
        load_file(path)
