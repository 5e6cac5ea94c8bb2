"""configureBridge, removeBridge, crosschainMint and crosschainBurn (ERC-7802)

when a bridge is configured by anybody but a MINTER_ADMIN_ROLE holder, or beyond what can be kept: reverts
otherwise: grants BRIDGE_ROLE, sets the limit, emits RoleGranted once and BridgeConfigured
when a bridge loses its role, whichever way: its limit is gone, emits RoleRevoked and BridgeRemoved

when crosschainMint is called by no bridge: reverts
    when the bridge is blacklisted: reverts, before anything else is looked at
    when its limit is exceeded, or anything would refuse a mint: reverts
    otherwise: creates coins, emits Transfer and CrosschainMint
when crosschainBurn is called by no bridge, or a blacklisted one: reverts
    when redemption is paused, the holder blacklisted, the value zero or more than is held: reverts
    otherwise: destroys the holder's coins, spends no limit and no allowance, emits Transfer and CrosschainBurn

An account may be minter and bridge: its two limits are apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    AmountTooGreat,
    BridgeAllowanceExceeded,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    InvalidLimit,
    ScopePaused,
    ZeroValue,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import (
    BridgeConfigured,
    BridgeRemoved,
    CrosschainBurn,
    CrosschainMint,
    RoleGranted,
    RoleRevoked,
    Transfer,
)
from tests.contracts.words import (
    MAX_SUPPLY,
    UNLIMITED,
    allow_bridging,
    allow_minting,
    answer_of,
    call_of,
    said,
    told,
    units,
)
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.contracts.words import Said
    from tests.world import World

TOKEN = 1_000_000
WAYS = {"removeBridge": "minter_admin", "revokeRole": "admin", "renounceRole": "upgrader"}


@pytest.fixture
def bridged(local: World) -> World:
    """The upgrader is a bridge that may mint 100 tokens; alice holds 50."""
    local.give("alice", 50)
    allow_bridging(local, "upgrader", 100)
    return local


def configure(world: World, capacity: int, refill: int = 0) -> Call:
    return call_of(world, "configureBridge", world.address("upgrader"), capacity, refill)


def bridge_in(world: World, value: int = TOKEN, *, to: str = "bob") -> Call:
    return call_of(world, "crosschainMint", world.address(to), value)


def bridge_out(world: World, value: int = TOKEN, *, source: str = "alice") -> Call:
    return call_of(world, "crosschainBurn", world.address(source), value)


def available(world: World) -> int:
    left: int = answer_of(world, "bridgeLimit", world.address("upgrader"))[2]
    return left


def configured(world: World, capacity: int, refill: int = 0) -> Said:
    return said(
        BridgeConfigured,
        bridge=world.address("upgrader"),
        capacity=units(world, capacity),
        refill_per_second=units(world, refill),
        minter_admin=world.address("minter_admin"),
    )


def test_makes_a_bridge(local: World) -> None:
    coin, bridge, minter_admin = local.coin, local.address("upgrader"), local.address("minter_admin")

    first = local.do(configure(local, 9 * TOKEN + 1), by="minter_admin")
    second = local.do(configure(local, 5 * TOKEN), by="minter_admin")

    assert told(first) == [
        said(RoleGranted, role=Role.BRIDGE_ROLE.identifier, account=bridge, sender=minter_admin),
        configured(local, 9 * TOKEN + 1),
    ]
    assert told(second) == [configured(local, 5 * TOKEN)]
    assert coin.has_role(Role.BRIDGE_ROLE, bridge)
    assert not coin.is_minter(bridge)
    assert answer_of(local, "bridgeLimit", bridge) == (5 * TOKEN, 0, 5 * TOKEN)
    assert available(local) == 5 * TOKEN


def test_keeps_six_digits_of_a_limit_that_refills_and_keeps_what_is_taken(local: World) -> None:
    events = local.do(configure(local, 123_456_789, 1), by="minter_admin")
    assert told(events)[1:] == [configured(local, 123_456_000, 1)]
    local.do(bridge_in(local, 100 * TOKEN), by="upgrader")
    before, at = available(local), local.chain.block().timestamp
    assert before < 23_456_000 + 60

    local.do(configure(local, 200 * TOKEN, 1), by="minter_admin")
    local.chain.advance(seconds=1_000)

    assert answer_of(local, "bridgeLimit", local.address("upgrader"))[:2] == (200 * TOKEN, 1)
    assert available(local) - (before - 23_456_000 + 100 * TOKEN) == local.chain.block().timestamp - at


@pytest.mark.parametrize(("way", "by"), WAYS.items())
def test_loses_its_limit_with_its_role_whichever_way(bridged: World, way: str, by: str) -> None:
    coin, bridge, role = bridged.coin, bridged.address("upgrader"), Role.BRIDGE_ROLE.identifier
    arguments = (bridge,) if way == "removeBridge" else (role, bridge)

    events = bridged.do(call_of(bridged, way, *arguments), by=by)
    again = bridged.do(call_of(bridged, way, *arguments), by=by)

    assert told(events) == [
        said(RoleRevoked, role=role, account=bridge, sender=bridged.address(by)),
        said(BridgeRemoved, bridge=bridge, remover=bridged.address(by)),
    ]
    assert told(again) == []
    assert available(bridged) == 0
    bridged.do(coin.calls.grant_role(Role.BRIDGE_ROLE, bridge), by="admin")
    with reverts(BridgeAllowanceExceeded, bridge=bridge, available=0, needed=1):
        bridged.do(bridge_in(bridged, 1), by="upgrader")


def test_the_limits_of_minter_and_bridge_are_apart(bridged: World) -> None:
    allow_minting(bridged, "upgrader", 7)

    bridged.do(bridge_in(bridged, 100 * TOKEN), by="upgrader")
    bridged.do(bridged.coin.calls.remove_minter(bridged.address("upgrader")), by="minter_admin")
    allow_minting(bridged, "upgrader", 7)
    bridged.do(call_of(bridged, "removeBridge", bridged.address("upgrader")), by="minter_admin")

    assert bridged.coin.minter_allowance(bridged.address("upgrader")) == bridged.coin.amount(7)
    assert available(bridged) == 0


def test_mints_what_was_burned_elsewhere(bridged: World) -> None:
    coin, bob, bridge = bridged.coin, bridged.address("bob"), bridged.address("upgrader")

    events = bridged.do(bridge_in(bridged, 40 * TOKEN), by="upgrader")

    assert told(events) == [
        said(Transfer, sender=ZERO_ADDRESS, to=bob, value=coin.amount(40)),
        said(CrosschainMint, to=bob, amount=coin.amount(40), sender=bridge),
    ]
    assert coin.balance_of(bob) == coin.amount(40)
    assert coin.total_supply() == coin.amount(90)
    assert available(bridged) == 60 * TOKEN


def test_burns_what_will_be_minted_elsewhere(bridged: World) -> None:
    coin, alice, bridge = bridged.coin, bridged.address("alice"), bridged.address("upgrader")
    bridged.do(coin.calls.approve(bridge, coin.amount(3)), by="alice")

    events = bridged.do(bridge_out(bridged, 20 * TOKEN), by="upgrader")

    assert told(events) == [
        said(Transfer, sender=alice, to=ZERO_ADDRESS, value=coin.amount(20)),
        said(CrosschainBurn, source=alice, amount=coin.amount(20), sender=bridge),
    ]
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(30)
    assert coin.allowance(alice, bridge) == coin.amount(3)
    assert available(bridged) == 100 * TOKEN


@pytest.mark.parametrize("value", [100 * TOKEN + 1, 2**128, UNLIMITED])
def test_mints_no_more_than_its_limit(bridged: World, value: int) -> None:
    with reverts(BridgeAllowanceExceeded, bridge=bridged.address("upgrader"), available=100 * TOKEN, needed=value):
        bridged.do(bridge_in(bridged, value), by="upgrader")


@pytest.mark.parametrize("scopes", [PauseScope(scopes) for scopes in range(1, 8)])
def test_a_pause_of_minting_stops_the_way_in_and_one_of_redemption_the_way_out(
    bridged: World, scopes: PauseScope
) -> None:
    bridged.do(call_of(bridged, "pause(uint256)", int(scopes)), by="pauser")

    for call, scope in ((bridge_in(bridged), PauseScope.MINTING), (bridge_out(bridged), PauseScope.REDEMPTION)):
        if scopes & scope:
            with reverts(ScopePaused, scope=scope):
                bridged.do(call, by="upgrader")
        else:
            bridged.do(call, by="upgrader")


def test_a_blacklisted_bridge_is_refused_before_anything_else(bridged: World) -> None:
    coin, bridge = bridged.coin, bridged.address("upgrader")
    bridged.do(coin.calls.blacklist(bridge), by="blacklister")
    bridged.do(coin.calls.pause(), by="pauser")

    for call in (bridge_in(bridged, 0), bridge_out(bridged, 0)):
        with reverts(AccountBlacklisted, account=bridge):
            bridged.do(call, by="upgrader")

    bridged.do(coin.calls.unpause(), by="unpauser")
    bridged.do(coin.calls.un_blacklist(bridge), by="unblacklister")
    bridged.do(bridge_in(bridged), by="upgrader")
    assert coin.total_supply() == coin.amount(51)


def test_neither_way_serves_a_blacklisted_holder(bridged: World) -> None:
    alice = bridged.address("alice")
    bridged.do(bridged.coin.calls.blacklist(alice), by="blacklister")

    for call in (bridge_in(bridged, to="alice"), bridge_out(bridged)):
        with reverts(AccountBlacklisted, account=alice):
            bridged.do(call, by="upgrader")


def test_reverts_when_the_value_is_zero(bridged: World) -> None:
    for call in (bridge_in(bridged, 0), bridge_out(bridged, 0)):
        with reverts(ZeroValue):
            bridged.do(call, by="upgrader")


def test_reverts_when_the_receiver_is_zero_or_the_coin(bridged: World) -> None:
    for receiver in (ZERO_ADDRESS, bridged.coin.address):
        with reverts(ERC20InvalidReceiver, receiver=receiver):
            bridged.do(call_of(bridged, "crosschainMint", receiver, 1), by="upgrader")


@pytest.mark.parametrize("value", [50 * TOKEN + 1, UNLIMITED])
def test_reverts_when_the_holder_holds_less(bridged: World, value: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=bridged.address("alice"), balance=50 * TOKEN, needed=value):
        bridged.do(bridge_out(bridged, value), by="upgrader")


@pytest.mark.parametrize("capacity", [MAX_SUPPLY + 1, UNLIMITED])
def test_reverts_when_the_limit_does_not_fit_in_112_bits(local: World, capacity: int) -> None:
    with reverts(AmountTooGreat, amount=capacity, greatest=MAX_SUPPLY):
        local.do(configure(local, capacity), by="minter_admin")


def test_reverts_when_the_limit_takes_more_than_272_years_to_refill(local: World) -> None:
    with reverts(InvalidLimit, capacity=2**33, refill_per_second=1):
        local.do(configure(local, 2**33, 1), by="minter_admin")


@pytest.mark.parametrize("caller", ["admin", "minter", "alice"])
def test_reverts_when_the_caller_is_no_bridge(bridged: World, caller: str) -> None:
    party = bridged.address(caller)
    allow_minting(bridged, "minter", 7)  # which makes no bridge of it

    for call in (bridge_in(bridged), bridge_out(bridged)):
        with reverts(AccessControlUnauthorizedAccount, account=party, needed_role=Role.BRIDGE_ROLE.identifier):
            bridged.do(call, by=caller)


@pytest.mark.parametrize("caller", ["admin", "upgrader", "alice"])
def test_reverts_when_the_caller_does_not_administer_bridges(bridged: World, caller: str) -> None:
    for call in (configure(bridged, 1), call_of(bridged, "removeBridge", bridged.address("upgrader"))):
        with reverts(
            AccessControlUnauthorizedAccount,
            account=bridged.address(caller),
            needed_role=Role.MINTER_ADMIN_ROLE.identifier,
        ):
            bridged.do(call, by=caller)
