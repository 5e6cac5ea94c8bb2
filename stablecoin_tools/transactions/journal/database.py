"""The one place that knows how SQLite and PostgreSQL differ."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.pool import StaticPool

from stablecoin_tools.errors import JournalError
from stablecoin_tools.transactions.journal import schema
from stablecoin_tools.transactions.journal.holds import Overtaken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL, Connection, Engine

__all__ = ["Database"]

_KINDS: Final = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
_BUSY_SECONDS: Final = 30  # how long others may be in the way
_LOOK_AGAIN_SECONDS: Final = 0.01
_WRITES: Final = "stablecoin_writes"
_NOTHING: Final = re.compile("(?!)")
_TELLING: Final = 8  # characters: what is shorter is hidden only where it stands as a word

# What says that another transaction was first: a row that is there already; on PostgreSQL also one of two that waited
# for each other.
_OVERTAKEN: Final = (
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    "23505",  # unique_violation
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
)


class Database:
    """A database with the journal's tables in it.

    Args:
        url: An SQLAlchemy URL.

    Attributes:
        is_in_memory: Whether it is gone with the process.
        is_read_only: Whether it is a file that can only be read.

    Raises:
        JournalError: If it cannot be opened, or has tables of a newer version.
    """

    def __init__(self, url: str) -> None:
        parsed = _readable(_parsed(url))
        self._name, self._hidden = _name(parsed), _hidden(parsed)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        self.is_in_memory = self._is_sqlite and _is_in_memory(parsed)
        self.is_read_only = self._is_sqlite and parsed.query.get("mode") == "ro"
        self._engine = self._reader = self._writer = _engine(parsed)
        if self._is_sqlite:
            self._writer = self._engine.execution_options(**{_WRITES: True})
        else:  # a reader's questions all see the same moment, as they do on SQLite
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
        # SQLite lets one connection write: threads wait here in order instead of asking it again and again. A database
        # in memory has one connection for everybody.
        self._write_lock = threading.RLock() if self._is_sqlite else contextlib.nullcontext()
        self._read_lock = self._write_lock if self.is_in_memory else contextlib.nullcontext()
        with contextlib.ExitStack() as if_it_fails:
            if_it_fails.callback(self.close)
            self._prepare()
            if_it_fails.pop_all()

    def _prepare(self) -> None:
        """Sees to it that the tables are there."""
        engine = self._reader if self.is_read_only else self._writer
        with self._write_lock, self._plain_errors("opened"), engine.begin() as connection:
            if self.is_in_memory:
                schema.create_all(connection)
            elif self.is_read_only:
                schema.check(connection)
            else:
                schema.create_or_check(connection)

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; all that is read is as it was at one moment.

        Raises:
            JournalError: If the database cannot be read.
        """
        with self._read_lock, self._plain_errors("read"), self._reader.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: on disk when this ends without an error, and not there at all otherwise.

        Raises:
            Overtaken: If a row is there already.
            JournalError: If the database cannot be written.
        """
        with self._write_lock, self._plain_errors("written"), self._writer.begin() as connection:
            yield connection

    def add_lane(self, connection: Connection, row: dict[str, Any]) -> None:
        """Adds a lane, unless another process just did."""
        from sqlalchemy.dialects import postgresql, sqlite

        insert = sqlite.insert if self._is_sqlite else postgresql.insert
        connection.execute(insert(schema.lanes).values(row).on_conflict_do_nothing())

    @contextlib.contextmanager
    def _plain_errors(self, verb: str) -> Iterator[None]:
        """Says what is wrong in the database's words, without the library's statement and without parts of the URL."""
        try:
            yield
        except DBAPIError as error:
            if _code(error.orig) in _OVERTAKEN:
                raise Overtaken from None
            said = str(error.orig).strip().splitlines() or ["it does not say why"]
            raise self._refused(verb, self._hidden.sub("<hidden>", said[0])) from None
        except NoConnectionLeft:
            raise self._refused(verb, "too many threads use it at once") from None
        except (OverflowError, UnicodeError) as error:  # a value that the database has no place for
            raise self._refused(verb, str(error)) from None

    def _refused(self, verb: str, words: str) -> JournalError:
        return JournalError(
            f"{self._name} cannot be {verb}: {words.rstrip('.')}.",
            hint="Nothing more is sent until it can. Mend the disk or the database, then run the same again.",
        )

    def server_time(self, connection: Connection) -> float | None:
        """The server's own clock, in seconds since 1970, where there is a server that several hosts share."""
        if self._is_sqlite:
            return None
        return float(connection.execute(sa.select(sa.extract("epoch", sa.func.clock_timestamp()))).scalar_one())


def _parsed(url: str) -> URL:
    parsed = None
    with contextlib.suppress(SQLAlchemyError, ValueError):  # what they say may hold the password
        parsed = sa.make_url(url)
    if parsed is None:
        raise JournalError(
            "The journal's URL cannot be read.",
            hint="A file is named by sqlite:/// and its absolute path: sqlite:////var/lib/stablecoin/journal.db",
        )
    if parsed.drivername not in _KINDS:
        raise JournalError(
            "The journal is kept in SQLite or PostgreSQL.",
            hint="Try sqlite:////var/lib/stablecoin/journal.db or postgresql+psycopg://user@host/database",
        )
    if parsed.get_backend_name() != "sqlite" and url.count("@") > 1:  # the rest of the password would be the host
        raise JournalError(
            "The journal's URL cannot be read: it has more than one @.",
            hint="Write %40 for an @ in the password, %2F for a /, %3F for a ?.",
        )
    return parsed


def _hidden(url: URL) -> re.Pattern[str]:
    """What of a URL a driver or a server may say: all that they are told. SQLite says nothing of it."""
    if url.get_backend_name() == "sqlite":
        return _NOTHING
    asked = [value for values in url.normalized_query.values() for value in values]
    words = [word for value in asked for word in re.split(r"[\s=]+", value)]
    told = {url.username, url.password, url.host, url.database, *asked, *words} - {None, ""}
    return re.compile("|".join(map(_spelled, sorted(map(str, told), key=len, reverse=True))) or _NOTHING.pattern)


def _spelled(part: str) -> str:
    return re.escape(part) if len(part) >= _TELLING else rf"(?<!\w){re.escape(part)}(?!\w)"


def _engine(url: URL) -> Engine:
    try:
        return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    except ImportError:
        raise JournalError(
            "The driver for the journal's database is not installed.",
            hint="pip install 'stablecoin_tools[postgresql]'",
        ) from None
    except (SQLAlchemyError, ValueError, TypeError):
        raise JournalError(
            "The journal's URL asks for what there is not.", hint="Look at what follows the ? in it."
        ) from None


def _postgresql(url: URL) -> Engine:
    # A connection that broke while nobody used it is replaced before it is used.
    engine = sa.create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)
    sa.event.listen(engine, "connect", _set_up_session)
    return engine


def _set_up_session(connection: Any, _record: object) -> None:
    # A plan made while the tables were small is far too slow when they have grown.
    connection.execute("SET plan_cache_mode = force_custom_plan")
    # A process that was stopped in the middle of a write must not stop all others with it.
    connection.execute(f"SET lock_timeout = '{_BUSY_SECONDS}s'")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{_BUSY_SECONDS}s'")
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def _sqlite(url: URL) -> Engine:
    if _is_in_memory(url):
        engine = sa.create_engine(
            url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
        )
    else:
        engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)
        _make_private(url)
    sa.event.listen(engine, "connect", _set_up_copy if url.query.get("mode") == "ro" else _set_up_file)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _is_in_memory(url: URL) -> bool:
    name = (url.database or ":memory:").removeprefix("file:")
    return name == ":memory:" or url.query.get("mode") == "memory"


def _path(url: URL) -> Path:
    name = url.database or ""
    return Path(unquote(urlsplit(name).path) if "uri" in url.query else name)


def _name(url: URL) -> str:
    """What the journal is called in an error: a file by its path, and a server, whose URL may hold a password, not."""
    is_file = url.get_backend_name() == "sqlite" and not _is_in_memory(url)
    return f"The journal {_path(url).absolute()}" if is_file else "The journal"


def _readable(url: URL) -> URL:
    """The same; of a file that can only be read, such as an auditor's copy, in the way in which SQLite reads one."""
    if url.get_backend_name() != "sqlite" or _is_in_memory(url) or "uri" in url.query:
        return url
    path, log = _path(url), Path(f"{_path(url)}-wal")
    if not path.is_file() or (_is_writable(path) and (_is_writable(path.parent) or log.exists())):
        return url
    # Without what was written ahead beside it, it is all there is; SQLite would make that file, and cannot.
    ahead = {} if log.exists() else {"immutable": "1"}
    as_uri = url.set(database=f"file:{quote(str(path.absolute()))}")
    return as_uri.update_query_dict({"mode": "ro", "uri": "true", **ahead})


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _make_private(url: URL) -> None:
    """Makes the file, for its owner alone, before SQLite would for everybody."""
    if url.query.get("mode", "rwc") != "rwc":
        return
    path = _path(url)
    with contextlib.suppress(OSError):  # SQLite says better why it cannot be opened
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up_file(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by Python's driver
    _turn_on_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")  # on macOS, where less than that leaves it in the disk's own memory


def _set_up_copy(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # as above; all else is as the file has it


def _turn_on_wal(connection: sqlite3.Connection) -> None:
    """Writes ahead, in a log of its own: readers and the writer do not wait for each other."""
    give_up_at = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:  # SQLite does not wait here for others that open the same file
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
        else:
            return
        time.sleep(_LOOK_AGAIN_SECONDS)


def _begin(connection: Connection) -> None:
    # A transaction that will write says so at once: one that began by reading could be refused halfway.
    is_writing = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _code(error: BaseException | None) -> int | str | None:
    """SQLite's extended code of an error, or PostgreSQL's."""
    return getattr(error, "sqlite_errorcode", None) or getattr(error, "sqlstate", None)
