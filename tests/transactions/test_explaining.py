"""Why an intent stands where it stands, on a real node

when it is signed: whose turn it is, whether the pool has it, whether its offer is enough and the sender can pay
when it is behind: by what nonce it is held up, and whose that is
when the node has used its nonce: whether that was proven, and what a proof would do
when it is queued: who holds the lane, and whether the fee cap allows to sign
when it is mined: how far it is from final, and whether the node still shows it
when it is cancelled, final, or the node is silent: that
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.chain import Call, FeeHistory
from stablecoin_tools.errors import OutcomeUnknown
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import development_signer
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import FeePolicy, Journal, Stage, TransactionManager, WaitPolicy, chain_name
from stablecoin_tools.transactions.explaining import Sight, explain, in_gwei, look
from stablecoin_tools.transactions.signing import Pen
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.transactions import Intent

ALICE, BOB = (development_signer(index, find_network("anvil")) for index in (8, 9))
PAY = Call(BOB.address, value_wei=1, description="pay bob")
AT_ONCE = WaitPolicy(timeout_seconds=0, prove_after_seconds=0, settle_seconds=0)  # one round, then what stands, stands
BLOCKS_TO_FINALITY = 64
GWEI = 10**9


class Desk:
    """A manager that looks once, its journal, and a node whose levers are at hand."""

    def __init__(self, chain: AnvilChain, journal: Journal) -> None:
        self.chain, self.journal, self.name = chain, journal, chain_name(chain)
        self.manager = TransactionManager(chain, journal=journal, waiting=AT_ONCE)
        self.pen = Pen(chain, ALICE)

    def begin(self, ref: str = "rent-7") -> Intent:
        """Sends, and does not wait."""
        with pytest.raises(OutcomeUnknown):
            self.manager.send(PAY, signer=ALICE, ref=ref)
        return self.manager.find(ref)

    def done(self, ref: str = "rent-7", *, until: Stage = Stage.MINED) -> None:
        self.manager.send(PAY, signer=ALICE, ref=ref, until=until)

    def look_once(self, ref: str = "rent-7") -> None:
        with pytest.raises(OutcomeUnknown):
            self.manager.send(PAY, signer=ALICE, ref=ref, until=Stage.FINALIZED)

    def publish_elsewhere(self, nonce: int) -> str:
        """As another program with the same key would."""
        candidate = self.pen.noop(nonce, FeePolicy().offer(self.chain.fee_history()))
        self.chain.publish(candidate.signed_transaction)
        return candidate.transaction_hash

    def explained(self, ref: str = "rent-7", **seen: Any) -> str:
        """What is said now; `seen` says what the node would have to say for it."""
        intent = self.manager.find(ref)
        return self.explained_by(intent, replace(look(self.chain, intent), **seen))

    def explained_by(self, intent: Intent, sight: Sight | None) -> str:
        lane = self.journal.look(self.name, intent.sender, owner="")
        history = self.journal.log(self.name, intent.reference)
        return "\n".join(explain(intent, lane, history, sight, self.chain.network))


@pytest.fixture(scope="module")
def _node() -> Iterator[AnvilChain]:
    with AnvilProcess() as process:
        yield AnvilChain.at(process.url)


@pytest.fixture
def desk(_node: AnvilChain) -> Iterator[Desk]:
    snapshot = _node.take_snapshot()
    with Journal(who="me@here") as journal, _node.mining_paused():
        yield Desk(_node, journal)
        _node.drop_all_transactions()
    _node.revert_to(snapshot)


def test_it_waits_in_the_pool_for_a_block(desk: Desk) -> None:
    intent = desk.begin()
    told = desk.explained()
    assert f"It owns nonce {intent.nonce}; one attempt is signed, and no receipt is known." in told
    assert "Last written by me@here at 20" in told
    assert "signed at a nonce of its own" in told
    assert f"It is its turn: the node counts {intent.nonce} used nonces." in told
    assert f"at most {in_gwei(intent.candidates[0].fees.max_fee_wei)} gwei" in told
    assert "too little" not in told
    assert "The node's pool holds a transaction at this nonce." in told
    assert "No process drives" in told
    assert told.endswith("Resume it; or leave it: whoever sends next from this account drives it too.")


def test_the_pool_has_lost_it(desk: Desk) -> None:
    desk.begin()
    desk.chain.drop_all_transactions()
    assert "The node's pool does not hold it: whoever drives it publishes it again." in desk.explained()


def test_the_next_block_costs_more_than_it_offers(desk: Desk) -> None:
    desk.begin()
    told = desk.explained(fees=FeeHistory(100 * GWEI, (GWEI,), GWEI))
    assert "and the next block costs 100: too little." in told
    assert "The fee cap of anvil, 500 gwei, allows more: whoever drives it offers more." in told


def test_the_next_block_costs_more_than_the_cap(desk: Desk) -> None:
    desk.begin()
    told = desk.explained(fees=FeeHistory(501 * GWEI, (GWEI,), GWEI))
    assert "allows no higher offer: it waits until gas costs less, or the cap is raised." in told


def test_the_price_of_a_chain_without_base_fees_counts_too(desk: Desk) -> None:
    desk.begin()
    told = desk.explained(fees=FeeHistory(0, (), 0, gas_price_wei=90 * GWEI))
    assert "and the next block costs 90: too little." in told


def test_the_sender_cannot_pay(desk: Desk) -> None:
    desk.begin()
    desk.chain.set_balance(ALICE.address, 10**12)
    told = desk.explained()
    assert f"{ALICE.address} has 0.000001 ETH, and it may cost 0." in told
    assert "send it some ETH" in told


def test_it_waits_for_another_of_ours(desk: Desk) -> None:
    first, second = desk.begin("rent-7"), desk.begin("rent-8")
    assert second.nonce is not None
    told = desk.explained("rent-8")
    assert f"It waits for nonce {first.nonce} of {ALICE.address}: the node counts {first.nonce} used" in told
    assert f"Nonce {first.nonce} is that of reference 'rent-7' (pay bob): what holds it up holds this up." in told


def test_it_waits_for_nonces_that_nobody_here_knows(desk: Desk) -> None:
    used = desk.chain.nonce(ALICE.address)
    for nonce in (used, used + 1):
        desk.publish_elsewhere(nonce)
    desk.begin()
    desk.chain.drop_all_transactions()
    told = desk.explained()
    assert f"It waits for nonces {used} to {used + 1} of {ALICE.address}" in told
    assert f"Nonce {used} is none of this journal's." in told
    assert "`stablecoin tx close-gap` takes that nonce" in told


def test_others_used_its_nonce_and_nothing_proves_it_yet(desk: Desk) -> None:
    intent = desk.begin()
    assert intent.nonce is not None
    desk.chain.drop_all_transactions()
    desk.publish_elsewhere(intent.nonce)
    desk.chain.mine()

    early = desk.explained()
    desk.chain.mine(BLOCKS_TO_FINALITY)
    late = desk.explained()

    assert f"{intent.nonce} among them, and shows no receipt of any attempt" in early
    assert "Only a final block proves which: the newest final one is" in early
    assert "Until then it keeps its nonce" in early
    assert "Final blocks have it used too." in late
    assert "it gets another nonce" in late
    assert desk.manager.find("rent-7").nonce == intent.nonce


def test_others_used_the_nonce_of_what_is_being_cancelled(desk: Desk) -> None:
    intent = desk.begin()
    assert intent.nonce is not None
    with pytest.raises(OutcomeUnknown):
        desk.manager.cancel("rent-7", signer=ALICE)
    desk.chain.drop_all_transactions()
    desk.publish_elsewhere(intent.nonce)
    desk.chain.mine(BLOCKS_TO_FINALITY + 1)
    assert "that is the proof, and it counts as cancelled." in desk.explained()


def test_a_proof_gave_it_another_nonce_which_the_journal_remembers(desk: Desk) -> None:
    intent = desk.begin()
    assert intent.nonce is not None
    desk.chain.drop_all_transactions()
    used_by = desk.publish_elsewhere(intent.nonce)
    desk.chain.mine(BLOCKS_TO_FINALITY + 1)
    for _ in range(3):  # seen to be used; proven; signed anew
        desk.look_once()
    told = desk.explained()
    assert f"It owns nonce {intent.nonce + 1}; one attempt is signed" in told
    whys = [entry.why for entry in desk.journal.log(desk.name, "rent-7")]
    assert any(used_by in why for why in whys)


def test_it_is_mined_and_the_journal_has_yet_to_learn_of_it(desk: Desk) -> None:
    intent = desk.begin()
    desk.chain.mine()
    told = desk.explained()
    assert f"The node shows it mined, in block {desk.chain.block().number} by transaction" in told
    assert intent.transaction_hashes[0] in told


def test_it_is_queued_for_another_process(desk: Desk) -> None:
    view = desk.journal.look(desk.name, ALICE.address, owner="another")
    desk.journal.record(view.hold, (), next_nonce=view.hold.next_nonce)
    desk.begin()
    told = desk.explained()
    assert "It is taken in, and has neither a nonce nor a signature yet." in told
    assert "Another process drives what" in told
    assert told.endswith("Wait for the other process, or resume it: whichever of the two lives longer drives it.")
    dear = desk.explained(fees=FeeHistory(501 * GWEI, (GWEI,), GWEI))
    assert "Gas costs 502 gwei now" in dear
    assert "Nothing is signed until gas costs less, or the fee cap of anvil is raised." in dear


def test_it_is_being_cancelled_and_then_a_no_op_took_its_place(desk: Desk) -> None:
    desk.begin()
    with pytest.raises(OutcomeUnknown):
        desk.manager.cancel("rent-7", signer=ALICE)
    waiting = desk.explained()
    desk.chain.mine()
    shown = desk.explained()
    cancelled = desk.manager.cancel("rent-7", signer=ALICE)
    told = desk.explained()

    assert "It owns nonce" in waiting
    assert "2 attempts are signed" in waiting
    assert "It is being cancelled: the newest attempt is a no-op." in waiting
    assert waiting.endswith(
        "Go on with cancelling it; or leave it: whoever sends next from this account drives it too."
    )
    assert "The node shows the no-op mined" in shown
    assert cancelled.was_cancelled
    assert "It was not done: a no-op took its nonce, in block" in told


def test_it_was_cancelled_before_it_was_signed(desk: Desk) -> None:
    view = desk.journal.look(desk.name, ALICE.address, owner="another")
    hold = desk.journal.record(view.hold, (), next_nonce=view.hold.next_nonce)
    desk.begin()
    desk.journal.record(hold, (), next_nonce=hold.next_nonce, is_released=True)
    desk.manager.cancel("rent-7", signer=ALICE)
    told = desk.explained()
    assert "It was cancelled: it was not done, and never will be." in told
    assert told.endswith("There is nothing to do.")


def test_it_is_mined_and_so_many_blocks_from_final(desk: Desk) -> None:
    desk.chain.mine(BLOCKS_TO_FINALITY)
    desk.begin()
    desk.chain.mine()
    desk.done()
    number = desk.chain.block().number

    early = desk.explained()
    desk.chain.mine(BLOCKS_TO_FINALITY - 1)
    nearly = desk.explained()
    desk.chain.mine()
    late = desk.explained()

    assert f"It was done, in block {number:,} by transaction" in early
    assert f"{BLOCKS_TO_FINALITY} more blocks have to become final" in early
    assert "1 more block has to become final" in nearly
    assert f"For this node block {number:,} is final; the journal has yet to learn of it." in late
    desk.done(until=Stage.FINALIZED)
    final = desk.explained()
    assert ", and that is final." in final
    assert final.endswith("There is nothing to do.")


def test_its_block_was_undone(desk: Desk) -> None:
    desk.begin()
    desk.chain.mine()
    desk.done()
    desk.chain.reorg(1)
    assert "The node does not show it there now: it lags, or that block was undone." in desk.explained()


def test_it_was_refused(desk: Desk) -> None:
    desk.begin()
    desk.chain.mine()
    desk.done()
    intent = desk.manager.find("rent-7")
    assert intent.receipt is not None
    refused = replace(intent, receipt=replace(intent.receipt, succeeded=False))
    told = desk.explained_by(refused, look(desk.chain, refused))
    assert "The contract refused it, in block" in told
    assert "Nothing moved, and this reference keeps that result" in told


def test_it_is_unwanted(desk: Desk) -> None:
    unwanted = replace(desk.begin(), is_unwanted=True)
    assert "whoever drives it signs a no-op at its nonce" in desk.explained_by(unwanted, look(desk.chain, unwanted))


def test_what_is_known_is_said_though_the_node_is_silent(desk: Desk) -> None:
    intent = desk.begin()
    told = desk.explained_by(intent, None)
    assert f"It owns nonce {intent.nonce}" in told
    assert "The node" not in told
    assert told.endswith("drives it too.")


@pytest.mark.parametrize(
    ("wei", "gwei"), [(0, "0"), (1, "0.000000001"), (GWEI, "1"), (1_500_000_000, "1.5"), (1000 * GWEI, "1,000")]
)
def test_gwei_are_exact(wei: int, gwei: str) -> None:
    assert in_gwei(wei) == gwei
