"""What one node can prove. Only what it shows counts; that it does not show something proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import NodeRefused
from stablecoin_tools.transactions.portions import by_portions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, MinedTransaction, Receipt

__all__ = ["BLOCKS_AT_ONCE", "Consumption", "Witness"]

BLOCKS_AT_ONCE: Final = 64
"""How many whole blocks are read at one look, where states are gone."""


@dataclass(frozen=True, slots=True)
class Consumption:
    """The proof that others used a nonce: bytes that its owner signed, and that are none of ours.

    Attributes:
        block_number: The final block in which it was used.
        transaction_hash: What used it: a transaction of the sender.
        is_by_authorization: Whether it was an EIP-7702 authorization of the sender's, in anybody's transaction.
    """

    block_number: int
    transaction_hash: str
    is_by_authorization: bool = False

    def __str__(self) -> str:
        by = f"an authorization in {self.transaction_hash}" if self.is_by_authorization else self.transaction_hash
        return f"final block {self.block_number} has the nonce used by {by}"


class Witness:
    """One node of a chain.

    Behind its address may stand several, of which one may be of another chain: it is asked before and after each
    testimony which chain it is on.

    Args:
        chain: The node.
        first_block: The hash of the chain's first block, where the chain id alone does not name it; else empty.
    """

    def __init__(self, chain: Chain, first_block: str = "") -> None:
        self._chain = chain
        self._first_block = first_block
        self._next_to_read: dict[tuple[Address, int], int] = {}

    def confirmed(self, receipts: Collection[Receipt]) -> list[Receipt]:
        """Those of these receipts that the node has too, in a block that it calls final.

        The same are those of the same transaction in the same block, with the same success.

        Raises:
            ChainError: If the node does not answer.
        """
        if not self._is_on_chain():
            return []
        height = self._chain.finalized_number()
        below = [receipt for receipt in receipts if receipt.block_number <= height]
        found = list(by_portions(below, self._confirmed_at_once))
        return found if self._is_on_chain() else []

    def _confirmed_at_once(self, receipts: Sequence[Receipt]) -> list[Receipt]:
        numbers = sorted({receipt.block_number for receipt in receipts})
        hashes = dict(zip(numbers, self._chain.block_hashes(numbers), strict=True))
        standing = [receipt for receipt in receipts if hashes[receipt.block_number] == receipt.block_hash]
        own = self._chain.receipts([receipt.transaction_hash for receipt in standing])
        return [told for told, seen in zip(standing, own, strict=True) if seen is not None and told.agrees_with(seen)]

    def consumption(self, sender: Address, nonce: int, own: Collection[str]) -> Consumption | None:
        """What in a final block used a nonce, if the node shows it whole, and it is none of our own transactions.

        The states of the chain say which block used it, and that block by what. Most nodes keep the states of some 128
        blocks only. Where the block is older than that, blocks are read backwards, so many at each look, and the next
        look goes on where the last one ended, until the process ends. Only a transaction of the sender is found so:
        whether an authorization was good cannot be told without the state before it.

        Raises:
            ChainError: If the node does not answer.
        """
        if not self._is_on_chain():
            return None
        found = self._search(sender, nonce, own)
        is_on_chain = self._is_on_chain()
        if found is not None or not is_on_chain:
            self._next_to_read.pop((sender, nonce), None)
        return found if is_on_chain else None

    def _is_on_chain(self) -> bool:
        """Whether the node says now that it is on our chain."""
        if self._chain.chain_id() != self._chain.network.chain_id:
            return False
        return not self._first_block or self._chain.block_hashes([0]) == [self._first_block]

    def _search(self, sender: Address, nonce: int, own: Collection[str]) -> Consumption | None:
        final = self._chain.finalized_number()
        if self._chain.nonce(sender, block=final) <= nonce:
            return None
        next_to_read = self._next_to_read.get((sender, nonce))
        if next_to_read is not None:
            return self._read_back(min(next_to_read, final), sender, nonce, own)
        number = self._block_of_use(sender, nonce, final)
        before, after = (self._has_used(sender, nonce, block) for block in (number - 1, number))
        if not after or before:
            return None  # what it says now is not what it said before
        if before is None:
            return self._read_back(number, sender, nonce, own)
        in_block = self._chain.transactions_in(number)
        by = _uses(in_block, sender, nonce, own) or _authorized(in_block, sender, nonce, self._chain.network.chain_id)
        return self._proof(number, by, sender, nonce, own)

    def _block_of_use(self, sender: Address, nonce: int, final: int) -> int:
        """The lowest block after which the nonce is known to be used; newer ones first, as nodes keep recent states."""
        low = high = final
        stride = 1
        while low > 0:
            low = max(0, low - stride)
            stride *= 2
            if not self._has_used(sender, nonce, low):
                break
            high = low
        while high - low > 1:
            middle = (low + high) // 2
            if self._has_used(sender, nonce, middle):
                high = middle
            else:
                low = middle
        return high

    def _has_used(self, sender: Address, nonce: int, block: int) -> bool | None:
        """Whether the nonce was used after a block; None where the node does not say, as its state is gone."""
        if block < 0:
            return None
        try:
            return self._chain.nonce(sender, block=block) > nonce
        except NodeRefused:
            return None

    def _read_back(self, newest: int, sender: Address, nonce: int, own: Collection[str]) -> Consumption | None:
        """Reads blocks backwards, and remembers where to go on; also where the node fails midway."""
        lowest = max(0, newest - BLOCKS_AT_ONCE)
        for number in range(newest, lowest, -1):
            self._next_to_read[sender, nonce] = number
            by = _uses(self._chain.transactions_in(number), sender, nonce, own)
            if by:
                return self._proof(number, by, sender, nonce, own)
        if lowest > 0:
            self._next_to_read[sender, nonce] = lowest
        else:
            self._next_to_read.pop((sender, nonce), None)  # it must be somewhere: from the beginning, then
        return None

    def _proof(
        self, number: int, by: Sequence[MinedTransaction], sender: Address, nonce: int, own: Collection[str]
    ) -> Consumption | None:
        """The proof, if what used the nonce is none of ours and in the block that has this number."""
        if not by or any(mined.hash in own for mined in by):
            return None
        if self._chain.block_hashes([number]) != [by[0].block_hash]:
            return None
        return Consumption(number, by[0].hash, (by[0].sender, by[0].nonce) != (sender, nonce))


def _uses(
    in_block: Sequence[MinedTransaction], sender: Address, nonce: int, own: Collection[str]
) -> list[MinedTransaction]:
    """The sender's transaction at a nonce; and our own, whatever is said of them."""
    return [mined for mined in in_block if (mined.sender, mined.nonce) == (sender, nonce) or mined.hash in own]


def _authorized(
    in_block: Sequence[MinedTransaction], sender: Address, nonce: int, chain_id: int
) -> list[MinedTransaction]:
    """The transactions with an authorization of the sender's at a nonce."""
    return [
        mined
        for mined in in_block
        if any(
            (signed.signer, signed.nonce) == (sender, nonce) and signed.chain_id in (0, chain_id)
            for signed in mined.authorizations
        )
    ]
