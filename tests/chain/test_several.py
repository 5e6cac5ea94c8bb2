"""Several things of a chain in one round trip, the same on both

when receipts, block hashes or a block's transactions are read: what the single questions answer
when several transactions are published: each that is taken is mined; one that is refused stops no other
when a survey is made: what estimates, fee history, balance and nonce say; a refused call is its typed refusal
when the safe block is asked for: one that is final or newer; a final one where nothing says more
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, HttpTransport, MinedTransaction, Survey
from stablecoin_tools.errors import ChainError, NodeRefused, RateLimited, Unreachable
from stablecoin_tools.networks import Finality, find_network
from stablecoin_tools.reverts import ERC20InsufficientBalance
from stablecoin_tools.signers import UnsignedTransaction

if TYPE_CHECKING:
    from tests.conftest import AnvilProcess
    from tests.world import World

NOBODY = Address(b"\x77" * 20)
NO_HASH = "0x" + "11" * 32


def payments(world: World, person: str, *, values: list[int]) -> list[bytes]:
    """Signed payments to nobody, one a nonce."""
    signer = world.signers[person]
    nonce = world.chain.nonce(signer.address)
    return [
        signer.sign_transaction(UnsignedTransaction(31337, nonce + place, NOBODY, b"", value, 21_000, 10**11, 1))
        for place, value in enumerate(values)
    ]


def until(condition: Any) -> None:
    """Anvil may answer before its block is there."""
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came true")


def test_receipts_are_what_each_receipt_is(world: World) -> None:
    first, second = (world.send(Call(NOBODY, value_wei=value), by="alice") for value in (1, 2))

    found = world.chain.receipts([second.transaction_hash, NO_HASH, first.transaction_hash])

    assert found == [second, None, first]
    assert world.chain.receipts([]) == []


def test_hashes_are_those_of_the_blocks(world: World) -> None:
    newest = world.chain.block().number

    found = world.chain.block_hashes([newest, 0, newest + 1, newest + 1000])

    assert found == [world.chain.block().hash, world.chain.block(0).hash, None, None]
    assert world.chain.block_hashes([]) == []


def test_a_block_lists_its_transactions(world: World) -> None:
    receipt = world.send(Call(NOBODY, value_wei=1), by="alice")
    alice = world.address("alice")

    mined = MinedTransaction(receipt.transaction_hash, alice, world.chain.nonce(alice) - 1, receipt.block_hash)

    assert world.chain.transactions_in(receipt.block_number) == (mined,)
    assert world.chain.transactions_in(0) == ()


def test_a_block_lists_its_transactions_in_their_order(anvil: World) -> None:
    anvil.chain.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no keywords
    try:
        assert anvil.chain.publish_many(payments(anvil, "alice", values=[1, 2, 3])) == [None] * 3
        anvil.chain.ask("evm_mine")
    finally:
        anvil.chain.ask("evm_setAutomine", True)  # noqa: FBT003  # the same
    alice, newest = anvil.address("alice"), anvil.chain.block()

    found = anvil.chain.transactions_in(newest.number)

    nonce = anvil.chain.nonce(alice)
    assert [(mined.sender, mined.nonce) for mined in found] == [(alice, nonce - place) for place in (3, 2, 1)]
    receipts = anvil.chain.receipts([mined.hash for mined in found])
    assert [receipt and receipt.block_hash for receipt in receipts] == [newest.hash] * 3


def test_a_block_that_does_not_exist_lists_nothing(world: World) -> None:
    newest = world.chain.block().number

    for number in (newest + 1, newest + 1000):
        with pytest.raises(NodeRefused):
            world.chain.transactions_in(number)


def test_a_nonce_after_a_block_is_that_of_then(world: World) -> None:
    alice = world.address("alice")
    then, before = world.chain.nonce(alice), world.chain.block().number
    world.send(Call(NOBODY, value_wei=1), by="alice")

    assert world.chain.nonce(alice, block=before) == then
    assert world.chain.nonce(alice) == world.chain.nonce(alice, block="latest") == then + 1
    with pytest.raises(NodeRefused):
        world.chain.nonce(alice, block=before + 1000)


def test_a_pending_nonce_counts_what_is_not_mined(anvil: World) -> None:
    alice = anvil.address("alice")
    nonce = anvil.chain.nonce(alice)
    anvil.chain.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no keywords
    try:
        anvil.chain.publish_many(payments(anvil, "alice", values=[1, 2]))

        assert anvil.chain.nonce(alice) == anvil.chain.survey([], sender=alice).nonce == nonce + 2
        assert anvil.chain.nonce(alice, block="latest") == nonce
        anvil.chain.ask("evm_mine")
    finally:
        anvil.chain.ask("evm_setAutomine", True)  # noqa: FBT003  # the same


def test_each_that_is_taken_is_mined(world: World) -> None:
    assert world.chain.publish_many(payments(world, "alice", values=[1, 10, 100])) == [None] * 3
    until(lambda: world.chain.balance_wei(NOBODY) == 111)

    assert world.chain.publish_many([]) == []


def test_one_that_is_refused_stops_no_other(world: World) -> None:
    alice, bob = payments(world, "alice", values=[1])[0], payments(world, "bob", values=[10])[0]
    rich = payments(world, "pauser", values=[10**30])[0]

    first, too_dear, garbage, last = world.chain.publish_many([alice, rich, b"garbage", bob])
    until(lambda: world.chain.balance_wei(NOBODY) == 11)

    assert first is last is None
    assert isinstance(too_dear, NodeRefused)
    assert isinstance(garbage, NodeRefused)


def test_a_survey_says_what_the_single_questions_say(world: World) -> None:
    world.give("alice", 5)
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    calls = [coin.calls.transfer(bob, coin.amount(1)), Call(NOBODY, value_wei=1), Call(None, b"\x00")]

    assert world.chain.survey(calls, sender=alice) == Survey(
        gas=tuple(world.chain.estimate_gas(call, sender=alice) for call in calls),
        fee_history=world.chain.fee_history(),
        balance_wei=world.chain.balance_wei(alice),
        nonce=world.chain.nonce(alice),
    )


def test_a_survey_without_calls_answers_the_rest(world: World) -> None:
    alice = world.address("alice")

    survey = world.chain.survey([], sender=alice)

    assert survey.gas == ()
    assert (survey.balance_wei, survey.nonce) == (world.chain.balance_wei(alice), world.chain.nonce(alice))
    assert survey.fee_history.next_base_fee_wei > 0
    assert survey.fee_history.gas_price_wei is None


def test_a_call_that_would_be_refused_is_its_refusal_in_the_survey(world: World) -> None:
    world.give("alice", 5)
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    good, bad = (coin.calls.transfer(bob, coin.amount(tokens)) for tokens in (5, 6))

    first, refused, last = world.chain.survey([good, bad, good], sender=alice).gas

    assert isinstance(first, int)
    assert first == last > 21_000
    assert isinstance(refused, ERC20InsufficientBalance)
    assert (refused.sender, refused.balance, refused.needed) == (alice, 5_000_000, 6_000_000)


def test_a_safe_block_is_no_older_than_a_final_one(world: World) -> None:
    assert world.chain.finalized_number() <= world.chain.safe_number() <= world.chain.block().number


def test_where_depth_decides_a_safe_block_is_a_final_one(anvil: World, anvil_process: AnvilProcess) -> None:
    by_depth = replace(find_network("anvil"), finality=Finality.DEPTH, finality_depth=2)

    chain = HttpChain(by_depth, HttpTransport(anvil_process.url))

    assert chain.safe_number() == chain.finalized_number() == anvil.chain.block().number - 2


class Words:
    """A node that has only a few blocks, by their words; some answer with an error."""

    def __init__(self, **blocks: Any) -> None:
        self.blocks = blocks

    def make_request(self, method: str, params: list[Any]) -> Any:
        if method == "eth_chainId":
            return {"result": hex(31337)}
        block = self.blocks.get(params[0])
        if isinstance(block, Exception):
            raise block
        if isinstance(block, int):
            return {"result": {"number": hex(block), "hash": NO_HASH, "timestamp": "0x1"}}
        return {"error": block} if block else {"result": None}


UNKNOWN = {"code": -32602, "message": "invalid argument 0: hex string without 0x prefix"}


@pytest.mark.parametrize(
    ("safe", "number"), [(9, 9), (None, 7), (UNKNOWN, 7), ({"code": -39001, "message": "safe block not found"}, 7)]
)
def test_a_safe_block_is_a_final_one_where_the_node_does_not_know_the_word(safe: Any, number: int) -> None:
    assert HttpChain(find_network("anvil"), Words(safe=safe, finalized=7)).safe_number() == number


@pytest.mark.parametrize("error", [Unreachable("no answer"), RateLimited("busy")])
def test_a_safe_block_is_not_guessed_where_the_node_does_not_answer(error: ChainError) -> None:
    with pytest.raises(type(error)):
        HttpChain(find_network("anvil"), Words(safe=error, finalized=7)).safe_number()
