"""removeMinter(minter), and every other way a minter loses its role

when the caller has no MINTER_ADMIN_ROLE: reverts
given a minter: takes role and limit, plain or refilling, emits RoleRevoked and MinterRemoved
given an account that is none: does nothing, emits nothing
given everything paused: works

when MINTER_ROLE is revoked or renounced: the same as removed
when it is granted again: the allowance starts from zero
when another role is revoked: the allowance stays
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, MintAllowanceExceeded
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import MinterRemoved, RoleRevoked
from tests.contracts.words import allow_minting, answer_of, refilling, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

WAYS = {"remove": "minter_admin", "revoke": "admin", "renounce": "minter"}


def removal(world: World, way: str) -> Call:
    calls, minter = world.coin.calls, world.address("minter")
    return {
        "remove": calls.remove_minter(minter),
        "revoke": calls.revoke_role(Role.MINTER_ROLE, minter),
        "renounce": calls.renounce_role(Role.MINTER_ROLE, minter),
    }[way]


@pytest.mark.parametrize(("way", "by"), WAYS.items())
def test_takes_role_and_allowance_whichever_way(local: World, way: str, by: str) -> None:
    coin, minter = local.coin, local.address("minter")
    allow_minting(local, "minter", 9)
    local.do(coin.calls.mint(local.address("alice"), coin.amount(4)), by="minter")

    events = local.do(removal(local, way), by=by)

    assert told(events) == [
        said(RoleRevoked, role=Role.MINTER_ROLE.identifier, account=minter, sender=local.address(by)),
        said(MinterRemoved, minter=minter, remover=local.address(by)),
    ]
    assert not coin.is_minter(minter)
    assert coin.role_members(Role.MINTER_ROLE) == ()
    assert coin.minter_allowance(minter) == coin.amount(0)
    assert coin.total_supply() == coin.balance_of(local.address("alice")) == coin.amount(4)
    with reverts(AccessControlUnauthorizedAccount, account=minter, needed_role=Role.MINTER_ROLE.identifier):
        local.do(coin.calls.mint(local.address("alice"), coin.amount(1)), by="minter")


@pytest.mark.parametrize(("way", "by"), WAYS.items())
def test_a_later_grant_starts_from_zero(local: World, way: str, by: str) -> None:
    coin, minter = local.coin, local.address("minter")
    allow_minting(local, "minter", 9)
    local.do(removal(local, way), by=by)

    local.do(coin.calls.grant_role(Role.MINTER_ROLE, minter), by="admin")

    assert coin.is_minter(minter)
    assert coin.minter_allowance(minter) == coin.amount(0)
    with reverts(MintAllowanceExceeded, minter=minter, available=0, needed=1_000_000):
        local.do(coin.calls.mint(local.address("alice"), coin.amount(1)), by="minter")


@pytest.mark.parametrize(("way", "by"), WAYS.items())
def test_a_limit_that_refills_is_gone_too_and_nothing_stays_taken(local: World, way: str, by: str) -> None:
    coin, minter = local.coin, local.address("minter")
    refilling(local, "minter", 9_000_000, 1)
    local.do(coin.calls.mint(local.address("alice"), coin.amount(9)), by="minter")

    local.do(removal(local, way), by=by)

    assert answer_of(local, "minterLimit", minter) == (0, 0, 0)
    local.chain.advance(seconds=10**7)
    assert coin.minter_allowance(minter) == coin.amount(0)
    refilling(local, "minter", 9_000_000, 1)
    assert coin.minter_allowance(minter) == coin.amount(9)


@pytest.mark.parametrize(("way", "by"), WAYS.items())
def test_does_nothing_to_an_account_that_is_no_minter(local: World, way: str, by: str) -> None:
    events = local.do(removal(local, way), by=by)

    assert told(events) == []
    assert not local.coin.is_minter(local.address("minter"))


def test_answers_true_whether_a_minter_was_there_or_not(local: World) -> None:
    allow_minting(local, "minter", 9)

    assert answer_of(local, "removeMinter", local.address("minter"), by="minter_admin") is True
    assert answer_of(local, "removeMinter", local.address("alice"), by="minter_admin") is True


def test_leaves_other_minters_alone(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    allow_minting(local, "minter", 9)
    allow_minting(local, "alice", 5)

    local.do(coin.calls.remove_minter(local.address("minter")), by="minter_admin")

    assert coin.is_minter(alice)
    assert coin.minter_allowance(alice) == coin.amount(5)


def test_losing_another_role_leaves_the_allowance(local: World) -> None:
    coin, minter = local.coin, local.address("minter")
    allow_minting(local, "minter", 9)

    events = local.do(coin.calls.revoke_role(Role.BURNER_ROLE, minter), by="admin")

    assert told(events) == [
        said(RoleRevoked, role=Role.BURNER_ROLE.identifier, account=minter, sender=local.address("admin"))
    ]
    assert coin.is_minter(minter)
    assert coin.minter_allowance(minter) == coin.amount(9)


def test_works_while_everything_is_paused(local: World) -> None:
    coin, minter = local.coin, local.address("minter")
    allow_minting(local, "minter", 9)
    local.do(coin.calls.pause(), by="pauser")

    local.do(coin.calls.remove_minter(minter), by="minter_admin")

    assert not coin.is_minter(minter)
    assert coin.minter_allowance(minter) == coin.amount(0)


@pytest.mark.parametrize("caller", ["admin", "minter", "alice"])
def test_reverts_when_the_caller_does_not_administer_minters(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.MINTER_ADMIN_ROLE.identifier,
    ):
        local.do(local.coin.calls.remove_minter(local.address("minter")), by=caller)
