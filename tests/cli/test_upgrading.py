"""Upgrading on the command line: shown, written as plans, applied, and rolled back by the file beside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools import compiler
from stablecoin_tools.addresses import parse_address
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.executors import batch_of_calls, read_safe
from stablecoin_tools.deployment.implementations import shipped_implementation
from stablecoin_tools.roles import Role
from tests.conftest import ROOT
from tests.deployment.changed import BROKEN, GROWN, changed, serving
from tests.deployment.executors.safes import new_safe, put_multi_send
from tests.deployment.services import running_service, sourcify_accepted, sourcify_job

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.deployment.executors import SafeTransaction
    from tests.cli.conftest import Terminal
    from tests.deployment.executors.safes import RealSafe
    from tests.world import World

pytestmark = pytest.mark.xdist_group("upgrades")

UPGRADER = ("--wallet", "dev7")


def test_an_upgrade_is_planned_applied_and_rolled_back_by_its_files(anvil_terminal: Terminal, tmp_path: Path) -> None:
    coin, first = anvil_terminal.world.coin, anvil_terminal.world.coin.implementation()
    contracts, out = str(changed(tmp_path / "next", GROWN)), tmp_path / "plans"
    files = [str(out / f"{kind}-TUSD-anvil.json") for kind in ("upgrade", "rollback")]
    asked = ("upgrade", "--contracts", contracts, "--out", str(out))

    planned = anvil_terminal.run(*asked, "--plan-only")
    assert (planned.code, coin.implementation()) == (0, first)
    new = json.loads((out / "upgrade-TUSD-anvil.json").read_text())["networks"][0]["coins"]["TUSD"]["after"]
    applied = anvil_terminal.run("apply", files[0], *UPGRADER, "--yes")
    upgraded = coin.implementation()
    verified = anvil_terminal.run("verify")
    rolled_back = anvil_terminal.run("apply", files[1], *UPGRADER, "--yes")

    assert f"written: {files[0]}, and to roll it back {files[1]}" in planned.output
    assert "totalSupply()" in planned.output
    assert "this closes the fast lane" not in planned.output
    assert (applied.code, rolled_back.code) == (0, 0), applied.errors + rolled_back.errors
    assert (verified.code, "changed in" in verified.output) == (0, True), verified.errors
    assert str(upgraded) == new["implementation"] != str(first)
    assert coin.implementation() == first


def test_a_safe_upgrades_by_a_plan_that_was_made_without_any_key(anvil_terminal: Terminal, tmp_path: Path) -> None:
    world, coin = anvil_terminal.world, anvil_terminal.world.coin
    safe, first = new_safe(world), coin.implementation()
    put_multi_send(world)
    world.do(coin.calls.grant_role(Role.UPGRADER_ROLE, safe.address), by="admin")
    world.do(coin.calls.revoke_role(Role.UPGRADER_ROLE, world.address("upgrader")), by="admin")
    contracts, out = str(changed(tmp_path / "next", GROWN)), tmp_path / "plans"
    asked = ("upgrade", "--contracts", contracts, "--out", str(out))
    executed = ("--safe", str(safe.address), "--out", str(out / "batch.json"))

    refused = anvil_terminal.run(*asked, *UPGRADER, "--yes")
    planned = anvil_terminal.json(*asked, "--plan-only")

    assert (refused.code, f"{safe.address} holds it" in refused.last_line) == (4, True)
    for plan, wanted in ((planned["plan"], planned["replacement"]), (planned["rollback"], str(first))):
        anvil_terminal.json("apply", plan, *executed)
        calls = json.loads((out / "batch.json").read_text())["transactions"]
        assert safe.execute(batch_for(safe, world, calls)).succeeded
        assert str(coin.implementation()) == wanted


def batch_for(safe: RealSafe, world: World, calls: list[dict[str, str]]) -> SafeTransaction:
    """What the Safe's application makes of a batch file."""
    found = [Call(parse_address(one["to"]), bytes.fromhex(one["data"][2:]), int(one["value"])) for one in calls]
    read = read_safe(world.chain, safe.address)
    return batch_of_calls(read, found, chain=world.chain, name="", description="").transaction


def test_a_lane_is_closed_in_plain_words_after_asking(anvil_terminal: Terminal, tmp_path: Path) -> None:
    coin, contracts, out = anvil_terminal.world.coin, str(serving(tmp_path / "next")), str(tmp_path / "plans")
    asked = ("upgrade", "--contracts", contracts, "--contract", "Serving", "--close-lane", "--out", out, *UPGRADER)
    first = coin.implementation()

    declined = anvil_terminal.run(*asked, typed="n\n")
    assert (declined.code, "Declined. Nothing was sent" in declined.last_line) == (4, True)
    assert (coin.implementation(), coin.is_lane_closed()) == (first, False)
    done = anvil_terminal.json(*asked, "--yes")

    assert "upgradeToAndCall(" in declined.errors
    assert "this closes the fast lane" in declined.output
    assert "this closes the fast lane" in declined.errors
    assert (done["closes_lane"], done["is_applied"], done["replacement"]) == (True, True, str(coin.implementation()))
    assert {each["asked"]: each["after"] for each in done["rehearsed"]}["isLaneClosed()"] == "True"
    assert coin.is_lane_closed()
    again = anvil_terminal.run(*asked, "--yes")
    assert (again.code, "stands behind the coin already" in again.last_line) == (2, True)


def test_whatever_forbids_an_upgrade_is_listed_and_nothing_is_written(anvil_terminal: Terminal, tmp_path: Path) -> None:
    contracts, out = str(changed(tmp_path / "next", BROKEN)), tmp_path / "plans"

    refused = anvil_terminal.run("upgrade", "--contracts", contracts, "--out", str(out), *UPGRADER, "--yes")

    assert refused.code == 2
    assert "The upgrade is refused" in refused.last_line
    listed = [line for line in refused.errors.splitlines() if line.startswith("  forbids: ")]
    assert any("Ledger.head is at slot 0" in line for line in listed)
    assert any("rescueETH(address,uint256) [0x099a04e5] is served and would be gone" in line for line in listed)
    assert not out.exists()
    assert anvil_terminal.world.coin.implementation() == shipped_implementation().address


def test_sources_that_are_not_there_are_refused(anvil_terminal: Terminal, tmp_path: Path) -> None:
    refused = anvil_terminal.run("upgrade", "--contracts", str(tmp_path / "none"), *UPGRADER, "--yes")

    assert (refused.code, "One file Issuer.sol is wanted" in refused.last_line) == (2, True)


def test_an_upgraded_coin_is_held_against_and_published_from_the_sources_of_the_upgrade(
    anvil_terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "find_compiler", lambda _: ROOT / "contracts" / "solc.mjs")
    contracts, release = str(changed(tmp_path / "next", GROWN)), str(ROOT / "contracts")
    asked = ("upgrade", "--contracts", contracts, "--out", str(tmp_path), *UPGRADER)
    first = anvil_terminal.world.coin.implementation()
    upgraded = anvil_terminal.json(*asked, "--yes")["replacement"]

    as_recorded = anvil_terminal.json("verify")
    refused = anvil_terminal.run("verify", "--from-source", "--contracts", release)
    with running_service() as service:
        service.says(sourcify_accepted(), sourcify_job("exact_match"), sourcify_accepted(), sourcify_job("exact_match"))
        anvil_terminal.environment["STABLECOIN_SOURCIFY_URL"] = service.url
        both = ("--contracts", release, "--contracts", contracts)
        compiled = anvil_terminal.json("verify", "--from-source", "--sourcify", *both)

    release_says = {"Stablecoin": "this release", "Issuer": "the record of an upgrade"}
    assert (as_recorded["proven"], as_recorded["compiled_from_source"]) == (True, False)
    assert as_recorded["held_against"] == release_says
    assert (refused.code, "are not those of Issuer" in refused.last_line) == (2, True)
    assert (compiled["proven"], compiled["compiled_from_source"]) == (True, True)
    assert compiled["held_against"] == {name: f"{what}, compiled now" for name, what in release_says.items()}
    issuer = next(one for one in service.asked if one.path == f"/v2/verify/31337/{upgraded}")
    assert "addedLater" in issuer.json["stdJsonInput"]["sources"]["contracts/powers/Reserving.sol"]["content"]

    record = anvil_terminal.folder / "deployments" / "implementations" / f"{upgraded}.json"
    text = record.read_text()
    record.unlink()
    unknown = anvil_terminal.run("verify")
    assert (unknown.code, f"{upgraded} took the place of {first}" in unknown.last_line) == (4, True)
    written = json.loads(text)
    record.write_text(json.dumps({**written, "bytecode": written["bytecode"] + "00"}))  # its name is of other code
    assert anvil_terminal.run("verify").code == 4
    record.write_text(text)
    assert anvil_terminal.run("verify").code == 0
