"""rescueERC20(token, to, value) and rescueETH(to, valueWei)

when the caller has no RESCUER_ROLE: reverts
when the token refuses, answers false, or is none: reverts
when the coin holds less, of the token or of ETH: reverts
when the receiver takes no ETH: reverts
otherwise: sends on, emits ERC20Rescued or ETHRescued
    given everything paused: works

The coin takes no ETH: what it holds was forced upon it. It never holds itself, so there is nothing of that to send on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    ERC20InsufficientBalance,
    ETHNotTaken,
    SafeERC20FailedOperation,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import ERC20Rescued, ETHRescued
from tests.contracts.words import call_of, create, mock, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from tests.world import World

HELD = 1_000


def stray(world: World, *, refuses: bool = False) -> Address:
    """Another token, of which the coin holds a thousand."""
    return create(world, mock("StrayToken"), world.coin.address, HELD, refuses)


def held(world: World, token: Address, holder: Address) -> int:
    answer = world.chain.call(Call(token, coin_abi().encode_call("balanceOf", holder)))
    return int.from_bytes(answer, "big")


def force_eth(world: World, value_wei: int) -> None:
    """Sends the coin ETH that it cannot refuse: of a contract that destroys itself as it is created."""
    destroys_itself = b"\x73" + world.coin.address + b"\xff"
    world.send(Call(None, destroys_itself, value_wei=value_wei), by="alice")
    assert world.chain.balance_wei(world.coin.address) == value_wei


def rescue(world: World, token: Address, value: int, *, to: str = "bob") -> Call:
    return call_of(world, "rescueERC20", token, world.address(to), value)


@pytest.mark.parametrize("value", [0, 1, HELD])
def test_sends_stray_tokens_on(local: World, value: int) -> None:
    token, bob = stray(local), local.address("bob")

    events = local.do(rescue(local, token, value), by="upgrader")

    assert told(events) == [said(ERC20Rescued, token=token, to=bob, value=value, rescuer=local.address("upgrader"))]
    assert held(local, token, bob) == value
    assert held(local, token, local.coin.address) == HELD - value


@pytest.mark.parametrize("value_wei", [0, 1, 10**18])
def test_sends_stray_eth_on(local: World, value_wei: int) -> None:
    bob = local.address("bob")
    force_eth(local, 10**18)
    before = local.chain.balance_wei(bob)

    events = local.do(call_of(local, "rescueETH", bob, value_wei), by="upgrader")

    assert told(events) == [said(ETHRescued, to=bob, value_wei=value_wei, rescuer=local.address("upgrader"))]
    assert local.chain.balance_wei(bob) == before + value_wei
    assert local.chain.balance_wei(local.coin.address) == 10**18 - value_wei


def test_works_while_everything_is_paused(local: World) -> None:
    token, bob = stray(local), local.address("bob")
    force_eth(local, 5)
    local.do(local.coin.calls.pause(), by="pauser")

    local.do(rescue(local, token, HELD), by="upgrader")
    local.do(call_of(local, "rescueETH", bob, 5), by="upgrader")

    assert held(local, token, bob) == HELD
    assert local.chain.balance_wei(local.coin.address) == 0


def test_reverts_with_the_tokens_own_reason(local: World) -> None:
    token = stray(local)

    with reverts(ERC20InsufficientBalance, sender=local.coin.address, balance=HELD, needed=HELD + 1):
        local.do(rescue(local, token, HELD + 1), by="upgrader")


def test_reverts_when_the_token_answers_false(local: World) -> None:
    token = stray(local, refuses=True)

    with reverts(SafeERC20FailedOperation, token=token):
        local.do(rescue(local, token, 1), by="upgrader")

    assert held(local, token, local.coin.address) == HELD


def test_reverts_when_there_is_no_token_at_the_address(local: World) -> None:
    alice = local.address("alice")

    with reverts(SafeERC20FailedOperation, token=alice):
        local.do(rescue(local, alice, 1), by="upgrader")


def test_there_is_nothing_to_rescue_of_the_coin_itself(local: World) -> None:
    coin = local.coin
    local.give("alice", 10)

    with reverts(ERC20InsufficientBalance, sender=coin.address, balance=0, needed=1):
        local.do(rescue(local, coin.address, 1), by="upgrader")

    assert coin.balance_of(local.address("alice")) == coin.total_supply() == coin.amount(10)


def test_reverts_when_the_coin_holds_less_eth(local: World) -> None:
    force_eth(local, 5)

    with reverts(ETHNotTaken, to=local.address("bob"), value_wei=6):
        local.do(call_of(local, "rescueETH", local.address("bob"), 6), by="upgrader")


def test_reverts_when_the_receiver_takes_no_eth(local: World) -> None:
    token = stray(local)
    force_eth(local, 5)

    with reverts(ETHNotTaken, to=token, value_wei=5):
        local.do(call_of(local, "rescueETH", token, 5), by="upgrader")

    assert local.chain.balance_wei(local.coin.address) == 5


@pytest.mark.parametrize("caller", ["admin", "minter_admin", "alice"])
def test_reverts_when_the_caller_does_not_rescue(local: World, caller: str) -> None:
    token, bob = stray(local), local.address("bob")
    force_eth(local, 5)

    for call in (rescue(local, token, 1), call_of(local, "rescueETH", bob, 1)):
        with reverts(
            AccessControlUnauthorizedAccount,
            account=local.address(caller),
            needed_role=Role.RESCUER_ROLE.identifier,
        ):
            local.do(call, by=caller)
