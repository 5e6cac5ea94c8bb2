"""logs_of: all events of a contract, from nodes that answer only for so many blocks at once

when a node refuses a range: its halves are asked for, and nothing is left out, told twice or out of order
when a node refuses a single block: its refusal is raised
when a role's members are read from such a node: all of them
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Block, Log
from stablecoin_tools.errors import NodeRefused, Unreachable
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.token.history import logs_of
from tests.chain.bent import bent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

COIN = Address(b"\x09" * 20)
TOPICS = (b"\x01" * 32, b"\x02" * 32)


class NarrowNode:
    """A chain of events that answers for so many blocks at once, or for so many events."""

    def __init__(self, events_of_block: list[int], *, blocks: int, most_events: int) -> None:
        self._events_of_block = events_of_block
        self._blocks = blocks
        self._most_events = most_events
        self.asked = 0

    def block(self) -> Block:
        return Block(len(self._events_of_block) - 1, "0x", 0, 0)

    def told(self, first: int, last: int) -> list[Log]:
        return [
            Log(COIN, TOPICS, b"", block, "0x", index)
            for block in range(first, min(last + 1, len(self._events_of_block)))
            for index in range(self._events_of_block[block])
        ]

    def logs(self, address: Address, *, from_block: int, to_block: int, topics: Any) -> list[Log]:
        self.asked += 1
        assert (address, topics) == (COIN, TOPICS)
        found = self.told(from_block, to_block)
        if to_block - from_block + 1 > self._blocks or len(found) > self._most_events:
            raise NodeRefused("query returns too much")
        return found


@given(
    events_of_block=st.lists(st.integers(0, 3), min_size=1, max_size=60),
    blocks=st.integers(1, 70),
    most_events=st.integers(3, 40),
    data=st.data(),
)
def test_nothing_is_left_out_told_twice_or_out_of_order(
    events_of_block: list[int], blocks: int, most_events: int, data: st.DataObject
) -> None:
    node: Any = NarrowNode(events_of_block, blocks=blocks, most_events=most_events)
    last = len(events_of_block) - 1
    first = data.draw(st.integers(0, last))

    assert logs_of(node, COIN, TOPICS, from_block=first) == node.told(first, last)


@given(st.integers(1, 300), st.integers(1, 300))
@example(256, 1)
def test_halving_asks_four_times_as_often_as_needed_at_most(length: int, blocks: int) -> None:
    node: Any = NarrowNode([0] * length, blocks=blocks, most_events=0)

    logs_of(node, COIN, TOPICS, from_block=0)

    assert node.asked <= max(1, 4 * length // blocks)


def test_a_node_that_answers_the_whole_range_is_asked_once() -> None:
    node: Any = NarrowNode([1] * 1_000, blocks=1_000, most_events=1_000)

    assert len(logs_of(node, COIN, TOPICS, from_block=0)) == 1_000
    assert node.asked == 1


def test_a_refusal_of_a_single_block_is_raised() -> None:
    node: Any = NarrowNode([0, 0, 5, 0], blocks=4, most_events=4)

    with pytest.raises(NodeRefused, match="too much"):
        logs_of(node, COIN, TOPICS, from_block=0)


def test_a_node_that_does_not_answer_is_not_asked_again() -> None:
    node: Any = NarrowNode([0] * 100, blocks=1, most_events=1)
    asked = []

    def silent(*_: Any, **__: Any) -> Any:
        asked.append(1)
        raise Unreachable("The node fell silent.")

    with pytest.raises(Unreachable):
        logs_of(bent(node, logs=silent), COIN, TOPICS, from_block=0)
    assert len(asked) == 1


def narrow(chain: Any, blocks: int) -> Callable[..., list[Log]]:
    def logs(address: Address, *, from_block: int, to_block: int, topics: Any) -> list[Log]:
        if to_block - from_block + 1 > blocks:
            raise NodeRefused("block range too wide")
        found: list[Log] = chain.logs(address, from_block=from_block, to_block=to_block, topics=topics)
        return found

    return logs


def test_role_members_are_all_found_on_a_node_of_one_block_at_once(world: World) -> None:
    calls, alice, bob, pauser = world.coin.calls, *(world.address(who) for who in ("alice", "bob", "pauser"))
    world.do(calls.grant_role(Role.PAUSER_ROLE, alice), by="admin")
    world.do(calls.grant_role(Role.PAUSER_ROLE, bob), by="admin")
    world.do(calls.revoke_role(Role.PAUSER_ROLE, alice), by="admin")
    coin = Stablecoin(bent(world.chain, logs=narrow(world.chain, 1)), world.coin.address)

    assert coin.role_members(Role.PAUSER_ROLE) == (pauser, bob)
    world.do(calls.grant_role(Role.PAUSER_ROLE, alice), by="admin")
    assert coin.role_members(Role.PAUSER_ROLE) == (pauser, alice, bob)  # each once, however often it was granted


def test_role_members_are_looked_for_since_the_coins_creation(local: World) -> None:
    asked = []

    def logs(address: Address, *, from_block: int, to_block: int, topics: Any) -> Any:
        asked.append(from_block)
        return local.chain.logs(address, from_block=from_block, to_block=to_block, topics=topics)

    coin = Stablecoin(bent(local.chain, logs=logs), local.coin.address, created_in_block=2)

    assert coin.role_members(Role.PAUSER_ROLE) == (local.address("pauser"),)
    assert asked == [2]
