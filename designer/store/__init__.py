"""Attempts, their history and who draws on them, kept in SQLite by default or in PostgreSQL by URL."""

from designer.store.asking import RefusedError
from designer.store.attempts import Attempt, Attempts
from designer.store.claims import Claim, Claims
from designer.store.database import DATABASE_VARIABLE, default_url, open_database
from designer.store.versions import Version, Versions, read_name

__all__ = [
    "DATABASE_VARIABLE",
    "Attempt",
    "Attempts",
    "Claim",
    "Claims",
    "RefusedError",
    "Version",
    "Versions",
    "default_url",
    "open_database",
    "read_name",
]
