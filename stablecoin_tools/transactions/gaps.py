"""Nonces that nobody uses, before those of ours: nothing behind them is mined until something takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.chain import Call
from stablecoin_tools.transactions.intent import Intent
from stablecoin_tools.transactions.signing import with_margin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.transactions.fees import FeePolicy
    from stablecoin_tools.transactions.signing import Pen

__all__ = ["closing", "gap_before"]


def gap_before(owned: Iterable[int], chain: Chain, sender: Address) -> range:
    """The nonces below all of ours that neither the chain has used nor the node's pool holds; empty if there are none.

    They are left where another program with the same key sent something, ours came behind it, and pools forgot it.

    Args:
        owned: The nonces of intents that have no receipt.
        chain: The node to ask. Another node's pool may still hold what this one's does not.
        sender: Whose nonces.

    Raises:
        ChainError: If the chain cannot be read.
    """
    lowest = min(owned, default=None)
    used = chain.nonce(sender, block="latest")
    if lowest is None or used >= lowest:
        return range(0)
    return range(max(used, min(chain.nonce(sender), lowest)), lowest)


def closing(gap: range, chain: Chain, pen: Pen, fees: FeePolicy) -> list[Intent]:
    """Signed no-ops for a gap: intents as if asked for and then cancelled, so that they never get another nonce.

    Raises:
        FeeCapExceeded: If the next block costs more than the cap.
        StablecoinError: If the node does not say what gas costs, or the signer refuses.
    """
    offered, sender = fees.offer(chain.fee_history()), pen.signer.address
    call = Call(sender, description="close a gap")
    gas_limit = with_margin(chain.estimate_gas(call, sender=sender))
    return [
        Intent(f"gap-{sender}-{nonce}", sender, call, gas_limit).signed(nonce, pen.noop(nonce, offered))
        for nonce in gap
    ]
