"""One scenario, recorded on the in-process chain and on anvil: the same gas, events and errors"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from stablecoin_tools.errors import Reverted
from stablecoin_tools.roles import PauseScope, Role

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World


def recorded(world: World) -> list[Any]:
    """What each step of a coin's life costs and leaves behind; the place on the chain is left out."""
    coin, calls, address = world.coin, world.coin.calls, world.address
    steps: list[tuple[str, Call]] = [
        ("minter_admin", calls.configure_minter(address("minter"), coin.amount(1000))),
        ("minter", calls.mint(address("alice"), coin.amount(600))),
        ("minter", calls.mint(address("alice"), coin.amount(100))),
        ("minter", calls.mint(address("alice"), coin.amount(301))),  # more than allowed
        ("alice", calls.transfer(address("bob"), coin.amount("0.000001"))),
        ("alice", calls.transfer(address("bob"), coin.amount(800))),  # more than held
        ("alice", calls.transfer(coin.address, coin.amount(1))),  # to the coin itself
        ("alice", calls.approve(address("bob"), coin.amount(5))),
        ("bob", calls.transfer_from(address("alice"), address("minter"), coin.amount(5))),
        ("bob", calls.transfer_from(address("alice"), address("minter"), coin.amount(0))),
        ("bob", calls.mint(address("bob"), coin.amount(1))),  # no minter
        ("blacklister", calls.blacklist(address("bob"))),
        ("bob", calls.transfer(address("alice"), coin.amount(0))),  # blacklisted
        ("unblacklister", calls.un_blacklist(address("bob"))),
        ("minter", calls.burn(coin.amount(5))),
        ("pauser", calls.pause(PauseScope.TRANSFERS)),
        ("alice", calls.transfer(address("bob"), coin.amount(1))),  # paused
        ("unpauser", calls.unpause()),
        ("admin", calls.grant_role(Role.PAUSER_ROLE, address("alice"))),
        ("alice", calls.pause()),
        ("admin", calls.revoke_role(Role.PAUSER_ROLE, address("alice"))),
        ("upgrader", calls.close_lane()),  # the implementation does not serve the lane
    ]
    return [outcome(world, person, call) for person, call in steps]


def outcome(world: World, person: str, call: Call) -> Any:
    try:
        receipt = world.send(call, by=person)
    except Reverted as refused:
        return str(refused)
    events = [(type(event).__name__, astuple(event)[3:]) for event in world.coin.events(receipt)]
    return receipt.gas_used, len(receipt.logs), events


def test_gas_events_and_errors_are_the_same(local: World, anvil: World) -> None:
    here, there = recorded(local), recorded(anvil)

    assert here == there
    assert sum(isinstance(step, str) for step in here) >= 7  # refusals were recorded
    assert local.coin.total_supply() == anvil.coin.total_supply() == local.coin.amount(695)
    assert local.coin.address == anvil.coin.address
