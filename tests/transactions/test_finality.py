"""From mined to final

when the mined transaction was refused: Reverted, with its hash
when the block is never final: OutcomeUnknown
when the receipt goes away: published again, and mined once
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from stablecoin_tools.errors import (
    NotSent,
    OutcomeUnknown,
    Reverted,
)
from stablecoin_tools.transactions import Stage
from tests.chain.bent import bent
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, kept


def test_a_mined_refusal_is_reverted_with_the_hash() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.succeeds = False

    with pytest.raises(Reverted) as refused:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert [refused.value.transaction_hash] == list(bench.chain.mined)


def test_waits_for_finality_when_asked() -> None:
    bench = Bench(mines_at_once=True)
    bench.clock.at(500, lambda: setattr(bench.chain, "final", 11))

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert receipt.block_number == 11
    assert bench.clock.now >= 500
    assert kept(bench).stage is Stage.FINALIZED
    assert len(bench.chain.published) == 1


def test_a_block_that_is_never_final_is_an_unknown_outcome() -> None:
    bench = Bench(mines_at_once=True)

    with pytest.raises(OutcomeUnknown, match="not final"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert bench.clock.now >= WAITING.finality_seconds
    assert kept(bench).stage is Stage.MINED


def test_a_receipt_that_goes_away_reopens_the_intent_which_is_mined_once() -> None:
    bench = Bench()
    bench.clock.at(10, bench.chain.mine)
    bench.clock.at(20, bench.chain.undo)
    bench.clock.at(25, lambda: stages.append(kept(bench).stage))
    bench.clock.at(30, bench.chain.mine)
    bench.clock.at(40, lambda: setattr(bench.chain, "final", bench.chain.number))
    stages: list[Stage] = []

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert stages == [Stage.PENDING]
    assert receipt.block_number == 12
    assert list(bench.chain.mined) == [receipt.transaction_hash]
    assert kept(bench).stage is Stage.FINALIZED
    assert len(bench.hashes()) == 1


def test_a_mined_intent_keeps_its_nonce_though_its_block_was_undone() -> None:
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.undo()

    with suppress(NotSent):  # to wait for the first is as good as to go behind it
        bench.manager.send(CALL, signer=ALICE, ref="order-2")
    for ref in ("order-1", "order-2"):
        bench.manager.send(CALL, signer=ALICE, ref=ref)

    assert len(bench.chain.mined) == 2
    assert kept(bench, "order-1").nonce != kept(bench, "order-2").nonce


def test_a_final_result_is_given_without_asking_the_chain() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.final = 100
    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    again = bench.manager_of(bent(object()), bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert again == receipt
