"""unBlacklist(account)

when the caller has no UNBLACKLISTER_ROLE, the blacklister included: reverts
given a blacklisted account: frees it, balance and allowances as before, emits UnBlacklisted
given an account that is free: does nothing, emits nothing
given everything paused: works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, AccountBlacklisted
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import UnBlacklisted
from tests.contracts.words import said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def stopped(local: World) -> World:
    """Alice holds 10 tokens, lets bob move 4 of them, and is blacklisted."""
    coin, alice = local.coin, local.address("alice")
    local.give("alice", 10)
    local.do(coin.calls.approve(local.address("bob"), coin.amount(4)), by="alice")
    local.do(coin.calls.blacklist(alice), by="blacklister")
    return local


def test_frees_an_account_with_everything_it_had(stopped: World) -> None:
    coin, alice, bob = stopped.coin, stopped.address("alice"), stopped.address("bob")

    events = stopped.do(coin.calls.un_blacklist(alice), by="unblacklister")

    assert told(events) == [said(UnBlacklisted, account=alice, unblacklister=stopped.address("unblacklister"))]
    assert not coin.is_blacklisted(alice)
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)
    stopped.do(coin.calls.transfer_from(alice, bob, coin.amount(4)), by="bob")
    stopped.do(coin.calls.transfer(bob, coin.amount(6)), by="alice")
    assert coin.balance_of(bob) == coin.amount(10)


def test_does_nothing_to_an_account_that_is_free(stopped: World) -> None:
    coin, bob = stopped.coin, stopped.address("bob")

    events = stopped.do(coin.calls.un_blacklist(bob), by="unblacklister")

    assert told(events) == []
    assert not coin.is_blacklisted(bob)


def test_frees_one_account_and_no_other(stopped: World) -> None:
    coin, alice, bob = stopped.coin, stopped.address("alice"), stopped.address("bob")
    stopped.do(coin.calls.blacklist(bob), by="blacklister")

    stopped.do(coin.calls.un_blacklist(bob), by="unblacklister")

    assert coin.is_blacklisted(alice)
    with reverts(AccountBlacklisted, account=alice):
        stopped.do(coin.calls.transfer(bob, coin.amount(1)), by="alice")


def test_works_while_everything_is_paused(stopped: World) -> None:
    coin, alice = stopped.coin, stopped.address("alice")
    stopped.do(coin.calls.pause(), by="pauser")

    stopped.do(coin.calls.un_blacklist(alice), by="unblacklister")

    assert not coin.is_blacklisted(alice)


@pytest.mark.parametrize("caller", ["admin", "blacklister", "alice"])
def test_reverts_when_the_caller_does_not_free_accounts(stopped: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=stopped.address(caller),
        needed_role=Role.UNBLACKLISTER_ROLE.identifier,
    ):
        stopped.do(stopped.coin.calls.un_blacklist(stopped.address("alice")), by=caller)
