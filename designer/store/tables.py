"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Float, ForeignKey, Integer, MetaData, String, Table, Text

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
    Column("cost", Float, nullable=True),
)

versions = Table(
    "versions",
    metadata,
    Column(
        "attempt", String(64), ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True, nullable=False
    ),
    Column("number", Integer, primary_key=True, autoincrement=False, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("name", String(80), nullable=True),
    Column("score", Float, nullable=True),
    Column("met", Integer, nullable=False),
    Column("requirements", Integer, nullable=False),
    Column("cost", Float, nullable=True),
    Column("size", Integer, nullable=False),
    # Last: what is looked at for every version is then read without passing over the document.
    Column("document", Text, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("attempt", String(64), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
)
