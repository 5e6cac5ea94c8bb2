"""Applying a plan.

when applied: every step is sent once, by whoever holds its role, and the coins stand as described
when applied again: nothing is sent
given a change by hand: the next plan shows exactly that, and applying it restores the coins
given a change since the plan was made: refused by name, nothing sent
given a pause or a listing since, of which the plan does not speak: applied, and it stays
given a step that the chain would refuse: found beforehand, nothing sent
given nobody who can send a step: those before it are sent, the rest is named
given steps that another way was found for: they are seen to be done
given another chain: refused
given a record that its coin's address does not bear out, or amounts that are counted otherwise: no plan
when all was mined, and the coins stand otherwise: an error, which says that something moved
given a text on the chain that would deceive the eye: shown as hex, and replaced
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment import make_ready, nobody_can, read_plan, steps_done
from stablecoin_tools.deployment.auditing import audit_network
from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, NotSent, Reverted, WrongChain
from stablecoin_tools.networks import find_network
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import ReserveFeed
from tests.chain.bent import bent
from tests.deployment.described import NOW, facts_changed, limit, site_of, site_on

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


def nonces(site: Site) -> list[int]:
    return [site.chain.nonce(signer.address) for signer in site.signers.values()]


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
    before = nonces(site)

    site.apply(site.plan(site.describe("SGD", contract_uri="https://example.org/new", minters={})).plan)

    sent = {person for person, then, now in zip(site.signers, before, nonces(site), strict=True) if now > then}
    assert sent == {"admin", "minter_admin"}


def test_applied_again_sends_nothing(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan
    site.apply(plan)
    before = nonces(site)

    ready = site.apply(plan)

    assert nonces(site) == before
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


def test_what_a_minter_used_is_no_difference(site: Site) -> None:
    coin = site.coin("SGD")
    once = {site.address("minter"): limit(coin.spec, 500, 0)}
    site.apply(site.plan(site.describe("SGD", minters=once)).plan)

    site.by_hand("XSGD", "minter", lambda coin: coin.calls.mint(site.address("alice"), coin.amount(123)))

    assert site.plan(site.describe("SGD", minters=once)).is_as_described
    site.by_hand(
        "XSGD", "minter_admin", lambda coin: coin.calls.configure_minter(site.address("minter"), coin.amount(501))
    )
    assert facts_changed(site.plan(site.describe("SGD", minters=once))) == {f"XSGD: minter.{site.address('minter')}"}


def test_a_chain_that_moved_away_is_refused_by_name(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    bob = site.address("bob")
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.grant_role(Role.PAUSER_ROLE, bob))
    before = nonces(site)

    with pytest.raises(NotSent, match=f"moved away.*role.PAUSER_ROLE.{bob} is held, not absent") as refused:
        site.apply(plan)

    assert refused.value.moved is Moved.NO
    assert nonces(site) == before


def test_amounts_that_moved_away_are_told_in_tokens(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.set_supply_cap(coin.amount(2_000_000_000)))

    words = re.escape("XSGD: supply_cap is 2,000,000,000.00 XSGD, not 1,000,000,000.00 XSGD")
    with pytest.raises(NotSent, match=words):
        site.apply(plan)


def test_an_emergency_stop_since_does_not_bar_a_plan_about_other_things(site: Site) -> None:
    alice, bob = site.address("alice"), site.address("bob")
    listed = {"blacklist": frozenset({alice}), "verified": frozenset({alice}), "paused": PauseScope(0)}
    site.apply(site.plan(site.describe("SGD", **listed)).plan)
    plan = site.plan(site.describe("SGD", **listed, contract_uri="https://example.org")).plan
    site.by_hand("XSGD", "pauser", lambda coin: coin.calls.pause(PauseScope.MINTING | PauseScope.TRANSFERS))
    site.by_hand("XSGD", "blacklister", lambda coin: coin.calls.blacklist(bob))
    site.by_hand("XSGD", "unpauser", lambda coin: coin.calls.un_verify(alice))

    assert site.apply(plan).tasks == ()

    coin = site.found("XSGD")
    assert coin.contract_uri() == "https://example.org"
    assert coin.paused_scopes() == PauseScope.MINTING | PauseScope.TRANSFERS
    assert set(coin.blacklisted_accounts()) == {alice, bob}
    assert not coin.verified_accounts()


def test_a_stop_that_the_plan_itself_makes_is_seen_to_be_done(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", paused=PauseScope.MINTING)).plan
    site.by_hand("XSGD", "pauser", lambda coin: coin.calls.pause(PauseScope.MINTING | PauseScope.TRANSFERS))
    before = nonces(site)

    assert site.apply(plan).done == 1

    assert nonces(site) == before
    assert site.found("XSGD").paused_scopes() == PauseScope.MINTING | PauseScope.TRANSFERS


def test_a_step_that_would_be_refused_is_found_before_any_is_sent(site: Site) -> None:
    feed = site.address("bob")  # no contract, so no feed
    plan = site.plan(site.describe("SGD")).plan
    site.apply(plan)
    changed = site.describe("SGD", contract_uri="https://example.org", reserve_feed=ReserveFeed(feed, 3600))
    broken = site.plan(changed).plan
    before = nonces(site)

    with pytest.raises(NotSent, match=r"would refuse step [12]") as refused:
        site.apply(broken)

    assert isinstance(refused.value.__cause__, Reverted)
    assert refused.value.moved is Moved.NO
    assert nonces(site) == before


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
    before = nonces(site)
    site.apply(plan)
    assert nonces(site) == before


def test_what_was_mined_and_is_not_as_planned_is_no_success(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    calls = site.found("XSGD").calls

    def send(*asked: Any, **options: Any) -> Any:
        receipt = site.transactions.send(*asked, **options)
        site.transactions.send(calls.set_contract_uri(""), signer=site.signers["admin"])  # another administrator
        return receipt

    contested = replace(site, transactions=bent(site.transactions, send=send))
    with pytest.raises(DeploymentError, match=r"1 steps are mined on \w+, but the coins stand as after 0 of") as failed:
        contested.apply(plan)

    assert failed.value.moved is Moved.YES
    assert "before you go on" in failed.value.hint


@pytest.mark.parametrize(
    "lie", [{"address": Address(b"\x66" * 20)}, {"admin": Address(b"\x66" * 20)}], ids=["address", "admin"]
)
def test_a_record_that_does_not_fit_its_address_is_not_believed(site: Site, lie: Any) -> None:
    description = site.describe("SGD")
    site.apply(site.plan(description).plan)
    record = site.records.find(site.chain.network.chain_id, "XSGD")
    assert record is not None
    site.records.write(replace(record, **lie))

    with pytest.raises(ConfigError, match=f"names {replace(record, **lie).address}, and a coin that was created as it"):
        site.plan(description)
    with pytest.raises(ConfigError, match="as it says stands at"):
        audit_network(site.chain, site.records)


def test_a_coin_that_is_counted_otherwise_is_not_planned_for(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    spec = replace(site.coin("SGD").spec, decimals=2)

    with pytest.raises(ConfigError, match=r"XSGD with 2 decimals; on \w+ it is XSGD with 6, for good"):
        site.plan(site.describe("SGD", spec=spec))


def test_a_plan_for_another_chain_is_refused(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan
    (network,) = plan.networks
    elsewhere = replace(network, network="sepolia", chain_id=find_network("sepolia").chain_id)

    with pytest.raises(WrongChain, match="11155111"):
        make_ready(elsewhere, site.chain, list(site.keys()))


def test_a_plan_that_went_through_a_file_is_applied_as_it_was_made(site: Site) -> None:
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan

    site.apply(read_plan(plan.as_text(), now=NOW))

    assert steps_done(plan.networks[0], site.chain) == len(plan.networks[0].steps)


def test_a_text_of_the_coin_that_would_deceive_the_eye_is_planned_away(site: Site) -> None:
    description = site.describe("SGD", contract_uri="https://example.org")
    site.apply(site.plan(description).plan)
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.set_contract_uri("https://\u202egro.elpmaxe"))

    plan = read_plan(site.plan(description).plan.as_text(), now=NOW)

    (change,) = plan.networks[0].steps[0].changes
    assert change.before == "UTF-8 0x" + "https://\u202egro.elpmaxe".encode().hex()
    site.apply(plan)
    assert site.found("XSGD").contract_uri() == "https://example.org"


def test_an_implementation_that_the_file_names_is_no_difference(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    found, elsewhere = site.found("XSGD").implementation(), Address(b"\x55" * 20)

    assert site.plan(site.describe("SGD", implementation=found)).is_as_described
    other = site.plan(site.describe("SGD", implementation=elsewhere, is_lane_closed=True))
    assert other.plan.is_empty
    assert [str(elsewhere) in remark.words or "lane_closed" in remark.words for remark in other.remarks] == [True, True]


def test_the_admin_changes_hands_over_two_plans(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    spec = replace(site.coin("SGD").spec, admin=site.address("alice"))
    wanted = site.describe("SGD", spec=spec)

    first = site.plan(wanted)
    site.apply(first.plan)
    waiting = site.plan(wanted)
    site.chain.advance(seconds=3601)
    last = site.plan(wanted)
    site.apply(last.plan)

    assert facts_changed(first) == {"XSGD: pending_admin"}
    assert waiting.plan.is_empty
    assert [remark.coin for remark in waiting.remarks] == ["XSGD"]
    assert last.plan.networks[0].steps[0].sender == site.address("alice")
    assert site.found("XSGD").default_admin() == site.address("alice")
    assert site.plan(wanted).is_as_described
