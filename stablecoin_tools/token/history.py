"""The events of a contract over all its life, from nodes that answer only for so many blocks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.errors import NodeRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Log

__all__ = ["logs_of"]


def logs_of(chain: Chain, address: Address, topics: Sequence[bytes], *, from_block: int) -> list[Log]:
    """All events of a contract with these topics, up to the latest block.

    A node that refuses a range is asked for its halves; nothing is ever left out.

    Args:
        chain: Where.
        address: The contract.
        topics: The event, then its indexed fields.
        from_block: The first block; one that is to come has no events.

    Returns:
        The events, in the order of the chain.

    Raises:
        NodeRefused: If the node refuses even a single block.
        ChainError: If it does not answer.
    """
    found: list[Log] = []
    latest = chain.block().number
    ranges = [(from_block, latest)] if from_block <= latest else []
    while ranges:
        first, last = ranges.pop()
        try:
            found += chain.logs(address, from_block=first, to_block=last, topics=topics)
        except NodeRefused:
            if first >= last:
                raise
            middle = (first + last) // 2
            ranges += [(middle + 1, last), (first, middle)]
    return found
