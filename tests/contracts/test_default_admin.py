"""The admin changes in two steps and after a delay

beginDefaultAdminTransfer(newAdmin)
    when called by the admin: schedules, changes nothing yet, emits DefaultAdminTransferScheduled
    when another is named: the first naming is withdrawn, emits DefaultAdminTransferCanceled too
cancelDefaultAdminTransfer()
    given a naming: withdraws it, emits DefaultAdminTransferCanceled
acceptDefaultAdminTransfer()
    when the caller was not named: reverts
    given the delay has not passed: reverts, to the last second
    otherwise: moves the role and with it every power of the admin, emits RoleRevoked and RoleGranted
renounceRole(DEFAULT_ADMIN_ROLE, admin)
    given no naming of zero, or the delay not passed: reverts
    otherwise: leaves the coin without an admin for good
changeDefaultAdminDelay(newDelay)
    when longer: takes effect after the longer delay, at most five days
    when shorter: takes effect after the difference
rollbackDefaultAdminDelay()
    given a change under way: withdraws it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.reverts import (
    AccessControlEnforcedDefaultAdminDelay,
    AccessControlInvalidDefaultAdmin,
    AccessControlUnauthorizedAccount,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import (
    DefaultAdminDelayChangeCanceled,
    DefaultAdminDelayChangeScheduled,
    DefaultAdminTransferCanceled,
    DefaultAdminTransferScheduled,
    RoleGranted,
    RoleRevoked,
)
from tests.contracts.words import call_of, said, told
from tests.world import ADMIN_DELAY_SECONDS, reverts

if TYPE_CHECKING:
    from tests.world import World

ADMIN = Role.DEFAULT_ADMIN_ROLE
FIVE_DAYS = 5 * 24 * 3600


def now(world: World) -> int:
    """The time of the newest block."""
    return int(world.chain.block().timestamp)


def begin(world: World, person: str) -> int:
    """Names the next admin; returns from when, in seconds since 1970, the naming can be accepted."""
    world.do(world.coin.calls.begin_default_admin_transfer(world.address(person)), by="admin")
    return now(world) + ADMIN_DELAY_SECONDS


def test_naming_the_next_admin_changes_nothing_yet(local: World) -> None:
    coin, alice = local.coin, local.address("alice")

    events = local.do(coin.calls.begin_default_admin_transfer(alice), by="admin")

    schedule = now(local) + ADMIN_DELAY_SECONDS
    assert told(events) == [said(DefaultAdminTransferScheduled, new_admin=alice, accept_schedule=schedule)]
    assert coin.default_admin() == local.address("admin")
    pending = coin.pending_default_admin()
    assert pending is not None
    assert (pending.account, int(pending.acceptable_after.timestamp())) == (alice, schedule)
    with reverts(AccessControlUnauthorizedAccount, account=alice, needed_role=ADMIN.identifier):
        local.do(coin.calls.grant_role(Role.PAUSER_ROLE, alice), by="alice")


def test_the_named_account_accepts_after_the_delay(local: World) -> None:
    coin, alice, admin = local.coin, local.address("alice"), local.address("admin")
    begin(local, "alice")
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)

    events = local.do(coin.calls.accept_default_admin_transfer(), by="alice")

    assert told(events) == [
        said(RoleRevoked, role=ADMIN.identifier, account=admin, sender=alice),
        said(RoleGranted, role=ADMIN.identifier, account=alice, sender=alice),
    ]
    assert coin.default_admin() == alice
    assert coin.role_members(ADMIN) == (alice,)
    assert coin.pending_default_admin() is None
    local.do(coin.calls.grant_role(Role.PAUSER_ROLE, alice), by="alice")
    assert coin.has_role(Role.PAUSER_ROLE, alice)
    with reverts(AccessControlUnauthorizedAccount, account=admin, needed_role=ADMIN.identifier):
        local.do(coin.calls.grant_role(Role.PAUSER_ROLE, admin), by="admin")


@pytest.mark.parametrize("waited", [0, ADMIN_DELAY_SECONDS // 2])
def test_accepting_before_the_delay_has_passed_reverts(local: World, waited: int) -> None:
    coin = local.coin
    schedule = begin(local, "alice")
    local.chain.advance(seconds=waited)

    with reverts(AccessControlEnforcedDefaultAdminDelay, schedule=schedule):
        local.do(coin.calls.accept_default_admin_transfer(), by="alice")

    assert coin.default_admin() == local.address("admin")


@pytest.mark.parametrize("caller", ["admin", "bob"])
def test_accepting_by_anybody_else_reverts(local: World, caller: str) -> None:
    begin(local, "alice")
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)

    with reverts(AccessControlInvalidDefaultAdmin, default_admin=local.address(caller)):
        local.do(local.coin.calls.accept_default_admin_transfer(), by=caller)


def test_accepting_where_nobody_was_named_reverts(local: World) -> None:
    with reverts(AccessControlInvalidDefaultAdmin, default_admin=local.address("alice")):
        local.do(local.coin.calls.accept_default_admin_transfer(), by="alice")


def test_naming_another_withdraws_the_first_naming(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    begin(local, "alice")

    events = local.do(coin.calls.begin_default_admin_transfer(bob), by="admin")

    schedule = now(local) + ADMIN_DELAY_SECONDS
    assert told(events) == [
        said(DefaultAdminTransferCanceled),
        said(DefaultAdminTransferScheduled, new_admin=bob, accept_schedule=schedule),
    ]
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)
    with reverts(AccessControlInvalidDefaultAdmin, default_admin=alice):
        local.do(coin.calls.accept_default_admin_transfer(), by="alice")
    local.do(coin.calls.accept_default_admin_transfer(), by="bob")
    assert coin.default_admin() == bob


def test_withdrawing_a_naming(local: World) -> None:
    coin, alice = local.coin, local.address("alice")
    begin(local, "alice")

    events = local.do(coin.calls.cancel_default_admin_transfer(), by="admin")

    assert told(events) == [said(DefaultAdminTransferCanceled)]
    assert coin.pending_default_admin() is None
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)
    with reverts(AccessControlInvalidDefaultAdmin, default_admin=alice):
        local.do(coin.calls.accept_default_admin_transfer(), by="alice")
    assert coin.default_admin() == local.address("admin")


def test_withdrawing_where_nobody_was_named_does_nothing(local: World) -> None:
    assert told(local.do(local.coin.calls.cancel_default_admin_transfer(), by="admin")) == []


def test_giving_the_role_up_without_naming_zero_reverts(local: World) -> None:
    with reverts(AccessControlEnforcedDefaultAdminDelay, schedule=0):
        local.do(local.coin.calls.renounce_role(ADMIN, local.address("admin")), by="admin")


def test_giving_the_role_up_before_the_delay_has_passed_reverts(local: World) -> None:
    local.do(call_of(local, "beginDefaultAdminTransfer", ZERO_ADDRESS), by="admin")

    with reverts(AccessControlEnforcedDefaultAdminDelay, schedule=now(local) + ADMIN_DELAY_SECONDS):
        local.do(local.coin.calls.renounce_role(ADMIN, local.address("admin")), by="admin")


def test_giving_the_role_up_leaves_no_admin_for_good(local: World) -> None:
    coin, admin = local.coin, local.address("admin")
    local.do(call_of(local, "beginDefaultAdminTransfer", ZERO_ADDRESS), by="admin")
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)

    events = local.do(coin.calls.renounce_role(ADMIN, admin), by="admin")

    assert told(events) == [said(RoleRevoked, role=ADMIN.identifier, account=admin, sender=admin)]
    assert coin.default_admin() == ZERO_ADDRESS
    assert coin.role_members(ADMIN) == ()
    with reverts(AccessControlUnauthorizedAccount, account=admin, needed_role=ADMIN.identifier):
        local.do(coin.calls.begin_default_admin_transfer(admin), by="admin")


@pytest.mark.parametrize(
    ("new_delay", "wait"),
    [
        (2 * ADMIN_DELAY_SECONDS, 2 * ADMIN_DELAY_SECONDS),
        (30 * FIVE_DAYS, FIVE_DAYS),
        (ADMIN_DELAY_SECONDS // 4, ADMIN_DELAY_SECONDS - ADMIN_DELAY_SECONDS // 4),
        (0, ADMIN_DELAY_SECONDS),
    ],
    ids=["longer", "longer than five days", "shorter", "none"],
)
def test_a_new_delay_takes_effect_after_a_wait(local: World, new_delay: int, wait: int) -> None:
    coin = local.coin

    events = local.do(coin.calls.change_default_admin_delay(new_delay), by="admin")

    schedule = now(local) + wait
    assert told(events) == [said(DefaultAdminDelayChangeScheduled, new_delay=new_delay, effect_schedule=schedule)]
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS
    pending = coin.pending_default_admin_delay()
    assert pending is not None
    assert (pending[0], int(pending[1].timestamp())) == (new_delay, schedule)
    local.chain.advance(seconds=wait // 2)
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS
    local.chain.advance(seconds=wait - wait // 2 + 1)
    assert coin.default_admin_delay_seconds() == new_delay
    assert coin.pending_default_admin_delay() is None


def test_withdrawing_a_change_of_the_delay(local: World) -> None:
    coin = local.coin
    local.do(coin.calls.change_default_admin_delay(0), by="admin")

    events = local.do(coin.calls.rollback_default_admin_delay(), by="admin")

    assert told(events) == [said(DefaultAdminDelayChangeCanceled)]
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS + 1)
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS
    assert coin.pending_default_admin_delay() is None


def test_a_shorter_delay_cannot_hasten_a_naming_that_stands(local: World) -> None:
    coin = local.coin
    schedule = begin(local, "alice")
    local.do(coin.calls.change_default_admin_delay(0), by="admin")
    local.chain.advance(seconds=ADMIN_DELAY_SECONDS // 2)

    with reverts(AccessControlEnforcedDefaultAdminDelay, schedule=schedule):
        local.do(coin.calls.accept_default_admin_transfer(), by="alice")
