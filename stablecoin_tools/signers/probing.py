"""Whether a signer signs: asked of a message that means nothing anywhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.errors import UsageError
from stablecoin_tools.signers.checking import check_typed_data
from stablecoin_tools.signers.encoding import typed_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.signers.protocol import Signer

__all__ = ["harmless_message", "probe"]

_CHALLENGE_BYTES: Final = 32


def probe(signer: Signer, challenge: bytes, *, clock: Callable[[], float] = time.monotonic) -> float:
    """Has a message signed that no contract accepts, and makes sure that the signature is the signer's.

    Args:
        signer: Who signs.
        challenge: 32 random bytes, so that the signature can be no older one.
        clock: What tells the time, in seconds.

    Returns:
        How many seconds the signer took.

    Raises:
        UsageError: If the challenge has another length.
        StablecoinError: As the signer raises it, if it does not sign.
        WalletError: If the signature is not of its address.
    """
    message = harmless_message(challenge)
    typed_bytes(message)  # what is loaded for it is loaded by now, so that the signer's own time is counted
    began = clock()
    signature = signer.sign_typed_data(message)
    took = clock() - began
    check_typed_data(signature, message, signer.address)
    return took


def harmless_message(challenge: bytes) -> dict[str, Any]:
    """An EIP-712 message in a domain of its own: of no contract, and of chain 0, which is none.

    Raises:
        UsageError: If the challenge is not 32 bytes.
    """
    if len(challenge) != _CHALLENGE_BYTES:
        raise UsageError(f"A challenge is {_CHALLENGE_BYTES} bytes, not {len(challenge)}.")
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
            ],
            "WalletTest": [{"name": "purpose", "type": "string"}, {"name": "challenge", "type": "bytes32"}],
        },
        "primaryType": "WalletTest",
        "domain": {"name": "stablecoin wallet test", "version": "1", "chainId": 0},
        "message": {
            "purpose": "Shows that this wallet signs. It allows nothing.",
            "challenge": "0x" + challenge.hex(),
        },
    }
