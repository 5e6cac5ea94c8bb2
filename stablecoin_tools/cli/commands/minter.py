"""`minter list | configure | remove`, and `bridge` alike: who may create coins, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.reading import limit_facts, read_refill
from stablecoin_tools.cli.session import Session
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.token import Limit

__all__ = ["bridge", "minter"]

_REFILL = "What of it comes back each day; without, it is used up for good."


@click.group(cls=Group)
def minter() -> None:
    """Show and change who may mint, and how much."""


@minter.command("list")
@coin_options
def list_minters(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """List every minter with its limit, and what it may mint now.

    \b
    Example:  stablecoin minter list --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    limits = {party: session.coin.minter_limit(party) for party in session.coin.role_members(Role.MINTER_ROLE)}
    _show(session, "minter", limits)


@minter.command("configure")
@click.argument("account")
@click.argument("amount")
@click.option("--refill-per-day", metavar="AMOUNT", help=_REFILL)
@sending_options
@coin_options
def configure_minter(account: str, amount: str, refill_per_day: str | None, **options: Any) -> None:
    """Let ACCOUNT mint AMOUNT, in place of what it might before; with a refill, as much again as comes back.

    A limit that refills is kept to six significant digits, and its refill counts by the second, rounded down.

    \b
    Example:  stablecoin minter configure 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "50,000 USDX" --network anvil
    """
    session = Session(**options)
    capacity, refill = _limit(session, amount, refill_per_day)
    session.transact(session.coin.calls.configure_minter(account, capacity, refill))


@minter.command("remove")
@click.argument("account")
@sending_options
@coin_options
def remove_minter(account: str, **options: Any) -> None:
    """Take role and allowance from ACCOUNT.

    \b
    Example:  stablecoin minter remove 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.remove_minter(account))


@click.group(cls=Group)
def bridge() -> None:
    """Show and change who may mint and burn for holders who cross to another chain (ERC-7802)."""


@bridge.command("list")
@coin_options
def list_bridges(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """List every bridge with its limit, and what it may mint now.

    \b
    Example:  stablecoin bridge list --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    limits = {party: session.coin.bridge_limit(party) for party in session.coin.role_members(Role.BRIDGE_ROLE)}
    _show(session, "bridge", limits)


@bridge.command("configure")
@click.argument("account")
@click.argument("amount")
@click.option("--refill-per-day", metavar="AMOUNT", help=_REFILL)
@sending_options
@coin_options
def configure_bridge(account: str, amount: str, refill_per_day: str | None, **options: Any) -> None:
    """Let the bridge ACCOUNT mint AMOUNT, and burn for holders, in place of what it might before.

    \b
    Example:  stablecoin bridge configure 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "50,000 USDX" \\
                --refill-per-day "50,000 USDX" --network anvil
    """
    session = Session(**options)
    capacity, refill = _limit(session, amount, refill_per_day)
    session.transact(session.coin.calls.configure_bridge(account, capacity, refill))


@bridge.command("remove")
@click.argument("account")
@sending_options
@coin_options
def remove_bridge(account: str, **options: Any) -> None:
    """Take role and limit from the bridge ACCOUNT.

    \b
    Example:  stablecoin bridge remove 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.remove_bridge(account))


def _limit(session: Session, amount: str, refill_per_day: str | None) -> tuple[Amount, Amount | None]:
    denomination = session.coin.denomination
    refill = None if refill_per_day is None else read_refill(denomination, refill_per_day)
    return denomination.parse(amount), refill


def _show(session: Session, kind: str, limits: dict[Address, Limit]) -> None:
    if session.as_json:
        show.write_json([{kind: party, **limit_facts(limit)} for party, limit in limits.items()])
        return
    rows = [(str(party), *map(str, limit_facts(limit).values())) for party, limit in limits.items()]
    columns = (kind, "may mint at once", "comes back each second", "may mint now")
    show.table(show.heading(session), columns, rows or [("nobody", "", "", "")])
