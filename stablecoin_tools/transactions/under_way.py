"""An intent that has no receipt, as the holder of its lane remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import NodeRefused
from stablecoin_tools.transactions.node_answers import Meaning, meaning_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.errors import ChainError
    from stablecoin_tools.transactions.fees import Fees
    from stablecoin_tools.transactions.intent import Candidate, Intent
    from stablecoin_tools.transactions.send_state import SendState
    from stablecoin_tools.transactions.signing import Pen

__all__ = ["UnderWay", "look_up"]

_FEW: Final = 8  # so many receipts are asked for blindly; of more, only those whose nonce the chain has used
_HOPELESS: Final = (Meaning.NO_MONEY, Meaning.INVALID)


@dataclass(slots=True)
class UnderWay:
    """An intent under way.

    Attributes:
        intent: The intent, with every attempt that was signed.
        state: How it stands with the chain.
        words: What the node said last; empty if it took the bytes.
        is_capped: Whether the fee cap did not allow the last higher offer.
        hindrance: Why a higher offer was wanted and not signed; empty if it was.
        is_inherited: Whether others may have published it, or even seen it mined, and nobody has looked since.
        was_taken: Whether a node had an attempt once, for all that is known.
    """

    intent: Intent
    state: SendState
    words: str = ""
    is_capped: bool = False
    hindrance: str = ""
    is_inherited: bool = False
    was_taken: bool = False

    @property
    def nonce(self) -> int:
        """The nonce that it owns."""
        return self.intent.nonce or 0

    @property
    def is_worth_a_look(self) -> bool:
        """Whether any of its attempts may have left a machine."""
        has_left = self.state.published_at is not None or self.state.passed_at is not None
        return self.is_inherited or has_left

    @property
    def is_hopeless(self) -> bool:
        """Whether the node says that it will not take the bytes as things stand, and nobody ever took them."""
        return not self.was_taken and self.state.answer in _HOPELESS

    @property
    def trouble(self) -> str:
        """Why it makes no progress, as far as that is known."""
        if self.is_capped:
            return "the fee cap does not allow a higher offer"
        if self.hindrance:
            return self.hindrance
        return f"the node says: {self.words}" if self.words else ""

    def again(self, fees: Fees, pen: Pen) -> Candidate:
        """Another attempt at the same, with other fees."""
        if self.intent.is_being_cancelled:
            return pen.noop(self.nonce, fees)
        return pen.attempt(self.intent, self.nonce, fees)

    def answered(self, error: ChainError | None, now: float) -> None:
        """Takes in what the node said to the newest attempt."""
        self.words = "" if error is None else str(error)
        meaning = None
        if error is not None:
            meaning = meaning_of(str(error)) if isinstance(error, NodeRefused) else Meaning.BUSY
        self.state = self.state.published(now, meaning)
        self.was_taken |= meaning not in _HOPELESS

    def receipt_in(self, receipts: Mapping[str, Receipt]) -> Receipt | None:
        """The receipt of whichever attempt has one."""
        return next((receipts[hash_] for hash_ in self.intent.transaction_hashes if hash_ in receipts), None)


def look_up(published: Sequence[UnderWay], chain: Chain, sender: Address) -> tuple[dict[str, Receipt], int]:
    """The receipts that there are, by hash, and how many nonces the chain has used.

    Raises:
        ChainError: If the chain cannot be read.
    """
    used: int | None = None
    if len(published) > _FEW:
        used = chain.nonce(sender, block="latest")
        published = [found for found in published if found.nonce < used]
    hashes = [hash_ for found in published for hash_ in found.intent.transaction_hashes]
    receipts = {receipt.transaction_hash: receipt for receipt in chain.receipts(hashes) if receipt is not None}
    if used is None:
        used = chain.nonce(sender, block="latest") if len(receipts) < len(published) else 0
    return receipts, used
