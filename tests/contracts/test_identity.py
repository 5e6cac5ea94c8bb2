"""What the coin is called: name, symbol, currency, decimals

when a word has 1 to 31 bytes and the decimals are at most 18: they are read back as given
when a word is empty or longer, or the decimals exceed 18: nothing is created
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import InvalidIdentity
from stablecoin_tools.token import Stablecoin
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

Identity = tuple[str, str, str, int]

ORDINARY: Identity = ("Test Dollar", "TUSD", "USD", 6)
LONGEST = "n" * 31
POLICY = (10**15, 10**14, 10**9)


def creation(world: World, identity: Identity) -> Call:
    initialization = load_artifact("Issuer").abi.encode_call("initialize", world.address("admin"), 0, POLICY, [])
    code = load_artifact("Stablecoin").creation_code(identity, world.coin.implementation(), initialization)
    return Call(None, code)


@pytest.mark.parametrize(
    "identity",
    [
        ORDINARY,
        (LONGEST, LONGEST, LONGEST, 18),
        ("n", "s", "c", 0),
        ("Zürich Franken", "ZCHF", "CHF", 2),
        ("é" * 15, "T", "EUR", 6),
    ],
    ids=["ordinary", "longest words", "shortest words", "beyond ASCII", "thirty bytes of fifteen letters"],
)
def test_reads_back_what_was_given(local: World, identity: Identity) -> None:
    receipt = local.send(creation(local, identity), by="alice")

    assert receipt.contract_address is not None
    coin = Stablecoin(local.chain, receipt.contract_address)
    assert (coin.name(), coin.denomination.symbol, coin.currency(), coin.denomination.decimals) == identity


@pytest.mark.parametrize("place", [0, 1, 2], ids=["name", "symbol", "currency"])
@pytest.mark.parametrize(
    "word", ["", "n" * 32, "n" * 33, "n" * 64, "é" * 16], ids=["0", "32", "33", "64", "16 letters of 32"]
)
def test_reverts_when_a_word_is_empty_or_longer_than_31_bytes(local: World, place: int, word: str) -> None:
    words = [*ORDINARY[:3]]
    words[place] = word
    identity: Identity = (words[0], words[1], words[2], 6)

    with reverts(InvalidIdentity, identity=identity):
        local.send(creation(local, identity), by="alice")


@pytest.mark.parametrize("decimals", [19, 255])
def test_reverts_when_the_decimals_exceed_18(local: World, decimals: int) -> None:
    identity: Identity = (*ORDINARY[:3], decimals)

    with reverts(InvalidIdentity, identity=identity):
        local.send(creation(local, identity), by="alice")
