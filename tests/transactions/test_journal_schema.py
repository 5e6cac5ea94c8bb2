"""Journal(url): a database comes to have the journal's tables, or it is said why it cannot

when a database is empty: it gets the tables that the code means, whoever else opens it at the same moment
when it was written by a newer version: it is left as it is, and that is said
when the URL leads to no journal: that is said, and never with the password in it
when a file is made: it is its owner's alone
when a connection is made: what is written through it is on disk when it is committed
when there are more readers than connections: they wait, and are told if it takes too long
when an entry of the log is to be changed, removed or replaced: the database refuses
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from stablecoin_tools.errors import ConfigError, JournalError, Moved
from stablecoin_tools.transactions.journal import Journal, schema
from stablecoin_tools.transactions.journal.holds import Overtaken
from tests.transactions.conftest import CALL, CHAIN, faults, sign, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Connection

    from tests.transactions.postgresql import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
SECRET = "hunter2"  # noqa: S105  # the password that must not be told


def _tables(connection: Connection) -> dict[str, object]:
    """All that makes the tables what they are."""
    seen = sa.inspect(connection)
    return {
        name: (
            [(one["name"], str(one["type"]), one["nullable"], one["default"]) for one in seen.get_columns(name)],
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted((one["name"], one["column_names"]) for one in seen.get_unique_constraints(name)),
            sorted((one["name"], one["column_names"], one["unique"]) for one in seen.get_indexes(name)),
            seen.get_foreign_keys(name),
        )
        for name in ("lanes", "intents", "candidates", "log")
    }


def test_the_migrations_make_the_tables_that_the_code_means(journal_url: str) -> None:
    with Journal(journal_url) as journal, journal._database.reading() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), schema._metadata)
            == []
        )
        assert _tables(connection)["log"]


def test_the_tables_in_memory_are_those_of_a_file(sqlite_url: str) -> None:
    with (
        Journal(sqlite_url) as kept,
        Journal() as passing,
        kept._database.reading() as one,
        passing._database.reading() as other,
    ):
        assert _tables(one) == _tables(other)


def test_the_tables_of_a_server_are_those_that_the_code_means(
    postgres_server: PostgresServer, postgresql_url: str
) -> None:
    another = postgres_server.new_database()
    engine = sa.create_engine(another)
    with engine.begin() as meant, Journal(postgresql_url) as journal, journal._database.reading() as made:
        schema.create_all(meant)
        assert _tables(made) == _tables(meant)
    engine.dispose()
    postgres_server.drop_database(another)


def test_the_schema_is_the_newest_migration_and_all_of_them_are_known() -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert scripts.get_heads() == [schema.SCHEMA]
    assert {script.revision for script in scripts.walk_revisions()} == set(schema._KNOWN)


def test_what_was_kept_is_there_when_it_is_opened_again(journal_url: str) -> None:
    for nonce in range(3):
        with Journal(journal_url) as journal:
            sign(journal, signed(f"order-{nonce}", nonce))
    with Journal(journal_url) as journal:
        assert len(journal.newest(CHAIN, limit=9)) == 3
        assert journal.is_durable


OPEN = """
import sys, time
from stablecoin_tools.transactions.journal import Journal
import stablecoin_tools.transactions.journal.database
print("ready", flush=True)
sys.stdin.readline()
with Journal(sys.argv[1]) as journal:
    assert list(journal.verify()) == []
"""


def test_processes_that_open_a_new_journal_at_the_same_time_all_succeed(journal_url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, journal_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 3


def test_threads_that_open_new_journals_at_the_same_time_all_succeed(tmp_path: Path) -> None:
    together = threading.Barrier(6)

    def open_one(number: int) -> list[str]:
        together.wait()
        with Journal(f"sqlite:///{tmp_path / str(number % 3)}.db") as journal:
            return faults(journal)

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(open_one, range(6))) == [[]] * 6


def test_a_journal_of_a_newer_version_is_left_as_it_is(sqlite_url: str) -> None:
    with Journal(sqlite_url) as journal:
        sign(journal, signed("order", 0))
        with journal._database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    before = path.read_bytes()

    with pytest.raises(JournalError, match=r"schema 9999.*knows 0002") as refused:
        Journal(sqlite_url)

    assert "Update" in refused.value.hint
    assert path.read_bytes() == before
    assert [name.name for name in path.parent.iterdir()] == [path.name]


def test_a_newer_journal_on_a_server_is_left_as_it_is(postgresql_url: str) -> None:
    with Journal(postgresql_url) as journal, journal._database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(JournalError, match="schema 9999"):
        Journal(postgresql_url)


def test_a_database_where_a_table_of_that_name_is_another_s_is_left_as_it_is(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE log (line TEXT)")
    connection.close()

    with pytest.raises(JournalError, match="log already exists"):
        Journal(sqlite_url)

    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("log",)]
    connection.close()


def _no_database(path: Path) -> str:
    path.write_bytes(b"Dear diary, today I sent a transaction. " * 100)
    return f"sqlite:///{path}"


def _directory(path: Path) -> str:
    path.mkdir()
    return f"sqlite:///{path}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (_no_database, "not a database"),
        (_directory, "unable to open"),
        (lambda _: "sqlite:////proc/journal.db", "unable to open"),
        (lambda path: f"sqlite:///file:{path}?mode=ro&uri=true", "unable to open"),
        (lambda path: f"sqlite:///{path}?timeout=soon", "asks for what there is not"),
        (str, "cannot be read"),
        (lambda _: "", "cannot be read"),
        (lambda _: "mysql+pymysql://user@host/database", "SQLite or PostgreSQL"),
        (lambda _: "sqlite+aiosqlite:///journal.db", "SQLite or PostgreSQL"),
        (lambda path: f"postgresql+psycopg://user@/journal?host={path}", "connection"),
    ],
)
def test_where_no_journal_can_be_that_is_said(tmp_path: Path, url: Callable[[Path], str], words: str) -> None:
    with pytest.raises(JournalError, match=words) as refused:
        Journal(url(tmp_path / "it"))
    assert isinstance(refused.value, ConfigError)
    assert refused.value.moved is Moved.NO
    assert refused.value.hint


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://user:{SECRET}@127.0.0.1:1/journal",
        f"postgresql://user:{SECRET}@127.0.0.1:1/journal?connect_timeout=1",
        f"postgresql://user@127.0.0.1:1/journal?password={SECRET}",
        f"postgresql://user:{SECRET}@127.0.0.1:port/journal",
        f"postgresql://user:{SECRET}@127.0.0.1:99999/journal",
        f"postgresql://user:a:{SECRET}@127.0.0.1:1/journal",
        f"postgresql://user:a/{SECRET}@127.0.0.1:1/journal",
        f"postgresql://user:a?{SECRET}@127.0.0.1:1/journal",
        f"postgresql://user:a#{SECRET}@127.0.0.1:1/journal",
        f"postgresql://user:a@{SECRET}@127.0.0.1:1/journal",
        f"postgresql://user:{SECRET}@[::1/journal",
        f"postgresql://user:{SECRET}@{'a' * 300}/journal",
        f"postgresql://user:{SECRET}@127.0.0.1:1/journal?nonsense=1",
        f"postgresql://user:{SECRET}@/journal?plugin=nonsense",
        f"sqlite://user:{SECRET}@host/journal.db",
        f"mysql://user:{SECRET}@host/journal",
        f"user:{SECRET}@host",
    ],
)
def test_the_password_is_in_no_error(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(JournalError) as refused:
        Journal(url)
    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told + repr(refused.value) + str(refused.value) + refused.value.hint
    assert refused.value.__cause__ is None
    assert list(tmp_path.iterdir()) == []


def test_neither_the_url_nor_what_is_kept_is_in_an_error_or_a_repr(postgresql_url: str) -> None:
    name, words = "-".join("order"), CALL.description
    with Journal(postgresql_url.replace("postgres:@", f"postgres:{SECRET}@")) as journal:
        sign(journal, signed(name, 0))
        with pytest.raises(Overtaken) as overtaken:
            sign(journal, signed(name, 1))
        with journal._database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE candidates")
        with pytest.raises(JournalError) as refused:
            sign(journal, signed(f"{name} 2", 2))
    for error in (overtaken.value, refused.value):
        told = "".join(traceback.format_exception(error))
        library_s = "".join(traceback.format_exception(error.__context__))
        assert "[SQL: " in library_s
        assert "[SQL: " not in told
        assert name not in told
        assert words not in told + library_s
        assert SECRET not in told + library_s
    assert repr(journal) == "Journal(<url>)"
    assert SECRET not in repr(vars(journal))


def test_a_missing_driver_is_named_by_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(JournalError, match="driver") as refused:
        Journal(f"postgresql+psycopg://user:{SECRET}@host/journal")
    assert "stablecoin_tools[postgresql]" in refused.value.hint


@pytest.fixture
def _open_umask() -> Iterator[None]:
    """A shell whose files are for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_open_umask")
@pytest.mark.parametrize(
    "form", ["sqlite:///{}", "sqlite:///file:{}?uri=true", "sqlite:///file://{}?mode=rwc&uri=true"]
)
def test_a_journal_is_its_owner_s_alone(tmp_path: Path, form: str) -> None:
    path = tmp_path / "new" / "journal.db"
    if "uri" in form:
        path.parent.mkdir(mode=0o700)
    with Journal(form.format(path)) as journal:
        sign(journal, signed("order", 0))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert modes == dict.fromkeys(("journal.db", "journal.db-wal", "journal.db-shm"), 0o600)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_a_journal_in_memory_says_that_it_does_not_last(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Journal(url) as journal:
        sign(journal, signed("order", 0))
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(journal.find, CHAIN, "order").result() == signed("order", 0)
        assert not journal.is_durable
    assert list(tmp_path.iterdir()) == []


def test_every_connection_to_a_file_writes_through_to_the_disk(sqlite_url: str) -> None:
    with Journal(sqlite_url) as journal:
        engine = journal._database._engine
        connections = [engine.connect() for _ in range(4)]
        for connection in connections:
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
            }
            assert asked == {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL
            connection.close()


def test_every_connection_to_a_server_writes_through_to_the_disk(postgresql_url: str) -> None:
    name = sa.make_url(postgresql_url).database
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as admin:
        for setting in ("synchronous_commit = off", "default_transaction_isolation = 'serializable'"):
            admin.execute(f"ALTER DATABASE {name} SET {setting}")
    with Journal(postgresql_url) as journal:
        for opened in (journal._database.writing, journal._database.reading, journal._database.writing):
            with opened() as connection:
                assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
                assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar() == "force_custom_plan"
        with journal._database.writing() as connection:
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_a_server_that_asks_for_more_than_the_disk_is_not_asked_for_less(postgresql_url: str) -> None:
    name = sa.make_url(postgresql_url).database
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = remote_apply")
    with Journal(postgresql_url) as journal, journal._database.writing() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "remote_apply"


def test_more_readers_than_connections_wait_or_are_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal(sqlite_url) as journal:
        sign(journal, signed("order", 5))
        pool = journal._database._engine.pool
        monkeypatch.setattr(pool, "_timeout", 0.05)
        with contextlib.ExitStack() as busy:
            for _ in range(15):
                busy.enter_context(journal._database.reading())
            with pytest.raises(JournalError, match="too many"):
                journal.find(CHAIN, "order")
        assert journal.find(CHAIN, "order") == signed("order", 5)


_SAME = "chain, sender, position, at, who, reference, what, why, detail, hash FROM log WHERE position = 1"
ON_BOTH = [
    "UPDATE log SET why = 'no reason'",
    "UPDATE log SET why = 'no reason' WHERE position = 2",
    "DELETE FROM log",
    "DELETE FROM log WHERE position = 2",
    f"INSERT INTO log SELECT {_SAME} ON CONFLICT (chain, sender, position) DO UPDATE SET why = 'no reason'",
]
ON_ONE = {
    "sqlite": [f"REPLACE INTO log SELECT {_SAME}", "UPDATE OR REPLACE log SET position = 1 WHERE position = 2"],
    "postgresql": ["TRUNCATE log", "TRUNCATE intents, log CASCADE"],
}


def test_the_database_refuses_to_change_the_log(journal_url: str) -> None:
    with Journal(journal_url) as journal:
        sign(journal, signed("order", 0), signed("order-2", 1))
        for statement in ON_BOTH + ON_ONE[sa.make_url(journal_url).get_backend_name()]:
            with pytest.raises(JournalError, match="only grows"), journal._database.writing() as connection:
                connection.exec_driver_sql(statement)
        assert [len(journal.log(CHAIN, name)) for name in ("order", "order-2")] == [1, 1]
        assert faults(journal) == []
