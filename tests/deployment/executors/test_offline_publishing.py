"""publish_offline, where others act meanwhile

given a step was done otherwise, or a coin was changed otherwise: NotSent, and nothing more leaves
given a step may have left before: OutcomeUnknown, never NotSent, and it is looked for
given its nonce was used by another transaction: NotSent once that is final, OutcomeUnknown until then
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.executors import prepare_offline, publish_offline, sign_offline
from stablecoin_tools.errors import Moved, NodeRefused, NotSent, OutcomeUnknown
from stablecoin_tools.networks import find_network
from stablecoin_tools.roles import Role
from tests.chain.bent import bent
from tests.deployment.described import NOW as DESCRIBED_AT
from tests.deployment.described import limit, site_of
from tests.deployment.executors.desks import LATE, Desk
from tests.deployment.executors.ground import existing, pausing, plan_for, plan_of
from tests.world import IMPATIENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World

AT_ONCE = {"clock": count(step=10).__next__, "sleep": lambda _: None}


@pytest.fixture
def desk(anvil: World) -> Desk:
    return Desk(anvil, plan_for(anvil, anvil.address("alice")))


def test_what_a_colleague_applied_and_used_up_is_not_given_a_second_time(anvil: World, tmp_path: Path) -> None:
    site = site_of(anvil, tmp_path)
    described = site.describe("SGD", minters={})
    spec, minter, cold = described.coins["XSGD"].spec, site.address("minter"), site.address("minter_admin")
    spec = replace(spec, roles={**spec.roles, Role.MINTER_ADMIN_ROLE: (cold, site.address("bob"))})
    site.apply(site.plan(site.describe("SGD", minters={}, spec=spec)).plan)
    plan = site.plan(site.describe("SGD", spec=spec, minters={minter: limit(spec, 1000, 0)})).plan
    unsigned = prepare_offline(plan, plan.networks[0], sender=cold, chain=site.chain)
    signer = site.signers["minter_admin"]
    signed = sign_offline(unsigned, signer=signer, network=find_network("anvil"), now=DESCRIBED_AT)
    site.apply(plan, "bob")
    coin = site.found("XSGD")
    site.by_hand("XSGD", "minter", lambda there: there.calls.mint(minter, there.amount(1000)))
    before = site.chain.nonce(cold)

    with pytest.raises(NotSent, match="stand as after 1 steps of the plan already, not as after 0") as refused:
        list(publish_offline(unsigned, signed, chain=site.chain, now=DESCRIBED_AT, waiting=IMPATIENT))

    assert refused.value.moved is Moved.NO
    assert f"--offline {cold}" in refused.value.hint
    assert site.chain.nonce(cold) == before
    assert coin.minter_limit(minter).available == coin.amount(0)


def test_where_the_chain_moved_away_nothing_leaves(anvil: World, tmp_path: Path) -> None:
    site = site_of(anvil, tmp_path)
    described = site.describe("SGD", minters={})
    spec, minter, cold = described.coins["XSGD"].spec, site.address("minter"), site.address("minter_admin")
    site.apply(site.plan(described).plan)
    plan = site.plan(site.describe("SGD", minters={minter: limit(spec, 1000, 5)})).plan
    unsigned = prepare_offline(plan, plan.networks[0], sender=cold, chain=site.chain)
    signer = site.signers["minter_admin"]
    signed = sign_offline(unsigned, signer=signer, network=find_network("anvil"), now=DESCRIBED_AT)
    pauser = site.address("pauser")
    site.by_hand("XSGD", "admin", lambda there: there.calls.revoke_role(Role.PAUSER_ROLE, pauser))
    before = site.chain.nonce(cold)

    with pytest.raises(NotSent, match=rf"Step 1 .* moved away .*role\.PAUSER_ROLE\.{pauser} is not there"):
        list(publish_offline(unsigned, signed, chain=site.chain, now=DESCRIBED_AT, waiting=IMPATIENT))

    assert site.chain.nonce(cold) == before


def test_a_step_that_others_did_midway_ends_it_and_what_moved_is_said(anvil: World) -> None:
    anvil.send(anvil.coin.calls.grant_role(Role.PAUSER_ROLE, anvil.address("alice")), by="admin")
    desk = Desk(anvil, plan_of(anvil, pausing(anvil), existing(anvil)))
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    begun = desk.publish(unsigned, signed)
    next(begun)
    anvil.transactions.send(desk.plan.networks[0].steps[1].call, signer=anvil.signers["pauser"])
    before = desk.nonce()

    with pytest.raises(NotSent, match=r"Step 2 .* after 2 steps of the plan already, not as after 1") as refused:
        next(begun)
    with pytest.raises(NotSent, match="Step 2 "):
        list(desk.publish(unsigned, signed))

    assert refused.value.moved is Moved.YES
    assert refused.value.hint.endswith("1 of 3 steps are done.")
    assert desk.nonce() == before


def test_a_step_that_waits_in_a_pool_is_not_said_to_be_unsent_when_the_plan_expires(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    with anvil.chain.mining_paused():
        for now in (desk.plan.made_at, LATE):
            with pytest.raises(OutcomeUnknown) as unknown:
                list(desk.publish(unsigned, signed, now=now, **AT_ONCE))
            assert unknown.value.moved is Moved.UNKNOWN
        assert "expired" in str(unknown.value)
        assert anvil.chain.pooled() == {signed.transaction_hashes[0]}

    assert len(list(desk.publish(unsigned, signed, now=LATE))) == 6


def test_what_one_node_took_is_unknown_whatever_another_says(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    taken: list[bytes] = []

    def publish(one: bytes) -> None:
        taken.append(one)
        if len(taken) > 1:
            raise NodeRefused("invalid sender")

    at_every_look = replace(IMPATIENT, republish_after_seconds=0)
    slower = {"clock": count().__next__, "sleep": lambda _: None, "waiting": at_every_look}
    with pytest.raises(OutcomeUnknown, match="invalid sender") as unknown:
        list(desk.publish(unsigned, signed, chain=bent(anvil.chain, publish=publish), **slower))

    assert unknown.value.moved is Moved.UNKNOWN
    assert len(taken) > 1


def test_a_nonce_that_another_transaction_used_voids_the_files_once_that_is_final(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    anvil.transactions.send(Call(anvil.address("bob"), value_wei=1), signer=anvil.signers["alice"])

    with pytest.raises(OutcomeUnknown, match=f"nonce {unsigned.nonce} is used, .* waiting for a final block"):
        list(desk.publish(unsigned, signed, **AT_ONCE))
    anvil.chain.mine(70)
    with pytest.raises(NotSent, match=f"nonce {unsigned.nonce} was used by another transaction") as void:
        list(desk.publish(unsigned, signed))

    assert "These files are void" in str(void.value)
    assert void.value.hint == f"Make new ones of what is left: `stablecoin apply PLAN --offline {unsigned.sender}`."
    assert void.value.moved is Moved.NO


def test_an_interrupt_between_two_steps_says_what_moved(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    coin = desk.plan.networks[0].coins["PLAN"].address

    def code(account: object, **others: object) -> bytes:
        if account == coin and anvil.chain.receipt(signed.transaction_hashes[0]) is not None:
            raise KeyboardInterrupt
        there: bytes = anvil.chain.code(account, **others)
        return there

    with pytest.raises(NotSent, match=r"Interrupted: Step 2 .* was not sent") as interrupted:
        list(desk.publish(unsigned, signed, chain=bent(anvil.chain, code=code)))

    assert interrupted.value.moved is Moved.YES
    assert interrupted.value.hint.endswith("1 of 6 steps are done.")


def test_a_node_that_lags_behind_is_waited_for(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    coin = desk.plan.networks[0].coins["PLAN"].address
    looks = []

    def code(account: object, **others: object) -> bytes:
        looks.append(account)
        late = account == coin and anvil.chain.receipt(signed.transaction_hashes[0]) is not None
        there: bytes = anvil.chain.code(account, **others)
        return b"" if late and looks.count(coin) < 4 else there

    assert len(list(desk.publish(unsigned, signed, chain=bent(anvil.chain, code=code)))) == 6
    assert looks.count(coin) >= 4
