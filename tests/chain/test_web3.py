"""HttpChain over a provider of web3, and web3 as the oracle of what we read

when web3's provider is the transport: reads, sends and refusals are as over our own
when many questions go through it: its own batches, or one by one where the node refuses them
when answers to a batch are missing: no question has an answer, for nobody can tell which is whose
when the node behind it does not answer: the same typed errors, without the access key
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest
from hexbytes import HexBytes
from web3 import HTTPProvider, Web3
from web3.providers import JSONBaseProvider

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call, HttpChain
from stablecoin_tools.errors import ChainError, NodeRefused, RateLimited, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import ERC20InsufficientBalance
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.token.events import Transfer
from stablecoin_tools.transactions import TransactionManager
from tests.chain.node import ACCESS_KEY, Answer, ScriptedNode, answered, running_node
from tests.world import IMPATIENT, World, reverts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web3.types import RPCEndpoint, RPCResponse

    from tests.conftest import AnvilProcess

NOBODY = Address(b"\x77" * 20)


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


def test_many_questions_are_answered_over_web3_as_over_our_own(anvil: World, anvil_process: AnvilProcess) -> None:
    anvil.give("alice", 10)
    alice, coin = anvil.address("alice"), anvil.coin
    receipts = [anvil.send(Call(NOBODY, value_wei=value), by="alice") for value in (1, 2)]
    hashes = [receipts[1].transaction_hash, "0x" + "11" * 32, receipts[0].transaction_hash]
    calls = [coin.calls.transfer(NOBODY, coin.amount(tokens)) for tokens in (1, 11)]
    over_web3 = HttpChain(find_network("anvil"), provider(anvil_process.url))

    assert over_web3.receipts(hashes) == anvil.chain.receipts(hashes) == [receipts[1], None, receipts[0]]
    newest = anvil.chain.block().number
    assert over_web3.block_hashes([newest, 0, newest + 9]) == anvil.chain.block_hashes([newest, 0, newest + 9])
    assert over_web3.transactions_in(newest) == anvil.chain.transactions_in(newest)
    (theirs, refused), (ours, _) = (chain.survey(calls, sender=alice).gas for chain in (over_web3, anvil.chain))
    assert theirs == ours
    assert isinstance(refused, ERC20InsufficientBalance)
    assert refused.needed == 11_000_000
    garbage, empty = over_web3.publish_many([b"garbage", b""])
    assert isinstance(garbage, NodeRefused)
    assert isinstance(empty, NodeRefused)


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        started.results(eth_getTransactionReceipt=None)
        yield started


@pytest.fixture
def chain(node: ScriptedNode) -> HttpChain:
    started = HttpChain(find_network("anvil"), provider(node.url))
    node.posts.clear()
    return started


def blocks_of(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks whose hashes are their numbers."""
    return [{"id": one["id"], "result": {"hash": f"0x{int(one['params'][0], 16):064x}"}} for one in requests]


def test_answers_may_come_to_web3_in_any_order(node: ScriptedNode, chain: HttpChain) -> None:
    node.batch = lambda requests: answered(blocks_of(requests)[::-1])

    assert chain.block_hashes([3, 1, 2]) == [f"0x{number:064x}" for number in (3, 1, 2)]
    assert [len(post) for post in node.posts] == [3]


@pytest.mark.parametrize(
    "bend",
    [
        lambda answers: [*answers[:1], *answers[2:]],
        lambda answers: [answers[0], answers[0], answers[2]],
        lambda answers: [*answers, answers[0]],
        lambda _: [],
        lambda _: [5, 6, 7],
        lambda answers: [answers[0], None, answers[2]],
    ],
    ids=["lost", "twice", "one more", "none", "numbers", "nothing"],
)
def test_no_answer_is_taken_for_anothers_over_web3(node: ScriptedNode, chain: HttpChain, bend: Any) -> None:
    taken = "0x" + "11" * 32
    node.batch = lambda requests: answered(bend([{"id": one["id"], "result": taken} for one in requests]))

    found = chain.publish_many([b"\x01", b"\x02", b"\x03"])

    assert [type(error) for error in found] == [Unreachable] * 3


REFUSED = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "Invalid request"}}


@pytest.mark.filterwarnings("ignore:Received batch response with missing")  # web3 says so, and goes on
@pytest.mark.parametrize("answer", [answered(REFUSED), answered([REFUSED]), Answer(b"", 405), Answer(b"", 413)])
def test_a_node_that_refuses_batches_is_asked_one_by_one(node: ScriptedNode, chain: HttpChain, answer: Answer) -> None:
    node.batch = lambda _: answer

    for _ in range(2):
        assert chain.receipts(["0x" + "11" * 32, "0x" + "22" * 32]) == [None, None]

    assert [type(post) for post in node.posts] == [list, *[dict] * 4]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(Answer(b"", 429), RateLimited), (Answer(b"<html>", 502), Unreachable), (Answer(b"no json"), Unreachable)],
)
def test_a_batch_without_an_answer_is_the_same_error(
    node: ScriptedNode, chain: HttpChain, answer: Answer, kind: type[ChainError]
) -> None:
    node.batch = lambda _: answer

    with pytest.raises(kind) as refused:
        chain.receipts(["0x" + "11" * 32, "0x" + "22" * 32])

    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))


class Bare(JSONBaseProvider):
    """A provider of web3's that knows no batches, as those that people write themselves."""

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        del params
        result: Any = {"eth_chainId": hex(31337)}.get(method)
        return {"jsonrpc": "2.0", "id": 1, "result": result}


def test_a_provider_without_batches_is_asked_one_by_one() -> None:
    assert HttpChain(find_network("anvil"), Bare()).receipts(["0x" + "11" * 32] * 3) == [None] * 3
