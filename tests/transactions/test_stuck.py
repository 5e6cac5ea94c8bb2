"""Payouts that are stuck, on a real node: anvil with a pool, a base fee and finality of its own

when gas costs more than the cap: waits, says so, and is mined when the fee falls
when the pool forgets, or the node dies and comes back with an empty pool: published again
when others use our nonce: no other before that is final, and then exactly one
when a second node lags behind or lies: no verdict before it agrees
when receipts come late: no second nonce
when others leave a gap before our nonces: no higher offers, and said so
"""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import OutcomeUnknown
from stablecoin_tools.signers import UnsignedTransaction, development_signer
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import FeePolicy, Journal, Order, Stage, TransactionManager, WaitPolicy, chain_name
from tests.chain.bent import bent
from tests.conftest import AnvilProcess
from tests.transactions.bench import ALICE as FAKE_ALICE
from tests.transactions.bench import WAITING, Bench, call_of, check, foreign, kept
from tests.transactions.fake_chain import GWEI, FakeClock, Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import Intent

NOBODY = Address(b"\x77" * 20)
BLOCKS_OF_FEES = 30
QUICK_FINALITY = ("--slots-in-an-epoch", "1")  # then a block is final two blocks later


class Site:
    """An anvil that mines when told, a journal, a clock that tests move, and a sender of its own for each test."""

    def __init__(self, chain: AnvilChain, signer: Signer) -> None:
        self.chain, self.signer = chain, signer
        self.clock = FakeClock()
        self.journal = Journal(clock=self.clock)
        self.fees = FeePolicy()
        self.waiting = WaitPolicy(
            poll_seconds=1,
            republish_after_seconds=3,
            bump_after_seconds=10,
            prove_after_seconds=2,
            timeout_seconds=30,
            finality_seconds=60,
            settle_seconds=1,
        )

    def manager(self, chain: Any = None, **changes: Any) -> TransactionManager:
        """A fresh one over the same journal, as after a restart."""
        given: dict[str, Any] = {"fees": self.fees, "waiting": self.waiting, "sleep": self.clock.sleep}
        return TransactionManager(chain or self.chain, journal=self.journal, clock=self.clock, **(given | changes))

    def later(self, seconds: float, happening: Callable[[], Any]) -> None:
        self.clock.at(self.clock.now + seconds, happening)

    def each_second(self, happening: Callable[[], Any], *, first_in: float = 1) -> None:
        def again() -> None:
            self.later(1, again)
            happening()

        self.later(first_in, again)

    def kept(self, reference: str) -> Intent:
        intent = self.journal.find(chain_name(self.chain), reference)
        assert intent is not None
        return intent

    def log(self, reference: str) -> list[str]:
        return [entry.what for entry in self.journal.log(chain_name(self.chain), reference)]

    def foreign(self, nonce: int, *, fee_gwei: int = 400) -> bytes:
        """The sender's signature under a transaction that no manager knows."""
        fee = fee_gwei * GWEI
        return self.signer.sign_transaction(UnsignedTransaction(31337, nonce, NOBODY, b"", 1, 21_000, fee, fee))

    def must_be_done_once(self, *references: str) -> None:
        """Each payee has what it was to get, once; nobody has a second nonce without a proof that holds."""
        for reference in references:
            assert self.chain.balance_wei(payee(reference)) == 7, reference
            nonces: list[int] = []
            for entry in self.journal.log(chain_name(self.chain), reference):
                nonce = json.loads(entry.detail)["nonce"]
                if entry.what == "SIGNED":
                    nonces.append(nonce)
                elif entry.what == "CONSUMED":
                    self._must_be_used_by_others(nonces[-1], entry.why)
                else:
                    assert nonce in (nonces[-1], None), f"{reference} had nonce {nonces[-1]}, and has {nonce}"
            assert len(nonces) == 1 + self.log(reference).count("CONSUMED")
        assert [fault for proof in self.journal.verify() for fault in proof.faults] == []

    def _must_be_used_by_others(self, nonce: int, why: str) -> None:
        number, user = int(why.split()[2]), why.rsplit(maxsplit=1)[-1]
        assert number <= self.chain.finalized_number()
        found = [one for one in self.chain.transactions_in(number) if one.hash == user]
        assert [(one.sender, one.nonce) for one in found] == [(self.signer.address, nonce)]


def payee(reference: str) -> Address:
    """Whom nobody else pays."""
    return Address(hashlib.sha256(b"stuck " + reference.encode()).digest()[:20])


def pay(reference: str) -> Call:
    return Call(payee(reference), value_wei=7)


_senders = itertools.cycle(range(10))


@pytest.fixture(scope="module")
def node() -> Iterator[AnvilProcess]:
    with AnvilProcess(*QUICK_FINALITY, "--no-mining") as process:
        yield process


@pytest.fixture
def site(node: AnvilProcess) -> Iterator[Site]:
    chain = AnvilChain.at(node.url)
    chain.set_next_base_fee(GWEI)
    chain.mine(BLOCKS_OF_FEES)  # so that what others offered in another test is forgotten
    yield Site(chain, development_signer(next(_senders), chain.network))
    chain.drop_all_transactions()
    chain.mine()


def test_finality_here_is_two_blocks_deep(site: Site) -> None:
    site.chain.mine(3)

    assert site.chain.block().number - site.chain.finalized_number() == 2


def test_above_the_cap_it_waits_says_so_and_is_mined_when_the_fee_falls(site: Site) -> None:
    site.fees = FeePolicy(cap_wei=8 * GWEI)
    site.later(1, lambda: site.chain.set_next_base_fee(100 * GWEI))
    site.later(2, site.chain.mine)

    with pytest.raises(OutcomeUnknown, match="fee cap"):
        site.manager().send(pay("capped"), signer=site.signer, ref="capped")
    assert "CAPPED" in site.log("capped")
    assert site.chain.balance_wei(payee("capped")) == 0

    site.later(3, lambda: site.chain.set_next_base_fee(GWEI))
    site.later(4, site.chain.mine)
    assert site.manager().resume("capped", signer=site.signer).succeeded

    offers = [Transaction(candidate.signed_transaction).max_fee_wei for candidate in site.kept("capped").candidates]
    assert max(offers) <= 8 * GWEI
    site.must_be_done_once("capped")


@pytest.mark.parametrize("how", ["one", "all", "again and again"])
def test_what_the_pool_forgets_is_published_again(site: Site, how: str) -> None:
    refs = [f"forgotten {how} {number}" for number in range(3)]
    nonce = site.chain.nonce(site.signer.address)

    def forget() -> None:
        if how == "one":
            site.chain.drop_transaction(site.kept(refs[1]).transaction_hashes[-1])
        else:
            site.chain.drop_all_transactions()

    for second in range(2, 15, 2) if how == "again and again" else [2]:
        site.later(second, forget)
    site.later(20, site.chain.mine)

    orders = [Order(pay(ref), ref) for ref in refs]
    assert all(outcome.receipt for outcome in site.manager().send_all(orders, signer=site.signer))

    assert [site.kept(ref).nonce for ref in refs] == [nonce, nonce + 1, nonce + 2]
    site.must_be_done_once(*refs)


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_a_node_that_comes_back_with_an_empty_pool_ends_in_one_payment(tmp_path: Path, end: str) -> None:
    """The chain's name in the journal holds the hash of its first block: that is the same after the restart."""
    with AnvilProcess("--no-mining", "--timestamp", "1700000000", state=tmp_path / "state.json") as process:
        site = Site(AnvilChain.at(process.url), development_signer(0, AnvilChain.at(process.url).network))
        before = chain_name(site.chain)
        site.later(1, site.chain.mine)
        site.manager().send(pay("before"), signer=site.signer, ref="before")
        process.stop()
        process.start()  # what was mined is in the file now
        with pytest.raises(OutcomeUnknown):
            site.manager().send(pay("during"), signer=site.signer, ref="during")
        assert site.chain.pooled()

        def down() -> None:
            process.stop() if end == "stopped" else process.kill()

        site.later(2, down)
        site.later(9, process.start)
        site.later(15, site.chain.mine)
        assert site.manager().resume("during", signer=site.signer).succeeded

        assert chain_name(site.chain) == before
        assert site.manager().send(pay("before"), signer=site.signer, ref="before").succeeded
        site.must_be_done_once("before", "during")
        assert site.chain.nonce(site.signer.address) == 2


def test_a_nonce_that_others_used_is_given_up_when_that_is_final_and_not_before(site: Site) -> None:
    nonce = site.chain.nonce(site.signer.address)
    seen: list[tuple[int, int | None]] = []

    def look() -> None:
        used_in = site.chain.block().number - mined_at[0]
        seen.append((used_in, site.kept("used").nonce))

    def others() -> None:
        site.chain.drop_all_transactions()
        site.chain.publish(site.foreign(nonce))
        site.chain.mine()
        mined_at.append(site.chain.block().number)

    mined_at: list[int] = []
    site.later(2, others)
    for second in (10, 20, 25):
        site.later(second - 0.5, look)
        site.later(second, site.chain.mine)

    receipt = site.manager().send(pay("used"), signer=site.signer, ref="used")

    assert seen == [(0, nonce), (1, nonce), (2, nonce + 1)]
    assert receipt.block_number > mined_at[0]
    assert site.log("used").count("CONSUMED") == 1
    site.must_be_done_once("used")
    assert site.chain.nonce(site.signer.address) == nonce + 2


def test_our_own_payment_whose_receipt_comes_late_never_gets_a_second_nonce(site: Site) -> None:
    """The nonce is used and final long before any receipt is shown."""
    looks = itertools.count()

    def receipts(hashes: Sequence[str]) -> list[Any]:
        return [None for _ in hashes] if next(looks) < 20 else site.chain.receipts(hashes)

    nonce = site.chain.nonce(site.signer.address)
    site.each_second(site.chain.mine, first_in=2)

    receipt = site.manager(bent(site.chain, receipts=receipts)).send(pay("late"), signer=site.signer, ref="late")

    assert receipt.block_number <= site.chain.finalized_number()
    assert site.log("late")[:2] == ["SIGNED", "MINED"]
    assert site.chain.nonce(site.signer.address) == nonce + 1
    site.must_be_done_once("late")


def lagging(chain: AnvilChain, blocks: Callable[[], int]) -> Any:
    """Another node of the same chain that is so many blocks behind."""

    def newest() -> int:
        return max(0, chain.block().number - blocks())

    return bent(
        chain,
        finalized_number=lambda: max(0, min(chain.finalized_number(), newest() - 2)),
        block_hashes=lambda numbers: [
            hash_ if number <= newest() else None
            for number, hash_ in zip(numbers, chain.block_hashes(numbers), strict=True)
        ],
    )


@pytest.mark.parametrize("verdict", ["final", "used by others"])
def test_no_verdict_is_given_before_the_second_node_has_seen_it_too(site: Site, verdict: str) -> None:
    nonce, behind = site.chain.nonce(site.signer.address), [1_000]
    ref = f"witnessed {verdict}"
    if verdict == "used by others":
        site.later(2, lambda: site.chain.publish(site.foreign(nonce)))
    site.each_second(site.chain.mine, first_in=3)
    manager = site.manager(witnesses=[lagging(site.chain, lambda: behind[0])])

    with pytest.raises(OutcomeUnknown):
        manager.send(pay(ref), signer=site.signer, ref=ref, until=Stage.FINALIZED)
    assert (site.kept(ref).nonce, len({"FINALIZED", "CONSUMED"} & set(site.log(ref)))) == (nonce, 0)

    behind[0] = 0
    manager.resume(ref, signer=site.signer, until=Stage.FINALIZED)

    assert site.kept(ref).nonce == (nonce if verdict == "final" else nonce + 1)
    site.must_be_done_once(ref)


def test_a_node_that_lies_about_who_used_the_nonce_is_not_believed_alone(site: Site) -> None:
    """Two of three must agree: the liar says that others used it, while our own payment did."""
    nonce = site.chain.nonce(site.signer.address)
    liar = bent(site.chain, transactions_in=lambda _: ())
    hidden = bent(site.chain, receipts=lambda hashes: [None for _ in hashes], transactions_in=lambda _: ())
    site.each_second(site.chain.mine, first_in=2)

    with pytest.raises(OutcomeUnknown):
        site.manager(hidden, witnesses=[site.chain, site.chain]).send(pay("lie"), signer=site.signer, ref="lie")
    assert "CONSUMED" not in site.log("lie")

    site.manager(witnesses=[liar, site.chain]).resume("lie", signer=site.signer, until=Stage.FINALIZED)
    assert site.chain.nonce(site.signer.address) == nonce + 1
    site.must_be_done_once("lie")


def with_a_gap(how: str) -> tuple[Bench, str]:
    """Others' transactions stood before ours, which got the nonces behind them; then they were gone."""
    bench = Bench(waiting=replace(WAITING, timeout_seconds=200))
    if how == "a block was undone":
        bench.chain.add_block([foreign(0)])
    else:
        bench.chain.pool[FAKE_ALICE.address, 0] = foreign(0)
    bench.later(2, (lambda: bench.chain.reorg(1)) if how == "a block was undone" else bench.chain.pool.clear)
    with pytest.raises(OutcomeUnknown) as unknown:
        bench.manager.send(call_of("a"), signer=FAKE_ALICE, ref="a")
    assert kept(bench, "a").nonce == 1
    return bench, str(unknown.value)


@pytest.mark.parametrize("how", ["a block was undone", "the pool forgot"])
def test_a_gap_before_our_nonce_is_said_and_never_answered_by_higher_offers(how: str) -> None:
    bench, words = with_a_gap(how)

    assert "nonce 0" in words
    assert len(kept(bench, "a").candidates) == 1
    check(bench)
