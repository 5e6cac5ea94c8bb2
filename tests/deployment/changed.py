"""The contracts, changed as somebody might for an upgrade: a copy of the folder, with some texts replaced."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CONTRACTS = ROOT / "contracts"

Edit = tuple[str, str, str]
"""A file, a text in it, and what stands there instead."""

_RELEASE = "    function release() external pure returns (uint256) {\n        return 2;\n    }\n\n"
# A member behind all others, and a new function.
GROWN: tuple[Edit, ...] = (
    (
        "powers/Reserving.sol",
        "uint48 maxAgeSeconds;\n    }",
        "uint48 maxAgeSeconds;\n        uint48 addedLater;\n    }",
    ),
    (
        "Issuer.sol",
        "    function _revokeRole(",
        f"{_RELEASE}    function _revokeRole(",
    ),
)

_URI = "_describing().contractURI"
# One member of each of three namespaces moved, shrunk or of another type; and a function by another name.
BROKEN: tuple[Edit, ...] = (
    (
        "LedgerWords.sol",
        "        uint256 head;\n        mapping(address account => Account) accounts;\n",
        "        mapping(address account => Account) accounts;\n        uint256 head;\n",
    ),
    ("powers/Reserving.sol", "uint48 maxAgeSeconds;\n    }", "uint32 maxAgeSeconds;\n    }"),
    ("powers/Reserving.sol", "maxAgeSeconds = maxAgeSeconds;", "maxAgeSeconds = uint32(maxAgeSeconds);"),
    ("powers/Describing.sol", "string contractURI;", "uint256[] contractURI;"),
    ("powers/Describing.sol", f"{_URI} = uri;", f"{_URI}.push(bytes(uri).length);"),
    (
        "powers/Describing.sol",
        f"view returns (string memory) {{\n        return {_URI};",
        f'view returns (string memory) {{\n        return {_URI}.length == 0 ? "" : "some";',
    ),
    ("powers/Rescuing.sol", "rescueETH", "sendETH"),
    ("interfaces/IRescuing.sol", "rescueETH", "sendETH"),
)

_NOTHING_TO_INITIALIZE = """function initialize(address, uint48, MintPolicy calldata, RoleGrant[] calldata)
        external
        pure
    {
        revert InvalidInitialization();
    }

"""
_HEADING = "abstract contract Lane is Ledger, ERC1967Proxy {"
_SERVING = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Issuer} from "./Issuer.sol";
import {Allowing} from "./holding/Allowing.sol";
import {Authorizing} from "./holding/Authorizing.sol";
import {Standing} from "./holding/Standing.sol";
import {IStablecoin, LANE_INTERFACE_ID} from "./interfaces/IStablecoin.sol";
import {ITransferring} from "./interfaces/ITransferring.sol";

contract Serving is Issuer, IStablecoin, Allowing, Authorizing, Standing {
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == LANE_INTERFACE_ID || super.supportsInterface(interfaceId);
    }

"""


def changed(folder: Path, edits: Iterable[Edit]) -> Path:
    """A copy of the contracts with these edits; each of them must find its text."""
    contracts = folder / "contracts"
    shutil.copytree(CONTRACTS, contracts, ignore=shutil.ignore_patterns("node_modules", "mocks", "slither"))
    (contracts / "node_modules").symlink_to(CONTRACTS / "node_modules")
    for file, before, after in edits:
        path = contracts / file
        text = path.read_text()
        assert before in text, (file, before)
        path.write_text(text.replace(before, after))
    return contracts


def serving(folder: Path) -> Path:
    """An implementation that serves the holders itself, by the code that the proxy serves them by.

    It stands at the coin's storage without being its proxy: so nothing is sent on to an implementation, the domain of
    signatures is the coin's, and the name is written into it. What is initialised already needs no `initialize`, and
    without that all of it is just short enough.
    """
    contracts = changed(folder, [("holding/Authorizing.sol", "_bitOf", "_bitOfNonce")])
    _cut(
        contracts / "holding" / "Lane.sol",
        (_HEADING, "}\n", "abstract contract Lane is Ledger {\n" + _lanes("_lane") + _lanes("_laneForView")),
        ("import {ERC1967Proxy}", "import {Ledger}", ""),
    )
    names = {"NAME": "Test Dollar", "SYMBOL": "TUSD", "CURRENCY": "USD"}
    _cut(
        contracts / "holding" / "Identifying.sol",
        ("    function _isValid(", "}\n", ""),
        ("    ShortString private immutable NAME;", "    /// @inheritdoc IIdentifying\n    function name()", ""),
        ("import {ShortString,", "import {IIdentifying,", ""),
        ("uint8 private constant MAX_DECIMALS", "string private constant VERSION", ""),
        ("block.chainid == CHAIN_ID ?", "_separatorOf(ShortStrings", ""),
        *((f"ShortStrings.toString({each})", "", f'"{name}"') for each, name in names.items()),
        ("return DECIMALS", "", "return 6"),
    )
    _cut(
        contracts / "Issuer.sol",
        (
            "function initialize(",
            "    /// @notice Returns whether",
            _NOTHING_TO_INITIALIZE,
        ),
    )
    holding = (contracts / "Stablecoin.sol").read_text()
    holding = holding[holding.index("    /// @inheritdoc ITransferring") :]
    holding = holding.replace("        if (head >= LANE_CLOSED) _leaveLane();\n", "")
    (contracts / "Serving.sol").write_text(_SERVING + holding)
    return contracts


def _lanes(name: str) -> str:
    return f"    function {name}() internal view returns (uint256) {{\n        return _ledger().head;\n    }}\n"


def _cut(path: Path, *cuts: tuple[str, str, str]) -> None:
    """Puts a text in the place of all from one text to another; to the end of the file, if that is "}\\n"."""
    text = path.read_text()
    for start, end, instead in cuts:
        assert start in text, (path.name, start)
        if not end:
            text = text.replace(start, instead)
            continue
        first = text.index(start)
        last = text.rindex(end) if end == "}\n" else text.index(end, first)
        text = text[:first] + instead + text[last:]
    path.write_text(text)
