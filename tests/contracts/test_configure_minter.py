"""configureMinter(minter, allowance)

when the caller has no MINTER_ADMIN_ROLE: reverts
when the allowance exceeds the greatest supply: reverts
given no minter: grants the role, sets the allowance, emits RoleGranted and MinterConfigured
given a minter: sets the allowance in place of the former, emits MinterConfigured alone
given everything paused: works, and the minter waits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, InvalidMintAllowance, ScopePaused
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import MinterConfigured, RoleGranted
from tests.contracts.words import MAX_SUPPLY, UNLIMITED, allow_minting, answer_of, call_of, said, told, units
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def test_makes_a_minter(local: World) -> None:
    coin, alice, minter_admin = local.coin, local.address("alice"), local.address("minter_admin")

    events = local.do(coin.calls.configure_minter(alice, coin.amount(9)), by="minter_admin")

    assert told(events) == [
        said(RoleGranted, role=Role.MINTER_ROLE.identifier, account=alice, sender=minter_admin),
        said(MinterConfigured, minter=alice, allowance=coin.amount(9), minter_admin=minter_admin),
    ]
    assert coin.is_minter(alice)
    assert coin.role_members(Role.MINTER_ROLE) == (alice,)
    assert coin.minter_allowance(alice) == coin.amount(9)
    assert coin.total_supply() == coin.amount(0)


def test_answers_true(local: World) -> None:
    assert answer_of(local, "configureMinter", local.address("alice"), 1, by="minter_admin") is True


@pytest.mark.parametrize("second", [0, 3, 20])
def test_replaces_what_is_left_of_the_former_allowance(local: World, second: int) -> None:
    coin, minter, minter_admin = local.coin, local.address("minter"), local.address("minter_admin")
    allow_minting(local, "minter", 9)
    local.do(coin.calls.mint(local.address("alice"), coin.amount(4)), by="minter")

    events = local.do(coin.calls.configure_minter(minter, coin.amount(second)), by="minter_admin")

    assert told(events) == [
        said(MinterConfigured, minter=minter, allowance=coin.amount(second), minter_admin=minter_admin)
    ]
    assert coin.minter_allowance(minter) == coin.amount(second)
    assert coin.is_minter(minter)
    assert coin.total_supply() == coin.amount(4)


def test_leaves_other_minters_alone(local: World) -> None:
    coin = local.coin
    allow_minting(local, "minter", 9)

    allow_minting(local, "alice", 5)

    assert coin.minter_allowance(local.address("minter")) == coin.amount(9)
    assert coin.minter_allowance(local.address("alice")) == coin.amount(5)


def test_gives_at_most_the_greatest_supply(local: World) -> None:
    coin, minter = local.coin, local.address("minter")

    local.do(coin.calls.configure_minter(minter, units(local, MAX_SUPPLY)), by="minter_admin")

    assert coin.minter_allowance(minter) == units(local, MAX_SUPPLY)


def test_an_allowance_of_one_unit_is_one_unit(local: World) -> None:
    coin, minter = local.coin, local.address("minter")
    allow_minting(local, "minter", "0.000001")

    local.do(coin.calls.mint(local.address("alice"), units(local, 1)), by="minter")

    assert coin.minter_allowance(minter) == units(local, 0)


def test_works_while_everything_is_paused_and_the_minter_waits(local: World) -> None:
    coin, minter = local.coin, local.address("minter")
    local.do(coin.calls.pause(), by="pauser")

    allow_minting(local, "minter", 9)

    assert coin.minter_allowance(minter) == coin.amount(9)
    with reverts(ScopePaused, scope=PauseScope.MINTING):
        local.do(coin.calls.mint(local.address("alice"), coin.amount(1)), by="minter")


@pytest.mark.parametrize("caller", ["admin", "minter", "alice"])
def test_reverts_when_the_caller_does_not_administer_minters(local: World, caller: str) -> None:
    coin, party = local.coin, local.address(caller)
    allow_minting(local, "minter", 9)

    with reverts(AccessControlUnauthorizedAccount, account=party, needed_role=Role.MINTER_ADMIN_ROLE.identifier):
        local.do(coin.calls.configure_minter(party, coin.amount(10)), by=caller)


@pytest.mark.parametrize("allowance", [MAX_SUPPLY + 1, 2**200, UNLIMITED])
def test_reverts_when_the_allowance_exceeds_the_greatest_supply(local: World, allowance: int) -> None:
    with reverts(InvalidMintAllowance, allowance=allowance):
        local.do(call_of(local, "configureMinter", local.address("minter"), allowance), by="minter_admin")
