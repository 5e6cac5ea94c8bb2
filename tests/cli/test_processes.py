"""The whole thing as a person runs it: separate processes against a real node, and what they leave on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.shell import DEV0, DEV1, Shell
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

DEV0_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"  # public: anvil prints it


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    process = AnvilProcess()
    yield Shell(tmp_path, process.url)
    process.stop()


def test_a_coin_lives_through_separate_processes(shell: Shell) -> None:
    deployed = shell.json("deploy", "--yes")
    record = shell.folder / "deployments" / "31337" / "USDX.json"
    assert json.loads(record.read_text())["address"] == deployed["address"]

    shell.json("minter", "configure", DEV0, "1,000 USDX", "--yes")
    shell.json("mint", DEV0, "100 USDX", "--yes")
    assert shell.json("info")["supply"]["text"] == "100.00 USDX"
    shell.json("transfer", DEV1, "40 USDX", "--yes")
    assert shell.json("balance", DEV1)["balance"]["text"] == "40.00 USDX"
    shell.json("blacklist", "add", DEV1, "--yes")
    refused = shell.run("transfer", DEV0, "1 USDX", "--wallet", "dev1", "--yes", "--network", "anvil")
    assert refused.returncode == 4
    assert "AccountBlacklisted" in refused.stderr
    shell.json("pause", "--yes")
    assert shell.json("info")["paused"] == ["transfers", "minting", "redemption"]
    shell.json("unpause", "--yes")
    shell.json("burn", "60 USDX", "--yes")
    assert shell.json("info")["supply"]["text"] == "40.00 USDX"

    again = shell.json("deploy", "--yes")
    assert again["address"] == deployed["address"]
    assert shell.json("info")["supply"]["text"] == "40.00 USDX"


def test_the_environment_s_key_signs_on_a_testnet_and_is_shown_nowhere(shell: Shell) -> None:
    done = shell.run("deploy", "--yes", "--network", "anvil", STABLECOIN_PRIVATE_KEY=DEV0_KEY)
    assert done.returncode == 0, done.stderr
    wrong = shell.run("burn", "1 USDX", "--yes", "--network", "anvil", STABLECOIN_PRIVATE_KEY=DEV0_KEY[:-1])
    assert wrong.returncode == 2
    assert "Not a private key" in wrong.stderr
    for text in (done.stdout, done.stderr, wrong.stdout, wrong.stderr):
        assert DEV0_KEY[2:-1] not in text
    for path in shell.folder.rglob("*.json"):
        assert DEV0_KEY[2:] not in path.read_text()


def test_an_imported_wallet_signs(shell: Shell) -> None:
    key, password = shell.folder / "key", shell.folder / "password"
    key.write_text(DEV0_KEY + "\n")
    password.write_text("correct horse\n")
    imported = shell.json("wallet", "import", "treasury", "--key-file", str(key), "--password-file", str(password))
    assert imported == [{"wallet": "treasury", "address": DEV0}]
    done = shell.json("deploy", "--wallet", "treasury", "--password-file", str(password), "--yes")
    assert done["admin"] == DEV0
    listed = shell.json("wallet", "list")
    assert listed[0]["address"] == DEV0
    assert listed[0]["gas_money_wei"] > 0


def test_a_node_of_another_chain_is_refused(tmp_path: Path) -> None:
    process = AnvilProcess("--chain-id", "5")
    done = Shell(tmp_path, process.url).run("deploy", "--yes", "--network", "anvil")
    process.stop()
    assert done.returncode == 3
    assert "The node is on chain 5; anvil is chain 31337." in done.stderr
    assert not (tmp_path / "deployments").exists()


def test_no_node_is_a_chain_error_that_keeps_the_url_to_itself(tmp_path: Path) -> None:
    done = Shell(tmp_path, "http://127.0.0.1:9/secret-access-key").run("supply", "--network", "anvil")
    assert done.returncode == 3
    assert "cannot be reached" in done.stderr
    assert "secret-access-key" not in done.stderr


def test_a_network_of_the_configuration_file(shell: Shell) -> None:
    config = shell.folder / "config.toml"
    config.write_text(
        "[networks.my-chain]\nchain_id = 31337\nnative_symbol = 'ETH'\n"
        f"[rpc_urls]\nmy-chain = '{shell.environment['STABLECOIN_RPC_URL_ANVIL']}'\n"
    )
    listed = shell.run("networks", "--network", "my-chain", "--json", STABLECOIN_CONFIG=str(config))
    assert json.loads(listed.stdout)[0]["rpc_url_configured"] is True
    refused = shell.run(
        *("deploy", "--yes", "--admin", DEV0, "--network", "my-chain"),
        STABLECOIN_CONFIG=str(config),
        STABLECOIN_PRIVATE_KEY=DEV0_KEY,
    )
    assert refused.returncode == 2
    assert "testnets only" in refused.stderr


@pytest.mark.parametrize("script", ["issue.py", "freeze.py", "deploy.py"])
def test_the_example_scripts_run(script: str, tmp_path: Path) -> None:
    path = Path(__file__).resolve().parents[2] / "scripts" / script
    arguments = ["local"] if script == "deploy.py" else []
    done = subprocess.run([sys.executable, path, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
