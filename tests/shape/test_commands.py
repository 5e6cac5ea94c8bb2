"""Every command explains itself, with an example, and speaks JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from stablecoin_tools.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = {
    "demo", "deploy", "info", "balance", "supply", "networks", "wallet new", "wallet import", "wallet list",
    "mint", "mint-batch", "burn", "redeem", "transfer", "transfer-batch", "approve", "reference used",
    "authorize", "settle", "cancel-authorization",
    "minter list", "minter configure", "minter remove", "bridge list", "bridge configure", "bridge remove",
    "limits show", "limits set-cap", "limits set-global", "reserve show", "reserve set", "reserve clear",
    "blacklist add", "blacklist remove", "blacklist check", "seize", "burn-blacklisted",
    "verify add", "verify remove", "verify check", "verify require", "pause", "unpause",
    "roles list", "roles grant", "roles revoke", "roles renounce",
    "admin begin", "admin accept", "admin cancel", "upgrade", "lane close", "lane open",
    "rescue erc20", "rescue eth", "uri show", "uri set",
}  # fmt: skip


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
    assert "--network" in shown.output


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_option_is_explained(name: str) -> None:
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, option.name
