"""transfer(to, value)

when transfers are paused: reverts
when the sender or the receiver is blacklisted: reverts
when the receiver is zero or the coin itself: reverts
when the sender holds less than the value: reverts
when the value is zero: moves nothing, emits Transfer
when the sender is the receiver: moves nothing, emits Transfer
otherwise: debits the sender, credits the receiver, leaves the supply, emits Transfer

given minting and redemption paused: works
given a receiver who held none: works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ScopePaused,
    UnknownRevert,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Transfer
from tests.contracts.words import UNLIMITED, answer_of, call_of, said, told, units
from tests.world import reverts, same_world

if TYPE_CHECKING:
    from tests.world import World

HELD = 100_000_000


@pytest.fixture
def funded(local: World) -> World:
    """Alice holds 100 tokens; nobody else holds any."""
    local.give("alice", 100)
    return local


@given(value=st.integers(min_value=0, max_value=HELD))
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the chain is put back by each example itself
)
def test_moves_any_value_that_is_held(funded: World, value: int) -> None:
    world = same_world(funded)  # with a journal of its own, for each example begins from the same state
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    snapshot = world.chain.take_snapshot()

    events = world.do(coin.calls.transfer(bob, units(world, value)), by="alice")

    assert told(events) == [said(Transfer, sender=alice, to=bob, value=units(world, value))]
    assert coin.balance_of(alice) == units(world, HELD - value)
    assert coin.balance_of(bob) == units(world, value)
    assert coin.total_supply() == units(world, HELD)
    world.chain.revert_to(snapshot)


def test_adds_to_what_the_receiver_held(funded: World) -> None:
    coin, bob = funded.coin, funded.address("bob")
    funded.do(coin.calls.transfer(bob, coin.amount(40)), by="alice")

    funded.do(coin.calls.transfer(bob, coin.amount(60)), by="alice")

    assert coin.balance_of(bob) == coin.amount(100)
    assert coin.balance_of(funded.address("alice")) == coin.amount(0)
    assert coin.total_supply() == coin.amount(100)


def test_answers_true(funded: World) -> None:
    assert answer_of(funded, "transfer", funded.address("bob"), 1, by="alice") is True


def test_moves_nothing_when_the_sender_is_the_receiver(funded: World) -> None:
    coin, alice = funded.coin, funded.address("alice")

    events = funded.do(coin.calls.transfer(alice, coin.amount(100)), by="alice")

    assert told(events) == [said(Transfer, sender=alice, to=alice, value=coin.amount(100))]
    assert coin.balance_of(alice) == coin.amount(100)
    assert coin.total_supply() == coin.amount(100)


def test_lets_anybody_move_a_zero_value_of_their_own(funded: World) -> None:
    coin, alice, bob = funded.coin, funded.address("alice"), funded.address("bob")

    events = funded.do(coin.calls.transfer(alice, coin.amount(0)), by="bob")

    assert told(events) == [said(Transfer, sender=bob, to=alice, value=coin.amount(0))]
    assert coin.balance_of(alice) == coin.amount(100)
    assert coin.balance_of(bob) == coin.amount(0)


def test_works_while_only_minting_and_redemption_are_paused(funded: World) -> None:
    coin, bob = funded.coin, funded.address("bob")
    funded.do(coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    funded.do(coin.calls.transfer(bob, coin.amount(1)), by="alice")

    assert coin.balance_of(bob) == coin.amount(1)


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_transfers_are_paused(funded: World, value: int) -> None:
    coin = funded.coin
    funded.do(coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        funded.do(coin.calls.transfer(funded.address("bob"), coin.amount(value)), by="alice")


@pytest.mark.parametrize("party", ["alice", "bob"])
@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_a_party_is_blacklisted(funded: World, party: str, value: int) -> None:
    coin = funded.coin
    funded.do(coin.calls.blacklist(funded.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=funded.address(party)):
        funded.do(coin.calls.transfer(funded.address("bob"), coin.amount(value)), by="alice")


def test_reverts_when_a_blacklisted_account_sends_to_itself(funded: World) -> None:
    coin, alice = funded.coin, funded.address("alice")
    funded.do(coin.calls.blacklist(alice), by="blacklister")

    with reverts(AccountBlacklisted, account=alice):
        funded.do(coin.calls.transfer(alice, coin.amount(1)), by="alice")


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_the_receiver_is_zero(funded: World, value: int) -> None:
    with reverts(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        funded.do(call_of(funded, "transfer", ZERO_ADDRESS, value), by="alice")


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_the_receiver_is_the_coin_itself(funded: World, value: int) -> None:
    coin = funded.coin

    with reverts(ERC20InvalidReceiver, receiver=coin.address):
        funded.do(coin.calls.transfer(coin.address, coin.amount(value)), by="alice")


@pytest.mark.parametrize("needed", [HELD + 1, 2**128 - 1, 2**128, UNLIMITED])
def test_reverts_when_the_sender_holds_less(funded: World, needed: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=funded.address("alice"), balance=HELD, needed=needed):
        funded.do(call_of(funded, "transfer", funded.address("bob"), needed), by="alice")


def test_reverts_when_a_balance_was_spent_already(funded: World) -> None:
    coin, alice, bob = funded.coin, funded.address("alice"), funded.address("bob")
    funded.do(coin.calls.transfer(bob, coin.amount(100)), by="alice")

    with reverts(ERC20InsufficientBalance, sender=alice, balance=0, needed=1):
        funded.do(coin.calls.transfer(bob, coin.amount("0.000001")), by="alice")


def test_reverts_when_an_argument_is_no_address(funded: World) -> None:
    honest = call_of(funded, "transfer", funded.address("bob"), 1)
    dirty = honest.data[:4] + b"\x01" + honest.data[5:]

    with reverts(UnknownRevert, revert_data=b""):
        funded.chain.call(Call(honest.to, dirty), sender=funded.address("alice"))
