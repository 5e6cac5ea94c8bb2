"""What to offer for gas. Pure: a fee history in, fees out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median_high
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import FeeCapExceeded, UsageError

if TYPE_CHECKING:
    from stablecoin_tools.chain import FeeHistory
    from stablecoin_tools.networks import Network

__all__ = ["FeePolicy", "Fees"]

GWEI: Final = 10**9


@dataclass(frozen=True, slots=True)
class Fees:
    """An offer for a unit of gas.

    Attributes:
        max_fee_wei: The most that is paid, in wei.
        tip_wei: What of that goes to the block's producer at most, in wei.
        is_legacy: Whether the chain knows only one gas price, as before EIP-1559: both figures are it.
    """

    max_fee_wei: int
    tip_wei: int
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """How much to offer, and how much never to exceed.

    The tip is what blocks lately paid, with no floor of its own: a tip of a whole gwei is usual on one chain and a
    thousand times the price on another.

    Attributes:
        cap_wei: The most ever offered for a unit of gas, in wei.
        headroom: How many times the next base fee is offered; two outlast six full blocks, which raise it by 1/8 each.

    Raises:
        UsageError: If the cap is negative, or less than the base fee would be offered.
    """

    cap_wei: int = 500 * GWEI
    headroom: int = 2

    def __post_init__(self) -> None:
        if self.cap_wei < 0 or self.headroom < 1:
            raise UsageError(
                f"A fee cap is 0 wei at least, and the headroom 1: not {self.cap_wei} and {self.headroom}."
            )

    @classmethod
    def of(cls, network: Network) -> FeePolicy:
        """The policy with the network's own cap."""
        return cls(cap_wei=network.fee_cap_gwei * GWEI)

    def offer(self, history: FeeHistory) -> Fees:
        """The first offer.

        Raises:
            FeeCapExceeded: If even the next block costs more than the cap.

        Source: EIP-1559.
        """
        if history.gas_price_wei is not None:
            self._check(history.gas_price_wei)
            return Fees(history.gas_price_wei, history.gas_price_wei, is_legacy=True)
        paid = [tip for tip in history.tips_wei if tip > 0]
        tip = median_high(paid) if paid else history.suggested_tip_wei
        self._check(history.next_base_fee_wei + tip)
        return Fees(max_fee_wei=min(self.headroom * history.next_base_fee_wei + tip, self.cap_wei), tip_wei=tip)

    def bump(self, fees: Fees, history: FeeHistory) -> Fees | None:
        """The next, higher offer for the same nonce, or None at the cap: then there is nothing to do but wait.

        Nodes take a replacement only if both figures rise by a tenth. They rise by an eighth, and the last time before
        the cap by as much as is left, if that is a tenth.
        """
        if _least_raise(fees.max_fee_wei) > self.cap_wei:
            return None
        try:
            market = self.offer(history)
        except FeeCapExceeded:
            return None
        max_fee = max(min(_raised(fees.max_fee_wei), self.cap_wei), market.max_fee_wei)
        if market.is_legacy:
            return Fees(max_fee, max_fee, is_legacy=True)
        return Fees(max_fee, max(min(_raised(fees.tip_wei), max_fee), market.tip_wei))

    def _check(self, price_wei: int) -> None:
        if price_wei > self.cap_wei:
            raise FeeCapExceeded(
                f"Gas costs {_in_gwei(price_wei)} gwei now; the policy allows {_in_gwei(self.cap_wei)} gwei."
            )


def _in_gwei(wei: int) -> str:
    return f"{Decimal(wei) / GWEI:,f}"


def _least_raise(wei: int) -> int:
    return max(-(-wei * 11 // 10), wei + 1)


def _raised(wei: int) -> int:
    return max(-(-wei * 9 // 8), wei + 1)
