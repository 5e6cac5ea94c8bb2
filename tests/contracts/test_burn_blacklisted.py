"""burnBlacklisted(from, value, orderRef)

when the caller has no SEIZER_ROLE: reverts
when `from` is not blacklisted: reverts
when the value is zero, or more than `from` holds: reverts
otherwise: destroys the coins, lowers the supply, emits Transfer and BlacklistedBurned
    given everything paused, or `from` not verified while the coin is for verified accounts: works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountNotBlacklisted,
    ERC20InsufficientBalance,
    ZeroValue,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import BlacklistedBurned, Transfer
from tests.contracts.words import UNLIMITED, answer_of, call_of, reference, said, told
from tests.world import reverts

if TYPE_CHECKING:
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


def wipe(world: World, value: int = TOKEN, *, source: str = "alice") -> Call:
    return call_of(world, "burnBlacklisted", world.address(source), value, ORDER)


def test_destroys_coins_by_order(frozen: World) -> None:
    coin, alice, seizer = frozen.coin, frozen.address("alice"), frozen.address("unblacklister")

    events = frozen.do(wipe(frozen, 20 * TOKEN), by="unblacklister")

    assert told(events) == [
        said(Transfer, sender=alice, to=ZERO_ADDRESS, value=coin.amount(20)),
        said(BlacklistedBurned, sender=alice, value=coin.amount(20), order_ref=ORDER, seizer=seizer),
    ]
    assert coin.balance_of(alice) == coin.amount(30)
    assert coin.balance_of(frozen.address("bob")) == coin.amount(10)
    assert coin.total_supply() == coin.amount(40)
    assert coin.is_blacklisted(alice)


def test_destroys_to_the_last_unit_in_several_takings_of_one_order(frozen: World) -> None:
    coin = frozen.coin

    frozen.do(wipe(frozen, 20 * TOKEN), by="unblacklister")
    frozen.do(wipe(frozen, 30 * TOKEN), by="unblacklister")

    assert coin.balance_of(frozen.address("alice")) == coin.amount(0)
    assert coin.balance_of(frozen.address("bob")) == coin.total_supply() == coin.amount(10)
    assert answer_of(frozen, "isReferenceUsed(bytes32)", ORDER) is False


@pytest.mark.parametrize("scopes", range(1, 8))
def test_works_while_paused_and_where_only_the_verified_may_hold(frozen: World, scopes: int) -> None:
    frozen.do(call_of(frozen, "pause(uint256)", scopes), by="pauser")
    frozen.do(call_of(frozen, "setAllowlistOnly", True), by="admin")  # noqa: FBT003  # the contract's

    frozen.do(wipe(frozen), by="unblacklister")

    assert frozen.coin.total_supply() == frozen.coin.amount(59)


def test_reverts_when_the_account_is_free(frozen: World) -> None:
    with reverts(AccountNotBlacklisted, account=frozen.address("bob")):
        frozen.do(wipe(frozen, source="bob"), by="unblacklister")

    frozen.do(frozen.coin.calls.un_blacklist(frozen.address("alice")), by="unblacklister")

    with reverts(AccountNotBlacklisted, account=frozen.address("alice")):
        frozen.do(wipe(frozen), by="unblacklister")


def test_reverts_when_the_value_is_zero(frozen: World) -> None:
    with reverts(ZeroValue):
        frozen.do(wipe(frozen, 0), by="unblacklister")


@pytest.mark.parametrize("value", [50 * TOKEN + 1, 2**128, UNLIMITED])
def test_reverts_when_the_account_holds_less(frozen: World, value: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=frozen.address("alice"), balance=50 * TOKEN, needed=value):
        frozen.do(wipe(frozen, value), by="unblacklister")


@pytest.mark.parametrize("caller", ["admin", "blacklister", "minter"])
def test_reverts_when_the_caller_does_not_seize(frozen: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount, account=frozen.address(caller), needed_role=Role.SEIZER_ROLE.identifier
    ):
        frozen.do(wipe(frozen), by=caller)
