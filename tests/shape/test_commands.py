"""Every command explains itself, with an example, and speaks JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from stablecoin_tools import cli, errors
from stablecoin_tools.cli.app import app
from stablecoin_tools.errors import StablecoinError

if TYPE_CHECKING:
    from collections.abc import Iterator

CLI = cli.__name__
README = (Path(__file__).resolve().parents[2] / "README.md").read_text()

WANTED = {
    "demo", "deploy", "info", "balance", "supply", "networks",
    "init", "plan", "apply", "sign", "publish", "audit", "verify",
    "wallet new", "wallet import", "wallet list", "wallet test",
    "mint", "mint-batch", "burn", "redeem", "transfer", "transfer-batch", "approve", "reference used",
    "authorize", "settle", "cancel-authorization",
    "minter list", "minter configure", "minter remove", "bridge list", "bridge configure", "bridge remove",
    "limits show", "limits set-cap", "limits set-global", "reserve show", "reserve set", "reserve clear",
    "blacklist add", "blacklist remove", "blacklist check", "seize", "burn-blacklisted",
    "allowlist add", "allowlist remove", "allowlist check", "allowlist require", "pause", "unpause",
    "roles list", "roles grant", "roles revoke", "roles renounce",
    "admin begin", "admin accept", "admin cancel", "upgrade", "lane close", "lane open",
    "rescue erc20", "rescue eth", "uri show", "uri set",
    "tx list", "tx show", "tx explain", "tx resume", "tx cancel", "tx close-gap", "tx verify-log",
}  # fmt: skip


# Commands that only write a file here, for networks to be named in it.
NOT_ON_A_NETWORK = {"init"}


def _commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


COMMANDS = dict(_commands(app))


def test_the_commands_are_these() -> None:
    assert set(COMMANDS) == WANTED


@pytest.mark.parametrize("name", sorted(WANTED))
def test_help_shows_an_example_and_the_common_options(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert f"stablecoin {name}" in shown.output
    assert "Example:" in shown.output
    assert "--json" in shown.output
    assert ("--network" in shown.output) == (name not in NOT_ON_A_NETWORK)


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_option_is_explained(name: str) -> None:
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, option.name


# Commands that ask before they go on, and yet send no single transaction of their own under a reference.
NOT_UNDER_A_REFERENCE = {"deploy", "apply", "sign", "publish", "authorize", "tx cancel", "tx close-gap", "upgrade"}


def test_whatever_sends_one_transaction_takes_a_reference_and_waits_for_finality_if_asked() -> None:
    options = {name: {option.name: option for option in command.params} for name, command in COMMANDS.items()}
    sending = {name for name, known in options.items() if "yes" in known} - NOT_UNDER_A_REFERENCE
    assert {name for name, known in options.items() if "ref" in known} == sending
    assert {name for name, known in options.items() if "final" in known} == sending | {
        "tx resume",
        "tx cancel",
        "tx close-gap",
    }


def test_what_sends_without_a_reference_is_said_in_the_readme() -> None:
    assert "a deployment needs none" in README


def test_the_errors_that_commands_alone_have_are_named_beside_the_tree() -> None:
    own = {kind.__name__ for kind in StablecoinError.__subclasses__() if kind.__module__.startswith(f"{CLI}.")}
    assert own >= {"Declined", "LogBroken", "TooLate"}
    for name in own:
        assert f"`{name}`" in (errors.__doc__ or ""), name
        assert f"`{name}`" in README, name


def test_a_reference_is_explained_in_one_wording() -> None:
    helps = {
        option.help
        for command in COMMANDS.values()
        for option in command.params
        if isinstance(option, click.Option) and option.name == "ref"
    }
    once = "What it is done under, once; asked again, it is not done again."
    assert helps == {once, f"{once} A random one, if not given."}
