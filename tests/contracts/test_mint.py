"""mint(to, value)

when the caller is no minter: reverts
when the minter is blacklisted: reverts, before anything else is looked at
when the value is zero: reverts
when the value exceeds the caller's allowance: reverts
when minting is paused: reverts
when the receiver is zero, the coin itself, or blacklisted: reverts
when the supply would exceed its cap: reverts
otherwise: credits the receiver, raises the supply, spends the allowance, emits Transfer and Minted
    given transfers and redemption paused: works

Limits that refill, the global limit, the supply cap, verified accounts and the reserve have files of their own. Under a
reference: `test_references.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    ERC20InvalidReceiver,
    MintAllowanceExceeded,
    ScopePaused,
    SupplyCapExceeded,
    ZeroValue,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import Minted, Transfer
from tests.contracts.words import (
    MAX_CAP,
    MAX_SUPPLY,
    UNLIMITED,
    allow_minting,
    answer_of,
    call_of,
    lift_limits,
    said,
    told,
    units,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def minting(local: World) -> World:
    """The minter may mint 100 tokens."""
    allow_minting(local, "minter", 100)
    return local


def test_credits_the_receiver_and_raises_the_supply(minting: World) -> None:
    coin, alice, minter = minting.coin, minting.address("alice"), minting.address("minter")

    events = minting.do(coin.calls.mint(alice, coin.amount(40)), by="minter")

    assert told(events) == [
        said(Transfer, sender=ZERO_ADDRESS, to=alice, value=coin.amount(40)),
        said(Minted, minter=minter, to=alice, value=coin.amount(40)),
    ]
    assert coin.balance_of(alice) == coin.amount(40)
    assert coin.balance_of(minter) == coin.amount(0)
    assert coin.total_supply() == coin.amount(40)
    assert coin.minter_allowance(minter) == coin.amount(60)


def test_answers_true(minting: World) -> None:
    assert answer_of(minting, "mint(address,uint256)", minting.address("alice"), 1, by="minter") is True


def test_adds_to_what_was_there_and_spends_the_allowance_to_the_last_unit(minting: World) -> None:
    coin, alice, minter = minting.coin, minting.address("alice"), minting.address("minter")
    minting.do(coin.calls.mint(alice, coin.amount(40)), by="minter")

    minting.do(coin.calls.mint(alice, coin.amount(60)), by="minter")

    assert coin.balance_of(alice) == coin.amount(100)
    assert coin.total_supply() == coin.amount(100)
    assert coin.minter_allowance(minter) == coin.amount(0)
    assert coin.is_minter(minter)
    with reverts(MintAllowanceExceeded, minter=minter, available=0, needed=1):
        minting.do(coin.calls.mint(alice, coin.amount("0.000001")), by="minter")


def test_lets_a_minter_mint_for_itself(minting: World) -> None:
    coin, minter = minting.coin, minting.address("minter")

    minting.do(coin.calls.mint(minter, coin.amount(1)), by="minter")

    assert coin.balance_of(minter) == coin.amount(1)
    assert coin.total_supply() == coin.amount(1)


def test_works_while_only_transfers_and_redemption_are_paused(minting: World) -> None:
    coin, alice = minting.coin, minting.address("alice")
    minting.do(coin.calls.pause(PauseScope.TRANSFERS | PauseScope.REDEMPTION), by="pauser")

    minting.do(coin.calls.mint(alice, coin.amount(1)), by="minter")

    assert coin.balance_of(alice) == coin.amount(1)


def test_fills_the_supply_to_the_last_unit_and_no_further(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    lift_limits(local)
    local.do(coin.calls.configure_minter(local.address("minter"), units(local, MAX_SUPPLY)), by="minter_admin")
    local.do(coin.calls.mint(alice, units(local, MAX_CAP)), by="minter")

    with reverts(SupplyCapExceeded, cap=MAX_CAP, supply=MAX_CAP, value=1):
        local.do(coin.calls.mint(local.address("bob"), units(local, 1)), by="minter")

    assert coin.total_supply() == coin.balance_of(alice) == units(local, MAX_CAP)
    assert answer_of(local, "supplyCap") == MAX_CAP
    assert coin.paused_scopes() == 0
    assert not coin.is_lane_closed()
    assert not coin.is_blacklisted(alice)


@pytest.mark.parametrize("caller", ["admin", "minter_admin", "alice"])
def test_reverts_when_the_caller_is_no_minter(minting: World, caller: str) -> None:
    coin = minting.coin

    with reverts(
        AccessControlUnauthorizedAccount,
        account=minting.address(caller),
        needed_role=Role.MINTER_ROLE.identifier,
    ):
        minting.do(coin.calls.mint(minting.address("alice"), coin.amount(1)), by=caller)


def test_reverts_when_the_value_is_zero(minting: World) -> None:
    with reverts(ZeroValue):
        minting.do(minting.coin.calls.mint(minting.address("alice"), minting.coin.amount(0)), by="minter")


@pytest.mark.parametrize("needed", [100_000_001, 2**200, UNLIMITED])
def test_reverts_when_the_value_exceeds_the_allowance(minting: World, needed: int) -> None:
    with reverts(MintAllowanceExceeded, minter=minting.address("minter"), available=100_000_000, needed=needed):
        minting.do(call_of(minting, "mint(address,uint256)", minting.address("alice"), needed), by="minter")


def test_reverts_when_minting_is_paused(minting: World) -> None:
    coin = minting.coin
    minting.do(coin.calls.pause(PauseScope.MINTING), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.MINTING):
        minting.do(coin.calls.mint(minting.address("alice"), coin.amount(1)), by="minter")


def test_reverts_when_the_receiver_is_zero(minting: World) -> None:
    with reverts(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        minting.do(call_of(minting, "mint(address,uint256)", ZERO_ADDRESS, 1), by="minter")


def test_reverts_when_the_receiver_is_the_coin_itself(minting: World) -> None:
    coin = minting.coin

    with reverts(ERC20InvalidReceiver, receiver=coin.address):
        minting.do(coin.calls.mint(coin.address, coin.amount(1)), by="minter")


def test_reverts_for_a_blacklisted_minter_before_anything_else(minting: World) -> None:
    coin, minter = minting.coin, minting.address("minter")
    minting.do(coin.calls.blacklist(minter), by="blacklister")
    minting.do(coin.calls.pause(), by="pauser")

    with reverts(AccountBlacklisted, account=minter):
        minting.do(call_of(minting, "mint(address,uint256)", ZERO_ADDRESS, 0), by="minter")


@pytest.mark.parametrize("party", ["minter", "alice"])
def test_reverts_when_minter_or_receiver_is_blacklisted(minting: World, party: str) -> None:
    coin = minting.coin
    minting.do(coin.calls.blacklist(minting.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=minting.address(party)):
        minting.do(coin.calls.mint(minting.address("alice"), coin.amount(1)), by="minter")
