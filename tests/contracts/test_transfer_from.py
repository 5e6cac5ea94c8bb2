"""transferFrom(from, to, value)

when the allowance is zero, the value zero or not: reverts
when the allowance does not cover the value: reverts
when transfers are paused: reverts
when the spender, the owner or the receiver is blacklisted: reverts
when the receiver is zero or the coin itself: reverts
when the owner holds less than the value: reverts
otherwise: debits the owner, credits the receiver, leaves the supply, emits Transfer
    given a finite allowance: spends it, to the last unit
    given the greatest uint256: leaves it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ScopePaused,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Transfer
from tests.contracts.words import UNLIMITED, answer_of, call_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

HELD = 100_000_000


@pytest.fixture
def allowed(local: World) -> World:
    """Alice holds 100 tokens and lets bob move 60 of them."""
    local.give("alice", 100)
    local.do(local.coin.calls.approve(local.address("bob"), local.coin.amount(60)), by="alice")
    return local


def test_moves_the_value_and_spends_the_allowance(allowed: World) -> None:
    coin, alice, bob, admin = (allowed.coin, *map(allowed.address, ("alice", "bob", "admin")))

    events = allowed.do(coin.calls.transfer_from(alice, admin, coin.amount(45)), by="bob")

    assert told(events) == [said(Transfer, sender=alice, to=admin, value=coin.amount(45))]
    assert coin.balance_of(alice) == coin.amount(55)
    assert coin.balance_of(admin) == coin.amount(45)
    assert coin.balance_of(bob) == coin.amount(0)
    assert coin.total_supply() == coin.amount(100)
    assert coin.allowance(alice, bob) == coin.amount(15)


def test_answers_true(allowed: World) -> None:
    assert answer_of(allowed, "transferFrom", allowed.address("alice"), allowed.address("bob"), 1, by="bob") is True


def test_spends_an_allowance_to_the_last_unit(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")
    allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(59)), by="bob")
    allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")

    assert coin.allowance(alice, bob) == coin.amount(0)
    assert coin.balance_of(bob) == coin.amount(60)
    with reverts(ERC20InsufficientAllowance, spender=bob, allowance=0, needed=1):
        allowed.do(coin.calls.transfer_from(alice, bob, coin.amount("0.000001")), by="bob")


def test_leaves_the_greatest_allowance_as_it_is(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")
    allowed.do(call_of(allowed, "approve", bob, UNLIMITED), by="alice")

    allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(100)), by="bob")

    assert answer_of(allowed, "allowance", alice, bob) == UNLIMITED
    assert coin.balance_of(bob) == coin.amount(100)


def test_spends_the_allowance_just_below_the_greatest(allowed: World) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")
    allowed.do(call_of(allowed, "approve", bob, UNLIMITED - 1), by="alice")

    allowed.do(allowed.coin.calls.transfer_from(alice, bob, allowed.coin.amount(1)), by="bob")

    assert answer_of(allowed, "allowance", alice, bob) == UNLIMITED - 1 - 1_000_000


def test_moves_nothing_when_the_value_is_zero_and_something_is_allowed(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    events = allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(0)), by="bob")

    assert told(events) == [said(Transfer, sender=alice, to=bob, value=coin.amount(0))]
    assert coin.balance_of(alice) == coin.amount(100)
    assert coin.allowance(alice, bob) == coin.amount(60)


def test_moves_nothing_when_the_owner_is_the_receiver_but_spends_the_allowance(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    allowed.do(coin.calls.transfer_from(alice, alice, coin.amount(10)), by="bob")

    assert coin.balance_of(alice) == coin.amount(100)
    assert coin.total_supply() == coin.amount(100)
    assert coin.allowance(alice, bob) == coin.amount(50)


def test_spends_only_the_spenders_own_allowance(allowed: World) -> None:
    coin, alice, bob, admin = (allowed.coin, *map(allowed.address, ("alice", "bob", "admin")))
    allowed.do(coin.calls.approve(admin, coin.amount(7)), by="alice")

    allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(10)), by="bob")

    assert coin.allowance(alice, admin) == coin.amount(7)
    assert coin.allowance(alice, bob) == coin.amount(50)


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_nothing_is_allowed(allowed: World, value: int) -> None:
    alice, admin = allowed.address("alice"), allowed.address("admin")

    with reverts(ERC20InsufficientAllowance, spender=admin, allowance=0, needed=value):
        allowed.do(call_of(allowed, "transferFrom", alice, admin, value), by="admin")


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_the_owner_has_allowed_itself_nothing(allowed: World, value: int) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")

    with reverts(ERC20InsufficientAllowance, spender=alice, allowance=0, needed=value):
        allowed.do(call_of(allowed, "transferFrom", alice, bob, value), by="alice")


@pytest.mark.parametrize("needed", [60_000_001, UNLIMITED])
def test_reverts_when_the_allowance_does_not_cover_the_value(allowed: World, needed: int) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")

    with reverts(ERC20InsufficientAllowance, spender=bob, allowance=60_000_000, needed=needed):
        allowed.do(call_of(allowed, "transferFrom", alice, bob, needed), by="bob")


def test_reverts_when_transfers_are_paused(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")
    allowed.do(coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")


@pytest.mark.parametrize("party", ["bob", "alice", "admin"])
@pytest.mark.parametrize("allowance", [60_000_000, UNLIMITED])
def test_reverts_when_spender_owner_or_receiver_is_blacklisted(allowed: World, party: str, allowance: int) -> None:
    coin, alice, bob, admin = (allowed.coin, *map(allowed.address, ("alice", "bob", "admin")))
    allowed.do(call_of(allowed, "approve", bob, allowance), by="alice")
    allowed.do(coin.calls.blacklist(allowed.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=allowed.address(party)):
        allowed.do(coin.calls.transfer_from(alice, admin, coin.amount(1)), by="bob")


def test_reverts_when_a_blacklisted_spender_moves_nothing(allowed: World) -> None:
    coin, alice, bob, admin = (allowed.coin, *map(allowed.address, ("alice", "bob", "admin")))
    allowed.do(coin.calls.blacklist(bob), by="blacklister")

    with reverts(AccountBlacklisted, account=bob):
        allowed.do(coin.calls.transfer_from(alice, admin, coin.amount(0)), by="bob")


def test_reverts_when_the_receiver_is_zero(allowed: World) -> None:
    with reverts(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        allowed.do(call_of(allowed, "transferFrom", allowed.address("alice"), ZERO_ADDRESS, 1), by="bob")


def test_reverts_when_the_receiver_is_the_coin_itself(allowed: World) -> None:
    coin = allowed.coin

    with reverts(ERC20InvalidReceiver, receiver=coin.address):
        allowed.do(coin.calls.transfer_from(allowed.address("alice"), coin.address, coin.amount(1)), by="bob")


def test_reverts_when_the_owner_holds_less(allowed: World) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")
    allowed.do(call_of(allowed, "approve", bob, UNLIMITED), by="alice")

    with reverts(ERC20InsufficientBalance, sender=alice, balance=HELD, needed=HELD + 1):
        allowed.do(call_of(allowed, "transferFrom", alice, bob, HELD + 1), by="bob")
