"""The database: where it is, how it is opened, and bringing its tables up to date."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from designer.errors import StoreError

DATABASE_VARIABLE = "DESIGNER_DATABASE_URL"
BUSY_TIMEOUT = 10_000
"""How long a writer waits for another one to finish, in milliseconds."""

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_236_451
"""Number of the PostgreSQL advisory lock under which tables are changed; any fixed number of our own will do."""

_in_process = Lock()


def default_url() -> str:
    """`DESIGNER_DATABASE_URL`, or a SQLite file in the user's data directory (which is made)."""
    stated = os.environ.get(DATABASE_VARIABLE, "").strip()
    if stated:
        return stated
    folder = user_data_path("designer", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the folder for saved work cannot be made: {folder} ({error.strerror})",
            suggestion=f"set {DATABASE_VARIABLE} to a database you can write, such as sqlite:///designer.sqlite3",
        ) from error
    return f"sqlite:///{folder / 'designer.sqlite3'}"


def open_database(url: str | None = None) -> Engine:
    """An engine on the database at `url` (default: `default_url()`), its tables up to date.

    Raises StoreError when the URL cannot be read or the database cannot be reached.
    """
    text = url or default_url()
    try:
        engine = _connect(text)
        _migrate(engine)
    except (ArgumentError, SQLAlchemyError, ImportError) as error:
        raise StoreError(
            f"the database cannot be opened: {_first_line(error)}",
            field=DATABASE_VARIABLE,
            expected="a URL such as sqlite:////home/me/designer.sqlite3 or postgresql+psycopg://user@host/name",
        ) from error
    return engine


def _connect(text: str) -> Engine:
    url = make_url(text)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine) -> None:
    """Bring the tables up to date; one process at a time, so that two starts at once do no harm."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _in_process, engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
            connection.commit()
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})")
            connection.commit()


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
