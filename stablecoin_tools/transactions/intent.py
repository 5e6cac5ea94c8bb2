"""What is to be done once, and the signed attempts at it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Receipt
    from stablecoin_tools.transactions.fees import Fees

__all__ = ["Candidate", "Intent", "Order", "Stage", "check_reference"]

_LONGEST_REFERENCE: Final = 200


class Stage(enum.Enum):
    """How far an intent has come."""

    QUEUED = "asked for; another process holds the sender's lane and will sign it"
    PENDING = "signed, and perhaps published; its outcome is unknown until a receipt is seen"
    MINED = "a candidate is in a block"
    SAFE = "that block is unlikely to be undone, by the network's `safe` tag"
    FINALIZED = "that block can no longer be undone"
    CANCELLED = "it was never done, and never will be"

    def reaches(self, wanted: Stage) -> bool:
        """Whether an intent that has come this far has come as far as wanted."""
        return _ORDER.index(self) >= _ORDER.index(wanted)


_ORDER = tuple(Stage)


def check_reference(text: str) -> None:
    """Accepts what every database can keep as a reference.

    Raises:
        UsageError: If it is no text, empty, longer than 200 characters, holds what cannot be written in UTF-8, or has a
            space at either end.
    """
    is_text = isinstance(text, str) and text.isprintable()
    if not is_text or not 0 < len(text) <= _LONGEST_REFERENCE:
        raise UsageError(f"A reference is a printable text of 1 to {_LONGEST_REFERENCE} characters: {text!r:.220}.")
    if text != text.strip():
        raise UsageError(
            f"A reference neither begins nor ends with a space: {text!r:.220}.",
            hint="Most likely it was pasted with too much: write it without.",
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One of many things to be done.

    Attributes:
        call: What to do.
        ref: The caller's name for it; a random one if not given.

    Raises:
        UsageError: If the reference is empty, too long, or cannot be written down.
    """

    call: Call
    ref: str | None = None

    def __post_init__(self) -> None:
        if self.ref is not None:
            check_reference(self.ref)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One signed attempt. All candidates of an intent have its nonce and its call; they differ in their fees alone.

    The exception is a no-op, by which the intent is cancelled: it takes the nonce and does nothing.

    Attributes:
        signed_transaction: The bytes to publish.
        transaction_hash: Their hash, as 0x-hex.
        fees: What it offers for gas.
        is_noop: Whether it does nothing but take the nonce.
    """

    signed_transaction: bytes = field(repr=False)
    transaction_hash: str
    fees: Fees
    is_noop: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be done once, by one sender at one nonce.

    Attributes:
        reference: The caller's name for it.
        sender: Who does it.
        call: What is done.
        gas_limit: The most gas each candidate may use.
        nonce: The sender's nonce that it owns for life; None while it is queued.
        candidates: The signed attempts at this nonce, oldest first; any of them may be mined.
        stage: How far it has come.
        receipt: The receipt of the mined candidate.
        is_unwanted: Whether the holder of the lane was asked to cancel it.
    """

    reference: str
    sender: Address
    call: Call
    gas_limit: int
    nonce: int | None = None
    candidates: tuple[Candidate, ...] = ()
    stage: Stage = Stage.QUEUED
    receipt: Receipt | None = None
    is_unwanted: bool = False

    def signed(self, nonce: int, candidate: Candidate) -> Intent:
        """The intent once it owns a nonce and has a first attempt."""
        return replace(self, nonce=nonce, candidates=(candidate,), stage=Stage.PENDING)

    def with_candidate(self, candidate: Candidate) -> Intent:
        """The intent with one more attempt."""
        return replace(self, candidates=(*self.candidates, candidate))

    def mined(self, receipt: Receipt) -> Intent:
        """The intent once an attempt is in a block."""
        return replace(self, receipt=receipt, stage=Stage.MINED)

    def reopened(self) -> Intent:
        """The intent once its receipt is gone: its block was undone."""
        return replace(self, receipt=None, stage=Stage.PENDING)

    def settled(self, stage: Stage) -> Intent:
        """The intent once its block is safe or final."""
        return replace(self, stage=stage)

    def without_nonce(self, stage: Stage) -> Intent:
        """The intent once others were proven to have used its nonce: queued for another, or cancelled."""
        return replace(self, nonce=None, candidates=(), stage=stage)

    def is_for(self, call: Call, sender: Address) -> bool:
        """Whether it is what another call of the same reference asks for."""
        return (self.call, self.sender) == (call, sender)

    @property
    def transaction_hashes(self) -> tuple[str, ...]:
        """Every attempt's hash, oldest first."""
        return tuple(candidate.transaction_hash for candidate in self.candidates)

    @property
    def is_settled(self) -> bool:
        """Whether nothing about it can change any more."""
        return self.stage in (Stage.FINALIZED, Stage.CANCELLED)

    @property
    def is_being_cancelled(self) -> bool:
        """Whether its newest attempt is a no-op."""
        return bool(self.candidates) and self.candidates[-1].is_noop

    @property
    def was_cancelled(self) -> bool:
        """Whether it is known not to have been done, and a no-op, or nothing, stands in its place."""
        if self.receipt is None:
            return self.stage is Stage.CANCELLED
        return self.receipt.transaction_hash in self._noop_hashes()

    def _noop_hashes(self) -> Iterable[str]:
        return (candidate.transaction_hash for candidate in self.candidates if candidate.is_noop)
