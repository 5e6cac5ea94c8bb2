"""Events: the coin's history as frozen values

when a real transaction emits an event: it decodes to its class, with its fields, on both chains
every event of the contracts has a class, with its fields, and is decoded here from a real transaction or has a reason
when a log is another contract's, or unknown: left out
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.amounts import MAX_BASE_UNITS
from stablecoin_tools.artifacts import coin_abi, load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import decode_events, events
from stablecoin_tools.token.events import Approval, Event
from tests.world import ADMIN_DELAY_SECONDS

if TYPE_CHECKING:
    from tests.world import World

# Never emitted by a coin: OpenZeppelin declares it, and no function of ours changes who grants a role.
NEVER_EMITTED = {"RoleAdminChanged"}


def lived(world: World) -> list[Event]:
    """A coin's life in which every event happens."""
    coin, calls, address = world.coin, world.coin.calls, world.address
    alice, bob, minter = address("alice"), address("bob"), address("minter")
    issuer = load_artifact("Issuer")
    second = world.send(Call(None, issuer.creation_code()), by="bob").contract_address
    assert second is not None
    steps: list[tuple[str, Call]] = [
        ("minter_admin", calls.configure_minter(minter, coin.amount(10))),
        ("minter", calls.mint(alice, coin.amount(4))),
        ("minter", calls.mint(minter, coin.amount(2))),
        ("alice", calls.transfer(bob, coin.amount(1))),
        ("alice", calls.approve(bob, coin.amount(3))),
        ("minter", calls.burn(coin.amount(2))),
        ("minter_admin", calls.remove_minter(minter)),
        ("blacklister", calls.blacklist(bob)),
        ("unblacklister", calls.un_blacklist(bob)),
        ("pauser", calls.pause(PauseScope.MINTING)),
        ("unpauser", calls.unpause(PauseScope.MINTING)),
        ("admin", calls.grant_role(Role.PAUSER_ROLE, alice)),
        ("admin", calls.revoke_role(Role.PAUSER_ROLE, alice)),
        ("admin", calls.begin_default_admin_transfer(alice)),
        ("admin", calls.cancel_default_admin_transfer()),
        ("admin", calls.change_default_admin_delay(ADMIN_DELAY_SECONDS * 2)),
        ("admin", calls.rollback_default_admin_delay()),
        ("upgrader", calls.upgrade_to_and_call(second)),
    ]
    return [event for person, call in steps for event in world.do(call, by=person)]


def without_place(event: Event) -> tuple[str, dict[str, Any]]:
    place = {field.name for field in fields(Event)}
    return type(event).__name__, {
        field.name: getattr(event, field.name) for field in fields(event) if field.name not in place
    }


def test_each_step_of_a_coins_life_is_decoded(world: World) -> None:
    coin, address = world.coin, world.address
    alice, bob, minter, admin = address("alice"), address("bob"), address("minter"), address("admin")
    role, pauser_role = Role.MINTER_ROLE.identifier, Role.PAUSER_ROLE.identifier
    minter_admin = address("minter_admin")

    found = lived(world)

    accept_schedule = next(getattr(event, "accept_schedule") for event in found if hasattr(event, "accept_schedule"))  # noqa: B009  # typed per class
    effect_schedule = next(getattr(event, "effect_schedule") for event in found if hasattr(event, "effect_schedule"))  # noqa: B009  # the same
    assert [without_place(event) for event in found] == [
        ("RoleGranted", {"role": role, "account": minter, "sender": minter_admin}),
        ("MinterConfigured", {"minter": minter, "allowance": coin.amount(10), "minter_admin": minter_admin}),
        ("Transfer", {"sender": ZERO_ADDRESS, "to": alice, "value": coin.amount(4)}),
        ("Minted", {"minter": minter, "to": alice, "value": coin.amount(4)}),
        ("Transfer", {"sender": ZERO_ADDRESS, "to": minter, "value": coin.amount(2)}),
        ("Minted", {"minter": minter, "to": minter, "value": coin.amount(2)}),
        ("Transfer", {"sender": alice, "to": bob, "value": coin.amount(1)}),
        ("Approval", {"owner": alice, "spender": bob, "value": coin.amount(3)}),
        ("Transfer", {"sender": minter, "to": ZERO_ADDRESS, "value": coin.amount(2)}),
        ("Burned", {"burner": minter, "value": coin.amount(2)}),
        ("RoleRevoked", {"role": role, "account": minter, "sender": minter_admin}),
        ("MinterRemoved", {"minter": minter, "remover": minter_admin}),
        ("Blacklisted", {"account": bob, "blacklister": address("blacklister")}),
        ("UnBlacklisted", {"account": bob, "unblacklister": address("unblacklister")}),
        ("Paused", {"scopes": 2, "pauser": address("pauser")}),
        ("Unpaused", {"scopes": 2, "unpauser": address("unpauser")}),
        ("RoleGranted", {"role": pauser_role, "account": alice, "sender": admin}),
        ("RoleRevoked", {"role": pauser_role, "account": alice, "sender": admin}),
        ("DefaultAdminTransferScheduled", {"new_admin": alice, "accept_schedule": accept_schedule}),
        ("DefaultAdminTransferCanceled", {}),
        (
            "DefaultAdminDelayChangeScheduled",
            {"new_delay": ADMIN_DELAY_SECONDS * 2, "effect_schedule": effect_schedule},
        ),
        ("DefaultAdminDelayChangeCanceled", {}),
        ("Upgraded", {"implementation": coin.implementation()}),
    ]
    now = datetime.fromtimestamp(world.chain.block().timestamp, UTC)
    assert abs((datetime.fromtimestamp(accept_schedule, UTC) - now).total_seconds() - ADMIN_DELAY_SECONDS) < 120


def test_every_event_of_the_contracts_is_decoded_from_a_real_transaction(local: World) -> None:
    creation = local.chain.logs(local.coin.address, from_block=0, to_block=local.chain.block().number)
    born = decode_events(creation, local.coin.address, local.coin.denomination)
    happened = {type(event).__name__ for event in [*born, *lived(local), *lane_events(local)]}

    assert happened == {entry.name for entry in coin_abi().events.values()} - NEVER_EMITTED


def lane_events(world: World) -> list[Event]:
    """The lane closes only behind an implementation that serves it: its events are told by their logs' bytes alone."""
    topics = {entry.name: topic for topic, entry in coin_abi().events.items()}
    upgrader = bytes(12) + world.address("upgrader")
    template = world.send(world.coin.calls.approve(world.address("bob"), world.coin.amount(1)), by="alice").logs[0]
    logs = [replace(template, topics=(topics[name], upgrader), data=b"") for name in ("LaneClosed", "LaneOpened")]
    return decode_events(logs, world.coin.address, world.coin.denomination)


def test_every_event_of_the_contracts_has_its_class_with_its_fields() -> None:
    place = [field.name for field in fields(Event)]
    names = {entry.name for entry in coin_abi().events.values()}

    assert names == set(events.__all__) - {"Event", "decode_events"}
    for entry in coin_abi().events.values():
        declared = [field.name for field in fields(getattr(events, entry.name))]
        assert declared == [*place, *("sender" if name == "from" else name for name, _ in entry.inputs)]


def test_an_event_says_where_it_stands(world: World) -> None:
    receipt = world.send(world.coin.calls.approve(world.address("bob"), world.coin.amount(1)), by="alice")

    (event,) = world.coin.events(receipt)

    assert (event.block_number, event.transaction_hash) == (receipt.block_number, receipt.transaction_hash)
    assert event.log_index == receipt.logs[0].index
    with pytest.raises(AttributeError):
        event.block_number = 5  # type: ignore[misc]  # that it cannot be set is the point


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
