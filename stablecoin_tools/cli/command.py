"""What all commands have in common: their options, and how they fail."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.errors import (
    ChainError,
    ConfigError,
    OutcomeUnknown,
    StablecoinError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EXIT_CODES", "Command", "Declined", "Group", "coin_options", "common_options", "signing_options"]

EXIT_CODES = {UsageError: 2, ConfigError: 2, ChainError: 3, StablecoinError: 4, OutcomeUnknown: 5}
"""The process's exit code by the nearest class of the error; whatever is not listed was reverted or refused."""


class Declined(StablecoinError):
    """The person at the keyboard said no."""


class Command(click.Command):
    """A command that fails in one line, with the exit code of its error, and as JSON if it was asked for JSON."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except StablecoinError as error:
            _report(error, as_json=bool(ctx.params.get("as_json")))
            ctx.exit(_exit_code(error))


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


def signing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Also --wallet, --password-file and --yes, for commands that send."""
    return _apply(
        function,
        click.option("--wallet", metavar="NAME", help="Who signs; dev0 to dev9 on development chains."),
        click.option(
            "--password-file",
            type=click.Path(dir_okay=False),
            help="A file with the wallet's password; asked for otherwise.",
        ),
        click.option("--yes", is_flag=True, help="Do not ask before sending."),
    )


def _apply(function: Callable[..., Any], *options: Callable[..., Any]) -> Callable[..., Any]:
    return functools.reduce(lambda decorated, option: option(decorated), reversed(options), function)


def _exit_code(error: StablecoinError) -> int:
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def _report(error: StablecoinError, *, as_json: bool) -> None:
    if as_json:
        import json

        told = {"error": error.code, "message": str(error), "moved": error.moved.value, "hint": error.hint}
        click.echo(json.dumps(told), err=True)
        return
    click.echo(" ".join(part for part in (f"error: {error}", error.hint) if part), err=True)
