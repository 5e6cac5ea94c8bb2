"""The journal's tables, and how a database comes to have them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from stablecoin_tools.errors import JournalError

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

__all__ = ["SCHEMA", "candidates", "check", "create_all", "create_or_check", "intents", "lanes", "log"]

SCHEMA: Final = "0002"
"""The version that this code reads and writes: the newest of `migrations/versions`."""

_KNOWN: Final = ("0001", "0002")
_LOCK: Final = 0x57AB1EC0  # PostgreSQL's advisory lock while tables are made; any number that is always the same
_ONE_AT_A_TIME: Final = threading.Lock()  # Alembic works on what is the same for all threads
_BIG: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_metadata: Final = sa.MetaData()

lanes: Final = sa.Table(
    "lanes",
    _metadata,
    sa.Column("chain", sa.Text, primary_key=True),
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("next_nonce", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("token", sa.BigInteger, nullable=False),
    sa.Column("leased_at", sa.Float(53), nullable=False),
    sa.Column("lease_seconds", sa.Float(53), nullable=False),
    sa.Column("log_length", sa.BigInteger, nullable=False),
    sa.Column("log_head", sa.Text, nullable=False),
)

intents: Final = sa.Table(
    "intents",
    _metadata,
    sa.Column("id", _BIG, sa.Identity(), primary_key=True),
    sa.Column("chain", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("nonce", sa.BigInteger),
    sa.Column("receiver", sa.Text),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("value_wei", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("gas_limit", sa.BigInteger, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("receipt", sa.Text),
    sa.Column("is_unwanted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("reference", "chain", name="one_intent_a_reference"),
    sa.UniqueConstraint("chain", "sender", "nonce", name="one_intent_a_nonce"),
)
sa.Index("intents_by_stage", intents.c.chain, intents.c.sender, intents.c.stage, intents.c.nonce)
sa.Index("intents_by_age", intents.c.chain, intents.c.id)

candidates: Final = sa.Table(
    "candidates",
    _metadata,
    sa.Column("transaction_hash", sa.Text, primary_key=True),
    sa.Column("chain", sa.Text, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("nonce", sa.BigInteger, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("signed_transaction", sa.LargeBinary, nullable=False),
    sa.Column("max_fee_wei", sa.Text, nullable=False),
    sa.Column("tip_wei", sa.Text, nullable=False),
    sa.Column("is_legacy", sa.Boolean, nullable=False),
    sa.Column("is_noop", sa.Boolean, nullable=False),
)
sa.Index("candidates_by_reference", candidates.c.reference, candidates.c.chain)

log: Final = sa.Table(
    "log",
    _metadata,
    sa.Column("chain", sa.Text, primary_key=True),
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
sa.Index("log_by_reference", log.c.reference, log.c.chain)


def create_all(connection: Connection) -> None:
    """Makes the tables in a database that lives in memory: it is always empty, and nobody will look at its version."""
    _metadata.create_all(connection)


def create_or_check(connection: Connection) -> None:
    """Makes the tables in an empty database, brings older ones up to date, and leaves newer ones alone.

    Raises:
        JournalError: If the tables were made by a newer version of this package.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = _version(connection)
    if found == SCHEMA:
        return
    if found is not None and found not in _KNOWN:
        raise _newer(found)
    _upgrade(connection)


def check(connection: Connection) -> None:
    """Reads which tables a database has that cannot be written.

    Raises:
        JournalError: If they are of another version, or there are none.
    """
    found = _version(connection)
    if found is not None and found not in _KNOWN:
        raise _newer(found)
    if found != SCHEMA:
        raise JournalError(
            f"The journal has {'no schema' if found is None else f'schema {found}'}, and can only be read.",
            hint=f"Open a copy of it that can be written: that is brought to schema {SCHEMA}.",
        )


def _newer(found: str) -> JournalError:
    return JournalError(
        f"The journal has schema {found}; this version knows {SCHEMA} and older.",
        hint="Nothing was read or written. Update stablecoin_tools on this machine.",
    )


def _version(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", "stablecoin_tools.transactions.journal:migrations")
    settings.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(settings, "head")
