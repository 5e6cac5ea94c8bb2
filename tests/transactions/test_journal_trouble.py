"""Journal in trouble: a write is there whole and said to be, or is not there at all and said not to be

when the disk is full, or file or server take no writes: that is an error, and the same write works once they do again
when others are in the way for long: that is an error, and a process that stopped does not stop all others
when a server drops a connection: the next write works; one in the middle of it is refused whole
when a process is killed while it writes: what it was told to be written is there, and all is as the log says
when many write at once: of two that want the same one wins, and nothing of the other's write is there
"""

from __future__ import annotations

import contextlib
import multiprocessing
import resource
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import JournalError, Moved
from stablecoin_tools.transactions.journal import Change, Happening, Journal, Overtaken, database
from tests.transactions.conftest import ALICE, BOB, CHAIN, faults, mined, queued, sign, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.transactions.journal import Hold

ROOT = Path(__file__).resolve().parents[2]
MANY = [Change(Happening.SIGNED, signed(f"new {number}", 10 + number), is_new=True) for number in range(300)]


def _raw(url: str) -> psycopg.Connection:
    """A connection that is not the journal's."""
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def _refused(journal: Journal, hold: Hold, words: str) -> None:
    """Many changes are refused, and nothing of them is there."""
    before = list(journal.verify())
    with pytest.raises(JournalError, match=words) as refused:
        journal.record(hold, MANY, next_nonce=310)
    assert refused.value.moved is Moved.NO
    assert list(journal.verify()) == before
    assert journal.find_many(CHAIN, [change.intent.reference for change in MANY]) == {}
    assert journal.look(CHAIN, ALICE, owner="two").hold.next_nonce == hold.next_nonce


def _taken(journal: Journal, hold: Hold) -> None:
    """The same changes are written now."""
    journal.record(hold, MANY, next_nonce=310)
    assert len(journal.find_many(CHAIN, [change.intent.reference for change in MANY])) == len(MANY)
    assert faults(journal) == []


def test_a_full_database_refuses_and_takes_the_same_write_once_there_is_room(sqlite_url: str) -> None:
    with Journal(sqlite_url) as journal:
        hold = sign(journal, signed("order", 5))
        with journal._database._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
        _refused(journal, hold, "full")
        with journal._database._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        _taken(journal, hold)


def _fill(url: str) -> None:
    """In a process of its own: files may not grow any more; then they may."""
    with Journal(url) as journal:
        hold = sign(journal, signed("order", 5))
        path = Path(url.removeprefix("sqlite:///"))
        size = max(file.stat().st_size for file in path.parent.iterdir())
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        for room in (0, 5_000, 20_000, 50_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, most))
            _refused(journal, hold, "cannot be written")
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            hold = journal.record(hold, (), next_nonce=hold.next_nonce)
            size = max(file.stat().st_size for file in path.parent.iterdir())
        _taken(journal, hold)
    with Journal(url) as journal:
        assert faults(journal) == []
        assert len(journal.newest(CHAIN, limit=1000)) == len(MANY) + 1


def _processes(count: int) -> ProcessPoolExecutor:
    """Processes that share nothing with this one."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def test_a_file_that_may_not_grow_refuses_and_takes_the_same_write_once_it_may(sqlite_url: str) -> None:
    with _processes(1) as process:
        process.submit(_fill, sqlite_url).result()


def test_a_journal_that_is_opened_for_reading_is_read_and_takes_nothing(sqlite_url: str) -> None:
    with Journal(sqlite_url) as journal:
        hold = sign(journal, signed("order", 5))
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    before = path.read_bytes()

    with Journal(f"sqlite:///file:{path}?mode=ro&uri=true") as journal:
        assert journal.find(CHAIN, "order") == signed("order", 5)
        _refused(journal, hold, "readonly")

    assert path.read_bytes() == before


def test_a_server_that_takes_no_writes_any_more_is_an_error(postgresql_url: str) -> None:
    with Journal(postgresql_url) as journal, _raw(postgresql_url) as admin:
        hold = sign(journal, signed("order", 5))
        name = sa.make_url(postgresql_url).database
        for is_read_only in ("on", "off"):
            admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {is_read_only}".encode())
            _drop_connections(admin)
            if is_read_only == "on":
                _refused(journal, hold, "read-only")
        _taken(journal, hold)


def test_a_file_that_another_process_keeps_locked_is_an_error(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    with Journal(sqlite_url) as journal, contextlib.closing(_locked(sqlite_url)) as other:
        other.rollback()
        hold = sign(journal, signed("order", 5))
        other.execute("BEGIN IMMEDIATE")
        _refused(journal, hold, "locked")
        other.rollback()
        _taken(journal, hold)


def _locked(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_a_file_that_another_process_has_locked_for_a_while_is_waited_for(sqlite_url: str) -> None:
    # It is no journal yet: even to make it one must wait.
    with contextlib.closing(_locked(sqlite_url)) as other, ThreadPoolExecutor(1) as thread:
        opening = thread.submit(Journal, sqlite_url)
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.2)
        other.rollback()
        with opening.result() as journal:
            sign(journal, signed("order", 5))
            assert faults(journal) == []


def test_a_row_that_another_keeps_locked_is_an_error(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 1)
    with Journal(postgresql_url) as journal, _raw(postgresql_url) as other:
        hold = sign(journal, signed("order", 5))
        with other.transaction():
            other.execute("SELECT * FROM lanes FOR UPDATE")
            _refused(journal, hold, "lock timeout")
        _taken(journal, hold)


def test_a_writer_that_stopped_halfway_does_not_stop_all_others(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(postgresql_url) as journal:
        hold = sign(journal, signed("order", 5))
        monkeypatch.setattr(database, "_BUSY_SECONDS", 1)
        with Journal(postgresql_url) as stopped:
            with pytest.raises(JournalError, match="idle-in-transaction"):
                _stop_halfway(stopped, lambda: _taken(journal, hold))
            assert journal.look(CHAIN, ALICE, owner="one").hold == stopped.look(CHAIN, ALICE, owner="one").hold


def _stop_halfway(journal: Journal, meanwhile: Callable[[], None]) -> None:
    """Writes in all lanes, and stops before it is done."""
    with journal._database.writing() as connection:
        connection.exec_driver_sql("UPDATE lanes SET token = 7")
        meanwhile()
        connection.exec_driver_sql("SELECT 1")


def _drop_connections(admin: psycopg.Connection) -> None:
    admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_the_write_after_a_connection_was_dropped_works(postgresql_url: str) -> None:
    with Journal(postgresql_url) as journal, _raw(postgresql_url) as admin:
        hold = sign(journal, signed("order", 5))
        for reference in ("order-1", "order-2"):
            _drop_connections(admin)
            assert journal.find(CHAIN, reference) is None
            _drop_connections(admin)
            hold = journal.record(
                hold, [Change(Happening.QUEUED, queued(reference), is_new=True)], next_nonce=hold.next_nonce
            )
            assert journal.find(CHAIN, reference) == queued(reference)
        assert faults(journal) == []


@pytest.mark.parametrize("moment", ["_locked_lane", "_write", "_append"])
def test_a_connection_that_is_dropped_in_the_middle_of_a_write_leaves_nothing_of_it(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with Journal(postgresql_url) as journal, _raw(postgresql_url) as admin:
        hold = sign(journal, signed("order", 5))
        step = getattr(journal, moment)

        def stepped(*arguments: object, **more: object) -> object:
            done = step(*arguments, **more)
            _drop_connections(admin)
            return done

        with monkeypatch.context() as patched:
            patched.setattr(journal, moment, stepped)
            _refused(journal, hold, "terminating connection|closed")
        _taken(journal, hold)


WRITE = """
import sys
from stablecoin_tools.transactions.journal import Change, Happening, Journal
from tests.transactions.conftest import ALICE, CHAIN, attempt, mined, queued, signed
with Journal(sys.argv[1]) as journal:
    print("opened", flush=True)
    hold = journal.look(CHAIN, ALICE, owner="one").hold
    while True:
        nonce = hold.next_nonce
        new = [signed(f"order-{number}", number) for number in range(nonce, nonce + 7)]
        hold = journal.record(hold, [Change(Happening.SIGNED, one, is_new=True) for one in new], next_nonce=nonce + 7)
        print("PENDING", nonce, flush=True)
        hold = journal.record(hold, [Change(Happening.MINED, mined(one)) for one in new], next_nonce=nonce + 7)
        print("MINED", nonce, flush=True)
"""


def test_what_a_killed_process_was_told_to_be_written_is_there(journal_url: str) -> None:
    for lines in (1, 2, 3, 10, 25, 60):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE, journal_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(lines)]
            process.kill()
            told += process.stdout.readlines()
        stages = {int(nonce): stage for stage, nonce in (line.split() for line in told if " " in line)}
        with Journal(journal_url) as journal:
            assert faults(journal) == []
            kept = {one.nonce or 0: one for one in journal.newest(CHAIN, limit=10_000)}
            for nonce, stage in stages.items():
                for number in range(nonce, nonce + 7):  # what was not told may be there too, but no stage is lost
                    assert kept[number].stage.name in (stage, "MINED")
            assert sorted(kept) == list(range(len(kept)))
            assert len(kept) % 7 == 0
            assert journal.look(CHAIN, ALICE, owner="one").hold.next_nonce == len(kept)


OPEN = """
import sys
from stablecoin_tools.transactions.journal import Journal, database
print(flush=True)
Journal(sys.argv[1])
"""


def test_a_process_that_is_killed_while_it_makes_the_tables_leaves_what_the_next_can_open(journal_url: str) -> None:
    for hundredths in range(0, 24, 4):
        with subprocess.Popen(
            [sys.executable, "-c", OPEN, journal_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=hundredths / 100)
            process.kill()
    with Journal(journal_url) as journal:
        sign(journal, signed("order", 5))
        assert faults(journal) == []


def _claims(url: str, number: int) -> dict[str, int]:
    """What one of several won of what all want: a reference, a nonce and a lane each round."""
    sender, me = Address(bytes([number]) * 20), str(number)

    def claim_reference(journal: Journal, round_: int) -> None:
        names = (f"own {number} {round_}", f"shared {round_}")
        new = [Change(Happening.QUEUED, queued(name, sender), is_new=True) for name in names]
        journal.queue(CHAIN, sender, new)

    def claim_nonce(journal: Journal, round_: int) -> None:
        sign(journal, signed(f"{number} at {round_}", round_), chain="nonces")

    def claim_lane(journal: Journal, round_: int) -> None:
        sign(journal, signed(me, 0), owner=me, chain=f"lane {round_}")

    won = dict.fromkeys(("reference", "nonce", "lane"), 0)
    with Journal(url) as journal:
        for round_ in range(40):
            for what, claim in zip(won, (claim_reference, claim_nonce, claim_lane), strict=True):
                with contextlib.suppress(Overtaken):
                    claim(journal, round_)
                    won[what] += 1
    return won


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_of_many_that_want_the_same_one_wins_and_nothing_of_the_others_is_there(journal_url: str, kind: str) -> None:
    Journal(journal_url).close()
    with ThreadPoolExecutor(4) if kind == "threads" else _processes(3) as several:
        count = 4 if kind == "threads" else 3
        won = list(several.map(_claims, [journal_url] * count, range(count)))

    assert {name: sum(one[name] for one in won) for name in won[0]} == {"reference": 40, "nonce": 40, "lane": 40}
    with Journal(journal_url) as journal:
        assert faults(journal) == []
        for number, one in enumerate(won):
            owns = [
                intent for intent in journal.newest(CHAIN, limit=999) if intent.reference.startswith(f"own {number} ")
            ]
            assert len(owns) == one["reference"]  # the one beside a lost reference was not taken either
        assert len(journal.newest("nonces", limit=999)) == 40
        for round_ in range(40):
            assert len(journal.newest(f"lane {round_}", limit=999)) == 1


def _write_lanes(journal: Journal, number: int) -> None:
    """Drives a lane of its own, and leaves something in one of all."""
    sender, owner = Address(bytes([number]) * 20), f"owner {number}"
    for nonce in range(25):
        intent = signed(f"{number} at {nonce}", nonce, sender)
        hold = sign(journal, intent, owner=owner)
        hold = journal.record(hold, [Change(Happening.MINED, mined(intent))], next_nonce=nonce + 1)
        journal.queue(CHAIN, BOB, [Change(Happening.QUEUED, queued(f"{number}, {nonce}", BOB), is_new=True)])
        assert journal.look(CHAIN, sender, owner="nobody").holder == owner


def _write_lanes_of(url: str, number: int) -> None:
    with Journal(url) as journal:
        _write_lanes(journal, number)


def test_threads_of_one_journal_write_in_several_lanes_at_once(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(_write_lanes, [journal] * 8, range(10, 18)))
    _check_lanes(journal, 8)


def test_processes_write_in_several_lanes_at_once(journal_url: str) -> None:
    with _processes(3) as processes:
        list(processes.map(_write_lanes_of, [journal_url] * 3, range(10, 13)))
    with Journal(journal_url) as journal:
        _check_lanes(journal, 3)


def _check_lanes(journal: Journal, count: int) -> None:
    proofs = list(journal.verify())
    assert [(proof.entries, proof.faults) for proof in proofs] == [(25 * count, ())] + [(50, ())] * count
    assert len(journal.asked(CHAIN, BOB)) == 25 * count
    for number in range(10, 10 + count):
        mined_ = journal.unsettled(CHAIN, Address(bytes([number]) * 20), limit=99)
        assert [intent.nonce for intent in mined_] == list(range(25))


def test_two_that_wait_for_each_other_are_not_both_refused(postgresql_url: str) -> None:
    """Two lanes, two references, taken in opposite orders: the server ends one of them, which is to look again."""
    with Journal(postgresql_url) as journal:
        together = threading.Barrier(2)

        def take(sender: Address, names: Sequence[str]) -> bool:
            try:
                with journal._database.writing() as connection:
                    journal._locked_lane(connection, CHAIN, sender)
                    for name in names:
                        journal._write(connection, CHAIN, [Change(Happening.QUEUED, queued(name, sender), is_new=True)])
                        if name is names[0]:
                            together.wait()
            except Overtaken:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            done = list(threads.map(take, (ALICE, BOB), (("a", "b"), ("b", "a"))))
        assert sorted(done) == [False, True]
        assert len({intent.sender for intent in journal.newest(CHAIN, limit=9)}) == 1
