"""Amounts of a coin: exact, never rounded, never without their symbol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import Final

from stablecoin_tools.errors import InvalidAmount

__all__ = ["MAX_BASE_UNITS", "MAX_SUPPLY", "Amount", "Denomination"]

MAX_BASE_UNITS: Final = 2**128 - 1
"""The greatest amount that is ever shown, in base units: as much as the ledger's field of a balance can hold."""

MAX_SUPPLY: Final = 2**112 - 1
"""The greatest supply that a coin can have, in base units. Source: `contracts/LedgerWords.sol`."""

_NUMBER = r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<fraction>[0-9]+))?"
_PLAIN = re.compile(_NUMBER)
_WITH_SYMBOL = re.compile(_NUMBER + r" (?P<symbol>\S+)")
_SHOWN_FRACTION_DIGITS: Final = 2
_MAX_DIGITS: Final = 64
"""Longer numerals are refused unread: no amount needs them, and reading them costs quadratic time."""


@dataclass(frozen=True, slots=True)
class Denomination:
    """What amounts of one coin are counted in.

    Attributes:
        symbol: The ticker, such as "USDX".
        decimals: How many decimals one token has; 6 makes 1_000_000 base units one token.
    """

    symbol: str
    decimals: int

    def amount(self, value: str | int | Decimal) -> Amount:
        """Makes an exact amount of tokens.

        Args:
            value: Tokens, not base units: `"1,250.00"`, `1250`, or `Decimal("1250.00")`.

        Returns:
            The amount.

        Raises:
            InvalidAmount: If the value is a float, negative, has more decimals than the coin, or is out of range.
        """
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise InvalidAmount(
                f"Not an exact amount: {value!r} is a {type(value).__name__}.",
                hint="Pass text, an int or a Decimal: floats cannot hold most decimal amounts.",
            )
        if isinstance(value, str):
            return self._from_numeral(_PLAIN.fullmatch(value), value)
        if isinstance(value, int):
            return Amount(value * 10**self.decimals, self)
        return self._from_decimal(value)

    def parse(self, text: str) -> Amount:
        """Reads an amount as people write it, with its symbol: `"1,250.00 USDX"`.

        Args:
            text: Digits, optionally grouped by commas in threes, a point, one space, the symbol.

        Returns:
            The amount.

        Raises:
            InvalidAmount: If the text is malformed, the symbol is another coin's, or precision exceeds the coin's.
        """
        match = _WITH_SYMBOL.fullmatch(text)
        if match is None:
            raise InvalidAmount(
                f"Not an amount: {text[:_MAX_DIGITS]!r}.",
                hint=f'Write it with its symbol: "1,250.00 {self.symbol}".',
            )
        if match["symbol"] != self.symbol:
            raise InvalidAmount(f"Wrong symbol: {match['symbol'][:_MAX_DIGITS]!r}, this coin is {self.symbol}.")
        return self._from_numeral(match, text)

    def from_base_units(self, base_units: int) -> Amount:
        """Makes an amount from base units, as they stand on the chain.

        Raises:
            InvalidAmount: If the value is not an int between 0 and `MAX_BASE_UNITS`.
        """
        return Amount(base_units, self)

    def _from_numeral(self, match: re.Match[str] | None, text: str) -> Amount:
        if match is None or len(match["whole"]) + len(match["fraction"] or "") > _MAX_DIGITS:
            raise InvalidAmount(
                f"Not an amount: {text[:_MAX_DIGITS]!r}.",
                hint='Write digits and a point, such as "1,250.00".',
            )
        fraction = match["fraction"] or ""
        if len(fraction) > self.decimals:
            raise self._too_precise(text)
        digits = match["whole"].replace(",", "") + fraction.ljust(self.decimals, "0")
        return Amount(int(digits), self)

    def _from_decimal(self, value: Decimal) -> Amount:
        if not value.is_finite():
            raise InvalidAmount(f"Not an amount: {value}.")
        sign, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)  # noqa: S101  # only NaN and Infinity have another; mypy cannot know
        shift = exponent + self.decimals
        if len(digits) + abs(shift) > 2 * _MAX_DIGITS:
            raise InvalidAmount("The amount is out of any coin's range.")
        coefficient = int("".join(map(str, digits))) * (-1 if sign else 1)
        if shift >= 0:
            return Amount(coefficient * 10**shift, self)
        base_units, rest = divmod(coefficient, 10**-shift)
        if rest:
            raise self._too_precise(str(value))
        return Amount(base_units, self)

    def _too_precise(self, text: str) -> InvalidAmount:
        return InvalidAmount(
            f"Too precise: {text} has more than the {self.decimals} decimals of {self.symbol}.",
            hint="Nothing is ever rounded: write the exact amount.",
        )


@total_ordering
@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount of one coin; its text form is `"1,250.00 USDX"`.

    Attributes:
        base_units: The amount as it stands on the chain, 0 to `MAX_BASE_UNITS`.
        denomination: What it is counted in.

    Raises:
        InvalidAmount: If the base units are no int or out of range.
    """

    base_units: int
    denomination: Denomination

    def __post_init__(self) -> None:
        if isinstance(self.base_units, bool) or not isinstance(self.base_units, int):
            raise InvalidAmount(f"Base units are an int, not {self.base_units!r}.")
        if self.base_units < 0:
            raise InvalidAmount("An amount is never negative.")
        if self.base_units > MAX_BASE_UNITS:
            raise InvalidAmount("The amount exceeds what a coin can hold (128 bits of base units).")

    @property
    def tokens(self) -> Decimal:
        """The amount in tokens, exact."""
        return Decimal((0, tuple(map(int, str(self.base_units))), -self.denomination.decimals))

    def __str__(self) -> str:
        digits = str(self.base_units).rjust(self.denomination.decimals + 1, "0")
        split = len(digits) - self.denomination.decimals
        whole, fraction = digits[:split], digits[split:].rstrip("0")
        shown = fraction.ljust(min(_SHOWN_FRACTION_DIGITS, self.denomination.decimals), "0")
        return f"{int(whole):,}{'.' if shown else ''}{shown} {self.denomination.symbol}"

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.base_units + self._same(other), self.denomination)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.base_units - self._same(other), self.denomination)

    def __lt__(self, other: Amount) -> bool:
        return self.base_units < self._same(other)

    def __bool__(self) -> bool:
        return self.base_units != 0

    def _same(self, other: Amount) -> int:
        if not isinstance(other, Amount) or other.denomination != self.denomination:
            raise InvalidAmount(f"{other} is not an amount of {self.denomination.symbol}.")
        return other.base_units
