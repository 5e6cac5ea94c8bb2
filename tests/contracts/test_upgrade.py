"""upgradeToAndCall(implementation, data)

when the caller has no UPGRADER_ROLE: reverts
when there is no contract at the address, or none that can be upgraded: reverts
when the new implementation keeps its address in another slot: reverts
when called on the implementation itself: reverts
otherwise: replaces the implementation, keeps everything, emits Upgraded
    when a call goes with it: makes that call, or does nothing at all
    when ETH goes with it and no call: reverts
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    ERC1967InvalidImplementation,
    ERC1967NonPayable,
    UUPSUnauthorizedCallContext,
    UUPSUnsupportedProxiableUUID,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import Paused, Upgraded
from tests.contracts.words import (
    allow_bridging,
    allow_minting,
    answer_of,
    call_of,
    create,
    mock,
    new_issuer,
    reference,
    said,
    told,
    verify,
)
from tests.world import PEOPLE, reverts

if TYPE_CHECKING:
    from tests.world import World


REF = reference(1)


def everything(world: World) -> dict[str, object]:
    """All that the coin says of itself and of these people."""
    coin, people = world.coin, [world.address(person) for person in PEOPLE]
    return {
        "identity": (coin.name(), coin.currency(), coin.denomination),
        "supply": coin.total_supply(),
        "balances": [coin.balance_of(person) for person in people],
        "allowances": [[coin.allowance(owner, spender) for spender in people] for owner in people[-2:]],
        "minters": [(coin.is_minter(person), coin.minter_allowance(person)) for person in people],
        "blacklist": [coin.is_blacklisted(person) for person in people],
        "paused": coin.paused_scopes(),
        "roles": {role: coin.role_members(role) for role in Role},
        "admin": (coin.default_admin(), coin.default_admin_delay_seconds(), coin.pending_default_admin()),
        "lane": coin.is_lane_closed(),
        "verified": [answer_of(world, "isVerified", person) for person in people],
        "allowlist only": answer_of(world, "isAllowlistOnly"),
        "limits": [answer_of(world, "supplyCap"), answer_of(world, "globalLimit")[:2]],
        "minter limits": [answer_of(world, "minterLimit", person)[:2] for person in people],
        "bridge limits": [answer_of(world, "bridgeLimit", person)[:2] for person in people],
        "references": [answer_of(world, "isReferenceUsed(bytes32)", reference(number)) for number in range(3)],
        "holders' references": [answer_of(world, "isReferenceUsed(address,bytes32)", each, REF) for each in people],
        "reserve": (answer_of(world, "reserveFeed"), answer_of(world, "contractURI")),
        "nonces": [answer_of(world, "nonces", person) for person in people],
    }


def test_keeps_everything(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    allow_minting(local, "minter", 7)
    local.do(coin.calls.approve(bob, coin.amount(3)), by="alice")
    verify(local, "alice", "admin")
    local.do(call_of(local, "setAllowlistOnly", True), by="admin")  # noqa: FBT003  # the contract's
    local.do(call_of(local, "setContractURI", "ipfs://coin"), by="admin")
    feed = create(local, mock("ReserveFeed"), 6, 10**12, local.chain.block().timestamp)
    local.do(call_of(local, "setReserveFeed", feed, 10**9), by="admin")
    allow_bridging(local, "bob", 5)
    local.do(call_of(local, "mint(address,uint256,bytes32)", alice, 1_000_000, REF), by="minter")
    local.do(call_of(local, "redeem", 1_000_000, REF), by="alice")
    local.do(coin.calls.blacklist(bob), by="blacklister")
    local.do(coin.calls.pause(PauseScope.REDEMPTION), by="pauser")
    local.do(coin.calls.begin_default_admin_transfer(alice), by="admin")
    before, replacement = everything(local), new_issuer(local)
    assert replacement != coin.implementation()

    events = local.do(coin.calls.upgrade_to_and_call(replacement), by="upgrader")

    assert told(events) == [said(Upgraded, implementation=replacement)]
    assert coin.implementation() == replacement
    assert everything(local) == before
    local.do(coin.calls.mint(alice, coin.amount(6)), by="minter")
    local.do(coin.calls.transfer(local.address("admin"), coin.amount(16)), by="alice")
    assert coin.balance_of(local.address("admin")) == coin.total_supply() == coin.amount(16)


def test_makes_the_call_that_goes_with_it(local: World) -> None:
    coin, upgrader, replacement = local.coin, local.address("upgrader"), new_issuer(local)
    local.do(coin.calls.grant_role(Role.PAUSER_ROLE, upgrader), by="admin")

    events = local.do(coin.calls.upgrade_to_and_call(replacement, coin.calls.pause()), by="upgrader")

    assert told(events) == [said(Upgraded, implementation=replacement), said(Paused, scopes=7, pauser=upgrader)]
    assert coin.paused_scopes() == PauseScope.ALL


def test_does_nothing_when_the_call_that_goes_with_it_is_refused(local: World) -> None:
    coin, upgrader, before = local.coin, local.address("upgrader"), local.coin.implementation()

    with reverts(AccessControlUnauthorizedAccount, account=upgrader, needed_role=Role.PAUSER_ROLE.identifier):
        local.do(coin.calls.upgrade_to_and_call(new_issuer(local), coin.calls.pause()), by="upgrader")

    assert coin.implementation() == before


@pytest.mark.parametrize("caller", ["admin", "minter_admin", "alice"])
def test_reverts_when_the_caller_does_not_upgrade(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount, account=local.address(caller), needed_role=Role.UPGRADER_ROLE.identifier
    ):
        local.do(local.coin.calls.upgrade_to_and_call(new_issuer(local)), by=caller)


def test_reverts_when_the_implementation_keeps_its_address_in_another_slot(local: World) -> None:
    coin, replacement = local.coin, create(local, mock("WrongUuidIssuer"))

    with reverts(UUPSUnsupportedProxiableUUID, slot=(1).to_bytes(32, "big")):
        local.do(coin.calls.upgrade_to_and_call(replacement), by="upgrader")


def test_reverts_when_an_account_without_code_is_named(local: World) -> None:
    bob = local.address("bob")

    with reverts(ERC1967InvalidImplementation, implementation=bob):
        local.send(local.coin.calls.upgrade_to_and_call(bob), by="upgrader")


def test_reverts_when_the_coin_itself_is_named(local: World) -> None:
    coin = local.coin

    with reverts(ERC1967InvalidImplementation, implementation=coin.address):
        local.send(coin.calls.upgrade_to_and_call(coin.address), by="upgrader")


def test_reverts_when_eth_goes_with_it_and_no_call(local: World) -> None:
    plain = local.coin.calls.upgrade_to_and_call(new_issuer(local))

    with reverts(ERC1967NonPayable):
        local.send(Call(plain.to, plain.data, value_wei=1), by="upgrader")


def test_the_implementation_itself_cannot_be_upgraded(local: World) -> None:
    data = load_artifact("Issuer").abi.encode_call("upgradeToAndCall", new_issuer(local), b"")

    with reverts(UUPSUnauthorizedCallContext):
        local.send(Call(local.coin.implementation(), data), by="upgrader")


def test_only_the_implementation_itself_says_where_it_keeps_its_address(local: World) -> None:
    with reverts(UUPSUnauthorizedCallContext):
        local.send(call_of(local, "proxiableUUID"), by="alice")
