"""What came of an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.errors import Cancelled, ChainError, ConfigError, Moved, OutcomeUnknown, Reverted
from stablecoin_tools.reverts import UnknownRevert

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, Receipt
    from stablecoin_tools.errors import JournalError, StablecoinError
    from stablecoin_tools.transactions.intent import Intent, Stage

__all__ = ["Outcome", "outcome_of", "unknown", "unread"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one order: a receipt, or the error that says what moved.

    Attributes:
        reference: The order's.
        receipt: Of the transaction that did it.
        error: Why there is none, or why it was refused on the chain.
    """

    reference: str
    receipt: Receipt | None = None
    error: StablecoinError | None = None

    def result(self) -> Receipt:
        """The receipt.

        Raises:
            StablecoinError: The error, if there is one.
        """
        if self.receipt is None:
            raise self.error or ConfigError("There is no outcome yet.")
        return self.receipt


def outcome_of(intent: Intent, until: Stage, chain: Chain) -> Outcome | None:
    """What came of an intent, or None if it has not come as far as is wanted.

    A cancelled one is said to be so only for good: until then, a reorganisation may yet bring it back.
    """
    if intent.was_cancelled:
        if not intent.is_settled:
            return None
        words = f"{intent.call.description or 'a call'}, reference {intent.reference!r}, was cancelled"
        return Outcome(intent.reference, error=Cancelled(f"{words}: it was not done."))
    if intent.receipt is None or not intent.stage.reaches(until):
        return None
    if intent.receipt.succeeded:
        return Outcome(intent.reference, intent.receipt)
    refusal = _refusal(intent.call, intent.sender, intent.receipt, chain)
    refusal.transaction_hash, refusal.reference = intent.receipt.transaction_hash, intent.reference
    refusal.hint = (
        f"It was mined and refused, in block {intent.receipt.block_number:,}: nothing moved. Reference "
        f"{intent.reference!r} keeps that result; to do it after all, ask for it under a new one."
    )
    return Outcome(intent.reference, error=refusal)


def unknown(intent: Intent, why: str) -> OutcomeUnknown:
    """The error for an intent whose outcome is not known, or not for good: then it says where it was mined."""
    what = f"{intent.call.description or 'a call'}, reference {intent.reference!r}"
    return OutcomeUnknown(
        f"Outcome unknown ({why}): {what}, {_so_far(intent)}.",
        reference=intent.reference,
        transaction_hashes=intent.transaction_hashes,
    )


def unread(error: JournalError, *references: str) -> JournalError:
    """The same error, of a journal that could not say whether anything was sent under references before."""
    told = type(error)(
        str(error), hint=f"Nobody looked whether anything was sent under {', '.join(references)}. {error.hint}"
    )
    told.moved, told.__cause__ = Moved.UNKNOWN, error
    return told


def _so_far(intent: Intent) -> str:
    receipt = intent.receipt
    if receipt is None:
        return f"transaction {' or '.join(intent.transaction_hashes) or 'not signed yet'}"
    what = "a no-op in its place was mined" if intent.was_cancelled else "mined"
    end = "final" if intent.is_settled else "not final yet"
    return f"transaction {receipt.transaction_hash}: {what} in block {receipt.block_number:,}, {end}"


def _refusal(call: Call, sender: Address, receipt: Receipt, chain: Chain) -> Reverted:
    """Why a mined transaction was refused: asked again before its block and, if that passes, after it."""
    refused: Reverted = UnknownRevert(b"")
    for block in (receipt.block_number - 1, receipt.block_number):
        try:
            chain.call(call, sender=sender, block=block)
        except Reverted as error:
            refused = error
            break
        except ChainError as error:
            refused.__cause__ = error
    return refused
