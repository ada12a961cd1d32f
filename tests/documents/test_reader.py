from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.documents import (
    Limits,
    Position,
    load_file,
    load_text,
    locate,
)
from designer.errors import CatalogError, Location, ScenarioError
from tests.documents.samples import JSON, STORY, refusal


def test_data_and_positions_of_nested_structures() -> None:
    document = load_text(STORY, "s.yaml")
    assert document.data == {
        "title": "URL shortener",
        "datasets": [{"id": "links", "size": "500 B"}, {"id": "clicks", "size": "1 KB"}],
        "limits": {"p99": "200 ms", "zones": ["a", "b"]},
        "nothing": None,
    }
    assert document.positions == {
        (): Position(2, 1),
        ("title",): Position(2, 8),
        ("datasets",): Position(4, 3),
        ("datasets", 0): Position(4, 5),
        ("datasets", 0, "id"): Position(4, 9),
        ("datasets", 0, "size"): Position(5, 11),
        ("datasets", 1): Position(6, 5),
        ("datasets", 1, "id"): Position(6, 10),
        ("datasets", 1, "size"): Position(6, 24),
        ("limits",): Position(7, 9),
        ("limits", "p99"): Position(7, 15),
        ("limits", "zones"): Position(7, 32),
        ("limits", "zones", 0): Position(7, 33),
        ("limits", "zones", 1): Position(7, 36),
        ("nothing",): Position(8, 9),
    }
    assert document.key_positions[("limits", "zones")] == Position(7, 23)
    assert set(document.key_positions) == {
        path for path in document.positions if path and isinstance(path[-1], str)
    }


def test_columns_count_characters_whatever_their_width() -> None:
    document = load_text("é日😀: {ключ: x}\r\nb: y\r\n", "f.yaml")
    assert document.positions["é日😀", "ключ"] == Position(1, 13)
    assert document.positions[("b",)] == Position(2, 4)


def test_locate_gives_the_value_its_key_or_the_nearest_ancestor() -> None:
    document = load_text(STORY, "s.yaml")
    assert locate(document, ["datasets", 1, "size"]) == Location("s.yaml", 6, 24)
    assert locate(document, ["limits", "zones"], key=True) == Location("s.yaml", 7, 23)
    assert locate(document, ["datasets", 1, "absent"]) == Location("s.yaml", 6, 5)
    assert locate(document, ["datasets", 7, "size"]) == Location("s.yaml", 4, 3)
    assert locate(document, ["absent", "deeper"]) == Location("s.yaml", 2, 1)
    assert locate(load_text("", "e.yaml"), ["x"]) == Location("e.yaml", 1, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("# only a remark", None),
        ("42", 42),
        ("-7", -7),
        ("+7", 7),
        ("0", 0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-2.5E-3", -0.0025),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
        ("12:30", "12:30"),
        ("190:20:30", "190:20:30"),
        ("1_000", "1_000"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("<<", "<<"),
        ("=", "="),
        ("10k/s", "10k/s"),
        ("'42'", "42"),
        ('"true"', "true"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
        ("---\n5\n...\n", 5),
        ("%YAML 1.2\n---\n5\n", 5),
    ],
)
def test_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    data = load_text(text, "f.yaml").data
    assert data == value
    assert type(data) is type(value)


@given(JSON, st.sampled_from([None, 2, "\t"]))
def test_json_is_read_as_json(data: object, indent: int | str | None) -> None:
    assert load_text(json.dumps(data, indent=indent), "f.json").data == data


def test_positions_in_json_count_its_own_characters() -> None:
    text = '{"a": "\\ud83d\\ude00\\\\\\ud83d\\ude00", "b": [1]}'
    document = load_text(text, "f.json")
    assert document.data == {"a": "😀\\😀", "b": [1]}
    assert text[document.positions["b", 0].column - 1] == "1"


def test_half_a_pair_of_json_escapes_is_refused() -> None:
    error = refusal('{"a": "\\ud83d"}')
    assert "escape" in error.message


def test_what_looks_like_a_pair_of_escapes_stays_itself_outside_json() -> None:
    assert load_text("{a: '\\ud83d\\ude00'}", "f.yaml").data == {"a": "\\ud83d\\ude00"}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert load_text("\ufeffa: 1".encode(), "f.yaml").data == {"a": 1}
    assert load_text("\ufeffa: 1", "f.yaml").positions[("a",)] == Position(1, 4)


def test_a_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(STORY)
    document = load_file(path)
    assert (document.name, document.text) == (str(path), STORY)
    path.write_text("a: b: c")
    with pytest.raises(CatalogError) as caught:
        load_file(path, error=CatalogError)
    assert caught.value.headline.startswith(f"{path}:1:5: ")


def test_a_file_that_is_none_is_refused_clearly(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_text("x" * 100)
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\0\1\2")
    cases: list[tuple[Path, str]] = [
        (tmp_path / "absent.yaml", "there is no file"),
        (tmp_path, "is a directory"),
        (Path("/dev/null"), "not an ordinary file"),
        (large, "too large"),
        (binary, "binary"),
        (large / "below.yaml", "cannot be read"),
        (tmp_path / "nul\0.yaml", "cannot be read"),
        (tmp_path / ("long" * 200), "cannot be read"),
    ]
    for path, words in cases:
        with pytest.raises(ScenarioError) as caught:
            load_file(path, error=ScenarioError, limits=Limits(max_bytes=50))
        assert words in caught.value.message
