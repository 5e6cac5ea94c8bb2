"""The attempts at one intent

when one is signed: it is in the journal before any byte leaves
when no receipt comes: the next offers more, and differs in nothing else
when the cap is reached, or fees cannot be read: no higher offer, and the outcome says why
when any attempt is mined: the intent is done
when something changes: it is told once, after it is written
"""

from __future__ import annotations

import itertools
from itertools import pairwise
from typing import Any

import pytest

from stablecoin_tools.chain import Call, FeeHistory
from stablecoin_tools.errors import (
    JournalError,
    Moved,
    NodeRefused,
    NotEnoughGasMoney,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from stablecoin_tools.transactions import Change, FeePolicy, Stage
from tests.chain.bent import bent
from tests.transactions.bench import ALICE, CALL, Bench, check, kept
from tests.transactions.fake_chain import GWEI


def test_is_in_the_journal_before_any_byte_leaves() -> None:
    bench = Bench()
    seen: list[bool] = []

    def watched(signed: bytes) -> None:
        intent = bench.journal.find(bench.name, "order-1")
        seen.append(intent is not None and signed in [candidate.signed_transaction for candidate in intent.candidates])
        bench.chain.publish(signed)

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(bench.chain.bent(publish=watched), bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert len(seen) > 5
    assert all(seen)


def test_every_attempt_has_the_same_nonce_and_payload_and_only_higher_fees() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown) as unknown:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    attempts = bench.attempts()
    assert len(attempts) == len(unknown.value.transaction_hashes) == 7  # at the start and each 45 of 300 seconds
    fees = {"maxFeePerGas", "maxPriorityFeePerGas", "v", "r", "s"}
    rests = [{key: value for key, value in attempt.fields.items() if key not in fees} for attempt in attempts]
    assert all(rest == rests[0] for rest in rests)
    assert {attempt.sender for attempt in attempts} == {ALICE.address}
    for earlier, later in pairwise(attempts):
        assert later.max_fee_wei * 10 >= earlier.max_fee_wei * 11
        assert later.tip_wei * 10 >= earlier.tip_wei * 11


def test_waits_at_the_cap_says_so_and_never_offers_more() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=4 * GWEI))

    with pytest.raises(OutcomeUnknown, match="fee cap"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    offers = [attempt.max_fee_wei for attempt in bench.attempts()]
    assert len(offers) > 1
    assert max(offers) <= 4 * GWEI
    assert bench.happenings().count("CAPPED") == 1  # said once, however long it stays so
    assert bench.happenings()[-1] == "CAPPED"
    assert len(bench.chain.published) > 10  # at the cap the same bytes are published again and again
    check(bench)


def test_offers_more_again_once_there_is_room_below_the_cap() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=4 * GWEI))
    with pytest.raises(OutcomeUnknown, match="fee cap"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    before = len(kept(bench).candidates)

    bench.fees = FeePolicy(cap_wei=40 * GWEI)
    with pytest.raises(OutcomeUnknown):
        bench.another().resume("order-1", signer=ALICE)

    assert len(kept(bench).candidates) > before
    check(bench)


def test_the_first_attempt_counts_though_the_third_was_published() -> None:
    bench = Bench()
    bench.clock.at(100, lambda: bench.chain.pool.update({(ALICE.address, 0): bench.chain.published[0]}))
    bench.clock.at(101, bench.chain.mine)

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert len(bench.hashes()) == 3
    assert receipt.transaction_hash == bench.hashes()[0]
    assert kept(bench).stage is Stage.MINED
    assert bench.another().send(CALL, signer=ALICE, ref="order-1") == receipt
    check(bench)


def test_a_higher_offer_that_the_sender_cannot_pay_ends_no_wait_for_the_lower_one() -> None:
    bench = Bench()
    bench.chain.takes_refused_bytes = False
    poor = NodeRefused("insufficient funds for gas * price + value")
    bench.clock.at(44, lambda: bench.chain.publish_answers.extend([poor] * 100))
    bench.clock.at(100, bench.chain.mine)

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert receipt.transaction_hash == bench.hashes()[0]
    check(bench)


@pytest.mark.parametrize("kept_all_the_same", [False, True])
def test_a_journal_that_fails_after_signing_leaves_every_hash_in_the_unknown_outcome(
    kept_all_the_same: bool,  # noqa: FBT001  # a parameter
) -> None:
    """As when the disk is full, or the connection breaks after the commit."""
    bench = Bench(mines_at_once=True)
    writes = itertools.count(1)

    def record(*arguments: Any, **named: Any) -> Any:
        if next(writes) == 1:
            return bench.journal.record(*arguments, **named)
        if kept_all_the_same:
            bench.journal.record(*arguments, **named)
        raise JournalError("the disk is full")

    with pytest.raises(OutcomeUnknown, match="the disk is full") as unknown:
        bench.manager_of(bench.chain, bent(bench.journal, record=record)).send(CALL, signer=ALICE, ref="order-1")

    assert unknown.value.transaction_hashes == kept(bench).transaction_hashes == tuple(bench.hashes())
    assert isinstance(unknown.value.__cause__, JournalError)
    assert bench.another().send(CALL, signer=ALICE, ref="order-1").succeeded
    assert len(bench.chain.mined) == 1


@pytest.mark.parametrize("kept_all_the_same", [False, True])
def test_a_journal_that_fails_to_take_it_in_publishes_nothing_it_does_not_have(
    kept_all_the_same: bool,  # noqa: FBT001  # a parameter
) -> None:
    bench = Bench(mines_at_once=True)
    writes = itertools.count(1)

    def record(*arguments: Any, **named: Any) -> Any:
        if next(writes) > 1:
            return bench.journal.record(*arguments, **named)
        if kept_all_the_same:
            bench.journal.record(*arguments, **named)
        raise JournalError("the disk is full")

    manager = bench.manager_of(bench.chain, bent(bench.journal, record=record))
    if kept_all_the_same:  # then it goes on
        assert manager.send(CALL, signer=ALICE, ref="order-1").succeeded
    else:
        with pytest.raises(JournalError) as refused:
            manager.send(CALL, signer=ALICE, ref="order-1")
        assert refused.value.moved is Moved.NO
        assert bench.chain.published == []
        assert bench.journal.find(bench.name, "order-1") is None

    assert manager.send(CALL, signer=ALICE, ref="order-1").succeeded
    assert len(bench.chain.mined) == 1
    check(bench)


def test_goes_on_waiting_while_the_node_does_not_answer() -> None:
    bench = Bench()
    bench.chain.receipt_errors.extend([Unreachable("gone"), RateLimited("busy"), NodeRefused("odd")] * 20)
    bench.clock.at(20, bench.chain.mine)

    assert bench.manager.send(CALL, signer=ALICE, ref="order-1").succeeded
    assert len(bench.chain.mined) == 1


def test_waits_without_a_higher_offer_while_fees_cannot_be_read() -> None:
    bench = Bench()

    def history() -> FeeHistory:
        if bench.clock.now:
            raise Unreachable("gone")
        return bench.chain.history

    bench.clock.at(200, bench.chain.mine)

    assert bench.manager_of(bench.chain.bent(fee_history=history), bench.journal).send(CALL, signer=ALICE).succeeded
    assert len(bench.hashes()) == 1


@pytest.mark.parametrize("method", ["estimate_gas", "fee_history", "balance_wei", "nonce"])
def test_a_chain_that_cannot_be_read_before_sending_leaves_nothing_behind(method: str) -> None:
    bench = Bench(mines_at_once=True)

    def gone(*_: Any, **__: Any) -> Any:
        raise Unreachable("gone")

    with pytest.raises(Unreachable):
        bench.manager_of(bench.chain.bent(**{method: gone}), bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert bench.chain.published == []
    assert bench.journal.find(bench.name, "order-1") is None
    assert bench.manager.send(CALL, signer=ALICE, ref="order-1").succeeded


def test_the_sender_must_have_the_greatest_fee_to_the_last_wei() -> None:
    bench = Bench(mines_at_once=True)
    call = Call(CALL.to, value_wei=7)
    # 40,000 of gas and a quarter more, at twice the base fee and the tip.
    bench.chain.balance = 7 + 50_000 * 3 * GWEI - 1

    with pytest.raises(NotEnoughGasMoney):
        bench.manager.send(call, signer=ALICE)
    assert bench.chain.published == []

    bench.chain.balance += 1
    assert bench.manager.send(call, signer=ALICE).succeeded


def test_every_attempt_is_told_before_its_first_byte_leaves() -> None:
    bench = Bench()
    told: list[str] = []
    published_when_told: list[int] = []

    def announce(change: Change) -> None:
        if change.has_new_candidate:
            told.append(change.intent.transaction_hashes[-1])
            published_when_told.append(len(bench.hashes()))

    with pytest.raises(OutcomeUnknown):
        bench.another(announce=announce).send(CALL, signer=ALICE, ref="order-1")

    assert told == bench.hashes()
    assert len(told) > 1
    assert published_when_told == list(range(len(told)))


def test_every_change_is_told_once_and_is_what_the_log_says() -> None:
    bench = Bench()
    told: list[Change] = []
    bench.clock.at(60, bench.chain.mine)
    bench.clock.at(80, lambda: setattr(bench.chain, "safe", bench.chain.number))
    bench.clock.at(100, lambda: setattr(bench.chain, "final", bench.chain.number))

    bench.another(announce=told.append).send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    names = ["SIGNED", "BUMPED", "MINED", "SAFE", "FINALIZED"]
    assert [change.what.name for change in told] == bench.happenings() == names
    assert [change.intent.stage.name for change in told] == ["PENDING", "PENDING", *names[2:]]


def test_an_announcement_that_fails_ends_the_send_but_loses_nothing() -> None:
    bench = Bench()

    def fails(_: Change) -> None:
        raise OSError("no terminal")

    with pytest.raises(OSError, match="no terminal"):
        bench.another(announce=fails).send(CALL, signer=ALICE, ref="order-1")
    assert bench.happenings() == ["SIGNED"]
    bench.chain.mines_at_once = True

    assert bench.another().resume("order-1", signer=ALICE).succeeded
    check(bench)
