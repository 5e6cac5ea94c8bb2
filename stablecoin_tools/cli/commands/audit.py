"""`audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.exceptions import Exit

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, coin_options
from stablecoin_tools.cli.plans import DEFAULT_FILE, description_at, file_option
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import ConfigError, StablecoinError

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.deployment import Description
    from stablecoin_tools.deployment.auditing import AuditedCoin

__all__ = ["audit"]

_FOUND = 3
_NOT_LOOKED = 1


class _AuditCommand(Command):
    """Ends with 3 for what it found alone: whatever a node does not answer ends with 1."""

    def exit_code(self, error: StablecoinError, ctx: click.Context) -> int:
        """With what it ends after an error."""
        code = super().exit_code(error, ctx)
        return _NOT_LOOKED if code == _FOUND else code


@click.command(cls=_AuditCommand)
@file_option
@coin_options
def audit(description_file: str, network: str | None, coin: str | None, *, as_json: bool) -> None:
    """Say who can do what now, and what of that is not as it should be. Nothing is sent.

    Read from the chain: powers that check each other in one hand, high roles behind one key, minters without a real
    limit, nobody to stop the coin, changes of admin under way; and whatever differs from the description file, if
    there is one. Ends with 3 if anything was found, so that a daily run raises an alarm, with 0 if nothing was, with 1
    if a node did not answer, and with 2 if there is nothing to audit.

    \b
    Example:  stablecoin audit --network sepolia
              stablecoin audit --file stablecoin.toml --json
    """
    description = description_at(description_file, is_needed=description_file != DEFAULT_FILE)
    names = description.networks if description and network is None else (network,)
    audited = {session.network.name: _audited(session, description, coin) for session in map(Session, names)}
    if not any(audited.values()):
        named = f" {coin}" if coin else ""
        raise ConfigError(
            f"No coin{named} is recorded or described on {', '.join(audited)}: there is nothing to audit."
        )
    if as_json:
        show.write_json({name: [_told(one, description) for one in coins] for name, coins in audited.items()})
    else:
        for name, coins in audited.items():
            for one in coins:
                _show(one, name, description)
    if any(one.findings for coins in audited.values() for one in coins):
        raise Exit(_FOUND)


def _audited(session: Session, description: Description | None, symbol: str | None) -> tuple[AuditedCoin, ...]:
    from stablecoin_tools.deployment import Implementations
    from stablecoin_tools.deployment.auditing import audit_network

    known = Implementations(session.settings.deployments)
    return audit_network(session.chain, session.records, description=description, symbol=symbol, known=known)


def _told(one: AuditedCoin, description: Description | None) -> dict[str, Any]:
    return {
        "coin": one.symbol,
        "address": one.address,
        "paused": list(one.paused),
        "powers": {role.name: [_account(holder, description) for holder in held] for role, held in one.powers.items()},
        "findings": [
            {
                "kind": finding.kind.value,
                "fact": finding.fact or None,
                "who": None if finding.who is None else _account(finding.who, description),
                "meaning": finding.meaning,
                "remedy": finding.remedy,
            }
            for finding in one.findings
        ],
    }


def _account(holder: Address, description: Description | None) -> dict[str, str | None]:
    alias = description.alias_of(holder) if description else str(holder)
    return {"address": str(holder), "alias": None if alias == str(holder) else alias}


def _show(one: AuditedCoin, network: str, description: Description | None) -> None:
    title = f"{one.symbol} at {one.address} on {network}" if one.address else f"{one.symbol} on {network}"
    if one.powers:
        rows = [
            (role.name, "\n".join(_name(holder, description) for holder in held) or "nobody", role.value)
            for role, held in one.powers.items()
        ]
        show.table(title, ("role", "held by", "what it does"), rows)
        if one.paused:
            click.echo(f"{one.symbol} on {network} is paused: {', '.join(one.paused)}")
    if not one.findings:
        click.echo(f"{title}: nothing was found that should be otherwise.")
        return
    found = [
        (
            finding.kind.value,
            "" if finding.who is None else _name(finding.who, description),
            finding.meaning,
            finding.remedy,
        )
        for finding in one.findings
    ]
    show.table(f"{title}: {len(found)} found", ("what", "who", "what it means", "what to do"), found)


def _name(holder: Address, description: Description | None) -> str:
    return description.alias_of(holder) if description else str(holder)
