"""Journal.verify: what a lane says of itself, and what shows only to who kept something elsewhere

when a lane's next nonce is not the one that the log leads to: it is found, and named
when nonces were left out, lost or queued: the next one is above the highest that was signed
when the end of the log is cut off with its rows, and the lane set back: its next nonce still shows it
when that is set back too: only the count and the hash that were kept elsewhere show it
when nobody says who writes: the log names the account and the host, by the machine's own word
"""

# ruff: noqa: S608  # the statements are these tests' own

from __future__ import annotations

import os
import platform
import pwd
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal import Change, Happening, Journal
from tests.transactions.conftest import ALICE, CHAIN, attempt, faults, queued, sign, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _do(journal: Journal, statements: Iterable[str]) -> None:
    """Changes a database behind its journal's back."""
    with journal._database.writing() as connection:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount != 0


def test_an_empty_journal_has_nothing_to_verify(journal: Journal) -> None:
    assert list(journal.verify()) == []


@pytest.mark.parametrize("said", [0, 1, 4, 5, 7, 500, 2**62])
def test_a_next_nonce_that_the_log_does_not_lead_to_is_found(journal: Journal, said: int) -> None:
    sign(journal, signed("first", 4), signed("second", 5))
    assert faults(journal) == []

    _do(journal, [f"UPDATE lanes SET next_nonce = {said}"])

    assert faults(journal) == [f"By the log, nonce 6 is next; the lane says {said}."]


def test_a_next_nonce_where_nothing_was_signed_is_found(journal: Journal) -> None:
    journal.queue(CHAIN, ALICE, [Change(Happening.QUEUED, queued("order"), is_new=True)])
    assert faults(journal) == []

    _do(journal, ["UPDATE lanes SET next_nonce = 1"])

    assert faults(journal) == ["By the log, nonce 0 is next; the lane says 1."]


def test_a_wish_to_cancel_that_nobody_wrote_is_found(journal: Journal) -> None:
    """Whoever sets it behind the log's back makes the lane's holder cancel a payment."""
    sign(journal, signed("order", 4))
    assert faults(journal) == []

    _do(journal, ["UPDATE intents SET is_unwanted = (1 = 1)"])

    assert faults(journal) == ["order: the log says unwanted False, the journal True."]


def test_nonces_that_others_used_or_that_were_given_up_are_no_faults(journal: Journal) -> None:
    first = signed("order", 4)
    sign(journal, first, signed("far above", 90))
    hold = journal.look(CHAIN, ALICE, owner="one").hold
    lost = first.without_nonce(Stage.QUEUED)
    hold = journal.record(hold, [Change(Happening.CONSUMED, lost, "block 9")], next_nonce=91)
    assert faults(journal) == []

    again = lost.signed(120, attempt("order", 120))
    hold = journal.record(hold, [Change(Happening.SIGNED, again)], next_nonce=121)
    cancelling = again.with_candidate(attempt("order", 120, 2, is_noop=True))
    journal.record(hold, [Change(Happening.CANCELLING, cancelling)], next_nonce=121, is_released=True)

    assert faults(journal) == []


@pytest.fixture
def cut(sqlite_url: str) -> Iterator[Journal]:
    """A journal of two intents, of which the second was cut out whole: no hash is computed anew."""
    with Journal(sqlite_url, who="tester") as journal:
        sign(journal, signed("first", 4))
        _do(journal, [f"DROP TRIGGER log_only_grows_{verb}" for verb in ("update", "delete", "insert")])
        sign(journal, signed("second", 5))
        yield journal


CUT = (
    *(f"DELETE FROM {table} WHERE reference = 'second'" for table in ("log", "candidates", "intents")),
    "UPDATE lanes SET log_length = 1, log_head = (SELECT hash FROM log WHERE position = 1)",
)


def test_an_end_that_was_cut_off_shows_by_the_next_nonce(cut: Journal) -> None:
    _do(cut, CUT)
    assert faults(cut) == ["By the log, nonce 5 is next; the lane says 6."]


def test_an_end_that_was_cut_off_with_all_that_tells_of_it_shows_by_what_was_kept(cut: Journal) -> None:
    (kept,) = cut.verify()
    _do(cut, [*CUT, "UPDATE lanes SET next_nonce = 5"])

    (proof,) = cut.verify()
    assert proof.faults == ()
    assert (proof.entries, kept.entries) == (1, 2)

    sign(cut, signed("third", 5))  # as long as it was, and no fault: only the hash is another
    (proof,) = cut.verify()
    assert (proof.entries, proof.faults) == (kept.entries, ())
    assert proof.head != kept.head


def _who(journal: Journal) -> str:
    with journal:
        sign(journal, signed("order", 4))
        (entry,) = journal.log(CHAIN, "order")
    return entry.who


def test_who_writes_is_the_account_and_the_host_if_nobody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "mallory")
    assert _who(Journal()) == _who(Journal(who="")) == f"{pwd.getpwuid(os.getuid()).pw_name}@{platform.node()}"
    assert _who(Journal(who="ann")) == "ann"


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(number: int) -> object:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert _who(Journal()) == f"{os.getuid()}@{platform.node()}"
