"""What a signer is asked, and how a wallet is opened, wherever its key lives."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.networks import Network

__all__ = ["BoundSigner", "KeptElsewhere", "Signer", "UnsignedTransaction", "WalletKind"]


@dataclass(frozen=True, slots=True)
class UnsignedTransaction:
    """A transaction, ready to be signed.

    Attributes:
        chain_id: The only chain it is valid on.
        nonce: Its place among the sender's transactions.
        to: The receiver, or None to create a contract.
        data: The call data.
        value_wei: The ETH it carries, in wei.
        gas_limit: The most gas it may use.
        max_fee_wei: The most it pays for a unit of gas, in wei.
        tip_wei: What of that goes to the block's producer at most, in wei.
        is_legacy: Whether it is one of before EIP-1559, with one gas price, which is `max_fee_wei`.
    """

    chain_id: int
    nonce: int
    to: Address | None
    data: bytes
    value_wei: int
    gas_limit: int
    max_fee_wei: int
    tip_wei: int
    is_legacy: bool = False


class Signer(Protocol):
    """Somebody who signs."""

    @property
    def address(self) -> Address:
        """Whose signatures these are."""

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        """The signed bytes, as they are published."""

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        """The signature of an EIP-712 message: 65 bytes, r, s and v of 27 or 28.

        Args:
            message: The whole of it, as eth_signTypedData_v4 takes it: types, primaryType, domain and message.

        Raises:
            UsageError: If it is no such message, or for another chain than the signer was made for.
        """


class BoundSigner:
    """What every signer here has in common: whose it is and where it signs. What opens its key is shown by nothing.

    Args:
        address: Whose signatures these are.
        network: Where it signs transactions, and messages whose domain names a chain; anywhere, if None.
    """

    __slots__ = ("_address", "_network")

    def __init__(self, address: Address, network: Network | None) -> None:
        self._address = address
        self._network = network

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._address})"

    def __reduce__(self) -> NoReturn:
        raise UsageError("A signer cannot be pickled: its key, or what opens it, would be written with it.")

    @property
    def address(self) -> Address:
        """Whose signatures these are."""
        return self._address


class WalletKind(enum.Enum):
    """Where a wallet's key is."""

    KEYSTORE = "keystore"
    REMOTE = "remote"
    KMS = "kms"
    PKCS11 = "pkcs11"
    DEVELOPMENT = "development"


class KeptElsewhere(Protocol):
    """A wallet whose key this machine does not have: where that is."""

    @property
    def kind(self) -> WalletKind:
        """By what it signs."""

    @property
    def address(self) -> Address:
        """For whom it signs; nobody has to be asked."""

    def open(self, name: str, ask_password: Callable[[], str], network: Network | None, /) -> Signer:
        """Reaches whoever has the key.

        Args:
            name: What the wallet is called, for errors.
            ask_password: Called where it takes a password or a PIN.
            network: Where it signs; anywhere, if None.

        Raises:
            ConfigError: If it is configured wrongly, or a package for it is missing.
            WalletError: If the key is not there, or is another address's.
            ChainError: If nobody answers.
        """
