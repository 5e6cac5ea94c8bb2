"""The lane, the admin's hand-over, giving a role up: on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.roles import Role
from tests.contracts.words import close_lane
from tests.world import ADMIN_DELAY_SECONDS

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal


def test_closes_and_opens_the_lane(terminal: Terminal) -> None:
    world = terminal.world

    unfit = terminal.run("lane", "close", "--wallet", "dev7", "--yes")
    close_lane(world)
    terminal.json("lane", "open", "--wallet", "dev7", "--yes")
    opened = world.coin.is_lane_closed()
    terminal.json("lane", "close", "--wallet", "dev7", "--yes")

    assert (unfit.code, "LaneNotServed" in unfit.last_line) == (4, True)
    assert (opened, world.coin.is_lane_closed()) == (False, True)


def test_the_admin_hands_over_after_the_delay(terminal: Terminal) -> None:
    world = terminal.world
    bob = world.address("bob")

    terminal.json("admin", "begin", str(bob), "--yes")
    terminal.json("admin", "cancel", "--yes")
    terminal.json("admin", "begin", str(bob), "--yes")
    early = terminal.run("admin", "accept", "--wallet", "dev9", "--yes")
    world.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)
    terminal.json("admin", "accept", "--wallet", "dev9", "--yes")

    assert (early.code, "AccessControlEnforcedDefaultAdminDelay" in early.last_line) == (4, True)
    assert world.coin.default_admin() == bob


def test_a_holder_gives_its_role_up(terminal: Terminal) -> None:
    terminal.json("roles", "renounce", "PAUSER_ROLE", "--wallet", "dev5", "--yes")

    assert terminal.world.coin.role_members(Role.PAUSER_ROLE) == ()
