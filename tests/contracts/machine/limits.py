"""A limit that refills, in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

# The coin counts a limit's time in units of 2**-24 seconds.
UNITS_PER_SECOND = 2**24
GREATEST_MANTISSA = 2**20 - 1
MAX_SECONDS_TO_REFILL = 2**33


def mantissa_and_exponent(number: int) -> tuple[int, int]:
    """Six significant digits of a number, rounded down."""
    exponent = 0
    while number > GREATEST_MANTISSA:
        number, exponent = number // 10, exponent + 1
    return number, exponent


def kept(number: int) -> int:
    """What is left of a number of which only six significant digits are kept."""
    mantissa, exponent = mantissa_and_exponent(number)
    return int(mantissa * 10**exponent)


def divided_up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


@dataclass(frozen=True)
class Limit:
    """Holds `capacity` when full; what was taken comes back at `refill` per second. Full at `full_at`, in units."""

    asked_capacity: int
    asked_refill: int
    full_at: int = 0

    @property
    def capacity(self) -> int:
        return kept(self.asked_capacity)

    @property
    def refill(self) -> int:
        return kept(self.asked_refill)

    def taken(self, now: int) -> int:
        missing = max(self.full_at - now * UNITS_PER_SECOND, 0)
        return divided_up(missing * self.refill, UNITS_PER_SECOND)

    def available(self, now: int) -> int:
        return max(self.capacity - self.taken(now), 0)

    def less(self, value: int, now: int) -> Limit:
        full_at = max(self.full_at, now * UNITS_PER_SECOND) + divided_up(value * UNITS_PER_SECOND, self.refill)
        return Limit(self.asked_capacity, self.asked_refill, full_at)

    def changed(self, capacity: int, refill: int, now: int) -> Limit:
        """Another capacity and refill; what was taken and has not come back stays taken."""
        return Limit(capacity, refill).less(min(self.taken(now), refill * (2**33 - 1)), now)


# A plain allowance is a number.
Allowed = int | Limit


def available(allowed: Allowed, now: int) -> int:
    return allowed if isinstance(allowed, int) else allowed.available(now)


def less(allowed: Allowed, value: int, now: int) -> Allowed:
    return allowed - value if isinstance(allowed, int) else allowed.less(value, now)
