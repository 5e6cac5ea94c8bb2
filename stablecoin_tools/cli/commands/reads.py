"""`info`, `balance` and `supply`: what stands on the chain now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, coin_options
from stablecoin_tools.cli.reading import limit_facts
from stablecoin_tools.cli.session import Session

if TYPE_CHECKING:
    from stablecoin_tools.token import Stablecoin

__all__ = ["balance", "info", "supply"]


@click.command(cls=Command)
@coin_options
def info(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Show everything about the coin: supply, limits, pauses, roles, minters, bridges.

    \b
    Example:  stablecoin info --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    show.facts(show.heading(session), _facts(session, session.coin), as_json=as_json)


@click.command(cls=Command)
@click.argument("account")
@coin_options
def balance(account: str, network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Show how much an account holds.

    \b
    Example:  stablecoin balance 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    held = session.coin.balance_of(account)
    if as_json:
        show.write_json({"account": account, "balance": held})
    else:
        click.echo(str(held))


@click.command(cls=Command)
@coin_options
def supply(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Show how much of the coin exists, frozen balances included.

    \b
    Example:  stablecoin supply --network anvil
    """
    total = Session(network, as_json=as_json, coin=coin).coin.total_supply()
    if as_json:
        show.write_json({"supply": total})
    else:
        click.echo(str(total))


def _facts(session: Session, coin: Stablecoin) -> dict[str, Any]:
    from stablecoin_tools.roles import Role

    feed, pending = coin.reserve_feed(), coin.pending_default_admin()
    holders = {role: coin.role_members(role) for role in Role}
    return {
        "name": coin.name(),
        "symbol": coin.denomination.symbol,
        "currency": coin.currency(),
        "decimals": coin.denomination.decimals,
        "address": coin.address,
        "network": session.network.name,
        "chain_id": session.network.chain_id,
        "implementation": coin.implementation(),
        "lane_closed": coin.is_lane_closed(),
        "contract_uri": coin.contract_uri(),
        "supply": coin.total_supply(),
        "supply_cap": coin.supply_cap(),
        "global_limit": limit_facts(coin.global_limit()),
        "reserve_feed": {"feed": feed.feed, "max_age_seconds": feed.max_age_seconds} if feed else None,
        "verified_accounts_only": coin.is_allowlist_only(),
        "paused": coin.paused_scopes().names(),
        "admin": coin.default_admin(),
        "admin_delay_seconds": coin.default_admin_delay_seconds(),
        "pending_admin": pending.account if pending else None,
        "roles": {role.name: parties for role, parties in holders.items()},
        "minters": {str(party): limit_facts(coin.minter_limit(party)) for party in coin.role_members(Role.MINTER_ROLE)},
        "bridges": {str(party): limit_facts(coin.bridge_limit(party)) for party in coin.role_members(Role.BRIDGE_ROLE)},
    }
