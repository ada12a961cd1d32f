"""Asking the database, with what it refuses told in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from designer.errors import StoreError


class RefusedError(StoreError):
    """What was asked cannot be done, though the database is there."""


class TakenError(RefusedError):
    """What was to be made is there already."""


@contextmanager
def transaction(engine: Engine, what: str) -> Iterator[Connection]:
    """A connection whose work is kept as a whole or not at all. `what` ends the sentence "... could not be ...".

    Raises StoreError when the database refuses.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        kind = TakenError if isinstance(error, IntegrityError) else StoreError
        raise kind(f"the attempt could not be {what}: {reason}") from error


def in_utc(moment: datetime) -> datetime:
    """The moment with its zone, which SQLite forgets: every moment is written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
