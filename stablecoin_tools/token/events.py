"""The coin's events as frozen values, one class per Solidity event.

The fields bear the Solidity parameters' names in snake_case, amounts as `Amount`; `from` is `sender`, for Python.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from stablecoin_tools.artifacts import coin_abi

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.chain import Log

__all__ = [
    "Approval",
    "Blacklisted",
    "Burned",
    "DefaultAdminDelayChangeCanceled",
    "DefaultAdminDelayChangeScheduled",
    "DefaultAdminTransferCanceled",
    "DefaultAdminTransferScheduled",
    "Event",
    "Initialized",
    "LaneClosed",
    "LaneOpened",
    "Minted",
    "MinterConfigured",
    "MinterRemoved",
    "Paused",
    "RoleAdminChanged",
    "RoleGranted",
    "RoleRevoked",
    "Transfer",
    "UnBlacklisted",
    "Unpaused",
    "Upgraded",
    "decode_events",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the coin, and where it stands on the chain."""

    block_number: int
    transaction_hash: str
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Event):
    """A balance changed: moved, or created if `sender` is zero, or destroyed if `to` is zero."""

    sender: Address
    to: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Event):
    """An owner let a spender move up to `value`; the greatest allowance is shown as the greatest amount."""

    owner: Address
    spender: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted(Event):
    """Coins were created."""

    minter: Address
    to: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Burned(Event):
    """Coins were destroyed."""

    burner: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class MinterConfigured(Event):
    """A minter was given its allowance."""

    minter: Address
    allowance: Amount
    minter_admin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class MinterRemoved(Event):
    """An account stopped being a minter."""

    minter: Address
    remover: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Blacklisted(Event):
    """An account was put on the blacklist."""

    account: Address
    blacklister: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class UnBlacklisted(Event):
    """An account was taken off the blacklist."""

    account: Address
    unblacklister: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """Scopes were paused."""

    scopes: int
    pauser: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaused(Event):
    """Scopes were resumed."""

    scopes: int
    unpauser: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    """An account received a role."""

    role: bytes
    account: Address
    sender: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(Event):
    """An account lost a role."""

    role: bytes
    account: Address
    sender: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAdminChanged(Event):
    """Another role grants this one from now on."""

    role: bytes
    previous_admin_role: bytes
    new_admin_role: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAdminTransferScheduled(Event):
    """The next admin was named; it can accept after `accept_schedule`, in seconds since 1970."""

    new_admin: Address
    accept_schedule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAdminTransferCanceled(Event):
    """The naming of the next admin was withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAdminDelayChangeScheduled(Event):
    """The admin's delay, in seconds, changes at `effect_schedule`, in seconds since 1970."""

    new_delay: int
    effect_schedule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultAdminDelayChangeCanceled(Event):
    """A change of the admin's delay was withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialized(Event):
    """The coin was initialised."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded(Event):
    """The implementation was replaced."""

    implementation: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneClosed(Event):
    """The implementation serves the holder functions from now on."""

    upgrader: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneOpened(Event):
    """The proxy serves the holder functions from now on."""

    upgrader: Address


_UNLIMITED = 2**256 - 1


def decode_events(logs: Iterable[Log], coin: Address, denomination: Denomination) -> list[Event]:
    """Reads the coin's events out of logs; those of other contracts are left out.

    Args:
        logs: As a receipt or a query holds them.
        coin: The coin's address.
        denomination: What its amounts are counted in.

    Returns:
        The events, in the order of the logs.
    """
    return [event for log in logs if log.address == coin and (event := _decode(log, denomination)) is not None]


def _decode(log: Log, denomination: Denomination) -> Event | None:
    decoded = coin_abi().decode_event(log.topics, log.data)
    if decoded is None:
        return None
    kind: type[Event] = getattr(sys.modules[__name__], decoded.entry.name)
    amounts = {field.name for field in fields(kind) if field.type == "Amount"}
    named: dict[str, Any] = {("sender" if name == "from" else name): value for name, value in decoded.fields.items()}
    return kind(
        block_number=log.block_number,
        transaction_hash=log.transaction_hash,
        log_index=log.index,
        **{name: _amount(value, denomination) if name in amounts else value for name, value in named.items()},
    )


def _amount(base_units: int, denomination: Denomination) -> Amount:
    from stablecoin_tools.amounts import MAX_BASE_UNITS

    return denomination.from_base_units(min(base_units, MAX_BASE_UNITS))
