"""The command line as a person has it: a folder of records, a folder of wallets, a clean environment."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from click.testing import CliRunner

from stablecoin_tools import chain as chain_floor
from stablecoin_tools.cli.app import app
from stablecoin_tools.deployment import DeploymentRecords, deploy
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import Change, Happening, Journal, Stage
from tests.conftest import AnvilProcess
from tests.world import spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stablecoin_tools.cli.interrupts import Interrupts
    from stablecoin_tools.transactions import Intent
    from tests.cli.offices import Office
    from tests.world import World


@dataclass
class Terminal:
    """Types commands, on anvil where no network is named."""

    world: World
    folder: Path
    environment: dict[str, str | None]
    interrupts: Interrupts | None = None

    def run(self, *arguments: str, network: str = "anvil", typed: str | None = None) -> Answer:
        environment = self.environment | {"STABLECOIN_NETWORK": network}
        result = CliRunner().invoke(
            app,
            arguments,
            env=environment,
            input=typed,
            prog_name="stablecoin",
            catch_exceptions=False,
            obj=self.interrupts,
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
        "XDG_STATE_HOME": None,
        "STABLECOIN_JOURNAL": None,
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
    return _terminal_on(world, tmp_path, monkeypatch)


@pytest.fixture
def anvil_terminal(anvil: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The same on anvil alone, where nothing becomes final by itself."""
    return _terminal_on(anvil, tmp_path, monkeypatch)


@pytest.fixture
def lone_terminal(tmp_path: Path) -> Terminal:
    """A terminal without a coin, whose nodes do not answer."""
    nowhere = "http://127.0.0.1:9"
    urls: dict[str, str | None] = {"STABLECOIN_RPC_URL_ANVIL": nowhere, "STABLECOIN_RPC_URL_SEPOLIA": nowhere}
    return Terminal(cast("World", None), tmp_path, environment_of(tmp_path) | urls)


def _terminal_on(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    records = DeploymentRecords(folder / "deployments")
    signers = world.signers
    deploy(spec_of(signers), world.chain, signer=signers["admin"], transactions=world.transactions, records=records)
    monkeypatch.setattr(chain_floor, "HttpChain", lambda _network, _transport: world.chain)
    return Terminal(world, folder, environment_of(folder))


def write_down(terminal: Terminal, chain: str, *intents: Intent) -> None:
    """Puts intents into the terminal's journal, each as it stands, as if a command had been killed there."""
    path = terminal.folder / "home" / ".local" / "state" / "stablecoin" / "journal.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with Journal(f"sqlite:///{path}", who="me@here") as journal:
        for intent in intents:
            hold = journal.look(chain, intent.sender, owner="somebody").hold
            changes = [Change(what, known, is_new=place == 0) for place, (what, known) in enumerate(_lived(intent))]
            next_nonce = 0 if intent.nonce is None else intent.nonce + 1
            journal.record(hold, changes, next_nonce=next_nonce, is_released=True)


def _lived(intent: Intent) -> Iterator[tuple[Happening, Intent]]:
    """How it came to be what it is."""
    known = replace(intent, stage=Stage.QUEUED, nonce=None, candidates=(), receipt=None)
    if not intent.candidates:
        yield Happening.QUEUED, known
    elif intent.nonce is not None:
        known = known.signed(intent.nonce, intent.candidates[0])
        yield Happening.SIGNED, known
        for candidate in intent.candidates[1:]:
            known = known.with_candidate(candidate)
            yield Happening.CANCELLING if candidate.is_noop else Happening.BUMPED, known
    if intent.receipt is not None:
        yield Happening.MINED, known.mined(intent.receipt)
    if intent.is_settled:
        yield Happening[intent.stage.name], intent


@pytest.fixture(scope="module")
def process() -> Iterator[AnvilProcess]:
    with AnvilProcess() as process:
        yield process


@pytest.fixture
def office(process: AnvilProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Where nothing is created yet."""
    from tests.cli.offices import office_on

    chain = AnvilChain.at(process.url)
    snapshot = chain.take_snapshot()
    yield office_on(chain, process.url, tmp_path, monkeypatch)
    chain.revert_to(snapshot)


@pytest.fixture(scope="module")
def standing_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AnvilProcess, Path]]:
    from tests.cli.offices import office_on

    folder = tmp_path_factory.mktemp("standing")
    with AnvilProcess() as process, pytest.MonkeyPatch.context() as patch:
        office = office_on(AnvilChain.at(process.url), process.url, folder, patch)
        office.plan()
        assert office.run("apply", "plan.json", "--yes").code == 0
        yield process, folder / "deployments"


@pytest.fixture
def standing(
    standing_process: tuple[AnvilProcess, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """Where the three coins stand as the file says, done in another folder."""
    from tests.cli.offices import office_on

    process, deployments = standing_process
    chain = AnvilChain.at(process.url)
    snapshot = chain.take_snapshot()
    shutil.copytree(deployments, tmp_path / "deployments")
    yield office_on(chain, process.url, tmp_path, monkeypatch)
    chain.revert_to(snapshot)
