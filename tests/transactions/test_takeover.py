"""What one process began, and another takes over while the chain has used the nonce and shows no receipt yet

when the receipt comes a moment later: it is seen in that moment, not after the wait
when the block is undone instead: it is published again
when many others are under way: it is not lost among them
when a cancellation is signed in that moment: the receipt of the first attempt is seen all the same
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import OutcomeUnknown
from stablecoin_tools.transactions import Stage
from stablecoin_tools.transactions.signing import Pen
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, check, kept, orders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.transactions import Order


def begun_and_mined(**settings: Any) -> Bench:
    """Mined after whoever began it has ended."""
    bench = Bench(**settings)
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=replace(WAITING, timeout_seconds=2)).send(CALL, signer=ALICE, ref="order-1")
    bench.chain.mine()
    return bench


def showing_receipts_after(bench: Bench, seconds: float) -> Any:
    """The chain through a node that shows the receipts of order-1 only then."""
    shown_at = bench.clock.now + seconds

    def receipts(hashes: Sequence[str]) -> list[Receipt | None]:
        hidden = kept(bench).transaction_hashes if bench.clock.now < shown_at else ()
        return [None if hash_ in hidden else bench.chain.receipt(hash_) for hash_ in hashes]

    return bench.chain.bent(receipts=receipts)


def test_a_receipt_that_comes_later_is_seen_when_it_comes() -> None:
    bench = begun_and_mined()
    began_at = bench.clock.now

    assert bench.manager_of(showing_receipts_after(bench, 5), bench.journal).resume("order-1", signer=ALICE).succeeded

    assert bench.clock.now - began_at <= 5 + WAITING.poll_seconds
    check(bench)


def test_what_a_reorganisation_undoes_is_published_again() -> None:
    bench = begun_and_mined()
    bench.later(4, bench.chain.undo)
    bench.later(30, bench.chain.mine)
    published = len(bench.chain.published)

    assert bench.manager_of(showing_receipts_after(bench, 5), bench.journal).resume("order-1", signer=ALICE).succeeded

    assert len(bench.chain.published) > published
    assert bench.times_done(CALL) == 1
    check(bench)


def test_among_many_others_it_is_seen_too() -> None:
    bench = begun_and_mined(waiting=replace(WAITING, in_flight=2))
    bench.chain.mines_at_once = True
    stages: list[Stage] = []

    def others() -> Iterator[Order]:
        for order in orders(*(f"s-{number}" for number in range(40))):
            bench.clock.now += 1
            stages.append(kept(bench).stage)
            yield order

    manager = bench.manager_of(showing_receipts_after(bench, 5), bench.journal)
    for outcome in manager.send_all(others(), signer=ALICE):
        assert outcome.result().succeeded

    assert (stages[0], stages[-1]) == (Stage.PENDING, Stage.MINED)
    check(bench)


def test_a_cancellation_signed_meanwhile_hides_nothing() -> None:
    bench = Bench()
    bench.later(3, bench.chain.mine)
    manager = bench.manager_of(showing_receipts_after(bench, 40), bench.journal)
    lane = manager._lane(ALICE.address)
    bench.later(10, lambda: lane.cancel("order-1", Pen(bench.chain, ALICE)))

    assert manager.send(CALL, signer=ALICE, ref="order-1").succeeded
    assert not kept(bench).was_cancelled
    assert bench.times_done(CALL) == 1
    check(bench)
