"""Stablecoin: what stands on the chain, read as typed values, the same on both chains

when the coin is fresh, and after each power was used: every read says so
when there is no coin at the address, or another contract: ConfigError
when a party is zero or mistyped: InvalidAddress
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ConfigError, InvalidAddress, StablecoinError
from stablecoin_tools.reverts import ERC20InsufficientBalance
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import PendingAdmin, Stablecoin
from tests.chain.echo import deploy_echo
from tests.world import ADMIN_DELAY_SECONDS, ROLES, World, reverts

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_fresh_coin(world: World) -> None:
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")

    assert coin.name() == "Test Dollar"
    assert (coin.denomination.symbol, coin.denomination.decimals, coin.currency()) == ("TUSD", 6, "USD")
    assert coin.total_supply() == coin.balance_of(alice) == coin.allowance(alice, bob) == coin.amount(0)
    assert not coin.is_minter(alice)
    assert coin.minter_allowance(alice) == coin.amount(0)
    assert not coin.is_blacklisted(alice)
    assert not coin.paused()
    assert coin.paused_scopes() == PauseScope(0)
    assert not coin.paused_scopes()
    assert not coin.is_lane_closed()
    assert coin.default_admin() == world.address("admin")
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS
    assert coin.default_admin_delay_increase_wait_seconds() == 5 * 24 * 3600
    assert coin.pending_default_admin() is None
    assert coin.pending_default_admin_delay() is None
    assert world.chain.code(coin.implementation())
    assert repr(coin) == f"Stablecoin(TUSD at {coin.address} on {world.chain.network.name})"


def test_roles(world: World) -> None:
    coin = world.coin
    for role, person in ROLES.items():
        assert coin.role_members(role) == (world.address(person),)
        assert coin.has_role(role, world.address(person))
        assert not coin.has_role(role, world.address("alice"))
        assert coin.role_admin(role) == "DEFAULT_ADMIN_ROLE"
    assert coin.role_members(Role.DEFAULT_ADMIN_ROLE) == (world.address("admin"),)
    world.do(coin.calls.grant_role(Role.PAUSER_ROLE, world.address("alice")), by="admin")
    assert set(coin.role_members(Role.PAUSER_ROLE)) == {world.address("pauser"), world.address("alice")}


def test_each_power_is_seen(world: World) -> None:
    coin, calls = world.coin, world.coin.calls
    alice, bob, minter = world.address("alice"), world.address("bob"), world.address("minter")

    world.do(calls.configure_minter(minter, coin.amount(10)), by="minter_admin")
    assert coin.is_minter(minter)
    assert coin.minter_allowance(minter) == coin.amount(10)
    world.do(calls.mint(alice, coin.amount(4)), by="minter")
    assert coin.minter_allowance(minter) == coin.amount(6)
    assert coin.total_supply() == coin.balance_of(alice) == coin.amount(4)
    world.do(calls.approve(bob, coin.amount(3)), by="alice")
    world.do(calls.transfer_from(alice, bob, coin.amount(1)), by="bob")
    assert coin.allowance(alice, bob) == coin.amount(2)
    assert coin.balance_of(bob) == coin.amount(1)
    world.do(calls.blacklist(bob), by="blacklister")
    assert coin.is_blacklisted(bob)
    world.do(calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")
    assert coin.paused_scopes() == PauseScope.MINTING | PauseScope.REDEMPTION
    assert not coin.paused()  # only transfers count as paused
    world.do(calls.pause(), by="pauser")
    assert coin.paused()
    assert coin.paused_scopes() == PauseScope.ALL
    world.do(calls.remove_minter(minter), by="minter_admin")
    assert not coin.is_minter(minter)


def test_a_change_of_admin_is_seen_with_its_time(world: World) -> None:
    coin, alice = world.coin, world.address("alice")

    receipt = world.send(coin.calls.begin_default_admin_transfer(alice), by="admin")

    begun = world.chain.block(receipt.block_number).timestamp
    acceptable = datetime.fromtimestamp(begun + ADMIN_DELAY_SECONDS, UTC)
    assert coin.pending_default_admin() == PendingAdmin(alice, acceptable)
    world.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)
    world.do(coin.calls.accept_default_admin_transfer(), by="alice")
    assert coin.default_admin() == alice
    assert coin.pending_default_admin() is None


def test_a_change_of_the_delay_is_seen_with_its_time(world: World) -> None:
    coin = world.coin

    receipt = world.send(coin.calls.change_default_admin_delay(ADMIN_DELAY_SECONDS * 2), by="admin")

    changed = world.chain.block(receipt.block_number).timestamp
    effective = datetime.fromtimestamp(changed + ADMIN_DELAY_SECONDS * 2, UTC)
    assert coin.pending_default_admin_delay() == (ADMIN_DELAY_SECONDS * 2, effective)
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS


def test_interfaces(world: World) -> None:
    assert world.coin.supports_interface(bytes.fromhex("01ffc9a7"))  # ERC-165
    assert world.coin.supports_interface(bytes.fromhex("31498786"))  # AccessControlDefaultAdminRules
    assert not world.coin.supports_interface(bytes.fromhex("ffffffff"))


def test_simulate_says_the_gas_or_the_refusal(world: World) -> None:
    world.give("alice", 1)
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")

    gas = coin.simulate(coin.calls.transfer(bob, coin.amount(1)), sender=str(alice))
    with reverts(ERC20InsufficientBalance, sender=alice, balance=1_000_000, needed=2_000_000):
        coin.simulate(coin.calls.transfer(bob, coin.amount(2)), sender=alice)

    receipt = world.send(coin.calls.transfer(bob, coin.amount(1)), by="alice")
    assert receipt.gas_used <= gas <= receipt.gas_used * 1.2  # the refund of an emptied account included


def test_no_coin_where_nothing_stands(world: World) -> None:
    with pytest.raises(ConfigError, match="no contract"):
        Stablecoin(world.chain, Address(b"\x77" * 20))


def test_no_coin_where_another_contract_stands(world: World) -> None:
    silent = world.send(Call(None, bytes.fromhex("60015ff3")), by="bob").contract_address  # its code is one STOP
    assert silent is not None

    with pytest.raises(ConfigError):
        Stablecoin(world.chain, silent)


def test_no_coin_where_a_contract_refuses(world: World) -> None:
    with pytest.raises(StablecoinError):
        Stablecoin(world.chain, deploy_echo(world))


@pytest.mark.parametrize("party", [ZERO_ADDRESS, "0x12", "alice"])
def test_a_wrong_party_is_refused(local: World, party: Address | str) -> None:
    coin, alice = local.coin, local.address("alice")
    reads: list[Callable[[], object]] = [
        lambda: coin.balance_of(party),
        lambda: coin.allowance(party, alice),
        lambda: coin.allowance(alice, party),
        lambda: coin.is_minter(party),
        lambda: coin.minter_allowance(party),
        lambda: coin.is_blacklisted(party),
        lambda: coin.has_role(Role.PAUSER_ROLE, party),
        lambda: Stablecoin(local.chain, party),
    ]

    for read in reads:
        with pytest.raises(InvalidAddress):
            read()
