"""Which signatures of contracts count, for every function that takes one, in both forms

when the signer is a contract
    given it says by ERC-1271 that the signature is its own: counts, of whatever length
    given it says anything else, nothing, reverts or burns all gas: reverts
when the signer is an EIP-7702 account
    given its own key signed: counts, whatever it delegates to
    given the code it delegates to says yes: counts too

Delegations are made by transactions of type 4, on the in-process chain and on anvil alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from tests.contracts.signing import (
    BENT_SIGNATURES,
    CODES_THAT_DO_NOT_SIGN,
    FORMS,
    KINDS,
    both_forms,
    call_signed,
    delegate,
    every_function,
    invalid,
    message_for,
    new_wallet,
    permission,
    put_code,
    signed,
    submitted,
    why_refused,
)

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens."""
    local.give("alice", 10)
    return local


@pytest.fixture
def wallet(held: World) -> Address:
    """A contract wallet that bob signs for; it holds 5 tokens."""
    address = new_wallet(held, owner="bob")
    held.do(held.coin.calls.transfer(address, held.coin.amount(5)), by="alice")
    return address


@both_forms
@every_function
def test_a_wallets_owner_signs_for_it(held: World, wallet: Address, function: str, form: str) -> None:
    message = message_for(held, function, wallet)

    assert why_refused(held, call_signed(held, function, message, by="bob", form=form)) is None
    assert why_refused(held, call_signed(held, function, message, by="alice", form=form)) == invalid(wallet)


@both_forms
@every_function
@pytest.mark.parametrize("bent", ["high s", "v of 0 or 1", "all zero", "another r"])
def test_a_wallet_decides_itself_and_this_one_takes_no_bent_ones(
    held: World, wallet: Address, function: str, bent: str, form: str
) -> None:
    message = message_for(held, function, wallet)
    signature = BENT_SIGNATURES[bent](signed(held, KINDS[function], message, by="bob"))

    assert why_refused(held, submitted(held, function, message, signature, form)) == invalid(wallet)


@every_function
@pytest.mark.parametrize("more", [1, 31, 32, 935])
def test_a_wallet_is_shown_signatures_of_any_length(held: World, wallet: Address, function: str, more: int) -> None:
    message = message_for(held, function, wallet)
    signature = signed(held, KINDS[function], message, by="bob")

    assert why_refused(held, submitted(held, function, message, signature + bytes(more))) is None
    assert why_refused(held, submitted(held, function, message, signature[:64])) == invalid(wallet)
    assert why_refused(held, submitted(held, function, message, b"")) == invalid(wallet)


@both_forms
@every_function
def test_a_signature_of_one_wallet_does_not_count_for_another_of_the_same_owner(
    held: World, wallet: Address, function: str, form: str
) -> None:
    other = new_wallet(held, owner="bob")
    signature = signed(held, KINDS[function], message_for(held, function, wallet), by="bob")

    call = submitted(held, function, message_for(held, function, other), signature, form)

    assert why_refused(held, call) == invalid(other)


def test_a_wallet_pays_and_its_nonces_are_its_own(held: World, wallet: Address) -> None:
    for index, form in enumerate(FORMS):
        message = message_for(held, "transferWithAuthorization", wallet, nonce=bytes([index] * 32))
        held.do(call_signed(held, "transferWithAuthorization", message, by="bob", form=form), by="admin")
        held.do(call_signed(held, "permit", permission(held, owner=wallet, nonce=index), by="bob", form=form), by="bob")

    assert held.coin.balance_of(wallet) == held.coin.amount(3)
    assert held.coin.balance_of(held.address("bob")) == held.coin.amount(2)
    assert held.coin.allowance(wallet, held.address("bob")) == held.coin.amount(1)
    assert held.coin.total_supply() == held.coin.amount(10)


@pytest.mark.parametrize("code", CODES_THAT_DO_NOT_SIGN)
def test_a_contract_that_does_not_say_so_did_not_sign(held: World, code: str) -> None:
    contract = put_code(held, bytes.fromhex(CODES_THAT_DO_NOT_SIGN[code]))

    for function in KINDS:
        for form in FORMS:
            call = call_signed(held, function, message_for(held, function, contract), form=form)
            assert why_refused(held, call) == invalid(contract)


def test_a_contract_that_says_yes_to_everything_signs_everything(held: World) -> None:
    """What the contracts above leave out: with the answer in the right place, the same calls go through."""
    contract = put_code(held, bytes.fromhex("631626ba7e60e01b5f5260205ff3"))
    held.do(held.coin.calls.transfer(contract, held.coin.amount(5)), by="alice")

    for function in KINDS:
        for form in FORMS:
            assert (
                why_refused(held, call_signed(held, function, message_for(held, function, contract), form=form)) is None
            )
        assert why_refused(held, submitted(held, function, message_for(held, function, contract), b"")) is None


@pytest.mark.parametrize("code", ["knows no such function", "answers nothing", "burns all gas", "answers true"])
def test_an_eip_7702_account_signs_with_its_own_key_whatever_it_delegates_to(world: World, code: str) -> None:
    world.give("alice", 10)
    delegate(world, "alice", put_code(world, bytes.fromhex(CODES_THAT_DO_NOT_SIGN[code])))

    for index, form in enumerate(FORMS):
        nonce = bytes([index] * 32)
        message = message_for(world, "transferWithAuthorization", nonce=nonce)
        assert why_refused(
            world, call_signed(world, "transferWithAuthorization", message, by="bob", form=form)
        ) == invalid(world.address("alice"))
        world.do(call_signed(world, "transferWithAuthorization", message, form=form), by="admin")
        world.do(call_signed(world, "permit", permission(world, nonce=index), form=form), by="admin")

    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(2)
    assert world.coin.allowance(world.address("alice"), world.address("bob")) == world.coin.amount(1)


def test_an_eip_7702_account_lets_its_wallet_code_sign_too(world: World) -> None:
    world.give("alice", 10)
    delegate(world, "alice", new_wallet(world, owner="minter"))

    for function in KINDS:
        for form in FORMS:
            message = message_for(world, function)
            assert why_refused(world, call_signed(world, function, message, by="alice", form=form)) is None
            assert why_refused(world, call_signed(world, function, message, by="minter", form=form)) is None
            strange = call_signed(world, function, message, by="admin", form=form)
            assert why_refused(world, strange) == invalid(world.address("alice"))


@both_forms
def test_an_eip_7702_account_counts_again_by_its_key_alone_once_it_delegates_to_nothing(
    local: World, form: str
) -> None:
    local.give("alice", 10)
    delegate(local, "alice", new_wallet(local, owner="minter"))
    delegate(local, "alice", ZERO_ADDRESS)
    message = message_for(local, "transferWithAuthorization")

    assert why_refused(local, call_signed(local, "transferWithAuthorization", message, form=form)) is None
    by_wallet = call_signed(local, "transferWithAuthorization", message, by="minter", form=form)
    assert why_refused(local, by_wallet) == invalid(local.address("alice"))
