"""What a signer is asked, wherever its key lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address

__all__ = ["Signer", "UnsignedTransaction"]


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
            UsageError: If it is no such message.
        """
