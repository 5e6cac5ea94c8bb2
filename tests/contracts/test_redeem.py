"""redeem(value, ref)

when redemption is paused: reverts
when the caller is blacklisted: reverts
when the value is zero, or more than the caller holds: reverts
when the caller used the reference before: reverts
otherwise: debits the caller, lowers the supply, uses the caller's reference up, emits Transfer and Redeemed
    given transfers and minting paused: works
    given the reference used by somebody else, or by the issuer: works, for each has a set apart

Every holder may; no role is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ERC20InsufficientBalance,
    ReferenceUsed,
    ScopePaused,
    ZeroValue,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Redeemed, Transfer
from tests.contracts.words import UNLIMITED, allow_minting, answer_of, call_of, reference, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

TOKEN = 1_000_000
REF = reference(42)


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 50 tokens, bob 10."""
    local.give("alice", 50)
    local.give("bob", 10)
    return local


def redeem(world: World, value: int = TOKEN, ref: bytes = REF) -> Call:
    return call_of(world, "redeem", value, ref)


def is_used(world: World, person: str, ref: bytes = REF) -> bool:
    used: bool = answer_of(world, "isReferenceUsed(address,bytes32)", world.address(person), ref)
    return used


def test_gives_coins_back(held: World) -> None:
    coin, alice = held.coin, held.address("alice")

    events = held.do(redeem(held, 20 * TOKEN), by="alice")

    assert told(events) == [
        said(Transfer, sender=alice, to=ZERO_ADDRESS, value=coin.amount(20)),
        said(Redeemed, holder=alice, value=coin.amount(20), ref=REF),
    ]
    assert coin.balance_of(alice) == coin.amount(30)
    assert coin.balance_of(held.address("bob")) == coin.amount(10)
    assert coin.total_supply() == coin.amount(40)
    assert is_used(held, "alice")


def test_gives_back_to_the_last_unit(held: World) -> None:
    held.do(redeem(held, 50 * TOKEN), by="alice")

    assert held.coin.balance_of(held.address("alice")) == held.coin.amount(0)
    assert held.coin.total_supply() == held.coin.amount(10)


def test_works_once_for_a_reference(held: World) -> None:
    held.do(redeem(held), by="alice")

    with reverts(ReferenceUsed, ref=REF):
        held.do(redeem(held, 2 * TOKEN), by="alice")
    held.do(redeem(held, ref=reference(43)), by="alice")

    assert held.coin.total_supply() == held.coin.amount(58)


def test_a_stranger_cannot_use_up_a_holders_reference_nor_the_issuers(held: World) -> None:
    coin, alice = held.coin, held.address("alice")
    allow_minting(held, "minter", 5)
    held.do(redeem(held), by="bob")
    assert (is_used(held, "bob"), is_used(held, "alice")) == (True, False)
    assert answer_of(held, "isReferenceUsed(bytes32)", REF) is False

    held.do(redeem(held), by="alice")
    held.do(call_of(held, "mint(address,uint256,bytes32)", alice, 5 * TOKEN, REF), by="minter")

    assert coin.balance_of(alice) == coin.amount(54)
    assert coin.total_supply() == coin.amount(63)


def test_the_issuer_cannot_use_up_a_holders_reference(held: World) -> None:
    held.give("minter", 5)
    held.do(call_of(held, "burn(uint256,bytes32)", TOKEN, REF), by="minter")
    assert not is_used(held, "minter")

    held.do(redeem(held), by="minter")

    assert is_used(held, "minter")
    assert held.coin.balance_of(held.address("minter")) == held.coin.amount(3)


@pytest.mark.parametrize("number", [0, 255, 256, 2**256 - 1])
def test_a_reference_touches_no_neighbour(held: World, number: int) -> None:
    held.do(redeem(held, ref=reference(number)), by="alice")

    neighbours = (0, 1, 254, 255, 256, 257, 2**256 - 2, 2**256 - 1)
    assert [each for each in neighbours if is_used(held, "alice", reference(each))] == [number]


def test_a_refused_redemption_does_not_use_the_reference_up(held: World) -> None:
    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=50 * TOKEN, needed=51 * TOKEN):
        held.do(redeem(held, 51 * TOKEN), by="alice")

    assert not is_used(held, "alice")
    held.do(redeem(held), by="alice")


def test_works_while_transfers_and_minting_are_paused(held: World) -> None:
    held.do(held.coin.calls.pause(PauseScope.TRANSFERS | PauseScope.MINTING), by="pauser")

    held.do(redeem(held), by="alice")

    assert held.coin.total_supply() == held.coin.amount(59)


def test_reverts_when_redemption_is_paused(held: World) -> None:
    held.do(held.coin.calls.pause(PauseScope.REDEMPTION), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.REDEMPTION):
        held.do(redeem(held), by="alice")


def test_reverts_when_the_holder_is_blacklisted(held: World) -> None:
    alice = held.address("alice")
    held.do(held.coin.calls.blacklist(alice), by="blacklister")

    with reverts(AccountBlacklisted, account=alice):
        held.do(redeem(held), by="alice")


def test_reverts_when_the_value_is_zero(held: World) -> None:
    with reverts(ZeroValue):
        held.do(redeem(held, 0), by="alice")


@pytest.mark.parametrize("value", [50 * TOKEN + 1, 2**128, UNLIMITED])
def test_reverts_when_the_holder_holds_less(held: World, value: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=50 * TOKEN, needed=value):
        held.do(redeem(held, value), by="alice")
