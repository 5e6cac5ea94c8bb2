"""`blacklist add | remove | check`."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session

__all__ = ["blacklist"]


@click.group(cls=Group)
def blacklist() -> None:
    """Stop accounts from sending, receiving and spending, or set them free."""


@blacklist.command()
@click.argument("accounts", metavar="ACCOUNT...", nargs=-1, required=True)
@sending_options
@coin_options
def add(accounts: tuple[str, ...], **options: Any) -> None:
    """Put each ACCOUNT on the blacklist, in one transaction. Works while everything is paused.

    \b
    Example:  stablecoin blacklist add 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil --yes
    """
    session = Session(**options)
    calls = session.coin.calls
    if len(accounts) == 1:
        session.transact(calls.blacklist(accounts[0]))
    else:
        session.transact(calls.blacklist_batch(accounts), details=accounts)


@blacklist.command()
@click.argument("account")
@sending_options
@coin_options
def remove(account: str, **options: Any) -> None:
    """Take ACCOUNT off the blacklist.

    \b
    Example:  stablecoin blacklist remove 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.un_blacklist(account))


@blacklist.command()
@click.argument("account")
@coin_options
def check(account: str, network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Say whether ACCOUNT is on the blacklist.

    \b
    Example:  stablecoin blacklist check 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    is_blacklisted = Session(network, as_json=as_json, coin=coin).coin.is_blacklisted(account)
    if as_json:
        show.write_json({"account": account, "blacklisted": is_blacklisted})
    else:
        click.echo(f"{account} is {'' if is_blacklisted else 'not '}blacklisted")
