"""Signers whose key is in this process: unlocked, from a testnet's environment, or publicly known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import ConfigError, UsageError
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC
from stablecoin_tools.signers.checking import CURVE_ORDER, check_network
from stablecoin_tools.signers.encoding import signed_bytes, typed_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import Signer, UnsignedTransaction

__all__ = [
    "DEVELOPMENT_ACCOUNTS",
    "KeySigner",
    "development_signer",
    "is_key",
    "key_bytes",
    "signer_of_key",
    "testnet_signer",
]

DEVELOPMENT_ACCOUNTS: Final = 10
"""How many accounts anvil and the local chain fund."""

_KEY_BYTES: Final = 32
_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")


class KeySigner:
    """Signs with a key in memory. The key is shown by nothing: no `repr`, no attribute, no pickle.

    Args:
        key: The private key, 32 bytes.
        network: Where it signs transactions; anywhere, if None.
    """

    __slots__ = ("__address", "__key", "__network")

    def __init__(self, key: bytes, network: Network | None) -> None:
        from coincurve import PrivateKey
        from eth_hash.auto import keccak

        self.__network = network
        self.__key = PrivateKey(key)
        self.__address = Address(keccak(self.__key.public_key.format(compressed=False)[1:])[-20:])

    def __repr__(self) -> str:
        return f"KeySigner({self.address})"

    def __reduce__(self) -> NoReturn:
        raise UsageError("A signer cannot be pickled: its key would be written with it.")

    @property
    def address(self) -> Address:
        """Whose signatures these are."""
        return self.__address

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        """The signed bytes of a transaction, as EIP-1559 has them, or EIP-155 for a legacy one.

        Raises:
            UsageError: If it is for another chain.
        """
        check_network(transaction, self.__network)
        return signed_bytes(transaction, self.__sign)

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        """The signature of an EIP-712 message: 65 bytes, r, s and v of 27 or 28.

        Raises:
            UsageError: If it is no such message.
        """
        r_and_s, y_parity = self.__sign(typed_bytes(message))
        return r_and_s + bytes([27 + y_parity])

    def __sign(self, message: bytes) -> tuple[bytes, int]:
        """Of the message's hash: r and s, 32 bytes each, and whether y is odd. Source: RFC 6979, for the nonce."""
        from eth_hash.auto import keccak

        signature = self.__key.sign_recoverable(keccak(message), hasher=None)
        return signature[:64], signature[64]


def key_bytes(text: str) -> bytes:
    """A private key as people write it.

    Raises:
        ConfigError: If it is no private key. The error does not repeat it.
    """
    digits = text.strip().removeprefix("0x")
    if not _KEY.fullmatch(digits) or not is_key(bytes.fromhex(digits)):
        raise ConfigError("Not a private key: 0x and 64 hex digits are expected.")
    return bytes.fromhex(digits)


def is_key(key: bytes) -> bool:
    """Whether these bytes are a private key of secp256k1."""
    return len(key) == _KEY_BYTES and 0 < int.from_bytes(key, "big") < CURVE_ORDER


def signer_of_key(key: bytes, network: Network | None = None) -> Signer:
    """A signer with this private key; for one network alone, if that is given."""
    return KeySigner(key, network)


def testnet_signer(key: str, network: Network) -> Signer:
    """A signer with a key from the environment.

    Args:
        key: The private key, 0x-hex.
        network: Where it signs transactions, and nowhere else.

    Raises:
        ConfigError: If the network's coins are worth something, or the key is none.
    """
    if not network.is_testnet:
        raise ConfigError(
            f"A key in the environment is for testnets only, and {network.name} is none.",
            hint="Import it into a keystore: `stablecoin wallet import NAME`.",
        )
    return signer_of_key(key_bytes(key), network)


def development_signer(index: int, network: Network) -> Signer:
    """One of the ten accounts that anvil and the local chain fund. Their keys are public.

    Args:
        index: 0 to 9.
        network: Where it signs transactions, and nowhere else.

    Raises:
        ConfigError: If the network is no development chain, or there is no such account.
    """
    if not network.is_development:
        raise ConfigError(f"The development accounts' keys are public: {network.name} is not for them.")
    if not 0 <= index < DEVELOPMENT_ACCOUNTS:
        raise ConfigError(f"There are development accounts 0 to {DEVELOPMENT_ACCOUNTS - 1}, not {index}.")
    from eth_account.hdaccount import seed_from_mnemonic
    from eth_account.hdaccount.deterministic import HDPath

    seed = seed_from_mnemonic(DEVELOPMENT_MNEMONIC, "")
    return signer_of_key(HDPath(f"{DEVELOPMENT_HD_PATH}/{index}").derive(seed), network)
