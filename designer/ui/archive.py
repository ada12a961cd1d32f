"""The store as pages use it: what it refuses is a value, and a database that is gone is not asked at every edit."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from designer.errors import StoreError
from designer.store import DATABASE_VARIABLE, Attempt, Attempts, open_database

RETRY_S = 15.0
"""After a refusal the database is left alone for this long, in seconds: opening one may take a while each time."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Kept(Enum):
    """What came of keeping an attempt."""

    YES = "saved"
    OLDER = "older"  # a newer one of the same id is kept already
    NO = "unsaved"


class Archive:
    """Attempts in a database that may be away. Safe to share between sessions."""

    def __init__(self, url: str | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._attempts: Attempts | None = None
        self._again = -float("inf")

    def save(self, attempt: Attempt) -> Kept:
        """Keep the attempt, if that can be done now."""
        found = self._ask(lambda attempts: Kept.YES if attempts.save(attempt) else Kept.OLDER)
        return Kept.NO if found is None else found

    def load(self, attempt_id: str) -> Attempt | None:
        """The attempt of that id; None when there is none, or no database."""
        return self._ask(lambda attempts: attempts.load(attempt_id))

    def remove(self, attempt_id: str) -> None:
        """Forget the attempt, if that can be done now."""
        self._ask(lambda attempts: attempts.remove(attempt_id))

    @property
    def is_away(self) -> bool:
        """Whether the database refused the last time it was asked."""
        return self._again > -float("inf")

    def _ask(self, question: Callable[[Attempts], T]) -> T | None:
        if self._clock() < self._again:
            return None
        try:
            if self._attempts is None:
                self._attempts = Attempts(open_database(self._url))
            answer = question(self._attempts)
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
