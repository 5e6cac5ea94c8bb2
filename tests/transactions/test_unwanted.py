"""cancel(ref) where another process holds the lane: the holder is asked to, in the journal

when the holder lives: it signs the no-op, and the wish is in the log with who had it
when the intent is queued: it is never signed
when the fee cap allows no no-op yet: it is signed once gas costs less
when whoever wished it waits no more: the wish stays, and the next holder does it
when it is wished again, or too late: nothing more is written
when a journal was made before wishes were known: it opens as it was, and takes them
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from stablecoin_tools.errors import Cancelled, OutcomeUnknown
from stablecoin_tools.transactions import FeePolicy, Intent, Journal, Stage, TransactionManager
from stablecoin_tools.transactions.journal import Change, Happening
from stablecoin_tools.transactions.signing import Pen
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, call_of, check, check_log, kept
from tests.transactions.fake_chain import GWEI

if TYPE_CHECKING:
    from collections.abc import Iterator

BRIEFLY = replace(WAITING, timeout_seconds=2)


def left_unknown(bench: Bench, **settings: Any) -> None:
    """Signed and published by a process that did not wait."""
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=BRIEFLY, **settings).send(CALL, signer=ALICE, ref="order-1")


@contextmanager
def held_by(bench: Bench, holder: TransactionManager) -> Iterator[None]:
    """Another process, with other payouts to see to, drives the lane each second."""
    lane, is_busy = holder._lane(ALICE.address), [True]

    def go_on() -> None:
        if is_busy:
            lane.drive(Pen(bench.chain, ALICE))
            bench.later(1, go_on)

    with lane.using(), lane.expecting():
        go_on()
        yield
        is_busy.clear()


def test_a_holder_that_lives_signs_the_no_op() -> None:
    bench = Bench()
    left_unknown(bench)
    with held_by(bench, bench.another()):
        bench.later(5, bench.chain.mine)
        cancelled = bench.manager.cancel("order-1", signer=ALICE)

    assert cancelled.was_cancelled
    assert bench.times_done(CALL) == 0
    happenings = bench.happenings()
    assert happenings.index("UNWANTED") < happenings.index("CANCELLING")
    bench.make_final()
    with pytest.raises(Cancelled):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    check(bench)
    check_log(bench)


def test_what_is_queued_is_never_signed() -> None:
    bench = Bench()
    queued = Intent("order-1", ALICE.address, CALL, 50_000)
    bench.journal.queue(bench.name, ALICE.address, [Change(Happening.QUEUED, queued, is_new=True)])
    bench.journal.ask_to_cancel(bench.name, ALICE.address, "order-1")
    bench.chain.mines_at_once = True

    bench.manager.send(call_of("other"), signer=ALICE, ref="other")

    assert (kept(bench).stage, kept(bench).nonce) == (Stage.CANCELLED, None)
    assert bench.happenings() == ["QUEUED", "UNWANTED", "CANCELLED"]
    assert bench.times_done(CALL) == 0
    check_log(bench)


def test_above_the_fee_cap_it_is_tried_until_gas_costs_less() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=20 * GWEI))
    left_unknown(bench)
    usual = bench.chain.history
    bench.chain.history = replace(usual, next_base_fee_wei=100 * GWEI)
    with held_by(bench, bench.another()):
        bench.later(20, lambda: setattr(bench.chain, "history", usual))
        bench.later(30, bench.chain.mine)
        assert bench.manager.cancel("order-1", signer=ALICE).was_cancelled
    assert bench.times_done(CALL) == 0


def test_the_wish_outlives_whoever_had_it() -> None:
    bench = Bench()
    left_unknown(bench)
    bench.journal.ask_to_cancel(bench.name, ALICE.address, "order-1")
    bench.later(5, lambda: bench.chain.mine(2))

    assert bench.another().send(call_of("other"), signer=ALICE, ref="other").succeeded
    assert kept(bench).was_cancelled
    assert bench.times_done(CALL) == 0
    check(bench)


def test_it_is_written_once_and_not_when_it_is_too_late() -> None:
    bench = Bench()
    left_unknown(bench)
    for _ in range(2):
        bench.journal.ask_to_cancel(bench.name, ALICE.address, "order-1")
    assert bench.happenings().count("UNWANTED") == 1

    bench.chain.mines_at_once = True
    bench.manager.send(call_of("done"), signer=ALICE, ref="done")
    bench.journal.ask_to_cancel(bench.name, ALICE.address, "done")
    bench.journal.ask_to_cancel(bench.name, ALICE.address, "unknown")
    assert "UNWANTED" not in bench.happenings("done")
    assert not kept(bench, "done").is_unwanted
    check_log(bench)


def test_a_journal_from_before_opens_as_it_was_and_takes_wishes(journal_url: str) -> None:
    bench = Bench()
    with Journal(journal_url, clock=bench.clock) as journal:
        bench.journal = journal
        bench.chain.before_publishing = lambda _: None
        left_unknown(bench)
        log = journal.log(bench.name, "order-1")
        with journal._database.writing() as connection:
            connection.execute(sa.text("ALTER TABLE intents DROP COLUMN is_unwanted"))
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))

    with Journal(journal_url, clock=bench.clock) as journal:
        found = journal.find(bench.name, "order-1")
        assert found is not None
        assert (found.stage, found.is_unwanted) == (Stage.PENDING, False)
        assert journal.log(bench.name, "order-1") == log
        journal.ask_to_cancel(bench.name, ALICE.address, "order-1")
        (wanted,) = journal.asked(bench.name, ALICE.address)
        assert wanted.is_unwanted
        assert [fault for proof in journal.verify() for fault in proof.faults] == []
