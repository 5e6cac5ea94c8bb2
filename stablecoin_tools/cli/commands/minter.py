"""`minter list | configure | remove`."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, signing_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.roles import Role

__all__ = ["minter"]


@click.group(cls=Group)
def minter() -> None:
    """Show and change who may mint, and how much."""


@minter.command("list")
@coin_options
def list_minters(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """List every minter with what it may still mint.

    \b
    Example:  stablecoin minter list --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    allowances = {
        minter: session.coin.minter_allowance(minter) for minter in session.coin.role_members(Role.MINTER_ROLE)
    }
    if as_json:
        show.write_json([{"minter": minter, "allowance": allowance} for minter, allowance in allowances.items()])
        return
    rows = [(str(minter), str(allowance)) for minter, allowance in allowances.items()]
    show.table(show.heading(session), ("minter", "may still mint"), rows or [("nobody", "")])


@minter.command()
@click.argument("account")
@click.argument("allowance")
@signing_options
@coin_options
def configure(account: str, allowance: str, **options: Any) -> None:
    """Let ACCOUNT mint ALLOWANCE, in place of what it might before.

    \b
    Example:  stablecoin minter configure 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "50,000 USDX" --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.configure_minter(account, session.coin.denomination.parse(allowance)))


@minter.command()
@click.argument("account")
@signing_options
@coin_options
def remove(account: str, **options: Any) -> None:
    """Take role and allowance from ACCOUNT.

    \b
    Example:  stablecoin minter remove 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.remove_minter(account))
