"""The attempts at one intent

when one is signed: it is in the journal before any byte leaves
when no receipt comes: the next offers more, and differs in nothing else
when the cap is reached, or fees cannot be read: no higher offer
when any attempt is mined: the intent is done
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from stablecoin_tools.chain import Call, FeeHistory
from stablecoin_tools.errors import (
    NodeRefused,
    NotEnoughGasMoney,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from stablecoin_tools.transactions import FeePolicy, TransactionManager
from tests.chain.bent import bent
from tests.transactions.bench import ALICE, CALL, WAITING, Bench
from tests.transactions.fake_chain import GWEI, Transaction


def test_is_in_the_journal_before_any_byte_leaves() -> None:
    bench = Bench()
    seen: list[bool] = []

    def watched(signed: bytes) -> None:
        intent = bench.journal.find("order-1")
        seen.append(intent is not None and signed in [candidate.signed_transaction for candidate in intent.candidates])
        bench.chain.publish(signed)

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(bent(bench.chain, publish=watched), bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert len(seen) > 5
    assert all(seen)


def test_every_attempt_has_the_same_nonce_and_payload_and_only_higher_fees() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown) as unknown:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    attempts = [Transaction(signed) for signed in dict.fromkeys(bench.chain.published)]
    assert len(attempts) == len(unknown.value.transaction_hashes) == 7  # at the start and each 45 of 300 seconds
    fees = {"maxFeePerGas", "maxPriorityFeePerGas", "v", "r", "s"}
    rests = [{key: value for key, value in attempt.fields.items() if key not in fees} for attempt in attempts]
    assert all(rest == rests[0] for rest in rests)
    assert {attempt.sender for attempt in attempts} == {ALICE.address}
    for earlier, later in pairwise(attempts):
        assert later.max_fee_wei * 10 >= earlier.max_fee_wei * 11
        assert later.tip_wei * 10 >= earlier.tip_wei * 11


def test_waits_at_the_cap_and_never_offers_more() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=4 * GWEI))

    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    offers = [Transaction(signed).max_fee_wei for signed in dict.fromkeys(bench.chain.published)]
    assert len(offers) > 1
    assert max(offers) <= 4 * GWEI
    assert len(bench.chain.published) == 7  # at the cap the same bytes are published again


def test_the_first_attempt_counts_though_the_third_was_published() -> None:
    bench = Bench()
    bench.clock.at(100, lambda: bench.chain.pool.update({(ALICE.address, 0): bench.chain.published[0]}))
    bench.clock.at(101, bench.chain.mine)

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert len(bench.hashes()) == 3
    assert receipt.transaction_hash == bench.hashes()[0]
    assert bench.journal.pending(ALICE.address) is None


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

    assert bench.manager_of(bent(bench.chain, fee_history=history), bench.journal).send(CALL, signer=ALICE).succeeded
    assert len(bench.hashes()) == 1


@pytest.mark.parametrize("method", ["estimate_gas", "fee_history", "balance_wei", "nonce"])
def test_a_chain_that_cannot_be_read_before_sending_leaves_nothing_behind(method: str) -> None:
    bench = Bench(mines_at_once=True)

    def gone(*_: Any, **__: Any) -> Any:
        raise Unreachable("gone")

    with pytest.raises(Unreachable):
        bench.manager_of(bent(bench.chain, **{method: gone}), bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert bench.chain.published == []
    assert bench.journal.find("order-1") is None
    assert bench.manager.send(CALL, signer=ALICE, ref="order-1").succeeded


def test_the_sender_must_have_the_greatest_fee_to_the_last_wei() -> None:
    bench = Bench(mines_at_once=True)
    call = Call(CALL.to, value_wei=7)
    bench.chain.balance = (
        7 + 50_000 * 3 * GWEI - 1
    )  # 40,000 of gas and a quarter more, at twice the base fee and the tip

    with pytest.raises(NotEnoughGasMoney):
        bench.manager.send(call, signer=ALICE)
    assert bench.chain.published == []

    bench.chain.balance += 1
    assert bench.manager.send(call, signer=ALICE).succeeded


def test_every_hash_is_told_before_its_first_byte_leaves() -> None:
    bench = Bench()
    told: list[str] = []
    published_when_told: list[int] = []

    def announce(transaction_hash: str) -> None:
        told.append(transaction_hash)
        published_when_told.append(len(bench.hashes()))

    manager = TransactionManager(
        bench.chain,
        journal=bench.journal,
        waiting=WAITING,
        clock=bench.clock,
        sleep=bench.clock.sleep,
        announce=announce,
    )
    with pytest.raises(OutcomeUnknown):
        manager.send(CALL, signer=ALICE, ref="order-1")

    assert told == bench.hashes()
    assert len(told) > 1
    assert published_when_told == list(range(len(told)))
