"""grantRole, revokeRole, renounceRole; and who may call what

when a role is granted: the account has it, is listed, may use it; emits RoleGranted, once
when a role is revoked: the account has it no more, is not listed, may not use it; emits RoleRevoked, once
when a role is renounced: the same, by the holder itself and for nobody else
when DEFAULT_ADMIN_ROLE is granted or revoked: reverts, for it changes hands in two steps only

when any function of the issuer is called by somebody without its role: reverts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.reverts import (
    AccessControlBadConfirmation,
    AccessControlEnforcedDefaultAdminRules,
    AccessControlUnauthorizedAccount,
    LaneNotServed,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import RoleGranted, RoleRevoked
from tests.contracts.words import (
    allow_bridging,
    allow_minting,
    answer_of,
    call_of,
    create,
    facts_of,
    mock,
    new_issuer,
    reference,
    refusal_of,
    said,
    told,
)
from tests.world import PEOPLE, ROLES, reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

ORDINARY_ROLES = [role for role in Role if role is not Role.DEFAULT_ADMIN_ROLE]

REF = reference(7)
# Who may call each function that writes, and with what: the party is bob, who has no role, `new` an implementation,
# `stopped` a blacklisted account that holds coins, `token` another token that the coin holds.
GATES: dict[str, tuple[Role, tuple[Any, ...]]] = {
    "beginDefaultAdminTransfer(address)": (Role.DEFAULT_ADMIN_ROLE, ("party",)),
    "blacklist(address)": (Role.BLACKLISTER_ROLE, ("party",)),
    "blacklistBatch(address[])": (Role.BLACKLISTER_ROLE, (["party"],)),
    "burn(uint256)": (Role.BURNER_ROLE, (1,)),
    "burn(uint256,bytes32)": (Role.BURNER_ROLE, (1, REF)),
    "burnBlacklisted(address,uint256,bytes32)": (Role.SEIZER_ROLE, ("stopped", 1, REF)),
    "cancelDefaultAdminTransfer()": (Role.DEFAULT_ADMIN_ROLE, ()),
    "changeDefaultAdminDelay(uint48)": (Role.DEFAULT_ADMIN_ROLE, (7200,)),
    "closeLane()": (Role.UPGRADER_ROLE, ()),
    "configureBridge(address,uint256,uint256)": (Role.MINTER_ADMIN_ROLE, ("party", 1, 0)),
    "configureMinter(address,uint256)": (Role.MINTER_ADMIN_ROLE, ("party", 1)),
    "configureMinter(address,uint256,uint256)": (Role.MINTER_ADMIN_ROLE, ("party", 1, 1)),
    "crosschainBurn(address,uint256)": (Role.BRIDGE_ROLE, ("minter", 1)),
    "crosschainMint(address,uint256)": (Role.BRIDGE_ROLE, ("party", 1)),
    "grantRole(bytes32,address)": (Role.DEFAULT_ADMIN_ROLE, (Role.PAUSER_ROLE.identifier, "party")),
    "mint(address,uint256)": (Role.MINTER_ROLE, ("party", 1)),
    "mint(address,uint256,bytes32)": (Role.MINTER_ROLE, ("party", 1, REF)),
    "mintBatch(address[],uint256[],bytes32[])": (Role.MINTER_ROLE, (["party"], [1], [REF])),
    "openLane()": (Role.UPGRADER_ROLE, ()),
    "pause()": (Role.PAUSER_ROLE, ()),
    "pause(uint256)": (Role.PAUSER_ROLE, (1,)),
    "removeBridge(address)": (Role.MINTER_ADMIN_ROLE, ("party",)),
    "removeMinter(address)": (Role.MINTER_ADMIN_ROLE, ("party",)),
    "rescueERC20(address,address,uint256)": (Role.RESCUER_ROLE, ("token", "party", 1)),
    "rescueETH(address,uint256)": (Role.RESCUER_ROLE, ("party", 0)),
    "revokeRole(bytes32,address)": (Role.DEFAULT_ADMIN_ROLE, (Role.PAUSER_ROLE.identifier, "party")),
    "rollbackDefaultAdminDelay()": (Role.DEFAULT_ADMIN_ROLE, ()),
    "seize(address,address,uint256,bytes32)": (Role.SEIZER_ROLE, ("stopped", "party", 1, REF)),
    "setAllowlistOnly(bool)": (Role.DEFAULT_ADMIN_ROLE, (True,)),
    "setContractURI(string)": (Role.DEFAULT_ADMIN_ROLE, ("ipfs://coin",)),
    "setGlobalLimit(uint256,uint256)": (Role.DEFAULT_ADMIN_ROLE, (1, 1)),
    "setReserveFeed(address,uint48)": (Role.DEFAULT_ADMIN_ROLE, (ZERO_ADDRESS, 0)),
    "setSupplyCap(uint256)": (Role.DEFAULT_ADMIN_ROLE, (1,)),
    "unBlacklist(address)": (Role.UNBLACKLISTER_ROLE, ("party",)),
    "unVerify(address)": (Role.VERIFIER_ROLE, ("party",)),
    "unpause()": (Role.UNPAUSER_ROLE, ()),
    "unpause(uint256)": (Role.UNPAUSER_ROLE, (1,)),
    "upgradeToAndCall(address,bytes)": (Role.UPGRADER_ROLE, ("new", b"")),
    "verify(address)": (Role.VERIFIER_ROLE, ("party",)),
}
# These have rules of their own, each tested where its verb is; redeeming is open to every holder.
UNGATED = {
    "acceptDefaultAdminTransfer()",
    "initialize(address,uint48,(uint256,uint256,uint256),(bytes32,address)[])",
    "redeem(uint256,bytes32)",
    "renounceRole(bytes32,address)",
}
WRITES = sorted(signature for signature, entry in load_artifact("Issuer").abi.functions.items() if not entry.is_view)
HOLDERS = {**ROLES, Role.DEFAULT_ADMIN_ROLE: "admin", Role.MINTER_ROLE: "minter", Role.BRIDGE_ROLE: "minter"}


@pytest.mark.parametrize("role", ORDINARY_ROLES)
def test_grants_a_role_once(local: World, role: Role) -> None:
    coin, alice, admin = local.coin, local.address("alice"), local.address("admin")
    before = coin.role_members(role)

    events = local.do(coin.calls.grant_role(role, alice), by="admin")
    again = local.do(coin.calls.grant_role(role, alice), by="admin")

    assert told(events) == [said(RoleGranted, role=role.identifier, account=alice, sender=admin)]
    assert told(again) == []
    assert coin.has_role(role, alice)
    assert coin.role_members(role) == (*before, alice)
    assert coin.role_admin(role) == Role.DEFAULT_ADMIN_ROLE.name


@pytest.mark.parametrize(("role", "person"), ROLES.items())
def test_revokes_a_role_once(local: World, role: Role, person: str) -> None:
    coin, holder, admin = local.coin, local.address(person), local.address("admin")

    events = local.do(coin.calls.revoke_role(role, holder), by="admin")
    again = local.do(coin.calls.revoke_role(role, holder), by="admin")

    assert told(events) == [said(RoleRevoked, role=role.identifier, account=holder, sender=admin)]
    assert told(again) == []
    assert not coin.has_role(role, holder)
    assert coin.role_members(role) == ()


@pytest.mark.parametrize(("role", "person"), ROLES.items())
def test_renounces_a_role_of_ones_own(local: World, role: Role, person: str) -> None:
    coin, holder = local.coin, local.address(person)

    events = local.do(coin.calls.renounce_role(role, holder), by=person)

    assert told(events) == [said(RoleRevoked, role=role.identifier, account=holder, sender=holder)]
    assert not coin.has_role(role, holder)


def test_renouncing_for_another_reverts(local: World) -> None:
    coin, pauser = local.coin, local.address("pauser")

    with reverts(AccessControlBadConfirmation):
        local.do(coin.calls.renounce_role(Role.PAUSER_ROLE, pauser), by="admin")

    assert coin.has_role(Role.PAUSER_ROLE, pauser)


def test_several_accounts_hold_one_role_and_each_may_use_it(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    local.do(coin.calls.grant_role(Role.PAUSER_ROLE, alice), by="admin")
    local.do(coin.calls.revoke_role(Role.PAUSER_ROLE, local.address("pauser")), by="admin")

    local.do(coin.calls.pause(), by="alice")

    assert coin.role_members(Role.PAUSER_ROLE) == (alice,)
    assert coin.paused()
    with reverts(AccessControlUnauthorizedAccount, account=local.address("pauser")):
        local.do(coin.calls.pause(), by="pauser")


@pytest.mark.parametrize("function", ["grantRole", "revokeRole"])
@pytest.mark.parametrize("person", ["admin", "alice"])
def test_the_admins_own_role_is_neither_granted_nor_revoked(local: World, function: str, person: str) -> None:
    call = call_of(local, function, Role.DEFAULT_ADMIN_ROLE.identifier, local.address(person))

    with reverts(AccessControlEnforcedDefaultAdminRules):
        local.do(call, by="admin")


def test_the_admin_can_be_listed(local: World) -> None:
    assert local.coin.role_members(Role.DEFAULT_ADMIN_ROLE) == (local.address("admin"),)


@pytest.mark.parametrize("role", Role)
def test_a_role_has_the_same_identifier_on_the_chain_and_in_python(local: World, role: Role) -> None:
    assert answer_of(local, role.name) == role.identifier


def test_every_function_that_writes_is_in_the_table() -> None:
    assert sorted({*GATES, *UNGATED}) == WRITES


@pytest.mark.parametrize("signature", GATES)
def test_only_holders_of_the_role_may_call(local: World, signature: str) -> None:
    role, holder = GATES[signature][0], HOLDERS[GATES[signature][0]]
    call = prepared(local, signature)

    for person in PEOPLE:
        refused = facts_of(refusal_of(local, call, by=person))
        if person == holder:
            assert refused == refusal_of_a_holder(local, signature)
        else:
            expected = {"account": local.address(person), "needed_role": role.identifier}
            assert refused == (AccessControlUnauthorizedAccount.__name__, expected), person


def refusal_of_a_holder(world: World, signature: str) -> tuple[str, dict[str, Any]] | None:
    """None, but for the one function that wants another implementation first."""
    if signature == "closeLane()":
        return LaneNotServed.__name__, {"implementation": world.coin.implementation()}
    return None


def prepared(world: World, signature: str) -> Call:
    """A call that lacks nothing but a caller with the role."""
    world.give("minter", 5)
    world.give("alice", 5)
    world.do(world.coin.calls.blacklist(world.address("alice")), by="blacklister")
    allow_minting(world, "minter", 1)
    allow_bridging(world, "minter", 1)

    def meant(argument: Any) -> Any:
        if isinstance(argument, list):
            return [meant(item) for item in argument]
        if argument == "new":
            return new_issuer(world)
        if argument == "token":
            return create(world, mock("StrayToken"), world.coin.address, 1, False)  # noqa: FBT003  # a constructor's
        known = {"party": "bob", "stopped": "alice", "minter": "minter"}
        return world.address(known[argument]) if isinstance(argument, str) and argument in known else argument

    return call_of(world, signature, *map(meant, GATES[signature][1]))
