"""What every signer must do, wherever its key is

when it is asked who it is: the key's address, and nothing of the key
when a transaction is signed: of every kind we send, the bytes that eth-account makes with the same key
when it is for another chain: refused, and nothing is signed
when typed data is signed: the signature that eth-account makes with the same key; what is no message is refused
"""

from __future__ import annotations

import copy
import pickle
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
import rlp
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import HttpTransport
from stablecoin_tools.errors import Moved, StablecoinError, UsageError
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import (
    Keystore,
    KmsSigner,
    Pkcs11Signer,
    Pkcs11Wallet,
    RemoteSigner,
    UnsignedTransaction,
    development_signer,
    probe,
)
from stablecoin_tools.signers import testnet_signer as signer_for_testnets
from tests.signers.hsm import PIN, TOKEN
from tests.signers.kms_service import REGION, SECRETS
from tests.signers.test_accounts import as_eth_account_has_it
from tests.signers.test_typed_data import HALF_OF_THE_CURVE, MESSAGE, domains, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stablecoin_tools.signers import Signer
    from tests.conftest import AnvilProcess
    from tests.signers.hsm import Hsm
    from tests.signers.kms_service import Kms

# The first development account's, which anvil prints as it starts: public, so that a real remote signer has it too.
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
ADDRESS = parse_address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
ANVIL = find_network("anvil")


@dataclass(frozen=True)
class Place:
    """What a signer may need: a folder of its own, where an anvil listens, an AWS KMS, and an HSM."""

    folder: Path
    anvil_url: str
    kms: Kms
    hsm: Hsm


def _keystore(place: Place) -> Signer:
    keystore = Keystore(place.folder)
    keystore.import_key("treasury", KEY, "correct horse")
    return keystore.unlock("treasury", "correct horse", network=ANVIL)


def _kms(place: Place) -> Signer:
    key = place.kms.create_key(held=KEY)
    with place.kms.in_reach():
        return KmsSigner(key, REGION, ANVIL, address=ADDRESS)


def _pkcs11(place: Place) -> Signer:
    place.hsm.import_key("conforming", 200, int(KEY, 16))
    return Pkcs11Signer(Pkcs11Wallet(ADDRESS, place.hsm.library, TOKEN, "conforming"), PIN, ANVIL)


# Every signer with this key, made for anvil's network: a new kind of signer joins by its line.
SIGNERS: dict[str, Callable[[Place], Signer]] = {
    "keystore": _keystore,
    "environment": lambda _: signer_for_testnets(KEY, ANVIL),
    "development": lambda _: development_signer(0, ANVIL),
    "remote": lambda place: RemoteSigner(ADDRESS, HttpTransport(place.anvil_url), ANVIL),
    "kms": _kms,
    "pkcs11": _pkcs11,
}
# Those whose signatures of one message differ, since they draw a random number for each: their signatures cannot be
# compared with eth-account's, which are made as RFC 6979 says. All the rest of the bytes can, and whose they are.
RANDOM = frozenset({"kms", "pkcs11"})


@dataclass(frozen=True)
class Subject:
    """A signer under test."""

    kind: str
    signer: Signer

    def check_signed(self, transaction: UnsignedTransaction) -> None:
        """Signs the transaction, and compares it with what eth-account makes of it."""
        ours = self.signer.sign_transaction(transaction)
        theirs = bytes(Account.sign_transaction(as_eth_account_has_it(transaction), KEY).raw_transaction)

        assert Account.recover_transaction(ours) == str(ADDRESS)
        assert unsigned_part(ours) == unsigned_part(theirs)
        assert ours == theirs or self.kind in RANDOM


def unsigned_part(published: bytes) -> tuple[bytes, list[Any], int]:
    """A published transaction without its signature: type, fields, and of a legacy one twice the chain id."""
    kind = published[:1] if published[0] < 0x80 else b""
    *fields, v, _, s = rlp.decode(published.removeprefix(kind))
    assert int.from_bytes(s) <= HALF_OF_THE_CURVE
    return kind, fields, 0 if kind else (int.from_bytes(v) - 35) // 2


@pytest.fixture(scope="module", params=SIGNERS)
def subject(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    anvil_process: AnvilProcess,
    kms: Kms,
    hsm: Hsm,
) -> Subject:
    kind = str(request.param)
    return Subject(kind, SIGNERS[kind](Place(tmp_path_factory.mktemp(kind), anvil_process.url, kms, hsm)))


PAYEE = Address(b"\x02" * 20)
PLAIN = UnsignedTransaction(31337, 7, PAYEE, b"", 0, 21_000, 3 * 10**9, 10**9)
CALL = replace(PLAIN, data=b"\xa9\x05\x9c\xbb" + bytes(64), gas_limit=60_000)
CREATION = replace(PLAIN, to=None, data=load_artifact("Stablecoin").bytecode, gas_limit=6_000_000)
KINDS = {
    "a call": CALL,
    "a call with value": replace(CALL, value_wei=10**18),
    "value alone": replace(PLAIN, value_wei=1),
    "nothing": PLAIN,
    "a contract": CREATION,
    "the first of a sender, for free": replace(PLAIN, nonce=0, max_fee_wei=0, tip_wei=0),
}
ALL_KINDS = KINDS | {f"{name}, legacy": replace(kind, is_legacy=True) for name, kind in KINDS.items()}

wei = st.integers(0, 2**128 - 1) | st.integers(0, 300)
transactions = st.builds(
    UnsignedTransaction,
    chain_id=st.just(31337),
    nonce=st.integers(0, 2**64 - 2) | st.integers(0, 300),
    to=st.none() | st.binary(min_size=20, max_size=20).map(Address),
    data=st.binary(max_size=100),
    value_wei=st.integers(0, 2**256 - 1) | st.integers(0, 300),
    gas_limit=st.integers(0, 2**64 - 1) | st.integers(0, 300),
    max_fee_wei=wei,
    tip_wei=wei,
    is_legacy=st.booleans(),
)


def test_it_has_the_keys_address(subject: Subject) -> None:
    assert subject.signer.address == ADDRESS


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_it_signs_transactions_of_every_kind(subject: Subject, kind: str) -> None:
    subject.check_signed(ALL_KINDS[kind])


@given(transaction=transactions)
@example(transaction=replace(PLAIN, nonce=127, gas_limit=128, max_fee_wei=255, tip_wei=256))
@example(transaction=replace(PLAIN, data=b"\x7f"))
@example(transaction=replace(PLAIN, data=b"\x80" * 56))
def test_it_signs_exactly_what_is_asked(subject: Subject, transaction: UnsignedTransaction) -> None:
    subject.check_signed(transaction)


@given(transaction=transactions, chain_id=st.integers(1, 2**64).filter(lambda chain_id: chain_id != 31337))
@example(transaction=PLAIN, chain_id=1)
def test_it_signs_for_no_other_chain(subject: Subject, transaction: UnsignedTransaction, chain_id: int) -> None:
    with pytest.raises(UsageError, match=f"anvil alone.* chain {chain_id}") as refused:
        subject.signer.sign_transaction(replace(transaction, chain_id=chain_id))

    assert refused.value.moved is Moved.NO


@given(value=signed, domain=domains)
def test_it_signs_permits_and_authorizations(subject: Subject, value: Any, domain: Any) -> None:
    message = value.message(replace(domain, chain_id=31337))
    before = copy.deepcopy(message)

    signature = subject.signer.sign_typed_data(message)

    assert message == before
    assert len(signature) == 65
    assert signature[64] in (27, 28)
    assert int.from_bytes(signature[32:64]) <= HALF_OF_THE_CURVE
    signable = encode_typed_data(full_message=message)
    assert Account.recover_message(signable, signature=signature) == str(ADDRESS)
    theirs = Account.sign_typed_data(KEY, full_message=message).signature
    assert signature == theirs or subject.kind in RANDOM


@given(value=signed, domain=domains.filter(lambda domain: domain.chain_id != 31337))
def test_it_signs_no_message_for_another_chain(subject: Subject, value: Any, domain: Any) -> None:
    with pytest.raises(UsageError, match=f"anvil alone.* message is for chain {domain.chain_id}"):
        subject.signer.sign_typed_data(value.message(domain))


def test_it_proves_that_it_signs(subject: Subject) -> None:
    probe(subject.signer, b"\x5a" * 32)


@pytest.mark.parametrize("message", [{}, {**MESSAGE, "primaryType": "Permit"}, {**MESSAGE, "message": {}}], ids=repr)
def test_it_refuses_what_is_no_message(subject: Subject, message: Any) -> None:
    with pytest.raises(UsageError, match="Not an EIP-712 message"):
        subject.signer.sign_typed_data(message)


def test_it_shows_nothing_of_the_key(subject: Subject) -> None:
    signer = subject.signer
    shown = [repr(signer), str(signer), str(dir(signer))]
    for attempt in (
        lambda: signer.sign_transaction(replace(PLAIN, chain_id=1)),
        lambda: signer.sign_typed_data({}),
        lambda: pickle.dumps(signer),
        lambda: copy.deepcopy(signer),
    ):
        with pytest.raises(StablecoinError) as refused:
            attempt()
        shown += traceback.format_exception(refused.value)

    secrets = (KEY[2:], repr(bytes.fromhex(KEY[2:])), str(int(KEY, 16)), PIN, *SECRETS)
    assert str(ADDRESS) in repr(signer)
    assert not [secret for secret in secrets if secret in "\n".join(shown)]
