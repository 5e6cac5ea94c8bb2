"""What several words of the coin's state say together, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount

__all__ = ["Limit", "PendingAdmin", "ReserveFeed", "as_kept"]

_MAX_MANTISSA: Final = 2**20 - 1


@dataclass(frozen=True, slots=True)
class PendingAdmin:
    """The next admin, and from when it can accept."""

    account: Address
    acceptable_after: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """What one minter or bridge may create, or all of them together.

    Attributes:
        capacity: What may be created at once; of a plain allowance, what is left.
        refill_per_second: What comes back each second; zero for a plain allowance.
        available: What may be created now.
    """

    capacity: Amount
    refill_per_second: Amount
    available: Amount


@dataclass(frozen=True, slots=True)
class ReserveFeed:
    """Where the reserve is attested, and how old the answer may be."""

    feed: Address
    max_age_seconds: int


def as_kept(number: int) -> int:
    """What the coin keeps of a cap, a capacity or a refill: six significant digits at least, rounded down.

    Source: `contracts/Limits.sol`.
    """
    exponent = 0
    while number > _MAX_MANTISSA:
        number //= 10
        exponent += 1
    return int(number * 10**exponent)
