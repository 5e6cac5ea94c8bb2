"""What OpenZeppelin's parts report: roles, the admin, upgrades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.token.events.base import Event

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address

__all__ = [
    "DefaultAdminDelayChangeCanceled",
    "DefaultAdminDelayChangeScheduled",
    "DefaultAdminTransferCanceled",
    "DefaultAdminTransferScheduled",
    "Initialized",
    "RoleAdminChanged",
    "RoleGranted",
    "RoleRevoked",
    "Upgraded",
]


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
