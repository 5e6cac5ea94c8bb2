"""`wallet new | import | list | test`."""

from __future__ import annotations

from typing import Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, common_options
from stablecoin_tools.cli.session import Session, read_password
from stablecoin_tools.errors import UsageError

__all__ = ["wallet"]

_FILE = click.Path(dir_okay=False)
_COLUMNS = {"gas_money_wei": "gas money"}


@click.group(cls=Group)
def wallet() -> None:
    """Make, import, list and test wallets: keys in encrypted files (keystore v3), at signers elsewhere, in HSMs."""


@wallet.command()
@click.argument("name")
@click.option("--password-file", type=_FILE, help="A file with the new password; asked for otherwise.")
@common_options
def new(name: str, password_file: str | None, network: str | None, *, as_json: bool) -> None:
    """Make a wallet with a new random key.

    \b
    Example:  stablecoin wallet new minter
    """
    session = Session(network, as_json=as_json)
    address = session.keystore.create(name, read_password(password_file, f"New password of {name}", is_new=True))
    _show(session, [{"wallet": name, "address": address}])


@wallet.command("import")
@click.argument("name")
@click.option("--key-file", type=_FILE, help="A file with the private key, 0x-hex; asked for otherwise.")
@click.option("--keystore", "keystore_file", type=_FILE, help="Another program's keystore v3 file.")
@click.option("--password-file", type=_FILE, help="A file with the password; asked for otherwise.")
@common_options
def import_wallet(
    name: str,
    key_file: str | None,
    keystore_file: str | None,
    password_file: str | None,
    network: str | None,
    *,
    as_json: bool,
) -> None:
    """Make a wallet from a key that exists. The key is never an argument: other users could see it.

    \b
    Example:  stablecoin wallet import treasury --key-file key.txt
              stablecoin wallet import treasury --keystore UTC--2026-01-01--f39fd6e5
    """
    session = Session(network, as_json=as_json)
    if key_file is not None and keystore_file is not None:
        raise UsageError("Name either --key-file or --keystore.")
    if keystore_file is not None:
        from pathlib import Path

        try:
            written = Path(keystore_file).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{keystore_file} cannot be read: {type(error).__name__}.") from error
        address = session.keystore.import_file(name, written, read_password(password_file, f"Password of {name}"))
    else:
        key = read_password(key_file, "Private key")
        address = session.keystore.import_key(
            name, key, read_password(password_file, f"New password of {name}", is_new=True)
        )
    _show(session, [{"wallet": name, "address": address}])


@wallet.command("list")
@common_options
def list_wallets(network: str | None, *, as_json: bool) -> None:
    """List the wallets, wherever their keys are; with --network also what each has for gas there.

    \b
    Example:  stablecoin wallet list --network anvil
    """
    session = Session(network, as_json=as_json)
    rows: list[dict[str, Any]] = [
        {"wallet": wallet.name, "address": wallet.address, "kind": wallet.kind.value}
        for wallet in session.wallets.all()
    ]
    if network is not None:
        for row in rows:
            row["gas_money_wei"] = session.chain.balance_wei(row["address"])
    _show(session, rows)


@wallet.command("test")
@click.argument("name")
@click.option("--password-file", type=_FILE, help="A file with the wallet's password or PIN; asked for otherwise.")
@common_options
def test_wallet(name: str, password_file: str | None, network: str | None, *, as_json: bool) -> None:
    """Have a wallet sign a message that no contract accepts, and check the signature. Nothing is sent.

    \b
    Example:  stablecoin wallet test treasury
    """
    import secrets

    from stablecoin_tools.signers import probe

    session = Session(network, as_json=as_json, password_file=password_file)
    found, signer = session.wallets.find(name), session.open_wallet(name)
    took = probe(signer, secrets.token_bytes(32))
    known = {"wallet": name, "address": signer.address, "kind": found.kind.value, "signs": True}
    show.facts(f"wallet {name}", {**known, "milliseconds": round(1000 * took, 1)}, as_json=as_json)


def _show(session: Session, rows: list[dict[str, Any]]) -> None:
    if session.as_json:
        show.write_json(rows)
        return
    if not rows:
        rows = [{"wallet": "none", "address": "`stablecoin wallet new NAME` makes one"}]
    columns = [_COLUMNS.get(key, key) for key in rows[0]]
    cells = [tuple(_cell(key, value, session) for key, value in row.items()) for row in rows]
    show.table(f"wallets in {session.settings.wallets}", columns, cells)


def _cell(key: str, value: Any, session: Session) -> str:
    return f"{value / 10**18:.6f} {session.network.native_symbol}" if key == "gas_money_wei" else str(value)
