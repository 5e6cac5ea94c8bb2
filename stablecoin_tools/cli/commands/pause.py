"""`pause` and `unpause`."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import click

from stablecoin_tools.cli.command import Command, coin_options, sending_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.roles import PauseScope

__all__ = ["pause", "unpause"]

_SCOPES = click.Choice(PauseScope.ALL.names())


@click.command(cls=Command)
@click.argument("scopes", nargs=-1, type=_SCOPES)
@sending_options
@coin_options
def pause(scopes: tuple[str, ...], **options: Any) -> None:
    """Pause everything, or only SCOPES. Roles and the blacklist can still be changed.

    \b
    Example:  stablecoin pause --network anvil --yes
              stablecoin pause transfers minting --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.pause(_scopes(scopes)))


@click.command(cls=Command)
@click.argument("scopes", nargs=-1, type=_SCOPES)
@sending_options
@coin_options
def unpause(scopes: tuple[str, ...], **options: Any) -> None:
    """Resume everything, or only SCOPES.

    \b
    Example:  stablecoin unpause --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.unpause(_scopes(scopes)))


def _scopes(names: tuple[str, ...]) -> PauseScope:
    return reduce(or_, (PauseScope[name.upper()] for name in names)) if names else PauseScope.ALL
