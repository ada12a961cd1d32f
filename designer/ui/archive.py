"""The store as pages use it: what it refuses is a value, and a database that is gone is not asked at every edit."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from designer.errors import StoreError
from designer.store import (
    DATABASE_VARIABLE,
    Attempt,
    Attempts,
    Claim,
    Claims,
    RefusedError,
    Version,
    Versions,
    open_database,
)

RETRY_S = 15.0
"""After a refusal the database is left alone for this long, in seconds: opening one may take a while each time."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Kept(Enum):
    """What came of keeping an attempt."""

    YES = "saved"
    OLDER = "older"  # a newer one of the same id is kept already
    TOO_LARGE = "too large"  # no database takes it
    NO = "unsaved"


class Shelves(NamedTuple):
    """What one database holds."""

    attempts: Attempts
    versions: Versions
    claims: Claims


class Archive:
    """Attempts in a database that may be away. Safe to share between sessions."""

    def __init__(self, url: str | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._shelves: Shelves | None = None
        self._again = -float("inf")

    def save(self, attempt: Attempt) -> Kept:
        """Keep the attempt, if that can be done now."""
        found = self._ask(
            lambda shelves: Kept.YES if shelves.attempts.save(attempt) else Kept.OLDER, refused=Kept.TOO_LARGE
        )
        return Kept.NO if found is None else found

    def save_aside(self, attempt: Attempt, name: str) -> int | None:
        """Keep a drawing that came too late in the history; its number there, None where it was not put there."""
        return self._ask(lambda shelves: shelves.attempts.save_aside(attempt, name))

    def load(self, attempt_id: str) -> Attempt | None:
        """The attempt of that id; None when there is none, or no database."""
        return self._ask(lambda shelves: shelves.attempts.load(attempt_id))

    def newest(self, attempt_id: str) -> tuple[int, int] | None:
        """Epoch and revision that are kept of the attempt; None when there are none, or no database."""
        return self._ask(lambda shelves: shelves.attempts.newest(attempt_id))

    def reopen(self, attempt_id: str) -> Attempt | None:
        """Begin a new epoch on the newest drawing; None when there is none, or no database."""
        return self._ask(lambda shelves: shelves.attempts.reopen(attempt_id))

    def remove(self, attempt_id: str) -> None:
        """Forget the attempt, if that can be done now."""
        self._ask(lambda shelves: shelves.attempts.remove(attempt_id))

    def versions(self, attempt_id: str) -> tuple[Version, ...]:
        """The history of the attempt, the oldest first; empty without a database."""
        return self._ask(lambda shelves: shelves.versions.of(attempt_id)) or ()

    def documents(self, attempt_id: str, numbers: Iterable[int]) -> Mapping[int, str]:
        """The documents of those versions by number, of all that can be read now."""
        wanted = tuple(numbers)
        return self._ask(lambda shelves: shelves.versions.documents(attempt_id, wanted)) or {}

    def rename(self, attempt_id: str, number: int, name: str | None) -> bool:
        """Name a version, or take its name away; says whether that was done."""
        return self._ask(lambda shelves: shelves.versions.rename(attempt_id, number, name)) or False

    def claim_on(self, attempt_id: str) -> Claim | None:
        """Who draws on the attempt; None when nobody does, or there is no database."""
        return self._ask(lambda shelves: shelves.claims.find(attempt_id))

    def claim(self, attempt_id: str, claim: Claim, before: str | None) -> bool:
        """Claim the attempt from whoever held it; says whether that was done."""
        return self._ask(lambda shelves: shelves.claims.take(attempt_id, claim, before)) or False

    def release(self, attempt_id: str, holder: str) -> None:
        """Give a claim up, if that can be done now."""
        self._ask(lambda shelves: shelves.claims.drop(attempt_id, holder))

    @property
    def is_away(self) -> bool:
        """Whether the database refused the last time it was asked."""
        return self._again > -float("inf")

    def _ask(self, question: Callable[[Shelves], T], refused: T | None = None) -> T | None:
        """The answer; None when the database is away, `refused` when it is there and this cannot be done."""
        if self._clock() < self._again:
            return None
        try:
            if self._shelves is None:
                engine = open_database(self._url)
                self._shelves = Shelves(Attempts(engine), Versions(engine), Claims(engine))
            answer: T | None = question(self._shelves)
        except RefusedError as error:
            _log.warning("%s", error.headline)
            answer = refused
        except StoreError as error:
            _log.warning("%s", error.headline)
            self._again = self._clock() + RETRY_S
            return None
        self._again = -float("inf")
        return answer


def open_archive() -> Archive:
    """The archive of the database the environment names, or of the usual one; shared by all sessions."""
    return _opened(os.environ.get(DATABASE_VARIABLE, ""))


@lru_cache(maxsize=8)
def _opened(url: str) -> Archive:
    return Archive(url or None)
