"""simulate: what would become of calls that are sent one after the other, the same on both chains

each call stands on what the ones before it left, and nothing of it stays
what is refused is the typed error at its place, and stops no other
code that is taken to be somewhere is there, and only then
given a node that does not know the method, or answers anything else: refused
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, HttpTransport
from stablecoin_tools.chain.answers import is_unknown_method
from stablecoin_tools.errors import NodeRefused, Reverted, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import (
    AccessControlUnauthorizedAccount,
    ERC20InsufficientBalance,
    MintAllowanceExceeded,
    UnknownRevert,
)
from tests.chain.node import running_node

if TYPE_CHECKING:
    from tests.world import World

NOBODY = Address(b"\x77" * 20)
REFUSES = bytes.fromhex("5f5ffd")  # reverts, and says nothing
DONE = {"status": "0x1", "returnData": "0x", "logs": [], "gasUsed": "0x1"}
# Source: AccessControlUnauthorizedAccount(address,bytes32) of OpenZeppelin's IAccessControl.
UNAUTHORIZED = "0xe2517d3f" + "00" * 12 + "77" * 20 + "11" * 32
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(DONE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["calls", "status", "returnData", "error", "data"]), inner, max_size=5)
    ),
    max_leaves=8,
)


def simulated(result: Any, count: int = 1) -> list[Any]:
    """What is made of this answer of a node to so many calls."""
    with running_node() as node:
        node.results(eth_simulateV1=result)
        chain = HttpChain(find_network("anvil"), HttpTransport(node.url))
        return list(chain.simulate([(NOBODY, Call(NOBODY))] * count))


def test_calls_build_on_each_other_and_nothing_stays(world: World) -> None:
    coin, chain = world.coin, world.chain
    minter, alice, bob = (world.address(person) for person in ("minter", "alice", "bob"))
    before = (chain.block().number, chain.nonce(minter), chain.nonce(alice))
    calls = [
        (world.address("minter_admin"), coin.calls.configure_minter(minter, coin.amount(10))),
        (minter, coin.calls.mint(alice, coin.amount(7))),
        (alice, coin.calls.transfer(bob, coin.amount(7))),
        (bob, coin.calls.transfer(alice, coin.amount(7))),
    ]

    assert chain.simulate(calls) == [None] * 4

    assert (chain.block().number, chain.nonce(minter), chain.nonce(alice)) == before
    assert coin.total_supply() == coin.amount(0)
    assert isinstance(chain.simulate(calls[1:2])[0], AccessControlUnauthorizedAccount)


def test_a_refusal_is_the_typed_error_at_its_place_and_stops_no_other(world: World) -> None:
    coin, chain = world.coin, world.chain
    minter, alice, bob = (world.address(person) for person in ("minter", "alice", "bob"))

    found = chain.simulate(
        [
            (alice, coin.calls.pause()),
            (world.address("minter_admin"), coin.calls.configure_minter(minter, coin.amount(10))),
            (minter, coin.calls.mint(alice, coin.amount(11))),
            (minter, coin.calls.mint(alice, coin.amount(10))),
            (alice, coin.calls.transfer(bob, coin.amount(12))),
            (alice, coin.calls.transfer(bob, coin.amount(10))),
        ]
    )

    unauthorized, configured, exceeded, minted, poor, transferred = found
    assert (configured, minted, transferred) == (None, None, None)
    assert isinstance(unauthorized, AccessControlUnauthorizedAccount)
    assert unauthorized.account == alice
    assert isinstance(exceeded, MintAllowanceExceeded)
    assert (exceeded.available, exceeded.needed) == (10_000_000, 11_000_000)
    assert isinstance(poor, ERC20InsufficientBalance)
    assert (poor.balance, poor.needed) == (10_000_000, 12_000_000)


def test_more_calls_than_a_node_takes_blocks_build_on_each_other_too(world: World) -> None:
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    world.give("alice", 1)
    one = coin.amount(1)
    there, back = (alice, coin.calls.transfer(bob, one)), (bob, coin.calls.transfer(alice, one))

    found = world.chain.simulate([there, back] * 150 + [back, there])

    assert found[:300] == [None] * 300
    assert isinstance(found[300], ERC20InsufficientBalance)
    assert found[301] is None


def test_no_calls_come_to_nothing(world: World) -> None:
    assert world.chain.simulate([]) == []
    assert world.chain.simulate([], codes={NOBODY: REFUSES}) == []


def test_code_that_is_taken_to_be_somewhere_is_there_for_all_calls_and_then_gone(world: World) -> None:
    calls = [(world.address("alice"), Call(NOBODY)), (world.address("bob"), Call(NOBODY))]

    found = world.chain.simulate(calls, codes={NOBODY: REFUSES})

    assert [type(error) for error in found] == [UnknownRevert, UnknownRevert]
    assert world.chain.code(NOBODY) == b""
    assert world.chain.simulate(calls[:1]) == [None]


def test_calls_of_nobody_may_follow_each_other(world: World) -> None:
    calls = [(world.address("alice"), Call(NOBODY)), (world.address("bob"), Call(NOBODY))] * 2

    assert world.chain.simulate(calls) == [None] * 4
    assert [each.succeeded for each in world.chain.rehearse(calls)] == [True] * 4
    assert world.chain.balance_wei(NOBODY) == 0


def test_a_sender_needs_neither_money_nor_a_key(world: World) -> None:
    poor = Address(b"\x55" * 20)

    (found,) = world.chain.simulate([(poor, world.coin.calls.approve(NOBODY, world.coin.amount(1)))])

    assert found is None
    assert world.chain.balance_wei(poor) == 0


@pytest.mark.parametrize("code", [-32601, -32000])
def test_a_node_that_does_not_know_the_method_says_so(code: int) -> None:
    with running_node() as node:
        node.errors(eth_simulateV1={"code": code, "message": "the method eth_simulateV1 does not exist"})
        chain = HttpChain(find_network("anvil"), HttpTransport(node.url))

        with pytest.raises(NodeRefused) as refused:
            chain.simulate([(NOBODY, Call(NOBODY))])

    assert is_unknown_method(refused.value)


def test_each_call_is_asked_in_a_block_of_its_own(world: World) -> None:
    with running_node() as node:
        node.results(eth_simulateV1=[{"calls": [DONE]}, {"calls": [DONE]}])
        chain = HttpChain(find_network("anvil"), HttpTransport(node.url))
        alice, coin = world.address("alice"), world.coin
        call = coin.calls.approve(NOBODY, coin.amount(1))

        assert chain.simulate([(alice, call), (NOBODY, Call(NOBODY))], codes={NOBODY: REFUSES}) == [None, None]

        (asked,) = (one for one in node.asked if one["method"] == "eth_simulateV1")
    first, second = asked["params"][0]["blockStateCalls"]
    assert asked["params"][1] == "latest"
    assert [Address(bytes.fromhex(one["calls"][0]["from"][2:])) for one in (first, second)] == [alice, NOBODY]
    assert list(first["stateOverrides"].values()) == [{"code": "0x5f5ffd"}]
    assert "stateOverrides" not in second


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "0x0", "returnData": UNAUTHORIZED},
        {"status": "0x0", "returnData": UNAUTHORIZED, "error": {"code": 3, "message": "execution reverted"}},
        {"status": "0x0", "returnData": "0x", "error": {"code": 3, "message": "reverted", "data": UNAUTHORIZED}},
        {"status": "0x0", "error": {"code": 3, "message": "reverted", "data": UNAUTHORIZED}},
    ],
)
def test_the_bytes_of_a_refusal_are_found_wherever_a_node_puts_them(answer: dict[str, Any]) -> None:
    (found,) = simulated([{"calls": [answer]}])

    assert isinstance(found, AccessControlUnauthorizedAccount)
    assert found.account == NOBODY


def test_a_refusal_without_bytes_is_one_all_the_same() -> None:
    (found,) = simulated([{"calls": [{"status": "0x0", "returnData": "0x", "error": None}]}])

    assert isinstance(found, UnknownRevert)


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        {},
        "0x",
        [{"calls": [DONE]}],
        [{"calls": [DONE]}] * 3,
        [{"calls": [DONE] * 3}],
        [{"calls": []}, {"calls": [DONE]}],
        [{"calls": [DONE]}, {"calls": None}],
        [{"calls": [DONE]}, {"calls": [{}]}],
        [{"calls": [DONE]}, {"calls": [{"status": "yes"}]}],
        [{"calls": [DONE]}, {"calls": [{"status": "0x0", "returnData": "nothing"}]}],
        [{"calls": [DONE]}, {"calls": [{"status": "0x0", "error": "no"}]}],
    ],
)
def test_too_few_blocks_too_many_and_nonsense_are_refused(result: Any) -> None:
    with pytest.raises(NodeRefused):
        simulated(result, count=2)


class Told:
    """A node that answers all but its chain's id by one result."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def make_request(self, method: str, _: Any) -> dict[str, Any]:
        return {"result": "0x7a69" if method == "eth_chainId" else self._result}


@given(anything)
def test_whatever_a_node_answers_is_read_or_refused(result: Any) -> None:
    chain = HttpChain(find_network("anvil"), Told(result))
    try:
        (found,) = chain.simulate([(NOBODY, Call(NOBODY))])
    except NodeRefused:
        return
    assert found is None or isinstance(found, Reverted)


def test_a_node_that_is_not_there_is_told_as_such() -> None:
    with running_node() as node:
        url = node.url
    with pytest.raises(Unreachable):
        HttpChain(find_network("anvil"), HttpTransport(url)).simulate([(NOBODY, Call(NOBODY))])
