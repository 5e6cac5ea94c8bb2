"""Plans that the chain has overtaken.

given a change since the plan was made, or while it is under way: refused by name, nothing more is sent
given a pause or a listing since, of which the plan does not speak: applied, and it stays
given a stop since that the plan would lift: refused
when all was mined, and the coins stand otherwise: an error, which says that something moved
given another chain, or another beginning of the coin: refused
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from stablecoin_tools.amounts import Denomination
from stablecoin_tools.deployment import make_ready, steps_done
from stablecoin_tools.deployment.facts import is_minded
from stablecoin_tools.errors import DeploymentError, Moved, NodeRefused, NotSent, OutcomeUnknown, WrongChain
from stablecoin_tools.networks import find_network
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import StablecoinCalls
from tests.chain.bent import bent
from tests.deployment.described import site_of

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.chain import Call, Receipt
    from tests.deployment.described import Site
    from tests.world import World

COINS = ("SGD", "HKD", "EUR")


@pytest.fixture
def site(world: World, tmp_path: Path) -> Site:
    return site_of(world, tmp_path)


def test_a_chain_that_moved_away_is_refused_by_name(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    bob = site.address("bob")
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.grant_role(Role.PAUSER_ROLE, bob))
    before = site.nonces()

    with pytest.raises(NotSent, match=f"moved away.*role.PAUSER_ROLE.{bob} is held, not absent") as refused:
        site.apply(plan)

    assert refused.value.moved is Moved.NO
    assert site.nonces() == before


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
    before = site.nonces()

    assert site.apply(plan).done == 1

    assert site.nonces() == before
    assert site.found("XSGD").paused_scopes() == PauseScope.MINTING | PauseScope.TRANSFERS


@pytest.mark.parametrize("is_lifted_between", [False, True])
def test_no_plan_lifts_a_stop_that_came_after_it(site: Site, *, is_lifted_between: bool) -> None:
    alice = site.address("alice")
    stopped = {"paused": PauseScope.TRANSFERS, "blacklist": frozenset({alice})}
    site.apply(site.plan(site.describe("SGD", **stopped)).plan)
    resumed = site.plan(site.describe("SGD", **{**stopped, "paused": PauseScope(0)})).plan
    freed = site.plan(site.describe("SGD", **{**stopped, "blacklist": frozenset()})).plan
    if is_lifted_between:
        site.by_hand("XSGD", "unpauser", lambda coin: coin.calls.unpause(PauseScope.TRANSFERS))
        site.by_hand("XSGD", "unblacklister", lambda coin: coin.calls.un_blacklist(alice))
        site.by_hand("XSGD", "blacklister", lambda coin: coin.calls.blacklist(alice))
        with pytest.raises(NotSent, match=f"came after it was made: XSGD: blacklisted.{alice}"):
            site.apply(freed)
    scopes = PauseScope.TRANSFERS if is_lifted_between else PauseScope.ALL
    site.by_hand("XSGD", "pauser", lambda coin: coin.calls.pause(scopes))
    before = site.nonces()

    with pytest.raises(NotSent, match="paused") as refused:
        site.apply(resumed)

    assert refused.value.moved is Moved.NO
    assert site.nonces() == before
    assert site.found("XSGD").paused_scopes() == scopes


def test_what_one_plan_stops_and_lifts_is_done(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD", paused=PauseScope.TRANSFERS)).plan)

    assert site.apply(site.plan(site.describe("SGD", paused=PauseScope.MINTING)).plan).tasks == ()

    assert site.found("XSGD").paused_scopes() == PauseScope.MINTING


def test_what_is_changed_while_a_plan_is_under_way_ends_it(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org", minters={})).plan
    assert [step.changes[0].fact.partition(".")[0] for step in plan.networks[0].steps] == ["minter", "contract_uri"]

    def by_another(task: Any) -> None:
        if not task.index:
            site.by_hand("XSGD", "admin", lambda coin: coin.calls.set_contract_uri("https://elsewhere.example"))

    with pytest.raises(NotSent, match="moved away from what was planned: XSGD: contract_uri") as stopped:
        site.apply(plan, announce=by_another)

    assert stopped.value.moved is Moved.YES
    assert site.found("XSGD").contract_uri() == "https://elsewhere.example"


def test_both_what_the_node_says_and_what_it_is_for_are_held_against_the_plan(site: Site) -> None:
    (network,) = site.plan(site.describe("SGD")).plan.networks
    sepolia = find_network("sepolia")

    for chain in (bent(site.chain, network=sepolia), bent(site.chain, chain_id=lambda: sepolia.chain_id)):
        with pytest.raises(WrongChain):
            steps_done(network, chain)


def test_what_was_mined_and_is_not_as_planned_is_no_success(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    calls = site.found("XSGD").calls

    def send(*asked: Any, **options: Any) -> Any:
        receipt = site.transactions.send(*asked, **options)
        site.transactions.send(calls.set_contract_uri(""), signer=site.signers["admin"])  # another administrator
        return receipt

    contested = replace(site, transactions=bent(site.transactions, send=send))
    with pytest.raises(DeploymentError, match=r"1 steps are mined on \w+, .* stand as after 0 of") as failed:
        contested.apply(plan)

    assert failed.value.moved is Moved.YES
    assert "before you go on" in failed.value.hint


def test_a_plan_that_hides_the_first_blocks_of_a_coin_is_not_applied(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    plan = site.plan(site.describe("SGD", contract_uri="https://example.org")).plan
    (network,) = plan.networks
    coin = network.coins["XSGD"]
    later = replace(coin, created_in_block=coin.created_in_block + 1)

    with pytest.raises(NotSent, match="was not created in block"):
        site.apply(replace(plan, networks=(replace(network, coins={"XSGD": later}),)))


def test_a_plan_for_another_chain_is_refused(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan
    (network,) = plan.networks
    elsewhere = replace(network, network="sepolia", chain_id=find_network("sepolia").chain_id)

    with pytest.raises(WrongChain, match="11155111"):
        make_ready(elsewhere, site.chain, list(site.keys()))


CREATION = ("name", "implementation", "role.PAUSER_ROLE.0x1")


def test_what_is_not_known_stays_so(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan

    def send(*_: Any, ref: str, **__: Any) -> NoReturn:
        raise OutcomeUnknown("nobody knows", reference=ref, transaction_hashes=())

    with pytest.raises(OutcomeUnknown) as unknown:
        replace(site, transactions=bent(site.transactions, send=send)).apply(plan)

    assert unknown.value.moved is Moved.UNKNOWN


def test_a_coin_that_is_otherwise_right_after_its_creation_is_not_recorded(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan
    (network,) = plan.networks
    calls = StablecoinCalls(network.coins["XSGD"].address, Denomination("XSGD", 6))

    def send(call: Call, **options: Any) -> Receipt:
        receipt = site.transactions.send(call, **options)
        if "create XSGD" in call.description:
            thief = calls.grant_role(Role.SEIZER_ROLE, site.address("bob"))
            site.transactions.send(thief, signer=site.signers["admin"])
        return receipt

    with pytest.raises(DeploymentError, match="SEIZER_ROLE"):
        replace(site, transactions=bent(site.transactions, send=send)).apply(plan)

    assert site.records.find(site.chain.network.chain_id, "XSGD") is None


def test_a_node_that_fails_to_try_the_steps_is_no_node_that_cannot(site: Site) -> None:
    plan = site.plan(site.describe("SGD")).plan
    before = site.nonces()

    def fails(*_: Any, **__: Any) -> NoReturn:
        raise NodeRefused("eth_simulateV1: internal error")

    with pytest.raises(NodeRefused, match="internal error"):
        replace(site, chain=bent(site.chain, simulate=fails)).apply(plan)

    assert site.nonces() == before


@pytest.mark.parametrize(
    ("fact", "named", "lifted", "is_minded_then"),
    [
        ("role.PAUSER_ROLE.0x1", ("implementation", "lane", "code.0x1"), (), False),
        ("name", ("implementation",), (), True),
        ("decimals", ("implementation",), (), True),
        ("lane", ("implementation",), (), True),
        ("role.SEIZER_ROLE.0x1", CREATION, (), True),
        ("allowlist_only", ("contract_uri",), (), True),
        ("allowlist_only", ("implementation",), (), False),
        ("paused.minting", ("paused.transfers",), (), False),
        ("paused.minting", ("paused.transfers",), ("paused.transfers",), True),
        ("paused.minting", ("contract_uri",), ("contract_uri",), False),
        ("blacklisted.0x1", ("blacklisted.0x2",), ("blacklisted.0x2",), False),
        ("blacklisted.0x1", ("blacklisted.0x1",), (), True),
        ("supply_cap", (), (), True),
        ("verified.0x1", (), (), False),
    ],
)
def test_what_overtakes_a_plan(
    fact: str,
    named: tuple[str, ...],
    lifted: tuple[str, ...],
    is_minded_then: bool,  # noqa: FBT001  # a parameter
) -> None:
    assert is_minded(fact, named, lifted) is is_minded_then
