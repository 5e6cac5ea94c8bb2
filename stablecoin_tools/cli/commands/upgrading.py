"""`upgrade` and `lane`: the implementation, and who serves the holders."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli.command import Command, Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session

__all__ = ["lane", "upgrade"]


@click.command(cls=Command)
@click.argument("implementation")
@click.option("--close-lane", is_flag=True, help="Let it serve the holders' functions too, in the same transaction.")
@sending_options
@coin_options
def upgrade(implementation: str, *, close_lane: bool, **options: Any) -> None:
    """Replace what serves the issuer's functions by the contract at IMPLEMENTATION. It can do anything: prove it first.

    \b
    Example:  stablecoin upgrade 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    calls = session.coin.calls
    session.transact(calls.upgrade_to_and_call(implementation, calls.close_lane() if close_lane else None))


@click.group(cls=Group)
def lane() -> None:
    """Let the implementation serve the holders' functions, or the proxy again."""


@lane.command()
@sending_options
@coin_options
def close(**options: Any) -> None:
    """Send the holders' functions to the implementation, which must say that it serves them all.

    \b
    Example:  stablecoin lane close --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.close_lane())


@lane.command("open")
@sending_options
@coin_options
def open_lane(**options: Any) -> None:
    """Serve the holders' functions from the proxy again.

    \b
    Example:  stablecoin lane open --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.open_lane())
