"""mint(to, value)

when the caller is no minter: reverts
when the value is zero: reverts
when the value exceeds the caller's allowance: reverts
when minting is paused: reverts
when the receiver is zero, the coin itself, or blacklisted: reverts
when the minter is blacklisted: reverts
otherwise: credits the receiver, raises the supply, spends the allowance, emits Transfer and Minted
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import MintAllowanceExceeded
from stablecoin_tools.token.events import Minted, Transfer
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def test_credits_the_receiver_and_raises_the_supply(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.do(coin.calls.configure_minter(local.address("minter"), coin.amount(100)), by="minter_admin")

    events = local.do(coin.calls.mint(alice, coin.amount(40)), by="minter")

    assert coin.balance_of(alice) == coin.amount(40)
    assert coin.total_supply() == coin.amount(40)
    assert coin.minter_allowance(local.address("minter")) == coin.amount(60)
    transfer, minted = events
    assert isinstance(transfer, Transfer)
    assert (transfer.sender, transfer.to, transfer.value) == (ZERO_ADDRESS, alice, coin.amount(40))
    assert isinstance(minted, Minted)
    assert (minted.minter, minted.to, minted.value) == (local.address("minter"), alice, coin.amount(40))


def test_reverts_when_the_value_exceeds_the_allowance(local: World) -> None:
    coin, minter = local.coin, local.address("minter")
    local.do(coin.calls.configure_minter(minter, coin.amount(5)), by="minter_admin")

    with reverts(MintAllowanceExceeded, minter=minter, available=5_000_000, needed=5_000_001):
        local.do(coin.calls.mint(local.address("alice"), coin.amount("5.000001")), by="minter")

    assert coin.total_supply() == coin.amount(0)
