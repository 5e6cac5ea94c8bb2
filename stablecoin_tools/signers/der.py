"""What key services write in DER: signatures and public keys. Nothing but the one right form is read.

Sources: RFC 3279, section 2.2.3, for signatures; RFC 5480, section 2, for public keys; SEC 2 for the curve's number.
"""

from __future__ import annotations

from typing import Final

__all__ = ["SECP256K1", "read_public_key", "read_signature"]

SECP256K1: Final = bytes.fromhex("06052b8104000a")
"""The object identifier of the curve, 1.3.132.0.10."""

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_KEY: Final = bytes.fromhex("3056301006072a8648ce3d0201") + SECP256K1 + bytes.fromhex("034200")
"""All that stands before the 65 bytes of an uncompressed point: an elliptic curve's key, and on which curve."""

_POINT_BYTES: Final = 65
_LEAST: Final = 8  # of a signature whose numbers have one byte each
_LONG: Final = 128  # from here on, a length takes more than a byte: no signature of this curve is so long
_UNCOMPRESSED: Final = 4


def read_signature(der: bytes) -> tuple[int, int]:
    """The numbers r and s of an ECDSA signature; of what size they are is not looked at.

    Raises:
        ValueError: If it is none in DER.
    """
    if not _LEAST <= len(der) < _LONG:
        raise ValueError("no signature in DER")
    s_at = 4 + der[3]
    r, s = int.from_bytes(der[4:s_at]), int.from_bytes(der[s_at + 2 :])
    # DER has one form for each value: what is not the same when it is written anew was not in that form.
    if _written(r, s) != der:
        raise ValueError("no signature in DER")
    return r, s


def read_public_key(der: bytes) -> bytes:
    """The point of a public key of secp256k1: 65 bytes. Whether it is on the curve is not looked at.

    Raises:
        ValueError: If it is no such key in DER.
    """
    point = der[len(_KEY) :]
    if der[: len(_KEY)] != _KEY or len(point) != _POINT_BYTES or point[0] != _UNCOMPRESSED:
        raise ValueError("no public key of secp256k1 in DER")
    return point


def _written(r: int, s: int) -> bytes:
    numbers = _integer(r) + _integer(s)
    return bytes([_SEQUENCE, len(numbers)]) + numbers


def _integer(value: int) -> bytes:
    written = value.to_bytes(value.bit_length() // 8 + 1)  # the first bit is the sign
    return bytes([_INTEGER, len(written)]) + written
