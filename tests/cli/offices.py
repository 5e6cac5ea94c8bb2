"""The office of the tests about plans: a folder with a description of three coins, a terminal in it, and anvil."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from stablecoin_tools.deployment import DeploymentRecords
from stablecoin_tools.deployment.description.template import template
from stablecoin_tools.deployment.facts import read_facts
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin
from tests.cli.conftest import Terminal, environment_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.testing import AnvilChain
    from tests.world import World

COINS = ("XSGD", "XHKD", "XEUR")
# Who is who among the development accounts, as the file that `stablecoin init` writes has it.
WALLETS = {
    "admin": "dev0",
    "minter-admin": "dev1",
    "treasury": "dev2",
    "compliance": "dev3",
    "legal": "dev5",
    "guardian": "dev7",
    "operations": "dev8",
}


@dataclass
class Office(Terminal):
    """A terminal in a folder of its own, on an anvil."""

    chain: Any = None  # an AnvilChain

    @property
    def file(self) -> Path:
        return self.folder / "stablecoin.toml"

    @property
    def records(self) -> DeploymentRecords:
        return DeploymentRecords(self.folder / "deployments")

    def edit(self, old: str, new: str) -> None:
        """Edits the description."""
        text = self.file.read_text()
        assert old in text
        self.file.write_text(text.replace(old, new, 1))

    def without_signers(self) -> None:
        """Takes the wallets out of the description, so that only one that is named signs."""
        text = self.file.read_text()
        begin, end = text.index("[signers]"), text.index("[networks.anvil]")
        self.file.write_text(text[:begin] + text[end:])

    def plan(self, *arguments: str) -> Any:
        """Plans into plan.json, and what is written there."""
        answer = self.run("plan", "--out", "plan.json", *arguments)
        assert answer.code == 0, answer.errors
        return json.loads((self.folder / "plan.json").read_text())

    def refused(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """How a command failed that must fail, as machines are told; its standard output is empty."""
        answer = self.run(*arguments, "--json")
        assert answer.code != 0
        assert answer.output == ""
        return answer.code, json.loads(answer.last_line)

    def address(self, alias: str) -> Address:
        index = int(WALLETS[alias].removeprefix("dev"))
        return development_signer(index, self.chain.network).address

    def coin(self, symbol: str) -> Stablecoin:
        record = self.records.find(self.chain.network.chain_id, symbol)
        assert record is not None
        return Stablecoin(self.chain, record.address, created_in_block=record.block_number)

    def facts(self, *symbols: str) -> dict[str, dict[str, str]]:
        """How the coins stand."""
        return {symbol: read_facts(self.coin(symbol)) for symbol in symbols or COINS}

    def sent(self) -> int:
        """How many transactions the development accounts have sent."""
        signers = [development_signer(index, self.chain.network) for index in range(10)]
        return sum(self.chain.nonce(signer.address) for signer in signers)


def with_more_coins(one: str) -> str:
    """Three coins, all alike, of a file that describes XSGD."""
    coin = one[one.index("[coins.XSGD]") :]
    return one + "".join("\n" + coin.replace("SGD", currency) for currency in ("HKD", "EUR"))


def three_coins() -> str:
    return with_more_coins(template(symbol="XSGD", currency="SGD", name="Example SGD"))


def office_on(chain: AnvilChain, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office where the file is written, and nothing else is done."""
    monkeypatch.chdir(folder)
    urls: dict[str, str | None] = {"STABLECOIN_RPC_URL_ANVIL": url}
    office = Office(cast("World", None), folder, environment_of(folder) | urls, chain=chain)
    office.file.write_text(three_coins())
    return office


def drift(office: Office) -> None:
    """By hand: a role is given to the legal department, and the treasury may mint 5 XHKD and no more."""
    legal, treasury = str(office.address("legal")), str(office.address("treasury"))
    office.json("roles", "grant", "PAUSER_ROLE", legal, "--coin", "XSGD", "--yes")
    office.json("minter", "configure", treasury, "5 XHKD", "--coin", "XHKD", "--wallet", "dev1", "--yes")
