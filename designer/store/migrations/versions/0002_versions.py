"""A history for every attempt, and which tab draws on it.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("cost", sa.Float, nullable=True))
    op.create_table(
        "versions",
        sa.Column(
            "attempt", sa.String(64), sa.ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(80), nullable=True),
        sa.Column("score", sa.Float, nullable=True),
        sa.Column("met", sa.Integer, nullable=False),
        sa.Column("requirements", sa.Integer, nullable=False),
        sa.Column("cost", sa.Float, nullable=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    # The history of what was drawn before there was one begins with what it is now.
    op.execute(
        "INSERT INTO versions"
        " (attempt, number, epoch, revision, created, score, met, requirements, size, document)"
        " SELECT id, 1, epoch, revision, updated, score, met, requirements, length(document), document FROM attempts"
    )
    op.create_table(
        "claims",
        sa.Column("attempt", sa.String(64), primary_key=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("claims")
    op.drop_table("versions")
    op.drop_column("attempts", "cost")
