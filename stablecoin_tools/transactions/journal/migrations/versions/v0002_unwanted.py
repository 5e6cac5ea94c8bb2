"""Whoever does not hold a sender's lane can ask its holder to cancel an intent."""

# ruff: noqa: INP001  # Alembic loads it by its path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the wish to each intent; nobody wished it so far."""
    op.add_column("intents", sa.Column("is_unwanted", sa.Boolean, nullable=False, server_default=sa.false()))
