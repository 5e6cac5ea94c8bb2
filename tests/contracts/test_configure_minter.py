"""configureMinter(minter, allowance) and configureMinter(minter, capacity, refillPerSecond)

when the caller has no MINTER_ADMIN_ROLE: reverts
when the allowance or capacity exceeds the greatest supply: reverts
when the capacity takes more than 272 years to refill: reverts
given no minter: grants the role, sets the allowance, emits RoleGranted and MinterConfigured
given a minter: sets the allowance in place of the former, emits MinterConfigured alone
    when a refill is named: keeps both figures to six significant digits, rounded down, and tells what is kept
    when it is zero: a plain allowance, exact
given everything paused: works, and the minter waits

What a refilling limit lets through, and when: `test_limits.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    AmountTooGreat,
    InvalidLimit,
    ScopePaused,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import MinterConfigured, RoleGranted
from tests.contracts.words import (
    MAX_CAP,
    MAX_SUPPLY,
    UNLIMITED,
    allow_minting,
    answer_of,
    call_of,
    refusal_of,
    said,
    told,
    units,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.contracts.words import Said
    from tests.world import World

PLAIN, REFILLING = "configureMinter(address,uint256)", "configureMinter(address,uint256,uint256)"


def configured(world: World, minter: str, allowance: int, refill: int = 0) -> Said:
    """The event of a minter's new limit, in base units."""
    return said(
        MinterConfigured,
        minter=world.address(minter),
        allowance=units(world, allowance),
        refill_per_second=units(world, refill),
        minter_admin=world.address("minter_admin"),
    )


def test_makes_a_minter(local: World) -> None:
    coin, alice, minter_admin = local.coin, local.address("alice"), local.address("minter_admin")

    events = local.do(coin.calls.configure_minter(alice, coin.amount(9)), by="minter_admin")

    assert told(events) == [
        said(RoleGranted, role=Role.MINTER_ROLE.identifier, account=alice, sender=minter_admin),
        configured(local, "alice", 9_000_000),
    ]
    assert coin.is_minter(alice)
    assert coin.role_members(Role.MINTER_ROLE) == (alice,)
    assert coin.minter_allowance(alice) == coin.amount(9)
    assert coin.total_supply() == coin.amount(0)


def test_answers_true(local: World) -> None:
    assert answer_of(local, PLAIN, local.address("alice"), 1, by="minter_admin") is True
    assert answer_of(local, REFILLING, local.address("alice"), 1, 1, by="minter_admin") is True


@pytest.mark.parametrize("second", [0, 3, 20])
def test_replaces_what_is_left_of_the_former_allowance(local: World, second: int) -> None:
    coin, minter = local.coin, local.address("minter")
    allow_minting(local, "minter", 9)
    local.do(coin.calls.mint(local.address("alice"), coin.amount(4)), by="minter")

    events = local.do(coin.calls.configure_minter(minter, coin.amount(second)), by="minter_admin")

    assert told(events) == [configured(local, "minter", second * 1_000_000)]
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


def test_makes_a_minter_of_a_blacklisted_account_which_waits(local: World) -> None:
    coin, minter = local.coin, local.address("minter")
    local.do(coin.calls.blacklist(minter), by="blacklister")

    allow_minting(local, "minter", 9)

    assert coin.is_minter(minter)
    assert coin.minter_allowance(minter) == coin.amount(9)
    with reverts(AccountBlacklisted, account=minter):
        local.do(coin.calls.mint(local.address("alice"), coin.amount(1)), by="minter")


@pytest.mark.parametrize("caller", ["admin", "minter", "alice"])
def test_reverts_when_the_caller_does_not_administer_minters(local: World, caller: str) -> None:
    coin, party = local.coin, local.address(caller)
    allow_minting(local, "minter", 9)

    with reverts(AccessControlUnauthorizedAccount, account=party, needed_role=Role.MINTER_ADMIN_ROLE.identifier):
        local.do(coin.calls.configure_minter(party, coin.amount(10)), by=caller)


@pytest.mark.parametrize("allowance", [MAX_SUPPLY + 1, 2**200, UNLIMITED])
def test_reverts_when_the_allowance_exceeds_the_greatest_supply(local: World, allowance: int) -> None:
    minter = local.address("minter")

    for call in (call_of(local, PLAIN, minter, allowance), call_of(local, REFILLING, minter, allowance, 2**100)):
        with reverts(AmountTooGreat, amount=allowance, greatest=MAX_SUPPLY):
            local.do(call, by="minter_admin")


@pytest.mark.parametrize(
    ("capacity", "refill", "kept"),
    [
        (1_048_575, 1_048_575, (1_048_575, 1_048_575)),
        (1_048_576, 1_048_579, (1_048_570, 1_048_570)),
        (123_456_789_123, 1_999_999, (123_456_000_000, 1_999_990)),
        (MAX_SUPPLY, MAX_SUPPLY, (MAX_CAP, MAX_CAP)),
        (0, 1, (0, 1)),
        (MAX_SUPPLY, 0, (MAX_SUPPLY, 0)),
        (1_048_579, 0, (1_048_579, 0)),
        (2**33 - 1, 1, (8_589_930_000, 1)),
        (1, UNLIMITED % 2**112, (1, MAX_CAP)),
    ],
)
def test_keeps_six_digits_of_a_limit_that_refills_and_all_of_a_plain_allowance(
    local: World, capacity: int, refill: int, kept: tuple[int, int]
) -> None:
    minter = local.address("minter")

    events = local.do(call_of(local, REFILLING, minter, capacity, refill), by="minter_admin")

    assert told(events)[1:] == [configured(local, "minter", *kept)]
    assert answer_of(local, "minterLimit", minter) == (*kept, kept[0])
    assert local.coin.minter_allowance(minter) == units(local, kept[0])


@pytest.mark.parametrize(("capacity", "refill"), [(2**33, 1), (2**111, 2**78), (10**6 * 2**33, 10**6)])
def test_reverts_when_a_capacity_takes_more_than_272_years_to_refill(local: World, capacity: int, refill: int) -> None:
    minter = local.address("minter")
    call = call_of(local, REFILLING, minter, capacity, refill)

    with reverts(InvalidLimit, capacity=capacity, refill_per_second=refill):
        local.do(call, by="minter_admin")

    assert not local.coin.is_minter(minter)
    assert refusal_of(local, call_of(local, REFILLING, minter, capacity - 1, refill), by="minter_admin") is None
