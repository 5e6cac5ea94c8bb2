"""probe(signer, challenge): whether a signer signs

when it signs: nothing happens, and what it signed is in a domain of no contract and no chain, with the challenge in it
when it took its time: that is told, and nothing else is counted
when its signature is of another key, or of an older challenge: WalletError
when the challenge has another length: UsageError
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.errors import Moved, UsageError, WalletError
from stablecoin_tools.signers import probe
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.signers.probing import harmless_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.signers import UnsignedTransaction

SIGNER, OTHER = signer_of_key(b"\x4c" * 32), signer_of_key(b"\x5d" * 32)
CHALLENGE = b"\x01" * 32


class Bent:
    """Says that it is `SIGNER`, and signs as it likes."""

    def __init__(self, sign: Callable[[Mapping[str, Any]], bytes]) -> None:
        self.address = SIGNER.address
        self.sign_typed_data = sign

    def sign_transaction(self, transaction: UnsignedTransaction) -> bytes:
        raise NotImplementedError


@given(st.binary(min_size=32, max_size=32))
def test_what_it_signs_means_nothing_anywhere(challenge: bytes) -> None:
    heard: list[Mapping[str, Any]] = []

    def sign(message: Mapping[str, Any]) -> bytes:
        heard.append(message)
        return SIGNER.sign_typed_data(message)

    probe(Bent(sign), challenge)

    (message,) = heard
    assert message["domain"] == {"name": "stablecoin wallet test", "version": "1", "chainId": 0}
    assert message["message"]["challenge"] == "0x" + challenge.hex()


def test_it_tells_how_long_the_signer_took() -> None:
    now = [100.0]

    def sign(message: Mapping[str, Any]) -> bytes:
        now[0] += 2.5
        return SIGNER.sign_typed_data(message)

    assert probe(Bent(sign), CHALLENGE, clock=lambda: now[0]) == 2.5


def test_another_key_is_refused() -> None:
    with pytest.raises(WalletError, match="another key") as refused:
        probe(Bent(OTHER.sign_typed_data), CHALLENGE)

    assert refused.value.moved is Moved.NO


def test_an_older_signature_is_refused() -> None:
    older = SIGNER.sign_typed_data(harmless_message(bytes(32)))

    with pytest.raises(WalletError, match="another message"):
        probe(Bent(lambda _: older), CHALLENGE)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_challenge_is_32_bytes(length: int) -> None:
    with pytest.raises(UsageError, match=f"32 bytes, not {length}"):
        probe(SIGNER, bytes(length))
