"""setAllowlistOnly(isOn)

when the caller has no DEFAULT_ADMIN_ROLE: reverts
otherwise: sets the mode, moves nothing, emits AllowlistOnlyChanged, also where it was so before

given it is on: senders and receivers must be verified, wherever coins move, are minted, burned or redeemed
    spenders, minters, bridges and whoever submits a signature need not be
    an account that is blacklisted is refused for that, verified or not
    coins are taken from any blacklisted account, and given to a verified one only
given it is off: nobody asks who is verified
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, AccountNotVerified
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import AllowlistOnlyChanged
from tests.contracts.verbs import PARTIES, VERBS, calls_of, expected, make_ready
from tests.contracts.words import answer_of, call_of, facts_of, refusal_of, said, told, verify
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

SETS = [frozenset(chosen) for count in range(4) for chosen in combinations(PARTIES, count)]


def switch(world: World, *, is_on: bool) -> None:
    world.do(call_of(world, "setAllowlistOnly", is_on), by="admin")


@pytest.mark.parametrize("is_on", [True, False])
def test_sets_the_mode_and_tells_it_each_time(local: World, is_on: bool) -> None:  # noqa: FBT001  # a parameter
    local.give("alice", 10)
    for _ in range(2):
        events = local.do(call_of(local, "setAllowlistOnly", is_on), by="admin")
        assert told(events) == [said(AllowlistOnlyChanged, is_on=is_on, admin=local.address("admin"))]
        assert answer_of(local, "isAllowlistOnly") is is_on

    switch(local, is_on=not is_on)

    assert answer_of(local, "isAllowlistOnly") is not is_on
    assert local.coin.balance_of(local.address("alice")) == local.coin.total_supply() == local.coin.amount(10)


@pytest.mark.parametrize("verified", SETS, ids=lambda verified: "+".join(sorted(verified)) or "nobody")
def test_who_is_refused_by_every_verb(local: World, verified: frozenset[str]) -> None:
    make_ready(local)
    calls = calls_of(local)
    verify(local, *sorted(verified))

    for is_on, blacklisted in ((False, ()), (True, ()), (True, ("alice",)), (True, ("alice", "bob"))):
        switch(local, is_on=is_on)
        for party in blacklisted:
            local.do(local.coin.calls.blacklist(local.address(party)), by="blacklister")
        for name, verb in VERBS.items():
            refused = facts_of(refusal_of(local, calls[name], by=verb.by))
            rule = expected(local, verb, blacklisted=frozenset(blacklisted), verified=verified if is_on else None)
            assert refused == rule, (name, is_on, blacklisted)


def test_a_pause_is_told_before_a_party_that_is_not_verified(local: World) -> None:
    make_ready(local)
    calls = calls_of(local)
    switch(local, is_on=True)
    local.do(local.coin.calls.pause(), by="pauser")

    for name, verb in VERBS.items():
        refused = facts_of(refusal_of(local, calls[name], by=verb.by))
        assert refused == expected(local, verb, paused=7, verified=frozenset()), name


def test_each_receiver_of_a_batch_must_be_verified(local: World) -> None:
    coin, alice, bob, admin = local.coin, local.address("alice"), local.address("bob"), local.address("admin")
    local.give("alice", 10)
    verify(local, "alice", "bob")
    switch(local, is_on=True)

    with reverts(AccountNotVerified, account=admin):
        local.do(call_of(local, "transferBatch", [bob, admin], [1, 1]), by="alice")
    local.do(call_of(local, "transferBatch", [bob, bob], [1, 1]), by="alice")

    assert coin.balance_of(bob).base_units == 2
    assert coin.balance_of(alice).base_units == 9_999_998


def test_an_account_that_is_verified_no_more_is_stopped(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    verify(local, "alice", "bob")
    switch(local, is_on=True)
    local.do(coin.calls.transfer(bob, coin.amount(4)), by="alice")

    local.do(call_of(local, "unVerify", alice), by="unpauser")

    with reverts(AccountNotVerified, account=alice):
        local.do(coin.calls.transfer(bob, coin.amount(4)), by="alice")
    with reverts(AccountNotVerified, account=alice):
        local.do(coin.calls.transfer(alice, coin.amount(4)), by="bob")
    assert coin.total_supply() == coin.amount(10)


@pytest.mark.parametrize("caller", ["unpauser", "minter_admin", "alice"])
def test_reverts_when_the_caller_is_not_the_admin(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.DEFAULT_ADMIN_ROLE.identifier,
    ):
        local.do(call_of(local, "setAllowlistOnly", True), by=caller)  # noqa: FBT003  # the contract's
