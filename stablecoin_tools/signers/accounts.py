"""Signers whose key is in this process: unlocked, from a testnet's environment, or publicly known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import ConfigError, UsageError
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eth_account.messages import SignableMessage
    from eth_account.signers.local import LocalAccount

    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import Signer, UnsignedTransaction

__all__ = ["KeySigner", "development_signer", "is_key", "key_bytes", "signer_of_key", "testnet_signer"]

_DEVELOPMENT_ACCOUNTS: Final = 10
_KEY_BYTES: Final = 32
_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")
# Source: SEC 2, secp256k1, n.
_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class KeySigner:
    """Signs with a key in memory. The key is shown by nothing: no `repr`, no attribute, no pickle."""

    __slots__ = ("__account",)

    def __init__(self, account: LocalAccount) -> None:
        self.__account = account

    def __repr__(self) -> str:
        return f"KeySigner({self.address})"

    def __reduce__(self) -> NoReturn:
        raise UsageError("A signer cannot be pickled: its key would be written with it.")

    @property
    def address(self) -> Address:
        """Whose signatures these are."""
        return Address(bytes.fromhex(self.__account.address[2:]))

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        """The signed bytes of an EIP-1559 transaction."""
        signed = self.__account.sign_transaction(
            {
                "type": 2,
                "chainId": transaction.chain_id,
                "nonce": transaction.nonce,
                "to": bytes(transaction.to or b""),
                "data": transaction.data,
                "value": transaction.value_wei,
                "gas": transaction.gas_limit,
                "maxFeePerGas": transaction.max_fee_wei,
                "maxPriorityFeePerGas": transaction.tip_wei,
            }
        )
        return bytes(signed.raw_transaction)

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        """The signature of an EIP-712 message: 65 bytes, r, s and v of 27 or 28.

        Raises:
            UsageError: If it is no such message.
        """
        return bytes(self.__account.sign_message(_signable(message)).signature)


def _signable(message: Mapping[str, Any]) -> SignableMessage:
    from eth_abi.exceptions import EncodingError
    from eth_account.messages import encode_typed_data
    from eth_utils.exceptions import ValidationError

    try:
        return encode_typed_data(full_message=dict(message))
    except (ValueError, TypeError, KeyError, AttributeError, EncodingError, ValidationError) as error:
        raise UsageError(f"Not an EIP-712 message: {error!r}.") from error


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
    return len(key) == _KEY_BYTES and 0 < int.from_bytes(key, "big") < _CURVE_ORDER


def signer_of_key(key: bytes) -> Signer:
    """A signer with this private key."""
    from eth_account import Account

    return KeySigner(Account.from_key(key))


def testnet_signer(key: str, network: Network) -> Signer:
    """A signer with a key from the environment.

    Args:
        key: The private key, 0x-hex.
        network: Where it will sign.

    Raises:
        ConfigError: If the network's coins are worth something, or the key is none.
    """
    if not network.is_testnet:
        raise ConfigError(
            f"A key in the environment is for testnets only, and {network.name} is none.",
            hint="Import it into a keystore: `stablecoin wallet import NAME`.",
        )
    return signer_of_key(key_bytes(key))


def development_signer(index: int, network: Network) -> Signer:
    """One of the ten accounts that anvil and the local chain fund. Their keys are public.

    Args:
        index: 0 to 9.
        network: Where it will sign.

    Raises:
        ConfigError: If the network is no development chain, or there is no such account.
    """
    if not network.is_development:
        raise ConfigError(f"The development accounts' keys are public: {network.name} is not for them.")
    if not 0 <= index < _DEVELOPMENT_ACCOUNTS:
        raise ConfigError(f"There are development accounts 0 to {_DEVELOPMENT_ACCOUNTS - 1}, not {index}.")
    from eth_account.hdaccount import seed_from_mnemonic
    from eth_account.hdaccount.deterministic import HDPath

    seed = seed_from_mnemonic(DEVELOPMENT_MNEMONIC, "")
    return signer_of_key(HDPath(f"{DEVELOPMENT_HD_PATH}/{index}").derive(seed))
