"""Versions: what an attempt looked like, one for every drawing that was taken in, thinned where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, and_, delete, func, insert, or_, select, update

from designer.store.asking import RefusedError, in_utc, transaction
from designer.store.tables import versions

MOST_VERSIONS = 500
"""Versions of one attempt after which the older ones are thinned."""

MOST_SIZE = 64_000_000
"""Characters of all documents of one attempt after which the older versions are thinned."""

NEWEST_KEPT = 50
"""Versions that are never thinned, counted from the newest: at the largest size of a document they fit MOST_SIZE."""

THINNED_EVERY = 10
"""Whether there are too many is looked at after so many versions: looking costs as much as saving."""

MOST_NAMED = 50
"""Named versions of one attempt: they are never thinned."""

MOST_NAME = 80
"""Longest name of a version, in characters."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A drawing on its way into the history."""

    attempt: str
    epoch: int
    revision: int
    created: datetime
    score: float | None
    met: int
    requirements: int
    cost: float | None
    document: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an attempt without its document. `number` grows with time and is never given again.

    `score` is out of 100 and `cost` in dollars per month; both are None where the drawing could not be judged.
    """

    number: int
    epoch: int
    revision: int
    created: datetime
    name: str | None
    score: float | None
    met: int
    requirements: int
    cost: float | None
    size: int


_FIELDS = tuple(versions.c[name] for name in Version.__slots__)


class Size(NamedTuple):
    """What thinning looks at."""

    number: int
    name: str | None
    size: int


class Versions:
    """The histories in one database. Safe to share between threads; raises StoreError when the database refuses."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, attempt_id: str) -> tuple[Version, ...]:
        """Every version of that attempt, the oldest first."""
        query = select(*_FIELDS).where(versions.c.attempt == attempt_id).order_by(versions.c.number)
        with transaction(self._engine, "read") as connection:
            return tuple(_version(row) for row in connection.execute(query))

    def documents(self, attempt_id: str, numbers: Iterable[int]) -> dict[int, str]:
        """The documents of those versions by number; those that are gone are missing."""
        query = select(versions.c.number, versions.c.document).where(
            versions.c.attempt == attempt_id, versions.c.number.in_(tuple(numbers))
        )
        with transaction(self._engine, "read") as connection:
            return {row.number: row.document for row in connection.execute(query)}

    def rename(self, attempt_id: str, number: int, name: str | None) -> bool:
        """Give a version a name, or take it away; says whether there is such a version and room for one more name.

        The name is as `read_name` gives it.
        """
        named = select(func.count()).where(versions.c.attempt == attempt_id, versions.c.name.is_not(None))
        change = (
            update(versions)
            .where(versions.c.attempt == attempt_id, versions.c.number == number)
            .values(name=name)
        )
        with transaction(self._engine, "renamed") as connection:
            is_done = bool(connection.execute(change).rowcount)
            is_crowded = name is not None and (connection.execute(named).scalar() or 0) > MOST_NAMED
            if is_crowded:
                connection.rollback()
            return is_done and not is_crowded


def read_name(text: str) -> str | None:
    """Somebody's name for a version on one line; None for none at all. Raises StoreError."""
    name = " ".join(text.split())
    if len(name) > MOST_NAME:
        raise RefusedError(
            f"the name of a version is {len(name)} characters long", expected=f"at most {MOST_NAME}"
        )
    if not name.isprintable():
        raise RefusedError("the name of a version has characters that cannot be shown")
    return name or None


def add_version(connection: Connection, kept: Kept) -> int | None:
    """Put a drawing at the end of its attempt's history, unless the newest version is the same one.

    Its number; None when nothing was added. Whoever calls holds the attempt's row, so that no two get one number.
    """
    newest = connection.execute(
        select(versions.c.number, (versions.c.document == kept.document).label("is_same"))
        .where(versions.c.attempt == kept.attempt)
        .order_by(versions.c.number.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.is_same:
        return None
    number = 1 if newest is None else newest.number + 1
    _insert(connection, kept, number, None)
    if number % THINNED_EVERY == 0:
        _thin(connection, kept.attempt)
    return number


def add_aside(connection: Connection, kept: Kept, name: str) -> int | None:
    """Put a drawing that came too late into the history under a name, unless it is there already.

    Its number, or None. Whoever calls holds the attempt's row.
    """
    is_it = or_(
        and_(versions.c.epoch == kept.epoch, versions.c.revision == kept.revision),
        versions.c.document == kept.document,
    )
    there = select(versions.c.number).where(versions.c.attempt == kept.attempt, is_it).limit(1)
    if connection.execute(there).first() is not None:
        return None
    query = select(func.max(versions.c.number)).where(versions.c.attempt == kept.attempt)
    number = (connection.execute(query).scalar() or 0) + 1
    _insert(connection, kept, number, name)
    return number


def _insert(connection: Connection, kept: Kept, number: int, name: str | None) -> None:
    values = {**asdict(kept), "number": number, "name": name, "size": len(kept.document)}
    connection.execute(insert(versions).values(**values))


def _thin(connection: Connection, attempt: str) -> None:
    query = select(versions.c.number, versions.c.name, versions.c.size).where(versions.c.attempt == attempt)
    sizes = [Size(*row) for row in connection.execute(query.order_by(versions.c.number))]
    spare = find_spare(sizes)
    if spare:
        connection.execute(
            delete(versions).where(versions.c.attempt == attempt, versions.c.number.in_(spare))
        )


def find_spare(
    sizes: Sequence[Size],
    most: int = MOST_VERSIONS,
    most_size: int = MOST_SIZE,
    newest_kept: int = NEWEST_KEPT,
) -> list[int]:
    """The numbers of the versions to be forgotten, of all of an attempt in order; the same for the same history.

    Every second of the older ones goes until the rest fits, so that the past grows sparser the further back it is.
    The first one, named ones and the newest stay.
    """
    kept, spare = list(sizes), []
    while len(kept) > most or sum(item.size for item in kept) > most_size:
        old = [item.number for item in kept[1:-newest_kept] if item.name is None]
        if not old:
            break
        gone = set(old[::2])
        spare += sorted(gone)
        kept = [item for item in kept if item.number not in gone]
    return spare


def _version(row: Row[Any]) -> Version:
    return Version(**{**row._mapping, "created": in_utc(row.created)})
