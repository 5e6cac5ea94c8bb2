"""What holders sign: permits and payments as values, and the messages of them

when a message is made: JSON, and of the types and the domain that the contract hashes
when it is signed and submitted: the contract does what was signed, once
when any of it is changed after signing: refused
when a party, an amount, a nonce or a moment is wrong: refused before it is signed
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.errors import ConfigError, InvalidAddress, InvalidAmount, Moved, UsageError
from stablecoin_tools.reverts import AuthorizationUsedOrCanceled, CallerNotPayee, InvalidSignature
from stablecoin_tools.token import (
    CancelAuthorization,
    ReceiveAuthorization,
    SigningDomain,
    Stablecoin,
    TransferAuthorization,
    events,
)
from stablecoin_tools.token.arguments import EPOCH, unix_seconds
from tests.chain.bent import bent
from tests.contracts.words import answer_of, said, told
from tests.token.built import ALICE, BOB, CANCELLATION, COIN, COLLECTION, PAYMENT, PERMIT, WORD
from tests.token.signed import Signed, payment_of, permit_of, signature_of
from tests.world import reverts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

DOMAIN = SigningDomain("Example Dollar", "1", 8453, COIN)
SIGNED: list[Signed] = [PERMIT, PAYMENT, COLLECTION, CANCELLATION]


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: type(signed).__name__)
def test_a_message_is_json_that_says_all_of_it(signed: Signed) -> None:
    message = signed.message(DOMAIN)

    assert json.loads(json.dumps(message)) == message
    assert set(message) == {"types", "primaryType", "domain", "message"}
    assert message["domain"] == {
        "name": "Example Dollar",
        "version": "1",
        "chainId": 8453,
        "verifyingContract": str(COIN),
    }
    assert list(message["types"]) == ["EIP712Domain", message["primaryType"]]
    assert [member["name"] for member in message["types"][message["primaryType"]]] == list(message["message"])
    assert all(isinstance(value, str) for value in message["message"].values())  # JSON's numbers end at 2**53


def test_the_values_are_those_of_the_standards() -> None:
    assert PERMIT.message(DOMAIN)["message"] == {
        "owner": str(ALICE),
        "spender": str(BOB),
        "value": "1000000",
        "nonce": "7",
        "deadline": "2000000000",
    }
    assert PAYMENT.message(DOMAIN)["message"] == {
        "from": str(ALICE),
        "to": str(BOB),
        "value": "1000000",
        "validAfter": "1000",
        "validBefore": "2000000000",
        "nonce": "0x" + WORD.hex(),
    }
    assert COLLECTION.message(DOMAIN)["message"]["validAfter"] == "0"
    assert CANCELLATION.message(DOMAIN)["message"] == {"authorizer": str(ALICE), "nonce": "0x" + WORD.hex()}


@pytest.mark.parametrize(
    ("signed", "constant"),
    [
        (PERMIT, "PERMIT_TYPEHASH"),
        (PAYMENT, "TRANSFER_WITH_AUTHORIZATION_TYPEHASH"),
        (COLLECTION, "RECEIVE_WITH_AUTHORIZATION_TYPEHASH"),
        (CANCELLATION, "CANCEL_AUTHORIZATION_TYPEHASH"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_the_types_are_the_contracts(local: World, signed: Signed, constant: str) -> None:
    message = signed.message(DOMAIN)
    kind = message["primaryType"]
    members = ",".join(f"{member['type']} {member['name']}" for member in message["types"][kind])

    assert keccak(text=f"{kind}({members})") == answer_of(local, constant)


def test_the_domain_is_the_contracts(world: World) -> None:
    domain = world.coin.eip712_domain()

    signable = encode_typed_data(full_message=CANCELLATION.message(domain))

    assert domain == SigningDomain(world.coin.name(), world.coin.version(), 31337, world.coin.address)
    assert signable.header == world.coin.domain_separator()


def test_a_domain_of_another_coin_or_chain_is_refused(local: World) -> None:
    elsewhere = bent(local.chain, network=replace(local.chain.network, chain_id=1))

    with pytest.raises(ConfigError, match="31337") as refused:
        Stablecoin(elsewhere, local.coin.address).eip712_domain()

    assert "Sign nothing" in refused.value.hint


def test_a_permit_is_signed_and_submitted(world: World) -> None:
    alice, bob, permit = world.address("alice"), world.address("bob"), permit_of(world)

    happened = world.do(world.coin.calls.permit(permit, signature_of(world, permit)), by="minter")

    assert told(happened) == [said(events.Approval, owner=alice, spender=bob, value=world.coin.amount(3))]
    assert world.coin.allowance(alice, bob) == world.coin.amount(3)
    assert world.coin.nonces(alice) == permit.nonce + 1


def test_a_payment_is_signed_and_submitted_once(world: World) -> None:
    world.give("alice", 5)
    coin, alice, bob, payment = world.coin, world.address("alice"), world.address("bob"), payment_of(world)
    call = coin.calls.transfer_with_authorization(payment, signature_of(world, payment))
    assert not coin.authorization_state(alice, payment.nonce)

    happened = world.do(call, by="minter")

    assert told(happened) == [
        said(events.AuthorizationUsed, authorizer=alice, nonce=payment.nonce),
        said(events.Transfer, sender=alice, to=bob, value=coin.amount(3)),
    ]
    assert coin.authorization_state(alice, payment.nonce)
    with reverts(AuthorizationUsedOrCanceled, authorizer=alice, nonce=payment.nonce):
        world.send(call, by="minter")
    assert (coin.balance_of(alice), coin.balance_of(bob)) == (coin.amount(2), coin.amount(3))


def test_a_collection_is_submitted_by_its_payee_alone(world: World) -> None:
    world.give("alice", 5)
    payment = payment_of(world, ReceiveAuthorization)
    call = world.coin.calls.receive_with_authorization(payment, signature_of(world, payment))

    with reverts(CallerNotPayee, caller=world.address("minter"), payee=world.address("bob")):
        world.send(call, by="minter")
    world.do(call, by="bob")

    assert world.coin.balance_of(world.address("bob")) == world.coin.amount(3)


def test_a_cancellation_is_signed_and_submitted(world: World) -> None:
    payment = payment_of(world)
    cancellation = CancelAuthorization(authorizer=payment.sender, nonce=payment.nonce)

    world.do(world.coin.calls.cancel_authorization(cancellation, signature_of(world, cancellation)), by="bob")

    with reverts(AuthorizationUsedOrCanceled, nonce=payment.nonce):
        world.send(world.coin.calls.transfer_with_authorization(payment, signature_of(world, payment)), by="bob")


def test_a_skipped_payment_tells_its_refusal_in_tokens(world: World) -> None:
    world.give("alice", 5)
    coin, dear = world.coin, replace(payment_of(world), value=world.coin.amount(6))
    forged, good = payment_of(world), payment_of(world)
    batch = [
        (dear, signature_of(world, dear)),
        (forged, signature_of(world, forged, by="bob")),
        (good, signature_of(world, good)),
    ]

    happened = world.do(coin.calls.transfer_with_authorization_batch(batch, skips_refused=True), by="minter")

    skipped = [event for event in happened if isinstance(event, events.AuthorizationSkipped)]
    assert [event.nonce for event in skipped] == [dear.nonce, forged.nonce]
    refusals = [coin.refusal_of(event) for event in skipped]
    assert str(refusals[0]) == (f"ERC20InsufficientBalance: sender {dear.sender}, balance 5.00 TUSD, needed 6.00 TUSD.")
    assert isinstance(refusals[1], InvalidSignature)
    assert refusals[1].signer == forged.sender
    assert coin.balance_of(world.address("bob")) == coin.amount(3)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "to": lambda payment: payment.sender,
    "value": lambda payment: payment.value.denomination.amount(2),
    "nonce": lambda _: WORD,
    "valid_after": lambda _: datetime.fromtimestamp(1, UTC),
    "valid_before": lambda payment: payment.valid_before + timedelta(seconds=1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_after_signing_is_refused(local: World, change: str) -> None:
    local.give("alice", 5)
    payment = payment_of(local)
    changed = replace(payment, **{change: CHANGES[change](payment)})

    with reverts(InvalidSignature, signer=payment.sender):
        local.send(local.coin.calls.transfer_with_authorization(changed, signature_of(local, payment)), by="bob")


def test_each_term_of_a_payment_is_changed_above() -> None:
    assert {field.name for field in fields(TransferAuthorization)} == {*CHANGES, "sender"}


zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(
    lambda microseconds, zone: (EPOCH + timedelta(microseconds=microseconds)).astimezone(zone),
    st.integers(0, 10**16),
    zones,
)
NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001  # that it is refused is the point
BEFORE_1970 = datetime(1969, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signed", "change"),
    [
        *((PERMIT, {name: party}) for name in ("owner", "spender") for party in (ZERO_ADDRESS, str(BOB), bytes(BOB))),
        *((PAYMENT, {name: party}) for name in ("sender", "to") for party in (ZERO_ADDRESS, str(BOB), None)),
        (CANCELLATION, {"authorizer": ZERO_ADDRESS}),
        *((signed, {"value": value}) for signed in (PERMIT, PAYMENT) for value in (1, 1.0, "1.00 USDX", None)),
        *((PERMIT, {"nonce": nonce}) for nonce in (-1, 1.0, True, None, WORD)),
        *(
            (signed, {"nonce": nonce})
            for signed in (PAYMENT, CANCELLATION)
            for nonce in (7, WORD[1:], "0x" + WORD.hex())
        ),
        *((PERMIT, {"deadline": time}) for time in (NAIVE, BEFORE_1970, 2_000_000_000, None)),
        *((PAYMENT, {"valid_before": time}) for time in (NAIVE, BEFORE_1970, 2_000_000_000, None)),
        *((PAYMENT, {"valid_after": time}) for time in (NAIVE, BEFORE_1970, 0, None)),
        (PAYMENT, {"valid_after": PAYMENT.valid_before}),
        (PAYMENT, {"valid_after": PAYMENT.valid_before - timedelta(seconds=1)}),
    ],
    ids=repr,
)
def test_what_is_wrong_is_refused_before_it_is_signed(signed: Any, change: dict[str, Any]) -> None:
    (field,) = change
    is_party = field in ("owner", "spender", "sender", "to", "authorizer")

    with pytest.raises(UsageError) as refused:
        replace(signed, **change)

    assert refused.value.moved is Moved.NO
    assert isinstance(refused.value, InvalidAddress) == is_party
    assert isinstance(refused.value, InvalidAmount) == (field == "value")


@given(moments)
def test_a_moment_is_the_same_in_every_zone_and_its_fraction_is_cut_off(time: datetime) -> None:
    seconds = unix_seconds(time)

    assert datetime.fromtimestamp(seconds, UTC) <= time < datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=1)
    assert unix_seconds(time.astimezone(UTC)) == seconds


@pytest.mark.parametrize("signed", SIGNED, ids=lambda signed: type(signed).__name__)
def test_values_are_frozen(signed: Any) -> None:
    with pytest.raises(AttributeError):
        signed.nonce = WORD
