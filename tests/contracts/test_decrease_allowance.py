"""decreaseAllowance(spender, decrement)

when transfers are paused: reverts
when the spender is zero: reverts
when the allowance is less than the decrement: reverts
otherwise: lowers the allowance, moves nothing, emits Approval of the rest
    given the greatest uint256: lowers it too, and from then on it is used up
    given either party blacklisted: works all the same, for an allowance moves nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import ERC20InsufficientAllowance, ERC20InvalidSpender, ScopePaused
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Approval
from tests.contracts.words import UNLIMITED, answer_of, call_of, facts_of, refusal_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

ALLOWED = 4_000_000


@pytest.fixture
def allowed(local: World) -> World:
    """Alice holds 10 tokens and lets bob move 4."""
    local.give("alice", 10)
    local.do(local.coin.calls.approve(local.address("bob"), local.coin.amount(4)), by="alice")
    return local


def test_lowers_the_allowance_and_moves_nothing(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    events = allowed.do(call_of(allowed, "decreaseAllowance", bob, 3_000_000), by="alice")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(1))]
    assert coin.allowance(alice, bob) == coin.amount(1)
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)


def test_answers_true(allowed: World) -> None:
    assert answer_of(allowed, "decreaseAllowance", allowed.address("bob"), 1) is True


def test_lowers_to_nothing(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    allowed.do(call_of(allowed, "decreaseAllowance", bob, ALLOWED), by="alice")

    assert coin.allowance(alice, bob) == coin.amount(0)
    with reverts(ERC20InsufficientAllowance, spender=bob, allowance=0, needed=1_000_000):
        allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")


def test_lowers_the_greatest_allowance_which_is_then_used_up(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")
    allowed.do(call_of(allowed, "approve", bob, UNLIMITED), by="alice")

    allowed.do(call_of(allowed, "decreaseAllowance", bob, 1), by="alice")
    allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")

    assert answer_of(allowed, "allowance", alice, bob) == UNLIMITED - 1 - 1_000_000


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is sent
@given(decrement=st.integers(0, 2 * ALLOWED) | st.integers(0, UNLIMITED))
def test_reverts_when_and_only_when_less_is_allowed(allowed: World, decrement: int) -> None:
    bob = allowed.address("bob")

    refused = facts_of(refusal_of(allowed, call_of(allowed, "decreaseAllowance", bob, decrement), by="alice"))

    short = ("ERC20InsufficientAllowance", {"spender": bob, "allowance": ALLOWED, "needed": decrement})
    assert refused == (short if decrement > ALLOWED else None)


@pytest.mark.parametrize("decrement", [ALLOWED + 1, UNLIMITED])
def test_reverts_when_less_is_allowed(allowed: World, decrement: int) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")

    with reverts(ERC20InsufficientAllowance, spender=bob, allowance=ALLOWED, needed=decrement):
        allowed.do(call_of(allowed, "decreaseAllowance", bob, decrement), by="alice")

    assert answer_of(allowed, "allowance", alice, bob) == ALLOWED


@pytest.mark.parametrize("party", ["alice", "bob"])
def test_works_with_a_blacklisted_party(allowed: World, party: str) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")
    allowed.do(coin.calls.blacklist(allowed.address(party)), by="blacklister")

    allowed.do(call_of(allowed, "decreaseAllowance", bob, 1_000_000), by="alice")

    assert coin.allowance(alice, bob) == coin.amount(3)


@pytest.mark.parametrize("decrement", [0, 1])
def test_reverts_when_transfers_are_paused(allowed: World, decrement: int) -> None:
    allowed.do(allowed.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        allowed.do(call_of(allowed, "decreaseAllowance", allowed.address("bob"), decrement), by="alice")


def test_reverts_when_the_spender_is_zero(local: World) -> None:
    with reverts(ERC20InvalidSpender, spender=ZERO_ADDRESS):
        local.do(call_of(local, "decreaseAllowance", ZERO_ADDRESS, 0), by="alice")
