"""The journal itself: which one, and what of it can be read

when it would be in memory: refused, as each command ends
when it can only be read: it is listed, shown, explained and verified, and left as it is
when it cannot be opened: its path is said, and that it cannot be opened
when it holds what it did not write: whose reference, and the command that says what else
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import write_down
from tests.cli.test_unreachable import PENDING, SEPOLIA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Answer, Terminal

URL = "STABLECOIN_JOURNAL"
NOBODY = 65534


def _file(terminal: Terminal) -> Path:
    return terminal.folder / "home" / ".local" / "state" / "stablecoin" / "journal.db"


@pytest.fixture
def written(lone_terminal: Terminal) -> Terminal:
    """A terminal whose journal knows one reference on Sepolia."""
    write_down(lone_terminal, SEPOLIA, PENDING)
    return lone_terminal


@contextmanager
def _unprivileged() -> Iterator[None]:
    """As somebody for whom what cannot be written cannot be written: root could."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def _readings(terminal: Terminal) -> list[Answer]:
    asked = (("list",), ("show", "st1"), ("explain", "st1"), ("verify-log",))
    return [terminal.run("tx", *arguments, network="sepolia") for arguments in asked]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_one_in_memory_is_refused(lone_terminal: Terminal, url: str) -> None:
    lone_terminal.environment[URL] = url
    answer = lone_terminal.run("tx", "verify-log")
    assert answer.code == 2
    assert answer.last_line.startswith("error: A journal in memory ends with the command")
    assert "sqlite:////var/lib/stablecoin/journal.db" in answer.last_line


def test_a_copy_that_can_only_be_read_is_looked_into_as_it_is(written: Terminal) -> None:
    before = _readings(written)  # with all that this imports, which nobody may read on some machines
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "audit.db"
        shutil.copy(_file(written), copy)
        copy.chmod(0o444)
        folder.chmod(0o555)
        written.environment |= {URL: f"sqlite:///{copy}", "HOME": name}
        with _unprivileged():
            after, kept = _readings(written), [path.name for path in folder.iterdir()]
        folder.chmod(0o755)

    assert [answer.output for answer in after] == [answer.output for answer in before]
    assert [answer.code for answer in after] == [0, 0, 0, 0]
    assert kept == ["audit.db"]


def test_one_that_cannot_be_opened_is_named(lone_terminal: Terminal) -> None:
    lone_terminal.environment[URL] = "sqlite:////sys/kernel/stablecoin/journal.db"
    answer = lone_terminal.run("tx", "list", network="sepolia")
    assert answer.code == 2
    assert "The journal /sys/kernel/stablecoin/journal.db cannot be opened: " in answer.last_line


def test_where_it_cannot_be_read_nobody_knows_what_was_sent_under_a_reference(lone_terminal: Terminal) -> None:
    lone_terminal.environment[URL] = "sqlite:////sys/kernel/stablecoin/journal.db"

    shown = lone_terminal.run("tx", "show", "st1", "--json", network="sepolia")
    listed = lone_terminal.run("tx", "list", "--json", network="sepolia")

    told, told_without = json.loads(shown.last_line), json.loads(listed.last_line)
    assert (shown.code, told["error"], told["moved"]) == (2, "journal_error", "unknown")
    assert "Nobody looked whether anything was sent under 'st1'" in told["hint"]
    assert (listed.code, told_without["moved"]) == (2, "no")


def test_what_it_did_not_write_is_named_by_its_reference(written: Terminal) -> None:
    with closing(sqlite3.connect(_file(written))) as journal, journal:
        journal.execute("UPDATE intents SET sender = sender, stage = 'PENDING', value_wei = 'nonsense'")
    answer = written.run("tx", "list", network="sepolia")
    assert answer.code == 2
    assert "Under reference 'st1', the journal holds what it did not write." in answer.last_line
    assert "`stablecoin tx verify-log`" in answer.last_line
