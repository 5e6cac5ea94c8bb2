"""The limits of a coin and of its minters and bridges: amounts with their symbol, or `"unlimited"` in so many words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stablecoin_tools.amounts import MAX_SUPPLY, Amount, Denomination
from stablecoin_tools.deployment.description.values import LimitDescription
from stablecoin_tools.token import as_kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.deployment.description.places import Place
    from stablecoin_tools.deployment.spec import CoinSpec

__all__ = ["LIMITS", "read_limits", "read_party_limits"]

LIMITS: Final = ("supply_cap", "mint_limit", "mint_limit_refill_per_day")
"""The limits of the coin itself."""

_UNLIMITED: Final = "unlimited"
_DAY_SECONDS: Final = 24 * 3600
# Source: `contracts/Limits.sol`.
_MAX_SECONDS_TO_REFILL: Final = 2**33


def read_limits(entries: Mapping[str, Place], denomination: Denomination) -> dict[str, int]:
    """The limits of the coin itself, in whole tokens, by name.

    Raises:
        ConfigError: If one is no amount of whole tokens, or as great as can be without saying so.
    """
    greatest = MAX_SUPPLY // 10**denomination.decimals
    cap = _tokens_or_all(entries["supply_cap"], denomination, greatest, "as much as a coin can ever have")
    limit = _tokens_or_all(entries["mint_limit"], denomination, cap, "the whole supply cap")
    refill = entries["mint_limit_refill_per_day"]
    return dict(zip(LIMITS, (cap, limit, _whole_tokens(refill, denomination)), strict=True))


def read_party_limits(
    place: Place | None, kind: str, spec: CoinSpec, addresses: Mapping[str, Address]
) -> dict[Address, LimitDescription]:
    """What each minter, or each bridge, is to be allowed.

    Args:
        place: The table of tables by alias; None if there is none.
        kind: "minter" or "bridge".
        spec: The coin.
        addresses: The address book.

    Raises:
        ConfigError: If an alias is unknown, or a limit is missing or out of range.
    """
    limits = {}
    for alias, party in (place.entries() if place else {}).items():
        known = party.renamed(alias).one_of(addresses, "alias in [addresses]")
        limits[addresses[known]] = _party_limit(party, kind, spec)
    return limits


def _party_limit(party: Place, kind: str, spec: CoinSpec) -> LimitDescription:
    entries, denomination = party.table(("capacity", "refill_per_day")), Denomination(spec.symbol, spec.decimals)
    place, refill_place = entries["capacity"], entries["refill_per_day"]
    for each in (place, refill_place):
        if each.of_type(str) == _UNLIMITED:
            raise each.wrong(f"{each.name}: no {kind} is unlimited.", hint="Write the most that it is to create.")
    capacity, a_day = _amount(place, denomination), _amount(refill_place, denomination)
    most = denomination.amount(spec.mint_limit)
    if not capacity:
        raise place.wrong(f"{place.name}: a {kind} that may create nothing is left out.")
    if capacity > most:
        words = f"{place.name}: {capacity} is above the coin's mint_limit of {most}: no {kind} is unlimited"
        raise place.wrong(f"{words}, and together they create no more than that.")
    refill = denomination.from_base_units(a_day.base_units // _DAY_SECONDS)
    if a_day and not refill:
        raise refill_place.wrong(f"{refill_place.name}: {a_day} a day is less than one base unit each second.")
    if refill.base_units > MAX_SUPPLY:
        raise refill_place.wrong(f"{refill_place.name}: nothing refills by {a_day} a day.")
    if refill and capacity.base_units // refill.base_units >= _MAX_SECONDS_TO_REFILL:
        raise refill_place.wrong(f"{refill_place.name}: {capacity} would take more than 272 years to come back.")
    return LimitDescription(capacity, refill)


def _tokens_or_all(place: Place, denomination: Denomination, most: int, meaning: str) -> int:
    """Whole tokens, or all there can be; as many as that, as the coin keeps them, only in so many words."""
    if place.of_type(str) == _UNLIMITED:
        return most
    tokens, unit = _whole_tokens(place, denomination), int(10**denomination.decimals)
    if as_kept(tokens * unit) >= as_kept(most * unit):
        raise place.wrong(
            f"{place.name}: {denomination.amount(tokens)} is {meaning}, or more.",
            hint=f'If that is meant, say so: "{_UNLIMITED}".',
        )
    return tokens


def _whole_tokens(place: Place, denomination: Denomination) -> int:
    amount = _amount(place, denomination)
    token: int = 10**denomination.decimals
    tokens, rest = divmod(amount.base_units, token)
    if rest:
        raise place.wrong(f"{place.name}: {amount} is no whole number of {denomination.symbol}.")
    return tokens


def _amount(place: Place, denomination: Denomination) -> Amount:
    text = place.of_type(str)
    with place.judged():
        return denomination.parse(text)
