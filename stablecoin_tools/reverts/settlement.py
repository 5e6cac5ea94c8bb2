"""What the contract that settles trades refuses in its own words; else it refuses what the coins refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.reverts.base import ContractRevert

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address

__all__ = ["AmountDiffers", "ReentrancyGuardReentrantCall"]


@dataclass(eq=False)
class AmountDiffers(ContractRevert):
    """A coin paid in another amount than the trade says; both are in base units of that coin."""

    coin: Address
    received: int  # never shown in tokens: there are two coins, and whoever shows it may know only the other
    needed: int
    hint = "Nothing was paid. A coin that takes a fee, or moves less than it is told, cannot be traded so."


@dataclass(eq=False)
class ReentrancyGuardReentrantCall(ContractRevert):
    """A coin called the contract that settles while it was settling."""
