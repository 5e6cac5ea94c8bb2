"""How things look: tables for people on stdout, JSON for machines on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import click

from stablecoin_tools.cli.reading import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.cli.sending import Sent
    from stablecoin_tools.cli.session import Session
    from stablecoin_tools.networks import Network
    from stablecoin_tools.token import Event

__all__ = ["facts", "heading", "plain", "sent", "table", "visible", "write_json"]


_WIDTH_IN_A_PIPE: Final = 160
_HASH_WIDTH: Final = 66


def write_json(value: Any) -> None:
    """Prints one JSON value."""
    import json

    click.echo(json.dumps(plain(value), indent=2))


def plain(value: Any) -> Any:
    """A value as JSON has it: amounts with base units and text, addresses checksummed, bytes as 0x-hex."""
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount

    if isinstance(value, Amount):
        return {"base_units": value.base_units, "symbol": value.denomination.symbol, "text": str(value)}
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def facts(title: str, known: dict[str, Any], *, as_json: bool) -> None:
    """Prints named facts: a two-column table, or one JSON object."""
    if as_json:
        write_json(known)
        return
    table(title, ("", ""), [(name.replace("_", " "), _text(value)) for name, value in known.items()])


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table; nothing in it is ever cut off."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_IN_A_PIPE)
    drawn = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_header=any(columns))
    for index, column in enumerate(columns):
        lines = [line for row in rows for line in row[index].splitlines()]
        holds_hashes = any(line.startswith("0x") for line in lines) and max(map(len, lines)) <= _HASH_WIDTH
        justify: Literal["left", "right"] = "right" if column.startswith("gas") else "left"
        drawn.add_column(column, overflow="fold", justify=justify, no_wrap=holds_hashes)
    for row in rows:
        drawn.add_row(*(Text(visible(cell)) for cell in row))
    console.print(drawn)


def visible(text: str) -> str:
    """The text, with whatever would move the cursor or turn the line round written out."""
    return "".join(one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in text)


def heading(session: Session) -> str:
    """Which coin a table is about."""
    return f"{session.coin.denomination.symbol} at {session.coin.address} on {session.network.name}"


def sent(sent: Sent, network: Network, *, as_json: bool, skipped: Sequence[dict[str, Any]] | None = None) -> None:
    """Prints what became of a transaction, and which payments of a batch it skipped."""
    mined = sent.receipt
    known = {
        "done": readable(sent.call.description),
        "reference": sent.reference,
        "was_done_before": sent.was_done,
        "transaction_hash": mined.transaction_hash,
        "block_number": mined.block_number,
        "gas_used": mined.gas_used,
        "explorer": network.transaction_url(mined.transaction_hash),
    }
    if as_json:
        told = [{"event": type(event).__name__, **_event_fields(event)} for event in sent.events]
        write_json({**known, "events": told, **({} if skipped is None else {"skipped": skipped})})
        return
    click.echo(f"{'already done under this reference' if sent.was_done else 'done'}: {known['done']}")
    click.echo(f"  block {mined.block_number:,}, {mined.gas_used:,} gas, {known['explorer'] or mined.transaction_hash}")
    click.echo(f"  reference {sent.reference}")
    for payment in skipped or ():
        click.echo(f"  skipped: {payment['authorizer']}, nonce {plain(payment['nonce'])}: {payment['refused']}")


def _event_fields(event: Event) -> dict[str, Any]:
    from dataclasses import fields

    return {field.name: getattr(event, field.name) for field in fields(event)}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_text(item).replace(chr(10), ', ')}" for key, item in value.items()) or "none"
    if value is None or value == "":
        return "none"
    if isinstance(value, (list, tuple)):
        return "\n".join(_text(item) for item in value) or "none"
    return str(value)
