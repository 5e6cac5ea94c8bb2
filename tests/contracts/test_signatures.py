"""Which signatures of keys count, for every function that takes one, in both forms

when the signer's own key signed exactly this, for this coin on this chain: counts
when it is for another chain, contract, name, version or function, or any field differs: reverts
when it is malleable (high s), of another recovery id, zero, compact, too short or too long: reverts
when another person signed it: reverts
when the signer is zero: reverts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain import Call, LocalChain
from tests.contracts.signing import (
    BENT_SIGNATURES,
    KINDS,
    PARTS,
    TYPES,
    both_forms,
    call_signed,
    every_function,
    invalid,
    message_for,
    parts_of,
    payment,
    signed,
    submitted,
    why_refused,
)
from tests.world import new_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

OTHER = Address(b"\x42" * 20)


@pytest.fixture(scope="module")
def held() -> World:
    """Alice holds 10 tokens. Nothing here is sent, only asked: so one coin does for all."""
    world = new_world(LocalChain())
    world.give("alice", 10)
    return world


@both_forms
@every_function
def test_the_signers_own_key_counts(held: World, function: str, form: str) -> None:
    assert why_refused(held, call_signed(held, function, message_for(held, function), form=form)) is None


@both_forms
@every_function
@pytest.mark.parametrize(
    "domain",
    [{"chainId": 1}, {"chainId": 0}, {"verifyingContract": str(OTHER)}, {"name": "Fake Dollar"}, {"version": "2"}],
    ids=["mainnet", "no chain", "another contract", "another name", "another version"],
)
def test_a_signature_for_another_domain_does_not_count(
    held: World, function: str, domain: dict[str, Any], form: str
) -> None:
    call = call_signed(held, function, message_for(held, function), form=form, **domain)

    assert why_refused(held, call) == invalid(held.address("alice"))


@both_forms
@every_function
def test_a_signature_for_the_implementation_does_not_count(held: World, function: str, form: str) -> None:
    implementation = str(held.coin.implementation())
    call = call_signed(held, function, message_for(held, function), form=form, verifyingContract=implementation)

    assert why_refused(held, call) == invalid(held.address("alice"))


@both_forms
@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("TransferWithAuthorization", "receiveWithAuthorization"),
        ("ReceiveWithAuthorization", "transferWithAuthorization"),
    ],
)
def test_a_signature_for_another_function_does_not_count(held: World, kind: str, function: str, form: str) -> None:
    message = payment(held)

    call = submitted(held, function, message, signed(held, kind, message), form)

    assert why_refused(held, call) == invalid(held.address("alice"))


@both_forms
@pytest.mark.parametrize(
    ("function", "field"), [(name, field) for name, kind in KINDS.items() for field, _ in TYPES[kind]]
)
def test_no_field_may_differ_from_what_was_signed(held: World, function: str, field: str, form: str) -> None:
    """Each field in turn is signed differently; where it names the signer, someone else is named in the call."""
    honest = message_for(held, function)
    other: Any = {"address": OTHER, "uint256": 3, "bytes32": bytes(32)}[dict(TYPES[KINDS[function]])[field]]
    assert honest[field] != other
    signature = signed(held, KINDS[function], {**honest, field: other})

    assert why_refused(held, submitted(held, function, honest, signature, form)) == invalid(held.address("alice"))


@both_forms
@every_function
def test_naming_another_signer_does_not_help(held: World, function: str, form: str) -> None:
    signature = signed(held, KINDS[function], message_for(held, function))

    call = submitted(held, function, message_for(held, function, OTHER), signature, form)

    assert why_refused(held, call) == invalid(OTHER)


@both_forms
@every_function
@pytest.mark.parametrize("person", ["bob", "admin"])
def test_a_signature_of_another_person_does_not_count(held: World, function: str, person: str, form: str) -> None:
    call = call_signed(held, function, message_for(held, function), by=person, form=form)

    assert why_refused(held, call) == invalid(held.address("alice"))


@both_forms
@every_function
@pytest.mark.parametrize("bent", BENT_SIGNATURES)
def test_a_bent_signature_does_not_count(held: World, function: str, bent: str, form: str) -> None:
    message = message_for(held, function)
    signature = BENT_SIGNATURES[bent](signed(held, KINDS[function], message))

    assert why_refused(held, submitted(held, function, message, signature, form)) == invalid(held.address("alice"))


@every_function
@pytest.mark.parametrize(
    "cut",
    [
        lambda _: b"",
        lambda signature: signature[:1],
        lambda signature: signature[:32],
        lambda signature: signature[:64],
        lambda signature: signature + b"\0",
        lambda signature: b"\0" + signature,
        lambda signature: signature * 2,
        lambda signature: signature[64:] + signature[:64],
    ],
    ids=["empty", "one byte", "half", "without v", "66 bytes", "66 bytes, shifted", "twice", "v first"],
)
def test_a_keys_signature_has_sixty_five_bytes(held: World, function: str, cut: Callable[[bytes], bytes]) -> None:
    message = message_for(held, function)
    signature = cut(signed(held, KINDS[function], message))

    assert why_refused(held, submitted(held, function, message, signature)) == invalid(held.address("alice"))


@every_function
def test_a_compact_signature_does_not_count(held: World, function: str) -> None:
    """EIP-2098 would be a second form of the same signature."""
    message = message_for(held, function)
    v, r, s = parts_of(signed(held, KINDS[function], message))
    compact = r + ((v - 27 << 255) | int.from_bytes(s, "big")).to_bytes(32, "big")

    assert why_refused(held, submitted(held, function, message, compact)) == invalid(held.address("alice"))


@settings(max_examples=40)
@given(function=st.sampled_from(sorted(KINDS)), garbage=st.binary(max_size=300))
@example(function="permit", garbage=bytes(65))
@example(function="transferWithAuthorization", garbage=b"\x01" * 64 + b"\x1b")
def test_garbage_does_not_count(held: World, function: str, garbage: bytes) -> None:
    message = message_for(held, function)

    assert why_refused(held, submitted(held, function, message, garbage)) == invalid(held.address("alice"))


@both_forms
@every_function
@pytest.mark.parametrize("v", [0, 27, 29])
def test_nobody_signs_for_the_zero_address(held: World, function: str, v: int, form: str) -> None:
    """A key that cannot be recovered comes out as zero, and must not be taken for an answer."""
    call = submitted(held, function, message_for(held, function, ZERO_ADDRESS), bytes(64) + bytes([v]), form)

    assert why_refused(held, call) == invalid(ZERO_ADDRESS)


def test_parts_with_more_than_one_byte_of_v_are_refused(held: World) -> None:
    """27 and 27 + 256 are one byte alike; the second is no number of the ABI's uint8."""
    for function in KINDS:
        call = call_signed(held, function, message_for(held, function), form=PARTS)
        words = bytearray(call.data)
        words[-66] = 1  # v stands in the last byte of the third word from the end
        assert why_refused(held, Call(held.coin.address, bytes(words))) == ("UnknownRevert", {"revert_data": b""})
