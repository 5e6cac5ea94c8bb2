"""transferBatch(to, values)

when transfers are paused: reverts, for an empty batch too
when the lists differ in length: reverts
when the sender is blacklisted, or any receiver: reverts as a whole
when any receiver is zero or the coin itself: reverts as a whole
when the sender holds less than the sum: reverts, naming the sum, or the greatest number where the sum exceeds it
otherwise: moves each value, leaves the supply, emits Transfer for each, in their order
    given the sender among the receivers, or one of them twice: every move counts
    given nothing in the lists: moves nothing, emits nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    LengthsDiffer,
    ScopePaused,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Transfer
from tests.contracts.words import (
    UNLIMITED,
    answer_of,
    call_of,
    facts_of,
    refusal_of,
    said,
    supply_is_held_by,
    told,
    units,
)
from tests.world import reverts, same_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import Call
    from tests.world import World

HELD = 10_000_000


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens."""
    local.give("alice", 10)
    return local


def batch(world: World, people: Sequence[str], values: Sequence[int]) -> Call:
    return call_of(world, "transferBatch", [world.address(person) for person in people], values)


def balances(world: World, *people: str) -> list[int]:
    return [world.coin.balance_of(world.address(person)).base_units for person in people]


def test_moves_each_value_in_order(held: World) -> None:
    alice = held.address("alice")
    people, values = ["bob", "admin", "minter", "pauser"], [1_000_000, 0, 8_999_999, 1]

    events = held.do(batch(held, people, values), by="alice")

    assert told(events) == [
        said(Transfer, sender=alice, to=held.address(person), value=units(held, value))
        for person, value in zip(people, values, strict=True)
    ]
    assert balances(held, "alice", *people) == [0, *values]
    assert held.coin.total_supply() == held.coin.amount(10)


def test_answers_true(held: World) -> None:
    assert answer_of(held, "transferBatch", [held.address("bob")], [1]) is True


def test_moves_nothing_when_the_lists_are_empty(held: World) -> None:
    events = held.do(batch(held, [], []), by="alice")

    assert events == []
    assert answer_of(held, "transferBatch", [], []) is True
    assert balances(held, "alice") == [HELD]


def test_counts_every_move_of_a_receiver_named_often(held: World) -> None:
    held.do(batch(held, ["bob", "admin", "bob", "bob"], [1, 2, 3, 4]), by="alice")

    assert balances(held, "alice", "bob", "admin") == [HELD - 10, 8, 2]


@pytest.mark.parametrize("values", [(HELD, 0), (0, HELD), (4, 6), (HELD - 1, 1)])
def test_gives_back_what_the_sender_sends_to_itself(held: World, values: tuple[int, int]) -> None:
    held.do(batch(held, ["alice", "bob"], values), by="alice")

    assert balances(held, "alice", "bob") == [HELD - values[1], values[1]]
    assert supply_is_held_by(held, "alice", "bob")


def test_what_the_sender_sends_to_itself_must_be_there_all_the_same(held: World) -> None:
    alice = held.address("alice")

    with reverts(ERC20InsufficientBalance, sender=alice, balance=HELD, needed=HELD + 1):
        held.do(batch(held, ["alice", "bob"], [HELD, 1]), by="alice")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])  # put back after each
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(["alice", "bob", "admin", "minter"]), st.integers(0, HELD // 4)), max_size=6
    )
)
def test_leaves_everybody_what_single_transfers_would(held: World, moves: list[tuple[str, int]]) -> None:
    people, values = [person for person, _ in moves], [value for _, value in moves]
    expected = {"alice": HELD, "bob": 0, "admin": 0, "minter": 0}
    for person, value in moves:
        expected["alice"] -= value
        expected[person] += value
    snapshot = held.chain.take_snapshot()

    if sum(values) > HELD:
        short = ("ERC20InsufficientBalance", {"sender": held.address("alice"), "balance": HELD, "needed": sum(values)})
        assert facts_of(refusal_of(held, batch(held, people, values), by="alice")) == short
    else:
        same_world(held).do(batch(held, people, values), by="alice")
        assert balances(held, *expected) == list(expected.values())
        assert supply_is_held_by(held, *expected)
    held.chain.revert_to(snapshot)


@pytest.mark.parametrize(
    "values",
    [
        (UNLIMITED, 1),
        (1, UNLIMITED),
        (2**255, 2**255),
        (UNLIMITED, UNLIMITED),
        (UNLIMITED, HELD + 1),  # wraps around to what alice holds
        (2**255, 2**255, HELD),
        (HELD, UNLIMITED, 1),
    ],
)
def test_reverts_when_the_sum_exceeds_the_greatest_number(held: World, values: tuple[int, ...]) -> None:
    people = ["bob", "admin", "minter"][: len(values)]

    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=HELD, needed=UNLIMITED):
        held.do(batch(held, people, values), by="alice")

    assert balances(held, "alice", *people) == [HELD, *[0] * len(people)]


@pytest.mark.parametrize("values", [(HELD, 1), (2**128, 0), (UNLIMITED - 1, 1)])
def test_reverts_when_the_sender_holds_less_than_the_sum(held: World, values: tuple[int, int]) -> None:
    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=HELD, needed=sum(values)):
        held.do(batch(held, ["bob", "admin"], values), by="alice")


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0), (2, 1), (1, 2), (3, 1)])
def test_reverts_when_the_lists_differ_in_length(held: World, first: int, second: int) -> None:
    with reverts(LengthsDiffer, first=first, second=second):
        held.do(batch(held, ["bob"] * first, [1] * second), by="alice")


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("value", [0, 1])
def test_one_blacklisted_receiver_refuses_all(held: World, place: int, value: int) -> None:
    bob = held.address("bob")
    held.do(held.coin.calls.blacklist(bob), by="blacklister")
    people = ["admin", "minter"]
    people.insert(place, "bob")

    with reverts(AccountBlacklisted, account=bob):
        held.do(batch(held, people, [value] * 3), by="alice")

    assert balances(held, "alice", "admin", "minter", "bob") == [HELD, 0, 0, 0]


@pytest.mark.parametrize("people", [(), ("bob",), ("bob", "admin")])
def test_reverts_when_the_sender_is_blacklisted(held: World, people: tuple[str, ...]) -> None:
    held.do(held.coin.calls.blacklist(held.address("alice")), by="blacklister")

    with reverts(AccountBlacklisted, account=held.address("alice")):
        held.do(batch(held, people, [1] * len(people)), by="alice")


@pytest.mark.parametrize("place", [0, 1])
def test_one_receiver_that_is_zero_or_the_coin_refuses_all(held: World, place: int) -> None:
    for receiver in (ZERO_ADDRESS, held.coin.address):
        receivers = [held.address("bob")]
        receivers.insert(place, receiver)
        with reverts(ERC20InvalidReceiver, receiver=receiver):
            held.do(call_of(held, "transferBatch", receivers, [1, 1]), by="alice")

    assert balances(held, "alice", "bob") == [HELD, 0]


@pytest.mark.parametrize("people", [(), ("bob",)])
def test_reverts_when_transfers_are_paused(held: World, people: tuple[str, ...]) -> None:
    held.do(held.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        held.do(batch(held, people, [1] * len(people)), by="alice")


def test_works_while_only_minting_and_redemption_are_paused(held: World) -> None:
    held.do(held.coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    held.do(batch(held, ["bob"], [1]), by="alice")

    assert balances(held, "bob") == [1]
