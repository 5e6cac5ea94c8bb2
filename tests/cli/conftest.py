"""The command line as a person has it: a folder of records, a folder of wallets, a clean environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from stablecoin_tools import chain as chain_floor
from stablecoin_tools.cli.app import app
from stablecoin_tools.deployment import DeploymentRecords, deploy
from tests.world import spec_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World


@dataclass
class Terminal:
    """Types commands, on anvil where no network is named."""

    world: World
    folder: Path
    environment: dict[str, str | None]

    def run(self, *arguments: str, network: str = "anvil", typed: str | None = None) -> Answer:
        environment = self.environment | {"STABLECOIN_NETWORK": network}
        result = CliRunner().invoke(
            app, arguments, env=environment, input=typed, prog_name="stablecoin", catch_exceptions=False
        )
        return Answer(result.exit_code, result.stdout, result.stderr)

    def json(self, *arguments: str) -> Any:
        """The answer of a command that must succeed."""
        answer = self.run(*arguments, "--json")
        assert answer.code == 0, answer.errors
        return json.loads(answer.output)


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    output: str
    errors: str

    @property
    def last_line(self) -> str:
        return self.errors.strip().splitlines()[-1]


def tokens(whole: int) -> dict[str, object]:
    """An amount of the test's coin, as JSON has it."""
    return {"base_units": whole * 1_000_000, "symbol": "TUSD", "text": f"{whole:,}.00 TUSD"}


def environment_of(folder: Path) -> dict[str, str | None]:
    """Nothing of the machine's own configuration."""
    return {
        "HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": None,
        "STABLECOIN_DEPLOYMENTS": str(folder / "deployments"),
        "STABLECOIN_WALLETS": str(folder / "wallets"),
        "STABLECOIN_CONFIG": None,
        "STABLECOIN_NETWORK": None,
        "STABLECOIN_WALLET": None,
        "STABLECOIN_PRIVATE_KEY": None,
        "STABLECOIN_PASSWORD_FILE": None,
    }


@pytest.fixture
def terminal(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on the test's coin: over HTTP on anvil, and wired to the chain itself in process."""
    records = DeploymentRecords(tmp_path / "deployments")
    signers = world.signers
    deploy(spec_of(signers), world.chain, signer=signers["admin"], transactions=world.transactions, records=records)
    monkeypatch.setattr(chain_floor, "HttpChain", lambda _network, _transport: world.chain)
    return Terminal(world, tmp_path, environment_of(tmp_path))
