"""Attempts: one person's work on one scenario, saved at every edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, delete, insert, or_, select, update

from designer.store.asking import RefusedError, TakenError, in_utc, transaction
from designer.store.tables import attempts, claims
from designer.store.versions import Kept, add_aside, add_version

MOST_DOCUMENT = 1_000_000
"""Largest document saved, in characters."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """`document` is the design as JSON text. (`epoch`, `revision`) only ever grow: an older one never overwrites.

    `score` is out of 100, None before the first review; `met` of `requirements` requirements are met; `cost` is in
    dollars per month.
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
    cost: float | None = None


class Attempts:
    """The attempts in one database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, attempt: Attempt) -> bool:
        """Keep `attempt` unless a newer one of the same id is kept already; says whether it was kept.

        What is kept also becomes the newest version of its history, in the same transaction. Raises StoreError when
        the document is too large or the database refuses.
        """
        _require_small(attempt)
        values = {column.name: getattr(attempt, column.name) for column in attempts.columns}
        return self._update(attempt, values) or self._insert(attempt, values) or self._update(attempt, values)

    def save_aside(self, attempt: Attempt, name: str) -> int | None:
        """Keep the document in the history only, under that name, because another tab went on with the attempt.

        The number of the version; None when the history has that drawing already, or when there is no such attempt.
        """
        _require_small(attempt)
        # Written as it is, which locks it in SQLite and in PostgreSQL: a save at the same time waits.
        hold = update(attempts).where(attempts.c.id == attempt.id).values(epoch=attempts.c.epoch)
        with transaction(self._engine, "saved") as connection:
            if not connection.execute(hold).rowcount:
                return None
            return add_aside(connection, _as_kept(attempt), name)

    def reopen(self, attempt_id: str) -> Attempt | None:
        """Begin a new epoch on the newest document; what is sent of the epoch before no longer overwrites it."""
        beginning = {"epoch": attempts.c.epoch + 1, "revision": 0}
        with transaction(self._engine, "reopened") as connection:
            connection.execute(update(attempts).where(attempts.c.id == attempt_id).values(**beginning))
            row = connection.execute(select(attempts).where(attempts.c.id == attempt_id)).first()
        return None if row is None else _attempt(row)

    def load(self, attempt_id: str) -> Attempt | None:
        """The attempt of that id, or None. Raises StoreError when the database refuses."""
        with transaction(self._engine, "read") as connection:
            row = connection.execute(select(attempts).where(attempts.c.id == attempt_id)).first()
        return None if row is None else _attempt(row)

    def newest(self, attempt_id: str) -> tuple[int, int] | None:
        """Epoch and revision of the attempt of that id, or None. Raises StoreError when the database refuses."""
        query = select(attempts.c.epoch, attempts.c.revision).where(attempts.c.id == attempt_id)
        with transaction(self._engine, "read") as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.epoch, row.revision)

    def remove(self, attempt_id: str) -> None:
        """Forget an attempt with its history; nothing happens when there is none."""
        with transaction(self._engine, "removed") as connection:
            connection.execute(delete(claims).where(claims.c.attempt == attempt_id))
            connection.execute(delete(attempts).where(attempts.c.id == attempt_id))

    def _update(self, attempt: Attempt, values: dict[str, object]) -> bool:
        older = or_(
            attempts.c.epoch < attempt.epoch,
            and_(attempts.c.epoch == attempt.epoch, attempts.c.revision <= attempt.revision),
        )
        with transaction(self._engine, "saved") as connection:
            query = update(attempts).where(attempts.c.id == attempt.id, older).values(**values)
            is_newest = bool(connection.execute(query).rowcount)
            if is_newest:
                add_version(connection, _as_kept(attempt))
        return is_newest

    def _insert(self, attempt: Attempt, values: dict[str, object]) -> bool:
        try:
            with transaction(self._engine, "saved") as connection:
                connection.execute(insert(attempts).values(**values))
                add_version(connection, _as_kept(attempt))
        except TakenError:
            return False
        return True


def _require_small(attempt: Attempt) -> None:
    if len(attempt.document) > MOST_DOCUMENT:
        raise RefusedError(
            "the design is too large to save", expected=f"at most {MOST_DOCUMENT:,} characters"
        )


def _as_kept(attempt: Attempt) -> Kept:
    return Kept(
        attempt=attempt.id,
        epoch=attempt.epoch,
        revision=attempt.revision,
        created=attempt.updated,
        score=attempt.score,
        met=attempt.met,
        requirements=attempt.requirements,
        cost=attempt.cost,
        document=attempt.document,
    )


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(**{**row._mapping, "updated": in_utc(row.updated)})
