"""Reorganisations of a real chain, up to eight blocks deep

when the undone transaction is nowhere: open again, published again, mined and final once
when it is in another block of the new fork: the receipt is the new one, and nothing is sent
when another attempt at it is in its place: that one is its receipt
when others' transaction is in its place: another nonce once that is final, and done once
when many are undone at once, in the middle of a batch, or again and again: each is done once
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.errors import OutcomeUnknown
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import Journal, Order, Stage, TransactionManager, WaitPolicy, chain_name
from tests.conftest import AnvilProcess
from tests.transactions.fake_chain import GWEI, FakeClock
from tests.world import new_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import Intent
    from tests.world import World

FINAL_AFTER = 16  # blocks: two epochs of eight slots
WAITING = WaitPolicy(
    poll_seconds=1,
    republish_after_seconds=3,
    bump_after_seconds=6,
    prove_after_seconds=2,
    timeout_seconds=120,
    finality_seconds=300,
    settle_seconds=1,
)
depths = pytest.mark.parametrize("depth", range(1, 9))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A coin on a chain that mines when told."""
    with AnvilProcess("--slots-in-an-epoch", "8") as process:
        yield new_world(AnvilChain.at(process.url))


_numbers = itertools.count(1)


class Payer:
    """A payer with ten coins of its own, a payee whom nobody else pays, and a clock that tests move."""

    def __init__(self, world: World, signer: Signer) -> None:
        self.world, self.chain, self.coin, self.signer = world, world.chain, world.coin, signer
        self.payee = signer_of_key(hashlib.sha256(bytes(signer.address)).digest()).address
        self.clock = FakeClock()
        self.journal = Journal(clock=self.clock)
        self.payout = self.coin.calls.transfer(self.payee, self.coin.amount(3))
        self.supply = self.coin.total_supply()

    def manager(self, **changes: Any) -> TransactionManager:
        given: dict[str, Any] = {"waiting": WAITING, "sleep": self.clock.sleep}
        return TransactionManager(self.chain, journal=self.journal, clock=self.clock, **(given | changes))

    def later(self, seconds: float, happening: Callable[[], Any]) -> None:
        self.clock.at(self.clock.now + seconds, happening)

    def mined_each_second(self, *, first_in: float) -> None:
        def mine() -> None:
            self.later(1, mine)
            self.chain.mine()

        self.later(first_in, mine)

    def kept(self, reference: str = "payout") -> Intent:
        intent = self.journal.find(chain_name(self.chain), reference)
        assert intent is not None
        return intent

    def log(self, reference: str = "payout") -> list[str]:
        return [entry.what for entry in self.journal.log(chain_name(self.chain), reference)]

    def foreign(self, nonce: int) -> bytes:
        fee = 400 * GWEI
        return self.signer.sign_transaction(UnsignedTransaction(31337, nonce, self.payee, b"", 0, 21_000, fee, fee))

    def must_have_paid(self, times: int, *references: str) -> None:
        """Balances and supply, and that each intent is final in a block that stands."""
        assert self.coin.balance_of(self.payee) == self.coin.amount(3 * times)
        assert self.coin.balance_of(self.signer.address) == self.coin.amount(30 - 3 * times)
        assert self.coin.total_supply() == self.supply
        for reference in references:
            intent = self.kept(reference)
            assert intent.stage is Stage.FINALIZED
            assert intent.receipt is not None
            assert self.chain.receipt(intent.receipt.transaction_hash) == intent.receipt
            assert intent.receipt.block_number <= self.chain.finalized_number()
        assert [fault for proof in self.journal.verify() for fault in proof.faults] == []


@pytest.fixture
def payer(world: World) -> Iterator[Payer]:
    signer = signer_of_key(hashlib.sha256(b"payer %d" % next(_numbers)).digest())
    world.chain.set_balance(signer.address, 10**20)
    _give(world, signer)
    world.chain.mine(FINAL_AFTER + 1)
    with world.chain.mining_paused():
        yield Payer(world, signer)
        world.chain.drop_all_transactions()


def _give(world: World, signer: Signer) -> None:
    amount = world.coin.amount(30)
    world.do(world.coin.calls.configure_minter(world.address("minter"), amount), by="minter_admin")
    world.do(world.coin.calls.mint(signer.address, amount), by="minter")


def mined(payer: Payer, *, depth: int) -> Intent:
    """A payout that was mined, with so many blocks to undo it: its own and those on top."""
    payer.later(1, payer.chain.mine)
    payer.manager().send(payer.payout, signer=payer.signer, ref="payout")
    payer.chain.mine(depth - 1) if depth > 1 else None
    return payer.kept()


@depths
def test_what_was_dropped_is_published_again_and_final_once(payer: Payer, depth: int) -> None:
    before = mined(payer, depth=depth)
    payer.chain.reorg(depth)
    payer.chain.drop_all_transactions()
    assert payer.chain.receipt(before.transaction_hashes[0]) is None
    payer.mined_each_second(first_in=3)

    receipt = payer.manager().resume("payout", signer=payer.signer, until=Stage.FINALIZED)

    assert before.receipt is not None
    assert receipt.block_hash != before.receipt.block_hash
    assert "REORGED" in payer.log()
    assert payer.kept().nonce == before.nonce
    payer.must_have_paid(1, "payout")
    assert payer.chain.nonce(payer.signer.address) == 1


@depths
def test_what_is_in_another_block_of_the_new_fork_is_final_there_and_sent_no_more(payer: Payer, depth: int) -> None:
    before = mined(payer, depth=depth)
    place = depth - 1  # the last of the new blocks; it was in the first of the old
    payer.chain.reorg(depth, [(before.candidates[0].signed_transaction, place)])
    payer.mined_each_second(first_in=3)

    receipt = payer.manager().resume("payout", signer=payer.signer, until=Stage.FINALIZED)

    assert before.receipt is not None
    assert receipt.block_number == before.receipt.block_number + place
    is_another = receipt.block_hash != before.receipt.block_hash  # the same in the same second, if it is one deep
    assert is_another or depth == 1
    assert payer.log().count("MINED") == 1 + is_another
    assert payer.kept().candidates == before.candidates
    payer.must_have_paid(1, "payout")


@depths
def test_another_attempt_in_its_place_is_its_receipt(payer: Payer, depth: int) -> None:
    payer.later(14, payer.chain.mine)  # after higher offers
    payer.manager().send(payer.payout, signer=payer.signer, ref="payout")
    before = payer.kept()
    assert before.receipt is not None
    assert before.receipt.transaction_hash == before.transaction_hashes[-1]
    payer.chain.mine(depth - 1) if depth > 1 else None
    payer.chain.reorg(depth, [(before.candidates[0].signed_transaction, 0)])
    payer.mined_each_second(first_in=3)

    receipt = payer.manager().resume("payout", signer=payer.signer, until=Stage.FINALIZED)

    assert receipt.transaction_hash == before.transaction_hashes[0] != before.receipt.transaction_hash
    payer.must_have_paid(1, "payout")


@depths
def test_others_in_its_place_give_it_another_nonce_once_that_is_final(payer: Payer, depth: int) -> None:
    before = mined(payer, depth=depth)
    payer.chain.reorg(depth, [(payer.foreign(0), 0)])
    payer.chain.drop_all_transactions()
    used_in = before.receipt.block_number if before.receipt else 0
    reassigned_at: list[int] = []

    def look() -> None:
        payer.later(1, look)
        if payer.kept().nonce != 0 and not reassigned_at:
            reassigned_at.append(payer.chain.finalized_number())

    payer.mined_each_second(first_in=3)
    payer.later(3.5, look)

    payer.manager().resume("payout", signer=payer.signer, until=Stage.FINALIZED)

    assert payer.kept().nonce == 1
    assert payer.log().count("CONSUMED") == 1
    assert reassigned_at[0] >= used_in
    payer.must_have_paid(1, "payout")
    assert payer.chain.nonce(payer.signer.address) == 2


def test_a_reorganisation_again_and_again_ends_final_and_paid_once(payer: Payer) -> None:
    happenings = itertools.chain(
        *([payer.chain.mine, payer.chain.mine, lambda: payer.chain.reorg(2)] for _ in range(6))
    )
    for second, happening in enumerate(happenings, start=1):
        payer.later(second, happening)
    payer.mined_each_second(first_in=25)

    payer.manager().send(payer.payout, signer=payer.signer, ref="payout", until=Stage.FINALIZED)

    payer.must_have_paid(1, "payout")
    assert payer.chain.nonce(payer.signer.address) == 1


@pytest.mark.parametrize("depth", [2, 5, 8])
def test_a_batch_that_is_undone_in_the_middle_pays_each_once(payer: Payer, depth: int) -> None:
    refs = [f"payout {number}" for number in range(8)]

    def undo_all() -> None:
        payer.chain.reorg(depth)
        payer.chain.drop_all_transactions()

    payer.later(depth + 2.5, undo_all)
    payer.mined_each_second(first_in=2)
    waiting = replace(WAITING, in_flight=3)
    orders = [Order(payer.payout, ref) for ref in refs]

    found = list(payer.manager(waiting=waiting).send_all(orders, signer=payer.signer, until=Stage.FINALIZED))

    assert [outcome.error for outcome in found] == [None] * 8
    payer.must_have_paid(8, *refs)
    assert sorted(payer.kept(ref).nonce or 0 for ref in refs) == list(range(8))
    assert payer.chain.nonce(payer.signer.address) == 8


def test_two_processes_one_before_and_one_after_the_reorganisation_pay_once(payer: Payer) -> None:
    mined(payer, depth=4)
    payer.chain.reorg(4)
    payer.chain.drop_all_transactions()
    brief = replace(WAITING, timeout_seconds=2)

    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            payer.manager(waiting=brief).send(payer.payout, signer=payer.signer, ref="payout")
    assert payer.kept().stage is Stage.PENDING
    payer.mined_each_second(first_in=1)
    payer.manager().send(payer.payout, signer=payer.signer, ref="payout", until=Stage.FINALIZED)

    payer.must_have_paid(1, "payout")
