"""compare_code(artifact, code): every byte that differs is found, in its section

whatever stands at an address: it differs, unless it is the code itself
whatever a coin is called: its immutables are what Solidity put into the code
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.deployment.bytecode import (
    compare_code,
    expected_code,
    identity_in,
    immutables_of_coin,
    immutables_of_implementation,
)
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from tests.world import World

COIN = Address(b"\x11" * 20)
STABLECOIN, ISSUER = load_artifact("Stablecoin"), load_artifact("Issuer")
IDENTITY = ("Test Dollar", "TUSD", "USD", 6)
IMMUTABLES = immutables_of_coin(IDENTITY, 31337, COIN)
CODE = expected_code(STABLECOIN, IMMUTABLES)
METADATA_BYTES = 53  # Source: Solidity, "Contract Metadata": an IPFS hash and the compiler's release
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=31).filter(
    lambda word: len(word.encode()) <= 31
)


def section_of(place: int) -> str:
    if place >= len(CODE) - METADATA_BYTES:
        return "metadata"
    for name, places in STABLECOIN.immutables.items():
        if any(start <= place < start + length for start, length in places):
            return f"immutable {name}"
    return "code"


def test_the_code_of_a_real_coin_is_what_is_expected(world: World) -> None:
    coin, implementation = world.coin.address, world.coin.implementation()
    identity = ("Test Dollar", "TUSD", "USD", 6)

    code = world.chain.code(coin)

    assert code == expected_code(STABLECOIN, immutables_of_coin(identity, 31337, coin))
    assert world.chain.code(implementation) == expected_code(ISSUER, immutables_of_implementation(implementation))
    assert identity_in(STABLECOIN, code) == identity


@given(changes=st.dictionaries(st.integers(0, len(CODE) - 1), st.integers(1, 255), min_size=1, max_size=12))
def test_every_changed_byte_is_found_in_its_section(changes: dict[int, int]) -> None:
    code = bytearray(CODE)
    for place, change in changes.items():
        code[place] ^= change

    found = {each.section: each for each in compare_code(STABLECOIN, COIN, bytes(code), IMMUTABLES)}

    assert set(found) == {section_of(place) for place in changes}
    for section, difference in found.items():
        places = sorted(place for place in changes if section_of(place) == section)
        starts = [place for place in places if place - 1 not in places]
        assert difference.differing_bytes == len(places)
        assert difference.offsets == tuple(starts[:8])
        assert difference.expected == CODE[places[0] : places[0] + 8]
        assert difference.found == code[places[0] : places[0] + 8]
        assert f"at byte {places[0]};" in str(difference)


@given(code=st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: CODE + tail))
def test_whatever_else_stands_there_differs(code: bytes) -> None:
    found = compare_code(STABLECOIN, COIN, code, IMMUTABLES)

    assert bool(found) == (code != CODE)
    if code.startswith(CODE) and code != CODE:
        assert [(each.section, each.offsets, each.expected) for each in found] == [("metadata", (len(CODE),), b"")]


@given(cut=st.integers(0, len(CODE) - 1))
def test_code_that_ends_too_early_differs_from_there_on(cut: int) -> None:
    first = compare_code(STABLECOIN, COIN, CODE[:cut], IMMUTABLES)

    assert min(each.offsets[0] for each in first) == cut
    assert all(each.found == b"" for each in first)


@given(name=words, symbol=words, currency=words, decimals=st.integers(0, 18), chain_id=st.integers(1, 2**64))
def test_what_a_coin_is_called_is_read_back_from_its_code(
    name: str, symbol: str, currency: str, decimals: int, chain_id: int
) -> None:
    identity = (name, symbol, currency, decimals)

    code = expected_code(STABLECOIN, immutables_of_coin(identity, chain_id, COIN))

    assert identity_in(STABLECOIN, code) == identity
    assert compare_code(STABLECOIN, COIN, code, immutables_of_coin(identity, chain_id, COIN)) == ()


@given(word=st.binary(min_size=32, max_size=32), cut=st.integers(0, len(CODE)))
def test_whatever_the_code_says_that_it_is_called_is_read_or_found_wrong(word: bytes, cut: int) -> None:
    code = bytearray(CODE)
    for start, length in STABLECOIN.immutables["NAME"]:
        code[start : start + length] = word
    identity = identity_in(STABLECOIN, bytes(code))

    found = compare_code(STABLECOIN, COIN, bytes(code), immutables_of_coin(identity, 31337, COIN))

    # The separator is still that of another name.
    assert "immutable SEPARATOR" in {each.section for each in found} or identity == IDENTITY
    assert identity_in(STABLECOIN, bytes(code[:cut]))[3] >= 0


@pytest.mark.parametrize("immutables", [{}, {"__self": b"\0" * 32, "OTHER": b"\0" * 32}], ids=str)
def test_other_immutables_than_the_contract_has_are_refused(immutables: dict[str, bytes]) -> None:
    with pytest.raises(ConfigError, match="other immutables than are known"):
        expected_code(ISSUER, immutables)
