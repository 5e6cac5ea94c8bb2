"""Chains of before EIP-1559

when blocks have no base fee: the fee history is the node's gas price alone, in a survey too
when the node does not know eth_feeHistory, however it says so, or leaves base fees out of it: the same
given a chain whose base fee is zero: it is asked once whether blocks have one, and it is no legacy chain
when a legacy transaction is sent there: it is mined at its gas price; an EIP-1559 one is refused
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, FeeHistory, HttpChain, HttpTransport
from stablecoin_tools.errors import NodeRefused, RateLimited
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import UnsignedTransaction, development_signer
from stablecoin_tools.transactions import FeePolicy
from tests.chain.node import ScriptedNode, running_node
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.chain import Receipt
    from tests.world import World

GWEI = 10**9
PARTY = Address(b"\xab" * 20)
LEGACY = FeeHistory(0, (), 0, gas_price_wei=5)
NETWORK = find_network("anvil")


@pytest.fixture(scope="module")
def berlin() -> Iterator[HttpChain]:
    with AnvilProcess("--hardfork", "berlin") as process:
        yield HttpChain(NETWORK, HttpTransport(process.url))


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        started.results(eth_gasPrice="0x5", eth_getBalance="0x1", eth_getTransactionCount="0x1")
        yield started


def chain_of(node: ScriptedNode) -> HttpChain:
    return HttpChain(NETWORK, HttpTransport(node.url))


def mined(chain: HttpChain, transaction_hash: str) -> Receipt:
    for _ in range(200):
        if receipt := chain.receipt(transaction_hash):
            return receipt
        time.sleep(0.05)
    raise AssertionError("it was never mined")


def test_a_legacy_chain_has_a_gas_price_and_no_base_fee(berlin: HttpChain) -> None:
    history = berlin.fee_history()

    assert history == FeeHistory(0, (), 0, gas_price_wei=history.gas_price_wei)
    assert history.gas_price_wei is not None
    assert history.gas_price_wei > 0
    assert berlin.survey([Call(PARTY)], sender=PARTY).fee_history == history


def test_a_legacy_transaction_is_mined_at_its_price(berlin: HttpChain) -> None:
    alice = development_signer(0, NETWORK)
    fees = FeePolicy().offer(berlin.fee_history())
    (gas,) = berlin.survey([Call(PARTY, value_wei=7)], sender=alice.address).gas
    assert isinstance(gas, int)
    nonce = berlin.nonce(alice.address)
    transaction = UnsignedTransaction(
        31337, nonce, PARTY, b"", 7, gas, fees.max_fee_wei, fees.tip_wei, is_legacy=fees.is_legacy
    )

    berlin.publish(alice.sign_transaction(transaction))
    for _ in range(200):
        if berlin.nonce(alice.address, block="latest") > nonce:
            break
        time.sleep(0.05)

    (found,) = berlin.transactions_in(berlin.block().number)
    assert (found.sender, found.nonce) == (alice.address, nonce)
    receipt = mined(berlin, found.hash)
    assert receipt.succeeded
    assert receipt.gas_price_wei == fees.max_fee_wei
    assert berlin.balance_wei(PARTY) == 7


def test_a_legacy_chain_takes_no_other_transaction(berlin: HttpChain) -> None:
    bob = development_signer(1, NETWORK)

    with pytest.raises(NodeRefused):
        berlin.publish(bob.sign_transaction(UnsignedTransaction(31337, 0, PARTY, b"", 7, 21_000, 10 * GWEI, GWEI)))


def test_a_chain_with_a_base_fee_takes_a_legacy_transaction_too(world: World) -> None:
    alice = world.signers["alice"]
    nobody = Address(b"\x77" * 20)
    nonce = world.chain.nonce(alice.address)

    world.chain.publish(
        alice.sign_transaction(
            UnsignedTransaction(31337, nonce, nobody, b"", 7, 21_000, 20 * GWEI, 20 * GWEI, is_legacy=True)
        )
    )
    for _ in range(200):
        if world.chain.nonce(alice.address, block="latest") > nonce:
            break
        time.sleep(0.05)

    assert world.chain.balance_wei(nobody) == 7
    (found,) = world.chain.transactions_in(world.chain.block().number)
    receipt = world.chain.receipt(found.hash)
    assert receipt is not None
    assert receipt.gas_price_wei == 20 * GWEI


@pytest.mark.parametrize(
    "error",
    [
        {"code": -32601, "message": "the method eth_feeHistory does not exist/is not available"},
        {"code": -32601, "message": "x"},
        {"code": -32004, "message": "x"},
        {"code": -32000, "message": "Method not found"},
        {"code": -32600, "message": "Unsupported method: eth_feeHistory"},
        {"code": 0, "message": "The method eth_feeHistory is not supported"},
    ],
)
def test_a_node_that_does_not_know_fee_histories_is_asked_for_a_price(
    node: ScriptedNode, error: dict[str, Any]
) -> None:
    node.errors(eth_feeHistory=error)

    assert chain_of(node).fee_history() == chain_of(node).survey([], sender=PARTY).fee_history == LEGACY


@pytest.mark.parametrize(
    "history", [{"oldestBlock": "0x1"}, {"baseFeePerGas": None}, {"baseFeePerGas": [], "reward": [["0x5"]]}]
)
def test_a_history_without_base_fees_is_a_legacy_chains(node: ScriptedNode, history: dict[str, Any]) -> None:
    node.results(eth_feeHistory=history)

    assert chain_of(node).fee_history() == chain_of(node).survey([], sender=PARTY).fee_history == LEGACY


def test_zero_base_fees_are_a_legacy_chains_if_blocks_have_none(node: ScriptedNode) -> None:
    node.results(eth_feeHistory={"baseFeePerGas": ["0x0", "0x0"], "reward": [["0x0"]]})
    node.results(eth_getBlockByNumber={"number": "0x1", "hash": "0x" + "11" * 32, "timestamp": "0x1"})

    assert chain_of(node).fee_history() == LEGACY


def test_where_gas_is_free_the_chain_is_asked_once_and_is_no_legacy_chain(node: ScriptedNode) -> None:
    node.results(eth_feeHistory={"baseFeePerGas": ["0x0", "0x0"], "reward": [["0x3"]]})
    node.results(eth_getBlockByNumber={"baseFeePerGas": "0x0"})
    chain = chain_of(node)

    assert chain.fee_history() == chain.fee_history() == FeeHistory(0, (3,), 0)
    assert [one["method"] for one in node.asked].count("eth_getBlockByNumber") == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": -32000, "message": "header not found"}, NodeRefused),
        ({"code": -32602, "message": "invalid block count"}, NodeRefused),
        ({"code": -32005, "message": "daily request count exceeded"}, RateLimited),
    ],
)
def test_any_other_refusal_says_nothing_of_the_chain(
    node: ScriptedNode, error: dict[str, Any], kind: type[Exception]
) -> None:
    node.errors(eth_feeHistory=error)

    with pytest.raises(kind):
        chain_of(node).fee_history()
