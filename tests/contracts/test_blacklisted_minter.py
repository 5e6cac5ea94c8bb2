"""Who may mint, after any history of roles and blacklisting

A minter's word keeps a copy of two facts: that it has MINTER_ROLE, and that it is not blacklisted. Whatever was done to
the account, in whatever order, the copy says what the facts say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.roles import Role
from tests.contracts.words import (
    MAY_MINT,
    MINTER,
    account_word,
    call_of,
    facts_of,
    minter_word,
    reference,
    refusal_of,
)
from tests.world import same_world

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

# What can be done to bob, and who does it.
ACTIONS = {
    "grantRole": "admin",
    "revokeRole": "admin",
    "renounceRole": "bob",
    "configureMinter(address,uint256)": "minter_admin",
    "configureMinter(address,uint256,uint256)": "minter_admin",
    "removeMinter": "minter_admin",
    "blacklist": "blacklister",
    "blacklistBatch": "blacklister",
    "unBlacklist": "unblacklister",
}


def action(world: World, function: str) -> Call:
    bob = world.address("bob")
    arguments = {
        "configureMinter(address,uint256)": (bob, 5),
        "configureMinter(address,uint256,uint256)": (bob, 5, 1),
        "blacklistBatch": ([bob],),
    }
    if function.endswith("Role"):
        return call_of(world, function, Role.MINTER_ROLE.identifier, bob)
    return call_of(world, function, *arguments.get(function, (bob,)))


def assert_may_mint_as_the_facts_say(world: World) -> None:
    coin, bob, alice = world.coin, world.address("bob"), world.address("alice")
    if not coin.has_role(Role.MINTER_ROLE, bob):
        expected = (
            "AccessControlUnauthorizedAccount",
            {"account": bob, "needed_role": Role.MINTER_ROLE.identifier},
        )
    elif coin.is_blacklisted(bob):
        expected = ("AccountBlacklisted", {"account": bob})
    else:
        expected = ("ZeroValue", {})  # as far as a mint of nothing comes

    for call in (
        call_of(world, "mint(address,uint256)", alice, 0),
        call_of(world, "mint(address,uint256,bytes32)", alice, 0, reference(1)),
        call_of(world, "mintBatch", [alice], [0], [reference(1)]),
    ):
        assert facts_of(refusal_of(world, call, by="bob")) == expected
    assert bool(account_word(world, bob) & MINTER) is coin.is_minter(bob)
    assert bool(minter_word(world, bob) & MAY_MINT) is (coin.is_minter(bob) and not coin.is_blacklisted(bob))


@given(history=st.lists(st.sampled_from(list(ACTIONS)), min_size=3, max_size=8))
@example(history=["blacklist", "configureMinter(address,uint256)", "unBlacklist"])
@example(history=["configureMinter(address,uint256)", "blacklist", "revokeRole", "grantRole", "unBlacklist"])
@example(history=["configureMinter(address,uint256,uint256)", "blacklist", "configureMinter(address,uint256)"])
@example(history=["grantRole", "blacklist", "removeMinter", "unBlacklist", "grantRole"])
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the chain is put back by each example itself
)
def test_may_mint_if_a_minter_and_not_blacklisted_whatever_was_done_before(local: World, history: list[str]) -> None:
    world = same_world(local)
    snapshot = world.chain.take_snapshot()

    for function in history:
        world.do(action(world, function), by=ACTIONS[function])
        assert_may_mint_as_the_facts_say(world)

    world.chain.revert_to(snapshot)


@pytest.mark.parametrize("refill", [0, 1], ids=["plain allowance", "limit that refills"])
def test_a_limit_outlives_the_blacklist(local: World, refill: int) -> None:
    coin, bob, alice = local.coin, local.address("bob"), local.address("alice")
    local.do(call_of(local, "configureMinter(address,uint256,uint256)", bob, 500, refill), by="minter_admin")
    local.do(coin.calls.blacklist(bob), by="blacklister")
    assert coin.minter_allowance(bob).base_units == 500

    local.do(coin.calls.un_blacklist(bob), by="unblacklister")
    local.do(call_of(local, "mint(address,uint256)", alice, 500), by="bob")

    assert coin.balance_of(alice).base_units == coin.total_supply().base_units == 500
