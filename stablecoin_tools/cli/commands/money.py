"""`mint`, `burn`, `redeem`, `transfer` and `approve`: what changes balances, and who may."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli.command import (
    Command,
    coin_options,
    final_option,
    ref_option,
    sending_options,
    signing_options,
)
from stablecoin_tools.cli.reading import read_reference
from stablecoin_tools.cli.session import Session

__all__ = ["approve", "burn", "mint", "redeem", "transfer"]


@click.command(cls=Command)
@click.argument("to")
@click.argument("amount")
@sending_options
@coin_options
def mint(to: str, amount: str, **options: Any) -> None:
    """Create AMOUNT for TO, out of the signer's mint allowance; with --ref, once on this chain and never again.

    \b
    Example:  stablecoin mint 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "1,250.00 USDX" --ref order-42 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.mint(to, session.coin.denomination.parse(amount)))


@click.command(cls=Command)
@click.argument("amount")
@sending_options
@coin_options
def burn(amount: str, **options: Any) -> None:
    """Destroy AMOUNT of the signer's own coins; with --ref, once on this chain and never again.

    \b
    Example:  stablecoin burn "1,250.00 USDX" --ref redemption-7 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.burn(session.coin.denomination.parse(amount)))


@click.command(cls=Command)
@click.argument("amount")
@signing_options
@ref_option(required=True)
@final_option
@coin_options
def redeem(amount: str, ref: str, **options: Any) -> None:
    """Give AMOUNT of the signer's own coins back to the issuer, against money. Any holder may.

    \b
    Example:  stablecoin redeem "1,250.00 USDX" --ref payout-42 --network anvil --wallet dev1
    """
    session = Session(**options, ref=ref)
    session.transact(session.coin.calls.redeem(session.coin.denomination.parse(amount), read_reference(ref)))


@click.command(cls=Command)
@click.argument("to")
@click.argument("amount")
@click.option("--memo", metavar="TEXT", help="What it is for: a text, or 32 bytes as 0x and 64 hex digits.")
@sending_options
@coin_options
def transfer(to: str, amount: str, memo: str | None, **options: Any) -> None:
    """Move AMOUNT from the signer to TO.

    \b
    Example:  stablecoin transfer 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "1,250.00 USDX" --network anvil
    """
    session = Session(**options)
    calls, value = session.coin.calls, session.coin.denomination.parse(amount)
    if memo is None:
        session.transact(calls.transfer(to, value))
    else:
        session.transact(calls.transfer_with_memo(to, value, read_reference(memo)))


@click.command(cls=Command)
@click.argument("spender")
@click.argument("amount")
@sending_options
@coin_options
def approve(spender: str, amount: str, **options: Any) -> None:
    """Let SPENDER move up to AMOUNT of the signer's balance, in place of what it might before.

    \b
    Example:  stablecoin approve 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 "100.00 USDX" --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.approve(spender, session.coin.denomination.parse(amount)))
