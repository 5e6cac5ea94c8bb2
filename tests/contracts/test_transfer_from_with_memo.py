"""transferFromWithMemo(from, to, value, memo)

when the allowance is zero or does not cover the value: reverts
when transfers are paused: reverts
when the spender, the owner or the receiver is blacklisted: reverts
when the receiver is zero or the coin itself: reverts
when the owner holds less than the value: reverts
otherwise: moves the value, spends the allowance, leaves the supply, emits Transfer, then TransferWithMemo
    given the greatest uint256 as the allowance: leaves it
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
from stablecoin_tools.token.events import Transfer, TransferWithMemo
from tests.contracts.words import UNLIMITED, answer_of, call_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

HELD = 100_000_000
ALLOWED = 60_000_000
MEMO = b"\xab" * 32


@pytest.fixture
def allowed(local: World) -> World:
    """Alice holds 100 tokens and lets bob move 60 of them."""
    local.give("alice", 100)
    local.do(local.coin.calls.approve(local.address("bob"), local.coin.amount(60)), by="alice")
    return local


def noted(world: World, to: bytes, value: int) -> Call:
    return call_of(world, "transferFromWithMemo", world.address("alice"), to, value, MEMO)


def test_moves_the_value_spends_the_allowance_and_says_the_memo(allowed: World) -> None:
    coin, alice, bob, admin = (allowed.coin, *map(allowed.address, ("alice", "bob", "admin")))

    events = allowed.do(noted(allowed, admin, 45_000_000), by="bob")

    assert told(events) == [
        said(Transfer, sender=alice, to=admin, value=coin.amount(45)),
        said(TransferWithMemo, sender=alice, to=admin, amount=coin.amount(45), memo=MEMO),
    ]
    assert coin.balance_of(alice) == coin.amount(55)
    assert coin.balance_of(admin) == coin.amount(45)
    assert coin.balance_of(bob) == coin.amount(0)
    assert coin.total_supply() == coin.amount(100)
    assert coin.allowance(alice, bob) == coin.amount(15)


def test_answers_true(allowed: World) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")

    assert answer_of(allowed, "transferFromWithMemo", alice, bob, 1, MEMO, by="bob") is True


def test_leaves_the_greatest_allowance_as_it_is(allowed: World) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")
    allowed.do(call_of(allowed, "approve", bob, UNLIMITED), by="alice")

    allowed.do(noted(allowed, bob, HELD), by="bob")

    assert answer_of(allowed, "allowance", alice, bob) == UNLIMITED
    assert allowed.coin.balance_of(bob) == allowed.coin.total_supply() == allowed.coin.amount(100)


def test_moves_nothing_when_the_value_is_zero_and_something_is_allowed(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    events = allowed.do(noted(allowed, bob, 0), by="bob")

    assert told(events) == [
        said(Transfer, sender=alice, to=bob, value=coin.amount(0)),
        said(TransferWithMemo, sender=alice, to=bob, amount=coin.amount(0), memo=MEMO),
    ]
    assert coin.balance_of(alice) == coin.amount(100)
    assert coin.allowance(alice, bob) == coin.amount(60)


@pytest.mark.parametrize("caller", ["admin", "alice"])
@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_nothing_is_allowed(allowed: World, caller: str, value: int) -> None:
    with reverts(ERC20InsufficientAllowance, spender=allowed.address(caller), allowance=0, needed=value):
        allowed.do(noted(allowed, allowed.address("bob"), value), by=caller)


@pytest.mark.parametrize("needed", [ALLOWED + 1, UNLIMITED])
def test_reverts_when_the_allowance_does_not_cover_the_value(allowed: World, needed: int) -> None:
    bob = allowed.address("bob")

    with reverts(ERC20InsufficientAllowance, spender=bob, allowance=ALLOWED, needed=needed):
        allowed.do(noted(allowed, bob, needed), by="bob")


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_transfers_are_paused(allowed: World, value: int) -> None:
    allowed.do(allowed.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        allowed.do(noted(allowed, allowed.address("bob"), value), by="bob")


@pytest.mark.parametrize("party", ["bob", "alice", "admin"])
@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_spender_owner_or_receiver_is_blacklisted(allowed: World, party: str, value: int) -> None:
    allowed.do(allowed.coin.calls.blacklist(allowed.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=allowed.address(party)):
        allowed.do(noted(allowed, allowed.address("admin"), value), by="bob")


def test_reverts_when_the_receiver_is_zero_or_the_coin_itself(allowed: World) -> None:
    for receiver in (ZERO_ADDRESS, allowed.coin.address):
        with reverts(ERC20InvalidReceiver, receiver=receiver):
            allowed.do(noted(allowed, receiver, 1), by="bob")


def test_reverts_when_the_owner_holds_less(allowed: World) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")
    allowed.do(call_of(allowed, "approve", bob, UNLIMITED), by="alice")

    with reverts(ERC20InsufficientBalance, sender=alice, balance=HELD, needed=HELD + 1):
        allowed.do(noted(allowed, bob, HELD + 1), by="bob")
