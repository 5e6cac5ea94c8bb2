"""check_layout: whether a new implementation may stand over what is stored

when members are added behind all others, or in a gap: nothing is found
when a struct grows: nothing, at the end of a namespace or of a mapping's value; elsewhere it forbids
when what is stored moves, goes, shrinks or becomes another type: that is found, by its path, and forbids
when only names change: a warning
when a namespace begins elsewhere, is gone, or runs into another: that forbids
when variables stand outside of all namespaces: they count too
our own contracts' layouts are read whole, and pass
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.compiler import standard_json
from stablecoin_tools.deployment import check_layout, read_layout
from stablecoin_tools.deployment.implementations import layout_text, shipped_implementation
from stablecoin_tools.errors import ConfigError
from tests.conftest import ROOT as HOUSE
from tests.contracts.words import (
    BRIDGING_SLOT,
    DESCRIBING_SLOT,
    LEDGER_SLOT,
    MINTING_SLOT,
    REFERENCING_SLOT,
    RESERVING_SLOT,
)
from tests.deployment.drafts import NEW, Record, growths, laid_out, mutations, records, renamings
from tests.deployment.upgrades import BAD, CASES, GOOD, RENAMED, ROOT, SPACE, solidity

if TYPE_CHECKING:
    from stablecoin_tools.deployment import Layout
    from stablecoin_tools.deployment.layouts import Member

CONTRACTS = HOUSE / "contracts"
OURS = ("Stablecoin.sol", "Issuer.sol", "StorageLayout.sol", "mocks/LaneServingIssuer.sol")
TWO_SLOTS = "uint256 a; uint256 b;"
MOVED = ROOT + 0x100
ANOTHER = """
    /// @custom:storage-location erc7201:test.Other
    struct Other { uint256 a; }
    bytes32 private constant OTHER_STORAGE = HERE;
    function _other() internal pure returns (Other storage $) {
        assembly { $.slot := OTHER_STORAGE }
    }
"""
TWIN = f"""
    bytes32 private constant TWIN_STORAGE = {MOVED:#066x};
    function _twin() internal pure returns (CoinStorage storage $) {{
        assembly {{ $.slot := TWIN_STORAGE }}
    }}
"""


def with_another(root: int) -> str:
    """A coin with a second namespace."""
    source = solidity(ANOTHER.replace("HERE", f"{root:#066x}") + f"---{TWO_SLOTS}")
    return source.replace("private coinStorage;", "private coinStorage; Coin.Other private other;")


def begun(constants: str, assembly: str, *, before: str = "") -> str:
    """A coin whose namespace the code begins in this way."""
    source = solidity(TWO_SLOTS)
    source = source.replace(f"bytes32 private constant COIN_STORAGE = {ROOT:#066x};", constants)
    return source.replace("assembly { $.slot := COIN_STORAGE }", f"{before} assembly {{ {assembly} }}")


SPECIAL = {
    "plain": solidity(TWO_SLOTS),
    "moved": solidity(TWO_SLOTS, root=MOVED),
    "renamed": solidity(TWO_SLOTS, space="test.Token"),
    "outside": solidity(TWO_SLOTS, outside="uint64 internal first; Feed internal feed;"),
    "outside, turned": solidity(TWO_SLOTS, outside="Feed internal feed; uint64 internal first;"),
    "two bases": solidity(TWO_SLOTS).replace(
        "contract Coin {", "contract A { uint256 private x; } contract B { uint64 private x; } contract Coin is A, B {"
    ),
    "begun nowhere": re.sub(
        r"function _coin.*?\n    \}", "", solidity(TWO_SLOTS, space="stablecoin.storage.Ledger"), flags=re.DOTALL
    ),
    "a literal": begun("", f"$.slot := {MOVED:#066x}"),
    "a decimal": begun("uint256 private constant PLACE = 512;", "$.slot := PLACE"),
    "a constant of a constant": begun(
        f"bytes32 private constant FIRST = {MOVED:#066x}; bytes32 private constant PLACE = FIRST;", "$.slot := PLACE"
    ),
    "a variable": begun("", "$.slot := place", before=f"bytes32 place = bytes32(uint256({ROOT}));"),
    "a sum": begun(f"uint256 private constant PLACE = {ROOT};", "$.slot := add(PLACE, 1)"),
    "a hash": begun("", "$.slot := keccak256(0, 64)"),
    "another struct": solidity(TWO_SLOTS).replace(
        "function _coin() internal pure returns (CoinStorage",
        "struct Turned { uint256 b; uint256 a; } function _coin() internal pure returns (Turned",
    ),
    "not listed": with_another(MOVED).replace("Coin.Other private other;", ""),
    "placed twice": solidity(TWO_SLOTS, outside=TWIN),
    "beside": with_another(MOVED),
    "same place": with_another(ROOT),
    "overlapping": with_another(ROOT + 1),
    "not annotated": solidity(TWO_SLOTS).replace("@custom:storage-location erc7201:", "@dev "),
}


@pytest.fixture(scope="module")
def printed() -> dict[str, Any]:
    """What the compiler says of all sources of these tests, and of our own: compiled once."""
    import solcx

    source = standard_json(CONTRACTS, OURS)
    cases = {f"{name}/{side}": solidity(getattr(CASES[name], side)) for name in CASES for side in ("deployed", "new")}
    source["sources"] |= {file: {"content": text} for file, text in (cases | SPECIAL).items()}
    source["settings"]["outputSelection"] = {"*": {"*": ["storageLayout"], "": ["ast"]}}
    output: dict[str, Any] = solcx.compile_standard(source, solc_binary=CONTRACTS / "solc.mjs")
    return output


def layout(printed: dict[str, Any], file: str, contract: str = "Coin") -> Layout:
    """The layout of a contract, as if its file had been compiled alone."""
    alone = {part: {file: printed[part][file]} for part in ("contracts", "sources")}
    return read_layout(alone, contract)


def our_layout(printed: dict[str, Any], contract: str) -> Layout:
    """The layout of one of our own contracts."""
    ours = {
        part: {file: found for file, found in printed[part].items() if file.startswith(("contracts/", "@"))}
        for part in ("contracts", "sources")
    }
    return read_layout(ours, contract)


@pytest.mark.parametrize("name", GOOD)
def test_finds_nothing_where_all_that_is_stored_stays(printed: dict[str, Any], name: str) -> None:
    deployed, new = (layout(printed, f"{name}/{side}") for side in ("deployed", "new"))

    assert check_layout(deployed, new) == ()
    assert check_layout(deployed, deployed) == check_layout(new, new) == ()


@pytest.mark.parametrize("name", [*BAD, *RENAMED])
def test_finds_what_changed_and_where(printed: dict[str, Any], name: str) -> None:
    deployed, new = (layout(printed, f"{name}/{side}") for side in ("deployed", "new"))

    found = check_layout(deployed, new)

    assert [(each.where, each.deployed, each.new) for each in found] == [
        (SPACE + where, before, after) for where, before, after in CASES[name].found
    ]
    assert {each.forbids for each in found} == {CASES[name].forbids}
    assert check_layout(deployed, deployed) == check_layout(new, new) == ()


def test_says_it_in_one_sentence(printed: dict[str, Any]) -> None:
    deployed, new = (layout(printed, f"retyped/{side}") for side in ("deployed", "new"))

    (found,) = check_layout(deployed, new)

    assert str(found) == ("test.Coin.a is uint256 and would be int256: what is stored would be read as what it is not.")


@pytest.mark.parametrize(("name", "new"), [("moved", f"at slot {MOVED:#x}"), ("renamed", "gone")])
def test_forbids_that_a_namespace_begins_elsewhere(printed: dict[str, Any], name: str, new: str) -> None:
    (found,) = check_layout(layout(printed, "plain"), layout(printed, name))

    assert (found.where, found.deployed, found.new, found.forbids) == (SPACE, f"at slot {ROOT:#x}", new, True)


def test_takes_another_namespace_beside_the_first_but_not_without_it(printed: dict[str, Any]) -> None:
    plain, beside = layout(printed, "plain"), layout(printed, "beside")

    assert check_layout(plain, beside) == ()
    assert [(each.where, each.new) for each in check_layout(beside, plain)] == [("test.Other", "gone")]


@pytest.mark.parametrize("name", ["same place", "overlapping"])
def test_forbids_that_namespaces_overlap(printed: dict[str, Any], name: str) -> None:
    (found,) = check_layout(layout(printed, "plain"), layout(printed, name))

    assert (found.where, found.new, found.forbids) == ("test.Other", "inside of test.Coin", True)


def test_variables_outside_of_all_namespaces_are_held_to_the_same_and_warned_of_when_new(
    printed: dict[str, Any],
) -> None:
    plain, outside, turned = (layout(printed, name) for name in ("plain", "outside", "outside, turned"))

    assert [(each.where, each.forbids) for each in check_layout(plain, outside)] == [("plain storage", False)]
    assert check_layout(outside, outside) == ()
    assert [each.where for each in check_layout(outside, turned)] == ["plain storage.first", "plain storage.feed"]
    assert [(each.where, each.new) for each in check_layout(outside, plain)] == [("plain storage", "gone")]


def test_private_variables_of_two_base_contracts_may_share_a_name(printed: dict[str, Any]) -> None:
    two_bases = layout(printed, "two bases")

    assert [member.label for member in two_bases.types["plain storage"].members] == ["x", "x"]
    assert check_layout(two_bases, two_bases) == ()


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("plain", ROOT),
        ("a literal", MOVED),
        ("a decimal", 512),
        ("a constant of a constant", MOVED),
        ("begun nowhere", LEDGER_SLOT),
    ],
)
def test_a_namespace_begins_where_the_code_says_else_where_its_name_says(
    printed: dict[str, Any], name: str, slot: int
) -> None:
    assert [space.slot for space in layout(printed, name).namespaces] == [slot]


@pytest.mark.parametrize("name", ["a variable", "a sum", "a hash"])
def test_a_namespace_that_begins_where_nothing_can_be_read_is_refused(printed: dict[str, Any], name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} begins test.Coin where no check sees it") as refused:
        layout(printed, name)
    assert "$.slot := CONSTANT" in refused.value.hint


@pytest.mark.parametrize("name", ["another struct", "not listed"])
def test_a_struct_that_is_begun_and_not_listed_is_refused(printed: dict[str, Any], name: str) -> None:
    with pytest.raises(ConfigError, match="begins a struct that StorageLayout does not list"):
        layout(printed, name)


@pytest.mark.parametrize(
    ("name", "contract", "words"),
    [
        ("placed twice", "Coin", "The code begins test.Coin in 2 places"),
        ("not annotated", "Coin", "lists coinStorage, which names no ERC-7201 namespace"),
        ("plain", "Gone", "no contract named Gone"),
    ],
)
def test_what_cannot_be_read_for_sure_is_refused(printed: dict[str, Any], name: str, contract: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        layout(printed, name, contract)


@pytest.mark.parametrize("name", ["Stablecoin", "Issuer"])
def test_our_own_layout_is_the_committed_one_and_passes(printed: dict[str, Any], name: str) -> None:
    ours = our_layout(printed, name)
    artifact = json.loads((HOUSE / "stablecoin_tools" / "artifacts" / f"{name}.json").read_text())

    assert check_layout(ours, ours) == ()
    assert {space.label: places(ours, space) for space in ours.namespaces} == {
        space: [(each["label"], int(each["slot"]), each["offset"]) for each in members]
        for space, members in artifact["storageLayout"]["namespaces"].items()
    }
    assert {space.label.rpartition(".")[2]: space.slot for space in ours.namespaces} == {
        "Ledger": LEDGER_SLOT,
        "Minting": MINTING_SLOT,
        "Bridging": BRIDGING_SLOT,
        "Referencing": REFERENCING_SLOT,
        "Reserving": RESERVING_SLOT,
        "Describing": DESCRIBING_SLOT,
    }


def test_the_shipped_layout_is_the_sources_own(printed: dict[str, Any]) -> None:
    assert shipped_implementation().text == layout_text(our_layout(printed, "Issuer"))


def test_our_own_upgrade_that_serves_the_holders_passes(printed: dict[str, Any]) -> None:
    assert check_layout(our_layout(printed, "Issuer"), our_layout(printed, "LaneServingIssuer")) == ()


def places(ours: Layout, space: Member) -> list[tuple[str, int, int]]:
    return [(member.label, member.slot, member.offset) for member in ours.types[space.type].members]


@given(records)
def test_any_layout_may_stand_over_itself(draft: Record) -> None:
    laid = laid_out({"a": (0x100, draft), "b": (0x10000, draft)})

    assert check_layout(laid, laid) == ()
    assert check_layout(laid_out({"a": (0x100, draft)}), laid) == ()


@given(records)
def test_any_member_may_be_added_at_the_end_of_a_namespace(draft: Record) -> None:
    grown = Record((*draft.members, NEW))

    assert check_layout(laid_out({"a": (0x100, draft)}), laid_out({"a": (0x100, grown)})) == ()


@given(records, st.data())
def test_any_one_change_of_what_is_stored_forbids(draft: Record, data: st.DataObject) -> None:
    mutated = data.draw(st.sampled_from(list(mutations(draft))))
    assert isinstance(mutated, Record)

    found = check_layout(laid_out({"a": (0x100, draft)}), laid_out({"a": (0x100, mutated)}))

    assert any(each.forbids for each in found)
    assert all(each.where.startswith("a.") for each in found)


@given(records, st.data())
def test_anything_grows_only_where_nothing_can_stand_behind_it(draft: Record, data: st.DataObject) -> None:
    grown, is_safe = data.draw(st.sampled_from(list(growths(draft))))
    assert isinstance(grown, Record)

    found = check_layout(laid_out({"a": (0x100, draft)}), laid_out({"a": (0x100, grown)}))

    assert any(each.forbids for each in found) is not is_safe
    assert found == () if is_safe else found


@given(records, st.data())
def test_any_new_name_is_one_warning(draft: Record, data: st.DataObject) -> None:
    renamed = data.draw(st.sampled_from(list(renamings(draft))))
    assert isinstance(renamed, Record)

    found = check_layout(laid_out({"a": (0x100, draft)}), laid_out({"a": (0x100, renamed)}))

    assert [each.forbids for each in found] == [False]


@given(records, st.integers(1, 2**255))
def test_any_other_place_of_a_namespace_forbids(draft: Record, distance: int) -> None:
    moved = laid_out({"a": (0x100 + distance, draft)})

    assert [each.forbids for each in check_layout(laid_out({"a": (0x100, draft)}), moved)] == [True]
    assert [each.new for each in check_layout(laid_out({"a": (0x100, draft)}), laid_out({}))] == ["gone"]
