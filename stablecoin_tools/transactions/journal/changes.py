"""The changes of an intent's state: what the journal records, and what people are told while they wait."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stablecoin_tools.transactions.journal.rows import (
    attempt_digest,
    candidate_row,
    intent_row,
    payload_digest,
    progress_row,
    receipt_digest,
)

if TYPE_CHECKING:
    from stablecoin_tools.transactions.intent import Intent

__all__ = ["Change", "Happening"]


class Happening(enum.Enum):
    """What happened to an intent."""

    QUEUED = "taken in; the holder of the sender's lane will sign it"
    SIGNED = "signed at a nonce of its own"
    BUMPED = "signed again with a higher offer"
    CAPPED = "held at the fee cap"
    MINED = "seen in a block"
    REORGED = "its block was undone; it is open again"
    SAFE = "its block is safe"
    FINALIZED = "its block is final"
    CONSUMED = "its nonce was proven to have been used by others"
    UNWANTED = "the holder of the lane was asked to cancel it"
    CANCELLING = "a no-op was signed at its nonce"
    CANCELLED = "cancelled before it had a nonce, or after others had used it"


_HAS_NEW_CANDIDATE = (Happening.SIGNED, Happening.BUMPED, Happening.CANCELLING)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one intent.

    Attributes:
        what: What happened.
        intent: The intent after it.
        why: The reason, in words for people; empty where the happening says it all.
        is_new: Whether the journal has not heard of the intent before.
    """

    what: Happening
    intent: Intent
    why: str = ""
    is_new: bool = False

    @property
    def has_new_candidate(self) -> bool:
        """Whether the intent's newest candidate came with this change."""
        return self.what in _HAS_NEW_CANDIDATE

    def detail(self, chain: str) -> dict[str, Any]:
        """What the log keeps of it, besides the words."""
        progress = progress_row(chain, self.intent)
        told = {"stage": progress["stage"], "nonce": progress["nonce"], "receipt": receipt_digest(progress["receipt"])}
        if self.is_new:
            told["payload"] = payload_digest(intent_row(chain, self.intent))
        if self.has_new_candidate:
            newest = self.intent.candidates[-1]
            told |= {
                "transaction": newest.transaction_hash,
                "max_fee_wei": newest.fees.max_fee_wei,
                "tip_wei": newest.fees.tip_wei,
                "attempt": attempt_digest(candidate_row(chain, self.intent)),
            }
        receipt = self.intent.receipt
        if receipt is not None:
            told |= {
                "mined": receipt.transaction_hash,
                "block": receipt.block_number,
                "block_hash": receipt.block_hash,
                "succeeded": receipt.succeeded,
            }
        return told
