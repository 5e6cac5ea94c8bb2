"""What all commands have in common: their options, and how they fail."""

from __future__ import annotations

import functools
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli.interrupts import Interrupts
from stablecoin_tools.cli.reading import readable
from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    JournalError,
    OutcomeUnknown,
    Reverted,
    StablecoinError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "EXIT_CODES",
    "Command",
    "Declined",
    "Group",
    "coin_options",
    "common_options",
    "final_option",
    "ref_option",
    "sending_options",
    "signing_options",
    "wallet_options",
]

EXIT_CODES = {UsageError: 2, ConfigError: 2, ChainError: 3, StablecoinError: 4, OutcomeUnknown: 5}
"""The process's exit code by the nearest class of the error; whatever is not listed was reverted or refused."""


class Declined(StablecoinError):
    """The person at the keyboard said no."""


class Command(click.Command):
    """A command that fails in one line, with the exit code of its error, and as JSON if it was asked for JSON."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            with ctx.find_object(Interrupts) or nullcontext():
                return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort, StablecoinError) as failure:
            error = _told(failure, ctx)
            _report(error, as_json=bool(ctx.params.get("as_json")))
            ctx.exit(self.exit_code(error, ctx))

    def exit_code(self, error: StablecoinError, _ctx: click.Context) -> int:
        """With what it ends after an error."""
        return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


class Group(click.Group):
    """A group whose commands are `Command`s."""

    command_class = Command


def common_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--network and --json, for every command."""
    return _apply(
        function,
        click.option("--network", metavar="NAME", help="The chain, as `stablecoin networks` names it."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON for machines."),
    )


def coin_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Also --coin, for commands about one coin."""
    return _apply(
        common_options(function),
        click.option("--coin", metavar="SYMBOL", help="Which coin, if several are deployed there."),
    )


def wallet_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--wallet and --password-file, for commands that sign."""
    return _apply(
        function,
        click.option("--wallet", metavar="NAME", help="Who signs; dev0 to dev9 on development chains."),
        click.option(
            "--password-file",
            type=click.Path(dir_okay=False),
            help="A file with the wallet's password; asked for otherwise.",
        ),
    )


def signing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Also --yes, for commands that ask first."""
    return wallet_options(click.option("--yes", is_flag=True, help="Do not ask before sending.")(function))


def sending_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Also --ref and --final, for commands that send one transaction."""
    return signing_options(ref_option()(final_option(function)))


def ref_option(*, required: bool = False) -> Callable[..., Any]:
    """--ref, alone for commands that cannot do without it."""
    once = "What it is done under, once; asked again, it is not done again."
    return click.option(
        "--ref", metavar="TEXT", required=required, help=once if required else f"{once} A random one, if not given."
    )


def final_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--final, for commands that wait for a transaction."""
    return click.option("--final", is_flag=True, help="Wait until it is final, not only mined.")(function)


def _apply(function: Callable[..., Any], *options: Callable[..., Any]) -> Callable[..., Any]:
    return functools.reduce(lambda decorated, option: option(decorated), reversed(options), function)


def _told(failure: BaseException, ctx: click.Context) -> StablecoinError:
    """The error that is told: what the journal knows comes before what a node or an interrupt kept from being known."""
    from stablecoin_tools.cli import failing
    from stablecoin_tools.cli.session import Session

    if not isinstance(failure, StablecoinError):
        return failing.after_interrupt(Session.of(ctx))
    session = Session.of(ctx)
    if isinstance(failure, JournalError) and session is not None:
        return failing.without_journal(session, failure)
    if isinstance(failure, ChainError) and session is not None:
        return failing.without_chain(session, failure)
    return failure


def _report(error: StablecoinError, *, as_json: bool) -> None:
    if as_json:
        import json

        told: dict[str, Any] = {
            "error": error.code,
            "message": readable(str(error)),
            "moved": error.moved.value,
            "hint": error.hint,
        }
        if isinstance(error, OutcomeUnknown):
            told |= {"reference": error.reference, "transaction_hashes": error.transaction_hashes}
        elif isinstance(error, Reverted) and error.transaction_hash:
            told |= {"reference": error.reference, "transaction_hash": error.transaction_hash}
        click.echo(json.dumps(told), err=True)
        return
    click.echo(" ".join(part for part in (f"error: {readable(str(error))}", error.hint) if part), err=True)
