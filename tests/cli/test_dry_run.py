"""`apply --dry-run`: a plan is tried on a fork, without any key, and nothing is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.testing import AnvilChain
from tests.cli.shell import Shell
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def anvil() -> Iterator[AnvilProcess]:
    with AnvilProcess() as process:
        yield process


def test_a_plan_is_tried_on_a_fork_and_nothing_is_sent(anvil: AnvilProcess, tmp_path: Path) -> None:
    shell, chain = Shell(tmp_path, anvil.url), AnvilChain.at(anvil.url)
    shell.environment |= {"STABLECOIN_WALLETS": str(tmp_path / "none")}
    assert shell.run("init").returncode == 0
    assert shell.run("plan", "--out", "plan.json").returncode == 0

    shown = shell.run("apply", "plan.json", "--dry-run")
    told = shell.run("apply", "plan.json", "--dry-run", "--json")

    assert (shown.returncode, told.returncode) == (0, 0), shown.stderr + told.stderr
    assert "nothing was sent" in shown.stdout
    steps = json.loads(told.stdout)["networks"]["anvil"]
    assert len(steps) == len(json.loads((tmp_path / "plan.json").read_text())["networks"][0]["steps"])
    assert all(step["gas"] > 21_000 for step in steps)
    assert chain.block().number == 0
