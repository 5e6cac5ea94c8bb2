"""`verify`: the proof of a coin on the command line, and what is published after it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools import compiler
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.cli.checkout import source_commit
from stablecoin_tools.deployment import create2_address
from stablecoin_tools.roles import Role
from tests.conftest import ROOT
from tests.deployment.services import (
    API_KEY,
    GUID,
    JOB,
    Reply,
    ScriptedService,
    etherscan,
    running_service,
    sourcify_accepted,
    sourcify_error,
    sourcify_job,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Terminal

CONTRACTS = ("--contracts", str(ROOT / "contracts"))


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    with running_service() as started:
        yield started


def patch_implementation(terminal: Terminal, place: int = 700) -> str:
    """Puts another byte into the code of the implementation; where that stands."""
    chain, implementation = terminal.world.chain, terminal.world.coin.implementation()
    code = bytearray(chain.code(implementation))
    code[place] ^= 1
    chain.ask("anvil_setCode", str(implementation), "0x" + code.hex())
    return str(implementation)


def checks_of(told: Any) -> dict[str, Any]:
    return {check["what"]: check for check in told["checks"]}


def test_a_coin_is_proven(terminal: Terminal) -> None:
    told = terminal.json("verify")
    shown = terminal.run("verify")

    assert (told["proven"], told["recorded"], told["differences"], told["published"]) == (True, True, [], [])
    assert told["coin"] == str(terminal.world.coin.address)
    assert {check["verdict"] for check in told["checks"]} == {"proven"}
    assert checks_of(told)["PAUSER_ROLE"]["found"] == [str(terminal.world.address("pauser"))]
    assert checks_of(told)["the supply cap"]["found"]["text"] == "10,000,000,000.00 TUSD"
    assert shown.code == 0
    assert "TUSD at" in shown.output
    assert "on anvil: proven" in shown.output
    assert "the address, from its creation code" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 160


def test_what_changed_by_right_is_told_with_its_transaction(terminal: Terminal) -> None:
    world = terminal.world
    granted = world.send(world.coin.calls.grant_role(Role.PAUSER_ROLE, world.address("bob")), by="admin")

    told, shown = terminal.json("verify"), terminal.run("verify")

    assert told["proven"]
    assert checks_of(told)["PAUSER_ROLE"]["verdict"] == "changed"
    assert checks_of(told)["PAUSER_ROLE"]["changed_in"] == granted.transaction_hash
    assert f"changed in {granted.transaction_hash}" in shown.output


def test_a_coin_without_a_record_is_named_by_its_address(terminal: Terminal) -> None:
    coin = str(terminal.world.coin.address)
    for path in (terminal.folder / "deployments").rglob("*.json"):
        path.unlink()

    told = terminal.json("verify", coin)

    assert (told["proven"], told["recorded"], told["coin"]) == (True, False, coin)
    assert checks_of(told)["the name"] == {
        "what": "the name",
        "verdict": "read",
        "expected": None,
        "found": "Test Dollar",
        "changed_in": "",
    }
    assert terminal.run("verify").code == 2
    refused = terminal.run("verify", coin, "--sourcify")
    assert refused.code == 2
    assert "No record says how" in refused.last_line


def test_a_recorded_coin_may_be_named_by_its_address_too(terminal: Terminal) -> None:
    coin = str(terminal.world.coin.address)

    assert terminal.json("verify", coin)["recorded"] is True
    assert terminal.json("verify", "--coin", "TUSD")["recorded"] is True
    both = terminal.run("verify", coin, "--coin", "TUSD")
    assert both.code == 2
    assert "leave one out" in both.last_line
    assert terminal.run("verify", "0x12").code == 2
    assert terminal.run("verify", "--coin", "NONE").code == 2


def test_a_patched_implementation_ends_with_four_and_the_place(
    anvil_terminal: Terminal, service: ScriptedService
) -> None:
    implementation = patch_implementation(anvil_terminal)
    service.says(sourcify_accepted(), sourcify_job("exact_match"))
    anvil_terminal.environment["STABLECOIN_SOURCIFY_URL"] = service.url

    shown = anvil_terminal.run("verify", "--sourcify", *CONTRACTS)
    told = anvil_terminal.run("verify", "--json")

    assert shown.code == told.code == 4
    assert "NOT PROVEN" in shown.output
    assert f"Issuer at {implementation} differs in its code" in shown.last_line
    assert "at byte 700;" in shown.last_line
    assert json.loads(told.output)["differences"][0]["offsets"] == [700]
    assert json.loads(told.output)["proven"] is False
    refusal = json.loads(told.errors)
    assert (refusal["error"], refusal["moved"]) == ("deployment_error", "no")
    assert service.asked == []  # nothing unproven is published


def test_other_metadata_is_called_that(anvil_terminal: Terminal) -> None:
    place = len(load_artifact("Issuer").runtime) - 20
    patch_implementation(anvil_terminal, place)

    shown = anvil_terminal.run("verify")

    assert shown.code == 4
    assert "the code differs only in metadata" in shown.output
    assert "differs in its metadata" in shown.last_line


def test_from_source_it_is_held_against_a_compilation_of_now(
    anvil_terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "find_compiler", lambda contracts: contracts / "solc.mjs")  # no other need be there

    told = anvil_terminal.json("verify", "--from-source", *CONTRACTS)

    assert (told["proven"], told["compiled_from_source"]) == (True, True)


def test_other_sources_than_those_of_the_artifacts_are_refused(anvil_terminal: Terminal, tmp_path: Path) -> None:
    copy = tmp_path / "contracts"
    for path in (ROOT / "contracts").rglob("*.sol"):
        if "node_modules" not in path.parts:
            target = copy / path.relative_to(ROOT / "contracts")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text() + ("\n" if path.name == "Ledger.sol" else ""))
    (copy / "node_modules").symlink_to(ROOT / "contracts" / "node_modules")

    for option in ("--from-source", "--sourcify"):
        refused = anvil_terminal.run("verify", option, "--contracts", str(copy))
        assert refused.code == 2
        assert "are not those of" in refused.last_line
    absent = anvil_terminal.run("verify", "--from-source", "--contracts", str(tmp_path / "nowhere"))
    assert absent.code == 2
    assert "Missing source" in absent.last_line


def test_a_proven_coin_is_published_to_sourcify(anvil_terminal: Terminal, service: ScriptedService) -> None:
    world = anvil_terminal.world
    service.says(sourcify_error("already_verified", "It is.", 409), sourcify_accepted(), sourcify_job("exact_match"))
    anvil_terminal.environment["STABLECOIN_SOURCIFY_URL"] = service.url

    told = anvil_terminal.json("verify", "--sourcify", *CONTRACTS)

    issuer, coin, job = service.asked
    assert issuer.path == f"/v2/verify/31337/{world.coin.implementation()}"
    assert issuer.json["contractIdentifier"] == "contracts/Issuer.sol:Issuer"
    assert issuer.json["stdJsonInput"]["settings"]["optimizer"]["runs"] == 40
    assert coin.path == f"/v2/verify/31337/{world.coin.address}"
    assert coin.json["compilerVersion"] == load_artifact("Stablecoin").compiler_version
    assert "contracts/Stablecoin.sol" in coin.json["stdJsonInput"]["sources"]
    assert job.path == f"/v2/verify/{JOB}"
    assert [(one["contract"], one["was_there"]) for one in told["published"]] == [
        ("contracts/Issuer.sol:Issuer", True),
        ("contracts/Stablecoin.sol:Stablecoin", False),
    ]


def test_a_proven_coin_is_published_to_etherscan_and_linked(anvil_terminal: Terminal, service: ScriptedService) -> None:
    world = anvil_terminal.world
    taken, passed = etherscan(GUID, ok=True), etherscan("Pass - Verified", ok=True)
    service.says(taken, passed, taken, passed, taken, etherscan("The proxy's implementation is found.", ok=True))
    anvil_terminal.environment |= {"STABLECOIN_ETHERSCAN_URL": service.url, "STABLECOIN_ETHERSCAN_KEY": API_KEY}

    shown = anvil_terminal.run("verify", "--etherscan", *CONTRACTS)

    assert shown.code == 0, shown.errors
    issuer, _, coin, _, link, _ = (asked.form for asked in service.asked)
    assert (issuer["contractname"], issuer["constructorArguements"]) == ("contracts/Issuer.sol:Issuer", "")
    creation = load_artifact("Stablecoin").bytecode + bytes.fromhex(coin["constructorArguements"])
    assert create2_address(creation, bytes(32)) == world.coin.address
    assert (link["address"], link["expectedimplementation"]) == (
        str(world.coin.address),
        str(world.coin.implementation()),
    )
    assert {issuer["apikey"], coin["apikey"], link["apikey"]} == {API_KEY}
    assert shown.output.count("Pass - Verified") == 2
    assert API_KEY not in shown.output + shown.errors


def test_a_service_that_refuses_leaves_the_proof_and_what_was_published(
    anvil_terminal: Terminal, service: ScriptedService
) -> None:
    error = {"customCode": "no_match", "message": "The bytecodes don't match."}
    service.says(sourcify_accepted(), sourcify_job("match"), sourcify_accepted(), sourcify_job(error=error))
    anvil_terminal.environment["STABLECOIN_SOURCIFY_URL"] = service.url

    answer = anvil_terminal.run("verify", "--sourcify", "--json", *CONTRACTS)

    assert answer.code == 4
    told = json.loads(answer.output)
    assert (told["proven"], len(told["published"])) == (True, 1)
    assert "no_match: The bytecodes don't match" in json.loads(answer.errors)["message"]


def test_a_service_that_is_away_ends_with_three(anvil_terminal: Terminal, service: ScriptedService) -> None:
    service.says(Reply(b"<html>", 503))
    anvil_terminal.environment["STABLECOIN_SOURCIFY_URL"] = service.url

    answer = anvil_terminal.run("verify", "--sourcify", *CONTRACTS)

    assert answer.code == 3
    assert "publish it again later" in answer.last_line
    assert "on anvil: proven" in answer.output


def test_etherscan_without_a_key_is_refused_before_anything_is_asked(lone_terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "deployments").mkdir()

    answer = lone_terminal.run("verify", "0x" + "11" * 20, "--etherscan")

    assert answer.code == 2
    assert "STABLECOIN_ETHERSCAN_KEY" in answer.last_line


def test_a_deployment_says_of_which_commit_it_is(anvil_terminal: Terminal) -> None:
    anvil_terminal.json("deploy", "--symbol", "NEW", "--name", "New Dollar", "--yes")
    record = json.loads((anvil_terminal.folder / "deployments" / "31337" / "NEW.json").read_text())

    assert record["source_commit"] == source_commit()
    assert record["proven"]["the symbol"] == "NEW"
    assert anvil_terminal.json("verify", "--coin", "NEW")["proven"]


def git(folder: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=me", "-c", "user.email=me@here", "-c", "commit.gpgsign=false")
    asked = ["git", "-C", str(folder), *settings, *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_a_commit_is_named_only_where_it_has_what_is_deployed(tmp_path: Path) -> None:
    assert source_commit(tmp_path) == ""
    git(tmp_path, "init", "-q")
    assert source_commit(tmp_path) == ""  # no commit yet
    contract = tmp_path / "contracts" / "Coin.sol"
    contract.parent.mkdir()
    contract.write_text("contract Coin {}")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")

    assert source_commit(tmp_path) == git(tmp_path, "rev-parse", "HEAD") != ""
    (tmp_path / "notes").write_text("of no matter")
    assert source_commit(tmp_path) != ""
    contract.write_text("contract Coin { uint256 x; }")
    assert source_commit(tmp_path) == ""
