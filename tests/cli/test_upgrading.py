"""Upgrading on the command line: shown, written as plans, applied, and rolled back by the file beside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.deployment.implementations import shipped_implementation
from tests.deployment.changed import BROKEN, GROWN, changed, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal

pytestmark = pytest.mark.xdist_group("upgrades")

UPGRADER = ("--wallet", "dev7")


def test_an_upgrade_is_planned_applied_and_rolled_back_by_its_files(anvil_terminal: Terminal, tmp_path: Path) -> None:
    coin, first = anvil_terminal.world.coin, anvil_terminal.world.coin.implementation()
    contracts, out = str(changed(tmp_path / "next", GROWN)), tmp_path / "plans"
    files = [str(out / f"{kind}-TUSD-anvil.json") for kind in ("upgrade", "rollback")]
    asked = ("upgrade", "--contracts", contracts, "--out", str(out), *UPGRADER)

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


def test_a_lane_is_closed_in_plain_words_after_asking(anvil_terminal: Terminal, tmp_path: Path) -> None:
    coin, contracts, out = anvil_terminal.world.coin, str(serving(tmp_path / "next")), str(tmp_path / "plans")
    asked = ("upgrade", "--contracts", contracts, "--contract", "Serving", "--close-lane", "--out", out, *UPGRADER)
    first = coin.implementation()

    declined = anvil_terminal.run(*asked, typed="n\n")
    assert (declined.code, "Declined: nothing was sent" in declined.last_line) == (4, True)
    assert (coin.implementation(), coin.is_lane_closed()) == (first, False)
    done = anvil_terminal.json(*asked, "--yes")

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
