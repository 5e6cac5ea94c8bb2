"""rehearse: what would come of calls in one block, the same on both chains

each call stands on what the ones before it left, and nothing of it stays
what is refused is told with its bytes, wherever a node puts them, and stops no other
time does not pass between them
a node that knows no such method, or answers something else, is refused
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, HttpChain, Rehearsed, refusal
from stablecoin_tools.errors import NodeRefused
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount
from tests.contracts.words import call_of

if TYPE_CHECKING:
    from tests.world import World

NOBODY = Address(b"\x77" * 20)
GOOD = {"status": "0x1", "returnData": "0x01", "logs": [], "gasUsed": "0x1"}
REFUSED = {"status": "0x0", "returnData": "0x", "logs": [], "error": {"code": 3, "message": "no", "data": "0xaabb"}}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([GOOD, REFUSED]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["calls", "status", "returnData", "logs", "error"]), inner, max_size=5)
    ),
    max_leaves=8,
)


class Told:
    """A node that answers all but its chain's id by one result."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def make_request(self, method: str, _: Any) -> dict[str, Any]:
        return {"result": "0x7a69" if method == "eth_chainId" else self._result}


def rehearsed(result: Any, count: int = 1) -> list[Rehearsed]:
    chain = HttpChain(find_network("anvil"), Told(result))
    return chain.rehearse([(NOBODY, Call(NOBODY))] * count)


def test_each_call_stands_on_the_ones_before_and_nothing_stays(world: World) -> None:
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    world.give("alice", 5)
    block = world.chain.block().number
    asked = (bob, call_of(world, "balanceOf", bob))

    before, paid, after, forbidden, again = world.chain.rehearse(
        [asked, (alice, coin.calls.transfer(bob, coin.amount(2))), asked, (alice, coin.calls.pause()), asked]
    )

    assert [int.from_bytes(each.answer) for each in (before, after, again)] == [0, 2_000_000, 2_000_000]
    assert [emitter for emitter, _ in paid.events] == [coin.address]
    assert [topics[1:] for _, topics in paid.events] == [tuple(bytes(12) + each for each in (alice, bob))]
    assert (before.events, forbidden.succeeded, forbidden.events) == ((), False, ())
    assert isinstance(refusal(forbidden.answer), AccessControlUnauthorizedAccount)
    assert (coin.balance_of(bob), world.chain.block().number) == (coin.amount(0), block)
    assert world.chain.rehearse([asked, asked], block=block) == [before, before]


def test_no_time_passes_between_the_first_and_the_last(world: World) -> None:
    clock = bytes.fromhex("425f5260205ff3")  # answers block.timestamp
    creation = bytes([0x60, len(clock), 0x5F, 0x81, 0x60, 0x09, 0x5F, 0x39, 0xF3]) + clock
    address = world.send(Call(None, creation), by="alice").contract_address
    assert address is not None

    found = world.chain.rehearse([(world.address("alice"), Call(address))] * 5)

    assert len({each.answer for each in found}) == 1


def test_the_bytes_of_a_refusal_are_found_wherever_a_node_puts_them() -> None:
    with_answer = {**REFUSED, "returnData": "0xccdd", "error": {"message": "no"}}
    without = {**REFUSED, "error": None}

    found = rehearsed([{"calls": [GOOD, REFUSED, with_answer, without]}], 4)

    assert found == [
        Rehearsed(succeeded=True, answer=b"\x01"),
        Rehearsed(succeeded=False, answer=b"\xaa\xbb"),
        Rehearsed(succeeded=False, answer=b"\xcc\xdd"),
        Rehearsed(succeeded=False, answer=b""),
    ]


@pytest.mark.parametrize("result", [[], [{"calls": []}], [{"calls": [GOOD, GOOD]}], [{"calls": [GOOD]}] * 2, None])
def test_more_or_fewer_answers_than_calls_are_refused(result: Any) -> None:
    with pytest.raises(NodeRefused):
        rehearsed(result)


@given(anything)
def test_whatever_a_node_answers_is_read_or_refused(result: Any) -> None:
    try:
        (found,) = rehearsed(result)
    except NodeRefused:
        return
    assert isinstance(found, Rehearsed)
