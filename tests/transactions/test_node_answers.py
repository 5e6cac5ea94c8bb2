"""What a node says of a send proves nothing, except that it did not take the bytes

when it answers that it knows them, that the nonce is too low or the price is: wait for a receipt
when it does not answer: the same
when it says that nobody would take them: NotSent
"""

from __future__ import annotations

import pytest

from stablecoin_tools.errors import (
    ChainError,
    Moved,
    NodeRefused,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from stablecoin_tools.transactions.node_answers import is_certain_refusal
from tests.transactions.bench import ALICE, CALL, WAITING, Bench

UNCERTAIN: list[ChainError] = [
    NodeRefused("eth_sendRawTransaction: already known", error_code=-32000),
    NodeRefused("eth_sendRawTransaction: AlreadyKnown", error_code=-32010),
    NodeRefused("eth_sendRawTransaction: known transaction: 0xabc"),
    NodeRefused("eth_sendRawTransaction: transaction already imported"),
    NodeRefused("eth_sendRawTransaction: nonce too low: next nonce 5, tx nonce 4"),
    NodeRefused("eth_sendRawTransaction: nonce too high"),
    NodeRefused("eth_sendRawTransaction: replacement transaction underpriced"),
    NodeRefused("eth_sendRawTransaction: transaction underpriced"),
    NodeRefused("eth_sendRawTransaction: txpool is full"),
    NodeRefused("eth_sendRawTransaction: internal error", error_code=-32603),
    NodeRefused("eth_sendRawTransaction: execution reverted"),
    RateLimited("The node answers: too many requests."),
    Unreachable("The node did not answer eth_sendRawTransaction in 30 s."),
]
CERTAIN = [
    "insufficient funds for gas * price + value",
    "Insufficient funds for gas * price + value",
    "intrinsic gas too low",
    "exceeds block gas limit",
    "max fee per gas less than block base fee",
    "max priority fee per gas higher than max fee per gas",
    "invalid chain id for signer",
]


@pytest.mark.parametrize("answer", UNCERTAIN, ids=str)
def test_an_uncertain_answer_ends_in_the_receipt(answer: ChainError) -> None:
    bench = Bench()
    bench.chain.publish_answers.append(answer)
    bench.clock.at(10, bench.chain.mine)

    receipt = bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert [receipt.transaction_hash] == bench.hashes() == list(bench.chain.mined)


@pytest.mark.parametrize("answer", UNCERTAIN, ids=str)
def test_an_uncertain_answer_without_a_receipt_is_an_unknown_outcome(answer: ChainError) -> None:
    bench = Bench()
    bench.chain.takes_refused_bytes = False
    bench.chain.publish_answers.extend([answer] * 1000)

    with pytest.raises(OutcomeUnknown) as unknown:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert unknown.value.moved is Moved.UNKNOWN
    assert unknown.value.reference == "order-1"
    assert list(unknown.value.transaction_hashes) == bench.hashes()
    assert all(hash_ in str(unknown.value) for hash_ in bench.hashes())
    assert WAITING.timeout_seconds <= bench.clock.now <= WAITING.timeout_seconds + WAITING.poll_seconds


@pytest.mark.parametrize("words", CERTAIN)
def test_a_certain_refusal_is_not_sent(words: str) -> None:
    bench = Bench()
    bench.chain.takes_refused_bytes = False
    bench.chain.publish_answers.append(NodeRefused(f"eth_sendRawTransaction: {words}"))

    with pytest.raises(NotSent, match="did not take") as refused:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert refused.value.moved is Moved.NO
    assert isinstance(refused.value.__cause__, NodeRefused)
    assert "order-1" in refused.value.hint
    assert bench.clock.slept == 0
    bench.clock.at(5, bench.chain.mine)
    assert bench.manager.send(CALL, signer=ALICE, ref="order-1").succeeded
    assert len(bench.chain.mined) == 1


@pytest.mark.parametrize("answer", UNCERTAIN, ids=str)
def test_the_table_of_certain_refusals_holds_no_uncertain_one(answer: ChainError) -> None:
    assert not is_certain_refusal(str(answer))


def test_a_certain_refusal_of_a_second_send_proves_nothing_of_the_first() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.publish_answers.extend(NodeRefused(f"eth_sendRawTransaction: {words}") for words in CERTAIN)

    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
