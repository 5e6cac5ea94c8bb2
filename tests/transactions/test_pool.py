"""send and resume against a real pool: anvil, mining only when told

when nothing is mined in time: OutcomeUnknown; resumed later, the receipt, and the coin moved once
when a higher offer is made: the same nonce, call and value; one of them is mined
when the pool drops the transaction, or the connection breaks after the send: the same end
when several are under way: one after the other, none twice
when others used the nonce, or the node refuses: the outcome is unknown, and nothing is sent twice
when a reorganisation undoes the block: the intent is open again, and ends mined once
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hexbytes import HexBytes

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, HttpTransport
from stablecoin_tools.errors import Moved, NodeRefused, OutcomeUnknown, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import Intent, Journal, Stage, TransactionManager, WaitPolicy, chain_name
from tests.chain.bent import bent
from tests.transactions.fake_chain import Transaction
from tests.world import IMPATIENT, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stablecoin_tools.testing import AnvilChain
    from tests.conftest import AnvilProcess

BRIEF = WaitPolicy(poll_seconds=0.02, bump_after_seconds=60, timeout_seconds=0.1, finality_seconds=5, settle_seconds=0)
BUMPING = replace(BRIEF, bump_after_seconds=0.06, timeout_seconds=1.5)


NOBODY = Address(b"\x77" * 20)


class Slow:
    """A world whose chain mines only when told; alice has ten tokens, and pays bob three."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chain: AnvilChain = world.chain
        self.alice = world.signers["alice"]
        self.journal = Journal()
        self.payout = world.coin.calls.transfer(world.address("bob"), world.coin.amount(3))

    def manager(self, waiting: WaitPolicy = BRIEF, *, chain: Any = None) -> TransactionManager:
        """A fresh one over the same journal, as after a restart."""
        return TransactionManager(chain or self.chain, journal=self.journal, waiting=waiting)

    def stale(self, nonce: int) -> Any:
        """The chain, seen through a node that lags: it knows of no later nonce than this."""

        def survey(calls: Sequence[Call], *, sender: Address) -> Any:
            return replace(self.chain.survey(calls, sender=sender), nonce=nonce)

        return bent(self.chain, survey=survey)

    def kept(self, reference: str = "payout-1") -> Intent:
        intent = self.journal.find(chain_name(self.chain), reference)
        assert intent is not None
        return intent

    def has_moved(self, times: int) -> bool:
        coin, world = self.world.coin, self.world
        assert coin.total_supply() == coin.amount(10)
        assert coin.balance_of(world.address("alice")) == coin.amount(10 - 3 * times)
        return coin.balance_of(world.address("bob")) == coin.amount(3 * times)


@pytest.fixture
def slow(anvil: World) -> Iterator[Slow]:
    anvil.give("alice", 10)
    with anvil.chain.mining_paused():
        yield Slow(anvil)
        anvil.chain.drop_all_transactions()


def test_an_unknown_outcome_is_resumed_and_moves_the_coin_once(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    assert slow.has_moved(0)
    assert unknown.value.reference == "payout-1"
    assert unknown.value.moved is Moved.UNKNOWN

    slow.chain.mine()
    receipt = slow.manager().resume("payout-1", signer=slow.alice)
    again = slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")

    assert receipt == again
    assert unknown.value.transaction_hashes == (receipt.transaction_hash,)
    assert slow.has_moved(1)


def test_asking_again_and_again_before_it_is_mined_moves_the_coin_once(slow: Slow) -> None:
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    assert slow.chain.ask("txpool_status")["pending"] == "0x1"

    slow.chain.mine()

    assert slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1").succeeded
    slow.chain.mine()
    assert slow.has_moved(1)


def test_a_higher_offer_replaces_the_first_in_the_pool_with_the_same_payload(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager(BUMPING).send(slow.payout, signer=slow.alice, ref="payout-1")

    attempts = [Transaction(candidate.signed_transaction) for candidate in slow.kept().candidates]
    assert len(attempts) >= 3
    assert tuple(attempt.hash for attempt in attempts) == unknown.value.transaction_hashes
    for earlier, later in pairwise(attempts):
        for key in ("nonce", "to", "data", "value", "gas", "chainId", "accessList"):
            assert later.fields[key] == earlier.fields[key]
        assert later.is_better_than(earlier)
    assert HexBytes(attempts[0].fields["data"]) == slow.payout.data
    assert slow.chain.ask("txpool_status") == {"pending": "0x1", "queued": "0x0"}

    slow.chain.mine()
    receipt = slow.manager().resume("payout-1", signer=slow.alice)

    assert receipt.transaction_hash == attempts[-1].hash  # the pool took every replacement
    assert slow.has_moved(1)


def test_any_attempt_that_is_mined_completes_the_intent(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager(BUMPING).send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.chain.drop_all_transactions()
    slow.chain.publish(slow.kept().candidates[0].signed_transaction)
    slow.chain.mine()

    receipt = slow.manager().resume("payout-1", signer=slow.alice)

    assert receipt.transaction_hash == unknown.value.transaction_hashes[0]
    slow.chain.mine()
    assert slow.has_moved(1)


def test_what_the_pool_dropped_is_published_again(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.chain.drop_transaction(unknown.value.transaction_hashes[0])
    slow.chain.mine()
    assert slow.has_moved(0)

    with pytest.raises(OutcomeUnknown):
        slow.manager().resume("payout-1", signer=slow.alice)
    slow.chain.mine()

    assert slow.manager().resume("payout-1", signer=slow.alice).succeeded
    assert slow.has_moved(1)


def test_the_next_payout_goes_behind_the_first_into_one_block(slow: Slow) -> None:
    for ref in ("payout-1", "payout-2"):
        with pytest.raises(OutcomeUnknown):
            slow.manager().send(slow.payout, signer=slow.alice, ref=ref)
    assert [slow.kept(ref).nonce for ref in ("payout-1", "payout-2")] == [0, 1]
    assert slow.chain.ask("txpool_status") == {"pending": "0x2", "queued": "0x0"}

    slow.chain.mine()

    second = slow.manager().resume("payout-2", signer=slow.alice)
    first = slow.manager().resume("payout-1", signer=slow.alice)
    assert first.block_hash == second.block_hash
    assert slow.has_moved(2)


def test_the_next_payout_brings_back_the_first_that_the_pool_dropped(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.chain.drop_all_transactions()
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-2")

    slow.chain.mine()

    assert slow.has_moved(2)
    assert slow.manager().resume("payout-1", signer=slow.alice).succeeded


class DropsAfterSending:
    """A connection that breaks just after the node took the bytes."""

    def __init__(self, url: str) -> None:
        self._transport = HttpTransport(url)

    def make_request(self, method: str, params: Any) -> Any:
        answer = self._transport.make_request(method, params)
        if method == "eth_sendRawTransaction":
            raise Unreachable("The node cannot be reached: ConnectionError.")
        return answer


def test_a_connection_that_breaks_after_the_send_ends_in_the_receipt(anvil: World, anvil_process: AnvilProcess) -> None:
    anvil.give("alice", 10)
    chain = HttpChain(find_network("anvil"), DropsAfterSending(anvil_process.url))
    coin = Stablecoin(chain, anvil.coin.address, transactions=TransactionManager(chain, waiting=IMPATIENT))

    receipt = coin.send(
        coin.calls.transfer(anvil.address("bob"), coin.amount(3)), signer=anvil.signers["alice"], ref="r"
    )

    assert receipt.succeeded
    assert coin.balance_of(anvil.address("bob")) == coin.amount(3)
    assert coin.total_supply() == coin.amount(10)


def test_a_node_that_answers_nonsense_after_the_send_is_an_unknown_outcome(
    anvil: World, anvil_process: AnvilProcess
) -> None:
    transport = HttpTransport(anvil_process.url)

    class Nonsense:
        def make_request(self, method: str, params: Any) -> Any:
            answer = transport.make_request(method, params)
            return {"result": {"blockNumber": "0x1"}} if method == "eth_getTransactionReceipt" else answer

    chain = HttpChain(find_network("anvil"), Nonsense())

    with pytest.raises(OutcomeUnknown):
        TransactionManager(chain, waiting=BRIEF).send(Call(NOBODY), signer=anvil.signers["alice"], ref="r")


def test_a_nonce_that_others_used_is_an_unknown_outcome(slow: Slow) -> None:
    slow.chain.publish(foreign(slow, nonce=0))
    slow.chain.mine()

    with pytest.raises(NodeRefused, match="nonce too low"):
        slow.chain.publish(foreign(slow, nonce=0, value_wei=2))
    with pytest.raises(OutcomeUnknown):
        slow.manager(chain=slow.stale(0)).send(slow.payout, signer=slow.alice, ref="payout-1")

    slow.chain.mine()
    assert slow.has_moved(0)
    assert (slow.kept().nonce, len(slow.kept().candidates)) == (0, 1)


def test_a_better_offer_of_others_at_the_same_nonce_is_an_unknown_outcome(slow: Slow) -> None:
    slow.chain.publish(foreign(slow, nonce=0))

    with pytest.raises(NodeRefused, match="underpriced"):
        slow.chain.publish(foreign(slow, nonce=0, value_wei=2))
    with pytest.raises(OutcomeUnknown):
        slow.manager(chain=slow.stale(0)).send(slow.payout, signer=slow.alice, ref="payout-1")

    slow.chain.mine()
    assert slow.has_moved(0)
    assert (slow.kept().nonce, len(slow.kept().candidates)) == (0, 1)


def foreign(slow: Slow, *, nonce: int, value_wei: int = 1) -> bytes:
    """Alice's signature under a transaction that no manager of hers knows."""
    return slow.alice.sign_transaction(
        UnsignedTransaction(
            31337, nonce, slow.world.address("minter"), b"", value_wei, 21_000, 300 * 10**9, 200 * 10**9
        )
    )


def test_a_sender_that_the_node_finds_too_poor_waits_no_longer_and_is_resumed_when_it_is_rich(anvil: World) -> None:
    poor, journal = signer_of_key(b"\x11" * 32), Journal()

    def survey(calls: Sequence[Call], *, sender: Address) -> Any:
        return replace(anvil.chain.survey(calls, sender=sender), balance_wei=10**20)

    patient = replace(IMPATIENT, timeout_seconds=10_000)
    sleeps: list[float] = []
    optimistic = TransactionManager(
        bent(anvil.chain, survey=survey), journal=journal, waiting=patient, sleep=sleeps.append
    )
    with pytest.raises(OutcomeUnknown, match=r"(?i)insufficient funds"):
        optimistic.send(Call(NOBODY), signer=poor, ref="order-1")

    assert len(sleeps) <= 2
    assert anvil.chain.nonce(poor.address) == 0
    assert anvil.chain.ask("txpool_status") == {"pending": "0x0", "queued": "0x0"}

    anvil.send(Call(poor.address, value_wei=10**18), by="bob")
    assert TransactionManager(anvil.chain, journal=journal, waiting=IMPATIENT).resume("order-1", signer=poor).succeeded


def test_a_reorganisation_reopens_the_intent_which_is_mined_once(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.chain.mine()
    first = slow.manager().resume("payout-1", signer=slow.alice)
    slow.chain.reorg(1)
    slow.chain.drop_all_transactions()
    assert slow.chain.receipt(first.transaction_hash) is None
    assert slow.has_moved(0)

    with pytest.raises(OutcomeUnknown):
        slow.manager().resume("payout-1", signer=slow.alice)
    assert (slow.kept().stage, slow.kept().receipt) == (Stage.PENDING, None)
    slow.chain.mine()
    second = slow.manager().resume("payout-1", signer=slow.alice)

    assert second.transaction_hash == first.transaction_hash
    assert second.block_hash != first.block_hash
    assert slow.has_moved(1)


def test_a_reorganisation_while_waiting_for_finality_ends_final_and_mined_once(slow: Slow) -> None:
    mine, chain = slow.chain.mine, slow.chain
    happenings: list[Callable[[], Any]] = [mine, lambda: chain.reorg(1), *[mine] * 3, *[lambda: mine(40)] * 10]

    def sleep(_: float) -> None:
        happenings.pop(0)()

    waiting = replace(IMPATIENT, settle_seconds=0)
    manager = TransactionManager(slow.chain, journal=slow.journal, waiting=waiting, sleep=sleep)

    receipt = manager.send(slow.payout, signer=slow.alice, ref="payout-1", until=Stage.FINALIZED)

    assert receipt.block_number <= slow.chain.finalized_number()
    assert slow.chain.receipt(receipt.transaction_hash) == receipt
    assert slow.has_moved(1)


def test_a_payout_whose_block_was_undone_keeps_its_nonce_before_the_next(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.chain.mine()
    slow.manager().resume("payout-1", signer=slow.alice)
    slow.chain.reorg(1)
    slow.chain.drop_all_transactions()

    for ref in ("payout-2", "payout-1", "payout-2", "payout-1"):
        try:
            slow.manager().send(slow.payout, signer=slow.alice, ref=ref)
        except OutcomeUnknown:
            slow.chain.mine()

    assert slow.has_moved(2)
    assert [slow.kept(ref).nonce for ref in ("payout-1", "payout-2")] == [0, 1]
