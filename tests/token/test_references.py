"""reference(text): the 32 bytes that stand for a text on the chain

when the text has up to 31 bytes: readable, filled up with zeros; distinct texts never meet
when it is longer: hashed
when it is empty, holds a zero byte, or is no text: refused
"""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.errors import Moved, UsageError
from stablecoin_tools.token import reference

# Few letters, so that texts nearly meet; some of several bytes.
texts = st.text("ab \x01é€😀", min_size=1, max_size=40)
readable = texts.filter(lambda text: len(text.encode()) <= 31)


def test_short_text_stays_readable() -> None:
    assert reference("order-42") == b"order-42" + bytes(24)
    assert reference("x" * 31) == b"x" * 31 + b"\0"


def test_longer_text_is_hashed() -> None:
    assert reference("x" * 32) == keccak(text="x" * 32)
    assert reference("é" * 16) == keccak(text="é" * 16)  # 32 bytes, though 16 letters


@given(readable)
def test_short_text_is_read_back_from_its_reference(text: str) -> None:
    assert reference(text).rstrip(b"\0").decode() == text


@given(texts, texts)
def test_distinct_texts_have_distinct_references(one: str, other: str) -> None:
    assert len(reference(one)) == 32
    assert (reference(one) == reference(other)) == (one == other)


@pytest.mark.parametrize("text", ["", "\0", "a\0", "x" * 40 + "\0", "\udcff", None, 5, b"order-42"], ids=repr)
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(UsageError) as refused:
        reference(text)

    assert refused.value.moved is Moved.NO
