"""`init`."""

from __future__ import annotations

from pathlib import Path

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command
from stablecoin_tools.errors import ConfigError, UsageError

__all__ = ["init"]

_FILE = "stablecoin.toml"


@click.command(cls=Command)
@click.option("--coin", default="USDX", show_default=True, metavar="SYMBOL", help="The coin's ticker.")
@click.option("--currency", default="USD", show_default=True, help="The ISO 4217 code of its backing.")
@click.option("--name", default="Example Dollar", show_default=True, help="Its full name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def init(coin: str, currency: str, name: str, *, as_json: bool) -> None:
    """Write a stablecoin.toml to begin with: a coin on anvil, its roles in separate hands, each line explained.

    A file that is there already is left as it is.

    \b
    Example:  stablecoin init --coin XSGD --currency SGD --name "Example Singapore Dollar"
    """
    from stablecoin_tools.deployment.description import read_description
    from stablecoin_tools.deployment.description.template import template

    text = template(symbol=coin, currency=currency, name=name)
    try:
        read_description(text)
    except ConfigError as error:
        raise UsageError(f"No file can describe such a coin: {error}", hint=error.hint) from error
    _write(text)
    show.facts("written", {"file": _FILE, "coin": coin, "next": "stablecoin plan"}, as_json=as_json)


def _write(text: str) -> None:
    try:
        with Path(_FILE).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"There is a {_FILE} here already: it is left as it is.") from None
    except OSError as error:
        raise ConfigError(f"{_FILE} cannot be written: {error.strerror}.") from error
