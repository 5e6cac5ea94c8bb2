"""`mint-batch` and `transfer-batch`: a file of payments in one transaction, all or nothing."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli.command import Command, coin_options, sending_options
from stablecoin_tools.cli.reading import read_file, text_of_reference
from stablecoin_tools.cli.session import Session

__all__ = ["mint_batch", "transfer_batch"]


@click.command("mint-batch", cls=Command)
@click.argument("file")
@sending_options
@coin_options
def mint_batch(file: str, **options: Any) -> None:
    """Create coins for every line of FILE: account,amount,reference. All or nothing, in one transaction.

    Each reference is good for one mint: a file that is run twice mints once. `-` reads standard input.

    \b
    Example:  stablecoin mint-batch deposits.csv --network anvil
    \b
    deposits.csv:  account,amount,reference
                   0x70997970C51812dc3A010C7d01b50e0d17dc79C8,"1,250.00 USDX",deposit-1001
    """
    from stablecoin_tools.cli.rows import read_mints

    session = Session(**options)
    mints = read_mints(read_file(file), session.coin.denomination)
    details = [f"{amount} to {account} under {text_of_reference(ref)}" for account, amount, ref in mints]
    session.transact(session.coin.calls.mint_batch(mints), details=details)


@click.command("transfer-batch", cls=Command)
@click.argument("file")
@sending_options
@coin_options
def transfer_batch(file: str, **options: Any) -> None:
    """Pay every line of FILE from the signer's balance: account,amount. All or nothing, in one transaction.

    `-` reads standard input.

    \b
    Example:  stablecoin transfer-batch payouts.csv --network anvil
    \b
    payouts.csv:  account,amount
                  0x70997970C51812dc3A010C7d01b50e0d17dc79C8,250.00 USDX
    """
    from stablecoin_tools.cli.rows import read_transfers

    session = Session(**options)
    payments = read_transfers(read_file(file), session.coin.denomination)
    details = [f"{amount} to {account}" for account, amount in payments]
    session.transact(session.coin.calls.transfer_batch(payments), details=details)
