"""The store behind the pages: what it refuses is a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from designer.errors import StoreError
from designer.store import Attempt
from designer.store.attempts import MOST_DOCUMENT
from designer.ui import archive as module
from designer.ui.archive import RETRY_S, Archive, Kept


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def attempt(revision: int = 1) -> Attempt:
    return Attempt("an_id_long_enough", "url_shortener", "{}", 1, revision, datetime.now(UTC))


def test_what_is_saved_is_found_again(archive: Archive) -> None:
    assert archive.save(attempt(3)) is Kept.YES
    found = archive.load("an_id_long_enough")
    assert found is not None and found.revision == 3


def test_an_older_revision_does_not_overwrite(archive: Archive) -> None:
    archive.save(attempt(3))
    assert archive.save(attempt(2)) is Kept.OLDER
    assert not archive.is_away


def test_what_is_removed_is_gone(archive: Archive) -> None:
    archive.save(attempt())
    archive.remove("an_id_long_enough")
    assert archive.load("an_id_long_enough") is None


def test_a_database_that_is_away_is_told_and_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def refuse(url: str | None) -> object:
        nonlocal asked
        asked += 1
        raise StoreError("the database cannot be opened")

    clock = Clock()
    archive = Archive(f"sqlite:///{tmp_path / 'boards.sqlite3'}", clock=clock)
    with monkeypatch.context() as patched:
        patched.setattr(module, "open_database", refuse)
        assert archive.save(attempt()) is Kept.NO
        assert archive.is_away
        assert archive.load("an_id_long_enough") is None
        assert asked == 1
    assert archive.save(attempt()) is Kept.NO
    clock.now = RETRY_S
    assert archive.save(attempt()) is Kept.YES
    assert not archive.is_away


def test_what_is_too_large_is_told_and_does_not_mean_that_the_database_is_away(archive: Archive) -> None:
    huge = replace(attempt(2), document=" " * (MOST_DOCUMENT + 1))
    assert archive.save(attempt(1)) is Kept.YES
    assert archive.save(huge) is Kept.TOO_LARGE
    assert not archive.is_away
    found = archive.load("an_id_long_enough")
    assert found is not None and found.revision == 1
    assert archive.save(attempt(3)) is Kept.YES
