"""`sign` and `publish`: what an offline key does of a plan, and what then goes to the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, Declined, common_options, wallet_options
from stablecoin_tools.cli.plans import write_file
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import ConfigError, Moved, StablecoinError, UsageError

if TYPE_CHECKING:
    from stablecoin_tools.deployment.executors import UnsignedSteps

__all__ = ["publish", "sign"]

_FILE = click.Path(dir_okay=False)


@click.command(cls=Command)
@click.argument("unsigned_file", metavar="UNSIGNED", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="Where the signed steps go.")
@wallet_options
@click.option("--yes", is_flag=True, help="Do not ask before signing.")
@common_options
def sign(unsigned_file: str, out: str, network: str | None, **options: Any) -> None:
    """Sign the steps in the file UNSIGNED, on a machine that needs no connection. Nothing is sent.

    \b
    Example:  stablecoin sign unsigned.json --wallet cold --out signed.json
    """
    from stablecoin_tools.cli.executors import facts_of
    from stablecoin_tools.deployment.executors import read_unsigned, sign_offline

    unsigned = read_unsigned(_text_of(unsigned_file))
    _check_out(out, unsigned_file)
    session = Session(network or unsigned.network.network, **options)
    if session.network.chain_id != unsigned.chain_id:
        raise UsageError(f"The steps are for chain {unsigned.chain_id}; {session.network.name} is another.")
    facts = facts_of(unsigned)
    session.confirm("\n".join(f"{key}: {_lines(value)}" for key, value in facts.items()))
    signed = sign_offline(unsigned, signer=session.signer, network=session.network, now=datetime.now(UTC))
    write_file(out, signed.as_text())
    told = {"signed": len(signed.signed), "transaction_hashes": list(signed.transaction_hashes), "file": out}
    told["then"] = f"stablecoin publish {unsigned_file} {out}, where there is a node"
    show.facts("signed; nothing was sent", told, as_json=session.as_json)


@click.command(cls=Command)
@click.argument("unsigned_file", metavar="UNSIGNED", type=_FILE)
@click.argument("signed_file", metavar="SIGNED", type=_FILE)
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@common_options
def publish(unsigned_file: str, signed_file: str, network: str | None, *, yes: bool, as_json: bool) -> None:
    """Send the steps of UNSIGNED as they came back in SIGNED, one after the other; run again, it goes on.

    \b
    Example:  stablecoin publish unsigned.json signed.json
    """
    from stablecoin_tools.cli.executors import facts_of
    from stablecoin_tools.deployment.executors import publish_offline, read_signed, read_unsigned

    unsigned, signed = read_unsigned(_text_of(unsigned_file)), read_signed(_text_of(signed_file))
    session = Session(network or unsigned.network.network, yes=yes, as_json=as_json)
    session.confirm("\n".join(f"{key}: {_lines(value)}" for key, value in facts_of(unsigned).items()))
    mined: list[str] = []
    try:
        for number, receipt in enumerate(
            publish_offline(unsigned, signed, chain=session.chain, now=datetime.now(UTC)), unsigned.first + 1
        ):
            mined.append(receipt.transaction_hash)
            click.echo(f"step {number}: mined in block {receipt.block_number:,}, {receipt.transaction_hash}", err=True)
        _record(session, unsigned, len(mined))
    except KeyboardInterrupt:
        if not mined:
            raise
        hint = f"{len(mined)} of {len(unsigned.steps)} steps are mined; run the same again: it goes on."
        interrupted = Declined("Interrupted.", hint=hint)
        interrupted.moved = Moved.YES
        raise interrupted from None
    show.facts("all signed steps are mined", {"transaction_hashes": mined}, as_json=as_json)


def _record(session: Session, unsigned: UnsignedSteps, mined: int) -> None:
    from stablecoin_tools.cli.executors import write_records

    try:
        write_records(session, unsigned.plan, unsigned.network.up_to(unsigned.first + mined))
    except StablecoinError as error:
        error.moved = Moved.YES
        error.hint = (
            f"All signed steps are mined; run the same again to record what they created. {error.hint}".rstrip()
        )
        raise


def _text_of(file: str) -> str:
    try:
        return Path(file).read_bytes().decode()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} cannot be read: it is no text.") from error


def _check_out(out: str, unsigned_file: str) -> None:
    """The file that is read is still needed: `publish` takes both."""
    if Path(out).exists() and Path(out).samefile(unsigned_file):
        raise UsageError(f"{out} is the file that is read: --out must be another.", hint="Nothing was signed.")


def _lines(value: Any) -> str:
    return "".join(f"\n  {item}" for item in value) if isinstance(value, list) else str(value)
