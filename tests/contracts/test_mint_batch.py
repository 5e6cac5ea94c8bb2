"""mintBatch(to, values, refs)

when the lists are not of one length: reverts
when any of the mints would be refused alone, or a reference stands twice: reverts, and nothing is minted
when the lists are empty: does nothing
otherwise: mints each for its receiver under its reference, emits Transfer and MintedWithReference for each
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    ERC20InvalidReceiver,
    LengthsDiffer,
    MintAllowanceExceeded,
    ReferenceUsed,
    ScopePaused,
    ZeroValue,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import MintedWithReference, Transfer
from tests.contracts.words import allow_minting, answer_of, call_of, reference, said, supply_is_held_by, told, units
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call
    from tests.world import World

TOKEN = 1_000_000


@pytest.fixture
def minting(local: World) -> World:
    """The minter may mint 100 tokens."""
    allow_minting(local, "minter", 100)
    return local


def batch(world: World, *mints: tuple[Address, int, int]) -> Call:
    """A batch of (receiver, base units, reference)."""
    lists = ([to for to, _, _ in mints], [value for _, value, _ in mints], [reference(ref) for _, _, ref in mints])
    return call_of(world, "mintBatch", *lists)


def test_mints_each_for_its_receiver_under_its_reference(minting: World) -> None:
    coin, alice, bob, minter = minting.coin, *map(minting.address, ("alice", "bob", "minter"))
    orders = [(alice, 10 * TOKEN, 7), (bob, 20 * TOKEN, 300), (alice, 5 * TOKEN, 8)]

    events = minting.do(batch(minting, *orders), by="minter")

    assert told(events) == [
        event
        for to, value, ref in orders
        for event in (
            said(Transfer, sender=ZERO_ADDRESS, to=to, value=units(minting, value)),
            said(MintedWithReference, ref=reference(ref), minter=minter, to=to, value=units(minting, value)),
        )
    ]
    assert coin.balance_of(alice) == coin.amount(15)
    assert coin.balance_of(bob) == coin.amount(20)
    assert supply_is_held_by(minting, "alice", "bob")
    assert coin.minter_allowance(minter) == coin.amount(65)
    for _, _, ref in orders:
        assert answer_of(minting, "isReferenceUsed(bytes32)", reference(ref)) is True


def test_answers_true_and_does_nothing_when_the_lists_are_empty(minting: World) -> None:
    assert answer_of(minting, "mintBatch", [], [], [], by="minter") is True

    assert told(minting.do(batch(minting), by="minter")) == []
    assert minting.coin.total_supply() == minting.coin.amount(0)


@pytest.mark.parametrize(
    ("receivers", "values", "refs", "first", "second"),
    [(2, 1, 2, 2, 1), (1, 2, 1, 1, 2), (2, 2, 1, 2, 1), (1, 1, 2, 1, 2), (0, 1, 0, 0, 1), (0, 0, 1, 0, 1)],
)
def test_reverts_when_the_lists_differ_in_length(
    minting: World, receivers: int, values: int, refs: int, first: int, second: int
) -> None:
    lists = ([minting.address("alice")] * receivers, [1] * values, [reference(number) for number in range(refs)])

    with reverts(LengthsDiffer, first=first, second=second):
        minting.do(call_of(minting, "mintBatch", *lists), by="minter")


def test_mints_nothing_when_a_reference_was_used_before(minting: World) -> None:
    alice, bob = minting.address("alice"), minting.address("bob")
    minting.do(batch(minting, (alice, TOKEN, 5)), by="minter")

    with reverts(ReferenceUsed, ref=reference(5)):
        minting.do(batch(minting, (bob, TOKEN, 4), (bob, TOKEN, 5)), by="minter")

    assert_only_alice_was_served(minting)
    assert answer_of(minting, "isReferenceUsed(bytes32)", reference(4)) is False


def test_mints_nothing_when_a_reference_stands_twice(minting: World) -> None:
    alice, bob = minting.address("alice"), minting.address("bob")
    minting.do(batch(minting, (alice, TOKEN, 5)), by="minter")

    with reverts(ReferenceUsed, ref=reference(6)):
        minting.do(batch(minting, (bob, TOKEN, 6), (bob, TOKEN, 6)), by="minter")

    assert_only_alice_was_served(minting)


def test_mints_nothing_when_the_sum_exceeds_the_allowance(minting: World) -> None:
    alice, bob, minter = minting.address("alice"), minting.address("bob"), minting.address("minter")
    minting.do(batch(minting, (alice, TOKEN, 5)), by="minter")

    with reverts(MintAllowanceExceeded, minter=minter, available=TOKEN, needed=TOKEN + 1):
        minting.do(batch(minting, (bob, 98 * TOKEN, 6), (bob, TOKEN + 1, 7)), by="minter")

    assert_only_alice_was_served(minting)


def test_mints_nothing_when_one_receiver_is_refused(minting: World) -> None:
    coin, alice, bob = minting.coin, minting.address("alice"), minting.address("bob")
    minting.do(batch(minting, (alice, TOKEN, 5)), by="minter")
    minting.do(coin.calls.blacklist(bob), by="blacklister")

    with reverts(AccountBlacklisted, account=bob):
        minting.do(batch(minting, (alice, TOKEN, 6), (bob, TOKEN, 7)), by="minter")
    with reverts(ERC20InvalidReceiver, receiver=ZERO_ADDRESS):
        minting.do(batch(minting, (alice, TOKEN, 6), (ZERO_ADDRESS, TOKEN, 7)), by="minter")
    with reverts(ERC20InvalidReceiver, receiver=coin.address):
        minting.do(batch(minting, (alice, TOKEN, 6), (coin.address, TOKEN, 7)), by="minter")
    with reverts(ZeroValue):
        minting.do(batch(minting, (alice, TOKEN, 6), (alice, 0, 7)), by="minter")

    assert_only_alice_was_served(minting)


def test_reverts_when_minting_is_paused(minting: World) -> None:
    minting.do(minting.coin.calls.pause(PauseScope.MINTING), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.MINTING):
        minting.do(batch(minting, (minting.address("alice"), 1, 1)), by="minter")


def test_reverts_when_the_minter_is_blacklisted(minting: World) -> None:
    minter = minting.address("minter")
    minting.do(minting.coin.calls.blacklist(minter), by="blacklister")

    with reverts(AccountBlacklisted, account=minter):
        minting.do(batch(minting, (minting.address("alice"), 1, 1)), by="minter")


@pytest.mark.parametrize("caller", ["admin", "minter_admin", "alice"])
def test_reverts_when_the_caller_is_no_minter(minting: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=minting.address(caller),
        needed_role=Role.MINTER_ROLE.identifier,
    ):
        minting.do(batch(minting, (minting.address("alice"), 1, 1)), by=caller)


def assert_only_alice_was_served(world: World) -> None:
    """All there is, is the one token of the first batch."""
    coin = world.coin
    assert coin.balance_of(world.address("alice")) == coin.total_supply() == coin.amount(1)
    assert coin.minter_allowance(world.address("minter")) == coin.amount(99)
