"""Addresses: twenty bytes inside, checksummed text at the edge

when text is a checksummed, lower-case or upper-case address: it is read, and written with its checksum
when one letter's case is flipped, or one digit mistyped: refused
when the address is zero: refused, unless asked for
when it is anything else: InvalidAddress, and nothing but InvalidAddress
"""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address, parse_address
from stablecoin_tools.errors import InvalidAddress

# Source: the test cases of EIP-55.
EIP_55 = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
twenty_bytes = st.binary(min_size=20, max_size=20)
near_misses = st.text("0123456789abcdefABCDEFxX٣ \n", min_size=38, max_size=44).map(lambda digits: "0x" + digits)


@pytest.mark.parametrize("text", EIP_55)
def test_reads_and_writes_the_vectors_of_eip_55(text: str) -> None:
    assert str(parse_address(text)) == text
    assert str(parse_address(text.lower())) == text
    assert str(parse_address("0x" + text[2:].upper())) == text


@settings(deadline=None)
@given(twenty_bytes.filter(any))
def test_writes_the_checksum_that_others_write_and_reads_it_back(raw: bytes) -> None:
    address = Address(raw)

    assert str(address) == f"{address}" == to_checksum_address(raw)
    assert parse_address(str(address)) == address
    assert pickle.loads(pickle.dumps(address)) == address  # noqa: S301  # our own bytes


@settings(deadline=None)
@given(raw=twenty_bytes.filter(any), place=st.integers(2, 41))
def test_refuses_one_flipped_case(raw: bytes, place: int) -> None:
    text = str(Address(raw))
    flipped = text[:place] + text[place].swapcase() + text[place + 1 :]

    if flipped == text or flipped[2:] in (text[2:].lower(), text[2:].upper()):
        assert parse_address(flipped) == Address(raw)  # a digit has no case; one case throughout carries no checksum
    else:
        with pytest.raises(InvalidAddress, match="checksum"):
            parse_address(flipped)


@settings(deadline=None)
@given(place=st.integers(2, 41), digit=st.sampled_from("0123456789"), vector=st.sampled_from(EIP_55[4:]))
def test_refuses_one_mistyped_digit(place: int, digit: str, vector: str) -> None:
    mistyped = vector[:place] + digit + vector[place + 1 :]

    if mistyped != vector:
        with pytest.raises(InvalidAddress, match="checksum"):
            parse_address(mistyped)


@settings(deadline=None)
@given(st.text() | near_misses)
@example("0x" + "0" * 40)
@example("0x" + "\u0663" * 40)
@example("0x" + "1" * 40 + "\n")
def test_any_text_gives_an_address_or_invalid_address(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidAddress:
        return
    assert str(address).lower() == text.lower()
    assert text.startswith("0x")
    assert address != ZERO_ADDRESS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        "0x" + "1" * 39,
        "0x" + "1" * 41,
        "1" * 40,
        "0X" + "1" * 40,
        " 0x" + "1" * 40,
        "0x" + "1" * 40 + "\n",
        "0x" + "g" * 40,
        "0x" + "\uff11" * 40,
        "vitalik.eth",
        None,
        5,
        b"\x01" * 20,
    ],
)
def test_refuses_what_is_no_address(text: Any) -> None:
    with pytest.raises(InvalidAddress):
        parse_address(text)


def test_refuses_the_zero_address_unless_asked() -> None:
    with pytest.raises(InvalidAddress, match="zero"):
        parse_address(str(ZERO_ADDRESS))


@settings(deadline=None)
@given(st.binary(max_size=40).filter(lambda raw: len(raw) != 20))
def test_an_address_has_twenty_bytes(raw: bytes) -> None:
    with pytest.raises(InvalidAddress):
        Address(raw)


def test_is_equal_by_its_bytes_never_to_text() -> None:
    address = parse_address(EIP_55[4])

    assert address == Address(bytes.fromhex(EIP_55[4][2:]))
    text: object = EIP_55[4]
    assert address != text
    assert repr(address) == f"Address({EIP_55[4]!r})"
