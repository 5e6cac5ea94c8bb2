"""Higher offers for what waits too long at its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.errors import StablecoinError
from stablecoin_tools.transactions.journal import Change, Happening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import FeeHistory
    from stablecoin_tools.transactions.fees import FeePolicy
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.signing import Pen
    from stablecoin_tools.transactions.under_way import UnderWay

__all__ = ["Offers", "higher_offers"]


@dataclass(frozen=True, slots=True)
class Offers:
    """What came of wanting to offer more. First `changes` are written down; then `made` says so of each.

    Attributes:
        raised: Those with a higher offer, and what becomes of their intent by it.
        capped: Those for which the fee cap allows none.
        hindered: Those for which none could be signed, and why.
        cap_wei: The fee cap, in wei for a unit of gas.
    """

    raised: Sequence[tuple[UnderWay, Intent]]
    capped: Sequence[UnderWay]
    hindered: Sequence[tuple[UnderWay, StablecoinError]]
    cap_wei: int

    @property
    def changes(self) -> list[Change]:
        """What there is to record; that the cap was met, only once."""
        why = f"cap {self.cap_wei} wei"
        met = [Change(Happening.CAPPED, found.intent, why) for found in self.capped if not found.is_capped]
        return [*met, *(Change(Happening.BUMPED, intent) for _, intent in self.raised)]

    def made(self, now: float) -> None:
        """Tells each what came of it."""
        for found, intent in self.raised:
            found.intent, found.state = intent, found.state.offered(now)
            found.is_capped, found.hindrance = False, ""
        for found in self.capped:
            found.state, found.is_capped = found.state.held(now), True
        for found, error in self.hindered:
            found.state, found.hindrance = found.state.held(now), f"no higher offer could be signed: {error}"


def higher_offers(stale: Sequence[UnderWay], fees: FeePolicy, history: FeeHistory, pen: Pen) -> Offers:
    """Signs a higher offer for each, where cap and signer allow it; nothing is written or sent."""
    raised, capped, hindered = [], [], []
    for found in stale:
        offer = fees.bump(found.intent.candidates[-1].fees, history)
        if offer is None:
            capped.append(found)
            continue
        try:
            raised.append((found, found.intent.with_candidate(found.again(offer, pen))))
        except StablecoinError as error:
            hindered.append((found, error))
    return Offers(raised, capped, hindered, fees.cap_wei)
