"""Attempts.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("scenario", sa.String(80), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=True),
        sa.Column("met", sa.Integer, nullable=False),
        sa.Column("requirements", sa.Integer, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_attempts_scenario", "attempts", ["scenario"])
    op.create_index("ix_attempts_updated", "attempts", ["updated"])


def downgrade() -> None:
    op.drop_table("attempts")
