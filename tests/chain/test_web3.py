"""HttpChain over a provider of web3, and web3 as the oracle of what we read

when web3's provider is the transport: reads, sends and refusals are as over our own
when the node behind it does not answer: the same typed errors, without the access key
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest
from hexbytes import HexBytes
from web3 import HTTPProvider, Web3

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call, HttpChain
from stablecoin_tools.errors import ChainError, RateLimited, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import ERC20InsufficientBalance
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.token.events import Transfer
from stablecoin_tools.transactions import TransactionManager
from tests.chain.node import ACCESS_KEY, Answer, running_node
from tests.world import IMPATIENT, World, reverts

if TYPE_CHECKING:
    from tests.conftest import AnvilProcess


def provider(url: str) -> HTTPProvider:
    return HTTPProvider(url, request_kwargs={"timeout": 5}, exception_retry_configuration=None)


@pytest.fixture
def over_web3(anvil: World, anvil_process: AnvilProcess) -> Stablecoin:
    chain = HttpChain(find_network("anvil"), provider(anvil_process.url))
    return Stablecoin(chain, anvil.coin.address, transactions=TransactionManager(chain, waiting=IMPATIENT))


def test_moves_the_coin_over_web3s_provider(anvil: World, over_web3: Stablecoin) -> None:
    anvil.give("alice", 10)
    alice, bob = anvil.address("alice"), anvil.address("bob")

    receipt = over_web3.send(over_web3.calls.transfer(bob, over_web3.amount(4)), signer=anvil.signers["alice"])

    assert receipt == anvil.chain.receipt(receipt.transaction_hash)
    assert over_web3.balance_of(bob) == anvil.coin.balance_of(bob) == anvil.coin.amount(4)
    with reverts(ERC20InsufficientBalance, sender=alice, balance=6_000_000, needed=7_000_000):
        over_web3.send(over_web3.calls.transfer(bob, over_web3.amount(7)), signer=anvil.signers["alice"])


def test_web3_reads_the_same_transfer(anvil: World, anvil_process: AnvilProcess) -> None:
    anvil.give("alice", 10)
    coin = anvil.coin
    receipt = anvil.send(coin.calls.transfer(anvil.address("bob"), coin.amount("1.5")), by="alice")
    web3 = Web3(provider(anvil_process.url))
    contract = web3.eth.contract(address=Web3.to_checksum_address(coin.address), abi=list(coin_abi().entries))

    (theirs,) = contract.events.Transfer().process_receipt(
        web3.eth.get_transaction_receipt(HexBytes(receipt.transaction_hash))
    )
    (ours,) = coin.events(receipt)

    assert isinstance(ours, Transfer)
    assert (theirs["args"]["from"], theirs["args"]["to"]) == (str(ours.sender), str(ours.to))
    assert theirs["args"]["value"] == ours.value.base_units == 1_500_000
    assert (theirs["blockNumber"], theirs["logIndex"]) == (ours.block_number, ours.log_index)
    assert theirs["transactionHash"].to_0x_hex() == ours.transaction_hash
    assert contract.functions.balanceOf(str(ours.to)).call() == coin.balance_of(ours.to).base_units


def test_is_unreachable_when_nobody_listens_and_shows_no_access_key() -> None:
    with running_node() as node:
        url = node.url

    with pytest.raises(Unreachable) as refused:
        HttpChain(find_network("anvil"), provider(url))

    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(Answer(b"", 429), RateLimited), (Answer(b"<html>", 502), ChainError), (Answer(b"no json"), ChainError)],
)
def test_a_node_that_does_not_answer_is_the_same_error(answer: Answer, kind: type[ChainError]) -> None:
    with running_node() as node:
        chain = HttpChain(find_network("anvil"), provider(node.url))
        node.answers["eth_call"] = answer

        with pytest.raises(kind) as refused:
            chain.call(Call(None))

    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))
