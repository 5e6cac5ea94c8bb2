"""Keystore: a folder of encrypted keys

when a wallet is made: a file that only its owner reads, in the form that every wallet reads
when it is unlocked: it signs for its address; with a wrong password: WalletError
when the name is taken or not allowed: WalletError, and nothing is overwritten
when a file is broken, or text is no keystore: WalletError
key and password are shown by nothing
"""

from __future__ import annotations

import copy
import json
import logging
import pickle
import stat
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import ConfigError, Moved, UsageError, WalletError
from stablecoin_tools.signers import Keystore, UnsignedTransaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "correct horse battery staple"  # noqa: S105  # a test's own
KEY = "0x" + "4c" * 32
ADDRESS = Address(bytes.fromhex(Account.from_key(KEY).address[2:]))
TRANSACTION = UnsignedTransaction(31337, 0, Address(b"\x02" * 20), b"\x01", 5, 21_000, 10, 1)


def written_by_others(**changes: Any) -> dict[str, Any]:
    """A keystore file as another program writes it; light, so that it opens at once."""
    return {**Account.encrypt(bytes.fromhex(KEY[2:]), PASSWORD, kdf="pbkdf2", iterations=1), **changes}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With two wallets: `made`, with a random key, and `brought`, with KEY."""
    folder = tmp_path_factory.mktemp("home") / "below" / "wallets"
    keystore = Keystore(folder)
    keystore.create("made", PASSWORD)
    keystore.import_key("brought", f" {KEY}\n", PASSWORD)
    return folder


@pytest.fixture
def keystore(tmp_path: Path) -> Keystore:
    return Keystore(tmp_path / "wallets")


def test_lists_the_wallets_with_their_addresses(folder: Path) -> None:
    addresses = Keystore(folder).addresses()

    assert list(addresses) == ["brought", "made"]
    assert addresses["brought"] == ADDRESS
    assert addresses["made"] != ADDRESS


def test_a_folder_that_is_not_there_has_no_wallets(keystore: Keystore, tmp_path: Path) -> None:
    assert keystore.addresses() == {}
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_reads_the_files_and_the_folder(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_an_unlocked_wallet_signs_for_its_address(folder: Path) -> None:
    signer = Keystore(folder).unlock("brought", PASSWORD)

    signed = signer.sign_transaction(TRANSACTION)

    assert signer.address == ADDRESS
    assert Account.recover_transaction(signed) == str(ADDRESS)


def test_eth_account_opens_the_file(folder: Path) -> None:
    written = json.loads((folder / "brought.json").read_text())

    assert bytes(Account.decrypt(written, PASSWORD)).hex() == KEY[2:]
    assert written["crypto"]["kdf"] == "scrypt"
    assert written["crypto"]["kdfparams"]["n"] >= 2**17
    assert KEY[2:] not in (folder / "brought.json").read_text()


def test_a_wrong_password_opens_nothing(folder: Path) -> None:
    with pytest.raises(WalletError, match="Wrong password") as refused:
        Keystore(folder).unlock("brought", PASSWORD + "x")

    assert refused.value.moved is Moved.NO
    assert PASSWORD not in str(refused.value)


def test_a_wallet_is_never_overwritten(folder: Path) -> None:
    before = (folder / "brought.json").read_bytes()
    keystore = Keystore(folder)

    makes: list[Callable[[], Address]] = [
        lambda: keystore.create("brought", PASSWORD),
        lambda: keystore.import_key("brought", "0x" + "5d" * 32, PASSWORD),
        lambda: keystore.import_file("brought", json.dumps(written_by_others()), PASSWORD),
    ]

    for make in makes:
        with pytest.raises(WalletError, match="already"):
            make()

    assert (folder / "brought.json").read_bytes() == before


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../x",
        "/x",
        "a/b",
        "..",
        ".x",
        "-x",
        "X",
        "Brought",
        "ä",
        "a b",
        "a\n",
        "a\0",
        "dev0",
        "dev17",
        "x" * 65,
        "x\udcff",
    ],
)
def test_a_name_that_is_not_allowed_makes_and_opens_nothing(keystore: Keystore, tmp_path: Path, name: str) -> None:
    for use in (
        lambda: keystore.create(name, PASSWORD),
        lambda: keystore.import_key(name, KEY, PASSWORD),
        lambda: keystore.import_file(name, json.dumps(written_by_others()), PASSWORD),
        lambda: keystore.unlock(name, PASSWORD),
    ):
        with pytest.raises(WalletError, match="Not a wallet's name"):
            use()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a", "0", "issuer-1", "a.b_c", "dev", "developer0", "x" * 64])
def test_an_allowed_name_is_only_not_there_yet(keystore: Keystore, name: str) -> None:
    with pytest.raises(WalletError, match="There is no wallet"):
        keystore.unlock(name, PASSWORD)


def test_a_wallet_of_another_program_is_imported(keystore: Keystore) -> None:
    assert keystore.import_file("issuer-1.b_c", json.dumps(written_by_others()), PASSWORD) == ADDRESS
    assert keystore.addresses() == {"issuer-1.b_c": ADDRESS}
    assert keystore.unlock("issuer-1.b_c", PASSWORD).address == ADDRESS


def test_a_wallet_needs_a_password(keystore: Keystore, tmp_path: Path) -> None:
    makes: list[Callable[[], Address]] = [
        lambda: keystore.create("a", ""),
        lambda: keystore.import_key("a", KEY, ""),
    ]

    for make in makes:
        with pytest.raises(WalletError, match="password"):
            make()
    assert list(tmp_path.iterdir()) == []


def test_a_wallet_that_is_not_there_is_not_unlocked(keystore: Keystore) -> None:
    with pytest.raises(WalletError, match="no wallet 'gone'"):
        keystore.unlock("gone", PASSWORD)


@pytest.mark.parametrize(
    "key", ["", "0x", "0x12", "4c" * 33, "0x" + "00" * 32, "0x" + "ff" * 32, "0x" + "zz" * 32, "ключ"]
)
def test_what_is_no_key_is_not_imported_nor_shown(keystore: Keystore, tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        keystore.import_key("a", key, PASSWORD)

    assert not key.strip("0x") or key not in "".join(traceback.format_exception(refused.value))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_wallet_error(tmp_path: Path) -> None:
    (tmp_path / "wallets").write_text("a file where the folder should be")

    with pytest.raises(WalletError, match="cannot be written"):
        Keystore(tmp_path / "wallets").import_file("a", json.dumps(written_by_others()), PASSWORD)


BROKEN = {
    "empty": "",
    "no json": "{",
    "a list": "[]",
    "another version": json.dumps({"version": 1}),
    "nothing but the version": json.dumps({"version": 3}),
    "crypto is a text": json.dumps({"version": 3, "address": ADDRESS.hex(), "crypto": "x"}),
    "crypto is a list": json.dumps({"version": 3, "address": ADDRESS.hex(), "crypto": []}),
    "crypto is null": json.dumps({"version": 3, "address": ADDRESS.hex(), "crypto": None}),
    "crypto is empty": json.dumps({"version": 3, "address": ADDRESS.hex(), "crypto": {}}),
    "no kdf": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "kdf": "argon"})),
    "kdf is a number": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "kdf": 5})),
    "kdf without parameters": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "kdfparams": {}})),
    "parameters are a text": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "kdfparams": "x"})),
    "mac is a number": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "mac": 5})),
    "mac is no hex": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "mac": "xyz"})),
    "ciphertext is null": json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "ciphertext": None})),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_a_wallet_error(tmp_path: Path, text: str) -> None:
    keystore = Keystore(tmp_path)
    (tmp_path / "broken.json").write_text(text)

    with pytest.raises(WalletError, match="broken"):
        keystore.unlock("broken", PASSWORD)
    with pytest.raises(WalletError):
        keystore.import_file("other", text, PASSWORD)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.json"]


def test_a_file_that_is_no_text_is_a_wallet_error(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_bytes(b"\xff\xfe")

    with pytest.raises(WalletError, match="broken"):
        Keystore(tmp_path).unlock("broken", PASSWORD)
    with pytest.raises(WalletError, match="broken"):
        Keystore(tmp_path).addresses()


@pytest.mark.parametrize("secret", [b"short", b"", b"\x00" * 32, b"\xff" * 32, b"\x4c" * 33], ids=repr)
def test_a_file_that_holds_no_key_is_a_wallet_error(tmp_path: Path, secret: bytes) -> None:
    keystore = Keystore(tmp_path)
    (tmp_path / "odd.json").write_text(json.dumps(holding(secret)))

    with pytest.raises(ConfigError) as refused:
        keystore.unlock("odd", PASSWORD)
    with pytest.raises(ConfigError):
        keystore.import_file("other", json.dumps(holding(secret)), PASSWORD)
    assert not secret or secret.hex() not in "".join(traceback.format_exception(refused.value))
    assert [path.name for path in tmp_path.iterdir()] == ["odd.json"]


def holding(secret: bytes) -> dict[str, Any]:
    """A valid keystore file around these bytes, made by hand. Source: the Web3 Secret Storage definition."""
    from hashlib import pbkdf2_hmac

    from Crypto.Cipher import AES
    from Crypto.Util import Counter
    from eth_utils.crypto import keccak

    derived = pbkdf2_hmac("sha256", PASSWORD.encode(), bytes(32), 1, 32)
    counter = Counter.new(128, initial_value=1)
    ciphertext = AES.new(derived[:16], AES.MODE_CTR, counter=counter).encrypt(secret)
    return {
        "version": 3,
        "id": "8b1a1b1e-0000-4000-8000-000000000000",
        "address": ADDRESS.hex(),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": (1).to_bytes(16, "big").hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "pbkdf2",
            "kdfparams": {"c": 1, "dklen": 32, "prf": "hmac-sha256", "salt": "00" * 32},
            "mac": keccak(derived[16:] + ciphertext).hex(),
        },
    }


def test_the_hand_made_file_is_valid(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps(holding(bytes.fromhex(KEY[2:]))))

    assert Keystore(tmp_path).unlock("good", PASSWORD).address == ADDRESS


def test_a_file_that_holds_another_key_than_it_says_is_not_unlocked(tmp_path: Path) -> None:
    (tmp_path / "swapped.json").write_text(json.dumps(written_by_others(address="01" * 20)))

    with pytest.raises(WalletError, match="another key"):
        Keystore(tmp_path).unlock("swapped", PASSWORD)


near_misses = st.dictionaries(
    st.sampled_from(["version", "crypto", "address", "Crypto", "id"]),
    st.sampled_from([3, "3", None, [], {}, "x", {"kdf": "pbkdf2"}, {"kdf": "scrypt", "kdfparams": {"n": "a"}}, 5]),
).map(json.dumps)
one_field_off = st.builds(
    lambda key, value: json.dumps(written_by_others(crypto={**written_by_others()["crypto"], key: value})),
    st.sampled_from(["cipherparams", "ciphertext", "kdf", "kdfparams", "mac"]),
    st.sampled_from([None, 5, -1, "", "zz", "00", [], {}, True, 1.5, {"iv": 7}, {"iv": "00"}, {"c": -1, "dklen": 0}]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=st.text() | near_misses | one_field_off)
@example(text="\udcff")
@example(text=json.dumps(written_by_others(crypto={**written_by_others()["crypto"], "kdfparams": {"c": 2**70}})))
@example(text="[" * 400)
def test_any_text_that_is_no_keystore_is_a_wallet_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("home") / "wallets"

    with pytest.raises(WalletError):
        Keystore(folder).import_file("other", text, PASSWORD)

    assert not folder.exists()


def test_key_and_password_are_shown_by_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    keystore = Keystore(folder)
    signer = keystore.unlock("brought", PASSWORD)
    signer.sign_transaction(TRANSACTION)
    shown = [repr(keystore), str(vars(keystore)), repr(signer), str(signer), f"{signer}", str(dir(signer)), caplog.text]
    for attempt in (
        lambda: keystore.unlock("brought", "wrong " + PASSWORD),
        lambda: keystore.create("brought", PASSWORD),
    ):
        with pytest.raises(WalletError) as refused:
            attempt()
        shown += [repr(refused.value), *traceback.format_exception(refused.value)]

    secrets = (PASSWORD, KEY[2:], repr(bytes.fromhex(KEY[2:])), str(int(KEY, 16)))
    lines = "\n".join(shown).replace(f'"{PASSWORD}"', "")
    assert not [secret for secret in secrets if secret in lines and f"+ {secret}" not in lines]
    with pytest.raises(TypeError):
        vars(signer)
    with pytest.raises(AttributeError):
        getattr(signer, "__account")


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_a_signer_is_not_written_down(folder: Path, write: Any) -> None:
    signer = Keystore(folder).unlock("brought", PASSWORD)

    with pytest.raises(UsageError, match="key"):
        write(signer)
