"""`rescue erc20 | eth`: sends on what was sent to the coin by mistake."""

from __future__ import annotations

from typing import Any, Final

import click

from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session

__all__ = ["rescue"]

_WORD: Final = click.IntRange(0, 2**256 - 1)


@click.group(cls=Group)
def rescue() -> None:
    """Send on stray tokens and ETH that the coin holds."""


@rescue.command()
@click.argument("token")
@click.argument("to")
@click.argument("base_units", type=_WORD)
@sending_options
@coin_options
def erc20(token: str, to: str, base_units: int, **options: Any) -> None:
    """Send BASE_UNITS of the stray TOKEN to TO.

    \b
    Example:  stablecoin rescue erc20 0x5FbDB2315678afecb367f032d93F642f64180aa3 \\
                0x70997970C51812dc3A010C7d01b50e0d17dc79C8 1000000 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.rescue_erc20(token, to, base_units))


@rescue.command()
@click.argument("to")
@click.argument("wei", type=_WORD)
@sending_options
@coin_options
def eth(to: str, wei: int, **options: Any) -> None:
    """Send WEI of stray ETH to TO.

    \b
    Example:  stablecoin rescue eth 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 1000000000000000 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.rescue_eth(to, wei))
