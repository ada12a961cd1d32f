"""Claims: which tab draws on an attempt. They are for telling people; what keeps edits apart are epoch and revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from designer.store.asking import TakenError, in_utc, transaction
from designer.store.tables import claims


@dataclass(frozen=True, slots=True)
class Claim:
    """`holder` names a tab, `seen` is when it last said that it is there."""

    holder: str
    seen: datetime


class Claims:
    """The claims in one database. Safe to share between threads; raises StoreError when the database refuses."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, attempt: str) -> Claim | None:
        """The claim on that attempt, if there is one."""
        with transaction(self._engine, "read") as connection:
            row = connection.execute(select(claims).where(claims.c.attempt == attempt)).first()
        return None if row is None else Claim(row.holder, in_utc(row.seen))

    def take(self, attempt: str, claim: Claim, before: str | None) -> bool:
        """Claim the attempt, if `before` is still who holds it (None: nobody); says whether that was so."""
        values = {"holder": claim.holder, "seen": claim.seen}
        change = update(claims).where(claims.c.attempt == attempt, claims.c.holder == before)
        try:
            with transaction(self._engine, "claimed") as connection:
                if before is not None:
                    return bool(connection.execute(change.values(**values)).rowcount)
                connection.execute(insert(claims).values(attempt=attempt, **values))
        except TakenError:
            return False
        return True

    def drop(self, attempt: str, holder: str) -> None:
        """Give the claim up, if that is who holds it."""
        with transaction(self._engine, "released") as connection:
            query = delete(claims).where(claims.c.attempt == attempt, claims.c.holder == holder)
            connection.execute(query)
