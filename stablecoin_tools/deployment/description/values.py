"""What a description file says, as values: how each coin is to stand, on which networks, by whose hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.deployment.spec import CoinSpec
    from stablecoin_tools.roles import PauseScope
    from stablecoin_tools.token import ReserveFeed

__all__ = ["CoinDescription", "Description", "LimitDescription"]


@dataclass(frozen=True, slots=True)
class LimitDescription:
    """What one minter or bridge is to be allowed.

    Attributes:
        capacity: What it may create at once.
        refill_per_second: What comes back each second, of what comes back each day, rounded down; zero for an
            allowance that is used up for good.
    """

    capacity: Amount
    refill_per_second: Amount


@dataclass(frozen=True, slots=True)
class CoinDescription:
    """How one coin is to stand. None means that the file says nothing, and it stays as it is on the chain.

    Attributes:
        spec: The coin, with every role but those of the admin, of minters and of bridges.
        networks: Where it is to be, by name, in the file's order.
        minters: Who is to mint, and how much; nobody else.
        bridges: Who is to mint and burn for holders who cross to another chain, and how much; nobody else.
        contract_uri: Where people and wallets read more about it; empty for nowhere.
        is_allowlist_only: Whether it is for verified accounts only.
        reserve_feed: What attests its reserve; None for nothing.
        paused: What is to be paused, or None.
        blacklist: Who is to be on the blacklist, and nobody else; or None.
        verified: Who is to be verified, and nobody else; or None.
        implementation: What is to serve the issuer's functions, after an upgrade; None for this release's.
        is_lane_closed: Whether that is to serve the holders' functions too.
    """

    spec: CoinSpec
    networks: tuple[str, ...]
    minters: Mapping[Address, LimitDescription]
    bridges: Mapping[Address, LimitDescription]
    contract_uri: str
    is_allowlist_only: bool
    reserve_feed: ReserveFeed | None
    paused: PauseScope | None
    blacklist: frozenset[Address] | None
    verified: frozenset[Address] | None
    implementation: Address | None = None
    is_lane_closed: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """All that one description file says.

    Attributes:
        coins: The coins, by symbol, in the file's order.
        networks: The networks' names, in the file's order. Whether they are known is for the configuration to say.
        addresses: The address book: accounts by alias.
        signers: Which wallet signs for an alias, by alias.
    """

    coins: Mapping[str, CoinDescription]
    networks: tuple[str, ...]
    addresses: Mapping[str, Address]
    signers: Mapping[str, str]

    def alias_of(self, address: Address) -> str:
        """What the file calls an account, or its checksummed address if it has no name there."""
        return next((alias for alias, account in self.addresses.items() if account == address), str(address))
