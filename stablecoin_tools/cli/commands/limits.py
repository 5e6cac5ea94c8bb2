"""`limits show | set-cap | set-global`: how much there may be, and how fast it may grow."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.reading import limit_facts, read_refill
from stablecoin_tools.cli.session import Session

__all__ = ["limits"]


@click.group(cls=Group)
def limits() -> None:
    """Show and change the supply cap, and what all minters and bridges together may create."""


@limits.command("show")
@coin_options
def show_limits(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Show the supply, its cap, and what may be created now.

    \b
    Example:  stablecoin limits show --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    known = {
        "supply": session.coin.total_supply(),
        "supply_cap": session.coin.supply_cap(),
        "global_limit": limit_facts(session.coin.global_limit()),
    }
    show.facts(show.heading(session), known, as_json=as_json)


@limits.command("set-cap")
@click.argument("amount")
@sending_options
@coin_options
def set_cap(amount: str, **options: Any) -> None:
    """Set the greatest supply to AMOUNT; six significant digits of it are kept.

    \b
    Example:  stablecoin limits set-cap "2,000,000,000 USDX" --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.set_supply_cap(session.coin.denomination.parse(amount)))


@limits.command("set-global")
@click.argument("amount")
@click.option("--refill-per-day", required=True, metavar="AMOUNT", help="What of it comes back each day.")
@sending_options
@coin_options
def set_global(amount: str, refill_per_day: str, **options: Any) -> None:
    """Let all minters and bridges together create AMOUNT at once, and as much again as comes back.

    The refill counts by the second, rounded down; six significant digits of each figure are kept.

    \b
    Example:  stablecoin limits set-global "100,000,000 USDX" --refill-per-day "50,000,000 USDX" --network anvil
    """
    session = Session(**options)
    denomination = session.coin.denomination
    refill = read_refill(denomination, refill_per_day)
    session.transact(session.coin.calls.set_global_limit(denomination.parse(amount), refill))
