"""The processes that are killed: forked from a server that has loaded once what they would each load late."""

from __future__ import annotations

import multiprocessing
from typing import Final

__all__ = ["PROCESSES"]

PROCESSES: Final = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "tests.storm.worker",
        "tests.storm.applier",
        "alembic.command",
        "coincurve",
        "eth_abi.abi",
        "eth_account.hdaccount.deterministic",
        "psycopg",
        "requests",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "stablecoin_tools.reverts",
        "stablecoin_tools.transactions.journal.database",
    ]
)
