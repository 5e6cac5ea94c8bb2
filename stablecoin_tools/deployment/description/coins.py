"""One coin of a description file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.deployment.description.limits import LIMITS, read_limits, read_party_limits
from stablecoin_tools.deployment.description.values import CoinDescription
from stablecoin_tools.deployment.spec import CoinSpec
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import ReserveFeed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stablecoin_tools.deployment.description.places import Place

__all__ = ["ROLES", "read_coin"]

ROLES: Final = tuple(
    role.name for role in Role if role not in (Role.DEFAULT_ADMIN_ROLE, Role.MINTER_ROLE, Role.BRIDGE_ROLE)
)
"""The roles that a file names holders of, each; `[]` says nobody."""

_WANTED: Final = ("name", "currency", "decimals", *LIMITS, "admin", "admin_delay_hours", "roles")
_ALLOWED: Final = (
    *("networks", "salt", "contract_uri", "allowlist_only", "reserve_feed", "implementation", "lane_closed"),
    *("paused", "blacklist", "verified", "minters", "bridges"),
)
_ELSEWHERE: Final = {
    Role.DEFAULT_ADMIN_ROLE.name: "The admin is named by `admin`.",
    Role.MINTER_ROLE.name: "Minters have tables of their own, with their limits: [coins.SYMBOL.minters.ALIAS].",
    Role.BRIDGE_ROLE.name: "Bridges have tables of their own, with their limits: [coins.SYMBOL.bridges.ALIAS].",
}
_SCOPES: Final = PauseScope.ALL.names()
_SALT: Final = re.compile(r"0x[0-9a-fA-F]{64}", re.ASCII)
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+", re.ASCII)
_MAX_URI: Final = 2048
_HOUR_SECONDS: Final = 3600
_MAX_FEED_HOURS: Final = 24 * 366
# Allowed in everything, so that each field is tried by itself, and refused where it stands.
_PLAIN: Final = CoinSpec("Plain", "PLAIN", "XXX", 6, Address(b"\1" * 20), 0, 1, 1, 86_400)


def read_coin(
    symbol: str, place: Place, *, networks: tuple[str, ...], addresses: Mapping[str, Address]
) -> CoinDescription:
    """Reads one coin.

    Args:
        symbol: Its ticker.
        place: Its table.
        networks: The networks of the file.
        addresses: The address book of the file.

    Raises:
        ConfigError: If any of it is missing, unknown or not allowed.
    """
    entries = place.table(_WANTED, _ALLOWED)
    spec = _spec(symbol, place, entries, addresses)
    return CoinDescription(
        spec=spec,
        networks=_networks(entries.get("networks"), networks),
        minters=read_party_limits(entries.get("minters"), "minter", spec, addresses),
        bridges=read_party_limits(entries.get("bridges"), "bridge", spec, addresses),
        contract_uri=_uri(entries.get("contract_uri")),
        is_allowlist_only=_flag(entries.get("allowlist_only")),
        reserve_feed=_reserve_feed(entries.get("reserve_feed"), addresses),
        paused=_paused(entries.get("paused")),
        blacklist=_accounts(entries.get("blacklist"), addresses),
        verified=_accounts(entries.get("verified"), addresses),
        implementation=_implementation(entries.get("implementation")),
        is_lane_closed=_flag(entries.get("lane_closed")),
    )


def _spec(symbol: str, place: Place, entries: Mapping[str, Place], addresses: Mapping[str, Address]) -> CoinSpec:
    with place.judged():
        replace(_PLAIN, symbol=symbol)
    tried: dict[str, Any] = {key: _tried(entries[key], key) for key in ("name", "currency", "decimals")}
    delay = entries["admin_delay_hours"]
    tried["admin_delay_seconds"] = _tried(delay, "admin_delay_seconds", delay.of_type(int) * _HOUR_SECONDS)
    limits: dict[str, Any] = dict(read_limits(entries, Denomination(symbol, tried["decimals"])))
    admin = addresses[entries["admin"].one_of(addresses, "alias in [addresses]")]
    roles = _roles(entries["roles"], addresses)
    salt = _salt(entries.get("salt"))
    with entries["mint_limit_refill_per_day"].judged():  # the cap and the limit were held against each other before
        return CoinSpec(symbol=symbol, admin=admin, roles=roles, salt=salt, **tried, **limits)


def _tried(place: Place, field: str, value: Any = None) -> Any:
    """The value of a field that the coin would take by itself."""
    kind = type(getattr(_PLAIN, field))
    taken = place.of_type(kind) if value is None else value
    with place.judged():
        replace(_PLAIN, **{field: taken})
    return taken


def _roles(place: Place, addresses: Mapping[str, Address]) -> dict[Role, tuple[Address, ...]]:
    entries = place.entries()
    for name, entry in entries.items():
        if name in _ELSEWHERE:
            raise entry.wrong(f"{entry.name} does not stand here.", hint=_ELSEWHERE[name])
        entry.renamed(name).one_of(ROLES, "role")
    for name in ROLES:
        if name not in entries:
            raise place.wrong(f"{place.name} lacks {name}.", hint=f"If nobody is to hold it, say so: {name} = [].")
    return {Role[name]: tuple(_each(entries[name], addresses)) for name in ROLES}


def _networks(place: Place | None, networks: tuple[str, ...]) -> tuple[str, ...]:
    if place is None:
        return networks
    named = {each.one_of(networks, "network of this file") for each in place.texts()}
    if not named:
        raise place.wrong(f"{place.name} names no network.", hint="Without it, the coin is on all of them.")
    return tuple(name for name in networks if name in named)


def _salt(place: Place | None) -> bytes:
    if place is None:
        return _PLAIN.salt
    if not _SALT.fullmatch(place.of_type(str)):
        raise place.wrong(f"{place.name} is no salt.", hint="Write 0x and 64 hex digits.")
    return bytes.fromhex(place.value[2:])


def _flag(place: Place | None) -> bool:
    return place is not None and bool(place.of_type(bool))


def _implementation(place: Place | None) -> Address | None:
    if place is None:
        return None
    with place.judged():
        return parse_address(place.of_type(str))


def _uri(place: Place | None) -> str:
    if place is None:
        return ""
    uri = str(place.of_type(str))
    if len(uri) > _MAX_URI or not _URI.fullmatch(uri):
        raise place.wrong(f"{place.name} is no address of a page.", hint='Such as "https://example.com/coin.json".')
    return uri


def _reserve_feed(place: Place | None, addresses: Mapping[str, Address]) -> ReserveFeed | None:
    if place is None:
        return None
    entries = place.table(("feed", "max_age_hours"))
    feed, age = entries["feed"].one_of(addresses, "alias in [addresses]"), entries["max_age_hours"]
    if not 1 <= age.of_type(int) <= _MAX_FEED_HOURS:
        raise age.wrong(f"{age.name} is to be 1 to {_MAX_FEED_HOURS:,}.")
    return ReserveFeed(addresses[feed], age.value * _HOUR_SECONDS)


def _paused(place: Place | None) -> PauseScope | None:
    if place is None:
        return None
    scopes = PauseScope(0)
    for each in place.texts():
        scopes |= PauseScope[each.one_of(_SCOPES, "scope of a pause").upper()]
    return scopes


def _accounts(place: Place | None, addresses: Mapping[str, Address]) -> frozenset[Address] | None:
    return None if place is None else frozenset(_each(place, addresses))


def _each(place: Place, addresses: Mapping[str, Address]) -> Iterable[Address]:
    return [addresses[each.one_of(addresses, "alias in [addresses]")] for each in place.texts()]
