"""transferWithAuthorization(from, to, value, validAfter, validBefore, nonce, signature), in both forms (EIP-3009)

when it is not after validAfter, or not before validBefore: reverts
when the nonce was used or canceled: reverts
when the payer did not sign this: reverts (see test_signatures too)
when transfers are paused: reverts
when the payer or the payee is blacklisted: reverts; who submits may be
when the payee is zero or the coin itself: reverts
when the payer holds less than the value: reverts
otherwise: moves the value, uses up the nonce, leaves the supply, emits AuthorizationUsed and Transfer
    given any 32 bytes as the nonce, in any order: each is used once, for each payer

A refused payment leaves its nonce as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    AccountNotVerified,
    AuthorizationExpired,
    AuthorizationNotYetValid,
    AuthorizationUsedOrCanceled,
    ERC20InsufficientBalance,
    ERC20InvalidReceiver,
    InvalidSignature,
    ScopePaused,
    UnknownRevert,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import AuthorizationUsed, Transfer
from tests.contracts.signing import (
    FOREVER,
    FORMS,
    NONCE,
    TOKEN,
    both_forms,
    call_signed,
    is_used,
    next_second,
    payment,
)
from tests.contracts.words import LEDGER_SLOT, UNLIMITED, call_of, facts_of, refusal_of, said, slot_of, told, word_at
from tests.world import reverts, same_world

if TYPE_CHECKING:
    from tests.world import World

HELD = 10_000_000


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens."""
    local.give("alice", 10)
    return local


def paying(world: World, form: str, **changes: Any) -> Call:
    """Alice pays bob a token by her signature."""
    return call_signed(world, "transferWithAuthorization", payment(world, **changes), form=form)


@both_forms
@pytest.mark.parametrize("submitter", ["admin", "alice", "bob"])
def test_moves_the_value_and_uses_up_the_nonce(held: World, submitter: str, form: str) -> None:
    coin, alice, bob = held.coin, held.address("alice"), held.address("bob")

    events = held.do(paying(held, form), by=submitter)

    assert told(events) == [
        said(AuthorizationUsed, authorizer=alice, nonce=NONCE),
        said(Transfer, sender=alice, to=bob, value=coin.amount(1)),
    ]
    assert coin.balance_of(alice) == coin.amount(9)
    assert coin.balance_of(bob) == coin.amount(1)
    assert coin.total_supply() == coin.amount(10)
    assert is_used(held)
    assert not is_used(held, of="bob")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is sent
@given(
    value=st.integers(0, 2 * HELD) | st.integers(0, UNLIMITED),
    nonce=st.binary(min_size=32, max_size=32),
    form=st.sampled_from(FORMS),
)
def test_takes_every_nonce_and_every_value_that_is_there(held: World, value: int, nonce: bytes, form: str) -> None:
    refused = facts_of(refusal_of(held, paying(held, form, value=value, nonce=nonce), by="admin"))

    short = ("ERC20InsufficientBalance", {"sender": held.address("alice"), "balance": HELD, "needed": value})
    assert refused == (short if value > HELD else None)


@both_forms
def test_pays_the_payer_itself(held: World, form: str) -> None:
    alice = held.address("alice")

    held.do(paying(held, form, to=alice, value=HELD), by="bob")

    assert held.coin.balance_of(alice) == held.coin.total_supply() == held.coin.amount(10)
    assert is_used(held)


def test_nonces_in_sequence_fill_one_word_bit_by_bit(held: World) -> None:
    word = slot_of(slot_of(LEDGER_SLOT + 3, held.address("alice")), ZERO_ADDRESS)  # the word of index zero
    expected = 0
    for number in (0, 1, 2, 255, 7):
        held.do(paying(held, FORMS[number % 2], value=1, nonce=number.to_bytes(32, "big")), by="admin")
        expected |= 1 << number
        assert word_at(held, word) == expected

    assert [number for number in (*range(9), 254, 255, 256, 257) if is_used(held, number.to_bytes(32, "big"))] == [
        0,
        1,
        2,
        7,
        255,
    ]


@pytest.mark.parametrize(
    ("used", "free"),
    [
        (0, 256),
        (255, 256),
        (256, 0),
        (2**256 - 1, 2**256 - 2),
        (2**255, 0),
        (2**255, 2**255 + 2**8),
        (42, 42 + 2**128),
    ],
)
def test_nonces_of_other_bits_and_words_stay_free(held: World, used: int, free: int) -> None:
    held.do(paying(held, FORMS[0], value=1, nonce=used.to_bytes(32, "big")), by="admin")

    assert is_used(held, used.to_bytes(32, "big"))
    assert not is_used(held, free.to_bytes(32, "big"))
    held.do(paying(held, FORMS[1], value=1, nonce=free.to_bytes(32, "big")), by="admin")
    assert is_used(held, free.to_bytes(32, "big"))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])  # put back after each
@given(nonces=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=3, unique=True))
def test_random_nonces_are_used_once_each(held: World, nonces: list[bytes]) -> None:
    snapshot, world = held.chain.take_snapshot(), same_world(held)

    for nonce in nonces:
        world.do(paying(held, FORMS[0], value=1, nonce=nonce), by="admin")
    for nonce in nonces:
        used = ("AuthorizationUsedOrCanceled", {"authorizer": held.address("alice"), "nonce": nonce})
        assert facts_of(refusal_of(held, paying(held, FORMS[1], value=1, nonce=nonce), by="admin")) == used

    held.chain.revert_to(snapshot)


def test_two_payers_may_use_the_same_nonce(held: World) -> None:
    held.do(paying(held, FORMS[0]), by="admin")
    back = payment(held, **{"from": held.address("bob"), "to": held.address("alice")})

    held.do(call_signed(held, "transferWithAuthorization", back, by="bob"), by="admin")

    assert is_used(held)
    assert is_used(held, of="bob")
    assert held.coin.balance_of(held.address("alice")) == held.coin.amount(10)


@both_forms
def test_reverts_when_the_nonce_was_used(held: World, form: str) -> None:
    for used in FORMS:
        nonce = used.encode().ljust(32, b"\0")
        held.do(paying(held, used, nonce=nonce), by="admin")

        with reverts(AuthorizationUsedOrCanceled, authorizer=held.address("alice"), nonce=nonce):
            held.do(paying(held, form, nonce=nonce), by="admin")
        with reverts(AuthorizationUsedOrCanceled, authorizer=held.address("alice"), nonce=nonce):
            held.do(paying(held, form, nonce=nonce, value=2, to=held.address("admin")), by="admin")


@both_forms
def test_reverts_when_the_nonce_was_canceled(held: World, form: str) -> None:
    alice = held.address("alice")
    held.do(call_signed(held, "cancelAuthorization", {"authorizer": alice, "nonce": NONCE}), by="admin")

    with reverts(AuthorizationUsedOrCanceled, authorizer=alice, nonce=NONCE):
        held.do(paying(held, form), by="admin")

    assert held.coin.balance_of(alice) == held.coin.amount(10)


@both_forms
def test_works_in_the_first_second_and_in_the_last(held: World, form: str) -> None:
    time = next_second(held)

    receipt = held.send(paying(held, form, validAfter=time - 1, validBefore=time + 1), by="admin")

    assert held.chain.block(receipt.block_number).timestamp == time
    assert is_used(held)


@both_forms
def test_reverts_when_it_is_valid_only_after_this_very_second(held: World, form: str) -> None:
    time = next_second(held)

    with reverts(AuthorizationNotYetValid, valid_after=time):
        held.do(paying(held, form, validAfter=time), by="admin")

    assert not is_used(held)
    held.chain.advance(seconds=1)
    held.do(paying(held, form, validAfter=time), by="admin")
    assert is_used(held)


@both_forms
def test_reverts_when_it_was_valid_only_before_this_very_second(held: World, form: str) -> None:
    time = next_second(held)

    with reverts(AuthorizationExpired, valid_before=time):
        held.do(paying(held, form, validBefore=time), by="admin")

    assert not is_used(held)


@both_forms
@pytest.mark.parametrize("valid_after", [2**64, FOREVER])
def test_reverts_when_it_is_never_valid(held: World, valid_after: int, form: str) -> None:
    with reverts(AuthorizationNotYetValid, valid_after=valid_after):
        held.do(paying(held, form, validAfter=valid_after), by="admin")


@both_forms
def test_reverts_when_it_is_no_longer_valid(held: World, form: str) -> None:
    for valid_before in (0, 1):
        with reverts(AuthorizationExpired, valid_before=valid_before):
            held.do(paying(held, form, validBefore=valid_before), by="admin")


@both_forms
def test_reverts_when_another_signed_and_leaves_the_nonce(held: World, form: str) -> None:
    forged = call_signed(held, "transferWithAuthorization", payment(held), by="bob", form=form)

    with reverts(InvalidSignature, signer=held.address("alice")):
        held.do(forged, by="bob")

    assert not is_used(held)
    held.do(paying(held, form), by="bob")
    assert is_used(held)


@both_forms
def test_reverts_when_transfers_are_paused_and_leaves_the_nonce(held: World, form: str) -> None:
    held.do(held.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        held.do(paying(held, form), by="admin")

    assert not is_used(held)
    held.do(held.coin.calls.unpause(), by="unpauser")
    held.do(paying(held, form), by="admin")
    assert is_used(held)


@both_forms
def test_works_while_only_minting_and_redemption_are_paused(held: World, form: str) -> None:
    held.do(held.coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    held.do(paying(held, form), by="admin")

    assert is_used(held)


@both_forms
@pytest.mark.parametrize("party", ["alice", "bob"])
@pytest.mark.parametrize("value", [0, 1])
def test_reverts_when_payer_or_payee_is_blacklisted(held: World, party: str, value: int, form: str) -> None:
    held.do(held.coin.calls.blacklist(held.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=held.address(party)):
        held.do(paying(held, form, value=value), by="admin")

    assert not is_used(held)


@both_forms
def test_a_blacklisted_relayer_may_submit_what_others_signed(held: World, form: str) -> None:
    held.do(held.coin.calls.blacklist(held.address("admin")), by="blacklister")

    held.do(paying(held, form), by="admin")

    assert held.coin.balance_of(held.address("bob")) == held.coin.amount(1)


@both_forms
@pytest.mark.parametrize(("party", "other"), [("alice", "bob"), ("bob", "alice")])
def test_reverts_when_a_party_is_not_verified_where_it_must_be(held: World, party: str, other: str, form: str) -> None:
    held.do(call_of(held, "verify", held.address(other)), by="unpauser")
    held.do(call_of(held, "setAllowlistOnly", True), by="admin")  # noqa: FBT003  # the contract's own argument

    with reverts(AccountNotVerified, account=held.address(party)):
        held.do(paying(held, form), by="admin")

    assert not is_used(held)


@both_forms
def test_reverts_when_the_payee_is_zero_or_the_coin_itself(held: World, form: str) -> None:
    for payee in (ZERO_ADDRESS, held.coin.address):
        with reverts(ERC20InvalidReceiver, receiver=payee):
            held.do(paying(held, form, to=payee), by="admin")

    assert not is_used(held)


@both_forms
@pytest.mark.parametrize("needed", [HELD + 1, 2**128, UNLIMITED])
def test_reverts_when_the_payer_holds_less_and_leaves_the_nonce(held: World, needed: int, form: str) -> None:
    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=HELD, needed=needed):
        held.do(paying(held, form, value=needed), by="admin")

    assert not is_used(held)


@both_forms
@pytest.mark.parametrize("place", [0, 1], ids=["payer", "payee"])
def test_reverts_when_an_address_has_more_than_twenty_bytes(held: World, place: int, form: str) -> None:
    """The terms are hashed as they stand in the call data, so none may be longer than what is used of it."""
    words = bytearray(paying(held, form).data)
    words[4 + 32 * place] = 1

    with reverts(UnknownRevert, revert_data=b""):
        held.do(Call(held.coin.address, bytes(words)), by="admin")


@both_forms
def test_takes_no_eth(held: World, form: str) -> None:
    plain = paying(held, form)

    with reverts(UnknownRevert, revert_data=b""):
        held.send(Call(plain.to, plain.data, value_wei=1), by="admin")


def test_many_payments_in_any_order_leave_what_they_say(held: World) -> None:
    numbers = [3, 1, 2, 0]
    for number in numbers:
        held.do(paying(held, FORMS[number % 2], value=TOKEN, nonce=number.to_bytes(32, "big")), by="admin")

    assert held.coin.balance_of(held.address("bob")) == held.coin.amount(len(numbers))
    assert held.coin.total_supply() == held.coin.amount(10)
