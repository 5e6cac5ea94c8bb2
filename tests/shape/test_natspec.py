"""Every function, event and error that our Solidity declares is documented for people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in (ROOT / "contracts").rglob("*.sol") if not {"node_modules", "mocks"} & set(path.parts)]
PARTS = {"function": "methods", "event": "events", "error": "errors"}


def _declared(kind: str) -> set[str]:
    """The names that the interfaces declare."""
    return {
        name
        for path in SOURCES
        if path.parent.name == "interfaces" and path.name != "AggregatorV3Interface.sol"  # others implement that one
        for name in re.findall(rf"^    {kind} (\w+)\(", path.read_text(), re.MULTILINE)
    }


def _documented(kind: str) -> set[str]:
    names = set()
    for contract in ("Stablecoin", "Issuer", "PaymentVersusPayment"):
        userdoc = json.loads((ROOT / "stablecoin_tools" / "artifacts" / f"{contract}.json").read_text())["userdoc"]
        names |= {signature.split("(")[0] for signature in userdoc.get(PARTS[kind], {})}
    return names


@pytest.mark.parametrize("kind", PARTS)
def test_everything_declared_is_documented(kind: str) -> None:
    declared = _declared(kind)
    assert len(declared) > len(PARTS)
    assert declared <= _documented(kind)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_file_states_one_exact_compiler(path: Path) -> None:
    version = json.loads((ROOT / "contracts" / "package.json").read_text())["devDependencies"]["solc"]
    assert re.findall(r"^pragma solidity (.*);", path.read_text(), re.MULTILINE) == [version]
