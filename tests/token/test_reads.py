"""Stablecoin: what stands on the chain, read as typed values, the same on both chains

when the coin is fresh, and after each power was used: every read says so
when there is no coin at the address, or another contract: ConfigError
when a party is zero or mistyped: InvalidAddress
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ConfigError, InvalidAddress, StablecoinError, UsageError
from stablecoin_tools.reverts import ERC20InsufficientBalance, ReserveFeedMissing, ReserveFeedStale
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import Limit, PendingAdmin, ReserveFeed, Stablecoin, as_kept, reference
from stablecoin_tools.token.events import SupplyCapChanged
from tests.chain.echo import deploy_echo
from tests.contracts.words import create, mock
from tests.world import ADMIN_DELAY_SECONDS, ROLES, World, reverts

if TYPE_CHECKING:
    from collections.abc import Callable

WORD = b"\x01" * 32


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
    assert (coin.version(), coin.contract_uri()) == ("1", "")
    assert coin.nonces(alice) == 0
    assert not coin.authorization_state(alice, WORD)
    assert coin.supply_cap() == coin.amount(10_000_000_000)
    assert coin.global_limit().available == coin.global_limit().capacity == coin.amount(1_000_000_000)
    assert coin.minter_limit(alice) == coin.bridge_limit(alice) == Limit(*[coin.amount(0)] * 3)
    assert not coin.is_reference_used(WORD)
    assert not coin.is_reference_used(WORD, holder=alice)
    assert not coin.is_verified(alice)
    assert not coin.is_allowlist_only()
    assert coin.reserve_feed() is None
    with reverts(ReserveFeedMissing):
        coin.attested_reserve()
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


def test_limits_are_seen_and_what_comes_back(local: World) -> None:
    coin, calls, minter, alice = local.coin, local.coin.calls, local.address("minter"), local.address("alice")
    ten, two, four, day = coin.amount(10), coin.amount(2), coin.amount(4), 24 * 3600

    local.do(calls.set_supply_cap(coin.amount(100)), by="admin")
    local.do(calls.set_global_limit(coin.amount(20), coin.amount("0.01")), by="admin")
    assert coin.supply_cap() == coin.amount(100)
    local.do(calls.configure_minter(minter, ten, coin.amount("0.01")), by="minter_admin")
    assert coin.minter_limit(minter) == Limit(ten, coin.amount("0.01"), ten)
    local.do(calls.mint(alice, four), by="minter")
    assert coin.minter_allowance(minter) < ten
    limit = coin.global_limit()
    assert (limit.capacity, limit.refill_per_second) == (coin.amount(20), coin.amount("0.01"))
    assert limit.available < limit.capacity
    local.chain.advance(seconds=day)
    assert coin.minter_allowance(minter) == ten
    assert coin.global_limit().available == coin.amount(20)
    local.do(calls.configure_bridge(minter, two), by="minter_admin")
    assert coin.bridge_limit(minter) == Limit(two, coin.amount(0), two)
    local.do(calls.crosschain_mint(alice, coin.amount(1)), by="minter")
    assert coin.bridge_limit(minter).available == coin.amount(1)


def test_references_are_seen_the_issuers_apart_from_the_holders(world: World) -> None:
    world.give("minter", 5)
    world.give("alice", 5)
    coin, calls, alice, bob = world.coin, world.coin.calls, world.address("alice"), world.address("bob")

    world.do(calls.burn(coin.amount(1), reference("order-1")), by="minter")
    world.do(calls.redeem(coin.amount(1), reference("order-2")), by="alice")

    assert coin.is_reference_used(reference("order-1"))
    assert not coin.is_reference_used(reference("order-2"))
    assert coin.is_reference_used(reference("order-2"), holder=alice)
    assert not coin.is_reference_used(reference("order-1"), holder=alice)
    assert not coin.is_reference_used(reference("order-2"), holder=bob)


def test_verified_accounts_and_the_description_are_seen(world: World) -> None:
    coin, calls, alice, bob = world.coin, world.coin.calls, world.address("alice"), world.address("bob")

    world.do(calls.verify(alice), by="unpauser")
    world.do(calls.verify(bob), by="unpauser")
    world.do(calls.un_verify(bob), by="unpauser")
    world.do(calls.set_allowlist_only(is_on=True), by="admin")
    world.do(calls.set_contract_uri("https://example.org/tusd.json"), by="admin")

    assert (coin.is_verified(alice), coin.is_verified(bob)) == (True, False)
    assert coin.is_allowlist_only()
    assert coin.contract_uri() == "https://example.org/tusd.json"


def test_the_reserve_is_seen_as_its_feed_attests_it(local: World) -> None:
    coin, now = local.coin, local.chain.block().timestamp
    feed = create(local, mock("ReserveFeed"), 8, 1_234_500_000_000, now)

    local.do(coin.calls.set_reserve_feed(feed, 3600), by="admin")

    assert coin.reserve_feed() == ReserveFeed(feed, 3600)
    assert coin.attested_reserve() == coin.amount(12_345)
    local.chain.advance(seconds=3601)
    with reverts(ReserveFeedStale, updated_at=now, max_age_seconds=3600):
        coin.attested_reserve()
    local.do(coin.calls.set_reserve_feed(None), by="admin")
    assert coin.reserve_feed() is None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**112 - 1) | st.integers(0, 2**21) | st.integers(0, 112).map(lambda bits: 2**bits - 1))
def test_what_is_kept_of_a_number_is_what_the_coin_keeps(local: World, number: int) -> None:
    cap = local.coin.denomination.from_base_units(number)

    (changed,) = local.do(local.coin.calls.set_supply_cap(cap), by="admin")

    assert isinstance(changed, SupplyCapChanged)
    assert changed.cap.base_units == local.coin.supply_cap().base_units == as_kept(number)


@given(st.integers(0, 2**112 - 1))
def test_what_is_kept_is_at_most_the_number_and_near_it(number: int) -> None:
    assert number - number // 100_000 <= as_kept(number) <= number
    assert as_kept(as_kept(number)) == as_kept(number)


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
        lambda: coin.is_verified(party),
        lambda: coin.nonces(party),
        lambda: coin.authorization_state(party, WORD),
        lambda: coin.minter_limit(party),
        lambda: coin.bridge_limit(party),
        lambda: coin.is_reference_used(WORD, holder=party),
        lambda: coin.has_role(Role.PAUSER_ROLE, party),
        lambda: Stablecoin(local.chain, party),
    ]

    for read in reads:
        with pytest.raises(InvalidAddress):
            read()


@pytest.mark.parametrize("word", [b"", b"\x01" * 31, "order-1", None], ids=repr)
def test_a_reference_or_nonce_that_is_not_32_bytes_is_refused(local: World, word: Any) -> None:
    with pytest.raises(UsageError):
        local.coin.is_reference_used(word)
    with pytest.raises(UsageError):
        local.coin.authorization_state(local.address("alice"), word)
