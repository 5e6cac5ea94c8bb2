"""How the coin behaves where others differ, one question each

transfer to zero, transfer to the coin itself: refused
a transferFrom of nothing by a stranger: refused
a blacklisted spender, whatever its allowance: refused
approve by or to a blacklisted account: done, and inert
mint to a blacklisted account: refused
blacklist twice: done, once
paused: approve, mint and burn stop by scope, `pause()` stops them all
paused: blacklisting is done
mint 2^200: refused
supportsInterface: answered
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import TYPE_CHECKING

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ERC20InsufficientAllowance,
    ERC20InvalidReceiver,
    InvalidMintAllowance,
    MintAllowanceExceeded,
    ScopePaused,
    SupplyCapExceeded,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Approval, Blacklisted
from tests.contracts.words import MAX_SUPPLY, UNLIMITED, allow_minting, call_of, refusal_of, said, told, units
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

ERC20 = (
    "totalSupply()",
    "balanceOf(address)",
    "transfer(address,uint256)",
    "allowance(address,address)",
    "approve(address,uint256)",
    "transferFrom(address,address,uint256)",
)
ERC20_METADATA = ("name()", "symbol()", "decimals()")
ERC165 = ("supportsInterface(bytes4)",)
ACCESS_CONTROL = (
    "hasRole(bytes32,address)",
    "getRoleAdmin(bytes32)",
    "grantRole(bytes32,address)",
    "revokeRole(bytes32,address)",
    "renounceRole(bytes32,address)",
)
ACCESS_CONTROL_ENUMERABLE = ("getRoleMember(bytes32,uint256)", "getRoleMemberCount(bytes32)")


def interface_id(signatures: tuple[str, ...]) -> bytes:
    """The identifier of an interface. Source: ERC-165."""
    return reduce(xor, (int.from_bytes(keccak(name.encode())[:4], "big") for name in signatures)).to_bytes(4, "big")


def test_refuses_a_transfer_to_zero(local: World) -> None:
    local.give("alice", 10)

    with reverts(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        local.do(call_of(local, "transfer", ZERO_ADDRESS, 1), by="alice")


def test_refuses_a_transfer_to_the_coin_itself(local: World) -> None:
    local.give("alice", 10)

    with reverts(ERC20InvalidReceiver, receiver=local.coin.address):
        local.do(local.coin.calls.transfer(local.coin.address, local.coin.amount(1)), by="alice")


def test_refuses_a_transfer_of_nothing_by_a_stranger(local: World) -> None:
    local.give("alice", 10)
    poison = local.coin.calls.transfer_from(local.address("alice"), local.address("admin"), local.coin.amount(0))

    with reverts(ERC20InsufficientAllowance, spender=local.address("bob"), allowance=0, needed=0):
        local.do(poison, by="bob")


@pytest.mark.parametrize("allowance", [1, UNLIMITED])
def test_refuses_a_blacklisted_spender_whatever_its_allowance(local: World, allowance: int) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(call_of(local, "approve", bob, allowance), by="alice")
    local.do(local.coin.calls.blacklist(bob), by="blacklister")

    with reverts(AccountBlacklisted, account=bob):
        local.do(local.coin.calls.transfer_from(alice, local.address("admin"), units(local, 1)), by="bob")


@pytest.mark.parametrize("party", ["alice", "bob"])
def test_approves_by_and_to_a_blacklisted_account_without_effect_on_balances(local: World, party: str) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.blacklist(local.address(party)), by="blacklister")

    events = local.do(coin.calls.approve(bob, coin.amount(1)), by="alice")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(1))]
    with reverts(AccountBlacklisted, account=local.address(party)):
        local.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")


def test_refuses_a_mint_to_a_blacklisted_account(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    allow_minting(local, "minter", 10)
    local.do(coin.calls.blacklist(alice), by="blacklister")

    with reverts(AccountBlacklisted, account=alice):
        local.do(coin.calls.mint(alice, coin.amount(1)), by="minter")


def test_blacklists_twice_with_the_effect_of_once(local: World) -> None:
    coin, alice = local.coin, local.address("alice")

    told_first = told(local.do(coin.calls.blacklist(alice), by="blacklister"))
    told_second = told(local.do(coin.calls.blacklist(alice), by="blacklister"))

    assert told_first == [said(Blacklisted, account=alice, blacklister=local.address("blacklister"))]
    assert told_second == []
    local.do(coin.calls.un_blacklist(alice), by="unblacklister")
    assert not coin.is_blacklisted(alice)


@pytest.mark.parametrize(
    ("scopes", "stopped"),
    [
        (PauseScope.TRANSFERS, {"approve"}),
        (PauseScope.MINTING, {"mint"}),
        (PauseScope.REDEMPTION, {"burn"}),
        (PauseScope.ALL, {"approve", "mint", "burn"}),
    ],
    ids=["transfers", "minting", "redemption", "everything"],
)
def test_a_pause_stops_approve_mint_and_burn_by_scope(local: World, scopes: PauseScope, stopped: set[str]) -> None:
    coin, alice = local.coin, local.address("alice")
    local.give("minter", 10)
    allow_minting(local, "minter", 10)
    verbs = {
        "approve": coin.calls.approve(alice, coin.amount(1)),
        "mint": coin.calls.mint(alice, coin.amount(1)),
        "burn": coin.calls.burn(coin.amount(1)),
    }

    local.do(coin.calls.pause(scopes), by="pauser")

    refusals = {verb: refusal_of(local, call, by="minter") for verb, call in verbs.items()}
    assert {verb for verb, refused in refusals.items() if isinstance(refused, ScopePaused)} == stopped
    assert {verb for verb, refused in refusals.items() if refused is None} == set(verbs) - stopped


def test_blacklists_and_frees_while_everything_is_paused(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.do(coin.calls.pause(), by="pauser")

    local.do(coin.calls.blacklist(alice), by="blacklister")
    assert coin.is_blacklisted(alice)
    local.do(coin.calls.un_blacklist(alice), by="unblacklister")
    assert not coin.is_blacklisted(alice)


def test_refuses_to_mint_what_128_bits_cannot_hold(local: World) -> None:
    coin, minter, alice = local.coin, local.address("minter"), local.address("alice")
    local.give("alice", 1)
    with reverts(InvalidMintAllowance, allowance=2**200):
        local.do(call_of(local, "configureMinter", minter, 2**200), by="minter_admin")
    local.do(coin.calls.configure_minter(minter, units(local, MAX_SUPPLY)), by="minter_admin")

    with reverts(MintAllowanceExceeded, minter=minter, available=MAX_SUPPLY, needed=2**200):
        local.do(call_of(local, "mint", alice, 2**200), by="minter")
    with reverts(SupplyCapExceeded, cap=MAX_SUPPLY, needed=MAX_SUPPLY + 1_000_000):
        local.do(call_of(local, "mint", alice, MAX_SUPPLY), by="minter")

    assert coin.total_supply() == coin.amount(1)


@pytest.mark.parametrize(
    "signatures",
    [ERC20, ERC20_METADATA, ERC165, ACCESS_CONTROL, ACCESS_CONTROL_ENUMERABLE],
    ids=["ERC-20", "ERC-20 metadata", "ERC-165", "access control", "enumerable access control"],
)
def test_says_which_interfaces_it_speaks(local: World, signatures: tuple[str, ...]) -> None:
    assert local.coin.supports_interface(interface_id(signatures))


def test_does_not_say_that_it_speaks_what_it_does_not(local: World) -> None:
    assert interface_id(ERC20).hex() == "36372b07"  # as the ERC-20 community knows it
    assert not local.coin.supports_interface(bytes.fromhex("ffffffff"))
    assert not local.coin.supports_interface(bytes.fromhex("12345678"))
