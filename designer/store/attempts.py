"""Attempts: one person's work on one scenario, saved at every edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from designer.errors import StoreError

MOST_DOCUMENT = 1_000_000
"""Largest document saved, in characters."""

metadata = MetaData()
attempts = Table(
    "attempts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("scenario", String(80), nullable=False, index=True),
    Column("document", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("score", Float, nullable=True),
    Column("met", Integer, nullable=False),
    Column("requirements", Integer, nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`document` is the design as JSON text. (`epoch`, `revision`) only ever grow: an older one never overwrites.

    `score` is out of 100, None before the first review; `met` of `requirements` requirements are met.
    """

    id: str
    scenario: str
    document: str
    epoch: int
    revision: int
    updated: datetime
    score: float | None = None
    met: int = 0
    requirements: int = 0


class Attempts:
    """The attempts in one database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, attempt: Attempt) -> bool:
        """Keep `attempt` unless a newer one of the same id is kept already; says whether it was kept.

        Raises StoreError when the document is too large or the database refuses.
        """
        if len(attempt.document) > MOST_DOCUMENT:
            raise StoreError(
                "the design is too large to save", expected=f"at most {MOST_DOCUMENT:,} characters"
            )
        values = {column.name: getattr(attempt, column.name) for column in attempts.columns}
        try:
            return self._update(attempt, values) or self._insert(values) or self._update(attempt, values)
        except SQLAlchemyError as error:
            raise _refused("saved", error) from error

    def load(self, attempt_id: str) -> Attempt | None:
        """The attempt of that id, or None. Raises StoreError when the database refuses."""
        rows = self._select(select(attempts).where(attempts.c.id == attempt_id))
        return _attempt(rows[0]) if rows else None

    def remove(self, attempt_id: str) -> None:
        """Forget an attempt; nothing happens when there is none."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(attempts).where(attempts.c.id == attempt_id))
        except SQLAlchemyError as error:
            raise _refused("removed", error) from error

    def _update(self, attempt: Attempt, values: dict[str, object]) -> bool:
        older = or_(
            attempts.c.epoch < attempt.epoch,
            and_(attempts.c.epoch == attempt.epoch, attempts.c.revision <= attempt.revision),
        )
        with self._engine.begin() as connection:
            result = connection.execute(
                update(attempts).where(attempts.c.id == attempt.id, older).values(**values)
            )
            return bool(result.rowcount)

    def _insert(self, values: dict[str, object]) -> bool:
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(attempts).values(**values))
        except IntegrityError:
            return False
        return True

    def _select(self, query: Select[Any]) -> Sequence[Row[Any]]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except SQLAlchemyError as error:
            raise _refused("read", error) from error


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(**row._mapping)


def _refused(what: str, error: SQLAlchemyError) -> StoreError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return StoreError(f"the attempt could not be {what}: {reason}")
