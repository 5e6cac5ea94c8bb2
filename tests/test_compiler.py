"""The compiler: from Solidity to artifacts

when a source has an error, ours or a dependency's: CompilerError, in the compiler's words, with file and line
when our own source has a warning: the same
when a dependency has a warning: it is passed on
when a source or the compiler is missing: CompilerError, with what to do
the input is the same every time, and is what the committed artifacts name
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from stablecoin_tools import compiler
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.compiler import (
    Compilation,
    compile_contracts,
    find_compiler,
    pinned_version,
    standard_json,
    standard_json_sha256,
)
from stablecoin_tools.errors import CompilerError, Moved

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "stablecoin_tools" / "artifacts"
ROOTS = ("Stablecoin.sol", "Issuer.sol", "StorageLayout.sol")  # as `scripts/compile.py` builds them
HEAD = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n"


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder of contracts with nothing in it but the compiler."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    for name in ("package.json", "solc.mjs"):
        shutil.copy(CONTRACTS / name, folder / name)
    (folder / "node_modules").symlink_to(CONTRACTS / "node_modules")
    return folder


def compiled(folder: Path, *roots: str) -> Compilation:
    """By the npm package's compiler: no other need be there."""
    return compile_contracts(folder, roots, compiler=folder / "solc.mjs")


def test_the_pinned_release_is_that_of_package_json_and_of_the_artifacts() -> None:
    assert pinned_version(CONTRACTS) == "0.8.37"
    assert load_artifact("Stablecoin").compiler_version.startswith(pinned_version(CONTRACTS) + "+")


def settings_of(name: str) -> dict[str, Any]:
    """How a committed artifact says that it was compiled."""
    settings: dict[str, Any] = json.loads((ARTIFACTS / f"{name}.json").read_text())["compiler"]["settings"]
    return settings


@pytest.mark.parametrize("name", ["Stablecoin", "Issuer"])
def test_the_input_is_the_same_every_time_and_the_artifact_names_it(name: str) -> None:
    roots = (f"{name}.sol", "StorageLayout.sol")
    first = standard_json(CONTRACTS, roots, settings_of(name))
    second = standard_json(CONTRACTS, tuple(reversed(roots)), settings_of(name))
    digest = standard_json_sha256(first)

    assert list(first["sources"]) == sorted(first["sources"])
    assert standard_json_sha256(second) == digest == load_artifact(name).standard_json_sha256
    assert str(ROOT) not in json.dumps(first)  # nothing of this machine


def test_the_hash_of_the_input_changes_with_any_source() -> None:
    source = standard_json(CONTRACTS, ROOTS)
    digest = standard_json_sha256(source)

    source["sources"]["contracts/Ledger.sol"]["content"] += " "

    assert standard_json_sha256(source) != digest


@pytest.mark.parametrize("name", ["Stablecoin", "Issuer"])
def test_the_metadata_names_the_sources_as_they_stand(name: str) -> None:
    metadata = json.loads(json.loads((ARTIFACTS / f"{name}.json").read_text())["metadata"])

    assert f"contracts/{name}.sol" in metadata["sources"]
    for file, source in metadata["sources"].items():
        path = ROOT / file if file.startswith("contracts/") else CONTRACTS / "node_modules" / file
        assert source["keccak256"] == "0x" + keccak(path.read_bytes()).hex(), file
    assert metadata["settings"]["evmVersion"] == compiler.EVM_VERSION
    told, meant = metadata["settings"]["optimizer"], settings_of(name)["optimizer"]
    assert told["runs"] == meant["runs"]
    assert told["details"]["yulDetails"]["optimizerSteps"] == meant["details"]["yulDetails"]["optimizerSteps"]
    assert meant["runs"] == {"Stablecoin": 200, "Issuer": 40}[name]


@pytest.mark.parametrize("name", ["Stablecoin", "Issuer"])
def test_the_house_compiles_to_the_committed_artifact(name: str) -> None:
    roots = (f"{name}.sol", "StorageLayout.sol")
    compiler_here = CONTRACTS / "solc.mjs"
    compilation = compile_contracts(CONTRACTS, roots, compiler=compiler_here, settings=settings_of(name))

    assert compilation.artifacts[name] == (ARTIFACTS / f"{name}.json").read_text(), f"{name}.json is stale"


def test_the_two_optimizer_steps_with_a_known_bug_are_left_out() -> None:
    steps = compiler.SETTINGS["optimizer"]["details"]["yulDetails"]["optimizerSteps"]

    assert not {"L", "E"} & set(steps)
    for name in ("Stablecoin", "Issuer"):
        assert settings_of(name)["optimizer"]["details"]["yulDetails"]["optimizerSteps"] == steps


def test_a_contract_becomes_an_artifact_and_an_interface_none(workshop: Path) -> None:
    source = (
        f"{HEAD}interface IGood {{ function f() external; }}\nabstract contract Half {{}}\n"
        "contract Good { uint256 public immutable two = 2; }\n"
    )
    (workshop / "Good.sol").write_text(source)

    compilation = compiled(workshop, "Good.sol")

    assert list(compilation.artifacts) == ["Good"]
    assert compilation.warnings == ()
    artifact = json.loads(compilation.artifacts["Good"])
    assert (artifact["contractName"], artifact["sourceName"]) == ("Good", "contracts/Good.sol")
    assert list(artifact["immutableReferences"]) == ["two"]
    assert artifact["bytecode"].startswith("0x60")


def test_a_broken_copy_of_a_real_source_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(CONTRACTS / "node_modules")
    ledger = folder / "Ledger.sol"
    lines = ledger.read_text().splitlines()
    broken = next(number for number, line in enumerate(lines) if line.startswith("abstract contract"))
    lines[broken] += " uint256 constant WRONG = undeclared;"
    ledger.write_text("\n".join(lines))

    with pytest.raises(CompilerError) as refused:
        compiled(folder, "Stablecoin.sol")

    assert "Undeclared identifier" in str(refused.value)
    assert f"contracts/Ledger.sol:{broken + 1}:" in str(refused.value)
    assert refused.value.moved is Moved.NO


def test_a_warning_in_our_own_source_is_an_error(workshop: Path) -> None:
    (workshop / "Warned.sol").write_text(
        f"{HEAD}contract Warned {{ function f() external pure {{ uint8 idle = 1; }} }}\n"
    )

    with pytest.raises(CompilerError, match="Unused local variable") as refused:
        compiled(workshop, "Warned.sol")

    assert "contracts/Warned.sol:3:" in str(refused.value)


def test_a_warning_in_a_dependency_is_passed_on(workshop: Path) -> None:
    (workshop / "node_modules").unlink()
    package = workshop / "node_modules" / "dependency"
    package.mkdir(parents=True)
    (workshop / "node_modules" / "solc").symlink_to(CONTRACTS / "node_modules" / "solc")
    (package / "Warned.sol").write_text(
        f"{HEAD}contract Warned {{ function f() external pure {{ uint8 idle = 1; }} }}\n"
    )
    (workshop / "Good.sol").write_text(
        f'{HEAD}import {{Warned}} from "dependency/Warned.sol";\ncontract Good is Warned {{}}\n'
    )

    compilation = compile_contracts(workshop, ["Good.sol"], compiler=CONTRACTS / "solc.mjs")

    assert list(compilation.artifacts) == ["Good"]
    assert any("Unused local variable" in warning for warning in compilation.warnings)


def test_a_missing_root_is_named(workshop: Path) -> None:
    with pytest.raises(CompilerError, match=r"contracts/Gone\.sol"):
        compiled(workshop, "Gone.sol")


def test_missing_packages_are_told_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, folder, ignore=shutil.ignore_patterns("node_modules"))

    with pytest.raises(CompilerError, match="@openzeppelin") as refused:
        standard_json(folder, ROOTS)

    assert "npm ci" in refused.value.hint


def test_a_missing_compiler_is_told_with_what_to_do(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workshop / "node_modules").unlink()
    monkeypatch.setattr(compiler, "_installed", lambda _: None)  # whatever this machine has
    monkeypatch.setattr(compiler, "_downloaded", lambda _: None)

    with pytest.raises(CompilerError, match=r"No solc 0\.8\.37") as refused:
        find_compiler(workshop)

    assert "npm ci" in refused.value.hint


def test_the_compiler_of_the_npm_package_is_found(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_installed", lambda _: None)  # whatever this machine has
    monkeypatch.setattr(compiler, "_downloaded", lambda _: None)

    assert find_compiler(workshop) == workshop / "solc.mjs"


def test_a_compiler_that_cannot_be_started_is_a_compiler_error(workshop: Path) -> None:
    (workshop / "Good.sol").write_text(f"{HEAD}contract Good {{}}\n")

    with pytest.raises(CompilerError):
        compile_contracts(workshop, ["Good.sol"], compiler=workshop / "gone")
