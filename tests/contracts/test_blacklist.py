"""blacklist(account) and blacklistBatch(accounts)

when the caller has no BLACKLISTER_ROLE: reverts
given an account that is free: stops it, leaves its balance and the supply, emits Blacklisted
given an account that is blacklisted already: does nothing, emits nothing
when many are named: stops each, in one transaction; emits Blacklisted for those that were free
given everything paused: works

A blacklisted account keeps the powers of its roles that move nothing. What it does to a minter:
`test_blacklisted_minter.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, AccountBlacklisted
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import Blacklisted
from tests.contracts.words import answer_of, call_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def test_stops_an_account_and_leaves_its_coins_in_the_supply(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)

    events = local.do(coin.calls.blacklist(alice), by="blacklister")

    assert told(events) == [said(Blacklisted, account=alice, blacklister=local.address("blacklister"))]
    assert coin.is_blacklisted(alice)
    assert not coin.is_blacklisted(bob)
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)
    with reverts(AccountBlacklisted, account=alice):
        local.do(coin.calls.transfer(bob, coin.amount(1)), by="alice")


def test_does_nothing_the_second_time(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.do(coin.calls.blacklist(alice), by="blacklister")

    events = local.do(coin.calls.blacklist(alice), by="blacklister")

    assert told(events) == []
    assert coin.is_blacklisted(alice)


def test_stops_many_and_tells_only_the_new(local: World) -> None:
    coin, alice, bob, admin, blacklister = local.coin, *map(local.address, ("alice", "bob", "admin", "blacklister"))
    local.give("alice", 10)
    local.do(coin.calls.blacklist(bob), by="blacklister")

    events = local.do(call_of(local, "blacklistBatch", [alice, bob, admin, alice]), by="blacklister")

    assert told(events) == [said(Blacklisted, account=account, blacklister=blacklister) for account in (alice, admin)]
    assert all(coin.is_blacklisted(account) for account in (alice, bob, admin))
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)


def test_stops_nobody_when_nobody_is_named(local: World) -> None:
    assert told(local.do(call_of(local, "blacklistBatch", []), by="blacklister")) == []


def test_stops_many_while_everything_is_paused(local: World) -> None:
    local.do(local.coin.calls.pause(), by="pauser")

    local.do(call_of(local, "blacklistBatch", [local.address("alice"), local.address("bob")]), by="blacklister")

    assert local.coin.is_blacklisted(local.address("alice"))
    assert local.coin.is_blacklisted(local.address("bob"))


def test_works_while_everything_is_paused(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.do(coin.calls.pause(), by="pauser")

    local.do(coin.calls.blacklist(alice), by="blacklister")

    assert coin.is_blacklisted(alice)


def test_stops_an_account_that_holds_an_allowance_and_keeps_the_allowance(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.approve(bob, coin.amount(4)), by="alice")

    local.do(coin.calls.blacklist(bob), by="blacklister")

    assert coin.allowance(alice, bob) == coin.amount(4)
    with reverts(AccountBlacklisted, account=bob):
        local.do(coin.calls.transfer_from(alice, local.address("admin"), coin.amount(1)), by="bob")


def test_a_blacklisted_blacklister_can_still_blacklist(local: World) -> None:
    coin = local.coin
    local.do(coin.calls.blacklist(local.address("blacklister")), by="blacklister")

    local.do(coin.calls.blacklist(local.address("alice")), by="blacklister")

    assert coin.is_blacklisted(local.address("alice"))


def test_blacklisting_zero_stops_neither_minting_nor_burning(local: World) -> None:
    coin = local.coin
    local.do(call_of(local, "blacklist", ZERO_ADDRESS), by="blacklister")
    assert answer_of(local, "isBlacklisted", ZERO_ADDRESS) is True

    local.give("minter", 10)
    local.do(coin.calls.burn(coin.amount(4)), by="minter")

    assert coin.total_supply() == coin.amount(6)


@pytest.mark.parametrize("caller", ["admin", "unblacklister", "alice"])
def test_reverts_when_the_caller_does_not_blacklist(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.BLACKLISTER_ROLE.identifier,
    ):
        local.do(local.coin.calls.blacklist(local.address("bob")), by=caller)
    with reverts(AccessControlUnauthorizedAccount, account=local.address(caller)):
        local.do(call_of(local, "blacklistBatch", [local.address("bob")]), by=caller)
