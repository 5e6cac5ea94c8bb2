"""`uri show | set` and `reference used`."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.reading import read_reference
from stablecoin_tools.cli.session import Session

__all__ = ["reference", "uri"]


@click.group(cls=Group)
def uri() -> None:
    """Show and change where people and wallets read more about the coin (ERC-7572)."""


@uri.command("show")
@coin_options
def show_uri(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Show the address of the coin's description.

    \b
    Example:  stablecoin uri show --network anvil
    """
    found = Session(network, as_json=as_json, coin=coin).coin.contract_uri()
    if as_json:
        show.write_json({"uri": found})
    else:
        click.echo(show.visible(found) or "none")


@uri.command("set")
@click.argument("address", metavar="URI")
@sending_options
@coin_options
def set_uri(address: str, **options: Any) -> None:
    """Set the address of the coin's description to URI; an empty one takes it away.

    \b
    Example:  stablecoin uri set https://example.org/usdx.json --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.set_contract_uri(address))


@click.group(cls=Group)
def reference() -> None:
    """Look references up: what is done under one is done once."""


@reference.command()
@click.argument("text")
@click.option("--holder", metavar="ACCOUNT", help="Ask for this holder's redemptions, not for the issuer's own.")
@coin_options
def used(text: str, holder: str | None, network: str | None, *, as_json: bool, coin: str | None) -> None:
    """Say whether coins were minted or burned under the reference TEXT, or redeemed by a holder.

    \b
    Example:  stablecoin reference used deposit-1001 --network anvil
              stablecoin reference used payout-42 --holder 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    ref = read_reference(text)
    is_used = session.coin.is_reference_used(ref, holder=holder)
    if as_json:
        show.write_json({"reference": ref, "text": text, "holder": holder, "used": is_used})
    else:
        click.echo(f"{text} is {'' if is_used else 'not '}used" + (f" by {holder}" if holder else ""))
