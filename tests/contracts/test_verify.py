"""verify(account) and unVerify(account)

when the caller has no VERIFIER_ROLE: reverts
given an account without the mark: verify sets it, emits Verified
given an account with the mark: unVerify takes it, emits UnVerified
given the mark as it should be: does nothing, emits nothing
given everything paused: works

The mark moves nothing and stops nothing while the coin is open to all: what it is for, `test_allowlist_only.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import UnVerified, Verified
from tests.contracts.words import answer_of, call_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def is_verified(world: World, person: str) -> bool:
    marked: bool = answer_of(world, "isVerified", world.address(person))
    return marked


def test_marks_an_account_once(local: World) -> None:
    alice, verifier = local.address("alice"), local.address("unpauser")
    local.give("alice", 10)

    events = local.do(call_of(local, "verify", alice), by="unpauser")
    again = local.do(call_of(local, "verify", alice), by="unpauser")

    assert told(events) == [said(Verified, account=alice, verifier=verifier)]
    assert told(again) == []
    assert (is_verified(local, "alice"), is_verified(local, "bob")) == (True, False)
    assert local.coin.balance_of(alice) == local.coin.total_supply() == local.coin.amount(10)


def test_takes_the_mark_once(local: World) -> None:
    alice, verifier = local.address("alice"), local.address("unpauser")
    local.do(call_of(local, "verify", alice), by="unpauser")

    events = local.do(call_of(local, "unVerify", alice), by="unpauser")
    again = local.do(call_of(local, "unVerify", alice), by="unpauser")

    assert told(events) == [said(UnVerified, account=alice, verifier=verifier)]
    assert told(again) == []
    assert not is_verified(local, "alice")


def test_works_while_everything_is_paused_and_for_a_blacklisted_account(local: World) -> None:
    alice = local.address("alice")
    local.do(local.coin.calls.pause(), by="pauser")
    local.do(local.coin.calls.blacklist(alice), by="blacklister")

    local.do(call_of(local, "verify", alice), by="unpauser")

    assert is_verified(local, "alice")
    assert local.coin.is_blacklisted(alice)


def test_the_mark_stops_nobody_while_the_coin_is_open_to_all(local: World) -> None:
    coin, bob = local.coin, local.address("bob")
    local.give("alice", 10)
    local.do(call_of(local, "verify", bob), by="unpauser")

    local.do(coin.calls.transfer(bob, coin.amount(4)), by="alice")
    local.do(coin.calls.transfer(local.address("alice"), coin.amount(1)), by="bob")

    assert coin.balance_of(bob) == coin.amount(3)


@pytest.mark.parametrize("caller", ["admin", "blacklister", "alice"])
@pytest.mark.parametrize("function", ["verify", "unVerify"])
def test_reverts_when_the_caller_does_not_verify(local: World, function: str, caller: str) -> None:
    party = local.address("bob")

    with reverts(
        AccessControlUnauthorizedAccount, account=local.address(caller), needed_role=Role.VERIFIER_ROLE.identifier
    ):
        local.do(call_of(local, function, party), by=caller)
