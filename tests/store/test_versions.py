"""The history of an attempt in a real SQLite file and in a real PostgreSQL."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from designer.errors import StoreError
from designer.store import Attempt, Attempts, Version, Versions, open_database, read_name
from designer.store import versions as module
from designer.store.versions import MOST_NAMED, THINNED_EVERY, Size, find_spare

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
A1 = Attempt("a1", "url_shortener", "{}", 1, 1, NOON, score=50.0, met=2, requirements=5, cost=120.0)


@pytest.fixture
def kept(engine: Engine) -> Attempts:
    return Attempts(engine)


@pytest.fixture
def history(engine: Engine) -> Versions:
    return Versions(engine)


def draw(kept: Attempts, count: int, epoch: int = 1) -> None:
    for revision in range(1, count + 1):
        kept.save(replace(A1, epoch=epoch, revision=revision, document=f'"{epoch}.{revision}"'))


def numbers(history: Versions) -> list[int]:
    return [version.number for version in history.of("a1")]


def test_every_drawing_that_is_saved_is_a_version(kept: Attempts, history: Versions) -> None:
    kept.save(A1)
    kept.save(
        replace(A1, revision=2, document='{"a": 1}', score=None, cost=None, updated=NOON + timedelta(1))
    )
    assert history.of("a1") == (
        Version(1, 1, 1, NOON, None, 50.0, 2, 5, 120.0, 2),
        Version(2, 1, 2, NOON + timedelta(1), None, None, 2, 5, None, 8),
    )
    assert history.documents("a1", [2, 1, 99]) == {1: "{}", 2: '{"a": 1}'}
    assert history.of("another") == ()


def test_the_same_drawing_saved_again_is_no_new_version(kept: Attempts, history: Versions) -> None:
    kept.save(A1)
    kept.save(A1)
    kept.save(replace(A1, epoch=2, revision=0))
    assert numbers(history) == [1]


def test_a_drawing_that_is_too_late_is_no_version(kept: Attempts, history: Versions) -> None:
    kept.save(replace(A1, revision=5))
    kept.save(replace(A1, revision=4, document="late"))
    assert numbers(history) == [1]


def test_a_late_drawing_is_kept_aside_once(kept: Attempts, history: Versions) -> None:
    kept.save(replace(A1, epoch=2))
    late = replace(A1, revision=7, document='"late"')
    assert kept.save_aside(late, "Late") == 2
    assert kept.save_aside(late, "Late") is None
    assert [version.name for version in history.of("a1")] == [None, "Late"]
    found = kept.load("a1")
    assert found is not None and (found.epoch, found.document) == (2, "{}")
    assert kept.save_aside(replace(late, id="nobody"), "Late") is None


def test_versions_saved_at_once_get_numbers_of_their_own(kept: Attempts, history: Versions) -> None:
    kept.save(A1)

    def save(number: int) -> object:
        late = replace(A1, revision=number, document=str(number))
        return kept.save_aside(late, "late") if number % 2 else kept.save(late)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(2, 42)))
    found = history.of("a1")
    assert [version.number for version in found] == list(range(1, len(found) + 1))
    assert {version.revision for version in found if version.revision % 2} == {1, *range(3, 42, 2)}


def test_a_new_epoch_begins_on_the_newest_drawing(kept: Attempts, history: Versions) -> None:
    draw(kept, 3)
    found = kept.reopen("a1")
    assert found is not None and (found.epoch, found.revision, found.document) == (2, 0, '"1.3"')
    assert kept.newest("a1") == (2, 0)
    assert not kept.save(replace(A1, revision=4, document="of the epoch before"))
    assert numbers(history) == [1, 2, 3]
    assert kept.reopen("nobody") is None and kept.newest("nobody") is None


def test_a_version_gets_a_name_and_loses_it(kept: Attempts, history: Versions) -> None:
    draw(kept, 2)
    assert history.rename("a1", 2, "With a cache")
    assert [version.name for version in history.of("a1")] == [None, "With a cache"]
    assert history.rename("a1", 2, None)
    assert [version.name for version in history.of("a1")] == [None, None]
    assert not history.rename("a1", 99, "nothing")


def test_so_many_names_and_no_more(kept: Attempts, history: Versions) -> None:
    draw(kept, MOST_NAMED + 1)
    assert all(history.rename("a1", number, f"n{number}") for number in range(1, MOST_NAMED + 1))
    assert not history.rename("a1", MOST_NAMED + 1, "one too many")
    assert history.of("a1")[-1].name is None
    assert history.rename("a1", 1, "another name for the first")


@pytest.mark.parametrize(("text", "name"), [("  a\n b ", "a b"), ("", None), (" \t", None), ("<b>", "<b>")])
def test_a_name_is_read_on_one_line(text: str, name: str | None) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize("text", ["x" * 81, "a\0b", "\ud800", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="the name of a version"):
        read_name(text)


def test_removing_an_attempt_removes_its_history(kept: Attempts, history: Versions) -> None:
    draw(kept, 3)
    kept.remove("a1")
    assert history.of("a1") == ()


def test_a_long_history_is_thinned(
    kept: Attempts, history: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_spare", lambda sizes: find_spare(sizes, most=12, newest_kept=5))
    draw(kept, 6)
    history.rename("a1", 3, "kept for ever")
    for revision in range(7, 61):
        kept.save(replace(A1, revision=revision, document=str(revision)))
    found = history.of("a1")
    assert len(found) < 12 + THINNED_EVERY
    assert [version.number for version in found][-5:] == [56, 57, 58, 59, 60]
    assert {1, 3} < {version.number for version in found}


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 100)), max_size=60),
    st.integers(1, 30),
    st.integers(1, 2_000),
    st.integers(1, 10),
)
def test_thinning_keeps_what_it_promises(
    rows: list[tuple[bool, int]], most: int, most_size: int, newest: int
) -> None:
    sizes = [Size(number, "named" if named else None, size) for number, (named, size) in enumerate(rows, 1)]
    spare = set(find_spare(sizes, most, most_size, newest))
    kept = [item for item in sizes if item.number not in spare]
    assert not spare & {item.number for item in (*sizes[:1], *sizes[-newest:]) if sizes}
    assert not any(item.name for item in sizes if item.number in spare)
    fits = len(kept) <= most and sum(item.size for item in kept) <= most_size
    assert fits or not [item for item in kept[1:-newest] if item.name is None]
    assert not spare or len(sizes) > most or sum(item.size for item in sizes) > most_size


OLD = """
CREATE TABLE attempts (
    id VARCHAR(64) NOT NULL PRIMARY KEY, scenario VARCHAR(80) NOT NULL, document TEXT NOT NULL,
    epoch INTEGER NOT NULL, revision INTEGER NOT NULL, score FLOAT, met INTEGER NOT NULL,
    requirements INTEGER NOT NULL, updated DATETIME NOT NULL
);
CREATE INDEX ix_attempts_scenario ON attempts (scenario);
CREATE INDEX ix_attempts_updated ON attempts (updated);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO attempts VALUES
    ('old', 'url_shortener', '{"name": "before"}', 3, 17, 61.5, 4, 8, '2025-06-01 10:00:00.000000');
"""


def test_a_file_from_before_there_were_versions_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    with sqlite3.connect(file) as old:
        old.executescript(OLD)
    old.close()
    engine = open_database(f"sqlite:///{file}")
    found = Attempts(engine).load("old")
    assert found is not None
    assert (found.document, found.epoch, found.revision, found.cost) == ('{"name": "before"}', 3, 17, None)
    (first,) = Versions(engine).of("old")
    then = datetime(2025, 6, 1, 10, tzinfo=UTC)
    assert first == Version(1, 3, 17, then, None, 61.5, 4, 8, None, 18)
    assert Versions(engine).documents("old", [1]) == {1: '{"name": "before"}'}
    assert Attempts(engine).save(replace(found, revision=18, document="{}"))
    assert numbers_of(engine, "old") == [1, 2]
    engine.dispose()


def numbers_of(engine: Engine, attempt: str) -> list[int]:
    return [version.number for version in Versions(engine).of(attempt)]


def test_a_history_whose_attempt_is_gone_cannot_be_made(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(Exception, match=r"(?i)foreign key"):
        connection.execute(
            text(
                "INSERT INTO versions (attempt, number, epoch, revision, created, met, requirements, size, document)"
                " VALUES ('nobody', 1, 1, 1, '2026-01-01 00:00:00', 0, 0, 2, '{}')"
            )
        )
