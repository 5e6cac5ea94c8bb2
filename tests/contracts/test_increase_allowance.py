"""increaseAllowance(spender, increment)

when transfers are paused: reverts
when the spender is zero: reverts
when the sum exceeds the greatest number: reverts
otherwise: raises the allowance, moves nothing, emits Approval of the sum
    given either party blacklisted: works all the same, for an allowance moves nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import AllowanceOverflow, ERC20InvalidSpender, ScopePaused
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


def test_raises_the_allowance_and_moves_nothing(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    events = allowed.do(call_of(allowed, "increaseAllowance", bob, 3_000_000), by="alice")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(7))]
    assert coin.allowance(alice, bob) == coin.amount(7)
    assert coin.allowance(bob, alice) == coin.amount(0)
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)


def test_answers_true(local: World) -> None:
    assert answer_of(local, "increaseAllowance", local.address("bob"), 1) is True


def test_raises_from_nothing_and_by_nothing(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")

    local.do(call_of(local, "increaseAllowance", bob, 5), by="alice")
    events = local.do(call_of(local, "increaseAllowance", bob, 0), by="alice")

    assert [event.value.base_units for event in events if isinstance(event, Approval)] == [5]
    assert coin.allowance(alice, bob).base_units == 5


def test_raises_to_the_greatest_number_which_is_then_never_used_up(allowed: World) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")

    allowed.do(call_of(allowed, "increaseAllowance", bob, UNLIMITED - ALLOWED), by="alice")
    allowed.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")

    assert answer_of(allowed, "allowance", alice, bob) == UNLIMITED


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is sent
@given(increment=st.integers(UNLIMITED - 2 * ALLOWED, UNLIMITED))
def test_reverts_when_and_only_when_the_sum_exceeds_the_greatest_number(allowed: World, increment: int) -> None:
    bob = allowed.address("bob")

    refused = facts_of(refusal_of(allowed, call_of(allowed, "increaseAllowance", bob, increment), by="alice"))

    overflow = ("AllowanceOverflow", {"spender": bob, "allowed": ALLOWED, "increment": increment})
    assert refused == (overflow if ALLOWED + increment > UNLIMITED else None)


@pytest.mark.parametrize("increment", [UNLIMITED - ALLOWED + 1, UNLIMITED])
def test_reverts_when_the_sum_exceeds_the_greatest_number(allowed: World, increment: int) -> None:
    alice, bob = allowed.address("alice"), allowed.address("bob")

    with reverts(AllowanceOverflow, spender=bob, allowed=ALLOWED, increment=increment):
        allowed.do(call_of(allowed, "increaseAllowance", bob, increment), by="alice")

    assert answer_of(allowed, "allowance", alice, bob) == ALLOWED


@pytest.mark.parametrize("party", ["alice", "bob"])
def test_works_with_a_blacklisted_party(allowed: World, party: str) -> None:
    coin, alice, bob = allowed.coin, allowed.address("alice"), allowed.address("bob")
    allowed.do(coin.calls.blacklist(allowed.address(party)), by="blacklister")

    allowed.do(call_of(allowed, "increaseAllowance", bob, 1_000_000), by="alice")

    assert coin.allowance(alice, bob) == coin.amount(5)


@pytest.mark.parametrize("increment", [0, 1])
def test_reverts_when_transfers_are_paused(allowed: World, increment: int) -> None:
    allowed.do(allowed.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        allowed.do(call_of(allowed, "increaseAllowance", allowed.address("bob"), increment), by="alice")


@pytest.mark.parametrize("increment", [0, 1])
def test_reverts_when_the_spender_is_zero(local: World, increment: int) -> None:
    with reverts(ERC20InvalidSpender, spender=ZERO_ADDRESS):
        local.do(call_of(local, "increaseAllowance", ZERO_ADDRESS, increment), by="alice")
