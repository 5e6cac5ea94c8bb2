"""send and resume against a real pool: anvil, mining only when told

when nothing is mined in time: OutcomeUnknown; resumed later, the receipt, and the coin moved once
when a higher offer is made: the same nonce, call and value; one of them is mined
when the pool drops the transaction, or the connection breaks after the send: the same end
when the node refuses for good: NotSent
when a reorganisation undoes the block: the intent is open again, and ends mined once
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hexbytes import HexBytes

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, HttpTransport
from stablecoin_tools.errors import NodeRefused, NotSent, OutcomeUnknown, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import MemoryJournal, Stage, TransactionManager, WaitPolicy
from tests.chain.bent import bent
from tests.transactions.fake_chain import Transaction
from tests.world import IMPATIENT, AnvilChain, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import AnvilProcess

BRIEF = WaitPolicy(poll_seconds=0.02, bump_after_seconds=60, timeout_seconds=0.1, finality_seconds=5)
BUMPING = WaitPolicy(poll_seconds=0.02, bump_after_seconds=0.06, timeout_seconds=1.5, finality_seconds=5)


NOBODY = Address(b"\x77" * 20)


class Slow:
    """A world whose chain mines only when told; alice has ten tokens, and pays bob three."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chain: AnvilChain = world.chain
        self.alice = world.signers["alice"]
        self.journal = MemoryJournal()
        self.payout = world.coin.calls.transfer(world.address("bob"), world.coin.amount(3))

    def manager(self, waiting: WaitPolicy = BRIEF, *, chain: Any = None) -> TransactionManager:
        """A fresh one over the same journal, as after a restart."""
        return TransactionManager(chain or self.chain, journal=self.journal, waiting=waiting)

    def mine(self) -> None:
        self.chain.ask("evm_mine")

    def has_moved(self, times: int) -> bool:
        coin, world = self.world.coin, self.world
        assert coin.total_supply() == coin.amount(10)
        assert coin.balance_of(world.address("alice")) == coin.amount(10 - 3 * times)
        return coin.balance_of(world.address("bob")) == coin.amount(3 * times)


@pytest.fixture
def slow(anvil: World) -> Iterator[Slow]:
    anvil.give("alice", 10)
    anvil.chain.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no keywords
    yield Slow(anvil)
    anvil.chain.ask("anvil_dropAllTransactions")
    anvil.chain.ask("evm_setAutomine", True)  # noqa: FBT003  # the same


def test_an_unknown_outcome_is_resumed_and_moves_the_coin_once(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    assert slow.has_moved(0)
    assert unknown.value.reference == "payout-1"

    slow.mine()
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

    slow.mine()

    assert slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1").succeeded
    slow.mine()
    assert slow.has_moved(1)


def test_a_higher_offer_replaces_the_first_in_the_pool_with_the_same_payload(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager(BUMPING).send(slow.payout, signer=slow.alice, ref="payout-1")

    intent = slow.journal.find("payout-1")
    assert intent is not None
    attempts = [Transaction(candidate.signed_transaction) for candidate in intent.candidates]
    assert len(attempts) >= 3
    assert tuple(attempt.hash for attempt in attempts) == unknown.value.transaction_hashes
    for earlier, later in pairwise(attempts):
        for key in ("nonce", "to", "data", "value", "gas", "chainId", "accessList"):
            assert later.fields[key] == earlier.fields[key]
        assert later.max_fee_wei * 10 >= earlier.max_fee_wei * 11
        assert later.tip_wei * 10 >= earlier.tip_wei * 11
    assert HexBytes(attempts[0].fields["data"]) == slow.payout.data
    assert slow.chain.ask("txpool_status") == {"pending": "0x1", "queued": "0x0"}

    slow.mine()
    receipt = slow.manager().resume("payout-1", signer=slow.alice)

    assert receipt.transaction_hash == attempts[-1].hash  # the pool took every replacement
    assert slow.has_moved(1)


def test_any_attempt_that_is_mined_completes_the_intent(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager(BUMPING).send(slow.payout, signer=slow.alice, ref="payout-1")
    intent = slow.journal.find("payout-1")
    assert intent is not None
    slow.chain.ask("anvil_dropAllTransactions")
    slow.chain.publish(intent.candidates[0].signed_transaction)
    slow.mine()

    receipt = slow.manager().resume("payout-1", signer=slow.alice)

    assert receipt.transaction_hash == unknown.value.transaction_hashes[0]
    slow.mine()
    assert slow.has_moved(1)


def test_what_the_pool_dropped_is_published_again(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.chain.ask("anvil_dropTransaction", unknown.value.transaction_hashes[0])
    slow.mine()
    assert slow.has_moved(0)

    with pytest.raises(OutcomeUnknown):
        slow.manager().resume("payout-1", signer=slow.alice)
    slow.mine()

    assert slow.manager().resume("payout-1", signer=slow.alice).succeeded
    assert slow.has_moved(1)


def test_the_next_payout_waits_for_the_first(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    with pytest.raises(NotSent, match="payout-1"):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-2")
    slow.mine()
    slow.manager().resume("payout-1", signer=slow.alice)

    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-2")
    slow.mine()

    assert slow.manager().resume("payout-2", signer=slow.alice).succeeded
    assert slow.has_moved(2)


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
    slow.mine()
    stale = bent(slow.chain, nonce=lambda _: 0)

    with pytest.raises(NodeRefused, match="nonce too low"):
        slow.chain.publish(foreign(slow, nonce=0, value_wei=2))
    with pytest.raises(OutcomeUnknown):
        slow.manager(chain=stale).send(slow.payout, signer=slow.alice, ref="payout-1")

    slow.mine()
    assert slow.has_moved(0)


def test_a_better_offer_of_others_at_the_same_nonce_is_an_unknown_outcome(slow: Slow) -> None:
    slow.chain.publish(foreign(slow, nonce=0))
    stale = bent(slow.chain, nonce=lambda _: 0)

    with pytest.raises(NodeRefused, match="underpriced"):
        slow.chain.publish(foreign(slow, nonce=0, value_wei=2))
    with pytest.raises(OutcomeUnknown):
        slow.manager(chain=stale).send(slow.payout, signer=slow.alice, ref="payout-1")

    slow.mine()
    assert slow.has_moved(0)


def foreign(slow: Slow, *, nonce: int, value_wei: int = 1) -> bytes:
    """Alice's signature under a transaction that no manager of hers knows."""
    return slow.alice.sign_transaction(
        UnsignedTransaction(
            31337, nonce, slow.world.address("minter"), b"", value_wei, 21_000, 300 * 10**9, 200 * 10**9
        )
    )


def test_a_sender_that_the_node_finds_too_poor_has_sent_nothing(anvil: World) -> None:
    poor = signer_of_key(b"\x11" * 32)
    optimistic = bent(anvil.chain, balance_wei=lambda _: 10**20)

    with pytest.raises(NotSent, match=r"(?i)insufficient funds") as refused:
        TransactionManager(optimistic, waiting=BRIEF).send(Call(NOBODY), signer=poor, ref="order-1")

    assert isinstance(refused.value.__cause__, NodeRefused)
    assert anvil.chain.nonce(poor.address) == 0
    assert anvil.chain.ask("txpool_status") == {"pending": "0x0", "queued": "0x0"}


def test_a_reorganisation_reopens_the_intent_which_is_mined_once(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.mine()
    first = slow.manager().resume("payout-1", signer=slow.alice)
    slow.chain.ask("anvil_reorg", 1, [])
    slow.chain.ask("anvil_dropAllTransactions")
    assert slow.chain.receipt(first.transaction_hash) is None
    assert slow.has_moved(0)

    with pytest.raises(OutcomeUnknown):
        slow.manager().resume("payout-1", signer=slow.alice)
    intent = slow.journal.find("payout-1")
    assert intent is not None
    assert (intent.stage, intent.receipt) == (Stage.PENDING, None)
    slow.mine()
    second = slow.manager().resume("payout-1", signer=slow.alice)

    assert second.transaction_hash == first.transaction_hash
    assert second.block_hash != first.block_hash
    assert slow.has_moved(1)


def test_a_reorganisation_while_waiting_for_finality_ends_final_and_mined_once(slow: Slow) -> None:
    happenings: list[tuple[str, list[Any]]] = [
        ("evm_mine", []),
        ("anvil_reorg", [1, []]),
        *[("evm_mine", [])] * 3,
        *[("anvil_mine", [hex(40)])] * 10,
    ]

    def sleep(_: float) -> None:
        method, params = happenings.pop(0)
        slow.chain.ask(method, *params)

    manager = TransactionManager(slow.chain, journal=slow.journal, waiting=IMPATIENT, sleep=sleep)

    receipt = manager.send(slow.payout, signer=slow.alice, ref="payout-1", until=Stage.FINALIZED)

    assert receipt.block_number <= slow.chain.finalized_number()
    assert slow.chain.receipt(receipt.transaction_hash) == receipt
    assert slow.has_moved(1)


def test_a_payout_whose_block_was_undone_keeps_its_nonce_before_the_next(slow: Slow) -> None:
    with pytest.raises(OutcomeUnknown):
        slow.manager().send(slow.payout, signer=slow.alice, ref="payout-1")
    slow.mine()
    slow.manager().resume("payout-1", signer=slow.alice)
    slow.chain.ask("anvil_reorg", 1, [])
    slow.chain.ask("anvil_dropAllTransactions")

    for ref in ("payout-2", "payout-1", "payout-2", "payout-1"):
        try:
            slow.manager().send(slow.payout, signer=slow.alice, ref=ref)
        except (NotSent, OutcomeUnknown):
            slow.mine()

    assert slow.has_moved(2)
