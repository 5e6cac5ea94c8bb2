"""cancel(ref): a no-op on the same nonce

when the no-op is mined: the intent was not done, and never will be; said so only once it is final
when the other one is mined all the same: it was done, once
when it was mined already: nothing is sent, but its block must still stand
when it waits for another holder of the lane: it is never signed
when others used the nonce: it is cancelled by that, and gets no other nonce
when neither is mined in time: OutcomeUnknown, and cancelled or done later
when it cannot be replaced below the fee cap: said so, and nothing changes
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import Cancelled, ConfigError, Moved, OutcomeUnknown, UsageError
from stablecoin_tools.transactions import FeePolicy, Stage
from stablecoin_tools.transactions.journal import Overtaken
from tests.chain.bent import bent
from tests.transactions.bench import (
    ALICE,
    BOB,
    CALL,
    QUICK,
    WAITING,
    Bench,
    Crash,
    Crashing,
    check,
    check_all_final,
    foreign,
    kept,
)
from tests.transactions.fake_chain import GWEI, read

if TYPE_CHECKING:
    from collections.abc import Sequence

NOOP = (ALICE.address, bytes(ALICE.address), b"", 0)


def stuck(**settings: Any) -> Bench:
    """A payout that nobody mines."""
    bench = Bench(**settings)
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    return bench


def mined_payloads(bench: Bench) -> list[Any]:
    return [transaction.payload for block in bench.chain.blocks for transaction in block.transactions]


def test_a_noop_is_mined_in_its_place() -> None:
    bench = stuck()
    bench.later(1, bench.chain.mine)

    intent = bench.manager.cancel("order-1", signer=ALICE)

    assert intent.was_cancelled
    assert intent.receipt is not None
    assert mined_payloads(bench) == [NOOP]
    assert bench.happenings()[-2:] == ["CANCELLING", "MINED"]
    check(bench)


def test_cancelled_is_said_only_when_it_is_final_and_then_for_good() -> None:
    bench = stuck()
    bench.later(1, bench.chain.mine)
    bench.manager.cancel("order-1", signer=ALICE)

    began_at = bench.clock.now
    with pytest.raises(OutcomeUnknown, match="a no-op was mined in its place"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    assert bench.clock.now - began_at <= WAITING.poll_seconds  # there is nothing to wait for but finality
    bench.chain.final = bench.chain.number
    for _ in range(2):
        with pytest.raises(Cancelled, match="order-1") as cancelled:
            bench.manager.send(CALL, signer=ALICE, ref="order-1")
        assert cancelled.value.moved is Moved.NO

    assert bench.times_done(CALL) == 0
    assert bench.manager.cancel("order-1", signer=ALICE).was_cancelled
    check_all_final(bench, ["order-1"])


def test_the_original_may_win_and_then_it_was_done() -> None:
    bench = stuck()
    original = kept(bench).candidates[0].signed_transaction
    bench.later(1, lambda: bench.chain.add_block([original]))

    intent = bench.manager.cancel("order-1", signer=ALICE)

    assert not intent.was_cancelled
    assert intent.receipt is not None
    assert intent.receipt.transaction_hash == read(original).hash
    assert bench.manager.send(CALL, signer=ALICE, ref="order-1") == intent.receipt
    check(bench)


@pytest.mark.parametrize("winner", ["the original", "the no-op"])
def test_a_reorganisation_may_turn_it_round_until_it_is_final(winner: str) -> None:
    bench = stuck()
    bench.later(1, bench.chain.mine)
    assert bench.manager.cancel("order-1", signer=ALICE).was_cancelled
    original, noop = kept(bench).candidates[0].signed_transaction, kept(bench).candidates[-1].signed_transaction
    bench.chain.reorg(1, {0: [original if winner == "the original" else noop]})
    bench.chain.final = bench.chain.number

    intent = bench.manager.cancel("order-1", signer=ALICE, until=Stage.FINALIZED)

    assert intent.was_cancelled == (winner == "the no-op")
    assert bench.times_done(CALL) == (winner == "the original")
    check_all_final(bench, ["order-1"])


def test_after_a_reorganisation_only_the_noop_is_published_again() -> None:
    bench = stuck()
    bench.later(1, bench.chain.mine)
    bench.manager.cancel("order-1", signer=ALICE)
    bench.chain.undo()
    before = len(bench.chain.published)
    bench.later(1, lambda: bench.chain.mine(2))

    assert bench.another().cancel("order-1", signer=ALICE, until=Stage.MINED).was_cancelled

    assert {read(signed).payload for signed in bench.chain.published[before:]} == {NOOP}
    assert mined_payloads(bench) == [NOOP]


def test_what_is_mined_is_not_cancelled_and_nothing_is_sent() -> None:
    bench = Bench(mines_at_once=True)
    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1")

    intent = bench.manager.cancel("order-1", signer=ALICE)

    assert (intent.was_cancelled, intent.receipt) == (False, receipt)
    assert len(bench.chain.published) == 1


def test_what_was_mined_in_a_block_that_was_undone_is_cancelled_after_all() -> None:
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.undo()
    bench.clock.sleep(60)

    intent = bench.manager.cancel("order-1", signer=ALICE)

    assert intent.receipt is not None
    assert bench.chain.mined == {intent.receipt.transaction_hash: intent.receipt}
    assert bench.times_done(CALL) == (not intent.was_cancelled)
    check(bench)


def test_what_is_final_is_not_cancelled_whatever_a_lagging_node_says() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.final = 100
    bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)
    before = kept(bench)
    lagging = bench.chain.bent(
        block_hashes=lambda numbers: [None for _ in numbers],
        receipts=lambda hashes: [None for _ in hashes],
        finalized_number=lambda: 0,
        nonce=lambda *_, **__: 0,
    )

    assert bench.manager_of(lagging, bench.journal).cancel("order-1", signer=ALICE) == before

    assert kept(bench) == before
    check_all_final(bench, ["order-1"])


def test_what_is_final_needs_no_node_to_say_so() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.final = 100
    bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)
    silent = bent(object(), network=bench.chain.network, block=bench.chain.block)

    assert not bench.manager_of(silent, bench.journal).cancel("order-1", signer=ALICE).was_cancelled


def test_a_noop_is_offered_higher_like_anything_else() -> None:
    bench = stuck()

    with pytest.raises(OutcomeUnknown, match="no-op"):
        bench.manager.cancel("order-1", signer=ALICE)

    noops = [candidate for candidate in kept(bench).candidates if candidate.is_noop]
    assert len(noops) > 3
    assert bench.happenings().count("CANCELLING") == 1
    bench.later(1, bench.chain.mine)
    assert bench.another().cancel("order-1", signer=ALICE).was_cancelled
    check(bench)


def test_a_second_cancel_signs_no_second_noop() -> None:
    bench = stuck()
    brief = replace(WAITING, timeout_seconds=5)
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            bench.another(waiting=brief).cancel("order-1", signer=ALICE)

    assert [candidate.is_noop for candidate in kept(bench).candidates].count(True) == 1
    check(bench)


def test_at_the_fee_cap_it_may_still_be_mined_and_goes_on_as_it_was() -> None:
    bench = stuck(fees=FeePolicy(cap_wei=3 * GWEI))
    before = kept(bench)

    with pytest.raises(OutcomeUnknown, match="fee cap") as unknown:
        bench.manager.cancel("order-1", signer=ALICE)
    assert unknown.value.moved is Moved.UNKNOWN
    assert unknown.value.transaction_hashes == before.transaction_hashes

    assert kept(bench) == before
    bench.chain.mines_at_once = True
    assert bench.manager.resume("order-1", signer=ALICE).succeeded


def test_only_its_sender_cancels_what_is_known() -> None:
    bench = stuck()

    with pytest.raises(UsageError, match="not"):
        bench.manager.cancel("order-1", signer=BOB)
    with pytest.raises(ConfigError, match="order-9"):
        bench.manager.cancel("order-9", signer=ALICE)

    assert not kept(bench).is_being_cancelled


def queued(bench: Bench) -> None:
    """A payout that another process asked for while a third, now dead, held the lane."""
    crashing = Crashing(8)
    with pytest.raises(Crash):
        bench.manager_of(crashing.around(bench.chain), crashing.around(bench.journal)).send(
            CALL, signer=ALICE, ref="order-0"
        )
    assert kept(bench, "order-0").stage is Stage.PENDING
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=replace(WAITING, timeout_seconds=1)).send(CALL, signer=ALICE, ref="order-1")
    assert kept(bench).stage is Stage.QUEUED


def test_what_is_queued_is_cancelled_without_a_transaction() -> None:
    bench = Bench()
    queued(bench)

    intent = bench.another().cancel("order-1", signer=ALICE)

    assert (intent.stage, intent.nonce, intent.was_cancelled) == (Stage.CANCELLED, None, True)
    bench.chain.mines_at_once = True
    assert bench.manager.resume("order-0", signer=ALICE).succeeded
    with pytest.raises(Cancelled):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    assert bench.times_done(CALL) == 1
    assert bench.chain.used_nonces[ALICE.address] == 1


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_nonce_that_others_used_cancels_it_once_that_is_final(when: str) -> None:
    bench = stuck()
    if when == "before":
        bench.chain.add_block([foreign(0)])
    else:
        bench.later(1, lambda: bench.chain.add_block([foreign(0)]))
    bench.later(100, bench.make_final)
    began_at = bench.clock.now

    intent = bench.manager.cancel("order-1", signer=ALICE)

    assert bench.clock.now >= began_at + 100
    assert (intent.stage, intent.nonce, intent.was_cancelled) == (Stage.CANCELLED, None, True)
    assert bench.chain.used_nonces[ALICE.address] == 1
    with pytest.raises(Cancelled):
        bench.manager.resume("order-1", signer=ALICE)
    check(bench)


def test_an_interrupt_is_an_unknown_outcome_of_an_intent_that_another_process_cancels() -> None:
    bench = stuck()

    def interrupted() -> None:
        raise KeyboardInterrupt

    bench.later(1, interrupted)
    with pytest.raises(OutcomeUnknown, match="interrupted"):
        bench.manager.cancel("order-1", signer=ALICE)
    bench.later(1, bench.chain.mine)

    assert bench.another().cancel("order-1", signer=ALICE).was_cancelled
    check(bench)


def test_a_copy_from_before_a_cancellation_is_never_written_back() -> None:
    """While one looks whether a mined intent still is, another has found it undone, and cancelled it."""
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.mines_at_once = False
    bench.chain.undo()
    calls = itertools.count()

    def block_hashes(numbers: Sequence[int]) -> list[str | None]:
        if next(calls) == 0:
            with pytest.raises(OutcomeUnknown):
                bench.another(waiting=replace(QUICK, timeout_seconds=2)).cancel("order-1", signer=ALICE)
        return bench.chain.block_hashes(numbers)

    late = bench.manager_of(bench.chain.bent(block_hashes=block_hashes), bench.journal)._lane(ALICE.address)
    with pytest.raises(Overtaken):
        late.recheck(["order-1"])

    assert kept(bench).is_being_cancelled
    happenings = bench.happenings()
    assert "REORGED" not in happenings[happenings.index("CANCELLING") :]
    check(bench)
