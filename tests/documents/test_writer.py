from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import pytest
import yaml
from hypothesis import given

from designer.documents import (
    dump,
    load_text,
)
from designer.errors import DocumentError
from tests.documents.samples import JSON


class Access(StrEnum):
    KEY = "key"


HOSTILE = [
    "yes", "no", "on", "off", "y", "true", "null", "~", "", " ", "1e3", "42", "-7", ".5", "1_000",
    "12:30", "0x1F", "2026-11-23", "#", "a # b", "a #b", "# a", ":", ": ", "a: b", "a:", ":a", "- a", "-",
    "---", "...", "? a", "?", "[a]", "{a}", "a, b", ",", "&a", "*a", "!a", "!!str a", "|", ">", "'", "\"",
    "it's", "say \"hi\"", "%a", "@a", "`a", "<<", "=", " leading", "trailing ", "\ttab", "a\tb", "a\nb",
    "a\nb\n", "a\n\nb", "\n", "\na", "a\n\n", " a\nb", "a\n b", "a \nb", "a\r\nb", "\r", "\\", "\\n",
    "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "\ufffe", "é", "日本語", "😀",
    "👩\u200d👩\u200d👧", "שלום", "\u202eevil", "مرحبا: عالم", "x" * 5000, "k" * 1024, "<IMG SRC=x>",
    "$4k/month", "99.95 %", "10k/s", "/path", "(a)", "_x", "9" * 500, "1e999", "-", "a:b", "http://x",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was(text: str) -> None:
    for data in (text, [text], {text: text}, {"a": [{"b": text, text: [text]}]}):
        assert load_text(dump(data), "f.yaml").data == data


@given(JSON)
def test_what_is_written_is_read_back(data: object) -> None:
    text = dump(data)
    assert load_text(text, "f.yaml").data == data
    assert dump(data) == text
    assert dump(load_text(text, "f.yaml").data) == text


@given(JSON)
def test_other_readers_of_yaml_read_no_other_text(data: object) -> None:
    """PyYAML follows YAML 1.1, where `yes` is a boolean: strings are safe from that too."""

    def only_text(value: object) -> object:
        if isinstance(value, dict):
            return {key: only_text(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [only_text(inner) for inner in value]
        return value if isinstance(value, str) else "x"

    strings = only_text(data)
    assert yaml.safe_load(dump(strings)) == strings


def test_the_look_of_what_is_written() -> None:
    data = {
        "version": 1,
        "title": "URL shortener: the story",
        "story": "One line.\nAnother, it's fine.\n",
        "ratio": 0.5,
        "whole": 10_000.0,
        "nodes": [{"id": "api", "zones": ["a", "b"], "notes": []}, {"id": "db", "figures": {}}],
        "matrix": [[1, 2], [3]],
        "on": True,
        "nothing": None,
        "tail": "a\nb",
        "name": "日本 😀",
    }
    assert dump(data) == (
        "version: 1\n"
        'title: "URL shortener: the story"\n'
        "story: |\n"
        "  One line.\n"
        "  Another, it's fine.\n"
        "ratio: 0.5\n"
        "whole: 10000\n"
        "nodes:\n"
        "  - id: api\n"
        "    zones:\n"
        "      - a\n"
        "      - b\n"
        "    notes: []\n"
        "  - id: db\n"
        "    figures: {}\n"
        "matrix:\n"
        "  - - 1\n"
        "    - 2\n"
        "  - - 3\n"
        '"on": true\n'
        "nothing: null\n"
        "tail: |-\n"
        "  a\n"
        "  b\n"
        "name: 日本 😀\n"
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        (None, "null\n"),
        (-0.0, "0\n"),
        (1e300, "1e+300\n"),
        (2.0**53, "9007199254740992.0\n"),
        ((1, 2), "- 1\n- 2\n"),
        (Access.KEY, "key\n"),
        (True, "true\n"),
    ],
)
def test_the_edges_of_what_is_written(data: object, text: str) -> None:
    assert dump(data) == text
    assert load_text(text, "f.yaml").data == (list(data) if isinstance(data, tuple) else data)


def nested(levels: int) -> Sequence[Any]:
    data: list[Any] = []
    for _ in range(levels - 1):
        data = [data]
    return data


def test_a_shared_value_is_written_out_each_time() -> None:
    shared = {"a": 1}
    assert "&" not in dump({"x": shared, "y": shared})


def test_what_would_not_load_again_is_not_written() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    refused = [
        float("inf"), float("nan"), {1: 2}, {None: 1}, {"a": object()}, {"a": {1, 2}}, b"bytes", 1j, "\ud800",
        {"\udfff": 1}, 10**400, -(10**5000), nested(33), cycle,
    ]  # fmt: skip
    for data in refused:
        with pytest.raises(DocumentError):
            dump(data)
    assert load_text(dump(nested(32)), "f.yaml").data == nested(32)
    assert load_text(dump(-(10**398)), "f.yaml").data == -(10**398)
