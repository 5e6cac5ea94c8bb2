"""Signers that have hashes signed, wherever the key is: what is hashed, and for which chain, is the same for all."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from stablecoin_tools.signers.checking import check_domain, check_network
from stablecoin_tools.signers.encoding import signed_bytes, typed_bytes
from stablecoin_tools.signers.protocol import BoundSigner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.signers.protocol import UnsignedTransaction

__all__ = ["HashSigner"]


class HashSigner(BoundSigner, abc.ABC):
    """Has hashes signed; a subclass says by whom."""

    __slots__ = ()

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        """The signed bytes of a transaction, as EIP-1559 has them, or EIP-155 for a legacy one.

        Raises:
            UsageError: If it is for another chain.
            StablecoinError: As whoever has the key refuses, or is not there.
        """
        check_network(transaction, self._network)
        return signed_bytes(transaction, self._sign)

    def sign_typed_data(self, message: Mapping[str, Any]) -> bytes:
        """The signature of an EIP-712 message: 65 bytes, r, s and v of 27 or 28.

        Raises:
            UsageError: If it is no such message, or its domain names another chain.
            StablecoinError: As whoever has the key refuses, or is not there.
        """
        written = typed_bytes(message)
        check_domain(message, self._network)
        r_and_s, y_parity = self._sign(written)
        return r_and_s + bytes([27 + y_parity])

    def _sign(self, message: bytes) -> tuple[bytes, int]:
        from eth_hash.auto import keccak

        return self._sign_hash(keccak(message))

    @abc.abstractmethod
    def _sign_hash(self, message_hash: bytes) -> tuple[bytes, int]:
        """Of a hash: r and s, 32 bytes each, s the lower of two, and whether y is odd."""
