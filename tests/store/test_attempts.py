"""Attempts in a real SQLite file and in a real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from designer.errors import StoreError
from designer.store import DATABASE_VARIABLE, Attempt, Attempts, default_url, open_database
from designer.store.attempts import MOST_DOCUMENT
from designer.store.tables import metadata

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def attempt(**changes: object) -> Attempt:
    values: dict[str, object] = {
        "id": "a1",
        "scenario": "url_shortener",
        "document": '{"nodes": []}',
        "epoch": 1,
        "revision": 1,
        "updated": NOON,
    }
    return Attempt(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def kept(engine: Engine) -> Attempts:
    return Attempts(engine)


def test_what_is_saved_is_loaded(kept: Attempts) -> None:
    assert kept.save(attempt(document='{"name": "שלום 🙂"}', score=71.5, met=3, requirements=5))
    found = kept.load("a1")
    assert found is not None
    assert (found.document, found.score, found.met, found.requirements) == ('{"name": "שלום 🙂"}', 71.5, 3, 5)


def test_unknown_attempt_is_none(kept: Attempts) -> None:
    assert kept.load("nobody") is None


@pytest.mark.parametrize(
    ("epoch", "revision", "wins"), [(1, 6, True), (1, 5, True), (1, 4, False), (2, 0, True), (0, 99, False)]
)
def test_an_older_edit_never_overwrites_a_newer_one(
    kept: Attempts, epoch: int, revision: int, wins: bool
) -> None:
    kept.save(attempt(revision=5, document="first"))
    assert kept.save(attempt(epoch=epoch, revision=revision, document="second")) is wins
    found = kept.load("a1")
    assert found is not None and found.document == ("second" if wins else "first")


def test_concurrent_saves_keep_the_newest(kept: Attempts) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: kept.save(attempt(revision=number, document=str(number))), range(1, 41)))
    found = kept.load("a1")
    assert found is not None and found.document == "40"


def test_remove(kept: Attempts) -> None:
    kept.save(attempt())
    kept.remove("a1")
    kept.remove("a1")
    assert kept.load("a1") is None


def test_work_survives_a_new_start(url: str) -> None:
    first = open_database(url)
    Attempts(first).save(attempt(document="kept"))
    first.dispose()
    second = open_database(url)
    found = Attempts(second).load("a1")
    second.dispose()
    assert found is not None and found.document == "kept"


def test_two_starts_at_once_make_one_set_of_tables(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(open_database, [url] * 4))
    with engines[0].connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    for engine in engines:
        engine.dispose()


def test_migrations_make_the_tables_the_code_describes(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_sqlite_is_opened_for_concurrent_use(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'work.sqlite3'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_too_large_a_document_is_refused_and_the_old_one_stays(kept: Attempts) -> None:
    kept.save(attempt(document="small"))
    with pytest.raises(StoreError, match="too large"):
        kept.save(attempt(revision=2, document="x" * (MOST_DOCUMENT + 1)))
    found = kept.load("a1")
    assert found is not None and found.document == "small"


def test_the_environment_names_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "sqlite:///elsewhere.sqlite3")
    assert default_url() == "sqlite:///elsewhere.sqlite3"


def test_the_default_is_a_file_in_the_users_data_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_url() == f"sqlite:///{tmp_path / 'designer' / 'designer.sqlite3'}"
    assert (tmp_path / "designer").is_dir()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////no/such/folder/x.sqlite3", "mystery://host/name"])
def test_a_database_that_cannot_be_opened_is_one_clear_error(url: str) -> None:
    with pytest.raises(StoreError, match="the database cannot be opened"):
        open_database(url)
