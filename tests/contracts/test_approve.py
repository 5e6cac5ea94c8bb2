"""approve(spender, value)

when transfers are paused: reverts
when the spender is zero: reverts
otherwise: sets the allowance in place of the former, moves nothing, emits Approval
    given either party blacklisted: works all the same, for an allowance moves nothing
    given minting and redemption paused: works
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import AccountBlacklisted, ERC20InvalidSpender, ScopePaused
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Approval
from tests.contracts.words import MAX_SUPPLY, UNLIMITED, answer_of, call_of, said, told, units
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def test_sets_the_allowance_and_moves_nothing(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)

    events = local.do(coin.calls.approve(bob, coin.amount(4)), by="alice")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(4))]
    assert coin.allowance(alice, bob) == coin.amount(4)
    assert coin.allowance(bob, alice) == coin.amount(0)
    assert coin.balance_of(alice) == coin.amount(10)
    assert coin.balance_of(bob) == coin.amount(0)
    assert coin.total_supply() == coin.amount(10)


def test_answers_true(local: World) -> None:
    assert answer_of(local, "approve", local.address("bob"), 1, by="alice") is True


@pytest.mark.parametrize("second", [0, 1, 7_000_000])
def test_replaces_the_former_allowance(local: World, second: int) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.do(coin.calls.approve(bob, coin.amount(4)), by="alice")

    local.do(coin.calls.approve(bob, units(local, second)), by="alice")

    assert coin.allowance(alice, bob) == units(local, second)


@pytest.mark.parametrize("value", [MAX_SUPPLY, MAX_SUPPLY + 1, UNLIMITED])
def test_keeps_every_bit_of_great_allowances(local: World, value: int) -> None:
    alice, bob = local.address("alice"), local.address("bob")

    local.do(call_of(local, "approve", bob, value), by="alice")

    assert answer_of(local, "allowance", alice, bob) == value


@pytest.mark.parametrize("party", ["alice", "bob"])
def test_works_with_a_blacklisted_party_and_gives_it_nothing_to_move(local: World, party: str) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.blacklist(local.address(party)), by="blacklister")

    events = local.do(coin.calls.approve(bob, coin.amount(4)), by="alice")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(4))]
    assert coin.allowance(alice, bob) == coin.amount(4)
    with reverts(AccountBlacklisted, account=local.address(party)):
        local.do(coin.calls.transfer_from(alice, local.address("admin"), coin.amount(4)), by="bob")


def test_works_while_only_minting_and_redemption_are_paused(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.do(coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    local.do(coin.calls.approve(bob, coin.amount(4)), by="alice")

    assert coin.allowance(alice, bob) == coin.amount(4)


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_transfers_are_paused(local: World, value: int) -> None:
    coin = local.coin
    local.do(coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        local.do(coin.calls.approve(local.address("bob"), coin.amount(value)), by="alice")


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_the_spender_is_zero(local: World, value: int) -> None:
    with reverts(ERC20InvalidSpender, spender=ZERO_ADDRESS):
        local.do(call_of(local, "approve", ZERO_ADDRESS, value), by="alice")
