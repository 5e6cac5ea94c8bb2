"""What all builders share: the coin's address, its denomination, its ABI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from stablecoin_tools.amounts import MAX_BASE_UNITS, Amount, Denomination
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import InvalidAmount, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stablecoin_tools.addresses import Address

__all__ = ["CallBuilder", "batch"]

Item = TypeVar("Item")


class CallBuilder:
    """Builds calls to one coin.

    Args:
        coin: The coin's address.
        denomination: What its amounts are counted in.
    """

    def __init__(self, coin: Address, denomination: Denomination) -> None:
        self._coin = coin
        self._denomination = denomination

    def _call(self, description: str, function: str, *arguments: Any) -> Call:
        return Call(self._coin, coin_abi().encode_call(function, *arguments), description=description)

    def _units(self, value: Amount) -> int:
        if not isinstance(value, Amount):
            raise InvalidAmount(
                f"Not an Amount: {value!r}.",
                hint='Make one: coin.amount("1,250.00") or coin.denomination.parse(...).',
            )
        if value.denomination != self._denomination:
            raise InvalidAmount(f"{value} is not an amount of {self._denomination.symbol}.")
        return value.base_units

    def _total(self, base_units: Iterable[int]) -> str:
        """The sum in words."""
        total = sum(base_units)
        return str(self._denomination.from_base_units(total)) if total <= MAX_BASE_UNITS else "more than there can be"


def batch(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items of a batch, one at least.

    Raises:
        UsageError: If there is none.
    """
    found = tuple(items)
    if not found:
        raise UsageError("The batch is empty.")
    return found
