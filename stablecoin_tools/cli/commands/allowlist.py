"""`allowlist add | remove | check | require`."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session

__all__ = ["allowlist"]


@click.group(cls=Group)
def allowlist() -> None:
    """Say which accounts are verified, and whether the coin is for those only."""


@allowlist.command()
@click.argument("account")
@sending_options
@coin_options
def add(account: str, **options: Any) -> None:
    """Mark ACCOUNT as verified.

    \b
    Example:  stablecoin allowlist add 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.verify(account))


@allowlist.command()
@click.argument("account")
@sending_options
@coin_options
def remove(account: str, **options: Any) -> None:
    """Take the mark from ACCOUNT.

    \b
    Example:  stablecoin allowlist remove 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.un_verify(account))


@allowlist.command()
@click.argument("account")
@coin_options
def check(account: str, network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Say whether ACCOUNT is verified.

    \b
    Example:  stablecoin allowlist check 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    is_verified = Session(network, as_json=as_json, coin=coin).coin.is_verified(account)
    if as_json:
        show.write_json({"account": account, "verified": is_verified})
    else:
        click.echo(f"{account} is {'' if is_verified else 'not '}verified")


@allowlist.command()
@click.argument("switch", type=click.Choice(["on", "off"]))
@sending_options
@coin_options
def require(switch: str, **options: Any) -> None:
    """Reserve the coin for verified accounts (on), or open it to all (off).

    \b
    Example:  stablecoin allowlist require on --network anvil
    """
    session = Session(**options)
    is_on = switch == "on"
    session.transact(session.coin.calls.set_allowlist_only(is_on))
