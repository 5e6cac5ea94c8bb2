"""check_abi: whether a new implementation still answers all who call a coin, and speaks to all who read it

when nothing is lost: nothing is found
when a function is gone, or another one has its selector: that forbids
when a function answers otherwise, writes where it read, or takes no ETH any more: that forbids
when it only answers more, reads where it wrote, or takes ETH: a warning
when an event or an error is gone, or an event is indexed otherwise: a warning
when both faces come to serve a function: a warning, since the lane decides who answers
when the lane is closed, the implementation's interface stands alone
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.artifacts import Abi, coin_abi, load_artifact
from stablecoin_tools.deployment import check_abi
from tests.contracts.words import mock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.deployment import Finding

COIN = coin_abi()
PROXY = load_artifact("Stablecoin").abi
ISSUER = load_artifact("Issuer").abi
BURN = "burn(uint256) [0x42966c68]"
BALANCE_OF = "balanceOf(address) [0x70a08231]"


def function(name: str, *types: str, returns: tuple[str, ...] = (), mutability: str = "nonpayable") -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "inputs": [{"name": f"i{place}", "type": kind} for place, kind in enumerate(types)],
        "outputs": [{"name": "", "type": kind} for kind in returns],
        "stateMutability": mutability,
    }


def event(*indexed: bool) -> dict[str, Any]:
    inputs = [{"name": f"i{place}", "type": "address", "indexed": each} for place, each in enumerate(indexed)]
    return {"type": "event", "name": "Moved", "inputs": inputs}


def told(found: tuple[Finding, ...]) -> list[tuple[str, str, str, bool]]:
    return [(each.where, each.deployed, each.new, each.forbids) for each in found]


def between(deployed: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    """What is found where one thing of an interface changes."""
    return told(check_abi(Abi([deployed]), Abi([new])))


@pytest.mark.parametrize("abi", [COIN, PROXY, ISSUER], ids=["coin", "proxy", "issuer"])
def test_an_interface_may_replace_itself_in_any_order_and_with_more(abi: Abi) -> None:
    more = Abi([function("unheardOf"), event(True), *reversed(abi.entries)])  # noqa: FBT003  # indexed

    assert check_abi(abi, abi) == check_abi(abi, more) == ()


@given(st.sampled_from(COIN.entries))
def test_nothing_goes_unnoticed(entry: Mapping[str, Any]) -> None:
    name = next(iter(Abi([entry]).functions), entry.get("name", ""))
    without = Abi(
        [each for each in COIN.entries if each["type"] != entry["type"] or each.get("name") != entry.get("name")]
    )

    found = check_abi(COIN, without)

    if entry["type"] in ("function", "event", "error"):
        assert {each.new for each in found} == {"gone"}
        assert {each.forbids for each in found} == {entry["type"] == "function"}
        assert any(each.where.startswith(name.partition("(")[0] + "(") for each in found)
    else:
        assert found == ()


def test_a_function_that_is_gone_forbids_by_signature_and_selector() -> None:
    (found,) = check_abi(COIN, Abi([each for each in COIN.entries if each != burn()]))

    assert told((found,)) == [(BURN, "served", "gone", True)]
    assert str(found) == f"{BURN} is served and would be gone: contracts that call it would be refused."


def burn() -> Mapping[str, Any]:
    """The coin's own `burn(uint256)`."""
    return next(each for each in COIN.entries if "burn(uint256)" in Abi([each]).functions)


def test_another_function_by_the_same_selector_forbids() -> None:
    clash = function("collate_propagate_storage", "bytes16")  # the same four bytes

    found = told(check_abi(Abi([burn()]), Abi([clash])))

    assert found == [(BURN, "served", "collate_propagate_storage(bytes16) by the same selector", True)]


@pytest.mark.parametrize(
    ("deployed", "new", "forbids"),
    [
        ((), ("bool",), False),
        (("bool",), ("bool", "uint256"), False),
        (("bool",), (), True),
        (("bool",), ("uint256",), True),
        (("bool", "uint256"), ("uint256", "bool"), True),
    ],
    ids=repr,
)
def test_another_answer_forbids_unless_it_only_says_more(
    deployed: tuple[str, ...],
    new: tuple[str, ...],
    forbids: bool,  # noqa: FBT001  # a parameter
) -> None:
    before, after = (f"answered by ({','.join(types)})" for types in (deployed, new))

    found = between(function("balanceOf", "address", returns=deployed), function("balanceOf", "address", returns=new))

    assert found == [(BALANCE_OF, before, after, forbids)]


@pytest.mark.parametrize(
    ("deployed", "new", "forbids"),
    [
        ("view", "nonpayable", True),
        ("pure", "payable", True),
        ("payable", "nonpayable", True),
        ("payable", "view", True),
        ("nonpayable", "payable", False),
        ("nonpayable", "view", False),
    ],
)
def test_what_callers_may_do_by_a_call_forbids_if_it_is_less(
    deployed: str,
    new: str,
    forbids: bool,  # noqa: FBT001  # a parameter
) -> None:
    found = between(
        function("balanceOf", "address", mutability=deployed), function("balanceOf", "address", mutability=new)
    )

    assert found == [(BALANCE_OF, deployed, new, forbids)]


@pytest.mark.parametrize(("deployed", "new"), [("view", "pure"), ("pure", "view")])
def test_readers_do_not_care_what_a_function_reads(deployed: str, new: str) -> None:
    assert between(function("balanceOf", mutability=deployed), function("balanceOf", mutability=new)) == []


def test_an_event_that_is_indexed_otherwise_is_a_warning() -> None:
    found = between(event(True, False), event(False, False))  # noqa: FBT003  # indexed

    assert found == [("Moved(address,address)", "indexed by i0", "indexed by nothing", False)]


def test_an_implementation_for_which_the_lane_is_to_be_closed_is_a_warning_for_each_function() -> None:
    serving = mock("LaneServingIssuer").abi

    found = check_abi(COIN, Abi([*PROXY.entries, *serving.entries]))

    served = ("approve", "balanceOf", "decimals", "name", "symbol", "transfer")
    assert sorted(each.where.partition("(")[0] for each in found) == sorted(served)
    assert {(each.deployed, each.new, each.forbids) for each in found} == {("served by 1", "served by 2", False)}


def test_what_both_faces_serve_already_is_no_news() -> None:
    other = function("balanceOf", "address", returns=("uint8",), mutability="view")
    both = Abi([*PROXY.entries, *mock("LaneServingIssuer").abi.entries, other])

    assert check_abi(both, both) == ()


def test_a_new_function_that_the_proxy_s_selector_hides_is_a_warning() -> None:
    clash = function("many_msg_babbage", "bytes1")  # the same four bytes as `transfer(address,uint256)`

    (found,) = check_abi(COIN, Abi([*COIN.entries, clash]))

    assert found.where == "many_msg_babbage(bytes1) [0xa9059cbb] and transfer(address,uint256) [0xa9059cbb]"
    assert not found.forbids


def test_behind_a_closed_lane_the_implementation_may_not_stop_serving_the_holders() -> None:
    found = told(check_abi(mock("LaneServingIssuer").abi, ISSUER))

    assert ("transfer(address,uint256) [0xa9059cbb]", "served", "gone", True) in found


def named(kind: str, *names: str, **more: Any) -> dict[str, Any]:
    inputs = [{"name": name, "type": "address"} for name in names]
    outputs = {"outputs": [], "stateMutability": "nonpayable"} if kind == "function" else {}
    return {"type": kind, "name": "moved", "inputs": inputs, **outputs, **more}


@pytest.mark.parametrize("kind", ["function", "event"])
def test_names_that_change_places_are_warned_of_and_merely_other_names_are_not(kind: str) -> None:
    before = named(kind, "from", "to")

    (found,) = between(before, named(kind, "to", "from"))

    assert found[0].startswith("moved(address,address)")
    assert found[1:] == ("with from, to", "with to, from", False)
    assert between(before, named(kind, "source", "target")) == []


def test_an_event_that_becomes_anonymous_is_warned_of() -> None:
    (found,) = between(named("event", "to"), named("event", "to", anonymous=True))

    assert found == ("moved(address)", "found by its topic", "anonymous", False)
