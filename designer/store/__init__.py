"""Attempts and progress, kept in SQLite by default or in PostgreSQL by URL."""

from designer.store.attempts import Attempt, Attempts
from designer.store.database import DATABASE_VARIABLE, default_url, open_database

__all__ = ["DATABASE_VARIABLE", "Attempt", "Attempts", "default_url", "open_database"]
