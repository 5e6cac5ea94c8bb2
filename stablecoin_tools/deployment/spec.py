"""What a coin is to be: asked for once, before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import MAX_SUPPLY
from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CoinSpec", "all_powers_of"]

_MAX_WORD_BYTES: Final = 31
_MAX_DECIMALS: Final = 18
_MAX_DELAY_SECONDS: Final = 2**48 - 1
_SYMBOL: Final = re.compile(r"[^\s,]+")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SALT_BYTES: Final = 32
_DAY_SECONDS: Final = 24 * 3600
# Source: `contracts/Limits.sol`.
_MAX_SECONDS_TO_REFILL: Final = 2**33


@dataclass(frozen=True, slots=True)
class CoinSpec:
    """A coin, as asked for. The same description has the same address on every chain.

    Attributes:
        name: The full name, 1 to 31 bytes.
        symbol: The ticker, 1 to 31 bytes, no space.
        currency: The ISO 4217 code of the backing currency.
        decimals: How many decimals one token has, 0 to 18.
        admin: Who holds DEFAULT_ADMIN_ROLE.
        admin_delay_seconds: How long a change of admin must wait.
        supply_cap: The greatest supply, in whole tokens; the coin keeps six significant digits of each limit.
        mint_limit: What all minters together may create at once, in whole tokens; at most the supply cap.
        mint_limit_refill_per_day: What of that comes back each day, in whole tokens.
        roles: The first holders of the other roles.
        salt: Tells apart coins that are alike in everything else; 32 bytes.

    Raises:
        UsageError: If any of it is not allowed.
    """

    name: str
    symbol: str
    currency: str
    decimals: int
    admin: Address
    admin_delay_seconds: int = 0
    supply_cap: int = 10_000_000_000
    mint_limit: int = 1_000_000_000
    mint_limit_refill_per_day: int = 1_000_000_000
    roles: Mapping[Role, tuple[Address, ...]] = field(default_factory=lambda: MappingProxyType({}))
    salt: bytes = bytes(_SALT_BYTES)

    def __post_init__(self) -> None:
        self._revert_if_unnamed()
        self._revert_if_unlimited()
        if not 0 <= self.admin_delay_seconds <= _MAX_DELAY_SECONDS:
            raise UsageError("The admin's delay is out of range.")
        if len(self.salt) != _SALT_BYTES:
            raise UsageError(f"A salt has {_SALT_BYTES} bytes, not {len(self.salt)}.")
        if Role.DEFAULT_ADMIN_ROLE in self.roles:
            raise UsageError("The admin is named as such, not among the other roles.")
        if ZERO_ADDRESS in (self.admin, *(party for holders in self.roles.values() for party in holders)):
            raise UsageError("The zero address can hold no role.")

    def _revert_if_unnamed(self) -> None:
        for word in (self.name, self.symbol, self.currency):
            if not 1 <= len(word.encode(errors="surrogatepass")) <= _MAX_WORD_BYTES or not word.isprintable():
                raise UsageError(f"Not a printable text of 1 to {_MAX_WORD_BYTES} bytes: {word!r}.")
        if not _SYMBOL.fullmatch(self.symbol):
            raise UsageError(f"A symbol has no spaces or commas: {self.symbol!r}.")
        if not _CURRENCY.fullmatch(self.currency):
            raise UsageError(f"Not an ISO 4217 code: {self.currency!r}.", hint="Such as USD, SGD, HKD or EUR.")
        if not 0 <= self.decimals <= _MAX_DECIMALS:
            raise UsageError(f"Decimals are 0 to {_MAX_DECIMALS}, not {self.decimals}.")

    def _revert_if_unlimited(self) -> None:
        for tokens in (self.supply_cap, self.mint_limit, self.mint_limit_refill_per_day):
            if isinstance(tokens, bool) or not isinstance(tokens, int) or tokens < 0:
                raise UsageError(f"Limits are whole tokens, not {tokens!r}.")
        cap, capacity, refill = self.mint_policy()
        if cap > MAX_SUPPLY:
            raise UsageError(
                f"The supply cap is {MAX_SUPPLY // 10**self.decimals:,} {self.symbol} at most, not {self.supply_cap:,}."
            )
        if capacity > cap:
            raise UsageError(f"The limit of all minters, {self.mint_limit:,} {self.symbol}, exceeds the supply cap.")
        if refill > MAX_SUPPLY:
            raise UsageError(f"Nothing refills by {self.mint_limit_refill_per_day:,} {self.symbol} a day.")
        if refill < 1:
            raise UsageError("The limit of all minters must refill by at least one base unit each second.")
        if capacity // refill >= _MAX_SECONDS_TO_REFILL:
            raise UsageError("The limit of all minters must refill within 272 years.")

    def mint_policy(self) -> tuple[int, int, int]:
        """Supply cap, capacity and refill per second, in base units, as the contract takes them; the refill is cut."""
        token = 10**self.decimals
        refill = self.mint_limit_refill_per_day * token // _DAY_SECONDS
        return self.supply_cap * token, self.mint_limit * token, refill

    def grants(self) -> list[tuple[bytes, Address]]:
        """The grants in a fixed order, so that equal descriptions give equal bytes."""
        return [(role.identifier, party) for role in Role for party in sorted(set(self.roles.get(role, ())))]


def all_powers_of(holder: Address) -> dict[Role, tuple[Address, ...]]:
    """Every first role in one hand, as testnets want it; minters and bridges get theirs with their limits."""
    return {
        role: (holder,) for role in Role if role not in (Role.DEFAULT_ADMIN_ROLE, Role.MINTER_ROLE, Role.BRIDGE_ROLE)
    }
