"""recoverable(r, s, message_hash, address): a signature of a service that keeps keys for all purposes

when it is the address's signature of the hash, with either s: r, the lower s, and whether y is odd
when it is of another hash, of another key, or its numbers are none: WalletError
"""

from __future__ import annotations

import pytest
from coincurve import PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.errors import Moved, WalletError
from stablecoin_tools.signers.accounts import is_key
from stablecoin_tools.signers.checking import CURVE_ORDER, address_of, recoverable

keys = st.binary(min_size=32, max_size=32).filter(is_key)
hashes = st.binary(min_size=32, max_size=32)
KEY, HASH = PrivateKey(b"\x4c" * 32), b"\x5a" * 32
ADDRESS = address_of(KEY.public_key.format())


def signed(key: PrivateKey, message_hash: bytes) -> tuple[int, int, int]:
    signature = key.sign_recoverable(message_hash, hasher=None)
    return int.from_bytes(signature[:32]), int.from_bytes(signature[32:64]), signature[64]


@given(secret=keys, message_hash=hashes, is_turned=st.booleans())
def test_either_s_becomes_the_lower_one(secret: bytes, message_hash: bytes, is_turned: bool) -> None:  # noqa: FBT001  # hypothesis
    key = PrivateKey(secret)
    r, s, y_parity = signed(key, message_hash)
    address = address_of(key.public_key.format())

    found = recoverable(r, CURVE_ORDER - s if is_turned else s, message_hash, address)

    assert found == (r.to_bytes(32) + s.to_bytes(32), y_parity)


@given(message_hash=hashes.filter(lambda one: one != HASH))
def test_of_another_hash_it_is_refused(message_hash: bytes) -> None:
    r, s, _ = signed(KEY, message_hash)

    with pytest.raises(WalletError, match="another key, another hash, or not at all") as refused:
        recoverable(r, s, HASH, ADDRESS)

    assert refused.value.moved is Moved.NO


@given(secret=keys.filter(lambda one: one != KEY.secret))
def test_of_another_key_it_is_refused(secret: bytes) -> None:
    r, s, _ = signed(PrivateKey(secret), HASH)

    with pytest.raises(WalletError, match="another key"):
        recoverable(r, s, HASH, ADDRESS)


@given(r=st.integers(0, 2**300), s=st.integers(0, 2**300))
@example(r=0, s=1)
@example(r=1, s=0)
@example(r=CURVE_ORDER, s=1)
@example(r=1, s=CURVE_ORDER)
@example(r=CURVE_ORDER - 1, s=CURVE_ORDER - 1)
@example(r=2**256, s=2**256)
def test_any_other_numbers_are_refused(r: int, s: int) -> None:
    with pytest.raises(WalletError):
        recoverable(r, s, HASH, ADDRESS)


def test_the_lower_s_of_another_r_is_refused() -> None:
    r, s, _ = signed(KEY, HASH)

    with pytest.raises(WalletError):
        recoverable(r + 1, s, HASH, ADDRESS)
    with pytest.raises(WalletError):
        recoverable(r, s + CURVE_ORDER, HASH, ADDRESS)
