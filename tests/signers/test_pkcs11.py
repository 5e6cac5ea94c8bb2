"""Pkcs11Signer: a key in an HSM, over PKCS#11; the HSM is SoftHSM 2

when it is opened: by the key's label or its id; one of another address or curve, or that is not there, is refused
when there is no public key beside it: each signature is held against the address
when the library, the token or the PIN is wrong: WalletError, and the PIN is shown by nothing
when there are two wallets on one token: both sign
when the HSM is gone: Unreachable
"""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.errors import ChainError, ConfigError, Moved, StablecoinError, Unreachable, WalletError
from stablecoin_tools.signers import Pkcs11Signer, Pkcs11Wallet, probe
from stablecoin_tools.signers.accounts import signer_of_key
from tests.signers.hsm import ADMIN_PIN, PIN, TOKEN, Hsm
from tests.signers.remotes import ADDRESS, ANVIL, KEY, OTHER, TRANSACTION
from tests.signers.test_typed_data import HALF_OF_THE_CURVE, MESSAGE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wallet(hsm: Hsm) -> Pkcs11Wallet:
    """The key of the other tests' signers, as `treasury`, with the id 1."""
    hsm.import_key("treasury", 1, int(KEY, 16))
    return Pkcs11Wallet(ADDRESS, hsm.library, TOKEN, "treasury")


def told(refused: pytest.ExceptionInfo[StablecoinError], *secrets: str) -> str:
    """All that is shown of an error; nothing of it may be secret, and nothing may have moved."""
    text = "".join(traceback.format_exception(refused.value)) + refused.value.hint
    assert refused.value.moved is Moved.NO
    assert not [secret for secret in (PIN, ADMIN_PIN, KEY[2:], *secrets) if secret in text]
    return text


@pytest.mark.parametrize("key", ["treasury", b"\x01"], ids=["label", "id"])
def test_the_key_is_named_by_label_or_id(wallet: Pkcs11Wallet, key: str | bytes) -> None:
    signer = Pkcs11Signer(replace(wallet, key=key), PIN, ANVIL)

    probe(signer, bytes(32))
    assert repr(signer) == str(signer) == f"Pkcs11Signer({ADDRESS})"


def test_signatures_are_not_the_same_twice_and_all_have_the_lower_s(wallet: Pkcs11Wallet) -> None:
    signer = Pkcs11Signer(wallet, PIN, ANVIL)

    signed = [signer.sign_typed_data(MESSAGE) for _ in range(32)]

    signable = encode_typed_data(full_message=MESSAGE)
    assert len(set(signed)) == 32  # half of them had the upper s: that all recover says that they were turned over
    assert {Account.recover_message(signable, signature=one) for one in signed} == {str(ADDRESS)}
    assert all(int.from_bytes(one[32:64]) <= HALF_OF_THE_CURVE for one in signed)


@pytest.mark.parametrize("key", ["nobody", b"\x63"], ids=["label", "id"])
def test_a_key_that_is_not_there_is_refused(wallet: Pkcs11Wallet, key: str | bytes) -> None:
    with pytest.raises(
        WalletError, match=r"(nobody|0x63).* of the token 'issuer' cannot be opened: there is no such key"
    ):
        Pkcs11Signer(replace(wallet, key=key), PIN, ANVIL)


def test_the_key_of_another_address_is_refused(wallet: Pkcs11Wallet) -> None:
    with pytest.raises(WalletError, match=f"'treasury' .* is the one of {ADDRESS}, not of {OTHER}") as refused:
        Pkcs11Signer(replace(wallet, address=OTHER), PIN, ANVIL)

    told(refused)


def test_a_key_of_another_curve_is_refused(hsm: Hsm, wallet: Pkcs11Wallet) -> None:
    hsm.import_key("other-curve", 2, 0x4C, ec.SECP256R1())

    with pytest.raises(WalletError, match="The key 'other-curve' of the token 'issuer' is none of secp256k1"):
        Pkcs11Signer(replace(wallet, key="other-curve"), PIN, ANVIL)


def test_a_name_of_two_keys_is_refused(hsm: Hsm, wallet: Pkcs11Wallet) -> None:
    hsm.import_key("twice", 3, 0x4C)
    hsm.import_key("twice", 4, 0x5D)

    with pytest.raises(WalletError, match="there are several such keys"):
        Pkcs11Signer(replace(wallet, key="twice"), PIN, ANVIL)


def private_key_alone(wallet: Pkcs11Wallet, label: str, secret: int, **changed: Any) -> None:
    """Writes a key onto the token without its public key."""
    session = pkcs11.lib(wallet.library).get_token(token_label=TOKEN).open(rw=True)
    attributes = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
        pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC,
        pkcs11.Attribute.TOKEN: True,
        pkcs11.Attribute.LABEL: label,
        pkcs11.Attribute.EC_PARAMS: pkcs11.util.ec.encode_named_curve_parameters("secp256k1"),
        pkcs11.Attribute.VALUE: secret.to_bytes(32),
        pkcs11.Attribute.SIGN: True,
    }
    session.create_object(attributes | {getattr(pkcs11.Attribute, name): value for name, value in changed.items()})
    session.close()


def test_without_a_public_key_beside_it_each_signature_is_held_against_the_address(wallet: Pkcs11Wallet) -> None:
    Pkcs11Signer(wallet, PIN, ANVIL)  # the token is open from now on
    private_key_alone(wallet, "alone", int(KEY, 16))

    probe(Pkcs11Signer(replace(wallet, key="alone"), PIN, ANVIL), bytes(32))
    other = Pkcs11Signer(replace(wallet, key="alone", address=OTHER), PIN, ANVIL)
    with pytest.raises(WalletError, match=f"signs for {OTHER} signed with another key") as refused:
        other.sign_transaction(TRANSACTION)

    told(refused)


def test_a_key_that_may_not_sign_is_refused(wallet: Pkcs11Wallet) -> None:
    Pkcs11Signer(wallet, PIN, ANVIL)
    private_key_alone(wallet, "mute", int(KEY, 16), SIGN=False)

    with pytest.raises(WalletError, match="'mute' of the token 'issuer' may not sign") as refused:
        Pkcs11Signer(replace(wallet, key="mute"), PIN, ANVIL)

    told(refused)


def test_a_token_that_is_not_there_is_refused(wallet: Pkcs11Wallet) -> None:
    with pytest.raises(WalletError, match="of the token 'nowhere' cannot be opened: there is no such token") as refused:
        Pkcs11Signer(replace(wallet, token="nowhere"), PIN, ANVIL)  # noqa: S106  # a label

    told(refused)


@pytest.mark.parametrize("library", ["/nowhere/libhsm.so", "", "/dev/null", "libc.so.6", "a\0b"])
def test_what_is_no_library_is_refused(wallet: Pkcs11Wallet, library: str) -> None:
    with pytest.raises(WalletError, match="cannot be opened") as refused:
        Pkcs11Signer(replace(wallet, library=library), PIN, ANVIL)

    told(refused)


def test_the_pin_is_from_its_file_or_asked_for(wallet: Pkcs11Wallet, tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\r\nanother line\n")

    by_file = replace(wallet, pin_file=file).open("cold", lambda: pytest.fail("nobody should be asked"), ANVIL)
    by_asking = wallet.open("cold", lambda: PIN, ANVIL)

    assert by_file.address == by_asking.address == ADDRESS


def test_a_pin_file_that_cannot_be_read_is_refused(wallet: Pkcs11Wallet, tmp_path: Path) -> None:
    with pytest.raises(WalletError, match="The PIN file cannot be read: FileNotFoundError") as refused:
        replace(wallet, pin_file=tmp_path / "absent").open("cold", lambda: PIN, ANVIL)

    told(refused, str(tmp_path))


def test_several_threads_sign_at_once(wallet: Pkcs11Wallet) -> None:
    signer = Pkcs11Signer(wallet, PIN, ANVIL)
    signed: list[bytes] = []

    def sign() -> None:
        signed.extend(signer.sign_transaction(replace(TRANSACTION, nonce=nonce)) for nonce in range(20))

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {Account.recover_transaction(one) for one in signed} == {str(ADDRESS)}
    assert len(signed) == 80


def test_two_wallets_on_one_token_both_sign(hsm: Hsm, wallet: Pkcs11Wallet) -> None:
    hsm.import_key("second", 5, 0x5D)
    second = signer_of_key((0x5D).to_bytes(32)).address

    signers = [
        Pkcs11Signer(wallet, PIN, ANVIL),
        Pkcs11Signer(replace(wallet, key="second", address=second), PIN, ANVIL),
    ]

    for signer in (*signers, *signers):
        probe(signer, bytes(32))


class Bent:
    """A key that answers as it is told; all else of an HSM that signs something else is the same."""

    def __init__(self, answer: bytes | Exception) -> None:
        self.answer = answer

    def sign(self, _hash: bytes, *, mechanism: pkcs11.Mechanism) -> bytes:
        assert mechanism is pkcs11.Mechanism.ECDSA
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@given(st.binary(max_size=80) | st.binary(min_size=64, max_size=64))
@example(bytes(64))
@example(b"\xff" * 64)
def test_any_signature_of_something_else_is_refused(wallet: Pkcs11Wallet, signature: bytes) -> None:
    signer = Pkcs11Signer(wallet, PIN, ANVIL)
    signer._key = Bent(signature)

    with pytest.raises(WalletError) as refused:
        signer.sign_transaction(TRANSACTION)

    told(refused)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (pkcs11.DeviceRemoved, Unreachable),
        (pkcs11.DeviceError, Unreachable),
        (pkcs11.SessionHandleInvalid, Unreachable),
        (pkcs11.UserNotLoggedIn, Unreachable),
        (pkcs11.FunctionFailed, WalletError),
        (pkcs11.PKCS11Error, WalletError),
    ],
)
def test_an_hsm_that_fails_is_a_typed_error(
    wallet: Pkcs11Wallet, error: type[Exception], kind: type[WalletError | ChainError]
) -> None:
    signer = Pkcs11Signer(wallet, PIN, ANVIL)
    signer._key = Bent(error(f"the maker's words repeat {PIN}"))

    with pytest.raises(kind, match=f"The HSM does not sign for {ADDRESS}") as refused:
        signer.sign_transaction(TRANSACTION)

    told(refused)


def test_without_its_package_it_says_what_to_install(wallet: Pkcs11Wallet) -> None:
    with patch.dict(sys.modules, {"pkcs11": None}), pytest.raises(ConfigError, match="python-pkcs11") as refused:
        Pkcs11Signer(wallet, PIN, ANVIL)

    assert refused.value.hint == "pip install 'stablecoin_tools[pkcs11]'"


# A process that has opened a token is asked for no PIN again, so that each wrong one needs a process of its own.
_OPEN = """
import sys
from stablecoin_tools.signers import Pkcs11Signer, Pkcs11Wallet
from stablecoin_tools.addresses import parse_address
library, address, pin = sys.argv[1:]
Pkcs11Signer(Pkcs11Wallet(parse_address(address), library, "issuer", "treasury"), pin, None)
"""


@pytest.mark.parametrize("pin", ["s3cr3t-wrong", "", "1", "s3cr3t" * 50])
def test_a_wrong_pin_is_refused(wallet: Pkcs11Wallet, pin: str) -> None:
    opened = subprocess.run(
        [sys.executable, "-c", _OPEN, wallet.library, str(wallet.address), pin],
        capture_output=True,
        text=True,
        check=False,
    )

    assert opened.returncode == 1
    assert "WalletError: The key 'treasury' of the token 'issuer' cannot be opened: wrong PIN." in opened.stderr
    assert "s3cr3t" not in opened.stderr


def test_one_that_loses_its_session_is_unreachable(wallet: Pkcs11Wallet) -> None:
    program = _OPEN.replace("Pkcs11Signer(Pkcs11Wallet", "signer = Pkcs11Signer(Pkcs11Wallet") + (
        "import pkcs11\n"
        "from stablecoin_tools.signers import probe\n"
        "probe(signer, bytes(32))\n"
        "pkcs11.lib(library).reinitialize()\n"
        "probe(signer, bytes(32))\n"
    )
    lost = subprocess.run(
        [sys.executable, "-c", program, wallet.library, str(wallet.address), PIN],
        capture_output=True,
        text=True,
        check=False,
    )

    assert lost.returncode == 1
    assert f"Unreachable: The HSM does not sign for {ADDRESS}: the HSM is not there" in lost.stderr
    assert PIN not in lost.stderr
