"""pause() and pause(scopes)

when the caller has no PAUSER_ROLE, the unpauser included: reverts
when no scope is named, or an unknown one: reverts
when nothing is named (`pause()`): stops transfers, approvals, minting and redemption
otherwise: stops these scopes, leaves the others, emits Paused with the scopes that were asked for
    given the scopes paused already: emits Paused all the same
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, InvalidPauseScopes, ScopePaused
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import Paused
from tests.contracts.words import UNLIMITED, allow_minting, answer_of, call_of, facts_of, refusal_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

EVERY_SET = [PauseScope(scopes) for scopes in range(1, 8)]
VERBS = {
    "transfer": ("alice", PauseScope.TRANSFERS),
    "transferFrom": ("bob", PauseScope.TRANSFERS),
    "approve": ("alice", PauseScope.TRANSFERS),
    "mint(address,uint256)": ("minter", PauseScope.MINTING),
    "burn(uint256)": ("minter", PauseScope.REDEMPTION),
}


@pytest.fixture
def busy(local: World) -> World:
    """Every verb of `VERBS` would succeed."""
    coin = local.coin
    local.give("alice", 10)
    local.give("minter", 10)
    allow_minting(local, "minter", 10)
    local.do(coin.calls.approve(local.address("bob"), coin.amount(5)), by="alice")
    return local


def call_by_verb(world: World, verb: str) -> Call:
    alice, bob = world.address("alice"), world.address("bob")
    arguments = {
        "transfer": (bob, 1),
        "transferFrom": (alice, bob, 1),
        "approve": (bob, 1),
        "mint(address,uint256)": (bob, 1),
        "burn(uint256)": (1,),
    }
    return call_of(world, verb, *arguments[verb])


def stopped_by(world: World) -> dict[str, int]:
    """The verbs that are refused for a pause, each with the scope that it names."""
    found = {}
    for verb, (person, _) in VERBS.items():
        refused = refusal_of(world, call_by_verb(world, verb), by=person)
        if refused is not None:
            assert isinstance(refused, ScopePaused), refused
            found[verb] = int(refused.scope)
    return found


def test_stops_everything_when_no_scope_is_named(busy: World) -> None:
    coin, pauser = busy.coin, busy.address("pauser")
    assert stopped_by(busy) == {}

    events = busy.do(coin.calls.pause(), by="pauser")

    assert told(events) == [said(Paused, scopes=7, pauser=pauser)]
    assert coin.paused()
    assert coin.paused_scopes() == PauseScope.ALL
    assert stopped_by(busy) == {verb: int(scope) for verb, (_, scope) in VERBS.items()}
    assert coin.total_supply() == coin.amount(20)


@pytest.mark.parametrize("scopes", EVERY_SET)
def test_stops_the_named_scopes_and_no_other(busy: World, scopes: PauseScope) -> None:
    coin, pauser = busy.coin, busy.address("pauser")

    events = busy.do(call_of(busy, "pause(uint256)", int(scopes)), by="pauser")

    assert told(events) == [said(Paused, scopes=int(scopes), pauser=pauser)]
    assert coin.paused_scopes() == scopes
    assert coin.paused() is bool(scopes & PauseScope.TRANSFERS)
    assert stopped_by(busy) == {verb: int(scope) for verb, (_, scope) in VERBS.items() if scope & scopes}


def test_adds_to_the_scopes_that_are_paused(busy: World) -> None:
    coin, pauser = busy.coin, busy.address("pauser")
    busy.do(coin.calls.pause(PauseScope.MINTING), by="pauser")

    events = busy.do(coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    assert told(events) == [said(Paused, scopes=6, pauser=pauser)]
    assert coin.paused_scopes() == PauseScope.MINTING | PauseScope.REDEMPTION


def test_tells_a_pause_that_changes_nothing_all_the_same(busy: World) -> None:
    coin, pauser = busy.coin, busy.address("pauser")
    busy.do(coin.calls.pause(), by="pauser")

    events = busy.do(coin.calls.pause(PauseScope.MINTING), by="pauser")

    assert told(events) == [said(Paused, scopes=2, pauser=pauser)]
    assert coin.paused_scopes() == PauseScope.ALL


def test_leaves_balances_supply_and_views_as_they_are(busy: World) -> None:
    coin = busy.coin

    busy.do(coin.calls.pause(), by="pauser")

    assert coin.balance_of(busy.address("alice")) == coin.amount(10)
    assert coin.total_supply() == coin.amount(20)
    assert coin.allowance(busy.address("alice"), busy.address("bob")) == coin.amount(5)
    assert answer_of(busy, "name") == "Test Dollar"


@pytest.mark.parametrize("scopes", [0, 8, 9, 15, 1 << 127, 1 << 128, 1 << 255, UNLIMITED])
def test_reverts_when_no_scope_is_named_or_one_is_unknown(local: World, scopes: int) -> None:
    with reverts(InvalidPauseScopes, scopes=scopes):
        local.do(call_of(local, "pause(uint256)", scopes), by="pauser")


@pytest.mark.parametrize("caller", ["admin", "unpauser", "alice"])
@pytest.mark.parametrize(
    ("function", "arguments"), [("pause()", ()), ("pause(uint256)", (1,)), ("pause(uint256)", (0,))]
)
def test_reverts_when_the_caller_does_not_pause(
    local: World, caller: str, function: str, arguments: tuple[int, ...]
) -> None:
    refused = refusal_of(local, call_of(local, function, *arguments), by=caller)

    assert facts_of(refused) == (
        AccessControlUnauthorizedAccount.__name__,
        {"account": local.address(caller), "needed_role": Role.PAUSER_ROLE.identifier},
    )
