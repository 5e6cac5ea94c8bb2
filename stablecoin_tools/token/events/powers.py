"""What the issuer does to accounts and to the coin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.token.events.base import Event

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount

__all__ = [
    "AllowlistOnlyChanged",
    "Blacklisted",
    "BlacklistedBurned",
    "ContractURIUpdated",
    "ERC20Rescued",
    "ETHRescued",
    "LaneClosed",
    "LaneOpened",
    "Paused",
    "Seized",
    "UnBlacklisted",
    "UnVerified",
    "Unpaused",
    "Verified",
]


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
class LaneClosed(Event):
    """The implementation serves the holder functions from now on."""

    upgrader: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneOpened(Event):
    """The proxy serves the holder functions from now on."""

    upgrader: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Seized(Event):
    """Coins of a blacklisted account were moved by order."""

    sender: Address
    to: Address
    value: Amount
    order_ref: bytes
    seizer: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class BlacklistedBurned(Event):
    """Coins of a blacklisted account were destroyed by order."""

    sender: Address
    value: Amount
    order_ref: bytes
    seizer: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified(Event):
    """An account was verified."""

    account: Address
    verifier: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class UnVerified(Event):
    """An account is verified no more."""

    account: Address
    verifier: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowlistOnlyChanged(Event):
    """The coin was reserved for verified accounts, or opened to all."""

    is_on: bool
    admin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ERC20Rescued(Event):
    """Stray tokens were sent on; `value` is in the base units of that token."""

    token: Address
    to: Address
    value: int
    rescuer: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ETHRescued(Event):
    """Stray ETH was sent on."""

    to: Address
    value_wei: int
    rescuer: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractURIUpdated(Event):
    """The address of the description changed."""
