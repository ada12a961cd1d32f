"""A store of its own for every test, and what a session is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.catalog import Catalog, load
from designer.ui.archive import Archive


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'boards.sqlite3'}"
    monkeypatch.setenv("DESIGNER_DATABASE_URL", url)
    return url


@pytest.fixture
def archive(database: str) -> Archive:
    return Archive(database)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()
