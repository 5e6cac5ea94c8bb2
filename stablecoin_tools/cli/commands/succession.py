"""`admin begin | accept | cancel`: the admin's role changes hands in two steps, after a delay."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session

__all__ = ["admin"]


@click.group(cls=Group)
def admin() -> None:
    """Hand DEFAULT_ADMIN_ROLE over; `info` shows who holds it and who is next."""


@admin.command()
@click.argument("account")
@sending_options
@coin_options
def begin(account: str, **options: Any) -> None:
    """Name ACCOUNT the next admin; it can accept after the delay.

    \b
    Example:  stablecoin admin begin 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.begin_default_admin_transfer(account))


@admin.command()
@sending_options
@coin_options
def accept(**options: Any) -> None:
    """Become the admin, as the one who was named, once the delay has passed.

    \b
    Example:  stablecoin admin accept --wallet dev1 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.accept_default_admin_transfer())


@admin.command()
@sending_options
@coin_options
def cancel(**options: Any) -> None:
    """Withdraw the naming of the next admin.

    \b
    Example:  stablecoin admin cancel --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.cancel_default_admin_transfer())
