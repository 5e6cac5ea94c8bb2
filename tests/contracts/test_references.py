"""mint(to, value, ref), burn(value, ref), isReferenceUsed(ref) and isReferenceUsed(holder, ref)

when the reference is new: does what it stands for, uses it up, emits MintedWithReference or BurnedWithReference
when it was used, by minting or by burning, by whomever: reverts
when the mint or burn is refused: does not use it up
otherwise: as the verb without a reference

Any 32 bytes are a reference, and none touches its neighbours. A holder's references, for redeeming, are a set apart:
`test_redeem.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    AccountBlacklisted,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    MintAllowanceExceeded,
    ReferenceUsed,
    ScopePaused,
    ZeroValue,
)
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token.events import BurnedWithReference, MintedWithReference, Transfer
from tests.contracts.words import allow_minting, answer_of, call_of, reference, said, told, units
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

TOKEN = 1_000_000
REF = reference(42)
# At the edges of a word of 256 references, and of all references.
EDGES = (0, 1, 254, 255, 256, 257, 511, 512, 2**255, 2**256 - 257, 2**256 - 256, 2**256 - 2, 2**256 - 1)


@pytest.fixture
def minting(local: World) -> World:
    """The minter may mint 100 tokens, holds 20 and may burn them."""
    local.give("minter", 20)
    allow_minting(local, "minter", 100)
    return local


def mint(world: World, ref: bytes = REF, *, to: str = "alice", value: int = TOKEN) -> Call:
    return call_of(world, "mint(address,uint256,bytes32)", world.address(to), value, ref)


def burn(world: World, ref: bytes = REF, *, value: int = TOKEN) -> Call:
    return call_of(world, "burn(uint256,bytes32)", value, ref)


def is_used(world: World, ref: bytes) -> bool:
    used: bool = answer_of(world, "isReferenceUsed(bytes32)", ref)
    return used


def test_mints_once(minting: World) -> None:
    coin, alice, minter = minting.coin, minting.address("alice"), minting.address("minter")
    assert not is_used(minting, REF)

    events = minting.do(mint(minting, value=40 * TOKEN), by="minter")

    assert told(events) == [
        said(Transfer, sender=ZERO_ADDRESS, to=alice, value=coin.amount(40)),
        said(MintedWithReference, ref=REF, minter=minter, to=alice, value=coin.amount(40)),
    ]
    assert is_used(minting, REF)
    assert coin.balance_of(alice) == coin.amount(40)
    assert coin.total_supply() == coin.amount(60)
    assert coin.minter_allowance(minter) == coin.amount(60)


def test_burns_once(minting: World) -> None:
    coin, minter = minting.coin, minting.address("minter")

    events = minting.do(burn(minting, value=5 * TOKEN), by="minter")

    assert told(events) == [
        said(Transfer, sender=minter, to=ZERO_ADDRESS, value=coin.amount(5)),
        said(BurnedWithReference, ref=REF, burner=minter, value=coin.amount(5)),
    ]
    assert is_used(minting, REF)
    assert coin.balance_of(minter) == coin.total_supply() == coin.amount(15)


def test_answers_true(minting: World) -> None:
    arguments = (minting.address("alice"), 1, REF)

    assert answer_of(minting, "mint(address,uint256,bytes32)", *arguments, by="minter") is True


@pytest.mark.parametrize("first", ["mint", "burn"])
@pytest.mark.parametrize("second", ["mint", "burn"])
def test_minting_and_burning_share_one_set(minting: World, first: str, second: str) -> None:
    verbs = {"mint": mint(minting), "burn": burn(minting)}
    minting.do(verbs[first], by="minter")
    supply = minting.coin.total_supply()

    with reverts(ReferenceUsed, ref=REF):
        minting.do(verbs[second], by="minter")

    assert minting.coin.total_supply() == supply


def test_another_minter_cannot_use_it_again_for_another_receiver_or_value(minting: World) -> None:
    allow_minting(minting, "bob", 100)
    minting.do(mint(minting), by="minter")

    with reverts(ReferenceUsed, ref=REF):
        minting.do(mint(minting, to="bob", value=2 * TOKEN), by="bob")

    assert minting.coin.minter_allowance(minting.address("bob")) == minting.coin.amount(100)


def test_every_reference_is_one_bit_and_touches_no_other(minting: World) -> None:
    used: set[int] = set()
    for number in EDGES:
        assert {edge for edge in EDGES if is_used(minting, reference(edge))} == used

        minting.do(mint(minting, reference(number), value=1), by="minter")
        used.add(number)

    assert {edge for edge in EDGES if is_used(minting, reference(edge))} == set(EDGES)
    neighbours = {number + step for number in EDGES for step in (-1, 1)} - set(EDGES)
    assert not [number for number in neighbours if 0 <= number < 2**256 and is_used(minting, reference(number))]


def test_the_set_outlives_the_minter(minting: World) -> None:
    minting.do(mint(minting), by="minter")
    minting.do(minting.coin.calls.remove_minter(minting.address("minter")), by="minter_admin")
    allow_minting(minting, "minter", 100)

    with reverts(ReferenceUsed, ref=REF):
        minting.do(mint(minting), by="minter")


def test_the_issuers_references_are_those_of_the_zero_address_and_nobody_elses(minting: World) -> None:
    minting.do(mint(minting), by="minter")

    assert answer_of(minting, "isReferenceUsed(address,bytes32)", ZERO_ADDRESS, REF) is True
    for person in ("minter", "alice"):
        assert answer_of(minting, "isReferenceUsed(address,bytes32)", minting.address(person), REF) is False


def test_verbs_without_a_reference_use_none_up(minting: World) -> None:
    coin = minting.coin

    minting.do(coin.calls.mint(minting.address("alice"), coin.amount(1)), by="minter")
    minting.do(coin.calls.burn(coin.amount(1)), by="minter")

    assert not is_used(minting, bytes(32))


def test_a_refused_mint_does_not_use_the_reference_up(minting: World) -> None:
    coin, alice = minting.coin, minting.address("alice")
    minting.do(coin.calls.blacklist(alice), by="blacklister")
    with reverts(AccountBlacklisted, account=alice):
        minting.do(mint(minting), by="minter")
    assert not is_used(minting, REF)
    minting.do(coin.calls.un_blacklist(alice), by="unblacklister")

    minting.do(mint(minting), by="minter")

    assert is_used(minting, REF)
    assert coin.balance_of(alice) == coin.amount(1)


def test_a_refused_burn_does_not_use_the_reference_up(minting: World) -> None:
    minter = minting.address("minter")
    with reverts(ERC20InsufficientBalance, sender=minter, balance=20 * TOKEN, needed=20 * TOKEN + 1):
        minting.do(burn(minting, value=20 * TOKEN + 1), by="minter")
    assert not is_used(minting, REF)

    minting.do(burn(minting, value=20 * TOKEN), by="minter")

    assert is_used(minting, REF)
    assert minting.coin.total_supply() == units(minting, 0)


def test_reverts_when_the_value_is_zero(minting: World) -> None:
    for call in (mint(minting, value=0), burn(minting, value=0)):
        with reverts(ZeroValue):
            minting.do(call, by="minter")
    assert not is_used(minting, REF)


def test_reverts_when_the_value_exceeds_the_allowance(minting: World) -> None:
    with reverts(MintAllowanceExceeded, minter=minting.address("minter"), available=100 * TOKEN, needed=2**200):
        minting.do(mint(minting, value=2**200), by="minter")


@pytest.mark.parametrize("is_zero", [True, False], ids=["zero", "the coin itself"])
def test_reverts_when_the_receiver_is_zero_or_the_coin(minting: World, is_zero: bool) -> None:  # noqa: FBT001  # a parameter
    receiver = ZERO_ADDRESS if is_zero else minting.coin.address

    with reverts(ERC20InvalidReceiver, receiver=receiver):
        minting.do(call_of(minting, "mint(address,uint256,bytes32)", receiver, 1, REF), by="minter")


def test_reverts_while_their_scope_is_paused_and_only_then(minting: World) -> None:
    coin = minting.coin
    minting.do(coin.calls.pause(PauseScope.MINTING), by="pauser")
    with reverts(ScopePaused, scope=PauseScope.MINTING):
        minting.do(mint(minting), by="minter")
    minting.do(burn(minting, reference(1)), by="minter")
    minting.do(coin.calls.pause(PauseScope.REDEMPTION | PauseScope.TRANSFERS), by="pauser")
    minting.do(coin.calls.unpause(PauseScope.MINTING), by="unpauser")

    with reverts(ScopePaused, scope=PauseScope.REDEMPTION):
        minting.do(burn(minting), by="minter")
    minting.do(mint(minting), by="minter")


@pytest.mark.parametrize("caller", ["admin", "minter_admin", "alice"])
def test_reverts_when_the_caller_lacks_the_role(minting: World, caller: str) -> None:
    for call, role in ((mint(minting), Role.MINTER_ROLE), (burn(minting), Role.BURNER_ROLE)):
        with reverts(AccessControlUnauthorizedAccount, account=minting.address(caller), needed_role=role.identifier):
            minting.do(call, by=caller)
