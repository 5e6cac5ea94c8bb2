"""KmsSigner: a key in AWS KMS

when it is opened: the key's own address, by id, ARN or alias; one of another address, curve or purpose is refused
when it is asked: for a signature of a digest, which it must not hash once more
when it signs something else, or with another key: WalletError
when AWS refuses, is busy, is silent, or answers nonsense: a typed error; nothing moved
the credentials, and AWS's own words, are shown by nothing
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from coincurve import PrivateKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from eth_hash.auto import keccak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import settings as moto_settings

from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    Moved,
    NodeRefused,
    RateLimited,
    StablecoinError,
    Unreachable,
    WalletError,
)
from stablecoin_tools.signers import KmsSigner, KmsWallet, probe
from stablecoin_tools.signers import kms as module
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.signers.checking import CURVE_ORDER
from stablecoin_tools.signers.encoding import typed_bytes
from tests.signers.kms_service import REGION, SECRETS, Kms, Reply, ScriptedKms
from tests.signers.remotes import ADDRESS, ANVIL, KEY, OTHER, OTHER_KEY
from tests.signers.test_remote import any_json
from tests.signers.test_typed_data import MESSAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD = ec.derive_private_key(int(KEY, 16), ec.SECP256K1()).public_key()
PUBLIC_KEY = b64encode(HELD.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
EXPECTED = signer_of_key(bytes.fromhex(KEY[2:])).sign_typed_data(MESSAGE)
R, S = int.from_bytes(EXPECTED[:32]), int.from_bytes(EXPECTED[32:64])


def in_der(r: int, s: int) -> str:
    return b64encode(encode_dss_signature(r, s)).decode()


@pytest.fixture
def reachable(kms: Kms) -> Iterator[Kms]:
    with kms.in_reach():
        yield kms


@pytest.fixture(scope="module")
def client(scripted_service: ScriptedKms) -> Any:
    """A client of the service that answers as it is told: to make one takes long."""
    with scripted_service.kms.in_reach():
        return module._client(REGION)


@pytest.fixture
def opened(scripted: ScriptedKms, client: Any, monkeypatch: pytest.MonkeyPatch) -> KmsSigner:
    """A signer whose service is told what it answers from now on."""
    monkeypatch.setattr(module, "_client", lambda _: client)
    scripted.answers(GetPublicKey={"PublicKey": PUBLIC_KEY})
    return KmsSigner("alias/treasury", REGION, ANVIL, address=ADDRESS)


def told(refused: pytest.ExceptionInfo[StablecoinError]) -> str:
    """All that is shown of an error; nothing of it may be secret, and nothing may have moved."""
    text = "".join(traceback.format_exception(refused.value)) + refused.value.hint
    assert refused.value.moved is Moved.NO
    assert not [secret for secret in SECRETS if secret in text]
    return text


def test_without_an_address_it_has_the_keys_own(reachable: Kms) -> None:
    signer = KmsSigner(reachable.create_key(held=KEY), REGION, ANVIL)

    assert signer.address == ADDRESS
    probe(signer, bytes(32))


@pytest.mark.parametrize("form", ["alias/{alias}", "{key}", "arn:aws:kms:eu-central-1:123456789012:key/{key}"])
def test_the_key_is_named_by_alias_id_or_arn(reachable: Kms, form: str) -> None:
    alias = f"named-{abs(hash(form))}"
    key = reachable.create_key(held=KEY, alias=f"alias/{alias}")

    wallet = KmsWallet(ADDRESS, form.format(key=key, alias=alias), REGION)

    probe(wallet.open("treasury", lambda: pytest.fail("no password is needed"), ANVIL), bytes(32))


def test_the_key_of_another_address_is_refused(reachable: Kms) -> None:
    key = reachable.create_key(held=OTHER_KEY)

    with pytest.raises(WalletError, match=f"one of {OTHER}, not of {ADDRESS}") as refused:
        KmsSigner(key, REGION, ANVIL, address=ADDRESS)

    assert key in told(refused)


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P521", "RSA_2048"])
def test_keys_of_other_specs_are_refused(reachable: Kms, spec: str) -> None:
    key = reachable.create_key(spec)

    with pytest.raises(WalletError, match=f"none of secp256k1, but {spec}") as refused:
        KmsSigner(key, REGION, ANVIL)

    assert "ECC_SECG_P256K1" in told(refused)


@pytest.mark.parametrize("key", ["alias/nobody", "00000000-0000-4000-8000-000000000000"])
def test_a_key_that_is_not_there_is_refused(reachable: Kms, key: str) -> None:
    assert reachable.url
    with pytest.raises(WalletError, match=f"GetPublicKey with the key {key}: there is no such key") as refused:
        KmsSigner(key, REGION, ANVIL)

    told(refused)


def test_without_permission_it_is_refused(reachable: Kms) -> None:
    key = reachable.create_key(held=KEY)

    with (
        patch.object(moto_settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0),
        pytest.raises(WalletError, match="these credentials may not use it") as refused,
    ):
        KmsSigner(key, REGION, ANVIL)

    assert "kms:Sign" in told(refused)


def test_one_that_hashes_the_hash_once_more_is_refused(reachable: Kms) -> None:
    # As moto does with keys of its own, whatever the type of the message.
    signer = KmsSigner(reachable.create_key(), REGION, ANVIL)

    with pytest.raises(WalletError, match="another hash") as refused:
        signer.sign_typed_data(MESSAGE)

    told(refused)


def test_it_is_asked_for_a_signature_of_the_digest(scripted: ScriptedKms, opened: KmsSigner) -> None:
    scripted.answers(Sign={"Signature": in_der(R, S)})

    opened.sign_typed_data(MESSAGE)

    assert scripted.asked == [
        {"operation": "GetPublicKey", "KeyId": "alias/treasury"},
        {
            "operation": "Sign",
            "KeyId": "alias/treasury",
            "Message": b64encode(keccak(typed_bytes(MESSAGE))).decode(),
            "MessageType": "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        },
    ]


@pytest.mark.parametrize("s", [S, CURVE_ORDER - S], ids=["lower", "upper"])
def test_whichever_s_it_answers_the_lower_one_is_taken(scripted: ScriptedKms, opened: KmsSigner, s: int) -> None:
    scripted.answers(Sign={"Signature": in_der(R, s)})

    assert opened.sign_typed_data(MESSAGE) == EXPECTED


@pytest.mark.parametrize(
    ("r", "s"), [(0, S), (R, 0), (CURVE_ORDER, S), (R, CURVE_ORDER), (R + 1, S), (R, S + 1), (R, S + CURVE_ORDER)]
)
def test_a_signature_of_something_else_is_refused(scripted: ScriptedKms, opened: KmsSigner, r: int, s: int) -> None:
    scripted.answers(Sign={"Signature": in_der(r, s)})

    with pytest.raises(WalletError, match=f"signs for {ADDRESS}"):
        opened.sign_typed_data(MESSAGE)


def test_a_signature_by_another_key_is_refused(scripted: ScriptedKms, opened: KmsSigner) -> None:
    signature = PrivateKey.from_hex(OTHER_KEY[2:]).sign(keccak(typed_bytes(MESSAGE)), hasher=None)
    scripted.answers(Sign={"Signature": b64encode(signature).decode()})

    with pytest.raises(WalletError, match="another key"):
        opened.sign_typed_data(MESSAGE)


REFUSALS = {
    "AccessDeniedException": (400, WalletError, "these credentials may not use it"),
    "DisabledException": (400, WalletError, "it is disabled"),
    "KMSInvalidStateException": (400, WalletError, "about to be deleted"),
    "NotFoundException": (400, WalletError, "there is no such key"),
    "InvalidKeyUsageException": (400, WalletError, "it is not for signing"),
    "UnsupportedOperationException": (400, WalletError, "it does not sign"),
    "UnrecognizedClientException": (400, WalletError, "does not take these credentials"),
    "InvalidSignatureException": (400, WalletError, "does not take these credentials"),
    "ExpiredTokenException": (400, WalletError, "does not take these credentials"),
    "SomethingNewException": (400, WalletError, "SomethingNewException"),
    "403 <Forbidden>": (403, WalletError, "these credentials may not use it"),
    "s3cr3t-secret-key": (400, WalletError, "something else"),
    "ThrottlingException": (400, RateLimited, "too many requests"),
    "LimitExceededException": (400, RateLimited, "too many requests"),
    "KMSInternalException": (500, Unreachable, "cannot (GetPublicKey|Sign) now"),
    "DependencyTimeoutException": (503, Unreachable, "cannot (GetPublicKey|Sign) now"),
    "KeyUnavailableException": (500, Unreachable, "cannot (GetPublicKey|Sign) now"),
    "Surprise": (502, Unreachable, "cannot (GetPublicKey|Sign) now"),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_is_a_typed_error(scripted: ScriptedKms, opened: KmsSigner, code: str) -> None:
    status, kind, words = REFUSALS[code]
    for operation in ("GetPublicKey", "Sign"):
        scripted.refuses(operation, code, status, message=f"The canonical request has {' '.join(SECRETS)}")

    with pytest.raises(kind, match=words) as by_key:
        KmsSigner("alias/treasury", REGION, ANVIL)
    with pytest.raises(kind, match=words) as by_signature:
        opened.sign_typed_data(MESSAGE)

    for refused in (by_key, by_signature):
        assert "canonical" not in told(refused)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answer=any_json
    | st.sampled_from(["Signature", "PublicKey", "__type", "code", "message"]).flatmap(
        lambda key: st.fixed_dictionaries({key: any_json})
    ),
    status=st.sampled_from([200, 200, 400, 403]),
)
def test_any_answer_is_a_typed_error(scripted: ScriptedKms, opened: KmsSigner, answer: Any, status: int) -> None:
    reply = Reply(json.dumps(answer).encode(), status)
    scripted.replies |= {"Sign": reply, "GetPublicKey": reply}

    with pytest.raises((NodeRefused, WalletError)) as by_signature:
        opened.sign_typed_data(MESSAGE)
    with pytest.raises((NodeRefused, WalletError)) as by_key:
        KmsSigner("alias/treasury", REGION, ANVIL)

    told(by_signature)
    told(by_key)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(signature=st.binary(max_size=80))
def test_any_signature_is_a_typed_error(scripted: ScriptedKms, opened: KmsSigner, signature: bytes) -> None:
    scripted.answers(Sign={"Signature": b64encode(signature).decode()})

    with pytest.raises((NodeRefused, WalletError)):
        opened.sign_typed_data(MESSAGE)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(b"<html>", 502), Unreachable),
        (Reply(b"<html>"), NodeRefused),
        (Reply(b"{", cut=True), NodeRefused),
        (Reply(b"", held=True), Unreachable),
        (Reply(b"[]", 400), NodeRefused),
        (Reply(b'{"__type": 5}', 400), NodeRefused),
    ],
    ids=["a gateway", "no json", "broken off", "silent", "a list", "no code"],
)
def test_what_fails_is_a_typed_error(
    scripted: ScriptedKms, monkeypatch: pytest.MonkeyPatch, reply: Reply, kind: type[ChainError]
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT_SECONDS", 1 if reply.held else 30)
    scripted.answers(GetPublicKey={"PublicKey": PUBLIC_KEY})
    signer = KmsSigner("alias/treasury", REGION, ANVIL)
    scripted.replies["Sign"] = reply

    with pytest.raises(kind, match="AWS KMS") as refused:
        signer.sign_typed_data(MESSAGE)

    told(refused)


def test_one_that_is_not_there_is_unreachable() -> None:
    with (
        Kms("http://127.0.0.1:9/s3cr3t-secret-key").in_reach(),
        pytest.raises(Unreachable, match="AWS KMS cannot be reached for GetPublicKey") as refused,
    ):
        KmsSigner("alias/treasury", REGION, ANVIL)

    told(refused)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("AWS_ACCESS_KEY_ID", "", "cannot be asked for GetPublicKey: NoCredentialsError"),
        ("AWS_SECRET_ACCESS_KEY", "", "cannot be asked for GetPublicKey|no way to AWS KMS"),
        ("AWS_PROFILE", "nobody", "no way to AWS KMS in 'eu-central-1': ProfileNotFound"),
        ("AWS_ENDPOINT_URL_KMS", "s3cr3t-secret-key", "no way to AWS KMS in 'eu-central-1': ValueError"),
    ],
)
def test_what_is_configured_wrongly_is_told(scripted: ScriptedKms, setting: str, value: str, words: str) -> None:
    scripted.answers(GetPublicKey={"PublicKey": PUBLIC_KEY})

    with patch.dict(os.environ, {setting: value}), pytest.raises(WalletError, match=words) as refused:
        KmsSigner("alias/treasury", REGION, ANVIL)

    assert "AWS" in refused.value.hint
    told(refused)
    assert scripted.asked == []


def test_what_is_no_region_is_refused(scripted: ScriptedKms) -> None:
    with pytest.raises(WalletError, match="no way to AWS KMS in 'not a region!'"):
        KmsSigner("alias/treasury", "not a region!", ANVIL)

    assert scripted.asked == []


def test_without_boto3_it_says_what_to_install() -> None:
    with patch.dict(sys.modules, {"boto3": None}), pytest.raises(ConfigError, match="boto3") as refused:
        KmsSigner("alias/treasury", REGION, ANVIL)

    assert refused.value.hint == "pip install 'stablecoin_tools[kms]'"


def test_it_shows_its_address_alone(opened: KmsSigner) -> None:
    assert repr(opened) == str(opened) == f"KmsSigner({ADDRESS})"
    assert not hasattr(opened, "__dict__")
