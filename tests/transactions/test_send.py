"""send(call, signer, ref) on both chains

when a reference is asked for again with the same call: the first result, and nothing more is sent
when it is asked for with another call or sender: ReferenceConflict
when the contract refuses before sending: the typed error, nothing sent, the reference free again
when it refuses in a block: the typed error with the hash, each time it is asked for
when the sender cannot pay, or gas costs more than the cap: said so, nothing sent
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, Survey
from stablecoin_tools.errors import (
    ConfigError,
    FeeCapExceeded,
    Moved,
    NotEnoughGasMoney,
    ReferenceConflict,
    Reverted,
    StablecoinError,
)
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, ERC20InsufficientBalance
from stablecoin_tools.roles import Role
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.token.events import Transfer
from stablecoin_tools.transactions import FeePolicy, Intent, Journal, TransactionManager, chain_name
from tests.chain.bent import bent
from tests.world import IMPATIENT, World, reverts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.signers import Signer

NOBODY = Address(b"\x77" * 20)


def found(world: World, journal: Journal, reference: str) -> Intent | None:
    return journal.find(chain_name(world.chain), reference)


def hopeful(world: World) -> Callable[..., Survey]:
    """A survey that finds nothing wrong with any call."""

    def survey(calls: Sequence[Call], *, sender: Address) -> Survey:
        surveyed: Survey = world.chain.survey([], sender=sender)
        return replace(surveyed, gas=(100_000,) * len(calls))

    return survey


def poor_signer(world: World, wei: int) -> Signer:
    poor = signer_of_key(b"\x11" * 32)
    if wei:
        world.send(Call(poor.address, value_wei=wei), by="bob")
    return poor


def test_the_same_reference_and_call_give_the_first_result_and_send_nothing(world: World) -> None:
    world.give("alice", 10)
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    call = coin.calls.transfer(bob, coin.amount(3))

    first = world.send(call, by="alice", ref="payout-1")
    nonce = world.chain.nonce(alice)
    again = world.send(replace(call, description="in other words"), by="alice", ref="payout-1")
    resumed = world.transactions.resume("payout-1", signer=world.signers["alice"])

    assert first == again == resumed
    assert world.chain.nonce(alice) == nonce
    assert (coin.balance_of(alice), coin.balance_of(bob)) == (coin.amount(7), coin.amount(3))
    assert coin.total_supply() == coin.amount(10)
    (moved,) = coin.events(first)
    assert isinstance(moved, Transfer)
    assert (moved.sender, moved.to, moved.value) == (alice, bob, coin.amount(3))


def test_two_references_are_two_intents(world: World) -> None:
    world.give("alice", 10)
    call = world.coin.calls.transfer(world.address("bob"), world.coin.amount(3))

    receipts = [world.send(call, by="alice", ref=ref) for ref in ("payout-1", "payout-2", None)]

    assert len({receipt.transaction_hash for receipt in receipts}) == 3
    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(9)


def test_a_reference_stands_for_one_call_and_one_sender(world: World) -> None:
    world.give("alice", 10)
    coin, calls = world.coin, world.coin.calls
    world.send(calls.transfer(world.address("bob"), coin.amount(3)), by="alice", ref="payout-1")
    others = [
        ("alice", calls.transfer(world.address("bob"), coin.amount("3.000001"))),
        ("alice", calls.transfer(NOBODY, coin.amount(3))),
        ("alice", replace(calls.transfer(world.address("bob"), coin.amount(3)), value_wei=1)),
        ("bob", calls.transfer(world.address("bob"), coin.amount(3))),
    ]

    for person, call in others:
        nonce = world.chain.nonce(world.address(person))
        with pytest.raises(ReferenceConflict, match="payout-1") as refused:
            world.send(call, by=person, ref="payout-1")
        assert refused.value.moved is Moved.NO
        assert world.chain.nonce(world.address(person)) == nonce
    assert coin.balance_of(world.address("bob")) == coin.amount(3)


def test_a_refusal_before_sending_leaves_the_reference_free(world: World) -> None:
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    call = coin.calls.transfer(bob, coin.amount(3))

    with reverts(ERC20InsufficientBalance, sender=alice, balance=0, needed=3_000_000, transaction_hash=""):
        world.send(call, by="alice", ref="payout-1")
    assert world.chain.nonce(alice) == 0
    world.give("alice", 5)

    world.send(call, by="alice", ref="payout-1")
    assert coin.balance_of(bob) == coin.amount(3)


def test_a_refusal_in_a_block_is_the_same_each_time_it_is_asked_for(world: World) -> None:
    alice = world.signers["alice"]
    forced = TransactionManager(bent(world.chain, survey=hopeful(world)), waiting=IMPATIENT)
    call = world.coin.calls.pause()
    refusals = []

    for _ in range(3):
        with pytest.raises(Reverted) as refused:
            forced.send(call, signer=alice, ref="order-1")
        refusals.append(refused.value)

    assert world.chain.nonce(alice.address) == 1
    assert len({refusal.transaction_hash for refusal in refusals}) == 1
    for refusal in refusals:
        assert isinstance(refusal, AccessControlUnauthorizedAccount)
        assert (refusal.account, refusal.needed_role) == (alice.address, Role.PAUSER_ROLE.identifier)
        assert (refusal.moved, refusal.reference) == (Moved.NO, "order-1")
        assert "nothing moved" in refusal.hint
        assert "ask for it under a new one" in refusal.hint
    assert not world.coin.paused()


def test_a_sender_without_gas_money_sends_nothing(world: World) -> None:
    journal = Journal()
    transactions = TransactionManager(world.chain, journal=journal, waiting=IMPATIENT)
    for wei in (0, 10**9):
        poor = poor_signer(world, wei)
        with pytest.raises(NotEnoughGasMoney, match="ETH") as refused:
            transactions.send(world.coin.calls.approve(NOBODY, world.coin.amount(1)), signer=poor, ref="order-1")
        assert refused.value.moved is Moved.NO
        assert refused.value.hint
        assert world.chain.nonce(poor.address) == 0
        assert found(world, journal, "order-1") is None


def test_a_sender_of_more_eth_than_it_has_is_told_so(world: World) -> None:
    poor = poor_signer(world, 10**18)

    with pytest.raises(StablecoinError) as refused:
        world.transactions.send(Call(NOBODY, value_wei=2 * 10**18), signer=poor)

    assert refused.value.moved is Moved.NO
    assert world.chain.nonce(poor.address) == 0
    assert world.chain.balance_wei(NOBODY) == 0


def test_a_fee_above_the_cap_sends_nothing(world: World) -> None:
    journal = Journal()
    thrifty = TransactionManager(world.chain, journal=journal, fees=FeePolicy(cap_wei=1), waiting=IMPATIENT)

    with pytest.raises(FeeCapExceeded):
        thrifty.send(Call(NOBODY), signer=world.signers["alice"], ref="order-1")

    assert world.chain.nonce(world.address("alice")) == 0
    assert found(world, journal, "order-1") is None


def test_an_unknown_reference_cannot_be_resumed(world: World) -> None:
    with pytest.raises(ConfigError, match="order-1"):
        world.transactions.resume("order-1", signer=world.signers["alice"])


def test_signs_as_prepared_and_keeps_it_in_the_journal(world: World) -> None:
    journal = Journal()
    transactions = TransactionManager(world.chain, journal=journal, waiting=IMPATIENT, new_reference=lambda: "made-up")

    receipt = transactions.send(Call(NOBODY, value_wei=5), signer=world.signers["alice"])

    intent = found(world, journal, "made-up")
    assert intent is not None
    assert intent.receipt == receipt
    assert intent.transaction_hashes == (receipt.transaction_hash,)
    assert world.chain.balance_wei(NOBODY) == 5
