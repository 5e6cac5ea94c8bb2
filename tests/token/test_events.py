"""Events: the coin's history as frozen values

when a real transaction emits an event: it decodes to its class, with its fields, on both chains
every event of the contracts has a class, and is decoded here from a real transaction or has a reason
when a log is another contract's, or unknown: left out
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.amounts import MAX_BASE_UNITS
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.token import decode_events, events
from stablecoin_tools.token.events import Approval, Event
from tests.contracts.words import told
from tests.token.lives import LIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.chain import Receipt
    from tests.contracts.words import Said
    from tests.token.lives import Step
    from tests.world import World

# Never emitted by a coin: OpenZeppelin declares it, and no function of ours changes who grants a role.
NEVER_EMITTED = {"RoleAdminChanged"}
SCHEDULES = {"accept_schedule", "effect_schedule"}


def timed(world: World, receipt: Receipt, expected: list[Said]) -> list[Said]:
    """Schedules are told as moments; what is expected of them counts from the block."""
    now = world.chain.block(receipt.block_number).timestamp
    return [
        (kind, {name: now + fact if name in SCHEDULES else fact for name, fact in facts.items()})
        for kind, facts in expected
    ]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_each_step_of_a_coins_life_is_decoded(world: World, life: Callable[[World], list[Step]]) -> None:
    for person, call, expected in life(world):
        receipt = world.send(call, by=person)

        assert told(world.coin.events(receipt)) == timed(world, receipt, expected), call.description


def test_every_event_of_the_contracts_happens_in_one_of_the_lives(local: World) -> None:
    creation = local.chain.logs(local.coin.address, from_block=0, to_block=local.chain.block().number)
    born = decode_events(creation, local.coin.address, local.coin.denomination)
    lived = {kind.__name__ for life in LIVES for _, _, expected in life(local) for kind, _ in expected}

    assert {type(event).__name__ for event in born} - lived == {"Initialized"}
    assert lived | {"Initialized"} == {entry.name for entry in coin_abi().events.values()} - NEVER_EMITTED


def test_every_event_of_the_contracts_has_its_class() -> None:
    names = {entry.name for entry in coin_abi().events.values()}

    assert names == set(events.__all__) - {"Event", "decode_events"}
    for name in names:
        assert [field.name for field in fields(getattr(events, name))][:3] == [field.name for field in fields(Event)]


def test_an_event_says_where_it_stands(world: World) -> None:
    receipt = world.send(world.coin.calls.approve(world.address("bob"), world.coin.amount(1)), by="alice")

    (event,) = world.coin.events(receipt)

    assert (event.block_number, event.transaction_hash) == (receipt.block_number, receipt.transaction_hash)
    assert event.log_index == receipt.logs[0].index
    frozen: Any = event
    with pytest.raises(AttributeError):
        frozen.block_number = 5


def test_an_unlimited_allowance_is_shown_as_the_greatest_amount(world: World) -> None:
    data = coin_abi().encode_call("approve", world.address("bob"), 2**256 - 1)

    (event,) = world.do(Call(world.coin.address, data), by="alice")

    assert isinstance(event, Approval)
    assert event.value.base_units == MAX_BASE_UNITS
    assert world.coin.allowance(world.address("alice"), world.address("bob")).base_units == MAX_BASE_UNITS


def test_logs_of_others_and_unknown_logs_are_left_out(local: World) -> None:
    coin = local.coin
    (log,) = local.send(coin.calls.approve(local.address("bob"), coin.amount(1)), by="alice").logs
    others = [
        replace(log, address=local.address("alice")),
        replace(log, topics=()),
        replace(log, topics=(b"\x01" * 32,)),
        replace(log, topics=log.topics[:2]),
    ]

    assert decode_events(others, coin.address, coin.denomination) == []
    assert len(decode_events([*others, log], coin.address, coin.denomination)) == 1
