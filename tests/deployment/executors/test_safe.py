"""batch_for_safe(plan, network, safe=..., chain=...)

when the owners sign it: the Safe does it, and the coin stands as if each step had been sent directly
the hashes are those that the Safe itself names, of one step and of several, at any nonce
given no Safe, a Safe of another release, or something that only answers as one: UsageError
given a chain without MultiSendCallOnly, or with other code in its place: UsageError, and nothing to sign
given a nonce that is used: UsageError
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.executors import SafeTransaction, batch_for_safe, batch_of_calls, read_safe
from stablecoin_tools.deployment.executors.safe import _MULTI_SENDS
from stablecoin_tools.errors import UsageError
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, RevertedWithReason
from tests.chain.bent import bent
from tests.deployment.executors.ground import done_directly, plan_for, standing
from tests.deployment.executors.safes import MULTI_SEND_1_5_0, OWNERS, RealSafe, new_safe, put_multi_send
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from tests.world import World


@pytest.fixture
def safe(anvil: World) -> RealSafe:
    return new_safe(anvil)


def test_a_safe_is_read_as_it_stands(anvil: World, safe: RealSafe) -> None:
    found = read_safe(anvil.chain, safe.address)

    assert (found.version, found.nonce, found.threshold) == ("1.5.0", 0, 2)
    assert set(found.owners) == {anvil.address(name) for name in OWNERS}
    assert (found.address, found.chain_id) == (safe.address, 31337)


def test_the_owners_sign_the_whole_plan_and_the_coin_stands_as_if_it_was_done_directly(
    anvil: World, safe: RealSafe
) -> None:
    put_multi_send(anvil)
    plan = plan_for(anvil, safe.address)
    directly = done_directly(anvil, plan, safe.address)

    batch = batch_for_safe(plan, plan.networks[0], safe=safe.address, chain=anvil.chain)

    transaction = batch.transaction
    assert (transaction.to, transaction.operation, transaction.value_wei) == (MULTI_SEND_1_5_0, 1, 0)
    assert transaction.hash == safe.hash_on_chain(transaction)
    assert safe.execute(transaction).succeeded
    assert standing(anvil, plan) == directly
    assert read_safe(anvil.chain, safe.address).nonce == 1


def test_one_step_is_a_plain_call_and_what_is_left_follows(anvil: World, safe: RealSafe) -> None:
    put_multi_send(anvil)
    plan = plan_for(anvil, safe.address)
    network = plan.networks[0]
    directly = done_directly(anvil, plan, safe.address)
    anvil.transactions.send(network.steps[0].call, signer=anvil.signers["bob"])  # anybody may create it

    batch = batch_for_safe(plan, network, safe=safe.address, chain=anvil.chain, first=1)
    assert safe.execute(batch.transaction).succeeded
    last = batch_for_safe(plan, network, safe=safe.address, chain=anvil.chain, first=5)

    assert (last.transaction.to, last.transaction.data) == (network.steps[5].call.to, network.steps[5].call.data)
    assert (last.transaction.operation, last.transaction.nonce) == (0, 1)
    assert last.transaction.hash == safe.hash_on_chain(last.transaction)
    assert safe.execute(last.transaction).succeeded  # to verify twice is nothing
    assert standing(anvil, plan) == directly


def test_it_is_all_or_nothing(anvil: World, safe: RealSafe) -> None:
    put_multi_send(anvil)
    plan = plan_for(anvil, safe.address)
    calls = [step.call for step in plan.networks[0].steps[:2]] + [anvil.coin.calls.pause()]
    batch = batch_of_calls(
        read_safe(anvil.chain, safe.address), calls, chain=anvil.chain, name="too much", description=""
    )

    with reverts(AccessControlUnauthorizedAccount, account=safe.address):
        safe.execute(batch.transaction)

    assert anvil.chain.code(plan.networks[0].coins["PLAN"].address) == b""


def test_one_owner_is_not_enough(anvil: World, safe: RealSafe) -> None:
    batch = batch_of_calls(
        read_safe(anvil.chain, safe.address), [Call(safe.address)], chain=anvil.chain, name="one", description=""
    )

    with pytest.raises(RevertedWithReason, match="GS020"):
        safe.execute(batch.transaction, signed_by=["admin"])


def test_the_hash_is_of_the_domain_and_the_message_that_a_wallet_shows(anvil: World, safe: RealSafe) -> None:
    transaction = SafeTransaction(safe.address, 31337, anvil.address("alice"), 7, b"\x01\x02", 0, 3)

    assert transaction.hash == keccak(b"\x19\x01" + transaction.domain_hash + transaction.message_hash)
    assert transaction.hash == safe.hash_on_chain(transaction)
    another = SafeTransaction(safe.address, 31337, anvil.address("alice"), 8, b"\x01\x02", 0, 3)
    assert another.domain_hash == transaction.domain_hash
    assert another.message_hash != transaction.message_hash


def test_a_later_nonce_is_for_a_queue_and_a_used_one_is_refused(anvil: World, safe: RealSafe) -> None:
    found = read_safe(anvil.chain, safe.address)
    call = [Call(safe.address)]

    later = batch_of_calls(found, call, chain=anvil.chain, name="later", description="", nonce=4)
    assert later.transaction.nonce == 4
    assert later.transaction.hash == safe.hash_on_chain(later.transaction)

    now = batch_of_calls(found, call, chain=anvil.chain, name="now", description="")
    assert safe.execute(now.transaction).succeeded
    with pytest.raises(UsageError, match="nonce 0 already; its next one is 1"):
        batch_of_calls(
            read_safe(anvil.chain, safe.address), call, chain=anvil.chain, name="used", description="", nonce=0
        )


def test_what_is_no_safe_is_refused(anvil: World, safe: RealSafe) -> None:
    with pytest.raises(UsageError, match="no contract at all"):
        read_safe(anvil.chain, anvil.address("alice"))
    with pytest.raises(UsageError, match="is no Safe"):
        read_safe(anvil.chain, anvil.coin.address)

    def elsewhere(call: Call, **others: object) -> bytes:
        moved = Call(safe.address, call.data) if call.to == anvil.coin.address else call
        answer: bytes = anvil.chain.call(moved, **others)
        return answer

    with pytest.raises(UsageError, match="as no Safe does"):  # it answers another Safe's domain
        read_safe(bent(anvil.chain, call=elsewhere), anvil.coin.address)


def test_another_release_is_refused(anvil: World, safe: RealSafe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(_MULTI_SENDS, "1.5.0")  # as if it came out after this program

    with pytest.raises(UsageError, match=r"version '1\.5\.0'; known are 1\.3\.0, 1\.4\.1"):
        read_safe(anvil.chain, safe.address)


def test_several_steps_need_the_very_code_that_sends_them(anvil: World, safe: RealSafe) -> None:
    plan = plan_for(anvil, safe.address)

    with pytest.raises(UsageError, match=r"has no MultiSendCallOnly 1\.5\.0"):
        batch_for_safe(plan, plan.networks[0], safe=safe.address, chain=anvil.chain)

    anvil.chain.ask("anvil_setCode", str(MULTI_SEND_1_5_0), "0x00")
    with pytest.raises(UsageError, match=r"is not MultiSendCallOnly 1\.5\.0"):
        batch_for_safe(plan, plan.networks[0], safe=safe.address, chain=anvil.chain)


def test_the_first_release_has_two_addresses_and_the_chain_says_which(anvil: World, safe: RealSafe) -> None:
    both, _ = _MULTI_SENDS["1.3.0"]
    put_multi_send(anvil)
    code = anvil.chain.code(MULTI_SEND_1_5_0)
    found = read_safe(anvil.chain, safe.address)
    calls = [Call(safe.address), Call(safe.address)]

    def chosen(there: tuple[Address, ...], *, prefers_second: bool) -> Address:
        codes = bent(anvil.chain, code=lambda address: code if address in there else b"")
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(_MULTI_SENDS, "1.5.0", (both, keccak(code).hex()))
            ids = frozenset({31337}) if prefers_second else frozenset()
            patch.setattr("stablecoin_tools.deployment.executors.safe._EIP155_FIRST", ids)
            return batch_of_calls(found, calls, chain=codes, name="", description="").transaction.to

    assert chosen(both, prefers_second=False) == both[0]
    assert chosen(both, prefers_second=True) == both[1]
    assert chosen(both[1:], prefers_second=False) == both[1]
    assert chosen(both[:1], prefers_second=True) == both[0]


def test_nothing_to_do_is_no_batch(anvil: World, safe: RealSafe) -> None:
    with pytest.raises(UsageError, match="nothing for the Safe to do"):
        batch_of_calls(read_safe(anvil.chain, safe.address), [], chain=anvil.chain, name="", description="")
