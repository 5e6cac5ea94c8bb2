"""What is signed, as bytes: a transaction, once to be signed and once signed, and an EIP-712 message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.signers.protocol import UnsignedTransaction

__all__ = ["DYNAMIC_FEE", "EIP_155_OFFSET", "encoded", "fields", "signed_bytes", "typed_bytes"]

DYNAMIC_FEE: Final = b"\x02"
"""The type of a transaction with a fee and a tip. Source: EIP-1559."""

EIP_155_OFFSET: Final = 35
"""A legacy transaction's v is this, twice the chain id, and whether y is odd. Source: EIP-155."""


def signed_bytes(transaction: UnsignedTransaction, sign: Callable[[bytes], tuple[bytes, int]]) -> bytes:
    """The transaction as it is published.

    Args:
        transaction: What to sign.
        sign: Signs the hash of a message: r and s, 32 bytes each, and whether y is odd.
    """
    return (_legacy if transaction.is_legacy else _dynamic_fee)(transaction, sign)


def fields(transaction: UnsignedTransaction) -> dict[str, Any]:
    """What a transaction's bytes hold before the signature, by name and in their order.

    Sources: EIP-1559, and the yellow paper for a legacy one, whose chain id is in the signature.
    """
    what = {
        "gas limit": _number(transaction.gas_limit),
        "receiver": transaction.to or b"",
        "value": _number(transaction.value_wei),
        "data": transaction.data,
    }
    if transaction.is_legacy:
        return {"nonce": _number(transaction.nonce), "gas price": _number(transaction.max_fee_wei), **what}
    return {
        "chain id": _number(transaction.chain_id),
        "nonce": _number(transaction.nonce),
        "tip": _number(transaction.tip_wei),
        "fee": _number(transaction.max_fee_wei),
        **what,
        "access list": [],
    }


def typed_bytes(message: Mapping[str, Any]) -> bytes:
    """What is hashed and signed of an EIP-712 message.

    Raises:
        UsageError: If it is no such message.
    """
    from eth_abi.exceptions import EncodingError
    from eth_account.messages import encode_typed_data
    from eth_utils.exceptions import ValidationError

    try:
        signable = encode_typed_data(full_message=dict(message))
    except (ValueError, TypeError, KeyError, AttributeError, EncodingError, ValidationError) as error:
        raise UsageError(f"Not an EIP-712 message: {error!r}.") from error
    return b"\x19" + signable.version + signable.header + signable.body


def encoded(value: Any) -> bytes:
    """Bytes, or a list of them, in RLP."""
    import rlp

    written: bytes = rlp.encode(value, infer_serializer=False)  # to look at each type would take three times as long
    return written


def _dynamic_fee(transaction: UnsignedTransaction, sign: Callable[[bytes], tuple[bytes, int]]) -> bytes:
    asked = list(fields(transaction).values())
    r_and_s, y_parity = sign(DYNAMIC_FEE + encoded(asked))
    return DYNAMIC_FEE + encoded([*asked, _number(y_parity), *_short(r_and_s)])


def _legacy(transaction: UnsignedTransaction, sign: Callable[[bytes], tuple[bytes, int]]) -> bytes:
    asked = list(fields(transaction).values())
    r_and_s, y_parity = sign(encoded([*asked, _number(transaction.chain_id), b"", b""]))
    v = 2 * transaction.chain_id + EIP_155_OFFSET + y_parity
    return encoded([*asked, _number(v), *_short(r_and_s)])


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _short(r_and_s: bytes) -> tuple[bytes, bytes]:
    return r_and_s[:32].lstrip(b"\0"), r_and_s[32:].lstrip(b"\0")
