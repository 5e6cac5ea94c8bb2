"""Small coins before and after an upgrade, in Solidity, and what is to be found about each.

A case is what the namespace's struct holds, before and after; what else the contract declares stands before "---".
"""

from __future__ import annotations

from dataclasses import dataclass

ROOT = 0x1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCD00
SPACE = "test.Coin"
LIMIT = "struct Limit { uint128 left; } ---"
LIMIT_GROWN = "struct Limit { uint128 left; uint64 moment; } ---"
LONG_LIMIT = "struct Limit { uint256 left; } ---"
LONG_LIMIT_GROWN = "struct Limit { uint256 left; uint64 moment; } ---"


@dataclass(frozen=True)
class Case:
    """One upgrade, with (where, deployed, new) of each finding; all of them forbid, unless they are warnings."""

    deployed: str
    new: str
    found: tuple[tuple[str, str, str], ...] = ()
    forbids: bool = True


def solidity(written: str, *, root: int = ROOT, space: str = SPACE, outside: str = "") -> str:
    """The source of a coin with this struct in its namespace, and of the contract that lists it."""
    declared, _, members = written.rpartition("---")
    return f"""// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
contract Feed {{}}
type Price is uint128;
contract Coin {{
    {declared}
    /// @custom:storage-location erc7201:{space}
    struct CoinStorage {{ {members} }}
    bytes32 private constant COIN_STORAGE = {root:#066x};
    {outside}
    function _coin() internal pure returns (CoinStorage storage $) {{
        assembly {{ $.slot := COIN_STORAGE }}
    }}
}}
abstract contract StorageLayout {{ Coin.CoinStorage private coinStorage; }}
"""


GOOD = {
    "appended": Case("uint256 a;", "uint256 a; address b; mapping(address => uint256) c;"),
    "appended to the free bytes of the last slot": Case("uint128 a;", "uint128 a; uint64 b; uint64 c;"),
    "a struct in a mapping grown": Case(
        f"{LONG_LIMIT} mapping(address => mapping(uint256 => Limit)) limits; uint256 a;",
        f"{LONG_LIMIT_GROWN} mapping(address => mapping(uint256 => Limit)) limits; uint256 a;",
    ),
    "the last struct grown": Case(
        f"{LONG_LIMIT} uint256 a; Limit limit;", f"{LONG_LIMIT_GROWN} uint256 a; Limit limit;"
    ),
    "the last array grown": Case("uint256 a; uint64[2] list;", "uint256 a; uint64[9] list;"),
    "a gap used": Case(
        "uint128 a; uint256[3] __gap; uint256 z;", "uint128 a; uint64 b; uint256 c; uint256[2] __gap; uint256 z;"
    ),
    "a gap used up": Case("uint256[2] __gap; uint256 z;", "uint128 a; uint128 b; uint256 c; uint256 z;"),
    "an enum grown": Case(
        "enum Stage { NEW, DONE } --- Stage stage; uint8 a;", "enum Stage { NEW, DONE, LOST } --- Stage stage; uint8 a;"
    ),
    "types by another name": Case(
        "struct Old { uint256 a; } --- Feed feed; address party; uint128 price; Old old; mapping(Feed => Price) all;",
        "struct New { uint256 a; } --- address feed; Coin party; Price price; New old; mapping(Coin => uint128) all;",
    ),
    "an array of contracts": Case("Feed[2] feeds; uint256 a;", "address[2] feeds; uint256 a;"),
    "a struct that holds itself": Case(
        "struct Node { mapping(uint256 => Node) next; Node[] all; uint256 a; } --- Node node;",
        "struct Node { mapping(uint256 => Node) next; Node[] all; uint256 a; } --- Node node; uint256 b;",
    ),
}

BAD = {
    "reordered": Case(
        "uint256 a; uint256 b;",
        "uint256 b; uint256 a;",
        ((".a", "at slot 0, byte 0", "at slot 1, byte 0"), (".b", "at slot 1, byte 0", "at slot 0, byte 0")),
    ),
    "the first removed": Case(
        "uint256 a; uint256 b;",
        "uint256 b;",
        ((".a", "uint256", "gone"), (".b", "at slot 1, byte 0", "at slot 0, byte 0")),
    ),
    "the last removed": Case("uint256 a; uint256 b;", "uint256 a;", ((".b", "uint256", "gone"),)),
    "replaced": Case("uint256 a; address b;", "uint256 a; bytes20 c;", ((".b", "address", "bytes20 c"),)),
    "shrunk": Case("uint256 a;", "uint128 a;", ((".a", "uint256", "uint128"),)),
    "retyped": Case("uint256 a;", "int256 a;", ((".a", "uint256", "int256"),)),
    "a packed neighbour grown": Case(
        "uint64 a; uint64 b;",
        "uint128 a; uint64 b;",
        ((".a", "uint64", "uint128"), (".b", "at slot 0, byte 8", "at slot 0, byte 16")),
    ),
    "inserted": Case(
        "uint256 a; uint256 b;",
        "uint256 a; uint128 x; uint256 b;",
        ((".b", "at slot 1, byte 0", "at slot 2, byte 0"),),
    ),
    "inserted between packed neighbours": Case(
        "uint128 a; uint256 b;",
        "uint128 a; uint64 x; uint256 b;",
        ((".x", "not there", "uint64 at slot 0, byte 16"),),
    ),
    "inserted into a struct in a mapping": Case(
        f"{LONG_LIMIT} mapping(address => Limit) limits;",
        "struct Limit { uint64 moment; uint256 left; } --- mapping(address => Limit) limits;",
        ((".limits[address].left", "at slot 0, byte 0", "at slot 1, byte 0"),),
    ),
    "a struct before others grown": Case(
        f"{LONG_LIMIT} Limit limit; uint256 a;",
        f"{LONG_LIMIT_GROWN} Limit limit; uint256 a;",
        (
            (".limit.moment", "not there", "uint64 at slot 1, byte 0"),
            (".a", "at slot 1, byte 0", "at slot 2, byte 0"),
        ),
    ),
    "a struct in an array grown": Case(
        f"{LONG_LIMIT} Limit[] limits;",
        f"{LONG_LIMIT_GROWN} Limit[] limits;",
        ((".limits[].moment", "not there", "uint64 at slot 1, byte 0"),),
    ),
    "a struct in an array grown within its slot": Case(
        f"{LIMIT} Limit[2] limits;",
        f"{LIMIT_GROWN} Limit[2] limits;",
        ((".limits[].moment", "not there", "uint64 at slot 0, byte 16"),),
    ),
    "an array shrunk": Case("uint64[9] list;", "uint64[8] list;", ((".list", "uint64[9]", "uint64[8]"),)),
    "an array before others grown": Case(
        "uint64[2] list; uint256 a;", "uint64[3] list; uint256 a;", ((".list", "uint64[2]", "uint64[3]"),)
    ),
    "an array made dynamic": Case("uint64[2] list;", "uint64[] list;", ((".list", "uint64[2]", "uint64[]"),)),
    "an array of others": Case("uint64[] list;", "uint128[] list;", ((".list[]", "uint64", "uint128"),)),
    "a mapping by another key": Case(
        "mapping(address => uint256) m;", "mapping(uint256 => uint256) m;", ((".m (its key)", "address", "uint256"),)
    ),
    "a mapping to others": Case(
        "mapping(address => uint256) m;", "mapping(address => bool) m;", ((".m[address]", "uint256", "bool"),)
    ),
    "an enum shrunk": Case(
        "enum Stage { NEW, DONE } --- Stage stage;",
        "enum Stage { NEW } --- Stage stage;",
        ((".stage", "one of NEW, DONE", "one of NEW"),),
    ),
    "an enum grown in the middle": Case(
        "enum Stage { NEW, DONE } --- Stage stage;",
        "enum Stage { NEW, LOST, DONE } --- Stage stage;",
        ((".stage", "one of NEW, DONE", "one of NEW, LOST, DONE"),),
    ),
    "a value type of another type": Case(
        "Price price;", "type Price is uint64; --- Price price;", ((".price", "uint128", "uint64"),)
    ),
    "a gap that lost more than was used": Case(
        "uint256[3] __gap; uint256 z;",
        "uint256 a; uint256[1] __gap; uint256 z;",
        ((".z", "at slot 3, byte 0", "at slot 2, byte 0"),),
    ),
    "a gap of an array's elements shrunk": Case(
        "struct Part { uint256 a; uint256[3] __gap; } --- Part[] parts;",
        "struct Part { uint256 a; uint256[2] __gap; } --- Part[] parts;",
        ((".parts[]", "128 bytes", "96 bytes"),),
    ),
    "what is stored, named almost as a gap": Case(
        "uint256[1] __gapped; uint256 z;",
        "uint256 a; uint256 z;",
        ((".__gapped", "uint256[1]", "uint256 a"),),
    ),
    "what is stored made a gap": Case(
        "uint256[2] list; uint256 z;", "uint256[2] __gap; uint256 z;", ((".list", "uint256[2]", "gone"),)
    ),
}

RENAMED = {
    "a member renamed": Case(
        "uint256 a; uint256 b;", "uint256 a; uint256 c;", ((".b", "named b", "named c"),), forbids=False
    ),
    "a member renamed in a member renamed": Case(
        f"{LONG_LIMIT} mapping(address => Limit) limits;",
        "struct Limit { uint256 rest; } --- mapping(address => Limit) bounds;",
        ((".limits", "named limits", "named bounds"), (".limits[address].left", "named left", "named rest")),
        forbids=False,
    ),
    "an enum's value renamed": Case(
        "enum Stage { NEW, DONE } --- Stage stage;",
        "enum Stage { NEW, PAID, LOST } --- Stage stage;",
        ((".stage.DONE", "named DONE", "named PAID"),),
        forbids=False,
    ),
}

CASES = GOOD | BAD | RENAMED
