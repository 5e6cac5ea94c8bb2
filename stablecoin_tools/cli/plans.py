"""How plans look, and who is at hand to apply them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.reading import readable
from stablecoin_tools.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.cli.session import Session
    from stablecoin_tools.deployment import Description
    from stablecoin_tools.deployment.plans import CoinPlan, NetworkPlan, Plan, Step
    from stablecoin_tools.signers import Signer

__all__ = [
    "DEFAULT_FILE",
    "call_words",
    "description_at",
    "file_option",
    "keep",
    "open_wallets",
    "plan_at",
    "show_network",
    "step_lines",
    "wallets_at_hand",
    "write_file",
]

DEFAULT_FILE: Final = "stablecoin.toml"

_ACCOUNTS: Final = ("admin", "pending_admin", "reserve_feed")


def file_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--file, for commands about what a description file says."""
    option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
        "--file",
        "description_file",
        type=click.Path(dir_okay=False),
        default=DEFAULT_FILE,
        show_default=True,
        help="The description of the coins.",
    )
    return option(function)


def description_at(file: str, *, is_needed: bool = True) -> Description | None:
    """The description in a file; None if there is none, and it may be so.

    Raises:
        ConfigError: If it cannot be read, or is none.
    """
    from stablecoin_tools.deployment import read_description

    text = _text_of(file, "`stablecoin init` writes one.", is_needed=is_needed)
    return None if text is None else read_description(text, source=file)


def plan_at(file: str, *, may_be_late: bool = False) -> Plan:
    """The plan in a file.

    Args:
        file: Which.
        may_be_late: Whether an expired one is read too: somebody else decides whether it was begun in time.

    Raises:
        ConfigError: If the file cannot be read.
        UsageError: If it is no plan, was edited, or has expired.
    """
    from datetime import UTC, datetime

    from stablecoin_tools.deployment import read_plan

    text = _text_of(file, "`stablecoin plan --out FILE` writes one.", is_needed=True)
    return read_plan(text or "", now=None if may_be_late else datetime.now(UTC))


def keep(out: str, *files: str) -> None:
    """Refuses to write over what was read.

    Raises:
        UsageError: If `out` is one of the files.
    """
    if any(Path(out).exists() and Path(file).exists() and Path(out).samefile(file) for file in files):
        raise UsageError(f"{out} is what was read, and would be lost.", hint="Name another file for --out.")


def write_file(path: str, text: str) -> None:
    """Writes a file byte by byte as it is.

    Raises:
        ConfigError: If it cannot be written.
    """
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error


def wallets_at_hand(session: Session, description: Description | None) -> dict[Address, str]:
    """The wallets that may sign, by address: the one that was named first, then those of the file. None is opened."""
    found: dict[Address, str] = {}
    if session.wallet_name is not None:
        found[session.wallets.find(session.wallet_name).address] = session.wallet_name
    elif session.has_signer:
        found[session.signer.address] = ""
    for alias, name in (description.signers if description else {}).items():
        address = session.wallets.find(name).address
        if description is not None and (wanted := description.addresses[alias]) != address:
            raise ConfigError(
                f"[signers] {alias} = {name!r}: that wallet is {address}, and {alias} is {wanted}.",
                hint="Mend the address book or the wallet's name. Nothing was sent.",
            )
        found.setdefault(address, name)
    return found


def open_wallets(session: Session, wallets: Mapping[Address, str], needed: Sequence[Address]) -> dict[Address, Signer]:
    """Opens those that are needed, in the order of all."""
    return {
        address: session.open_wallet(name) if name else session.signer
        for address, name in wallets.items()
        if address in needed
    }


def show_network(network: NetworkPlan, description: Description | None) -> None:
    """Prints what a plan does on one chain."""
    title = f"{network.network} (chain {network.chain_id})"
    if not network.steps:
        click.echo(f"{title}: nothing to do")
        return
    rows = [
        (
            str(index + 1),
            step.coin,
            readable(step.call.description),
            "\n".join(step_lines(step, network.coins[step.coin], description)),
            _who(step, description),
        )
        for index, step in enumerate(network.steps)
    ]
    show.table(title, ("step", "coin", "what", "changes", "needs"), rows)
    for symbol, coin in network.coins.items():
        click.echo(f"{symbol} {'stands' if coin.before else 'will stand'} at {coin.address}")


def call_words(network: NetworkPlan, index: int) -> str:
    """What the bytes of a step call, with what, and where: for whoever holds them against a device's screen."""
    from stablecoin_tools.deployment import decoded_call

    step = network.steps[index]
    function, arguments = decoded_call(step.call, network.coins[step.coin])
    given = ", ".join(f"{name}={value}" for name, value in arguments.items())
    called = f"{function.partition('(')[0]}({given})" if function else f"{step.call.value_wei} wei"
    return f"{called} at {step.call.to}"


def step_lines(step: Step, coin: CoinPlan, description: Description | None) -> Iterator[str]:
    """What a step changes, a line each: + what is new, - what is gone, ~ what is different."""
    for change in step.changes:
        fact = _aliased(change.fact, description)
        before, after = (_value(change.fact, value, coin, description) for value in (change.before, change.after))
        if change.before is None:
            yield f"+ {fact}" if after in ("held", "there", "yes", "on") else f"+ {fact}: {after}"
        elif change.after is None:
            yield f"- {fact}"
        else:
            yield f"~ {fact}: {before} -> {after}"


def _text_of(file: str, hint: str, *, is_needed: bool) -> str | None:
    try:
        return Path(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        if not is_needed:
            return None
        raise ConfigError(f"There is no file {file}.", hint=hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {type(error).__name__}.") from error


def _who(step: Step, description: Description | None) -> str:
    if step.sender is not None:
        return description.alias_of(step.sender) if description else str(step.sender)
    return step.role.name if step.role else "gas money"


def _aliased(fact: str, description: Description | None) -> str:
    from stablecoin_tools.addresses import parse_address

    head, dot, last = fact.rpartition(".")
    if description is None or not last.startswith("0x"):
        return fact
    return f"{head}{dot}{description.alias_of(parse_address(last))}"


def _value(fact: str, value: str | None, coin: CoinPlan, description: Description | None) -> str:
    """A fact as people read it: amounts in tokens, accounts as the file calls them."""
    from stablecoin_tools.amounts import Denomination
    from stablecoin_tools.deployment.facts import spoken

    if value is None:
        return ""
    if fact.partition(".")[0] in _ACCOUNTS:
        account, space, more = value.partition(" ")
        return _aliased(account, description) + space + more
    return readable(spoken(fact, value, Denomination(coin.symbol, coin.decimals)))
