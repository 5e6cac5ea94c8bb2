"""permit(owner, spender, value, deadline, signature), in both forms (EIP-2612)

when transfers are paused: reverts
when the spender is zero: reverts
when the deadline has passed: reverts
when the owner did not sign this, with its next nonce: reverts (see test_signatures too)
otherwise: sets the allowance in place of the former, uses up the nonce, moves nothing, emits Approval
    given either party blacklisted: works all the same, for an allowance moves nothing
    given a deadline that is this very second, or the greatest: works

The nonce stands in the account's word beside balance and flags: neither ever touches the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ERC20InvalidSpender,
    InvalidSignature,
    PermitExpired,
    ScopePaused,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import Approval
from tests.contracts.signing import (
    FORMS,
    TOKEN,
    both_forms,
    call_signed,
    domain_of,
    next_second,
    permission,
    typed_data,
)
from tests.contracts.words import (
    BLACKLISTED,
    PERMIT_NONCE_OFFSET,
    UNLIMITED,
    account_word,
    answer_of,
    call_of,
    facts_of,
    refusal_of,
    said,
    told,
)
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


@both_forms
def test_sets_the_allowance_and_uses_up_the_nonce(local: World, form: str) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)

    events = local.do(call_signed(local, "permit", permission(local), form=form), by="admin")

    assert told(events) == [said(Approval, owner=alice, spender=bob, value=coin.amount(1))]
    assert coin.allowance(alice, bob) == coin.amount(1)
    assert coin.allowance(bob, alice) == coin.amount(0)
    assert answer_of(local, "nonces", alice) == 1
    assert answer_of(local, "nonces", bob) == 0
    assert coin.balance_of(alice) == coin.total_supply() == coin.amount(10)


def test_lets_the_spender_move_what_was_permitted(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(call_signed(local, "permit", permission(local)), by="bob")

    local.do(coin.calls.transfer_from(alice, bob, coin.amount(1)), by="bob")

    assert coin.balance_of(bob) == coin.amount(1)
    assert coin.allowance(alice, bob) == coin.amount(0)


def test_replaces_the_former_allowance_permit_after_permit(local: World) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    local.do(call_of(local, "approve", bob, 7), by="alice")

    for nonce, value in enumerate((5, UNLIMITED, 0, 3)):
        message = permission(local, nonce=nonce, value=value)
        local.do(call_signed(local, "permit", message, form=FORMS[nonce % 2]), by="admin")
        assert answer_of(local, "allowance", alice, bob) == value
        assert answer_of(local, "nonces", alice) == nonce + 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])  # nothing is sent
@given(value=st.integers(0, UNLIMITED), deadline=st.integers(2**40, UNLIMITED), form=st.sampled_from(FORMS))
def test_takes_every_value_and_deadline(local: World, value: int, deadline: int, form: str) -> None:
    call = call_signed(local, "permit", permission(local, value=value, deadline=deadline), form=form)

    assert refusal_of(local, call, by="admin") is None


@both_forms
def test_cannot_be_submitted_again(local: World, form: str) -> None:
    call = call_signed(local, "permit", permission(local), form=form)
    local.do(call, by="bob")

    with reverts(InvalidSignature, signer=local.address("alice")):
        local.do(call, by="bob")

    assert answer_of(local, "nonces", local.address("alice")) == 1


def test_one_form_uses_up_what_the_other_would(local: World) -> None:
    calls = [call_signed(local, "permit", permission(local), form=form) for form in FORMS]
    local.do(calls[0], by="bob")

    assert facts_of(refusal_of(local, calls[1], by="bob")) == ("InvalidSignature", {"signer": local.address("alice")})


@both_forms
@pytest.mark.parametrize("nonce", [0, 2, 2**64 + 1, UNLIMITED])
def test_reverts_when_the_nonce_is_not_the_next(local: World, nonce: int, form: str) -> None:
    local.do(call_signed(local, "permit", permission(local)), by="bob")
    call = call_signed(local, "permit", permission(local, nonce=nonce), form=form)

    with reverts(InvalidSignature, signer=local.address("alice")):
        local.do(call, by="bob")


@both_forms
def test_a_refused_permit_leaves_nonce_and_allowance(local: World, form: str) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    with reverts(InvalidSignature, signer=alice):
        local.do(call_signed(local, "permit", permission(local), by="bob", form=form), by="bob")

    assert answer_of(local, "nonces", alice) == 0
    assert answer_of(local, "allowance", alice, bob) == 0
    local.do(call_signed(local, "permit", permission(local), form=form), by="bob")
    assert answer_of(local, "allowance", alice, bob) == TOKEN


@both_forms
def test_works_in_the_very_second_of_the_deadline(local: World, form: str) -> None:
    deadline = next_second(local)

    receipt = local.send(call_signed(local, "permit", permission(local, deadline=deadline), form=form), by="bob")

    assert local.chain.block(receipt.block_number).timestamp == deadline
    assert answer_of(local, "nonces", local.address("alice")) == 1


@both_forms
def test_reverts_the_second_after_the_deadline(local: World, form: str) -> None:
    deadline = next_second(local) - 1

    with reverts(PermitExpired, deadline=deadline):
        local.do(call_signed(local, "permit", permission(local, deadline=deadline), form=form), by="bob")


@both_forms
@pytest.mark.parametrize("deadline", [0, 1])
def test_reverts_when_the_deadline_is_long_past(local: World, deadline: int, form: str) -> None:
    with reverts(PermitExpired, deadline=deadline):
        local.do(call_signed(local, "permit", permission(local, deadline=deadline), form=form), by="bob")


@both_forms
def test_reverts_when_transfers_are_paused(local: World, form: str) -> None:
    local.do(local.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")

    with reverts(ScopePaused, scope=PauseScope.TRANSFERS):
        local.do(call_signed(local, "permit", permission(local), form=form), by="bob")


@both_forms
def test_works_while_only_minting_and_redemption_are_paused(local: World, form: str) -> None:
    local.do(local.coin.calls.pause(PauseScope.MINTING | PauseScope.REDEMPTION), by="pauser")

    local.do(call_signed(local, "permit", permission(local), form=form), by="bob")

    assert answer_of(local, "nonces", local.address("alice")) == 1


@both_forms
def test_reverts_when_the_spender_is_zero(local: World, form: str) -> None:
    with reverts(ERC20InvalidSpender, spender=ZERO_ADDRESS):
        local.do(call_signed(local, "permit", permission(local, spender=ZERO_ADDRESS), form=form), by="bob")

    assert answer_of(local, "nonces", local.address("alice")) == 0


@both_forms
@pytest.mark.parametrize("party", ["alice", "bob", "admin"])
def test_works_with_a_blacklisted_party_and_gives_it_nothing_to_move(local: World, party: str, form: str) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    local.do(coin.calls.blacklist(local.address(party)), by="blacklister")

    local.do(call_signed(local, "permit", permission(local), form=form), by="admin")

    assert coin.allowance(alice, bob) == coin.amount(1)
    with reverts(AccountBlacklisted, account=local.address(party)):
        local.do(coin.calls.transfer_from(alice, local.address("admin"), coin.amount(1)), by="bob")


def test_the_nonce_never_touches_balance_or_flags_nor_they_the_nonce(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    for nonce in range(3):
        local.do(call_signed(local, "permit", permission(local, nonce=nonce)), by="bob")
    assert account_word(local, alice) == 3 << PERMIT_NONCE_OFFSET | 10 * TOKEN

    local.do(coin.calls.transfer(bob, coin.amount(10)), by="alice")
    assert account_word(local, alice) == 3 << PERMIT_NONCE_OFFSET
    local.do(coin.calls.transfer(alice, coin.amount(4)), by="bob")
    local.do(coin.calls.blacklist(alice), by="blacklister")
    assert account_word(local, alice) == BLACKLISTED | 3 << PERMIT_NONCE_OFFSET | 4 * TOKEN

    local.do(call_signed(local, "permit", permission(local, nonce=3)), by="bob")
    assert account_word(local, alice) == BLACKLISTED | 4 << PERMIT_NONCE_OFFSET | 4 * TOKEN
    local.do(coin.calls.un_blacklist(alice), by="unblacklister")
    assert account_word(local, alice) == 4 << PERMIT_NONCE_OFFSET | 4 * TOKEN
    assert answer_of(local, "nonces", alice) == 4
    assert coin.balance_of(alice) == coin.amount(4)
    assert coin.total_supply() == coin.amount(10)


def test_an_account_that_never_held_anything_permits_and_a_minter_stays_one(local: World) -> None:
    coin, minter, bob = local.coin, local.address("minter"), local.address("bob")
    local.do(coin.calls.configure_minter(minter, coin.amount(1)), by="minter_admin")

    local.do(call_signed(local, "permit", permission(local, owner=minter), by="minter"), by="bob")
    local.do(call_signed(local, "permit", permission(local, owner=bob), by="bob"), by="alice")

    assert coin.is_minter(minter)
    assert account_word(local, bob) == 1 << PERMIT_NONCE_OFFSET


def test_says_the_type_that_is_signed(local: World) -> None:
    assert answer_of(local, "DOMAIN_SEPARATOR") == typed_data(domain_of(local), "Permit", permission(local)).header
