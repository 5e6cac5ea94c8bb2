"""Who signed an EIP-7702 authorization: such a signature uses a nonce without any transaction of its signer."""

from __future__ import annotations

from typing import Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain.values import Authorization

__all__ = ["recovered"]

_MAGIC: Final = b"\x05"
_ADDRESS_BYTES: Final = 20
_MOST_PARITY: Final = 1
_NONCES: Final = 2**64 - 1
_CHAIN_IDS: Final = 2**256
# Source: SEC 2, secp256k1, n. EIP-7702 takes the lower half of s only.
_CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def recovered(chain_id: int, target: bytes, nonce: int, y_parity: int, r: int, s: int) -> Authorization | None:
    """The authorization with its signer, or None if nobody can have signed it so.

    Args:
        chain_id: For which chain; 0 for all.
        target: Whose code the signer's account shall run: an address.
        nonce: Which of the signer's nonces it takes.
        y_parity: 0 or 1.
        r: Of the signature.
        s: Of the signature.

    Source: EIP-7702.
    """
    from coincurve import PublicKey
    from eth_hash.auto import keccak
    from rlp import encode

    if not (_is_well_formed(chain_id, target, nonce) and _is_signature(y_parity, r, s)):
        return None
    message = _MAGIC + encode([_number(chain_id), target, _number(nonce)], infer_serializer=False)
    signature = r.to_bytes(32) + s.to_bytes(32) + bytes([y_parity])
    try:
        key = PublicKey.from_signature_and_message(signature, keccak(message), hasher=None)
    except ValueError:
        return None
    return Authorization(Address(keccak(key.format(compressed=False)[1:])[-_ADDRESS_BYTES:]), nonce, chain_id)


def _is_well_formed(chain_id: int, target: bytes, nonce: int) -> bool:
    return 0 <= chain_id < _CHAIN_IDS and len(target) == _ADDRESS_BYTES and 0 <= nonce < _NONCES


def _is_signature(y_parity: int, r: int, s: int) -> bool:
    return 0 <= y_parity <= _MOST_PARITY and 0 < r < _CURVE_ORDER and 0 < s <= _CURVE_ORDER // 2


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8)
