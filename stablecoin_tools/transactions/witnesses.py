"""Verdicts that cannot be taken back: given only by final blocks, and by as many nodes as were asked for."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from stablecoin_tools.errors import ChainError, UsageError
from stablecoin_tools.transactions.evidence import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.transactions.evidence import Consumption

__all__ = ["Witnesses"]

T = TypeVar("T")


class Witnesses:
    """Nodes of one chain, so many of which must agree.

    A node that does not answer has no vote. One node alone is believed if no more were named.

    Args:
        chains: The nodes, the one that is read from first.
        needed: How many must agree; more than half, if not given.
        first_block: The hash of the chain's first block, where the chain id alone does not name it; else empty.

    Raises:
        UsageError: If more are needed than there are, or none, or they are of different chains.
    """

    def __init__(self, chains: Sequence[Chain], needed: int | None = None, first_block: str = "") -> None:
        self._chains = chains
        self._needed = len(chains) // 2 + 1 if needed is None else needed
        if not 1 <= self._needed <= len(chains):
            raise UsageError(f"{self._needed} of {len(chains)} nodes cannot agree.")
        if len({chain.network.chain_id for chain in chains}) != 1:
            raise UsageError("The nodes are of different chains.")
        self._nodes = [Witness(chain, first_block) for chain in chains]

    def of_chain_with(self, first_block: str) -> Witnesses:
        """The same nodes, believed only while they are on the chain that begins with this block."""
        return Witnesses(self._chains, self._needed, first_block)

    def final(self, receipts: Collection[Receipt]) -> set[str]:
        """Of which of these receipts, by transaction hash, it is agreed that they are so, and final.

        Raises:
            ChainError: If fewer nodes answer than must agree: then nothing speaks against the others.
        """
        if not receipts:
            return set()
        return {receipt.transaction_hash for receipt in self._agreed(lambda node: node.confirmed(receipts))}

    def consumption(self, sender: Address, nonce: int, own: Collection[str]) -> Consumption | None:
        """The agreed proof that something else than our own transactions used a nonce, if there is one."""

        def testimony(node: Witness) -> list[Consumption]:
            found = node.consumption(sender, nonce, own)
            return [] if found is None else [found]

        with suppress(ChainError):
            return next(iter(self._agreed(testimony)), None)
        return None

    def _agreed(self, testimony: Callable[[Witness], Iterable[T]]) -> list[T]:
        """What enough nodes say.

        Raises:
            ChainError: If fewer answer than must agree.
        """
        votes: Counter[T] = Counter()
        silent: list[ChainError] = []
        for node in self._nodes:
            try:
                votes.update(set(testimony(node)))
            except ChainError as error:
                silent.append(error)
        if len(self._nodes) - len(silent) < self._needed:
            raise silent[-1]
        return [said for said, count in votes.items() if count >= self._needed]
