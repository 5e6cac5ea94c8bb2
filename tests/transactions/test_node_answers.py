"""What a node says of a send proves nothing, except that it did not take the bytes

when it answers that it knows them, that the nonce is too low or the price is: wait for a receipt
when it does not answer: the same
when it says that nobody would take them: NotSent
when no receipt comes in time: OutcomeUnknown, with every hash
when waiting is interrupted: OutcomeUnknown
when the process ends at any step and the reference is asked for again: mined once
when the receipt goes away: published again, and mined once
"""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, FeeHistory
from stablecoin_tools.errors import (
    ChainError,
    Moved,
    NodeRefused,
    NotEnoughGasMoney,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Reverted,
    StablecoinError,
    Unreachable,
)
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import FeePolicy, Intent, MemoryJournal, Stage, TransactionManager, WaitPolicy
from stablecoin_tools.transactions.node_answers import is_certain_refusal
from tests.chain.bent import bent
from tests.transactions.fake_chain import GWEI, FakeChain, FakeClock, Transaction

if TYPE_CHECKING:
    from collections.abc import Callable

ALICE = development_signer(8, find_network("anvil"))
BOB = development_signer(9, find_network("anvil"))
CALL = Call(Address(b"\x0c" * 20), b"\x12\x34\x56\x78", description="pay out")
WAITING = WaitPolicy(poll_seconds=1, bump_after_seconds=45, timeout_seconds=300, finality_seconds=1800)

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


class Bench:
    """A fake chain, a fake clock, and a manager over them."""

    def __init__(self, *, mines_at_once: bool = False, fees: FeePolicy | None = None) -> None:
        self.chain = FakeChain(mines_at_once=mines_at_once)
        self.clock = FakeClock()
        self.journal = MemoryJournal()
        self.fees = fees or FeePolicy()
        self.manager = self.manager_of(self.chain, self.journal)

    def manager_of(self, chain: Any, journal: Any) -> TransactionManager:
        return TransactionManager(
            chain, journal=journal, fees=self.fees, waiting=WAITING, clock=self.clock, sleep=self.clock.sleep
        )

    def hashes(self) -> list[str]:
        """Of what was published, without repetition, in order."""
        return list(dict.fromkeys(Transaction(signed).hash for signed in self.chain.published))


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


def test_an_unknown_outcome_blocks_the_senders_next_intent_and_nobody_elses() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    with pytest.raises(NotSent, match="order-1") as blocked:
        bench.manager.send(CALL, signer=ALICE, ref="order-2")
    assert "Resume" in blocked.value.hint
    assert bench.journal.find("order-2") is None

    bench.chain.mines_at_once = True
    assert bench.manager.send(CALL, signer=BOB, ref="order-3").succeeded
    assert bench.manager.resume("order-1", signer=ALICE).succeeded
    assert bench.manager.send(CALL, signer=ALICE, ref="order-2").succeeded
    assert sorted(bench.chain.used_nonces.values()) == [1, 2]


def test_an_intent_that_was_mined_meanwhile_blocks_nobody() -> None:
    bench = Bench()
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    bench.chain.mine()
    bench.chain.mines_at_once = True

    assert bench.manager.send(CALL, signer=ALICE, ref="order-2").succeeded
    assert kept(bench).stage is Stage.MINED
    assert bench.chain.used_nonces[ALICE.address] == 2


def test_two_references_at_the_same_time_are_two_transactions_or_one_refusal() -> None:
    bench = Bench(mines_at_once=True)
    is_first = [True]

    def meanwhile(account: Address) -> int:
        nonce = bench.chain.nonce(account)
        if is_first:
            is_first.clear()
            overtaken.send(CALL, signer=ALICE, ref="order-2")
        return nonce

    overtaken = bench.manager_of(bent(bench.chain, nonce=meanwhile), bench.journal)
    with suppress(NotSent):
        overtaken.send(CALL, signer=ALICE, ref="order-1")
    bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert len(bench.chain.mined) == 2
    assert kept(bench, "order-1").nonce != kept(bench, "order-2").nonce


@pytest.mark.parametrize("where", ["publish", "receipt", "sleep", "bump"])
def test_an_interrupt_while_waiting_is_an_unknown_outcome(where: str) -> None:
    bench = Bench()

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    chain: Any = bench.chain
    if where == "sleep":
        bench.clock.at(3, interrupted)
    elif where == "bump":
        reads = iter([bench.chain.history])
        chain = bent(chain, fee_history=lambda: next(reads, None) or interrupted())
    else:
        chain = bent(chain, **{where: interrupted})

    with pytest.raises(OutcomeUnknown, match="interrupted") as unknown:
        bench.manager_of(chain, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert unknown.value.transaction_hashes
    bench.chain.mines_at_once = True
    assert bench.manager.resume("order-1", signer=ALICE).transaction_hash in unknown.value.transaction_hashes
    assert len(bench.chain.mined) == 1


class Crash(BaseException):
    """The process ends here."""


class Crashing:
    """Ends the process before, or just after, the n-th call that goes through it."""

    def __init__(self, last_call: int, *, after: bool) -> None:
        self.calls_left = last_call
        self.after = after

    def around(self, target: Any) -> Any:
        methods = (
            "estimate_gas",
            "fee_history",
            "balance_wei",
            "nonce",
            "publish",
            "receipt",
            "finalized_number",
            "put",
            "find",
        )
        return bent(target, **{name: self._around(getattr(target, name)) for name in methods if hasattr(target, name)})

    def _around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def crashing(*arguments: Any, **named: Any) -> Any:
            self.calls_left -= 1
            if self.calls_left == 0 and not self.after:
                raise Crash
            answer = method(*arguments, **named)
            if self.calls_left == 0:
                raise Crash
            return answer

        return crashing


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_step_and_the_same_reference_again_is_one_transaction(after: bool) -> None:  # noqa: FBT001  # a parameter
    crashes = 0
    for last_call in range(1, 200):
        bench = Bench()
        crashing = Crashing(last_call, after=after)
        bench.clock.at(60, bench.chain.mine)  # after a bump
        try:
            bench.manager_of(crashing.around(bench.chain), crashing.around(bench.journal)).send(
                CALL, signer=ALICE, ref="r"
            )
        except Crash:
            crashes += 1
        bench.chain.mines_at_once = True
        bench.chain.mine()

        receipt = bench.manager_of(bench.chain, bench.journal).send(CALL, signer=ALICE, ref="r")

        assert list(bench.chain.mined) == [receipt.transaction_hash], f"crashed at call {last_call}"
        assert bench.chain.used_nonces[ALICE.address] == 1
    assert crashes > 100


def test_the_same_reference_at_the_same_time_is_one_transaction() -> None:
    """As when two threads ask at once: the second begins and ends while the first still reads the chain."""
    bench = Bench(mines_at_once=True)
    is_first = [True]

    def meanwhile(call: Call, *, sender: Address) -> int:
        if is_first:
            is_first.clear()
            overtaken.send(CALL, signer=ALICE, ref="order-1")
        return bench.chain.estimate_gas(call, sender=sender)

    overtaken = bench.manager_of(bent(bench.chain, estimate_gas=meanwhile), bench.journal)
    try:
        overtaken.send(CALL, signer=ALICE, ref="order-1")
    except StablecoinError as refused:
        assert refused.moved is Moved.NO  # noqa: PT017  # refusing is as good as the first result

    assert len(bench.chain.mined) == 1


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


def kept(bench: Bench, reference: str = "order-1") -> Intent:
    intent = bench.journal.find(reference)
    assert intent is not None
    return intent
