"""A folder of keys, each in a file of its own, encrypted in the form every wallet reads (keystore v3)."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.errors import InvalidAddress, WalletError
from stablecoin_tools.json_texts import read_json
from stablecoin_tools.signers.accounts import is_key, key_bytes, signer_of_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import Signer

__all__ = ["Keystore", "check_name"]

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_RESERVED: Final = re.compile(r"dev[0-9]+")


class Keystore:
    """The wallets in one folder.

    Args:
        folder: Where the files are; made, readable by its owner alone, when the first wallet is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return f"Keystore({str(self._folder)!r})"

    def create(self, name: str, password: str) -> Address:
        """Makes a wallet with a new random key.

        Args:
            name: Lower-case letters, digits, dots, dashes and underscores.
            password: What encrypts it; it cannot be recovered.

        Returns:
            The wallet's address.

        Raises:
            WalletError: If the name is taken or not allowed, or the file cannot be written.
        """
        from eth_account import Account

        return self._store(name, bytes(Account.create().key), password)

    def import_key(self, name: str, key: str, password: str) -> Address:
        """Makes a wallet with a key that exists.

        Args:
            name: As for `create`.
            key: The private key, 0x-hex.
            password: What encrypts it.

        Returns:
            The wallet's address.

        Raises:
            WalletError: As for `create`.
            ConfigError: If it is no private key.
        """
        return self._store(name, key_bytes(key), password)

    def import_file(self, name: str, keystore: str, password: str) -> Address:
        """Makes a wallet from the text of another program's keystore file, with the same password.

        Args:
            name: As for `create`.
            keystore: The JSON of a keystore v3 file.
            password: The password that opens it.

        Returns:
            The wallet's address.

        Raises:
            WalletError: As for `create`, or if the password is wrong or the text no keystore.
        """
        return self._store(name, _decrypted(_parsed(keystore, name), password, name), password)

    def addresses(self) -> dict[str, Address]:
        """The wallets by name, with their addresses; no password is needed.

        Raises:
            WalletError: If a file in the folder is no keystore.
        """
        files = sorted(self._folder.glob("*.json")) if self._folder.is_dir() else []
        return {path.stem: self.address(path.stem) for path in files}

    def address(self, name: str) -> Address:
        """The address of one wallet; no password is needed.

        Raises:
            WalletError: If there is no such wallet, or its file is no keystore.
        """
        return _address(self._read(name), name)

    def has(self, name: str) -> bool:
        """Whether there is a wallet of that name, readable or not.

        Raises:
            WalletError: If it is no wallet's name.
        """
        return self._path(name).exists()

    def unlock(self, name: str, password: str, *, network: Network | None = None) -> Signer:
        """Opens a wallet.

        Args:
            name: Which one.
            password: What opens it.
            network: Where it signs; anywhere, if not given.

        Raises:
            WalletError: If there is no such wallet, or the password is wrong.
        """
        encrypted = self._read(name)
        signer = signer_of_key(_decrypted(encrypted, password, name), network)
        if signer.address != _address(encrypted, name):
            raise WalletError(f"Wallet {name!r} holds another key than its address says.")
        return signer

    def _store(self, name: str, key: bytes, password: str) -> Address:
        from eth_account import Account

        if not password:
            raise WalletError("A wallet needs a password.")
        path = self._path(name)
        encrypted = Account.encrypt(key, password)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise WalletError(
                f"Wallet {name!r} cannot be written: there can be no {self._folder} ({error.strerror})."
            ) from error
        try:
            # O_EXCL: a wallet is never overwritten, not even by two processes at once.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise WalletError(f"There is a wallet {name!r} already.", hint="Choose another name.") from None
        except OSError as error:
            raise WalletError(f"Wallet {name!r} cannot be written: {error.strerror}.") from error
        _write(handle, path, json.dumps(encrypted), name)
        return _address(encrypted, name)

    def _read(self, name: str) -> Mapping[str, Any]:
        try:
            return _parsed(self._path(name).read_text(), name)
        except FileNotFoundError:
            raise WalletError(f"There is no wallet {name!r}.", hint="`stablecoin wallet list` shows them.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise WalletError(f"Wallet {name!r} cannot be read: {type(error).__name__}.") from error

    def _path(self, name: str) -> Path:
        check_name(name)
        return self._folder / f"{name}.json"


def check_name(name: str) -> None:
    """Refuses what is no wallet's name.

    Raises:
        WalletError: If it is none.
    """
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise WalletError(
            f"Not a wallet's name: {name!r}.",
            hint="Use lower-case letters, digits, dots and dashes; dev0, dev1 ... are the development accounts.",
        )


def _write(handle: int, path: Path, text: str, name: str) -> None:
    """Writes a new wallet; what cannot be written whole is removed, for the name to be free again."""
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise WalletError(f"Wallet {name!r} cannot be written: {error.strerror}.") from error


def _parsed(text: str, name: str) -> Mapping[str, Any]:
    try:
        encrypted = read_json(text)
    except ValueError:
        raise WalletError(f"Wallet {name!r} is no keystore file.") from None
    if not isinstance(encrypted, dict) or encrypted.get("version") != 3:  # noqa: PLR2004  # keystore v3's own figure
        raise WalletError(f"Wallet {name!r} is no keystore v3 file.")
    return encrypted


def _address(encrypted: Mapping[str, Any], name: str) -> Address:
    try:
        return parse_address("0x" + str(encrypted.get("address", "")).removeprefix("0x").lower())
    except InvalidAddress:
        raise WalletError(f"Wallet {name!r} does not say its address.") from None


def _decrypted(encrypted: Mapping[str, Any], password: str, name: str) -> bytes:
    from eth_account import Account

    try:
        key = bytes(Account.decrypt(dict(encrypted), password))
    except ValueError:
        raise WalletError(f"Wrong password for wallet {name!r}.") from None
    except (KeyError, TypeError, NotImplementedError):
        raise WalletError(f"Wallet {name!r} is no keystore v3 file.") from None
    if not is_key(key):
        raise WalletError(f"Wallet {name!r} holds no private key.")
    return key
