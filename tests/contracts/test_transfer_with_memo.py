"""transferWithMemo(to, value, memo)

when transfers are paused: reverts
when the sender or the receiver is blacklisted: reverts
when only verified accounts may hold the coin, and one of the two is not: reverts
when the receiver is zero or the coin itself: reverts
when the sender holds less than the value: reverts
otherwise: moves the value, leaves the supply, emits Transfer, then TransferWithMemo
    given any 32 bytes as the memo, none excepted: they stand in the event as they are
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    AccountNotVerified,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    ScopePaused,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Transfer, TransferWithMemo
from tests.contracts.words import UNLIMITED, call_of, facts_of, refusal_of, said, told, units
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

HELD = 10_000_000
MEMO = b"invoice 2026-0042".ljust(32, b"\0")


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens."""
    local.give("alice", 10)
    return local


def noted(world: World, to: bytes, value: int, memo: bytes = MEMO) -> Call:
    return call_of(world, "transferWithMemo", to, value, memo)


@pytest.mark.parametrize("value", [0, 1, 4_000_000, HELD])
def test_moves_the_value_and_says_the_memo_after_it(held: World, value: int) -> None:
    coin, alice, bob = held.coin, held.address("alice"), held.address("bob")

    events = held.do(noted(held, bob, value), by="alice")

    assert told(events) == [
        said(Transfer, sender=alice, to=bob, value=units(held, value)),
        said(TransferWithMemo, sender=alice, to=bob, amount=units(held, value), memo=MEMO),
    ]
    assert coin.balance_of(alice) == units(held, HELD - value)
    assert coin.balance_of(bob) == units(held, value)
    assert coin.total_supply() == coin.amount(10)


@pytest.mark.parametrize("memo", [bytes(32), b"\xff" * 32, bytes(31) + b"\x01", b"\x80" + bytes(31)])
def test_says_every_memo_as_it_is(held: World, memo: bytes) -> None:
    events = held.do(noted(held, held.address("bob"), 1, memo), by="alice")

    assert [event.memo for event in events if isinstance(event, TransferWithMemo)] == [memo]


def test_moves_nothing_when_the_sender_is_the_receiver(held: World) -> None:
    coin, alice = held.coin, held.address("alice")

    held.do(noted(held, alice, HELD), by="alice")

    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is sent
@given(value=st.integers(0, 2 * HELD) | st.integers(0, UNLIMITED))
def test_reverts_when_and_only_when_the_sender_holds_less(held: World, value: int) -> None:
    alice, bob = held.address("alice"), held.address("bob")

    refused = facts_of(refusal_of(held, noted(held, bob, value), by="alice"))

    short = ("ERC20InsufficientBalance", {"sender": alice, "balance": HELD, "needed": value})
    assert refused == (short if value > HELD else None)


@pytest.mark.parametrize("needed", [HELD + 1, UNLIMITED])
def test_reverts_when_the_sender_holds_less(held: World, needed: int) -> None:
    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=HELD, needed=needed):
        held.do(noted(held, held.address("bob"), needed), by="alice")


@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_transfers_are_paused(held: World, value: int) -> None:
    held.do(held.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        held.do(noted(held, held.address("bob"), value), by="alice")


def test_works_while_only_minting_and_redemption_are_paused(held: World) -> None:
    held.do(held.coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    held.do(noted(held, held.address("bob"), 1_000_000), by="alice")

    assert held.coin.balance_of(held.address("bob")) == held.coin.amount(1)


@pytest.mark.parametrize("party", ["alice", "bob"])
@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_sender_or_receiver_is_blacklisted(held: World, party: str, value: int) -> None:
    held.do(held.coin.calls.blacklist(held.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=held.address(party)):
        held.do(noted(held, held.address("bob"), value), by="alice")


@pytest.mark.parametrize(("party", "other"), [("alice", "bob"), ("bob", "alice")])
def test_reverts_when_a_party_is_not_verified_where_it_must_be(held: World, party: str, other: str) -> None:
    held.do(call_of(held, "verify", held.address(other)), by="unpauser")
    held.do(call_of(held, "setAllowlistOnly", True), by="admin")  # noqa: FBT003  # the contract's own argument

    with reverts(AccountNotVerified, account=held.address(party)):
        held.do(noted(held, held.address("bob"), 1), by="alice")
    held.do(call_of(held, "verify", held.address(party)), by="unpauser")
    held.do(noted(held, held.address("bob"), 1_000_000), by="alice")

    assert held.coin.balance_of(held.address("bob")) == held.coin.amount(1)


def test_reverts_when_the_receiver_is_zero_or_the_coin_itself(held: World) -> None:
    for receiver in (ZERO_ADDRESS, held.coin.address):
        with reverts(ERC20InvalidReceiver, receiver=receiver):
            held.do(noted(held, receiver, 1), by="alice")
