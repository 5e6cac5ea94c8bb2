"""What to offer for gas. Pure: a fee history in, fees out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median_high
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import FeeCapExceeded

if TYPE_CHECKING:
    from stablecoin_tools.chain import FeeHistory

__all__ = ["FeePolicy", "Fees"]

GWEI: Final = 10**9


@dataclass(frozen=True, slots=True)
class Fees:
    """An offer for a unit of gas, in wei: at most `max_fee_wei`, of which `tip_wei` to the block's producer."""

    max_fee_wei: int
    tip_wei: int


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """How much to offer, and how much never to exceed.

    The tip is what blocks lately paid, with no floor of its own: a tip of a whole gwei is usual on one chain and a
    thousand times the price on another.

    Attributes:
        cap_wei: The most ever offered for a unit of gas, in wei.
        headroom: How many times the next base fee is offered; two outlast six full blocks, which raise it by 1/8 each.
    """

    cap_wei: int = 500 * GWEI
    headroom: int = 2

    def offer(self, history: FeeHistory) -> Fees:
        """The first offer.

        Raises:
            FeeCapExceeded: If even the next block costs more than the cap.

        Source: EIP-1559.
        """
        paid = [tip for tip in history.tips_wei if tip > 0]
        tip = median_high(paid) if paid else history.suggested_tip_wei
        least = history.next_base_fee_wei + tip
        if least > self.cap_wei:
            raise FeeCapExceeded(
                f"Gas costs {_in_gwei(least)} gwei now; the policy allows {_in_gwei(self.cap_wei)} gwei."
            )
        return Fees(max_fee_wei=min(self.headroom * history.next_base_fee_wei + tip, self.cap_wei), tip_wei=tip)

    def bump(self, fees: Fees, history: FeeHistory) -> Fees | None:
        """The next, higher offer for the same nonce, or None at the cap: then there is nothing to do but wait.

        Nodes take a replacement only if both figures rise by a tenth; an eighth, rounded up, is enough for all.
        """
        least = Fees(_raised(fees.max_fee_wei), _raised(fees.tip_wei))
        if least.max_fee_wei > self.cap_wei:
            return None
        try:
            market = self.offer(history)
        except FeeCapExceeded:
            return None
        return Fees(max(least.max_fee_wei, market.max_fee_wei), max(least.tip_wei, market.tip_wei))


def _in_gwei(wei: int) -> str:
    return f"{Decimal(wei) / GWEI:,f}"


def _raised(wei: int) -> int:
    return max(-(-wei * 9 // 8), wei + 1)
