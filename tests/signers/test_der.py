"""read_signature(der), read_public_key(der): what key services write

when it is a signature in DER: its numbers, as another library reads them
when it is anything else, however little differs: ValueError, as by the other library
when it is a key of secp256k1: its point; of another curve, another form, or cut: ValueError
"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.signers.checking import CURVE_ORDER
from stablecoin_tools.signers.der import read_public_key, read_signature

numbers = (
    st.integers(0, 2**256 - 1) | st.integers(0, 300) | st.integers(0, 32).map(lambda octets: 2 ** (8 * octets) - 1)
)
signatures = st.builds(encode_dss_signature, numbers, numbers)
integers = st.builds(
    lambda tag, length, value: bytes([tag, length]) + value,
    st.sampled_from([2, 2, 2, 3]),
    st.integers(0, 40),
    st.binary(max_size=40),
)
lists = st.builds(
    lambda tag, length, value: bytes([tag, length]) + value,
    st.sampled_from([0x30, 0x30, 0x31]),
    st.integers(0, 140),
    st.lists(integers, max_size=3).map(b"".join),
)
KEY = ec.derive_private_key(0x4C, ec.SECP256K1()).public_key()
WRITTEN = KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A signature in which a byte is changed, put in, or left out."""
    der = draw(signatures)
    place = draw(st.integers(0, len(der)))
    return der[:place] + draw(st.binary(max_size=2)) + der[place + draw(st.integers(0, 2)) :]


def as_cryptography_reads(der: bytes) -> tuple[int, int] | None:
    try:
        return decode_dss_signature(der)
    except ValueError:
        return None


def as_we_read(der: bytes) -> tuple[int, int] | None:
    try:
        return read_signature(der)
    except ValueError:
        return None


@given(r=numbers, s=numbers)
@example(r=0, s=0)
@example(r=127, s=128)
@example(r=CURVE_ORDER - 1, s=CURVE_ORDER // 2)
def test_reads_what_is_written(r: int, s: int) -> None:
    assert read_signature(encode_dss_signature(r, s)) == (r, s)


@given(bent() | lists | st.binary(max_size=100))
@example(b"")
@example(bytes.fromhex("3006020101020101"))
@example(bytes.fromhex("3006020180020101"))  # a negative number
@example(bytes.fromhex("300702020001020101"))  # a zero before a number that needs none
@example(bytes.fromhex("308106020101020101"))  # a length in a longer form
@example(bytes.fromhex("300602010102010100"))  # something after it
@example(bytes.fromhex("3080020101020101" + "0000"))  # without a length
@example(bytes.fromhex("3006020002020001"))
def test_takes_nothing_that_another_library_does_not(der: bytes) -> None:
    assert as_we_read(der) == as_cryptography_reads(der)


@given(st.binary(max_size=300))
def test_what_is_too_long_is_none(tail: bytes) -> None:
    assert as_we_read(encode_dss_signature(2**1100, 1) + tail) is None


@given(st.integers(1, CURVE_ORDER - 1))
def test_reads_keys_of_the_curve(private: int) -> None:
    key = ec.derive_private_key(private, ec.SECP256K1()).public_key()

    point = read_public_key(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    assert point == key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@given(place=st.integers(0, 23), change=st.integers(1, 255))
def test_a_key_that_begins_otherwise_is_none(place: int, change: int) -> None:
    der = bytearray(WRITTEN)
    der[place] ^= change

    with pytest.raises(ValueError, match="secp256k1"):
        read_public_key(bytes(der))


@given(
    st.binary(max_size=120)
    | st.integers(0, 87).map(lambda length: WRITTEN[:length])
    | st.binary(min_size=1).map(lambda tail: WRITTEN + tail)
)
def test_anything_else_is_no_key(der: bytes) -> None:
    with pytest.raises(ValueError, match="secp256k1"):
        read_public_key(der)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()], ids=lambda curve: curve.name)
def test_keys_of_other_curves_are_none(curve: ec.EllipticCurve) -> None:
    key = ec.derive_private_key(0x4C, curve).public_key()

    with pytest.raises(ValueError, match="secp256k1"):
        read_public_key(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def test_an_rsa_key_is_none() -> None:
    key = rsa.generate_private_key(65537, 2048).public_key()

    with pytest.raises(ValueError, match="secp256k1"):
        read_public_key(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
