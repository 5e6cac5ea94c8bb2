"""What the engine promises, each promise with tests that try hard to break it

They are numbered as in .github/ARCHITECTURE.md; I7 and I10 are tried harder in test_lanes and test_interruptions.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.chain import Call, FeeHistory
from stablecoin_tools.errors import (
    ChainError,
    FeeCapExceeded,
    JournalError,
    Moved,
    NodeRefused,
    OutcomeUnknown,
    RateLimited,
    ReferenceConflict,
    Unreachable,
)
from stablecoin_tools.transactions import FeePolicy, Journal, Stage
from tests.chain.bent import bent
from tests.transactions.bench import (
    ALICE,
    BOB,
    CALL,
    QUICK,
    WAITING,
    Bench,
    call_of,
    check,
    check_all_final,
    check_log,
    foreign,
    kept,
    orders,
)
from tests.transactions.fake_chain import GWEI, read

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address


# I1


def test_i1_a_foreign_transaction_in_a_block_that_is_not_final_gives_no_second_nonce() -> None:
    bench = Bench()
    bench.later(3, lambda: bench.chain.add_block([foreign(0)]))

    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert (kept(bench).nonce, kept(bench).stage) == (0, Stage.PENDING)
    assert {attempt.nonce for attempt in bench.attempts()} == {0}
    assert "CONSUMED" not in bench.happenings()
    check(bench)


def test_i1_once_it_is_final_there_is_one_new_nonce_and_it_is_done_once() -> None:
    bench = Bench()
    bench.later(3, lambda: bench.chain.add_block([foreign(0)]))
    bench.later(100, bench.make_final)
    bench.later(150, bench.chain.mine)
    bench.later(160, bench.make_final)

    bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert bench.happenings().count("CONSUMED") == 1
    assert kept(bench).nonce == 1
    assert bench.times_done(CALL) == 1
    check_all_final(bench, ["order-1"])
    check_log(bench)


def test_i1_a_foreign_transaction_that_a_reorganisation_undid_gives_the_nonce_back() -> None:
    bench = Bench()
    bench.later(3, lambda: bench.chain.add_block([foreign(0)]))
    bench.later(100, lambda: bench.chain.reorg(1))
    bench.later(150, bench.chain.mine)
    bench.later(160, bench.make_final)

    bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)

    assert kept(bench).nonce == 0
    check_all_final(bench, ["order-1"])


def test_i1_our_own_attempt_whose_receipt_is_hidden_proves_nothing() -> None:
    """The nonce is used, in a final block, and no receipt is shown: a node may have one index and lack the other."""
    bench = Bench()
    bench.later(3, bench.chain.mine)
    bench.later(10, lambda: bench.chain.mine(50))
    bench.later(20, bench.make_final)
    hidden = bench.chain.bent(receipts=lambda hashes: [None for _ in hashes])

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(hidden, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert "CONSUMED" not in bench.happenings()
    assert {attempt.nonce for attempt in bench.attempts()} == {0}
    assert bench.another().resume("order-1", signer=ALICE, until=Stage.FINALIZED).succeeded
    check_all_final(bench, ["order-1"])


@pytest.mark.parametrize("attempt", [0, 1, 2])
def test_i1_any_of_our_own_attempts_in_the_final_block_proves_nothing(attempt: int) -> None:
    bench = Bench()
    bench.later(100, lambda: bench.chain.add_block([kept(bench).candidates[attempt].signed_transaction]))
    bench.later(110, bench.make_final)
    hidden = bench.chain.bent(receipts=lambda hashes: [None for _ in hashes])

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(hidden, bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert kept(bench).nonce == 0
    check(bench)


def test_i1_a_node_that_makes_up_a_used_nonce_proves_nothing() -> None:
    bench = Bench()
    bench.chain.mine(5)
    bench.make_final()

    def nonce(account: Address, *, block: int | str = "pending") -> int:
        return 7 if block == "latest" else bench.chain.nonce(account, block=block)

    with pytest.raises(OutcomeUnknown):
        bench.manager_of(bench.chain.bent(nonce=nonce), bench.journal).send(CALL, signer=ALICE, ref="order-1")

    assert kept(bench).nonce == 0
    bench.chain.mines_at_once = True
    assert bench.another().resume("order-1", signer=ALICE).succeeded
    check(bench)


def test_i1_a_nonce_that_an_authorization_used_is_proven_by_the_final_block_too() -> None:
    """By EIP-7702 a signed authorization uses a nonce without any transaction of its signer."""
    bench = Bench()
    bench.later(3, lambda: bench.chain.add_block(authorities=[ALICE.address]))
    bench.later(10, bench.make_final)
    bench.later(100, bench.chain.mine)

    bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert kept(bench).nonce == 1
    assert bench.times_done(CALL) == 1
    check(bench)


def test_i1_several_whose_nonces_were_used_are_each_done_once_and_those_behind_keep_theirs() -> None:
    bench = Bench()
    bench.later(3, lambda: bench.chain.add_block([foreign(0), foreign(1)]))
    bench.later(20, bench.make_final)
    for second in range(25, 140, 5):
        bench.later(second, bench.chain.mine)

    found = list(bench.manager.send_all(orders("a", "b", "c"), signer=ALICE))

    assert [outcome.error for outcome in found] == [None] * 3
    assert kept(bench, "c").nonce == 2
    assert sorted([kept(bench, "a").nonce or 0, kept(bench, "b").nonce or 0]) == [3, 4]
    assert [bench.times_done(call_of(name)) for name in "abc"] == [1, 1, 1]
    check(bench)


# I2


def test_i2_another_connection_sees_the_bytes_before_the_first_one_leaves(journal_url: str) -> None:
    bench, found = Bench(mines_at_once=True), []
    with Journal(journal_url) as journal, Journal(journal_url) as observer:

        def must_be_durable(signed: bytes) -> None:
            intents = observer.newest(bench.name, limit=100)
            hashes = {candidate.transaction_hash for intent in intents for candidate in intent.candidates}
            found.append(read(signed).hash in hashes)

        bench.chain.before_publishing = must_be_durable
        manager = bench.manager_of(bench.chain, journal)
        assert all(outcome.receipt for outcome in manager.send_all(orders("a", "b", "c"), signer=ALICE))

    assert found == [True] * 3


@pytest.mark.parametrize("failing_write", range(1, 6))
def test_i2_what_the_journal_did_not_take_is_never_published(failing_write: int) -> None:
    """The bench's own check makes publishing fail, if the journal does not have the bytes."""
    bench, writes = Bench(), itertools.count(1)

    def record(*arguments: Any, **named: Any) -> Any:
        if next(writes) >= failing_write:
            raise JournalError("the disk is full")
        return bench.journal.record(*arguments, **named)

    bench.later(120, bench.chain.mine)
    with pytest.raises((JournalError, OutcomeUnknown)):
        bench.manager_of(bench.chain, bent(bench.journal, record=record)).send(CALL, signer=ALICE, ref="order-1")

    check(bench)
    bench.chain.mines_at_once = True
    assert bench.another().send(CALL, signer=ALICE, ref="order-1").succeeded
    assert bench.times_done(CALL) == 1


# I3 and I8

histories = st.builds(
    FeeHistory,
    next_base_fee_wei=st.integers(0, 60 * GWEI),
    tips_wei=st.lists(st.integers(0, 30 * GWEI), max_size=3).map(tuple),
    suggested_tip_wei=st.integers(0, 2 * GWEI),
)
_SHARED = Bench()


@given(market=st.lists(histories, min_size=1, max_size=6), cap_gwei=st.integers(1, 80), value_wei=st.integers(0, 99))
@settings(max_examples=30)
def test_i3_i8_whatever_gas_costs_only_fees_differ_and_never_above_the_cap(
    market: list[FeeHistory], cap_gwei: int, value_wei: int
) -> None:
    bench = Bench(fees=FeePolicy(cap_wei=cap_gwei * GWEI), waiting=QUICK, after=_SHARED)
    coming = itertools.cycle(market)
    chain = bench.chain.bent(fee_history=lambda: next(coming))

    with suppress(OutcomeUnknown, FeeCapExceeded):
        bench.manager_of(chain, bench.journal).send(Call(CALL.to, b"\x01", value_wei), signer=ALICE, ref="order-1")

    assert len({attempt.nonce for attempt in bench.attempts()}) <= 1
    assert len({(attempt.payload, attempt.fields["gas"]) for attempt in bench.attempts()}) <= 1
    assert all(attempt.max_fee_wei <= cap_gwei * GWEI for attempt in bench.attempts())
    assert all(attempt.tip_wei <= attempt.max_fee_wei for attempt in bench.attempts())
    check(bench)


def test_i8_a_first_offer_above_the_cap_is_refused_and_nothing_is_written() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=2 * GWEI - 1))  # base fee and tip are a gwei each

    with pytest.raises(FeeCapExceeded) as refused:
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert refused.value.moved is Moved.NO
    assert bench.journal.find(bench.name, "order-1") is None
    assert bench.chain.published == []


def test_i8_a_market_that_rises_above_the_cap_is_waited_for_said_and_written_down() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=5 * GWEI))
    high, low = replace(bench.chain.history, next_base_fee_wei=50 * GWEI), bench.chain.history
    bench.later(2, lambda: setattr(bench.chain, "history", high))
    for second in range(5, 600, 5):
        bench.later(second, bench.chain.mine)

    with pytest.raises(OutcomeUnknown, match="fee cap"):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert "CAPPED" in bench.happenings()
    bench.later(50, lambda: setattr(bench.chain, "history", low))
    assert bench.another().resume("order-1", signer=ALICE).succeeded
    assert max(attempt.max_fee_wei for attempt in bench.attempts()) <= 5 * GWEI
    check(bench)


# I4


@pytest.mark.parametrize("which", range(6))
@pytest.mark.parametrize("by", ["the same process", "another process", "a process that cancels"])
def test_i4_any_attempt_that_is_mined_completes_it(which: int, by: str) -> None:
    bench = Bench(waiting=replace(WAITING, bump_after_seconds=10, timeout_seconds=55))
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")
    attempts = [candidate.signed_transaction for candidate in kept(bench).candidates]
    assert len(attempts) == 6
    bench.later(4, lambda: bench.chain.add_block([attempts[which]]))

    if by == "a process that cancels":
        intent = bench.another().cancel("order-1", signer=ALICE)
        assert not intent.was_cancelled
    manager = bench.manager if by == "the same process" else bench.another()
    receipt = manager.resume("order-1", signer=ALICE)

    assert receipt.transaction_hash == read(attempts[which]).hash
    assert bench.times_done(CALL) == 1
    check(bench)


# I5

WORDS = {
    "already known": False,
    "nonce too low": False,
    "nonce too low: next nonce 9, tx nonce 0": False,
    "replacement transaction underpriced": False,
    "transaction underpriced": False,
    "max fee per gas less than block base fee": False,
    "nonce too high": False,
    "txpool is full": False,
    "request timed out": False,
    "header not found": False,
    "internal error": False,
    "insufficient funds for gas * price + value": True,
    "intrinsic gas too low": True,
    "invalid sender": True,
}
ANSWERS: list[tuple[ChainError, bool]] = [
    *((NodeRefused(words), is_certain) for words, is_certain in WORDS.items()),
    (Unreachable("The node does not answer."), False),
    (RateLimited("Too many requests."), False),
]


@pytest.mark.parametrize("has_the_bytes", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize(("answer", "is_certain"), ANSWERS, ids=[str(answer) for answer, _ in ANSWERS])
def test_i5_whatever_the_node_says_to_a_send_it_is_done_once_or_unknown(
    answer: ChainError,
    is_certain: bool,  # noqa: FBT001  # a parameter
    has_the_bytes: bool,  # noqa: FBT001  # a parameter
) -> None:
    bench = Bench()
    bench.chain.publish_answers.extend([answer] * 3)
    bench.chain.takes_refused_bytes = has_the_bytes
    for second in range(50, 300, 10):
        bench.later(second, bench.chain.mine)

    if is_certain:  # the wait ends at once; what was signed stays under way
        with pytest.raises(OutcomeUnknown, match=str(answer).partition(" ")[0]):
            bench.manager.send(CALL, signer=ALICE, ref="order-1")
        assert bench.clock.now < 5
        assert (kept(bench).stage, kept(bench).nonce) == (Stage.PENDING, 0)
    manager = bench.another() if is_certain else bench.manager
    assert manager.send(CALL, signer=ALICE, ref="order-1").succeeded

    assert {attempt.nonce for attempt in bench.attempts()} == {0}
    assert bench.times_done(CALL) == 1
    check(bench)


@pytest.mark.parametrize("answer", [answer for answer, _ in ANSWERS], ids=str)
def test_i5_a_node_that_never_says_anything_else_ends_in_an_unknown_outcome_and_one_nonce(answer: ChainError) -> None:
    bench = Bench(waiting=QUICK)
    bench.chain.publish_answers.extend([answer] * 1_000)

    for ref in ("order-1", "order-1", "order-2"):
        with pytest.raises(OutcomeUnknown) as unknown:
            bench.another().send(CALL, signer=ALICE, ref=ref)
        assert unknown.value.moved is Moved.UNKNOWN
        assert unknown.value.transaction_hashes == kept(bench, ref).transaction_hashes

    assert (kept(bench, "order-1").nonce, kept(bench, "order-2").nonce) == (0, 1)
    check(bench)


# I6 stands in test_finality, test_settling and test_reorg, I7 in test_lanes.


# I9


@pytest.mark.parametrize("stage", [Stage.PENDING, Stage.MINED, Stage.FINALIZED, Stage.CANCELLED])
def test_i9_the_same_reference_with_another_payload_is_a_conflict_at_any_time(stage: Stage) -> None:
    bench = Bench(waiting=QUICK, mines_at_once=stage in (Stage.MINED, Stage.FINALIZED))
    bench.chain.final = 100 if stage is Stage.FINALIZED else 0
    with suppress(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1", until=Stage.FINALIZED)
    if stage is Stage.CANCELLED:
        bench.chain.add_block([foreign(0)])
        bench.later(5, bench.make_final)
        bench.another(waiting=replace(QUICK, prove_after_seconds=1)).cancel("order-1", signer=ALICE)
    assert kept(bench).stage is stage
    before, published = kept(bench), len(bench.chain.published)

    others = [replace(CALL, to=BOB.address), replace(CALL, data=b""), replace(CALL, value_wei=1), Call(None, CALL.data)]
    for call, signer in [*((other, ALICE) for other in others), (CALL, BOB)]:
        with pytest.raises(ReferenceConflict, match="order-1") as conflict:
            bench.another().send(call, signer=signer, ref="order-1")
        assert conflict.value.moved is Moved.NO

    assert kept(bench) == before
    assert len(bench.chain.published) == published


def test_i9_the_same_payload_in_other_words_has_the_first_result() -> None:
    bench = Bench(mines_at_once=True)
    first = bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert bench.another().send(replace(CALL, description="in other words"), signer=ALICE, ref="order-1") == first
    assert kept(bench).call.description == CALL.description


# I10 stands in test_interruptions.
