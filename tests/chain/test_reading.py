"""What a chain answers, the same on both

when a block, a nonce, a balance, code, storage, receipts or logs are read: frozen values, equal to each other
when what is asked for does not exist: None, empty, or NodeRefused; never another error
when bytes that are no transaction are published: NodeRefused
when an earlier block is asked: its state, not today's
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Block, Call, HttpChain, HttpTransport, LocalChain
from stablecoin_tools.errors import ChainError, NodeRefused
from stablecoin_tools.networks import Finality, find_network
from stablecoin_tools.signers import UnsignedTransaction, development_signer
from stablecoin_tools.token import decode_events
from tests.chain.echo import deploy_echo
from tests.world import signers_of

if TYPE_CHECKING:
    from tests.conftest import AnvilProcess
    from tests.world import World

NOBODY = Address(b"\x77" * 20)


def test_a_block_is_the_same_by_number_and_by_name(world: World) -> None:
    latest = world.chain.block()

    assert world.chain.block("latest") == world.chain.block(latest.number) == latest
    assert latest.number > 0
    assert len(bytes.fromhex(latest.hash[2:])) == 32
    assert latest.base_fee_wei > 0


def test_a_block_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(NodeRefused):
        world.chain.block(world.chain.block().number + 1_000)


def test_reading_at_a_block_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(NodeRefused):
        world.chain.call(Call(NOBODY), block=world.chain.block().number + 1_000)


def test_time_moves_as_asked(world: World) -> None:
    before = world.chain.block().timestamp

    world.chain.advance(seconds=86_400)

    assert 86_400 <= world.chain.block().timestamp - before < 86_400 + 120


def test_a_nonce_counts_transactions_and_a_balance_pays_for_them(world: World) -> None:
    alice = world.address("alice")
    nonce, balance = world.chain.nonce(alice), world.chain.balance_wei(alice)

    receipt = world.send(Call(NOBODY, value_wei=10**15), by="alice")

    assert world.chain.nonce(alice) == nonce + 1
    assert world.chain.balance_wei(NOBODY) == 10**15
    assert receipt.gas_used == 21_000
    assert world.chain.balance_wei(alice) == balance - 10**15 - receipt.gas_used * receipt.gas_price_wei


def test_who_and_what_does_not_exist_has_nothing(world: World) -> None:
    assert world.chain.nonce(NOBODY) == 0
    assert world.chain.balance_wei(NOBODY) == 0
    assert world.chain.code(NOBODY) == b""
    assert world.chain.storage(NOBODY, 0) == bytes(32)
    assert world.chain.storage(NOBODY, 2**256 - 1) == bytes(32)
    assert world.chain.receipt("0x" + "11" * 32) is None
    assert world.chain.call(Call(NOBODY)) == b""


def test_a_receipt_says_what_was_mined(world: World) -> None:
    receipt = world.send(world.coin.calls.approve(NOBODY, world.coin.amount(1)), by="alice")

    assert world.chain.receipt(receipt.transaction_hash) == receipt
    assert receipt.succeeded
    assert receipt.contract_address is None
    assert receipt.block_number == world.chain.block().number
    assert receipt.block_hash == world.chain.block().hash
    assert [log.transaction_hash for log in receipt.logs] == [receipt.transaction_hash]
    assert receipt.logs[0].block_number == receipt.block_number


def test_a_receipt_names_the_contract_that_was_created(world: World) -> None:
    first, second = deploy_echo(world), deploy_echo(world)

    assert first != second
    assert world.chain.code(first) == world.chain.code(second)


def test_logs_are_those_of_the_receipts(world: World) -> None:
    coin, first = world.coin, world.chain.block().number + 1
    world.give("alice", 5)
    receipt = world.send(coin.calls.transfer(world.address("bob"), coin.amount(2)), by="alice")
    transfer = next(topic for topic, entry in coin_abi().events.items() if entry.name == "Transfer")
    alice = bytes(12) + world.address("alice")

    everything = world.chain.logs(coin.address, from_block=first, to_block=receipt.block_number)
    transfers = world.chain.logs(coin.address, from_block=first, to_block=receipt.block_number, topics=[transfer])
    by_alice = world.chain.logs(coin.address, from_block=0, to_block=receipt.block_number, topics=[transfer, alice])
    last = world.chain.logs(coin.address, from_block=receipt.block_number, to_block=receipt.block_number)

    assert [type(event).__name__ for event in decode_events(everything, coin.address, coin.denomination)] == [
        *("RoleGranted", "MinterConfigured"),
        *("Transfer", "Minted"),
        "Transfer",
    ]
    assert transfers == [log for log in everything if log.topics[0] == transfer]
    assert by_alice == last == list(receipt.logs)
    assert world.chain.logs(NOBODY, from_block=0, to_block=receipt.block_number) == []
    assert world.chain.logs(coin.address, from_block=0, to_block=receipt.block_number, topics=[b"\x01" * 32]) == []


def test_an_earlier_block_is_read_as_it_was(world: World) -> None:
    coin, alice = world.coin, world.address("alice")
    before = world.chain.block().number
    world.give("alice", 5)
    call = Call(coin.address, coin_abi().encode_call("balanceOf", alice))

    then, now = world.chain.call(call, block=before), world.chain.call(call)

    assert (int.from_bytes(then), int.from_bytes(now)) == (0, 5_000_000)


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"\x02\xc0", b"\xc0", b"\x7f", b"\x02" + b"\xff" * 100])
def test_bytes_that_are_no_transaction_are_refused(world: World, garbage: bytes) -> None:
    with pytest.raises(NodeRefused):
        world.chain.publish(garbage)


def test_a_transaction_for_another_chain_is_refused(world: World) -> None:
    alice = development_signer(8, replace(world.chain.network, chain_id=1))  # signers refuse other chains themselves
    elsewhere = UnsignedTransaction(1, 0, NOBODY, b"", 5, 21_000, 10**11, 1)

    with pytest.raises(NodeRefused):
        world.chain.publish(alice.sign_transaction(elsewhere))

    assert world.chain.balance_wei(NOBODY) == 0


@pytest.mark.parametrize(
    "change",
    [{"value_wei": 10**30}, {"gas_limit": 20_000}, {"gas_limit": 10**9}, {"max_fee_wei": 1, "tip_wei": 0}],
    ids=repr,
)
def test_a_transaction_that_nobody_would_take_is_refused(world: World, change: dict[str, int]) -> None:
    alice = world.signers["alice"]
    good = UnsignedTransaction(31337, world.chain.nonce(alice.address), NOBODY, b"", 5, 21_000, 10**11, 1)

    with pytest.raises(NodeRefused):
        world.chain.publish(alice.sign_transaction(replace(good, **change)))  # type: ignore[arg-type]  # all are ints
    assert world.chain.balance_wei(NOBODY) == 0

    world.chain.publish(alice.sign_transaction(good))
    for _ in range(100):  # anvil may answer before its block is there
        if world.chain.balance_wei(NOBODY):
            break
        time.sleep(0.05)
    assert world.chain.balance_wei(NOBODY) == 5


def test_a_call_that_carries_more_than_the_sender_has_is_refused(world: World) -> None:
    with pytest.raises(ChainError):
        world.chain.call(Call(NOBODY, value_wei=1), sender=Address(b"\x66" * 20))


def test_a_simulated_call_leaves_nothing_behind(world: World) -> None:
    coin, alice = world.coin, world.address("alice")
    world.give("alice", 5)
    block, nonce = world.chain.block(), world.chain.nonce(alice)

    coin.simulate(coin.calls.transfer(world.address("bob"), coin.amount(5)), sender=alice)

    assert (world.chain.block(), world.chain.nonce(alice)) == (block, nonce)
    assert coin.balance_of(alice) == coin.amount(5)


def test_the_newest_final_block_is_never_after_the_newest(world: World) -> None:
    assert 0 <= world.chain.finalized_number() <= world.chain.block().number


def test_finality_by_depth_counts_blocks(anvil: World, anvil_process: AnvilProcess) -> None:
    by_depth = replace(find_network("anvil"), finality=Finality.DEPTH, finality_depth=1)
    beyond = replace(by_depth, finality_depth=10**9)

    newest = anvil.chain.block().number

    assert HttpChain(by_depth, HttpTransport(anvil_process.url)).finalized_number() == newest - 1
    assert HttpChain(beyond, HttpTransport(anvil_process.url)).finalized_number() == 0


def test_the_local_chain_starts_when_told_with_ten_funded_accounts() -> None:
    chain = LocalChain(started_at=1_700_000_000)

    assert chain.block() == Block(0, chain.block().hash, 1_700_000_000, 10**9)
    assert chain.network.name == "local"
    assert all(chain.balance_wei(signer.address) >= 10**20 for signer in signers_of(chain).values())


def test_two_local_chains_know_nothing_of_each_other(local: World) -> None:
    other = LocalChain()

    assert local.chain.code(local.coin.address) != b""
    assert other.code(local.coin.address) == b""
    assert other.block().number == 0


def test_no_two_local_chains_are_taken_for_one_another() -> None:
    """What was sent on one must not be found on the other by its reference, whenever both began."""
    first, second = (LocalChain(started_at=1_800_000_000) for _ in range(2))

    assert first.block(0).hash != second.block(0).hash
