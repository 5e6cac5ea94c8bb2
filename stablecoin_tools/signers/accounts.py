"""Signers whose key is in this process: unlocked, from a testnet's environment, or publicly known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import ConfigError
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC
from stablecoin_tools.signers.checking import CURVE_ORDER, address_of
from stablecoin_tools.signers.hashing import HashSigner

if TYPE_CHECKING:
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import Signer

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


class KeySigner(HashSigner):
    """Signs with a key in memory. The key is shown by nothing: no `repr`, no attribute, no pickle.

    Args:
        key: The private key, 32 bytes.
        network: Where it signs; anywhere, if None.
    """

    __slots__ = ("__key",)

    def __init__(self, key: bytes, network: Network | None) -> None:
        from coincurve import PrivateKey

        self.__key = PrivateKey(key)
        super().__init__(address_of(self.__key.public_key.format()), network)

    def _sign_hash(self, message_hash: bytes) -> tuple[bytes, int]:
        """As every signer's. Source: RFC 6979, for the nonce."""
        signature = self.__key.sign_recoverable(message_hash, hasher=None)
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
