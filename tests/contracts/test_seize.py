"""seize(from, to, value, orderRef)

when the caller has no SEIZER_ROLE: reverts
when `from` is not blacklisted: reverts
when `to` is zero, the coin, blacklisted, or not verified while the coin is for verified accounts: reverts
when the value is zero, or more than `from` holds: reverts
otherwise: moves the coins, leaves the supply, emits Transfer and Seized
    given everything paused: works
    given `from` not verified while the coin is for verified accounts: works
    given the order named before: works, for one order may need several takings
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    AccountNotBlacklisted,
    AccountNotVerified,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ZeroValue,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import Seized, Transfer
from tests.contracts.words import UNLIMITED, answer_of, call_of, reference, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call
    from tests.world import World

TOKEN = 1_000_000
ORDER = reference(0xC0DE)


@pytest.fixture
def frozen(local: World) -> World:
    """Alice holds 50 tokens and is blacklisted; bob holds 10."""
    local.give("alice", 50)
    local.give("bob", 10)
    local.do(local.coin.calls.blacklist(local.address("alice")), by="blacklister")
    return local


def seize(world: World, value: int = TOKEN, *, source: str = "alice", to: Address | None = None) -> Call:
    receiver = to if to is not None else world.address("bob")
    return call_of(world, "seize", world.address(source), receiver, value, ORDER)


def test_moves_coins_by_order(frozen: World) -> None:
    coin, alice, bob, seizer = frozen.coin, *map(frozen.address, ("alice", "bob", "unblacklister"))

    events = frozen.do(seize(frozen, 20 * TOKEN), by="unblacklister")

    assert told(events) == [
        said(Transfer, sender=alice, to=bob, value=coin.amount(20)),
        said(Seized, sender=alice, to=bob, value=coin.amount(20), order_ref=ORDER, seizer=seizer),
    ]
    assert coin.balance_of(alice) == coin.balance_of(bob) == coin.amount(30)
    assert coin.total_supply() == coin.amount(60)
    assert coin.is_blacklisted(alice)


def test_moves_to_the_last_unit_in_several_takings_of_one_order(frozen: World) -> None:
    coin, bob = frozen.coin, frozen.address("bob")

    frozen.do(seize(frozen, 20 * TOKEN), by="unblacklister")
    frozen.do(seize(frozen, 30 * TOKEN), by="unblacklister")

    assert coin.balance_of(frozen.address("alice")) == coin.amount(0)
    assert coin.balance_of(bob) == coin.total_supply() == coin.amount(60)
    assert answer_of(frozen, "isReferenceUsed(bytes32)", ORDER) is False


@pytest.mark.parametrize("scopes", range(1, 8))
def test_works_while_paused(frozen: World, scopes: int) -> None:
    frozen.do(call_of(frozen, "pause(uint256)", scopes), by="pauser")

    frozen.do(seize(frozen), by="unblacklister")

    assert frozen.coin.balance_of(frozen.address("bob")) == frozen.coin.amount(11)


def test_takes_from_anybody_and_gives_to_the_verified_alone_where_that_is_asked_for(frozen: World) -> None:
    bob = frozen.address("bob")
    frozen.do(call_of(frozen, "setAllowlistOnly", True), by="admin")  # noqa: FBT003  # the contract's
    with reverts(AccountNotVerified, account=bob):
        frozen.do(seize(frozen), by="unblacklister")

    frozen.do(call_of(frozen, "verify", bob), by="unpauser")
    frozen.do(seize(frozen), by="unblacklister")

    assert frozen.coin.balance_of(bob) == frozen.coin.amount(11)


def test_needs_no_allowance_and_uses_none(frozen: World) -> None:
    coin, alice, seizer = frozen.coin, frozen.address("alice"), frozen.address("unblacklister")
    frozen.do(coin.calls.approve(seizer, coin.amount(7)), by="alice")

    frozen.do(seize(frozen), by="unblacklister")

    assert coin.allowance(alice, seizer) == coin.amount(7)


def test_reverts_when_the_account_is_free(frozen: World) -> None:
    bob, pauser = frozen.address("bob"), frozen.address("pauser")
    with reverts(AccountNotBlacklisted, account=bob):
        frozen.do(seize(frozen, source="bob", to=pauser), by="unblacklister")

    frozen.do(frozen.coin.calls.un_blacklist(frozen.address("alice")), by="unblacklister")

    with reverts(AccountNotBlacklisted, account=frozen.address("alice")):
        frozen.do(seize(frozen), by="unblacklister")


def test_reverts_when_the_receiver_is_zero_or_the_coin(frozen: World) -> None:
    for receiver in (ZERO_ADDRESS, frozen.coin.address):
        with reverts(ERC20InvalidReceiver, receiver=receiver):
            frozen.do(seize(frozen, to=receiver), by="unblacklister")


@pytest.mark.parametrize("person", ["alice", "bob"])
def test_reverts_when_the_receiver_is_blacklisted(frozen: World, person: str) -> None:
    receiver = frozen.address(person)
    frozen.do(frozen.coin.calls.blacklist(receiver), by="blacklister")

    with reverts(AccountBlacklisted, account=receiver):
        frozen.do(seize(frozen, to=receiver), by="unblacklister")


def test_reverts_when_the_value_is_zero(frozen: World) -> None:
    with reverts(ZeroValue):
        frozen.do(seize(frozen, 0), by="unblacklister")


@pytest.mark.parametrize("value", [50 * TOKEN + 1, 2**128, UNLIMITED])
def test_reverts_when_the_account_holds_less(frozen: World, value: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=frozen.address("alice"), balance=50 * TOKEN, needed=value):
        frozen.do(seize(frozen, value), by="unblacklister")


@pytest.mark.parametrize("caller", ["admin", "blacklister", "bob"])
def test_reverts_when_the_caller_does_not_seize(frozen: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount, account=frozen.address(caller), needed_role=Role.SEIZER_ROLE.identifier
    ):
        frozen.do(seize(frozen), by=caller)
