"""burn(value)

when the caller is no burner: reverts
when the value is zero: reverts
when redemption is paused: reverts
when the burner is blacklisted: reverts
when the burner holds less than the value: reverts
otherwise: debits the burner, lowers the supply, emits Transfer and Burned
    given transfers and minting paused: works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    ERC20InsufficientBalance,
    ScopePaused,
    ZeroValue,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import Burned, Transfer
from tests.contracts.words import UNLIMITED, call_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def burning(local: World) -> World:
    """The burner, who is the minter too, holds 50 tokens, and alice 100."""
    local.give("minter", 50)
    local.give("alice", 100)
    return local


def test_debits_the_burner_and_lowers_the_supply(burning: World) -> None:
    coin, burner = burning.coin, burning.address("minter")

    events = burning.do(coin.calls.burn(coin.amount(20)), by="minter")

    assert told(events) == [
        said(Transfer, sender=burner, to=ZERO_ADDRESS, value=coin.amount(20)),
        said(Burned, burner=burner, value=coin.amount(20)),
    ]
    assert coin.balance_of(burner) == coin.amount(30)
    assert coin.balance_of(burning.address("alice")) == coin.amount(100)
    assert coin.total_supply() == coin.amount(130)


def test_burns_to_the_last_unit_and_gives_no_mint_allowance_back(burning: World) -> None:
    coin, burner = burning.coin, burning.address("minter")

    burning.do(coin.calls.burn(coin.amount(50)), by="minter")

    assert coin.balance_of(burner) == coin.amount(0)
    assert coin.total_supply() == coin.amount(100)
    assert coin.minter_allowance(burner) == coin.amount(0)


def test_works_while_only_transfers_and_minting_are_paused(burning: World) -> None:
    coin = burning.coin
    burning.do(coin.calls.pause(PauseScope.TRANSFERS | PauseScope.MINTING), by="pauser")

    burning.do(coin.calls.burn(coin.amount(50)), by="minter")

    assert coin.total_supply() == coin.amount(100)


@pytest.mark.parametrize("caller", ["admin", "minter_admin", "alice"])
def test_reverts_when_the_caller_is_no_burner(burning: World, caller: str) -> None:
    coin = burning.coin

    with reverts(
        AccessControlUnauthorizedAccount,
        account=burning.address(caller),
        needed_role=Role.BURNER_ROLE.identifier,
    ):
        burning.do(coin.calls.burn(coin.amount(1)), by=caller)


def test_reverts_when_the_value_is_zero(burning: World) -> None:
    with reverts(ZeroValue):
        burning.do(burning.coin.calls.burn(burning.coin.amount(0)), by="minter")


def test_reverts_when_redemption_is_paused(burning: World) -> None:
    coin = burning.coin
    burning.do(coin.calls.pause(PauseScope.REDEMPTION), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.REDEMPTION):
        burning.do(coin.calls.burn(coin.amount(1)), by="minter")


def test_reverts_when_the_burner_is_blacklisted(burning: World) -> None:
    coin, burner = burning.coin, burning.address("minter")
    burning.do(coin.calls.blacklist(burner), by="blacklister")

    with reverts(AccountBlacklisted, account=burner):
        burning.do(coin.calls.burn(coin.amount(1)), by="minter")


@pytest.mark.parametrize("needed", [50_000_001, 100_000_000, UNLIMITED])
def test_reverts_when_the_burner_holds_less_whatever_others_hold(burning: World, needed: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=burning.address("minter"), balance=50_000_000, needed=needed):
        burning.do(call_of(burning, "burn(uint256)", needed), by="minter")
