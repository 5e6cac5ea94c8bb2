"""`roles list | grant | revoke`."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, coin_options, sending_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.roles import Role

__all__ = ["roles"]

_ROLES = click.Choice([role.name for role in Role if role is not Role.DEFAULT_ADMIN_ROLE])


@click.group(cls=Group)
def roles() -> None:
    """Show and change who may do what."""


@roles.command("list")
@coin_options
def list_roles(network: str | None, *, as_json: bool, coin: str | None) -> None:
    """List every role with its holders.

    \b
    Example:  stablecoin roles list --network anvil
    """
    session = Session(network, as_json=as_json, coin=coin)
    held = {role: session.coin.role_members(role) for role in Role}
    if as_json:
        show.write_json({role.name: holders for role, holders in held.items()})
        return
    rows = [(role.name, "\n".join(map(str, holders)) or "nobody", role.value) for role, holders in held.items()]
    show.table(show.heading(session), ("role", "held by", "what it does"), rows)


@roles.command()
@click.argument("role", type=_ROLES)
@click.argument("account")
@sending_options
@coin_options
def grant(role: str, account: str, **options: Any) -> None:
    """Give ROLE to ACCOUNT.

    \b
    Example:  stablecoin roles grant PAUSER_ROLE 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.grant_role(Role[role], account))


@roles.command()
@click.argument("role", type=_ROLES)
@click.argument("account")
@sending_options
@coin_options
def revoke(role: str, account: str, **options: Any) -> None:
    """Take ROLE from ACCOUNT.

    \b
    Example:  stablecoin roles revoke PAUSER_ROLE 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.revoke_role(Role[role], account))


@roles.command()
@click.argument("role", type=_ROLES)
@sending_options
@coin_options
def renounce(role: str, **options: Any) -> None:
    """Give ROLE up, as the wallet that holds it.

    \b
    Example:  stablecoin roles renounce PAUSER_ROLE --wallet dev1 --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.renounce_role(Role[role], session.signer.address))
