"""prepare_offline, sign_offline, publish_offline

when all goes well: the coin stands as if each step had been sent directly, by transactions at consecutive nonces
when it is run again, was broken off, or the node's answer was lost: it goes on, and nothing is done twice
given other bytes, another key, another file, or not all of it: UsageError, and nothing sent
given another signer, another chain, a fee above the cap, an expired plan: nothing is signed
given the chain refuses a step: typed, what moved is said, and what follows is not published
given no receipt in time: OutcomeUnknown
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.deployment.executors import prepare_offline, publish_offline, sign_offline
from stablecoin_tools.deployment.plans import Plan
from stablecoin_tools.errors import (
    FeeCapExceeded,
    Moved,
    NotEnoughGasMoney,
    NotSent,
    OutcomeUnknown,
    Unreachable,
    UsageError,
    WalletError,
    WrongChain,
)
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount
from stablecoin_tools.roles import Role
from stablecoin_tools.transactions import FeePolicy
from tests.chain.bent import bent
from tests.deployment.executors.desks import LATE, NOW, Desk
from tests.deployment.executors.ground import done_directly, existing, pausing, plan_for, plan_of, standing, step_of
from tests.world import IMPATIENT, reverts

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def desk(anvil: World) -> Desk:
    return Desk(anvil, plan_for(anvil, anvil.address("alice")))


def test_there_and_back_the_coin_stands_as_if_it_was_done_directly(anvil: World, desk: Desk) -> None:
    directly = done_directly(anvil, desk.plan, anvil.address("alice"))
    before = desk.nonce()
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)

    receipts = list(desk.publish(unsigned, signed))

    assert [receipt.transaction_hash for receipt in receipts] == list(signed.transaction_hashes)
    assert [transaction.nonce for transaction in unsigned.transactions] == list(range(before, before + 6))
    assert all(receipt.succeeded for receipt in receipts)
    assert standing(anvil, desk.plan) == directly


def test_what_is_left_is_enough(anvil: World, desk: Desk) -> None:
    directly = done_directly(anvil, desk.plan, anvil.address("alice"))
    anvil.transactions.send(desk.plan.networks[0].steps[0].call, signer=anvil.signers["bob"])

    unsigned = desk.prepare(first=1)
    assert len(list(desk.publish(unsigned, desk.sign(unsigned)))) == 5

    assert standing(anvil, desk.plan) == directly


def test_no_gas_limit_is_met_and_none_is_beyond_what_a_block_takes(desk: Desk) -> None:
    unsigned = desk.prepare()

    receipts = list(desk.publish(unsigned, desk.sign(unsigned)))

    for receipt, limit in zip(receipts, unsigned.gas_limits, strict=True):
        assert receipt.gas_used * 1.2 < limit <= 16_777_216


def test_fees_follow_the_policy_and_outlast_a_rise(anvil: World, desk: Desk) -> None:
    base_fee = anvil.chain.fee_history().next_base_fee_wei
    assert desk.prepare().fees.max_fee_wei >= 10 * base_fee
    capped = desk.prepare(fees=FeePolicy(cap_wei=3 * base_fee + 10**9, headroom=100)).fees
    assert capped.max_fee_wei == 3 * base_fee + 10**9


def test_run_again_it_does_nothing_more(desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    first = list(desk.publish(unsigned, signed))
    after = desk.nonce()

    assert list(desk.publish(unsigned, signed)) == first
    assert list(desk.publish(unsigned, signed, now=LATE)) == first  # what is done is done, however late it is
    assert desk.nonce() == after


def test_broken_off_it_goes_on(desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    begun = desk.publish(unsigned, signed)
    first, second = next(begun), next(begun)
    del begun

    receipts = list(desk.publish(unsigned, signed, now=LATE))  # it was begun in time

    assert receipts[:2] == [first, second]
    assert len(receipts) == 6


def test_a_lost_answer_is_no_failure(anvil: World, desk: Desk) -> None:
    def lose(signed: bytes) -> None:
        anvil.chain.publish(signed)
        raise Unreachable("the answer was lost")

    unsigned = desk.prepare()

    receipts = list(desk.publish(unsigned, desk.sign(unsigned), chain=bent(anvil.chain, publish=lose)))

    assert all(receipt.succeeded for receipt in receipts)


def test_without_a_receipt_in_time_the_outcome_is_unknown_and_the_same_again_goes_on(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    with anvil.chain.mining_paused():
        with pytest.raises(OutcomeUnknown, match="not mined in time") as unknown:
            list(desk.publish(unsigned, signed, clock=count(step=10).__next__, sleep=lambda _: None))
        assert unknown.value.transaction_hashes == signed.transaction_hashes[:1]
        assert unknown.value.reference == desk.plan.reference(desk.plan.networks[0], 0)
        assert "Run the same again" in unknown.value.hint
        assert anvil.chain.pooled() == {signed.transaction_hashes[0]}

    assert len(list(desk.publish(unsigned, signed))) == 6


def test_an_interrupt_leaves_the_outcome_unknown(anvil: World, desk: Desk) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    with anvil.chain.mining_paused(), pytest.raises(OutcomeUnknown, match="interrupted"):
        list(desk.publish(unsigned, signed, sleep=interrupt))

    assert len(list(desk.publish(unsigned, signed))) == 6


def test_a_node_that_does_not_answer_leaves_it_unknown_with_what_is_done(anvil: World, desk: Desk) -> None:
    def refuse(*_: object) -> None:
        raise Unreachable("down")

    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    begun = desk.publish(unsigned, signed)
    next(begun)
    del begun

    with pytest.raises(OutcomeUnknown, match="down") as unknown:
        list(
            desk.publish(
                unsigned,
                signed,
                chain=bent(anvil.chain, publish=refuse, receipt=refuse),
                clock=count(step=10).__next__,
                sleep=lambda _: None,
            )
        )

    assert unknown.value.moved is Moved.UNKNOWN
    assert unknown.value.hint.endswith("1 of 6 steps are done.")


def test_what_a_pool_forgot_is_published_again(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)

    def forget(_: float) -> None:
        anvil.chain.drop_all_transactions()
        anvil.chain.set_automine(True)

    at_every_look = replace(IMPATIENT, republish_after_seconds=0)
    with anvil.chain.mining_paused():
        receipts = list(desk.publish(unsigned, signed, waiting=at_every_look, sleep=forget))

    assert [receipt.transaction_hash for receipt in receipts] == list(signed.transaction_hashes)


def test_a_refused_step_is_typed_and_what_follows_is_not_published(anvil: World) -> None:
    alice = anvil.address("alice")
    grant = anvil.coin.calls.grant_role(Role.PAUSER_ROLE, alice)
    anvil.send(grant, by="admin")
    twice = Desk(anvil, plan_of(anvil, pausing(anvil), existing(anvil)))
    unsigned = twice.prepare()
    signed = twice.sign(unsigned)

    def publish(one: bytes) -> None:
        if one == signed.signed[1]:  # after all was looked at
            anvil.send(anvil.coin.calls.revoke_role(Role.PAUSER_ROLE, alice), by="admin")
        anvil.chain.publish(one)

    begun = twice.publish(unsigned, signed, chain=bent(anvil.chain, publish=publish))
    next(begun)
    before = twice.nonce()

    with reverts(AccessControlUnauthorizedAccount, account=alice, moved=Moved.YES):
        next(begun)

    assert twice.nonce() == before + 1
    with pytest.raises(AccessControlUnauthorizedAccount) as refused:
        list(twice.publish(unsigned, signed))
    assert refused.value.transaction_hash == signed.transaction_hashes[1]
    assert "Step 2 (pause minting): mined" in refused.value.hint
    assert refused.value.hint.endswith("1 of 3 steps are done.")
    assert twice.nonce() == before + 1


def test_bytes_that_no_node_takes_are_not_sent(desk: Desk) -> None:
    unsigned = replace(desk.prepare(), gas_limits=(20_000,) * 6)

    with pytest.raises(NotSent, match=r"Step 1 .* no node takes it") as refused:
        list(desk.publish(unsigned, desk.sign(unsigned)))

    assert refused.value.moved is Moved.NO


def test_missing_transactions_before_are_waited_for(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    later = replace(unsigned, nonce=unsigned.nonce + 1)
    before = anvil.chain.pooled()

    with pytest.raises(NotSent, match="transactions before these are missing"):
        list(desk.publish(later, desk.sign(later)))

    assert anvil.chain.pooled() == before


def test_bytes_other_than_were_given_are_refused_and_nothing_is_sent(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    before = desk.nonce()
    dearer = replace(unsigned, fees=replace(unsigned.fees, tip_wei=unsigned.fees.tip_wei + 1))
    others = replace(unsigned, sender=anvil.address("bob"))
    wrong = [
        (replace(signed, signed=signed.signed[::-1]), "Step 1 is not as it was given"),
        (replace(signed, signed=(*signed.signed[:5], signed.signed[0])), "Step 6 is not as it was given"),
        (replace(signed, signed=desk.sign(dearer).signed), "another transaction than was asked for: tip"),
        (replace(signed, signed=desk.sign(others, by="bob").signed), "with another key"),
        (replace(signed, signed=signed.signed[:5]), "5 of 6 steps are signed"),
        (replace(signed, signed=(*signed.signed, signed.signed[0])), "7 of 6 steps are signed"),
        (desk.sign(dearer), "of another file than this one"),
        (replace(signed, plan_hash="0" * 64), "of another file than this one"),
        (replace(signed, chain_id=1), "of another file than this one"),
        (replace(signed, sender=anvil.address("bob")), "of another file than this one"),
    ]

    for one, words in wrong:
        with pytest.raises(UsageError, match=words):
            list(desk.publish(unsigned, one))

    assert desk.nonce() == before


def test_another_signer_another_chain_and_a_fee_above_the_cap_are_refused(anvil: World, desk: Desk) -> None:
    unsigned, alice = desk.prepare(), anvil.signers["alice"]

    with pytest.raises(UsageError, match=f"signed by {alice.address}, not by {anvil.address('bob')}"):
        desk.sign(unsigned, by="bob")
    with pytest.raises(UsageError, match=r"chain 31337 .* not for sepolia, which is chain 11155111"):
        sign_offline(unsigned, signer=alice, network=find_network("sepolia"), now=NOW)
    dear = replace(unsigned, fees=replace(unsigned.fees, max_fee_wei=500 * 10**9 + 1))
    with pytest.raises(FeeCapExceeded, match="500,000,000,001 wei"):
        desk.sign(dear)


def test_a_signer_is_not_believed(anvil: World, desk: Desk) -> None:
    unsigned, alice = desk.prepare(), anvil.signers["alice"]
    other = bent(alice, sign_transaction=lambda asked: alice.sign_transaction(replace(asked, nonce=asked.nonce + 1)))

    with pytest.raises(WalletError, match="another transaction than was asked for: nonce"):
        sign_offline(unsigned, signer=other, network=find_network("anvil"), now=NOW)


def test_an_expired_plan_is_neither_signed_nor_begun(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)
    before = desk.nonce()

    with pytest.raises(UsageError, match="expired"):
        sign_offline(unsigned, signer=anvil.signers["alice"], network=find_network("anvil"), now=LATE)
    with pytest.raises(UsageError, match="expired"):
        list(desk.publish(unsigned, signed, now=LATE))

    assert desk.nonce() == before


def test_a_role_that_is_gone_by_then_is_found_before_the_first_leaves(anvil: World) -> None:
    pauser = anvil.address("pauser")
    plan = plan_of(anvil, pausing(anvil)[:1], existing(anvil))
    unsigned = prepare_offline(plan, plan.networks[0], sender=pauser, chain=anvil.chain)
    signed = sign_offline(unsigned, signer=anvil.signers["pauser"], network=find_network("anvil"), now=NOW)
    anvil.send(anvil.coin.calls.revoke_role(Role.PAUSER_ROLE, pauser), by="admin")
    before = anvil.chain.nonce(pauser)

    with pytest.raises(NotSent, match="needs PAUSER_ROLE"):
        list(publish_offline(unsigned, signed, chain=anvil.chain, now=NOW))

    assert anvil.chain.nonce(pauser) == before


def test_another_chain_gets_nothing(anvil: World, desk: Desk) -> None:
    unsigned = desk.prepare()
    signed = desk.sign(unsigned)

    with pytest.raises(WrongChain):
        list(desk.publish(unsigned, signed, chain=bent(anvil.chain, chain_id=lambda: 5)))


def test_steps_are_prepared_only_for_who_can_do_them_and_pay(anvil: World, desk: Desk) -> None:
    alice = anvil.address("alice")
    with pytest.raises(NotSent, match=r"needs MINTER_ADMIN_ROLE|needs DEFAULT_ADMIN_ROLE"):
        prepare_offline(desk.plan, desk.plan.networks[0], sender=anvil.address("bob"), chain=anvil.chain)

    with anvil.chain.mining_paused():
        anvil.chain.publish(_payment(anvil))
        with pytest.raises(NotSent, match=f"{alice} has 1 transactions that are not mined yet"):
            desk.prepare()

    anvil.chain.mine()
    anvil.chain.set_balance(alice, 10**12)
    with pytest.raises(NotEnoughGasMoney, match=f"{alice} has 0.000001000 ETH; all of it may cost up to"):
        desk.prepare()


def test_steps_are_prepared_of_the_network_that_is_named_even_where_two_have_one_chain_id(
    anvil: World, desk: Desk
) -> None:
    (first,) = desk.plan.networks
    second = replace(first, network="second", steps=(first.steps[0], first.steps[2]))
    both = Plan((first, second), desk.plan.made_at, desk.plan.expires_at)

    unsigned = prepare_offline(both, second, sender=anvil.address("alice"), chain=anvil.chain)

    assert unsigned.steps == second.steps
    with pytest.raises(UsageError, match="are not of plan"):
        prepare_offline(desk.plan, second, sender=anvil.address("alice"), chain=anvil.chain)


def test_a_first_step_that_the_contract_refuses_is_not_prepared(anvil: World, desk: Desk) -> None:
    alice = anvil.address("alice")
    impossible = step_of(anvil, anvil.coin.calls.pause())  # the plan forgot which role it needs
    refused = Desk(desk.world, plan_of(anvil, (impossible,), existing(anvil)))

    with reverts(AccessControlUnauthorizedAccount, account=alice):
        refused.prepare()


def _payment(world: World) -> bytes:
    from stablecoin_tools.signers import UnsignedTransaction

    alice = world.signers["alice"]
    nonce = world.chain.nonce(alice.address)
    return alice.sign_transaction(
        UnsignedTransaction(31337, nonce, world.address("bob"), b"", 1, 21_000, 10**10, 10**9)
    )
