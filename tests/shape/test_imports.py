"""What is heavy is loaded late."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "web3", "eth_account", "eth_tester", "eth", "solcx", "eth_abi", "eth_utils", "requests", "rich",
    "boto3", "botocore", "pkcs11", "sqlalchemy", "alembic",
}  # fmt: skip


def _loaded(program: str) -> set[str]:
    code = f"import sys, json\n{program}\nprint(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return set(json.loads(output.splitlines()[-1]))


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not _loaded("import stablecoin_tools") & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["mint", "--help"], ["deploy", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        f"from stablecoin_tools.cli.app import app\napp({arguments!r}, prog_name='stablecoin', standalone_mode=False)"
    )
    assert not _loaded(program) & HEAVY


def test_the_probe_notices_what_is_loaded() -> None:
    assert "requests" in _loaded("import requests")


def test_importing_every_floor_reads_no_environment_and_runs_no_chain() -> None:
    loaded = _loaded("import stablecoin_tools.deployment, stablecoin_tools.token, stablecoin_tools.signers")
    assert not loaded & {"web3", "eth_account", "eth_tester", "eth", "solcx"}
