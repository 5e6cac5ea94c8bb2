"""receiveWithAuthorization(from, to, value, validAfter, validBefore, nonce, signature), in both forms (EIP-3009)

when the caller is not the payee: reverts, before anything else but a closed lane
when it is not after validAfter, or not before validBefore: reverts
when the nonce was used or canceled: reverts
when the payer did not sign this, as ReceiveWithAuthorization: reverts (see test_signatures too)
when transfers are paused: reverts
when the payer or the payee is blacklisted: reverts
when the payee is the coin itself: nobody can call as it
when the payer holds less than the value: reverts
otherwise: moves the value, uses up the nonce, leaves the supply, emits AuthorizationUsed and Transfer

A refused payment leaves its nonce as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    AuthorizationExpired,
    AuthorizationNotYetValid,
    AuthorizationUsedOrCanceled,
    CallerNotPayee,
    ERC20InsufficientBalance,
    InvalidSignature,
    ScopePaused,
    UnknownRevert,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import AuthorizationUsed, Transfer
from tests.contracts.signing import (
    FORMS,
    NONCE,
    both_forms,
    call_signed,
    is_used,
    next_second,
    payment,
    signed,
    submitted,
)
from tests.contracts.words import UNLIMITED, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

HELD = 10_000_000


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens."""
    local.give("alice", 10)
    return local


def paying(world: World, form: str, **changes: Any) -> Call:
    """Alice pays bob a token, if he asks for it."""
    return call_signed(world, "receiveWithAuthorization", payment(world, **changes), form=form)


@both_forms
def test_moves_the_value_to_the_payee_who_submits_it(held: World, form: str) -> None:
    coin, alice, bob = held.coin, held.address("alice"), held.address("bob")

    events = held.do(paying(held, form), by="bob")

    assert told(events) == [
        said(AuthorizationUsed, authorizer=alice, nonce=NONCE),
        said(Transfer, sender=alice, to=bob, value=coin.amount(1)),
    ]
    assert coin.balance_of(alice) == coin.amount(9)
    assert coin.balance_of(bob) == coin.amount(1)
    assert coin.total_supply() == coin.amount(10)
    assert is_used(held)


@both_forms
@pytest.mark.parametrize("stranger", ["alice", "admin"])
def test_reverts_when_the_caller_is_not_the_payee(held: World, stranger: str, form: str) -> None:
    with reverts(CallerNotPayee, caller=held.address(stranger), payee=held.address("bob")):
        held.do(paying(held, form), by=stranger)

    assert not is_used(held)
    held.do(paying(held, form), by="bob")
    assert is_used(held)


@both_forms
def test_a_stranger_can_neither_redirect_nor_use_it_as_a_transfer(held: World, form: str) -> None:
    alice, admin = held.address("alice"), held.address("admin")
    signature = signed(held, "ReceiveWithAuthorization", payment(held))

    with reverts(InvalidSignature, signer=alice):
        held.do(submitted(held, "receiveWithAuthorization", payment(held, to=admin), signature, form), by="admin")
    with reverts(InvalidSignature, signer=alice):
        held.do(submitted(held, "transferWithAuthorization", payment(held), signature, form), by="admin")

    assert not is_used(held)


@both_forms
def test_the_payer_may_be_the_payee(held: World, form: str) -> None:
    held.do(paying(held, form, to=held.address("alice"), value=HELD), by="alice")

    assert held.coin.balance_of(held.address("alice")) == held.coin.total_supply() == held.coin.amount(10)


@both_forms
def test_reverts_when_the_nonce_was_used_by_either_kind_of_payment(held: World, form: str) -> None:
    alice = held.address("alice")
    held.do(paying(held, FORMS[0], nonce=bytes(32)), by="bob")
    held.do(call_signed(held, "transferWithAuthorization", payment(held)), by="admin")

    for nonce in (bytes(32), NONCE):
        with reverts(AuthorizationUsedOrCanceled, authorizer=alice, nonce=nonce):
            held.do(paying(held, form, nonce=nonce), by="bob")

    assert held.coin.balance_of(alice) == held.coin.amount(8)


@both_forms
def test_uses_up_the_nonce_for_transfers_too(held: World, form: str) -> None:
    held.do(paying(held, form), by="bob")

    with reverts(AuthorizationUsedOrCanceled, authorizer=held.address("alice"), nonce=NONCE):
        held.do(call_signed(held, "transferWithAuthorization", payment(held), form=form), by="admin")


@both_forms
def test_reverts_when_the_nonce_was_canceled(held: World, form: str) -> None:
    alice = held.address("alice")
    held.do(call_signed(held, "cancelAuthorization", {"authorizer": alice, "nonce": NONCE}), by="admin")

    with reverts(AuthorizationUsedOrCanceled, authorizer=alice, nonce=NONCE):
        held.do(paying(held, form), by="bob")


@both_forms
def test_works_in_the_first_second_and_in_the_last(held: World, form: str) -> None:
    time = next_second(held)

    receipt = held.send(paying(held, form, validAfter=time - 1, validBefore=time + 1), by="bob")

    assert held.chain.block(receipt.block_number).timestamp == time
    assert is_used(held)


@both_forms
def test_reverts_outside_of_its_times(held: World, form: str) -> None:
    time = next_second(held)

    with reverts(AuthorizationNotYetValid, valid_after=time):
        held.do(paying(held, form, validAfter=time), by="bob")
    with reverts(AuthorizationExpired, valid_before=time):
        held.do(paying(held, form, validBefore=time), by="bob")

    assert not is_used(held)


@both_forms
def test_reverts_when_another_signed(held: World, form: str) -> None:
    forged = call_signed(held, "receiveWithAuthorization", payment(held), by="bob", form=form)

    with reverts(InvalidSignature, signer=held.address("alice")):
        held.do(forged, by="bob")

    assert not is_used(held)


@both_forms
def test_reverts_when_transfers_are_paused(held: World, form: str) -> None:
    held.do(held.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        held.do(paying(held, form), by="bob")

    assert not is_used(held)


@both_forms
@pytest.mark.parametrize("party", ["alice", "bob"])
def test_reverts_when_payer_or_payee_is_blacklisted(held: World, party: str, form: str) -> None:
    held.do(held.coin.calls.blacklist(held.address(party)), by="blacklister")

    with reverts(AccountBlacklisted, account=held.address(party)):
        held.do(paying(held, form), by="bob")

    assert not is_used(held)


@both_forms
@pytest.mark.parametrize("needed", [HELD + 1, 2**128, UNLIMITED])
def test_reverts_when_the_payer_holds_less(held: World, needed: int, form: str) -> None:
    with reverts(ERC20InsufficientBalance, sender=held.address("alice"), balance=HELD, needed=needed):
        held.do(paying(held, form, value=needed), by="bob")

    assert not is_used(held)


@both_forms
def test_reverts_when_the_payee_has_more_than_twenty_bytes(held: World, form: str) -> None:
    words = bytearray(paying(held, form).data)
    words[4 + 32] = 1

    with reverts(UnknownRevert, revert_data=b""):
        held.do(Call(held.coin.address, bytes(words)), by="bob")
