"""unpause() and unpause(scopes)

when the caller has no UNPAUSER_ROLE, the pauser included: reverts
when no scope is named, or an unknown one: reverts
when nothing is named (`unpause()`): resumes everything
otherwise: resumes these scopes, leaves the others, emits Unpaused with the scopes that were asked for
    given the scopes not paused: emits Unpaused all the same
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, InvalidPauseScopes, ScopePaused
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import Unpaused
from tests.contracts.words import UNLIMITED, call_of, facts_of, refusal_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def silent(local: World) -> World:
    """Alice holds 10 tokens, and everything is paused."""
    local.give("alice", 10)
    local.do(local.coin.calls.pause(), by="pauser")
    return local


def test_resumes_everything_when_no_scope_is_named(silent: World) -> None:
    coin, bob = silent.coin, silent.address("bob")

    events = silent.do(coin.calls.unpause(), by="unpauser")

    assert told(events) == [said(Unpaused, scopes=7, unpauser=silent.address("unpauser"))]
    assert not coin.paused()
    assert not coin.paused_scopes()
    silent.give("minter", 2)
    silent.do(coin.calls.burn(coin.amount(1)), by="minter")
    silent.do(coin.calls.transfer(bob, coin.amount(10)), by="alice")
    assert coin.balance_of(bob) == coin.amount(10)
    assert coin.total_supply() == coin.amount(11)


@pytest.mark.parametrize("scopes", [PauseScope(scopes) for scopes in range(1, 8)])
def test_resumes_the_named_scopes_and_no_other(silent: World, scopes: PauseScope) -> None:
    coin = silent.coin

    events = silent.do(call_of(silent, "unpause(uint256)", int(scopes)), by="unpauser")

    assert told(events) == [said(Unpaused, scopes=int(scopes), unpauser=silent.address("unpauser"))]
    assert coin.paused_scopes() == PauseScope.ALL & ~scopes
    assert coin.paused() is not bool(scopes & PauseScope.TRANSFERS)
    refused = refusal_of(silent, coin.calls.transfer(silent.address("bob"), coin.amount(1)), by="alice")
    assert isinstance(refused, ScopePaused) is not bool(scopes & PauseScope.TRANSFERS)


def test_tells_a_resumption_that_changes_nothing_all_the_same(local: World) -> None:
    coin = local.coin
    local.do(coin.calls.pause(PauseScope.MINTING), by="pauser")

    events = local.do(coin.calls.unpause(PauseScope.REDEMPTION), by="unpauser")

    assert told(events) == [said(Unpaused, scopes=4, unpauser=local.address("unpauser"))]
    assert coin.paused_scopes() == PauseScope.MINTING


def test_leaves_balances_and_supply(silent: World) -> None:
    coin = silent.coin

    silent.do(coin.calls.unpause(), by="unpauser")

    assert coin.balance_of(silent.address("alice")) == coin.total_supply() == coin.amount(10)


@pytest.mark.parametrize("scopes", [0, 8, 15, 1 << 127, 1 << 128, 1 << 255, UNLIMITED])
def test_reverts_when_no_scope_is_named_or_one_is_unknown(local: World, scopes: int) -> None:
    with reverts(InvalidPauseScopes, scopes=scopes):
        local.do(call_of(local, "unpause(uint256)", scopes), by="unpauser")


@pytest.mark.parametrize("caller", ["admin", "pauser", "alice"])
@pytest.mark.parametrize(("function", "arguments"), [("unpause()", ()), ("unpause(uint256)", (1,))])
def test_reverts_when_the_caller_does_not_resume(
    local: World, caller: str, function: str, arguments: tuple[int, ...]
) -> None:
    refused = refusal_of(local, call_of(local, function, *arguments), by=caller)

    assert facts_of(refused) == (
        AccessControlUnauthorizedAccount.__name__,
        {"account": local.address(caller), "needed_role": Role.UNPAUSER_ROLE.identifier},
    )
