"""What is to be done once, and the signed attempts at it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Receipt
    from stablecoin_tools.transactions.fees import Fees

__all__ = ["Candidate", "Intent", "Stage"]


class Stage(enum.Enum):
    """How far an intent has come."""

    PENDING = "signed, and perhaps published; its outcome is unknown until a receipt is seen"
    MINED = "a candidate is in a block"
    FINALIZED = "that block can no longer be undone"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One signed attempt. All candidates of an intent differ in their fees alone.

    Attributes:
        signed_transaction: The bytes to publish.
        transaction_hash: Their hash, as 0x-hex.
        fees: What it offers for gas.
    """

    signed_transaction: bytes = field(repr=False)
    transaction_hash: str
    fees: Fees


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be done once, by one sender at one nonce.

    Attributes:
        reference: The caller's name for it.
        sender: Who does it.
        nonce: The sender's nonce that it owns for life.
        call: What is done.
        gas_limit: The most gas each candidate may use.
        candidates: The signed attempts, oldest first; any of them may be mined.
        stage: How far it has come.
        receipt: The receipt of the mined candidate.
    """

    reference: str
    sender: Address
    nonce: int
    call: Call
    gas_limit: int
    candidates: tuple[Candidate, ...]
    stage: Stage = Stage.PENDING
    receipt: Receipt | None = None

    def with_candidate(self, candidate: Candidate) -> Intent:
        """The intent with one more attempt."""
        return replace(self, candidates=(*self.candidates, candidate))

    def with_receipt(self, receipt: Receipt) -> Intent:
        """The intent once an attempt is mined."""
        return replace(self, receipt=receipt, stage=Stage.MINED)

    def reopened(self) -> Intent:
        """The intent once its receipt is gone: its block was undone."""
        return replace(self, receipt=None, stage=Stage.PENDING)

    def finalized(self) -> Intent:
        """The intent once its block is final."""
        return replace(self, stage=Stage.FINALIZED)

    @property
    def transaction_hashes(self) -> tuple[str, ...]:
        """Every attempt's hash, oldest first."""
        return tuple(candidate.transaction_hash for candidate in self.candidates)
