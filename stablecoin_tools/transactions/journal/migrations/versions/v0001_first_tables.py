"""Lanes, intents, candidates, and a log that can only grow."""

# ruff: noqa: INP001  # Alembic loads it by its path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "lanes",
        _text("chain", primary_key=True),
        _text("sender", primary_key=True),
        _number("next_nonce"),
        _text("owner"),
        _number("token"),
        sa.Column("leased_at", sa.Float(53), nullable=False),
        sa.Column("lease_seconds", sa.Float(53), nullable=False),
        _number("log_length"),
        _text("log_head"),
    )
    op.create_table(
        "intents",
        sa.Column("id", _NUMBER, sa.Identity(), primary_key=True),
        _text("chain"),
        _text("reference"),
        _text("sender"),
        sa.Column("nonce", sa.BigInteger),
        _text("receiver", nullable=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        _text("value_wei"),
        _text("description"),
        _number("gas_limit"),
        _text("stage"),
        _text("receipt", nullable=True),
        sa.UniqueConstraint("reference", "chain", name="one_intent_a_reference"),
        sa.UniqueConstraint("chain", "sender", "nonce", name="one_intent_a_nonce"),
    )
    op.create_index("intents_by_stage", "intents", ["chain", "sender", "stage", "nonce"])
    op.create_index("intents_by_age", "intents", ["chain", "id"])
    op.create_table(
        "candidates",
        _text("transaction_hash", primary_key=True),
        _text("chain", primary_key=True),
        _text("sender"),
        _text("reference"),
        _number("nonce"),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("signed_transaction", sa.LargeBinary, nullable=False),
        _text("max_fee_wei"),
        _text("tip_wei"),
        sa.Column("is_legacy", sa.Boolean, nullable=False),
        sa.Column("is_noop", sa.Boolean, nullable=False),
    )
    op.create_index("candidates_by_reference", "candidates", ["reference", "chain"])
    op.create_table(
        "log",
        _text("chain", primary_key=True),
        _text("sender", primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        *(_text(name) for name in ("at", "who", "reference", "what", "why", "detail", "hash")),
    )
    op.create_index("log_by_reference", "log", ["reference", "chain"])
    _let_the_log_only_grow()


def _let_the_log_only_grow() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON log "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER log_only_grows_{verb.lower()} BEFORE {verb} ON log "
            "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
        )
    op.execute(  # SQLite's REPLACE removes without a DELETE
        "CREATE TRIGGER log_only_grows_insert BEFORE INSERT ON log WHEN EXISTS (SELECT 1 FROM log "
        "WHERE chain = NEW.chain AND sender = NEW.sender AND position = NEW.position) "
        "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
    )
