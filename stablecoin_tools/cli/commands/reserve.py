"""`reserve show | set | clear`: the feed that attests the reserve, beyond which nothing is minted."""

from __future__ import annotations

from typing import Any, Final

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import Reverted

__all__ = ["reserve"]

_MAX_SECONDS: Final = 2**48 - 1


@click.group(cls=Group)
def reserve() -> None:
    """Show and change the feed that attests the reserve."""


@reserve.command("show")
@coin_options
def show_reserve(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Show the feed, what it attests now, and the supply.

    \b
    Example:  stablecoin reserve show --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    feed = session.coin.reserve_feed()
    known: dict[str, Any] = {
        "feed": feed.feed if feed else None,
        "max_age_seconds": feed.max_age_seconds if feed else None,
        "attested_reserve": None,
        "refused": None,
        "supply": session.coin.total_supply(),
    }
    try:
        known["attested_reserve"] = session.coin.attested_reserve() if feed else None
    except Reverted as error:
        known["refused"] = str(error)
    show.facts(show.heading(session), known, as_json=as_json)


@reserve.command("set")
@click.argument("feed")
@click.option(
    "--max-age",
    "max_age_seconds",
    required=True,
    type=click.IntRange(0, _MAX_SECONDS),
    metavar="SECONDS",
    help="How old the feed's answer may be.",
)
@sending_options
@coin_options
def set_reserve(feed: str, max_age_seconds: int, **options: Any) -> None:
    """Mint no more than FEED attests: a contract that speaks AggregatorV3Interface, in the coin's currency.

    \b
    Example:  stablecoin reserve set 0x5FbDB2315678afecb367f032d93F642f64180aa3 --max-age 86400 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.set_reserve_feed(feed, max_age_seconds))


@reserve.command("clear")
@sending_options
@coin_options
def clear_reserve(**options: Any) -> None:
    """Ask no feed any more.

    \b
    Example:  stablecoin reserve clear --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.set_reserve_feed(None))
