"""From mined to final

when the mined transaction was refused: Reverted, with its hash
when the block is safe, and when it is final: said so, once each
when the block is never final: OutcomeUnknown
when the receipt goes away: the intent is open again, published again, and mined once
when a mined intent is asked for again: its block must still stand
when it is final: the chain is asked no more
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stablecoin_tools.errors import (
    OutcomeUnknown,
    Reverted,
    Unreachable,
)
from stablecoin_tools.transactions import Stage, sending
from tests.chain.bent import bent
from tests.transactions.bench import ALICE, CALL, WAITING, Bench, call_of, check, check_all_final, kept, orders

SOON_ENOUGH = replace(WAITING, finality_seconds=400)


def test_a_mined_refusal_is_reverted_with_the_hash() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.succeeds = False

    with pytest.raises(Reverted) as refused:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert [refused.value.transaction_hash] == list(bench.chain.mined)


def test_a_refusal_becomes_final_too_and_stays_a_refusal() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.succeeds = False
    bench.chain.final = 100

    for _ in range(2):
        with pytest.raises(Reverted) as refused:
            bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)
        assert [refused.value.transaction_hash] == list(bench.chain.mined)

    assert kept(bench).stage is Stage.FINALIZED
    check(bench)


def test_waits_for_finality_when_asked() -> None:
    bench = Bench(mines_at_once=True)
    bench.clock.at(500, lambda: setattr(bench.chain, "final", 11))

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert receipt.block_number == 11
    assert bench.clock.now >= 500
    assert len(bench.chain.published) == 1
    check_all_final(bench, ["order-1"])


def test_waits_for_safety_when_asked_and_for_no_more() -> None:
    bench = Bench(mines_at_once=True)
    bench.clock.at(100, lambda: setattr(bench.chain, "safe", 11))

    bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.SAFE)

    assert 100 <= bench.clock.now < 120
    assert kept(bench).stage is Stage.SAFE
    assert bench.happenings() == ["SIGNED", "MINED", "SAFE"]


def test_a_block_below_the_final_one_is_not_safe_or_final_a_block_too_early() -> None:
    bench = Bench(mines_at_once=True, waiting=SOON_ENOUGH)
    bench.chain.final = bench.chain.safe = 10  # ours will be 11

    with pytest.raises(OutcomeUnknown, match="not final"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.SAFE)

    assert kept(bench).stage is Stage.MINED


def test_a_block_that_is_never_final_is_an_unknown_outcome() -> None:
    bench = Bench(mines_at_once=True, waiting=SOON_ENOUGH)

    with pytest.raises(OutcomeUnknown, match="not final"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert bench.clock.now >= SOON_ENOUGH.finality_seconds > WAITING.timeout_seconds
    assert kept(bench).stage is Stage.MINED


@pytest.mark.parametrize("seen_as", [Stage.MINED, Stage.SAFE])
def test_a_receipt_that_goes_away_reopens_the_intent_which_is_mined_once(seen_as: Stage) -> None:
    bench = Bench()
    bench.clock.at(10, bench.chain.mine)
    if seen_as is Stage.SAFE:
        bench.clock.at(12, lambda: setattr(bench.chain, "safe", bench.chain.number))
    bench.clock.at(19, lambda: stages.append(kept(bench).stage))
    bench.clock.at(20, bench.chain.undo)
    bench.clock.at(27, lambda: stages.append(kept(bench).stage))
    bench.clock.at(30, bench.chain.mine)
    bench.clock.at(40, lambda: setattr(bench.chain, "final", bench.chain.number))
    stages: list[Stage] = []

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert stages == [seen_as, Stage.PENDING]
    assert receipt.block_number == 12
    assert list(bench.chain.mined) == [receipt.transaction_hash]
    assert len(bench.hashes()) == 1
    assert "REORGED" in bench.happenings()
    check_all_final(bench, ["order-1"])


def test_an_intent_that_is_in_another_block_now_is_not_published_again() -> None:
    bench = Bench(mines_at_once=True)
    first = bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.reorg(1, {0: [bench.chain.published[0]]})
    bench.chain.final = bench.chain.number

    second = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert second.block_hash != first.block_hash
    assert len(bench.chain.published) == 1
    assert bench.happenings().count("MINED") == 2
    check_all_final(bench, ["order-1"])


def test_a_mined_intent_keeps_its_nonce_though_its_block_was_undone() -> None:
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.undo()

    bench.manager.send(call_of("order-2"), signer=ALICE, ref="order-2")

    assert len(bench.chain.mined) == 2
    assert (kept(bench, "order-1").nonce, kept(bench, "order-2").nonce) == (0, 1)
    check(bench)


@pytest.mark.parametrize("asked_again_by", ["send", "resume"])
def test_a_mined_intent_that_is_asked_for_again_after_its_block_was_undone_is_mined_again(asked_again_by: str) -> None:
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.undo()
    assert bench.times_done(CALL) == 0

    if asked_again_by == "send":
        receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1")
    else:
        receipt = bench.another().resume("order-1", signer=ALICE)

    assert list(bench.chain.mined.values()) == [receipt]
    check(bench)


def test_a_mined_intent_that_cannot_be_looked_at_again_is_unknown_in_the_usual_time() -> None:
    bench = Bench(mines_at_once=True)
    bench.manager.send(CALL, signer=ALICE, ref="order-1")
    began_at = bench.clock.now

    def gone(*_: Any, **__: Any) -> Any:
        raise Unreachable("gone")

    silent = bench.chain.bent(
        finalized_number=gone, safe_number=gone, block_hashes=gone, receipts=gone, nonce=gone, fee_history=gone
    )
    with pytest.raises(OutcomeUnknown) as unknown:
        bench.manager_of(silent, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert bench.clock.now - began_at <= WAITING.timeout_seconds + 1
    assert "the node does not say whether its block stands" in str(unknown.value)
    assert unknown.value.transaction_hashes == kept(bench).transaction_hashes


def test_finality_is_waited_for_while_the_node_does_not_answer() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.final = 100
    answers = iter([Unreachable("gone")] * 5)

    def finalized_number() -> int:
        error = next(answers, None)
        if error is not None:
            raise error
        return bench.chain.number

    manager = bench.manager_of(bench.chain.bent(finalized_number=finalized_number), bench.journal)
    manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert bench.happenings() == ["SIGNED", "MINED", "FINALIZED"]


def test_a_final_result_is_given_without_asking_the_chain() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.final = 100
    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)
    silent = bent(object(), network=bench.chain.network, block=bench.chain.block)  # its name in the journal, no more

    again = bench.manager_of(silent, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert again == receipt


def test_what_only_waits_to_be_final_keeps_no_other_back() -> None:
    bench = Bench(mines_at_once=True, waiting=replace(WAITING, in_flight=4))
    references = [f"order-{number}" for number in range(1, 41)]
    bench.clock.at(700, bench.make_final)

    outcomes = bench.manager.send_all(orders(*references), signer=ALICE, until=Stage.FINALIZED)
    first = next(outcomes)

    assert len(bench.chain.mined) == len(references)  # all were mined before the first was final
    assert {first.reference, *(outcome.reference for outcome in outcomes)} == set(references)
    check_all_final(bench, references)


def test_only_so_many_outcomes_are_waited_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_MOST_AWAITED", 6)
    bench = Bench(mines_at_once=True, waiting=replace(WAITING, in_flight=4))
    references = [f"order-{number}" for number in range(1, 16)]
    for moment in range(700, 1500, 200):
        bench.clock.at(moment, bench.make_final)

    outcomes = bench.manager.send_all(orders(*references), signer=ALICE, until=Stage.FINALIZED)
    next(outcomes)

    assert len(bench.chain.mined) == 6
    assert len(list(outcomes)) == 14
    check_all_final(bench, references)
