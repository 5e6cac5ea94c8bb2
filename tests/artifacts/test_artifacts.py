"""Artifacts: the compiled contracts, shipped with the package

when a contract is loaded: its code, interface and provenance
when deployed code is compared: only immutables may differ
when a file is missing, or no artifact: ConfigError
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.artifacts import coin_abi, load_artifact, read_artifact
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World

NAMES = ["Issuer", "Stablecoin"]
_EIP_170_LIMIT = 24_576


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_of_the_package_has_its_code_and_provenance(name: str) -> None:
    artifact = load_artifact(name)

    assert artifact.name == name
    assert 0 < len(artifact.runtime) <= _EIP_170_LIMIT
    assert len(artifact.bytecode) > len(artifact.runtime)
    assert artifact.compiler_version.startswith("0.8.37+commit.")
    assert len(bytes.fromhex(artifact.standard_json_sha256)) == 32
    assert load_artifact(name) is artifact


def test_both_contracts_say_where_their_source_is_and_that_they_store_alike() -> None:
    stablecoin, issuer = (load_artifact(name) for name in ("Stablecoin", "Issuer"))

    assert stablecoin.full_name == "contracts/Stablecoin.sol:Stablecoin"
    assert issuer.full_name == "contracts/Issuer.sol:Issuer"
    assert (stablecoin.settings["optimizer"]["runs"], issuer.settings["optimizer"]["runs"]) == (200, 40)
    assert stablecoin.storage_layout_sha256 == issuer.storage_layout_sha256
    assert len(bytes.fromhex(issuer.storage_layout_sha256)) == 32


def test_the_interface_of_a_coin_is_that_of_both_contracts() -> None:
    both = {signature for name in NAMES for signature in load_artifact(name).abi.functions}

    assert set(coin_abi().functions) == both


def test_no_selector_is_served_by_both_contracts_and_none_collide() -> None:
    selectors = [keccak(text=signature)[:4] for signature in coin_abi().functions]
    stablecoin, issuer = (set(load_artifact(name).abi.functions) for name in ("Stablecoin", "Issuer"))

    assert len(selectors) == len(set(selectors))
    assert stablecoin & issuer == set()


def test_the_code_on_the_chain_is_the_artifacts_whatever_its_immutables(world: World) -> None:
    coin_code = world.chain.code(world.coin.address)
    issuer_code = world.chain.code(world.coin.implementation())
    stablecoin, issuer = load_artifact("Stablecoin"), load_artifact("Issuer")

    assert stablecoin.is_runtime(coin_code)
    assert coin_code != stablecoin.runtime  # it has immutables
    assert issuer.is_runtime(issuer_code)
    assert not issuer.is_runtime(coin_code)
    assert not stablecoin.is_runtime(issuer_code)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None)
@given(data=st.data())
def test_one_changed_byte_is_other_code_unless_it_is_an_immutables(name: str, data: st.DataObject) -> None:
    artifact = load_artifact(name)
    place = data.draw(st.integers(0, len(artifact.runtime) - 1))
    code = bytearray(artifact.runtime)
    code[place] ^= data.draw(st.integers(1, 255))
    spans = [span for places in artifact.immutables.values() for span in places]

    is_immutable = any(start <= place < start + length for start, length in spans)

    assert artifact.is_runtime(bytes(code)) == is_immutable


@pytest.mark.parametrize("name", NAMES)
def test_code_cut_short_or_longer_is_other_code(name: str) -> None:
    artifact = load_artifact(name)

    for code in (b"", artifact.runtime[:-1], artifact.runtime + b"\0", artifact.runtime[1:], artifact.runtime[:100]):
        assert not artifact.is_runtime(code)
    assert artifact.is_runtime(artifact.runtime)


@pytest.mark.parametrize("name", ["", "Nothing", "../artifacts/Issuer2", "issuer.json"])
def test_a_contract_that_does_not_ship_is_a_config_error(name: str) -> None:
    with pytest.raises(ConfigError, match="No artifact"):
        load_artifact(name)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "null", "5", '"text"', json.dumps({"contractName": "X"})],
)
def test_a_file_that_is_no_artifact_is_a_config_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "X.json").write_text(text)

    with pytest.raises(ConfigError, match=r"X\.json") as refused:
        read_artifact(tmp_path / "X.json")

    assert "compile.py" in refused.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"bytecode": "0xzz"},
        {"bytecode": None},
        {"deployedBytecode": 5},
        {"compiler": "0.8"},
        {"compiler": {"version": "0.8.37"}},
        {"storageLayout": {}},
        {"immutableReferences": []},
        {"immutableReferences": {"x": [{"start": 1}]}},
    ],
    ids=repr,
)
def test_a_file_with_a_broken_field_is_a_config_error(tmp_path: Path, change: dict[str, Any]) -> None:
    good = {
        "contractName": "X",
        "abi": [],
        "bytecode": "0x6001",
        "deployedBytecode": "0x60",
        "immutableReferences": {},
        "standardJsonSha256": "00" * 32,
        "compiler": {"version": "0.8.37", "settings": {}},
        "sourceName": "contracts/X.sol",
        "storageLayout": {"namespaces": {}},
    }
    (tmp_path / "good.json").write_text(json.dumps(good))
    (tmp_path / "broken.json").write_text(json.dumps(good | change))

    assert read_artifact(tmp_path / "good.json").bytecode == b"\x60\x01"
    with pytest.raises(ConfigError):
        read_artifact(tmp_path / "broken.json")
