"""Signers whose key is in this process: unlocked, from a testnet's environment, or publicly known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import ConfigError, UsageError
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.protocol import Signer, UnsignedTransaction

__all__ = ["KeySigner", "development_signer", "signer_of_key", "testnet_signer"]

_DEVELOPMENT_ACCOUNTS: Final = 10


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
                "to": str(transaction.to) if transaction.to is not None else "",
                "data": transaction.data,
                "value": transaction.value_wei,
                "gas": transaction.gas_limit,
                "maxFeePerGas": transaction.max_fee_wei,
                "maxPriorityFeePerGas": transaction.tip_wei,
            }
        )
        return bytes(signed.raw_transaction)


def signer_of_key(key: str | bytes) -> Signer:
    """A signer with this private key.

    Raises:
        ConfigError: If it is no private key. The error does not repeat it.
    """
    from eth_account import Account

    try:
        return KeySigner(Account.from_key(key))
    except Exception:  # noqa: BLE001  # whatever the library says of a broken key may hold the key
        raise ConfigError("Not a private key: 0x and 64 hex digits are expected.") from None


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
    return signer_of_key(key.strip())


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
    from eth_account.hdaccount import HDPath, seed_from_mnemonic

    seed = seed_from_mnemonic(DEVELOPMENT_MNEMONIC, "")
    return signer_of_key(HDPath(f"{DEVELOPMENT_HD_PATH}/{index}").derive(seed))
