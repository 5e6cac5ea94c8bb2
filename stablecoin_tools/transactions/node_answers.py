"""What a node's words on a send mean. One table; everything not in it means: unknown."""

from __future__ import annotations

from typing import Final

__all__ = ["is_certain_refusal"]

# Only answers by which a node says that it did not take the bytes, and that nobody would. "already known",
# "nonce too low", "underpriced" and the like are left out on purpose: the bytes, or others of the same intent, may
# be in a pool or a block already.
_CERTAIN_REFUSALS: Final = (
    "insufficient funds",
    "intrinsic gas too low",
    "exceeds block gas limit",
    "max fee per gas less than block base fee",
    "max priority fee per gas higher than max fee per gas",
    "invalid chain id",
)


def is_certain_refusal(answer: str) -> bool:
    """Whether a node's error on a first send proves that the transaction is in no pool."""
    return any(words in answer.lower() for words in _CERTAIN_REFUSALS)
