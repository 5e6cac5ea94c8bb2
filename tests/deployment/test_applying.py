"""Applying a plan.

when applied: every step is sent once, by whoever holds its role, and the coins stand as described
when applied again: nothing is sent
given a change by hand: the next plan shows exactly that, and applying it restores the coins
given a step that the chain would refuse: found beforehand, nothing sent
given nobody who can send a step: those before it are sent, the rest is named
given steps that another way was found for: they are seen to be done
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.deployment import nobody_can, read_plan, steps_done
from stablecoin_tools.errors import Moved, NotSent, Reverted
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import ReserveFeed
from tests.deployment.described import NOW, facts_changed, site_of, site_on

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.chain import LocalChain
    from stablecoin_tools.testing import AnvilChain
    from tests.deployment.described import Site
    from tests.world import World

COINS = ("SGD", "HKD", "EUR")


@pytest.fixture
def site(world: World, tmp_path: Path) -> Site:
    return site_of(world, tmp_path)


def test_creates_and_configures_several_coins_as_described(
    empty_chain: LocalChain | AnvilChain, tmp_path: Path
) -> None:
    site = site_on(empty_chain, tmp_path)
    description = site.describe(*COINS, contract_uri="https://example.org", paused=PauseScope.MINTING)
    planned = site.plan(description)
    announced: list[Any] = []

    ready = site.apply(planned.plan, announce=announced.append)

    assert [task.index for task in announced] == list(range(len(planned.plan.networks[0].steps)))
    assert (ready.done, ready.tasks) == (len(announced), ())
    assert site.plan(description).is_as_described
    for currency in COINS:
        coin = site.found(f"X{currency}")
        assert coin.currency() == currency
        assert coin.minter_limit(site.address("minter")).capacity == coin.amount(1_000_000)
        assert coin.paused_scopes() == PauseScope.MINTING
        record = site.records.find(site.chain.network.chain_id, f"X{currency}")
        assert record is not None
        assert site.chain.receipt(record.transaction_hash).block_number == record.block_number


def test_each_step_is_sent_by_a_holder_of_its_role(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD", contract_uri="https://example.org")).plan)
    before = site.nonces()

    site.apply(site.plan(site.describe("SGD", contract_uri="https://example.org/new", minters={})).plan)

    sent = {person for person, then, now in zip(site.signers, before, site.nonces(), strict=True) if now > then}
    assert sent == {"admin", "minter_admin"}


def test_applied_again_sends_nothing(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan
    site.apply(plan)
    before = site.nonces()

    ready = site.apply(plan)

    assert site.nonces() == before
    assert ready.done == len(plan.networks[0].steps)


def test_what_was_changed_by_hand_is_shown_and_restored(site: Site) -> None:
    description = site.describe(*COINS)
    site.apply(site.plan(description).plan)
    bob = site.address("bob")
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.grant_role(Role.PAUSER_ROLE, bob))
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.revoke_role(Role.UNPAUSER_ROLE, site.address("unpauser")))
    site.by_hand("XHKD", "minter_admin", lambda coin: coin.calls.configure_minter(bob, coin.amount(7)))
    site.by_hand("XEUR", "admin", lambda coin: coin.calls.set_supply_cap(coin.amount(2_000_000_000)))

    planned = site.plan(description)

    assert facts_changed(planned) == {
        f"XSGD: role.PAUSER_ROLE.{bob}",
        f"XSGD: role.UNPAUSER_ROLE.{site.address('unpauser')}",
        f"XHKD: minter.{bob}",
        "XEUR: supply_cap",
    }
    site.apply(planned.plan)
    assert site.plan(description).is_as_described


def test_a_step_that_would_be_refused_is_found_before_any_is_sent(site: Site) -> None:
    feed = site.address("bob")  # no contract, so no feed
    plan = site.plan(site.describe("SGD")).plan
    site.apply(plan)
    changed = site.describe("SGD", contract_uri="https://example.org", reserve_feed=ReserveFeed(feed, 3600))
    broken = site.plan(changed).plan
    before = site.nonces()

    with pytest.raises(NotSent, match=r"would refuse step [12]") as refused:
        site.apply(broken)

    assert isinstance(refused.value.__cause__, Reverted)
    assert refused.value.moved is Moved.NO
    assert site.nonces() == before


def test_does_what_those_at_hand_can_and_names_the_rest(site: Site) -> None:
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    (network,) = plan.networks

    ready = site.apply(plan, "alice", "minter_admin")

    stuck = ready.stuck
    assert stuck is not None
    assert stuck.step.role is Role.DEFAULT_ADMIN_ROLE
    error = nobody_can(network, stuck, has_moved=True)
    assert str(site.address("admin")) in str(error)
    assert "1 of" in error.hint
    assert error.moved is Moved.YES
    with pytest.raises(NotSent, match="Nobody here can send") as refused:
        site.apply(plan, "alice", "minter_admin")
    assert refused.value.moved is Moved.NO
    assert site.apply(plan, "admin").tasks == ()


def test_steps_done_another_way_are_seen_to_be_done(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org", minters={})).plan
    (network,) = plan.networks
    assert steps_done(network, site.chain) == 0

    for step, person in zip(network.steps, ("minter_admin", "admin"), strict=True):
        site.transactions.send(step.call, signer=site.signers[person])

    assert steps_done(network, site.chain) == len(network.steps)
    before = site.nonces()
    site.apply(plan)
    assert site.nonces() == before


def test_a_plan_that_went_through_a_file_is_applied_as_it_was_made(site: Site) -> None:
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan

    site.apply(read_plan(plan.as_text(), now=NOW))

    assert steps_done(plan.networks[0], site.chain) == len(plan.networks[0].steps)
