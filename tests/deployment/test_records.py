"""DeploymentRecords: what was deployed where

when a record is written: it reads back the same, and no unfinished file stays
given an older record, without what was added since: it reads as if nobody had said that
when a file is no record, or a field has another type: ConfigError
when the folder cannot be written: ConfigError, which says that the coin stands
when a symbol cannot be a file's name: ConfigError
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment import Deployment, DeploymentRecords
from stablecoin_tools.errors import ConfigError
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from pathlib import Path

addresses = st.binary(min_size=20, max_size=20).filter(any).map(Address)
deployments = st.builds(
    Deployment,
    **dict.fromkeys(("chain_id", "decimals", "admin_delay_seconds", "block_number"), st.integers(0, 2**64)),
    **dict.fromkeys(("supply_cap", "mint_limit", "mint_limit_refill_per_day"), st.integers(0, 2**112)),
    **dict.fromkeys(("symbol", "name", "currency", "salt", "initialization", "transaction_hash"), st.text(max_size=31)),
    **dict.fromkeys(("block_hash", "compiler_version", "standard_json_sha256"), st.text(max_size=31)),
    **dict.fromkeys(("source_commit", "storage_layout_sha256"), st.text(max_size=31)),
    proven=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
    **dict.fromkeys(("address", "implementation", "admin"), addresses),
    roles=st.dictionaries(st.sampled_from([role.name for role in Role]), st.lists(addresses, max_size=3).map(tuple)),
)
RECORD = Deployment(
    chain_id=31337,
    symbol="TUSD",
    name="Test Dollar",
    currency="USD",
    decimals=6,
    address=Address(b"\x01" * 20),
    implementation=Address(b"\x02" * 20),
    admin=Address(b"\x03" * 20),
    admin_delay_seconds=0,
    supply_cap=10_000_000_000,
    mint_limit=1_000_000_000,
    mint_limit_refill_per_day=1_000_000_000,
    roles={"PAUSER_ROLE": (Address(b"\x04" * 20),)},
    salt="0x" + "00" * 32,
    initialization="0x1234",
    transaction_hash="0x" + "11" * 32,
    block_number=5,
    block_hash="0x" + "22" * 32,
    compiler_version="0.8.37+commit.1",
    standard_json_sha256="33" * 32,
    source_commit="44" * 20,
    storage_layout_sha256="55" * 32,
    proven={"the name": "Test Dollar"},
)
LATER = {"source_commit", "storage_layout_sha256", "proven"}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(deadline=None)
@given(deployments)
def test_a_record_reads_back_what_it_writes(deployment: Deployment) -> None:
    written = json.loads(json.dumps(deployment.as_json()))

    assert Deployment.from_json(written) == deployment


def test_addresses_are_written_with_their_checksum() -> None:
    written = RECORD.as_json()

    assert written["address"] == str(RECORD.address)
    assert written["roles"] == {"PAUSER_ROLE": [str(Address(b"\x04" * 20))]}


def test_finds_what_was_written_by_chain_and_symbol(tmp_path: Path) -> None:
    records = DeploymentRecords(tmp_path)
    others = [replace(RECORD, symbol="EURT"), replace(RECORD, chain_id=5)]
    for record in (RECORD, *others):
        assert records.write(record) == tmp_path / str(record.chain_id) / f"{record.symbol}.json"

    assert [records.find(record.chain_id, record.symbol) for record in (RECORD, *others)] == [RECORD, *others]
    assert records.find(31337, "NONE") is None
    assert records.find(1, "TUSD") is None
    assert records.on_chain(31337) == [others[0], RECORD]
    assert records.on_chain(1) == []
    assert {path.suffix for path in tmp_path.rglob("*.*")} == {".json"}


def test_a_record_is_replaced_whole(tmp_path: Path) -> None:
    records = DeploymentRecords(tmp_path)
    records.write(replace(RECORD, name="x" * 31))
    records.write(RECORD)

    assert records.find(31337, "TUSD") == RECORD


def test_what_a_broken_off_write_left_is_no_record(tmp_path: Path) -> None:
    records = DeploymentRecords(tmp_path)
    records.write(RECORD)
    (tmp_path / "31337" / "EURT.unfinished").write_text("{")

    assert records.on_chain(31337) == [RECORD]
    assert records.find(31337, "EURT") is None


@settings(deadline=None)
@given(text=st.text(max_size=30) | json_values.map(json.dumps))
@example(text="")
@example(text="[]")
@example(text="[" * 100)
def test_any_other_text_is_no_record(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("records")
    (folder / "31337").mkdir()
    (folder / "31337" / "TUSD.json").write_text(text)

    with pytest.raises(ConfigError, match=r"TUSD\.json is no deployment record"):
        DeploymentRecords(folder).find(31337, "TUSD")
    with pytest.raises(ConfigError):
        DeploymentRecords(folder).on_chain(31337)


@pytest.mark.parametrize(
    "change",
    [
        {"address": "0x" + "00" * 20},
        {"address": "0x12"},
        {"address": None},
        {"admin": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"},
        {"roles": []},
        {"decimals": "6"},
        {"block_number": True},
        {"salt": None},
        {"source_commit": None},
        {"proven": []},
        {"proven": {"the name": 5}},
        {"roles": {"PAUSER_ROLE": None}},
        {"roles": {"PAUSER_ROLE": ["nobody"]}},
    ],
    ids=repr,
)
def test_a_record_with_a_broken_field_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "31337" / "TUSD.json"
    path.parent.mkdir()
    path.write_text(json.dumps(RECORD.as_json() | change))

    with pytest.raises(ConfigError):
        DeploymentRecords(tmp_path).find(31337, "TUSD")


@pytest.mark.parametrize("field", sorted(set(RECORD.as_json()) - LATER))
def test_a_record_without_a_field_is_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "31337" / "TUSD.json"
    path.parent.mkdir()
    path.write_text(json.dumps({key: value for key, value in RECORD.as_json().items() if key != field}))

    with pytest.raises(ConfigError, match=field):
        DeploymentRecords(tmp_path).find(31337, "TUSD")


@settings(deadline=None)
@given(deployment=deployments, absent=st.sets(st.sampled_from(sorted(LATER))))
def test_an_older_record_reads_as_if_nobody_had_said_what_was_added_since(
    deployment: Deployment, absent: set[str]
) -> None:
    written = {key: value for key, value in deployment.as_json().items() if key not in absent}

    read = Deployment.from_json(written)

    unsaid: dict[str, Any] = {"source_commit": "", "storage_layout_sha256": "", "proven": {}}
    assert read == replace(deployment, **{key: unsaid[key] for key in absent})


@settings(deadline=None)
@given(field=st.sampled_from(sorted(RECORD.as_json())), value=json_values)
def test_whatever_stands_in_a_field_it_is_read_as_it_is_or_refused(field: str, value: Any) -> None:
    written = RECORD.as_json() | {field: value}

    try:
        read = Deployment.from_json(written)
    except (KeyError, TypeError, ValueError, AttributeError):
        return
    assert read.as_json() == written


def test_bytes_that_are_no_text_are_no_record(tmp_path: Path) -> None:
    path = tmp_path / "31337" / "TUSD.json"
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError):
        DeploymentRecords(tmp_path).find(31337, "TUSD")


def test_a_folder_that_cannot_be_written_says_that_the_coin_stands(tmp_path: Path) -> None:
    (tmp_path / "31337").write_text("a file where the folder should be")

    with pytest.raises(ConfigError, match=f"The coin stands at {RECORD.address}") as refused:
        DeploymentRecords(tmp_path).write(RECORD)

    assert "again" in refused.value.hint


@pytest.mark.parametrize("symbol", ["../TUSD", "/TUSD", "a/b", ".", "..", ".hidden", "a\0b"])
def test_a_symbol_that_cannot_be_a_files_name_is_refused(tmp_path: Path, symbol: str) -> None:
    with pytest.raises(ConfigError):
        DeploymentRecords(tmp_path).path(31337, symbol)
    with pytest.raises(ConfigError):
        DeploymentRecords(tmp_path).write(replace(RECORD, symbol=symbol))
    assert list(tmp_path.iterdir()) == []
