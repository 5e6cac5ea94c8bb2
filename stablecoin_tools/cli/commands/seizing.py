"""`seize` and `burn-blacklisted`: what is done to blacklisted accounts by lawful order."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli.command import Command, coin_options, sending_options
from stablecoin_tools.cli.reading import read_reference
from stablecoin_tools.cli.session import Session

__all__ = ["burn_blacklisted", "seize"]

_ORDER = "The order's number, or 32 bytes as 0x and 64 hex digits. One order may need several takings."


@click.command(cls=Command)
@click.argument("source")
@click.argument("to")
@click.argument("amount")
@click.option("--order", required=True, metavar="TEXT", help=_ORDER)
@sending_options
@coin_options
def seize(source: str, to: str, amount: str, order: str, **options: Any) -> None:
    """Move AMOUNT of the blacklisted account SOURCE to TO. Works while everything is paused.

    \b
    Example:  stablecoin seize 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 \\
                0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 "250.00 USDX" --order court-2026-17 --network anvil
    """
    session = Session(**options)
    value = session.coin.denomination.parse(amount)
    session.transact(session.coin.calls.seize(source, to, value, read_reference(order)))


@click.command("burn-blacklisted", cls=Command)
@click.argument("source")
@click.argument("amount")
@click.option("--order", required=True, metavar="TEXT", help=_ORDER)
@sending_options
@coin_options
def burn_blacklisted(source: str, amount: str, order: str, **options: Any) -> None:
    """Destroy AMOUNT of the blacklisted account SOURCE. Works while everything is paused.

    \b
    Example:  stablecoin burn-blacklisted 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "250.00 USDX" \\
                --order court-2026-17 --network anvil
    """
    session = Session(**options)
    value = session.coin.denomination.parse(amount)
    session.transact(session.coin.calls.burn_blacklisted(source, value, read_reference(order)))
