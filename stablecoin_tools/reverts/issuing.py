"""What the issuer can meet: refusals of minting, seizing, pausing and upgrading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.reverts.base import ContractRevert

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.reverts.base import BaseUnits

__all__ = [
    "AccountNotBlacklisted",
    "AmountTooGreat",
    "BridgeAllowanceExceeded",
    "ETHNotTaken",
    "GlobalLimitExceeded",
    "InvalidLimit",
    "InvalidPauseScopes",
    "LaneNotServed",
    "MintAllowanceExceeded",
    "ReferenceUsed",
    "ReserveExceeded",
    "ReserveFeedMissing",
    "ReserveFeedStale",
    "SupplyCapExceeded",
    "ZeroValue",
]


@dataclass(eq=False)
class SupplyCapExceeded(ContractRevert):
    """The mint would lift the supply above its cap."""

    cap: BaseUnits
    supply: BaseUnits
    value: BaseUnits
    hint = "Mint less, or have the DEFAULT_ADMIN_ROLE holder raise the cap."


@dataclass(eq=False)
class MintAllowanceExceeded(ContractRevert):
    """The minter has less allowance than the mint needs."""

    minter: Address
    available: BaseUnits
    needed: BaseUnits
    hint = "Mint less, or have a MINTER_ADMIN_ROLE holder configure the minter anew."


@dataclass(eq=False)
class ZeroValue(ContractRevert):
    """The amount to mint or burn is zero."""


@dataclass(eq=False)
class InvalidPauseScopes(ContractRevert):
    """The scopes are none, or one is unknown."""

    scopes: int


@dataclass(eq=False)
class LaneNotServed(ContractRevert):
    """The implementation does not serve the holder functions."""

    implementation: Address
    hint = "Upgrade to an implementation that serves every holder function and says so by ERC-165."


@dataclass(eq=False)
class GlobalLimitExceeded(ContractRevert):
    """All minters together have less left than the mint needs."""

    available: BaseUnits
    needed: BaseUnits
    hint = "Mint less, or wait until the limit has refilled."


@dataclass(eq=False)
class AmountTooGreat(ContractRevert):
    """The amount exceeds the greatest supply that a coin can have."""

    amount: BaseUnits
    greatest: BaseUnits
    hint = "There is no unlimited amount: name the one that is really needed."


@dataclass(eq=False)
class InvalidLimit(ContractRevert):
    """The limit does not refill, or takes more than 272 years to."""

    capacity: BaseUnits
    refill_per_second: BaseUnits
    hint = "Name a refill of at least one base unit each second, or a plain allowance."


@dataclass(eq=False)
class BridgeAllowanceExceeded(ContractRevert):
    """The bridge has less left than the mint needs."""

    bridge: Address
    available: BaseUnits
    needed: BaseUnits


@dataclass(eq=False)
class ReferenceUsed(ContractRevert):
    """What the reference stands for has been done before."""

    ref: bytes
    hint = "Do not do it again under another reference before looking up what was done under this one."


@dataclass(eq=False)
class ReserveExceeded(ContractRevert):
    """The mint would lift the supply above the attested reserve."""

    reserve: BaseUnits
    supply: BaseUnits


@dataclass(eq=False)
class ReserveFeedStale(ContractRevert):
    """The reserve feed's last answer is too old, or from the future."""

    updated_at: int
    max_age_seconds: int
    hint = "Nothing can be minted until the feed answers again, or another feed is set."


@dataclass(eq=False)
class ReserveFeedMissing(ContractRevert):
    """No reserve feed is set."""


@dataclass(eq=False)
class AccountNotBlacklisted(ContractRevert):
    """Coins are taken by order from blacklisted accounts only."""

    account: Address
    hint = "Blacklist the account first."


@dataclass(eq=False)
class ETHNotTaken(ContractRevert):
    """The receiver did not take the ETH, or the coin has less."""

    to: Address
    value_wei: int
