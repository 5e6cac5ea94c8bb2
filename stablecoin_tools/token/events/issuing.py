"""What makes and unmakes coins: minting, burning, bridging, and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.token.events.base import Event

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount

__all__ = [
    "BridgeConfigured",
    "BridgeRemoved",
    "Burned",
    "BurnedWithReference",
    "CrosschainBurn",
    "CrosschainMint",
    "GlobalLimitChanged",
    "Minted",
    "MintedWithReference",
    "MinterConfigured",
    "MinterRemoved",
    "Redeemed",
    "ReserveFeedChanged",
    "SupplyCapChanged",
]


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
    """A minter was given its limit; a refill of zero makes it a plain allowance."""

    minter: Address
    allowance: Amount
    refill_per_second: Amount
    minter_admin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class MinterRemoved(Event):
    """An account stopped being a minter."""

    minter: Address
    remover: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class MintedWithReference(Event):
    """Coins were created under a reference."""

    ref: bytes
    minter: Address
    to: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnedWithReference(Event):
    """Coins were destroyed under a reference."""

    ref: bytes
    burner: Address
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed(Event):
    """A holder gave coins back and is owed money for them."""

    holder: Address
    value: Amount
    ref: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyCapChanged(Event):
    """The supply cap was set."""

    cap: Amount
    admin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalLimitChanged(Event):
    """What all minters together may create was set."""

    capacity: Amount
    refill_per_second: Amount
    admin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeConfigured(Event):
    """A bridge was given its limit."""

    bridge: Address
    capacity: Amount
    refill_per_second: Amount
    minter_admin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRemoved(Event):
    """An account stopped being a bridge."""

    bridge: Address
    remover: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosschainMint(Event):
    """A bridge created coins that were destroyed on another chain."""

    to: Address
    amount: Amount
    sender: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosschainBurn(Event):
    """A bridge destroyed coins of `source`, to be created on another chain."""

    source: Address
    amount: Amount
    sender: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveFeedChanged(Event):
    """The feed that attests the reserve was set, or taken away if zero."""

    feed: Address
    max_age_seconds: int
    admin: Address
