"""`mint`, `burn` and `transfer`: what changes balances."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli.command import Command, coin_options, signing_options
from stablecoin_tools.cli.session import Session

__all__ = ["burn", "mint", "transfer"]


@click.command(cls=Command)
@click.argument("to")
@click.argument("amount")
@signing_options
@coin_options
def mint(to: str, amount: str, **options: Any) -> None:
    """Create AMOUNT for TO, out of the signer's mint allowance.

    \b
    Example:  stablecoin mint 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "1,250.00 USDX" --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.mint(to, session.coin.denomination.parse(amount)))


@click.command(cls=Command)
@click.argument("amount")
@signing_options
@coin_options
def burn(amount: str, **options: Any) -> None:
    """Destroy AMOUNT of the signer's own coins.

    \b
    Example:  stablecoin burn "1,250.00 USDX" --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.burn(session.coin.denomination.parse(amount)))


@click.command(cls=Command)
@click.argument("to")
@click.argument("amount")
@signing_options
@coin_options
def transfer(to: str, amount: str, **options: Any) -> None:
    """Move AMOUNT from the signer to TO.

    \b
    Example:  stablecoin transfer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "1,250.00 USDX" --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.transfer(to, session.coin.denomination.parse(amount)))
