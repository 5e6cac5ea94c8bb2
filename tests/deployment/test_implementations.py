"""Implementations: what is known of a contract behind a coin, and where it stores what

a layout that is written is read back as it was; the shipped one is the sources' own
what is no record is refused as such, and never half read
what cannot be compiled is refused in one line
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.deployment import Implementations, check_layout, compile_implementation, implementations
from stablecoin_tools.deployment.implementations import layout_text, read_layout_text, shipped_implementation
from stablecoin_tools.errors import CompilerError, ConfigError, StablecoinError
from tests.conftest import ROOT
from tests.contracts.words import mock
from tests.deployment.changed import GROWN, changed
from tests.deployment.drafts import Record, laid_out, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stablecoin_tools.deployment import Implementation

WRONG_UUID = mock("WrongUuidIssuer")
SOMEWHERE = Address(bytes(19) + b"\x01")
CODE = bytes.fromhex("6001")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(records, records)
def test_a_layout_is_read_back_as_it_was_written(first: Record, second: Record) -> None:
    layout = laid_out({"a": (0x100, first), "b": (2**255, second)})

    read = read_layout_text(layout_text(layout))

    assert check_layout(layout, read) == check_layout(read, layout) == ()
    assert layout_text(read) == layout_text(layout)


def test_the_shipped_implementation_is_the_artifact_with_its_layout() -> None:
    shipped = shipped_implementation()

    assert shipped.artifact is load_artifact("Issuer")
    assert {space.label for space in shipped.layout.namespaces} >= {"stablecoin.storage.Ledger"}
    assert layout_text(shipped.layout) == shipped.text


@pytest.fixture(scope="module")
def records_folder(tmp_path_factory: pytest.TempPathFactory) -> Implementations:
    known = Implementations(tmp_path_factory.mktemp("records"))
    known.path(SOMEWHERE).parent.mkdir()
    return known


@given(written=st.binary(max_size=80) | anything.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_record_is_refused_as_such(records_folder: Implementations, written: bytes) -> None:
    records_folder.path(SOMEWHERE).write_bytes(written)

    with pytest.raises(ConfigError, match="is no record of an implementation"):
        records_folder.find(SOMEWHERE, CODE)


@given(data=st.data())
def test_a_damaged_record_is_refused_or_can_be_compared(records_folder: Implementations, data: st.DataObject) -> None:
    written = _record()
    damage = data.draw(st.sampled_from(_places(written)))
    damage(data.draw(anything))
    records_folder.path(SOMEWHERE).write_text(json.dumps(written))

    try:
        found = records_folder.recorded(SOMEWHERE)
    except ConfigError:
        return
    assert found is not None
    check_layout(found.layout, shipped_implementation().layout)
    check_layout(shipped_implementation().layout, found.layout)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Implementation:
    return compile_implementation(changed(tmp_path_factory.mktemp("grown"), GROWN))


def test_a_whole_record_is_found_by_its_code_alone(records_folder: Implementations, grown: Implementation) -> None:
    records_folder.path(SOMEWHERE).write_text(grown.text)

    found = records_folder.find(SOMEWHERE, grown.artifact.runtime)
    assert (found.text, found.layout, found.address) == (grown.text, grown.layout, grown.address)
    with pytest.raises(ConfigError, match="neither this release's"):
        records_folder.find(SOMEWHERE, CODE)


def _another_layout(written: dict[str, Any]) -> None:
    written["layout"] = json.loads(shipped_implementation().text)


def _no_source(written: dict[str, Any]) -> None:
    del written["source"]


def _another_source(written: dict[str, Any]) -> None:
    issuer = written["source"]["sources"]["contracts/Issuer.sol"]
    more = "function another() external {}\n    function _revokeRole("
    issuer["content"] = issuer["content"].replace("function _revokeRole(", more)


def _another_listing(written: dict[str, Any]) -> None:
    listing = written["source"]["sources"]["contracts/StorageLayout.sol"]
    listing["content"] = listing["content"].replace("Reserving.ReservingStorage private reservingStorage;", "")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_another_layout, "was edited: it is not what its own source compiles to"),
        (_another_source, "was edited: it is not what its own source compiles to"),
        (_another_listing, "does not list stablecoin.storage.Reserving"),
        (_no_source, "does not hold what it was compiled from"),
    ],
)
def test_a_record_whose_layout_is_not_its_code_s_is_refused(
    records_folder: Implementations, grown: Implementation, edit: Callable[[dict[str, Any]], None], words: str
) -> None:
    written = json.loads(grown.text)
    edit(written)
    records_folder.path(SOMEWHERE).write_text(json.dumps(written))

    with pytest.raises(ConfigError, match=words):
        records_folder.find(SOMEWHERE, grown.artifact.runtime)


def _record() -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads((ROOT / "tests/contracts/artifacts/WrongUuidIssuer.json").read_text())
    return artifact | {"layout": json.loads(shipped_implementation().text)}


def _places(tree: Any) -> list[Callable[[Any], None]]:
    """Setters of every value of the layout, and of the record's own keys."""

    def setter(where: Any, key: Any) -> Callable[[Any], None]:
        return lambda value: where.__setitem__(key, value)

    found = [setter(tree, key) for key in tree]
    wanted = [tree["layout"]]
    while wanted:
        inner = wanted.pop()
        keys = inner if isinstance(inner, dict) else range(len(inner))
        found += [setter(inner, key) for key in keys]
        wanted += [inner[key] for key in keys if isinstance(inner[key], (dict, list))]
    return found


@pytest.mark.parametrize("name", ["Gone", "Issuer/../Issuer"])
def test_a_contract_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(CompilerError, match="One file"):
        compile_implementation(ROOT / "contracts", name)


def test_a_folder_that_names_no_compiler_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Issuer.sol").write_text("contract Issuer {}")

    with pytest.raises(CompilerError, match=r"no package\.json"):
        compile_implementation(tmp_path)


def test_what_cannot_be_written_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "implementations").write_text("a file")

    with pytest.raises(StablecoinError, match="cannot be written"):
        Implementations(tmp_path).write(shipped_implementation())


def test_without_what_drives_the_compiler_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implementations, "find_spec", lambda _: None)

    with pytest.raises(CompilerError) as caught:
        compile_implementation(ROOT / "contracts")
    assert "stablecoin_tools[compile]" in caught.value.hint
