"""What users and upgrades depend on changes only on purpose: ABI, storage layout, gas, code size.

Run with STABLECOIN_UPDATE_SNAPSHOTS=1 to write what there is now.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stablecoin_tools.artifacts import load_artifact

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOTS = ROOT / "tests" / "snapshots"
MAX_RUNTIME_BYTES = 24_576  # EIP-170


def _holds(name: str, now: Any) -> None:
    path = SNAPSHOTS / f"{name}.json"
    text = json.dumps(now, indent=2) + "\n"
    if os.environ.get("STABLECOIN_UPDATE_SNAPSHOTS"):
        path.write_text(text)
    assert json.loads(path.read_text()) == json.loads(text)


@pytest.mark.parametrize("contract", ["Stablecoin", "Issuer"])
def test_the_abi_is_the_snapshot(contract: str) -> None:
    abi = load_artifact(contract).abi
    _holds(
        f"abi-{contract}",
        {
            "functions": sorted(
                f"{entry.signature}{' view' if entry.is_view else ''} returns ({','.join(entry.outputs)})"
                for entry in abi.functions.values()
            ),
            "events": sorted(entry.signature for entry in abi.events.values()),
            "errors": sorted(entry.signature for entry in abi.errors.values()),
        },
    )


def test_the_storage_layout_is_the_snapshot() -> None:
    written = json.loads((ROOT / "stablecoin_tools" / "artifacts" / "Issuer.json").read_text())
    assert written["storageLayout"]["storage"] == []  # nothing outside the namespaces
    _holds("storage", written["storageLayout"]["namespaces"])


def test_both_faces_share_one_ledger() -> None:
    layouts = [
        json.loads((ROOT / "stablecoin_tools" / "artifacts" / f"{name}.json").read_text())["storageLayout"]
        for name in ("Stablecoin", "Issuer")
    ]
    assert layouts[0]["namespaces"] == layouts[1]["namespaces"]


def test_gas_is_the_snapshot() -> None:
    program = [sys.executable, str(ROOT / "scripts" / "gas.py"), "--json"]
    measured = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    _holds("gas", json.loads(measured))


@pytest.mark.parametrize("contract", ["Stablecoin", "Issuer"])
def test_the_runtime_code_fits_a_block(contract: str) -> None:
    assert len(load_artifact(contract).runtime) < MAX_RUNTIME_BYTES
